//! People Data Labs: person and company enrichment, version 5. Shapes as in its documentation and `OpenAPI` description.
//!
//! 404 is no match, and is not billed. An answer names the company that it is about, which is held against the one that
//! was asked for; a person's answer says how likely the match is, from 1 to 10.

use http::header::HeaderName;
use jiff::civil::Date;
use leadlight_lead::{About, DomainName, FactField, Function, Funding, Gap, RevenueRange, Seniority};
use leadlight_outward::{Ask, Reply};
use serde_json::Value;

use super::json::{at, code, country, day, domain, headcount, number, object, round, text, texts, usd};
use super::person::{Position, Until, When, is_someone_else, with_company_since};
use crate::findings::{CompanyFindings, Findings, PersonFindings};
use crate::vendor::{Asking, Knows, Options, Question, Said, Subject, Unreadable, Vendor, Way, Wrong};

/// The kind of the file.
pub(crate) const PEOPLE_DATA_LABS: Vendor = Vendor {
    name: "people-data-labs",
    title: "People Data Labs",
    // The least likelihood, 1 to 10, that the vendor itself is to answer with: below it nothing is billed.
    options: &[("min_likelihood", Some("6"))],
    asks: &[About::Company, About::Person],
    fills: &[
        FactField::CompanyName,
        FactField::Industry,
        FactField::Naics,
        FactField::Employees,
        FactField::RevenueRange,
        FactField::Country,
        FactField::Funding,
        FactField::HeadcountGrowth,
        FactField::Title,
        FactField::Function,
        FactField::Seniority,
        FactField::RoleSince,
        FactField::Employer,
        FactField::EmployerSince,
    ],
    narrow: Some(checked),
    way: Way::Asked(Asking {
        base: Some("https://api.peopledatalabs.com"),
        wants_key: true,
        ask,
        then: None,
        read,
    }),
};

/// What the vendor itself refuses is refused before it is asked.
fn checked(options: &Options) -> Result<Knows, Vec<Wrong>> {
    let least = options.get("min_likelihood").and_then(|text| text.trim().parse::<u8>().ok());
    if least.is_some_and(|least| (1..=10).contains(&least)) {
        return Ok(Knows {
            asks: PEOPLE_DATA_LABS.asks.to_vec(),
            fills: PEOPLE_DATA_LABS.fills.iter().copied().collect(),
        });
    }
    let (what, remedy) = ("is no likelihood".to_owned(), "write 1 to 10, such as `\"6\"`".to_owned());
    Err(vec![Wrong { option: "min_likelihood", what, remedy }])
}

fn ask(question: &Question<'_>) -> Ask {
    let least = question.address.option("min_likelihood");
    let subject = question.subject.in_ascii();
    let ask = match question.subject {
        Subject::Company(_) => Ask::get(
            &question.address.at("/v5/company/enrich"),
            &[("website", &subject), ("min_likelihood", least)],
        ),
        Subject::Person(..) => Ask::get(
            &question.address.at("/v5/person/enrich"),
            &[("email", &subject), ("min_likelihood", least)],
        ),
    };
    ask.with(HeaderName::from_static("x-api-key"), question.key.trim().to_owned())
}

fn read(question: &Question<'_>, reply: &Reply) -> Result<Said, Unreadable> {
    let body = object(reply)?;
    match question.subject {
        Subject::Company(asked) => {
            if domain(&body, "website").is_some_and(|answered| answered != *asked && !is_also(&body, asked)) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            // An answer that names neither a website nor a company is not one of theirs.
            if at(&body, "website").is_none() && at(&body, "name").is_none() {
                return Err(Unreadable);
            }
            Ok(Said::facts(company(&body)))
        }
        Subject::Person(email, _) => {
            let data = at(&body, "data").filter(|data| data.is_object()).ok_or(Unreadable)?;
            if is_someone_else(addresses(data), email) {
                return Ok(Said::Nothing(Gap::OtherSubject));
            }
            let is_theirs =
                domain(data, "job_company_website").is_some_and(|of| question.subject.company() == Some(of));
            let company = if is_theirs { employer(data) } else { CompanyFindings::default() };
            Ok(Said::facts(Findings { confidence: likelihood(&body, 0.6), company, person: person(data) }))
        }
    }
}

/// Whether a company lists a domain among its others.
fn is_also(company: &Value, asked: &DomainName) -> bool {
    let others = texts(company, "alternative_domains").unwrap_or_default();
    others.iter().any(|other| DomainName::from_host_or_url(other).is_ok_and(|other| other == *asked))
}

/// Every address that it lists; where a plan has none of them, `true` stands there.
fn addresses(data: &Value) -> Vec<String> {
    let listed = at(data, "emails").and_then(Value::as_array).into_iter().flatten();
    let listed =
        listed.filter_map(|entry| entry.as_str().map(str::to_owned).or_else(|| text(entry, "address")));
    let named = [text(data, "work_email"), text(data, "recommended_personal_email")].into_iter().flatten();
    listed.chain(named).chain(texts(data, "personal_emails").unwrap_or_default()).collect()
}

