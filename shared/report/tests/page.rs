//! The page as a browser gets it.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod sample;

use leadlight_model::{
    BandVerdict, ColumnRead, FileRead, Finding, LearnerKind, Severity, StudyReport, StudyVerdict, WorthGain,
};
use leadlight_report::charts::band_picture;
use leadlight_report::html;
use roxmltree::{Document, ParsingOptions};

const SECTIONS: [&str; 18] = [
    "verdict",
    "past",
    "back-test",
    "bands",
    "people",
    "reliability",
    "scores",
    "lift",
    "reasons",
    "pairs",
    "vendors",
    "learners",
    "gate",
    "own",
    "drift",
    "surprises",
    "data",
    "papers",
];

/// Parses the page, or says where it is not well-formed.
fn parsed(page: &str) -> Document<'_> {
    Document::parse_with_options(page, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() })
        .unwrap()
}

fn texts(document: &Document<'_>, name: &str) -> Vec<String> {
    document.descendants().filter(|n| n.has_tag_name(name)).map(|n| text(n)).collect()
}

fn text(node: roxmltree::Node<'_, '_>) -> String {
    node.descendants().filter_map(|n| if n.is_text() { n.text() } else { None }).collect()
}

fn headline(report: &StudyReport) -> String {
    texts(&parsed(&html(report)), "h1").join("|")
}

/// What holds for every page, whatever it is about.
fn check(page: &str) {
    let document = parsed(page);
    let ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
    // Of deals from a file nobody knows what was said of them then.
    let wanted: Vec<&str> = SECTIONS
        .into_iter()
        .filter(|id| !["past", "back-test", "people", "vendors", "own"].contains(id) || ids.contains(id))
        .collect();
    assert_eq!(ids, wanted);
    for link in document.descendants().filter(|n| n.has_tag_name("a")) {
        let href = link.attribute("href").unwrap();
        // Within the page; or to a lead in the console that shows it.
        let leads_on = href.starts_with("/leads/lead_");
        assert!(leads_on || href.strip_prefix('#').is_some_and(|id| SECTIONS.contains(&id)), "{href}");
    }
    for picture in document.descendants().filter(|n| n.has_tag_name("svg")) {
        assert_eq!(picture.attribute("role"), Some("img"));
        assert!(picture.attribute("aria-label").is_some_and(|name| name.len() > 20));
        let parent = picture.parent().unwrap();
        assert!(parent.has_tag_name("figure"));
        assert!(parent.descendants().any(|n| n.has_tag_name("details")), "no table beside {picture:?}");
    }
    for word in ["script", "img", "iframe", "link", "object"] {
        assert!(!document.descendants().any(|n| n.has_tag_name(word)), "{word}");
    }
    for word in ["NaN", "inf%", ">inf", "http:", "https:", "url(", "@import"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn a_whole_report_has_all_its_parts() {
    let page = html(&sample::report(18));
    check(&page);
    let document = parsed(&page);
    assert_eq!(texts(&document, "h1"), ["A new model is published"]);
    assert_eq!(document.descendants().filter(|n| n.has_tag_name("svg")).count(), 13);
    let all = text(document.root());
    for words in [
        "A won deal outranks a lost one 82 times of 100",
        "wins 2.3 times as often as the average",
        "WORKING",
        "Check that it is filled before the outcome is known",
        "Did not take part",
        "Its gain may be chance",
        "Row 2190",
        &"3f".repeat(32),
        "The feature fax_number was left out",
        "3 rows are left out: the deals are still open",
        "Exportanteil",
        "Text that differs in nearly every row.",
        "slope 1.042",
        "people-data-labs takes 0.012 (0.004 to 0.020) off the log-loss of 240 deals; it cost $0.11 a lead.",
        "last-resort has facts in 15 deals that judge, which is too few to say what they add",
        "In 49 deals another vendor said something else",
        "About the model 4f4f4f4f4f4f, which scored leads at the time, and leads decided from 1 February 2025 to 1 May",
        "Scores have fallen. Of the leads decided from 1 February 2025",
        "April 2025",
        "The model 2e2e2e2e2e2e, from 1 February 2025",
        "31 deals; the 20 whose amount is known were worth $412,000.",
        "1 deal; what it was worth is not known.",
        "Brightforge $24,000 owner sdr-1 score 12",
        "Company not known amount not known owner not known score 93",
        "Nobody worked by these scores",
        "1 deal worth $18,000.",
        "Industry and CRM in use",
        "▲ about 2 times as high85 of 340 won",
        "3: too few",
    ] {
        assert!(all.contains(words), "{words}");
    }
}

#[test]
fn where_no_facts_work_together_it_is_said_why() {
    let with = |strongest: f64| {
        let mut report = sample::report(8);
        let pairs = report.pairs.as_mut().unwrap();
        pairs.found.clear();
        pairs.strongest = strongest;
        let page = html(&report);
        check(&page);
        text(parsed(&page).root())
    };
    assert!(with(1e-12).contains("This model adds facts up one by one"));
    assert!(
        with(0.11)
            .contains("the strongest comes to 0.11 log-odds, and what is under 0.18 is taken for noise")
    );
}

#[test]
fn an_empty_report_is_a_page_too() {
    let page = html(&sample::empty());
    check(&page);
    assert_eq!(headline(&sample::empty()), "No model yet: rules decide");
}

#[test]
fn lists_may_be_empty_one_by_one() {
    let mut report = sample::report(3);
    let judged = report.judged.as_mut().unwrap();
    judged.reliability.clear();
    judged.distribution.clear();
    judged.bands.bands.clear();
    judged.lift.clear();
    judged.won_but_low.clear();
    judged.lost_but_high.clear();
    report.gate.as_mut().unwrap().challengers.clear();
    for feature in &mut report.importance {
        feature.points.clear();
    }
    for feature in &mut report.drift {
        feature.bins.clear();
    }
    check(&html(&report));
}

#[test]
fn figures_that_are_none_are_dashes() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let report = with_every_figure(bad);
        let page = html(&report);
        check(&page);
        assert!(page.contains('–') && !page.contains("inf "));
    }
}

