//! What the measurement of a session rests on, in one line: the side seen, the share of the time that was measured, how far
//! the person was turned, how often the standing posture was taken, and the networks.

use std::io;

use super::content::Report;
use crate::geometry::{State, StateHistory};
use crate::i18n::{ReportWords, fill};
use crate::spine::Facing;
use crate::spine::sagittal::Orientation;
use crate::statistics::median;
use crate::store::StoredCalibration;

/// The yaw is taken from this many samples at most: its median does not get better by more.
const MOST: u64 = 2000;

/// What the line says: name and value.
///
/// # Errors
/// If the samples cannot be read.
pub(super) fn facts<'r>(report: &Report<'r>, states: &StateHistory) -> io::Result<Vec<(&'r str, String)>> {
    let words = &report.words.report;
    let seen = SeenSide::of(report)?;
    let facts = [
        (words.side.as_str(), seen.side(words)),
        (&words.measured, measured(states, words)),
        (&words.turned, seen.turned(words)),
        (&words.zeros, Some(zeros(report))),
        (&words.program, Some(program(report))),
    ];
    Ok(facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The share of the frames with a person that were measured.
fn measured(states: &StateHistory, words: &ReportWords) -> Option<String> {
    let seen = states.frames() - states.frames_in(State::Nobody);
    let share = 100.0 * states.frames_in(State::Measured) as f64 / (seen > 0).then_some(seen)? as f64;
    Some(fill(&words.measured_text, &[("share", &format!("{share:.0}\u{a0}%"))]))
}

/// How often the standing posture was taken.
fn zeros(report: &Report) -> String {
    let standings = report.session.calibrations.iter();
    let count = standings.filter(|(_, calibration)| matches!(calibration, StoredCalibration::Standing(_))).count();
    fill(&report.words.report.zeros_text, &[("count", &count)])
}

/// What measured it: the checksums of the networks are in the last line of the page.
fn program(report: &Report) -> String {
    let program = format!("bendwise {}", report.session.entry.program);
    fill(&report.words.report.program_text, &[("program", &program)])
}

/// How the person stood in the frames that were measured.
#[derive(Debug, Default)]
struct SeenSide {
    left: u64,
    right: u64,
    yaw_deg: Vec<f32>,
}

impl SeenSide {
    fn of(report: &Report) -> io::Result<Self> {
        let mut seen = Self::default();
        let every = (report.session.entry.frames / MOST).max(1);
        report
            .samples
            .each(&mut |sample| {
                let (State::Measured, Some(back), Some(body)) = (sample.state, &sample.back, &sample.body) else {
                    return;
                };
                // Who faces right shows the right side.
                match back.facing {
                    Facing::Left => seen.left += 1,
                    Facing::Right => seen.right += 1,
                }
                if (seen.left + seen.right) % every == 0 {
                    seen.yaw_deg.push(Orientation::of_landmarks(&body.landmarks).yaw.to_degrees());
                }
            })
            .map_err(io::Error::other)?;
        Ok(seen)
    }

    fn side(&self, words: &ReportWords) -> Option<String> {
        let (more, side) = if self.left > self.right { (self.left, &words.left) } else { (self.right, &words.right) };
        let share = 100.0 * more as f64 / (more > 0).then_some(self.left + self.right)? as f64;
        // Rounded down: both sides must not be hidden by a hundred per cent.
        Some(if share < 100.0 { format!("{side}, {:.0}\u{a0}%", share.floor()) } else { side.clone() })
    }

    fn turned(&self, words: &ReportWords) -> Option<String> {
        let yaw = median(self.yaw_deg.iter().copied())?;
        Some(fill(&words.turned_text, &[("degrees", &format!("{yaw:.0}°"))]))
    }
}
