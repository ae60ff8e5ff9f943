//! The rows of a session: one of itself, one of each repetition, one of each frame.

use std::time::Duration;

use euclid::Angle;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::coach::SetPurpose;
use crate::export::parquet::{Cell, RowSink, frame_row};
use crate::export::{degrees, rounded, seconds};
use crate::geometry::{StandingFlaw, State};
use crate::source::Timestamp;
use crate::spine::Facing;
use crate::store::sample::Sample;
use crate::store::trend::TrendPoint;
use crate::store::{PauseFollower, SeenSide, Session, SessionState, StoredCalibration, StoredRepetition};

/// What a row of a session has that is not in the session.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SessionContext {
    /// The pseudonym of its camera or file.
    pub device: String,
    /// Pain before and after it.
    pub pain: [Option<f64>; 2],
    /// On how many days a week the person should have practised then.
    pub prescribed: Option<u32>,
}

/// What the frames of a session tell of it.
#[derive(Debug)]
pub(super) struct SessionQuality {
    seen: SeenSide,
    measured: u64,
    somebody: u64,
    /// How long each repetition stayed at its bottom.
    pauses: Vec<Option<Duration>>,
}

/// Takes the frames of a session.
#[derive(Debug)]
pub(super) struct QualityFollower<'s> {
    seen: SeenSide,
    measured: u64,
    somebody: u64,
    pauses: PauseFollower<'s>,
}

impl<'s> QualityFollower<'s> {
    pub(super) fn of(session: &'s Session) -> Self {
        let pauses = PauseFollower::of(&session.repetitions);
        // Of few seconds, so of every frame in them.
        Self { seen: SeenSide::of(0), measured: 0, somebody: 0, pauses }
    }

    pub(super) fn observe(&mut self, sample: &Sample, facing: Option<Facing>, yaw: Option<Angle<f32>>) {
        self.seen.observe_turned(sample.state, facing, || yaw);
        self.measured += u64::from(sample.state == State::Measured);
        self.somebody += u64::from(sample.state != State::Nobody);
        self.pauses.observe(sample);
    }

    pub(super) fn finish(self) -> SessionQuality {
        let Self { seen, measured, somebody, pauses } = self;
        SessionQuality { seen, measured, somebody, pauses: pauses.finish() }
    }
}

/// The day on which a session began, local time.
pub(super) fn day(session: &Session) -> Date {
    session.entry.began.date()
}

/// A day as the number of days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days())
}

/// What the rows of all tables begin with, computed once for all frames of a session.
#[derive(Debug)]
pub(super) struct SessionKey<'s> {
    session: &'s Session,
    /// Milliseconds since 1970.
    began: i64,
    day: i64,
}

impl<'s> SessionKey<'s> {
    pub(super) fn of(session: &'s Session) -> Self {
        let began = session.entry.began.timestamp().as_millisecond();
        Self { session, began, day: day_number(day(session)) }
    }

    fn put(&self, row: &mut impl RowSink) {
        row.put("session", Cell::Text(&self.session.entry.uid));
        row.put("person", Cell::Text(&self.session.entry.pseudonym));
        row.put("began", Cell::Whole(self.began));
        row.put("day", Cell::Whole(self.day));
    }
}

/// Puts the row of a frame.
pub(super) fn put_sample(row: &mut impl RowSink, key: &SessionKey<'_>, sample: &Sample) {
    key.put(row);
    frame_row::put(row, key.session, sample, &sample.measurement(key.session.standing(sample.time)));
}

