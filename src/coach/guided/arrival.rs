//! Arriving, standing tall, and the full bend that may be left out: what comes before the first exercise.

use std::time::Duration;

use euclid::Angle;

use crate::coach::{ChainRequest, Phase};
use crate::geometry::{Bend, State};
use crate::units::degrees;

use super::StepContext;
use super::guidance::{Line, Signal, Stage, Urgency};
use super::prompts::{Prompter, Prompts};

/// "I can see you" stands for so long before the next sentence, and so long the feet have stayed where they are: who still
/// walks is not told to stand still.
const GREETING: Duration = Duration::from_millis(1500);

/// "Stand tall and still" takes so long to be said.
const INSTRUCTION: Duration = Duration::from_millis(2500);

/// The countdown's first number.
const COUNTDOWN: u32 = 3;

/// So long the person stands still for the zero of every angle.
const STILLNESS: Duration = Duration::from_secs(2);

/// Sway that still counts as standing still. [own]: sway and noise are about 3°.
const SWAY: Angle<f32> = degrees(8.0);

/// Whoever has not begun the full bend by then leaves it out.
const OFFER: Duration = Duration::from_secs(10);

/// Asks the person to where they can be measured.
#[derive(Debug, Default)]
pub(super) struct Arrival {
    prompter: Prompter,
    met: bool,
    greeted: Option<Duration>,
}

impl Arrival {
    /// That of somebody who never left: they are not greeted.
    pub fn again(now: Duration) -> Self {
        Self { met: true, greeted: Some(now), ..Self::default() }
    }

    /// Whether the person has arrived.
    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        if let Some(line) = moment.view.line().or(moment.wrong_side.then_some(Line::TurnRound)) {
            self.greeted = None;
            self.met |= !moment.view.empty();
            self.prompter.tell(line, moment.now, out);
            return false;
        }
        if self.greeted.is_none() {
            // Whoever was seen before and did what was asked hears that it was right.
            out.tell(if self.met { Line::WellPlaced } else { Line::Seen });
            self.met = true;
        }
        let greeted = *self.greeted.get_or_insert(moment.now);
        moment.stands.min(moment.now - greeted) >= GREETING
    }
}

/// Takes the standing posture: an instruction, three, two, one, two seconds still.
#[derive(Debug)]
pub(super) struct StandTall {
    opening: Line,
    began: Option<Duration>,
    counted: u32,
    asked: bool,
    still: Option<Duration>,
    part: f32,
    prompter: Prompter,
}

impl StandTall {
    /// `again` when it is not the first time in this session.
    pub fn new(again: bool) -> Self {
        let opening = if again { Line::StandAgain } else { Line::StandTall };
        let prompter = Prompter::default();
        Self { opening, began: None, counted: COUNTDOWN + 1, asked: false, still: None, part: 0.0, prompter }
    }

    /// Whether the standing posture is known.
    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        if self.began.is_none() {
            out.tell(self.opening);
        }
        let since = moment.now - *self.began.get_or_insert(moment.now);
        let counting = since.saturating_sub(INSTRUCTION).as_secs() as u32;
        if since < INSTRUCTION {
            return false;
        }
        if counting < COUNTDOWN {
            self.count(COUNTDOWN - counting, out);
            return false;
        }
        if !self.asked {
            self.asked = true;
            self.counted = 0;
            out.request(ChainRequest::Recalibrate);
            out.show(Line::HoldStill);
            return false;
        }
        self.stillness(moment, out)
    }

    fn count(&mut self, number: u32, out: &mut Prompts) {
        if number != self.counted {
            self.counted = number;
            out.say(Line::Count(number), Urgency::Now);
            out.signal = Some(Signal::Tick);
        }
    }

    fn stillness(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        if !stands_still(moment) {
            self.still = None;
            self.part = 0.0;
            // The first seconds need no word: the measurement is at work.
            let since = moment.now - self.began.unwrap_or(moment.now);
            if since > INSTRUCTION + Duration::from_secs(u64::from(COUNTDOWN)) + 2 * STILLNESS {
                let standing = moment.glimpse.measurement.standing;
                let line = if standing.is_some() { Line::HoldStill } else { Line::StandTall };
                self.prompter.tell(line, moment.now, out);
            }
            return false;
        }
        let still = moment.now - *self.still.get_or_insert(moment.now);
        self.part = (still.as_secs_f32() / STILLNESS.as_secs_f32()).min(1.0);
        if still < STILLNESS {
            return false;
        }
        out.tell(Line::StandingFound);
        out.signal = Some(Signal::Done);
        true
    }

    pub fn stage(&self) -> Stage {
        let count = (1..=COUNTDOWN).contains(&self.counted).then_some(self.counted);
        Stage::StandTall { count, still: self.part }
    }
}

fn stands_still(moment: &StepContext) -> bool {
    let measurement = moment.glimpse.measurement;
    let upright = |bend: Bend| bend.trunk_inclination.radians.abs() < SWAY.radians;
    measurement.state == State::Measured
        && moment.glimpse.progress.phase == Phase::Top
        && measurement.filtered.is_some_and(upright)
}

/// Offers one full bend; whoever simply waits leaves it out.
#[derive(Debug, Default)]
pub(super) struct FullBend {
    began: Option<Duration>,
}

impl FullBend {
    /// Whether it was done or left out. A range that is known already was asked for before: nothing is offered then.
    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        let progress = moment.glimpse.progress;
        let Some(began) = self.began else {
            self.began = Some(moment.now);
            if progress.range.is_none() {
                out.tell(Line::FullBend);
                out.request(ChainRequest::AwaitFullBend(true));
            }
            return progress.range.is_some();
        };
        if !progress.awaits_full_bend {
            return true; // it was made, or a bend that was none, or the offer was taken back
        }
        if moment.full_bend == Some(true) {
            out.tell(Line::FullBend);
            self.began = Some(moment.now); // who has pressed a key may have to walk back
            return false;
        }
        let waited = progress.phase == Phase::Top && moment.now - began >= OFFER;
        if waited {
            out.request(ChainRequest::AwaitFullBend(false));
        }
        waited
    }
}
