//! Vendors of this machine: they answer over HTTP as real ones do, and know the companies and people of the samples.

use std::collections::BTreeMap;

use anyhow::Result;
use leadlight_enrichment::Vendors as File;
use leadlight_ports::{Clock, SystemClock};
use leadlight_registry::Change;
use leadlight_simulators::Simulator;
use leadlight_simulators::vendors::{Vendor, Vendors, World, file};
use serde::Serialize;

use crate::secrets;
use crate::system::System;

/// What all of them take for a key: an id and a secret, as the one has it that wants both. There is nothing behind it.
const KEY: &str = "the-demo:its-own-key";

/// Simulated vendors, for as long as this lives.
#[derive(Debug)]
pub struct SampleVendors(Simulator<Vendors>);

/// What was asked of vendors, and what it cost.
#[derive(Debug, Serialize)]
pub struct Bill {
    /// By the vendor's name in the vendors file.
    pub by_vendor: BTreeMap<&'static str, Position>,
    /// In millionths of a US dollar.
    pub usd_micros: u64,
}

/// The same of one vendor.
#[derive(Debug, Default, Serialize)]
pub struct Position {
    /// How often it was asked.
    pub questions: usize,
    /// How many of its answers cost something.
    pub paid: usize,
    /// In millionths of a US dollar.
    pub usd_micros: u64,
}

impl SampleVendors {
    /// Starts them, sets their keys and publishes a vendors file that has them asked.
    pub async fn start(system: &System) -> Result<Self> {
        let now = SystemClock.now();
        let vendors = Simulator::start(Vendors::new(World::sample(now), KEY)).await;
        for vendor in Vendor::ALL {
            secrets::set(system, &format!("vendors/{}", vendor.as_str()), KEY).await?;
        }
        let shipped = Change::new("leadlight", "the vendors of this machine");
        system.registry()?.publish::<File>(&file(vendors.url()), &shipped, now).await?;
        Ok(Self(vendors))
    }

    /// What was asked so far.
    pub fn bill(&self) -> Bill {
        self.0.behind(|vendors| {
            let mut by_vendor: BTreeMap<&'static str, Position> = BTreeMap::new();
            for call in vendors.calls().iter().filter(|call| call.subject.is_some()) {
                let position = by_vendor.entry(call.vendor.as_str()).or_default();
                position.questions += 1;
                position.paid += usize::from(call.usd_micros > 0);
                position.usd_micros += call.usd_micros;
            }
            Bill { by_vendor, usd_micros: vendors.spent_usd_micros() }
        })
    }

    /// A look at them: what goes wrong, what was asked.
    pub fn behind<T>(&self, look: impl FnOnce(&mut Vendors) -> T) -> T {
        self.0.behind(look)
    }
}
