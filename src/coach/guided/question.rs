//! Asking one question: shows and says it, and takes the answer of an arm or of a key.

use super::guidance::{Line, Stage};
use super::prompts::Prompts;
use super::questions::{Answer, Asking, QuestionKind, Questions};
use super::step::StepContext;
use crate::coach::choice::{Choice, ChoiceEnd, ChoiceKey};

/// Options of a scale from 0 to 10.
const SCALE: usize = 11;

/// A question that is being asked.
#[derive(Debug)]
pub(super) struct QuestionStage {
    asking: Asking,
    wording: String,
    choice: Choice,
    asked: bool,
    left_out: bool,
}

impl QuestionStage {
    pub fn new(questions: &Questions, kind: QuestionKind) -> Self {
        let names = questions.names(kind);
        let choice = if names.is_empty() { Choice::new(SCALE) } else { Choice::among(names.len()) };
        let item = questions.item(kind);
        let asking = Asking { kind, item, names, current: None, part: 0.0 };
        Self { asking, wording: questions.wording(kind).to_owned(), choice, asked: false, left_out: false }
    }

    pub fn press(&mut self, key: ChoiceKey) {
        self.choice.press(key);
    }

    /// Begins to wait for an answer anew, after a pause.
    pub fn interrupt(&mut self) {
        self.choice.interrupt();
    }

    /// Leaves the question out, in the next frame.
    pub fn leave_out(&mut self) {
        self.left_out = true;
    }

    /// Returns the answer, once it is given or left out.
    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> Option<Answer> {
        if !std::mem::replace(&mut self.asked, true) {
            out.tell(Line::Ask(self.asking.kind));
        }
        out.show(Line::Ask(self.asking.kind)); // in every frame: a pause may have replaced it
        let raised = context.input.limbs.and_then(|limbs| limbs.raised);
        let chosen = self.choice.observe(context.now, raised).or(self.left_out.then_some(ChoiceEnd::LeftOut));
        (self.asking.current, self.asking.part) = (self.choice.current(), self.choice.part());
        let value = match chosen? {
            ChoiceEnd::Option(option) => u8::try_from(option).ok(),
            ChoiceEnd::LeftOut => None,
        };
        let Asking { kind, item, .. } = &self.asking;
        Some(Answer { kind: *kind, item: item.clone(), wording: self.wording.clone(), value })
    }

    /// Whether it is answered by a name.
    pub fn has_names(&self) -> bool {
        !self.asking.names.is_empty()
    }

    /// The question.
    pub fn kind(&self) -> QuestionKind {
        self.asking.kind
    }

    pub fn stage(&self) -> Stage {
        Stage::Question(self.asking.clone())
    }
}
