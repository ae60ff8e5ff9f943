//! The review of a stored session: the position ([`playback`]), the measured frame at that position ([`kept_frame`]),
//! and the picture at any time ([`SessionPlayer`]).

#[cfg(feature = "store")]
pub mod kept_frame;
pub mod playback;
#[cfg(feature = "store")]
mod player;

#[cfg(feature = "store")]
pub use player::SessionPlayer;
