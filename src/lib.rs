//! `bendwise` watches a person bend, side-on, through one ordinary camera, and says whether the bend comes from
//! the hips or from the back.
//!
//! A frame goes through the rooms from left to right and never back:
//!
//! ```text
//! source ──Frame──▶ pose ──Sighting──▶ spine ──Dorsal──▶ geometry ──Measurement──▶ coach ──Progress──▶ session, screen
//! ```
//!
//! [`chain::Chain`] is that row of rooms; a live session and the analysis of a file run the same one.
//! `ARCHITECTURE.md` tells what each room may know, `METHOD.md` every formula and threshold.

pub(crate) mod angle;
pub mod chain;
pub mod coach;
pub mod command;
pub mod geometry;
pub mod handover;
pub mod latest;
pub mod library;
pub mod paths;
pub mod pose;

pub mod practice;
pub mod rate;
pub mod report;
pub mod screen;
pub mod session;
pub mod source;
pub mod spelling;
pub mod spine;
pub mod stages;
pub mod statistics;
pub mod voice;
pub mod words;
