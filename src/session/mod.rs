//! What is kept of a session.
//!
//! Only numbers and pictures that a person asked for are ever written, and only to the place they named.

pub mod export;
pub mod mobility;
pub mod pending;
pub mod replay;
pub mod video;
