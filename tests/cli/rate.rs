//! Clips for raters, and the agreement of what they said.

use std::fs;
use std::path::{Path, PathBuf};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use crate::common::{World, one_bend};
use crate::report::Browser;
use crate::{fails, names};

/// A world with the demo as a session, with its video, and clips of it in `study`.
fn made(arguments: &[&str]) -> World {
    let world = World::new();
    world.keep_demo("small");
    let study = world.path("study");
    let make = make(&world, &study, arguments).success();
    make.stdout(contains("4 clips of 1").and(contains("key.json")).and(contains("for-raters")));
    world
}

fn make(world: &World, study: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    world.bare_bendwise().args(["rate", "make"]).args(arguments).arg("-o").arg(study).assert()
}

fn key(world: &World, study: &str) -> Value {
    serde_json::from_str(&world.read(&format!("{study}/key.json"))).unwrap()
}

fn clips(world: &World, study: &str) -> Vec<Vec<u8>> {
    let folder = format!("{study}/for-raters/clips");
    names(world, &folder).iter().map(|name| fs::read(world.path(&format!("{folder}/{name}"))).unwrap()).collect()
}

/// The key's own verdicts as a file of ratings, changed by `said`.
fn ratings(world: &World, name: &str, said: impl Fn(u64, &str) -> String) -> PathBuf {
    let key = key(world, "study");
    let rows = key["clips"].as_array().unwrap().iter().map(|clip| {
        let number = clip["clip"].as_u64().unwrap();
        format!(
            "{},{number},{},{name}\n",
            key["set"].as_str().unwrap(),
            said(number, clip["verdict"].as_str().unwrap())
        )
    });
    let text = format!("set,clip,rating,rater\n{}", rows.collect::<String>());
    world.write(&format!("{name}.csv"), text)
}

#[test]
fn clips_are_unnamed_whole_and_the_same_for_the_same_seed() {
    let world = made(&["last", "--seed", "7"]);
    assert_eq!(names(&world, "study"), ["for-raters", "key.json"]);
    assert_eq!(names(&world, "study/for-raters"), ["clips", "form.html", "ratings.csv"]);
    assert_eq!(names(&world, "study/for-raters/clips"), ["001.mp4", "002.mp4", "003.mp4", "004.mp4"]);
    let first = key(&world, "study");
    make(&world, &world.path("again"), &["last", "--seed", "7"]).success();
    assert_eq!(first, key(&world, "again"));
    assert_eq!(clips(&world, "study"), clips(&world, "again"));
    make(&world, &world.path("other"), &["last", "--seed", "8", "--persons", "Anna"]).success();
    assert_ne!(first["set"], key(&world, "other")["set"]);
    assert_eq!(key(&world, "other")["clips"][0]["person"], "Anna");
    // Every repetition once, in another order, with what the program said of it.
    let mut repetitions: Vec<u64> =
        first["clips"].as_array().unwrap().iter().map(|clip| clip["repetition"].as_u64().unwrap()).collect();
    assert_ne!(repetitions, [1, 2, 3, 4]);
    let third = repetitions.iter().position(|repetition| *repetition == 3).unwrap();
    assert_eq!(first["clips"][third]["verdict"], "back");
    repetitions.sort_unstable();
    assert_eq!(repetitions, [1, 2, 3, 4]);
}

#[test]
fn a_clip_shows_the_whole_repetition_and_tells_nothing_else() {
    let world = made(&["last", "--seed", "7"]);
    let key = key(&world, "study");
    let session = key["clips"][0]["session"].as_str().unwrap();
    for (clip, number) in key["clips"].as_array().unwrap().iter().zip(1..) {
        let path = world.path(&format!("study/for-raters/clips/{number:03}.mp4"));
        let mut video = bendwise::source::video::open(&path).unwrap();
        let mut last = 0.0;
        while let bendwise::source::Delivery::Frame(frame) = video.next().unwrap() {
            last = frame.time.as_secs_f64();
        }
        let lasted = clip["end_s"].as_f64().unwrap() - clip["start_s"].as_f64().unwrap();
        assert!((lasted + 0.9..lasted + 3.1).contains(&last), "clip {number}: {last} s for {lasted} s");
        let bytes = fs::read(&path).unwrap();
        for header in [b"mvhd", b"tkhd", b"mdhd"] {
            let at = bytes.windows(4).position(|window| window == header).unwrap();
            assert_eq!(bytes[at + 4..at + 16][4..], [0; 8], "a date in {}", String::from_utf8_lossy(header));
        }
        let dated = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(dated.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(), 946_684_800);
    }
    let form = world.read("study/for-raters/form.html");
    let uid = key["clips"][0]["session_uid"].as_str().unwrap();
    for secret in [session, uid, "verdict", "demo.mp4", "lumbar_flexion"] {
        assert!(!form.contains(secret), "the form tells {secret}");
    }
    #[cfg(unix)]
    for folder in ["study", "study/for-raters", "study/for-raters/clips"] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(world.path(folder)).unwrap().permissions().mode() & 0o777, 0o700, "{folder}");
    }
}

