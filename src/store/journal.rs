//! Derives what is stored of a session, frame by frame: samples and events.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Serialize;

use crate::coach::drill::Word;
use crate::coach::guided::{Answer, FeedbackGiven, Line, QUESTION_VERSION, QuestionKind, ToneGiven};
use crate::coach::{ChainRequest, Event, Progress, SetGoal};
use crate::geometry::Segments;
use crate::geometry::build::BuildCollector;
use crate::pipeline::GuidedFrame;
use crate::pipeline::Observation;
use crate::source::Timestamp;
use crate::store::mobility_record::Record;
use crate::store::read::{HELD, PAUSE, PERSON, REQUEST};
use crate::store::sample::Sample;
use crate::store::set_follower::{GuidedPlace, SetFollower};
use crate::store::{Happening, Set, StoredCalibration, StoredRepetition};

/// The kinds of [`Happening::Event`].
mod kind {
    /// A cue was given; the detail is its name.
    pub const CUE: &str = "cue";
    /// What was fed back on a repetition: the detail is a [`FeedbackRecord`](super::FeedbackRecord) as JSON.
    pub const FEEDBACK: &str = "feedback";
    /// A question was answered or left out: the detail is its instrument and the value, as `nrs-before 3`, or `-` for none.
    pub const ANSWER: &str = "answer";
    /// A mobility screen has a result; the detail is its record as JSON.
    pub const MOBILITY: &str = "mobility";
}

/// The detail of an event about feedback: what the person was told of a repetition, or why they were not.
#[derive(Debug, Serialize)]
struct FeedbackRecord {
    /// The number of the repetition in the session, from 0.
    repetition: u32,
    /// Whether words were due: `scheduled`, `requested`, `withheld` or `within_aim`.
    words: &'static str,
    /// The name of the cue; none if nothing was said.
    cue: Option<&'static str>,
    /// Whether the tone sounded: `sounded`, `withheld` or `not_needed`.
    tone: &'static str,
}

impl FeedbackRecord {
    fn of(repetition: u32, given: &FeedbackGiven) -> Self {
        let tone = match given.tone {
            ToneGiven::Sounded => "sounded",
            ToneGiven::Withheld => "withheld",
            ToneGiven::NotNeeded => "not_needed",
        };
        Self { repetition, words: given.words.code(), cue: given.cue.map(|cue| cue.name().word()), tone }
    }
}

/// What the person themselves said about who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SaidIdentity {
    /// Nothing: they were not asked.
    #[default]
    Unasked,
    /// That the session is theirs.
    Confirmed,
    /// That it is not, or nothing when they were asked.
    Open,
}

/// Follows a session.
#[derive(Debug, Default)]
pub struct Journal {
    repetitions: u32,
    /// Whether a set of a guided session has begun.
    guided_set: bool,
    standing: Option<Segments>,
    sets: SetFollower,
    paused: bool,
    /// How much of the timed set that goes on has counted.
    held: Option<Duration>,
    mobility: Option<Record>,
    builds: BuildCollector,
    identity: SaidIdentity,
    last: Timestamp,
    /// During re-measurement, the sets of the original session; otherwise `None`.
    known: Option<KnownSets>,
}

impl Journal {
    /// Follows the re-measurement of a session with these sets and repetitions.
    pub fn remeasuring(sets: Vec<Set>, repetitions: &[StoredRepetition]) -> Self {
        let kept = |kept: &StoredRepetition| (kept.repetition.start..=kept.repetition.end, kept.set);
        let repetitions = repetitions.iter().map(kept).collect();
        Self { known: Some(KnownSets { left: sets.into(), set: None, repetitions }), ..Self::default() }
    }

    /// Follows a session that is not led and is one set of this drill.
    pub fn of_drill(drill: String, goal: SetGoal) -> Self {
        Self { sets: SetFollower::of_drill(drill, goal), ..Self::default() }
    }

