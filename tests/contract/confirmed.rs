//! What one confirmed and is over is found under who confirmed it.

use jiff::SignedDuration;
use leadlight_lead::{Confirmation, MemberId, Progress, QueueName, QueuedLead, Rejection, TrainingMeaning};
use leadlight_ports::{LeadIndex, LeadStore};
use leadlight_tests::memory::reference;

use super::{eventually, leads};

pub(crate) async fn a_lead_index_finds_what_somebody_confirmed(store: &(impl LeadStore + LeadIndex)) {
    let me: MemberId = "sdr-confirms".parse().unwrap();
    let mut confirmed: Vec<QueuedLead> = leads(330).await.split_off(310);
    confirmed.truncate(3);
    let word = |hours| Confirmation { by: me.clone(), at: reference() + SignedDuration::from_hours(hours) };
    let rejected = Rejection {
        by: "ae-1".parse().unwrap(),
        at: reference(),
        reason: "no_need".parse().unwrap(),
        training: TrainingMeaning::Negative,
    };
    for (lead, hours) in confirmed.iter_mut().zip([-5, -1, 3]) {
        lead.outcome = None;
        let (confirmed, rejected) = (Some(word(hours)), rejected.clone());
        lead.work.progress = Progress::Rejected { confirmed, rejected };
    }
    // The last waits for an AE still, and is found there.
    confirmed[2].work.progress = Progress::Confirmed(word(3));
    for lead in &confirmed {
        store.insert(lead).await.unwrap();
    }
    let ids = |order: &[usize]| order.iter().map(|i| confirmed[*i].id().clone()).collect::<Vec<_>>();
    let found = async |limit| -> Vec<_> {
        store.confirmed_by(&me, limit).await.unwrap().iter().map(|lead| lead.id().clone()).collect()
    };
    eventually(ids(&[1, 0]), || found(10)).await;
    assert_eq!(found(1).await, ids(&[1]), "the latest");
    assert_eq!(store.confirmed_by(&"sdr-9".parse().unwrap(), 5).await.unwrap(), []);
    assert_eq!(store.load(QueueName::Sdr, Some(&me), 10).await.unwrap(), 0, "it is nobody's work");
}
