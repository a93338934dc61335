//! What waits for whom.

use futures_util::future::try_join_all;
use leadlight_desk::{Loads, Team};
use leadlight_lead::QueueName;

use leadlight_ports::{LeadIndex, PortError};

/// How many leads wait for each member who may get one of a queue, in all the queues of their role; nobody's are counted beyond their capacity. It is
/// read anew each time: a count an index tells may lag by a moment, and a lead more or less does no harm.
pub async fn loads(leads: &impl LeadIndex, team: &Team, queue: QueueName) -> Result<Loads, PortError> {
    let members = team.members().filter(|member| Some(member.role()) == queue.role());
    let counts = members.map(|member| async move {
        let most = usize::try_from(member.capacity()).unwrap_or(usize::MAX);
        // A capacity is a person's, over all the queues they work through.
        let queues = QueueName::ALL.into_iter().filter(|other| other.role() == queue.role());
        let counts = queues.map(|queue| leads.load(queue, Some(member.id()), most));
        let waiting: usize = try_join_all(counts).await?.into_iter().sum();
        Ok::<_, PortError>((member.id().clone(), u32::try_from(waiting).unwrap_or(u32::MAX)))
    });
    Ok(try_join_all(counts).await?.into_iter().collect())
}
