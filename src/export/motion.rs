//! Motions for OpenSim (`.mot`): the coordinates of its full-body models, by their names and with their signs, degrees and
//! metres.
//!
//! `hip_flexion`, `knee_angle` and `ankle_angle` are positive in flexion, the same for both sides, which cannot be told
//! apart side-on; `lumbar_extension` and `pelvis_tilt` positive backwards, so that they are negative in a bend. All are
//! changes from the person's own standing posture. `pelvis_tx` and `pelvis_ty` hold the feet where they stand
//! (`leg_chain.rs`). A frame that was not measured has no row, as OpenSim's older reader stops at the first `nan`; where too
//! many are missing, another file begins (`stretches.rs`).

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use euclid::Angle;

use super::leg_chain::LegChain;
use super::stretches::stretches;
use super::{ExportError, SessionExport, rounded};
use crate::geometry::{Bend, BendFilter, Measurement, Origin};
use crate::source::Timestamp;
use crate::statistics::median;
use crate::store::sample::Sample;

/// Decimals of an angle in degrees, and of a position in metres.
const DEGREES: usize = 2;
const METRES: usize = 4;

/// The coordinates, each with its decimals. Columns that readers look for by name: their order means nothing.
const COORDINATES: [(&str, usize); 10] = [
    ("pelvis_tilt", DEGREES),
    ("pelvis_tx", METRES),
    ("pelvis_ty", METRES),
    ("hip_flexion_r", DEGREES),
    ("knee_angle_r", DEGREES),
    ("ankle_angle_r", DEGREES),
    ("hip_flexion_l", DEGREES),
    ("knee_angle_l", DEGREES),
    ("ankle_angle_l", DEGREES),
    ("lumbar_extension", DEGREES),
];

/// A posture: its time and its coordinates, in the order of [`COORDINATES`], each in units of its last decimal, as a long
/// session has a million of them.
#[derive(Clone, Debug)]
struct MotionRow {
    nanoseconds: u64,
    values: [i32; COORDINATES.len()],
}

/// A motion without a gap.
#[derive(Clone, Debug)]
pub(super) struct Motion {
    /// Those of all motions, and which of them are in this.
    rows: Arc<Vec<MotionRow>>,
    range: Range<usize>,
    /// Which of how many it is, from 1.
    place: (usize, usize),
}

/// The motions of a session, one for each stretch that was measured.
pub(super) fn motions(whole: &SessionExport<'_>) -> Result<Vec<Motion>, ExportError> {
    let (rows, step) = rows(whole)?;
    let times: Vec<_> = rows.iter().map(MotionRow::time).collect();
    let ranges = stretches(&times, step);
    let (rows, count) = (Arc::new(rows), ranges.len());
    let motion = |(at, range): (usize, Range<usize>)| Motion { rows: Arc::clone(&rows), range, place: (at + 1, count) };
    Ok(ranges.into_iter().enumerate().map(motion).collect())
}

impl Motion {
    /// The times of its first and last row.
    pub(super) fn span(&self) -> Option<(Duration, Duration)> {
        Some((self.rows().first()?.time(), self.rows().last()?.time()))
    }

    /// The number of its rows.
    pub(super) fn len(&self) -> usize {
        self.range.len()
    }

    fn rows(&self) -> &[MotionRow] {
        self.rows.get(self.range.clone()).unwrap_or_default()
    }

    /// Writes the file.
    pub(super) fn write(&self, id: &str, mut out: impl Write) -> io::Result<()> {
        let (rows, columns) = (self.len(), COORDINATES.len() + 1);
        write!(out, "bendwise {id}\nversion=1\nnRows={rows}\nnColumns={columns}\ninDegrees=yes\n\n")?;
        writeln!(out, "Units are S.I. units (second, meters, Newtons, ...)")?;
        writeln!(out, "Angles are in degrees, as changes from standing. Frames that were not measured have no row.")?;
        let (number, count) = self.place;
        if count > 1 {
            writeln!(out, "Stretch {number} of {count}: between them nothing was measured.")?;
        }
        let names = COORDINATES.map(|(name, _)| name);
        writeln!(out, "\nendheader\ntime\t{}", names.join("\t"))?;
        self.rows().iter().try_for_each(|row| writeln!(out, "{}", row.line()))
    }
}

