//! The command line itself.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;

#[test]
fn help_teaches_examples_exit_codes_and_safety() {
    let help = World::new().bare_bendwise().arg("--help").assert().success();
    help.stdout(contains("Examples:").and(contains("Exit codes:")).and(contains("not a medical device")));
}

#[test]
fn an_unknown_subcommand_is_not_understood() {
    World::new().bare_bendwise().arg("stretch").assert().code(2).stderr(contains("unrecognized subcommand"));
}

#[test]
fn analyze_wants_something_to_analyze() {
    World::new().bare_bendwise().arg("analyze").assert().code(2).stderr(contains("<FILE|FOLDER>"));
}

#[test]
fn a_rate_that_no_pictures_have_is_not_understood() {
    for rate in ["0", "-2", "NaN", "many"] {
        let fps = format!("--fps={rate}");
        World::new().bare_bendwise().args(["analyze", "x", &fps]).assert().code(2).stderr(contains("from 0.01 to 240"));
    }
}

#[test]
fn completions_name_the_subcommands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        World::new().bare_bendwise().args(["completions", shell]).assert().success().stdout(contains("analyze"));
    }
}

#[test]
fn a_log_filter_that_is_not_understood_is_said() {
    let printed = World::new().bare_bendwise().env("RUST_LOG", "bendwise=loud").args(["completions", "bash"]).assert();
    printed
        .success()
        .stderr(contains("RUST_LOG is not understood and was ignored").and(contains("RUST_LOG=bendwise=debug")));
}
