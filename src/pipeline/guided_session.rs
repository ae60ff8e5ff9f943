//! A session that leads: the course, and the repetitions kept to be seen again, on top of what the chain measures.

use std::sync::Arc;

use crate::coach::ChainRequest;
use crate::coach::drill::{Drill, Figure};
use crate::coach::guided::{Exercise, FrameInput, Guidance, Plan, PreviousResult, Stage, StateMachine};
use crate::coach::progression::Portion;
use crate::geometry::limb_pose::LimbPose;
use crate::pipeline::{Chain, Observation};
use crate::pipeline::{Replay, Replays};

/// Below this mean brightness (0 to 1) a picture in which nobody is found is called dark: at 0.10 people were found in every
/// frame, at 0.07 in some, at 0.05 in none. Source: measured, `METHOD.md`, "Led sessions".
pub const DARK: f32 = 0.085;

/// Every so many pixels one is looked at for the brightness.
const STRIDE: usize = 997;

/// What a led session shows and says of one frame.
#[derive(Clone, Debug)]
pub struct GuidedFrame {
    /// What to show and to say.
    pub guidance: Guidance,
    /// What is practised now.
    pub drill: Arc<Drill>,
    /// In which set of it, from 0.
    pub set: usize,
    /// The best repetition of the round and the one to compare it with, while they are reviewed.
    pub replays: [Option<Arc<Replay>>; 2],
}

impl GuidedFrame {
    /// How what is practised looks.
    pub fn figure(&self) -> &Figure {
        self.drill.figure(self.set)
    }
}

/// A led session.
#[derive(Debug)]
pub struct GuidedSession {
    drills: Vec<Arc<Drill>>,
    course: StateMachine,
    replays: Replays,
}

impl GuidedSession {
    /// A session of these drills in this language (two letters); `None` without a drill.
    pub fn new(portions: Vec<Portion>, language: &str) -> Option<Self> {
        let exercises: Vec<Exercise> = portions.iter().map(|portion| Exercise::portion(portion, language)).collect();
        let full_bend = exercises.first()?.is_measured();
        let drills = portions.into_iter().map(|portion| portion.drill).collect();
        Some(Self::follow(Plan { exercises, full_bend }, drills))
    }

    /// The mobility screen, of what is done with straight knees and with soft ones.
    pub fn screen([straight, soft]: [Drill; 2], language: &str) -> Self {
        let plan = Plan::mobility([&straight, &soft], language);
        Self::follow(plan, vec![straight.clone(), soft.clone(), straight, soft])
    }

    /// A session of this plan, whose exercises are those of the drills.
    fn follow(plan: Plan, drills: Vec<Drill>) -> Self {
        let drills = drills.into_iter().map(Arc::new).collect();
        Self { drills, course: StateMachine::new(plan), replays: Replays::default() }
    }

    /// Has the end of the session tell what has changed since the last session like it.
    pub fn compare_with(&mut self, before: PreviousResult) {
        self.course.compare_with(before);
    }

    /// Whether somebody else may ask this of the measurement now ([`StateMachine::allows`]).
    pub fn allows(&self, request: ChainRequest) -> bool {
        self.course.allows(request)
    }

    /// Takes what was measured of one frame, and has the chain do what the course asks for.
    pub fn observe(&mut self, observation: &Observation, chain: &mut Chain) -> GuidedFrame {
        let facing = observation.dorsal.as_ref().map(|dorsal| dorsal.facing);
        let limbs = observation.sighting.pose.as_ref().map(|pose| LimbPose::of(pose, facing));
        let guidance = self.course.observe(&FrameInput {
            time: observation.frame.time,
            measurement: &observation.measurement,
            progress: &observation.progress,
            limbs: limbs.as_ref(),
            dark: limbs.is_none() && brightness(&observation.frame.picture) < DARK,
        });
        guidance.requests.iter().for_each(|request| chain.request(*request));
        self.replays.observe(observation);
        let reviewed = matches!(guidance.stage, Stage::Review(_));
        if !reviewed && !matches!(guidance.stage, Stage::Work { .. }) {
            self.replays.clear();
        }
        let replays = if reviewed { self.replays.pair() } else { [None, None] };
        let drill = Arc::clone(&self.drills[guidance.place.exercise]);
        let set = self.course.set();
        GuidedFrame { guidance, drill, set, replays }
    }

    /// Goes on to what comes next, as the raised hand does.
    pub fn next(&mut self) {
        self.course.next();
    }

    /// Pauses or goes on, as both raised hands do.
    pub fn pause(&mut self) {
        self.course.pause();
    }
}

/// Mean brightness of a picture as it is shown, 0 to 1, from a sample of its pixels.
pub fn brightness(picture: &image::RgbImage) -> f32 {
    let sample = picture.as_raw().iter().step_by(STRIDE);
    let count = sample.len().max(1) as f32;
    sample.map(|channel| f32::from(*channel)).sum::<f32>() / (255.0 * count)
}
