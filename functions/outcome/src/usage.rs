//! What a product tells of an account's use: kept by account, and its open leads decided on again where that may matter.

use leadlight_lead::{
    AccountRef, AccountUsage, AccountUse, Counts, DomainName, EmailKind, QueuedLead, StageMessage, UsageKey,
};
use leadlight_policy::{Policy, Statement};
use leadlight_ports::metrics::concerns;
use leadlight_ports::{
    Clock, LeadIndex, LeadStore, MessageQueue, Replaced, Stored, StoredUsage, UsageStore, Version, World,
};

use crate::{OutcomeError, Outcomes, TRIES};

/// Leads of an account that are decided on again for one event at most. Judgement: an account whose use moves more leads at
/// once is looked at by people long before.
const MOST_MOVED: usize = 20;

impl<W: World> Outcomes<W> {
    /// Keeps an event, whoever's it is, and looks at the account's leads. Repeated, it does what was left undone.
    pub(crate) async fn used(&self, body: &str) -> Result<(), OutcomeError> {
        let event = AccountUse::from_message(body.as_bytes()).map_err(OutcomeError::Read)?;
        let now = self.clock.now();
        let policy = self.in_force.policy(now).await.map_err(OutcomeError::Registry)?;
        let Some(rule) = policy.source(&event.source) else {
            return Err(OutcomeError::UnknownSource { source_name: event.source });
        };
        if !rule.may_say.contains(&Statement::Activity) {
            return Err(OutcomeError::MayNotTell { source_name: event.source });
        }
        for _ in 0..TRIES {
            let kept = match &event.account {
                AccountRef::Domain(domain) => {
                    let domain = self.account_of(&policy, domain).await?;
                    self.fold(&domain, &event, None).await?.then_some(domain)
                }
                AccountRef::Both(workspace, domain) => {
                    let key = UsageKey::Workspace(event.source.clone(), workspace.clone());
                    let domain = self.account_of(&policy, domain).await?;
                    self.mapped(&key, &domain, &event).await?
                }
                AccountRef::Workspace(workspace) => {
                    let key = UsageKey::Workspace(event.source.clone(), workspace.clone());
                    match self.of_workspace(&key, &event).await? {
                        Unclear::Kept => return Ok(()),
                        Unclear::Raced => None,
                        Unclear::BelongsTo(domain) => {
                            self.fold(&domain, &event, None).await?.then_some(domain)
                        }
                    }
                }
            };
            if let Some(domain) = kept {
                return self.look_at(&policy, &domain).await;
            }
        }
        Err(OutcomeError::Raced)
    }

    /// The domain under which a company's leads are one account. A mailbox provider's is no company's.
    async fn account_of(&self, policy: &Policy, domain: &DomainName) -> Result<DomainName, OutcomeError> {
        if matches!(policy.domain_kind(domain), EmailKind::FreeMail | EmailKind::Disposable) {
            return Err(OutcomeError::NoCompany);
        }
        let accounts = self.in_force.accounts(self.clock.now()).await.map_err(OutcomeError::Registry)?;
        Ok(accounts.map_or_else(|| domain.clone(), |accounts| accounts.account_of(domain).clone()))
    }

    async fn read(&self, key: &UsageKey) -> Result<(AccountUsage, Option<Version>), OutcomeError> {
        let there = self.leads.usage(key).await.map_err(OutcomeError::Usage)?;
        Ok(there.map_or_else(Default::default, |StoredUsage { usage, version }| (usage, Some(version))))
    }

    async fn write(
        &self,
        key: &UsageKey,
        usage: &AccountUsage,
        read: Option<Version>,
    ) -> Result<bool, OutcomeError> {
        let kept = self.leads.keep_usage(key, usage, read).await.map_err(OutcomeError::Usage)?;
        Ok(kept == Replaced::Done)
    }

    /// Folds an event, and what was kept of a workspace, into an account's use. False where someone else wrote it at the same
    /// moment.
    async fn fold(
        &self,
        domain: &DomainName,
        event: &AccountUse,
        workspace: Option<&AccountUsage>,
    ) -> Result<bool, OutcomeError> {
        let key = UsageKey::Domain(domain.clone());
        let (mut usage, read) = self.read(&key).await?;
        let before = usage.clone();
        usage.add(event);
        if let Some(workspace) = workspace {
            usage.join(workspace);
        }
        // Told again it changes nothing, and costs no write.
        if usage == before { Ok(true) } else { self.write(&key, &usage, read).await }
    }

