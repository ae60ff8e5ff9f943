//! The parts of the screen, each drawn into its place in the layout.

pub mod backs;
pub mod button;
pub mod card;
pub mod count;
pub mod debug;
pub mod depth;
pub mod figure;
pub mod hand;
pub mod mannequin;
pub mod muted;
pub mod number;
pub mod place;
pub mod placement;
pub mod plate;
pub mod raised_hand;
pub mod reach;
pub mod recording;
pub mod replay;
pub mod ring;
pub mod scale;
pub mod share;
pub mod sign;
pub mod steps;
pub mod tile;
pub mod verdict;
pub mod way_out;
