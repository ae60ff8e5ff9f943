//! The programs on this machine that can speak and play sounds, and how to call each.
//!
//! No program is called through a shell, and the text to speak is never part of a command: it is one argument after
//! `--`, or goes to stdin. The order in each list is the order of preference:
//!
//! - `spd-say` before `espeak-ng`: it speaks with the voice that the user chose for the desktop.
//! - `paplay` before `pw-play`: it works with either sound server, while `pw-play` hangs where PipeWire runs beside
//!   PulseAudio for screen sharing only. `aplay` needs no server.
//! - the hum needs a player that takes a stream of samples. macOS and Windows have none; `ffplay`, which comes with
//!   ffmpeg, is one. It is the last choice on Linux, as its latency is higher (METHOD.md, "Sound").

use std::env;
use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::sound::RATE;
use super::volume::Volume;
use crate::language::Language;

/// The programs found for each purpose, in order of preference.
#[derive(Clone, Debug, Default)]
pub struct AudioBackends {
    pub(super) speakers: Vec<Tool<Speaker>>,
    pub(super) players: Vec<Tool<SoundPlayer>>,
    pub(super) streamers: Vec<Tool<Streamer>>,
}

/// An installed program.
#[derive(Clone, Debug)]
pub(super) struct Tool<K> {
    /// How to call it.
    pub kind: K,
    pub path: PathBuf,
}

/// A program that speaks a sentence and exits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Speaker {
    SpdSay,
    Espeak,
    /// macOS, with a voice for the language that every Mac has.
    Say,
    /// macOS, with the system's default voice, for a Mac that lacks the other.
    SayDefaultVoice,
    PowerShell,
}

/// A program that plays a WAV file and exits.
#[derive(Clone, Copy, Debug)]
pub(super) enum SoundPlayer {
    /// Takes only the file.
    Plain,
    Aplay,
    Ffplay,
    PowerShell,
}

/// A program that plays samples from stdin as they arrive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Streamer {
    Paplay,
    Aplay,
    Ffplay,
}

/// A command and the text for its stdin.
#[derive(Debug)]
pub(super) struct Call {
    pub command: Command,
    pub input: Option<String>,
}

/// Something that cannot be played on this machine. Displays as what to install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no program that speaks.
    Speech,
    /// There is no program that plays sound files.
    Chimes,
    /// There is no program that plays a stream of samples.
    Hum,
}

impl AudioBackends {
    /// The programs on this process's `PATH`.
    pub fn find() -> Self {
        Self::find_in(&env::var_os("PATH").unwrap_or_default(), env::consts::OS)
    }

    /// The programs in the folders of `path` for `system`, named as in [`std::env::consts::OS`].
    pub fn find_in(path: &OsStr, system: &str) -> Self {
        let (speakers, players, streamers): (&[_], &[_], &[_]) = match system {
            "macos" => (
                &[("say", Speaker::Say), ("say", Speaker::SayDefaultVoice), ("espeak-ng", Speaker::Espeak)],
                &[("afplay", SoundPlayer::Plain), ("ffplay", SoundPlayer::Ffplay)],
                &[("ffplay", Streamer::Ffplay)],
            ),
            "windows" => (
                &[("powershell", Speaker::PowerShell), ("espeak-ng", Speaker::Espeak)],
                &[("ffplay", SoundPlayer::Ffplay), ("powershell", SoundPlayer::PowerShell)], // PowerShell is slow to start
                &[("ffplay", Streamer::Ffplay)],
            ),
            _ => (
                &[("spd-say", Speaker::SpdSay), ("espeak-ng", Speaker::Espeak), ("espeak", Speaker::Espeak)],
                &[
                    ("paplay", SoundPlayer::Plain),
                    ("pw-play", SoundPlayer::Plain),
                    ("aplay", SoundPlayer::Aplay),
                    ("ffplay", SoundPlayer::Ffplay),
                ],
                &[("paplay", Streamer::Paplay), ("aplay", Streamer::Aplay), ("ffplay", Streamer::Ffplay)],
            ),
        };
        Self { speakers: found(speakers, path), players: found(players, path), streamers: found(streamers, path) }
    }

    /// The program that speaks.
    ///
    /// # Errors
    /// If there is none.
    pub fn speech(&self) -> Result<&Path, Missing> {
        first(&self.speakers).ok_or(Missing::Speech)
    }

    /// The program that plays the chimes.
    ///
    /// # Errors
    /// If there is none.
    pub fn chimes(&self) -> Result<&Path, Missing> {
        first(&self.players).ok_or(Missing::Chimes)
    }

    /// The program that plays the hum.
    ///
    /// # Errors
    /// If there is none.
    pub fn hum(&self) -> Result<&Path, Missing> {
        first(&self.streamers).ok_or(Missing::Hum)
    }

    /// Everything that cannot be played on this machine.
    pub fn missing(&self) -> Vec<Missing> {
        [self.speech(), self.chimes(), self.hum()].into_iter().filter_map(Result::err).collect()
    }
}

fn found<K: Copy>(programs: &[(&str, K)], path: &OsStr) -> Vec<Tool<K>> {
    let places = |&(name, kind): &(&str, K)| {
        let path = which::which_in_global(name, Some(path)).ok()?.next()?;
        Some(Tool { kind, path })
    };
    programs.iter().filter_map(places).collect()
}

fn first<K>(tools: &[Tool<K>]) -> Option<&Path> {
    tools.first().map(|tool| tool.path.as_path())
}

