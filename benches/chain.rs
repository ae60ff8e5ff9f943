//! The cost of each room for a frame of the demo, and of the whole chain: frame in, verdict and picture out.
//!
//! Compare the figures within one run only, as the machine's load varies between runs.
#![allow(missing_docs, reason = "criterion_group! makes public functions")]
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::path::Path;
use std::time::Duration;

use bendwise::app_dirs::Paths;
use bendwise::geometry::MeasurementFilter;
use bendwise::i18n::{Language, Words};
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pipeline::{Chain, Scene};
use bendwise::pose::{Landmarker, Pose, Tracker};
use bendwise::screen::canvas::Canvas;
use bendwise::screen::live::{View, draw};
use bendwise::source::{Delivery, Frame, Timestamp, video};
use bendwise::spine::contour::largest_contour;
use bendwise::spine::network::BackNetwork;
use bendwise::spine::outline::Outline;
use bendwise::spine::sagittal::{Orientation, Skeleton};
use bendwise::spine::{BackSight, Change, Estimator, Segments};
use criterion::{Criterion, criterion_group, criterion_main};

/// Standing, and the first bend.
fn frames() -> Vec<Frame> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4");
    let mut source = video::open(&demo).unwrap();
    let mut frames = Vec::new();
    while frames.len() < 120
        && let Delivery::Frame(frame) = source.next().unwrap()
    {
        frames.push(frame);
    }
    frames
}

fn runtime() -> Runtime {
    Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap()
}

fn bent(frames: &[Frame]) -> Pose {
    let mut tracker = Tracker::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    frames.iter().filter_map(|frame| tracker.observe(frame).unwrap().pose).last().unwrap()
}

fn rooms(criterion: &mut Criterion) {
    let pose = bent(&frames());
    criterion.bench_function("contour", |bench| bench.iter(|| largest_contour(&pose.mask.probability).len()));

    let facing = Orientation::of(&pose).facing;
    let skeleton = Skeleton::of(&pose, facing);
    let trunk = skeleton.trunk().length();
    criterion.bench_function("outline (contour included)", |bench| {
        bench.iter(|| Outline::of(&pose, facing, &skeleton, trunk).is_some());
    });

    let reader = BackNetwork::open(&runtime(), &models::find(None).unwrap()).unwrap();
    let mut estimator = Estimator::new(Box::new(reader));
    let mut time = 0.0;
    let mut now = || {
        time += 1.0 / 30.0;
        Timestamp::from_secs_f64(time)
    };
    criterion.bench_function("spine (outline and network included)", |bench| {
        bench.iter(|| estimator.estimate(now(), &pose).unwrap().seen().is_some());
    });

    let mut back = estimator.estimate(now(), &pose).unwrap().seen().unwrap();
    back.change = Some(Change::default());
    let seen = BackSight::Seen(back);
    let standing = Some(Segments::default());
    let mut filter = MeasurementFilter::default();
    criterion.bench_function("geometry", |bench| bench.iter(|| filter.measure(now(), &seen, standing)));
}

/// The demo's frames in a loop with continuous time.
fn whole(criterion: &mut Criterion) {
    let frames = frames();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    chain.measure_every_frame(); // what a measured frame costs
    let mut canvas = Canvas::new(1280, 720).unwrap();
    let mut number = 0;
    let mut next = || {
        let frame = &frames[number % frames.len()];
        number += 1;
        let time = Timestamp::new(Duration::from_millis(33) * u32::try_from(number).unwrap());
        Frame { time, number: number as u64, ..frame.clone() }
    };
    criterion.bench_function("whole frame", |bench| bench.iter(|| chain.observe(next()).unwrap().measurement));
    let words = Words::read(Language::English).unwrap();
    criterion.bench_function("whole frame, drawn", |bench| {
        bench.iter(|| {
            let observation = chain.observe(next()).unwrap();
            draw(&mut canvas, &View { scene: Some(&Scene::from(&observation)), ..View::new(&words) });
        });
    });
}

criterion_group!(benches, rooms, whole);
criterion_main!(benches);
