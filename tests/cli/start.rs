//! `bendwise` alone: the start screen where there is a display, a session in the terminal elsewhere; and what it remembers.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, one_bend};

#[test]
fn without_a_display_it_is_a_session_in_the_terminal() {
    let world = World::new();
    let played = world.bendwise().arg("--source").arg(one_bend(&world)).assert().success();
    played.stdout(contains("1 of 1 repetition came from the hips")).stderr(contains("No display"));
}

#[test]
fn its_options_belong_to_no_command() {
    for option in [["--source", "camera:1"], ["--person", "Anna"]] {
        let refused = World::new().bare_bendwise().args(option).arg("live").assert().code(2);
        refused.stderr(contains("give them after its name"));
    }
}

#[test]
fn it_takes_who_practises_where_several_do_and_speaks_their_language() {
    let world = World::new();
    for add in [&["Anna", "--language", "de"][..], &["Ben"]] {
        world.bare_bendwise().args(["people", "add"]).args(add).assert().success();
    }
    let film = one_bend(&world);
    let played =
        |who: &[&str]| world.bendwise().env_remove("BENDWISE_LANG").args(who).arg("--source").arg(&film).assert();
    played(&[]).code(1).stderr(contains("say who it is with --person NAME"));
    played(&["--person", "Anna"]).success().stdout(contains("1 von 1 Wiederholung kam aus der Hüfte"));
    world.bare_bendwise().args(["sessions", "list", "--person", "Anna"]).assert().success().stdout(contains("1 of 1"));
    let mut unset = world.bendwise();
    unset.env("BENDWISE_LANG", "").args(["--person", "Anna", "--source"]).arg(&film);
    unset.assert().success().stdout(contains("1 von 1 Wiederholung kam aus der Hüfte"));
    played(&["--person", "Bem"]).code(1).stderr(contains("did you mean Ben?"));
}

#[test]
fn what_is_wrong_in_the_settings_is_one_sentence_with_its_line_and_the_rest_counts() {
    let world = World::new();
    let text = "language = \"de\"\n# how loud\nsound = \"loud\"\n";
    world.write("home/config/settings.toml", text);
    let drills = || {
        let mut bendwise = world.bare_bendwise();
        bendwise.env("BENDWISE_LANG", "").arg("drills");
        bendwise
    };
    let told = drills().assert().success();
    let sentence = contains("settings.toml, line 3: sound has to be a whole number from 0 to 100");
    told.stderr(sentence).stdout(contains("Verbeugung"));
    let english = drills().args(["--lang", "en"]).assert().success();
    english.stdout(contains("Verbeugung").not());
    world.write("home/config/settings.toml", "language = \n");
    drills().assert().success().stderr(contains("settings.toml, line 1: "));
    assert_eq!(world.read("home/config/settings.toml"), "language = \n");
}

