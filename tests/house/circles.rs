//! Which files and folders of a crate need which, by the names in them, and where that goes in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{Delimiter, TokenTree};

use crate::sources::{ALL, Import, imports, is_punct, paths, tokens};

/// Words before the name of an item.
const ITEMS: [&str; 8] = ["fn", "struct", "enum", "trait", "type", "const", "static", "union"];
/// Names are followed through so many imports at most.
const DEEPEST: usize = 16;

/// A module of a crate, in a file or within one.
#[derive(Default)]
struct Module {
    file: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// What is defined in it, macros too.
    items: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths in its code, and what it imports for itself. What it only passes on is not among them: a folder's
    /// `mod.rs` does not need what it re-exports.
    uses: Vec<Vec<String>>,
}

/// A crate's modules.
#[derive(Default)]
pub(crate) struct Modules(Vec<Module>);

/// What a unit needs of others, with a file and a path that say so. Units are files and folders side by side: what a
/// folder's files need, the folder needs. What the head of a folder and its files have of each other does not count:
/// they are read together.
pub(crate) type Needs = BTreeMap<String, BTreeMap<String, String>>;

impl Modules {
    /// Of a crate's sources, by their path under `src`.
    pub(crate) fn read(files: &BTreeMap<String, String>) -> Self {
        let root = ["lib.rs", "main.rs"].into_iter().find(|root| files.contains_key(*root));
        let mut modules = Self::default();
        if let Some(root) = root {
            modules.add_file(files, root, "", None);
        }
        modules
    }

    /// `folder` is where the files of its submodules lie.
    fn add_file(
        &mut self,
        files: &BTreeMap<String, String>,
        file: &str,
        folder: &str,
        parent: Option<usize>,
    ) -> usize {
        let me = self.0.len();
        self.0.push(Module { file: file.to_owned(), parent, ..Module::default() });
        self.fill(files, me, folder, &tokens(&files[file]));
        me
    }

