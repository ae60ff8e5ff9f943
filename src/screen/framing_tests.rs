//! What is shown of a person: at an edge, over two sets, in a bend, after a step back.

use std::sync::Arc;

use image::RgbImage;

use super::*;
use crate::coach::Progress;
use crate::geometry::Measurement;
use crate::pose::{CameraPoint, Joint, Landmark};

const PICTURE: Size2D<f32, Camera> = Size2D::new(1280.0, 720.0);

fn person(left: f32, top: f32, width: f32, height: f32) -> CameraBox {
    Box2D::from_origin_and_size(point2(left, top), size2(width, height))
}

/// A person in this box, at this time.
fn scene(seconds: f64, place: Option<CameraBox>, phase: Phase) -> Scene {
    let body = place.map(|place| {
        let mut landmarks = [Landmark::default(); Joint::COUNT];
        let corners: [CameraPoint; 4] =
            [place.min, place.max, point2(place.min.x, place.max.y), point2(place.max.x, place.min.y)];
        for (landmark, point) in landmarks.iter_mut().zip(corners) {
            *landmark = Landmark { point, visibility: 0.9, ..Landmark::default() };
        }
        Body { landmarks, presence: 0.9, size: 0.0 }
    });
    let state = if place.is_some() { State::Measured } else { State::Nobody };
    Scene {
        picture: Arc::new(RgbImage::new(1, 1)),
        time: Timestamp::from_secs_f64(seconds),
        number: 0,
        body,
        back: None,
        measurement: Measurement { state, ..Measurement::default() },
        progress: Progress { phase, ..Progress::default() },
        times: None,
    }
}

fn follow(framing: &mut Framing, from: f64, to: f64, place: Option<CameraBox>, phase: Phase) {
    for frame in (from * 30.0) as u32..(to * 30.0) as u32 {
        framing.observe(&scene(f64::from(frame) / 30.0, place, phase), None, false);
    }
}

fn near(one: Option<CameraBox>, other: CameraBox) -> bool {
    let off = |one: CameraBox| (one.min - other.min).length().max((one.max - other.max).length());
    one.is_some_and(|one| off(one) <= STILL * other.height() * 2.0)
}

#[test]
fn a_person_fills_most_of_the_height_in_every_stage() {
    for stage in [size2(870.0, 459.0), size2(1305.0, 690.0), size2(1080.0, 950.0), size2(700.0, 700.0)] {
        for (left, top) in [(600.0, 300.0), (500.0, 100.0), (200.0, 60.0)] {
            let person = person(left, top, 110.0, 380.0);
            let part = crop(person, PICTURE, stage);
            assert!(part.contains_box(&person), "{part:?}");
            assert!(Box2D::from_size(PICTURE).contains_box(&part), "{part:?}");
            assert!(person.height() / part.height() >= 0.7, "{stage:?}: {part:?}");
            assert!((part.width() / part.height() - stage.width / stage.height).abs() < 0.01);
        }
    }
}

/// An arm straight up reaches a quarter of the body's height above the head, and steers the session.
#[test]
fn a_raised_hand_is_in_the_part_that_is_shown_and_changes_nothing() {
    let standing = person(600.0, 250.0, 110.0, 400.0);
    for stage in [size2(870.0, 459.0), size2(1305.0, 690.0), size2(1080.0, 950.0), size2(700.0, 700.0)] {
        let part = crop(standing, PICTURE, stage);
        assert!(part.min.y <= standing.min.y - 0.25 * standing.height() + 0.1, "{stage:?}: {part:?}");
        assert!(part.max.y >= standing.max.y + 0.03 * standing.height(), "{stage:?}: {part:?}");
    }
    let mut framing = Framing::default();
    follow(&mut framing, 0.0, 2.0, Some(standing), Phase::Top);
    let before = framing.person();
    for frame in 60..150 {
        let mut scene = scene(f64::from(frame) / 30.0, Some(standing), Phase::Top);
        let body = scene.body.as_mut().unwrap();
        for joint in [Joint::RightWrist, Joint::RightIndex] {
            let point = point2(640.0, 150.0);
            body.landmarks[joint as usize] = Landmark { point, visibility: 0.9, ..Landmark::default() };
        }
        framing.observe(&scene, None, false);
        assert_eq!(framing.person(), before, "after {frame} frames");
    }
}

