//! The voice: says, chimes and hums through programs that the system has. Silence is no error.
//!
//! Somebody who bends three metres from the screen cannot read it all the time. But nothing depends on being heard: the
//! screen always says the same, and where a program is missing the voice is silent ([`Voice::missing`] tells why).
//!
//! No call waits. One thread (`worker.rs`) owns every child process; [`backends`] knows the programs and how each is called,
//! [`sound`] computes the chimes and the hum, `hum.rs` plays it.
//!
//! ```no_run
//! use bendwise::voice::{AudioBackends, Chime, SpeechPriority, Voice};
//!
//! let paths = bendwise::app_dirs::Paths::discover()?;
//! let voice = Voice::open("en", AudioBackends::find(), &paths.cache);
//! voice.chime(Chime::Start);
//! voice.say("Stand tall", SpeechPriority::Waits);
//! voice.say("Push your hips back", SpeechPriority::Interrupts);
//! voice.finish(std::time::Duration::from_secs(5));
//! # Ok::<(), bendwise::app_dirs::NoHome>(())
//! ```

mod audio_feedback;
pub mod backends;
mod hum;
mod process;
pub mod sound;
mod voice_guide;
mod worker;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use audio_feedback::AudioFeedback;
pub use backends::{AudioBackends, Missing};
pub use sound::Chime;
pub use voice_guide::VoiceGuide;
pub use worker::SpeechPriority;
use worker::{Desk, Humming, VoiceOrder};

/// Orders that may be on their way to the desk. It takes each in well under a millisecond.
const ORDERS: usize = 32;

/// The voice. Dropping it ends every sound and every process within a tenth of a second.
#[derive(Debug)]
pub struct Voice {
    orders: SyncSender<VoiceOrder>,
    hum: Arc<Humming>,
    desk: Option<JoinHandle<()>>,
    missing: Vec<Missing>,
}

impl Voice {
    /// A voice that speaks `language` (ISO 639-1: `en`, `de`) with these tools and keeps its chimes below `cache`.
    pub fn open(language: &str, tools: AudioBackends, cache: &Path) -> Self {
        let missing = tools.missing();
        let (orders, received): (_, Receiver<VoiceOrder>) = sync_channel(ORDERS);
        let hum = Arc::new(Humming::default());
        let (news, shared) = (orders.clone(), Arc::clone(&hum));
        let (language, sounds) = (language.to_owned(), cache.join("sounds"));
        let work = move || Desk::new(tools, &language, sounds, shared, news).run(&received);
        let desk = thread::Builder::new().name("voice".to_owned()).spawn(work);
        let desk = desk.inspect_err(|error| tracing::warn!("There will be no voice: no thread ({error})")).ok();
        Self { orders, hum, desk, missing }
    }

    /// What cannot be heard, and as text, what to install.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Says a sentence.
    pub fn say(&self, text: &str, urgency: SpeechPriority) {
        self.order(VoiceOrder::Say(text.to_owned(), urgency));
    }

    /// Plays a chime at once, also over speech.
    pub fn chime(&self, chime: Chime) {
        self.order(VoiceOrder::Chime(chime));
    }

    /// Hums as loud as `level`, 0 (silent) to 1. To be called with every frame, also with 0: then the player is ready
    /// when it is needed. Half a second without a call, and the hum fades.
    pub fn hum(&self, level: f32) {
        self.hum.levels.put(if level.is_nan() { 0.0 } else { level.clamp(0.0, 1.0) });
        if !self.hum.ordered.swap(true, Ordering::Relaxed) && !self.order(VoiceOrder::Hum) {
            self.hum.ordered.store(false, Ordering::Relaxed);
        }
    }

    /// Ends everything that is to be heard; nothing that waits will be said.
    pub fn quiet(&self) {
        self.hum.levels.put(0.0);
        self.order(VoiceOrder::Quiet);
    }

    /// Waits until everything was said and chimed, at most `timeout`: for the end of a session, never while a picture
    /// is shown.
    pub fn finish(&self, timeout: Duration) {
        let (asking, answer) = sync_channel(0);
        if self.order(VoiceOrder::Answer(asking)) {
            let _ = answer.recv_timeout(timeout); // dropped is answered
        }
    }

    /// Whether the order is on its way. Nobody is kept waiting: the screen says it too.
    fn order(&self, order: VoiceOrder) -> bool {
        let sent = self.orders.try_send(order);
        sent.inspect_err(|error| tracing::debug!("not heard: {error}")).is_ok()
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        let _ = self.orders.send(VoiceOrder::Close); // the desk takes orders in no time, or is gone
        if let Some(desk) = self.desk.take() {
            let _ = desk.join(); // a desk that panicked has ended its children by unwinding
        }
    }
}