    fn fill(&mut self, files: &BTreeMap<String, String>, me: usize, folder: &str, tokens: &[TokenTree]) {
        let mut code = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1);
            match (token, next) {
                (TokenTree::Ident(word), _) if word == "use" => {
                    let end = tokens[at..].iter().position(|t| is_punct(Some(t), ';')).unwrap() + at;
                    let found = imports(&tokens[at + 1..end]);
                    if !is_public(&tokens[..at]) {
                        self.0[me].uses.extend(found.iter().map(Import::used));
                    }
                    self.0[me].imports.extend(found);
                    at = end;
                }
                (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "mod" => {
                    let name = name.to_string();
                    let child = if let Some(TokenTree::Group(inline)) = tokens.get(at + 2) {
                        let child = self.0.len();
                        let file = self.0[me].file.clone();
                        self.0.push(Module { file, parent: Some(me), ..Module::default() });
                        let inner: Vec<TokenTree> = inline.stream().into_iter().collect();
                        self.fill(files, child, &format!("{folder}{name}/"), &inner);
                        child
                    } else {
                        let beside = format!("{folder}{name}.rs");
                        let within = format!("{folder}{name}/mod.rs");
                        let file = if files.contains_key(&beside) { beside } else { within };
                        self.add_file(files, &file, &format!("{folder}{name}/"), Some(me))
                    };
                    self.0[me].children.insert(name, child);
                    at += 2;
                }
                (TokenTree::Ident(word), Some(TokenTree::Ident(name)))
                    if ITEMS.contains(&word.to_string().as_str()) =>
                {
                    self.0[me].items.insert(name.to_string());
                    at += 1;
                }
                (TokenTree::Ident(word), Some(_)) if word == "macro_rules" => {
                    self.0[me].items.extend(tokens.get(at + 2).map(ToString::to_string));
                    at += 2;
                }
                _ => code.push(token.clone()),
            }
            at += 1;
        }
        paths(&code, &mut self.0[me].uses);
    }

    /// Which unit needs which.
    pub(crate) fn needs(&self) -> Needs {
        let mut needs = Needs::new();
        for (me, module) in self.0.iter().enumerate() {
            for path in &module.uses {
                let Some(file) = self.resolve(me, path, 0) else { continue };
                let Some((from, to)) = units(&module.file, &file) else { continue };
                let why = || format!("{}: {}", module.file, path.join("::"));
                needs.entry(from).or_default().entry(to).or_insert_with(why);
            }
        }
        needs
    }

    /// The file that defines what a path names, seen from a module; none for another crate's, and for a module.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<String> {
        let (head, rest) = path.split_first()?;
        let here = &self.0[from];
        match head.as_str() {
            _ if depth > DEEPEST => None,
            "crate" => self.find(0, rest, depth),
            "self" => self.find(from, rest, depth),
            "super" => {
                let mut up = here.parent?;
                let mut rest = rest;
                while rest.first().is_some_and(|name| name == "super") {
                    (up, rest) = (self.0[up].parent?, &rest[1..]);
                }
                self.find(up, rest, depth)
            }
            name if here.children.contains_key(name) => self.find(from, path, depth),
            name => {
                let import = here.imports.iter().find(|import| import.name.as_deref() == Some(name))?;
                // What is brought in from another crate under the name of it ends here.
                if import.path.first() == Some(head) && import.path.len() == 1 {
                    return None;
                }
                let whole: Vec<String> = import.path.iter().chain(rest).cloned().collect();
                self.resolve(from, &whole, depth + 1)
            }
        }
    }

    /// The file that defines what a path names within a module.
    fn find(&self, module: usize, path: &[String], depth: usize) -> Option<String> {
        let here = &self.0[module];
        let (name, rest) = path.split_first()?;
        if name == ALL {
            return Some(here.file.clone());
        }
        let import = here.imports.iter().find(|import| import.name.as_ref() == Some(name));
        let is_item = here.items.contains(name);
        if let Some(child) = here.children.get(name) {
            // A module and a function may have one name: `data` and `data()`.
            if !rest.is_empty() || !is_item && import.is_none_or(|import| import.path.len() < 2) {
                return self.find(*child, rest, depth);
            }
        }
        if is_item || depth > DEEPEST {
            return Some(here.file.clone());
        }
        if let Some(import) = import {
            let whole: Vec<String> = import.path.iter().chain(rest).cloned().collect();
            return self.resolve(module, &whole, depth + 1);
        }
        let globs = here.imports.iter().filter(|import| import.name.is_none());
        let mut behind = globs.map(|glob| glob.path.iter().chain(path).cloned().collect::<Vec<_>>());
        let found = behind.find_map(|path| self.resolve(module, &path, depth + 1));
        // What no word introduces, a macro has made here.
        found.or_else(|| Some(here.file.clone()))
    }
}

/// The siblings that two files belong to where their ways part: `sections/past.rs` and `first.rs` are `sections` and
/// `first`. None within one file, and between the head of a folder and what lies in it. The crate's root is a sibling
/// of what lies beside it.
fn units(from: &str, to: &str) -> Option<(String, String)> {
    let parts = |file: &str| -> Vec<String> {
        let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
        name.split('/').map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let unit = |parts: &[String]| parts.get(..=same).map(|parts| parts.join("/"));
    Some((unit(&from)?, unit(&to)?))
}

/// Whether what comes next is passed on: it stands behind a `pub`, or a `pub(…)`.
fn is_public(before: &[TokenTree]) -> bool {
    let mut before = before.iter().rev();
    let mut last = before.next();
    if matches!(last, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis) {
        last = before.next();
    }
    matches!(last, Some(TokenTree::Ident(word)) if word == "pub")
}

/// The shortest circle through each unit that is in one, told once.
pub(crate) fn circles(needs: &Needs) -> Vec<String> {
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for unit in needs.keys() {
        let Some(circle) = shortest(needs, unit) else { continue };
        if told.insert(circle.iter().cloned().collect::<BTreeSet<_>>()) {
            circles.push(in_words(needs, &circle));
        }
    }
    circles
}

/// From a unit back to itself, without its second mention.
fn shortest(needs: &Needs, start: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|last| needs.get(last)).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push_back(way.iter().cloned().chain([next.clone()]).collect());
            }
        }
    }
    None
}

