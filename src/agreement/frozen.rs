//! Where a sensor lost its contact, or its app went on without it: it writes one and the same number, often 0, and the angle that
//! comes of it is one like any other.

use super::alignment::ClockAlignment;
use super::numbers::mean;
use super::series::{LONGEST_STEP, TimeSeries};
use super::session::{ComparedFrame, ComparedSession};

/// Numbers are the same up to this, degrees: what rounding leaves of a phone's gravity that stays the same.
const SAME: f64 = 1e-6;

/// From this long on one number is strange, seconds. [own]: sensors that write whole degrees hold one for less while a person moves.
const LONG: f64 = 0.5;

/// … if the session moved by this meanwhile, degrees. [own]: more than its own error from frame to frame.
const MOVED: f64 = 10.0;

/// … or the number is this far from the one beside it, degrees, [own]
const JUMP: f64 = 10.0;

/// … and was reached faster than this, degrees a second: three times as fast as people bend in a drill. [own]
const JUMP_SPEED: f64 = 200.0;

/// The session's movement is that between the means of so many parts, so that its noise is none.
const PARTS: usize = 6;

/// From and to when a number stood still, on the recording's clock, seconds.
pub(super) type FrozenSpan = (f64, f64);

/// The spans in which a column holds one and the same number though the person moved; `own` is what the session measured of it. A
/// column that is one number from end to end is told otherwise, and in a gap of its rows it says nothing.
pub(super) fn spans(
    series: &TimeSeries,
    clock: &ClockAlignment,
    session: &ComparedSession,
    own: fn(&ComparedFrame) -> f64,
) -> Vec<FrozenSpan> {
    let points = series.points();
    let mut found = Vec::new();
    if points.iter().all(|point| (point.1 - points[0].1).abs() <= SAME) {
        return found;
    }
    let mut from = 0;
    while from < points.len() {
        let goes_on =
            |pair: &&[(f64, f64)]| (pair[1].1 - points[from].1).abs() <= SAME && pair[1].0 - pair[0].0 <= LONGEST_STEP;
        let to = from + 1 + points[from..].windows(2).take_while(goes_on).count();
        let run = &points[from..to];
        let (first, last) = (run[0].0, run[run.len() - 1].0);
        let is_strange =
            || jumps(points, from) || jumps(points, to) || moved(session, clock, (first, last), own) >= MOVED;
        if last - first >= LONG && is_strange() {
            found.push((first, last));
        }
        from = to;
    }
    found
}

/// Whether the number of row `at` is not where the one before it could have gone.
fn jumps(points: &[(f64, f64)], at: usize) -> bool {
    let Some(((before, value), (after, next))) =
        at.checked_sub(1).and_then(|before| points.get(before).copied().zip(points.get(at).copied()))
    else {
        return false;
    };
    let step = after - before;
    step <= LONGEST_STEP && (next - value).abs() > JUMP.max(JUMP_SPEED * step)
}

/// How far the session moved in a span of the recording's clock.
fn moved(
    session: &ComparedSession,
    clock: &ClockAlignment,
    (from, to): FrozenSpan,
    own: fn(&ComparedFrame) -> f64,
) -> f64 {
    let then = |frame: &ComparedFrame| clock.recording_time(frame.time);
    let begin = session.frames.partition_point(|frame| then(frame) < from);
    let end = session.frames.partition_point(|frame| then(frame) <= to);
    let values: Vec<f64> = session.frames.get(begin..end).unwrap_or_default().iter().map(own).collect();
    let means = values.chunks(values.len().div_ceil(PARTS).max(1)).filter_map(mean);
    let (least, most) =
        means.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), one| (least.min(one), most.max(one)));
    most - least
}
