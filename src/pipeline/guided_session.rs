//! Runs a guided session on top of the measuring chain, and keeps repetitions for replay.

use std::fmt;
use std::sync::Arc;

use crate::coach::ChainRequest;
use crate::coach::choice::ChoiceKey;
use crate::coach::drill::{Drill, Figure};
use crate::coach::guided::{
    Acquaintance, Answer, Exercise, FrameInput, Guidance, Plan, PreviousResult, QuestionKind, Questions, Stage,
    StateMachine,
};
use crate::coach::progression::Portion;
use crate::pipeline::{Chain, Observation};
use crate::pipeline::{Replay, Replays};

/// Below this mean brightness (0 to 1) a picture without a person is called dark: at 0.10 people were found in every
/// frame, at 0.07 in some, at 0.05 in none. Source: measured, `METHOD.md`, "Guided sessions".
pub const DARK: f32 = 0.085;

/// The brightness is sampled at one of this many pixels.
const STRIDE: usize = 997;

/// The output of a guided session for one frame.
#[derive(Clone, Debug)]
pub struct GuidedFrame {
    /// What to show and to say.
    pub guidance: Guidance,
    /// The current drill.
    pub drill: Arc<Drill>,
    /// The current set, from 0.
    pub set: usize,
    /// The drill of the next round; `None` in the last.
    pub next_drill: Option<Arc<Drill>>,
    /// The best repetition of the round and the one to compare it with, during the review.
    pub replays: [Option<Arc<Replay>>; 2],
}

impl GuidedFrame {
    /// Returns the figure of the current set.
    pub fn figure(&self) -> &Figure {
        self.drill.figure(self.set)
    }
}

/// Makes the session of the person with this number; `None` if that fails, which it has told.
pub type SessionOf = Box<dyn FnMut(usize) -> Option<GuidedSession> + Send>;

/// A guided session.
pub struct GuidedSession {
    drills: Vec<Arc<Drill>>,
    state_machine: StateMachine,
    replays: Replays,
    /// Where it may turn out to be somebody else who practises.
    session_of: Option<SessionOf>,
}

impl fmt::Debug for GuidedSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GuidedSession").field("state_machine", &self.state_machine).finish_non_exhaustive()
    }
}

impl GuidedSession {
    /// Creates a session with these drills in this language (two letters); `None` without a drill.
    pub fn new(portions: Vec<Portion>, language: &str) -> Option<Self> {
        let exercises: Vec<Exercise> = portions.iter().map(|portion| Exercise::portion(portion, language)).collect();
        let full_bend = exercises.first()?.is_measured();
        let drills = portions.into_iter().map(|portion| portion.drill).collect();
        Some(Self::follow(Plan { exercises, full_bend, ..Plan::default() }, drills))
    }

    /// Creates the mobility screen, from the drills with straight and with soft knees.
    pub fn screen([straight, soft]: [Drill; 2], language: &str) -> Self {
        let plan = Plan::mobility([&straight, &soft], language);
        Self::follow(plan, vec![straight.clone(), soft.clone(), straight, soft])
    }

    /// Creates a session with this plan, whose exercises belong to the drills in order.
    fn follow(plan: Plan, drills: Vec<Drill>) -> Self {
        let drills = drills.into_iter().map(Arc::new).collect();
        Self { drills, state_machine: StateMachine::new(plan), replays: Replays::default(), session_of: None }
    }

    /// Sets the previous session of the same kind: the closing prompts report what has changed since then.
    pub fn compare_with(&mut self, before: PreviousResult) {
        self.state_machine.compare_with(before);
    }

    /// Sets how often the person has heard the lesson of each drill, by its id, before the session begins.
    pub fn know(&mut self, heard: impl Fn(&str) -> u32) {
        self.state_machine.know(heard);
    }

    /// Sets whether it begins with bends without feedback, where there was a session before.
    pub fn probe(&mut self, wanted: bool) {
        self.state_machine.probe(wanted);
    }

