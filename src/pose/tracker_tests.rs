//! The tracker's behaviour, with fake networks that know where everybody is.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use euclid::{Angle, Box2D, point2, size2};
use ndarray::Array2;

use super::*;
use crate::pose::{CROP_SIZE, Joint, Landmark, Mask, Pose};

/// A fake person: the midpoint of the hips, the size of the person's circle, and the presence.
#[derive(Clone, Copy, Debug)]
struct Person {
    x: f32,
    radius: f32,
    presence: f32,
    /// Whether the detector sees the person only in the middle of the picture.
    faint: bool,
}

impl Person {
    const fn at(x: f32) -> Self {
        Self { x, radius: 100.0, presence: 0.9, faint: false }
    }

    fn detection(self) -> Detection {
        let hips = point2(self.x, 240.0);
        Detection { bounds: Box2D::zero(), hips, rim: point2(self.x, 240.0 - self.radius), score: 0.8 }
    }
}

#[derive(Debug, Default)]
struct Scene {
    people: Vec<Person>,
    detector_blind: bool,
    detector_runs: usize,
    looks: usize,
}

#[derive(Clone, Debug, Default)]
struct World(Arc<Mutex<Scene>>);

impl World {
    fn new(people: &[Person]) -> (Self, Tracker) {
        let world = Self::default();
        world.set(people);
        (world.clone(), Tracker::new(Box::new(world)))
    }

    fn set(&self, people: &[Person]) {
        self.0.lock().unwrap().people = people.to_vec();
    }

    fn detector_runs(&self) -> usize {
        self.0.lock().unwrap().detector_runs
    }
}

impl Networks for World {
    fn detect(&mut self, picture: &RgbImage, square: &Region) -> Result<Vec<Detection>, InferenceError> {
        let mut scene = self.0.lock().unwrap();
        scene.detector_runs += 1;
        let seen = if scene.detector_blind { &[][..] } else { &scene.people[..] };
        let middle = square.size < picture.width() as f32;
        let there = |person: &&Person| match middle {
            true => (person.x - square.center.x).abs() < square.size / 2.0,
            false => !person.faint,
        };
        Ok(seen.iter().filter(there).map(|person| person.detection()).collect())
    }

    fn landmarks(&mut self, _: &RgbImage, region: &Region) -> Result<LandmarkOutput, InferenceError> {
        let mut scene = self.0.lock().unwrap();
        scene.looks += 1;
        let near = scene.people.iter().find(|person| (person.x - region.center.x).abs() < region.size / 4.0);
        let pose = Pose {
            landmarks: [Landmark::default(); Joint::COUNT],
            presence: near.map_or(0.1, |person| person.presence),
            mask: Mask {
                probability: Array2::zeros((CROP_SIZE, CROP_SIZE)),
                burnt_out: Array2::from_elem((CROP_SIZE, CROP_SIZE), false),
            },
            region: *region,
            picture_size: size2(640.0, 480.0),
        };
        Ok(LandmarkOutput { pose, next: near.and_then(|person| person.detection().region()) })
    }
}

fn frame(seconds: f64) -> Frame {
    Frame {
        picture: Arc::new(RgbImage::new(640, 480)),
        time: Timestamp::from_secs_f64(seconds),
        captured_at: Instant::now(),
        number: 0,
    }
}

/// The position of the followed person, if any, and the number of people in view.
fn sees(tracker: &mut Tracker, seconds: f64) -> (Option<f32>, usize) {
    let pose_result = tracker.observe(&frame(seconds)).unwrap();
    (pose_result.pose.map(|pose| pose.region.center.x), pose_result.people)
}

#[test]
fn somebody_who_stays_is_detected_once_and_then_followed() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    for number in 0..20 {
        assert_eq!(sees(&mut tracker, f64::from(number) / 30.0), (Some(100.0), 1));
    }
    assert_eq!(world.detector_runs(), 1);
}

#[test]
fn nobody_is_searched_for_in_every_frame() {
    let (world, mut tracker) = World::new(&[]);
    assert_eq!(sees(&mut tracker, 0.0), (None, 0));
    assert_eq!(sees(&mut tracker, 0.03), (None, 0));
    world.set(&[Person::at(100.0)]);
    assert_eq!(sees(&mut tracker, 0.13), (Some(100.0), 1));
    assert_eq!(
        world.detector_runs(),
        4,
        "the whole picture and its middle, soon after the whole picture, then both until one is found"
    );
}

