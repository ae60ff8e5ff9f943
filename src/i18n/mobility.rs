//! The words of the mobility screen.

use euclid::Angle;

use super::{fill, section};
use crate::coach::form::Reach;
use crate::coach::mobility::{Comparison, Difference, Knees, Miss, MobilityFinding, Side};

section! {
    /// The words of `bendwise mobility`.
    MobilityWords {
        name, down, far_enough, right, left, straight, soft, more, less, alike, unknown, turn_round, turn_or_stay, turn_or_leave, not_seen, keep_straight,
        bend_more, bend_less, goes_on_without, done, least, reach_straight, reach_soft, unknown_straight,
        unknown_soft, soft_more, soft_less, soft_alike, soft_open, hamstrings, sides_straight, sides_soft, nothing,
        no_diagnosis, no_diagnosis_shown, about, about_sides, straight_more_since, straight_less_since, soft_more_since, soft_less_since,
        unchanged,
    }
}

impl MobilityWords {
    /// The side facing the camera.
    pub fn side(&self, side: Side) -> &str {
        match side {
            Side::Right => &self.right,
            Side::Left => &self.left,
        }
    }

    /// The position of the knees.
    pub fn knees(&self, knees: Knees) -> &str {
        match knees {
            Knees::Straight => &self.straight,
            Knees::Soft => &self.soft,
        }
    }

    /// Why a bend does not count, as an instruction.
    pub fn missed(&self, miss: Miss) -> &str {
        match miss {
            Miss::CouldNotTell => &self.not_seen,
            Miss::KneesBent(Knees::Straight) => &self.keep_straight,
            Miss::KneesBent(Knees::Soft) => &self.bend_less,
            Miss::KneesStraight => &self.bend_more,
        }
    }

    /// A finding as it is shown and spoken.
    pub fn found(&self, finding: &MobilityFinding) -> String {
        match finding {
            MobilityFinding::Reach { side, knees, reach } => self.reach(*side, *knees, reach.as_ref()),
            MobilityFinding::SoftKnees { side, change } => self.soft_knees(*side, change),
            MobilityFinding::Hamstrings => self.hamstrings.clone(),
            MobilityFinding::Unchanged => self.unchanged.clone(),
            MobilityFinding::Since { side, knees, change } => self.since(*side, *knees, change),
            MobilityFinding::Sides { knees, more, difference } => {
                let template = if *knees == Knees::Straight { &self.sides_straight } else { &self.sides_soft };
                self.difference(template, *more, difference)
            }
        }
    }

    fn reach(&self, side: Side, knees: Knees, reach: Option<&Reach>) -> String {
        let template = match (reach, knees) {
            (None, Knees::Straight) => &self.unknown_straight,
            (None, Knees::Soft) => &self.unknown_soft,
            (Some(_), Knees::Straight) => &self.reach_straight,
            (Some(_), Knees::Soft) => &self.reach_soft,
        };
        let Reach { angle, half_width_90, limited } = reach.copied().unwrap_or_default();
        self.measured(template, side, (angle, half_width_90), !limited)
    }

    fn since(&self, side: Side, knees: Knees, change: &Comparison) -> String {
        let (template, difference) = match (change, knees) {
            (Comparison::More(difference), Knees::Straight) => (&self.straight_more_since, difference),
            (Comparison::More(difference), Knees::Soft) => (&self.soft_more_since, difference),
            (Comparison::Less(difference), Knees::Straight) => (&self.straight_less_since, difference),
            (Comparison::Less(difference), Knees::Soft) => (&self.soft_less_since, difference),
            (Comparison::Alike | Comparison::Open, _) => return self.unchanged.clone(),
        };
        self.difference(template, side, difference)
    }

    fn soft_knees(&self, side: Side, change: &Comparison) -> String {
        match change {
            Comparison::More(difference) => self.difference(&self.soft_more, side, difference),
            Comparison::Less(difference) => self.difference(&self.soft_less, side, difference),
            Comparison::Alike => fill(&self.soft_alike, &[("side", &self.side(side))]),
            Comparison::Open => fill(&self.soft_open, &[("side", &self.side(side))]),
        }
    }

