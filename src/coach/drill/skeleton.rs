//! The positions of a figure's parts, from the inclinations of a posture, the proportions of a body, and the floor.
//!
//! Lengths are fractions of body height, x forward, y up, the floor at 0. Segment lengths are those of Drillis and
//! Contini as given by Winter (Biomechanics and Motor Control of Human Movement, 2009, fig. 4.1); depths of the trunk
//! and widths of the limbs are ours [own], chosen to look like a person.

use euclid::{Angle, Point2D, Vector2D, vec2};

use super::figure::{Figure, FigurePosture, Limb, Rests};

/// The space of a figure: fractions of body height, x forward, y up.
pub enum Stature {}

/// A point of a figure.
pub type FigurePoint = Point2D<f32, Stature>;
type FigureVector = Vector2D<f32, Stature>;

const THIGH: f32 = 0.245;
const SHANK: f32 = 0.246;
const ANKLE_HEIGHT: f32 = 0.039;
const HEEL: f32 = 0.037;
const TOES: f32 = 0.115;
const UPPER_ARM: f32 = 0.186;
const FOREARM: f32 = 0.146;
const HAND: f32 = 0.05;
/// From C7 to the centre of the skull, and how far that lies in front of the line of the neck.
const NECK: f32 = 0.1;
const HEAD_FORWARD: f32 = 0.018;

/// Half the width of a limb at its joints.
pub const HIP_WIDTH: f32 = 0.052;
/// As [`HIP_WIDTH`].
pub const KNEE_WIDTH: f32 = 0.031;
/// As [`HIP_WIDTH`].
pub const ANKLE_WIDTH: f32 = 0.019;
/// As [`HIP_WIDTH`].
pub const SHOULDER_WIDTH: f32 = 0.028;
/// As [`HIP_WIDTH`].
pub const WRIST_WIDTH: f32 = 0.015;
/// Radius of the skull.
pub const SKULL: f32 = 0.056;
/// Half the side of a box.
pub const BOX: f32 = 0.115;
/// The upper edge of a box is above the hands by this share of half its side.
pub const GRIP: f32 = 0.2;

/// One level of the trunk: its distance along the axis from the level below, its share of the way from the pelvis's
/// inclination to the upper back's, the lean of a standing person's own curve there in degrees, and the depth of the
/// trunk behind and in front of the axis.
struct Level {
    up: f32,
    share: f32,
    standing: f32,
    back: f32,
    front: f32,
}

const fn level(up: f32, share: f32, standing: f32, back: f32, front: f32) -> Level {
    Level { up, share, standing, back, front }
}

/// From the seat to C7.
const LEVELS: [Level; 9] = [
    level(-0.055, 0.0, 0.0, 0.042, 0.030),
    level(0.055, 0.0, 0.0, 0.066, 0.048),
    level(0.050, 0.0, 0.0, 0.058, 0.052), // sacrum, S1
    level(0.040, 0.2, -3.0, 0.048, 0.054),
    level(0.040, 0.55, -2.0, 0.046, 0.052),
    level(0.040, 0.9, -1.0, 0.050, 0.056), // T12/L1
    level(0.045, 1.0, 1.0, 0.055, 0.062),
    level(0.055, 1.0, 3.0, 0.053, 0.056),
    level(0.045, 1.0, 6.0, 0.036, 0.034), // C7
];
/// The levels of the sacrum, of the hip and of the shoulder.
const SACRUM: usize = 2;
const SHOULDER: usize = 7;

/// One leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureLeg {
    /// Hip joint.
    pub hip: FigurePoint,
    /// Knee joint.
    pub knee: FigurePoint,
    /// Ankle joint.
    pub ankle: FigurePoint,
    /// The heel's lowest point.
    pub heel: FigurePoint,
    /// The tip of the toes.
    pub toes: FigurePoint,
}

