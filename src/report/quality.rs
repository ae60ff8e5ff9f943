//! What the measurement of a session rests on, in one line: the side seen, the share of the time that was measured, how far
//! the person was turned, how often the standing posture was taken, and the networks.

use std::io;

use super::content::Report;
use super::measured_share::MeasuredShare;
use crate::i18n::{ReportWords, fill};
use crate::spine::Facing;
use crate::store::sample::Sample;
use crate::store::{SeenSide, SessionState, StoredCalibration};

/// What the line says: name and value.
///
/// # Errors
/// If the samples cannot be read.
pub(super) fn facts<'r>(report: &Report<'r>) -> io::Result<Vec<(&'r str, String)>> {
    let words = &report.words.report;
    let mut seen = SeenSide::of(report.session.entry.frames);
    let mut share = MeasuredShare::of(&report.session.repetitions);
    let mut take = |sample: &Sample| {
        seen.observe(sample);
        share.observe(sample.time, sample.state);
    };
    report.samples.each(&mut take).map_err(io::Error::other)?;
    let facts = [
        (words.side.as_str(), side(&seen, words)),
        (&words.measured, measured(&share, words)),
        (&words.kept_part, broke_off(report)),
        (&words.turned, turned(&seen, words)),
        (&words.zeros, Some(zeros(report))),
        (&words.program, Some(program(report))),
    ];
    Ok(facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The share of the time in view that was measured.
fn measured(share: &MeasuredShare<'_>, words: &ReportWords) -> Option<String> {
    Some(fill(&words.measured_text, &[("share", &format!("{}\u{a0}%", share.percent()?))]))
}

/// That the session broke off, if it did.
fn broke_off(report: &Report) -> Option<String> {
    let did = report.session.entry.state == SessionState::Recovered;
    did.then(|| report.words.session.broke_off.clone())
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

/// The side seen.
fn side(seen: &SeenSide, words: &ReportWords) -> Option<String> {
    let (side, share) = seen.most()?;
    let side = if side == Facing::Left { &words.left } else { &words.right };
    // Rounded down: both sides must not be hidden by a hundred per cent.
    Some(if share < 1.0 { format!("{side}, {:.0}\u{a0}%", (100.0 * share).floor()) } else { side.clone() })
}

fn turned(seen: &SeenSide, words: &ReportWords) -> Option<String> {
    let yaw = seen.yaw_deg()?;
    Some(fill(&words.turned_text, &[("degrees", &format!("{yaw:.0}°"))]))
}
