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
use super::hum;
use super::process::{ChildProcess, FallbackTools, GRACE, ProcessEnded};
use super::sound::{self, Chime};
use crate::latest_slot::LatestSlot;

/// The longest duration of a sentence: a program that takes longer is stuck.
const LONGEST_SENTENCE: Duration = Duration::from_secs(30);

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
    speaking: Option<ChildProcess>,
    cancelling: Option<ChildProcess>,
    chimes: Vec<ChildProcess>,
    humming: Option<ChildProcess>,
    hum: Arc<HumState>,
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
        hum: Arc<HumState>,
        events: SyncSender<VoiceCommand>,
    ) -> Self {
        let mut players = FallbackTools::new("chimes", tools.players);
        if let Err(error) = players.tool().map_or(Ok(()), |_| sound::write_chimes(&sounds)) {
            tracing::warn!("There will be no chimes: {} cannot be written ({error})", sounds.display());
            players.clear();
        }
        Self {
            events,
            language: language.to_owned(),
            sounds,
            speakers: FallbackTools::new("speech", tools.speakers),
            players,
            streamers: FallbackTools::new("hum", tools.streamers),
            urgent: None,
            waiting: None,
            speaking: None,
            cancelling: None,
            chimes: Vec::new(),
            humming: None,
            hum,
            waiters: Vec::new(),
            closing_deadline: None,
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
            if self.speaking.is_none() && self.cancelling.is_none() && self.chimes.is_empty() {
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
        while self.speaking.is_none() && self.cancelling.is_none() {
            let Some(text) = self.urgent.take().or_else(|| self.waiting.take()) else { return };
            let Some(tool) = self.speakers.tool() else { return };
            self.speaking = self.start(tool.say(&text, &self.language), LONGEST_SENTENCE);
            if self.speaking.is_none() {
                self.speakers.record(false);
            }
        }
    }

    /// Stops the current sentence.
    fn interrupt(&mut self) {
        let Some(speaking) = self.speaking.as_mut().filter(|speaking| !speaking.stopped) else { return };
        match self.speakers.tool().and_then(Tool::cancel) {
            Some(call) => {
                speaking.mark_stopping();
                self.cancelling = self.start(call, GRACE);
            }
            None => speaking.kill(),
        }
    }

    fn stop(&mut self) {
        (self.urgent, self.waiting) = (None, None);
        self.interrupt();
        self.chimes.iter_mut().for_each(ChildProcess::kill);
    }

    fn chime(&mut self, chime: Chime) {
        let Some(tool) = self.players.tool() else { return };
        let started = self.start(tool.play(&chime.file(&self.sounds)), LONGEST_CHIME);
        if started.is_none() {
            self.players.record(false);
        }
        self.chimes.extend(started);
        if self.chimes.len() > CHIMES_AT_ONCE {
            self.chimes.remove(0);
        }
    }

    fn start_hum(&mut self) {
        let Some(tool) = self.streamers.tool() else { return }; // still counts as requested, so that it is not tried again
        let events = self.events.clone();
        let on_exit = move |ended| drop(events.send(VoiceCommand::Ended(ended)));
        let started = ChildProcess::stream(tool.stream(), on_exit).and_then(|(process, pipe)| {
            let hum = Arc::clone(&self.hum);
            // An error means that the player has exited, which is reported as its end.
            thread::Builder::new().name("hum".to_owned()).spawn(move || drop(hum::play(pipe, &hum.levels)))?;
            Ok(process)
        });
        self.humming = started.inspect_err(|error| tracing::debug!("no hum: {error}")).ok();
        if self.humming.is_none() {
            self.streamers.record(false);
            self.hum.requested.store(false, Ordering::Relaxed);
        }
    }

    fn start(&self, call: Call, timeout: Duration) -> Option<ChildProcess> {
        let events = self.events.clone();
        let started = ChildProcess::start(call, timeout, move |ended| drop(events.send(VoiceCommand::Ended(ended))));
        started.inspect_err(|error| tracing::debug!("a voice process cannot be started: {error}")).ok()
    }

    /// Handles the end of a process.
    fn process_ended(&mut self, ended: &ProcessEnded) {
        if let Some(process) = self.speaking.take_if(|process| process.is(ended)) {
            self.speakers.record_exit(&process, ended);
        }
        self.cancelling.take_if(|process| process.is(ended));
        if let Some(process) = self.humming.take_if(|process| process.is(ended)) {
            self.streamers.record_exit(&process, ended);
            self.hum.requested.store(false, Ordering::Relaxed);
        }
        if let Some(index) = self.chimes.iter().position(|process| process.is(ended)) {
            let process = self.chimes.remove(index);
            self.players.record_exit(&process, ended);
        }
    }

    /// Kills processes whose deadline has passed.
    fn kill_overdue(&mut self) {
        if self.speaking.as_ref().is_some_and(|speaking| speaking.overdue() && !speaking.stopped) {
            self.interrupt();
            self.speakers.record(false);
        }
        for process in self.speaking.iter_mut().chain(&mut self.cancelling).filter(|process| process.overdue()) {
            process.kill();
        }
        for process in self.chimes.iter_mut().filter(|process| process.overdue()) {
            self.players.record(false);
            process.kill();
        }
    }

    fn processes(&self) -> impl Iterator<Item = &ChildProcess> {
        self.speaking.iter().chain(&self.cancelling).chain(&self.chimes).chain(&self.humming)
    }

    /// The time until the next deadline.
    fn timeout(&self) -> Duration {
        let next = self.processes().filter_map(|process| process.deadline).chain(self.closing_deadline).min();
        next.map_or(LONG, |next| next.saturating_duration_since(Instant::now()))
    }
}
