//! The thread that owns all child processes. It handles commands and process exits one after another.
//!
//! It is driven by events and never polls. The only timeout is the deadline of the next process to be killed.
//!
//! Silencing `spd-say` takes three steps, each tested on the real program: killing the process leaves its server
//! speaking, so `spd-say --cancel` is run; the first process must still exist then, or the `--wait` of the next
//! sentence returns too early; and the next sentence must wait for both, or the cancel stops it too.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use super::backends::{AudioBackends, Call, SoundPlayer, Speaker, Streamer, Tool};
use super::failure::{HowFailed, SoundPurpose};
use super::hum;
use super::process::{ChildProcess, FallbackTools, GRACE, ProcessEnded};
use super::sound::{self, Chime};
use super::volume::{VoiceState, Volume};
use crate::latest_slot::LatestSlot;

/// The longest wait for a program to say that it can speak. [own: `spd-say` takes 0.3 s to start its server]
const PROBE_TIME: Duration = Duration::from_secs(2);

/// The longest duration of a sentence, with [`LETTER_TIME`] for each letter: a program that takes longer is stuck. [own: half the
/// speed of `espeak-ng` at 160 words a minute, which takes 0.07 s a letter, and the wake-up of server and sound card]
const SENTENCE_TIME: Duration = Duration::from_secs(3);
const LETTER_TIME: Duration = Duration::from_millis(150);

/// The longest duration of a chime, including the wake-up of a sound card.
const LONGEST_CHIME: Duration = Duration::from_secs(5);

/// The most chimes at once.
const CHIMES_AT_ONCE: usize = 3;

/// How long the processes may take to end when the voice is dropped.
const CLOSES_WITHIN: Duration = Duration::from_millis(80);

/// Timeout without a deadline.
const LONG: Duration = Duration::from_secs(3600);

/// How a sentence relates to the one being spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechPriority {
    /// Waits for it to end. Only the newest waiting sentence is spoken: the others are out of date.
    Waits,
    /// Interrupts it. Waiting sentences are spoken afterwards.
    Interrupts,
}

/// A command or an event for the worker.
#[derive(Debug)]
pub(super) enum VoiceCommand {
    Say(String, SpeechPriority),
    /// Speak this language from the next sentence on.
    ChangeLanguage(String),
    Chime(Chime),
    /// Start playing the hum levels.
    Hum,
    Stop,
    /// Drop the sender when all sentences and chimes are finished.
    NotifyWhenIdle(SyncSender<()>),
    Ended(ProcessEnded),
    Close,
}

/// State of the hum shared by the voice and the worker.
#[derive(Debug, Default)]
pub(super) struct HumState {
    /// The loudness, 0 to 1.
    pub levels: LatestSlot<f32>,
    /// Whether the hum was requested and is playing or cannot be played.
    pub requested: AtomicBool,
    /// Whether there is no more to play: then its player is meant to end.
    pub is_over: AtomicBool,
}

/// Owns the child processes.
pub(super) struct VoiceWorker {
    events: SyncSender<VoiceCommand>,
    language: String,
    /// The folder of the chimes.
    sounds: PathBuf,
    speakers: FallbackTools<Speaker>,
    players: FallbackTools<SoundPlayer>,
    streamers: FallbackTools<Streamer>,
    urgent: Option<String>,
    waiting: Option<String>,
    /// Whether the program that speaks was asked whether it can.
    probed: bool,
    probing: Option<ChildProcess>,
    speaking: Option<ChildProcess>,
    cancelling: Option<ChildProcess>,
    chimes: Vec<ChildProcess>,
    humming: Option<ChildProcess>,
    hum: Arc<HumState>,
    state: Arc<VoiceState>,
    /// The volume of the chimes that are written.
    written: Volume,
    waiters: Vec<SyncSender<()>>,
    /// Set when the voice is dropped.
    closing_deadline: Option<Instant>,
}

impl VoiceWorker {
    /// A worker whose processes report their exit through `events`.
    pub(super) fn new(
        tools: AudioBackends,
        language: &str,
        sounds: PathBuf,
        (hum, state): (Arc<HumState>, Arc<VoiceState>),
        events: SyncSender<VoiceCommand>,
    ) -> Self {
        let mut worker = Self {
            events,
            language: language.to_owned(),
            sounds,
            speakers: FallbackTools::new(SoundPurpose::Speech, tools.speakers, Arc::clone(&state)),
            players: FallbackTools::new(SoundPurpose::Chimes, tools.players, Arc::clone(&state)),
            streamers: FallbackTools::new(SoundPurpose::Hum, tools.streamers, Arc::clone(&state)),
            urgent: None,
            waiting: None,
            probed: false,
            probing: None,
            speaking: None,
            cancelling: None,
            chimes: Vec::new(),
            humming: None,
            hum,
            written: state.volume(),
            state,
            waiters: Vec::new(),
            closing_deadline: None,
        };
        worker.write_chimes();
        worker
    }

