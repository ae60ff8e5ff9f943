//! Made sensors of known error: the estimates have to find it again.

use super::alignment::ClockAlignment;
use super::fixtures::{FakePerson, FakeSensor};
use super::quantity::TruthQuantity;
use super::truth::recording;
use super::*;

fn truth(texts: &[&str]) -> Result<Truth, AgreementError> {
    let places = [TruthQuantity::UpperLumbar, TruthQuantity::Sacrum];
    let read = texts.iter().zip(places).map(|(text, place)| recording("truth.csv", text, place));
    Truth::of(read.collect::<Result<_, _>>().map_err(|fault| fault.of("truth.csv"))?)
}

fn compared(session: &ComparedSession, texts: &[&str]) -> Result<SessionComparison, AgreementError> {
    compare(session, &truth(texts)?, &[])
}

fn fault(session: &ComparedSession, texts: &[&str]) -> String {
    compared(session, texts).map(|_| "nothing is wrong").unwrap_err().to_string()
}

/// The time of the recording at the session's 0, without drift, moved to the middle of the movement.
fn offset_of(sensor: &FakeSensor, clock: &ClockAlignment) -> f64 {
    sensor.offset + sensor.drift * clock.middle
}

#[test]
fn offset_and_drift_are_found_within_their_errors() {
    let person = FakePerson::new(20, 1);
    let session = person.session(3.0, 2);
    for (seed, offset, drift) in [(3, -41.3, 0.0), (4, 1234.567, 0.0005), (5, 0.0, -0.001), (6, 7.77, 0.002)] {
        let sensor = FakeSensor { offset, drift, noise: 1.0, ..FakeSensor::default() };
        let found = compared(&session, &[&sensor.inclinations(&person, seed)]).unwrap();
        let clock = found.recordings[0].clock;
        let off = clock.offset - offset_of(&sensor, &clock);
        let error = clock.offset_error.unwrap();
        assert!(off.abs() < 0.005 && off.abs() < 4.0 * error && error < 0.005, "{offset} s: off by {off} ± {error}");
        let (estimated, error) = clock.drift.unwrap();
        let off = estimated - drift;
        assert!(off.abs() < 1e-4 && off.abs() < 4.0 * error && error < 1e-4, "{drift}: off by {off} ± {error}");
        assert!(clock.drift_used == estimated || (drift == 0.0 && clock.drift_used == 0.0));
        assert!(clock.correlation > 0.98, "{}", clock.correlation);
    }
}

#[test]
fn a_bias_and_its_scatter_are_found() {
    let person = FakePerson::new(20, 1);
    let exact = person.session(0.0, 2);
    for bias in [-6.0, 0.0, 4.0] {
        let sensor = FakeSensor { bias, ..FakeSensor::default() };
        let found = compared(&exact, &[&sensor.inclinations(&person, 3)]).unwrap();
        let lumbar = &found.quantities[0];
        for told in [lumbar.repetitions, lumbar.frames.unwrap()] {
            assert!((told.bias.value_deg + bias).abs() < 0.15, "{bias}: {told:?}");
            assert!((told.rmse_deg - bias.abs()).abs() < 0.3 && told.within_90 == 1.0);
        }
        assert_eq!((lumbar.repetitions.pairs, lumbar.frames.unwrap().bends, found.repetitions), (20, 20, 20));
    }
    // Noise of 3° in both sensors scatters the difference of a frame by 3·√2°.
    let noisy = FakeSensor { noise: 3.0, ..FakeSensor::default() };
    let found = compared(&exact, &[&noisy.inclinations(&person, 3)]).unwrap();
    let scatter = found.quantities[0].frames.unwrap().standard_deviation_deg.unwrap();
    assert!((3.0..4.3).contains(&scatter), "{scatter}: between rows the noise is interpolated");
}