fn in_words(needs: &Needs, circle: &[String]) -> String {
    let next = circle.iter().cycle().skip(1);
    let steps = circle.iter().zip(next);
    let steps: Vec<String> =
        steps.map(|(from, to)| format!("{from} needs {to} ({})", needs[from][to])).collect();
    steps.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        circles(&Modules::read(&files).needs())
    }

    #[test]
    fn a_planted_circle_is_found_however_it_is_written() {
        let lib = ("lib.rs", "mod a; mod b; pub use b::{B as Renamed, c};");
        let a = ("a.rs", "use crate::b::B; pub(crate) struct A(B);");
        let ways = [
            "use crate::a::A; pub struct B(A); pub fn c() {}",
            "use super::a; pub struct B; pub fn c(a: a::A) -> a::A { a }",
            "pub struct B; pub fn c() { html! { (crate::a::A::new()) } }",
            "pub struct B; pub fn c() { use crate::{a::{A as Z}, Renamed}; }",
            "macro_rules! made { () => { use crate::a::*; } } pub struct B; pub fn c() {}",
        ];
        for b in ways {
            assert_eq!(circles_of(&[lib, a, ("b.rs", b)]).len(), 1, "{b}");
        }
        assert!(circles_of(&[lib, a, ("b.rs", "pub struct B; pub fn c() {}")]).is_empty());
    }

    #[test]
    fn what_the_root_passes_on_is_followed_to_where_it_is_made() {
        let lib = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::*;");
        let found = circles_of(&[
            lib,
            ("a.rs", "use crate::B; pub struct A(B);"),
            ("b.rs", "use crate::A; pub struct B(A);"),
        ]);
        assert_eq!(found, ["a needs b (a.rs: crate::B), b needs a (b.rs: crate::A)"]);
        let one_way = [lib, ("a.rs", "use crate::B; pub struct A(B);"), ("b.rs", "pub struct B;")];
        assert!(circles_of(&one_way).is_empty());
    }

    #[test]
    fn a_folder_is_one_with_its_head_and_answers_for_its_files() {
        let lib = ("lib.rs", "mod shapes; mod paper; mod ink;");
        let head =
            ("shapes/mod.rs", "mod round; mod square; pub struct Width; fn w() { round::round(Width) }");
        let round = ("shapes/round.rs", "use super::Width; pub fn round(_: Width) { crate::paper::cut() }");
        let square = ("shapes/square.rs", "pub fn square() {}");
        let (paper, ink) = (("paper.rs", "pub fn cut() {}"), ("ink.rs", "use crate::shapes::Width;"));
        assert!(circles_of(&[lib, head, round, square, paper, ink]).is_empty());

        let through_the_folder = ("paper.rs", "use crate::shapes::square::square; pub fn cut() {}");
        assert_eq!(
            circles_of(&[lib, head, round, square, through_the_folder, ink]),
            [
                "paper needs shapes (paper.rs: crate::shapes::square::square), shapes needs paper (shapes/round.rs: \
              crate::paper::cut)"
            ]
        );
        let beside = ("shapes/square.rs", "use super::round; pub fn square() { round::round() }");
        assert!(circles_of(&[lib, head, round, beside, paper, ink]).is_empty());
        let round = ("shapes/round.rs", "use super::square::square; pub fn round() {}");
        assert_eq!(circles_of(&[lib, head, round, beside, paper, ink]).len(), 1);
    }

    #[test]
    fn the_root_of_a_crate_is_no_place_for_what_its_files_share() {
        let a = ("a.rs", "use crate::Handler; pub fn a(_: Handler) {}");
        assert_eq!(
            circles_of(&[("lib.rs", "mod a; pub struct Handler; fn go() { a::a(Handler) }"), a]).len(),
            1
        );
        assert!(circles_of(&[("lib.rs", "mod a; pub use a::a; pub struct Handler;"), a]).is_empty());
    }

    #[test]
    fn what_only_tests_need_is_no_circle() {
        let lib = ("lib.rs", "mod a; mod b;");
        let a = ("a.rs", "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }");
        let b = ("b.rs", "use crate::a::A; pub struct B(A);");
        assert!(circles_of(&[lib, a, b]).is_empty());
        assert!(circles_of(&[lib, ("a.rs", "#[cfg(test)] use crate::b::{B}; pub struct A;"), b]).is_empty());
    }
}
