//! The hip mobility screen: how far the hips go before the low back joins in, with straight knees and with soft ones,
//! seen from either side.
//!
//! Pure. A bend becomes a [`Trial`], the trials a [`Mobility`], and that becomes the [`MobilityFinding`]s to report.
//! "Could not tell" is a result like any other. Every formula with its assumptions: `METHOD.md`, "Hip mobility".

use std::ops::RangeInclusive;

use euclid::Angle;

use crate::spine::Facing;
use crate::statistics::{Z_90, Z_95};
use crate::units::degrees;

use super::form::{Form, Reach};

/// The number of bends for a result: the median of three tolerates one that went wrong.
pub const BENDS: usize = 3;

/// Hip flexion of people without short hamstrings: a full forward bend is 69.4° from the hips (Esola 1996), a toe touch
/// with straight knees 72 ± 4°, with short hamstrings 52 ± 9° (Clin Biomech 7:38, 1992).
pub const FULL: Angle<f32> = degrees(70.0);

/// The median of three independent values from a normal distribution is, nine times out of ten, within this share of
/// their range of the true value: 600,000 simulated sets. [own]
const SPREAD: f32 = 0.93;

/// The side of the body that faces the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The right.
    Right,
    /// The left.
    Left,
}

impl Side {
    /// Both, in reporting order.
    pub const ALL: [Self; 2] = [Self::Right, Self::Left];

    /// The opposite side.
    pub fn other(self) -> Self {
        match self {
            Self::Right => Self::Left,
            Self::Left => Self::Right,
        }
    }
}

impl From<Facing> for Side {
    /// A person who faces the right edge of the picture shows the right side.
    fn from(facing: Facing) -> Self {
        match facing {
            Facing::Right => Self::Right,
            Facing::Left => Self::Left,
        }
    }
}

/// What the knees should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Knees {
    /// Stay straight.
    Straight,
    /// Bend clearly.
    Soft,
}

/// What a bend of the screen should be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What the knees do.
    pub knees: Knees,
    /// Knee flexion at the bottom, as change from standing.
    pub flexion: RangeInclusive<Angle<f32>>,
    /// Whether the opposite side faces the camera, compared with the first bends.
    pub turned: bool,
}

/// Why a bend does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// The reach, or the side it was seen from, is not known well enough.
    CouldNotTell,
    /// The knees bent more than was asked.
    KneesBent(Knees),
    /// The knees hardly bent.
    KneesStraight,
}

impl Asked {
    /// Returns why this bend does not count; `None` if it does.
    pub fn miss(&self, form: &Form) -> Option<Miss> {
        let knee = form.repetition.bend.knee_flexion;
        if knee > *self.flexion.end() {
            Some(Miss::KneesBent(self.knees))
        } else if form.repetition.bottom_hidden {
            Some(Miss::CouldNotTell) // knees that had not bent by then may have done so in it
        } else if knee < *self.flexion.start() && self.knees == Knees::Soft {
            Some(Miss::KneesStraight)
        } else if form.facing.is_none() || !form.reach.is_told() {
            Some(Miss::CouldNotTell)
        } else {
            None
        }
    }

    /// Returns the bend as a trial of the screen.
    pub fn trial(&self, form: &Form) -> Option<Trial> {
        let side = form.facing?.into();
        Some(Trial { side, knees: self.knees, reach: self.miss(form).is_none().then_some(form.reach) })
    }
}

/// One bend of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// The side it was seen from.
    pub side: Side,
    /// What the knees were asked to do.
    pub knees: Knees,
    /// How far the hips moved; `None` if the bend does not count.
    pub reach: Option<Reach>,
}

/// The result of the bends with the same knees and from the same side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tested {
    /// How many were done, including those that do not count.
    pub bends: usize,
    /// Their reach; `None` if fewer than [`BENDS`] count, or if they differ so much that it [cannot be told](Reach::is_told).
    pub reach: Option<Reach>,
}

/// The results seen from one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Legs {
    /// With straight knees.
    pub straight: Tested,
    /// With soft knees.
    pub soft: Tested,
}

impl Legs {
    /// Returns the result with these knees.
    pub fn with(&self, knees: Knees) -> &Tested {
        match knees {
            Knees::Straight => &self.straight,
            Knees::Soft => &self.soft,
        }
    }

