//! What a person sees, from three metres away: one figure, one sentence, one number, one word.
//!
//! [`live::draw`] turns a [`live::View`] into pixels on a [`canvas::Canvas`]; [`window::LiveWindow`] puts the canvas
//! on the glass and hands back the keys that were pressed; [`terminal`] says the same in one line where there is no
//! glass. Nothing here knows cameras or models: a view can be made by hand, which is how the screen is tested, by
//! pictures in `tests/screen/`. Every colour and size is in [`theme`], every word in
//! [`crate::i18n`].

pub mod canvas;

pub mod guide;
pub mod layout;
pub mod live;
pub mod mobility;
pub mod path;
pub mod picture;
pub mod review;
pub mod settings;
pub mod tally;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod trend;
pub mod widget;
pub mod window;
