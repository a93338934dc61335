//! What the texts of a lead say, whatever the policy: read once where several policies look at one lead, as a replay does.

use std::sync::OnceLock;

use leadlight_lead::{DomainName, EmailKind, EnrichedLead};
use leadlight_reading::{Industry, TitleText, read_industry};

use crate::mail_domains;

/// What the texts of one lead say; each is read when it is first asked for. Of another lead it says nothing.
#[derive(Debug)]
pub struct Readings<'a> {
    lead: &'a EnrichedLead,
    of_address: OnceLock<Option<DomainName>>,
    built_in_kind: OnceLock<EmailKind>,
    title: OnceLock<Option<TitleText>>,
    industry: OnceLock<Option<Industry>>,
}

impl<'a> Readings<'a> {
    /// Of a lead.
    pub fn of(lead: &'a EnrichedLead) -> Self {
        Self {
            lead,
            of_address: OnceLock::new(),
            built_in_kind: OnceLock::new(),
            title: OnceLock::new(),
            industry: OnceLock::new(),
        }
    }

    /// The company's domain in the address, where it has one.
    pub(crate) fn of_address(&self) -> Option<&DomainName> {
        let read = || DomainName::of_host(self.lead.event().email.domain()).ok();
        self.of_address.get_or_init(read).as_ref()
    }

    /// What the built-in lists say of the address.
    pub(crate) fn built_in_kind(&self) -> EmailKind {
        *self.built_in_kind.get_or_init(|| mail_domains::classify(&self.lead.event().email))
    }

    /// The title that tells who does not buy: the known one, or else all of what was typed.
    pub(crate) fn title(&self) -> Option<&TitleText> {
        let read = || {
            let event = self.lead.event();
            // A typed title is a fact as far as it is not too long; here all of it counts.
            let known = self.lead.enrichment.person.title.as_ref().map(|title| &title.value);
            let title = known.filter(|title| Some(*title) != event.title.as_ref()).cloned();
            title.or_else(|| event.whole_title()).map(|title| TitleText::new(&title))
        };
        self.title.get_or_init(read).as_ref()
    }

    /// What the vocabulary makes of the known industry.
    pub(crate) fn industry(&self) -> Option<Industry> {
        let read = || read_industry(&self.lead.enrichment.company.industry.as_ref()?.value);
        *self.industry.get_or_init(read)
    }
}
