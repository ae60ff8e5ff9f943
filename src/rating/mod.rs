//! How well people who only look at a bend agree with each other, and with the program.
//!
//! [`ClipMaker`] cuts clips of single repetitions out of the videos of sessions and shuffles them, [`RatingKey`] maps
//! their numbers back, [`Ratings::read`] reads what a rater saw, and [`RatingScore::of`] gives weighted kappa with its
//! interval. The form for the raters and the page of the result are in `report`. `docs/rate.md` tells how to run a
//! study, METHOD.md why it is scored so.

mod bootstrap;
mod clip;
mod clip_maker;
mod error;
#[cfg(test)]
pub(crate) mod fixtures;
mod judgement;
mod kappa;
mod key;
mod ratings;
mod score;
mod score_file;
mod shuffle;
#[cfg(test)]
mod tests;

pub use bootstrap::{FEW_PERSONS, RESAMPLES};
pub use clip_maker::{ClipMaker, ClipSet, SkippedRepetition};
pub use error::{RatingError, RatingFileFault};
pub use judgement::Judgement;
pub use kappa::{ConfusionTable, KappaWeights};
pub use key::{KeyClip, PersonUnit, RatingKey};
pub use ratings::Ratings;
pub use score::{CommonKappas, JudgeCounts, KappaEstimate, PairScore, RatingScore};
