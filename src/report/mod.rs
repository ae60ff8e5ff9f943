//! The report of a kept session for a clinician, the page of its comparison with a second measurement, and that of the
//! agreement of raters: single HTML files that need no script and no network, and print on A4. The form for raters plays
//! clips, so it alone has a script.

mod agreement_chart;
mod agreement_page;
mod agreement_remarks;
mod chart;
mod cohort_page;
mod cohort_table;
mod content;
mod course_page;
mod date_chart;
mod escape;
mod measured_share;
mod page;
mod posture;
mod quality;
mod rating_form;
mod rating_page;
mod score_section;
mod supplement;
mod trend_svg;

use std::io::{self, Write};

use askama::Template as _;

use self::page::Page;

pub use agreement_page::write_agreement;
pub use cohort_page::write_cohort;
pub use cohort_table::CohortTable;
pub use content::{MOST_SESSIONS, Report};
pub use course_page::CourseReport;
pub use rating_form::write_rating_form;
pub use rating_page::write_rating;
pub use supplement::{Course, PrescribedWork, ScoreLine, StayedQuantity};
pub use trend_svg::TrendDrawing;

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
