//! The report of a kept session for a clinician: a single HTML file that needs no script and no network, and prints on
//! A4.

mod chart;
mod content;
mod escape;
mod page;
mod posture;

use std::io::{self, Write};

use askama::Template as _;

use self::page::Page;

pub use content::{MOST_SESSIONS, Report};

impl Report<'_> {
    /// Writes the page.
    ///
    /// # Errors
    /// If `out` cannot be written, or a picture cannot be encoded.
    pub fn write(&mut self, mut out: impl Write) -> io::Result<()> {
        let page = Page::of(self)?.render().map_err(io::Error::other)?;
        out.write_all(page.as_bytes())
    }
}
