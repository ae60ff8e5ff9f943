//! A session against a second measurement of the same bends.

use predicates::str::contains;
use serde_json::Value;

use crate::common::{World, demo};
use crate::fails;

/// A world with the demo as a session, and its samples as a table.
fn measured() -> (World, String) {
    let world = World::new();
    world.keep_demo("off");
    let table = world.path("samples.csv");
    world.bare_bendwise().args(["export", "last", "--format", "csv", "-o"]).arg(&table).assert().success();
    let text = world.read("samples.csv");
    (world, text)
}

/// Two inclinometers that read `bias` less lumbar flexion from a bend of 20° on, `offset` seconds later on their clock.
fn sensors(samples: &str, offset: f64, bias: f64) -> String {
    let rows: Vec<&str> = samples.lines().filter(|line| !line.starts_with('#')).collect();
    let place = |name: &str| rows[0].split(',').position(|column| column == name).unwrap();
    let [time, lumbar, trunk] = ["time_s", "lumbar_flexion_deg", "trunk_inclination_deg"].map(place);
    let row = |row: &&str| {
        let number = |at: usize| row.split(',').nth(at)?.parse::<f64>().ok();
        let (time, lumbar, trunk) = (number(time)?, number(lumbar)?, number(trunk)?);
        let read = lumbar - bias * (trunk / 20.0).clamp(0.0, 1.0);
        Some(format!("{:.4};{:.3};{:.3}\n", time + offset, trunk + 7.0, trunk - read))
    };
    format!("time_s;t12_deg;s1_deg\n{}", rows[1..].iter().filter_map(row).collect::<String>()).replace('.', ",")
}

#[test]
fn a_known_bias_comes_out_on_the_page_and_in_the_file() {
    let (world, samples) = measured();
    let truth = world.write("sensors.csv", sensors(&samples, 33.25, 4.0));
    let (page, json) = (world.path("a.html"), world.path("a.json"));
    let compare = |session: &str| {
        let mut command = world.bare_bendwise();
        command.args(["compare", session]).arg(&truth).arg("-o").arg(&page).arg("--json").arg(&json);
        command
    };
    compare("last").assert().success().stdout(contains("Lumbar flexion, 4 of 4 repetitions of one person"));
    crate::accessible::check(&world, &page);
    let told = world.read("a.html");
    assert!(told.contains("bendwise reads 4.0° more on average") && told.contains("sensors.csv"), "{told}");
    assert!(!told.contains("<script") && told.matches("class=\"chart\"").count() == 2);
    let file: Value = serde_json::from_str(&world.read("a.json")).unwrap();
    let bias = file["quantities"][0]["per_repetition"]["bias"]["value_deg"].as_f64().unwrap();
    assert!((bias - 4.0).abs() < 0.2, "{bias}");
    assert!((file["recordings"][0]["offset_s"].as_f64().unwrap() - 33.25).abs() < 0.005, "{file}");
    // The same from its samples, and from the session in a file.
    let package = world.path("s.bendwise");
    world.bare_bendwise().args(["sessions", "export", "last", "-o"]).arg(&package).assert().success();
    for session in [world.path("samples.csv"), package] {
        std::fs::remove_file(&page).unwrap();
        std::fs::remove_file(&json).unwrap();
        compare(session.to_str().unwrap()).assert().success().stdout(contains("4 of 4 repetitions"));
    }
    fails(compare("last").assert(), &["a.html already exists", "-o"]);
    std::fs::remove_file(&page).unwrap();
    fails(compare("last").assert(), &["a.json already exists", "--json"]);
    let mut lost = world.bare_bendwise();
    lost.args(["compare", "last"]).arg(&truth).arg("-o").arg(&page).arg("--json").arg(world.path("no/such/b.json"));
    fails(lost.assert(), &["b.json cannot be written"]);
    assert!(!page.exists(), "nothing is written if one of two cannot be");
}