fn with_every_figure(bad: f64) -> StudyReport {
    let mut report = sample::report(3);
    let spoil = |metrics: &mut leadlight_model::Metrics| {
        (metrics.log_loss, metrics.base_rate, metrics.base_rate_log_loss) = (bad, bad, bad);
        (metrics.auc, metrics.ece) = (Some(bad), bad);
    };
    for result in &mut report.learners {
        result.forward_log_loss = Some(bad);
        result.metrics.iter_mut().for_each(spoil);
    }
    let gate = report.gate.as_mut().unwrap();
    spoil(&mut gate.incumbent_metrics);
    for c in &mut gate.challengers {
        spoil(&mut c.metrics);
        (c.gain, c.gain_at_least, c.p_value, c.p_at_most) = (bad, bad, bad, bad);
    }
    let judged = report.judged.as_mut().unwrap();
    for bin in &mut judged.reliability {
        (bin.predicted, bin.actual, bin.actual_from, bin.actual_to) = (bad, bad, bad, bad);
    }
    for bin in &mut judged.distribution {
        (bin.score_from, bin.score_to) = (bad, bad);
    }
    for band in &mut judged.bands.bands {
        (band.score_from, band.score_to, band.actual, band.actual_from) = (bad, bad, bad, bad);
        (band.actual_to, band.predicted) = (bad, Some(bad));
    }
    for point in &mut judged.lift {
        (point.share_of_leads, point.share_of_wins) = (bad, bad);
    }
    for deal in judged.won_but_low.iter_mut().chain(&mut judged.lost_but_high) {
        (deal.score, deal.probability) = (bad, bad);
        deal.factors.iter_mut().for_each(|factor| factor.1 = bad);
    }
    for vendor in &mut report.vendors {
        vendor.gain = vendor.gain.map(|_| WorthGain { mean: bad, from: bad, to: bad });
    }
    for feature in &mut report.importance {
        feature.mean_abs = bad;
        feature.points.iter_mut().for_each(|point| *point = (Some(bad), bad));
    }
    for feature in &mut report.drift {
        feature.psi = bad;
        feature.bins.iter_mut().for_each(|bin| (bin.1, bin.2) = (bad, bad));
    }
    for fill in &mut report.audit.fill {
        (fill.known, fill.auc) = (bad, Some(bad));
    }
    let manifest = report.manifest.as_mut().unwrap();
    spoil(&mut manifest.metrics_on_newest);
    (manifest.calibration.slope, manifest.calibration.intercept) = (bad, bad);
    report
}

