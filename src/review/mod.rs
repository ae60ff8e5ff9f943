//! What a review of a kept session shows: where it stands ([`playback`]), the frame at that place as it was measured
//! ([`kept_frame`]), and the picture of any moment ([`SessionPlayer`]).

pub mod kept_frame;
pub mod playback;
mod player;

pub use player::SessionPlayer;
