//! The clock of a second measurement against that of the session, found from the movement itself.
//!
//! First every offset is tried in steps of 0.2 s: the one is taken whose correlation, over as much of the session's
//! movement as possible, explains most. Then offset and drift are fitted by least squares (Gauss–Newton), with the scale
//! and the zero of the second measurement left free, so that neither an error of its size nor its zero moves the clock.
//! Their errors are what they become when each tenth of the movement is left out in turn (jackknife): neighbouring frames
//! err together, so their number tells nothing.

use super::checked_angle::CheckedAngle;
use super::error::AgreementError;
use super::numbers::{jackknife_error, mean, solved};
use super::requirements::{MIN_CORRELATION, MIN_OVERLAP};
use super::series::TimeSeries;

/// The session has to move by at least this where both measure, degrees, as a standard deviation. [own]
const LEAST_MOVEMENT: f64 = 5.0;

/// The step of the first search, seconds: a tenth of a quick way down.
const COARSE_STEP: f64 = 0.2;

/// Another offset this far away is another alignment, seconds. [own]
const APART: f64 = 1.0;

/// Two alignments cannot be told apart if the second explains at least this share of what the first does … [own]
const AS_MUCH: f64 = 0.8;

/// … and leaves less than this many times as much unexplained. [own]
const AS_WELL: f64 = 1.5;

/// How far an offset that the user gave may be off, seconds. [own]
const EXPECTED_WITHIN: f64 = 2.0;

/// Over a shorter movement than this a drift cannot be told from the noise, seconds: 50 millionths, as much as a phone's
/// clock may be off, are 3 ms then. [own]
const DRIFT_NEEDS: f64 = 60.0;

/// The largest drift that is believed; video of 29.97 frames a second taken for 30 drifts by 0.001. [own]
const MOST_DRIFT: f64 = 0.005;

/// In a shorter movement, a drift beyond this is told, [own]: curves of two kinds of sensor may differ as half a per cent does.
const STRANGE_DRIFT: f64 = 0.02;

/// … if it is that many times its error. [own]
const STRANGE_ERRORS: f64 = 4.0;

/// Two alignments of the same bends, both correlating by less than this, are both by chance. [own]: one bend is much like another,
/// their lengths and the time between them are not.
pub(super) const WELL: f64 = 0.95;

/// Parts of the movement that are left out in turn.
const PARTS: usize = 10;

/// The sizes of movement, in parts of the session's, beyond which a unit must be wrong. [own]
const SCALES: std::ops::Range<f64> = 0.05..20.0;

/// One of the two has to have at least this part of its movement within the other: a curve that is alike in its middle by
/// chance has most of both outside. [own]
const LEAST_SHARED: f64 = 0.5;

/// The clock of a recording against that of the session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockAlignment {
    /// Time of the recording minus time of the session in the middle of the movement, seconds.
    pub offset: f64,
    /// Its standard error, seconds.
    pub offset_error: Option<f64>,
    /// The estimated drift, seconds a second, with its standard error; `None` if the movement is too short.
    pub drift: Option<(f64, f64)>,
    /// The drift that is taken into account: the estimated one if it exceeds twice its error, otherwise 0.
    pub drift_used: f64,
    /// The middle of the movement on the session's clock, seconds.
    pub middle: f64,
    /// The correlation of the two curves.
    pub correlation: f64,
    /// How many times as far the recording moves as the session: the slope of its curve over the session's.
    pub scale: f64,
    /// How much faster than the session's the recording's clock runs, seconds a second, if that is more than clocks differ by but the
    /// movement is too short to refuse it, or to take it into account.
    pub speed: Option<f64>,
    /// For how long both measure, seconds.
    pub overlap: f64,
    /// The part of the session's movement that lies within the recording, 0 to 1.
    pub shared: f64,
    /// −1 if the recording's sign was turned round, otherwise 1.
    pub sign: f64,
}

impl ClockAlignment {
    /// The time of the recording at a time of the session.
    pub fn recording_time(&self, time: f64) -> f64 {
        time + self.offset + self.drift_used * (time - self.middle)
    }
}