#[test]
fn the_interval_of_the_bias_holds_it_as_often_as_it_says() {
    let mut held = 0;
    for seed in 0..40 {
        let person = FakePerson::new(8, 100 + seed);
        // Each repetition errs by its own part of the lumbar flexion, on average by −10 %.
        let session = person.session(0.0, seed);
        let mut noise = fixtures::FakeNoise::new(1000 + seed);
        let mut moved = session.clone();
        for repetition in &mut moved.repetitions {
            repetition.bottom.lumbar += -2.0 + 3.0 * noise.next();
        }
        let sensor = FakeSensor::default().inclinations(&person, seed);
        let told = compared(&moved, &[&sensor]).unwrap().quantities[0].repetitions;
        let [low, high] = told.bias.interval_95_deg.unwrap();
        held += u32::from((low..high).contains(&-2.0));
    }
    assert!((34..=40).contains(&held), "{held} of 40");
}

#[test]
fn gaps_stay_gaps() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let third = session.repetitions[2].bottom.time;
    let gap = FakeSensor { gaps: vec![[third - 1.0, third + 1.0], [30.0, 30.6]], ..FakeSensor::default() };
    let found = compared(&session, &[&gap.inclinations(&person, 3)]).unwrap();
    let lumbar = &found.quantities[0];
    assert_eq!((lumbar.repetitions.pairs, found.repetitions), (9, 10));
    assert!(lumbar.curve.iter().all(|point| point.truth.is_none() || (point.time - third).abs() > 0.9));
    let never = FakeSensor {
        gaps: session.repetitions.iter().map(|one| [one.bottom.time - 0.6, one.bottom.time + 0.6]).collect(),
        ..FakeSensor::default()
    };
    assert!(
        fault(&session, &[&never.inclinations(&person, 3)]).contains("a gap at the lowest point of each repetition")
    );
}

#[test]
fn a_bend_with_a_gap_is_one_bend() {
    let person = FakePerson::new(10, 1);
    let mut session = person.session(1.0, 2);
    let [hidden, unseen] = [3, 6].map(|at| session.repetitions[at].bottom.time);
    session.frames.retain(|frame| (frame.time - hidden).abs() > 0.4);
    let gap = FakeSensor { gaps: vec![[unseen - 0.4, unseen + 0.4]], ..FakeSensor::default() };
    let found = compared(&session, &[&gap.inclinations(&person, 3)]).unwrap();
    assert_eq!(found.quantities[0].frames.unwrap().bends, 10, "neither of the program nor of the sensor");
}

#[test]
fn two_phones_with_clocks_of_their_own_are_two_inclinometers() {
    let person = FakePerson::new(16, 1);
    let session = person.session(2.0, 2);
    let phyphox = "\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z (m/s^2)\"";
    let (upper, lower) = (
        FakeSensor { offset: 12.0, rate: 100.0, ..FakeSensor::default() },
        FakeSensor { offset: -3.5, drift: 3e-4, rate: 60.0, ..FakeSensor::default() },
    );
    let first = upper.phone(&person, phyphox, |[trunk, ..]| trunk);
    let second = lower.phone(&person, "seconds_elapsed,z,y,x", |[trunk, lumbar, _]| lumbar - trunk);
    let found = compared(&session, &[&first, &second]).unwrap();
    assert_eq!(
        found.recordings[1].clock.sign * found.recordings[0].clock.sign,
        -1.0,
        "one is fixed the other way round"
    );
    for (recording, sensor) in found.recordings.iter().zip([&upper, &lower]) {
        let off = recording.clock.offset - offset_of(sensor, &recording.clock);
        assert!(off.abs() < 0.04, "off by {off} s");
    }
    let told = found.quantities[0].repetitions;
    assert!(told.bias.value_deg.abs() < 1.0 && told.rmse_deg < 3.0, "{told:?}");
}

#[test]
fn a_motion_of_opensim_is_compared_in_hip_and_low_back() {
    let person = FakePerson::new(12, 1);
    let session = person.session(1.0, 2);
    let mut text = "made\nversion=1\ninDegrees=yes\nendheader\ntime\thip_flexion_r\tlumbar_extension\n".to_owned();
    for (time, own) in FakeSensor::default().times(&person) {
        let [_, lumbar, hip] = person.posture(time);
        text += &format!("{own:.4}\t{:.4}\t{:.4}\n", hip + 11.0, -lumbar);
    }
    let found = compared(&session, &[&text]).unwrap();
    assert!(found.recordings[0].is_opensim && found.quantities.len() == 2);
    for agreement in &found.quantities {
        assert!(agreement.repetitions.rmse_deg < 2.0 && agreement.repetitions.bias.value_deg.abs() < 1.0);
    }
}