    fn difference(&self, template: &str, side: Side, difference: &Difference) -> String {
        self.measured(template, side, (difference.angle, difference.half_width_90), difference.at_least)
    }

    fn measured(&self, template: &str, side: Side, (angle, error): (Angle<f32>, Angle<f32>), at_least: bool) -> String {
        let (degrees, error) = (angle.to_degrees().round(), rounded_up(error));
        let least = if at_least { &self.least } else { "" };
        fill(template, &[("side", &self.side(side)), ("least", &least), ("degrees", &degrees), ("error", &error)])
    }
}

/// An error in whole degrees, rounded up.
pub fn rounded_up(error: Angle<f32>) -> i32 {
    error.to_degrees().ceil() as i32
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::coach::guided::Line;
    use crate::i18n::{Language, Words};
    use crate::units::degrees;

    const REACH: Reach = Reach { angle: degrees(100.0), half_width_90: degrees(18.2), limited: true };
    pub const DIFFERENCE: Difference =
        Difference { angle: degrees(30.0), half_width_90: degrees(18.0), at_least: true };

    /// Every sentence of the screen, with the longest values that it can contain.
    pub fn lines() -> Vec<Line> {
        let misses =
            [Miss::CouldNotTell, Miss::KneesBent(Knees::Straight), Miss::KneesBent(Knees::Soft), Miss::KneesStraight];
        let changes = [Comparison::More(DIFFERENCE), Comparison::Less(DIFFERENCE), Comparison::Alike, Comparison::Open];
        let mut found = vec![MobilityFinding::Hamstrings, MobilityFinding::Unchanged];
        for side in Side::ALL {
            for knees in [Knees::Straight, Knees::Soft] {
                let reaches = [None, Some(REACH), Some(Reach { limited: false, ..REACH })];
                found.extend(reaches.map(|reach| MobilityFinding::Reach { side, knees, reach }));
                found.extend(changes[..2].iter().map(|change| MobilityFinding::Since { side, knees, change: *change }));
                found.push(MobilityFinding::Sides { knees, more: side, difference: DIFFERENCE });
            }
            found.extend(changes.map(|change| MobilityFinding::SoftKnees { side, change }));
        }
        let turning = [Line::TurnRound, Line::TurnOrStay, Line::TurnOrLeave];
        let fixed = [Line::GoesOnWithout, Line::ScreenDone, Line::FoundNothing, Line::NoDiagnosis];
        let found = found.into_iter().map(Line::Found);
        turning.into_iter().chain(fixed).chain(misses.map(Line::Missed)).chain(found).collect()
    }

    #[test]
    fn findings_are_in_plain_words_with_their_error() {
        let words = Words::read(Language::English).unwrap().mobility;
        let reach = Reach { angle: degrees(52.4), half_width_90: degrees(6.1), limited: true };
        let text = |reach| words.found(&MobilityFinding::Reach { side: Side::Right, knees: Knees::Straight, reach });
        assert_eq!(text(Some(reach)), "Right side, straight knees: 52° ± 7");
        assert_eq!(text(Some(Reach { limited: false, ..reach })), "Right side, straight knees: at least 52° ± 7");
        assert_eq!(text(None), "Right side, straight knees: I could not tell");
        let difference = Difference { angle: degrees(11.0), half_width_90: degrees(8.5), at_least: false };
        let change = |change| words.found(&MobilityFinding::SoftKnees { side: Side::Left, change });
        assert_eq!(change(Comparison::More(difference)), "Left side: soft knees give you 11° ± 9 more room");
        assert_eq!(change(Comparison::Alike), "Left side: soft knees make no sure difference");
    }

    #[test]
    fn no_finding_sounds_like_a_fault_or_an_illness() {
        let english = Words::read(Language::English).unwrap();
        for line in lines() {
            let text = english.line(line).unwrap().to_lowercase();
            for word in ["bad", "wrong", "danger", "injur", "poor", "weak", "tight", "short"] {
                assert!(!text.contains(word), "{text}");
            }
        }
    }
}