    /// Whether any bend was tried.
    pub fn tried(&self) -> bool {
        self.straight.bends + self.soft.bends > 0
    }

    /// Compares soft knees with straight ones; `None` if either is unknown.
    pub fn soft_against_straight(&self) -> Option<Comparison> {
        Some(compare(&self.soft.reach?, &self.straight.reach?))
    }
}

/// The whole screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mobility {
    /// Seen from the right side.
    pub right: Legs,
    /// Seen from the left side.
    pub left: Legs,
}

impl Mobility {
    /// Evaluates these bends, oldest first. If more than [`BENDS`] of a kind count, the newest are taken.
    pub fn of(trials: &[Trial]) -> Self {
        let tested = |side, knees| {
            let alike = || trials.iter().filter(move |trial| trial.side == side && trial.knees == knees);
            let newest: Vec<Reach> = alike().rev().filter_map(|trial| trial.reach).take(BENDS).collect();
            let reach = <[Reach; BENDS]>::try_from(newest).ok().map(middle).filter(Reach::is_told);
            Tested { bends: alike().count(), reach }
        };
        let legs = |side| Legs { straight: tested(side, Knees::Straight), soft: tested(side, Knees::Soft) };
        Self { right: legs(Side::Right), left: legs(Side::Left) }
    }

    /// Returns the results seen from this side.
    pub fn side(&self, side: Side) -> &Legs {
        match side {
            Side::Right => &self.right,
            Side::Left => &self.left,
        }
    }

    /// Returns the sides that were tried.
    pub fn tried(&self) -> impl Iterator<Item = (Side, &Legs)> {
        Side::ALL.into_iter().map(|side| (side, self.side(side))).filter(|(_, legs)| legs.tried())
    }

    /// Returns the findings in reporting order.
    pub fn findings(&self) -> Vec<MobilityFinding> {
        let mut findings = Vec::new();
        for (side, legs) in self.tried() {
            for knees in [Knees::Straight, Knees::Soft] {
                findings.push(MobilityFinding::Reach { side, knees, reach: legs.with(knees).reach });
            }
            findings.extend(legs.soft_against_straight().map(|change| MobilityFinding::SoftKnees { side, change }));
        }
        let changes: Vec<_> = self.tried().filter_map(|(_, legs)| legs.soft_against_straight()).collect();
        // Both hips bend together: a difference seen from one side only has another reason.
        if !changes.is_empty() && changes.iter().all(|change| matches!(change, Comparison::More(_))) {
            findings.push(MobilityFinding::Hamstrings);
        }
        findings.extend(self.sides());
        findings
    }

    /// Returns what has changed since an earlier screen by more than the error, the smallest change that is real 19
    /// times out of 20, as in every comparison of sessions.
    pub fn since(&self, before: &Self) -> Vec<MobilityFinding> {
        let compared = Side::ALL.into_iter().flat_map(|side| {
            [Knees::Straight, Knees::Soft].into_iter().filter_map(move |knees| {
                let reach = |screen: &Self| screen.side(side).with(knees).reach;
                Some((side, knees, compare_sessions(&reach(self)?, &reach(before)?)))
            })
        });
        let compared: Vec<_> = compared.collect();
        if !compared.is_empty() && compared.iter().all(|(.., change)| *change == Comparison::Alike) {
            return vec![MobilityFinding::Unchanged];
        }
        let changed =
            compared.into_iter().filter(|(.., change)| matches!(change, Comparison::More(_) | Comparison::Less(_)));
        changed.map(|(side, knees, change)| MobilityFinding::Since { side, knees, change }).collect()
    }

    /// Returns where both sides differ by more than the error.
    fn sides(&self) -> impl Iterator<Item = MobilityFinding> {
        [Knees::Straight, Knees::Soft].into_iter().filter_map(|knees| {
            let (right, left) = (self.right.with(knees).reach?, self.left.with(knees).reach?);
            let (more, difference) = match compare(&right, &left) {
                Comparison::More(difference) => (Side::Right, difference),
                Comparison::Less(difference) => (Side::Left, difference),
                Comparison::Alike | Comparison::Open => return None,
            };
            Some(MobilityFinding::Sides { knees, more, difference })
        })
    }
}

