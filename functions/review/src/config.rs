//! What the console is told by its environment.

use leadlight_adapters::{self as adapters, Noted, Variables};
use leadlight_identity::Expected;

/// What the console is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LEADS_TABLE`: the table of leads.
    pub leads_table: String,
    /// `REGISTRY_BUCKET`: the registry's bucket: policies, teams, models, reports.
    pub registry_bucket: String,
    /// `TO_SCORE_QUEUE_URL`: where leads go that a person has seen first, or whose record one has completed.
    pub to_score_queue_url: String,
    /// `STACK_NAME`: the stack's name, which begins the names of its secrets.
    pub stack_name: String,
    /// How people sign in.
    pub sign_in: SignInConfig,
}

/// How people sign in.
#[derive(Debug, Clone)]
pub enum SignInConfig {
    /// `LOCAL_SIGN_IN` is `true`: sample users, on one machine.
    Sample,
    /// `OIDC_ISSUER`, `OIDC_CLIENT_ID` and `OIDC_ROLES_CLAIM`: whose tokens count, made for whom, and the claim that
    /// lists roles. The client id is the tokens' audience.
    Issuer(Expected),
    /// None of it: nobody signs in.
    Nobody,
}

impl adapters::Config for Config {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let leads_table = variables.text("LEADS_TABLE");
        let registry_bucket = variables.text("REGISTRY_BUCKET");
        let to_score_queue_url = variables.text("TO_SCORE_QUEUE_URL");
        let stack_name = variables.text("STACK_NAME");
        let sign_in = SignInConfig::read(variables);
        Ok(Self {
            leads_table: leads_table?,
            registry_bucket: registry_bucket?,
            to_score_queue_url: to_score_queue_url?,
            stack_name: stack_name?,
            sign_in: sign_in?,
        })
    }
}

impl adapters::Config for SignInConfig {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let is_local = variables.flag("LOCAL_SIGN_IN");
        let issuer = variables.optional("OIDC_ISSUER");
        let client_id = variables.optional("OIDC_CLIENT_ID");
        let roles_claim = variables.optional("OIDC_ROLES_CLAIM");
        if is_local? {
            return Ok(Self::Sample);
        }
        let Some(issuer) = issuer else { return Ok(Self::Nobody) };
        // With an issuer, but without these, no token would ever count.
        let audience =
            client_id.ok_or_else(|| variables.refuse("OIDC_CLIENT_ID", "set, though OIDC_ISSUER is"));
        let roles_claim =
            roles_claim.ok_or_else(|| variables.refuse("OIDC_ROLES_CLAIM", "set, though OIDC_ISSUER is"));
        Ok(Self::Issuer(Expected { issuer, audience: audience?, roles_claim: roles_claim? }))
    }
}

#[cfg(test)]
mod tests {
    use leadlight_adapters::Config as _;

    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<SignInConfig, String> {
        let lookup = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        SignInConfig::from_lookup(&lookup).map_err(|error| error.to_string())
    }

    #[test]
    fn people_sign_in_as_samples_with_an_issuer_or_not_at_all() {
        assert!(matches!(read(&[("LOCAL_SIGN_IN", "true")]), Ok(SignInConfig::Sample)));
        assert!(matches!(read(&[("LOCAL_SIGN_IN", "false"), ("OIDC_ISSUER", "")]), Ok(SignInConfig::Nobody)));
        let set = [
            ("LOCAL_SIGN_IN", "false"),
            ("OIDC_ISSUER", "https://issuer.example"),
            ("OIDC_CLIENT_ID", "console"),
            ("OIDC_ROLES_CLAIM", "groups"),
        ];
        let Ok(SignInConfig::Issuer(expected)) = read(&set) else { panic!("there is an issuer") };
        assert_eq!((expected.audience.as_str(), expected.roles_claim.as_str()), ("console", "groups"));
    }

    #[test]
    fn half_an_issuer_is_refused_with_all_that_is_missing() {
        let told =
            read(&[("LOCAL_SIGN_IN", "false"), ("OIDC_ISSUER", "https://issuer.example")]).unwrap_err();
        assert!(told.contains("OIDC_CLIENT_ID") && told.contains("OIDC_ROLES_CLAIM"), "{told}");
    }
}
