//! Reminders: a lead whose time is nearly up is marked once, and the table's stream tells its owner.

use futures_util::{StreamExt, stream};
use leadlight_desk::{REMINDED_BEFORE, reminded};
use leadlight_lead::{Counts, QueueName};
use leadlight_ports::{Class, Classed, LeadIndex, LeadStore, Page, PortError, Replaced, Waiting, World};

use crate::looking::Run;
use crate::{A_PAGE, AT_ONCE, Change, Sla, Tried};

impl<W: World> Sla<W> {
    /// Marks what is nearly due in a queue.
    pub(crate) async fn remind(
        &self,
        run: &Run<'_>,
        queue: QueueName,
        tried: &mut Tried,
    ) -> Result<(), PortError> {
        let mut after: Option<String> = None;
        loop {
            let page = Page { after: after.as_deref(), limit: A_PAGE };
            let mut rows = self.leads.overdue(queue, run.now + REMINDED_BEFORE, page).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.order.clone());
            // What is over is the sweep's.
            rows.retain(|row| row.due_by.is_none_or(|due| run.now < due));
            let mut changes =
                stream::iter(rows).map(|row| self.remind_of(run, row)).buffer_unordered(AT_ONCE);
            while let Some(change) = changes.next().await {
                let Some(change) = change.transpose() else {
                    tried.swept.cut_short = true;
                    return Ok(());
                };
                tried.count(change)?;
            }
        }
    }

    /// None where time is up for the run.
    async fn remind_of(&self, run: &Run<'_>, row: Waiting) -> Result<Option<Change>, PortError> {
        if self.is_over(run) {
            return Ok(None);
        }
        let there = match self.leads.get(&row.id).await {
            // One that cannot be read is told of when it is due.
            Err(error) if error.class() == Class::Poison => return Ok(Some(Change::None)),
            there => there?,
        };
        let Some(there) = there else { return Ok(Some(Change::None)) };
        let Some(lead) = reminded(&there.lead, run.now) else { return Ok(Some(Change::None)) };
        Ok(Some(match self.leads.replace(&lead, there.version, Counts::NONE).await? {
            Replaced::Done => Change::Reminded,
            Replaced::Stale => Change::Missed,
        }))
    }
}