#[test]
fn while_nobody_is_found_the_whole_picture_and_its_middle_are_searched_in_turn() {
    let (world, mut tracker) = World::new(&[]);
    let runs: Vec<usize> = (0..6)
        .map(|number| {
            sees(&mut tracker, f64::from(number) / 30.0);
            world.detector_runs()
        })
        .collect();
    assert_eq!(runs, [2, 3, 4, 5, 6, 7]);
    world.set(&[Person { faint: true, ..Person::at(100.0) }]);
    assert_eq!(sees(&mut tracker, 6.0 / 30.0), (Some(100.0), 1), "its middle");
    world.set(&[]);
    sees(&mut tracker, 7.0 / 30.0);
    assert_eq!(world.detector_runs(), 10, "beside the landmarks of nobody, the whole picture");
    world.set(&[Person { faint: true, ..Person::at(100.0) }]);
    assert_eq!(sees(&mut tracker, 8.0 / 30.0), (Some(100.0), 1), "its middle");
    world.set(&[]);
    let before = (sees(&mut tracker, 0.4), world.detector_runs()).1;
    sees(&mut tracker, 0.4);
    assert_eq!(world.detector_runs(), before + 2, "times that stand still say nothing of how soon it came");
    let before = world.detector_runs();
    sees(&mut tracker, 0.467); // 15 frames a second
    assert_eq!(world.detector_runs(), before + 2, "there is time for both");
    sees(&mut tracker, 0.1);
    assert_eq!(world.detector_runs(), before + 4, "a recording that starts over");
}

#[test]
fn whoever_is_seen_in_the_middle_is_not_followed_before_the_whole_picture_was_searched() {
    let (world, mut tracker) = World::new(&[]);
    sees(&mut tracker, 0.0);
    sees(&mut tracker, 0.03);
    world.set(&[Person { faint: true, ..Person::at(300.0) }, Person { radius: 150.0, ..Person::at(600.0) }]);
    assert_eq!(sees(&mut tracker, 0.07), (Some(600.0), 2), "the middle's turn, but the larger one is beside it");
    assert_eq!(world.detector_runs(), 2 + 1 + 2);
}

#[test]
fn somebody_the_detector_misses_in_the_whole_picture_is_found_in_its_middle() {
    let (_, mut tracker) = World::new(&[Person { faint: true, ..Person::at(100.0) }]);
    assert_eq!(sees(&mut tracker, 0.0), (Some(100.0), 1));
}

#[test]
fn somebody_lost_is_found_again_in_the_same_frame() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[Person::at(500.0)]);
    assert_eq!(sees(&mut tracker, 0.03), (Some(500.0), 1));
}

#[test]
fn somebody_who_is_suddenly_elsewhere_is_looked_for_anew() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[Person::at(110.0)]);
    assert_eq!(sees(&mut tracker, 0.03), (Some(100.0), 1), "an ordinary step is followed");
    world.set(&[Person::at(160.0)]);
    assert_eq!(sees(&mut tracker, 0.07), (Some(160.0), 1));
    assert_eq!(world.detector_runs(), 2);
    world.0.lock().unwrap().detector_blind = true;
    world.set(&[Person::at(210.0)]);
    assert_eq!(sees(&mut tracker, 0.1), (Some(160.0), 1), "half seen is better than not at all");
    assert_eq!(world.detector_runs(), 4, "the whole picture and its middle");
    assert_eq!(sees(&mut tracker, 0.13), (Some(210.0), 1));
    world.set(&[Person::at(260.0)]);
    assert_eq!(sees(&mut tracker, 0.145), (Some(210.0), 1));
    assert_eq!(world.detector_runs(), 6, "both again, as somebody is followed");
}

#[test]
fn somebody_who_left_is_gone() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[]);
    assert_eq!(sees(&mut tracker, 0.03), (None, 0));
}

#[test]
fn low_presence_is_nobody() {
    let doubtful = Person { presence: 0.4, ..Person::at(100.0) };
    let (_, mut tracker) = World::new(&[doubtful]);
    assert_eq!(sees(&mut tracker, 0.0), (None, 1));
}