    /// Sets whether the person is offered a full bend of their own, before the session begins.
    pub fn offer_full_bend(&mut self, wanted: bool) {
        self.state_machine.offer_full_bend(wanted);
    }

    /// Sets what the person is asked, before the session begins.
    pub fn ask(&mut self, questions: Questions) {
        self.state_machine.ask(questions);
    }

    /// Asks first which of these practises, the most likely first, and goes on with the session of that one; with that of the
    /// first if nobody answers.
    pub fn ask_who(&mut self, names: Vec<String>, session_of: SessionOf) {
        self.state_machine.ask(Questions { who: names, ..Questions::default() });
        self.hand_over_by(session_of);
    }

    /// Sets who practises here, the one whose session this is first, before it begins: whether it is them is asked if their build
    /// says otherwise.
    pub fn know_persons(&mut self, known: Vec<Acquaintance>, somebody_else: String) {
        self.state_machine.know_persons(known, somebody_else);
    }

    /// Sets what makes the session of another person, if that is who practises.
    pub fn hand_over_by(&mut self, session_of: SessionOf) {
        self.session_of = Some(session_of);
    }

    /// Goes on with the session of whoever was just chosen.
    fn follow_who(&mut self, answer: Option<&Answer>) {
        let chosen = match answer.map(|answer| (answer.kind, answer.value)) {
            Some((QuestionKind::Who, value)) => usize::from(value.unwrap_or_default()),
            Some((QuestionKind::Same(Some(other)), Some(1))) => other,
            _ => return,
        };
        if let Some(theirs) = self.session_of.as_mut().and_then(|session_of| session_of(chosen)) {
            self.drills = theirs.drills;
            self.state_machine.go_on_as(theirs.state_machine);
        }
    }

    /// Whether others may make this request to the measurement now ([`StateMachine::allows`]).
    pub fn allows(&self, request: ChainRequest) -> bool {
        self.state_machine.allows(request)
    }

    /// Processes the measurement of one frame, and passes the session's requests to the chain.
    pub fn observe(&mut self, observation: &Observation, chain: &mut Chain) -> GuidedFrame {
        let guidance = self.state_machine.observe(&FrameInput {
            time: observation.frame.time,
            measurement: &observation.measurement,
            progress: &observation.progress,
            limbs: observation.limbs.as_ref(),
            form: observation.form.as_ref(),
            dark: observation.limbs.is_none() && brightness(&observation.frame.picture) < DARK,
        });
        self.follow_who(guidance.answer.as_ref());
        guidance.requests.iter().for_each(|request| chain.request(*request));
        self.replays.follow(&guidance.stage, guidance.paused, observation);
        let reviewed = matches!(guidance.stage, Stage::Review(_));
        let replays = if reviewed { self.replays.pair() } else { [None, None] };
        let drill = Arc::clone(&self.drills[guidance.place.exercise]);
        let set = self.state_machine.set();
        let next_drill = guidance.map.next.and_then(|next| self.drills.get(next.exercise.checked_sub(1)?)).cloned();
        GuidedFrame { guidance, drill, set, next_drill, replays }
    }

    /// Skips to the next stage, as a raised hand does.
    pub fn next(&mut self) {
        self.state_machine.next();
    }

    /// Tells how the last repetition was, as an arm held out does.
    pub fn tell(&mut self) {
        self.state_machine.tell();
    }

    /// Takes a key that answers a question.
    pub fn choose(&mut self, key: ChoiceKey) {
        self.state_machine.choose(key);
    }

    /// Pauses or resumes, as two raised hands do.
    pub fn pause(&mut self) {
        self.state_machine.pause();
    }
}

/// Returns the mean brightness of a picture as displayed, 0 to 1, from a sample of its pixels.
pub fn brightness(picture: &image::RgbImage) -> f32 {
    let sample = picture.as_raw().iter().step_by(STRIDE);
    let count = sample.len().max(1) as f32;
    sample.map(|channel| f32::from(*channel)).sum::<f32>() / (255.0 * count)
}
