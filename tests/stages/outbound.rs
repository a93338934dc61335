//! Target accounts, from the list to outbound leads.

use leadlight::outbound::{Carried, Outside, Sending, Work, carried_out};
use leadlight_desk::Team;
use leadlight_ports::memory::MemoryQueue;
use leadlight_tests::memory::TEAM;

use super::*;

const LIST: &str = "domain;name;Land;Mitarbeiter;Branche;Tools;topic;intent score;funding date;hiring;person;email;title;last contact\n\
    https://www.northpeak.example;Northpeak;DE;1.200;Software;Salesforce|Slack;lead scoring;92;2026-11-10;revenue operations 2;Ada Lovelace;ada@northpeak.example;VP Revenue Operations;\n\
    northpeak.example;;;;;;;;;;Bob Builder;bob@northpeak.example;Sales Manager;\n\
    quarry.example;Quarry;DE;300;Software;Salesforce;;;;;;;;\n\
    lately.example;Lately;DE;400;Software;Salesforce;lead scoring;95;2026-11-10;;Eve;eve@lately.example;CRO;2026-11-10\n\
    slow.example;Slow;DE;80;Landwirtschaft;;;;;;Tom;tom@slow.example;Clerk;\n\
    globex.example;A customer;DE;500;Software;;;;;;Kim;kim@globex.example;CEO;\n";

const OUTBOUND: &str = "\n[outbound]\nsource = \"outbound-list\"\naccounts_a_week = 2\npeople_per_account = 2\n\
                        accounts_per_group = 1\nagain_after_days = 90\n";

async fn world(outbound: &str) -> System {
    let world = System::default();
    let registry = world.registry();
    registry.publish::<Policy>(&format!("{DEFAULT_POLICY}{outbound}"), &change(), reference()).await.unwrap();
    registry.publish::<leadlight_outbound::TargetList>(LIST, &change(), reference()).await.unwrap();
    world
}

async fn week(world: &System, now: Timestamp, sending: Sending) -> (Carried, Vec<String>) {
    let (registry, form_submits) = (world.registry(), MemoryQueue::default());
    let outside = Outside { registry: &registry, leads: &world.leads, form_submits: &form_submits };
    let carried = carried_out(outside, now, sending).await.unwrap();
    (carried, form_submits.sent().into_iter().map(|sent| sent.body).collect())
}

fn domains(carried: &Carried) -> Vec<String> {
    let of = |work: &Work| match work {
        Work::Leads { account, .. } | Work::FindSomeone { account, .. } | Work::NotSent { account, .. } => {
            account.domain.to_string()
        }
    };
    carried.work.iter().map(of).collect()
}

fn after_days(days: i64) -> Timestamp {
    reference() + SignedDuration::from_hours(24 * days)
}

