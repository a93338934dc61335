//! The team at work: who has how much, who is in time, what is let through and why not.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use leadlight_console::{
    GradeSla, Load, ManagerPage, OtherLoad, PaceRow, PaceTime, PeopleCalibration, Rate, RateRow,
    RejectionCount, SpeedRow, TeamPace, Whose,
};
use leadlight_desk::Member;
use leadlight_lead::{Counted, Grade, MemberId, QueueName, Role, Tally};
use leadlight_policy::Policy;
use leadlight_ports::{LeadIndex, Page, PortError, World};

use crate::console::{Console, Person};
use crate::problem::{Problem, unavailable};
use crate::team_answer::{MonthCounts, TeamAnswer, TimeAnswer};

/// Rows of the index that are read at one time.
const A_PAGE: usize = 1000;
/// People whose leads are counted at one time.
const AT_ONCE: usize = 16;

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
                // How fast people are, and what they confirmed and was won, is told by `Pace`.
                Counted::FirstLook { .. } | Counted::Took { .. } | Counted::Won | Counted::Lost => {}
            }
            if let Counted::Rejected(code) | Counted::RejectedByAe(code) = counted {
                *counts.reasons.entry(code.to_string()).or_default() += n;
            }
        }
        counts
    }
}

/// The queues whose leads wait for people.
fn queues() -> impl Iterator<Item = QueueName> {
    QueueName::ALL.into_iter().filter(|queue| queue.role().is_some())
}

/// Open leads, and how many of them are overdue.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    all: usize,
    overdue: usize,
}

/// All that waits for one person in some queues, or in the pool. The index alone is read, row by row.
async fn open_of(
    leads: &impl LeadIndex,
    queues: Vec<QueueName>,
    owner: Option<&MemberId>,
    now: Timestamp,
) -> Result<Open, PortError> {
    let mut open = Open::default();
    for queue in queues {
        let mut after: Option<String> = None;
        loop {
            let page = Page { after: after.as_deref(), limit: A_PAGE };
            let rows = leads.waiting(queue, owner, page).await?;
            open.all += rows.len();
            open.overdue += rows.iter().filter(|row| row.due_by.is_some_and(|due| due <= now)).count();
            match rows.last() {
                Some(last) if rows.len() >= A_PAGE => after = Some(last.order.clone()),
                _ => break,
            }
        }
    }
    Ok(open)
}

/// Where someone may have leads: in the queues of their role, and in those of a role they had before.
fn where_owned(person: &Person, id: &MemberId) -> Vec<QueueName> {
    let role = person.team.member(id).map(Member::role);
    let had = |queue| person.formers.gone_from(queue, &person.team).any(|gone| gone == id);
    queues().filter(|queue| role.is_some_and(|role| role.works(*queue)) || had(*queue)).collect()
}

/// Who has how much: the team, then whom the leads belong to that nobody of the team has.
async fn loads<W: World>(
    console: &Console<W>,
    person: &Person,
) -> Result<(Vec<Load>, Vec<OtherLoad>), PortError> {
    let now = console.now();
    let left: BTreeSet<&MemberId> = queues()
        .flat_map(|queue| person.formers.gone_from(queue, &person.team))
        .filter(|id| person.team.member(id).is_none())
        .collect();
    let mut owners: Vec<(Option<MemberId>, Vec<QueueName>)> = person
        .team
        .members()
        .map(Member::id)
        .chain(left)
        .map(|id| (Some(id.clone()), where_owned(person, id)))
        .filter(|(_, queues)| !queues.is_empty())
        .collect();
    owners.push((None, queues().collect()));
    let mut counts = stream::iter(owners)
        .map(|(id, queues)| async move {
            let open = open_of(&console.leads, queues, id.as_ref(), now).await;
            (id, open)
        })
        .buffered(AT_ONCE);
    let (mut load, mut gone, mut pool) = (Vec::new(), Vec::new(), Open::default());
    while let Some((id, open)) = counts.next().await {
        let open = open?;
        match id.as_ref().map(|id| (id, person.team.member(id))) {
            Some((_, Some(member))) => load.push(load_of(member, open, now)),
            Some((id, None)) if open.all > 0 => gone.push((person.name_of(id), open)),
            Some(_) => {}
            None => pool = open,
        }
    }
    drop(counts);
    let mut others = Vec::new();
    if !gone.is_empty() {
        let sum = |of: fn(&Open) -> usize| gone.iter().map(|(_, open)| of(open)).sum();
        let (open, overdue) = (sum(|o| o.all), sum(|o| o.overdue));
        let people = gone.into_iter().map(|(name, open)| (name, open.all)).collect();
        others.push(OtherLoad { whose: Whose::LeftTheTeam { people }, open, overdue });
    }
    if pool.all > 0 {
        others.push(OtherLoad { whose: Whose::Nobody, open: pool.all, overdue: pool.overdue });
    }
    Ok((load, others))
}

