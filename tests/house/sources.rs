//! The workspace's crates as `cargo metadata` tells of them, and their sources as tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::Value;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// A crate of the workspace.
pub(crate) struct Room {
    /// Its folder, as `shared/lead`.
    pub(crate) folder: String,
    /// What it is built from, without what only its tests need: the names that its code calls them by.
    pub(crate) dependencies: BTreeSet<String>,
    /// The same, for its tests and examples.
    pub(crate) dev_dependencies: BTreeSet<String>,
    /// The folders of those of [`dependencies`](Self::dependencies) that lie in the workspace.
    pub(crate) knows: BTreeSet<String>,
}

/// All crates of the workspace.
pub(crate) fn rooms() -> Vec<Room> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(room).collect()
}

fn room(package: &Value) -> Room {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let mut room = Room {
        folder: folder(manifest.parent().unwrap()),
        dependencies: BTreeSet::new(),
        dev_dependencies: BTreeSet::new(),
        knows: BTreeSet::new(),
    };
    for dependency in package["dependencies"].as_array().unwrap() {
        let name = dependency["rename"].as_str().or(dependency["name"].as_str()).unwrap().replace('-', "_");
        if dependency["kind"].as_str() == Some("dev") {
            room.dev_dependencies.insert(name);
            continue;
        }
        room.dependencies.insert(name);
        room.knows.extend(dependency["path"].as_str().map(|path| folder(Path::new(path))));
    }
    room
}

fn folder(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

/// The Rust files beneath a folder, by their path in it; none where there is no such folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// A source's tokens, without comments and without what is there for tests alone.
pub(crate) fn tokens(source: &str) -> Vec<TokenTree> {
    without_tests(TokenStream::from_str(source).unwrap())
}

/// Leaves out what follows a `#[cfg(test)]`, at every depth.
fn without_tests(stream: TokenStream) -> Vec<TokenTree> {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut rest = stream.into_iter();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Group(group) if is_for_tests(&group) && is_punct(kept.last(), '#') => {
                kept.pop();
                skip_item(&mut rest);
            }
            TokenTree::Group(group) => {
                let inner = without_tests(group.stream()).into_iter().collect();
                kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
            }
            other => kept.push(other),
        }
    }
    kept
}

fn is_for_tests(group: &proc_macro2::Group) -> bool {
    group.delimiter() == Delimiter::Bracket && group.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// An item ends with its block or its semicolon; the braces of a `use` are no block.
fn skip_item(rest: &mut impl Iterator<Item = TokenTree>) {
    let mut is_import = false;
    for token in rest {
        match token {
            TokenTree::Ident(word) if word == "use" => is_import = true,
            TokenTree::Punct(mark) if mark.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_import => return,
            _ => {}
        }
    }
}

pub(crate) fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// Every name in a source, at whatever depth, that is no part of a comment or a text.
pub(crate) fn names(tokens: &[TokenTree], into: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                into.insert(name.to_string());
            }
            TokenTree::Group(group) => names(&group.stream().into_iter().collect::<Vec<_>>(), into),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Paths such as `crate::money::Amount`, at whatever depth; those of a `use`, one by one.
pub(crate) fn paths(tokens: &[TokenTree], into: &mut Vec<Vec<String>>) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => paths(&group.stream().into_iter().collect::<Vec<_>>(), into),
            TokenTree::Ident(word) if word == "use" => {
                let end =
                    tokens[at..].iter().position(|t| is_punct(Some(t), ';')).map_or(tokens.len(), |n| at + n);
                into.extend(imports(&tokens[at + 1..end]).iter().map(Import::used));
                at = end;
            }
            TokenTree::Ident(_) => {
                let path = path(&tokens[at..]);
                at += (path.len() - 1) * 3;
                if path.len() > 1 {
                    into.push(path);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}

/// The names that `::` joins, from the first on.
fn path(tokens: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        names.push(name.to_string());
        if !is_punct(tokens.get(at + 1), ':') || !is_punct(tokens.get(at + 2), ':') {
            break;
        }
        at += 3;
    }
    names
}

/// What a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// As what; none for all that is there (`*`).
    pub(crate) name: Option<String>,
    /// From where.
    pub(crate) path: Vec<String>,
}

impl Import {
    /// What it needs: all of a module is told by [`ALL`].
    pub(crate) fn used(&self) -> Vec<String> {
        let all = self.name.is_none().then(|| ALL.to_owned());
        self.path.iter().cloned().chain(all).collect()
    }
}

/// All that a module holds.
pub(crate) const ALL: &str = "*";

/// What stands between `use` and `;`, one by one.
pub(crate) fn imports(tree: &[TokenTree]) -> Vec<Import> {
    let mut prefix = Vec::new();
    let mut at = 0;
    loop {
        match tree.get(at) {
            Some(TokenTree::Ident(name)) if name == "as" => {
                let renamed = tree.get(at + 1).map(ToString::to_string);
                return vec![Import { name: renamed, path: prefix }];
            }
            Some(TokenTree::Ident(name)) => prefix.push(name.to_string()),
            Some(TokenTree::Punct(mark)) if mark.as_char() == '*' => {
                return vec![Import { name: None, path: prefix }];
            }
            Some(TokenTree::Group(group)) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                return inner
                    .split(|token| is_punct(Some(token), ','))
                    .filter(|branch| !branch.is_empty())
                    .flat_map(imports)
                    .map(|branch| {
                        let path: Vec<String> = prefix.iter().cloned().chain(branch.path).collect();
                        Import { name: branch.name, path }
                    })
                    .map(whole)
                    .collect();
            }
            Some(_) => {}
            None => return vec![whole(Import { name: prefix.last().cloned(), path: prefix })],
        }
        at += 1;
    }
}

/// `money::{self}` is `money`.
fn whole(import: Import) -> Import {
    match import.path.as_slice() {
        [before @ .., name] if name == "self" && !before.is_empty() => Import {
            name: if import.name.as_deref() == Some("self") { before.last().cloned() } else { import.name },
            path: before.to_vec(),
        },
        _ => import,
    }
}
