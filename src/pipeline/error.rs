//! Why the pipeline stops before its source ends.

use std::io;

use crate::app_dirs::NoHome;
use crate::inference::{InferenceError, RuntimeError};
use crate::source::SourceError;
use crate::spine::SpineError;

/// Why the pipeline stops before its source ends. The message names the cause and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The source failed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A network that detects people cannot be loaded or run.
    #[error(transparent)]
    Pose(#[from] InferenceError),
    /// The back cannot be measured.
    #[error(transparent)]
    Spine(#[from] SpineError),
    /// ONNX Runtime was not found and cannot be fetched.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The system has no home folder for this user, so there is nowhere to fetch ONNX Runtime to.
    #[error(transparent)]
    Home(#[from] NoHome),
    /// What was seen in a recording cannot be kept until it is measured.
    #[error("What was seen in the recording cannot be kept in a temporary file: free some space on its disk ({0})")]
    Storage(#[source] io::Error),
    /// The system could not start a thread.
    #[error("the system has no thread to give: end other programs and start again ({0})")]
    Thread(#[source] io::Error),
    /// The measurement of a frame did not end in time and was abandoned.
    #[error(
        "The measurement does not come to an end and was left behind; what was kept of the session until then is whole"
    )]
    Stuck,
    /// The session was not written to its end in time, and its writing was abandoned.
    #[error("The disk does not answer, so the end of the session was left behind; what was kept until then is whole")]
    DiskStuck,
    /// Everything was measured and written, but the source did not end in time and was abandoned.
    #[error("The camera or recording does not end and was left behind; what is kept of the session is whole")]
    SourceStuck,
    /// A thread panicked with this message.
    #[error(
        "A fault in bendwise itself ({0}): please report this line, with what you did, where you got bendwise from"
    )]
    Panicked(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layers in between add no words of their own.
    #[test]
    fn a_network_that_is_missing_is_told_in_the_same_sentence_through_every_room() {
        let missing = || InferenceError::ModelMissing("models/back-frame.onnx".into());
        let sentence = missing().to_string();
        assert_eq!(PipelineError::from(missing()).to_string(), sentence);
        assert_eq!(PipelineError::from(SpineError::from(missing())).to_string(), sentence);
    }
}
