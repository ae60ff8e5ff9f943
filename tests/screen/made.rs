//! A synthetic person, side-on in front of a plain wall, with their observation and its scene.
//!
//! Shared by the picture tests and the bench; nothing here needs a camera or a network.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bendwise::coach::{Phase, Progress, Repetition, Verdict};
use bendwise::geometry::{Bend, HalfWidth90, Measurement, Origin, Segments, State};
use bendwise::i18n::{Language, Words};
use bendwise::pipeline::{Observation, Scene, StageTimes};
use bendwise::pose::{CROP_SIZE, CameraPoint, Joint, Landmark, Mask, Pose, PoseResult, Region};
use bendwise::source::{Frame, Timestamp};
use bendwise::spine::{BackEstimate, Facing};
use euclid::{Angle, vec2};
use image::{Rgb, RgbImage};
use ndarray::Array2;

/// The texts of a language, read once.
pub fn words(language: Language) -> &'static Words {
    static WORDS: LazyLock<[Words; Language::ALL.len()]> =
        LazyLock::new(|| Language::ALL.map(|language| Words::read(language).unwrap()));
    &WORDS[language as usize]
}

/// Size of the synthetic picture.
pub const PICTURE: (u32, u32) = (1280, 720);

/// The standing posture of the synthetic person.
const STANDING: Segments = Segments {
    pelvis: Angle { radians: 0.10 },
    upper_lumbar: Angle { radians: -0.08 },
    thigh: Angle { radians: 0.02 },
    trunk: Angle { radians: 0.03 },
    knee: Angle { radians: 0.02 },
};

/// One posture of the synthetic person, who faces right.
pub struct Person {
    bend: Bend,
    back: BackEstimate,
    limbs: [(Joint, CameraPoint); 9],
}

impl Person {
    /// Bent by this much from standing, degrees.
    pub fn bent(hips: f32, back: f32) -> Self {
        let (hips, back) = (Angle::degrees(hips), Angle::degrees(back));
        let sway = hips * 0.32;
        let thigh = STANDING.thigh + sway;
        let pelvis = STANDING.pelvis + sway + hips;
        let upper = STANDING.upper_lumbar + sway + hips + back;
        let up = |angle: Angle<f32>, length: f32| vec2(angle.radians.sin(), -angle.radians.cos()) * length;
        let ahead = |angle: Angle<f32>, length: f32| vec2(angle.radians.cos(), angle.radians.sin()) * length;

        let ankle = CameraPoint::new(610.0, 640.0);
        let knee = ankle + up(sway * 0.25, 124.0);
        let hip = knee + up(-thigh, 130.0);
        let s1 = hip + up(pelvis, 40.0) - ahead(pelvis, 40.0);
        let t12 = s1 + up(pelvis.lerp(upper, 0.45), 74.0);
        let c7 = t12 + up(upper + Angle::degrees(6.0), 124.0);
        let shoulder = c7 + ahead(upper, 34.0) - up(upper, 22.0);
        let elbow = shoulder + ahead(upper, 34.0) - up(upper, 76.0);
        let wrist = elbow + ahead(upper, 34.0) + up(upper, 54.0);
        let ear = c7 + up(upper * 0.85, 54.0) + ahead(upper, 30.0);
        let toe = ankle + vec2(74.0, 22.0);
        let curve = (0..=24).map(|step| on_curve([s1, t12, c7], step as f32 / 24.0)).collect();
        let estimate = BackEstimate {
            facing: Facing::Right,
            curve,
            s1,
            t12,
            c7: Ok(c7),
            hip,
            segments: Segments { pelvis, upper_lumbar: upper, thigh, ..STANDING },
            change: None,
            presence: 0.98,
        };
        let bend = Bend { hip_flexion: hips, lumbar_flexion: back, trunk_inclination: upper, knee_flexion: sway };
        let limbs = [
            (Joint::RightShoulder, shoulder),
            (Joint::RightElbow, elbow),
            (Joint::RightWrist, wrist),
            (Joint::RightHip, hip),
            (Joint::RightKnee, knee),
            (Joint::RightAnkle, ankle),
            (Joint::RightFootIndex, toe),
            (Joint::RightEar, ear),
            (Joint::Nose, ear + ahead(upper * 0.85, 40.0)),
        ];
        Self { bend, back: estimate, limbs }
    }