/// What is to be aligned.
#[derive(Clone, Copy, Debug)]
pub struct AlignmentInput<'a> {
    /// The name of the recording's file, for messages.
    pub file: &'a str,
    /// The session's curve.
    pub session: &'a TimeSeries,
    /// The recording's curve.
    pub recording: &'a TimeSeries,
    /// Whether the recording's sign is known.
    pub signed: bool,
    /// The offset, if the user gave it.
    pub expected: Option<f64>,
}

/// Aligns the clocks.
pub fn align(input: &AlignmentInput) -> Result<ClockAlignment, AgreementError> {
    let seconds = input.recording.ends().map_or(0.0, |(from, to)| to - from);
    if seconds < MIN_OVERLAP {
        return Err(AgreementError::ShortRecording { file: input.file.to_owned(), seconds });
    }
    let found = coarse(input).map_err(|error| mirrored(input).unwrap_or(error))?;
    let sign = found.correlation.signum();
    let recording = input.recording.map(|value| sign * value);
    let fit = Fit { session: input.session, recording: &recording };
    let no_correlation =
        || AgreementError::NoCorrelation { file: input.file.to_owned(), correlation: found.correlation.abs() };
    let FittedClock { clock, drift, counts, speed } = fit.fitted(found.offset).ok_or_else(no_correlation)?;
    if clock.drift.abs() > MOST_DRIFT {
        return Err(AgreementError::Drift { file: input.file.to_owned(), drift: clock.drift.abs() });
    }
    let RegressionLine { correlation, scale, count } = fit.line(clock).ok_or_else(no_correlation)?;
    match () {
        () if correlation < MIN_CORRELATION => {
            return Err(AgreementError::NoCorrelation { file: input.file.to_owned(), correlation });
        }
        () if !SCALES.contains(&scale) => return Err(AgreementError::Scale { file: input.file.to_owned(), scale }),
        () => {}
    }
    let overlap = count as f64 * input.session.step().unwrap_or_default();
    let [shared, of_recording] = fit.shared(clock);
    if shared.max(of_recording) < LEAST_SHARED && input.expected.is_none() {
        return Err(AgreementError::LittleShared { file: input.file.to_owned(), overlap });
    }
    Ok(ClockAlignment {
        offset: clock.offset,
        offset_error: fit.errors(clock, counts).map(|errors| errors.offset),
        drift,
        drift_used: clock.drift,
        middle: clock.middle,
        correlation,
        scale,
        speed,
        overlap,
        shared,
        sign,
    })
}

/// The error if the curves are alike but for the sign of a recording whose sign should be known.
fn mirrored(input: &AlignmentInput) -> Option<AgreementError> {
    let found = coarse(&AlignmentInput { signed: false, ..*input }).ok().filter(|_| input.signed)?;
    (found.correlation < 0.0).then(|| AgreementError::Mirrored {
        what: CheckedAngle::Aligned,
        file: input.file.to_owned(),
        correlation: found.correlation,
    })
}

/// An offset in the first search.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    offset: f64,
    correlation: f64,
    /// The share of the session's movement that it explains, 0 to 1.
    explained: f64,
}

