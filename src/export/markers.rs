//! The landmarks and the levels of the back as markers in the person's sagittal plane, metres, as in `.trc` and `.c3d`.
//!
//! x is forward (the person faces the same way throughout), y up from the floor, z to the person's right; z is 0, as
//! one camera sees a plane. The origin of x and y is the median position of the feet. A marker that was not seen is
//! `None`.
//!
//! One camera does not know how large anything is. The metres are those of MediaPipe's landmark network, which
//! estimates them from the person's appearance, with one scale for the whole session, [`SeenBodies::scale`], corrected
//! by the person's height where that is known.

use euclid::{Point2D, Vector2D};

use super::{ExportError, SessionExport};
use crate::geometry::State;
use crate::pose::{Camera, CameraPoint, Joint, Landmark};
use crate::source::Timestamp;
use crate::spine::Facing;
use crate::statistics::median;
use crate::store::sample::{Back, Body, Sample};

/// The height that the network takes everybody to have, metres: the mean on rendered people of 1.36 to 2.09 m (`METHOD.md`,
/// "Files for other programs"). [own]
const NETWORK_HEIGHT: f64 = 1.68;

/// How much larger the person is than the network takes them to be.
fn stature(height: Option<f64>) -> f64 {
    height.map_or(1.0, |height| height / NETWORK_HEIGHT)
}

/// A landmark of lower visibility counts as not seen. MediaPipe's own samples draw from 0.5 on.
const VISIBLE: f32 = 0.5;

/// The markers: MediaPipe's landmarks by their names there, followed by the levels of the back, on the skin or shirt.
pub(super) const NAMES: [&str; Joint::COUNT + 3] = [
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
    "S1",
    "T12L1",
    "C7",
];

/// What a marker is; `None` if there is none of this name.
pub(super) fn about(name: &str) -> Option<&'static str> {
    let at = NAMES.iter().position(|known| *known == name)?;
    Some(match at.checked_sub(Joint::COUNT) {
        None => "MediaPipe's landmark of this name, in the sagittal plane",
        Some(0) => "the back's outline over the sacrum (S1), on skin or shirt",
        Some(1) => "the back's outline at T12/L1, on skin or shirt",
        Some(_) => "the back's outline at C7, on skin or shirt; unseen beneath hair",
    })
}

/// The position of a marker, metres: forward and up. `None` if it was not seen.
pub(super) type Marker = Option<[f64; 2]>;

/// The sagittal plane of a session, and how many frames it has.
pub(super) struct MarkerPlane {
    /// Number of frames.
    pub frames: usize,
    /// Mean frame rate, frames/s; 30 if there is only one frame.
    pub rate: f64,
    /// Metres per pixel, and the origin; `None` if no person was seen.
    place: Option<(f64, CameraPoint)>,
    /// Which way the person faced last. Unknown frames take the previous value, or the next if there is none.
    facing: Facing,
}

impl MarkerPlane {
    /// Finds it, by going through all samples.
    pub(super) fn of(whole: &SessionExport<'_>) -> Result<Self, ExportError> {
        let mut seen = SeenBodies::default();
        whole.each(|sample| seen.add(sample))?;
        Ok(Self {
            frames: seen.frames,
            rate: seen.rate(),
            place: seen.scale().map(|scale| scale * stature(whole.height)).zip(seen.origin()),
            facing: seen.facing.unwrap_or(Facing::Right),
        })
    }

    /// The markers of the next sample, in the order of [`NAMES`].
    pub(super) fn markers(&mut self, sample: &Sample) -> [Marker; NAMES.len()] {
        self.facing = sample.back.as_ref().map_or(self.facing, |back| back.facing);
        let mut row = [None; NAMES.len()];
        let landmarks = sample.body.iter().flat_map(|body| &body.landmarks);
        for (marker, landmark) in row.iter_mut().zip(landmarks) {
            *marker = seen(landmark).and_then(|point| self.marker(point));
        }
        if let Some(Back { s1, t12, c7, .. }) = &sample.back {
            let levels = [Some(*s1), Some(*t12), c7.ok()];
            for (marker, level) in row.iter_mut().skip(Joint::COUNT).zip(levels) {
                *marker = level.and_then(|level| self.marker(level));
            }
        }
        row
    }

    fn marker(&self, point: CameraPoint) -> Marker {
        let (metres, origin) = self.place?;
        let there = self.facing.sagittal_from_camera().transform_vector(point - origin);
        Some([f64::from(there.x) * metres, f64::from(there.y) * metres])
    }
}

/// What is gathered of the bodies in a session.
#[derive(Default)]
struct SeenBodies {
    frames: usize,
    /// The times of the first and the last frame.
    span: Option<(Timestamp, Timestamp)>,
    /// The first way that the person faced.
    facing: Option<Facing>,
    /// Metres per pixel in each frame that was measured, and in each with a person.
    measured: Vec<f32>,
    any: Vec<f32>,
    /// Where the feet were, and the floor: x and y in the picture.
    feet: Vec<f32>,
    floor: Vec<f32>,
}

