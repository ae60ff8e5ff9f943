//! The events of a C3D file: of each repetition its start, its lowest point, its end, and where it came from.
//!
//! An event is at the time that its frame has in the file, whose frames are evenly apart (the true times are in the scalar
//! `time_s`), so that every reader finds it at the frame that it is of.

use super::parameter::{Value, group};
use crate::coach::{MOST_PROBABLE, Repetition, Verdict};
use crate::source::Timestamp;
use crate::store::StoredRepetition;

/// What happens in a repetition: labels that are the same in every file, as programs search for them.
const LABELS: [&str; 3] = ["Start", "Lowest point", "End"];

/// The label of the verdict, which is at the end, is this and the verdict's word.
const VERDICT: &str = "Verdict ";

/// Events in one parameter at most: its dimensions are bytes. Those beyond are in `LABELS2`, `TIMES2` and so on, as the
/// format has it for points.
const MOST: usize = u8::MAX as usize;

/// Repetitions beyond this have no events: the parameters of a file are 255 blocks at most. [own]
pub const MOST_REPETITIONS: usize = 500;

/// Number of seconds in a minute: times are minutes and seconds.
const MINUTE: f64 = 60.0;

struct C3dEvent {
    /// Minutes and seconds.
    time: [f32; 2],
    label: String,
    description: String,
}

/// The frames of a file.
pub(super) struct FrameTimes {
    /// Their true times, in order.
    pub times: Vec<Timestamp>,
    /// The rate of the file, frames per second.
    pub rate: f64,
}

/// Appends the group of the events, unless there is none.
pub(super) fn append(bytes: &mut Vec<u8>, number: i8, repetitions: &[StoredRepetition], timeline: &FrameTimes) {
    let events = events(repetitions, timeline);
    if events.is_empty() {
        return;
    }
    let names = ["CONTEXTS", "LABELS", "DESCRIPTIONS", "SUBJECTS", "TIMES", "ICON_IDS", "GENERIC_FLAGS"];
    let parts: Vec<EventPart> = events.chunks(MOST).map(EventPart::of).collect();
    let named: Vec<Vec<String>> =
        (1..=parts.len()).map(|part| names.map(|name| numbered(name, part)).to_vec()).collect();
    let used = events.len().min(MOST) as u16;
    let mut parameters = vec![("USED", Value::Word(used))];
    for (part, names) in parts.iter().zip(&named) {
        parameters.extend(names.iter().map(String::as_str).zip(part.values()));
    }
    group(bytes, number, "EVENT", &parameters);
}

/// The name of a parameter in this part, from 1: `TIMES`, `TIMES2` and so on.
fn numbered(name: &str, part: usize) -> String {
    if part > 1 { format!("{name}{part}") } else { name.to_owned() }
}

/// As many events as fit into one parameter.
struct EventPart<'e> {
    labels: Vec<&'e str>,
    descriptions: Vec<&'e str>,
    times: Vec<[f32; 2]>,
    contexts: Vec<&'static str>,
    subjects: Vec<&'static str>,
    icons: Vec<u16>,
    flags: Vec<u8>,
}

impl<'e> EventPart<'e> {
    fn of(events: &'e [C3dEvent]) -> Self {
        let count = events.len();
        Self {
            labels: events.iter().map(|event| event.label.as_str()).collect(),
            descriptions: events.iter().map(|event| event.description.as_str()).collect(),
            times: events.iter().map(|event| event.time).collect(),
            contexts: vec!["General"; count],
            subjects: vec![""; count],
            icons: vec![0; count],
            flags: vec![0; count],
        }
    }

    /// The values, in the order of the names.
    fn values(&self) -> [Value<'_>; 7] {
        [
            Value::Texts(&self.contexts),
            Value::Texts(&self.labels),
            Value::Texts(&self.descriptions),
            Value::Texts(&self.subjects),
            Value::Pairs(&self.times),
            Value::Words(&self.icons),
            Value::Bytes(&self.flags),
        ]
    }
}

fn events(repetitions: &[StoredRepetition], timeline: &FrameTimes) -> Vec<C3dEvent> {
    let kept = repetitions.iter().take(MOST_REPETITIONS);
    kept.flat_map(|kept| of_repetition(timeline, kept.shown_number(), &kept.repetition)).collect()
}