    /// Writes the chimes, as loud as they are to be.
    fn write_chimes(&mut self) {
        let written = self.players.tool().map_or(Ok(()), |_| sound::write_chimes(&self.sounds, self.written));
        if let Err(error) = written {
            tracing::warn!("There will be no chimes: {} cannot be written ({error})", self.sounds.display());
            self.players.clear();
        }
    }

    /// Runs until the voice is dropped and all processes have ended.
    pub(super) fn run(mut self, commands: &Receiver<VoiceCommand>) {
        loop {
            match commands.recv_timeout(self.timeout()) {
                Ok(command) => self.handle(command),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.kill_overdue();
            self.speak_next();
            let speaks = self.probing.is_some() || self.speaking.is_some() || self.cancelling.is_some();
            if !speaks && self.chimes.is_empty() {
                self.waiters.clear(); // dropping them answers
            }
            let ended = self.processes().next().is_none();
            if self.closing_deadline.is_some_and(|deadline| ended || deadline <= Instant::now()) {
                return;
            }
        }
    }

    fn handle(&mut self, command: VoiceCommand) {
        match command {
            VoiceCommand::Say(text, SpeechPriority::Waits) => self.waiting = Some(text),
            VoiceCommand::Say(text, SpeechPriority::Interrupts) => {
                self.urgent = Some(text);
                self.interrupt();
            }
            VoiceCommand::ChangeLanguage(language) => {
                self.language = language;
                (self.urgent, self.waiting) = (None, None); // in the language before
            }
            VoiceCommand::Chime(chime) => self.chime(chime),
            VoiceCommand::Hum => self.start_hum(),
            VoiceCommand::Stop => self.stop(),
            VoiceCommand::NotifyWhenIdle(waiter) => self.waiters.push(waiter),
            VoiceCommand::Ended(ended) => self.process_ended(&ended),
            VoiceCommand::Close => {
                self.closing_deadline = Some(Instant::now() + CLOSES_WITHIN);
                self.stop();
                self.humming.iter_mut().for_each(ChildProcess::kill);
            }
        }
    }

    /// Starts the next sentence if none is being spoken.
    fn speak_next(&mut self) {
        while self.probing.is_none() && self.speaking.is_none() && self.cancelling.is_none() {
            if self.urgent.is_some() || self.waiting.is_some() {
                self.probe();
            }
            if self.probing.is_some() {
                return;
            }
            let Some(text) = self.urgent.take().or_else(|| self.waiting.take()) else { return };
            let Some(tool) = self.speakers.tool() else { return };
            if self.state.volume() == Volume::OFF {
                continue;
            }
            let call = tool.say(&text, &self.language, self.state.volume());
            let time = SENTENCE_TIME + LETTER_TIME * u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            match self.start(call, time) {
                Ok(process) => self.speaking = Some(process),
                Err(how) => self.speakers.record_failure(how),
            }
        }
    }

    /// Asks the program that speaks, once, whether it can: one that hangs would take every sentence with it.
    fn probe(&mut self) {
        if std::mem::replace(&mut self.probed, true) {
            return;
        }
        let Some(call) = self.speakers.tool().and_then(Tool::probe) else { return };
        match self.start(call, PROBE_TIME) {
            Ok(process) => self.probing = Some(process),
            Err(how) => self.speakers.give_up(how),
        }
    }

    /// Stops the current sentence.
    fn interrupt(&mut self) {
        let Some(speaking) = self.speaking.as_mut().filter(|speaking| !speaking.stopped) else { return };
        match self.speakers.tool().and_then(Tool::cancel) {
            Some(call) => {
                speaking.mark_stopping();
                self.cancelling = self.start(call, GRACE).ok();
            }
            None => speaking.kill(),
        }
    }

    fn stop(&mut self) {
        (self.urgent, self.waiting) = (None, None);
        self.interrupt();
        self.probing.iter_mut().filter(|_| self.closing_deadline.is_some()).for_each(ChildProcess::kill);
        self.chimes.iter_mut().for_each(ChildProcess::kill);
    }

    fn chime(&mut self, chime: Chime) {
        let volume = self.state.volume();
        if volume == Volume::OFF {
            return;
        }
        if std::mem::replace(&mut self.written, volume) != volume {
            self.write_chimes();
        }
        let Some(tool) = self.players.tool() else { return };
        match self.start(tool.play(&chime.file(&self.sounds)), LONGEST_CHIME) {
            Ok(process) => self.chimes.push(process),
            Err(how) => self.players.record_failure(how),
        }
        if self.chimes.len() > CHIMES_AT_ONCE {
            self.chimes.remove(0);
        }
    }

    fn start_hum(&mut self) {
        let Some(tool) = self.streamers.tool() else { return }; // still counts as requested, so that it is not tried again
        let events = self.events.clone();
        let on_exit = move |ended| drop(events.send(VoiceCommand::Ended(ended)));
        self.hum.is_over.store(false, Ordering::Release);
        let started = ChildProcess::stream(tool.stream(), on_exit).and_then(|(process, mut pipe)| {
            let (hum, state) = (Arc::clone(&self.hum), Arc::clone(&self.state));
            let play = move || {
                // An error means that the player has exited, which is reported as its end.
                let is_over = hum::play(&mut pipe, &hum.levels, &state).is_ok();
                hum.is_over.store(is_over, Ordering::Release);
                drop(pipe); // it ends the player: after what is to be known then
            };
            thread::Builder::new().name("hum".to_owned()).spawn(play)?;
            Ok(process)
        });
        match started {
            Ok(process) => self.humming = Some(process),
            Err(error) => {
                self.streamers.record_failure(HowFailed::NotStarted(error.to_string()));
                self.hum.requested.store(false, Ordering::Relaxed);
            }
        }
    }

    fn start(&self, call: Call, timeout: Duration) -> Result<ChildProcess, HowFailed> {
        let events = self.events.clone();
        let started = ChildProcess::start(call, timeout, move |ended| drop(events.send(VoiceCommand::Ended(ended))));
        started.map_err(|error| HowFailed::NotStarted(error.to_string()))
    }

    /// Handles the end of a process.
    fn process_ended(&mut self, ended: &ProcessEnded) {
        if let Some(process) = self.probing.take_if(|process| process.is(ended))
            && let (Some(how), false) = (&ended.failure, process.stopped)
        {
            self.speakers.give_up(how.clone());
        }
        if let Some(process) = self.speaking.take_if(|process| process.is(ended)) {
            self.speakers.record_exit(&process, ended);
        }
        self.cancelling.take_if(|process| process.is(ended));
        if let Some(process) = self.humming.take_if(|process| process.is(ended)) {
            if self.hum.is_over.load(Ordering::Acquire) {
                self.streamers.record_exit(&process, ended);
            } else {
                self.streamers.record_end_of_stream(&process, ended);
            }
            self.hum.requested.store(false, Ordering::Relaxed);
        }
        if let Some(index) = self.chimes.iter().position(|process| process.is(ended)) {
            let process = self.chimes.remove(index);
            self.players.record_exit(&process, ended);
        }
    }

    /// Kills processes whose deadline has passed.
    fn kill_overdue(&mut self) {
        if let Some(hung) = self.speaking.as_ref().filter(|speaking| speaking.overdue() && !speaking.stopped) {
            let allowed = hung.allowed;
            self.interrupt();
            self.speakers.give_up(HowFailed::DidNotAnswer(allowed));
        }
        if let Some(mut probing) = self.probing.take_if(|probing| probing.overdue()) {
            probing.kill();
            self.speakers.give_up(HowFailed::DidNotAnswer(probing.allowed));
        }
        for process in self.speaking.iter_mut().chain(&mut self.cancelling).filter(|process| process.overdue()) {
            process.kill();
        }
        for process in self.chimes.iter_mut().filter(|process| process.overdue()) {
            self.players.record_failure(HowFailed::DidNotAnswer(process.allowed));
            process.kill();
        }
    }

    fn processes(&self) -> impl Iterator<Item = &ChildProcess> {
        self.probing.iter().chain(&self.speaking).chain(&self.cancelling).chain(&self.chimes).chain(&self.humming)
    }

    /// The time until the next deadline.
    fn timeout(&self) -> Duration {
        let next = self.processes().filter_map(|process| process.deadline).chain(self.closing_deadline).min();
        next.map_or(LONG, |next| next.saturating_duration_since(Instant::now()))
    }
}
