//! Whether the owners that a list of accounts names can have its leads.

use leadlight_accounts::{Account, Accounts, AccountsError, Found};
use leadlight_lead::Role;

use crate::team::{Member, Team};

/// An account whose owner is another by the team file than by the list: the team file has its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherOwner {
    /// The list's line.
    pub line: u64,
    /// The account's domain.
    pub account: String,
}

/// Refuses a list that names an owner who is not in the team or has another role. `file` is what problems call the list.
/// Gives the accounts that the team file gives to someone else.
///
/// Where such a list is in force all the same, since the team changed later, the leads go to a member who fits.
pub fn owners_fit(file: &str, accounts: &Accounts, team: &Team) -> Result<Vec<OtherOwner>, AccountsError> {
    let (mut found, mut others) = (Found::default(), Vec::new());
    for Account { line, domain, owner_sdr, owner_ae, .. } in accounts.iter() {
        for (owner, role, column) in [(owner_sdr, Role::Sdr, "owner_sdr"), (owner_ae, Role::Ae, "owner_ae")] {
            let Some(owner) = owner else { continue };
            match team.member(&owner).map(Member::role) {
                None => found.add(
                    line,
                    format!("`{column}` is `{owner}`, who is not in the team"),
                    "name a member, or add them to the team file first",
                ),
                Some(other) if other != role => found.add(
                    line,
                    format!("`{column}` is `{owner}`, whose role is {other}"),
                    format!("name someone whose role is {role}"),
                ),
                Some(_) => {}
            }
            if team.own_account_owner(&domain, role).is_some_and(|own| *own.id() != owner) {
                others.push(OtherOwner { line, account: domain.to_string() });
            }
        }
    }
    if found.is_empty() { Ok(others) } else { Err(found.into_error(file)) }
}