#[test]
fn what_cannot_be_compared_is_said_with_the_way_out() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let good = FakeSensor::default().inclinations(&person, 3);
    // In radians under a name that says degrees.
    let radians = |line: &str| {
        let fields: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        format!("{},{},{}\n", fields[0], fields[1].to_radians(), fields[2].to_radians())
    };
    let radians = format!("time_s,t12_deg,s1_deg\n{}", good.lines().skip(1).map(radians).collect::<String>());
    assert!(
        fault(&session, &[&radians]).contains("only 0.017 times as much as the session's"),
        "{}",
        fault(&session, &[&radians])
    );
    assert!(compared(&session, &[&radians.replace("_deg", "_rad")]).is_ok());
    // A recording that plays at another speed.
    let faster = FakeSensor { drift: 0.3, ..FakeSensor::default() }.inclinations(&person, 3);
    assert!(fault(&session, &[&faster]).contains("do not show the same movement"), "{}", fault(&session, &[&faster]));
    // The first seconds alone.
    let short: String = good.lines().take(300).map(|line| format!("{line}\n")).collect();
    assert!(fault(&session, &[&short]).contains("holds 6.0 s, and 10 s are needed"), "{}", fault(&session, &[&short]));
    let still = FakeSensor::default().times(&person).into_iter().map(|(_, own)| format!("{own:.3},3,1\n"));
    let still = format!("time_s,t12_deg,s1_deg\n{}", still.collect::<String>());
    assert!(fault(&session, &[&still]).contains("share no 10 s of movement"), "{}", fault(&session, &[&still]));
    let brief = ComparedSession { frames: session.frames[..250].to_vec(), ..session.clone() };
    assert!(
        fault(&brief, &[&good]).contains("The session made has 8.3 s of measured frames"),
        "{}",
        fault(&brief, &[&good])
    );
    // One sensor, or one that speaks of another clock's unit.
    assert!(fault(&session, &[&good.replace("s1_deg", "other")]).contains("only the inclination of T12/L1"));
    assert!(fault(&session, &[&good.replace("time_s", "time_ms")]).contains("check the unit of the time"));
    // No standing.
    let moving = FakeSensor { gaps: vec![[0.0, 6.5], [person.end() - 7.0, 1e9]], ..FakeSensor::default() };
    let restless = ComparedSession {
        frames: session.frames.iter().filter(|frame| frame.trunk > 2.0).copied().collect(),
        ..session.clone()
    };
    assert!(fault(&restless, &[&moving.inclinations(&person, 3)]).contains("never stands still for 1 s"));
    // Sessions with nothing in them.
    let empty = ComparedSession { frames: Vec::new(), ..session.clone() };
    assert!(fault(&empty, &[&good]).contains("has no measured frame"));
    let unbent = ComparedSession { repetitions: Vec::new(), ..session };
    assert!(fault(&unbent, &[&good]).contains("has no repetition"));
}

#[test]
fn bends_that_are_all_alike_need_an_offset() {
    // A metronome's bends without a beginning and an end in the recording.
    let session = {
        let mut session = FakePerson::new(1, 1).session(0.0, 2);
        session.frames = (0..3600)
            .map(|at| {
                let time = f64::from(at) / 30.0;
                let trunk = 30.0 - 30.0 * (time * std::f64::consts::TAU / 4.0).cos();
                ComparedFrame { time, trunk, lumbar: trunk * 0.3, lumbar_half_width: 5.0, ..ComparedFrame::default() }
            })
            .collect();
        session.repetitions[0] = ComparedRepetition { bottom: session.frames[1620], from: 52.5, to: 55.5 };
        session
    };
    let rows = session.frames.iter().filter(|frame| (40.0..80.0).contains(&frame.time));
    let row = |frame: &ComparedFrame| format!("{},{},{}\n", frame.time - 40.0, frame.trunk, frame.trunk - frame.lumbar);
    let text = format!("time_s,t12_deg,s1_deg\n{}", rows.map(row).collect::<String>());
    assert!(fault(&session, &[&text]).contains("say which with --offset"), "{}", fault(&session, &[&text]));
    let found = compare(&session, &truth(&[&text]).unwrap(), &[-39.0]).unwrap();
    assert!((found.recordings[0].clock.offset + 40.0).abs() < 0.01);
}

