//! Arriving, standing tall, and the optional full bend: what comes before the first exercise.

use std::time::Duration;

use euclid::Angle;

use crate::coach::{ChainRequest, LiveCue, Phase};
use crate::geometry::{Bend, State};
use crate::units::degrees;

use super::guidance::{Line, Signal, Stage, Urgency};
use super::prompts::{Prompter, Prompts};
use super::step::StepContext;

/// "I can see you" is shown for this long before the next sentence, and the feet have to stay in place for this long: a
/// person who is still walking is not asked to stand still.
const GREETING: Duration = Duration::from_millis(1500);

/// Time to say "Stand tall and still".
const INSTRUCTION: Duration = Duration::from_millis(2500);

/// The countdown's first number.
const COUNTDOWN: u32 = 3;

/// How long the person stands still for the baseline of every angle.
const STILLNESS: Duration = Duration::from_secs(2);

/// Sway below this counts as standing still. [own]: sway and noise are about 3°.
const SWAY: Angle<f32> = degrees(8.0);

/// Whoever leans more than this is bent, and not only restless: they are told to stand up before they are told to hold still. [own]
const BENT: Angle<f32> = degrees(25.0);

/// How often a person who stands badly is asked to stand tall once more: who can't is measured with wider intervals.
const ASKED_AGAIN: u32 = 1;

/// A full bend not started by then is skipped.
const OFFER: Duration = Duration::from_secs(7);

/// So often it is offered again after something was in the way; the next time it is skipped. [own]
const OFFERED_AGAIN: u32 = 3;

/// Guides the person to where they can be measured.
#[derive(Debug, Default)]
pub(super) struct Arrival {
    prompter: Prompter,
    met: bool,
    greeted: Option<Duration>,
}

impl Arrival {
    /// The arrival of a person who never left: they are not greeted.
    pub fn again(now: Duration) -> Self {
        Self { met: true, greeted: Some(now), ..Self::default() }
    }

    /// Returns whether the person has arrived. `turned` is what they are told while they show the wrong side.
    pub fn observe(&mut self, context: &StepContext, turned: Line, out: &mut Prompts) -> bool {
        if let Some(line) = context.view.line().or(context.wrong_side.then_some(turned)) {
            self.greeted = None;
            self.met |= !context.view.empty();
            self.prompter.tell(line, context.now, out);
            return false;
        }
        if self.greeted.is_none() {
            // A person who was seen before and followed the prompt hears that it was right.
            out.tell(if self.met { Line::WellPlaced } else { Line::Seen });
            self.met = true;
        }
        let greeted = *self.greeted.get_or_insert(context.now);
        context.stands.min(context.now - greeted) >= GREETING
    }
}

/// Measures the standing posture: an instruction, three, two, one, two seconds still.
#[derive(Debug)]
pub(super) struct StandTall {
    opening: Line,
    began: Option<Duration>,
    counted: u32,
    asked: bool,
    still: Option<Duration>,
    part: f32,
    prompter: Prompter,
    /// How often it was asked for again.
    again: u32,
    /// Whether it stands for the lesson of a drill that the person knows: its name is said, and no countdown.
    teaches: bool,
}

impl StandTall {
    /// `again` if this is not the first time in the session.
    pub fn new(again: bool) -> Self {
        let opening = if again { Line::StandAgain } else { Line::StandTall };
        let prompter = Prompter::default();
        Self {
            opening,
            began: None,
            counted: COUNTDOWN + 1,
            asked: false,
            still: None,
            part: 0.0,
            prompter,
            again: 0,
            teaches: false,
        }
    }

    /// The same while the person sees and hears again what they know: the name and the figure of the drill.
    pub fn teaching(self) -> Self {
        Self { teaches: true, ..self }
    }

