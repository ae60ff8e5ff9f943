//! Derives what is stored of a session, frame by frame: samples and events.

use std::collections::VecDeque;

use crate::coach::drill::Word;
use crate::coach::guided::{Line, Place, Stage};
use crate::coach::{ChainRequest, Event, Progress};
use crate::geometry::Segments;
use crate::pipeline::GuidedFrame;
use crate::pipeline::Observation;
use crate::source::Timestamp;
use crate::store::mobility_record::Record;
use crate::store::read::REQUEST;
use crate::store::sample::Sample;
use crate::store::{Happening, Set, StoredCalibration, StoredRepetition};

/// The kinds of [`Happening::Event`].
mod kind {
    /// A cue was given; the detail is its name.
    pub const CUE: &str = "cue";
    /// The session was paused or resumed; the detail is `on` or `off`.
    pub const PAUSE: &str = "pause";
    /// A mobility screen has a result; the detail is its record as JSON.
    pub const MOBILITY: &str = "mobility";
}

/// The state of a guided session.
#[derive(Clone, Copy, Debug)]
struct JournalFrame<'l> {
    stage: &'l Stage,
    place: Place,
    drill: &'l str,
}

impl<'l> JournalFrame<'l> {
    fn of(guided: &'l GuidedFrame) -> Self {
        Self { stage: &guided.guidance.stage, place: guided.guidance.place, drill: &guided.drill.id }
    }
}

/// Follows a session.
#[derive(Debug, Default)]
pub struct Journal {
    repetitions: u32,
    standing: Option<Segments>,
    sets: u32,
    /// The current set, and its round in a guided session.
    set: Option<(u32, Option<Place>)>,
    paused: bool,
    mobility: Option<Record>,
    last: Timestamp,
    /// During re-measurement, the remaining sets of the original session; otherwise `None`.
    known: Option<VecDeque<Set>>,
}

impl Journal {
    /// Follows the re-measurement of a session with these sets.
    pub fn remeasuring(sets: Vec<Set>) -> Self {
        Self { known: Some(sets.into()), ..Self::default() }
    }

