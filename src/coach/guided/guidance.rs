//! What a guided session shows and says, independent of language.

use std::time::Duration;

use euclid::Angle;

use crate::coach::cue::Cue;
use crate::coach::drill::Check;
use crate::coach::feedback::FeedbackDue;
use crate::coach::gesture::Gesture;
use crate::coach::mobility::{Difference, Miss, Mobility, MobilityFinding};
use crate::coach::progression::PortionChange;
use crate::coach::{ChainRequest, LiveCue, SetStatement, Verdict};
use crate::geometry::State;

use super::map::{Overview, SessionMap};
use super::plan::Place;
use super::questions::{Answer, Asking, QuestionKind};
use super::summary::{RoundSummary, SessionSummary};

/// A prompt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// What prevents the measurement.
    Obstacle(State),
    /// Nobody can be seen because the picture is too dark.
    TooDark,
    /// The person is seen as they should be.
    Seen,
    /// The obstacle is gone: the person stands as they should.
    WellPlaced,
    /// Stand tall and still, the measurement starts here.
    StandTall,
    /// Stand tall once more: something has shifted.
    StandAgain,
    /// The countdown's number.
    Count(u32),
    /// Hold still.
    HoldStill,
    /// The standing posture is known.
    StandingFound,
    /// An offer: bend once as far as is comfortable, or just wait.
    FullBend,
    /// The full bend was measured.
    FullBendFound,
    /// A question.
    Ask(QuestionKind),
    /// How to answer a question by a number.
    HowToAnswer,
    /// How to answer a question by a name.
    HowToName,
    /// It is somebody whom nobody knows here: what becomes of the session.
    SomebodyElse,
    /// The answer was taken.
    Noted(u8),
    /// More pain than before the session.
    MorePain,
    /// Much pain.
    MuchPain,
    /// Less than that, and as much as the session is to stop at.
    PainLimit,
    /// Because of it no set follows.
    LeaveItForToday,
    /// Three bends without feedback, as without the program.
    ShowMe,
    /// They are done.
    ShownMe,
    /// Without feedback it was as in the last set of the session before.
    Stayed,
    /// The low back moved this much more than then.
    StayedLess(Angle<f32>),
    /// The low back moved this much less than then.
    StayedMore(Angle<f32>),
    /// The name of the drill.
    Drill,
    /// What the session consists of.
    Overview(Overview),
    /// The set that comes next, from 1, of how many.
    Ahead {
        /// The set.
        set: usize,
        /// In total.
        of: usize,
    },
    /// How a raised hand goes on, to be tried.
    TryHand,
    /// There is nothing to correct: the next set like this one.
    TheSameAgain,
    /// After the last set: what to do next time.
    NextTime(Option<Cue>),
    /// A sentence of the drill's lesson, from 0.
    Lesson(usize),
    /// Begin when ready.
    Begin,
    /// To whoever does not begin: there is no hurry.
    NoHurry,
    /// To whoever still does not begin: what to do.
    JustBend,
    /// To whoever still does not show what they do without it: how to leave that out.
    OrLeaveOut,
    /// At the first set of a session: stop if it hurts.
    StopIfHurts,
    /// From here on a repetition is only spoken of when the person asks, and how to ask.
    AskMe,
    /// To whoever has stopped in the middle of a set.
    GoOnWhenReady,
    /// Switch to the other side.
    OtherSide,
    /// Turn round: the other side faces the camera.
    TurnRound,
    /// To whoever shows the other side than before: turn round, or raise a hand and stay as you are.
    TurnOrStay,
    /// To whoever shows the same side as before: turn round, or raise a hand and leave the other side out.
    TurnOrLeave,
    /// Continue at this repetition.
    GoOn,
    /// The number of repetitions done, said.
    Repetition(usize),
    /// The number of repetitions done, shown.
    Counted {
        /// Repetitions done.
        done: usize,
        /// In total.
        of: usize,
    },
    /// What to do at this moment of a bend.
    During(LiveCue),
    /// A cue for the last repetition.
    Cue(Cue),
    /// Take up this posture: the time does not run until then.
    Posture(Check),
    /// The posture cannot be recognised: the time runs without the check.
    Unchecked,
    /// The last session has changed the number of repetitions per set.
    Amount {
        /// The direction of the change.
        change: PortionChange,
        /// The new number.
        count: usize,
    },
    /// Seconds left of a timed exercise.
    SecondsLeft(u32),
    /// The round is over, with its number of repetitions from the hips.
    RoundDone {
        /// From the hips.
        hips: usize,
        /// In total.
        of: usize,
    },
    /// The same where it is not known of each where it came from: how many were seen to come from the hips.
    RoundSeen {
        /// From the hips.
        hips: usize,
        /// In total.
        of: usize,
    },
    /// The round is over, and of none of so many repetitions it is known where it came from.
    RoundUntold(usize),
    /// What the round's repetitions tell together.
    Set(SetStatement),
    /// A timed round is over.
    TimeDone,
    /// Rest; the number of seconds left.
    Rest(u32),
    /// The rest is nearly over.
    RestEnds,
    /// The person has left the picture.
    Away,
    /// The session is paused.
    Paused,
    /// The session is over.
    Close {
        /// Repetitions from the hips.
        hips: usize,
        /// In total.
        of: usize,
    },
    /// The same where it is not known of each where it came from.
    CloseSeen {
        /// Repetitions that were seen to come from the hips.
        hips: usize,
        /// In total.
        of: usize,
    },
    /// A session without repetitions is over, or one of whose repetitions nothing could be told.
    CloseTimed,
    /// The hips went further than last time before the back joined in, by more than the error of both.
    ReachMore(Difference),
    /// The hips went less far than last time.
    ReachLess(Difference),
    /// This bend of the mobility screen does not count.
    Missed(Miss),
    /// Too many bends did not count: the screen continues without them.
    GoesOnWithout,
    /// How to read the mobility screen's numbers.
    ScreenDone,
    /// A finding of the mobility screen.
    Found(MobilityFinding),
    /// The mobility screen found nothing.
    FoundNothing,
    /// The findings are not a diagnosis.
    NoDiagnosis,
    /// How to leave, after the last words.
    Leave,
}