/// The positions of all parts.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureSkeleton {
    /// The leg near the camera.
    pub near: FigureLeg,
    /// The leg away from the camera.
    pub far: FigureLeg,
    /// The skin of the back, from the seat to the neck.
    pub back: Vec<FigurePoint>,
    /// The skin of the front, from the groin to the neck.
    pub front: Vec<FigurePoint>,
    /// The start of the neck.
    pub neck: FigurePoint,
    /// The centre of the skull.
    pub head: FigurePoint,
    /// The direction up through the head, of length 1.
    pub crown: FigureVector,
    /// Shoulder joint.
    pub shoulder: FigurePoint,
    /// Elbow joint.
    pub elbow: FigurePoint,
    /// Wrist joint.
    pub wrist: FigurePoint,
    /// Tip of the hand.
    pub hand: FigurePoint,
}

fn up(inclination: Angle<f32>, length: f32) -> FigureVector {
    let (sine, cosine) = inclination.sin_cos();
    vec2(sine, cosine) * length
}

/// Rotates by a quarter turn forward.
fn forward(of: FigureVector) -> FigureVector {
    vec2(of.y, -of.x)
}

impl FigureLeg {
    fn of(limb: &Limb, hip: FigurePoint) -> Self {
        let knee = hip - up(limb.thigh, THIGH * limb.thigh_seen);
        let ankle = knee - up(limb.shank, SHANK * limb.shank_seen);
        let along = up(limb.foot, 1.0);
        let sole = ankle + forward(along) * ANKLE_HEIGHT;
        Self { hip, knee, ankle, heel: sole - along * HEEL, toes: sole + along * TOES }
    }

    /// Returns each point with the thickness of the body below it.
    fn outline(&self) -> [(FigurePoint, f32); 4] {
        [(self.knee, KNEE_WIDTH), (self.ankle, ANKLE_WIDTH), (self.heel, 0.0), (self.toes, 0.0)]
    }
}

impl FigureSkeleton {
    /// Places the body in this posture, with its lowest point on the floor and the part that `rests` at x = 0.
    pub fn of(posture: &FigurePosture, rests: Rests) -> Self {
        let hanging = Self::hanging(posture);
        let lowest = hanging.outline().map(|(point, flesh)| point.y - flesh).fold(f32::INFINITY, f32::min);
        let still = match rests {
            Rests::Foot => hanging.near.ankle,
            Rests::Knee => hanging.near.knee,
            Rests::Seat => hanging.near.hip,
        };
        hanging.moved(vec2(-still.x, -lowest))
    }

    // With the hip at the origin.
    fn hanging(posture: &FigurePosture) -> Self {
        let (hip, mut at) = (FigurePoint::zero(), FigurePoint::zero());
        let (mut axis, mut back, mut front) = (Vec::new(), Vec::new(), Vec::new());
        for level in &LEVELS {
            let lean = posture.pelvis + (posture.upper_back - posture.pelvis) * level.share;
            let along = up(lean + Angle::degrees(level.standing), 1.0);
            at += along * level.up;
            axis.push(at);
            back.push(at - forward(along) * level.back);
            front.push(at + forward(along) * level.front);
        }
        let shoulder = axis.get(SHOULDER).copied().unwrap_or(hip);
        let crown = up(posture.neck, 1.0);
        let elbow = shoulder - up(-posture.upper_arm, UPPER_ARM);
        let wrist = elbow - up(-posture.forearm, FOREARM * posture.forearm_seen);
        Self {
            near: FigureLeg::of(&posture.near, hip),
            far: FigureLeg::of(&posture.far, hip),
            back,
            front,
            neck: at,
            head: at + crown * NECK + forward(crown) * HEAD_FORWARD,
            crown,
            shoulder,
            elbow,
            wrist,
            hand: wrist - up(-posture.hand, HAND),
        }
    }

    /// Returns the skin of the back from the sacrum up: the part that a stick on the back touches and that is coloured.
    pub fn spine(&self) -> &[FigurePoint] {
        self.back.get(SACRUM..).unwrap_or_default()
    }

