//! What one camera side-on can tell of a person's build: lengths relative to the trunk, which depend on no distance.
//!
//! It is little. On people standing, the same person from another place, in other clothes, differs by as much as two people do
//! (`METHOD.md`, "Build"), so only gross differences are a reason to ask, and none is a reason to decide.

use euclid::Angle;

use crate::pose::{CameraPoint, Joint, Landmarks};
use crate::statistics::median;
use crate::units::degrees;

/// Number of ratios.
const RATIOS: usize = 3;

/// How much the logarithm of each ratio differs from one standing of a person to another: the inverse of its covariance, of 96
/// standings of 20 generated bodies. Source: measured, `METHOD.md`, "Build".
const PRECISION: [[f32; RATIOS]; RATIOS] = [[501.0, -479.0, 101.0], [-479.0, 720.0, -58.0], [101.0, -58.0, 180.0]];

/// Trunk and shank of somebody who stands lean no more than this, and the knee bends no more. [own]: sway and noise are about 3°.
const UPRIGHT: Angle<f32> = degrees(12.0);

/// A length shorter than this part of the trunk's is none of a person who stands side-on. [own]: the shortest of the ratios, ear
/// to shoulder, is 0.25 to 0.6.
const SHORTEST: f32 = 0.1;

/// So many measured frames of standing make a build: two thirds of a second of a slow camera. [own]
const FEWEST: usize = 10;

/// At most so many frames are looked at: half a minute or so in which every frame is measured. [own]
const ENOUGH: usize = 600;

/// A mean of fewer sessions says too little about a person to ask. Source: measured, `METHOD.md`, "Build".
const FEWEST_SESSIONS: u32 = 2;

/// A session misses the person it is said to be of, in standard deviations: by as much, if it fits another person better…
/// Source: our choice, `METHOD.md`, "Build".
const MISSES: f32 = 3.0;

/// …by as much…
const BETTER: f32 = 1.5;

/// …and by as much, if it fits nobody.
const FITS_NOBODY: f32 = 4.0;

/// A build: the natural logarithms of the lengths of the shank, the thigh, and from shoulder to ear, each relative to the trunk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Build(pub [f32; RATIOS]);

impl Build {
    /// The build of a person in one frame, of the midpoints of both sides; `None` unless they stand upright on straight legs, and
    /// are seen from head to feet.
    pub fn of(landmarks: &Landmarks) -> Option<Self> {
        let seen = |joint: Joint| landmarks[joint as usize].is_visible();
        let middle = |left: Joint, right: Joint| -> Option<CameraPoint> {
            let both = landmarks[left as usize].point.lerp(landmarks[right as usize].point, 0.5);
            (seen(left) || seen(right)).then_some(both) // of two sides, one hides the other
        };
        let ear = middle(Joint::LeftEar, Joint::RightEar)?;
        let shoulder = middle(Joint::LeftShoulder, Joint::RightShoulder)?;
        let hip = middle(Joint::LeftHip, Joint::RightHip)?;
        let knee = middle(Joint::LeftKnee, Joint::RightKnee)?;
        let ankle = middle(Joint::LeftAnkle, Joint::RightAnkle)?;
        let upright = |up: CameraPoint, low: CameraPoint| {
            let line = up - low;
            line.x.abs().atan2(-line.y) <= UPRIGHT.radians
        };
        if !(upright(shoulder, hip) && upright(hip, knee) && upright(knee, ankle)) {
            return None;
        }
        let trunk = (shoulder - hip).length();
        let lengths = [(knee - ankle).length(), (hip - knee).length(), (ear - shoulder).length()];
        let ratios = lengths.map(|length| length / trunk);
        ratios.iter().all(|ratio| ratio.is_finite() && *ratio > SHORTEST).then(|| Self(ratios.map(f32::ln)))
    }
}

/// Collects the build of whoever stands in a session, frame by frame.
#[derive(Clone, Debug, Default)]
pub struct BuildCollector {
    frames: Vec<Build>,
}

