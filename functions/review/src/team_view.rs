//! The team at work: who has how much, who is in time, what is let through and why not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadlight_console::{GradeSla, Load, ManagerPage, PeopleCalibration, Rate, RateRow, RejectionCount};
use leadlight_desk::Member;
use leadlight_lead::{Counted, Grade, MemberId, QueueName, Role, Tally};
use leadlight_policy::Policy;
use leadlight_ports::{LeadIndex, LeadStore, Page, PortError, World};

use crate::console::{Console, Person};
use crate::problem::{Problem, unavailable};

/// Leads of a member that are counted, where their capacity is less: overload should be seen.
const MOST_SHOWN: usize = 200;

/// What was counted in a month, by what it is asked for.
#[derive(Debug, Default)]
struct Counts {
    by_person: BTreeMap<MemberId, Rate>,
    by_band: BTreeMap<u8, Rate>,
    held: BTreeMap<MemberId, Rate>,
    sla: BTreeMap<Option<Grade>, (usize, usize)>,
    reasons: BTreeMap<String, usize>,
}

fn add(rate: &mut Rate, n: usize, part: bool) {
    rate.of += n;
    rate.part += if part { n } else { 0 };
}

impl Counts {
    fn of(tallies: Vec<(Tally, u64)>) -> Self {
        let mut counts = Self::default();
        for (Tally { member, band, counted }, n) in tallies {
            let n = usize::try_from(n).unwrap_or(usize::MAX);
            match &counted {
                Counted::Confirmed | Counted::Flagged | Counted::Rejected(_) => {
                    let through = counted == Counted::Confirmed;
                    add(counts.by_person.entry(member).or_default(), n, through);
                    if let Some(band) = band {
                        add(counts.by_band.entry(band).or_default(), n, through);
                    }
                }
                Counted::Held | Counted::NotHeld => {
                    add(counts.held.entry(member).or_default(), n, counted == Counted::Held);
                }
                Counted::InTime(grade) => counts.sla.entry(*grade).or_default().0 += n,
                Counted::Late(grade) | Counted::Breached(grade) => {
                    counts.sla.entry(*grade).or_default().1 += n;
                }
                Counted::Accepted | Counted::SentBack | Counted::RejectedByAe(_) => {
                    add(counts.by_person.entry(member).or_default(), n, counted == Counted::Accepted);
                }
            }
            if let Counted::Rejected(code) | Counted::RejectedByAe(code) = counted {
                *counts.reasons.entry(code.to_string()).or_default() += n;
            }
        }
        counts
    }
}

/// The queues that a role works on.
fn queues(role: Role) -> impl Iterator<Item = QueueName> {
    QueueName::ALL.into_iter().filter(move |queue| role.works(*queue))
}

async fn load(leads: &impl LeadIndex, member: &Member, now: Timestamp) -> Result<Load, PortError> {
    let capacity = usize::try_from(member.capacity()).unwrap_or(usize::MAX);
    let (mut open, mut overdue) = (0, 0);
    for queue in queues(member.role()) {
        let rows = leads.waiting(queue, Some(member.id()), Page::first(capacity.max(MOST_SHOWN))).await?;
        open += rows.len();
        overdue += rows.iter().filter(|row| row.due_by.is_some_and(|due| due <= now)).count();
    }
    Ok(Load {
        name: member.name().to_owned(),
        role: member.role(),
        open,
        capacity,
        overdue,
        away_until: away_until(member, now),
    })
}

/// When someone is back, where they are away.
fn away_until(member: &Member, now: Timestamp) -> Option<Timestamp> {
    let today = member.hours().date(now);
    let away = member.away().iter().find(|away| away.contains(today))?;
    let zone = jiff::tz::TimeZone::get(member.hours().time_zone()).ok()?;
    zone.to_timestamp(away.to.tomorrow().ok()?.at(0, 0, 0, 0)).ok()
}

/// The manager's view.
pub(crate) async fn manager_page<W: World>(
    console: &Console<W>,
    person: &Person,
) -> Result<ManagerPage, Problem> {
    let now = console.now();
    let policy = console.policy().await?;
    let members = person.team.members().filter(|member| queues(member.role()).next().is_some());
    let loads = members.map(|member| load(&console.leads, member, now));
    let load = futures_util::future::try_join_all(loads).await.map_err(|e| unavailable(&e))?;
    let tallies = console.leads.tallies(&Tally::month(now)).await.map_err(|e| unavailable(&e))?;
    let counts = Counts::of(tallies);
    let name = |id: &MemberId| person.name_of(id);
    Ok(ManagerPage {
        period: now.strftime("%B %Y").to_string(),
        load,
        sla: sla(&counts, &policy),
        by_person: counts
            .by_person
            .iter()
            .map(|(id, rate)| RateRow { name: name(id), rate: *rate })
            .collect(),
        by_band: counts
            .by_band
            .iter()
            .rev()
            .map(|(band, rate)| RateRow { name: band_name(*band), rate: *rate })
            .collect(),
        rejections: rejections(&counts, &policy),
        calibration: counts
            .held
            .iter()
            .map(|(id, rate)| PeopleCalibration { name: name(id), held_at_second: *rate })
            .collect(),
        csv: Some("/manager.csv".to_owned()),
    })
}

/// A band of scores, such as `70 to 79`.
fn band_name(band: u8) -> String {
    let from = band * 10;
    if band == 9 { format!("{from} to 100") } else { format!("{from} to {}", from + 9) }
}

fn sla(counts: &Counts, policy: &Policy) -> Vec<GradeSla> {
    let grades = [Some(Grade::A), Some(Grade::B), Some(Grade::C), Some(Grade::D), None];
    let row = |grade: Option<Grade>| {
        let (met, breached) = counts.sla.get(&grade).copied().unwrap_or_default();
        GradeSla { grade, allowed_minutes: policy.people().sla.of(grade), met, breached }
    };
    grades.into_iter().map(row).collect()
}

fn rejections(counts: &Counts, policy: &Policy) -> Vec<RejectionCount> {
    let known = policy.people().reasons.iter();
    let mut rejections: Vec<RejectionCount> = known
        .filter_map(|reason| {
            let count = *counts.reasons.get(reason.code.as_str())?;
            Some(RejectionCount { label: reason.label.clone(), training: reason.training, count })
        })
        .collect();
    rejections.sort_by_key(|row| std::cmp::Reverse(row.count));
    rejections
}
