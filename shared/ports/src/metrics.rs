//! What a function counts while it works, and the port through which it is told, once an invocation.
//!
//! Any code counts by [`count`], [`measure`] or [`alarm!`](crate::alarm), wherever it stands: no handler carries a
//! recorder along, and a new metric adds no parameter anywhere. [`counted`] gathers what one piece of work counted. The
//! layer under every function wraps each invocation in it and tells the result to [`Metrics`]; a test wraps what it
//! likes. What is counted outside (while a function starts) goes along with the next invocation's.
//!
//! No metric and no property holds personal data: a lead is named by its id alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use leadlight_lead::{Enrichment, LeadId};

use crate::vendor_figures::{VendorFigures, of_vendors};
use crate::{Class, PortError};

/// Defines an enum whose variants bear the names of metrics.
macro_rules! named {
    ($(#[$head:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident,)+ }) => {
        $(#[$head])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name of its metric.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }
        }
    };
}

named! {
    /// What people should hear of while work goes on. The template has an alarm for each, so that one never hides
    /// another; raised by [`alarm!`](crate::alarm).
    Alarm {
        /// The published policy cannot be used: the last good one stays, or leads wait.
        PolicyRefused,
        /// The published team file cannot be used: the last good one stays, or the pool takes the leads.
        TeamRefused,
        /// The published list of accounts cannot be used: the last good one stays, or policy and team file alone decide.
        AccountsRefused,
        /// The published sources file cannot be used: the last good one stays, or senders are asked to try again.
        SourcesRefused,
        /// A source's secret or token cannot be had: its senders are asked to try again, or what they named waits.
        SourceSecretMissing,
        /// The published model cannot be used: the last good one stays, or rules decide.
        ModelRefused,
        /// The model in force does not fit the policy or a lead: rules decided.
        ModelUnfit,
        /// Stored leads that cannot be read or written, as often as they were met.
        LeadsDamaged,
        /// Leads that were not answered in time.
        LeadsBreached,
        /// The published list of destinations cannot be used: the last good one stays, or deliveries wait.
        DestinationsRefused,
        /// The published vendors file cannot be used: the last good one stays, or no vendor is asked.
        VendorsRefused,
        /// A vendor took no key or is out of credit: its facts are missing until someone sets that right.
        VendorsDenied,
        /// Closed deals are not fit to learn from.
        DataNotFit,
        /// Past scores no longer say what became of the leads.
        ScoresDegraded,
        /// A training run waits in vain for an export of the table.
        ExportMissing,
        /// A person asked to be forgotten more than a day ago, and that is not done.
        ErasureOverdue,
    }
}

named! {
    /// What is counted or measured without anybody being called.
    Figure {
        /// Environments that started with this invocation.
        ColdStarts,
        /// Messages that a stage handled.
        MessagesDone,
        /// Messages that will be delivered again: something outside failed.
        MessagesRetried,
        /// Messages set aside because they can never succeed.
        DeadLettersPoison,
        /// Messages set aside because what they need stayed away for too long.
        DeadLettersRetryable,
        /// Messages that could not even be set aside, and are left to the queue's own redrive.
        DeadLettersUnsent,
        /// Sign-ins that do not hold: forged, expired or of another issuer. A page sends such a caller to sign in again,
        /// which no status shows.
        TokensRefused,
        /// Requests to a source whose signature or key does not hold.
        NotAuthentic,
        /// People who asked to be forgotten, as the systems of a company pass it on.
        ErasuresAskedFor,
        /// People who were erased, with all that was theirs.
        PeopleErased,
        /// People whose time was up by the policy's rules, and who were taken away with all that was theirs.
        PeopleAgedOut,
        /// Messages dropped because their person was erased after they had sent them.
        BarredByErasure,
        /// HTTP answers: nobody was signed in.
        Answers401,
        /// HTTP answers: signed in, but not allowed.
        Answers403,
        /// HTTP answers that say the caller is at fault, the two above among them.
        Answers4xx,
        /// HTTP answers that say the function, or what it needs, is at fault.
        Answers5xx,
        /// Log-loss of a newly trained model on the newest deals.
        LogLoss,
        /// Area under the ROC curve of a newly trained model on the newest deals.
        Auc,
        /// Retraining runs that came up with a model: 1 where it was published, 0 where it was not.
        ModelsPublished,
        /// Events that the bus took.
        EventsTold,
        /// Letters that a destination took.
        LettersDelivered,
    }
}

/// What has a name and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Somebody should hear of it.
    Alarm(Alarm),
    /// Nobody has to.
    Figure(Figure),
}

impl Metric {
    /// The name of its metric.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alarm(alarm) => alarm.name(),
            Self::Figure(figure) => figure.name(),
        }
    }

    /// Its unit, by `CloudWatch`'s name.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Figure(Figure::LogLoss | Figure::Auc) => "None",
            Self::Alarm(_) | Self::Figure(_) => "Count",
        }
    }
}

