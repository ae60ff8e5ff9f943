//! The tracker with its real networks: the same frames give the same bytes, and people are counted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bendwise::app_dirs::Paths;
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pose::{Joint, Landmarker, PoseResult, Tracker};
use bendwise::source::{Frame, Timestamp};
use image::{RgbImage, imageops};

fn tracker() -> Tracker {
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    Tracker::open(&runtime, &models::find(None).unwrap(), Landmarker::Full).unwrap()
}

fn picture(name: &str) -> RgbImage {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity");
    image::open(folder.join(name)).unwrap().into_rgb8()
}

fn frame(picture: RgbImage, number: u64) -> Frame {
    let time = Timestamp::from_secs_f64(number as f64 / 15.0);
    Frame { picture: Arc::new(picture), time, captured_at: Instant::now(), number }
}

/// A picture that moves to the left by `shift` pixels, as if the person walked.
fn shifted(picture: &RgbImage, shift: u32) -> RgbImage {
    imageops::crop_imm(picture, shift, 0, picture.width() - 80, picture.height()).to_image()
}

/// A person who walks, is gone for three frames, and is back: 24 frames, more than a second.
fn walk() -> Vec<PoseResult> {
    let (person, mut tracker) = (picture("standing_tight_right_0.jpg"), tracker());
    let frames = (0..24u32).map(|number| match number {
        10..13 => RgbImage::new(560, 480),
        _ => shifted(&person, 3 * number),
    });
    frames.zip(0..).map(|(picture, number)| tracker.observe(&frame(picture, number)).unwrap()).collect()
}

#[test]
fn the_same_frames_give_the_same_bytes() {
    let first = walk();
    assert_eq!(first, walk());
    for (number, pose_result) in first.iter().enumerate() {
        let there = !(10..13).contains(&number);
        assert_eq!(pose_result.pose.is_some(), there, "frame {number}");
        assert_eq!(pose_result.people, usize::from(there), "frame {number}");
    }
}

#[test]
fn landmarks_move_as_the_person_does() {
    let walk = walk();
    let hip = |number: usize| walk[number].pose.as_ref().unwrap().point(Joint::RightHip);
    let moved = hip(0) - hip(9);
    assert!((moved.x - 27.0).abs() < 3.0 && moved.y.abs() < 3.0, "{moved:?}");
}

#[test]
fn two_people_side_by_side_are_two_and_the_larger_is_followed() {
    let half = |name: &str| imageops::crop_imm(&picture(name), 160, 0, 320, 480).to_image();
    let near = half("standing_tight_right_0.jpg");
    let far = imageops::resize(&half("standing_bare_right_30.jpg"), 272, 408, imageops::FilterType::Triangle);
    let mut both = RgbImage::new(640, 480);
    imageops::replace(&mut both, &far, 24, 36);
    imageops::replace(&mut both, &near, 320, 0);
    let mut tracker = tracker();
    for number in 0..20 {
        let pose_result = tracker.observe(&frame(both.clone(), number)).unwrap();
        assert_eq!(pose_result.people, 2, "frame {number}");
        assert!(pose_result.pose.unwrap().point(Joint::RightHip).x > 320.0, "frame {number}");
    }
}

#[test]
fn pictures_without_anybody_or_without_pixels_are_no_error() {
    let mut tracker = tracker();
    for (number, picture) in [RgbImage::new(640, 480), RgbImage::new(1, 1), RgbImage::new(0, 0)].into_iter().enumerate()
    {
        assert_eq!(tracker.observe(&frame(picture, number as u64)).unwrap(), PoseResult::default());
    }
}