    fn at(&self, joint: Joint) -> CameraPoint {
        self.limbs.iter().find(|(known, _)| *known == joint).map_or(CameraPoint::zero(), |(_, point)| *point)
    }

    fn pose(&self) -> Pose {
        let mut landmarks = [Landmark::default(); Joint::COUNT];
        for (joint, point) in self.limbs {
            landmarks[joint as usize] = Landmark { point, visibility: 0.95, ..Landmark::default() };
        }
        let (width, height) = (PICTURE.0 as f32, PICTURE.1 as f32);
        Pose {
            landmarks,
            presence: 0.98,
            mask: Mask {
                probability: Array2::zeros((CROP_SIZE, CROP_SIZE)),
                burnt_out: Array2::from_elem((CROP_SIZE, CROP_SIZE), false),
            },
            region: Region { center: CameraPoint::new(620.0, 380.0), size: 640.0, rotation: Angle::zero() },
            picture_size: euclid::size2(width, height),
        }
    }

    /// The bones with their thickness, as drawn in the picture.
    fn flesh(&self) -> [(CameraPoint, CameraPoint, f32); 9] {
        let [hip, knee, ankle, toe] =
            [Joint::RightHip, Joint::RightKnee, Joint::RightAnkle, Joint::RightFootIndex].map(|joint| self.at(joint));
        let [shoulder, elbow, wrist, ear] =
            [Joint::RightShoulder, Joint::RightElbow, Joint::RightWrist, Joint::RightEar].map(|joint| self.at(joint));
        let waist = self.back.t12.lerp(self.back.t12 + (shoulder - self.back.upper_end()), 1.0);
        [
            (ankle, toe, 15.0),
            (knee, ankle, 26.0),
            (hip, knee, 38.0),
            (hip, waist, 44.0),
            (waist, shoulder, 43.0),
            (shoulder, ear, 22.0),
            (ear, ear + vec2(8.0, -8.0), 44.0),
            (shoulder, elbow, 20.0),
            (elbow, wrist, 16.0),
        ]
    }
}

/// A point on a curve through three points: each half is a straight line rounded at the middle one.
fn on_curve([start, middle, end]: [CameraPoint; 3], part: f32) -> CameraPoint {
    let control = middle + (middle - start.lerp(end, 0.5)) * 1.0;
    start.lerp(control, part).lerp(control.lerp(end, part), part)
}

/// A plain wall, lighter at its top, and a floor.
fn wall() -> &'static RgbImage {
    static WALL: LazyLock<RgbImage> = LazyLock::new(|| {
        RgbImage::from_fn(PICTURE.0, PICTURE.1, |_, y| {
            let light = if y < 600 { 176 - (y / 12) as u8 } else { 104 - ((y - 600) / 8) as u8 };
            Rgb([light, light.saturating_sub(2), light.saturating_sub(8)])
        })
    });
    &WALL
}

/// The person in front of the wall.
pub fn picture(person: Option<&Person>) -> RgbImage {
    let mut picture = wall().clone();
    for (from, to, radius) in person.iter().flat_map(|person| person.flesh()) {
        let (low, high) = (from.min(to), from.max(to));
        for y in (low.y - radius).max(0.0) as u32..((high.y + radius) as u32 + 2).min(PICTURE.1) {
            for x in (low.x - radius).max(0.0) as u32..((high.x + radius) as u32 + 2).min(PICTURE.0) {
                let cover = (radius - distance(CameraPoint::new(x as f32, y as f32), from, to) + 0.5).clamp(0.0, 1.0);
                for (channel, flesh) in picture.get_pixel_mut(x, y).0.iter_mut().zip([74.0, 88.0, 104.0]) {
                    *channel = (f32::from(*channel) * (1.0 - cover) + flesh * cover) as u8;
                }
            }
        }
    }
    picture
}

fn distance(point: CameraPoint, from: CameraPoint, to: CameraPoint) -> f32 {
    let line = to - from;
    let part = ((point - from).dot(line) / line.square_length().max(1e-6)).clamp(0.0, 1.0);
    (point - (from + line * part)).length()
}