/// Returns the median of three bends with its uncertainty: the shared part (their own interval) and the rest (their
/// spread).
fn middle(mut bends: [Reach; BENDS]) -> Reach {
    bends.sort_by(|one, other| one.angle.radians.total_cmp(&other.angle.radians));
    let [low, middle, high] = bends;
    let mut half_widths = bends.map(|reach| reach.half_width_90.radians);
    half_widths.sort_by(f32::total_cmp);
    let spread = SPREAD * (high.angle - low.angle).radians;
    Reach {
        angle: middle.angle,
        half_width_90: Angle::radians(half_widths[1].hypot(spread)),
        // A bend that may have gone further only moves the median if it is not above it already.
        limited: low.limited && middle.limited,
    }
}

/// How much larger one reach is than another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The difference; positive.
    pub angle: Angle<f32>,
    /// Half width of its 90 % interval; less than `angle`.
    pub half_width_90: Angle<f32>,
    /// Whether it may be more, because the low back did not join in during the larger one.
    pub at_least: bool,
}

/// The result of comparing one reach with another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// It is larger.
    More(Difference),
    /// It is smaller.
    Less(Difference),
    /// They do not differ by more than the error.
    Alike,
    /// Undecided: the low back had not joined in during the smaller one, so it may not be smaller.
    Open,
}

/// Compares one reach with another. Their errors are assumed to be independent: shared errors would cancel, so the
/// interval is somewhat too wide.
pub fn compare(one: &Reach, other: &Reach) -> Comparison {
    compare_beyond(one, other, one.half_width_90.radians.hypot(other.half_width_90.radians))
}

/// As [`compare`] for two sessions: a change counts from the [detectable one](detectable_change) on.
pub fn compare_sessions(now: &Reach, before: &Reach) -> Comparison {
    compare_beyond(now, before, detectable_change(now.half_width_90.radians, before.half_width_90.radians))
}

/// The minimal detectable change from one session to the next, by the half widths of the 90 % intervals of both and in their unit:
/// MDC95 = 1.96 · √(SEM₁² + SEM₂²), with the standard errors of measurement from the intervals. It is the one rule of "since last
/// time", at the close of a session and in the trend.
pub fn detectable_change(now: f32, before: f32) -> f32 {
    now.hypot(before) * (Z_95 / Z_90)
}

/// Two reaches differ if their difference exceeds `least`, radians.
fn compare_beyond(one: &Reach, other: &Reach, least: f32) -> Comparison {
    let half_width_90 = Angle::radians(one.half_width_90.radians.hypot(other.half_width_90.radians));
    let above = one.angle - other.angle;
    if above.radians.abs() <= least {
        return Comparison::Alike;
    }
    let (larger, smaller) = if above.radians > 0.0 { (one, other) } else { (other, one) };
    let angle = larger.angle - smaller.angle;
    match () {
        () if !smaller.limited => Comparison::Open,
        () if above.radians > 0.0 => Comparison::More(Difference { angle, half_width_90, at_least: !larger.limited }),
        () => Comparison::Less(Difference { angle, half_width_90, at_least: !larger.limited }),
    }
}

/// One finding to report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MobilityFinding {
    /// How far the hips go; `None` if that could not be measured.
    Reach {
        /// Seen from this side.
        side: Side,
        /// With these knees.
        knees: Knees,
        /// The measured reach.
        reach: Option<Reach>,
    },
    /// What soft knees change.
    SoftKnees {
        /// Seen from this side.
        side: Side,
        /// Soft compared with straight knees.
        change: Comparison,
    },
    /// More range with soft knees points to the muscles behind the thigh: they also cross the knee, and soft knees
    /// slacken them.
    Hamstrings,
    /// More or less than in the previous screen, beyond the error.
    Since {
        /// Seen from this side.
        side: Side,
        /// With these knees.
        knees: Knees,
        /// Today's result compared with that one.
        change: Comparison,
    },
    /// Nothing known from both screens has changed by more than the error since the previous one.
    Unchanged,
    /// Both sides differ by more than the error.
    Sides {
        /// With these knees.
        knees: Knees,
        /// The side with more.
        more: Side,
        /// The difference.
        difference: Difference,
    },
}

#[cfg(test)]
#[path = "mobility_tests.rs"]
mod tests;
