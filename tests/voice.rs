//! The voice with fake tools: shell scripts in a temporary folder that log their input. Each script also logs whether
//! an earlier speaker is still running, as two voices must never be heard at once.

#![cfg(all(unix, feature = "voice"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bendwise::voice::{AudioBackends, Chime, Missing, SoundFailure, SoundPurpose, SpeechPriority, Voice, Volume};
use tempfile::TempDir;

/// Logs its input word for word; a text that begins with "long" takes a minute, any other a moment.
const ESPEAK: &str = r#"for old in $(cat "$HERE/speakers"); do kill -0 $old 2>/dev/null && echo OVERLAP >> "$LOG"; done
echo $$ >> "$HERE/speakers"
for text do :; done
printf 'said %s\n' "$*" >> "$LOG"
case "$text" in long*) exec sleep 60;; *) exec sleep 0.2;; esac"#;

/// Like the real one: it says what it speaks with, its server goes on speaking until it is told to cancel, and then the waiting
/// client ends, too.
const SPD_SAY: &str = r#"[ "$1" = -O ] && exit 0
if [ "$1" = --cancel ]; then
  kill -0 $(tail -n 1 "$HERE/speakers") && echo 'cancelled while there' >> "$LOG"
  kill $(tail -n 1 "$HERE/speakers")
  sleep 0.2 # what is said before it ends would be cancelled too
  echo 'cancelled' >> "$LOG"
  exit 0
fi
"#;

/// One world at a time: a program started by one test while another writes its script would keep that script "busy".
static ALONE: Mutex<()> = Mutex::new(());

