//! ONNX Runtime and the networks it runs: found, fetched once where missing, loaded, run. Knows nothing of people.
//!
//! [`Runtime`] is the loaded library, [`models`] the network files with their checksums.

mod error;
mod fetch;
mod install;
mod locate;
pub mod models;
mod runtime;
mod runtime_error;

pub use error::InferenceError;
pub use locate::VERSION;
pub use models::Models;
pub use runtime::{Network, NetworkOutputs, Runtime, time_at_work};
pub use runtime_error::{Attempt, RuntimeError};
