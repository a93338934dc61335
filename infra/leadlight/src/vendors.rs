//! `vendors`: whom to ask for facts, what it costs, and what was spent.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadlight_adapters::{Aws, DynamoFacts, DynamoItems, HttpsClient};
use leadlight_adapters_secrets::SecretsManager;
use leadlight_enrich::{Circumstances, Looked, Lookup, Quote, Quoted};
use leadlight_enrichment::{By, Group, OwnTable, Provider, VENDORS, Vendors};
use leadlight_lead::{About, Asked, EmailAddress, FactField, FormSubmit, SubmittedLead};
use leadlight_ports::{Clock, Facts, Spent, SystemClock, UsdMicros};
use leadlight_registry::InForce;
use serde_json::{Value, json};

use crate::cli::{Somebody, TryVendors, VendorsCommand};
use crate::commands::text_of;
use crate::documents::document;
use crate::output::{Output, counted};
use crate::secrets;
use crate::system::System;

/// Money as people write it: `$0.10`, `$12.5034`.
pub(crate) fn dollars(UsdMicros(micros): UsdMicros) -> String {
    let (whole, part) = (micros / 1_000_000, micros % 1_000_000);
    let part = format!("{part:06}");
    let part = part.trim_end_matches('0');
    format!("${whole}.{part:0<2}")
}

fn read(file: &Path) -> Result<Vendors> {
    Ok(Vendors::parse(&file.display().to_string(), &text_of(file)?)?)
}

/// `vendors check`
pub(crate) fn check(file: &Path, output: Output) -> Result<()> {
    let vendors = read(file)?;
    let orders: Vec<(Group, Vec<&str>)> = Group::ALL
        .into_iter()
        .filter_map(|group| Some((group, vendors.order(group)?.1.map(Provider::name).collect())))
        .collect();
    let told: serde_json::Map<String, Value> =
        orders.iter().map(|(group, order)| (group.as_str().to_owned(), json!(order))).collect();
    let told = json!({ "orders": told, "notes": notes(&vendors) });
    output.either(&told, |_| {
        let lines =
            orders.iter().map(|(group, order)| format!("  {:<14} {}", group.as_str(), order.join(", then ")));
        let notes = notes(&vendors).into_iter().map(|note| format!("  note: {note}"));
        let lines: Vec<String> = lines.chain(notes).collect();
        format!(
            "{}: well-formed, {}\n{}",
            file.display(),
            counted(vendors.providers().count(), "provider"),
            lines.join("\n")
        )
    })
}

/// What is worth knowing of a file and makes it no worse.
fn notes(vendors: &Vendors) -> Vec<String> {
    let budget = vendors.budget();
    let priced: Vec<_> = vendors.providers().filter(|one| one.price_usd_micros > 0).collect();
    let mut notes = Vec::new();
    for (cap, name) in [
        (budget.per_lead_usd_micros, "per_lead_usd"),
        (budget.per_day_usd_micros, "per_day_usd"),
        (budget.per_month_usd_micros, "per_month_usd"),
    ] {
        for one in priced.iter().filter(|one| one.price_usd_micros > cap) {
            let price = dollars(UsdMicros(one.price_usd_micros));
            notes.push(format!(
                "`{}` is never asked: it costs {price}, and `{name}` allows {}",
                one.name(),
                dollars(UsdMicros(cap))
            ));
        }
    }
    notes.extend(own_tables(vendors));
    let is_ordered = |name: &str| {
        Group::ALL
            .into_iter()
            .filter_map(|group| vendors.order(group))
            .any(|(_, mut order)| order.any(|one| one.name() == name))
    };
    notes.extend(
        vendors
            .providers()
            .filter(|one| !is_ordered(one.name()))
            .map(|one| format!("`{}` is in no order, so nobody asks it", one.name())),
    );
    notes
}

/// What the stack must allow for tables of one's own, which no file can see to.
fn own_tables(vendors: &Vendors) -> Option<String> {
    let name = |one: &Provider| match one.by() {
        By::Item(table) => Some(table.name().to_owned()),
        By::Requests(..) | By::Table => None,
    };
    let names: BTreeSet<String> = vendors.providers().filter_map(name).collect();
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("{one} may be read where the stack's parameter OwnFactsTableName names it")),
        several => Some(format!(
            "the stack's parameter OwnFactsTableName gives the right to read one table, and these are {}: {}; keep both \
             kinds of items in one, told apart by their keys",
            several.len(),
            several.join(", ")
        )),
    }
}