impl BuildCollector {
    /// Adds a frame.
    pub fn observe(&mut self, build: Option<Build>) {
        if self.frames.len() < ENOUGH {
            self.frames.extend(build);
        }
    }

    /// Forgets all frames: they may be of somebody else.
    pub fn clear(&mut self) {
        self.frames.clear();
    }

    /// The build, each ratio the median over the frames; `None` of too few.
    pub fn build(&self) -> Option<Build> {
        let typical = |index: usize| median(self.frames.iter().map(|frame| frame.0[index])).unwrap_or_default();
        (self.frames.len() >= FEWEST).then(|| Build(std::array::from_fn(typical)))
    }
}

/// What is known of a person's build from earlier sessions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnownBuild {
    /// The number of sessions.
    pub sessions: u32,
    /// Their mean.
    pub mean: Build,
}

impl KnownBuild {
    /// What is known after the first session.
    pub fn first(build: Build) -> Self {
        Self { sessions: 1, mean: build }
    }

    /// What is known after one more session.
    pub fn and(self, build: Build) -> Self {
        let sessions = self.sessions.saturating_add(1);
        let part = 1.0 / sessions as f32;
        let mean = |index: usize| self.mean.0[index] + (build.0[index] - self.mean.0[index]) * part;
        Self { sessions, mean: Build(std::array::from_fn(mean)) }
    }

    /// How far a session's build is from this, in standard deviations of what a person differs from time to time: 1.5 in the
    /// median of the same person.
    pub fn distance(&self, build: &Build) -> f32 {
        let apart: [f32; RATIOS] = std::array::from_fn(|index| build.0[index] - self.mean.0[index]);
        let weigh = |row: &[f32; RATIOS]| row.iter().zip(apart).map(|(weight, apart)| weight * apart).sum::<f32>();
        let square: f32 = PRECISION.iter().zip(apart).map(|(row, apart)| apart * weigh(row)).sum();
        // The mean of few sessions is uncertain itself.
        (square / (1.0 + 1.0 / self.sessions.max(1) as f32)).max(0.0).sqrt()
    }
}

/// Why it is worth asking whether it is the person it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildDoubt {
    /// Another person is built more like this: the one with this number.
    RatherLike(usize),
    /// Nobody known is built like this.
    LikeNobody,
}

impl BuildDoubt {
    /// Of a session said to be of a person: whether its build is so far from theirs that it is worth asking. `others`: those
    /// besides, of whom something may be known.
    pub fn of(build: &Build, chosen: &KnownBuild, others: &[Option<KnownBuild>]) -> Option<Self> {
        if chosen.sessions < FEWEST_SESSIONS {
            return None;
        }
        let distance = chosen.distance(build);
        let known = |other: &Option<KnownBuild>| other.filter(|other| other.sessions >= FEWEST_SESSIONS);
        let others = others.iter().enumerate();
        let others = others.filter_map(|(number, other)| Some((number, known(other)?.distance(build))));
        let closest = others.min_by(|one, other| one.1.total_cmp(&other.1));
        match closest {
            Some((number, other)) if distance > MISSES && distance - other > BETTER => Some(Self::RatherLike(number)),
            _ => (distance > FITS_NOBODY).then_some(Self::LikeNobody),
        }
    }
}

#[cfg(test)]
mod tests {
    use euclid::point2;

    use super::*;
    use crate::pose::Landmark;

    /// Somebody who stands side-on at this many pixels a metre, with these lengths of shank, thigh, trunk and neck, metres.
    fn standing(scale: f32, [shank, thigh, trunk, neck]: [f32; 4], lean: f32) -> Landmarks {
        let mut landmarks = [Landmark::default(); Joint::COUNT];
        let heights = [
            ([Joint::LeftAnkle, Joint::RightAnkle], 0.0),
            ([Joint::LeftKnee, Joint::RightKnee], shank),
            ([Joint::LeftHip, Joint::RightHip], shank + thigh),
            ([Joint::LeftShoulder, Joint::RightShoulder], shank + thigh + trunk),
            ([Joint::LeftEar, Joint::RightEar], shank + thigh + trunk + neck),
        ];
        for (joints, height) in heights {
            let above = (height - shank - thigh).max(0.0);
            for (joint, visibility) in joints.into_iter().zip([0.9, 0.3]) {
                let point = point2(300.0 + scale * above * lean, 400.0 - scale * height);
                landmarks[joint as usize] = Landmark { point, visibility, ..Landmark::default() };
            }
        }
        landmarks
    }

