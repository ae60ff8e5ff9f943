//! What is kept of a session: in the [`store`], and in the files that a person asks for.

pub mod again;
pub mod export;
pub mod film;
pub mod journal;
pub mod mobility;
pub mod pending;
pub mod playback;
mod private;
pub mod recorder;
pub mod replay;
pub mod store;
pub mod trend;
pub mod video;
