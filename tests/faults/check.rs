//! What is left after a fault: it opens, plays and reports, and pictures are those of their samples.

use std::path::Path;

use bendwise::source::{self, Delivery, Frame, Options, Selection};
use bendwise::store::{SessionEntry, Store};

use crate::camera::{COUNT, number_in};
use crate::common::World;
use crate::random::Random;
use crate::tools::picture;

/// Largest difference between a picture of the film and the one that was measured, mean over all channels: what the
/// encoder costs. Pictures of different phases of a bend differ by more.
const MEAN_DIFFERENCE: f64 = 6.0;

/// Pictures and samples of an interrupted session may differ by this many: a second, and what waits to be encoded.
const APART: usize = 36;

/// What kind of session is looked at.
#[derive(Clone, Copy)]
pub struct Kept {
    /// It came to its end, so that it has a picture for each of its samples.
    pub whole: bool,
    /// Its pictures have their numbers in them, and some were never measured.
    pub of_camera: bool,
}

/// What was found.
pub struct Left {
    pub frames: u64,
    /// Frames that the session itself counts as lost.
    pub counted: u64,
}

/// Looks at everything; what is wrong is added to `wrong`.
pub fn check(world: &World, kind: Kept, random: &mut Random, wrong: &mut Vec<String>) -> Left {
    let nothing = Left { frames: 0, counted: 0 };
    let opened = match Store::find(&world.paths()) {
        Ok(opened) => opened,
        Err(error) => {
            wrong.push(format!("the store does not open: {error}"));
            return nothing;
        }
    };
    let Some((store, _)) = opened else { return nothing };
    let Ok(entry) = store.named("last") else { return nothing };
    if store.list().unwrap().len() != 1 {
        wrong.push("there is more than one session".to_owned());
    }
    match store.faults() {
        Ok(faults) => wrong.extend(faults),
        Err(error) => wrong.push(error.to_string()),
    }
    check_samples(&store, &entry, kind, wrong);
    drop(store);
    check_commands(world, random, wrong);
    Left { frames: entry.frames, counted: entry.lost.samples }
}

fn check_samples(store: &Store, entry: &SessionEntry, Kept { whole, of_camera }: Kept, wrong: &mut Vec<String>) {
    let samples = store.samples(entry).unwrap();
    if samples.len() as u64 != entry.frames {
        wrong.push(format!("{} samples of {} frames", samples.len(), entry.frames));
    }
    if !of_camera && entry.lost.samples == 0 && !samples.iter().map(|sample| sample.number).eq(0..entry.frames) {
        wrong.push("a frame is missing before the last".to_owned());
    }
    let Some(video) = &entry.video else {
        if whole {
            wrong.push("there is no film".to_owned());
        }
        return;
    };
    let film = match played(video) {
        Ok(film) => film,
        Err(error) => {
            wrong.push(format!("the film does not play: {error}"));
            return;
        }
    };
    let pictured: Vec<_> = samples.iter().filter(|sample| sample.pictured).collect();
    let apart = film.len().abs_diff(pictured.len());
    if apart > if whole { 0 } else { APART } {
        wrong.push(format!("{} pictures of {} samples", film.len(), pictured.len()));
    }
    let start = samples.first().map_or(0.0, |sample| sample.time.as_secs_f64());
    for (frame, sample) in film.iter().zip(&pictured) {
        let [shown, taken] = [frame.time.as_secs_f64(), sample.time.as_secs_f64() - start];
        if (shown - taken).abs() > 1e-3 {
            wrong.push(format!("a picture of {taken:.3} s is shown at {shown:.3} s"));
            break;
        }
    }
    if of_camera {
        let other =
            film.iter().zip(&pictured).find(|(frame, of)| number_in(&frame.picture) != of.number as usize % COUNT);
        wrong.extend(other.map(|(frame, of)| format!("picture {} is {}", of.number, number_in(&frame.picture))));
    } else if let Some((frame, sample)) = film.iter().zip(&pictured).next_back() {
        let off = difference(frame, sample.number as usize);
        if off > MEAN_DIFFERENCE {
            wrong.push(format!("picture {} is another one: {off:.1}", sample.number));
        }
    }
}

/// The pictures of a film, read to its end.
fn played(video: &Path) -> Result<Vec<Frame>, source::SourceError> {
    let mut source = source::open(&Selection::Files(vec![video.to_owned()]), &Options::default())?;
    let mut frames = Vec::new();
    while let Delivery::Frame(frame) = source.next()? {
        frames.push(frame);
    }
    Ok(frames)
}

/// How far a picture of the film is from the one of that number which was measured.
fn difference(frame: &Frame, number: usize) -> f64 {
    let measured = picture(number);
    let (width, height) = frame.picture.dimensions();
    let measured = image::imageops::thumbnail(&measured, width, height);
    let pairs = frame.picture.as_raw().iter().zip(measured.as_raw());
    pairs.map(|(one, other)| f64::from(one.abs_diff(*other))).sum::<f64>() / measured.as_raw().len() as f64
}

fn check_commands(world: &World, random: &mut Random, wrong: &mut Vec<String>) {
    let zone = ["UTC", "Asia/Tokyo", "America/Los_Angeles"][random.within(0, 3) as usize];
    let page = world.path("page.html").display().to_string();
    for arguments in [&["sessions", "show", "last"][..], &["sessions"], &["report", "last", "-o", &page]] {
        let output = world.bare_bendwise().env("TZ", zone).args(arguments).output().unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            // A session in which nothing was measured yet cannot be reported, which is said.
            if arguments[0] != "report" || said.contains("fault in bendwise") {
                wrong.push(format!("{arguments:?}: {said}"));
            }
        }
    }
}
