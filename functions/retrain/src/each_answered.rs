//! Which answered leads count as history.

use leadlight_lead::{DealOrigin, QueuedLead};
use leadlight_ports::{LeadStore, PortError};

/// What reading them came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnsweredRead {
    /// Invented leads that were not handed out, since there are leads of the company's own.
    pub samples_left_out: usize,
    /// Items that could not be read.
    pub unreadable: usize,
    /// Whether reading ended before the table did.
    pub is_cut_short: bool,
}

/// Hands out every lead that people or a deal have answered, in no order. Leads of the sample history count only as long as
/// there are none that the company has imported. After each page `is_over` is asked whether to stop there.
pub async fn each_answered<L: LeadStore>(
    leads: &L,
    is_over: impl Fn() -> bool,
    mut see: impl FnMut(&QueuedLead),
) -> Result<AnsweredRead, PortError> {
    let mut read = AnsweredRead::default();
    let mut samples: Vec<QueuedLead> = Vec::new();
    let mut has_own = false;
    let mut after = None;
    loop {
        let page = leads.answered(after).await?;
        for lead in page.leads {
            match lead.deal_origin() {
                Some(DealOrigin::Sample) if has_own => read.samples_left_out += 1,
                Some(DealOrigin::Sample) => samples.push(lead),
                origin => {
                    has_own |= origin == Some(DealOrigin::Imported);
                    see(&lead);
                }
            }
        }
        read.unreadable += page.unreadable;
        read.is_cut_short = is_over() && page.next.is_some();
        match page.next {
            Some(next) if !read.is_cut_short => after = Some(next),
            _ => break,
        }
    }
    if has_own {
        read.samples_left_out += samples.len();
    } else {
        samples.iter().for_each(see);
    }
    Ok(read)
}
