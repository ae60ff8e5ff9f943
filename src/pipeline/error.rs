//! Why the pipeline ends before its source does.

use std::io;

use crate::app_dirs::NoHome;
use crate::inference::{InferenceError, RuntimeError};
use crate::source::SourceError;

/// Why the pipeline ends before its source does. The message names the thing and the way out.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The source failed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A network cannot be loaded or run.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// ONNX Runtime is nowhere and cannot be fetched.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// Nobody knows where a fetched ONNX Runtime could lie.
    #[error(transparent)]
    Home(#[from] NoHome),
    /// No thread could be started.
    #[error("the system has no thread to give: end other programs and start again ({0})")]
    Thread(#[source] io::Error),
    /// A thread did not end in time and was left behind.
    #[error(
        "The measurement does not come to an end and was left behind; what was kept of the session until then is whole"
    )]
    Stuck,
    /// A thread panicked, with this message.
    #[error(
        "A fault in bendwise itself ({0}): please report this line, with what you did, where you got bendwise from"
    )]
    Panicked(String),
}
