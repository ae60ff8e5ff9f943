//! The words allowed in a drill file and their meaning.

use std::ops::RangeInclusive;

use euclid::Angle;

use crate::coach::feedback::Schedule;
use crate::units::degrees;

/// An enumerated choice in a file.
pub trait Word: Copy + PartialEq + Sized + 'static {
    /// All choices with their words.
    const WORDS: &'static [(Self, &'static str)];

    /// Returns the word for this choice.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(choice, _)| *choice == self).map_or("", |(_, word)| word)
    }

    /// Parses a word.
    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(choice, _)| *choice)
    }
}

/// Whether a drill is done once or once per side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Both sides of the body at the same time.
    Both,
    /// Each set first with the near leg, then with the other; the person keeps facing the same way.
    ChangeLeg,
    /// Each set first facing one way, then turned round.
    TurnRound,
}

impl Sides {
    /// Returns how many times each set is done.
    pub fn count(self) -> u32 {
        match self {
            Self::Both => 1,
            Self::ChangeLeg | Self::TurnRound => 2,
        }
    }
}

impl Word for Sides {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Both, "both"), (Self::ChangeLeg, "change_leg"), (Self::TurnRound, "turn_round")];
}

/// The posture of a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// On both feet, side by side.
    Standing,
    /// On both feet, one in front of the other.
    SplitStance,
    /// On one knee and the other foot.
    HalfKneeling,
    /// On both knees.
    Kneeling,
    /// On hands and knees.
    AllFours,
    /// On the buttocks.
    Sitting,
    /// On the back.
    Lying,
}

impl Position {
    /// Whether the person stands, so that a bend can be measured. The camera rejects all other postures as
    /// `State::NotStanding`.
    pub fn stands(self) -> bool {
        matches!(self, Self::Standing | Self::SplitStance)
    }
}

impl Word for Position {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Standing, "standing"),
        (Self::SplitStance, "split_stance"),
        (Self::HalfKneeling, "half_kneeling"),
        (Self::Kneeling, "kneeling"),
        (Self::AllFours, "all_fours"),
        (Self::Sitting, "sitting"),
        (Self::Lying, "lying"),
    ];
}

/// The postures that can be recognised from the landmarks: `crate::coach::posture`.
///
/// Sitting and lying are not among them: there limbs hide each other or point at the camera, so they are assumed not to
/// be recognisable. This was not tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// On one knee, side-on, the thigh of the other leg level.
    HalfKneeling,
    /// On hands and knees, side-on.
    AllFours,
}

impl Check {
    /// Returns the position of a drill with this posture.
    pub fn position(self) -> Position {
        match self {
            Self::HalfKneeling => Position::HalfKneeling,
            Self::AllFours => Position::AllFours,
        }
    }
}

impl Word for Check {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::HalfKneeling, "half_kneeling"), (Self::AllFours, "all_fours")];
}

/// The arm position: arms may hide the outline of the back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arms {
    /// Crossed on the chest.
    Crossed,
    /// Hanging down.
    Hanging,
    /// Hands on the hips, elbows out.
    HandsOnHips,
    /// Reaching forward.
    Forward,
    /// Hands behind the head.
    BehindHead,
    /// A bar or a broomstick in both hands, in front of the body.
    Bar,
    /// A stick along the back: one hand behind the neck, one behind the low back.
    Dowel,
    /// A box in both hands.
    Box,
    /// On the floor, or otherwise bearing weight.
    Supporting,
}

/// Arm positions whose mean error exceeds that of crossed arms by this much or more cost accuracy: in tenths of a
/// degree, the precision of the means. [own]
const COST: f32 = 10.0;

impl Arms {
    /// Returns the mean error of lumbar flexion in degrees with this arm position; `None` if it was not measured.
    ///
    /// Source: `models/train/table.md`, rows "arms": 12,591 bent views of 140 generated people not seen in training,
    /// half of them in postures where nothing can be guessed from the rest of the body. Single frames, so it is more
    /// than the smoothed program reaches in a natural bend (`METHOD.md`, "Errors").
    pub fn accuracy(self) -> Option<Angle<f32>> {
        let mean = match self {
            Self::Crossed => 6.2,
            Self::Hanging => 6.5,
            Self::HandsOnHips => 7.2,
            Self::Forward => 6.4,
            Self::BehindHead => 6.1,
            Self::Bar => 7.1,
            Self::Dowel => 7.8,
            Self::Box | Self::Supporting => return None,
        };
        Some(degrees(mean))
    }

    /// Whether this arm position makes the measurement clearly worse than crossed arms do.
    pub fn cost_accuracy(self) -> bool {
        let excess = |own: Angle<f32>| Some(own - Self::Crossed.accuracy()?);
        self.accuracy().and_then(excess).is_some_and(|excess| (excess.to_degrees() * 10.0).round() >= COST)
    }
}

