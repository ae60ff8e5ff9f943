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
//! In your own program it takes three steps: a source, a chain, a loop.
//!
//! ```no_run
//! use bendwise::coach::{Event, Verdict};
//! use bendwise::pipeline::Chain;
//! use bendwise::source::{Delivery, Source};
//!
//! fn judge(source: &mut dyn Source) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut chain = Chain::open_default(&mut |line| eprintln!("{line}"))?;
//!     while let Delivery::Frame(frame) = source.next()? {
//!         for event in chain.observe(frame)?.progress.events {
//!             if let Event::RepetitionFinished(repetition) = event {
//!                 println!("from the {}", Verdict::word(repetition.verdict));
//!             }
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! `examples/measure_file.rs` is that for a video, `examples/live_events.rs` for a camera: whole programs of some 25 lines.
//!
//! `ARCHITECTURE.md` says which module may use which, `METHOD.md` gives every formula and threshold.
//!
//! # Features
//!
//! All are on by default. With none of them there is the engine: from a [`source::Frame`] to a [`coach::Event`].
//!
//! | feature | adds |
//! |---|---|
//! | `camera` | `source::camera` |
//! | `video` | `source::video`, `source::pictures`; together with `camera` also `source::open`, which takes either |
//! | `store` | `store`, `recording`, `export`, `review`: kept sessions; brings in `video` |
//! | `parquet` | Parquet in `export`, and `archive`; brings in `store` |
//! | `window` | `screen` |
//! | `voice` | `voice` |
//! | `report` | `report`, `agreement`, `rating`; brings in `parquet`, for the page of a cohort |
//! | `cli` | the program; brings in all of the above |
//! | `embedded-models` | the four networks, 20 MB, inside the program; without it they are read from a folder |

/// Pictures and angles come in the types of these two.
pub use {euclid, image};

#[cfg(feature = "report")]
pub mod agreement;
pub mod app_dirs;
#[cfg(feature = "parquet")]
pub mod archive;
#[cfg(feature = "store")]
pub mod atomic_file;
pub mod channel;
#[cfg(feature = "cli")]
pub mod cli;
pub mod coach;
pub mod drill_library;
#[cfg(feature = "store")]
pub mod export;
pub mod fps;
pub mod geometry;
#[cfg(feature = "i18n")]
pub mod i18n;
pub mod inference;
mod input_file;
pub mod language;
pub mod latest_slot;
// Without a store only its folders are used: those of the runtime library.
#[cfg_attr(not(feature = "store"), allow(dead_code))]
mod owner_only;
#[cfg(any(feature = "camera", feature = "video"))]
mod panic_guard;
pub mod pipeline;
pub mod pose;
#[cfg(feature = "cli")]
pub mod preferences;
#[cfg(feature = "store")]
pub mod prescription;
#[cfg(feature = "report")]
pub mod rating;
#[cfg(feature = "store")]
pub mod recording;
#[cfg(feature = "report")]
pub mod report;
#[cfg(any(feature = "store", feature = "window"))]
pub mod review;
#[cfg(any(feature = "report", feature = "window"))]
pub mod screen;
pub mod source;
pub mod spine;
pub mod statistics;
#[cfg(feature = "store")]
pub mod store;
pub mod suggest;
mod text_file;
pub(crate) mod units;
pub mod visible;
#[cfg(feature = "voice")]
pub mod voice;