/// The best offset, if it is the only good one.
fn coarse(input: &AlignmentInput) -> Result<Candidate, AgreementError> {
    let no_overlap = || AgreementError::NoOverlap(input.file.to_owned());
    let tried = candidates(input).ok_or_else(no_overlap)?;
    let explained =
        |at: usize| tried.get(at).and_then(Option::as_ref).map_or(f64::NEG_INFINITY, |found| found.explained);
    let peak = |at: &usize| {
        explained(*at) > 0.0 && explained(*at) >= explained(at.wrapping_sub(1)) && explained(*at) >= explained(at + 1)
    };
    let mut peaks: Vec<Candidate> = (0..tried.len()).filter(peak).filter_map(|at| tried[at]).collect();
    peaks.sort_by(|one, other| other.explained.total_cmp(&one.explained));
    let best = *peaks.first().ok_or_else(no_overlap)?;
    if best.correlation.abs() < MIN_CORRELATION {
        return Err(AgreementError::NoCorrelation { file: input.file.to_owned(), correlation: best.correlation.abs() });
    }
    let unexplained = |found: &Candidate| 1.0 - found.correlation.powi(2);
    let rival = peaks.iter().find(|other| {
        (other.offset - best.offset).abs() > APART
            && other.explained >= AS_MUCH * best.explained
            && unexplained(other) < AS_WELL * unexplained(&best)
    });
    match rival.filter(|_| input.expected.is_none()) {
        Some(_) if best.correlation.abs() < WELL => {
            Err(AgreementError::LittleOverlap { file: input.file.to_owned(), correlation: best.correlation.abs() })
        }
        Some(rival) => {
            Err(AgreementError::Ambiguous { file: input.file.to_owned(), first: best.offset, second: rival.offset })
        }
        None => Ok(best),
    }
}

/// Every offset at which enough of both lies together, in order, with nothing in place of the others; `None` if there is none.
fn candidates(input: &AlignmentInput) -> Option<Vec<Option<Candidate>>> {
    let ((from, to), (began, ended)) = (input.session.ends()?, input.recording.ends()?);
    let count = |from: f64, to: f64| ((to - from) / COARSE_STEP) as usize + 1;
    let session = input.session.evenly(from, COARSE_STEP, count(from, to));
    let recording = input.recording.evenly(began, COARSE_STEP, count(began, ended));
    let all: Vec<(f64, f64)> = session.iter().flatten().map(|value| (*value, *value)).collect();
    let total = Sums::of(all.into_iter()).session_squares();
    let offset = |shift: isize| began - from + shift as f64 * COARSE_STEP;
    let shifts = 1 - session.len() as isize..recording.len() as isize;
    let tried = shifts.map(|shift| {
        let near = |expected: f64| (offset(shift) - expected).abs() <= EXPECTED_WITHIN;
        if !input.expected.is_none_or(near) {
            return None;
        }
        let (skip, ahead) = (shift.min(0).unsigned_abs(), shift.max(0).unsigned_abs());
        let pairs = session[skip.min(session.len())..].iter().zip(&recording[ahead.min(recording.len())..]);
        let sums = Sums::of(pairs.filter_map(|(session, recording)| Some(((*session)?, (*recording)?))));
        candidate(&sums, offset(shift), total, input.signed)
    });
    let tried: Vec<Option<Candidate>> = tried.collect();
    tried.iter().any(Option::is_some).then_some(tried)
}

fn candidate(sums: &Sums, offset: f64, total: f64, signed: bool) -> Option<Candidate> {
    let long = sums.count * COARSE_STEP >= MIN_OVERLAP;
    let moves = sums.session_squares() / sums.count > LEAST_MOVEMENT * LEAST_MOVEMENT;
    let correlation = sums.correlation().filter(|_| long && moves)?;
    let counted = if signed { correlation.max(0.0) } else { correlation };
    Some(Candidate { offset, correlation, explained: counted * counted * sums.session_squares() / total })
}

/// Sums over pairs of values.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Sums {
    fn of(pairs: impl Iterator<Item = (f64, f64)>) -> Self {
        pairs.fold(Self::default(), |sums, (x, y)| Self {
            count: sums.count + 1.0,
            x: sums.x + x,
            y: sums.y + y,
            xx: sums.xx + x * x,
            yy: sums.yy + y * y,
            xy: sums.xy + x * y,
        })
    }

    /// The squares of the session's values about their mean.
    fn session_squares(&self) -> f64 {
        self.xx - self.x * self.x / self.count
    }

    fn products(&self) -> f64 {
        self.xy - self.x * self.y / self.count
    }

    /// `None` where one of the two does not change.
    fn correlation(&self) -> Option<f64> {
        let squares = self.session_squares() * (self.yy - self.y * self.y / self.count);
        (squares > 1e-12).then(|| self.products() / squares.sqrt())
    }
}

