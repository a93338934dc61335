//! The table of rooms in ARCHITECTURE.md, held against what `cargo metadata` says.

use std::collections::BTreeSet;

use crate::sources::Room;

/// A line of the table: a room, and which others it knows.
struct Line {
    number: usize,
    room: String,
    /// None where it may know all.
    knows: Option<BTreeSet<String>>,
}

/// What a cell names in backticks.
fn named(cell: &str) -> impl Iterator<Item = String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// The table whose last column is headed `Knows`. That column names crates by their folder, without `shared/`:
/// `lead`, `policy`, `functions/score`. `nothing` and `all` stand without backticks.
fn table(text: &str, rooms: &[Room]) -> Vec<Line> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    let rows =
        lines.skip_while(|(_, line)| !is_head(line)).skip(2).take_while(|(_, line)| line.starts_with('|'));
    let mut table = Vec::new();
    for (number, line) in rows {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
        let knows = (last.trim() != "all").then(|| named(last).map(|name| folder(&name, rooms)).collect());
        table.extend(named(first).map(|room| Line { number, room, knows: knows.clone() }));
    }
    table
}

fn is_head(line: &str) -> bool {
    line.starts_with('|')
        && line.trim().trim_matches('|').split('|').next_back().is_some_and(|c| c.trim() == "Knows")
}

/// A room's folder by its short name.
fn folder(name: &str, rooms: &[Room]) -> String {
    let shared = format!("shared/{name}");
    if rooms.iter().any(|room| room.folder == shared) { shared } else { name.to_owned() }
}

fn short(folder: &str) -> &str {
    folder.strip_prefix("shared/").unwrap_or(folder)
}

/// What the table says and the crates don't do, or the other way round; each with the line to change.
pub(crate) fn differences(text: &str, rooms: &[Room]) -> Vec<String> {
    let table = table(text, rooms);
    let mut found = Vec::new();
    for room in rooms {
        let folder = &room.folder;
        let lines: Vec<&Line> = table.iter().filter(|line| line.room == *folder).collect();
        let (number, knows) = match lines.as_slice() {
            [Line { number, knows: Some(knows), .. }] => (number, knows),
            [Line { knows: None, .. }] => continue,
            [] => {
                found.push(format!("no line of the table is about {folder}; add {}", as_line(room)));
                continue;
            }
            [first, .., last] => {
                let (first, last) = (first.number, last.number);
                found.push(format!("lines {first} and {last} are both about {folder}; leave one"));
                continue;
            }
        };
        for extra in room.knows.difference(knows) {
            let name = short(extra);
            found.push(format!(
                "{folder} depends on {extra}, which line {number} does not let it know: take the dependency out of \
                 {folder}/Cargo.toml, or add `{name}` to the line's last column"
            ));
        }
        for missing in knows.difference(&room.knows) {
            let name = short(missing);
            found.push(format!(
                "line {number} lets {folder} know {missing}, and it does not depend on it: take `{name}` out of the \
                 line's last column"
            ));
        }
    }
    found
}

/// A line of the table as it should be.
fn as_line(room: &Room) -> String {
    let knows: Vec<String> = room.knows.iter().map(|folder| format!("`{}`", short(folder))).collect();
    let knows = if knows.is_empty() { "nothing".to_owned() } else { knows.join(", ") };
    format!("| `{}` | … | {knows} |", room.folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(folder: &str, knows: &[&str]) -> Room {
        Room {
            folder: folder.to_owned(),
            dependencies: BTreeSet::new(),
            dev_dependencies: BTreeSet::new(),
            knows: knows.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn a_dependency_that_the_table_does_not_name_is_told_with_its_line() {
        let text = "# House\n\n| Room | Purpose | Knows |\n|---|---|---|\n| `shared/lead` | Words | nothing |\n\
                    | `shared/desk` | People | `lead` |\n| `functions/a`, `functions/b` | Two | `desk` |\n\
                    | `tests` | Tests | all |\n";
        let lead = || room("shared/lead", &[]);
        let desk = || room("shared/desk", &["shared/lead"]);
        let a = || room("functions/a", &["shared/desk"]);
        let tests = || room("tests", &["shared/desk", "functions/a"]);
        assert!(differences(text, &[lead(), desk(), a(), tests()]).is_empty());

        let climbing = room("shared/lead", &["shared/desk"]);
        let told = differences(text, &[climbing, desk(), a(), tests()]);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("shared/lead depends on shared/desk, which line 5"), "{told:?}");

        let told = differences(text, &[lead(), desk(), room("functions/b", &[]), tests()]);
        assert!(told[0].starts_with("line 7 lets functions/b know shared/desk"), "{told:?}");
        let told = differences(text, &[lead(), desk(), room("shared/new", &["shared/lead"])]);
        assert_eq!(told, ["no line of the table is about shared/new; add | `shared/new` | … | `lead` |"]);
    }
}
