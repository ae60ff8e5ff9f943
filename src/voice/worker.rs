//! The thread that owns all child processes: it takes orders and news of their ends, one after another.
//!
//! Everything happens at an event; nothing is polled. The one deadline that is waited for is that of the next child to
//! be ended by force.
//!
//! Silencing `spd-say` takes three steps, each measured on the real one: ending the process leaves its server talking,
//! so a second `spd-say --cancel` is run; the first must still be there then, or the next sentence's `--wait` returns
//! too early; and the next sentence must wait for both, or the cancel takes it along.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use super::backends::{AudioBackends, Call, SoundPlayer, Speaker, Streamer, Tool};
use super::hum;
use super::process::{GRACE, ProcessEnded, Running, Trusted};
use super::sound::{self, Chime};
use crate::latest_slot::LatestSlot;

/// No sentence takes longer: a program that does has got stuck.
const LONGEST_SENTENCE: Duration = Duration::from_secs(30);

/// No chime takes longer, the start of a sleeping sound card included.
const LONGEST_CHIME: Duration = Duration::from_secs(5);

/// More chimes than this do not sound at once.
const CHIMES_AT_ONCE: usize = 3;

/// How long everything may take to end when the voice is dropped.
const CLOSES_WITHIN: Duration = Duration::from_millis(80);

/// Without a child there is nothing to wait for but orders.
const LONG: Duration = Duration::from_secs(3600);

/// What a sentence does to the one that is being said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechPriority {
    /// Waits until that is said. Of several that wait only the newest is said: the others are out of date.
    Waits,
    /// Cuts it short. What waits is said afterwards.
    Interrupts,
}

/// What the desk is told.
#[derive(Debug)]
pub(super) enum VoiceOrder {
    Say(String, SpeechPriority),
    Chime(Chime),
    /// Levels come: play them.
    Hum,
    Quiet,
    /// Answer when everything was said and chimed.
    Answer(SyncSender<()>),
    Ended(ProcessEnded),
    Close,
}

/// What the voice and the desk share of the hum.
#[derive(Debug, Default)]
pub(super) struct Humming {
    /// The loudness, 0 to 1.
    pub levels: LatestSlot<f32>,
    /// Whether it was ordered, and plays or cannot be played.
    pub ordered: AtomicBool,
}

/// The desk.
pub(super) struct Desk {
    news: SyncSender<VoiceOrder>,
    language: String,
    /// Where the chimes lie.
    sounds: PathBuf,
    speakers: Trusted<Speaker>,
    players: Trusted<SoundPlayer>,
    streamers: Trusted<Streamer>,
    urgent: Option<String>,
    waiting: Option<String>,
    speaking: Option<Running>,
    hushing: Option<Running>,
    chimes: Vec<Running>,
    humming: Option<Running>,
    hum: Arc<Humming>,
    asking: Vec<SyncSender<()>>,
    /// Set when the voice is gone.
    closes: Option<Instant>,
}

impl Desk {
    /// A desk whose children tell their end by `news`.
    pub(super) fn new(
        tools: AudioBackends,
        language: &str,
        sounds: PathBuf,
        hum: Arc<Humming>,
        news: SyncSender<VoiceOrder>,
    ) -> Self {
        let mut players = Trusted::new("chimes", tools.players);
        if let Err(error) = players.tool().map_or(Ok(()), |_| sound::write_chimes(&sounds)) {
            tracing::warn!("There will be no chimes: {} cannot be written ({error})", sounds.display());
            players.give_up();
        }
        Self {
            news,
            language: language.to_owned(),
            sounds,
            speakers: Trusted::new("speech", tools.speakers),
            players,
            streamers: Trusted::new("hum", tools.streamers),
            urgent: None,
            waiting: None,
            speaking: None,
            hushing: None,
            chimes: Vec::new(),
            humming: None,
            hum,
            asking: Vec::new(),
            closes: None,
        }
    }