/// `vendors table check`
pub(crate) fn check_table(file: &Path, output: Output) -> Result<()> {
    let table = OwnTable::parse(&file.display().to_string(), &text_of(file)?)?;
    let (companies, people) = table.len();
    output.either(&json!({ "companies": companies, "people": people }), |_| {
        format!("{}: well-formed, {companies} companies and {people} people", file.display())
    })
}

/// `vendors kinds`
pub(crate) fn kinds(output: Output) -> Result<()> {
    let told: Vec<_> = VENDORS
        .iter()
        .map(|vendor| {
            let fills: Vec<_> = vendor.fills.iter().map(|field| field.as_str()).collect();
            json!({ "kind": vendor.name, "title": vendor.title, "fills": fills })
        })
        .collect();
    output.either(&told, |_| {
        let lines = VENDORS.iter().map(|vendor| {
            let fills: Vec<_> = vendor.fills.iter().map(|field| field.in_words()).collect();
            format!("{} ({})\n  {}", vendor.name, vendor.title, fills.join(", "))
        });
        lines.collect::<Vec<_>>().join("\n\n")
    })
}

/// What needs a running system.
pub(crate) async fn vendors(system: &System, command: &VendorsCommand, output: Output) -> Result<()> {
    match command {
        VendorsCommand::File(command) => document::<Vendors>(system, command, output).await,
        VendorsCommand::Table(command) => document::<OwnTable>(system, command, output).await,
        VendorsCommand::Kinds => kinds(output),
        VendorsCommand::Secret { provider, file } => {
            let purpose = format!("vendors/{provider}");
            secrets::said(&secrets::set(system, &purpose, &text_of(file)?).await?, output)
        }
        VendorsCommand::Try(wanted) => try_out(system, wanted, output).await,
        VendorsCommand::Spend { month } => spend(system, month.as_deref(), output).await,
    }
}

/// Looks leads up with the rights of the person who runs the command.
fn lookup(system: &System) -> Result<Lookup<Aws, DynamoFacts, SecretsManager>> {
    Ok(Lookup::new(
        InForce::new(system.registry()?),
        system.facts()?,
        HttpsClient::new()?,
        SecretsManager::from_config(system.config()),
        DynamoItems::from_config(system.config()),
        SystemClock,
        Circumstances {
            stack: system.stack().to_owned(),
            on_one_machine: system.is_on_one_machine(),
            environments: 1,
        },
    ))
}

async fn try_out(system: &System, wanted: &TryVendors, output: Output) -> Result<()> {
    let lookup = lookup(system)?;
    let now = SystemClock.now();
    let vendors = match &wanted.file {
        Some(file) => Arc::new(read(file)?),
        None => lookup.in_force.vendors(now).await?,
    };
    let policy = lookup.in_force.policy(now).await?;
    let source = policy.sources().next().context("the policy in force declares no source")?.0;
    let (email, only) = match &wanted.somebody {
        Somebody::Person(email) => (email.clone(), None),
        Somebody::Company(_) if wanted.ask => {
            bail!("`--ask` wants an address such as ada@acme.example, since its cost counts for a lead")
        }
        // Nobody is asked about this person.
        Somebody::Company(domain) => (format!("nobody@{domain}").parse()?, Some(About::Company)),
    };
    let submitted = submitted(&email, source.as_str())?;
    if wanted.ask {
        let Looked { lead, .. } = lookup.look(submitted, 0, &vendors).await?;
        return output.either(&lead.enrichment, |found| {
            let known = FactField::ALL.into_iter().filter_map(|field| {
                let origin = field.of(found)?;
                Some(format!("  {:<44} from {}", field.in_words(), origin.provider))
            });
            let asked = found.asked.iter().map(told);
            let lines: Vec<String> = asked.chain(["known:".to_owned()]).chain(known).collect();
            lines.join("\n")
        });
    }
    let quote = lookup.quote(submitted, &vendors, only).await?;
    output.either(&quoted(&quote), |_| in_words(&quote))
}

/// A lead of an address alone. What it costs counts for it as for any other.
fn submitted(email: &EmailAddress, source: &str) -> Result<SubmittedLead> {
    let event = json!({ "schema_version": 1, "id": "vendors-try", "source": source, "email": email });
    let event = FormSubmit::parse(event.to_string().as_bytes())?;
    let hash = event.content_hash()?;
    SubmittedLead::new(event, hash, SystemClock.now()).map_err(|error| anyhow!(error))
}

fn of(about: About) -> &'static str {
    match about {
        About::Company => "the company",
        About::Person => "the person",
    }
}

fn told(asked: &Asked) -> String {
    format!("{} ({})", asked.in_words(&asked.provider), dollars(UsdMicros(asked.cost_usd_micros)))
}