/// The part of a series' squares about its mean that lies at times of which `within` is true, 0 to 1.
fn inside(series: &TimeSeries, within: impl Fn(f64) -> bool) -> f64 {
    let middle = mean(&series.points().iter().map(|(_, value)| *value).collect::<Vec<_>>()).unwrap_or_default();
    let square = |value: f64| (value - middle).powi(2);
    let (mut all, mut shared) = (0.0, 0.0);
    for (time, value) in series.points() {
        all += square(*value);
        shared += if within(*time) { square(*value) } else { 0.0 };
    }
    if all > 0.0 { shared / all } else { 0.0 }
}

/// A clock of the recording.
#[derive(Clone, Copy, Debug)]
struct Clock {
    offset: f64,
    drift: f64,
    middle: f64,
}

impl Clock {
    fn at(&self, time: f64) -> f64 {
        time + self.offset + self.drift * (time - self.middle)
    }
}

/// The clock that the second search finds.
#[derive(Clone, Copy, Debug)]
struct FittedClock {
    clock: Clock,
    /// The estimated drift with its error, whether or not it is taken into account.
    drift: Option<(f64, f64)>,
    /// Whether it is.
    counts: bool,
    /// A drift beyond what clocks do, in a movement too short for more.
    speed: Option<f64>,
}

/// The straight line through the recording's values over the session's.
#[derive(Clone, Copy, Debug)]
struct RegressionLine {
    correlation: f64,
    scale: f64,
    count: usize,
}

/// Standard errors of a clock.
#[derive(Clone, Copy, Debug)]
struct ClockErrors {
    offset: f64,
    drift: f64,
}

/// The two curves in the second search.
#[derive(Clone, Copy, Debug)]
struct Fit<'a> {
    session: &'a TimeSeries,
    recording: &'a TimeSeries,
}

