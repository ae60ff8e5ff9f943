//! A stored session as a page for a clinician.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;
use crate::fails;

/// A world with one stored session of the demo, with video, name and note.
fn kept() -> World {
    let world = World::new();
    world.keep_demo("small");
    world.bare_bendwise().args(["sessions", "rename", "last", "Ada & Co."]).assert().success();
    world.bare_bendwise().args(["sessions", "note", "last", "left knee <sore>"]).assert().success();
    world
}

fn page(world: &World, name: &str, arguments: &[&str]) -> String {
    let file = world.path(name);
    let report = world.bare_bendwise().arg("report").args(arguments).arg("-o").arg(&file).assert();
    report.success().stdout(contains(format!("{name}. Open it in a browser")));
    fs::read_to_string(file).unwrap()
}

#[test]
fn a_page_tells_every_repetition_with_its_pictures_and_its_error() {
    let world = kept();
    let told = page(&world, "a.html", &["last"]);
    for part in [
        "3 of 4 repetitions came from the hips",
        "Set 1: 4 bends, back ",
        "Ada &#38; Co.",
        "left knee &#60;sore&#62;",
        "■ BACK 99\u{a0}%",
        "How large the error is",
    ] {
        assert!(told.contains(part), "{part:?} is not in the page");
    }
    let shown = world.bare_bendwise().args(["sessions", "show", "last"]).assert().success();
    shown.stdout(contains("BACK 99 %").and(contains("Set 1: 4 bends, back ")).and(contains(": they differ")));
    assert_eq!(told.matches("data:image/jpeg").count(), 8, "standing and lowest point of four");
    assert_eq!(told.matches("class=\"chart\"").count(), 5, "the session and each repetition");
    assert!(!told.contains("<script") && !told.contains("http://www.w3.org/1999/xlink"));
    let outside = told.split(['"', '(']).filter(|part| part.starts_with("http"));
    assert!(outside.into_iter().all(|address| address == "http://www.w3.org/2000/svg"), "a page that fetches nothing");
}

#[test]
fn an_anonymous_page_tells_nobody_who_it_is() {
    let world = kept();
    let told = page(&world, "a.html", &["--anonymous"]);
    for part in ["data:image", "Ada", "knee <", "sore", "demo.mp4"] {
        assert!(!told.contains(part), "{part:?} is in the page");
    }
    assert_eq!(told.matches("class=\"posture\"").count(), 8, "drawn instead");
    let german = page(&world, "b.html", &["--lang", "de"]);
    assert!(german.contains("3 von 4 Wiederholungen kamen aus der Hüfte") && german.contains("lang=\"de\""));
}

#[test]
fn without_its_video_a_session_has_drawn_postures() {
    let world = kept();
    let video = world.bare_bendwise().args(["sessions", "path", "last"]).assert().get_output().stdout.clone();
    fs::write(String::from_utf8(video).unwrap().trim(), "no video").unwrap();
    let file = world.path("a.html");
    let report = world.bare_bendwise().args(["report", "-o"]).arg(&file).assert();
    report.success().stderr(contains("The page has no pictures"));
    assert_eq!(fs::read_to_string(file).unwrap().matches("class=\"posture\"").count(), 8);
}

#[test]
fn what_cannot_be_reported_is_said() {
    let world = World::new();
    world.bare_bendwise().arg("report").assert().code(1).stderr(contains("No session is kept yet"));
    world.keep_demo("off");
    world
        .bare_bendwise()
        .args(["report", "2026-13"])
        .assert()
        .code(1)
        .stderr(contains("`bendwise sessions` lists them"));
    let there = world.write("there.html", "kept");
    fails(world.bare_bendwise().args(["report", "-o"]).arg(there).assert(), &["there.html already exists", "-o"]);
    assert_eq!(world.read("there.html"), "kept");
}

/// A browser and how it renders a page: screenshots are left where `BENDWISE_LOOK` says, for inspection.
pub struct Browser {
    program: PathBuf,
    look: PathBuf,
}

impl Browser {
    pub fn find(world: &World) -> Option<Self> {
        let program =
            ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|name| which::which(name).ok())?;
        let look = std::env::var_os("BENDWISE_LOOK").map_or_else(|| world.path("look"), PathBuf::from);
        fs::create_dir_all(&look).unwrap();
        Some(Self { program, look })
    }

    fn make(&self, page: &Path, name: &str, what: &str, options: &[&str]) -> Vec<u8> {
        let file = self.look.join(name);
        let made = self.run(page, options, &format!("--{what}={}", file.display()));
        fs::read(&file).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&made.stderr)))
    }

    /// A page after its scripts have run for some seconds.
    pub fn dom(&self, page: &Path) -> String {
        String::from_utf8(self.run(page, &["--virtual-time-budget=15000"], "--dump-dom").stdout).unwrap()
    }

    fn run(&self, page: &Path, options: &[&str], what: &str) -> Output {
        let profile = tempfile::tempdir().unwrap();
        Command::new(&self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--hide-scrollbars",
            ])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(options)
            .arg(what)
            .arg(page)
            .output()
            .unwrap()
    }
}

#[test]
fn a_browser_shows_it_on_a_screen_and_prints_it_on_two_sheets() {
    let world = kept();
    let Some(browser) = Browser::find(&world) else {
        eprintln!("left out: there is no Chromium");
        return;
    };
    page(&world, "a.html", &[]);
    let file = world.path("a.html");
    let sheets = browser.make(&file, "report.pdf", "print-to-pdf", &["--no-pdf-header-footer"]);
    let count = String::from_utf8_lossy(&sheets).split("/Type /Pages").nth(1).and_then(|after| {
        let count = after.split("/Count ").nth(1)?;
        count.split(|letter: char| !letter.is_ascii_digit()).next()?.parse::<u32>().ok()
    });
    assert_eq!(count, Some(2), "sheets of A4");
    let shot = browser.make(&file, "report.png", "screenshot", &["--window-size=1100,2600"]);
    let picture = image::load_from_memory(&shot).unwrap().to_rgb8();
    let has = |colour: [u8; 3]| picture.pixels().filter(|pixel| pixel.0 == colour).count();
    assert_eq!(picture.get_pixel(5, 5).0, [255; 3]);
    assert!(has([0x00, 0x72, 0xB2]) > 500, "hips in the style sheet's blue");
    assert!(has([0xD5, 0x5E, 0x00]) > 500, "the low back in its vermilion");
}
