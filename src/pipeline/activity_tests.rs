use euclid::{Angle, point2};
use image::Rgb;

use super::*;
use crate::spine::Segments;

const WIDTH: u32 = 320;
const HEIGHT: u32 = 240;

/// What is in front of the camera.
#[derive(Clone, Copy, Debug)]
struct Shown {
    /// How far the trunk leans, degrees.
    lean: f32,
    /// How far the arm is raised from hanging, degrees.
    arm: f32,
    /// How bright the light is.
    light: f32,
    /// Standard deviation of the camera's noise, levels.
    noise: f32,
    /// Where somebody walks by behind, pixels from the left.
    passer: Option<f32>,
    person: bool,
}

const STILL: Shown = Shown { lean: 0.0, arm: 0.0, light: 1.0, noise: 0.0, passer: None, person: true };

/// Uniform numbers, the same in every run.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32
    }

    /// Normally distributed, nearly.
    fn normal(&mut self) -> f32 {
        (0..6).map(|_| self.next()).sum::<f32>() * 2_f32.sqrt() - 3.0 * 2_f32.sqrt()
    }
}

/// A limb from `from` that hangs at an angle from straight down, of which sine and cosine are known.
struct Limb {
    from: (f32, f32),
    sine: f32,
    cosine: f32,
    length: f32,
    radius: f32,
}

impl Limb {
    fn new(from: (f32, f32), angle: f32, (length, radius): (f32, f32)) -> Self {
        let (sine, cosine) = angle.to_radians().sin_cos();
        Self { from, sine, cosine, length, radius }
    }

    fn covers(&self, (x, y): (f32, f32)) -> bool {
        let (right, down) = (x - self.from.0, y - self.from.1);
        let along = (right * self.sine + down * self.cosine).clamp(0.0, self.length);
        (right - along * self.sine).hypot(down - along * self.cosine) <= self.radius
    }
}

/// A person 160 pixels tall, whose hips are in the middle.
struct Body {
    arm: Limb,
    others: [Limb; 2],
}

impl Body {
    fn new(shown: &Shown) -> Self {
        let hip = (WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0);
        let (sine, cosine) = shown.lean.to_radians().sin_cos();
        let shoulder = (hip.0 + 50.0 * sine, hip.1 - 50.0 * cosine);
        let trunk = Limb::new(hip, 180.0 - shown.lean, (75.0, 12.0));
        Self { arm: Limb::new(shoulder, shown.arm, (55.0, 5.0)), others: [trunk, Limb::new(hip, 0.0, (80.0, 9.0))] }
    }
}

/// The brightness of each point, without light and noise: a wall with a pattern, and the person before it.
fn levels(shown: &Shown) -> impl Fn(u32, u32) -> f32 {
    let body = shown.person.then(|| Body::new(shown));
    let passer = shown.passer;
    // Of each column and each row once: a second needs thirty pictures.
    let columns: Vec<f32> = (0..WIDTH).map(|x| 25.0 * (x as f32 / 9.0).sin()).collect();
    let rows: Vec<f32> = (0..HEIGHT).map(|y| (y as f32 / 13.0).cos()).collect();
    move |column, row| {
        let (x, y) = (column as f32, row as f32);
        match &body {
            Some(body) if body.arm.covers((x, y)) => 150.0,
            Some(body) if body.others.iter().any(|limb| limb.covers((x, y))) => 60.0,
            _ if passer.is_some_and(|place| (x - place).abs() < 15.0 && y > 60.0) => 90.0,
            _ => 140.0 + columns[column as usize] * rows[row as usize],
        }
    }
}

fn picture(shown: &Shown, numbers: &mut Numbers) -> RgbImage {
    let level = levels(shown);
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let noise = if shown.noise > 0.0 { shown.noise * numbers.normal() } else { 0.0 };
        Rgb([(level(x, y) * shown.light + noise) as u8; 3])
    })
}

fn region() -> Region {
    Region { center: point2(WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0), size: 210.0, rotation: Angle::zero() }
}

/// Feeds frames at a rate to a gate; whoever leans by less than 6° stands. Returns whether each was measured.
fn run(gate: &mut Activity, rate: f64, from: f64, frames: usize, shown: impl Fn(f32) -> Shown) -> Vec<bool> {
    let mut numbers = Numbers(7);
    let times = (0..frames).map(|number| from + number as f64 / rate);
    times.map(|time| feed(gate, time, &shown((time - from) as f32), &mut numbers)).collect()
}

