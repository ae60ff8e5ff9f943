//! Prints camera events as they happen: `cargo run --release --example live_events -- [camera:1 | VIDEO]`

use std::error::Error;

use bendwise::coach::{Event, Verdict};
use bendwise::inference::Runtime;
use bendwise::pipeline::{Chain, LivePipeline};
use bendwise::source::{self, Options, Selection};

fn main() -> Result<(), Box<dyn Error>> {
    let selection: Selection = std::env::args().nth(1).as_deref().unwrap_or("camera").parse()?;
    let source = source::open(&selection, &Options::default())?;
    let chain = Chain::open_default(&mut |line| eprintln!("{line}"))?;
    let pipeline = LivePipeline::start(source, chain, None, Vec::new())?;
    for happened in pipeline.events() {
        let what = match happened.event {
            Event::RepetitionFinished(repetition) => format!("from the {}", Verdict::word(repetition.verdict)),
            other => format!("{other:?}"),
        };
        println!("{:4.1} s: {what}", happened.time.as_secs_f64());
    }
    pipeline.finish()?;
    Runtime::close(); // last: on a Mac the library would otherwise abort the process while it exits
    Ok(())
}
