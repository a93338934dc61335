//! Which deals predict which: forward in time where they have an order.

/// Deals to learn from, and deals to predict that are not among them; as places in the sorted rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fold {
    pub(crate) past: Vec<usize>,
    pub(crate) next: Vec<usize>,
}

/// How often the younger half is cut: more often where deals are few and fits cheap.
fn cuts(rows: usize) -> usize {
    match rows {
        0..5_000 => 4,
        5_000..100_000 => 2,
        _ => 1,
    }
}

/// With an order, forward steps over the younger half: the older half predicts the next part, all up to there
/// the part after, and so on to the end. In-sample predictions would hide over-fitting, and random folds would
/// hide drift. Without an order, parts that each are predicted by all the others.
pub(crate) fn folds(rows: usize, ordered: bool) -> Vec<Fold> {
    if ordered {
        let (half, cuts) = (rows / 2, cuts(rows));
        let edge = |step: usize| half + step * (rows - half) / cuts;
        return (0..cuts)
            .map(|step| Fold {
                past: (0..edge(step)).collect(),
                next: (edge(step)..edge(step + 1)).collect(),
            })
            .collect();
    }
    let parts = cuts(rows) + 1;
    let edge = |part: usize| part * rows / parts;
    // Of very many deals one part tells enough.
    let asked = if rows >= 100_000 { 1 } else { parts };
    (0..asked)
        .map(|part| Fold {
            past: (0..edge(part)).chain(edge(part + 1)..rows).collect(),
            next: (edge(part)..edge(part + 1)).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_an_order_only_older_deals_predict() {
        for rows in [50, 333, 6_000] {
            let folds = folds(rows, true);
            let next: Vec<usize> = folds.iter().flat_map(|f| f.next.clone()).collect();
            assert_eq!(next, (rows / 2..rows).collect::<Vec<_>>());
            assert!(folds.iter().all(|f| f.past.iter().max() < f.next.iter().min()));
        }
    }

    #[test]
    fn without_one_each_deal_is_predicted_by_the_others() {
        let folds = folds(333, false);
        let next: Vec<usize> = folds.iter().flat_map(|f| f.next.clone()).collect();
        assert_eq!(next, (0..333).collect::<Vec<_>>());
        assert!(folds.iter().all(|f| f.past.len() + f.next.len() == 333));
        assert!(folds.iter().all(|f| f.next.iter().all(|row| !f.past.contains(row))));
    }
}