fn feed(gate: &mut Activity, time: f64, shown: &Shown, numbers: &mut Numbers) -> bool {
    let (picture, time) = (picture(shown, numbers), Timestamp::from_secs_f64(time));
    let measured = gate.pace(&picture, time) == Pace::Measure;
    if measured {
        let subject = match shown.person && shown.light > 0.0 {
            false => Subject::Nobody,
            true if shown.lean.abs() < 6.0 => Subject::Standing(region()),
            true => Subject::Active,
        };
        gate.measured(&picture, time, subject);
    }
    measured
}

fn count(measured: &[bool]) -> usize {
    measured.iter().filter(|measured| **measured).count()
}

/// A gate that has seen somebody stand still for a second at 30 frames a second, and has just measured; the next frame
/// is that of 1 s.
fn at_rest() -> Activity {
    let mut gate = Activity::default();
    let measured = run(&mut gate, 30.0, 0.0, 30, |_| STILL);
    assert_eq!(count(&measured[10..]), 4, "{measured:?}");
    gate
}

/// A gate that has seen somebody stand still for four seconds, and so rests for longer; the next frame is that of 4 s.
fn at_long_rest() -> Activity {
    let mut gate = Activity::default();
    let measured = run(&mut gate, 30.0, 0.0, 120, |_| STILL);
    assert_eq!(count(&measured[60..]), 3, "{measured:?}");
    gate
}