/// Puts the row of the session; without `quality`, that which needs no frames.
pub(super) fn put_session(
    row: &mut impl RowSink,
    session: &Session,
    context: &SessionContext,
    quality: Option<&SessionQuality>,
) {
    let entry = &session.entry;
    SessionKey::of(session).put(row);
    let zone = entry.began.strftime("%:z").to_string();
    row.put("time_zone", Cell::Text(&zone));
    row.put("remeasures", Cell::text(entry.origin.as_deref()));
    row.put("state", Cell::Text(if entry.state == SessionState::Recovered { "recovered" } else { "finished" }));
    row.put("plan", Cell::text(entry.plan.as_deref()));
    row.put("device", Cell::Text(&context.device));
    row.put("program", Cell::Text(&entry.program));
    let models: Vec<_> = session.models.iter().map(|(file, sum)| format!("{file}={sum}")).collect();
    row.put("models", Cell::Text(&models.join(" ")));
    put_side(row, quality);
    put_frames(row, session);
    let share = quality.filter(|quality| quality.somebody > 0);
    let share = share.and_then(|quality| rounded(quality.measured as f64 / quality.somebody as f64, 3));
    row.put("measured_share", Cell::number(share));
    let yaw = quality.and_then(|quality| quality.seen.yaw_deg()).and_then(|yaw| rounded(yaw.into(), 1));
    row.put("yaw_deg", Cell::number(yaw));
    let standings = session.calibrations.iter();
    row.put(
        "standing_postures",
        count(standings.filter(|(_, kept)| matches!(kept, StoredCalibration::Standing(_))).count()),
    );
    row.put("sets", count(session.sets.iter().filter(|set| set.purpose == SetPurpose::Practice).count()));
    row.put("repetitions", Cell::Whole(entry.repetitions.into()));
    row.put("judged", count(session.counted().filter(|kept| kept.repetition.verdict.is_some()).count()));
    row.put("as_asked", Cell::Whole(entry.as_asked.into()));
    row.put("pain_before", Cell::number(context.pain[0]));
    row.put("pain_after", Cell::number(context.pain[1]));
    row.put("prescribed_days_per_week", Cell::whole(context.prescribed.map(i64::from)));
}

fn put_side(row: &mut impl RowSink, quality: Option<&SessionQuality>) {
    let side = quality.and_then(|quality| quality.seen.most());
    let word = |side| if side == Facing::Left { "left" } else { "right" };
    row.put("side", Cell::text(side.map(|(side, _)| word(side))));
    row.put("side_share", Cell::number(side.and_then(|(_, share)| rounded(share, 3))));
}

fn put_frames(row: &mut impl RowSink, session: &Session) {
    let entry = &session.entry;
    let duration = entry.duration.as_secs_f64();
    let rate = rounded((entry.frames as f64 - 1.0) / duration, 2).filter(|rate| *rate > 0.0);
    row.put("fps", Cell::number(rate));
    row.put("frames", whole(entry.frames));
    row.put("duration_s", Cell::number(rounded(duration, 4)));
    row.put("missed_frames", whole(entry.missed));
    row.put("lost_samples", whole(entry.lost.samples));
}

fn whole(number: u64) -> Cell<'static> {
    Cell::whole(i64::try_from(number).ok())
}

fn count(number: usize) -> Cell<'static> {
    Cell::whole(i64::try_from(number).ok())
}

/// Puts the row of a repetition, the one at this place; without `quality`, that which needs no frames.
pub(super) fn put_repetition(
    row: &mut impl RowSink,
    session: &Session,
    (at, kept): (usize, &StoredRepetition),
    quality: Option<&SessionQuality>,
) {
    SessionKey::of(session).put(row);
    let set = kept.set.and_then(|number| session.sets.iter().find(|set| set.number == number));
    row.put("set", Cell::whole(kept.set.map(|set| i64::from(session.set_number(set)))));
    row.put("drill", Cell::text(set.and_then(|set| set.drill.as_deref())));
    row.put("goal", Cell::text(set.map(|set| set.goal.word())));
    row.put("purpose", Cell::text(set.map(|set| SetPurpose::word(set.purpose))));
    row.put("repetition", Cell::Whole(kept.shown_number().into()));
    let is_compared = session.entry.origin.is_none() && session.compared().any(|other| other.number == kept.number);
    row.put("compared", Cell::Flag(is_compared));
    put_times(row, kept);
    put_angles(row, kept);
    let pause = quality.and_then(|quality| quality.pauses.get(at).copied().flatten());
    row.put("pause_s", Cell::number(pause.and_then(|pause| rounded(pause.as_secs_f64(), 2))));
    frame_row::put_verdict(row, Some(kept));
    row.put("confidence", Cell::number(rounded(kept.repetition.confidence.into(), 3)));
    row.put("bottom_hidden", Cell::Flag(kept.repetition.bottom_hidden));
    let doubt = kept.repetition.standing_doubt;
    row.put("standing_doubt_deg", Cell::number(doubt.and_then(|doubt| degrees(doubt.angle))));
    row.put("standing_flaw", Cell::text(doubt.and_then(|doubt| doubt.flaw).map(StandingFlaw::word)));
}

