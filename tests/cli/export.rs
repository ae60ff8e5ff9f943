//! Exports of a stored session for other programs.

use std::path::Path;
use std::process::Command;

use predicates::str::contains;

use crate::common::World;
use crate::fails;

/// The Python whose packages read the files; without it, reading them is skipped.
const PYTHON: &str = "BENDWISE_EXPORT_PYTHON";

const FORMATS: [&str; 6] = ["csv", "json", "parquet", "trc", "mot", "c3d"];

#[test]
fn every_format_is_read_by_the_programs_it_is_meant_for() {
    let Some(python) = std::env::var_os(PYTHON) else {
        eprintln!("left out: set {PYTHON} to a Python that has the packages of tests/exports/requirements.txt");
        return;
    };
    let world = World::new();
    world.keep_demo("off");
    for format in FORMATS {
        let file = world.path(&format!("s.{format}"));
        let export = world.bare_bendwise().args(["export", "last", "--format", format, "-o"]).arg(file).assert();
        export.success().stdout(contains(format!("s.{format}")));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/read.py");
    let read = Command::new(python).arg(script).arg(world.path("")).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    eprintln!("{}", String::from_utf8_lossy(&read.stdout).trim());
}

#[test]
fn what_cannot_be_exported_is_said() {
    let world = World::new();
    let export = |arguments: &[&str]| world.bare_bendwise().arg("export").args(arguments).assert();
    export(&["last", "--format", "csv"]).code(1).stderr(contains("No session is kept yet"));
    export(&["last", "--format", "xls"]).code(2).stderr(contains("parquet"));
    world.keep_demo("off");
    export(&["2026-13", "--format", "csv"]).code(1).stderr(contains("`bendwise sessions` lists them"));
    let there = world.write("there.csv", "kept");
    fails(export(&["last", "--format", "csv", "-o", there.to_str().unwrap()]), &["there.csv already exists", "-o"]);
    let nowhere = world.path("no/such/a.trc");
    fails(export(&["last", "--format", "trc", "-o", nowhere.to_str().unwrap()]), &["a.trc cannot be written"]);
    assert_eq!(world.read("there.csv"), "kept");
}