fn of_repetition(timeline: &FrameTimes, number: u32, repetition: &Repetition) -> Vec<C3dEvent> {
    let Repetition { start, bottom, end, verdict, verdict_probability, .. } = repetition;
    let event = |at: &Timestamp, label: &str, description: String| C3dEvent {
        time: timeline.time(*at),
        label: label.to_owned(),
        description,
    };
    let name = format!("repetition {number}");
    let mut events: Vec<C3dEvent> =
        [start, bottom, end].into_iter().zip(LABELS).map(|(at, label)| event(at, label, name.clone())).collect();
    let word = Verdict::word(*verdict);
    let probability =
        verdict_probability.map(|probability| format!(", {:.0} %", 100.0 * probability.min(MOST_PROBABLE)));
    events.push(event(end, &format!("{VERDICT}{word}"), name + &probability.unwrap_or_default()));
    events
}

impl FrameTimes {
    /// Minutes and seconds in the file of the frame at this time, or the nearest.
    fn time(&self, at: Timestamp) -> [f32; 2] {
        let seconds = self.nearest(at) as f64 / self.rate;
        let minutes = (seconds / MINUTE).floor();
        [minutes as f32, (seconds - minutes * MINUTE) as f32]
    }

    /// The frame at this time, or the nearest; of two as near the earlier.
    fn nearest(&self, at: Timestamp) -> usize {
        let after = self.times.partition_point(|time| *time < at);
        match (after.checked_sub(1).and_then(|before| self.times.get(before)), self.times.get(after)) {
            (Some(earlier), Some(later)) if later.since(at) < at.since(*earlier) => after,
            (Some(_), _) => after - 1,
            (None, _) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures::session;
    use crate::spine::Facing;

    fn timeline(whole: &KeptSession, rate: f64) -> FrameTimes {
        FrameTimes { times: whole.samples.iter().map(|sample| sample.time).collect(), rate }
    }

    #[test]
    fn each_repetition_has_four_events_at_its_frames() {
        let whole = session(Facing::Right);
        let events = events(&whole.session.repetitions, &timeline(&whole, 10.0));
        let told: Vec<_> = events.into_iter().map(|event| (event.time, event.label, event.description)).collect();
        let event = |seconds: f32, label: &str, about: &str| ([0.0, seconds], label.to_owned(), about.to_owned());
        assert_eq!(
            told,
            [
                event(0.1, "Start", "repetition 1"),
                event(0.1, "Lowest point", "repetition 1"),
                event(0.2, "End", "repetition 1"),
                event(0.2, "Verdict hips", "repetition 1, 75 %"),
            ]
        );
    }

    #[test]
    fn an_event_is_at_its_frame_even_if_frames_came_unevenly() {
        let mut whole = session(Facing::Right);
        for (sample, late) in whole.samples.iter_mut().zip([0.0, 0.5, 70.0, 70.1]) {
            sample.time = Timestamp::from_secs_f64(late);
        }
        for (at, frame) in [(0.3, 1.0), (69.0, 2.0), (1e4, 3.0)] {
            assert_eq!(timeline(&whole, 1.0).time(Timestamp::from_secs_f64(at)), [0.0, frame]);
        }
        assert_eq!(timeline(&whole, 0.02).time(Timestamp::from_secs_f64(70.1)), [2.0, 30.0]);
    }

    #[test]
    fn more_events_than_fit_go_on_in_numbered_parameters() {
        let mut whole = session(Facing::Right);
        let kept = whole.session.repetitions[0].clone();
        whole.session.repetitions = vec![kept; 100];
        let mut bytes = Vec::new();
        append(&mut bytes, 6, &whole.session.repetitions, &timeline(&whole, 10.0));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("LABELS2") && text.contains("TIMES2") && !text.contains("LABELS3"));
        whole.session.repetitions.clear();
        bytes.clear();
        append(&mut bytes, 6, &whole.session.repetitions, &timeline(&whole, 10.0));
        assert!(bytes.is_empty(), "a group without events is none");
    }
}