impl Display for Missing {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Speech => "none found; install espeak-ng (for example: apt install espeak-ng) to hear the coach",
            Self::Chimes => {
                "none found; install a sound player (for example: apt install pulseaudio-utils) to hear the chimes"
            }
            Self::Hum if cfg!(target_os = "linux") => {
                "none found; install a sound player (for example: apt install pulseaudio-utils) to hear the hum"
            }
            Self::Hum => "none found; install ffmpeg with its ffplay to hear the hum",
        })
    }
}

/// Selects a voice for the language and speaks the text from stdin.
const SPEAK_ON_WINDOWS: &str = "\
Add-Type -AssemblyName System.Speech; \
$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; \
$fit = $voice.GetInstalledVoices() | Where-Object { $_.Enabled -and \
$_.VoiceInfo.Culture.TwoLetterISOLanguageName -eq $env:BENDWISE_LANGUAGE } | Select-Object -First 1; \
if ($fit) { $voice.SelectVoice($fit.VoiceInfo.Name) }; \
$voice.Volume = $env:BENDWISE_VOLUME; \
$text = New-Object System.IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::UTF8); \
$voice.Speak($text.ReadToEnd())";

const PLAY_ON_WINDOWS: &str = "(New-Object System.Media.SoundPlayer $env:BENDWISE_SOUND).PlaySync()";

impl Tool<Speaker> {
    /// The call that speaks `text` in `language` (ISO 639-1: `en`).
    pub(super) fn say(&self, text: &str, language: &str, volume: Volume) -> Call {
        let mut command = Command::new(&self.path);
        let mut input = None;
        match self.kind {
            // The rate is that which the user chose for the desktop, and so is the volume unless it is turned down here: −100 to
            // 100 instead of 0 to 100.
            Speaker::SpdSay => {
                let softer = (volume != Volume::FULL).then(|| (2 * i16::from(volume.percent()) - 100).to_string());
                command.args(["--wait", "--application-name=bendwise", "-l", language]);
                command.args(softer.iter().flat_map(|softer| ["-i", softer])).args(["--", text]);
            }
            // 160 words a minute instead of 175, to be understood across a room. -z: no pause at the end.
            Speaker::Espeak => {
                let amplitude = volume.percent().to_string();
                command.args(["-z", "-s", "160", "-a", &amplitude, "-v", language, "--", text]);
            }
            Speaker::Say | Speaker::SayDefaultVoice => {
                let named = matches!(self.kind, Speaker::Say).then(|| Language::of_code(language)).flatten();
                let voice = named.map(Language::mac_voice);
                command.args(voice.into_iter().flat_map(|voice| ["-v", voice])).args(["-f", "-"]);
                input = Some(match volume {
                    Volume::FULL => text.to_owned(),
                    softer => format!("[[volm {}]] {text}", softer.share()),
                });
            }
            Speaker::PowerShell => {
                command.args(["-NoProfile", "-NonInteractive", "-Command", SPEAK_ON_WINDOWS]);
                command.env("BENDWISE_LANGUAGE", language).env("BENDWISE_VOLUME", volume.percent().to_string());
                input = Some(text.to_owned());
            }
        }
        Call { command, input }
    }

    /// A call that any program of its kind answers at once, if one may hang: `spd-say` waits for its server without end.
    pub(super) fn probe(&self) -> Option<Call> {
        matches!(self.kind, Speaker::SpdSay).then(|| {
            let mut command = Command::new(&self.path);
            command.arg("-O"); // lists what it speaks with
            Call { command, input: None }
        })
    }

    /// The call that silences it, if ending the process does not: `spd-say` only passes the text to a server.
    pub(super) fn cancel(&self) -> Option<Call> {
        matches!(self.kind, Speaker::SpdSay).then(|| {
            let mut command = Command::new(&self.path);
            command.arg("--cancel");
            Call { command, input: None }
        })
    }
}

impl Tool<SoundPlayer> {
    /// The call that plays the WAV file.
    pub(super) fn play(&self, file: &Path) -> Call {
        let mut command = Command::new(&self.path);
        match self.kind {
            SoundPlayer::Plain => command.arg(file),
            SoundPlayer::Aplay => command.arg("-q").arg(file),
            SoundPlayer::Ffplay => command.args(["-loglevel", "error", "-nodisp", "-autoexit"]).arg(file),
            SoundPlayer::PowerShell => {
                command.args(["-NoProfile", "-NonInteractive", "-Command", PLAY_ON_WINDOWS]).env("BENDWISE_SOUND", file)
            }
        };
        Call { command, input: None }
    }
}

impl Tool<Streamer> {
    /// The command that plays 16-bit little-endian mono samples at [`RATE`] from stdin, with the least latency.
    pub(super) fn stream(&self) -> Command {
        let mut command = Command::new(&self.path);
        let rate = RATE.to_string();
        match self.kind {
            Streamer::Paplay => {
                command.args(["--raw", "--format=s16le", "--channels=1", "--latency-msec=20", "--rate", &rate])
            }
            Streamer::Aplay => {
                command.args(["-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-B", "40000", "-r", &rate, "-"])
            }
            Streamer::Ffplay => command
                .args(["-loglevel", "error", "-nodisp", "-autoexit", "-fflags", "nobuffer", "-probesize", "32"])
                // Raw samples are mono by default; the option for it has changed its name too often.
                .args(["-analyzeduration", "0", "-f", "s16le", "-sample_rate", &rate, "-i", "-"]),
        };
        command
    }
}
