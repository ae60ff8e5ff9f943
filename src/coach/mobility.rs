//! The hip mobility screen: how far do the hips go before the low back joins in, with straight knees and with soft ones,
//! seen from either side.
//!
//! Pure. A bend becomes a [`Trial`], the trials a [`Mobility`], and that the [`MobilityFinding`]s that are told. "Could not tell"
//! is a result like any other. Every formula with its assumptions: `METHOD.md`, "Hip mobility".

use std::ops::RangeInclusive;

use euclid::Angle;

use crate::spine::Facing;
use crate::statistics::{Z_90, Z_95};
use crate::units::degrees;

use super::form::{Form, Reach};

/// Bends that make a result: the middle one of three does not mind one that went wrong.
pub const BENDS: usize = 3;

/// What people without short hamstrings bend in the hips: a full forward bend is 69.4° from the hips (Esola 1996), a toe
/// touch with straight knees 72 ± 4°, with short hamstrings 52 ± 9° (Clin Biomech 7:38, 1992).
pub const FULL: Angle<f32> = degrees(70.0);

/// Who is known less well than this cannot be told from the other of those two groups.
const USELESS: Angle<f32> = degrees(20.0);

/// The median of three values drawn alike from a normal distribution lies, nine times of ten, within this part of their
/// range of the truth: 600,000 drawn sets. [own]
const SPREAD: f32 = 0.93;

/// The side of the body that is turned to the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The right.
    Right,
    /// The left.
    Left,
}

impl Side {
    /// Both, in the order in which they are told.
    pub const ALL: [Self; 2] = [Self::Right, Self::Left];
}

impl From<Facing> for Side {
    /// Whoever faces the right edge of the picture turns the right side to the camera.
    fn from(facing: Facing) -> Self {
        match facing {
            Facing::Right => Self::Right,
            Facing::Left => Self::Left,
        }
    }
}

/// What the knees are asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Knees {
    /// Stay straight.
    Straight,
    /// Bend clearly.
    Soft,
}

/// What a bend of the screen has to be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What the knees do.
    pub knees: Knees,
    /// Knee flexion at the bottom, as change from standing.
    pub flexion: RangeInclusive<Angle<f32>>,
    /// Whether it is done with the other side to the camera than the first bends.
    pub turned: bool,
}

/// Why a bend does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// The reach is not known well enough, or from which side it was seen.
    CouldNotTell,
    /// The knees bent more than was asked.
    KneesBent(Knees),
    /// The knees hardly bent.
    KneesStraight,
}

impl Asked {
    /// Why this bend does not count; `None` if it does.
    pub fn miss(&self, form: &Form) -> Option<Miss> {
        let knee = form.repetition.bend.knee_flexion;
        if knee > *self.flexion.end() {
            Some(Miss::KneesBent(self.knees))
        } else if knee < *self.flexion.start() && self.knees == Knees::Soft {
            Some(Miss::KneesStraight)
        } else if form.facing.is_none() || form.reach.half_width_90 > USELESS {
            Some(Miss::CouldNotTell)
        } else {
            None
        }
    }

    /// The bend as a part of the screen.
    pub fn trial(&self, form: &Form) -> Option<Trial> {
        let side = form.facing?.into();
        Some(Trial { side, knees: self.knees, reach: self.miss(form).is_none().then_some(form.reach) })
    }
}

/// One bend of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// From which side it was seen.
    pub side: Side,
    /// What the knees were asked to do.
    pub knees: Knees,
    /// How far the hips went; `None` if the bend does not count.
    pub reach: Option<Reach>,
}

/// What the bends with the same knees and from the same side came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tested {
    /// How many were done, those that do not count among them.
    pub bends: usize,
    /// What they came to; `None` if fewer than [`BENDS`] count.
    pub reach: Option<Reach>,
}

/// What was seen from one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Legs {
    /// With straight knees.
    pub straight: Tested,
    /// With soft knees.
    pub soft: Tested,
}

impl Legs {
    /// With these knees.
    pub fn with(&self, knees: Knees) -> &Tested {
        match knees {
            Knees::Straight => &self.straight,
            Knees::Soft => &self.soft,
        }
    }

    /// Whether anything was tried.
    pub fn tried(&self) -> bool {
        self.straight.bends + self.soft.bends > 0
    }

    /// What soft knees change against straight ones; `None` where either is not known.
    pub fn soft_against_straight(&self) -> Option<Comparison> {
        Some(compare(&self.soft.reach?, &self.straight.reach?))
    }
}

/// The whole screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mobility {
    /// Seen with the right side to the camera.
    pub right: Legs,
    /// With the left.
    pub left: Legs,
}

