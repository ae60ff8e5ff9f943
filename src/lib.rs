//! `bendwise` watches a person bend, side-on, through one ordinary camera, and says whether the bend comes from
//! the hips or from the back.
//!
//! A frame passes through the modules from left to right and never back:
//!
//! ```text
//! source ──Frame──▶ pose ──PoseResult──▶ spine ──BackEstimate──▶ geometry ──Measurement──▶ coach ──Event──▶ store, screen, voice
//! ```
//!
//! [`pipeline::Chain`] is this chain of stages; a live session and the analysis of a file run the same one.
//! `ARCHITECTURE.md` says which module may use which, `METHOD.md` gives every formula and threshold.

pub mod app_dirs;
pub mod atomic_file;
pub mod channel;
pub mod cli;
pub mod coach;
pub mod drill_library;
pub mod export;
pub mod fps;
pub mod geometry;
pub mod i18n;
pub mod inference;
pub mod latest_slot;
mod owner_only;
mod panic_guard;
pub mod pipeline;
pub mod pose;
pub mod recording;
pub mod report;
pub mod review;
pub mod screen;
pub mod source;
pub mod spine;
pub mod statistics;
pub mod store;
pub mod suggest;
pub(crate) mod units;
pub mod voice;
