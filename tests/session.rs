//! A whole session from a recording of a synthetic person (`tests/session/README.md`), without a clock: everything the
//! coach says, shows and sounds is logged and compared with the transcript `tests/session/log.txt`.
//!
//! When the transcript is meant to change, read the new one and accept it: `BENDWISE_ACCEPT=1 cargo test --test session`.

#![cfg(feature = "cli")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bendwise::app_dirs::Paths;
use bendwise::coach::gesture::Gesture;
use bendwise::coach::guided::{Signal, Stage};
use bendwise::coach::{Bands, Event, Verdict};
use bendwise::drill_library::{Library, LibraryEntry};
use bendwise::geometry::{Measurement, Origin};
use bendwise::i18n::{Language, Words};
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pipeline::Chain;
use bendwise::pipeline::{GuidedFrame, GuidedSession};
use bendwise::pose::Landmarker;
use bendwise::source::{self, Delivery, Options, Selection};

/// Tolerance of times in the transcript, seconds: the networks' last digits differ between machines.
const SLACK: f64 = 0.5;

/// Maximum delay of the low note after the frame that truly shows the rounding, seconds; a bend goes on by 30° a second
/// then.
const LATEST: f64 = 0.15;
/// Maximum time before it: the estimate may err by its 90 % interval, 6°.
const EARLY: f64 = 0.2;

/// An event at a time, as a line of the transcript.
#[derive(Clone, Debug, PartialEq)]
struct Entered {
    time: f64,
    what: String,
}

/// The session, and the measurement of each frame.
struct Watched {
    log: Vec<Entered>,
    frames: Vec<(f64, Measurement)>,
    signals: Vec<(f64, Signal)>,
}

static WATCHED: LazyLock<Watched> = LazyLock::new(watch);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/session")
}

fn watch() -> Watched {
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let mut chain = Chain::open(&runtime, &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let library = Library::open(&Paths { cache: folder(), data: folder(), ..Paths::below(&folder()) });
    let LibraryEntry::Drill(drill) = library.find("short-bow").unwrap() else { panic!("not a drill") };
    let mut practice = GuidedSession::new(vec![drill.clone().into()], "en").unwrap();
    let mut film = source::open(&Selection::Files(vec![folder().join("film.mp4")]), &Options::default()).unwrap();
    let mut writer = Writer::new();
    let mut watched = Watched { log: Vec::new(), frames: Vec::new(), signals: Vec::new() };
    while let Delivery::Frame(frame) = film.next().unwrap() {
        let observation = chain.observe(frame).unwrap();
        let guided = practice.observe(&observation, &mut chain);
        let time = observation.frame.time.as_secs_f64();
        writer.enter(time, &guided, &observation.progress.events);
        watched.signals.extend(guided.guidance.signal.map(|signal| (time, signal)));
        watched.frames.push((time, observation.measurement));
    }
    watched.log = writer.log;
    watched
}

/// Writes the transcript: only changes.
struct Writer {
    words: Words,
    log: Vec<Entered>,
    stage: &'static str,
    line: String,
    paused: bool,
    gesture: Option<Gesture>,
}

impl Writer {
    fn new() -> Self {
        let words = Words::read(Language::English).unwrap();
        Self { words, log: Vec::new(), stage: "", line: String::new(), paused: false, gesture: None }
    }

    fn enter(&mut self, time: f64, guided: &GuidedFrame, events: &[Event]) {
        let guidance = &guided.guidance;
        let mut lines = Vec::new();
        for event in events {
            if let Event::RepetitionFinished(repetition) = event {
                lines.push(format!("bend   {}", Verdict::word(repetition.verdict)));
            }
        }
        let made = guidance.ring.filter(|(_, part)| *part >= 1.0).map(|(gesture, _)| gesture);
        if made != self.gesture {
            lines.extend(made.map(|gesture| format!("hand   {gesture:?}").to_lowercase()));
        }
        if guidance.paused != self.paused {
            lines.push(if guidance.paused { "pause  begins" } else { "pause  ends" }.to_owned());
        }
        let stage = stage(&guidance.stage);
        if stage != self.stage {
            lines.push(format!("stage  {stage}"));
        }
        lines.extend(guidance.signal.map(|signal| format!("sound  {}", sound(signal))));
        let said: Vec<String> = guidance.said.iter().map(|said| self.words.during(said.line, &guided.drill)).collect();
        lines.extend(said.iter().map(|text| format!("says   {text}")));
        let shown = self.words.during(guidance.line, &guided.drill);
        if shown != self.line && !said.contains(&shown) {
            lines.push(format!("shows  {shown}"));
        }
        self.log.extend(lines.into_iter().map(|what| Entered { time, what }));
        (self.stage, self.line, self.paused, self.gesture) = (stage, shown, guidance.paused, made);
    }
}

fn stage(stage: &Stage) -> &'static str {
    match stage {
        Stage::Arrive => "arrive",
        Stage::Question(_) => "question",
        Stage::StandTall { .. } => "stand tall",
        Stage::Probe { .. } => "probe",
        Stage::FullBend => "full bend",
        Stage::Lesson { .. } => "lesson",
        Stage::Work { .. } => "work",
        Stage::Review(_) => "review",
        Stage::Rest { .. } => "rest",
        Stage::Close(_) => "close",
    }
}