impl Mobility {
    /// What these bends, oldest first, came to. Of more than [`BENDS`] alike that count, the newest are taken.
    pub fn of(trials: &[Trial]) -> Self {
        let tested = |side, knees| {
            let alike = || trials.iter().filter(move |trial| trial.side == side && trial.knees == knees);
            let newest: Vec<Reach> = alike().rev().filter_map(|trial| trial.reach).take(BENDS).collect();
            Tested { bends: alike().count(), reach: <[Reach; BENDS]>::try_from(newest).ok().map(middle) }
        };
        let legs = |side| Legs { straight: tested(side, Knees::Straight), soft: tested(side, Knees::Soft) };
        Self { right: legs(Side::Right), left: legs(Side::Left) }
    }

    /// What was seen from this side.
    pub fn side(&self, side: Side) -> &Legs {
        match side {
            Side::Right => &self.right,
            Side::Left => &self.left,
        }
    }

    /// The sides that were tried.
    pub fn tried(&self) -> impl Iterator<Item = (Side, &Legs)> {
        Side::ALL.into_iter().map(|side| (side, self.side(side))).filter(|(_, legs)| legs.tried())
    }

    /// What is to be told, in this order.
    pub fn findings(&self) -> Vec<MobilityFinding> {
        let mut findings = Vec::new();
        for (side, legs) in self.tried() {
            for knees in [Knees::Straight, Knees::Soft] {
                findings.push(MobilityFinding::Reach { side, knees, reach: legs.with(knees).reach });
            }
            findings.extend(legs.soft_against_straight().map(|change| MobilityFinding::SoftKnees { side, change }));
        }
        let changes: Vec<_> = self.tried().filter_map(|(_, legs)| legs.soft_against_straight()).collect();
        // Both hips bend together: what is seen from one side only has another reason.
        if !changes.is_empty() && changes.iter().all(|change| matches!(change, Comparison::More(_))) {
            findings.push(MobilityFinding::Hamstrings);
        }
        findings.extend(self.sides());
        findings
    }

    /// What has changed since an earlier screen by more than the error: the smallest change that is one 19 times of 20, as
    /// wherever sessions are compared.
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
        let told =
            compared.into_iter().filter(|(.., change)| matches!(change, Comparison::More(_) | Comparison::Less(_)));
        told.map(|(side, knees, change)| MobilityFinding::Since { side, knees, change }).collect()
    }

    /// Where both sides differ by more than the error.
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

/// The median of three bends, and how sure it is: what all three share (their own interval) and what they do not (their
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

/// How much one reach is above another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// By so much; positive.
    pub angle: Angle<f32>,
    /// Half the width of its 90 % interval; less than `angle`.
    pub half_width_90: Angle<f32>,
    /// Whether it may be more, for in the larger one the low back did not join in.
    pub at_least: bool,
}

/// One reach against another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// It is larger.
    More(Difference),
    /// It is smaller.
    Less(Difference),
    /// They do not differ by more than the error.
    Alike,
    /// It cannot be told: in the smaller one the low back had not joined in, so it may be no smaller.
    Open,
}

/// Compares one reach with another. Their errors are taken for independent of each other: what both share would cancel,
/// so the interval is rather too wide.
pub fn compare(one: &Reach, other: &Reach) -> Comparison {
    compare_beyond(one, other, 1.0)
}

/// The same of two sessions: a change counts from the minimal detectable change on, MDC95 = 1.96 · √(SEM₁² + SEM₂²), the
/// standard errors of measurement from the 90 % intervals.
pub fn compare_sessions(now: &Reach, before: &Reach) -> Comparison {
    compare_beyond(now, before, Z_95 / Z_90)
}

/// They differ if they do so by more than the 90 % interval of their difference, times `beyond`.
fn compare_beyond(one: &Reach, other: &Reach, beyond: f32) -> Comparison {
    let half_width_90 = Angle::radians(one.half_width_90.radians.hypot(other.half_width_90.radians));
    let above = one.angle - other.angle;
    if above.radians.abs() <= half_width_90.radians * beyond {
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

/// One thing to tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MobilityFinding {
    /// How far the hips go; `None` if it could not be told.
    Reach {
        /// Seen from this side.
        side: Side,
        /// With these knees.
        knees: Knees,
        /// So far.
        reach: Option<Reach>,
    },
    /// What soft knees change.
    SoftKnees {
        /// Seen from this side.
        side: Side,
        /// Soft against straight knees.
        change: Comparison,
    },
    /// More room with soft knees points to the muscles behind the thigh: they cross the knee too, and soft knees
    /// slacken them.
    Hamstrings,
    /// More or less than in the screen before this one, beyond the error.
    Since {
        /// Seen from this side.
        side: Side,
        /// With these knees.
        knees: Knees,
        /// Today's against that.
        change: Comparison,
    },
    /// Nothing that is known from both has changed by more than the error since the screen before this one.
    Unchanged,
    /// Both sides differ by more than the error.
    Sides {
        /// With these knees.
        knees: Knees,
        /// The side with more.
        more: Side,
        /// By so much.
        difference: Difference,
    },
}

#[cfg(test)]
#[path = "mobility_tests.rs"]
mod tests;
