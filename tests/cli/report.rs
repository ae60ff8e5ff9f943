//! A stored session as a page for a clinician.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;
use crate::fails;

/// A world with one stored session of the demo, with video, name and note.
pub fn kept() -> World {
    let world = World::new();
    world.keep_demo("small");
    world.bare_bendwise().args(["sessions", "rename", "last", "Ada & Co."]).assert().success();
    world.bare_bendwise().args(["sessions", "note", "last", "left knee <sore>"]).assert().success();
    world
}

fn page(world: &World, name: &str, arguments: &[&str]) -> String {
    let file = world.path(name);
    let report = world.bare_bendwise().arg("report").args(arguments).arg("-o").arg(&file).assert();
    let opens = contains("browser").or(contains("Browser")); // in the language of the page
    report.success().stdout(contains(format!("{name}. ")).and(opens));
    fs::read_to_string(file).unwrap()
}

#[test]
fn a_page_tells_every_repetition_with_its_pictures_and_its_error() {
    let world = kept();
    let told = page(&world, "a.html", &["last"]);
    for part in [
        "3 of 4 repetitions came from the hips",
        "Set 1: 4 bends: some rounder than others (low back rounded ",
        "Ada &#38; Co.",
        "left knee &#60;sore&#62;",
        "■ BACK 99\u{a0}%",
        "How large the error is",
        "Side seen",
        "of the time in view",
        "<th scope=\"col\">Knee</th>",
        "data-name=\"Pause\">0.",
        "<h2>Comment</h2>",
    ] {
        assert!(told.contains(part), "{part:?} is not in the page");
    }
    let shown = world.bare_bendwise().args(["sessions", "show", "last"]).assert().success();
    shown.stdout(contains("BACK 99 %").and(contains("Set 1: 4 bends: some rounder than others (low back rounded ")));
    assert_eq!(told.matches("data:image/jpeg").count(), 8, "standing and lowest point of four");
    assert_eq!(told.matches("class=\"chart\"").count(), 6, "the session, wide and narrow, and each repetition");
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
    fails(
        world.bare_bendwise().args(["report", "-o"]).arg(&there).assert(),
        &["there.html already exists", "-o", "replace it with --force"],
    );
    assert_eq!(world.read("there.html"), "kept");
    world.bare_bendwise().args(["report", "--force", "-o"]).arg(there).assert().success();
    assert!(world.read("there.html").contains("session report"));
    let pdf = world.path("last.pdf");
    for printed in [&["--pdf"][..], &[]] {
        let named = world.bare_bendwise().arg("report").args(printed).arg("-o").arg(&pdf).assert().code(2);
        named.stderr(contains("give a name that ends with .html, and with --pdf its PDF gets the same name with .pdf"));
        assert!(!pdf.exists());
    }
    fails(world.bare_bendwise().args(["report", "--since", "2999-01-01"]).assert(), &["No session of", "2999-01-01"]);
    world.bare_bendwise().args(["report", "--since", "soon"]).assert().code(2).stderr(contains("--since"));
}

#[test]
fn a_page_is_written_into_a_folder_under_the_name_of_its_session() {
    let world = World::new();
    world.keep_demo("off");
    let folder = world.path("pages");
    fs::create_dir(&folder).unwrap();
    world.bare_bendwise().args(["report", "-o"]).arg(&folder).assert().success();
    let written: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(written.len() == 1 && written[0].extension().is_some_and(|ending| ending == "html"), "{written:?}");
}

#[test]
fn without_pictures_a_page_still_tells_whose_it_is() {
    let told = page(&kept(), "a.html", &["--no-pictures"]);
    assert!(!told.contains("data:image") && told.contains("Ada &#38; Co.") && told.contains("sore"));
    assert_eq!(told.matches("class=\"posture\"").count(), 8, "drawn instead");
}

#[test]
fn faces_are_covered_unless_they_are_asked_for() {
    let world = kept();
    let (covered, shown) = (page(&world, "a.html", &[]), page(&world, "b.html", &["--faces"]));
    assert_eq!(shown.matches("data:image/jpeg").count(), 8);
    assert_ne!(covered, shown, "the pictures differ, though the film was kept with covered faces: cells of cells");
}

