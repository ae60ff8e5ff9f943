//! A stored session is re-measured: both results are there, and survive export and import.

use bendwise::store::{SessionEntry, SessionState, Store};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo};
use crate::fails;

fn sessions(world: &World) -> Vec<SessionEntry> {
    Store::open(&world.paths()).unwrap().0.list().unwrap()
}

#[test]
fn a_session_measured_anew_is_there_twice() {
    let world = World::new();
    let bendwise = |arguments: &[&str]| world.bare_bendwise().arg("sessions").args(arguments).assert();
    world.bendwise().args(["analyze", "--keep"]).arg(demo()).assert().success();
    let done = world.bendwise().args(["sessions", "remeasure"]).assert().success();
    done.stdout(contains("Re-measured as 20").and(contains("were not measured").not()));
    let kept = sessions(&world);
    let [first, anew] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(
        (anew.origin.as_ref(), &anew.video, anew.state),
        (Some(&first.uid), &first.video, SessionState::Finished)
    );
    assert_eq!((anew.frames, anew.missed, &anew.began), (first.frames, 0, &first.began));
    assert_eq!((first.repetitions, anew.repetitions), (4, 4));

    // Each frame at its own time; as far apart as the small video lets them be.
    let (store, _) = Store::open(&world.paths()).unwrap();
    let (old, new) = (store.samples(first).unwrap(), store.samples(anew).unwrap());
    let mut differences = Vec::new();
    for (old, new) in old.iter().zip(&new) {
        assert_eq!((old.time, old.number, new.pictured), (new.time, new.number, true));
        if let Some((old, new)) = old.filtered.zip(new.filtered) {
            differences.push((old.hip_flexion - new.hip_flexion).to_degrees().abs());
        }
    }
    differences.sort_by(f32::total_cmp);
    let median = differences[differences.len() / 2];
    assert!(differences.len() > 100 && median < 3.0, "{median}");
    eprintln!("hip flexion, first and anew: median difference {median}°, largest {:?}°", differences.last());
    drop(store);

    bendwise(&["show", "last"]).success().stdout(contains(format!("Re-measured as {} by bendwise", anew.id)));
    bendwise(&["show", &anew.id]).success().stdout(contains(format!("from the video of {}", first.id)));
    bendwise(&[]).success().stdout(contains("(re-measured)"));
    // On another machine it is a session with its video.
    let there = World::new();
    let file = world.path("a.bendwise");
    bendwise(&["export", &anew.id, "-o", file.to_str().unwrap()]).success();
    there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert().success();
    let [arrived] = sessions(&there).try_into().unwrap();
    assert!(arrived.video.is_some_and(|video| video.exists()) && arrived.origin.as_ref() == Some(&first.uid));
    there.bare_bendwise().args(["sessions", "show", "last"]).assert().stdout(contains("a session that is not here"));

    bendwise(&["delete", "last", "--yes"])
        .success()
        .stdout(contains(first.id.as_str()).and(contains(anew.id.as_str())));
    assert_eq!(sessions(&world), []);
}

#[test]
fn without_a_video_there_is_nothing_to_measure() {
    let world = World::new();
    world.bendwise().args(["analyze", "--keep", "--video", "off"]).arg(demo()).assert().success();
    fails(world.bendwise().args(["sessions", "remeasure", "last"]).assert(), &["was kept without a video"]);
    assert_eq!(sessions(&world).len(), 1);
}