#[test]
fn at_an_edge_the_part_ends_with_the_picture() {
    for left in [0.0, 1170.0] {
        let person = person(left, 250.0, 110.0, 400.0);
        let part = crop(person, PICTURE, size2(870.0, 459.0));
        assert!(part.contains_box(&person) && Box2D::from_size(PICTURE).contains_box(&part), "{part:?}");
    }
}

#[test]
fn a_small_person_is_not_enlarged_beyond_what_the_picture_shows() {
    let part = crop(person(600.0, 300.0, 20.0, 60.0), PICTURE, size2(1305.0, 690.0));
    assert!((part.height() - 230.0).abs() < 0.1, "{part:?}");
    let large = crop(person(100.0, 0.0, 1100.0, 700.0), PICTURE, size2(870.0, 459.0));
    assert_eq!(large.size(), PICTURE);
}

#[test]
fn nothing_moves_inside_a_repetition_and_the_bend_counts_afterwards() {
    let (standing, bent) = (person(600.0, 200.0, 110.0, 400.0), person(540.0, 330.0, 330.0, 270.0));
    let mut framing = Framing::default();
    follow(&mut framing, 0.0, 1.0, Some(standing), Phase::Top);
    let before = framing.person();
    assert!(near(before, standing));
    for phase in [Phase::Down, Phase::Bottom, Phase::Up] {
        follow(&mut framing, 1.0, 2.0, Some(bent), phase);
        assert_eq!(framing.person(), before);
    }
    follow(&mut framing, 2.0, 5.0, Some(standing), Phase::Top);
    assert!(near(framing.person(), standing.union(&bent)), "{framing:?}");
}

#[test]
fn the_next_set_begins_with_where_the_person_stands_then() {
    let (standing, bent) = (person(600.0, 200.0, 110.0, 400.0), person(500.0, 330.0, 400.0, 270.0));
    let mut framing = Framing::default();
    follow(&mut framing, 0.0, 1.0, Some(standing), Phase::Top);
    follow(&mut framing, 1.0, 2.0, Some(bent), Phase::Down);
    let second = Some(Place { exercise: 0, round: 1 });
    for frame in 60..180 {
        framing.observe(&scene(f64::from(frame) / 30.0, Some(standing), Phase::Top), second, false);
    }
    assert!(near(framing.person(), standing), "{framing:?}");
}

#[test]
fn whoever_steps_back_is_followed_once_they_stay() {
    let (close, back) = (person(560.0, 100.0, 150.0, 560.0), person(600.0, 240.0, 100.0, 380.0));
    let mut framing = Framing::default();
    follow(&mut framing, 0.0, 1.0, Some(close), Phase::Top);
    follow(&mut framing, 1.0, 1.5, Some(back), Phase::Top);
    assert!(near(framing.person(), close));
    follow(&mut framing, 1.5, 6.0, Some(back), Phase::Top);
    assert!(near(framing.person(), back), "{framing:?}");
}

#[test]
fn without_a_person_the_whole_picture_is_shown() {
    let standing = person(600.0, 200.0, 110.0, 400.0);
    let mut framing = Framing::default();
    follow(&mut framing, 0.0, 1.0, None, Phase::Top);
    assert_eq!(framing.person(), None);
    follow(&mut framing, 1.0, 2.0, Some(standing), Phase::Top);
    follow(&mut framing, 2.0, 2.5, None, Phase::Top);
    assert!(framing.person().is_some(), "a moment unseen changes nothing");
    follow(&mut framing, 2.5, 4.0, None, Phase::Top);
    assert_eq!(framing.person(), None);
    follow(&mut framing, 4.0, 5.0, Some(standing), Phase::Top);
    framing.observe(&scene(5.0, Some(standing), Phase::Top), None, true);
    assert_eq!(framing.person(), None);
}