/// One repetition of a set.
pub fn repetition(hips: f32, back: f32, verdict: Option<Verdict>) -> Repetition {
    let bend = Bend { hip_flexion: Angle::degrees(hips), lumbar_flexion: Angle::degrees(back), ..Bend::default() };
    let at = Timestamp::from_secs_f64;
    let half_width_90 = HalfWidth90::default();
    Repetition {
        start: at(4.0),
        bottom: at(6.0),
        end: at(8.0),
        bend,
        half_width_90,
        verdict,
        verdict_probability: verdict.map(|_| 0.9),
        confidence: 0.9,
        bottom_hidden: false,
        standing_doubt: None,
    }
}

/// A set with some of everything.
pub fn set() -> Vec<Repetition> {
    vec![
        repetition(41.0, 28.0, Some(Verdict::Back)),
        repetition(48.0, 16.0, Some(Verdict::Mixed)),
        repetition(55.0, 9.0, Some(Verdict::Hips)),
        repetition(63.0, 8.0, Some(Verdict::Hips)),
    ]
}

/// The observation of nobody, or of a person who cannot be measured.
pub fn observe_unmeasured(state: State, person: Option<&Person>) -> Observation {
    let picture = picture(person);
    Observation {
        frame: Frame {
            picture: Arc::new(picture),
            time: Timestamp::from_secs_f64(7.0),
            captured_at: Instant::now(),
            number: 210,
        },
        pose_result: Arc::new(PoseResult { pose: person.map(Person::pose), people: usize::from(person.is_some()) }),
        back: None,
        limbs: None,
        measurement: Measurement { state, ..Measurement::default() },
        progress: Progress::default(),
        form: None,
        times: StageTimes {
            pose: Duration::from_micros(21_300),
            spine: Duration::from_micros(1_900),
            judgement: Duration::from_micros(40),
            networks: Duration::from_micros(18_900),
        },
    }
}

/// The observation of a measured person, in a set of [`set`]'s repetitions.
pub fn observe_measured(person: &Person, phase: Phase, verdict: Option<Verdict>) -> Observation {
    Observation {
        back: Some(Arc::new(person.back.clone())),
        measurement: Measurement {
            half_width_90: Some(HalfWidth90 {
                hip_flexion: Angle { radians: 0.105 },
                lumbar_flexion: Angle { radians: 0.14 },
            }),
            state: State::Measured,
            confidence: 0.9,
            raw: Some(person.bend),
            filtered: Some(person.bend),
            standing: Some(STANDING),
            standing_doubt: None,
            origin: Origin::Frame,
        },
        progress: Progress { phase, verdict, repetitions: set().into(), ..Progress::default() },
        ..observe_unmeasured(State::Measured, Some(person))
    }
}

/// The same scene from twice as far away: the person is half as large, in the middle of the room.
pub fn from_afar(scene: &Scene) -> Scene {
    let half = image::imageops::thumbnail(&*scene.picture, PICTURE.0 / 2, PICTURE.1 / 2);
    let corner = (PICTURE.0 / 4, PICTURE.1 / 2 - 20);
    let mut picture = wall().clone();
    // The person is bluish, the wall is not.
    for (x, y, pixel) in half.enumerate_pixels().filter(|(.., pixel)| pixel.0[2] > pixel.0[0]) {
        picture.put_pixel(corner.0 + x, corner.1 + y, *pixel);
    }
    let mut far = Scene { picture: Arc::new(picture), ..scene.clone() };
    far.place(|point| CameraPoint::new(corner.0 as f32 + point.x / 2.0, corner.1 as f32 + point.y / 2.0));
    if let Some(body) = &mut far.body {
        body.size /= 2.0;
    }
    far
}

/// The scene of nobody, or of a person who cannot be measured.
pub fn unmeasured(state: State, person: Option<&Person>) -> Scene {
    Scene::from(&observe_unmeasured(state, person))
}

/// The scene of a measured person, in a set of [`set`]'s repetitions.
pub fn measured(person: &Person, phase: Phase, verdict: Option<Verdict>) -> Scene {
    Scene::from(&observe_measured(person, phase, verdict))
}