impl Line {
    /// What is told of a round first: how many repetitions came from the hips, if that is known of any.
    pub fn of_round(summary: &RoundSummary) -> Self {
        let (hips, of) = (summary.from_hips(), summary.repetitions.len());
        match () {
            () if summary.is_untold() => Self::RoundUntold(of),
            () if summary.is_told() => Self::RoundDone { hips, of },
            () => Self::RoundSeen { hips, of },
        }
    }
}

/// How urgent a prompt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Only while nothing else is being said.
    Calm,
    /// Immediately, interrupting other prompts.
    Now,
}

/// A sound signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The low back has joined in, in this frame.
    BackJoinedIn,
    /// A number of a countdown.
    Tick,
    /// Something begins.
    Start,
    /// Something is over.
    Done,
}

/// Whether the tone sounded in a repetition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToneGiven {
    /// The low back did not join in, or it is not warned of here.
    #[default]
    NotNeeded,
    /// It sounded.
    Sounded,
    /// The low back joined in, but the schedule withheld the tone.
    Withheld,
}

/// What was fed back on a repetition: kept, so that schedules can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeedbackGiven {
    /// Whether words were due, and why.
    pub words: FeedbackDue,
    /// What was said; `None` also if words were due, but nothing else than the last time.
    pub cue: Option<Cue>,
    /// Whether the tone sounded; of an answer to a person who asks, that of the repetition was told before.
    pub tone: ToneGiven,
}

/// A prompt to speak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// The prompt.
    pub line: Line,
    /// Its urgency.
    pub urgency: Urgency,
}

/// What the screen shows next to the picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The person is guided to where they can be measured.
    Arrive,
    /// The person is asked something.
    Question(Asking),
    /// Standing still for the baseline of every angle; the countdown while it runs.
    StandTall {
        /// 3, 2, 1.
        count: Option<u32>,
        /// Progress of the still time, from 0 to 1.
        still: f32,
        /// Whether this stands for the lesson: the figure shows how the drill goes.
        teaches: bool,
    },
    /// A full bend is offered.
    FullBend,
    /// Bends without any feedback: nothing is judged, and no angle is shown.
    Probe {
        /// Bends done.
        done: usize,
        /// In total.
        of: usize,
    },
    /// The drill is explained.
    Lesson {
        /// Progress of the lesson, from 0 to 1.
        part: f32,
    },
    /// The exercise itself.
    Work {
        /// Repetitions done, or seconds.
        done: usize,
        /// In total.
        of: usize,
    },
    /// The result of the last round.
    Review(RoundSummary),
    /// Rest.
    Rest {
        /// Seconds left.
        left: u32,
        /// Seconds in total.
        of: u32,
    },
    /// The session is over.
    Close(SessionSummary),
}

/// How far a session has come to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It goes on.
    #[default]
    Open,
    /// Everything is said and could be read: nothing that follows is worth keeping.
    Complete,
    /// Nobody needs the last picture any more, or the person asked to leave.
    Over,
}

/// The time until the next round begins, s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UntilNext {
    /// What is left of it.
    pub left: u32,
    /// All of it: the look at the set and the rest after that.
    pub of: u32,
}

/// The guidance for one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Guidance {
    /// The current stage.
    pub stage: Stage,
    /// The current round of the plan.
    pub place: Place,
    /// Which set of which exercise that is, and what comes next.
    pub map: SessionMap,
    /// Whether the session is paused, by hand or because nobody is there.
    pub paused: bool,
    /// Between two rounds, when the next one begins.
    pub until_next: Option<UntilNext>,
    /// The gesture in progress and how far it is, from 0 to 1.
    pub ring: Option<(Gesture, f32)>,
    /// The sentence on the screen.
    pub line: Line,
    /// Prompts to speak from this frame on, in order.
    pub said: Vec<Said>,
    /// The sound of this frame.
    pub signal: Option<Signal>,
    /// Whether the schedule lets the tone sound in the current bend.
    pub tone: bool,
    /// What was fed back on the last repetition, in the frame of the decision.
    pub feedback: Option<FeedbackGiven>,
    /// The answer that was just given, or left out.
    pub answer: Option<Answer>,
    /// In a frame of a timed round: how much of it has counted so far, without pauses, gaps between frames, and the time out of
    /// its posture.
    pub held: Option<Duration>,
    /// What the measurement should do before the next frame.
    pub requests: Vec<ChainRequest>,
    /// The verdict of the current bend.
    pub verdict: Option<Verdict>,
    /// In the mobility screen: the results so far.
    pub mobility: Option<Mobility>,
    /// How far the session has come to its end.
    pub ending: Ending,
}
