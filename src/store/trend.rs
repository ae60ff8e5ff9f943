//! Trends across sessions: the results of one drill per session, and the smallest detectable change.
//!
//! Pure functions, used by both the report and `bendwise trend`. Every formula and its source: `METHOD.md`, "From
//! session to session".

use jiff::Zoned;

use super::StoredRepetition;
use crate::coach::Verdict;
use crate::coach::form::Reach;
use crate::coach::mobility;
use crate::coach::progression::SessionOutcome;
use crate::statistics::{Z_90, Z_95, median};

/// The results of one drill in one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// The session's id.
    pub id: String,
    /// When it began.
    pub began: Zoned,
    /// Number of repetitions of the drill.
    pub repetitions: usize,
    /// Number of those with a verdict.
    pub judged: usize,
    /// Number of those that came from the hips.
    pub from_hips: usize,
    /// Median lumbar share at the bottom, per cent, of the repetitions with a verdict; as for the next field.
    pub share: Option<TrendPoint>,
    /// Median hip flexion at the bottom, degrees.
    pub depth: Option<TrendPoint>,
    /// Hip reach, [`Reach::median`].
    pub reach: Option<Reach>,
}

/// A quantity that is tracked across sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendQuantity {
    /// The part of the bend that comes from the low back, per cent.
    Share,
    /// Hip flexion at the bottom, degrees.
    Depth,
    /// How far the hips bend before the low back joins in, degrees.
    Reach,
}

impl TrendQuantity {
    /// All quantities, in display order.
    pub const ALL: [Self; 3] = [Self::Share, Self::Depth, Self::Reach];

    /// The value at full column width or at the top of a chart, so that 1 % never looks like much.
    pub fn full(self) -> f32 {
        match self {
            Self::Share => 100.0,
            Self::Depth => 90.0,
            Self::Reach => mobility::FULL.to_degrees(),
        }
    }
}

/// One value of a session, in display units: per cent or degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrendPoint {
    /// The value.
    pub value: f32,
    /// Half width of its 90 % interval.
    pub half_width_90: f32,
    /// Whether it is a lower bound: the low back never joined in, so the hips might have gone further.
    pub at_least: bool,
}

/// The change from an earlier value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendChange {
    /// Larger by more than the error.
    More,
    /// Smaller by more than the error.
    Less,
    /// The difference is within the error.
    Within,
    /// Undecided: the smaller value is a lower bound.
    Open,
}

impl From<Reach> for TrendPoint {
    fn from(reach: Reach) -> Self {
        let Reach { angle, half_width_90, limited } = reach;
        Self { value: angle.to_degrees(), half_width_90: half_width_90.to_degrees(), at_least: !limited }
    }
}

impl From<mobility::Difference> for TrendPoint {
    fn from(difference: mobility::Difference) -> Self {
        let mobility::Difference { angle, half_width_90, at_least } = difference;
        Self { value: angle.to_degrees(), half_width_90: half_width_90.to_degrees(), at_least }
    }
}

impl TrendPoint {
    /// The lumbar share of a repetition; `None` if undefined.
    ///
    /// The pelvis is in both flexions with opposite signs: its error adds to one what it takes from the other. The
    /// errors of both are therefore taken as opposite, which gives the widest possible interval.
    pub fn share(kept: &StoredRepetition) -> Option<Self> {
        let (bend, half_width_90) = (&kept.repetition.bend, &kept.repetition.half_width_90);
        let (hip, lumbar) = (bend.hip_flexion.radians, bend.lumbar_flexion.radians);
        let moved = hip.abs() * half_width_90.lumbar_flexion.radians + lumbar.abs() * half_width_90.hip_flexion.radians;
        let half_width_90 = 100.0 * moved / bend.total().radians.powi(2);
        bend.lumbar_share().map(|share| Self { value: 100.0 * share, half_width_90, at_least: false })
    }

    /// The hip flexion of a repetition; at least that if its bottom was hidden.
    pub fn depth(kept: &StoredRepetition) -> Self {
        let (angle, half_width_90) = (kept.repetition.bend.hip_flexion, kept.repetition.half_width_90.hip_flexion);
        let at_least = kept.repetition.bottom_hidden;
        Self { value: angle.to_degrees(), half_width_90: half_width_90.to_degrees(), at_least }
    }

    /// The lumbar flexion of a repetition; at least that if its bottom was hidden.
    pub fn lumbar(kept: &StoredRepetition) -> Self {
        let (angle, half_width_90) =
            (kept.repetition.bend.lumbar_flexion, kept.repetition.half_width_90.lumbar_flexion);
        let at_least = kept.repetition.bottom_hidden;
        Self { value: angle.to_degrees(), half_width_90: half_width_90.to_degrees(), at_least }
    }

    /// The median of several values of one session, with the median of their intervals: their errors have a common
    /// cause, so averaging does not reduce them ([`Reach::median`]).
    pub fn median(points: &[Self]) -> Option<Self> {
        let value = median(points.iter().map(|point| point.value))?;
        let half_width_90 = median(points.iter().map(|point| point.half_width_90))?;
        Some(Self { value, half_width_90, at_least: false })
    }

