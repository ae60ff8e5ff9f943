//! Numeric codes of enums in a block of samples. They are stored on disk, so they never change and are independent of
//! the order of the variants.

use crate::coach::{Phase, Verdict};
use crate::geometry::State;
use crate::spine::Facing;

/// An enum that is stored as a number.
pub(super) trait Code: Sized {
    /// Returns the code.
    fn code(self) -> u8;

    /// Returns the value of a code, `None` if it has none.
    fn from_code(code: u8) -> Option<Self>;
}

impl Code for State {
    fn code(self) -> u8 {
        match self {
            Self::Nobody => 0,
            Self::Several => 1,
            Self::CutOff => 2,
            Self::Far => 3,
            Self::Turned => 4,
            Self::NotStanding => 5,
            Self::Hidden => 6,
            Self::Covered => 7,
            Self::Glare => 10,
            Self::LegsHidden => 11,
            Self::Calibrating => 8,
            Self::Measured => 9,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Nobody,
            1 => Self::Several,
            2 => Self::CutOff,
            3 => Self::Far,
            4 => Self::Turned,
            5 => Self::NotStanding,
            6 => Self::Hidden,
            7 => Self::Covered,
            10 => Self::Glare,
            11 => Self::LegsHidden,
            8 => Self::Calibrating,
            9 => Self::Measured,
            _ => return None,
        })
    }
}

impl Code for Phase {
    fn code(self) -> u8 {
        match self {
            Self::Top => 0,
            Self::Down => 1,
            Self::Bottom => 2,
            Self::Up => 3,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Top,
            1 => Self::Down,
            2 => Self::Bottom,
            3 => Self::Up,
            _ => return None,
        })
    }
}

/// A verdict, or none.
impl Code for Option<Verdict> {
    fn code(self) -> u8 {
        match self {
            None => 0,
            Some(Verdict::Hips) => 1,
            Some(Verdict::Mixed) => 2,
            Some(Verdict::Back) => 3,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => None,
            1 => Some(Verdict::Hips),
            2 => Some(Verdict::Mixed),
            3 => Some(Verdict::Back),
            _ => return None,
        })
    }
}

impl Code for Facing {
    fn code(self) -> u8 {
        match self {
            Self::Right => 0,
            Self::Left => 1,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Right,
            1 => Self::Left,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    /// Checks every value and its code, and that no other code has a value.
    fn check<T: Code + Copy + Debug + PartialEq>(all: &[(T, u8)]) {
        for (one, code) in all {
            assert_eq!((one.code(), T::from_code(*code)), (*code, Some(*one)));
        }
        for code in 0..=u8::MAX {
            assert_eq!(T::from_code(code).is_some(), all.iter().any(|(_, known)| *known == code), "{code}");
        }
    }

    #[test]
    fn the_numbers_are_those_that_are_on_disks() {
        check(&[
            (State::Nobody, 0),
            (State::Several, 1),
            (State::CutOff, 2),
            (State::Far, 3),
            (State::Turned, 4),
            (State::NotStanding, 5),
            (State::Hidden, 6),
            (State::Covered, 7),
            (State::Calibrating, 8),
            (State::Measured, 9),
            (State::Glare, 10),
            (State::LegsHidden, 11),
        ]);
        check(&[(Phase::Top, 0), (Phase::Down, 1), (Phase::Bottom, 2), (Phase::Up, 3)]);
        check(&[(None, 0), (Some(Verdict::Hips), 1), (Some(Verdict::Mixed), 2), (Some(Verdict::Back), 3)]);
        check(&[(Facing::Right, 0), (Facing::Left, 1)]);
    }
}