impl From<Alarm> for Metric {
    fn from(alarm: Alarm) -> Self {
        Self::Alarm(alarm)
    }
}

impl From<Figure> for Metric {
    fn from(figure: Figure) -> Self {
        Self::Figure(figure)
    }
}

/// More ids than a batch has messages: what went through one invocation is found by any of them.
const MOST_LEADS: usize = 20;

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    numbers: BTreeMap<Metric, f64>,
    vendors: VendorFigures,
    leads: BTreeSet<LeadId>,
}

impl Counted {
    const fn new() -> Self {
        Self { numbers: BTreeMap::new(), vendors: BTreeMap::new(), leads: BTreeSet::new() }
    }

    /// How much of one thing; 0 where there was none.
    pub fn of(&self, metric: impl Into<Metric>) -> f64 {
        self.numbers.get(&metric.into()).copied().unwrap_or_default()
    }

    /// All numbers, in a fixed order.
    pub fn numbers(&self) -> impl Iterator<Item = (Metric, f64)> + '_ {
        self.numbers.iter().map(|(metric, number)| (*metric, *number))
    }

    /// What is told of vendors.
    pub fn vendors(&self) -> &VendorFigures {
        &self.vendors
    }

    /// The leads that it was about, the first twenty.
    pub fn leads(&self) -> impl Iterator<Item = &LeadId> {
        self.leads.iter()
    }

    /// Was nothing counted?
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.vendors.is_empty()
    }

    /// Takes another's numbers and leads along.
    pub fn add(&mut self, other: Self) {
        for (metric, number) in other.numbers {
            *self.numbers.entry(metric).or_default() += number;
        }
        self.add_vendors(other.vendors);
        for lead in other.leads {
            self.concern(lead);
        }
    }

    fn add_vendors(&mut self, other: VendorFigures) {
        for (about, figures) in other {
            let here = self.vendors.entry(about).or_default();
            for (figure, value) in figures {
                *here.entry(figure).or_default() += value;
            }
        }
    }

    fn concern(&mut self, lead: LeadId) {
        if self.leads.len() < MOST_LEADS {
            self.leads.insert(lead);
        }
    }
}

type Shared = Arc<Mutex<Counted>>;

tokio::task_local! {
    static HERE: Shared;
}

/// What was counted outside any [`counted`].
static ELSEWHERE: Mutex<Counted> = Mutex::new(Counted::new());

fn lock(counted: &Mutex<Counted>) -> MutexGuard<'_, Counted> {
    counted.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write(change: impl Fn(&mut Counted)) {
    if HERE.try_with(|here| change(&mut lock(here))).is_err() {
        change(&mut lock(&ELSEWHERE));
    }
}

/// Counts a number of things; 0 counts nothing.
#[expect(clippy::cast_precision_loss, reason = "nothing is counted beyond 2^53")]
pub fn count(metric: impl Into<Metric>, number: usize) {
    if number > 0 {
        measure(metric, number as f64);
    }
}

/// Notes a figure. What is noted several times in one invocation adds up.
pub fn measure(metric: impl Into<Metric>, value: f64) {
    let metric = metric.into();
    write(|counted| *counted.numbers.entry(metric).or_default() += value);
}

/// Counts what a lead's facts tell of the vendors that were asked about it; `happened_at` is when its event happened.
pub fn supplied(found: &Enrichment, happened_at: Timestamp) {
    let figures = of_vendors(found, happened_at);
    write(|counted| counted.add_vendors(figures.clone()));
}

/// Notes which lead this is about, so that an invocation can be found by it.
pub fn concerns(lead: &LeadId) {
    write(|counted| counted.concern(lead.clone()));
}

/// Counts an HTTP answer by its status, if anybody is at fault.
pub fn answered(status: u16) {
    let class = match status {
        400..500 => Figure::Answers4xx,
        500.. => Figure::Answers5xx,
        _ => return,
    };
    count(class, 1);
    match status {
        401 => count(Figure::Answers401, 1),
        403 => count(Figure::Answers403, 1),
        _ => {}
    }
}

/// Does a piece of work and tells what it counted. What it counts in tasks that it spawns is counted outside.
pub async fn counted<F: Future>(work: F) -> (F::Output, Counted) {
    let here = Shared::default();
    let output = HERE.scope(Arc::clone(&here), work).await;
    let counted = std::mem::take(&mut *lock(&here));
    (output, counted)
}

/// Takes what was counted outside any [`counted`] since this was last called.
pub fn counted_elsewhere() -> Counted {
    std::mem::take(&mut *lock(&ELSEWHERE))
}