#[tokio::test]
async fn the_best_accounts_become_outbound_leads_once_and_the_others_wait() {
    let world = world(OUTBOUND).await;
    let (looked, sent) = week(&world, reference(), Sending::Nothing).await;
    assert_eq!(
        (domains(&looked), sent.len()),
        (vec!["northpeak.example".to_owned(), "quarry.example".to_owned()], 0)
    );
    let (carried, sent) = week(&world, reference(), Sending::Leads).await;
    assert_eq!((domains(&carried), sent.len(), carried.was_planned), (domains(&looked), 2, false));
    assert_eq!(carried.to_find().count(), 1, "nobody is known at the second");
    assert!(carried.waiting.keys().any(|why| why.contains("spoken to lately")), "{:?}", carried.waiting);

    let passed = world.pass(&sent.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(passed.dead.is_empty(), "{:?}", passed.dead);
    let lead = world.lead(&id_of(&sent[0])).await;
    let enriched = lead.enriched();
    assert_eq!(enriched.motion, leadlight_lead::Motion::Outbound);
    // What ranked the account scores the lead.
    let company = &enriched.enrichment.company;
    assert_eq!(company.intent.as_ref().unwrap().provider, leadlight_outbound::TARGET_LIST);
    assert!(company.funding.is_some() && company.hiring.is_some() && company.technologies.is_some());
    assert!(!matches!(lead.decision().unwrap().disposition, Disposition::BelowThreshold));
    assert!(lead.event().form.fields.contains_key("Why this account"));

    // A second run of the week sends nothing again, and takes no other accounts on, though the list has changed since.
    let other = LIST.replace("slow.example;Slow;DE;80;Landwirtschaft", "slow.example;Slow;DE;800;Software");
    world.registry().publish::<leadlight_outbound::TargetList>(&other, &change(), reference()).await.unwrap();
    let (again, sent) = week(&world, after_days(1), Sending::Leads).await;
    assert_eq!((domains(&again), sent.len(), again.was_planned), (domains(&carried), 0, true));
    let Work::Leads { sent, there_already, .. } = &again.work[0] else { panic!("{:?}", again.work) };
    assert_eq!((sent.len(), there_already.len()), (0, 2));
}

#[tokio::test]
async fn who_was_erased_is_not_brought_back_by_the_list() {
    use leadlight_lead::PersonKey;
    use leadlight_ports::{DEPLOYMENT_KEY, Marking, Tombstones};
    let world = world(OUTBOUND).await;
    world.objects.put_new(DEPLOYMENT_KEY, vec![7; 32]).await.unwrap();
    let key = Marking::new(world.objects.clone()).key().await.unwrap().unwrap();
    let ada = PersonKey::of_address(&"ada@northpeak.example".parse().unwrap());
    world.leads.bar(&key.person(&ada), after_days(-10)).await.unwrap();
    let (carried, sent) = week(&world, reference(), Sending::Leads).await;
    let Work::Leads { sent: leads, erased, .. } = &carried.work[0] else { panic!("{:?}", carried.work) };
    assert_eq!((leads.len(), sent.len(), *erased), (1, 1, 1));
    assert!(!sent[0].contains("ada@"));
}

#[tokio::test]
async fn a_run_that_broke_off_is_carried_on() {
    let world = world(OUTBOUND).await;
    let (_, sent) = week(&world, reference(), Sending::Leads).await;
    // The first of two arrived.
    world.pass(&[sent[0].as_str()]).await;
    let (again, sent) = week(&world, after_days(2), Sending::Leads).await;
    let Work::Leads { sent: of_now, there_already, .. } = &again.work[0] else { panic!("{:?}", again.work) };
    assert_eq!((sent.len(), of_now.len(), there_already.len()), (1, 1, 1));
}

#[tokio::test]
async fn the_next_week_leaves_alone_who_was_given_and_whoever_has_an_open_lead() {
    let world = world(OUTBOUND).await;
    let inbound = r#"{"schema_version":1,"id":"e1","source":"website-form","email":"kay@slow.example"}"#;
    world.pass(&[inbound]).await;
    week(&world, reference(), Sending::Leads).await;
    let (next, _) = week(&world, after_days(7), Sending::Leads).await;
    assert_eq!(domains(&next), Vec::<String>::new(), "{:?}", next.waiting);
    for why in ["it was work in", "it was spoken to lately", "a lead of this account is open already"] {
        assert!(next.waiting.keys().any(|told| told.contains(why)), "{why}: {:?}", next.waiting);
    }
    let (later, _) = week(&world, after_days(98), Sending::Leads).await;
    assert_eq!(domains(&later).len(), 2, "after its days an account is taken up again");
}

#[tokio::test]
async fn what_is_missing_is_told_with_what_to_do() {
    let failed = async |world: &System| {
        let (registry, form_submits) = (world.registry(), MemoryQueue::default());
        let outside = Outside { registry: &registry, leads: &world.leads, form_submits: &form_submits };
        format!("{:#}", carried_out(outside, reference(), Sending::Nothing).await.unwrap_err())
    };
    assert!(failed(&world("").await).await.contains("has no `[outbound]`"));
    let per_sdr = OUTBOUND.replace("accounts_a_week = 2", "accounts_per_sdr = 1");
    let world = world(&per_sdr).await;
    assert!(failed(&world).await.contains("no team file is in force; publish one"));
    world.registry().publish::<Team>(TEAM, &change(), reference()).await.unwrap();
    let (carried, _) = week(&world, reference(), Sending::Nothing).await;
    assert!(!carried.work.is_empty());
}
