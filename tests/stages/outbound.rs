//! Target accounts, from the list to outbound leads.

use leadlight_desk::Team;
use leadlight_destinations::{Event, What};
use leadlight_lead::StageMessage;
use leadlight_plan::{Carried, Day, Idle, PlanError, Planner, Sending, Work};
use leadlight_ports::memory::{Memory, MemoryLeads, MemoryObjects, MemoryQueue};
use leadlight_ports::{Class, Classed, FixedClock, Marking, chain};
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

type Outside = Memory<FixedClock, MemoryLeads, MemoryQueue, MemoryObjects>;

async fn world(outbound: &str) -> System {
    let world = System::default();
    let registry = world.registry();
    registry.publish::<Policy>(&format!("{DEFAULT_POLICY}{outbound}"), &change(), reference()).await.unwrap();
    registry.publish::<leadlight_outbound::TargetList>(LIST, &change(), reference()).await.unwrap();
    world
}

async fn week(world: &System, now: Timestamp, sending: Sending) -> (Carried, Vec<String>) {
    let planner = planner(world);
    let carried = planner.week(now, sending).await.unwrap();
    (carried, planner.form_submits.sent().into_iter().map(|sent| sent.body).collect())
}

fn planner(world: &System) -> Planner<Outside> {
    Planner {
        registry: world.registry(),
        leads: world.leads.clone(),
        marking: Marking::new(world.objects.clone()),
        form_submits: MemoryQueue::default(),
    }
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
    let failed =
        async |world: &System| chain(&planner(world).week(reference(), Sending::Nothing).await.unwrap_err());
    assert!(failed(&world("").await).await.contains("has no `[outbound]`"));
    let per_sdr = OUTBOUND.replace("accounts_a_week = 2", "accounts_per_sdr = 1");
    let world = world(&per_sdr).await;
    assert!(failed(&world).await.contains("no team file is in force; publish one"));
    world.registry().publish::<Team>(TEAM, &change(), reference()).await.unwrap();
    let (carried, _) = week(&world, reference(), Sending::Nothing).await;
    assert!(!carried.work.is_empty());
}

/// Each day the planner goes on; a company that does not use outbound hears nothing of it.
#[tokio::test]
async fn each_day_the_plan_is_carried_on_and_who_has_none_is_left_alone() {
    let nothing = System::default();
    assert_eq!(planner(&nothing).daily(reference()).await.unwrap(), Day::Idle { idle: Idle::NoPolicy });
    let without = world("").await;
    assert_eq!(planner(&without).daily(reference()).await.unwrap(), Day::Idle { idle: Idle::NoRules });
    let unlisted = System::default();
    let policy = format!("{DEFAULT_POLICY}{OUTBOUND}");
    unlisted.registry().publish::<Policy>(&policy, &change(), reference()).await.unwrap();
    assert_eq!(planner(&unlisted).daily(reference()).await.unwrap(), Day::Idle { idle: Idle::NoTargets });

    let world = world(OUTBOUND).await;
    let day = async |now| {
        let planner = planner(&world);
        let day = planner.daily(now).await.unwrap();
        (day, planner.form_submits.sent().into_iter().map(|sent| sent.body).collect::<Vec<_>>())
    };
    let (first, sent) = day(reference()).await;
    let Day::Planned { week, .. } = first else { panic!("{first:?}") };
    let planned = |is_new, sent| Day::Planned { week, is_new, accounts: 2, sent, to_find: 1, not_sent: 0 };
    assert_eq!(first, planned(true, 2));
    world.pass(&sent.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(day(after_days(1)).await.0, planned(false, 0));
}

/// It is kept beside the leads, and the table's stream tells it: once a week and account, and a look first tells nothing.
#[tokio::test]
async fn an_account_without_a_person_is_told_of_once() {
    let world = world(OUTBOUND).await;
    week(&world, reference(), Sending::Nothing).await;
    assert!(world.leads.outbox().is_empty());
    week(&world, reference(), Sending::Leads).await;
    week(&world, after_days(1), Sending::Leads).await;
    let told: Vec<String> = world.leads.outbox().into_values().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let event = Event::from_message(told[0].as_bytes()).unwrap();
    let What::AccountNeedsContact(needs) = &event.what else { panic!("{event:?}") };
    assert_eq!((needs.domain.as_str(), needs.rank), ("quarry.example", 3));
    assert!(event.id.starts_with("account.needs_contact/") && event.id.ends_with("/quarry.example"));
    assert!(!told[0].contains('@'), "it names a company and no person");
}

/// What cannot be reached is worth another try; what people have to change is not.
#[tokio::test]
async fn a_damaged_plan_is_told_with_its_place() {
    let world = world(OUTBOUND).await;
    let week_key = leadlight_outbound::Week::of(reference()).key();
    world.objects.put_new(&week_key, b"{}".to_vec()).await.unwrap();
    let error = planner(&world).daily(reference()).await.unwrap_err();
    assert!(matches!(error, PlanError::Damaged { .. }) && error.class() == Class::Poison);
    assert!(chain(&error).contains(&week_key), "{}", chain(&error));
}
