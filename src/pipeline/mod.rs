//! The stages in a row, and the threads that run them live: from a source of frames to measurements and events.
//!
//! [`Chain`] takes one frame at a time, for a recording that is measured as fast as it goes. [`LivePipeline`] runs it on
//! two threads beside a camera, or a recording at its own pace. Neither prints anything or opens a window: what was
//! measured, what happened and what failed is returned.

mod chain;
mod error;
mod guided_session;
mod live;
mod model_fallback;
mod replay;
mod scene;
mod stage_latency;
mod watchdog;

pub use chain::{Chain, Observation, StageTimes};
pub use error::PipelineError;
pub use guided_session::{DARK, GuidedFrame, GuidedSession, brightness};
pub use live::{FrameSink, Halt, LivePipeline, PersonRequest, PipelineOutput, PipelineStats, TimedEvent};
pub use replay::{Replay, ReplayPicture, Replays, Small};
pub use scene::{Back, Body, Scene};
pub use stage_latency::StageLatencies;
