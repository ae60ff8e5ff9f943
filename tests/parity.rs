//! The pose pipeline agrees with MediaPipe on the pictures of `tests/parity` (their origin: its README).
//!
//! Distances are in pixels of the network's 256 grid. The limits are slightly above what a numpy pipeline reaches with
//! pictures whose levels differ by one here and there, as from another JPEG decoder: they catch a wrong half pixel,
//! border or kernel, and tolerate another decoder.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use bendwise::app_dirs::Paths;
use bendwise::inference::{Network, Runtime};
use bendwise::pose::{
    Border, CROP_SIZE, Camera, CameraPoint, Cropper, Detector, Joint, LandmarkNetwork, LandmarkOutput, Landmarker,
    Mask, Region,
};
use bendwise::source::{Delivery, video};
use euclid::Point2D;
use image::{GrayImage, RgbImage};
use serde::Deserialize;

/// The output of `tests/parity/record.py`.
#[derive(Deserialize)]
struct Recorded {
    region: RecordedRegion,
    next_region: RecordedRegion,
    /// x, y, z, visibility.
    landmarks: Vec<[f32; 4]>,
    /// Metres.
    world: Vec<[f32; 3]>,
}

#[derive(Deserialize)]
struct RecordedRegion {
    centre: [f32; 2],
    side: f32,
    rotation: f32,
}

struct Case {
    name: String,
    picture: RgbImage,
    mask: GrayImage,
    recorded: Recorded,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity")
}

fn cases() -> Vec<Case> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    names.sort();
    assert!(names.len() >= 12, "the recordings are missing from {}", folder().display());
    names.iter().map(|path| case(path)).collect()
}

fn case(path: &Path) -> Case {
    let recorded = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let picture = image::open(path.with_extension("jpg")).unwrap().into_rgb8();
    let mask = image::open(path.with_extension("mask.png")).unwrap().into_luma8();
    Case { name: path.file_stem().unwrap().to_string_lossy().into_owned(), picture, mask, recorded }
}

fn networks(landmarker: Landmarker) -> (Detector, LandmarkNetwork) {
    let paths = Paths::discover().unwrap();
    let runtime = Runtime::open(None, &paths, &mut |line| eprintln!("{line}")).unwrap();
    let models = bendwise::inference::models::find(None).unwrap();
    (Detector::open(&runtime, &models).unwrap(), LandmarkNetwork::open(&runtime, &models, landmarker).unwrap())
}

/// Median, 95th percentile and maximum.
fn spread(mut values: Vec<f32>) -> [f32; 3] {
    values.sort_by(f32::total_cmp);
    [values[values.len() / 2], values[values.len() * 95 / 100], values[values.len() - 1]]
}

/// The probability of the mask at a picture pixel: corner convention, bilinear, 0 outside the crop.
fn probability(mask: &Mask, region: &Region, x: u32, y: u32) -> f32 {
    let at = region.crop_from_camera().transform_point(Point2D::new(x as f32, y as f32));
    let (left, top) = (at.x.floor(), at.y.floor());
    let level = |column: f32, row: f32| {
        let inside = (0.0..CROP_SIZE as f32).contains(&column) && (0.0..CROP_SIZE as f32).contains(&row);
        if inside { mask.probability[(row as usize, column as usize)] } else { 0.0 }
    };
    let (right, below) = (at.x - left, at.y - top);
    let above = level(left, top) * (1.0 - right) + level(left + 1.0, top) * right;
    let under = level(left, top + 1.0) * (1.0 - right) + level(left + 1.0, top + 1.0) * right;
    above * (1.0 - below) + under * below
}

/// The overlap of the silhouettes, 0 to 1.
fn agreement(case: &Case, output: &LandmarkOutput) -> f32 {
    let (mut both, mut either) = (0u32, 0u32);
    for (x, y, level) in case.mask.enumerate_pixels() {
        let (ours, theirs) = (probability(&output.pose.mask, &output.pose.region, x, y) > 0.5, level.0[0] > 127);
        both += u32::from(ours && theirs);
        either += u32::from(ours || theirs);
    }
    both as f32 / either as f32
}

fn distance(ours: &Region, theirs: &RecordedRegion) -> f32 {
    (ours.center - CameraPoint::new(theirs.centre[0], theirs.centre[1])).length() * CROP_SIZE as f32 / theirs.side
}