    /// Compares this value with that of the session before.
    pub fn since(&self, before: &Self) -> TrendChange {
        self.against(before, self.detectable_since(before))
    }

    /// From when on a change since the session before counts, as at the close of a guided session.
    pub fn detectable_since(&self, before: &Self) -> f32 {
        mobility::detectable_change(self.half_width_90, before.half_width_90)
    }

    /// Whether a change from an earlier value may be larger than their difference: the larger of the two is a lower bound.
    pub fn changed_at_least(&self, before: &Self) -> bool {
        if self.value > before.value { self.at_least } else { before.at_least }
    }

    /// Compares this value with an earlier one; changes count from `detectable` on.
    pub fn against(&self, before: &Self, detectable: f32) -> TrendChange {
        let (above, smaller) = (self.value - before.value, if self.value < before.value { self } else { before });
        match () {
            () if above.abs() <= detectable => TrendChange::Within,
            () if smaller.at_least => TrendChange::Open,
            () if above > 0.0 => TrendChange::More,
            () => TrendChange::Less,
        }
    }
}

impl Past {
    /// Summarises these repetitions, all of one drill.
    pub fn of(id: &str, began: &Zoned, repetitions: &[StoredRepetition]) -> Self {
        let told: Vec<&StoredRepetition> =
            repetitions.iter().filter(|kept| kept.repetition.verdict.is_some()).collect();
        let hips = |kept: &&StoredRepetition| kept.repetition.verdict == Some(Verdict::Hips);
        let shares: Vec<TrendPoint> = told.iter().filter_map(|kept| TrendPoint::share(kept)).collect();
        let depths: Vec<TrendPoint> = told.iter().map(|kept| TrendPoint::depth(kept)).collect();
        let reaches: Vec<Reach> = repetitions.iter().filter_map(|kept| kept.reach).collect();
        Self {
            id: id.to_owned(),
            began: began.clone(),
            repetitions: repetitions.len(),
            judged: told.len(),
            from_hips: repetitions.iter().filter(hips).count(),
            share: TrendPoint::median(&shares),
            depth: TrendPoint::median(&depths),
            reach: Reach::median(&reaches),
        }
    }

    /// The input of [`progression`](crate::coach::progression).
    pub fn outcome(&self) -> SessionOutcome {
        SessionOutcome { judged: self.judged, from_hips: self.from_hips }
    }

    /// One of its values; `None` if unknown.
    pub fn point(&self, quantity: TrendQuantity) -> Option<TrendPoint> {
        match quantity {
            TrendQuantity::Share => self.share,
            TrendQuantity::Depth => self.depth,
            TrendQuantity::Reach => self.reach.map(TrendPoint::from),
        }
    }
}

/// The smallest change between two of these sessions that exceeds the error 19 times of 20 (minimal detectable change,
/// MDC95), in the unit of the points: 1.96 · √2 · SEM, with the standard error of measurement from the median of the
/// 90 % intervals. Returns `None` for no points.
pub fn detectable(points: impl Iterator<Item = TrendPoint>) -> Option<f32> {
    let standard_error = median(points.map(|point| point.half_width_90))? / Z_90;
    Some(Z_95 * std::f32::consts::SQRT_2 * standard_error)
}

