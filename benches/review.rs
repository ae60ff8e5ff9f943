//! A stored session of 20 minutes with its video: the time to open it, and to show any moment of it.
//!
//! The session is the demo in a loop, recorded like a live one; creating it takes some minutes.
#![allow(missing_docs, reason = "criterion_group! makes public functions")]
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bendwise::app_dirs::Paths;
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pipeline::{Chain, Observation};
use bendwise::pose::Landmarker;
use bendwise::recording::Size;
use bendwise::review::SessionPlayer;
use bendwise::review::kept_frame::KeptFrames;
use bendwise::screen::review::timeline::Timeline;
use bendwise::source::{Delivery, Timestamp, video};
use bendwise::store::recorder::Recorder;
use bendwise::store::{NewSession, SessionEntry, Store, StoredSamples};
use criterion::{Criterion, criterion_group, criterion_main};
use image::imageops;

/// The length of the session.
const LENGTH: Duration = Duration::from_secs(20 * 60);

/// Every frame of the demo as measured, its picture as large as a stored one.
fn demo() -> Vec<Observation> {
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let mut chain = Chain::open(&runtime, &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut source = video::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4")).unwrap();
    let mut seen = Vec::new();
    while let Delivery::Frame(frame) = source.next().unwrap() {
        let mut observation = chain.observe(frame).unwrap();
        let picture = imageops::thumbnail(&*observation.frame.picture, 640, 360);
        observation.frame.picture = Arc::new(picture);
        seen.push(observation);
    }
    seen
}

fn record(paths: &Paths) {
    let demo = demo();
    let round = demo.last().unwrap().frame.time.as_secs_f64() + 0.04;
    let (store, _) = Store::open(paths).unwrap();
    let beginning = NewSession { began: jiff::Zoned::now(), source: "demo".to_owned(), plan: None, person: None };
    let (mut recorder, _) = Recorder::start(store.begin(&beginning).unwrap(), true, Some(Size::Small)).unwrap();
    for number in 0..(LENGTH.as_secs_f64() / round).ceil() as usize {
        for observation in &demo {
            let mut observation = observation.clone();
            let time = observation.frame.time.as_secs_f64() + number as f64 * round;
            observation.frame.time = Timestamp::from_secs_f64(time);
            observation.frame.number += (number * demo.len()) as u64;
            recorder.observe(&observation, None);
        }
    }
    recorder.finish(0);
}

fn open<'s>(store: &Store, samples: &'s StoredSamples<'s>, entry: &SessionEntry) -> (KeptFrames<'s>, Timeline) {
    let session = store.session(entry).unwrap();
    let player = SessionPlayer::open(entry.video.as_deref().unwrap(), samples).unwrap().unwrap();
    let timeline = Timeline::of(samples, &session.repetitions, &session.events).unwrap();
    let mut again = KeptFrames::new(session, samples, Some(player)).unwrap();
    again.scene(0).unwrap();
    (again, timeline)
}

fn review(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::below(folder.path());
    record(&paths);
    let (store, _) = Store::open(&paths).unwrap();
    let entry = store.named("last").unwrap();
    let samples = store.samples_of(&entry);
    let sizes = [entry.video.clone().unwrap(), Store::folder(&paths).join("sessions.db")];
    let [video, database] = sizes.map(|path| std::fs::metadata(path).unwrap().len() as f64 / 1e6);
    eprintln!("{} frames, video {video:.1} MB, database {database:.1} MB", entry.frames);
    let mut group = criterion.benchmark_group("review of 20 minutes");
    group.sample_size(10);
    group.bench_function("open", |bench| bench.iter(|| open(&store, &samples, &entry)));
    let (mut again, _) = open(&store, &samples, &entry);
    let frames = again.times().len();
    let mut at = 0;
    group.bench_function("jump", |bench| {
        bench.iter(|| {
            at = (at + 7919) % frames; // far from the last, and not always as far into its fragment
            again.scene(at).unwrap()
        });
    });
    let mut at = 0;
    group.bench_function("next frame", |bench| {
        bench.iter(|| {
            at = (at + 1) % frames;
            again.scene(at).unwrap()
        });
    });
}

criterion_group!(benches, review);
criterion_main!(benches);