fn company(body: &Value) -> Findings {
    let funding = Funding {
        total_usd: usd(body, "total_funding_raised"),
        latest_round: round(body, "latest_funding_stage"),
        latest_at: day(body, "last_funding_date"),
    };
    let company = CompanyFindings {
        name: text(body, "display_name").or_else(|| text(body, "name")),
        industry: text(body, "industry"),
        naics: naics(body),
        employees: headcount(body, "employee_count").or_else(|| headcount(body, "size")),
        revenue_range: text(body, "inferred_revenue").and_then(|range| RevenueRange::read(&range)),
        country: country(body, "location/country"),
        funding: (funding != Funding::default()).then_some(funding),
        headcount_growth: number(body, "employee_growth_rate/12_month"),
        ..CompanyFindings::default()
    };
    Findings { confidence: likelihood(body, 0.8), company, person: PersonFindings::default() }
}

/// How sure it says that it is, from 1 to 10.
fn likelihood(body: &Value, usual: f64) -> f64 {
    number(body, "likelihood").map_or(usual, |likelihood| (likelihood / 10.0).clamp(0.0, 1.0))
}

fn naics(company: &Value) -> Option<String> {
    at(company, "naics")?.as_array()?.iter().find_map(|one| code(one, "naics_code"))
}

/// What an answer about a person holds of their company; its name stands there in lower case, which people write better.
fn employer(data: &Value) -> CompanyFindings {
    CompanyFindings {
        industry: text(data, "job_company_industry"),
        employees: headcount(data, "job_company_employee_count")
            .or_else(|| headcount(data, "job_company_size")),
        revenue_range: text(data, "job_company_inferred_revenue")
            .and_then(|range| RevenueRange::read(&range)),
        country: country(data, "job_company_location_country"),
        headcount_growth: number(data, "job_company_12mo_employee_growth_rate"),
        ..CompanyFindings::default()
    }
}

fn person(data: &Value) -> PersonFindings {
    let sub_role = text(data, "job_title_sub_role");
    PersonFindings {
        title: text(data, "job_title"),
        function: sub_role
            .and_then(|sub_role| narrow(&sub_role))
            .or_else(|| function(&text(data, "job_title_role")?)),
        seniority: texts(data, "job_title_levels")
            .and_then(|levels| levels.iter().filter_map(|l| level(l)).max()),
        role_since: day(data, "job_start_date"),
        employer: domain(data, "job_company_website"),
        employer_since: since(data),
        recently_changed_jobs: None,
    }
}

/// The first day with the company of now, by its id where both have one, else by its name.
fn since(data: &Value) -> Option<Date> {
    let id = text(data, "job_company_id");
    let name = text(data, "job_company_name");
    let is_there = |one: &&Value| match (text(one, "company/id"), &id) {
        (Some(then), Some(now)) => then == *now,
        _ => text(one, "company/name").is_some_and(|then| Some(then) == name),
    };
    let when = |one: &Value, name: &str| text(one, name).and_then(|text| When::read(&text));
    let position = |one: &Value| {
        let is_now = at(one, "is_primary").and_then(Value::as_bool) == Some(true);
        let until = match when(one, "end_date") {
            Some(end) => Until::Then(end),
            None if is_now => Until::Now,
            None => Until::NotKnown,
        };
        Position { from: when(one, "start_date"), until }
    };
    let past = at(data, "experience")?.as_array()?;
    let positions: Vec<Position> = past.iter().filter(is_there).map(position).collect();
    with_company_since(&positions)
}

fn level(text: &str) -> Option<Seniority> {
    Some(match text {
        "training" | "unpaid" => Seniority::Training,
        "entry" => Seniority::Entry,
        "senior" => Seniority::Senior,
        "manager" => Seniority::Manager,
        "director" => Seniority::Director,
        "vp" => Seniority::Vp,
        "cxo" => Seniority::CLevel,
        "owner" | "partner" => Seniority::Owner,
        _ => return None,
    })
}

/// Of sub-roles those that lie within another role.
fn narrow(sub_role: &str) -> Option<Function> {
    Some(match sub_role {
        "revenue_operations" | "sales_operations" => Function::RevenueOperations,
        "customer_success" | "customer_support" => Function::CustomerSuccess,
        "data_analyst" | "data_engineering" | "data_science" => Function::Data,
        "information_technology" | "network" => Function::It,
        _ => return None,
    })
}

/// Roles as they are since version 28, and as they were before.
fn function(role: &str) -> Option<Function> {
    Some(match role {
        "sales" | "sales_engineering" | "partnerships" => Function::Sales,
        "marketing" | "public_relations" => Function::Marketing,
        "customer_service" | "support" => Function::CustomerSuccess,
        "engineering" => Function::Engineering,
        "product" | "design" => Function::Product,
        "finance" => Function::Finance,
        "human_resources" => Function::HumanResources,
        "legal" => Function::Legal,
        "operations" => Function::Operations,
        "education" => Function::Education,
        "health" | "hospitality" | "trade" | "trades" | "real_estate" => Function::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_likelihood_is_one_to_ten() {
        let given = |least: &str| checked(&Options::from([("min_likelihood".to_owned(), least.to_owned())]));
        assert!(given("1").is_ok() && given("10").is_ok());
        for least in ["0", "11", "0.6", "high"] {
            assert_eq!(given(least).unwrap_err()[0].option, "min_likelihood", "{least}");
        }
    }
}