/// Frames of a recording of somebody who moves all the time, from the first that shows them standing. Returns the times
/// between measured ones.
fn apart_while_moving(gate: &mut Activity, rate: f64) -> Vec<f64> {
    let mut numbers = Numbers(7);
    let times = (0..(2.0 * rate) as usize).map(|number| number as f64 / rate);
    let measured = times.filter(|time| {
        let lean = 40.0 * *time as f32;
        let picture = picture(&Shown { lean, ..STILL }, &mut numbers);
        let time = Timestamp::from_secs_f64(*time);
        let measured = gate.pace(&picture, time) == Pace::Measure;
        if measured {
            gate.measured(&picture, time, Subject::Active);
            let segments = Segments { trunk: Angle::degrees(lean), ..Segments::default() };
            gate.examined(time, Examined::Known(segments), Some(region()));
        }
        measured
    });
    measured.collect::<Vec<_>>().windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn somebody_who_moves_steadily_in_a_recording_is_measured_at_most_135_ms_apart_from_the_third_measured_frame_on() {
    for (rate, every) in
        [(6.0, 1), (10.0, 1), (15.0, 2), (20.0, 2), (23.976, 3), (25.0, 3), (30.0, 4), (50.0, 6), (60.0, 8)]
    {
        let mut gate = Activity::default();
        gate.leave_out_between();
        let apart = apart_while_moving(&mut gate, rate);
        assert!(apart[..2].iter().all(|apart| *apart < 0.085 || every == 1), "{rate}: {apart:?}");
        for apart in &apart[2..] {
            assert!((apart * rate - f64::from(every)).abs() < 1e-6, "{rate}: {apart} s");
        }
    }
}

#[test]
fn nothing_is_left_out_live_nor_where_every_frame_is_asked_for() {
    let mut asked = Activity::default();
    asked.leave_out_between();
    asked.measure_every_frame();
    for mut gate in [Activity::default(), asked] {
        assert!(apart_while_moving(&mut gate, 30.0).into_iter().all(|apart| apart < 0.034));
    }
}

#[test]
fn the_first_frame_that_moves_in_a_recording_is_measured() {
    let mut gate = at_rest();
    gate.leave_out_between();
    let measured = run(&mut gate, 30.0, 1.0, 3, |_| STILL);
    assert!(count(&measured) <= 1);
    let (mut numbers, bent) = (Numbers(7), Shown { lean: 8.0, ..STILL });
    let pace = gate.pace(&picture(&bent, &mut numbers), Timestamp::from_secs_f64(1.1));
    assert_eq!(pace, Pace::Measure);
}

#[test]
fn whoever_stands_still_is_measured_seven_times_a_second_after_a_start_at_full_rate_and_then_rarely() {
    for (rate, a_second) in [(5.0, 5), (15.0, 5), (25.0, 7), (30.0, 6), (60.0, 7), (240.0, 8)] {
        let mut gate = Activity::default();
        let measured = run(&mut gate, rate, 0.0, 6 * rate as usize, |_| STILL);
        let first = measured.iter().position(|measured| !measured).unwrap_or(measured.len());
        assert!(first as f64 >= 0.3 * rate, "{rate}: held after {first} frames");
        let soon = count(&measured[(0.5 * rate) as usize..(1.5 * rate) as usize]);
        assert!(soon.abs_diff(a_second) <= 1, "{rate}: {soon} a second");
        let later = count(&measured[3 * rate as usize..]);
        assert!(later.abs_diff(5) <= 1, "{rate}: {later} in three seconds");
    }
}

#[test]
fn whoever_stands_still_in_a_recording_is_measured_rarely_from_the_start_and_at_once_when_they_move() {
    let mut gate = Activity::default();
    gate.leave_out_between();
    let measured = run(&mut gate, 30.0, 0.0, 45, |_| STILL);
    assert!(count(&measured[..15]) >= 6, "{measured:?}");
    assert!(count(&measured[15..]) <= 2, "{measured:?}");
    let mut numbers = Numbers(7);
    let leant = picture(&Shown { lean: 8.0, ..STILL }, &mut numbers);
    assert_eq!(gate.pace(&leant, Timestamp::from_secs_f64(1.5)), Pace::Measure);
}

#[test]
fn an_empty_picture_is_searched_five_times_a_second_and_at_once_when_somebody_comes() {
    let empty = Shown { person: false, ..STILL };
    let mut gate = Activity::default();
    let measured = run(&mut gate, 30.0, 0.0, 120, |_| empty);
    assert_eq!((count(&measured[15..45]), count(&measured[60..])), (5, 4));
    // The first frame in which they are fully in the picture, and each one after it.
    let coming = |time: f32| Shown { passer: Some(10.0 + 100.0 * time), ..empty };
    assert_eq!(count(&run(&mut gate, 30.0, 4.0, 10, coming)), 10);
}

#[test]
fn a_bend_is_measured_from_the_first_frame_in_which_it_is_seen() {
    let rests = [(at_rest as fn() -> Activity, 1.0), (at_long_rest, 4.0)];
    for ((rest, from), speed) in rests.into_iter().flat_map(|rest| [40.0, 90.0, 180.0].map(|speed| (rest, speed))) {
        let measured = run(&mut rest(), 30.0, from, 20, |time| Shown { lean: speed * time, ..STILL });
        let moved = |number: usize| speed * number as f32 / 30.0 >= 1.3;
        let late = measured.iter().enumerate().find(|(number, measured)| moved(*number) && !**measured);
        assert_eq!(late, None, "{speed} degrees a second: {measured:?}");
    }
}

#[test]
fn a_slow_bend_of_five_degrees_a_second_is_measured_in_every_frame_after_half_a_second() {
    for (rate, seconds) in [15.0, 30.0, 60.0].into_iter().flat_map(|rate| [(rate, 1), (rate, 4)]) {
        let mut gate = Activity::default();
        run(&mut gate, rate, 0.0, seconds * rate as usize, |_| STILL);
        let bend = |time: f32| Shown { lean: 5.0 * time, ..STILL };
        let measured = run(&mut gate, rate, seconds as f64, 2 * rate as usize, bend);
        assert!(measured[rate as usize / 2..].iter().all(|measured| *measured), "{rate}: {measured:?}");
    }
}

#[test]
fn of_somebody_who_moves_so_slowly_that_it_does_not_show_no_value_is_held_that_is_more_than_two_degrees_old() {
    for (speed, mut gate, from) in
        [1.0, 2.0, 3.0].into_iter().flat_map(|speed| [(speed, at_rest(), 1.0), (speed, at_long_rest(), 4.0)])
    {
        let measured =
            run(&mut gate, 30.0, from, (30.0 * 10.0 / speed) as usize, |time| Shown { lean: speed * time, ..STILL });
        let (mut last, mut oldest, mut awake_from) = (0.0, 0.0_f32, None);
        for (lean, measured) in (0_u16..).map(|number| speed * f32::from(number) / 30.0).zip(&measured) {
            if *measured {
                (last, awake_from) = (lean, awake_from.or(Some(lean)));
            } else {
                (oldest, awake_from) = (oldest.max(lean - last), None);
            }
        }
        assert!(oldest < 2.0, "{speed}° a second: {oldest}°");
        let awake_from = awake_from.unwrap();
        assert!(
            awake_from < 8.0,
            "{speed}° a second: measured in every frame from {awake_from}° on, and a repetition begins at 12°"
        );
    }
}

#[test]
fn a_hand_that_is_raised_is_seen_at_once() {
    let mut gate = at_rest();
    // Half a second up, and still there.
    let measured = run(&mut gate, 30.0, 1.0, 60, |time| Shown { arm: (340.0 * time).min(170.0), ..STILL });
    assert!(measured[1..20].iter().all(|measured| *measured), "{measured:?}");
    assert!(count(&measured[40..]) < 10, "a raised hand that is still is still: {measured:?}");
}

#[test]
fn somebody_who_walks_by_behind_is_measured_and_keeps_nobody_awake_afterwards() {
    let mut gate = at_rest();
    let by = |time: f32| Shown { passer: Some(-20.0 + 180.0 * time).filter(|place| *place < 340.0), ..STILL };
    let measured = run(&mut gate, 30.0, 1.0, 120, by);
    // Inside the person's region, which begins 55 pixels from the left.
    assert!(measured[15..55].iter().all(|measured| *measured), "{measured:?}");
    assert!(count(&measured[85..]) < 12, "{measured:?}");
}

#[test]
fn noise_is_no_movement_and_strong_noise_only_costs() {
    for (noise, wanted) in [(2.0, 1..=8), (5.0, 1..=8), (10.0, 1..=30), (60.0, 30..=30)] {
        let mut gate = Activity::default();
        let noisy = Shown { noise, ..STILL };
        let measured = run(&mut gate, 30.0, 0.0, 60, |_| noisy);
        assert!(wanted.contains(&count(&measured[30..])), "noise {noise}: {measured:?}");
        let bends = run(&mut gate, 30.0, 2.0, 20, |time| Shown { lean: 60.0 * time, ..noisy });
        assert!(bends[1..].iter().all(|measured| *measured), "noise {noise}: {bends:?}");
    }
}

#[test]
fn light_that_changes_slowly_or_hunts_is_no_movement() {
    let slow = |time: f32| Shown { light: 1.0 + 0.1 * time, ..STILL };
    let hunting = |time: f32| Shown { light: 1.0 + 0.1 * (12.0 * time).sin(), ..STILL };
    let lights: [&dyn Fn(f32) -> Shown; 2] = [&slow, &hunting];
    for (number, light) in lights.into_iter().enumerate() {
        let mut gate = at_rest();
        let measured = run(&mut gate, 30.0, 1.0, 90, light);
        assert!(count(&measured) <= 25, "{number}: {measured:?}");
        let bends = run(&mut gate, 30.0, 4.0, 20, |time| Shown { lean: 60.0 * time, ..light(time) });
        assert!(bends[2..].iter().all(|measured| *measured), "{number}: {bends:?}");
    }
}

#[test]
fn light_that_changes_suddenly_is_measured_and_then_rests() {
    for light in [0.5, 1.6] {
        let mut gate = at_rest();
        let measured = run(&mut gate, 30.0, 1.0, 90, |_| Shown { light, ..STILL });
        assert!(measured[0] && count(&measured[30..60]) <= 8, "{light}: {measured:?}");
    }
}

#[test]
fn in_the_dark_a_bend_is_seen_as_soon_as_in_a_lit_room() {
    for light in [0.5, 0.2, 0.1, 0.05] {
        let mut gate = Activity::default();
        let still = run(&mut gate, 30.0, 0.0, 120, |_| Shown { light, ..STILL });
        assert!(count(&still[60..]) < 8, "light {light}: {still:?}");
        let bend = run(&mut gate, 30.0, 4.0, 20, |time| Shown { lean: 60.0 * time, light, ..STILL });
        assert!(bend[2..].iter().all(|measured| *measured), "light {light}: {bend:?}");
    }
}

#[test]
fn a_black_picture_is_measured_at_once_and_then_as_an_empty_one() {
    let mut gate = at_rest();
    let measured = run(&mut gate, 30.0, 1.0, 90, |_| Shown { light: 0.0, ..STILL });
    assert!(measured[0], "{measured:?}");
    assert_eq!(count(&measured[15..45]), 5);
    let back = run(&mut gate, 30.0, 4.0, 10, |_| STILL);
    assert!(back[0], "{back:?}");
}

#[test]
fn times_that_stand_still_or_go_back_are_measured() {
    let mut gate = at_rest();
    let mut numbers = Numbers(1);
    for time in [1.0, 1.0, 1.0, 0.5, 0.5, 0.2] {
        let measured = feed(&mut gate, time, &STILL, &mut numbers);
        assert!(measured || time == 1.0, "{time}");
    }
    let mut gate = Activity::default();
    assert!((0..60).all(|_| feed(&mut gate, 3.0, &STILL, &mut numbers)), "no time passes");
}

#[test]
fn of_pictures_within_a_millisecond_none_is_left_out() {
    let (mut gate, mut numbers) = (Activity::default(), Numbers(7));
    gate.leave_out_between();
    apart_while_moving(&mut gate, 30.0);
    let paces: Vec<Pace> = (1..=20)
        .map(|number| {
            let (lean, time) = (80.0 + number as f32, Timestamp::from_secs_f64(2.0 + f64::from(number) * 1e-5));
            let picture = picture(&Shown { lean, ..STILL }, &mut numbers);
            gate.pace(&picture, time)
        })
        .collect();
    assert!(paces[1..].iter().all(|pace| *pace == Pace::Measure), "{paces:?}");
}

#[test]
fn after_a_gap_a_frame_is_measured() {
    let mut gate = at_rest();
    assert!(feed(&mut gate, 60.0, &STILL, &mut Numbers(1)));
}

#[test]
fn whoever_does_not_stand_as_in_standing_is_measured_in_every_frame() {
    let mut gate = at_rest();
    let bent = Shown { lean: 50.0, ..STILL };
    assert_eq!(count(&run(&mut gate, 30.0, 1.0, 60, |_| bent)), 60);
}

#[test]
fn when_asked_to_the_gate_measures_every_frame_or_the_next_ones() {
    let mut gate = at_rest();
    gate.watch_anew();
    let measured = run(&mut gate, 30.0, 1.0, 30, |_| STILL);
    assert!(measured[..9].iter().all(|measured| *measured) && !measured[28], "{measured:?}");
    gate.measure_every_frame();
    assert_eq!(count(&run(&mut gate, 30.0, 2.0, 30, |_| STILL)), 30);
}

#[test]
fn a_person_who_moved_elsewhere_is_watched_there() {
    let mut gate = at_rest();
    let still = picture(&STILL, &mut Numbers(1));
    let aside = Region { center: point2(190.0, 120.0), ..region() };
    let mut time = 1.0;
    gate.measured(&still, Timestamp::from_secs_f64(time), Subject::Standing(aside));
    for _ in 0..8 {
        time += 1.0 / 30.0;
        assert_eq!(gate.pace(&still, Timestamp::from_secs_f64(time)), Pace::Measure, "{time}");
        gate.measured(&still, Timestamp::from_secs_f64(time), Subject::Standing(aside));
    }
}

#[test]
fn pictures_of_no_size_or_another_size_and_regions_of_nonsense_are_survived() {
    let mut gate = at_rest();
    let small = RgbImage::new(64, 48);
    assert_eq!(gate.pace(&small, Timestamp::from_secs_f64(1.0)), Pace::Measure);
    for (number, picture) in [small, RgbImage::new(0, 0), RgbImage::new(1, 1)].iter().enumerate() {
        for (wild, size) in [1e-3, 1e9, f32::NAN, f32::INFINITY].into_iter().enumerate() {
            let time = Timestamp::from_secs_f64(2.0 + number as f64 + 0.1 * wild as f64);
            gate.pace(picture, time);
            let wild = Region { center: point2(-1e9, f32::NAN), size, ..region() };
            gate.measured(picture, time, Subject::Standing(wild));
            gate.measured(picture, time, Subject::Nobody);
        }
    }
}
