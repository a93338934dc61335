//! The twin of the table of bought facts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use jiff::civil::Date;
use leadlight_lead::LeadId;

use super::lock;
use crate::{
    Cap, Class, FactKey, Facts, KeptFact, PortError, Purchase, Reservation, Reserved, Spent, UsdMicros,
};

/// Bought facts in a map, with what was spent.
#[derive(Debug, Clone, Default)]
pub struct MemoryFacts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(super) struct State {
    is_away: bool,
    reservations: u64,
    pub(super) facts: BTreeMap<FactKey, KeptFact>,
    pub(super) open: BTreeMap<FactKey, (String, Timestamp)>,
    pub(super) by_lead: BTreeMap<LeadId, UsdMicros>,
    by_month: BTreeMap<(i16, i8), Spent>,
}

impl MemoryFacts {
    /// From now on nothing can be read or written, or everything again.
    pub fn set_away(&self, is_away: bool) {
        lock(&self.0).is_away = is_away;
    }

    pub(super) fn state(&self, operation: &'static str) -> Result<MutexGuard<'_, State>, PortError> {
        let state = lock(&self.0);
        if state.is_away {
            let source = "the twin was told to be away".into();
            return Err(PortError { operation, class: Class::Retryable, source });
        }
        Ok(state)
    }
}

impl State {
    fn month(&mut self, day: Date) -> &mut Spent {
        self.by_month.entry((day.year(), day.month())).or_default()
    }

    /// Changes each count from `before` to `after`.
    fn recount(&mut self, reservation: &Reservation, before: UsdMicros, after: UsdMicros) {
        let change = |count: &mut UsdMicros| count.0 = count.0.saturating_sub(before.0) + after.0;
        change(self.by_lead.entry(reservation.lead.clone()).or_default());
        let month = self.month(reservation.day);
        change(&mut month.total);
        change(month.by_day.entry(reservation.day.day()).or_default());
        change(month.by_provider.entry(reservation.key.provider.clone()).or_default());
    }

    fn over(&mut self, purchase: &Purchase<'_>) -> Option<Cap> {
        let day = purchase.day();
        let by_lead = self.by_lead.get(purchase.lead).copied().unwrap_or_default();
        let month = self.month(day);
        let by_day = month.by_day.get(&day.day()).copied().unwrap_or_default();
        let spent = [(Cap::Lead, by_lead), (Cap::Day, by_day), (Cap::Month, month.total)];
        let is_over = |(cap, spent): &(Cap, UsdMicros)| purchase.room(*cap).is_none_or(|room| *spent > room);
        spent.into_iter().find(is_over).map(|(cap, _)| cap)
    }

    /// Ends a reservation if nobody took its place.
    fn close(&mut self, reservation: &Reservation) -> bool {
        let is_open = self.open.get(&reservation.key).is_some_and(|(id, _)| *id == reservation.id);
        if is_open {
            self.open.remove(&reservation.key);
        }
        is_open
    }
}

impl Facts for MemoryFacts {
    async fn get(&self, key: &FactKey) -> Result<Option<KeptFact>, PortError> {
        Ok(self.state("reading a bought fact")?.facts.get(key).cloned())
    }

    async fn reserve(&self, purchase: &Purchase<'_>) -> Result<Reserved, PortError> {
        let mut state = self.state("reserving the price of a fact")?;
        let key = purchase.key;
        if let Some(fact) = state.facts.get(key).filter(|fact| fact.fetched_at >= purchase.fresh_since) {
            return Ok(Reserved::Fresh(fact.clone()));
        }
        if let Some((_, until)) = state.open.get(key).filter(|(_, until)| *until > purchase.now) {
            return Ok(Reserved::Busy { until: *until });
        }
        if let Some(cap) = state.over(purchase) {
            return Ok(Reserved::OverCap(cap));
        }
        state.reservations += 1;
        let reservation = Reservation {
            id: state.reservations.to_string(),
            key: key.clone(),
            lead: purchase.lead.clone(),
            price: purchase.price,
            day: purchase.day(),
        };
        state.open.insert(key.clone(), (reservation.id.clone(), purchase.until));
        state.recount(&reservation, UsdMicros(0), purchase.price);
        Ok(Reserved::Open(reservation))
    }

    async fn settle(&self, reservation: &Reservation, fact: &KeptFact) -> Result<(), PortError> {
        let mut state = self.state("keeping a bought fact")?;
        if state.close(reservation) {
            state.recount(reservation, reservation.price, fact.cost);
        } else if state.facts.get(&reservation.key).is_some_and(|there| there.fetched_at >= fact.fetched_at) {
            return Ok(());
        }
        state.facts.insert(reservation.key.clone(), fact.clone());
        Ok(())
    }

    async fn release(&self, reservation: &Reservation) -> Result<(), PortError> {
        let mut state = self.state("taking back the price of a fact")?;
        if state.close(reservation) {
            state.recount(reservation, reservation.price, UsdMicros(0));
        }
        Ok(())
    }

    async fn spent(&self, month_of: Date) -> Result<Spent, PortError> {
        let mut spent = self.state("reading what was spent")?.month(month_of).clone();
        // What was taken back in whole was not spent.
        spent.by_day.retain(|_, count| count.0 > 0);
        spent.by_provider.retain(|_, count| count.0 > 0);
        Ok(spent)
    }
}