struct World {
    folder: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl World {
    fn new() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let world = Self { folder: tempfile::tempdir().unwrap(), _alone: alone };
        fs::create_dir(world.path("tools")).unwrap();
        fs::write(world.path("speakers"), "").unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tool(self, name: &str, script: &str) -> Self {
        let file = self.path("tools").join(name);
        let here = self.folder.path().display();
        fs::write(&file, format!("#!/bin/sh\nHERE='{here}'\nLOG='{here}/log'\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn tools(&self, system: &str) -> AudioBackends {
        AudioBackends::find_in(self.path("tools").as_os_str(), system)
    }

    fn voice(&self, language: &str) -> Voice {
        Voice::open(language, self.tools("linux"), &self.path("cache"))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The spoken lines, in order, without the options.
    fn said(&self) -> Vec<String> {
        let log = self.log();
        assert!(!log.contains("OVERLAP"), "two voices at once:\n{log}");
        let said = log.lines().filter_map(|line| line.strip_prefix("said ")?.split_once(" -- "));
        said.map(|(_, text)| text.to_owned()).collect()
    }

    /// Waits until the log has a line that contains this.
    fn until(&self, line: &str) {
        let began = Instant::now();
        while !self.log().contains(line) {
            assert!(began.elapsed() < LONG, "{line:?} never came:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Longer than anything takes, shorter than the scripts that take a minute.
const LONG: Duration = Duration::from_secs(20);

fn runs(pid: &str) -> bool {
    Command::new("kill").args(["-0", pid]).output().unwrap().status.success()
}

#[test]
fn the_caller_is_never_kept_waiting() {
    let world = World::new().tool("espeak-ng", ESPEAK).tool("paplay", "exec sleep 60");
    let voice = world.voice("en");
    let began = Instant::now();
    for _ in 0..1000 {
        voice.say("long", SpeechPriority::Waits);
        voice.chime(Chime::Tick);
        voice.hum(0.5);
    }
    assert!(began.elapsed() < LONG, "3000 orders took {:?}", began.elapsed());
}

#[test]
fn a_sentence_waits_for_the_one_before_and_the_newest_that_waits_is_said() {
    let world = World::new().tool("espeak-ng", ESPEAK);
    let voice = world.voice("en");
    voice.say("one", SpeechPriority::Waits);
    world.until("one");
    for text in ["two", "three", "four"] {
        voice.say(text, SpeechPriority::Waits);
    }
    voice.finish(LONG);
    assert_eq!(world.said(), ["one", "four"]);
}

#[test]
fn what_follows_a_change_of_language_is_said_in_it_and_what_waited_in_the_other_is_not() {
    let world = World::new().tool("espeak-ng", ESPEAK);
    let voice = world.voice("en");
    voice.say("long question", SpeechPriority::Waits);
    world.until("long question");
    voice.say("too late", SpeechPriority::Waits);
    assert!(voice.change_language("de"));
    voice.say("steh still", SpeechPriority::Interrupts);
    voice.finish(LONG);
    assert_eq!(world.said(), ["long question", "steh still"]);
    let log = world.log();
    assert!(log.contains("-v en -- long question") && log.contains("-v de -- steh still"), "{log}");
}

#[test]
fn an_urgent_word_interrupts_and_what_waits_is_said_afterwards() {
    let world = World::new().tool("espeak-ng", ESPEAK);
    let voice = world.voice("en");
    voice.say("long story", SpeechPriority::Waits);
    world.until("long story");
    voice.say("then this", SpeechPriority::Waits);
    voice.say("back", SpeechPriority::Interrupts);
    voice.finish(LONG);
    assert_eq!(world.said(), ["long story", "back", "then this"]);
}

#[test]
fn the_desktops_speech_is_cancelled_before_the_next_word() {
    let world = World::new().tool("spd-say", &format!("{SPD_SAY}{ESPEAK}"));
    let voice = world.voice("en");
    voice.say("long story", SpeechPriority::Waits);
    world.until("long story");
    voice.say("back", SpeechPriority::Interrupts);
    voice.finish(LONG);
    assert_eq!(world.said(), ["long story", "back"]);
    let log = world.log();
    let lines: Vec<&str> = log.lines().map(|line| line.split(" -- ").last().unwrap()).collect();
    assert_eq!(lines, ["long story", "cancelled while there", "cancelled", "back"]);
}

#[test]
fn quiet_stops_what_is_said_and_forgets_what_waits() {
    let world = World::new().tool("espeak-ng", ESPEAK);
    let voice = world.voice("en");
    voice.say("long story", SpeechPriority::Waits);
    world.until("long story");
    voice.say("never", SpeechPriority::Waits);
    voice.stop();
    voice.finish(LONG);
    voice.say("again", SpeechPriority::Waits);
    voice.finish(LONG);
    assert_eq!(world.said(), ["long story", "again"]);
}

#[test]
fn dropping_it_leaves_nothing_running() {
    let player = r#"echo $$ >> "$HERE/players"; echo "plays $1" >> "$LOG"; exec sleep 60"#;
    for speaker in ["espeak-ng", "spd-say"] {
        // A server that does not answer: `--cancel` takes a minute, too.
        let script = format!("[ \"$1\" = -O ] && exit 0\n{}", ESPEAK.replace("long*", "*"));
        let world = World::new().tool(speaker, &script).tool("paplay", player);
        let voice = world.voice("en");
        voice.say("long story", SpeechPriority::Waits);
        voice.chime(Chime::End);
        voice.hum(1.0);
        for line in ["long story", "end.wav", "plays --raw"] {
            world.until(line);
        }
        let began = Instant::now();
        drop(voice);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        let pids = ["speakers", "players"].map(|name| fs::read_to_string(world.path(name)).unwrap()).concat();
        assert!(pids.lines().count() >= 3, "{pids}");
        let began = Instant::now();
        while pids.lines().any(runs) {
            assert!(began.elapsed() < LONG, "one of these still runs: {pids}");
        }
    }
}

#[test]
fn without_tools_it_is_silent_and_tells_what_is_missing() {
    let world = World::new();
    fs::write(world.path("tools").join("espeak-ng"), "no program: nobody may run it").unwrap();
    let voice = world.voice("en");
    assert_eq!(voice.missing(), [Missing::Speech, Missing::Chimes, Missing::Hum]);
    assert!(voice.missing().iter().all(|missing| missing.to_string().contains("install")));
    voice.say("unheard", SpeechPriority::Interrupts);
    voice.chime(Chime::Start);
    voice.hum(1.0);
    let began = Instant::now();
    voice.finish(LONG);
    assert!(began.elapsed() < LONG, "there is nothing to wait for");
    assert!(!world.path("cache").exists(), "no chimes are written that nobody can play");
}

#[test]
fn language_and_text_arrive_as_they_are() {
    let text = "-v $(touch pwned); \"Hüfte\" `id` 'zurück' & <b>\\n";
    for (name, language) in [("espeak-ng", "-v de"), ("espeak", "-v de"), ("spd-say", "-l de")] {
        let world = World::new().tool(name, ESPEAK);
        let voice = world.voice("de");
        voice.say(text, SpeechPriority::Waits);
        voice.finish(LONG);
        assert_eq!(world.said(), [text]);
        assert!(world.log().contains(&format!("{language} -- ")), "{}", world.log());
    }
}

#[test]
fn on_other_systems_the_text_comes_by_stdin() {
    let script = r#"printf 'called %s\n' "$* $BENDWISE_LANGUAGE" >> "$LOG"; cat >> "$LOG""#;
    for (system, name, called) in [("macos", "say", "-v Anna -f -"), ("windows", "powershell", "ReadToEnd()) de")] {
        let world = World::new().tool(name, script);
        let voice = Voice::open("de", world.tools(system), &world.path("cache"));
        voice.say("Schieb die Hüfte zurück", SpeechPriority::Waits);
        voice.finish(LONG);
        let log = world.log();
        assert!(log.contains(called) && log.ends_with("\nSchieb die Hüfte zurück"), "{log}");
    }
}

#[test]
fn a_speaker_that_fails_three_times_is_given_up_for_the_next() {
    let failing = "echo failed >> \"$LOG\"; exit 1";
    let world = World::new().tool("espeak-ng", failing).tool("espeak", ESPEAK);
    let voice = world.voice("en");
    for text in ["one", "two", "three", "four", "five"] {
        voice.say(text, SpeechPriority::Waits);
        voice.finish(LONG);
    }
    assert_eq!(world.log().matches("failed").count(), 3);
    assert_eq!(world.said(), ["four", "five"]);
    let failures = voice.control().failures();
    assert_eq!(failures.len(), 3);
    assert!(failures.iter().all(|failure| failure.program.ends_with("espeak-ng") && !failure.was_last));
    assert!(failures[0].to_string().ends_with("ended with an error (exit status: 1)"), "{}", failures[0]);
}

/// Its server may hang: then it is asked once, and no sentence is lost.
#[test]
fn a_desktop_voice_that_hangs_is_waited_for_once_and_for_two_seconds() {
    let world = World::new().tool("spd-say", "echo asked >> \"$LOG\"; exec sleep 60").tool("espeak-ng", ESPEAK);
    let voice = world.voice("en");
    let began = Instant::now();
    voice.say("one", SpeechPriority::Waits);
    world.until("said");
    assert!((1.9..6.0).contains(&began.elapsed().as_secs_f64()), "{:?}", began.elapsed());
    voice.finish(LONG);
    voice.say("two", SpeechPriority::Waits);
    voice.finish(LONG);
    assert_eq!(world.said(), ["one", "two"]);
    assert_eq!(world.log().matches("asked").count(), 1);
    let failures = voice.control().failures();
    let [failure] = failures.as_slice() else { panic!("{failures:?}") };
    assert_eq!((failure.purpose, failure.was_last), (SoundPurpose::Speech, false));
    assert!(failure.to_string().ends_with("spd-say did not answer within 2 s"), "{failure}");
}

#[test]
fn a_desktop_voice_without_its_server_loses_no_sentence() {
    let world = World::new().tool("spd-say", "echo 'no server here' >&2; exit 1").tool("espeak-ng", ESPEAK);
    let voice = world.voice("en");
    voice.say("one", SpeechPriority::Waits);
    voice.finish(LONG);
    assert_eq!(world.said(), ["one"]);
    let failures = voice.control().failures();
    assert!(failures[0].to_string().ends_with("ended with an error (exit status: 1: no server here)"), "{failures:?}");
}

#[test]
fn what_is_lost_for_good_is_told_as_that() {
    let world = World::new().tool("paplay", "echo 'Connection refused' >&2; exit 1");
    let voice = world.voice("en");
    for _ in 0..4 {
        voice.chime(Chime::Tick);
        voice.finish(LONG);
    }
    let failures = voice.control().failures();
    let lost: Vec<bool> = failures.iter().map(|failure| failure.was_last).collect();
    assert_eq!(lost, [false, false, true]);
    assert!(failures[2].to_string().contains("Connection refused"), "{}", failures[2]);
    assert!(voice.control().failures().is_empty(), "each is told once");
}

#[test]
fn a_hum_whose_player_ends_at_once_is_given_up_and_told_although_it_ends_without_an_error() {
    let world = World::new().tool("paplay", r#"echo played >> "$LOG""#);
    let voice = world.voice("en");
    let began = Instant::now();
    let mut failures = Vec::new();
    while failures.iter().all(|failure: &SoundFailure| !failure.was_last) {
        assert!(began.elapsed() < LONG, "{failures:?}");
        voice.hum(0.5);
        std::thread::sleep(Duration::from_millis(10));
        failures.extend(voice.control().failures());
    }
    assert!(
        failures.iter().all(|failure| failure.to_string().contains("while there was more to play")),
        "{failures:?}"
    );
    assert_eq!(world.log().lines().count(), 3);
}

#[test]
fn the_volume_reaches_every_program_and_silence_starts_none() {
    for (speaker, half) in [("espeak-ng", "-a 50 "), ("spd-say", "-i 0 ")] {
        let player = r#"cp "$1" "$HERE/played.wav"; echo "played ${1##*/}" >> "$LOG""#;
        let world = World::new().tool(speaker, &format!("{SPD_SAY}{ESPEAK}")).tool("paplay", player);
        let voice = world.voice("en");
        let loudest = || {
            voice.chime(Chime::BackJoined);
            voice.finish(LONG);
            let samples = hound::WavReader::open(world.path("played.wav")).unwrap().into_samples::<i16>();
            samples.map(|sample| i32::from(sample.unwrap())).max().unwrap()
        };
        let full = loudest();
        voice.control().set_volume(Volume::from_percent(50));
        assert!((full - 2 * loudest()).abs() <= 2);
        voice.say("softly", SpeechPriority::Waits);
        voice.finish(LONG);
        assert!(world.log().contains(half), "{}", world.log());
        voice.say("long story", SpeechPriority::Waits);
        world.until("long story");
        voice.control().set_volume(Volume::OFF);
        voice.say("unheard", SpeechPriority::Interrupts);
        voice.chime(Chime::Tick);
        voice.finish(LONG);
        assert_eq!(world.said(), ["softly", "long story"]);
        assert!(!world.log().contains("tick.wav"));
        voice.control().set_volume(Volume::FULL);
        voice.say("again", SpeechPriority::Waits);
        voice.finish(LONG);
        assert_eq!(world.said().last().unwrap(), "again");
    }
}

#[test]
fn a_chime_plays_its_file_also_over_speech() {
    let player = r#"cp "$1" "$HERE/played.wav"; echo "played ${1##*/}" >> "$LOG""#;
    let world = World::new().tool("espeak-ng", ESPEAK).tool("paplay", player);
    let voice = world.voice("en");
    voice.say("long story", SpeechPriority::Waits);
    world.until("long story");
    voice.chime(Chime::BackJoined);
    world.until("played back-joined.wav");
    let reader = hound::WavReader::open(world.path("played.wav")).unwrap();
    assert!(reader.duration() > 4_800, "at least a tenth of a second");
    assert_eq!(world.said(), ["long story"]);
}

/// The low note belongs to the frame that shows the back join in. This is the time that the program adds between its
/// call and the start of the player, the fastest of several, since a busy machine may delay any one of them.
#[test]
fn a_chime_is_with_its_player_at_once() {
    let world = World::new().tool("paplay", r#"date +%s%N > "$HERE/began.tmp"; mv "$HERE/began.tmp" "$HERE/began""#);
    let voice = world.voice("en");
    let late = |_| {
        let called = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        voice.chime(Chime::BackJoined);
        voice.finish(LONG);
        let began = fs::read_to_string(world.path("began")).unwrap();
        fs::remove_file(world.path("began")).unwrap();
        Duration::from_nanos(began.trim().parse().unwrap()).saturating_sub(called)
    };
    let fastest = (0..10).map(late).min().unwrap();
    assert!(fastest < Duration::from_millis(50), "{fastest:?}");
}

#[test]
fn the_hum_follows_its_level_and_ends_when_nobody_asks_for_it() {
    let player = r#"cat > "$HERE/hummed"; echo "ended" >> "$LOG""#;
    let world = World::new().tool("paplay", player);
    let voice = world.voice("en");
    for level in [0.0, 0.3, 1.0, f32::NAN] {
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(300) {
            voice.hum(level);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    world.until("ended");
    let bytes = fs::read(world.path("hummed")).unwrap();
    let samples: Vec<u16> =
        bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).unsigned_abs()).collect();
    assert_eq!(samples[0], 0);
    let loudest = samples.iter().max().unwrap();
    assert!((3000..=5899).contains(loudest), "{loudest} of −15 dBFS at most");
    // Hundredths of a second: silent, a tenth as loud as the loudest, the loudest, silent.
    let tenths =
        samples.chunks(480).map(|block| (10.0 * f32::from(*block.iter().max().unwrap()) / f32::from(*loudest)).round());
    let mut expected = [0.0, 1.0, 10.0, 0.0].into_iter().peekable();
    for tenth in tenths {
        let _ = expected.next_if_eq(&tenth);
    }
    assert_eq!(expected.peek(), None);
}