#[test]
fn what_raters_said_is_scored_on_a_page_and_in_a_file() {
    let world = made(&["last", "--seed", "7"]);
    let anna = ratings(&world, "anna", |_, verdict| verdict.to_owned());
    let key = key(&world, "study");
    let hips = key["clips"].as_array().unwrap().iter().find(|clip| clip["verdict"] == "hips").unwrap();
    let unclear = hips["clip"].as_u64().unwrap();
    let said = |number, verdict: &str| if number == unclear { "cannot_tell" } else { verdict }.to_owned();
    let ben = ratings(&world, "ben", said);
    let (page, json) = (world.path("a.html"), world.path("a.json"));
    let score = |language: &str| {
        let mut command = world.bare_bendwise();
        command.args(["--lang", language, "rate", "score"]).arg(world.path("study/key.json")).args([&anna, &ben]);
        command.arg("-o").arg(&page).arg("--json").arg(&json).assert()
    };
    let told = score("en").success();
    told.stdout(
        contains("anna · ben")
            .and(contains("bendwise · anna"))
            .and(contains("All clips are of one session"))
            .and(contains("1.00")),
    );
    let file: Value = serde_json::from_str(&world.read("a.json")).unwrap();
    assert_eq!(file["pairs"][0]["kappa_linear"]["value"], 1.0);
    assert_eq!(file["pairs"][0]["left_out"], 1);
    assert_eq!(file["judges"][1]["cannot_tell"], 1);
    assert_eq!(file["interval"]["unit"], "session");
    assert!(world.read("a.html").contains("agree with a kappa of 1.00"));
    crate::accessible::check(&world, &page);
    fails(score("en"), &["a.html already exists", "-o"]);
    fs::remove_file(&page).unwrap();
    fails(score("en"), &["a.json already exists", "--json"]);
    fs::remove_file(&json).unwrap();
    let twice = ["rate", "score", "study/key.json", "anna.csv", "-o", "same", "--json", "./same"];
    let twice = world.bare_bendwise().current_dir(world.path(".")).args(twice).assert();
    twice.code(2).stderr(contains("same would be overwritten, as it is an input or another output"));
    score("de").success();
    assert!(world.read("a.html").contains("untereinander"));
}

#[test]
fn what_makes_no_clips_is_said_in_one_sentence() {
    let world = World::new();
    let study = world.path("study");
    make(&world, &study, &["last"]).code(1).stderr(contains("No session is kept yet"));
    world.keep_demo("off");
    let without = make(&world, &study, &["last"]);
    fails(without, &["There is no repetition to rate", "kept with their video"]);
    assert!(!study.exists(), "nothing is left");
    world.bendwise().args(["analyze", "--keep"]).arg(one_bend(&world)).assert().success();
    make(&world, &study, &["last", "2099"]).code(1).stderr(contains("no session 2099").or(contains("2099")));
    fails(make(&world, &study, &["last", "last"]), &["have the same video", "give one of them"]);
    make(&world, &study, &["last", "--persons", "A,B"]).code(2).stderr(contains("--persons names 2 for 1 sessions"));
    make(&world, &study, &["last", "--persons", " "]).code(2).stderr(contains("'--persons <NAME>': it is empty"));
    make(&world, &study, &["last", "--seed", "many"]).code(2);
    world.bare_bendwise().args(["rate", "make", "last"]).assert().code(2).stderr(contains("--output"));
    world.bare_bendwise().args(["rate"]).assert().code(2);
    assert!(!study.exists(), "nothing is left");
    // The session without a video is said, and the other one makes clips.
    let list = world.bare_bendwise().args(["sessions"]).assert().success().get_output().stdout.clone();
    let list = String::from_utf8(list).unwrap();
    let ids: Vec<&str> = list.split_whitespace().filter(|word| word.starts_with("20") && word.contains('-')).collect();
    make(&world, &study, &ids)
        .success()
        .stdout(contains("no clip, it was kept without a video").and(contains("1 clip of 1 session,")));
    world.write("file", "kept");
    fails(make(&world, &world.path("file"), &["last"]), &["already exists", "another folder"]);
    fails(make(&world, &study, &["last"]), &["already exists", "another folder"]);
    fails(make(&world, &world.path("no/such/study"), &["last"]), &["no/such/study cannot be written"]);
}