#[test]
fn the_file_holds_all_numbers_with_their_units() {
    let person = FakePerson::new(5, 1);
    let sensor = FakeSensor { bias: 3.0, ..FakeSensor::default() };
    let found = compared(&person.session(0.0, 2), &[&sensor.inclinations(&person, 3)]).unwrap();
    let mut out = Vec::new();
    found.write_json(&mut out).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((&file["persons"], &file["session"]), (&1.into(), &"made".into()));
    let lumbar = &file["quantities"][0];
    assert_eq!(lumbar["quantity"], "lumbar_flexion");
    assert!((lumbar["per_repetition"]["bias"]["value_deg"].as_f64().unwrap() + 3.0).abs() < 0.1, "{lumbar}");
    assert_eq!(lumbar["repetitions"].as_array().unwrap().len(), 5);
    assert!(file["recordings"][0]["drift_ppm"].is_null(), "half a minute tells nothing of a drift");
}

/// A table whose columns are those of a person, each changed: lumbar flexion, hip flexion.
fn flexions(person: &FakePerson, names: [&str; 2], change: impl Fn([f64; 2]) -> [f64; 2]) -> String {
    let row = |(time, own): (f64, f64)| {
        let [_, lumbar, hip] = person.posture(time);
        let [lumbar, hip] = change([lumbar, hip]);
        format!("{own:.4},{lumbar:.4},{hip:.4}\n")
    };
    let rows: String = FakeSensor::default().times(person).into_iter().map(row).collect();
    format!("time_s,{},{}\n{rows}", names[0], names[1])
}

#[test]
fn a_wrong_unit_or_sign_of_the_low_back_is_refused_though_the_hip_is_right() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let names = ["lumbar_flexion_deg", "hip_flexion_deg"];
    assert_eq!(compared(&session, &[&flexions(&person, names, |same| same)]).unwrap().remarks, []);
    let scaled = |by: f64| fault(&session, &[&flexions(&person, names, |[lumbar, hip]| [lumbar * by, hip])]);
    for by in [1f64.to_radians(), 0.01] {
        assert!(scaled(by).contains("The lumbar flexion of truth.csv moves only 0.01"), "{}", scaled(by));
    }
    assert!(scaled(11.0).contains("which no person can"), "{}", scaled(11.0));
    assert!(
        scaled(-1.0).contains("The lumbar flexion of truth.csv falls where that of the session rises"),
        "{}",
        scaled(-1.0)
    );
    let radians = flexions(&person, ["lumbar_flexion_rad", "hip_flexion_deg"], |same| same);
    let told = fault(&session, &[&radians]);
    assert!(told.contains("column lumbar_flexion_rad") && told.contains("no person can turn by"), "{told}");
    let extension = flexions(&person, ["lumbar_extension_deg", "hip_flexion_deg"], |same| same);
    assert!(fault(&session, &[&extension]).contains("its sign is turned round"));
    // Both signs turned round, and the sign of the sole column.
    let both = flexions(&person, names, |[lumbar, hip]| [-lumbar, -hip]);
    assert!(fault(&session, &[&both]).contains("sign is turned round"), "{}", fault(&session, &[&both]));
}

#[test]
fn swapped_inclinations_are_refused() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let good = FakeSensor::default().inclinations(&person, 3);
    let swapped = good.replace("t12_deg,s1_deg", "s1_deg,t12_deg");
    let told = fault(&session, &[&swapped]);
    assert!(told.contains("(T12/L1 minus S1)") && told.contains("are swapped"), "{told}");
    assert_eq!(compared(&session, &[&good]).unwrap().remarks, []);
}