#[test]
fn no_output_takes_the_place_of_an_input_or_of_another_output() {
    let (world, samples) = measured();
    let truth = world.write("sensors.csv", sensors(&samples, 0.0, 0.0));
    let other = world.write("other.json", "kept");
    let before = world.read("sensors.csv");
    let database = world.path("home/data/sessions/sessions.db");
    let compare = |arguments: &[&str]| {
        let mut command = world.bare_bendwise();
        command.current_dir(world.path(".")).args(["compare", "samples.csv"]).arg(&truth).args(arguments).assert()
    };
    for (arguments, told) in [
        (&["--json", "./sensors.csv"][..], "./sensors.csv would be overwritten"),
        (&["--json", "samples.csv"], "samples.csv would be overwritten"),
        (&["-o", "a.html", "--json", "./a.html"], "./a.html would be overwritten"),
        (&["-o", "sensors.csv"], "sensors.csv would be overwritten"),
        (&["--json", database.to_str().unwrap()], "is where the kept sessions are"),
    ] {
        compare(arguments).code(2).stderr(contains(told));
    }
    fails(compare(&["--json", "other.json"]), &["other.json already exists: give another name with --json"]);
    assert_eq!((world.read("sensors.csv"), std::fs::read_to_string(other).unwrap()), (before, "kept".to_owned()));
    assert!(!world.path("a.html").exists() && !world.path("samples-compare.html").exists());
    let analyze = world.bare_bendwise().arg("analyze").arg(demo()).arg("--samples").arg(&database).assert();
    analyze.code(2).stderr(contains("is where the kept sessions are: choose another place"));
}

#[test]
fn each_file_has_one_offset_or_none() {
    let (world, samples) = measured();
    let truth = world.write("sensors.csv", sensors(&samples, 5.0, 0.0));
    let page = world.path("a.html");
    let compare = |offset: &str| {
        let mut command = world.bare_bendwise();
        command.args(["compare", "last", "-o"]).arg(&page).arg(offset).arg(&truth).assert()
    };
    compare("--offset=5,3").code(2).stderr(contains("--offset has 2 of one value"));
    compare("--offset=5").success().stdout(contains("offset +5.0"));
    let mut two = world.bare_bendwise();
    let two = two.args(["compare", "last", "--offset=5"]).arg(&truth).arg(demo()).assert();
    two.code(2).stderr(contains("give one for each file, as in --offset=12.5,-3"));
}

#[test]
fn what_cannot_be_compared_is_said_in_one_sentence() {
    let (world, samples) = measured();
    let good = sensors(&samples, 0.0, 0.0);
    let compare = |text: &[u8]| {
        let truth = world.write("truth.csv", text);
        world.bare_bendwise().args(["compare", "last"]).arg(truth).assert()
    };
    fails(compare(b""), &["truth.csv", "it has no rows"]);
    fails(compare(b"PK\x03\x04\x00\xff"), &["truth.csv", "unpack it if it is a zip"]);
    fails(compare(b"time_s,\x1b]0;x\x07_deg\n0,1\n"), &["no column is known", "t12_deg with s1_deg"]);
    fails(
        compare(good.replace("s1_deg", "other").as_bytes()),
        &["only the inclination of T12/L1", "give the file of the other"],
    );
    fails(compare(good.replace("t12_deg", "t12").as_bytes()), &["the column t12 has no unit: name it t12_deg"]);
    fails(compare(b"time_s,lumbar_flexion_deg\n0,1\n0.1,2\n0.2,3\n"), &["holds 0.2 s, and 10 s are needed"]);
    let missing = world.bare_bendwise().args(["compare", "last", "missing.csv"]).assert();
    fails(missing, &["There is no file missing.csv: check the name"]);
    let output = compare(b"time_s,\x1b[31m_deg\n0,1\n").get_output().stderr.clone();
    assert!(!output.contains(&0x1b), "a file's text reached the terminal: {}", String::from_utf8_lossy(&output));
}

#[test]
fn a_wrong_command_line_is_told_apart_from_a_wrong_file() {
    let world = World::new();
    let truth = world.write("truth.csv", "time_s,lumbar_flexion_deg\n0,1\n0.1,2\n");
    let compare = |arguments: &[&str]| world.bare_bendwise().arg("compare").args(arguments).assert();
    compare(&["last"]).code(2).stderr(contains("TRUTH"));
    compare(&["last", "a", "b", "c"]).code(2);
    compare(&["last", "a.csv", "--offset", "soon"]).code(2).stderr(contains("a number of seconds"));
    let truth = truth.to_str().unwrap();
    compare(&["last", truth]).code(1).stderr(contains("No session is kept yet"));
    fails(compare(&["last", truth]), &["No session is kept yet"]);
    fails(compare(&["lost.csv", truth]), &["No session is kept yet", "Nor is there a file lost.csv"]);
    let samples = world.write("samples.csv", "time_s,lumbar_flexion_deg\n0,1\n0.1,2\n");
    fails(compare(&[samples.to_str().unwrap(), truth]), &["samples.csv", "`bendwise analyze --samples`"]);
    compare(&[truth, truth]).code(2).stderr(contains("truth.csv is the session itself"));
}