#[test]
fn what_cannot_be_scored_is_said_in_one_sentence() {
    let world = made(&["last", "--seed", "7"]);
    let key_path = world.path("study/key.json");
    let score = |files: &[&Path]| {
        let page = world.path("never.html");
        let assert = world.bare_bendwise().args(["rate", "score"]).args(files).arg("-o").arg(&page).assert();
        assert!(!page.exists());
        assert
    };
    let good = ratings(&world, "good", |_, verdict| verdict.to_owned());
    let text = |content: &str| world.write("bad.csv", content);
    fails(score(&[&good, &key_path]), &["good.csv", "it is not the key"]);
    fails(score(&[&key_path, &key_path]), &["key.json", "no column clip"]);
    fails(score(&[&world.path("no.json"), &good]), &["no.json", "There is no file", "check the name"]);
    fails(score(&[&key_path, &world.path("no.csv")]), &["no.csv", "There is no file", "check the name"]);
    fails(score(&[&key_path, &world.path("study")]), &["study", "cannot be read"]);
    fails(score(&[&key_path, &good, &good]), &["the same ratings", "once"]);
    fails(score(&[&key_path, &text("set,clip,rating\nffffffff,1,hips\n")]), &["set ffffffff", "the key of the same"]);
    fails(score(&[&key_path, &text("clip,rating\n9,hips\n")]), &["no clip 9", "1 to 4"]);
    fails(score(&[&key_path, &text("clip,rating\n1,hips\n1,back\n")]), &["clip 1 has two rows (2 and 3)"]);
    fails(score(&[&key_path, &text("clip,rating\n1,\x1b[31mhips\n")]), &["is no rating"]);
    let output = score(&[&key_path, &text("\x1b]0;x\x07,rating\n1,h\n")]).get_output().stderr.clone();
    assert!(!output.contains(&0x1b), "a file's text reached the terminal");
    let blank = world.path("study/for-raters/ratings.csv");
    fails(score(&[&key_path, &blank]), &["no clip is rated"]);
    score(&[&key_path]).code(2).stderr(contains("RATINGS.csv"));
}

/// Rates the clips in a browser as a person would, and reads back what the form then holds.
#[test]
fn a_browser_plays_the_clips_and_takes_ratings_by_key_and_click() {
    let world = made(&["last", "--seed", "7"]);
    let Some(browser) = Browser::find(&world) else {
        eprintln!("left out: there is no Chromium");
        return;
    };
    let person = r"<script>
        const wait = time => new Promise(done => setTimeout(done, time));
        (async () => {
            const name = document.getElementById('rater');
            name.value = '=Anna B.'; name.dispatchEvent(new Event('input'));
            await wait(300);
            document.dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));
            await wait(600);
            document.querySelector('[data-answer=back]').click();
            await wait(600);
            document.dispatchEvent(new KeyboardEvent('keydown', { key: '4', bubbles: true }));
            await wait(600);
            let saved = null;
            HTMLAnchorElement.prototype.click = function () { saved = this.download; };
            const make = URL.createObjectURL;
            URL.createObjectURL = blob => { blob.text().then(text => document.body.append('SAVED ' + JSON.stringify(text) + ' AS ' + saved)); return make(blob); };
            document.getElementById('save').click();
            const video = document.getElementById('video');
            // The browser's clock leaps ahead while its decoder needs real time: work between the looks gives it some.
            for (let looks = 0; looks < 1000 && video.readyState < 2; looks++) {
                let sum = 0;
                for (let step = 0; step < 1e7; step++) sum += step % 7;
                await wait(5);
            }
            document.body.append('VIDEO ' + video.videoWidth + ' ' + (video.error === null));
        })();
        </script></body>";
    crate::accessible::check(&world, &world.path("study/for-raters/form.html"));
    let form = world.read("study/for-raters/form.html").replace("</body>", person);
    let page = world.write("rated.html", form);
    let shown = browser.dom(&page);
    assert!(shown.contains("Clip 4 of 4") && shown.contains("3 of 4 rated"), "{}", &shown[shown.len() - 3000..]);
    assert!(shown.contains("VIDEO 640 true"), "the clip is not decoded");
    let set = key(&world, "study")["set"].as_str().unwrap().to_owned();
    let saved = shown.split("SAVED \"").nth(1).and_then(|rest| rest.split("\" AS ").next()).unwrap();
    let saved = saved.replace("\\r\\n", "\r\n");
    let rows = [(1, "hips"), (2, "back"), (3, "cannot_tell"), (4, "")]
        .map(|(clip, word)| format!("{set},{clip},{word},Anna B.\r\n"));
    assert!(saved.ends_with(&format!("set,clip,rating,rater\r\n{}", rows.concat())), "{saved:?}");
    assert!(shown.contains(&format!("AS ratings-{set}-Anna-B..csv")));
    // What the browser saved is what the program reads.
    let ratings = world.write("saved.csv", saved);
    let score = world
        .bare_bendwise()
        .args(["rate", "score"])
        .arg(world.path("study/key.json"))
        .arg(ratings)
        .arg("-o")
        .arg(world.path("s.html"))
        .assert();
    score.success().stdout(contains("bendwise · Anna B."));
}
