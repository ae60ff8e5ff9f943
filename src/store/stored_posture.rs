//! A stored standing posture, and the segments of any posture in file order.

use euclid::Angle;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::stored_field::{self, StoredField, StoredFields, field};
use crate::geometry::Segments;
use crate::source::Timestamp;

/// A stored standing posture, the baseline of every angle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StoredPosture {
    /// The time from which it is used.
    pub from: Timestamp,
    /// The inclination of each segment.
    pub segments: Segments,
}

/// Number of segments in a posture.
pub(crate) const SEGMENTS: usize = 5;

/// One segment of a posture.
#[derive(Debug)]
pub(crate) struct StoredSegment<'p> {
    /// Its name where postures are stored.
    pub name: &'static str,
    /// Its name in exports in degrees.
    pub exported: &'static str,
    /// Its inclination.
    pub angle: &'p mut Angle<f32>,
}

/// The segments of a posture, in the order of every file.
pub(crate) fn segments(posture: &mut Segments) -> [StoredSegment<'_>; SEGMENTS] {
    let Segments { pelvis, upper_lumbar, thigh, trunk, knee } = posture;
    [
        StoredSegment { name: "pelvis", exported: "pelvis_deg", angle: pelvis },
        StoredSegment { name: "upper_lumbar", exported: "upper_lumbar_deg", angle: upper_lumbar },
        StoredSegment { name: "thigh", exported: "thigh_deg", angle: thigh },
        StoredSegment { name: "trunk", exported: "trunk_deg", angle: trunk },
        StoredSegment { name: "knee", exported: "knee_deg", angle: knee },
    ]
}

impl StoredFields for StoredPosture {
    fn fields(&mut self) -> Vec<StoredField<'_>> {
        let from = field("time_ns", &mut self.from).exported("from_s");
        let segments = segments(&mut self.segments).into_iter();
        let segments = segments.map(|StoredSegment { name, exported, angle }| field(name, angle).exported(exported));
        [from].into_iter().chain(segments).collect()
    }
}

impl Serialize for StoredPosture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        stored_field::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for StoredPosture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        stored_field::deserialize(deserializer)
    }
}
