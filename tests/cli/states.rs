//! A kept session in which little or nothing could be measured says why.

use std::time::Duration;

use bendwise::coach::{SetGoal, SetPurpose};
use bendwise::geometry::State;
use bendwise::source::Timestamp;
use bendwise::store::sample::Sample;
use bendwise::store::{Happening, LostCounts, NewSession, Store};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;

/// Keeps a session of ten frames a second with these states, each of which lasts this many seconds; bends count until
/// `ended`.
fn keep(world: &World, states: &[(State, u64)], ended: Option<u64>) {
    let began = "2026-11-22T08:05:00+00:00[UTC]".parse().unwrap();
    let new = NewSession { began, source: "Webcam".into(), plan: None, person: None };
    let mut writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let at = |tenths: u64| Timestamp::new(Duration::from_millis(100 * tenths));
    let (goal, purpose, time) = (SetGoal::Hips, SetPurpose::Practice, at(0));
    let set = Happening::SetBegan { number: 0, drill: None, goal, purpose, time };
    let end = ended.map(|second| Happening::SetEnded { number: 0, time: at(10 * second) });
    writer.keep(&[], &[set].into_iter().chain(end).collect::<Vec<_>>()).unwrap();
    let each = states.iter().flat_map(|(state, seconds)| (0..10 * seconds).map(|_| *state));
    let samples: Vec<Sample> = (0..)
        .zip(each)
        .map(|(number, state)| Sample { time: at(number), number, state, ..Sample::default() })
        .collect();
    for samples in samples.chunks(10) {
        writer.keep(samples, &[]).unwrap();
    }
    writer.finish(LostCounts::default()).unwrap();
}

fn page(world: &World) -> String {
    world.bare_bendwise().args(["report", "last", "-o"]).arg(world.path("a.html")).assert().success();
    world.read("a.html")
}

#[test]
fn a_session_in_which_nothing_was_measured_says_why_wherever_it_is_read() {
    let world = World::new();
    keep(&world, &[(State::Nobody, 2), (State::Turned, 8)], None);
    let why = "Nothing could be measured in 2026-11-22: most of the time the person was not side-on";
    world.bare_bendwise().args(["sessions", "show", "last"]).assert().success().stdout(contains(why));
    assert!(page(&world).contains(why));
    for format in ["csv", "json", "trc", "c3d"] {
        let mut export = world.bare_bendwise();
        export.args(["export", "last", "--format", format, "-o"]);
        let export = export.arg(world.path(&format!("a.{format}"))).assert().success();
        export.stdout(contains(format!(".{format}")).and(contains(why)));
    }
    let refused = world.bare_bendwise().args(["export", "last", "--format", "mot"]).assert().code(1);
    refused.stderr(contains("side-on"));
    let german = world.bare_bendwise().args(["sessions", "show", "last", "--lang", "de"]).assert().success();
    german.stdout(contains("In 2026-11-22 war nichts zu messen: meistens stand die Person nicht seitlich"));
}

#[test]
fn times_in_which_something_hid_the_person_are_told_where_bends_would_count() {
    let world = World::new();
    let states = [
        (State::Measured, 3),
        (State::LegsHidden, 4),
        (State::Measured, 3),
        (State::Glare, 2),
        (State::Measured, 3),
        (State::Turned, 10),
        (State::Measured, 1),
    ];
    keep(&world, &states, Some(14));
    let told = [
        "From 00:03 to 00:07 nothing could be measured, and a bend may be missing: something in front of the legs",
        "From 00:10 to 00:12 nothing could be measured, and a bend may be missing: light behind the person",
    ];
    let shown = world.bare_bendwise().args(["sessions", "show", "last"]).assert().success();
    shown.stdout(contains(told[0]).and(contains(told[1])).and(contains("From 00:15").not()));
    let page = page(&world);
    assert!(told.iter().all(|sentence| page.contains(sentence)) && !page.contains("From 00:15"));
}

/// A list may be empty; what needs a session and finds none has failed, and no usage was wrong.
#[test]
fn without_a_session_a_list_is_empty_and_whatever_needs_one_fails() {
    let world = World::new();
    for list in ["sessions", "scores", "people"] {
        world.bare_bendwise().arg(list).assert().code(0);
    }
    let (study, truth) = (world.path("study"), world.path("truth.csv"));
    std::fs::write(&truth, "time_s,lumbar_deg\n0,0\n1,1\n").unwrap();
    let (study, truth) = (study.to_str().unwrap(), truth.to_str().unwrap());
    let need_one: [&[&str]; 10] = [
        &["trend"],
        &["review"],
        &["report"],
        &["export", "last", "--format", "csv"],
        &["compare", "last", truth],
        &["rate", "make", "last", "-o", study],
        &["sessions", "show", "last"],
        &["sessions", "delete", "last"],
        &["sessions", "export", "last"],
        &["sessions", "remeasure", "last"],
    ];
    for arguments in need_one {
        let refused = world.bare_bendwise().args(arguments).assert().code(1);
        refused.stderr(contains("is kept yet: `bendwise` keeps each")).stdout("");
    }
}
