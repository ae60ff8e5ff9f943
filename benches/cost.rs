//! The cost of a frame by picture size: the demo at three sizes, measured and drawn, in turn in one run. Prints the
//! table of `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bendwise::app_dirs::Paths;
use bendwise::i18n::{Language, Words};
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pipeline::{Chain, Scene};
use bendwise::pose::Landmarker;
use bendwise::screen::canvas::Canvas;
use bendwise::screen::live::{View, draw};
use bendwise::source::{Delivery, Frame, Timestamp, video};
use image::imageops::{FilterType, resize};

const SIZES: [(u32, u32); 3] = [(854, 480), (1280, 720), (1920, 1080)];

/// Rounds of the demo at each size; the first is not counted.
const ROUNDS: u32 = 4;

/// The timings of each frame, milliseconds.
#[derive(Default)]
struct Times {
    networks: Vec<f64>,
    others: Vec<f64>,
    drawing: Vec<f64>,
}

/// Half a second of every second of the demo.
fn frames() -> Vec<Frame> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4");
    let mut source = video::open(&demo).unwrap();
    let all = std::iter::from_fn(|| match source.next().unwrap() {
        Delivery::Frame(frame) => Some(frame),
        _ => None,
    });
    all.filter(|frame| frame.time.as_secs_f64().fract() < 0.5).collect()
}

fn of_size(frame: &Frame, (width, height): (u32, u32)) -> Frame {
    Frame { picture: Arc::new(resize(&*frame.picture, width, height, FilterType::Triangle)), ..frame.clone() }
}

fn main() {
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let words = Words::read(Language::English).unwrap();
    let mut canvas = Canvas::new(1280, 720).unwrap();
    let demo = frames();
    let mut sizes: Vec<_> = SIZES
        .into_iter()
        .map(|size| {
            let mut chain = Chain::open(&runtime, &models::find(None).unwrap(), Landmarker::Full).unwrap();
            chain.measure_every_frame(); // what a measured frame costs
            (size, chain, Times::default(), 0_u32)
        })
        .collect();
    for round in 0..ROUNDS {
        for (size, chain, times, number) in &mut sizes {
            for frame in &demo {
                *number += 1;
                // The demo in a loop with continuous time.
                let time = Timestamp::new(Duration::from_millis(40) * *number);
                let frame = Frame { time, number: u64::from(*number), ..of_size(frame, *size) };
                let observation = chain.observe(frame).unwrap();
                let measured = Instant::now();
                draw(&mut canvas, &View { scene: Some(&Scene::from(&observation)), ..View::new(&words) });
                let drawn = measured.elapsed();
                let stages = observation.times;
                if round > 0 {
                    let others = stages.whole().saturating_sub(stages.networks);
                    times.networks.push(stages.networks.as_secs_f64() * 1e3);
                    times.others.push(others.as_secs_f64() * 1e3);
                    times.drawing.push(drawn.as_secs_f64() * 1e3);
                }
            }
        }
    }
    println!(
        "| picture | networks, p50 and p95 | all else of the measurement | of the networks' time | drawing at 1280 × 720 |"
    );
    println!("|---|---|---|---|---|");
    for ((width, height), _, mut times, _) in sizes {
        let [networks, others, drawing] = [&mut times.networks, &mut times.others, &mut times.drawing].map(|row| {
            row.sort_by(f64::total_cmp);
            [50, 95].map(|part| row[row.len() * part / 100])
        });
        println!(
            "| {width} × {height} | {:.1} / {:.1} ms | {:.1} / {:.1} ms | {:.0} % | {:.1} / {:.1} ms |",
            networks[0],
            networks[1],
            others[0],
            others[1],
            100.0 * others[0] / networks[0],
            drawing[0],
            drawing[1]
        );
    }
}
