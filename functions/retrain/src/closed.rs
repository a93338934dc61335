//! Reads the deals to learn from: all leads in the table that were decided on and have an outcome.

use jiff::Timestamp;
use leadlight_desk::{Label, label};
use leadlight_lead::{CriterionGroup, QueuedLead};
use leadlight_model::{Cell, Deals, FeatureSpec, Finding, Severity, TrainingRow};
use leadlight_policy::Policy;
use leadlight_ports::{Clock, LeadStore, ObjectStore, PortError};
use leadlight_scoring::{feature_specs, features, scope};

use crate::each_answered::Source;
use crate::past::Past;
use crate::people::People;
use crate::vendors::Vendors;

/// What the table tells of closed deals.
pub(crate) struct Closed {
    /// With features as the policy in force grades them.
    pub(crate) deals: Deals,
    /// How they would look without each vendor.
    pub(crate) vendors: Vendors,
    /// How many others.
    pub(crate) left_out: usize,
    /// Of the deals, those that were decided under another policy.
    regraded: usize,
    /// Items that could not be read.
    pub(crate) unreadable: usize,
    /// Of the deals seen, how many stand for one that is learnt from.
    one_in: usize,
    /// Deals that could be learnt from.
    seen: usize,
    /// Whether reading ended before the table did.
    cut_short: bool,
    /// All of them, as they were decided then.
    pub(crate) past: Past,
    /// What people said, of these and of leads that are still open.
    pub(crate) people: People,
    /// Invented deals that are not learnt from, since there are deals of the company's own.
    samples: usize,
    /// Facts that are known of no deal: there is nothing to learn of them.
    unknown: Vec<FeatureSpec>,
}

/// Every lead that has converted, or clearly has not.
pub(crate) async fn closed<L: LeadStore, O: ObjectStore, C: Clock>(
    source: &Source<'_, L, O>,
    clock: &C,
    policy: &Policy,
    max_deals: usize,
    read_until: Option<Timestamp>,
) -> Result<Closed, PortError> {
    let now = clock.now();
    let mut closed = Closed {
        deals: Deals::new(feature_specs(policy)),
        vendors: Vendors::default(),
        left_out: 0,
        regraded: 0,
        unreadable: 0,
        one_in: 1,
        seen: 0,
        cut_short: false,
        past: Past::default(),
        people: People::default(),
        samples: 0,
        unknown: Vec::new(),
    };
    let is_over = || read_until.is_some_and(|until| clock.now() >= until);
    let read = source.each_answered(is_over, |lead| closed.see(lead, policy, now, max_deals)).await?;
    closed.samples = read.samples_left_out;
    closed.left_out += read.samples_left_out;
    closed.unreadable = read.unreadable;
    closed.cut_short = read.is_cut_short;
    closed.leave_out_unknown();
    Ok(closed)
}

impl Closed {
    /// A deal that closes in the future is a mistyped date, and would make every later deal look old.
    fn see(&mut self, lead: &QueuedLead, policy: &Policy, now: Timestamp, max_deals: usize) {
        self.people.see(lead);
        let (won, closed_at) = match label(lead, policy.conversion(), now) {
            Label::Converted(at) => (true, at),
            Label::NotConverted(at) => (false, at),
            Label::Open => return,
            Label::LeftOut => {
                self.left_out += 1;
                return;
            }
        };
        let Some(decision) = lead.decision().filter(|_| closed_at <= now) else {
            self.left_out += 1;
            return;
        };
        self.past.see(lead, decision, won, closed_at, now);
        self.seen += 1;
        if !(self.seen - 1).is_multiple_of(self.one_in) {
            return;
        }
        if self.deals.len() >= max_deals.max(2) {
            self.deals = self.deals.every_second();
            self.vendors.every_second();
            self.one_in *= 2;
        }
        // Grades by another policy mean something else. What was known of the lead then is kept with it, so it
        // can be graded again, and facts can be read that the decision did not see; nothing that came later is seen.
        let read_again = features(policy, lead.enriched());
        let features = if decision.policy == *policy.hash() {
            decision.features.clone().filled_from(&read_again)
        } else {
            self.regraded += 1;
            read_again
        };
        let account = lead.account_domain().map(ToString::to_string);
        let scope = scope(lead.enriched().motion, policy.segment(lead.enriched()).as_ref());
        let row = TrainingRow { features, won, closed_at, account, scope: Some(scope) };
        self.vendors.see(policy, lead.enriched(), &self.deals, &row);
        self.deals.push(&row);
    }

    /// Most facts are what some vendor or form tells, and nobody has all of them. A grade stays: the policy counts on it.
    fn leave_out_unknown(&mut self) {
        let Deals { specs, columns, .. } = &mut self.deals;
        let (specs_before, columns_before) = (std::mem::take(specs), std::mem::take(columns));
        for (spec, column) in specs_before.into_iter().zip(columns_before) {
            let is_known = (0..column.len()).any(|row| column.get(row) != Cell::Unknown);
            if is_known || spec.rule.is_some() {
                specs.push(spec);
                columns.push(column);
            } else {
                self.unknown.push(spec);
            }
        }
    }

    pub(crate) fn findings(&self, maturity_days: u32) -> Vec<Finding> {
        let mut findings = self.past.findings(maturity_days);
        let mut found = |severity, what: String, remedy: &str| {
            findings.push(Finding { severity, feature: None, what, remedy: remedy.to_owned() });
        };
        if self.samples > 0 {
            let what = format!(
                "{} invented deals of the sample history are left out, since there are deals of your own",
                self.samples
            );
            found(Severity::Note, what, "nothing to do");
        }
        let (fields, facts): (Vec<&FeatureSpec>, Vec<_>) =
            self.unknown.iter().partition(|spec| spec.group == CriterionGroup::Other);
        for (unknown, severity, remedy) in [
            (facts, Severity::Note, "nothing to do; a vendor or a form may tell more"),
            (fields, Severity::Amber, "compare the labels in `[model.form_fields]` with what the forms send"),
        ] {
            if !unknown.is_empty() && !self.deals.is_empty() {
                let labels: Vec<&str> = unknown.iter().map(|spec| spec.factor.as_str()).collect();
                let what = format!("not known of any deal, and so not learnt from: {}", labels.join(", "));
                found(severity, what, remedy);
            }
        }
        if self.unreadable > 0 {
            let what = format!("{} closed leads cannot be read", self.unreadable);
            found(Severity::Amber, what, "look at the table's items that hold no valid document");
        }
        if self.one_in > 1 {
            let what = format!(
                "of {} closed deals {} are learnt from, evenly spaced: all would not fit",
                self.seen,
                self.deals.len()
            );
            found(Severity::Note, what, "nothing to do");
        }
        if self.cut_short {
            let what =
                format!("time allowed only {} closed deals to be read, a fair sample of all", self.seen);
            found(
                Severity::Amber,
                what,
                "give the function more time, or learn from a table with less in it",
            );
        }
        if self.regraded > 0 {
            let what = format!(
                "{} of {} deals were decided under another policy and have been graded anew",
                self.regraded,
                self.deals.len()
            );
            found(Severity::Note, what, "nothing to do");
        }
        findings
    }
}