    /// Returns what is to be stored of this frame.
    pub fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) -> (Sample, Vec<Happening>) {
        let mut happened = Vec::new();
        self.last = observation.frame.time;
        let set = match &mut self.known {
            Some(known) => {
                let now = known.observe(self.last, &mut happened);
                observation.form.map_or(now, |form| known.set_of(form.repetition.bottom, now))
            }
            None => self.sets.observe(guided.map(GuidedPlace::of), self.last, &mut happened).map(|set| set.number),
        };
        self.follow_held(guided.and_then(|guided| guided.guidance.held), &mut happened);
        self.guided_set |= guided.is_some() && set.is_some();
        self.follow_repetitions(observation, set, &mut happened);
        self.follow_calibration(observation, &mut happened);
        self.builds.observe(observation.limbs.as_ref().and_then(|limbs| limbs.build));
        happened.extend(requests(self.last, &observation.progress));
        if let Some(guided) = guided {
            self.follow_guided(guided, &mut happened);
        }
        (Sample::of(observation), happened)
    }

    /// Whether anybody practised: there was a bend, or a set of a guided session began.
    pub fn has_practice(&self) -> bool {
        self.repetitions > 0 || self.guided_set
    }

    /// Returns what is to be stored when the session ends.
    pub fn close(mut self) -> Vec<Happening> {
        let mut happened = Vec::new();
        self.sets.end(self.last, &mut happened);
        self.follow_held(None, &mut happened);
        if let Some(known) = &mut self.known {
            known.end(self.last, &mut happened);
        }
        let build = self.builds.build().filter(|_| self.known.is_none() && self.identity != SaidIdentity::Open);
        happened.extend(build.map(|build| Happening::Build { build, sure: self.identity == SaidIdentity::Confirmed }));
        let record = self.mobility.and_then(|record| serde_json::to_string(&record).ok());
        happened.extend(record.map(|detail| Happening::Event { time: self.last, kind: kind::MOBILITY.into(), detail }));
        happened
    }

    /// Keeps how long a timed set was held, once it ends: between its first and its last frame are pauses, too. `now` is what has
    /// counted of a set in this frame, and `happened` what became of the sets in it.
    fn follow_held(&mut self, now: Option<Duration>, happened: &mut Vec<Happening>) {
        let began = happened.iter().any(|happening| matches!(happening, Happening::SetBegan { .. }));
        let ended = happened.iter().any(|happening| matches!(happening, Happening::SetEnded { .. }));
        // The frame that ends a set is the last one of it, unless another one begins in it.
        let held = if began { self.held } else { now.or(self.held) };
        if ended {
            happened.extend(held.map(|held| held_for(self.last, held)));
        }
        self.held = match (began, ended) {
            (true, _) => now,
            (false, true) => None,
            (false, false) => held,
        };
    }

    fn follow_repetitions(&mut self, observation: &Observation, set: Option<u32>, happened: &mut Vec<Happening>) {
        let Some(form) = &observation.form else { return };
        let repetition = form.repetition;
        let reach = repetition.verdict.map(|_| form.reach);
        happened.push(Happening::Repetition(StoredRepetition { number: self.repetitions, set, repetition, reach }));
        self.repetitions += 1;
    }

    fn follow_calibration(&mut self, observation: &Observation, happened: &mut Vec<Happening>) {
        let time = observation.frame.time;
        let calibrated = |to| Happening::Calibrated { time, to };
        let standing = observation.measurement.standing;
        if let Some(standing) = standing.filter(|standing| self.standing.as_ref() != Some(standing)) {
            happened.push(calibrated(StoredCalibration::Standing(standing)));
            self.standing = Some(standing);
        }
        for event in &observation.progress.events {
            if let Event::RangeFound(range) = *event {
                happened.push(calibrated(range.into()));
                happened.push(Happening::FullBend { time, range });
            }
        }
    }

    fn follow_guided(&mut self, guided: &GuidedFrame, happened: &mut Vec<Happening>) {
        let time = self.last;
        let mut event = |kind: &'static str, detail: &str| {
            happened.push(Happening::Event { time, kind: kind.into(), detail: detail.to_owned() });
        };
        for said in &guided.guidance.said {
            if let Line::Cue(cue) = said.line {
                event(kind::CUE, cue.name().word());
            }
        }
        if let Some(given) = &guided.guidance.feedback {
            let record = FeedbackRecord::of(self.repetitions.saturating_sub(1), given);
            event(kind::FEEDBACK, &serde_json::to_string(&record).unwrap_or_default());
        }
        if let Some((detail, identity)) = guided.guidance.answer.as_ref().and_then(said_of_person) {
            self.identity = identity;
            if let Some(detail) = detail {
                event(PERSON, detail);
            }
        }
        if let Some((answer, instrument)) = with_instrument(guided) {
            let value = answer.value.map_or_else(|| "-".to_owned(), |value| value.to_string());
            event(kind::ANSWER, &format!("{instrument} {value}"));
        }
        happened.extend(with_instrument(guided).map(|(answer, instrument)| Happening::Answer {
            time,
            instrument,
            version: QUESTION_VERSION.into(),
            item: answer.item.clone(),
            wording: answer.wording.clone(),
            value: answer.value.map(f64::from),
        }));
        let mut event = |kind: &'static str, detail: &str| {
            happened.push(Happening::Event { time, kind: kind.into(), detail: detail.to_owned() });
        };
        if guided.guidance.paused != self.paused {
            self.paused = guided.guidance.paused;
            event(PAUSE, if self.paused { "on" } else { "off" });
        }
        self.mobility = guided.guidance.mobility.as_ref().map(Record::from);
    }
}

