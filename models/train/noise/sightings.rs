//! What the pose networks of bendwise see in pictures: for `render.py`'s people, so that `measure.py` can tell how they err.
//!
//!     cargo run --release --example sightings -- PICTURE… > sightings.jsonl
//!
//! One JSON line a picture: its name, the landmarks as camera pixels, and the region of the mask, which lies beside the
//! picture as `PICTURE.mask.png` (256 × 256, 255 is certain). Each picture is shown [`TIMES`] times as of a camera, so that the
//! region is that of a person who is followed.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bendwise::app_dirs::Paths;
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pose::{CROP_SIZE, Landmarker, Pose, Tracker};
use bendwise::source::{Frame, Timestamp};
use image::GrayImage;

/// Frames of each picture.
const TIMES: u32 = 4;

fn main() -> Result<()> {
    let runtime = Runtime::open(None, &Paths::discover()?, &mut |line| eprintln!("{line}"))?;
    let folder = models::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models")))?;
    for name in std::env::args().skip(1) {
        let mut tracker = Tracker::open(&runtime, &folder, Landmarker::Full)?;
        let picture = Arc::new(image::open(&name).with_context(|| name.clone())?.into_rgb8());
        let mut pose = None;
        for number in 0..TIMES {
            let time = Timestamp::new(Duration::from_millis(33) * number);
            let frame = Frame { picture: picture.clone(), time, captured_at: Instant::now(), number: number.into() };
            pose = tracker.observe(&frame)?.pose;
        }
        match pose {
            Some(pose) => tell(&name, &pose)?,
            None => eprintln!("{name}: nobody"),
        }
    }
    Ok(())
}

fn tell(name: &str, pose: &Pose) -> Result<()> {
    let points: Vec<[f32; 2]> = pose.landmarks.iter().map(|landmark| landmark.point.to_array()).collect();
    let region = [pose.region.center.x, pose.region.center.y, pose.region.size, pose.region.rotation.radians];
    println!("{}", serde_json::json!({ "picture": name, "landmarks": points, "region": region }));
    let levels = pose.mask.probability.iter().map(|probability| (probability * 255.0).round() as u8).collect();
    let side = CROP_SIZE as u32;
    let mask = GrayImage::from_raw(side, side, levels).context("a mask is square")?;
    Ok(mask.save(Path::new(name).with_extension("mask.png"))?)
}