/// From when on a change counts between the last two of these points, oldest first; `None` for fewer than two.
pub fn detectable_since_last(points: &[TrendPoint]) -> Option<f32> {
    let [.., before, now] = points else { return None };
    Some(now.detectable_since(before))
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::coach::Repetition;
    use crate::geometry::{Bend, HalfWidth90};
    use crate::units::degrees;

    fn kept(hip: f32, lumbar: f32, half_width_90: f32, verdict: Option<Verdict>) -> StoredRepetition {
        let [hip_flexion, lumbar_flexion] = [hip, lumbar].map(Angle::degrees);
        let bend = Bend { hip_flexion, lumbar_flexion, ..Bend::default() };
        let half_width_90 =
            HalfWidth90 { hip_flexion: Angle::degrees(half_width_90), lumbar_flexion: Angle::degrees(half_width_90) };
        let repetition = Repetition { bend, half_width_90, verdict, ..Repetition::default() };
        let reach = verdict.map(|_| Reach { angle: hip_flexion, half_width_90: degrees(7.0), limited: lumbar > 12.0 });
        StoredRepetition { number: 0, set: Some(0), repetition, reach }
    }

    fn point(value: f32, at_least: bool) -> TrendPoint {
        TrendPoint { value, half_width_90: 7.0, at_least }
    }

    #[test]
    fn a_session_is_the_medians_of_the_repetitions_that_could_be_judged() {
        let (hips, back) = (Some(Verdict::Hips), Some(Verdict::Back));
        let set = [kept(60.0, 6.0, 5.0, hips), kept(50.0, 30.0, 7.0, back), kept(70.0, 7.0, 9.0, hips)];
        let mut set = set.to_vec();
        set.push(kept(10.0, 4.0, 40.0, None));
        let began = "2026-11-22T09:00:00+01:00[+01:00]".parse().unwrap();
        let past = Past::of("a", &began, &set);
        assert_eq!((past.repetitions, past.judged, past.from_hips), (4, 3, 2));
        let rounded = |quantity| past.point(quantity).map(|point| (point.value.round(), point.half_width_90.round()));
        assert_eq!(rounded(TrendQuantity::Depth), Some((60.0, 7.0)));
        assert_eq!(rounded(TrendQuantity::Share).unwrap().0, 9.0);
        assert_eq!(rounded(TrendQuantity::Reach), Some((60.0, 7.0)));
        assert!(past.point(TrendQuantity::Reach).unwrap().at_least);
        let nothing = Past::of("a", &began, &set[3..]);
        assert!(TrendQuantity::ALL.iter().all(|quantity| nothing.point(*quantity).is_none()));
    }

    #[test]
    fn the_interval_of_the_share_holds_what_opposite_errors_do() {
        let share = |hip, lumbar| TrendPoint::share(&kept(hip, lumbar, 0.0, None)).unwrap().value;
        let told = TrendPoint::share(&kept(50.0, 20.0, 6.0, None)).unwrap();
        for (hip, lumbar) in [(44.0, 26.0), (56.0, 14.0)] {
            let off = (share(hip, lumbar) - told.value).abs();
            assert!((off - told.half_width_90).abs() < 0.01, "{off} against {told:?}");
        }
        for (hip, lumbar) in [(44.0, 14.0), (56.0, 26.0)] {
            assert!((share(hip, lumbar) - told.value).abs() < told.half_width_90);
        }
        assert_eq!(TrendPoint::share(&kept(5.0, 3.0, 1.0, None)), None, "too small a bend");
    }

    #[test]
    fn the_detectable_change_is_that_of_the_formula() {
        let points = [5.0, 7.0, 20.0].map(|half_width_90| TrendPoint { half_width_90, ..TrendPoint::default() });
        // An SEM of 7 / 1.645 = 4.26 makes 11.8.
        assert!((detectable(points.into_iter()).unwrap() - 11.8).abs() < 0.05);
        assert_eq!(detectable(std::iter::empty()), None);
    }

    #[test]
    fn the_trend_tells_the_same_since_last_time_as_the_close_of_a_session() {
        use mobility::Comparison;
        let reach = |angle: f32, error: f32, limited| Reach {
            angle: Angle::degrees(angle),
            half_width_90: Angle::degrees(error),
            limited,
        };
        let cases = [((2.0, 14.0), true), ((7.0, 7.0), true), ((10.0, 3.0), true), ((5.0, 6.0), false)];
        let mut changes = 0;
        for by in -30_i8..=30 {
            for (errors, limited) in cases {
                let (now, before) = (reach(60.0 + f32::from(by), errors.0, limited), reach(60.0, errors.1, limited));
                let told = TrendPoint::from(now).since(&before.into());
                let closed = match mobility::compare_sessions(&now, &before) {
                    Comparison::More(_) => TrendChange::More,
                    Comparison::Less(_) => TrendChange::Less,
                    Comparison::Alike => TrendChange::Within,
                    Comparison::Open => TrendChange::Open,
                };
                assert_eq!(told, closed, "{by}° with {errors:?}");
                changes += usize::from(told == TrendChange::More);
            }
        }
        assert!(changes > 30, "{changes}");
        let points = [0.5, 14.0, 2.0].map(|half_width_90| TrendPoint { half_width_90, ..TrendPoint::default() });
        // 1.96 / 1.645 · √(14² + 2²): of the last two alone.
        assert!((detectable_since_last(&points).unwrap() - 16.85).abs() < 0.02);
        assert_eq!(detectable_since_last(&points[..1]), None);
    }

    #[test]
    fn a_change_is_told_only_beyond_the_error_and_never_where_it_may_be_none() {
        let change = |now, before| point(now, false).against(&point(before, false), 12.0);
        assert_eq!(
            [change(60.0, 50.0), change(63.0, 50.0), change(50.0, 63.0)],
            [TrendChange::Within, TrendChange::More, TrendChange::Less]
        );
        assert_eq!(point(63.0, false).against(&point(50.0, true), 12.0), TrendChange::Open);
        assert_eq!(point(63.0, true).against(&point(50.0, false), 12.0), TrendChange::More);
        assert_eq!(point(50.0, true).against(&point(63.0, false), 12.0), TrendChange::Open);
        for (now, before, is_bound) in [((63.0, true), (50.0, false), true), ((50.0, false), (63.0, true), true)] {
            assert_eq!(point(now.0, now.1).changed_at_least(&point(before.0, before.1)), is_bound);
            assert!(!point(now.0, false).changed_at_least(&point(before.0, false)));
        }
    }
}
