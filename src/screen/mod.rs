//! What a person sees, from three metres away: one figure, one sentence, one number, one word.
//!
//! [`live::draw`] turns a [`live::View`] into pixels on a [`canvas::Canvas`]; [`window::LiveWindow`] puts the canvas
//! on the glass and hands back the keys that were pressed; [`terminal`] says the same in one line where there is no
//! glass. Nothing here knows cameras or models: a view can be made by hand, which is how the screen is tested, by
//! pictures in `tests/screen/`. Every colour and size is in [`theme`], every word in
//! [`crate::i18n`].

#[cfg(feature = "window")]
pub mod canvas;
#[cfg(feature = "window")]
pub mod guide;
#[cfg(feature = "window")]
pub mod layout;
#[cfg(feature = "window")]
pub mod live;
#[cfg(feature = "cli")]
pub mod mobility;
#[cfg(feature = "window")]
pub mod path;
#[cfg(feature = "window")]
pub mod picture;
#[cfg(feature = "window")]
pub mod review;
#[cfg(feature = "window")]
pub mod settings;
pub mod tally;
#[cfg(feature = "cli")]
pub mod terminal;
#[cfg(feature = "window")]
pub mod text;
pub mod theme;
#[cfg(feature = "cli")]
pub mod trend;
#[cfg(feature = "window")]
pub mod widget;
#[cfg(feature = "window")]
pub mod window;