    /// Says whose a workspace is, and gives the account what was kept of the workspace. Copied before it is said: after a
    /// crash in between, the next delivery goes on from here, and to copy again changes nothing.
    async fn mapped(
        &self,
        key: &UsageKey,
        domain: &DomainName,
        event: &AccountUse,
    ) -> Result<Option<DomainName>, OutcomeError> {
        let (mut workspace, read) = self.read(key).await?;
        if !self.fold(domain, event, Some(&workspace)).await? {
            return Ok(None);
        }
        let before = workspace.clone();
        workspace.map(domain, event.received_at);
        // What came to the workspace meanwhile is seen by the next try.
        let is_said = workspace == before || self.write(key, &workspace, read).await?;
        Ok(is_said.then(|| domain.clone()))
    }

    /// Keeps an event of a workspace of which nobody has said yet whose it is.
    async fn of_workspace(&self, key: &UsageKey, event: &AccountUse) -> Result<Unclear, OutcomeError> {
        let (mut workspace, read) = self.read(key).await?;
        if let Some(domain) = workspace.domain() {
            return Ok(Unclear::BelongsTo(domain.clone()));
        }
        let is_kept = !workspace.add(event) || self.write(key, &workspace, read).await?;
        Ok(if is_kept { Unclear::Kept } else { Unclear::Raced })
    }

    /// Sends the account's open leads to be scored again whose grade for use of the product would be another now. What
    /// decides is what is kept, not what this event changed: however often it is looked at, it comes to an end.
    async fn look_at(&self, policy: &Policy, domain: &DomainName) -> Result<(), OutcomeError> {
        if !policy.counts_usage_at_all() {
            return Ok(());
        }
        let there =
            self.leads.of_account(domain, Policy::MOST_COLLEAGUES).await.map_err(OutcomeError::Store)?;
        if there.is_empty() {
            return Ok(());
        }
        let (usage, _) = self.read(&UsageKey::Domain(domain.clone())).await?;
        let moved = there.iter().filter(|lead| {
            let lead = lead.enriched();
            policy.grades_use_otherwise(lead, &policy.group_of(lead, &there, Some(&usage)))
        });
        let (mut sent, mut left) = (0, 0);
        for lead in moved.filter(|lead| lead.waits_in().is_some()) {
            if sent == MOST_MOVED {
                left += 1;
            } else if self.score_again(policy, lead).await? {
                sent += 1;
            }
        }
        if left > 0 {
            tracing::warn!(sent, left, "more leads of an account moved than are scored again at once");
        }
        Ok(())
    }

    /// False where people have decided meanwhile. The mark is written before the message is sent: should that be lost, the
    /// event's next delivery finds the lead as it was, and sends it.
    async fn score_again(&self, policy: &Policy, found: &QueuedLead) -> Result<bool, OutcomeError> {
        concerns(found.id());
        for _ in 0..TRIES {
            let there = self.leads.get(found.id()).await.map_err(OutcomeError::Store)?;
            let Some(Stored { mut lead, version }) = there else { return Ok(false) };
            let was_marked = lead.thread.account_moved;
            if !lead.account_moved() {
                return Ok(false);
            }
            let is_marked = was_marked
                || self.leads.replace(&lead, version, Counts::NONE).await.map_err(OutcomeError::Store)?
                    == Replaced::Done;
            if is_marked {
                let picture = policy.judged_anew(lead.picture());
                let body = picture.to_message().map_err(OutcomeError::Record)?;
                self.to_score.send(&body, &[]).await.map_err(OutcomeError::HandOn)?;
                return Ok(true);
            }
        }
        Err(OutcomeError::Raced)
    }
}

/// What became of an event of a workspace.
enum Unclear {
    /// It is kept until somebody says whose the workspace is.
    Kept,
    /// Somebody has.
    BelongsTo(DomainName),
    /// Someone else wrote it at the same moment.
    Raced,
}
