//! What a person did: what was seen of them, and the form itself.

use jiff::Timestamp;
use leadlight_reading::fold;

use super::{Activity, ActivityKind, FormSubmit};

impl ActivityKind {
    /// As written in events and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PageView => "page_view",
            Self::PricingView => "pricing_view",
            Self::ContentDownload => "content_download",
            Self::DemoRequest => "demo_request",
            Self::EmailClick => "email_click",
            Self::WebinarAttended => "webinar_attended",
            Self::EventAttended => "event_attended",
            Self::TrialStarted => "trial_started",
            Self::FeatureUsed => "feature_used",
            Self::IntegrationConnected => "integration_connected",
            Self::TeammateInvited => "teammate_invited",
            Self::UpgradeInquiry => "upgrade_inquiry",
        }
    }

    /// All kinds, the least telling first.
    pub const ALL: [Self; 12] = [
        Self::PageView,
        Self::PricingView,
        Self::ContentDownload,
        Self::DemoRequest,
        Self::EmailClick,
        Self::WebinarAttended,
        Self::EventAttended,
        Self::TrialStarted,
        Self::FeatureUsed,
        Self::IntegrationConnected,
        Self::TeammateInvited,
        Self::UpgradeInquiry,
    ];

    /// What a form says that it is for: `demo_request`, `Demo request`, or `demo` alone. Nothing for other words.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text: String = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let in_short = match text.as_str() {
            "demo" => Some(Self::DemoRequest),
            "pricing" => Some(Self::PricingView),
            "download" | "content" => Some(Self::ContentDownload),
            "trial" => Some(Self::TrialStarted),
            "webinar" => Some(Self::WebinarAttended),
            "event" => Some(Self::EventAttended),
            "upgrade" => Some(Self::UpgradeInquiry),
            _ => None,
        };
        in_short.or_else(|| Self::ALL.into_iter().find(|kind| kind.as_str() == text))
    }
}

impl FormSubmit {
    /// What sending the form is a sign of, at the moment it was sent; none where its kind is not known.
    pub fn asked_for(&self, received_at: Timestamp) -> Option<Activity> {
        let at = self.occurred_at.unwrap_or(received_at);
        Some(Activity { kind: self.form.kind?, name: self.form.name.clone(), at })
    }

    /// All that the person did, by this event: what was seen of them, and then the form, unless it is among that.
    pub fn behaviour(&self, received_at: Timestamp) -> Vec<Activity> {
        let asked_for = self.asked_for(received_at);
        let is_seen = |form: &Activity| self.activity.iter().any(|seen| seen.is_again(form));
        self.activity.iter().cloned().chain(asked_for.filter(|form| !is_seen(form))).collect()
    }
}

impl Activity {
    /// The same kind of thing at the same moment.
    pub fn is_again(&self, other: &Self) -> bool {
        (self.kind, self.at) == (other.kind, other.at)
    }
}
