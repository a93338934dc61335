//! What a company says of one of its sources, as far as an adapter has to know it.

use std::collections::BTreeMap;

use leadlight_lead::{ActivityKind, SourceName};

use crate::labels::{Field, key};

/// What a company says of one of its sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Its name in the policy, and the last part of its address.
    pub name: SourceName,
    /// Fields of the sender's, by [`key`], and which of ours each fills; `None` for one that is left out.
    pub(crate) fields: BTreeMap<String, Option<Field>>,
    /// The same as they were written, for senders who have to be asked for a field by its name.
    pub(crate) written: Vec<String>,
    /// What forms ask for, by [`key`] of their id or name; `*` is every other form.
    pub(crate) forms: BTreeMap<String, ActivityKind>,
    /// The sender's address for fetching, where it is not the usual one.
    pub(crate) api: Option<String>,
}

impl Rules {
    /// A source of which nothing is said but its name.
    pub fn plain(name: SourceName) -> Self {
        Self { name, fields: BTreeMap::new(), written: Vec::new(), forms: BTreeMap::new(), api: None }
    }

    /// What a form asks for, by its id or its name.
    pub(crate) fn kind_of<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<ActivityKind> {
        names.into_iter().map(key).chain(["*".to_owned()]).find_map(|name| self.forms.get(&name).copied())
    }

    /// Whether the field map says what a field of the sender's is.
    pub(crate) fn knows(&self, label: &str) -> bool {
        self.fields.contains_key(&key(label))
    }

    /// The sender's fields that the field map names, as it writes them.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// The address for fetching: the usual one unless another was set, which is for trying it out.
    pub(crate) fn api<'a>(&'a self, usual: &'a str) -> &'a str {
        self.api.as_deref().unwrap_or(usual).trim_end_matches('/')
    }
}