#[test]
fn full_agrees_with_mediapipe() {
    let (mut detector, mut landmarks) = networks(Landmarker::Full);
    let (mut errors, mut metres, mut regions, mut sight) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut masks = Vec::new();
    for case in &cases() {
        let found = detector.detect(&case.picture).unwrap();
        assert_eq!(found.len(), 1, "{}", case.name);
        let region = found[0].region().unwrap();
        let output = landmarks.estimate(&case.picture, &region).unwrap();
        let unit = CROP_SIZE as f32 / case.recorded.region.side;
        for (index, theirs) in case.recorded.landmarks.iter().enumerate() {
            let ours = &output.pose.landmarks[index];
            errors.push((ours.point - Point2D::<f32, Camera>::new(theirs[0], theirs[1])).length() * unit);
            sight.push((ours.visibility - theirs[3]).abs());
        }
        for (ours, theirs) in output.pose.landmarks.iter().zip(&case.recorded.world) {
            metres.push((ours.world - euclid::point3(theirs[0], theirs[1], theirs[2])).length());
        }
        regions.push(distance(&region, &case.recorded.region));
        let next = output.next.unwrap();
        let turn = (next.rotation.radians - case.recorded.next_region.rotation).to_degrees().abs();
        assert!(turn < 0.5, "{}: the next region is {turn}° off", case.name);
        masks.push(agreement(case, &output));
    }
    let worst = masks.iter().copied().fold(1.0, f32::min);
    let [median, ..] = spread(masks);
    eprintln!("masks: intersection over union median {median:.4}, worst {worst:.4}");
    assert!(median > 0.99 && worst > 0.97);
    let [median, p95, worst] = spread(errors);
    eprintln!("landmarks: median {median:.4}, p95 {p95:.4}, worst {worst:.3} pixels of the 256 grid");
    assert!(median < 0.2 && p95 < 1.0);
    let [median, p95, worst] = spread(metres);
    eprintln!("world landmarks: median {median:.5}, p95 {p95:.5}, worst {worst:.4} m");
    assert!(median < 0.003 && p95 < 0.02);
    let [median, _, worst] = spread(regions);
    eprintln!("region: median {median:.4}, worst {worst:.4} pixels of the 256 grid");
    assert!(worst < 0.3);
    let [median, p95, worst] = spread(sight);
    eprintln!("visibility: median {median:.4}, p95 {p95:.4}, worst {worst:.4}");
    assert!(p95 < 0.02);
}

/// There is no reference for the lite network: it only has to agree roughly with the full one.
#[test]
fn lite_sees_the_same_people() {
    let (mut detector, mut landmarks) = networks(Landmarker::Lite);
    for case in &cases() {
        let region = detector.detect(&case.picture).unwrap()[0].region().unwrap();
        let output = landmarks.estimate(&case.picture, &region).unwrap();
        assert!(output.pose.presence > 0.9, "{}", case.name);
        let hip = output.pose.point(Joint::LeftHip);
        let theirs = case.recorded.landmarks[Joint::LeftHip as usize];
        let off = (hip - CameraPoint::new(theirs[0], theirs[1])).length() * CROP_SIZE as f32 / region.size;
        assert!(off < 12.0, "{}: the left hip is {off} pixels of the 256 grid away", case.name);
        let agreement = agreement(case, &output);
        assert!(agreement > 0.8, "{}: the masks' intersection over union is {agreement}", case.name);
    }
}

/// The landmark network with its mask's decoder, as it was before `models/convert` cut that off.
fn whole_network(name: &str) -> Network {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let part = |part: &str| fs::read(folder.join(format!("{part}-{name}.onnx"))).unwrap();
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    runtime.network("the whole network", &[part("landmarks"), part("mask")].concat()).unwrap()
}

/// Pictures of the demo and of this folder, each with the region of its person.
fn people(detector: &mut Detector) -> Vec<(RgbImage, Region)> {
    let mut pictures: Vec<RgbImage> = cases().into_iter().map(|case| case.picture).collect();
    let mut demo = video::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4")).unwrap();
    while let Delivery::Frame(frame) = demo.next().unwrap() {
        if frame.number % 40 == 20 {
            pictures.push(RgbImage::clone(&frame.picture));
        }
    }
    let region = |picture: &RgbImage| detector.detect(picture).unwrap()[0].region().unwrap();
    let regions: Vec<Region> = pictures.iter().map(region).collect();
    pictures.into_iter().zip(regions).collect()
}

/// How far a probability of the mask may be from ONNX Runtime's. Measured: 2.7e-4 at most with the full network, 1.4e-4 with the
/// lite one; in a crop of one of these pictures ONNX Runtime itself is 1.2e-4 from double precision.
const MASK_LIMIT: f32 = 4e-4;

/// Where the program decodes the mask itself, it is the network's own; where it leaves out a part of the crop, nobody is there.
#[test]
fn the_mask_is_that_of_the_whole_network() {
    for (name, landmarker) in [("full", Landmarker::Full), ("lite", Landmarker::Lite)] {
        let (mut detector, mut landmarks) = networks(landmarker);
        let mut whole = whole_network(name);
        let mut cropper = Cropper::new(CROP_SIZE, Border::Replicate, (0.0, 1.0));
        let (mut worst, mut left_out) = (0.0_f32, 0_usize);
        let people = people(&mut detector);
        assert!(people.len() >= 20);
        for (picture, region) in &people {
            let ours = landmarks.estimate(picture, region).unwrap().pose.mask.probability;
            let outputs = whole.run(CROP_SIZE, cropper.crop(picture, region)).unwrap();
            let logits = outputs.values::<{ CROP_SIZE * CROP_SIZE }>("mask").unwrap();
            for (ours, logit) in ours.iter().zip(logits) {
                let theirs = 1.0 / (1.0 + (-logit).exp());
                if *ours == 0.0 {
                    left_out += 1;
                    assert!(theirs < 0.5, "{name}: somebody is where nobody is looked for");
                } else {
                    worst = worst.max((ours - theirs).abs());
                }
            }
        }
        let share = left_out as f32 / (people.len() * CROP_SIZE * CROP_SIZE) as f32;
        eprintln!("{name}: masks at most {worst:.1e} off, {:.0} % of them left out", 100.0 * share);
        assert!(worst < MASK_LIMIT, "{name}: {worst}");
        assert!(share > 0.2, "{name}: only {share} left out");
    }
}