/// Counts an [`Alarm`] and logs it with its name, in one: no alarm is raised that the other does not show.
///
/// `alarm!(Alarm::ModelRefused; reason, "rules decide")` counts one, `alarm!(Alarm::LeadsDamaged, damaged; "…")` as many
/// as it says. After the semicolon comes what `tracing` takes; the calling crate depends on `tracing`.
#[macro_export]
macro_rules! alarm {
    ($alarm:expr; $($rest:tt)+) => { $crate::alarm!($alarm, 1; $($rest)+) };
    ($alarm:expr, $number:expr; $($rest:tt)+) => {{
        let (alarm, number): ($crate::metrics::Alarm, usize) = ($alarm, $number);
        $crate::metrics::count(alarm, number);
        ::tracing::error!(alarm = alarm.name(), number, $($rest)+);
    }};
}

/// One invocation of a function, as its metrics tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invocation<'a> {
    /// The function's name.
    pub function: &'a str,
    /// Lambda's id of this invocation, which the log lines beside it bear as well.
    pub request_id: &'a str,
    /// Was it the environment's first?
    pub is_cold: bool,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// Where it is told what an invocation counted.
pub trait Metrics: Send + Sync {
    /// Tells it; nothing where nothing was counted.
    fn tell(&self, invocation: Invocation<'_>, counted: &Counted) -> Result<(), PortError>;
}

/// What could not be written will not be written later either: the next invocation has numbers of its own.
pub fn untold<E>(source: E) -> PortError
where
    E: std::error::Error + Send + Sync + 'static,
{
    PortError { operation: "telling what was counted", class: Class::Poison, source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use leadlight_lead::{About, Asked, Came};

    use super::*;
    use crate::vendor_figures::{AboutVendor, VendorFigure};

    #[tokio::test]
    async fn each_piece_of_work_knows_what_it_counted_itself() {
        let work = |number| async move {
            count(Figure::MessagesDone, number);
            tokio::task::yield_now().await;
            crate::alarm!(Alarm::LeadsDamaged, number; "two of them at once, on one thread");
        };
        let (((), one), ((), two)) = tokio::join!(counted(work(1)), counted(work(2)));
        let of = |counted: &Counted| [counted.of(Figure::MessagesDone), counted.of(Alarm::LeadsDamaged)];
        assert_eq!((of(&one), of(&two)), ([1.0, 1.0], [2.0, 2.0]));
    }

    #[tokio::test]
    async fn a_kind_does_not_hide_another_and_numbers_add_up() {
        let ((), counted) = counted(async {
            crate::alarm!(Alarm::ModelRefused; "one");
            crate::alarm!(Alarm::ModelRefused; "and again");
            crate::alarm!(Alarm::PolicyRefused; "another kind");
            count(Alarm::LeadsBreached, 0);
            [200, 207, 302, 400, 401, 403, 404, 500, 503].into_iter().for_each(answered);
        })
        .await;
        let found: Vec<_> = counted.numbers().map(|(metric, number)| (metric.name(), number)).collect();
        let wanted = [
            ("PolicyRefused", 1.0),
            ("ModelRefused", 2.0),
            ("Answers401", 1.0),
            ("Answers403", 1.0),
            ("Answers4xx", 4.0),
            ("Answers5xx", 2.0),
        ];
        assert_eq!(found, wanted);
    }

    #[tokio::test]
    async fn what_is_counted_while_a_function_starts_is_not_lost() {
        count(Figure::ColdStarts, 3);
        let ((), inside) = counted(async {}).await;
        assert!(inside.is_empty());
        assert!(counted_elsewhere().of(Figure::ColdStarts) >= 3.0);
    }

    /// Two leads of one invocation, and a third that another task told of.
    #[tokio::test]
    async fn what_is_told_of_vendors_adds_up() {
        let at = Timestamp::UNIX_EPOCH;
        let found = |cost_usd_micros| Enrichment {
            asked: vec![Asked {
                provider: "acme-data".to_owned(),
                about: About::Person,
                came: Came::Unknown,
                cost_usd_micros,
                at,
            }],
            ..Enrichment::default()
        };
        let ((), mut one) = counted(async {
            supplied(&found(1_000_000), at);
            supplied(&found(500_000), at);
        })
        .await;
        let ((), other) = counted(async { supplied(&found(0), at) }).await;
        assert!(!other.is_empty(), "vendors alone are something");
        one.add(other);
        let about = AboutVendor { provider: "acme-data".to_owned(), field: None };
        let wanted = [(VendorFigure::Unknown, 3.0), (VendorFigure::CostUsd, 1.5)].into();
        assert_eq!(*one.vendors(), [(about, wanted)].into());
    }

    #[tokio::test]
    async fn leads_are_named_once_and_not_without_end() {
        let id = |n: usize| LeadId::of(&"form".parse().unwrap(), &n.to_string().parse().unwrap());
        let ((), counted) = counted(async { (0..60).for_each(|n| concerns(&id(n % 30))) }).await;
        assert_eq!(counted.leads().count(), MOST_LEADS);
    }
}