impl Fit<'_> {
    /// The parts of the session's movement and of the recording's that lie within the other, as squares about the mean.
    fn shared(&self, clock: Clock) -> [f64; 2] {
        let session_time = |time: f64| time - clock.offset - clock.drift * (time - clock.offset - clock.middle);
        [
            inside(self.session, |time| self.recording.at(clock.at(time)).is_some()),
            inside(self.recording, |time| self.session.at(session_time(time)).is_some()),
        ]
    }

    /// The best clock near an offset; `None` if there is none.
    fn fitted(&self, offset: f64) -> Option<FittedClock> {
        let (middle, span) = self.movement(offset)?;
        let near = |clock: &Clock| (clock.offset - offset).abs() < APART;
        let plain = self.improved(Clock { offset, drift: 0.0, middle }, false, None).filter(near)?;
        let drifting = (span >= DRIFT_NEEDS).then(|| self.improved(plain, true, None)).flatten().filter(near);
        let drift = drifting.and_then(|clock| Some((clock.drift, self.errors(clock, true)?.drift)));
        let counts = drift.is_some_and(|(drift, error)| drift.abs() > 2.0 * error);
        let speed = if span < DRIFT_NEEDS { self.strange_speed(plain) } else { None };
        Some(FittedClock { clock: drifting.filter(|_| counts).unwrap_or(plain), drift, counts, speed })
    }

    /// The drift in a short movement, if no two clocks differ by as much.
    fn strange_speed(&self, plain: Clock) -> Option<f64> {
        let clock = self.improved(plain, true, None).filter(|clock| (clock.offset - plain.offset).abs() < APART)?;
        let error = self.errors(clock, true)?.drift;
        (clock.drift.abs() > STRANGE_DRIFT + STRANGE_ERRORS * error).then_some(clock.drift)
    }

    /// The middle and the length of the movement, from where a twentieth of it is done to where a twentieth is left.
    fn movement(&self, offset: f64) -> Option<(f64, f64)> {
        let clock = Clock { offset, drift: 0.0, middle: 0.0 };
        let parts = self.parts(clock, 20);
        let at = |part| parts.iter().find(|(_, at)| *at >= part).map(|(time, _)| *time);
        let (from, to) = (at(1)?, at(19)?);
        Some(((from + to) / 2.0, to - from))
    }

    /// The frames with a value of the recording, each with the part of the movement that it belongs to: all parts have the
    /// same sum of squared speeds.
    fn parts(&self, clock: Clock, count: usize) -> Vec<(f64, usize)> {
        let speed = |time: f64| self.recording.slope_at(clock.at(time)).map(|slope| (time, slope * slope));
        let speeds: Vec<(f64, f64)> = self.session.points().iter().filter_map(|(time, _)| speed(*time)).collect();
        let total: f64 = speeds.iter().map(|(_, speed)| speed).sum();
        let mut done = 0.0;
        let part = |(time, speed): &(f64, f64)| {
            done += speed;
            (*time, ((done / total * count as f64) as usize).min(count - 1))
        };
        speeds.iter().map(part).collect()
    }

    fn line(&self, clock: Clock) -> Option<RegressionLine> {
        let pairs = || {
            let points = self.session.points().iter();
            points.filter_map(move |(time, value)| Some((*value, self.recording.at(clock.at(*time))?)))
        };
        let sums = Sums::of(pairs());
        let scale = sums.products() / sums.session_squares();
        Some(RegressionLine { correlation: sums.correlation()?, scale, count: pairs().count() })
    }

    /// The clock with the least squares, from one nearby; frames in the span of time `without` are left out.
    fn improved(&self, start: Clock, drifts: bool, without: Option<(f64, f64)>) -> Option<Clock> {
        const MOST_STEPS: usize = 30;
        const CLOSE: f64 = 1e-6;
        let mut clock = start;
        for _ in 0..MOST_STEPS {
            let [offset, drift, ..] = self.step(clock, drifts, without)?;
            clock.offset += offset.clamp(-0.5, 0.5);
            clock.drift += drift.clamp(-0.01, 0.01);
            if offset.abs() < CLOSE && drift.abs() < CLOSE * 1e-2 {
                break;
            }
        }
        clock.offset.is_finite().then_some(clock)
    }

    /// The change of offset and drift that is best to first order, with the zero and the scale of the recording.
    fn step(&self, clock: Clock, drifts: bool, without: Option<(f64, f64)>) -> Option<[f64; 4]> {
        let left_out = |time: f64| without.is_some_and(|(from, to)| (from..to).contains(&time));
        let (mut matrix, mut right) = ([[0.0; 4]; 4], [0.0; 4]);
        for (time, value) in self.session.points().iter().filter(|(time, _)| !left_out(*time)) {
            let then = clock.at(*time);
            let Some((found, slope)) = self.recording.at(then).zip(self.recording.slope_at(then)) else { continue };
            let row = [slope, if drifts { slope * (time - clock.middle) } else { 0.0 }, -1.0, -value];
            for (sums, factor) in matrix.iter_mut().zip(row) {
                sums.iter_mut().zip(row).for_each(|(sum, other)| *sum += factor * other);
            }
            right.iter_mut().zip(row).for_each(|(sum, factor)| *sum -= factor * found);
        }
        if !drifts {
            matrix[1][1] = 1.0;
        }
        solved(matrix, right)
    }

    /// The errors of a clock, by leaving out each part of the movement.
    fn errors(&self, clock: Clock, drifts: bool) -> Option<ClockErrors> {
        let parts = self.parts(clock, PARTS);
        let span = |part| {
            let mut times = parts.iter().filter(|(_, at)| *at == part).map(|(time, _)| *time);
            let first = times.next()?;
            Some((first, times.next_back().unwrap_or(first) + 1e-9))
        };
        let without = |part| self.improved(clock, drifts, Some(span(part)?));
        let clocks: Vec<Clock> = (0..PARTS).filter_map(without).collect();
        let error = |value: fn(&Clock) -> f64| jackknife_error(&clocks.iter().map(value).collect::<Vec<_>>());
        Some(ClockErrors { offset: error(|clock| clock.offset)?, drift: error(|clock| clock.drift)? })
    }
}
