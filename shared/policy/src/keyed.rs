//! Maps that have a value for each variant of an enum: in the file as a table in which every key is
//! due, in the code as a lookup that can't miss.

use leadlight_lead::{ActivityKind, Function, QueueName, Seniority};
use schemars::JsonSchema;
use serde::Deserialize;

macro_rules! total_map {
    ($(#[$doc:meta])* $name:ident, $key:ident { $($field:ident: $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name<T> { $($field: T),+ }

        impl<T> $name<T> {
            pub(crate) fn get(&self, key: $key) -> &T {
                match key { $($key::$variant => &self.$field),+ }
            }

            /// Each key with its value, in the order of declaration.
            pub(crate) fn entries(&self) -> Vec<($key, &T)> {
                vec![$(($key::$variant, &self.$field)),+]
            }

            /// Applies `f` to each value, in the order of declaration.
            pub(crate) fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> $name<U> {
                $name { $($field: f(&self.$field)),+ }
            }
        }
    };
}

total_map!(
    /// A value by kind of first-party behaviour.
    ByActivity, ActivityKind {
        page_view: PageView,
        pricing_view: PricingView,
        content_download: ContentDownload,
        demo_request: DemoRequest,
        email_click: EmailClick,
        webinar_attended: WebinarAttended,
        event_attended: EventAttended,
        trial_started: TrialStarted,
        feature_used: FeatureUsed,
        integration_connected: IntegrationConnected,
        teammate_invited: TeammateInvited,
        upgrade_inquiry: UpgradeInquiry,
    }
);

total_map!(
    /// A value by job function.
    ByFunction, Function {
        revenue_operations: RevenueOperations,
        sales: Sales,
        marketing: Marketing,
        customer_success: CustomerSuccess,
        engineering: Engineering,
        product: Product,
        it: It,
        data: Data,
        general_management: GeneralManagement,
        operations: Operations,
        finance: Finance,
        human_resources: HumanResources,
        legal: Legal,
        education: Education,
        other: Other,
    }
);

total_map!(
    /// A value by level.
    BySeniority, Seniority {
        training: Training,
        entry: Entry,
        individual: Individual,
        senior: Senior,
        manager: Manager,
        director: Director,
        vp: Vp,
        c_level: CLevel,
        owner: Owner,
    }
);

total_map!(
    /// A value by work queue.
    ByQueue, QueueName {
        sdr: Sdr,
        human_first: HumanFirst,
        flagged: Flagged,
        ae: Ae,
        nurture: Nurture,
        catch_all: CatchAll,
        disqualified: Disqualified,
    }
);