impl MotionRow {
    fn of(time: Timestamp, bend: &Bend, pelvis_tilt: Angle<f32>) -> Option<Self> {
        let nanoseconds = time.since(Timestamp::default()).as_nanos().try_into().ok()?;
        let mut values = [0; COORDINATES.len()];
        for ((kept, value), (_, decimals)) in values.iter_mut().zip(coordinates(bend, pelvis_tilt)?).zip(COORDINATES) {
            *kept = (value * scale(decimals)).round() as i32;
        }
        Some(Self { nanoseconds, values })
    }

    fn time(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds)
    }

    fn line(&self) -> String {
        let cell = |(value, (_, decimals)): (&i32, (&str, usize))| {
            format!("\t{:.decimals$}", f64::from(*value) / scale(decimals))
        };
        let cells: String = self.values.iter().zip(COORDINATES).map(cell).collect();
        format!("{:.6}{cells}", self.time().as_secs_f64())
    }
}

/// How many units of its last decimal are in a whole.
fn scale(decimals: usize) -> f64 {
    10f64.powi(decimals as i32)
}

/// A row for each frame that was measured, and the usual time from one frame to the next; none if there are fewer than two.
fn rows(whole: &SessionExport<'_>) -> Result<(Vec<MotionRow>, Duration), ExportError> {
    let (mut pelvis, mut rows) = (PelvisFilter::default(), Vec::new());
    let (mut steps, mut before): (Vec<f32>, Option<Timestamp>) = (Vec::new(), None);
    whole.write_each(|sample, measured| {
        steps.extend(before.replace(sample.time).map(|before| sample.time.since(before).as_secs_f32()));
        pelvis.add(sample, &measured, &mut rows);
        Ok(())
    })?;
    pelvis.close(None, &mut rows);
    Ok((rows, Duration::from_secs_f32(median(steps.into_iter()).unwrap_or_default())))
}

/// The coordinates of a posture; `None` if one of them is no number.
fn coordinates(bend: &Bend, pelvis_tilt: Angle<f32>) -> Option<[f64; COORDINATES.len()]> {
    let wide = |angle: Angle<f32>| Angle::radians(f64::from(angle.radians));
    let leg = LegChain {
        pelvis_tilt: wide(pelvis_tilt),
        hip_flexion: wide(bend.hip_flexion),
        // The models' knees end at 0: below it is the error of a straight one.
        knee_flexion: Angle::radians(f64::from(bend.knee_flexion.radians.max(0.0))),
    };
    let (pelvis, [tilt, hip, knee, ankle]) = (
        leg.pelvis(),
        [leg.pelvis_tilt, leg.hip_flexion, leg.knee_flexion, leg.ankle_flexion()].map(Angle::to_degrees),
    );
    let lumbar = wide(-bend.lumbar_flexion).to_degrees();
    let values = [tilt, pelvis.x, pelvis.y, hip, knee, ankle, hip, knee, ankle, lumbar];
    let mut told = [0.0; COORDINATES.len()];
    for ((told, value), (_, decimals)) in told.iter_mut().zip(values).zip(COORDINATES) {
        *told = rounded(value, decimals as i32)?;
    }
    Some(told)
}

/// Smooths the tilt of the pelvis as hip flexion is: by the same filter, with the same weight for each frame that was measured.
/// Of a held frame it is held as well, and of an interpolated one it lies between the same frames. So the thigh, the difference
/// of both, is smooth as well.
#[derive(Default)]
struct PelvisFilter {
    filter: BendFilter,
    /// The last frame that was measured, and its tilt.
    last: Option<(Timestamp, Angle<f32>)>,
    /// The interpolated frames since then: their tilt is known with the next one that was measured.
    waiting: Vec<(Timestamp, Bend)>,
}

impl PelvisFilter {
    /// Takes the next frame, and puts the rows that are known with it.
    fn add(&mut self, sample: &Sample, measured: &Measurement, rows: &mut Vec<MotionRow>) {
        match measured.origin {
            Origin::Interpolated => {
                self.waiting.extend(measured.filtered.map(|bend| (sample.time, bend)));
                return;
            }
            // It repeats the back of that frame, which would be smoothed again.
            Origin::Held if self.last.is_some() => self.close(None, rows),
            Origin::Held | Origin::Frame => {
                let now = self.tilt(sample, measured).map(|tilt| (sample.time, tilt));
                self.close(now, rows);
                self.last = now;
            }
        }
        let told = self.last.zip(measured.filtered);
        rows.extend(told.and_then(|((_, tilt), bend)| MotionRow::of(sample.time, &bend, tilt)));
    }