/// The sets of a session that is re-measured: each begins and ends at its original time.
#[derive(Debug)]
struct KnownSets {
    /// Those that go on or are to come.
    left: VecDeque<Set>,
    /// The number of the one that goes on.
    set: Option<u32>,
    /// From when to when each repetition of the original session lasted, and its set.
    repetitions: Vec<(RangeInclusive<Timestamp>, Option<u32>)>,
}

impl KnownSets {
    /// The set of a repetition with this bottom, which is finished in a frame of the set `now`: that of the original one, which may have
    /// ended some frames sooner, before its set did, or been done in a pause.
    fn set_of(&self, bottom: Timestamp, now: Option<u32>) -> Option<u32> {
        self.repetitions.iter().find(|(lasted, _)| lasted.contains(&bottom)).map_or(now, |(_, set)| *set)
    }

    /// Takes the frame of this time. Returns the set that a repetition belongs to which is finished in it.
    fn observe(&mut self, time: Timestamp, happened: &mut Vec<Happening>) -> Option<u32> {
        let before = self.set;
        while let Some(Set { number, drill, goal, purpose, began, ended }) =
            self.left.front().filter(|set| set.began <= time)
        {
            let (number, ended) = (*number, ended.filter(|ended| *ended <= time));
            if self.set.is_none() {
                let (drill, goal, purpose) = (drill.clone(), *goal, *purpose);
                happened.push(Happening::SetBegan { number, drill, goal, purpose, time: *began });
                self.set = Some(number);
            }
            let Some(ended) = ended else { break };
            self.end(ended, happened);
            self.left.pop_front();
        }
        before.or(self.set)
    }

    fn end(&mut self, time: Timestamp, happened: &mut Vec<Happening>) {
        if let Some(number) = self.set.take() {
            happened.push(Happening::SetEnded { number, time });
        }
    }
}

/// What an answer says about who practises, with the detail of its event; `None` of other questions.
fn said_of_person(answer: &Answer) -> Option<(Option<&'static str>, SaidIdentity)> {
    Some(match (answer.kind, answer.value) {
        (QuestionKind::Who, Some(_)) => (None, SaidIdentity::Confirmed),
        (QuestionKind::Same(_), Some(0)) => (Some("same"), SaidIdentity::Confirmed),
        (QuestionKind::Same(Some(_)), Some(_)) => (Some("other"), SaidIdentity::Confirmed), // theirs from here on
        (QuestionKind::Same(None), Some(_)) => (Some("somebody-else"), SaidIdentity::Open),
        (QuestionKind::Same(_), None) => (Some("-"), SaidIdentity::Open),
        _ => return None,
    })
}

/// The answer of this frame, if it is one that is kept, and the code of its instrument.
fn with_instrument(guided: &GuidedFrame) -> Option<(&Answer, &'static str)> {
    let answer = guided.guidance.answer.as_ref()?;
    Some((answer, answer.kind.instrument()?))
}

/// That a timed set which ended at this time was held for so long.
fn held_for(time: Timestamp, held: Duration) -> Happening {
    Happening::Event { time, kind: HELD.into(), detail: format!("{:.1}", held.as_secs_f64()) }
}