#[test]
fn what_is_strange_but_possible_is_remarked_on() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let names = ["lumbar_flexion_deg", "hip_flexion_deg"];
    let remarks = |change: fn([f64; 2]) -> [f64; 2]| {
        let found = compared(&session, &[&flexions(&person, names, change)]).unwrap();
        let mut out = Vec::new();
        found.write_json(&mut out).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let told: Vec<String> = found.remarks.iter().map(AgreementRemark::to_string).collect();
        assert_eq!(file["remarks"], serde_json::json!(told));
        told.join("\n")
    };
    let fourfold = remarks(|[lumbar, hip]| [lumbar * 4.0, hip]);
    assert!(fourfold.contains("moves 4 times as much as the session’s"), "{fourfold}");
    assert!(fourfold.contains("lumbar flexion held the second measurement in only 0 of 10"), "{fourfold}");
    let still = remarks(|[_, hip]| [0.0, hip]);
    assert!(still.contains("The lumbar flexion of truth.csv moves") && still.contains("only 0 of 10"), "{still}");
    let other = remarks(|[lumbar, hip]| [20.0 * (lumbar * 3.0).sin(), hip]);
    assert!(other.contains("does not follow the session’s"), "{other}");
    // Where the session shows hardly any lumbar flexion, too.
    let mut flat = session.clone();
    flat.frames.iter_mut().for_each(|frame| frame.lumbar *= 0.1);
    let radians = flexions(&person, names, |[lumbar, hip]| [lumbar * 0.001, hip]);
    let told = compared(&flat, &[&radians]).unwrap().remarks;
    assert!(told.iter().any(|remark| remark.to_string().contains("The lumbar flexion of truth.csv moves")), "{told:?}");
    let near = flexions(&person, ["lumbar_flexion_deg", "hip_flexoin_deg"], |same| same);
    let near = compared(&session, &[&near]).unwrap().remarks;
    assert!(
        near[0]
            .to_string()
            .contains("hip_flexoin_deg of truth.csv is not known and was ignored: did you mean hip_flexion_deg?")
    );
}

/// The rows of a table, each changed.
fn rows(text: &str, mut change: impl FnMut(&mut [f64])) -> String {
    let (header, rows) = text.split_once('\n').unwrap();
    let row = |line: &str| {
        let mut fields: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        change(&mut fields);
        fields.iter().map(|field| format!("{field:.4}")).collect::<Vec<_>>().join(",") + "\n"
    };
    format!("{header}\n{}", rows.lines().map(row).collect::<String>())
}

fn remarks(session: &ComparedSession, text: &str) -> String {
    let found = compared(session, &[text]).unwrap().remarks;
    found.iter().map(AgreementRemark::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sensor_that_stood_still_while_the_person_moved_is_remarked_on() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let good = FakeSensor { noise: 0.3, ..FakeSensor::default() }.inclinations(&person, 3);
    let [third, sixth] = [2, 5].map(|bend| session.repetitions[bend].from + 100.0);
    // What comes at once, and what stays as the person goes on; once, and twice.
    let zeros = |spans: &[f64]| {
        rows(&good, |row| row[2] *= f64::from(!spans.iter().any(|from| (from + 0.9..from + 2.6).contains(&row[0]))))
    };
    let told = remarks(&session, &zeros(&[third]));
    let span =
        format!("The inclination of S1 of truth.csv: from {:.1} s to {:.1} s the sensor", third + 0.9, third + 2.6);
    assert!(told.contains(&span) && told.contains("one and the same number, though"), "{told}, not {span}");
    assert!(remarks(&session, &zeros(&[third, sixth])).contains("same number (and once more), though"));
    let mut kept = 0.0;
    let held = rows(&good, |row| if (third..third + 1.3).contains(&row[0]) { row[1] = kept } else { kept = row[1] });
    assert!(remarks(&session, &held).contains("The inclination of T12/L1 of truth.csv: from"));
    // A sensor of whole degrees stands still while the person does.
    assert_eq!(remarks(&session, &rows(&good, |row| row[1..].iter_mut().for_each(|angle| *angle = angle.round()))), "");
}

#[test]
fn a_gap_in_which_a_bend_is_missing_is_no_number_that_stood_still() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    // The same number of the standing person before the gap and after it.
    let gaps = vec![[session.repetitions[2].from - 0.3, session.repetitions[2].to + 0.3]];
    assert_eq!(remarks(&session, &FakeSensor { gaps, ..FakeSensor::default() }.inclinations(&person, 3)), "");
}