    /// Returns every outermost point with the thickness of the body around it.
    pub fn outline(&self) -> impl Iterator<Item = (FigurePoint, f32)> {
        let trunk = self.back.iter().chain(&self.front).map(|point| (*point, 0.0));
        let arm = [(self.elbow, WRIST_WIDTH), (self.wrist, WRIST_WIDTH), (self.hand, 0.0), (self.head, SKULL)];
        trunk.chain(self.near.outline()).chain(self.far.outline()).chain(arm)
    }

    fn moved(mut self, by: FigureVector) -> Self {
        for leg in [&mut self.near, &mut self.far] {
            for point in [&mut leg.hip, &mut leg.knee, &mut leg.ankle, &mut leg.heel, &mut leg.toes] {
                *point += by;
            }
        }
        self.back.iter_mut().chain(&mut self.front).for_each(|point| *point += by);
        for point in [&mut self.neck, &mut self.head, &mut self.shoulder] {
            *point += by;
        }
        for point in [&mut self.elbow, &mut self.wrist, &mut self.hand] {
            *point += by;
        }
        self
    }
}

impl Figure {
    /// Returns the skeleton at this time, in any loop.
    pub fn skeleton(&self, time: std::time::Duration) -> FigureSkeleton {
        FigureSkeleton::of(&self.at(time), self.rests)
    }

    /// Returns skeletons at equal intervals through one loop.
    pub fn round_of(&self, count: u32) -> impl Iterator<Item = FigureSkeleton> {
        (0..count).map(move |number| self.skeleton(self.round * number / count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> FigureSkeleton {
        FigureSkeleton::of(&FigurePosture::default(), Rests::Foot)
    }

    #[test]
    fn somebody_who_stands_is_as_tall_as_they_are() {
        let top = standing().head.y + SKULL;
        assert!((top - 1.0).abs() < 0.01, "{top}");
        assert!((standing().near.hip.y - 0.53).abs() < 0.001);
        assert!((standing().shoulder.y - 0.818).abs() < 0.02, "{}", standing().shoulder.y);
    }

    #[test]
    fn the_figure_faces_forward() {
        let skeleton = standing();
        assert!(skeleton.near.toes.x > skeleton.near.heel.x && skeleton.head.x > skeleton.neck.x);
        assert!(skeleton.front[4].x > skeleton.back[4].x);
    }

    #[test]
    fn a_raised_arm_goes_forward_and_up() {
        let arm = |degrees: f32| {
            let angle = Angle::degrees(degrees);
            FigureSkeleton::of(
                &FigurePosture { upper_arm: angle, forearm: angle, hand: angle, ..FigurePosture::default() },
                Rests::Foot,
            )
        };
        assert!(arm(0.0).hand.y < arm(0.0).shoulder.y);
        assert!(arm(90.0).hand.x > arm(90.0).shoulder.x + 0.3);
        assert!(arm(180.0).hand.y > arm(180.0).shoulder.y + 0.3);
    }

    #[test]
    fn whoever_lies_on_the_back_touches_the_floor_with_it_and_points_the_toes_up() {
        let flat = Angle::degrees(-90.0);
        let leg = Limb { thigh: flat, shank: flat, foot: Angle::zero(), ..Limb::default() };
        let posture = FigurePosture {
            near: leg,
            far: leg,
            pelvis: flat,
            upper_back: flat,
            neck: flat,
            upper_arm: Angle::degrees(90.0),
            forearm: Angle::degrees(90.0),
            hand: Angle::degrees(90.0),
            ..FigurePosture::default()
        };
        let skeleton = FigureSkeleton::of(&posture, Rests::Seat);
        assert!(skeleton.back.iter().all(|point| point.y < 0.06), "{:?}", skeleton.back);
        assert!(skeleton.near.toes.y > skeleton.near.heel.y && skeleton.head.x < skeleton.near.knee.x);
    }
}