#[cfg(target_os = "linux")]
pub mod on_a_display {
    use std::io::{BufRead, BufReader, Read};
    use std::path::PathBuf;
    use std::process::{Child, Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use bendwise::screen::start::StartLayout;

    use super::World;
    use crate::common::two_bends;

    /// Longer than anything takes here on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    pub struct Ended(pub Child);

    impl Drop for Ended {
        fn drop(&mut self) {
            self.0.kill().ok();
            self.0.wait().ok();
        }
    }

    /// A display of its own with somebody at its keyboard; `None` without Xvfb and xdotool.
    pub struct Desk {
        _server: Ended,
        pub display: String,
        xdotool: PathBuf,
    }

    impl Desk {
        pub fn new() -> Option<Self> {
            let (Ok(xvfb), Ok(xdotool)) = (which::which("Xvfb"), which::which("xdotool")) else {
                eprintln!("not tried: there is no Xvfb, or no xdotool");
                return None;
            };
            let mut server = Command::new(xvfb);
            server.args(["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-noreset"]);
            let mut server = Ended(server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
            let mut number = String::new();
            BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
            Some(Self { _server: server, display: format!(":{}", number.trim()), xdotool })
        }

        pub fn does(&self, arguments: &[&str]) -> bool {
            let mut xdotool = Command::new(&self.xdotool);
            xdotool.args(arguments).env("DISPLAY", &self.display).stdout(Stdio::null()).stderr(Stdio::null());
            xdotool.status().unwrap().success()
        }

        /// Does it until this is so, and again only where it had been lost: a key that came late and then came twice would undo
        /// what it switched.
        pub fn does_until(&self, arguments: &[&str], mut so: impl FnMut() -> bool) {
            let began = Instant::now();
            while !so() {
                assert!(began.elapsed() < PATIENCE, "{arguments:?} came to nothing");
                self.does(arguments);
                let done = Instant::now();
                while done.elapsed() < PATIENCE / 6 && !so() {
                    thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }

    #[test]
    fn a_key_begins_a_session_and_the_start_screen_comes_back_after_it() {
        let Some(desk) = Desk::new() else { return };
        let world = World::new();
        let film = two_bends(&world);
        let mut bendwise = Command::new(env!("CARGO_BIN_EXE_bendwise"));
        bendwise.arg("--source").arg(&film);
        world.inhabit(&mut bendwise);
        bendwise.env("DISPLAY", &desk.display).env_remove("XMODIFIERS");
        let mut playing = Ended(bendwise.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        let mut told = BufReader::new(playing.0.stderr.take().unwrap()).lines();
        desk.does_until(&["search", "--sync", "--name", "bendwise"], || {
            desk.does(&["search", "--onlyvisible", "--name", "bendwise"])
        });
        let settings = world.path("home/config/settings.toml");
        let remembered = |line: &str| std::fs::read_to_string(&settings).is_ok_and(|text| text.contains(line));
        assert!(desk.does(&["mousemove", "683", "300"]));
        desk.does_until(&["key", "v"], || remembered("muted = true"));
        // L goes through all languages, and each is remembered.
        desk.does_until(&["key", "l"], || remembered("language = \"es\""));
        desk.does_until(&["key", "l"], || remembered("language = \"en\""));
        // Esc leaves the help, and not the program.
        assert!(desk.does(&["key", "h"]) && desk.does(&["key", "Escape"]));
        // Without a session there are three tiles that can be chosen; the third is free practice, which is kept.
        desk.does_until(&["key", "3"], || world.path("home/data/sessions").exists());
        let kept = |told: &mut dyn Iterator<Item = std::io::Result<String>>| {
            // In whichever language: L may have been pressed once more than it was waited for.
            told.map_while(Result::ok).any(|line| line.contains("`bendwise sessions show 20"))
        };
        thread::sleep(Duration::from_secs(3)); // of the session
        assert!(desk.does(&["key", "Escape"]));
        assert!(kept(&mut told), "the session was not kept");
        desk.does_until(&["key", "Escape"], || playing.0.try_wait().unwrap().is_some());
        assert_eq!(playing.0.wait().unwrap().code(), Some(0));
        let mut said = String::new();
        playing.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(said.contains("repetition"), "{said}");
        assert!(world.read("home/config/settings.toml").contains("muted = true"));
    }

    /// Each tile opens something by key, and by the mouse, and the start screen comes back: there alone L changes the language.
    #[test]
    fn every_tile_opens_and_leads_back_by_key_and_by_mouse() {
        let Some(desk) = Desk::new() else { return };
        let world = World::new();
        world.keep_demo("off");
        let film = two_bends(&world);
        let mut bendwise = Command::new(env!("CARGO_BIN_EXE_bendwise"));
        bendwise.arg("--source").arg(&film);
        world.inhabit(&mut bendwise);
        bendwise.env("DISPLAY", &desk.display).env_remove("XMODIFIERS");
        let mut playing = Ended(bendwise.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        desk.does_until(&["search", "--sync", "--name", "bendwise"], || {
            desk.does(&["search", "--onlyvisible", "--name", "bendwise"])
        });
        let settings = || std::fs::read_to_string(world.path("home/config/settings.toml")).unwrap_or_default();
        let is_at_start = || {
            let before = settings();
            assert!(desk.does(&["key", "l"]));
            thread::sleep(Duration::from_secs(2));
            settings() != before
        };
        let comes_back = || {
            let before = settings();
            desk.does_until(&["key", "l"], || settings() != before);
        };
        // In the middle of the display the window begins at 43, 24, which is less than half a tile.
        let places = StartLayout::new(euclid::size2(1280.0, 720.0)).tiles(6);
        let clicks = |tile: usize| {
            let at = places[tile - 1].center().to_u32();
            assert!(desk.does(&["mousemove", &at.x.to_string(), &at.y.to_string()]));
            thread::sleep(Duration::from_millis(200));
            assert!(desk.does(&["mousedown", "1", "mouseup", "1"])); // as short as a tap on a touch pad
        };
        assert!(desk.does(&["mousemove", "683", "300"]));
        comes_back(); // it is there at all
        // Bow, mobility, free, last session, trend.
        for by_mouse in [false, true] {
            for tile in 1..=5 {
                let begun = Instant::now();
                loop {
                    assert!(begun.elapsed() < PATIENCE, "tile {tile} opens nothing (mouse: {by_mouse})");
                    if by_mouse {
                        clicks(tile);
                    } else {
                        assert!(desk.does(&["key", &tile.to_string()]));
                    }
                    thread::sleep(Duration::from_secs(3));
                    // Not before: where a short press was is asked when it is heard of, which a busy machine does late.
                    assert!(desk.does(&["mousemove", "683", "300"]));
                    if !is_at_start() {
                        break;
                    }
                }
                assert!(desk.does(&["key", "Escape"]));
                thread::sleep(Duration::from_secs(1));
                assert!(playing.0.try_wait().unwrap().is_none(), "leaving tile {tile} left the program");
                comes_back();
            }
        }
        let reports = || std::fs::read_dir(world.path("home/reports")).is_ok_and(|files| files.count() > 0);
        desk.does_until(&["key", "6"], reports);
        comes_back();
    }
}