#[test]
fn text_from_data_never_becomes_markup() {
    const EVIL: &str = r#"</style></title><script>alert("1")</script>'"><img src=x onerror=alert(1)>&amp;"#;
    let mut report = sample::report(3);
    let evil = || EVIL.to_owned();
    (report.subject, report.order, report.notes) = (evil(), evil(), vec![evil()]);
    report.vendors.iter_mut().for_each(|vendor| vendor.provider = evil());
    let column = ColumnRead { column: evil(), taken: evil(), why: evil() };
    report.file = Some(FileRead { columns: vec![column], left_out: vec![evil()] });
    report.verdict = StudyVerdict::Publish { learner: LearnerKind::ExplainableBoosting, because: evil() };
    report.own[0].scope = evil();
    report.own[1].because = evil();
    for finding in &mut report.audit.findings {
        (finding.feature, finding.what, finding.remedy) = (Some(evil()), evil(), evil());
    }
    report.audit.fill.iter_mut().for_each(|fill| fill.feature = evil());
    report.learners.iter_mut().for_each(|learner| learner.remark = evil());
    let gate = report.gate.as_mut().unwrap();
    gate.because = evil();
    gate.challengers.iter_mut().for_each(|c| c.objection = evil());
    let judged = report.judged.as_mut().unwrap();
    (judged.bands.because, judged.bands.what_to_do) = (evil(), evil());
    for deal in judged.won_but_low.iter_mut().chain(&mut judged.lost_but_high) {
        deal.factors.iter_mut().for_each(|factor| factor.0 = evil());
    }
    report.importance.iter_mut().for_each(|i| (i.feature, i.factor) = (evil(), evil()));
    for drift in &mut report.drift {
        drift.feature = evil();
        drift.bins.iter_mut().for_each(|bin| bin.0 = evil());
    }
    let manifest = report.manifest.as_mut().unwrap();
    (manifest.settings, manifest.smartcore_version, manifest.code_version) = (evil(), evil(), evil());
    manifest.notes = vec![evil()];
    let page = html(&report);
    check(&page);
    for word in ["<script", "<img", "onerror=alert(1)>&amp;<"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("&lt;script&gt;") && text(parsed(&page).root()).contains(EVIL));
}

#[test]
fn sixty_features_stay_light() {
    let page = html(&sample::report(60));
    check(&page);
    assert!(page.len() < 150_000, "{} bytes", page.len());
}

#[test]
fn each_verdict_has_its_headline() {
    let because = || "of this".to_owned();
    let mut report = sample::report(3);
    assert_eq!(headline(&report), "A new model is published");
    let chosen = report.gate.as_mut().and_then(|gate| gate.chosen.take());
    assert!(chosen.is_some() && report.keeps_shared());
    assert_eq!(headline(&report), "Models of their own have changed; the shared model stays");
    report.gate.as_mut().unwrap().chosen = chosen;
    report.verdict = StudyVerdict::Keep { because: because() };
    assert_eq!(headline(&report), "The champion stays");
    assert!(html(&report).contains("those of the best challenger, explainable boosting"));
    report.verdict = StudyVerdict::Refuse { because: because() };
    assert_eq!(headline(&report), "No model yet: rules decide");
    for verdict in [
        BandVerdict::Working,
        BandVerdict::BottomStillWins,
        BandVerdict::Miscalibrated,
        BandVerdict::NotDiscriminating,
        BandVerdict::InsufficientData,
    ] {
        report.judged.as_mut().unwrap().bands = sample::band_review(verdict);
        let page = html(&report);
        check(&page);
        let name = match verdict {
            BandVerdict::Working => "WORKING",
            BandVerdict::BottomStillWins => "LOW SCORES STILL WIN",
            BandVerdict::Miscalibrated => "MISCALIBRATED",
            BandVerdict::NotDiscriminating => "NOT DISCRIMINATING",
            BandVerdict::InsufficientData => "INSUFFICIENT DATA",
        };
        assert!(page.contains(&format!(">{name}</span>")));
    }
}

