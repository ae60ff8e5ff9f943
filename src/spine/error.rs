//! Errors of the back estimator. A back that is not visible is not an error: [`Unseen`](super::Unseen).

use crate::inference::InferenceError;

/// Why the back cannot be estimated.
#[derive(Debug, thiserror::Error)]
pub enum SpineError {
    /// The network that reads the outline cannot be loaded or run.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}