#[test]
fn the_largest_is_followed_first_and_kept_when_a_larger_one_comes() {
    let (world, mut tracker) = World::new(&[Person::at(100.0), Person { radius: 130.0, ..Person::at(400.0) }]);
    assert_eq!(sees(&mut tracker, 0.0), (Some(400.0), 2));
    world.set(&[Person { radius: 200.0, ..Person::at(100.0) }, Person { radius: 130.0, ..Person::at(400.0) }]);
    assert_eq!(sees(&mut tracker, 0.03), (Some(400.0), 2));
}

#[test]
fn after_a_moment_out_of_sight_the_same_person_is_followed_again() {
    let larger = Person { radius: 150.0, ..Person::at(600.0) };
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[]);
    sees(&mut tracker, 0.03);
    world.set(&[larger, Person::at(150.0)]);
    assert_eq!(sees(&mut tracker, 0.07), (Some(150.0), 2));
}

#[test]
fn a_picture_on_the_wall_is_no_second_person() {
    let picture = Person { radius: 35.0, ..Person::at(400.0) };
    let (world, mut tracker) = World::new(&[Person::at(100.0), picture]);
    assert_eq!(sees(&mut tracker, 0.0), (Some(100.0), 1));
    world.set(&[Person::at(100.0), picture, Person { radius: 60.0, ..Person::at(250.0) }]);
    for seconds in [0.3, 0.6, 1.0] {
        sees(&mut tracker, seconds);
    }
    assert_eq!(sees(&mut tracker, 1.1).1, 2, "a child is");
}

#[test]
fn after_a_long_time_out_of_sight_the_largest_is_followed_again() {
    let larger = Person { radius: 150.0, ..Person::at(600.0) };
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[]);
    for number in 1..40 {
        sees(&mut tracker, f64::from(number) / 10.0);
    }
    world.set(&[larger, Person::at(150.0)]);
    assert_eq!(sees(&mut tracker, 4.0), (Some(600.0), 2));
}

#[test]
fn the_next_candidate_is_tried_when_the_largest_is_nobody() {
    let poster = Person { radius: 150.0, presence: 0.2, ..Person::at(500.0) };
    let (_, mut tracker) = World::new(&[poster, Person::at(100.0)]);
    assert_eq!(sees(&mut tracker, 0.0), (Some(100.0), 2));
}

#[test]
fn people_are_counted_once_a_second_of_the_recordings_time() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[Person::at(100.0), Person::at(400.0)]);
    for seconds in [0.3, 0.6, 0.9] {
        assert_eq!(sees(&mut tracker, seconds).1, 1);
    }
    assert_eq!(sees(&mut tracker, 1.0).1, 1, "the number holds from the next frame on");
    assert_eq!(sees(&mut tracker, 1.1).1, 2);
    assert_eq!(world.detector_runs(), 2);
    world.set(&[Person::at(100.0)]);
    sees(&mut tracker, 0.2);
    assert_eq!(sees(&mut tracker, 0.3).1, 1, "a recording that starts over is counted anew");
}

#[test]
fn people_are_counted_once_whether_the_next_frame_waits_for_it_or_not() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[Person::at(100.0), Person::at(400.0)]);
    sees(&mut tracker, 0.3);
    assert_eq!(tracker.count().unwrap(), None, "it is not due");
    sees(&mut tracker, 0.6);
    sees(&mut tracker, 1.0);
    assert_eq!(tracker.count().unwrap(), Some(true));
    assert_eq!((tracker.count().unwrap(), world.detector_runs()), (None, 2));
    assert_eq!(sees(&mut tracker, 1.3).1, 2);
    sees(&mut tracker, 1.6);
    sees(&mut tracker, 2.0);
    assert_eq!(tracker.count().unwrap(), Some(false));
}

#[test]
fn people_are_counted_after_each_rest_of_a_recording() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    for rest in 0..3 {
        let count = 1 + rest % 2;
        world.set(&[Person::at(100.0), Person::at(400.0)][..count]);
        // A frame early, as the gate takes what comes up to 4 ms early.
        sees(&mut tracker, 0.996 * rest as f64);
        tracker.count().unwrap();
        assert_eq!(tracker.people, count, "after {rest} rests");
        (1..10).for_each(|tenth| tracker.hold(Timestamp::from_secs_f64(0.996 * rest as f64 + 0.1 * f64::from(tenth))));
    }
}

