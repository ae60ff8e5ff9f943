//! ONNX Runtime and the networks it runs: locates or downloads the library, loads it and runs the networks.
//!
//! [`Runtime`] is the loaded library, [`models`] the network files with their checksums.

mod error;
mod fetch;
mod install;
mod locate;
pub mod models;
mod runtime;
mod runtime_error;
mod side_by_side;

pub use error::InferenceError;
pub use install::FetchNews;
pub use locate::VERSION;
pub use models::Models;
pub use runtime::{Network, NetworkOutputs, Runtime, are_finite, take_inference_time};
pub use runtime_error::{Attempt, RuntimeError};
