//! `bendwise man`: the manual pages that a package installs.

use std::collections::BTreeSet;

use super::common::World;
use super::{fails, names};

/// The subcommands that a command's help lists, without `help` itself.
fn listed(world: &World, command: &[String]) -> Vec<String> {
    let help = world.bare_bendwise().args(command).arg("--help").assert().success().get_output().stdout.clone();
    let help = String::from_utf8(help).unwrap();
    let commands = help.split_once("Commands:\n").map_or("", |(_, commands)| commands);
    let lines = commands.lines().take_while(|line| line.starts_with("  "));
    let named = lines.filter(|line| !line.starts_with("   ")); // a longer description goes on below
    let names = named.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The pages that the program and all of its subcommands should have.
fn wanted(world: &World, command: &[String]) -> BTreeSet<String> {
    let page = ["bendwise".to_owned()].iter().chain(command).cloned().collect::<Vec<_>>().join("-") + ".1";
    let below = listed(world, command).into_iter().flat_map(|name| wanted(world, &[command, &[name]].concat()));
    below.chain([page]).collect()
}

#[test]
fn every_subcommand_has_a_page_and_no_page_names_one_that_is_missing() {
    let world = World::new();
    world.bare_bendwise().arg("man").arg(world.path("share/man1")).assert().success();
    let pages: BTreeSet<_> = names(&world, "share/man1").into_iter().collect();
    assert!(pages.contains("bendwise-sessions-show.1"), "{pages:?}");
    assert_eq!(pages, wanted(&world, &[]));
    for page in &pages {
        let text = world.read(&format!("share/man1/{page}")).replace("\\-", "-");
        for named in text.split_whitespace().filter_map(|word| word.strip_suffix("(1)")) {
            assert!(pages.contains(&format!("{named}.1")), "{page} names {named}(1)");
        }
        assert!(
            text.contains(concat!(" \" \" \"bendwise ", env!("CARGO_PKG_VERSION"), "\" \"User Commands\"")),
            "{text}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let world = World::new();
    let file = world.write("file", "");
    fails(world.bare_bendwise().arg("man").arg(file.join("man1")).assert(), &["file/man1 cannot be created"]);
}