#[test]
fn a_followed_person_counts_even_where_the_detector_is_blind_and_never_twice() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    let mut at = |seconds: [f64; 4]| seconds.map(|seconds| sees(&mut tracker, seconds).1)[3];
    at([0.0, 0.1, 0.2, 0.3]);
    world.0.lock().unwrap().detector_blind = true;
    assert_eq!(at([0.6, 0.8, 1.0, 1.2]), 1);
    world.0.lock().unwrap().detector_blind = false;
    world.set(&[Person::at(100.0), Person::at(120.0), Person { radius: 40.0, ..Person::at(110.0) }]);
    assert_eq!(at([1.5, 1.8, 2.1, 2.4]), 1, "doubles of any size are the same person");
}

#[test]
fn after_a_long_gap_the_whole_picture_is_searched_again() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[Person::at(160.0)]);
    assert_eq!(sees(&mut tracker, 0.5), (Some(160.0), 1));
    assert_eq!(world.detector_runs(), 2);
}

#[test]
fn somebody_who_rests_is_looked_for_where_they_were_however_blind_the_detector() {
    let (world, mut tracker) = World::new(&[Person::at(300.0)]);
    assert_eq!(sees(&mut tracker, 0.0), (Some(300.0), 1));
    world.0.lock().unwrap().detector_blind = true;
    for tenth in 1..=20 {
        tracker.hold(Timestamp::from_secs_f64(f64::from(tenth) / 10.0));
    }
    assert_eq!(sees(&mut tracker, 2.1), (Some(300.0), 1));
    assert_eq!(sees(&mut tracker, 2.9), (None, 0), "nothing is known of the last 0.8 s");
}

#[test]
fn regions_of_people_side_by_side_are_two() {
    let region = |x: f32, size: f32| Region { center: point2(x, 0.0), size, rotation: Angle::zero() };
    assert!(same_person(&region(0.0, 500.0), &region(90.0, 450.0)));
    assert!(!same_person(&region(0.0, 500.0), &region(150.0, 500.0)));
    assert!(same_person(&region(0.0, 500.0), &region(20.0, 200.0)));
}

#[test]
fn where_frames_are_left_out_somebody_is_looked_for_where_they_will_be() {
    // Two pixels a frame, at 30 frames a second.
    let follow = |left_out: bool, times: [f64; 4]| {
        let (world, mut tracker) = World::new(&[]);
        let seen = times.map(|time| {
            world.set(&[Person::at(100.0 + 60.0 * time as f32)]);
            if left_out && time == times[3] {
                tracker.leave_out();
            }
            sees(&mut tracker, time).0.unwrap()
        });
        assert_eq!(world.detector_runs(), 1);
        seen[3]
    };
    let late = [0.0, 0.033, 0.066, 0.2];
    assert!((follow(false, late) - (100.0 + 60.0 * 0.066)).abs() < 0.01);
    assert!((follow(true, late) - (100.0 + 60.0 * (0.2 - 0.067))).abs() < 0.01, "{}", follow(true, late));
    let soon = [0.0, 0.033, 0.066, 0.1];
    assert_eq!(follow(true, soon), follow(false, soon), "a region that still fits is not foretold");
    let later = [0.0, 0.033, 0.066, 0.3];
    assert_eq!(follow(true, later), follow(false, later), "nor one after a long time");
}

#[test]
fn nothing_is_foretold_of_somebody_who_was_just_found() {
    let (world, mut tracker) = World::new(&[Person::at(100.0)]);
    sees(&mut tracker, 0.0);
    world.set(&[Person::at(500.0)]);
    assert_eq!(sees(&mut tracker, 0.1), (Some(500.0), 1));
    tracker.leave_out();
    assert_eq!(sees(&mut tracker, 0.23), (Some(500.0), 1), "they did not run");
}

#[test]
fn a_turn_is_foretold_the_short_way_round() {
    let (_, mut tracker) = World::new(&[]);
    let region = |degrees: f32| Region { center: point2(100.0, 240.0), size: 200.0, rotation: Angle::degrees(degrees) };
    tracker.seen_before = Some((Timestamp::from_secs_f64(0.0), region(175.0)));
    tracker.last_seen = Some((Timestamp::from_secs_f64(0.1), region(-175.0)));
    let foretold = tracker.foretold(Timestamp::from_secs_f64(0.217)).unwrap();
    assert!((foretold.rotation.to_degrees() + 170.0).abs() < 0.01, "{foretold:?}");
}
