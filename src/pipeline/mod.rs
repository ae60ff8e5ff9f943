//! The chain of stages and the threads that run it live: from a source of frames to measurements and events.
//!
//! [`Chain`] takes one frame at a time, for a recording that is measured as fast as possible. [`LivePipeline`] runs it
//! on two threads, with a camera or with a recording at its own pace. Neither prints anything or opens a window:
//! measurements, events and errors are returned.

mod activity;
mod cell_grid;
mod chain;
mod error;
mod face_cover;
mod frozen_picture;
mod guided_session;
mod kept_poses;
mod live;
mod model_fallback;
mod recording_pace;
mod replay;
mod scene;
mod stage_latency;
mod survey;
mod threads;
mod time_order;
mod trend;
mod until_complete;
mod watchdog;

pub use chain::{Chain, Observation, StageTimes};
pub use error::PipelineError;
pub use face_cover::FaceCover;
pub use frozen_picture::FrozenPicture;
pub use guided_session::{DARK, GuidedFrame, GuidedSession, brightness};
pub use kept_poses::PoseStorage;
pub use live::{FrameSink, Halt, LivePipeline, PersonRequest, PipelineOutput, PipelineStats, TimedEvent};
pub use replay::{Replay, ReplayPicture, Replays, Small};
pub use scene::{Back, Body, Scene};
pub use stage_latency::StageLatencies;
pub use survey::RecordingSurvey;
pub use threads::SLOW_END;
pub use time_order::TimeOrder;
pub use until_complete::UntilComplete;
