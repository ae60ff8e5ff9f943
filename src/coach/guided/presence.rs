//! Whoever leaves the picture, or whose standing posture is lost, is guided back to where they can be measured.

use std::time::Duration;

use super::arrival::Arrival;
use super::prompts::Prompts;
use super::step::ViewState;
use super::{Line, NextStage, StageState, StateMachine, Urgency};
use crate::geometry::Measurement;
use crate::source::Timestamp;

/// A person out of view for this long, on top of the debounce time of a state, has left.
const LEFT: Duration = Duration::from_millis(1500);

impl StateMachine {
    /// Pauses when the person walks out of the picture, and resumes when they come back. Timed exercises are exempt: a
    /// person on the floor may not be detected.
    pub(super) fn follow_presence(&mut self, time: Timestamp, out: &mut Prompts) {
        let begun = !matches!(self.now, StageState::Arrive(..) | StageState::Question(..) | StageState::Close(_));
        let gone = self.view.value().empty() && time.since(self.view.since()) >= LEFT;
        self.unsettled |= begun && gone;
        if begun && gone && !self.away && self.is_measured() {
            self.away = true;
            if !self.by_hand {
                out.say(self.waiting(), Urgency::Calm); // else it does not go on by coming back
            }
        }
        // By a key it may have come to where nobody is waited for.
        if self.away && (!begun || !self.view.value().empty()) {
            self.away = false;
            self.arrive_again(Arrival::default());
        }
    }

    /// What is told while nobody is in view: whoever cannot be seen for the dark may stand where they should.
    pub(super) fn waiting(&self) -> Line {
        if self.view.value() == ViewState::Dark { Line::TooDark } else { Line::Away }
    }

    /// Asks the person to stand tall again if the standing posture was lost: on request, after a jump to where somebody
    /// else may be, after a change of side. A stage that is measured waits for it now, any other stage when the next
    /// measured one begins.
    pub(super) fn follow_standing(&mut self, measurement: &Measurement) {
        use StageState::{Arrive, Close, Question, StandTall};
        let begun = !matches!(self.now, Arrive(..) | Question(..) | StandTall(..) | Close(_));
        self.unsettled |= begun && measurement.standing.is_none();
        if self.unsettled && !self.is_paused() {
            self.arrive_again(Arrival::again(self.clock));
        }
    }

    /// Guides the person back to where they can be measured; the current stage continues from there.
    fn arrive_again(&mut self, arrival: Arrival) {
        self.now = match self.take() {
            StageState::Work(work) if work.is_measured() => {
                StageState::Arrive(arrival, NextStage::Resume(Box::new(work)))
            }
            StageState::Probe(_) => {
                self.probed = false; // from the beginning, as long as nothing was told
                StageState::Arrive(arrival, NextStage::Begin)
            }
            StageState::FullBend(_) => StageState::Arrive(arrival, NextStage::Begin),
            other => other,
        };
    }
}