fn quoted(quote: &Quote) -> Value {
    let questions: Vec<_> = quote
        .questions
        .iter()
        .map(|one| json!({ "provider": one.provider, "about": one.about, "price_usd_micros": one.price.0, "kept": one.kept }))
        .collect();
    json!({
        "questions": questions, "nobody_since": quote.nobody_since,
        "at_least_usd_micros": quote.at_least.0, "at_most_usd_micros": quote.at_most.0,
    })
}

fn in_words(quote: &Quote) -> String {
    if let Some(why) = quote.nobody_since {
        return format!("Nobody would be asked: {why}.");
    }
    if quote.questions.is_empty() {
        return "Nobody would be asked: the vendors file orders nobody who could be asked about this address.".to_owned();
    }
    let line = |(number, one): (usize, &Quoted)| {
        let price = match one.kept {
            Some(_) => "kept from before, free".to_owned(),
            None => dollars(one.price),
        };
        format!("  {}. {:<24} about {:<12} {price}", number + 1, one.provider, of(one.about))
    };
    let lines: Vec<_> = quote.questions.iter().enumerate().map(line).collect();
    format!(
        "Asked in this order, each only if those before leave something open:\n{}\nThis would cost {} to {}. Nobody was asked; `--ask` does.",
        lines.join("\n"),
        dollars(quote.at_least),
        dollars(quote.at_most)
    )
}

async fn spend(system: &System, month: Option<&str>, output: Output) -> Result<()> {
    let today = TimeZone::UTC.to_datetime(SystemClock.now()).date();
    let day: Date = match month {
        Some(month) => {
            format!("{month}-01").parse().with_context(|| format!("`{month}` is no month; write 2026-11"))?
        }
        None => today,
    };
    let spent = system.facts()?.spent(day).await?;
    let vendors = InForce::new(system.registry()?).vendors(SystemClock.now()).await?;
    let cap = UsdMicros(vendors.budget().per_month_usd_micros);
    let by_day: serde_json::Map<String, Value> =
        spent.by_day.iter().map(|(day, amount)| (day.to_string(), json!(amount.0))).collect();
    let by_provider: serde_json::Map<String, Value> =
        spent.by_provider.iter().map(|(name, amount)| (name.as_str().to_owned(), json!(amount.0))).collect();
    let told = json!({
        "month": day.strftime("%Y-%m").to_string(), "total_usd_micros": spent.total.0,
        "cap_usd_micros": cap.0, "by_day_usd_micros": by_day, "by_provider_usd_micros": by_provider,
    });
    output.either(&told, |_| spent_in_words(day, &spent, cap))
}

fn spent_in_words(day: Date, spent: &Spent, cap: UsdMicros) -> String {
    let mut lines = vec![format!(
        "{}: {} spent on vendors, of {} that the vendors file allows a month",
        day.strftime("%B %Y"),
        dollars(spent.total),
        dollars(cap)
    )];
    lines.extend(
        spent
            .by_provider
            .iter()
            .map(|(name, amount)| format!("  {:<24} {:>10}", name.as_str(), dollars(*amount))),
    );
    lines.extend(
        spent.by_day.iter().map(|(day_of, amount)| {
            format!("  {}-{day_of:02} {:>29}", day.strftime("%Y-%m"), dollars(*amount))
        }),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stacks_right_on_tables_of_ones_own_is_told_by_their_names() {
        const SAMPLE: &str = include_str!("../../policies/enrichment.toml");
        let of = |text: &str| own_tables(&Vendors::parse("enrichment.toml", text).unwrap());
        let told = of(SAMPLE).unwrap();
        assert!(told.starts_with("`company-facts` may be read where"), "{told}");
        let (own, other) =
            (SAMPLE.find("[providers.own-table]").unwrap(), "# People Data Labs: company by domain");
        let section = &SAMPLE[own..SAMPLE.find(other).unwrap()];
        let second = section.replace("own-table", "people").replace("company-facts", "people");
        let told = of(&format!("{SAMPLE}\n{second}")).unwrap();
        assert!(told.contains("these are 2: `company-facts`, `people`"), "{told}");
    }

    #[test]
    fn money_is_written_to_the_cent_and_beyond_where_there_is_more() {
        for (micros, text) in [
            (0, "$0.00"),
            (100_000, "$0.10"),
            (1_234_567, "$1.234567"),
            (12_500_000, "$12.50"),
            (4_000, "$0.004"),
        ] {
            assert_eq!(dollars(UsdMicros(micros)), text);
        }
    }
}
