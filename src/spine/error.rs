//! Why the back cannot be looked for at all. A back that is not in the picture is no failure: [`Unseen`](super::Unseen).

use crate::inference::InferenceError;

/// Why the back cannot be looked for at all.
#[derive(Debug, thiserror::Error)]
pub enum SpineError {
    /// The network that reads the outline cannot be loaded or run.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}
