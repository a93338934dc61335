//! What an address names, read once.

use leadlight_console::QueueView;
use leadlight_lead::{LeadId, QueueName};

use crate::problem::Problem;

/// A lead; what is no lead id names none.
pub(crate) fn lead_id(text: &str) -> Result<LeadId, Problem> {
    text.parse().map_err(|_| Problem::NoLead)
}

/// A queue; there is nothing at the address of another name.
pub(crate) fn queue_name(text: &str) -> Result<QueueName, Problem> {
    text.parse().map_err(|_| Problem::NoPage)
}

/// The queues that a list shows.
pub(crate) fn queues_of(view: QueueView) -> &'static [QueueName] {
    match view {
        QueueView::Sdr => &[QueueName::Sdr, QueueName::HumanFirst, QueueName::CatchAll],
        QueueView::Ae => &[QueueName::Ae],
        QueueView::Flagged => &[QueueName::Flagged],
    }
}

/// The list that a form or an address names.
pub(crate) fn list_named(name: &str) -> Result<QueueView, Problem> {
    list_of(queue_name(name)?).ok_or(Problem::NoPage)
}

/// The list that shows a queue: none for what waits for nobody.
pub(crate) fn list_of(queue: QueueName) -> Option<QueueView> {
    match queue {
        QueueName::Sdr | QueueName::HumanFirst | QueueName::CatchAll => Some(QueueView::Sdr),
        QueueName::Ae => Some(QueueView::Ae),
        QueueName::Flagged => Some(QueueView::Flagged),
        QueueName::Nurture | QueueName::Disqualified => None,
    }
}
