//! The display, readable from three metres away: one figure, one sentence, one number, one word.
//!
//! [`live::draw`] turns a [`live::View`] into pixels on a [`canvas::Canvas`]; [`window::LiveWindow`] shows the canvas
//! and returns the pressed keys; [`terminal`] shows the same in one line if there is no window. Nothing here knows
//! cameras or models: views can be built by hand, which is how the screen is tested, with pictures in `tests/screen/`.
//! Every colour and size is in [`theme`], every text in [`crate::i18n`].

#[cfg(feature = "window")]
pub mod canvas;
#[cfg(feature = "window")]
pub mod display;
#[cfg(feature = "window")]
pub mod framing;
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
mod results;
#[cfg(feature = "window")]
pub mod review;
#[cfg(feature = "window")]
pub mod safety_line;
#[cfg(feature = "cli")]
pub mod score;
#[cfg(feature = "window")]
pub mod settings;
#[cfg(feature = "window")]
pub mod spelling;
#[cfg(feature = "window")]
pub mod start;
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
#[cfg(all(feature = "window", target_os = "linux"))]
mod x11;
#[cfg(all(feature = "window", target_os = "linux"))]
pub mod x11_display;
#[cfg(all(feature = "window", target_os = "linux"))]
mod x11_shared;
