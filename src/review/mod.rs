//! What a review of a kept session shows: where it stands ([`playback`]), the frame at that place as it was measured
//! ([`kept_frame`]), and the picture of any moment ([`SessionPlayer`]).

#[cfg(feature = "store")]
pub mod kept_frame;
pub mod playback;
#[cfg(feature = "store")]
mod player;

#[cfg(feature = "store")]
pub use player::SessionPlayer;
