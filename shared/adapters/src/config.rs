//! What a function is told by its environment, as a type of its own.
//!
//! Each function has a `config.rs`: a struct with one documented field a variable, and how it is [read](Config::read).
//! All that is wrong is told at once, at start-up, and the template test learns from the same reading which variables
//! a function must be given: a name stands once.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What a function is told by its environment.
///
/// Look each variable up before the first `?`, so that what is missing is told all at once; the functions' `config.rs`
/// show how.
pub trait Config: Sized {
    /// Looks up each variable, whatever became of the ones before.
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted>;

    /// Reads the process's environment.
    fn from_environment() -> Result<Self, BadVariables> {
        Self::from_lookup(&|name| std::env::var(name).ok())
    }

    /// Reads what `lookup` knows by name. A variable that is empty counts as not set: CloudFormation has no other way
    /// to leave one out.
    fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, BadVariables> {
        let mut variables = Variables { lookup, asked: BTreeSet::new(), problems: Vec::new() };
        match Self::read(&mut variables) {
            Ok(config) if variables.problems.is_empty() => Ok(config),
            _ => Err(BadVariables { problems: variables.problems }),
        }
    }

    /// The names of all variables that are looked up.
    fn variables() -> BTreeSet<&'static str> {
        let mut variables = Variables { lookup: &|_| None, asked: BTreeSet::new(), problems: Vec::new() };
        // Nothing is set, so most are missing: what counts is which were asked for.
        let _ = Self::read(&mut variables);
        variables.asked
    }
}

/// An environment that remembers what it was asked for, and what was wrong with it.
pub struct Variables<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    asked: BTreeSet<&'static str>,
    problems: Vec<BadVariable>,
}

/// A variable is not as it should be; its problem is noted already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted(());

impl Variables<'_> {
    /// A text that must be there.
    pub fn text(&mut self, name: &'static str) -> Result<String, Noted> {
        self.optional(name).ok_or_else(|| self.note(BadVariable { name, wanted: None }))
    }

    /// A text that may be left out.
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        self.asked.insert(name);
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// A value that must be there; `wanted` says what it should be, such as "a whole number".
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, wanted: &'static str) -> Result<T, Noted> {
        let text = self.text(name)?;
        text.parse().map_err(|_| self.note(BadVariable { name, wanted: Some(wanted) }))
    }

    /// `true` or `false`, which must be there.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, Noted> {
        self.parsed(name, "`true` or `false`")
    }

    /// Any other problem with a variable that was looked up.
    pub fn refuse(&mut self, name: &'static str, wanted: &'static str) -> Noted {
        self.note(BadVariable { name, wanted: Some(wanted) })
    }

    fn note(&mut self, problem: BadVariable) -> Noted {
        self.problems.push(problem);
        Noted(())
    }
}

/// An environment variable that is not as the template should have set it. Its value is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadVariable {
    /// Its name.
    pub name: &'static str,
    /// What it should be; `None` if it is missing.
    pub wanted: Option<&'static str>,
}

impl fmt::Display for BadVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wanted {
            None => write!(f, "{} is missing", self.name),
            Some(wanted) => write!(f, "{} is not {wanted}", self.name),
        }
    }
}

/// A function cannot start with what its environment tells it.
#[derive(Debug, thiserror::Error)]
pub struct BadVariables {
    /// All that is wrong, in the order of reading.
    pub problems: Vec<BadVariable>,
}

impl fmt::Display for BadVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the function's environment is not as it should be: ")?;
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "; " })?;
        }
        write!(f, ". The function's entry in the template sets these variables")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Sample {
        table: String,
        tries: u32,
        is_local: bool,
        issuer: Option<String>,
    }

    impl Config for Sample {
        fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
            let table = variables.text("TABLE");
            let tries = variables.parsed("TRIES", "a whole number");
            let is_local = variables.flag("IS_LOCAL");
            let issuer = variables.optional("ISSUER");
            Ok(Self { table: table?, tries: tries?, is_local: is_local?, issuer })
        }
    }

    fn sample(set: &[(&str, &str)]) -> Result<Sample, String> {
        let lookup = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        Sample::from_lookup(&lookup).map_err(|error| error.to_string())
    }

    #[test]
    fn all_variables_are_read() {
        let read = sample(&[("TABLE", "leads"), ("TRIES", "5"), ("IS_LOCAL", "false"), ("ISSUER", "")]);
        let wanted = Sample { table: "leads".into(), tries: 5, is_local: false, issuer: None };
        assert_eq!(read, Ok(wanted));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_no_value_is_repeated() {
        let told = sample(&[("TABLE", ""), ("TRIES", "s3cret"), ("IS_LOCAL", "yes")]).unwrap_err();
        for problem in
            ["TABLE is missing", "TRIES is not a whole number", "IS_LOCAL is not `true` or `false`"]
        {
            assert!(told.contains(problem), "{told}");
        }
        assert!(!told.contains("s3cret"), "{told}");
    }

    #[test]
    fn the_reading_itself_tells_which_variables_there_are() {
        assert_eq!(Sample::variables(), BTreeSet::from(["IS_LOCAL", "ISSUER", "TABLE", "TRIES"]));
    }
}
