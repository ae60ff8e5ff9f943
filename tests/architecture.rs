//! Checks the architecture rules against the code: the table in ARCHITECTURE.md lists which room may use which,
//! dependencies only go down, files have no cycles, no two types have the same name, what runs does not ask for the date, and crates are built as they were surveyed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "architecture/modules.rs"]
mod modules;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use modules::{Module, Modules};

/// The heading above the table.
const HEADING: &str = "## Which room may use which";

/// A room with those that it may use, in the bottom-up order of the table.
struct Room {
    name: String,
    may_use: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the table in ARCHITECTURE.md: the first cell names a room, the second those that it may use, in backticks.
fn table() -> Vec<Room> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, below) = text.split_once(HEADING).expect("ARCHITECTURE.md has no table of rooms");
    let rows = below.lines().skip_while(|line| !line.starts_with("| `")).take_while(|line| line.starts_with("| `"));
    let named = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        Room { name: named(cells[1]).remove(0), may_use: named(cells[2]) }
    })
    .collect()
}

/// The room of a module: the first part of its path.
fn room(module: &Module) -> Option<&str> {
    module.first().map(String::as_str)
}

/// Every dependency between rooms, with the files at its ends and the name used.
fn arrows(modules: &Modules) -> BTreeMap<(String, String), String> {
    let mut arrows = BTreeMap::new();
    for (module, file) in &modules.0 {
        for (target, item) in modules.named_by(module) {
            let (Some(from), Some(to)) = (room(module), room(&target)) else { continue };
            if from != to {
                let told = format!("{} uses {} of {}", file.path, item, modules.0[&target].path);
                arrows.entry((from.to_owned(), to.to_owned())).or_insert(told);
            }
        }
    }
    arrows
}

#[test]
fn the_table_only_points_down() {
    let table = table();
    assert!(table.len() > 20, "the table was not found: {} rows", table.len());
    for (row, Room { name, may_use }) in table.iter().enumerate() {
        for used in may_use {
            let below = table[..row].iter().any(|other| other.name == *used);
            assert!(below, "ARCHITECTURE.md lets `{name}` use `{used}`, which does not stand above it in the table");
        }
    }
}

#[test]
fn rooms_use_what_the_table_lets_them_use_and_nothing_else() {
    let modules = Modules::read(root());
    let table = table();
    let arrows = arrows(&modules);
    let allowed =
        |from: &str, to: &str| table.iter().any(|room| room.name == from && room.may_use.iter().any(|used| used == to));
    let faults: Vec<_> = arrows
        .iter()
        .filter(|((from, to), _)| !allowed(from, to))
        .map(|((from, to), told)| format!("{from} → {to} is not in the table: {told}"))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    let idle: Vec<_> = table
        .iter()
        .flat_map(|room| room.may_use.iter().map(|used| (room.name.clone(), used.clone())))
        .filter(|arrow| !arrows.contains_key(arrow))
        .map(|(from, to)| format!("{from} → {to}"))
        .collect();
    assert!(idle.is_empty(), "the table lists arrows that no file needs: {}", idle.join(", "));
}

#[test]
fn every_room_stands_in_the_table() {
    let rooms: BTreeSet<String> =
        Modules::read(root()).0.keys().filter_map(|module| room(module)).map(str::to_owned).collect();
    let listed: BTreeSet<String> = table().into_iter().map(|room| room.name).collect();
    assert_eq!(rooms, listed);
}

