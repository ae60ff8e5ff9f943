//! What the course wants shown and said, free of any language.

use euclid::Angle;

use crate::coach::cue::Cue;
use crate::coach::drill::Check;
use crate::coach::gesture::Gesture;
use crate::coach::mobility::{Miss, Mobility, MobilityFinding};
use crate::coach::progression::PortionChange;
use crate::coach::{ChainRequest, Verdict};
use crate::geometry::State;

use super::plan::Place;
use super::summary::{RoundSummary, SessionSummary};

/// One sentence of the program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// What keeps the person from being measured.
    Obstacle(State),
    /// Nobody can be seen, for the picture is too dark.
    TooDark,
    /// The person is seen as they should be.
    Seen,
    /// What was in the way is no longer: the person stands as they should.
    WellPlaced,
    /// Stand tall and still, it counts from here.
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
    /// The name of the drill.
    Drill,
    /// A sentence of the drill's lesson, from 0.
    Lesson(usize),
    /// Begin when ready.
    Begin,
    /// Now the other side.
    OtherSide,
    /// Turn round: the other side to the camera.
    TurnRound,
    /// Go on at this repetition.
    GoOn,
    /// So many repetitions done.
    Repetition(usize),
    /// A cue for the last repetition.
    Cue(Cue),
    /// Take up this posture: until then the time does not run.
    Posture(Check),
    /// The posture cannot be recognised: the time runs without.
    Unchecked,
    /// The last session has changed how many repetitions a set has.
    Amount {
        /// How.
        change: PortionChange,
        /// To so many.
        count: usize,
    },
    /// So many seconds left of a timed exercise.
    SecondsLeft(u32),
    /// The round is over: so many of so many repetitions from the hips.
    RoundDone {
        /// From the hips.
        hips: usize,
        /// Of all.
        of: usize,
    },
    /// A timed round is over.
    TimeDone,
    /// Rest, so many seconds are left.
    Rest(u32),
    /// The pause is nearly over.
    RestEnds,
    /// The person has left the picture.
    Away,
    /// The session is paused.
    Paused,
    /// The session is over.
    Close {
        /// Repetitions from the hips.
        hips: usize,
        /// Of all.
        of: usize,
    },
    /// A session without repetitions is over.
    CloseTimed,
    /// The hips went further than last time before the back joined in, by more than the error of both.
    ReachMore(Angle<f32>),
    /// The hips went less far than last time.
    ReachLess(Angle<f32>),
    /// This bend of the mobility screen does not count.
    Missed(Miss),
    /// Too many did not count: the screen goes on without.
    GoesOnWithout,
    /// What the mobility screen's numbers are.
    ScreenDone,
    /// One thing that the mobility screen found.
    Found(MobilityFinding),
    /// The mobility screen found nothing.
    FoundNothing,
    /// What was found is no diagnosis.
    NoDiagnosis,
}

/// How urgent it is to say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// When nothing else is being said.
    Calm,
    /// Now: it interrupts.
    Now,
}

/// A sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The low back has joined in, in this very frame.
    BackJoinedIn,
    /// A number of a countdown.
    Tick,
    /// Something begins.
    Start,
    /// Something is over.
    Done,
}

/// Something to say aloud.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// What.
    pub line: Line,
    /// How urgent.
    pub urgency: Urgency,
}

/// What the screen shows beside the picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The person is asked to where they can be measured.
    Arrive,
    /// Standing still for the zero of every angle; the countdown while it runs.
    StandTall {
        /// 3, 2, 1.
        count: Option<u32>,
        /// How much of the stillness is done, 0 to 1.
        still: f32,
    },
    /// A full bend is offered.
    FullBend,
    /// The drill is explained.
    Lesson {
        /// How much of it is over, 0 to 1.
        part: f32,
    },
    /// The exercise itself.
    Work {
        /// Repetitions done, or seconds.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// What the last round was like.
    Review(RoundSummary),
    /// Rest.
    Rest {
        /// Seconds left.
        left: u32,
        /// Seconds altogether.
        of: u32,
    },
    /// The session is over.
    Close(SessionSummary),
}

/// Everything that follows from one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Guidance {
    /// What the screen shows.
    pub stage: Stage,
    /// Which round of the plan.
    pub place: Place,
    /// Whether the course stands still, by hand or because nobody is there.
    pub paused: bool,
    /// The gesture under way, and how far, 0 to 1.
    pub ring: Option<(Gesture, f32)>,
    /// The one sentence to read.
    pub line: Line,
    /// What to say from this frame on, in this order.
    pub said: Vec<Said>,
    /// The sound of this frame.
    pub signal: Option<Signal>,
    /// What the measurement should do before the next frame.
    pub requests: Vec<ChainRequest>,
    /// The verdict of the bend under way.
    pub verdict: Option<Verdict>,
    /// In the mobility screen: what is known so far.
    pub mobility: Option<Mobility>,
}
