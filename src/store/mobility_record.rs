//! The stored result of a mobility screen, also written to a JSON file for comparison with a later one.

use std::io::{self, Write};

use euclid::Angle;
use serde::{Deserialize, Serialize};

use crate::coach::form::Reach;
use crate::coach::mobility::{Legs, Mobility, Tested};

/// The plan of sessions that are a mobility screen.
pub const PLAN: &str = "mobility";

/// The format version of [`Record`]. Increment it when the meaning of a field changes.
pub const FORMAT: u32 = 1;

/// The result of a mobility screen. Angles in degrees, change from standing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The format version, [`FORMAT`] when it was written.
    pub format: u32,
    /// With the right side to the camera; `None` if it was not tried.
    pub right: Option<RecordedSides>,
    /// With the left side to the camera; `None` if it was not tried.
    pub left: Option<RecordedSides>,
}

/// The results of one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedSides {
    /// With straight knees.
    pub straight_knees: RecordedBends,
    /// With soft knees.
    pub soft_knees: RecordedBends,
}

/// The result of the bends with the same knees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedBends {
    /// The number of bends, including those that did not count.
    pub bends: usize,
    /// Hip flexion at which the low back joined in; `None` if unknown.
    pub hip_reach_deg: Option<f32>,
    /// Half width of its 90 % interval.
    pub hip_reach_interval_deg: Option<f32>,
    /// Whether the hips may go further because the low back did not join in.
    pub at_least: bool,
}

impl From<&Mobility> for Record {
    fn from(mobility: &Mobility) -> Self {
        let sides = |legs: &Legs| {
            legs.tried().then(|| RecordedSides {
                straight_knees: RecordedBends::from(&legs.straight),
                soft_knees: (&legs.soft).into(),
            })
        };
        Self { format: FORMAT, right: sides(&mobility.right), left: sides(&mobility.left) }
    }
}

impl From<&Record> for Mobility {
    fn from(record: &Record) -> Self {
        let legs = |sides: Option<RecordedSides>| {
            let known = |sides: RecordedSides| Legs {
                straight: (&sides.straight_knees).into(),
                soft: (&sides.soft_knees).into(),
            };
            sides.map(known).unwrap_or_default()
        };
        Self { right: legs(record.right), left: legs(record.left) }
    }
}

impl From<&Tested> for RecordedBends {
    fn from(tested: &Tested) -> Self {
        let hundredths = |angle: Angle<f32>| (angle.to_degrees() * 100.0).round() / 100.0;
        Self {
            bends: tested.bends,
            hip_reach_deg: tested.reach.map(|reach| hundredths(reach.angle)),
            hip_reach_interval_deg: tested.reach.map(|reach| hundredths(reach.half_width_90)),
            at_least: tested.reach.is_some_and(|reach| !reach.limited),
        }
    }
}

impl From<&RecordedBends> for Tested {
    fn from(kept: &RecordedBends) -> Self {
        let known = kept.hip_reach_deg.zip(kept.hip_reach_interval_deg);
        let reach = known.map(|(angle, half_width_90)| Reach {
            angle: Angle::degrees(angle),
            half_width_90: Angle::degrees(half_width_90),
            limited: !kept.at_least,
        });
        let reach = reach.filter(Reach::is_told); // of earlier versions, which told any
        Self { bends: kept.bends, reach }
    }
}

impl Record {
    /// Writes the record as JSON.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::mobility::{Comparison, compare};
    use crate::units::degrees;

    fn screened(soft: f32) -> Mobility {
        let reach = |angle, limited| Some(Reach { angle: degrees(angle), half_width_90: degrees(6.0), limited });
        let straight = Tested { bends: 4, reach: reach(40.0, true) };
        let legs = Legs { straight, soft: Tested { bends: 3, reach: reach(soft, false) } };
        Mobility { right: legs, left: Legs { straight: Tested { bends: 4, reach: None }, ..Legs::default() } }
    }

    #[test]
    fn what_is_kept_can_be_compared_with_a_later_one() {
        let mut file = Vec::new();
        Record::from(&screened(55.0)).write(&mut file).unwrap();
        let kept: Record = serde_json::from_slice(&file).unwrap();
        let before = Mobility::from(&kept);
        assert_eq!((kept.format, kept.left.unwrap().soft_knees.bends), (FORMAT, 0));
        assert_eq!((before.left, before.right.straight.bends), (screened(55.0).left, 4));
        let [then, now] = [before, screened(70.0)].map(|mobility| mobility.right.straight.reach.unwrap());
        assert_eq!(compare(&now, &then), Comparison::Alike);
        let [then, now] = [before, screened(70.0)].map(|mobility| mobility.right.soft.reach.unwrap());
        assert_eq!(compare(&now, &then), Comparison::Open, "then the back had not joined in");
    }

    #[test]
    fn the_keys_are_those_that_other_programs_read() {
        let value = serde_json::to_value(Record::from(&screened(55.0))).unwrap();
        let soft = &value["right"]["soft_knees"];
        assert_eq!((&soft["hip_reach_deg"], &soft["at_least"]), (&55.0.into(), &true.into()));
        assert_eq!(value["left"]["straight_knees"]["hip_reach_deg"], serde_json::Value::Null);
        assert_eq!(serde_json::to_value(Record::from(&Mobility::default())).unwrap()["left"], serde_json::Value::Null);
    }
}