#[test]
fn a_key_names_only_what_is_drawn() {
    let mut review = sample::band_review(BandVerdict::Working);
    let picture = band_picture(&review).into_string();
    assert!(picture.contains("was predicted") && !picture.contains("predict no chance"));
    for band in &mut review.bands {
        band.predicted = None;
    }
    let picture = band_picture(&review).into_string();
    assert!(!picture.contains("was predicted") && picture.contains("predict no chance"));
}

#[test]
fn findings_that_stopped_training_are_the_headline() {
    let mut report = sample::empty();
    report.audit.findings.push(Finding {
        severity: Severity::Red,
        feature: Some("closed_reason".to_owned()),
        what: "it tells every outcome".to_owned(),
        remedy: "leave it out: it is written after the deal has closed".to_owned(),
    });
    let page = html(&report);
    check(&page);
    assert_eq!(headline(&report), "Training stopped: the data must be mended first");
    assert!(page.contains("No model yet: rules decide.") && page.contains("Leave it out"));
}

/// A report of the release before has none of what is told apart now, and no names.
#[test]
fn a_report_of_the_release_before_is_read_and_shown() {
    let new = sample::report(3);
    let mut old = serde_json::to_value(&new).unwrap();
    let past = old["past"].as_object_mut().unwrap();
    for field in ["scored_by", "window", "months", "earlier", "fall", "won_low", "lost_high", "back_test"] {
        assert!(past.remove(field).is_some(), "{field}");
    }
    for list in ["won_but_low", "lost_but_high"] {
        for deal in past[list].as_array_mut().unwrap() {
            for field in ["company", "amount_usd", "owner"] {
                assert!(deal.as_object_mut().unwrap().remove(field).is_some(), "{field}");
            }
        }
    }
    for band in past["review"]["bands"].as_array_mut().unwrap() {
        assert!(band.as_object_mut().unwrap().remove("independent").is_some());
    }
    let old: StudyReport = serde_json::from_value(old).unwrap();
    let page = html(&old);
    check(&page);
    let all = text(parsed(&page).root());
    assert!(all.contains("All decisions of all models and rules until then, together"));
    assert!(all.contains("Company not known") && !all.contains("Back-test") && !all.contains("have fallen"));
}

/// What a run found out is worth as much where it keeps the champion.
#[test]
fn a_run_that_keeps_the_champion_shows_its_evidence() {
    let mut report = sample::report(6);
    report.verdict = StudyVerdict::Keep { because: "no gain is sure".to_owned() };
    report.manifest = None;
    let page = html(&report);
    check(&page);
    let document = parsed(&page);
    assert_eq!(document.descendants().filter(|n| n.has_tag_name("svg")).count(), 13, "not a picture less");
    let all = text(document.root());
    for words in [
        "Challengers against what scores today",
        "It was not published",
        "Its gain may be chance",
        "These are the reasons of the model that stays",
    ] {
        assert!(all.to_lowercase().contains(&words.to_lowercase()), "{words}");
    }
    // A check that had nothing to train judged nobody, and says so.
    (report.gate, report.judged) = (None, None);
    assert!(text(parsed(&html(&report)).root()).contains("No challenger was judged in this run"));
}

#[test]
fn the_same_report_gives_the_same_page() {
    assert_eq!(html(&sample::report(18)), html(&sample::report(18)));
}

/// Hints stood on the terminal alone, and the page said "None".
#[test]
fn what_was_left_out_stands_beside_the_findings() {
    let mut report = sample::report(3);
    report.audit.findings.clear();
    let page = html(&report);
    check(&page);
    let all = text(parsed(&page).root());
    assert!(!all.contains("None.") && all.contains("Nothing stands against the data"), "{all}");
    report.file = None;
    assert!(text(parsed(&html(&report)).root()).contains("None."));
}