    /// Works until the voice is gone and everything has ended.
    pub(super) fn run(mut self, orders: &Receiver<VoiceOrder>) {
        loop {
            match orders.recv_timeout(self.timeout()) {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.end_overdue();
            self.say_next();
            if self.speaking.is_none() && self.hushing.is_none() && self.chimes.is_empty() {
                self.asking.clear(); // dropped is answered
            }
            let ended = self.children().next().is_none();
            if self.closes.is_some_and(|closes| ended || closes <= Instant::now()) {
                return;
            }
        }
    }

    fn obey(&mut self, order: VoiceOrder) {
        match order {
            VoiceOrder::Say(text, SpeechPriority::Waits) => self.waiting = Some(text),
            VoiceOrder::Say(text, SpeechPriority::Interrupts) => {
                self.urgent = Some(text);
                self.hush();
            }
            VoiceOrder::Chime(chime) => self.chime(chime),
            VoiceOrder::Hum => self.start_hum(),
            VoiceOrder::Quiet => self.quiet(),
            VoiceOrder::Answer(asking) => self.asking.push(asking),
            VoiceOrder::Ended(ended) => self.learn(&ended),
            VoiceOrder::Close => {
                self.closes = Some(Instant::now() + CLOSES_WITHIN);
                self.quiet();
                self.humming.iter_mut().for_each(Running::kill);
            }
        }
    }

    /// Begins the next sentence if nothing is being said.
    fn say_next(&mut self) {
        while self.speaking.is_none() && self.hushing.is_none() {
            let Some(text) = self.urgent.take().or_else(|| self.waiting.take()) else { return };
            let Some(tool) = self.speakers.tool() else { return };
            self.speaking = self.start(tool.say(&text, &self.language), LONGEST_SENTENCE);
            if self.speaking.is_none() {
                self.speakers.learn(false);
            }
        }
    }

    /// Stops what is being said.
    fn hush(&mut self) {
        let Some(speaking) = self.speaking.as_mut().filter(|speaking| !speaking.stopped) else { return };
        match self.speakers.tool().and_then(Tool::hush) {
            Some(call) => {
                speaking.stopping();
                self.hushing = self.start(call, GRACE);
            }
            None => speaking.kill(),
        }
    }

    fn quiet(&mut self) {
        (self.urgent, self.waiting) = (None, None);
        self.hush();
        self.chimes.iter_mut().for_each(Running::kill);
    }

    fn chime(&mut self, chime: Chime) {
        let Some(tool) = self.players.tool() else { return };
        let started = self.start(tool.play(&chime.file(&self.sounds)), LONGEST_CHIME);
        if started.is_none() {
            self.players.learn(false);
        }
        self.chimes.extend(started);
        if self.chimes.len() > CHIMES_AT_ONCE {
            self.chimes.remove(0);
        }
    }

    fn start_hum(&mut self) {
        let Some(tool) = self.streamers.tool() else { return }; // still counts as ordered: it need not be tried again
        let news = self.news.clone();
        let tell = move |ended| drop(news.send(VoiceOrder::Ended(ended)));
        let started = Running::stream(tool.stream(), tell).and_then(|(running, pipe)| {
            let hum = Arc::clone(&self.hum);
            // An error is that of a player which is gone, and that is told by its end.
            thread::Builder::new().name("hum".to_owned()).spawn(move || drop(hum::play(pipe, &hum.levels)))?;
            Ok(running)
        });
        self.humming = started.inspect_err(|error| tracing::debug!("no hum: {error}")).ok();
        if self.humming.is_none() {
            self.streamers.learn(false);
            self.hum.ordered.store(false, Ordering::Relaxed);
        }
    }

    fn start(&self, call: Call, timeout: Duration) -> Option<Running> {
        let news = self.news.clone();
        let started = Running::start(call, timeout, move |ended| drop(news.send(VoiceOrder::Ended(ended))));
        started.inspect_err(|error| tracing::debug!("cannot be started: {error}")).ok()
    }

    /// One of the children has ended.
    fn learn(&mut self, ended: &ProcessEnded) {
        if let Some(said) = self.speaking.take_if(|running| running.is(ended)) {
            self.speakers.judge(&said, ended);
        }
        self.hushing.take_if(|running| running.is(ended));
        if let Some(hummed) = self.humming.take_if(|running| running.is(ended)) {
            self.streamers.judge(&hummed, ended);
            self.hum.ordered.store(false, Ordering::Relaxed);
        }
        if let Some(index) = self.chimes.iter().position(|running| running.is(ended)) {
            let played = self.chimes.remove(index);
            self.players.judge(&played, ended);
        }
    }

    /// Ends by force what should have ended by itself.
    fn end_overdue(&mut self) {
        if self.speaking.as_ref().is_some_and(|speaking| speaking.overdue() && !speaking.stopped) {
            self.hush();
            self.speakers.learn(false);
        }
        for running in self.speaking.iter_mut().chain(&mut self.hushing).filter(|running| running.overdue()) {
            running.kill();
        }
        for running in self.chimes.iter_mut().filter(|running| running.overdue()) {
            self.players.learn(false);
            running.kill();
        }
    }

    fn children(&self) -> impl Iterator<Item = &Running> {
        self.speaking.iter().chain(&self.hushing).chain(&self.chimes).chain(&self.humming)
    }

    /// How long until something has to be done without being told.
    fn timeout(&self) -> Duration {
        let next = self.children().filter_map(|running| running.until).chain(self.closes).min();
        next.map_or(LONG, |next| next.saturating_duration_since(Instant::now()))
    }
}
