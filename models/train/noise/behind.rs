//! What a weight before hip, thigh or knee does to the landmarks behind it, and what that does to the angles.
//!
//!     cargo run --release --example behind -- CLIPS > behind.jsonl
//!
//! CLIPS holds films of one person, `NAME.mp4`, with the true joints of each frame in `NAME.json` (`frames[].joints2d`, camera
//! pixels: `hip_L`, `hip_R`, `knee_…`, `shoulder_…`). Discs are drawn into them that follow a joint, and bendwise's own networks
//! look. One JSON line a disc and frame: the landmarks, and lumbar and hip flexion with their 90 % intervals, or why there are none,
//!
//! * `standing`: from the outline without the disc and the hips and knees seen behind it, which is as if everything but those
//!   were known; the disc is there from the first frame on;
//! * `bending`: the same, while the disc is there only in frames in which the trunk leans;
//! * `whole`: from outline and landmarks behind the disc, as a user has it.
//!
//! `behind.py` makes the tables of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use bendwise::app_dirs::Paths;
use bendwise::inference::Runtime;
use bendwise::inference::models::{self, Models};
use bendwise::pose::{Joint, Landmarker, Pose, Tracker};
use bendwise::source::{Delivery, Frame, video};
use bendwise::spine::network::BackNetwork;
use bendwise::spine::{BackSight, Change, Estimator};
use euclid::Angle;
use image::{Rgb, RgbImage};
use serde_json::{Value, json};

/// One of so many frames is looked at: 7.5 a second of the rendered clips, still enough to find standing.
const EVERY: u64 = 2;

/// Radii in trunk lengths: the largest plates measure 0.44.
const RADII: [f32; 3] = [0.2, 0.32, 0.44];

/// The radius at which an evenly grey disc is tried as well.
const ALSO_FLAT: f32 = 0.32;

/// How far below the shoulder a weight at arm's length hangs, in trunk lengths.
const ARM: f32 = 1.15;

/// From this lean of the trunk on a disc that is only there in the bend is there, degrees.
const LEANS: f32 = 15.0;

/// Where a disc is.
#[derive(Clone, Copy, Debug)]
enum Place {
    Hip,
    Thigh,
    Knee,
    Arm,
}

/// What a disc looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    /// Evenly grey.
    Flat,
    /// A plate of rubber with rim, hub and a sheen.
    Plate,
}

#[derive(Clone, Copy, Debug)]
struct Disc {
    place: Place,
    radius: f32,
    look: Look,
}

impl Disc {
    fn all() -> Vec<Self> {
        let places = [Place::Hip, Place::Thigh, Place::Knee, Place::Arm];
        let of = |place| {
            let plates = RADII.map(|radius| Self { place, radius, look: Look::Plate });
            plates.into_iter().chain([Self { place, radius: ALSO_FLAT, look: Look::Flat }])
        };
        places.into_iter().flat_map(of).collect()
    }

    fn name(self) -> Value {
        json!({ "place": format!("{:?}", self.place), "radius": self.radius, "look": format!("{:?}", self.look) })
    }

    fn draw(self, picture: &RgbImage, joints: &Joints, trunk: f32) -> RgbImage {
        let mut picture = picture.clone();
        let ([x, y], radius) = (joints.middle_of(self.place, trunk), self.radius * trunk);
        for (column, row, pixel) in picture.enumerate_pixels_mut() {
            let away = [column as f32 - x, row as f32 - y];
            let covers = (radius + 0.5 - away[0].hypot(away[1])).clamp(0.0, 1.0);
            if covers > 0.0 {
                let level = self.look.level(away.map(|part| part / radius));
                *pixel = Rgb(pixel.0.map(|under| (f32::from(under) * (1.0 - covers) + level * covers) as u8));
            }
        }
        picture
    }
}