/// What was asked of the measurement before the frame of this time.
fn requests(time: Timestamp, progress: &Progress) -> impl Iterator<Item = Happening> {
    let event = move |request: ChainRequest| {
        let (kind, detail) = (REQUEST.into(), request.code().to_owned());
        Happening::Event { time, kind, detail }
    };
    progress.requests().map(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::cue::Cue;
    use crate::coach::feedback::FeedbackDue;
    use crate::coach::{Repetition, SetGoal, SetPurpose};

    #[test]
    fn the_words_of_events_stay_what_they_are() {
        let kinds = [kind::CUE, PAUSE, HELD, kind::MOBILITY, kind::FEEDBACK, kind::ANSWER, PERSON];
        assert_eq!(kinds, ["cue", "pause", "held", "mobility", "feedback", "answer", "person"]);
    }

    #[test]
    fn what_was_fed_back_is_kept_as_words_that_stay_what_they_are() {
        let written = |words, cue, tone| {
            serde_json::to_string(&FeedbackRecord::of(3, &FeedbackGiven { words, cue, tone })).unwrap()
        };
        assert_eq!(
            written(FeedbackDue::Scheduled, Some(Cue::PushHipsBack), ToneGiven::Sounded),
            r#"{"repetition":3,"words":"scheduled","cue":"push_hips_back","tone":"sounded"}"#
        );
        assert_eq!(
            written(FeedbackDue::Withheld, None, ToneGiven::Withheld),
            r#"{"repetition":3,"words":"withheld","cue":null,"tone":"withheld"}"#
        );
        assert!(written(FeedbackDue::WithinAim, None, ToneGiven::NotNeeded).ends_with(r#""not_needed"}"#));
    }

    #[test]
    fn the_end_of_a_timed_set_comes_with_how_long_it_was_held() {
        let time = Timestamp::from_secs_f64(90.0);
        let began = |number| {
            let (drill, goal, purpose) = (Some("cat-cow".to_owned()), SetGoal::Hips, SetPurpose::Practice);
            Happening::SetBegan { number, drill, goal, purpose, time }
        };
        let ended = |number| Happening::SetEnded { number, time };
        let mut journal = Journal { last: time, ..Journal::default() };
        let mut kept = |now: Option<f64>, sets: &[Happening]| {
            let mut happened = sets.to_vec();
            journal.follow_held(now.map(Duration::from_secs_f64), &mut happened);
            happened.split_off(sets.len())
        };
        let held = |seconds: f64| vec![held_for(time, Duration::from_secs_f64(seconds))];
        assert_eq!(kept(Some(0.0), &[began(0)]), []);
        assert_eq!(kept(Some(11.5), &[]), []);
        assert_eq!(kept(None, &[]), [], "a frame of a pause");
        assert_eq!(kept(Some(12.0), &[ended(0)]), held(12.0), "the frame that ends it counts");
        assert_eq!(kept(None, &[began(1)]), [], "bends are not held");
        assert_eq!(kept(None, &[ended(1)]), []);
        assert_eq!(kept(Some(0.0), &[began(2)]), []);
        assert_eq!(kept(Some(7.0), &[]), []);
        assert_eq!(kept(Some(0.0), &[ended(2), began(3)]), held(7.0), "another one begins in the same frame");
        assert_eq!(kept(None, &[ended(3)]), held(0.0), "left at once");
        let Happening::Event { kind, detail, .. } = held_for(time, Duration::from_millis(28_512)) else { panic!() };
        assert_eq!((&*kind, detail.as_str()), ("held", "28.5"));
    }

    #[test]
    fn a_remeasured_session_keeps_its_sets() {
        let at = |seconds: f64| Timestamp::from_secs_f64(seconds);
        let set = |number, began, ended: Option<f64>| Set {
            number,
            drill: Some("bow".to_owned()),
            goal: SetGoal::Back,
            purpose: SetPurpose::Retention,
            began: at(began),
            ended: ended.map(at),
        };
        let kept = |start: f64, end: f64, set| {
            let repetition = Repetition { start: at(start), end: at(end), ..Repetition::default() };
            StoredRepetition { number: 0, set, repetition, reach: None }
        };
        let kept = [kept(1.0, 2.4, Some(0)), kept(3.0, 3.5, None)];
        let mut journal = Journal::remeasuring(vec![set(0, 0.5, Some(2.5)), set(1, 2.5, None)], &kept);
        let set_of = |bottom, now| journal.known.as_ref().unwrap().set_of(at(bottom), now);
        assert_eq!(set_of(1.7, None), Some(0), "it ended a frame later than its set");
        assert_eq!(set_of(3.2, Some(1)), None, "it was done in a pause");
        assert_eq!(set_of(4.0, Some(1)), Some(1), "another one");
        let mut happened = Vec::new();
        let mut of = Vec::new();
        for second in 0..5 {
            journal.last = at(f64::from(second));
            of.push(journal.known.as_mut().unwrap().observe(journal.last, &mut happened));
        }
        let began = |number, seconds: f64| {
            let (drill, goal, purpose) = (Some("bow".to_owned()), SetGoal::Back, SetPurpose::Retention);
            Happening::SetBegan { number, drill, goal, purpose, time: at(seconds) }
        };
        let ended = |number, seconds: f64| Happening::SetEnded { number, time: at(seconds) };
        assert_eq!(happened, [began(0, 0.5), ended(0, 2.5), began(1, 2.5)]);
        assert_eq!(of, [None, Some(0), Some(0), Some(0), Some(1)], "a bend belongs to the set that it ends");
        assert_eq!(journal.close(), [ended(1, 4.0)]);
    }

    #[test]
    fn each_request_is_kept_with_the_time_of_its_frame_and_its_code() {
        let asked = [ChainRequest::Recalibrate, ChainRequest::AwaitFullBend(true), ChainRequest::Face(None)];
        let events = asked.into_iter().map(Event::Requested).chain([Event::StandingFound]).collect();
        let time = Timestamp::from_secs_f64(2.0);
        let kept: Vec<_> = requests(time, &Progress { events, ..Progress::default() }).collect();
        let event = |code: &str| Happening::Event { time, kind: "request".into(), detail: code.to_owned() };
        assert_eq!(kept, ["recalibrate", "full_bend_on", "face_auto"].map(event));
    }
}