    /// Returns whether the standing posture is known.
    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        if self.began.is_none() {
            if self.teaches {
                out.say(Line::Drill, Urgency::Calm);
            }
            out.tell(self.opening);
        }
        let since = context.now - *self.began.get_or_insert(context.now);
        let counting = since.saturating_sub(INSTRUCTION).as_secs() as u32;
        if since < INSTRUCTION {
            return false;
        }
        if counting < COUNTDOWN && !self.teaches {
            self.count(COUNTDOWN - counting, out);
            return false;
        }
        if !self.asked {
            self.asked = true;
            self.counted = 0;
            out.request(ChainRequest::Recalibrate);
            out.show(wanted(context));
            return false;
        }
        self.stillness(context, out)
    }

    fn count(&mut self, number: u32, out: &mut Prompts) {
        if number != self.counted {
            self.counted = number;
            out.say(Line::Count(number), Urgency::Now);
            out.signal = Some(Signal::Tick);
        }
    }

    fn stillness(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        if !stands_still(context) {
            self.still = None;
            self.part = 0.0;
            // No prompt in the first seconds: the measurement is in progress.
            let since = context.now - self.began.unwrap_or(context.now);
            if since > INSTRUCTION + Duration::from_secs(u64::from(COUNTDOWN)) + 2 * STILLNESS {
                let line = match (wanted(context), context.input.measurement.standing) {
                    (Line::HoldStill, None) => Line::StandTall,
                    (line, _) => line,
                };
                self.prompter.tell(line, context.now, out);
            } else {
                out.show(wanted(context));
            }
            return false;
        }
        out.show(Line::HoldStill);
        let still = context.now - *self.still.get_or_insert(context.now);
        self.part = (still.as_secs_f32() / STILLNESS.as_secs_f32()).min(1.0);
        if still < STILLNESS {
            return false;
        }
        let flawed = context.input.measurement.standing_doubt.is_some_and(|doubt| doubt.flaw.is_some());
        if flawed && self.again < ASKED_AGAIN {
            *self = Self { again: self.again + 1, ..Self::new(true) };
            return false;
        }
        out.tell(Line::StandingFound);
        out.signal = Some(Signal::Done);
        true
    }

    pub fn stage(&self) -> Stage {
        let count = (1..=COUNTDOWN).contains(&self.counted).then_some(self.counted);
        Stage::StandTall { count, still: self.part, teaches: self.teaches }
    }
}

/// What the person is to do for the standing posture: nobody who is bent over is told to hold still.
fn wanted(context: &StepContext) -> Line {
    if is_bent(context) { Line::During(LiveCue::Up) } else { Line::HoldStill }
}

/// Whether the person is bent over, by the picture alone: also where the standing posture is out of date, or nobody saw them bend.
pub(super) fn is_bent(context: &StepContext) -> bool {
    context.input.limbs.is_some_and(|limbs| limbs.lean.radians.abs() > BENT.radians)
}

fn stands_still(context: &StepContext) -> bool {
    let measurement = context.input.measurement;
    let upright = |bend: Bend| bend.trunk_inclination.radians.abs() < SWAY.radians;
    measurement.state == State::Measured
        && context.input.progress.phase == Phase::Top
        && measurement.filtered.is_some_and(upright)
}

/// Offers one full bend, as long as it can be measured; waiting skips it.
#[derive(Debug, Default)]
pub(super) struct FullBend {
    /// Since when it is offered.
    began: Option<Duration>,
    /// How often it was offered again after something was in the way.
    again: u32,
    prompter: Prompter,
}

impl FullBend {
    /// Returns whether it was done or skipped. If the range is already known it was requested earlier, so nothing is
    /// offered.
    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        let progress = context.input.progress;
        let is_over = match self.began {
            None => progress.range.is_some(),
            Some(_) => !progress.awaits_full_bend, // a full bend was made, or another bend, or the offer was withdrawn
        };
        if is_over {
            return true;
        }
        if let Some(line) = context.view.line() {
            self.wait(line, context, out);
            return false;
        }
        match self.began {
            None => {
                out.request(ChainRequest::AwaitFullBend(true));
                self.offer(context, out);
                false
            }
            Some(_) if context.full_bend == Some(true) => {
                self.offer(context, out); // from now on: a person who pressed a key may have to walk back
                false
            }
            Some(_) if context.cleared && self.again < OFFERED_AGAIN => {
                self.again += 1;
                self.offer(context, out);
                false
            }
            Some(began) => {
                let waited = context.cleared || context.now - began >= OFFER;
                let skips = waited && progress.phase == Phase::Top;
                if skips {
                    out.request(ChainRequest::AwaitFullBend(false));
                }
                skips
            }
        }
    }

    /// Offers it; whoever has begun already only reads it.
    fn offer(&mut self, context: &StepContext, out: &mut Prompts) {
        self.began = Some(context.now);
        if context.input.progress.phase == Phase::Top {
            out.tell(Line::FullBend);
        } else {
            out.show(Line::FullBend);
        }
    }

    /// Tells what is in the way instead; the offer waits for whoever cannot take it now.
    fn wait(&mut self, line: Line, context: &StepContext, out: &mut Prompts) {
        self.began = self.began.map(|_| context.now);
        out.show(line);
        if context.obstacle().is_some() {
            self.prompter.tell(line, context.now, out);
        }
    }
}