impl Look {
    /// The level at a place on the disc, whose radius is 1.
    fn level(self, away: [f32; 2]) -> f32 {
        let (from_middle, sheen) = (away[0].hypot(away[1]), (2.0 * away[1].atan2(away[0]) + 0.8).cos());
        match (self, from_middle) {
            (Self::Flat, _) => 70.0,
            (Self::Plate, ..0.06) => 15.0,
            (Self::Plate, ..0.16) => 165.0 + 30.0 * sheen,
            (Self::Plate, ..0.2) => 25.0,
            (Self::Plate, 0.86..) => 62.0 + 22.0 * sheen,
            (Self::Plate, 0.82..) => 22.0,
            (Self::Plate, _) => 42.0 + 14.0 * sheen,
        }
    }
}

/// The true joints of a frame, the middles of left and right, camera pixels.
#[derive(Clone, Copy)]
struct Joints {
    shoulder: [f32; 2],
    hip: [f32; 2],
    knee: [f32; 2],
}

impl Joints {
    fn of(frame: &Value) -> Option<Self> {
        let point = |name: &str, axis: usize| frame["joints2d"][name][axis].as_f64().map(|value| value as f32);
        let middle = |name: &str| {
            let along = |axis| Some((point(&format!("{name}_L"), axis)? + point(&format!("{name}_R"), axis)?) / 2.0);
            Some([along(0)?, along(1)?])
        };
        Some(Self { shoulder: middle("shoulder")?, hip: middle("hip")?, knee: middle("knee")? })
    }

    fn trunk(&self) -> [f32; 2] {
        [self.shoulder[0] - self.hip[0], self.shoulder[1] - self.hip[1]]
    }

    fn leans(&self) -> bool {
        let [x, y] = self.trunk();
        x.abs().atan2(-y).to_degrees() > LEANS
    }

    fn middle_of(&self, place: Place, trunk: f32) -> [f32; 2] {
        match place {
            Place::Hip => self.hip,
            Place::Thigh => [(self.hip[0] + self.knee[0]) / 2.0, (self.hip[1] + self.knee[1]) / 2.0],
            Place::Knee => self.knee,
            Place::Arm => [self.shoulder[0], self.shoulder[1] + ARM * trunk],
        }
    }
}

/// The networks, of which each film has its own.
struct Networks {
    runtime: Runtime,
    models: Models,
}

impl Networks {
    fn poses(&self, frames: impl Iterator<Item = Frame>) -> Result<Vec<Option<Pose>>> {
        let mut tracker = Tracker::open(&self.runtime, &self.models, Landmarker::Full)?;
        frames.map(|frame| Ok(tracker.observe(&frame)?.pose)).collect()
    }

    fn angles(&self, frames: &[Frame], poses: impl Iterator<Item = Option<Pose>>) -> Result<Vec<Value>> {
        let mut estimator = Estimator::new(Box::new(BackNetwork::open(&self.runtime, &self.models)?));
        let one = |(frame, pose): (&Frame, Option<Pose>)| match pose {
            Some(pose) => Ok(told(&estimator.estimate(frame.time, &pose)?)),
            None => {
                estimator.nobody(frame.time);
                Ok(json!("Nobody"))
            }
        };
        frames.iter().zip(poses).map(one).collect()
    }
}

fn told(sight: &BackSight) -> Value {
    match sight {
        BackSight::Unseen(reason) => json!(format!("{reason:?}")),
        BackSight::Seen(back) => back.change.map_or(json!("NoStanding"), |change| json!(degrees(&change))),
    }
}

fn degrees(change: &Change) -> [f32; 4] {
    let (lumbar, hip) = (change.lumbar_flexion, change.hip_flexion);
    [lumbar.angle, lumbar.half_width_90, hip.angle, hip.half_width_90].map(Angle::to_degrees)
}

const HIDDEN: [Joint; 4] = [Joint::LeftHip, Joint::RightHip, Joint::LeftKnee, Joint::RightKnee];
const TOLD: [Joint; 6] =
    [Joint::LeftShoulder, Joint::RightShoulder, Joint::LeftHip, Joint::RightHip, Joint::LeftKnee, Joint::RightKnee];