impl Word for Arms {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Crossed, "crossed"),
        (Self::Hanging, "hanging"),
        (Self::HandsOnHips, "hands_on_hips"),
        (Self::Forward, "forward"),
        (Self::BehindHead, "behind_head"),
        (Self::Bar, "bar"),
        (Self::Dowel, "dowel"),
        (Self::Box, "box"),
        (Self::Supporting, "supporting"),
    ];
}

/// What the knees should do in a bend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KneeSetting {
    /// As straight as in standing.
    Straight,
    /// A little bent.
    Soft,
    /// Clearly bent, as for lifting something from the floor.
    Bent,
}

impl KneeSetting {
    /// Returns the knee flexion that counts as this setting, in degrees, as change from standing.
    ///
    /// In good mornings the knee bends by 5.3 ± 6.7° (Schellenberg 2013), which is one standard deviation up to 12°:
    /// straight is up to there. The other limits are ours [own]: soft knees end where the shank would begin to lean
    /// like in a squat. The error of measured knees is 4.6° (`METHOD.md`, "Definitions").
    pub fn flexion_deg(self) -> RangeInclusive<f32> {
        match self {
            Self::Straight => -10.0..=12.0,
            Self::Soft => 0.0..=35.0,
            Self::Bent => 20.0..=100.0,
        }
    }
}

impl Word for KneeSetting {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Straight, "straight"), (Self::Soft, "soft"), (Self::Bent, "bent")];
}

/// A cue for a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CueName {
    /// "Push your hips back".
    PushHipsBack,
    /// "Your back joined in at 40°".
    BackJoinedIn,
    /// "Soften your knees".
    SoftenKnees,
    /// "That one came from the hips".
    FromTheHips,
    /// "Your knees are travelling forward: that is a squat".
    Squat,
    /// "Look at the floor, not at me".
    LookDown,
    /// "Slower on the way down".
    Slower,
    /// "A little deeper".
    Deeper,
    /// "I could not tell where that one came from".
    CouldNotTell,
}

impl Word for CueName {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::PushHipsBack, "push_hips_back"),
        (Self::BackJoinedIn, "back_joined_in"),
        (Self::SoftenKnees, "soften_knees"),
        (Self::FromTheHips, "from_the_hips"),
        (Self::Squat, "squat"),
        (Self::LookDown, "look_down"),
        (Self::Slower, "slower"),
        (Self::Deeper, "deeper"),
        (Self::CouldNotTell, "could_not_tell"),
    ];
}

impl Word for Schedule {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Every, "every"),
        (Self::EverySecond, "every-second"),
        (Self::EndOfSet, "end-of-set"),
        (Self::Bandwidth, "bandwidth"),
        (Self::OnRequest, "on-request"),
        (Self::Fading, "fading"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_are_told_apart<W: Word + std::fmt::Debug>() {
        for (choice, word) in W::WORDS {
            assert_eq!(W::from_word(word), Some(*choice));
            assert_eq!(choice.word(), *word);
        }
    }

    #[test]
    fn every_word_stands_for_one_choice() {
        words_are_told_apart::<Sides>();
        words_are_told_apart::<Position>();
        words_are_told_apart::<Check>();
        words_are_told_apart::<Arms>();
        words_are_told_apart::<KneeSetting>();
        words_are_told_apart::<CueName>();
        words_are_told_apart::<Schedule>();
    }

    #[test]
    fn accuracy_is_that_of_the_estimators_table() {
        let table = include_str!("../../../models/train/table.md");
        let rows = [
            (Arms::Crossed, "cross"),
            (Arms::Hanging, "hang"),
            (Arms::HandsOnHips, "hips"),
            (Arms::Forward, "forward"),
            (Arms::BehindHead, "head"),
            (Arms::Bar, "bar"),
            (Arms::Dowel, "stick"),
        ];
        for (arms, name) in rows {
            let row = table.lines().find(|line| line.starts_with(&format!("| arms: {name} |"))).unwrap();
            let measured: f32 = row.split('|').nth(3).unwrap().trim().parse().unwrap();
            let stated = arms.accuracy().unwrap().to_degrees();
            assert!((stated - measured).abs() < 0.01, "{arms:?}: {stated}° stated, {measured}° measured");
        }
    }

    #[test]
    fn a_stick_along_the_back_costs_accuracy_and_crossed_arms_do_not() {
        assert!(Arms::Dowel.cost_accuracy());
        assert!(!Arms::Crossed.cost_accuracy() && !Arms::Box.cost_accuracy());
    }
}