    /// Returns what is to be stored of this frame.
    pub fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) -> (Sample, Vec<Happening>) {
        let mut happened = Vec::new();
        self.last = observation.frame.time;
        let before = self.set.map(|(number, _)| number);
        match self.known.take() {
            Some(known) => self.known = Some(self.follow_known(known, &mut happened)),
            None => self.follow_sets(guided.map(JournalFrame::of), &mut happened),
        }
        // The bend that ends a set is finished in the frame in which the set ends.
        self.follow_repetitions(observation, before.or(self.set.map(|(number, _)| number)), &mut happened);
        self.follow_calibration(observation, &mut happened);
        happened.extend(requests(self.last, &observation.progress));
        if let Some(guided) = guided {
            self.follow_guided(guided, &mut happened);
        }
        (Sample::of(observation), happened)
    }

    /// Returns what is to be stored when the session ends.
    pub fn close(mut self) -> Vec<Happening> {
        let mut happened = Vec::new();
        self.end_set(&mut happened);
        let record = self.mobility.and_then(|record| serde_json::to_string(&record).ok());
        happened.extend(record.map(|detail| Happening::Event { time: self.last, kind: kind::MOBILITY.into(), detail }));
        happened
    }

    /// An unguided session is one set; in a guided one each round is a set, whatever interrupts it.
    fn follow_sets(&mut self, guided: Option<JournalFrame>, happened: &mut Vec<Happening>) {
        let going_on = self.set.map(|(_, round)| round);
        let wanted = match guided {
            None => Some(None),
            Some(JournalFrame { stage: Stage::Work { .. }, place, .. }) => Some(Some(place)),
            Some(JournalFrame { stage: Stage::Arrive | Stage::StandTall { .. }, place, .. }) => {
                Some(Some(place)).filter(|place| going_on == Some(*place))
            }
            Some(_) => None,
        };
        if going_on == wanted {
            return;
        }
        self.end_set(happened);
        if let Some(round) = wanted {
            let drill = guided.map(|guided| guided.drill.to_owned());
            happened.push(Happening::SetBegan { number: self.sets, drill, time: self.last });
            self.set = Some((self.sets, round));
            self.sets += 1;
        }
    }

    /// Begins and ends sets at their original times. Returns the sets that are still running or to come.
    fn follow_known(&mut self, mut sets: VecDeque<Set>, happened: &mut Vec<Happening>) -> VecDeque<Set> {
        while let Some(set) = sets.front().filter(|set| set.began <= self.last) {
            let number = set.number;
            if self.set.is_none() {
                happened.push(Happening::SetBegan { number, drill: set.drill.clone(), time: set.began });
                self.set = Some((number, None));
            }
            let Some(time) = set.ended.filter(|ended| *ended <= self.last) else { break };
            happened.push(Happening::SetEnded { number, time });
            self.set = None;
            sets.pop_front();
        }
        sets
    }

    fn end_set(&mut self, happened: &mut Vec<Happening>) {
        if let Some((number, _)) = self.set.take() {
            happened.push(Happening::SetEnded { number, time: self.last });
        }
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
        let mut calibrated = |to| happened.push(Happening::Calibrated { time, to });
        let standing = observation.measurement.standing;
        if let Some(standing) = standing.filter(|standing| self.standing.as_ref() != Some(standing)) {
            calibrated(StoredCalibration::Standing(standing));
            self.standing = Some(standing);
        }
        for event in &observation.progress.events {
            if let Event::RangeFound(range) = *event {
                calibrated(range.into());
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
        if guided.guidance.paused != self.paused {
            self.paused = guided.guidance.paused;
            event(kind::PAUSE, if self.paused { "on" } else { "off" });
        }
        self.mobility = guided.guidance.mobility.as_ref().map(Record::from);
    }
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

    #[test]
    fn the_words_of_events_stay_what_they_are() {
        assert_eq!([kind::CUE, kind::PAUSE, kind::MOBILITY], ["cue", "pause", "mobility"]);
    }

    const ROUND: Place = Place { exercise: 0, round: 0 };

    fn sets(stages: &[(Stage, Place)]) -> Vec<Happening> {
        let mut journal = Journal::default();
        let mut happened = Vec::new();
        for (second, (stage, place)) in stages.iter().enumerate() {
            journal.last = Timestamp::from_secs_f64(second as f64);
            journal.follow_sets(Some(JournalFrame { stage, place: *place, drill: "bow" }), &mut happened);
        }
        happened
    }

    fn began(number: u32, seconds: f64) -> Happening {
        Happening::SetBegan { number, drill: Some("bow".to_owned()), time: Timestamp::from_secs_f64(seconds) }
    }

    fn ended(number: u32, seconds: f64) -> Happening {
        Happening::SetEnded { number, time: Timestamp::from_secs_f64(seconds) }
    }

    #[test]
    fn each_round_is_a_set_whatever_interrupts_it() {
        let work = || Stage::Work { done: 0, of: 8 };
        let rest = || Stage::Rest { left: 10, of: 30 };
        let next = Place { round: 1, ..ROUND };
        let happened = sets(&[
            (Stage::Arrive, ROUND),
            (Stage::Lesson { part: 0.5 }, ROUND),
            (work(), ROUND),
            (Stage::Arrive, ROUND), // the person left and came back
            (work(), ROUND),
            (rest(), ROUND),
            (Stage::Arrive, next),
            (work(), next),
        ]);
        assert_eq!(happened, [began(0, 2.0), ended(0, 5.0), began(1, 7.0)]);
    }

    #[test]
    fn one_round_right_after_another_is_another_set() {
        let work = || Stage::Work { done: 0, of: 8 };
        let next = Place { exercise: 1, round: 0 };
        assert_eq!(sets(&[(work(), ROUND), (work(), next)]), [began(0, 0.0), ended(0, 1.0), began(1, 1.0)]);
    }

    #[test]
    fn a_remeasured_session_keeps_its_sets() {
        let at = |seconds: f64| Timestamp::from_secs_f64(seconds);
        let set = |number, began, ended: Option<f64>| Set {
            number,
            drill: Some("bow".to_owned()),
            began: at(began),
            ended: ended.map(at),
        };
        let mut journal = Journal::remeasuring(vec![set(0, 0.5, Some(2.5)), set(1, 2.5, None)]);
        let mut happened = Vec::new();
        for second in 0..5 {
            journal.last = at(f64::from(second));
            let known = journal.known.take().unwrap();
            journal.known = Some(journal.follow_known(known, &mut happened));
        }
        assert_eq!(happened, [began(0, 0.5), ended(0, 2.5), began(1, 2.5)]);
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

    #[test]
    fn where_nobody_leads_all_of_it_is_one_set() {
        let mut journal = Journal::default();
        let mut happened = Vec::new();
        for second in 0..3 {
            journal.last = Timestamp::from_secs_f64(f64::from(second));
            journal.follow_sets(None, &mut happened);
        }
        happened.extend(journal.close());
        let begun = Happening::SetBegan { number: 0, drill: None, time: Timestamp::default() };
        assert_eq!(happened, [begun, ended(0, 2.0)]);
    }
}