/// Files that depend on each other: the strongly connected components of the graph, smallest first.
fn circles(edges: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reached = |from: &Module| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Module> = edges.get(from).into_iter().flatten().collect();
        while let Some(module) = open.pop() {
            if seen.insert(module.clone()) {
                open.extend(edges.get(module).into_iter().flatten());
            }
        }
        seen
    };
    let reach: BTreeMap<&Module, BTreeSet<Module>> = edges.keys().map(|module| (module, reached(module))).collect();
    let mut found: Vec<Vec<Module>> = reach
        .iter()
        .map(|(module, seen)| {
            let back = seen.iter().filter(|other| reach.get(other).is_some_and(|seen| seen.contains(*module)));
            back.cloned().collect::<Vec<_>>()
        })
        .filter(|circle| circle.len() > 1)
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn no_files_go_in_circles() {
    let modules = Modules::read(root());
    let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    let mut items: BTreeMap<(Module, Module), Vec<String>> = BTreeMap::new();
    for module in modules.0.keys() {
        for (target, item) in modules.named_by(module) {
            edges.entry(module.clone()).or_default().insert(target.clone());
            items.entry((module.clone(), target)).or_default().push(item);
        }
    }
    let told = circles(&edges).into_iter().map(|circle| {
        let mut ties = Vec::new();
        for from in &circle {
            for to in circle.iter().filter(|to| *to != from && edges[from].contains(*to)) {
                let named = items[&(from.clone(), to.clone())].join(", ");
                ties.push(format!("  {} → {}: {named}", modules.0[from].path, modules.0[to].path));
            }
        }
        ties.join("\n")
    });
    let told: Vec<_> = told.collect();
    assert!(told.is_empty(), "{} circles between files:\n{}", told.len(), told.join("\n\n"));
}

#[test]
fn no_two_types_bear_one_name() {
    let modules = Modules::read(root());
    let mut homes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in modules.0.values() {
        for line in file.code.lines() {
            let line = line.trim_start();
            let declared = line.strip_prefix("pub ").unwrap_or(line);
            let declared =
                declared.strip_prefix("pub(").and_then(|rest| rest.split_once(") ")).map_or(declared, |(_, it)| it);
            let Some(rest) =
                ["struct ", "enum ", "trait ", "union "].iter().find_map(|word| declared.strip_prefix(word))
            else {
                continue;
            };
            let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            homes.entry(name).or_default().insert(&file.path);
        }
    }
    let twice = homes.iter().filter(|(_, files)| files.len() > 1);
    let told: Vec<_> = twice
        .map(|(name, files)| format!("{name}: {}", files.iter().copied().collect::<Vec<_>>().join(", ")))
        .collect();
    assert!(told.is_empty(), "types of one name:\n{}", told.join("\n"));
}

/// A computer's clock may jump while a session runs: it sets itself by the network, or the hour changes. So what is measured
/// never asks it, and neither does anything that waits. Only what says when something was, to a person, does.
#[test]
fn only_what_tells_a_date_asks_the_clock_on_the_wall() {
    const TELL_DATES: [&str; 5] = [
        "cli/prescription.rs",
        "cli/recording_setup.rs",
        "cli/sessions.rs",
        "store/package/mod.rs", // dates that another machine wrote are held against it
        "store/recovery.rs",
    ];
    let wall = ["SystemTime::now", "Zoned::now", "Timestamp::now", "UNIX_EPOCH.elapsed"];
    let modules = Modules::read(root());
    let others: Vec<&str> = modules
        .0
        .values()
        .filter(|file| wall.iter().any(|clock| file.code.contains(clock)))
        .map(|file| file.path.as_str())
        .filter(|path| !TELL_DATES.iter().any(|told| path.ends_with(told)))
        .collect();
    assert!(others.is_empty(), "these ask the clock on the wall: {}", others.join(", "));
}

/// What `docs/supply.md` says of a crate that sees foreign bytes first was seen in one version of it.
#[test]
fn crates_that_see_foreign_bytes_first_are_built_as_they_were_surveyed() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let surveyed = read("supply-chain/audits.toml");
    let built = read("Cargo.lock");
    let mut count = 0;
    for audit in surveyed.split("[[audits.").skip(1) {
        let name = audit.split(']').next().unwrap();
        let version = audit.split("version = \"").nth(1).unwrap().split('"').next().unwrap();
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(
            built.contains(&entry),
            "{name} {version} is not what is built: look at the new one for docs/supply.md"
        );
        count += 1;
    }
    assert_eq!(count, 17, "a crate for each of docs/supply.md");
}