impl SeenBodies {
    fn add(&mut self, sample: &Sample) {
        self.frames += 1;
        self.span = Some((self.span.map_or(sample.time, |(first, _)| first), sample.time));
        self.facing = self.facing.or(sample.back.as_ref().map(|back| back.facing));
        let Some(body) = &sample.body else { return };
        let scale = metres_a_pixel(body);
        self.any.extend(scale);
        self.measured.extend(scale.filter(|_| sample.state == State::Measured));
        const SOLES: [Joint; 4] = [Joint::LeftHeel, Joint::RightHeel, Joint::LeftFootIndex, Joint::RightFootIndex];
        let point = |joint: Joint| body.landmarks[joint as usize].point;
        self.feet.push(point(Joint::LeftAnkle).lerp(point(Joint::RightAnkle), 0.5).x);
        self.floor.push(SOLES.map(|sole| point(sole).y).into_iter().fold(f32::MIN, f32::max));
    }

    fn rate(&self) -> f64 {
        let seconds = self.span.map_or(0.0, |(first, last)| last.since(first).as_secs_f64());
        if seconds > 0.0 { (self.frames - 1) as f64 / seconds } else { 30.0 }
    }

    /// Metres per pixel: the path from the shoulders over hips and knees to the ankles in the network's metres, projected
    /// to the camera plane, divided by the same path in the picture. The median over the measured frames, or over all with
    /// a person if none was measured.
    fn scale(&self) -> Option<f64> {
        let of = |frames: &[f32]| median(frames.iter().copied());
        of(&self.measured).or_else(|| of(&self.any)).map(f64::from)
    }

    /// The median position of the feet: between the ankles, on the floor.
    fn origin(&self) -> Option<CameraPoint> {
        Some(Point2D::new(median(self.feet.iter().copied())?, median(self.floor.iter().copied())?))
    }
}

fn seen(landmark: &Landmark) -> Option<CameraPoint> {
    (landmark.visibility >= VISIBLE).then_some(landmark.point)
}

/// Metres per pixel in one frame.
fn metres_a_pixel(body: &Body) -> Option<f32> {
    let way = |place: fn(&Landmark) -> Point2D<f32, Camera>| -> f32 {
        let [shoulders, hips, knees, ankles] = [
            (Joint::LeftShoulder, Joint::RightShoulder),
            (Joint::LeftHip, Joint::RightHip),
            (Joint::LeftKnee, Joint::RightKnee),
            (Joint::LeftAnkle, Joint::RightAnkle),
        ]
        .map(|(left, right)| place(&body.landmarks[left as usize]).lerp(place(&body.landmarks[right as usize]), 0.5));
        [shoulders - hips, hips - knees, knees - ankles].map(Vector2D::length).into_iter().sum()
    };
    let (pixels, metres) = (way(|landmark| landmark.point), way(|landmark| landmark.world.xy().cast_unit()));
    (pixels > 1.0).then(|| metres / pixels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures::{session, standing_body};
    use crate::spine::HairOverNeck;

    fn markers(whole: &KeptSession) -> Vec<[Marker; NAMES.len()]> {
        let mut plane = MarkerPlane::of(&whole.export()).unwrap();
        whole.samples.iter().map(|sample| plane.markers(sample)).collect()
    }

    #[test]
    fn the_way_to_the_network_s_metres_is_the_scale() {
        let body = standing_body(); // 200 pixels of it are a metre
        assert!((metres_a_pixel(&body).unwrap() - 0.005).abs() < 1e-6);
        assert_eq!(SeenBodies::default().scale(), None);
    }

    #[test]
    fn forward_and_up_are_positive_whichever_way_the_person_faces() {
        for facing in [Facing::Left, Facing::Right] {
            let whole = session(facing);
            let markers = markers(&whole);
            let place = |name: &str| {
                let at = NAMES.iter().position(|known| *known == name).unwrap();
                markers[1][at]
            };
            let [toes, c7] = ["left_foot_index", "C7"].map(|name| place(name).unwrap());
            assert!(toes[0] > 0.0 && toes[1].abs() < 1e-6, "{toes:?}");
            assert!((c7[1] - 1.5).abs() < 1e-4, "{c7:?}");
            assert_eq!(place("right_pinky"), None, "it was not visible");
            assert!(markers[0].iter().all(Option::is_none), "nobody was there");
        }
    }

    #[test]
    fn whose_height_is_known_has_markers_of_that_height() {
        let whole = session(Facing::Right);
        let known = whole.export().of_height(Some(2.0 * NETWORK_HEIGHT));
        let mut plane = MarkerPlane::of(&known).unwrap();
        let doubled: Vec<_> = whole.samples.iter().map(|sample| plane.markers(sample)).collect();
        for (known, guessed) in doubled.iter().flatten().zip(markers(&whole).iter().flatten()) {
            assert_eq!(known.is_some(), guessed.is_some());
            for (known, guessed) in known.iter().flatten().zip(guessed.iter().flatten()) {
                assert!((known - 2.0 * guessed).abs() < 1e-9, "{known} {guessed}");
            }
        }
    }

    #[test]
    fn c7_beneath_hair_is_no_marker_and_the_others_are() {
        let mut whole = session(Facing::Right);
        let bare = markers(&whole);
        for back in whole.samples.iter_mut().filter_map(|sample| sample.back.as_mut()) {
            back.c7 = Err(HairOverNeck);
        }
        for (markers, bare) in markers(&whole).iter().zip(&bare) {
            let (c7, others) = markers.split_last().unwrap();
            assert_eq!((*c7, others), (None, &bare[..NAMES.len() - 1]));
        }
    }
}