    const ADULT: [f32; 4] = [0.40, 0.40, 0.53, 0.20];
    const CHILD: [f32; 4] = [0.24, 0.25, 0.36, 0.21];

    fn build(lengths: [f32; 4]) -> Build {
        Build::of(&standing(200.0, lengths, 0.0)).unwrap()
    }

    fn known(lengths: [f32; 4], sessions: u32) -> KnownBuild {
        KnownBuild { sessions, mean: build(lengths) }
    }

    #[test]
    fn a_build_does_not_depend_on_how_far_away_somebody_stands() {
        let near = Build::of(&standing(320.0, ADULT, 0.0)).unwrap();
        for (near, far) in near.0.into_iter().zip(build(ADULT).0) {
            assert!((near - far).abs() < 1e-4, "{near} {far}");
        }
    }

    #[test]
    fn only_who_stands_upright_in_full_view_has_one() {
        assert_eq!(Build::of(&standing(200.0, ADULT, 0.4)), None, "bent");
        assert_eq!(Build::of(&standing(200.0, [0.0, 0.4, 0.5, 0.2], 0.0)), None, "no shank");
        let mut hidden = standing(200.0, ADULT, 0.0);
        hidden[Joint::LeftAnkle as usize].visibility = 0.1;
        assert_eq!(Build::of(&hidden), None, "feet");
        let mut collector = BuildCollector::default();
        (0..FEWEST - 1).for_each(|_| collector.observe(Some(build(ADULT))));
        collector.observe(None);
        assert_eq!(collector.build(), None, "too short");
        collector.observe(Some(build(CHILD)));
        assert_eq!(collector.build(), Some(build(ADULT)), "one wrong frame is no other person");
    }

    #[test]
    fn the_mean_is_that_of_all_sessions() {
        let known = KnownBuild::first(Build([0.0; 3])).and(Build([0.3; 3])).and(Build([0.6; 3]));
        assert_eq!(known.sessions, 3);
        assert!(known.mean.0.iter().all(|ratio| (ratio - 0.3).abs() < 1e-6), "{known:?}");
    }

    #[test]
    fn a_child_in_place_of_an_adult_is_asked_about_and_an_adult_in_other_shoes_is_not() {
        let (adult, child) = (known(ADULT, 4), known(CHILD, 4));
        assert_eq!(BuildDoubt::of(&build(CHILD), &adult, &[None, Some(child)]), Some(BuildDoubt::RatherLike(1)));
        assert_eq!(BuildDoubt::of(&build(ADULT), &child, &[Some(adult)]), Some(BuildDoubt::RatherLike(0)));
        assert_eq!(BuildDoubt::of(&build(CHILD), &adult, &[None]), Some(BuildDoubt::LikeNobody));
        // 8 % of a length is what the same person differs by.
        let other = [0.43, 0.39, 0.53, 0.21];
        assert_eq!(BuildDoubt::of(&build(other), &adult, &[Some(child), Some(known(other, 4))]), None);
        assert_eq!(BuildDoubt::of(&build(ADULT), &adult, &[]), None);
    }

    #[test]
    fn one_session_is_too_little_to_ask() {
        assert_eq!(BuildDoubt::of(&build(CHILD), &known(ADULT, 1), &[Some(known(CHILD, 9))]), None);
        let doubt = BuildDoubt::of(&build(CHILD), &known(ADULT, 9), &[Some(known(CHILD, 1))]);
        assert_eq!(doubt, Some(BuildDoubt::LikeNobody), "one session of another person is none to name");
    }
}
