//! What finds leads that time moves, in the twin and in the table.

use leadlight_lead::{Confirmation, Decision, MemberId, Progress, QueuedLead, Renews, RouteRequest};
use leadlight_ports::{LeadIndex, LeadStore, Page, Version};
use leadlight_tests::memory::reference;

use super::{eventually, leads};

/// By day, page by page; and nothing that people have answered.
pub(crate) async fn a_lead_index_finds_what_time_moves(store: &(impl LeadStore + LeadIndex)) {
    let far = |year: i16| jiff::civil::date(year, 3, 1);
    let mut fading: Vec<QueuedLead> = leads(900).await.split_off(840);
    fading.retain(|lead| lead.decision().is_some_and(Decision::is_renewed) && !lead.is_answered());
    fading.truncate(4);
    assert_eq!(fading.len(), 4, "the history must have some");
    // Days that no other test has.
    for (lead, year) in fading.iter_mut().zip([2094, 2092, 2093, 2091]) {
        let RouteRequest::Scored(scored) = &mut lead.content else { panic!("it is scored") };
        scored.renews = Some(Renews { on: far(year), becomes: None });
        store.insert(lead).await.unwrap();
    }
    let ids = |order: &[usize]| order.iter().map(|i| fading[*i].id().clone()).collect::<Vec<_>>();
    let before = store.to_renew(far(2090), Page::first(1_000)).await.unwrap();
    let behind = before.last().map(|row| row.order.clone());
    let found = async |year, limit| {
        let page = Page { after: behind.as_deref(), limit };
        store.to_renew(far(year), page).await.unwrap()
    };
    let by_day = async |year| found(year, 10).await.into_iter().map(|row| row.id).collect::<Vec<_>>();
    eventually(ids(&[3, 1, 2]), || by_day(2093)).await;
    let first = found(2093, 2).await;
    assert_eq!(first.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), ids(&[3, 1]), "page by page");
    let rest = store.to_renew(far(2093), Page { after: Some(&first[1].order), limit: 10 }).await.unwrap();
    assert_eq!(rest.into_iter().map(|row| row.id).collect::<Vec<_>>(), ids(&[2]));
    // What people have answered time does not move.
    let mut decided = fading[1].clone();
    let by: MemberId = "me".parse().unwrap();
    decided.work.progress = Progress::Confirmed(Confirmation { by, at: reference() });
    store.replace(&decided, Version(1), leadlight_lead::Counts::NONE).await.unwrap();
    eventually(ids(&[3, 2]), || by_day(2093)).await;
}
