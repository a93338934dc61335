//! Reads the leads of a table and counts what a candidate would do with them.

use anyhow::{Context, Result};
use jiff::Timestamp;
use leadlight_policy::Readings;
use leadlight_ports::{LeadStore, ObjectStore};
use leadlight_scoring::compare::{Replay, Replayed};
use leadlight_scoring::{Judge, Watch};

use super::cited::Cited;

/// Which leads are looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds {
    /// Those whose event happened then or later; all where there is none.
    pub(crate) since: Option<Timestamp>,
    /// So many at most, and so many pages of the table.
    pub(crate) most: Option<(u64, usize)>,
    /// Whether what they say against the candidate is looked for.
    pub(crate) is_watched: bool,
}

/// Counts, and whether the table had more.
pub(crate) struct Counted {
    pub(crate) replay: Replay,
    pub(crate) watch: Watch,
    pub(crate) is_cut_short: bool,
}

/// Reads leads page by page. `told` hears how many were counted so far.
pub(crate) async fn over<S: ObjectStore, L: LeadStore>(
    cited: &mut Cited<'_, S>,
    leads: &L,
    candidate: &Judge,
    bounds: Bounds,
    mut told: impl FnMut(u64),
) -> Result<Counted> {
    let (mut replay, mut watch) = (Replay::default(), Watch::default());
    let (mut after, mut pages) = (None, 0);
    loop {
        let page = leads.all(bounds.since, after).await?;
        pages += 1;
        replay.unreadable(page.unreadable as u64);
        for lead in &page.leads {
            let readings = Readings::of(lead.enriched());
            let check =
                cited.check(lead, &readings).await.context("what a decision cites cannot be looked up")?;
            let then = candidate.place_reading(lead, cited.draw_by(), &readings);
            let followed = cited.followed(lead);
            let candidate = candidate.policy();
            if bounds.is_watched {
                watch.see(candidate, lead, &then);
            }
            replay.take(Replayed { lead, check: &check, followed, candidate, then: &then });
        }
        told(replay.leads());
        after = page.next;
        let is_enough =
            bounds.most.is_some_and(|(leads, most_pages)| replay.leads() >= leads || pages >= most_pages);
        if after.is_none() || is_enough {
            return Ok(Counted { replay, watch, is_cut_short: after.is_some() });
        }
    }
}