fn load_of(member: &Member, open: Open, now: Timestamp) -> Load {
    Load {
        name: member.name().to_owned(),
        role: member.role(),
        open: open.all,
        capacity: usize::try_from(member.capacity()).unwrap_or(usize::MAX),
        overdue: open.overdue,
        away_until: away_until(member, now),
        leads: (member.role() != Role::Admin).then(|| leads_of(member.id())),
    }
}

/// Where somebody's open leads are listed.
fn leads_of(id: &MemberId) -> String {
    format!("/manager/leads/{id}")
}

/// How fast the team is, as the page shows it.
fn pace(answer: &TeamAnswer) -> TeamPace {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let time = |time: &TimeAnswer| PaceTime {
        decided: count(time.decided),
        median: time.median_minutes,
        before: time.median_minutes_before,
    };
    let speed = answer.speed_to_lead.iter().map(|row| SpeedRow {
        grade: row.grade,
        real: row.median_minutes,
        working: row.median_working_minutes,
        goal: row.goal_minutes,
        in_goal: Rate { part: count(row.in_goal), of: count(row.looks) },
    });
    let people = answer.people.iter().map(|row| PaceRow {
        name: row.name.clone(),
        leads: Some(leads_of(&row.member)),
        first: time(&row.first),
        second: time(&row.second),
        confirmed: Rate { part: count(row.confirmed), of: count(row.decided) },
        colleagues: row.colleagues_confirm,
        won: Rate { part: count(row.won), of: count(row.won + row.lost) },
    });
    let won = answer.won_by_band.iter();
    TeamPace {
        months: answer.months.clone(),
        month: answer.month.clone(),
        speed: speed.collect(),
        checkpoints: answer.checkpoints.iter().map(time).collect(),
        people: people.collect(),
        won_by_band: won
            .map(|row| (band_name(row.band), Rate { part: count(row.won), of: count(row.won + row.lost) }))
            .collect(),
        agreement: answer.agreement,
    }
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
    answer: &TeamAnswer,
    counted: MonthCounts,
) -> Result<ManagerPage, Problem> {
    let policy = console.policy().await?;
    let (load, others) = loads(console, person).await.map_err(|e| unavailable(&e))?;
    let counts = Counts::of(counted.counted);
    let name = |id: &MemberId| person.name_of(id);
    Ok(ManagerPage {
        period: month_in_words(&answer.month),
        load,
        others,
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
        pace: pace(answer),
        csv: Some(format!("/manager.csv?month={}", answer.month)),
    })
}

/// A month such as `2026-11` as people write it.
fn month_in_words(month: &str) -> String {
    let first = format!("{month}-01").parse::<jiff::civil::Date>();
    first.map_or_else(|_| month.to_owned(), |date| date.strftime("%B %Y").to_string())
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
        GradeSla { grade, allowed_minutes: policy.people().sla.of_grade(grade), met, breached }
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
