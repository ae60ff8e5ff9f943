//! Printing to a full or closed output.

#![cfg(unix)]

use std::fs::File;

use crate::common::World;
use crate::fails;

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_what_is_printed_is_a_failure_with_a_way_out() {
    for arguments in [
        &["completions", "bash"][..],
        &["cameras"],
        &["doctor"],
        &["--help"],
        &["--version"],
        &["sessions", "--help"],
        &["demo", "--free", "--once"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let printed = World::new().printing_to(arguments, full.into());
        // The demo also reports that there is no display, which is a sentence of its own.
        let told = "The output of bendwise cannot be written: send it elsewhere, or free disk space (No space";
        if arguments.contains(&"demo") {
            let said = String::from_utf8(printed.get_output().stderr.clone()).unwrap();
            assert!(said.contains(told), "{said}");
            printed.code(1);
        } else {
            fails(printed, &[told]);
        }
    }
}

#[test]
fn a_reader_who_has_had_enough_is_no_failure() {
    for arguments in [&["completions", "bash"][..], &["--help"], &["demo", "--free", "--once"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        World::new().printing_to(arguments, writer.into()).success();
    }
}