fn sound(signal: Signal) -> &'static str {
    match signal {
        Signal::BackJoinedIn => "low note: the back joined in",
        Signal::Tick => "tick",
        Signal::Start => "start",
        Signal::Done => "done",
    }
}

fn transcript(log: &[Entered]) -> String {
    let mut text = String::new();
    for Entered { time, what } in log {
        writeln!(text, "{:02.0}:{:04.1}  {what}", (time / 60.0).floor(), time % 60.0).unwrap();
    }
    text
}

fn read(transcript: &str) -> Vec<Entered> {
    let entry = |line: &str| {
        let (time, what) = line.split_once("  ").unwrap();
        let (minutes, seconds) = time.split_once(':').unwrap();
        let time = 60.0 * minutes.parse::<f64>().unwrap() + seconds.parse::<f64>().unwrap();
        Entered { time, what: what.to_owned() }
    };
    transcript.lines().map(entry).collect()
}

#[test]
fn the_transcript_of_a_whole_session_is_the_kept_one() {
    let new = transcript(&WATCHED.log);
    let kept = folder().join("log.txt");
    if std::env::var_os("BENDWISE_ACCEPT").is_some() {
        fs::write(&kept, &new).unwrap();
        return;
    }
    let kept = read(&fs::read_to_string(&kept).unwrap_or_default());
    let same = |(one, other): (&Entered, &Entered)| one.what == other.what && (one.time - other.time).abs() <= SLACK;
    let differs = kept.len() != WATCHED.log.len() || !kept.iter().zip(&WATCHED.log).all(same);
    assert!(
        !differs,
        "the session went otherwise than tests/session/log.txt:\n{new}\nif it is meant, BENDWISE_ACCEPT=1"
    );
}

/// Between two things that are said, shown or sounded, seconds.
const LONGEST_SILENCE: f64 = 8.0;

#[test]
fn there_is_always_soon_something_that_tells_what_to_do() {
    let gaps = WATCHED.log.windows(2).map(|pair| (pair[1].time - pair[0].time, &pair[0]));
    let (longest, after) = gaps.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap();
    eprintln!("longest silence: {longest:.1} s, after {after:?}");
    assert!(longest <= LONGEST_SILENCE + SLACK, "{longest:.1} s of nothing after {after:?}");
}

/// The frames of the recording whose true lumbar flexion is beyond the edge of "from the back".
fn truly_from_the_back() -> Vec<f64> {
    let edge = Bands::default().back.to_degrees();
    let truth = fs::read_to_string(folder().join("film.csv")).unwrap();
    let rows = truth.lines().skip(1).map(|row| {
        let row: Vec<f64> = row.split(',').map(|number| number.parse().unwrap()).collect();
        (row[0], row[2])
    });
    rows.filter(|(_, lumbar)| *lumbar >= f64::from(edge)).map(|(time, _)| time).collect()
}

#[test]
fn the_low_note_comes_with_the_frame_that_shows_the_low_back_leave_its_zone() {
    let heard: Vec<f64> =
        WATCHED.signals.iter().filter(|(_, signal)| *signal == Signal::BackJoinedIn).map(|(time, _)| *time).collect();
    let [heard] = heard[..] else { panic!("one bend comes from the back, but the note was heard at {heard:?}") };
    let truly = truly_from_the_back()[0];
    let late = heard - truly;
    assert!((-EARLY..=LATEST).contains(&late), "heard at {heard:.3}, true from {truly:.3} on: {late:+.3} s");
    // What smoothing and the verdict add to the estimate of each single frame.
    let edge = Bands::default().back;
    let read = |measurement: &Measurement| measurement.raw.is_some_and(|bend| bend.lumbar_flexion >= edge);
    let (read, _) = WATCHED.frames.iter().find(|(_, measurement)| read(measurement)).unwrap();
    assert!((0.0..=0.1).contains(&(heard - read)), "heard at {heard:.3}, read at {read:.3}");
}

#[test]
fn the_networks_rest_while_nothing_moves_and_held_frames_repeat_the_last_measured_one() {
    let mut last = None;
    for (time, measurement) in &WATCHED.frames {
        if measurement.origin == Origin::Held {
            let expected = last.map(Measurement::hold);
            assert_eq!(Some(*measurement), expected, "{time}");
            assert_eq!(measurement.raw, None, "{time}");
        } else {
            last = Some(*measurement);
        }
    }
    let held = WATCHED.frames.iter().filter(|(_, measurement)| measurement.origin == Origin::Held).count();
    let share = held as f64 / WATCHED.frames.len() as f64;
    eprintln!("held: {share:.2} of the frames");
    assert!((0.25..0.6).contains(&share), "{share}: two thirds of the film are at rest");
}