/// A course has curves alone, and a page without pictures has no faces.
#[test]
fn what_a_page_has_no_pictures_for_is_not_asked_of_it() {
    let world = World::new();
    world.keep_demo("off");
    let file = world.path("a.html");
    let since = ["--since", "2020-01-01"];
    for line in [
        &[&since[..], &["--faces"]].concat()[..],
        &[&since[..], &["--no-pictures"]].concat()[..],
        &["--no-pictures", "--faces"],
        &["--anonymous", "--faces"],
    ] {
        let refused = world.bare_bendwise().arg("report").args(line).arg("-o").arg(&file).assert().code(2);
        refused.stderr(contains("cannot be used with"));
        assert!(!file.exists());
    }
    world.bare_bendwise().arg("report").args(since).arg("--anonymous").arg("-o").arg(&file).assert().success();
}

#[test]
fn a_course_is_one_page_of_its_sessions() {
    let world = kept();
    let told = page(&world, "a.html", &["--since", "2020-01-01"]);
    assert!(told.contains("report of 1 session") && told.contains("3 / 4") && !told.contains("data:image"));
}

#[test]
fn without_a_browser_the_page_is_written_and_named() {
    let world = kept();
    let file = world.path("a.html");
    let report = world.bare_bendwise().args(["report", "--pdf", "-o"]).arg(&file).assert();
    if cfg!(target_os = "linux") {
        fails(report, &["No PDF: there is no Chromium", "a.html in a browser and print it"]);
        assert!(file.exists() && !world.path("a.pdf").exists());
    }
}

#[cfg(unix)]
#[test]
fn a_browser_that_fails_leaves_no_pdf() {
    let world = kept();
    world.install("chromium", "exit 3");
    let file = world.path("a.html");
    fails(
        world.bare_bendwise().args(["report", "--pdf", "-o"]).arg(&file).assert(),
        &["No PDF", "did not print it", "exit status: 3", "a.html in a browser"],
    );
    assert!(file.exists() && !world.path("a.pdf").exists());
}

#[test]
fn a_browser_prints_it_as_pdf() {
    let world = kept();
    if Browser::find(&world).is_none() {
        eprintln!("left out: there is no Chromium");
        return;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    for (name, since) in [("a", &[][..]), ("b", &["--since", "2020-01-01"])] {
        let file = world.path(&format!("{name}.html"));
        let mut report = world.bare_bendwise();
        report.env("PATH", &path).args(["report", "--pdf"]).args(since).arg("-o").arg(&file).assert().success();
        let pdf = fs::read(file.with_extension("pdf")).unwrap();
        assert!(sheets(&pdf).is_some_and(|sheets| sheets <= 2), "{name}: {:?}", sheets(&pdf));
    }
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

    pub fn make(&self, page: &Path, name: &str, what: &str, options: &[&str]) -> Vec<u8> {
        let file = self.look.join(name);
        let made = self.run(page, options, &format!("--{what}={}", file.display()));
        fs::read(&file).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&made.stderr)))
    }

    /// A page after its scripts have run for some seconds.
    pub fn dom(&self, page: &Path) -> String {
        self.dom_with(page, &[])
    }

    /// The same with options of the browser.
    pub fn dom_with(&self, page: &Path, options: &[&str]) -> String {
        let options = [options, &["--virtual-time-budget=15000"]].concat();
        String::from_utf8(self.run(page, &options, "--dump-dom").stdout).unwrap()
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

/// The number of sheets of a PDF.
pub fn sheets(pdf: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(pdf);
    let count = text.split("/Type /Pages").nth(1)?.split("/Count ").nth(1)?;
    count.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
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
    assert_eq!(self::sheets(&sheets), Some(2), "sheets of A4");
    let shot = browser.make(&file, "report.png", "screenshot", &["--window-size=1100,2600"]);
    let picture = image::load_from_memory(&shot).unwrap().to_rgb8();
    let has = |colour: [u8; 3]| picture.pixels().filter(|pixel| pixel.0 == colour).count();
    assert_eq!(picture.get_pixel(5, 5).0, [255; 3]);
    assert!(has([0x00, 0x72, 0xB2]) > 500, "hips in the style sheet's blue");
    assert!(has([0xD5, 0x5E, 0x00]) > 500, "the low back in its vermilion");
}
