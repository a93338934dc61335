//! The sample events, each with what it shows and where it must end.

use leadlight_lead::QueueName;

/// A sample event as a producer would send it.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Its file under `events/samples`.
    pub file: &'static str,
    /// Its content, written around [`REFERENCE`](crate::REFERENCE); see [`rebased`](crate::rebased).
    pub bytes: &'static [u8],
    /// What it shows, in words.
    pub shows: &'static str,
    /// Where it ends under the default policy.
    pub expected: Expected,
}

/// Where a sample ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// In this queue.
    Queue(QueueName),
    /// Nowhere anew: it is the first sample, delivered again.
    Duplicate,
    /// In the dead-letter queue, with a reason.
    DeadLetter,
}

macro_rules! sample {
    ($file:literal, $expected:expr, $shows:literal) => {
        Sample {
            file: $file,
            bytes: include_bytes!(concat!("../samples/", $file)),
            shows: $shows,
            expected: $expected,
        }
    };
}

const SDR: Expected = Expected::Queue(QueueName::Sdr);
const NURTURE: Expected = Expected::Queue(QueueName::Nurture);
const DISQUALIFIED: Expected = Expected::Queue(QueueName::Disqualified);
const HUMAN_FIRST: Expected = Expected::Queue(QueueName::HumanFirst);
const CATCH_ALL: Expected = Expected::Queue(QueueName::CatchAll);

/// All sample events, in the order of their file names.
pub fn samples() -> &'static [Sample] {
    SAMPLES
}

static SAMPLES: &[Sample] = &[
    sample!("01-sdr-vp-revops.json", SDR, "strong on every criterion; asks for a demo"),
    sample!(
        "02-sdr-chief-revenue-officer.json",
        SDR,
        "syndicated content read by a chief officer in fintech"
    ),
    sample!("03-sdr-product-trial.json", SDR, "a trial at its usage milestones, who asks about an upgrade"),
    sample!("04-sdr-conference.json", SDR, "met at a stand; the mail domain is an alias of the company's"),
    sample!("05-sdr-referral.json", SDR, "sent by a former colleague"),
    sample!(
        "06-sdr-free-mail-with-website.json",
        SDR,
        "a private mailbox, but the company's website is given"
    ),
    sample!("07-nurture-marketing-manager.json", NURTURE, "a middling fit that has read one guide"),
    sample!("08-nurture-webinar.json", NURTURE, "a webinar guest from an oversized company, intent fading"),
    sample!(
        "09-nurture-outbound-list.json",
        NURTURE,
        "from an outbound list: fits well, shows little interest"
    ),
    sample!(
        "10-human-first-partner.json",
        HUMAN_FIRST,
        "handed over by a partner, with what the partner knows"
    ),
    sample!("11-catch-all-thin.json", CATCH_ALL, "an address and nothing else; the company is not known"),
    sample!(
        "12-disqualified-low-score.json",
        DISQUALIFIED,
        "no hard disqualifier, but nothing speaks for it"
    ),
    sample!("13-disqualified-current-customer.json", DISQUALIFIED, "a current customer, however strong"),
    sample!("14-disqualified-competitor.json", DISQUALIFIED, "a direct competitor looks around"),
    sample!("15-disqualified-student.json", DISQUALIFIED, "a student with a university's address"),
    sample!("16-disqualified-below-minimum-size.json", DISQUALIFIED, "a keen founder of a firm of twelve"),
    sample!("17-disqualified-excluded-geography.json", DISQUALIFIED, "a company in an excluded country"),
    sample!("18-disqualified-disposable-address.json", DISQUALIFIED, "a throw-away address"),
    sample!("19-duplicate-of-01.json", Expected::Duplicate, "the first sample, delivered a second time"),
    sample!("20-malformed-email-without-domain.json", Expected::DeadLetter, "an address without a domain"),
    sample!("21-malformed-cut-off.json", Expected::DeadLetter, "JSON that was cut off on the way"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use leadlight_lead::{DomainName, FormSubmit, LeadId, SubmittedLead};

    use super::*;
    use crate::{REFERENCE, directory};

    fn valid() -> impl Iterator<Item = (&'static Sample, FormSubmit)> {
        samples().iter().filter_map(|sample| Some((sample, FormSubmit::parse(sample.bytes).ok()?)))
    }

    #[test]
    fn every_file_of_the_folder_is_listed_once_and_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<&str> = samples().iter().map(|sample| sample.file).collect();
        assert_eq!(listed, files);
    }

    #[test]
    fn parsing_agrees_with_what_is_expected() {
        for sample in samples() {
            let parsed = FormSubmit::parse(sample.bytes);
            assert_eq!(parsed.is_err(), sample.expected == Expected::DeadLetter, "{}", sample.file);
            assert!(sample.bytes.len() < 2048, "{} is not small", sample.file);
        }
        // Only people bring a lead into these two.
        let machines = |queue: &QueueName| !matches!(queue, QueueName::Flagged | QueueName::Ae);
        for queue in QueueName::ALL.into_iter().filter(machines) {
            assert!(samples().iter().any(|s| s.expected == Expected::Queue(queue)), "{queue}");
        }
    }

    #[test]
    fn a_duplicate_repeats_an_earlier_file_byte_for_byte_and_nothing_else_repeats() {
        let mut seen: BTreeSet<&[u8]> = BTreeSet::new();
        let mut leads: BTreeSet<LeadId> = BTreeSet::new();
        for (sample, event) in valid() {
            let duplicate = sample.expected == Expected::Duplicate;
            assert_eq!(!seen.insert(sample.bytes), duplicate, "{}", sample.file);
            assert_eq!(
                !leads.insert(event.lead_id(REFERENCE.parse().unwrap()).unwrap()),
                duplicate,
                "{}",
                sample.file
            );
        }
    }

    #[test]
    fn every_source_is_shown() {
        let shown: BTreeSet<String> = valid().map(|(_, event)| event.source.to_string()).collect();
        let sources = [
            "conference",
            "content-syndication",
            "outbound-list",
            "partner-portal",
            "product-trial",
            "referral",
            "webinar",
            "website-form",
        ];
        assert_eq!(shown, sources.map(str::to_owned).into());
    }

    #[test]
    fn times_are_in_order_and_recent() {
        let now = REFERENCE.parse().unwrap();
        for (sample, event) in valid() {
            let lead = SubmittedLead::new(event.clone(), event.content_hash().unwrap(), now).unwrap();
            let age_days = now.duration_since(lead.occurred_at()).as_hours() / 24;
            assert!((0..=7).contains(&age_days), "{}", sample.file);
            for activity in &event.activity {
                assert!(activity.at <= lead.occurred_at(), "{}: behaviour after the event", sample.file);
            }
        }
    }

    #[test]
    fn the_directory_knows_all_but_the_thin_ones() {
        let directory = directory().unwrap();
        for (sample, event) in valid() {
            let known = ["thin", "disposable"].iter().all(|word| !sample.file.contains(word));
            assert!(event.email.domain().ends_with(".example"), "{}", sample.file);
            let host = event.website.as_deref().unwrap_or(event.email.domain());
            let domain = DomainName::from_host_or_url(host).unwrap();
            assert_eq!(directory.company_by_domain(&domain).is_some(), known, "{}", sample.file);
            assert_eq!(directory.person(&event.email).is_some(), known, "{}", sample.file);
            if let Some(company) = event.company.as_deref().filter(|_| known) {
                let by_name = directory.company_by_name(company).map(|c| &c.domain);
                assert_eq!(by_name, directory.company_by_domain(&domain).map(|c| &c.domain));
            }
        }
    }
}