fn put_times(row: &mut impl RowSink, kept: &StoredRepetition) {
    let time = |time: Timestamp| Cell::number(seconds(time));
    row.put("start_s", time(kept.repetition.start));
    row.put("bottom_s", time(kept.repetition.bottom));
    row.put("end_s", time(kept.repetition.end));
}

fn put_angles(row: &mut impl RowSink, kept: &StoredRepetition) {
    let (bend, half_width_90) = (&kept.repetition.bend, &kept.repetition.half_width_90);
    let share = TrendPoint::share(kept);
    let fraction = |percent: f32| Cell::number(rounded(f64::from(percent) / 100.0, 3));
    row.put("hip_flexion_deg", Cell::number(degrees(bend.hip_flexion)));
    row.put("hip_flexion_interval_deg", Cell::number(degrees(half_width_90.hip_flexion)));
    row.put("lumbar_flexion_deg", Cell::number(degrees(bend.lumbar_flexion)));
    row.put("lumbar_flexion_interval_deg", Cell::number(degrees(half_width_90.lumbar_flexion)));
    row.put("lumbar_share", share.map_or(Cell::Null, |share| fraction(share.value)));
    row.put("lumbar_share_interval", share.map_or(Cell::Null, |share| fraction(share.half_width_90)));
    row.put("trunk_inclination_deg", Cell::number(degrees(bend.trunk_inclination)));
    row.put("knee_flexion_deg", Cell::number(degrees(bend.knee_flexion)));
    row.put("reach_deg", Cell::number(kept.reach.and_then(|reach| degrees(reach.angle))));
    row.put("reach_interval_deg", Cell::number(kept.reach.and_then(|reach| degrees(reach.half_width_90))));
    row.put("reach_limited", kept.reach.map_or(Cell::Null, |reach| Cell::Flag(reach.limited)));
}

/// Sums up cells: what is null counts as not there, so that a new column changes the sums of those only that have it.
struct FingerprintSink(Sha256);

impl RowSink for FingerprintSink {
    fn put(&mut self, column: &'static str, cell: Cell<'_>) {
        if cell != Cell::Null {
            self.0.update(format!("{column}={cell:?}\n"));
        }
    }
}

/// The number of hexadecimal digits of a fingerprint.
const DIGITS: usize = 16;

/// A checksum of all that the rows of a session are made of, but for its frames, which do not change without their number.
pub(super) fn fingerprint(session: &Session, context: &SessionContext) -> String {
    let mut sink = FingerprintSink(Sha256::new());
    put_session(&mut sink, session, context, None);
    for repetition in session.repetitions.iter().enumerate() {
        put_repetition(&mut sink, session, repetition, None);
    }
    for set in &session.sets {
        sink.0.update(format!("{} {:?} {:?} {:?}\n", set.number, set.drill, set.began, set.ended));
    }
    for (time, calibration) in &session.calibrations {
        sink.0.update(format!("{time:?} {calibration:?}\n"));
    }
    sink.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>().chars().take(DIGITS).collect()
}
