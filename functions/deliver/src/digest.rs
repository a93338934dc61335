//! Once a day: what waits for each of the team, to those destinations that tell people of it.

use futures_util::future::try_join_all;
use jiff::Timestamp;
use leadlight_destinations::{Destination, Event, EventKind, What};
use leadlight_lead::{MemberId, QueueName, Role, StageMessage};
use leadlight_ports::{Clock, LeadIndex, MessageQueue, Page, Secrets, World};

use crate::message::Delivery;
use crate::{Deliver, DeliverError};

/// Leads that are counted at most, of a person and a queue: nobody pictures more.
const MOST_COUNTED: usize = 200;

impl<W: World, S: Secrets> Deliver<W, S> {
    /// Puts a delivery on the queue for each of the team for whom something waits, and each destination that hears of it.
    pub(crate) async fn digest(&self, at: Timestamp) -> Result<(), DeliverError> {
        let now = self.clock.now();
        let destinations = self.in_force.destinations(now).await.map_err(DeliverError::Registry)?;
        let hearing: Vec<&str> = destinations
            .iter()
            .filter(|destination| destination.wants(EventKind::DeskDigest))
            .map(Destination::name)
            .collect();
        if hearing.is_empty() {
            return Ok(());
        }
        let Some(team) = self.in_force.team(now).await.map_err(DeliverError::Registry)? else {
            return Ok(());
        };
        for member in team.members() {
            let (waiting, late) = self.lying(member.id(), member.role(), now).await?;
            if waiting == 0 {
                continue;
            }
            let what = What::Digest { member: member.id().clone(), waiting, late };
            // The time it was due names it: asked for twice, it is the same.
            let event = Event { id: format!("desk.digest/{at}/{}", member.id()), at, what, lead: None };
            for destination in &hearing {
                let delivery = Delivery { destination: (*destination).to_owned(), event: event.clone() };
                let message = delivery.to_message().map_err(DeliverError::Write)?;
                self.deliveries.send(&message, &[]).await.map_err(DeliverError::FanOut)?;
            }
        }
        Ok(())
    }

    /// How many leads wait for someone, and how many of these past their time, to a quarter of an hour.
    async fn lying(&self, id: &MemberId, role: Role, now: Timestamp) -> Result<(usize, usize), DeliverError> {
        let queues = QueueName::ALL.into_iter().filter(|queue| role.works(*queue));
        let reads = queues.map(|queue| self.leads.waiting(queue, Some(id), Page::first(MOST_COUNTED)));
        let rows: Vec<_> =
            try_join_all(reads).await.map_err(DeliverError::Leads)?.into_iter().flatten().collect();
        let late = rows.iter().filter(|row| row.due_by.is_some_and(|due| due <= now)).count();
        Ok((rows.len(), late))
    }
}