    /// Puts the rows of the frames that wait, between the last measured frame and the `next`; where one of these is not known, as at
    /// the other.
    fn close(&mut self, next: Option<(Timestamp, Angle<f32>)>, rows: &mut Vec<MotionRow>) {
        for (time, bend) in self.waiting.drain(..) {
            let tilt = match (self.last, next) {
                (Some((from, before)), Some((to, after))) => {
                    let all = to.since(from).as_secs_f32().max(f32::EPSILON);
                    let part = (time.since(from).as_secs_f32() / all).min(1.0);
                    Some(before + (after - before) * part)
                }
                (last, next) => last.or(next).map(|(_, tilt)| tilt),
            };
            rows.extend(tilt.and_then(|tilt| MotionRow::of(time, &bend, tilt)));
        }
    }

    /// The change of the pelvis from standing, positive backwards; `None` if it was not measured.
    fn tilt(&mut self, sample: &Sample, measured: &Measurement) -> Option<Angle<f32>> {
        let half_width_90 = measured.half_width_90?;
        let tilt = (measured.standing?.pelvis - sample.back.as_ref()?.segments.pelvis).signed();
        let in_place_of_the_hip = Bend { hip_flexion: tilt, ..Bend::default() };
        Some(self.filter.smooth(sample.time, in_place_of_the_hip, &half_width_90).hip_flexion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures::{at, session};
    use crate::spine::Facing;

    /// A second of standing still in a bend at 10 frames a second, then the frames from `lost` on that nobody measured.
    fn bent(frames: u64, lost: Range<u64>) -> KeptSession {
        let mut whole = session(Facing::Left);
        let (measured, hidden) = (whole.samples[1].clone(), whole.samples[2].clone());
        whole.samples = (0..frames)
            .map(|number| {
                let mut sample = if lost.contains(&number) { hidden.clone() } else { measured.clone() };
                (sample.number, sample.time) = (number, at(100 + 100 * number));
                sample
            })
            .collect();
        whole
    }

    fn table(motion: &Motion, whole: &KeptSession) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        motion.write(&whole.session.entry.id, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_motion_has_the_head_and_the_signs_of_opensim() {
        let whole = bent(8, 3..4);
        let motions = motions(&whole.export()).unwrap();
        assert_eq!(motions.len(), 1);
        let lines = table(&motions[0], &whole);
        let end = lines.iter().position(|line| line[0] == "endheader").unwrap();
        for told in ["version=1", "nRows=7", "nColumns=11", "inDegrees=yes"] {
            assert!(lines[..end].iter().any(|line| line[0] == told), "{told}");
        }
        let rows = &lines[end + 1..];
        assert_eq!(
            rows[0].join(" "),
            "time pelvis_tilt pelvis_tx pelvis_ty hip_flexion_r knee_angle_r ankle_angle_r hip_flexion_l knee_angle_l \
             ankle_angle_l lumbar_extension"
        );
        // The thigh leans back by 40° − 17.5°, and the ankle follows it.
        let numbers = "-17.50 -0.2932 0.8557 40.00 0.00 -22.50 40.00 0.00 -22.50 -10.00";
        assert_eq!(rows[1].join(" "), format!("0.100000 {numbers}"));
        assert_eq!(rows[4].join(" "), format!("0.500000 {numbers}"), "the hidden frame has no row");
        assert_eq!(rows.len(), 8);
    }

    #[test]
    fn a_gap_ends_a_motion_and_the_next_says_which_it_is() {
        let whole = bent(40, 10..25);
        let motions = motions(&whole.export()).unwrap();
        let spans: Vec<_> = motions.iter().map(|motion| motion.span().unwrap()).collect();
        let seconds = |(from, to): (Duration, Duration)| (from.as_secs_f64(), to.as_secs_f64());
        assert_eq!(spans.into_iter().map(seconds).collect::<Vec<_>>(), [(0.1, 1.0), (2.6, 4.0)]);
        let head = table(&motions[1], &whole).concat().join("\n");
        assert!(head.contains("Stretch 2 of 2"), "{head}");
    }

    #[test]
    fn a_straight_knee_is_never_bent_backwards() {
        let bend = Bend { knee_flexion: Angle::degrees(-3.0), hip_flexion: Angle::degrees(20.0), ..Bend::default() };
        let straight = coordinates(&Bend { knee_flexion: Angle::zero(), ..bend }, Angle::degrees(-20.0)).unwrap();
        assert_eq!(coordinates(&bend, Angle::degrees(-20.0)).unwrap(), straight);
        assert_eq!(straight[4].to_string(), "0");
    }

    #[test]
    fn what_is_no_number_is_no_row() {
        let bend = Bend { hip_flexion: Angle::radians(f32::NAN), ..Bend::default() };
        assert_eq!(coordinates(&bend, Angle::zero()), None);
    }

    #[test]
    fn sessions_with_too_little_have_no_motion() {
        for whole in [session(Facing::Right), bent(1, 1..1), bent(20, 0..20), bent(5, 5..5)] {
            assert!(motions(&whole.export()).unwrap().is_empty());
        }
    }

    /// A pelvis that jitters by a degree from frame to frame comes out as steady as a hip that does, from the first frame of a
    /// stretch on, however short that is.
    #[test]
    fn the_pelvis_is_as_smooth_as_the_hip() {
        let mut whole = bent(60, 12..20);
        let (mut hip, mut hips) = (BendFilter::default(), Vec::new());
        for sample in &mut whole.samples {
            let jitter = Angle::degrees(if sample.number % 2 == 0 { 1.0 } else { -1.0 });
            if let Some((back, half_width_90)) = sample.back.as_mut().zip(sample.half_width_90) {
                back.segments.pelvis += jitter;
                let bend = Bend { hip_flexion: jitter, ..Bend::default() };
                hips.push(f64::from(hip.smooth(sample.time, bend, &half_width_90).hip_flexion.to_degrees()));
            }
        }
        let rows = rows(&whole.export()).unwrap().0;
        let tilts: Vec<f64> = rows.iter().map(|row| f64::from(row.values[0]) / scale(DEGREES)).collect();
        assert_eq!(tilts.len(), hips.len());
        let second_difference = |near: &[f64]| (near[0] - 2.0 * near[1] + near[2]).abs();
        for stretch in [0..12, 12..tilts.len()] {
            let of = |values: &[f64]| values[stretch.clone()].windows(3).map(second_difference).collect::<Vec<_>>();
            for (tilt, hip) in of(&tilts).into_iter().zip(of(&hips)) {
                assert!((tilt - hip).abs() < 0.03, "{tilt} {hip} in {stretch:?}");
            }
        }
        let roughest = tilts[32..].windows(3).map(second_difference).fold(0.0, f64::max);
        assert!(roughest < 2.5, "{roughest}, of 4 in what was measured");
    }

    #[test]
    fn the_pelvis_takes_nothing_from_frames_that_were_not_measured() {
        let tilts = |whole: &KeptSession| -> Vec<i32> {
            rows(&whole.export()).unwrap().0.iter().map(|row| row.values[0]).collect()
        };
        let mut held = bent(20, 20..20);
        for sample in held.samples.iter_mut().filter(|sample| sample.number >= 9) {
            sample.back.as_mut().unwrap().segments.pelvis += Angle::degrees(6.0);
            sample.origin = if sample.number > 9 { Origin::Held } else { Origin::Frame };
        }
        let told = tilts(&held);
        assert_eq!(told.len(), 20);
        assert!(told[9..].iter().all(|tilt| *tilt == told[9]), "{told:?}");
        // Every second frame was left out, and repeats the back of the one before.
        let mut moving = bent(21, 21..21);
        for sample in &mut moving.samples {
            let left_out = sample.number % 2;
            let seen = Angle::degrees((sample.number - left_out) as f32);
            sample.back.as_mut().unwrap().segments.pelvis += seen;
            sample.origin = if left_out == 1 { Origin::Interpolated } else { Origin::Frame };
        }
        let told = tilts(&moving);
        assert_eq!(told.len(), 21);
        for near in told.windows(3).step_by(2) {
            assert!((near[0] + near[2] - 2 * near[1]).abs() <= 2, "{near:?} of {told:?}");
        }
    }
}
