//! What is kept of a session.

pub mod video;
