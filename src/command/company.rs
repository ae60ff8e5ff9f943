//! Who is with the person while they bend: somebody who leads, the hum, both, or nobody.

use super::ending;
use super::leader::Leader;
use super::setup::Setup;
use crate::chain::{Chain, Observation};
use crate::coach::course::Stage;
use crate::coach::{Verdict, tone};
use crate::practice::Led;
use crate::voice::{Missing, Tools, Voice};

/// The company of one session. It works on the thread that measures: a sound comes with the very frame that calls for it.
#[derive(Default)]
pub(super) struct Company {
    pub leader: Option<Leader>,
    pub hum: Option<Hum>,
}

impl Company {
    /// Takes what was measured of one frame.
    pub(super) fn observe(&mut self, observation: &Observation, chain: &mut Chain) -> Option<Led> {
        let led = self.leader.as_mut().map(|leader| leader.observe(observation, chain));
        if let Some(hum) = &self.hum {
            hum.observe(observation, led.as_ref());
        }
        led
    }
}

/// A hum that grows as the back rounds.
pub(super) struct Hum(Voice);

impl Hum {
    /// Says so where nothing can hum.
    pub(super) fn open(setup: &Setup) -> Self {
        let voice = Voice::open(setup.words.language().code(), Tools::find(), &setup.paths.cache);
        if let Some(missing) = voice.missing().iter().find(|missing| **missing == Missing::Hum) {
            ending::tell(&format!("There will be no hum: {missing}"));
        }
        Self(voice)
    }

    fn observe(&self, observation: &Observation, led: Option<&Led>) {
        let wanted = led.is_none_or(warns);
        self.0.hum(if wanted { tone::level(&observation.measurement, &observation.progress) } else { 0.0 });
    }
}

/// Whether a led session is at bends that should come from the hips.
fn warns(led: &Led) -> bool {
    let works = matches!(led.guidance.stage, Stage::Work { .. }) && !led.guidance.paused;
    works && led.drill.wanted(led.set) == Some(Verdict::Hips)
}
