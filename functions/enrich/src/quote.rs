//! Who would be asked about somebody, and what that would cost. Nobody is asked.

use leadlight_enrichment::{Said, Waterfall, Who};
use leadlight_lead::{About, Came};
use leadlight_ports::{Clock, Facts, Http, Items, PortError, Secrets, UsdMicros};

use crate::desk::{Askable, Desk};

/// Who would be asked, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Why nobody would be; none where somebody may be.
    pub nobody_since: Option<&'static str>,
    /// Each question that would be asked if none of those before were answered.
    pub questions: Vec<Quoted>,
    /// If the first of each order knew everything.
    pub at_least: UsdMicros,
    /// If nobody knew anything, and all charged for it.
    pub at_most: UsdMicros,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The provider's name.
    pub provider: String,
    /// About whom.
    pub about: About,
    /// What it costs now: nothing where the answer is kept and still fresh.
    pub price: UsdMicros,
    /// What was bought before and is still fresh.
    pub kept: Option<Came>,
}

impl<F: Facts, H: Http, S: Secrets, C: Clock, I: Items> Desk<F, H, S, C, I> {
    /// Who would be asked about somebody, in which order, and the least and the most that it would cost. Answers that
    /// are kept and fresh are taken into account. `only` leaves out the questions about the company or the person.
    pub(crate) async fn quote(
        &self,
        askable: Askable<'_>,
        who: Who<'_>,
        only: Option<About>,
    ) -> Result<Quote, PortError> {
        let (questions, at_most) = self.walk(askable, who, only, false).await?;
        let (_, at_least) = self.walk(askable, who, only, true).await?;
        let nobody_since = Waterfall::new(askable.vendors, who).nobody_since();
        Ok(Quote { nobody_since, questions, at_least, at_most })
    }

    async fn walk(
        &self,
        askable: Askable<'_>,
        who: Who<'_>,
        only: Option<About>,
        each_knows: bool,
    ) -> Result<(Vec<Quoted>, UsdMicros), PortError> {
        let mut waterfall = Waterfall::new(askable.vendors, who).only(only);
        let (mut questions, mut cost) = (Vec::new(), UsdMicros(0));
        loop {
            let all = waterfall.next();
            if all.is_empty() {
                return Ok((questions, cost));
            }
            for next in all {
                let (provider, about) = (next.provider, next.subject.about());
                let kept = self.kept(next, askable.table).await?;
                let price = if kept.is_some() { UsdMicros(0) } else { UsdMicros(provider.price_usd_micros) };
                cost.0 = cost.0.saturating_add(price.0);
                let came = kept.as_ref().map(|kept| kept.came);
                questions.push(Quoted { provider: provider.name().to_owned(), about, price, kept: came });
                match kept {
                    Some(kept) => waterfall.heard(provider, about, kept.said),
                    None if each_knows => waterfall.suppose_it_knows(provider, about),
                    None => waterfall.heard(provider, about, Said::Unknown),
                }
            }
        }
    }
}
