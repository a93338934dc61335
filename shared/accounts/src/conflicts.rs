//! Whether a list and the policy say the same, before either is put in force.

use leadlight_lead::EmailKind;
use leadlight_policy::{Listed, Policy, Relation, mail_domains};
use leadlight_settings::{Found, LinesError as AccountsError};

use crate::accounts::{Account, Accounts};

/// Refuses a list that names a domain at which anyone may have a mailbox, or calls a company what the policy does not.
/// `file` is what problems call the list. Without a policy, the product's own lists of mail domains are asked.
///
/// Where such a list is in force all the same, the policy has its way: what it lists, it lists by hand.
pub fn conflicts(file: &str, accounts: &Accounts, policy: Option<&Policy>) -> Result<(), AccountsError> {
    let mut found = Found::default();
    for Account { line, domain, relation, .. } in accounts.iter() {
        let kind = policy.map_or_else(
            || mail_domains::classify_domain(domain.as_str()),
            |policy| policy.domain_kind(&domain),
        );
        let of_many = match kind {
            EmailKind::FreeMail => Some("a free-mail provider's"),
            EmailKind::Disposable => Some("one for throw-away mailboxes"),
            EmailKind::Business | EmailKind::Academic => None,
        };
        if let Some(of_many) = of_many {
            let what = format!("{domain} is {of_many}: all who write from there would be this company");
            found.add(line, what, "write the company's own domain, or take the line out");
        }
        let by_policy = policy.and_then(|policy| policy.relation(&domain));
        if let (Some(here), Some(there)) = (relation, by_policy)
            && here != there
        {
            let field = match there {
                Relation::Customer => "disqualify.customers",
                Relation::Competitor => "disqualify.competitors",
            };
            let what = format!("{domain} is a {here} here, and a {there} in the policy's `{field}`");
            found.add(line, what, "take it out of the one that is wrong");
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.into_error(file)) }
}