/// What was seen without a disc, but hips and knees as behind it.
fn misplaced(clean: Option<&Pose>, behind: Option<&Pose>) -> Option<Pose> {
    let (mut pose, behind) = (clean?.clone(), behind?);
    for joint in HIDDEN {
        pose.landmarks[joint as usize] = behind.landmarks[joint as usize];
    }
    Some(pose)
}

fn landmarks(pose: Option<&Pose>) -> Value {
    let one = |pose: &Pose, joint: Joint| {
        let landmark = pose.landmarks[joint as usize];
        [landmark.point.x, landmark.point.y, landmark.visibility]
    };
    json!(pose.map(|pose| TOLD.map(|joint| one(pose, joint))))
}

/// A film with its true joints.
struct Film {
    name: String,
    frames: Vec<Frame>,
    joints: Vec<Joints>,
}

impl Film {
    fn open(path: &Path) -> Result<Self> {
        let truth = std::fs::read_to_string(path.with_extension("json")).context("the true joints")?;
        let truth: Value = serde_json::from_str(&truth)?;
        let mut source = video::open(path)?;
        let mut frames = Vec::new();
        while let Delivery::Frame(frame) = source.next()? {
            if frame.number % EVERY == 0 {
                frames.push(frame);
            }
        }
        let joints = frames.iter().map(|frame| Joints::of(&truth["frames"][frame.number as usize]));
        let joints = joints.collect::<Option<_>>().context("joints of the names hip_L … in every frame")?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, frames, joints })
    }

    fn with(&self, disc: Disc) -> impl Iterator<Item = Frame> {
        let trunk = self.joints.first().map_or(0.0, |joints| joints.trunk()[0].hypot(joints.trunk()[1]));
        self.frames.iter().zip(&self.joints).map(move |(frame, joints)| {
            let picture = Arc::new(disc.draw(&frame.picture, joints, trunk));
            Frame { picture, ..frame.clone() }
        })
    }

    fn tell(&self, networks: &Networks) -> Result<()> {
        let clean = networks.poses(self.frames.iter().cloned())?;
        let angles = networks.angles(&self.frames, clean.iter().cloned())?;
        for (number, frame) in self.frames.iter().enumerate() {
            let seen = landmarks(clean[number].as_ref());
            println!("{}", json!({ "clip": self.name, "frame": frame.number, "seen": seen, "whole": angles[number] }));
        }
        for disc in Disc::all() {
            self.tell_behind(disc, networks, &clean)?;
        }
        Ok(())
    }

    fn tell_behind(&self, disc: Disc, networks: &Networks, clean: &[Option<Pose>]) -> Result<()> {
        let behind = networks.poses(self.with(disc))?;
        let pairs = || clean.iter().map(Option::as_ref).zip(behind.iter().map(Option::as_ref));
        let always = pairs().map(|(clean, behind)| misplaced(clean, behind));
        let in_the_bend = pairs().zip(&self.joints);
        let in_the_bend =
            in_the_bend.map(|((clean, behind), joints)| misplaced(clean, if joints.leans() { behind } else { clean }));
        let whole = networks.angles(&self.frames, behind.iter().cloned())?;
        let (standing, bending) = (networks.angles(&self.frames, always)?, networks.angles(&self.frames, in_the_bend)?);
        for (number, frame) in self.frames.iter().enumerate() {
            let row = json!({
                "clip": self.name, "frame": frame.number, "disc": disc.name(), "seen": landmarks(behind[number].as_ref()),
                "standing": standing[number], "bending": bending[number], "whole": whole[number],
            });
            println!("{row}");
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).context("which folder of clips?")?);
    let runtime = Runtime::open(None, &Paths::discover()?, &mut |line| eprintln!("{line}"))?;
    let models = models::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models")))?;
    let networks = Networks { runtime, models };
    let mut films: Vec<_> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    films.retain(|path| path.extension().is_some_and(|extension| extension == "mp4"));
    films.sort();
    for path in films {
        eprintln!("{}", path.display());
        Film::open(&path)?.tell(&networks)?;
    }
    Ok(())
}
