//! What a month's counts say.

use jiff::SignedDuration;
use leadlight_lead::{Counted, Grade, Span, Tally};

use crate::figures::Figures;

fn tally(member: &str, band: u8, counted: Counted) -> Tally {
    Tally { member: member.parse().unwrap(), band: Some(band), counted }
}

fn near(value: Option<f64>, wanted: f64) -> bool {
    value.is_some_and(|value| (value - wanted).abs() < 1e-9)
}

#[test]
fn people_are_compared_on_alike_leads_alone() {
    let no = || Counted::Rejected("no_need".parse().unwrap());
    // Both let half of the 70s through; one works on 20s as well, and turns all of them down.
    let counts = [
        (tally("a", 7, Counted::Confirmed), 10),
        (tally("a", 7, no()), 10),
        (tally("b", 7, Counted::Confirmed), 5),
        (tally("b", 7, no()), 5),
        (tally("b", 2, no()), 40),
    ];
    let figures = Figures::of(&counts);
    assert!(near(figures.agreement, 0.5), "two coins agree half of the time: {:?}", figures.agreement);
    for (member, pace) in &figures.people {
        assert!(near(pace.colleagues, 0.5), "{member}: {:?}", pace.colleagues);
    }
    let decided = [(tally("a", 7, Counted::Confirmed), 9), (tally("b", 7, Counted::Confirmed), 9)];
    assert!(near(Figures::of(&decided).agreement, 1.0), "they never differ");
    assert_eq!(Figures::of(&decided[..1]).agreement, None, "one person agrees with nobody");
    let few = [(tally("a", 7, Counted::Confirmed), 4), (tally("b", 7, Counted::Confirmed), 90)];
    assert_eq!(Figures::of(&few).agreement, None, "four decisions say little");
}

#[test]
fn speed_ends_and_times_are_told_by_person_and_as_a_whole() {
    let span = |minutes| Span::of(SignedDuration::from_mins(minutes));
    let look = |real, working, in_goal| Counted::FirstLook {
        grade: Some(Grade::A),
        real: span(real),
        working: span(working),
        in_goal,
    };
    let counts = [
        (tally("a", 9, look(800, 4, true)), 3),
        (tally("b", 9, look(90, 90, false)), 1),
        (tally("a", 9, Counted::Took { checkpoint: 1, working: span(4) }), 3),
        (tally("b", 9, Counted::Took { checkpoint: 2, working: span(400) }), 1),
        (tally("a", 9, Counted::Won), 2),
        (tally("a", 9, Counted::Lost), 1),
    ];
    let figures = Figures::of(&counts);
    let looks = figures.first_looks[&Some(Grade::A)];
    assert_eq!((looks.real.count(), looks.in_goal), (4, 3));
    assert!(looks.working.median_minutes().unwrap() <= 5.0 && looks.real.median_minutes().unwrap() > 480.0);
    assert_eq!(figures.checkpoints.map(|spans| spans.count()), [3, 1]);
    let a = &figures.people[&"a".parse().unwrap()];
    assert_eq!((a.first.count(), a.second.count(), a.ends.won, a.ends.lost), (3, 0, 2, 1));
    assert_eq!((figures.ends_by_band[&9].won, figures.ends_by_band[&9].lost), (2, 1));
}
