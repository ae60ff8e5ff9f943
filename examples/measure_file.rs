//! Prints each repetition in a video and where it came from: `cargo run --release --example measure_file -- VIDEO`

use std::error::Error;
use std::path::Path;

use bendwise::coach::{Event, Verdict};
use bendwise::inference::Runtime;
use bendwise::pipeline::Chain;
use bendwise::source::{Delivery, video};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("which video?")?;
    let mut source = video::open(Path::new(&path))?;
    let mut chain = Chain::open_default(&mut |line| eprintln!("{line}"))?;
    while let Delivery::Frame(frame) = source.next()? {
        for event in chain.observe(frame)?.progress.events {
            let Event::RepetitionFinished(repetition) = event else { continue };
            let (time, verdict) = (repetition.bottom.as_secs_f64(), Verdict::word(repetition.verdict));
            let bend = repetition.bend;
            let (hips, back) = (bend.hip_flexion.to_degrees(), bend.lumbar_flexion.to_degrees());
            println!("{time:4.1} s: hips {hips:.0}°, back {back:.0}°, {verdict}");
        }
    }
    drop(chain);
    Runtime::close(); // last: on a Mac the library would otherwise abort the process while it exits
    Ok(())
}