#[test]
fn angles_that_are_all_twice_or_half_as_large_are_remarked_on() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    let good = FakeSensor { noise: 0.5, ..FakeSensor::default() }.inclinations(&person, 3);
    let scaled = |by: f64| remarks(&session, &rows(&good, |row| row[1..].iter_mut().for_each(|angle| *angle *= by)));
    for (by, told) in [(2.0, "move 2.0 times as far"), (0.5, "move 0.5 times as far")] {
        assert!(scaled(by).contains(told) && scaled(by).contains("may be scaled"), "{}", scaled(by));
    }
    for by in [0.8, 1.25] {
        assert!(!scaled(by).contains("scaled"), "{}", scaled(by));
    }
}

#[test]
fn a_clock_that_runs_faster_than_clocks_do_is_remarked_on_in_a_short_session() {
    let person = FakePerson::new(6, 1);
    let session = person.session(2.0, 2);
    let told =
        |drift| remarks(&session, &FakeSensor { drift, noise: 1.0, ..FakeSensor::default() }.inclinations(&person, 3));
    assert!(told(0.05).contains("The clock of truth.csv seems to run 5.0 % faster"), "{}", told(0.05));
    assert!(told(-0.04).contains("4.0 % slower"), "{}", told(-0.04));
    assert_eq!(told(0.001), "");
}

#[test]
fn recordings_that_share_a_second_are_told_so_and_not_sent_round_offsets() {
    for seed in 1..13 {
        let person = FakePerson::new(20, seed);
        let mut session = person.session(1.0, seed + 20);
        let text = FakeSensor { offset: 0.0, noise: 0.5, ..FakeSensor::default() }.inclinations(&person, seed + 40);
        let end = session.repetitions[9].to + 1.0;
        session.frames.retain(|frame| frame.time < end);
        session.repetitions.truncate(10);
        let (header, later) = text.split_once('\n').unwrap();
        let later = later.lines().filter(|row| row.split(',').next().unwrap().parse::<f64>().unwrap() > end - 1.0);
        let text = format!("{header}\n{}", later.map(|row| format!("{row}\n")).collect::<String>());
        let told = match compared(&session, &[&text]) {
            Ok(found) => found.remarks.iter().map(AgreementRemark::to_string).collect(),
            Err(error) => error.to_string(),
        };
        assert!(!told.contains("too much alike") && !told.contains("an offset of"), "{seed}: {told}");
        let ways = ["give recordings", "give the recordings", "the same bends"];
        assert!(ways.iter().any(|way| told.contains(way)), "{seed}: {told}");
    }
}

#[test]
fn a_curve_that_fits_by_chance_in_a_small_part_of_both_is_refused() {
    let person = FakePerson::new(10, 1);
    let session = person.session(1.0, 2);
    // The first 17 s of the session, and 60 s of other movement before them.
    let own: Vec<ComparedFrame> = session.frames.iter().filter(|frame| frame.time < 17.0).copied().collect();
    let mut rows: Vec<(f64, f64, f64)> = Vec::new();
    for at in 0..1800 {
        let time = f64::from(at) / 30.0;
        let angle = 30.0 - 30.0 * (time * 2.9).cos();
        rows.push((time, angle, angle * 0.6));
    }
    rows.extend(own.iter().map(|frame| (60.0 + frame.time, frame.trunk, frame.trunk - frame.lumbar)));
    let rows: String = rows.iter().map(|(time, upper, lower)| format!("{time:.4},{upper:.3},{lower:.3}\n")).collect();
    let text = format!("time_s,t12_deg,s1_deg\n{rows}");
    let told = fault(&session, &[&text]);
    assert!(told.contains("share 17 s") && told.contains("--offset"), "{told}");
    // Whoever says how the clocks differ is believed, and told how little it is.
    let found = compare(&session, &truth(&[&text]).unwrap(), &[60.0]).unwrap();
    assert!(found.remarks.iter().any(|remark| remark.to_string().contains("of the session’s movement lies within")));
}

#[test]
fn the_same_file_twice_is_no_pair_of_sensors() {
    let folder = tempfile::tempdir().unwrap();
    let text = FakeSensor::default().inclinations(&FakePerson::new(3, 1), 2);
    let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    paths.iter().for_each(|path| std::fs::write(path, &text).unwrap());
    for pair in [[&paths[0], &paths[0]], [&paths[0], &paths[1]]] {
        let told = Truth::read(&pair.map(Clone::clone)).unwrap_err().to_string();
        assert!(told.contains("are the same measurement"), "{told}");
    }
}
