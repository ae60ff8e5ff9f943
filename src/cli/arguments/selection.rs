//! Several sessions: named, or all of a kind.

use clap::Args;
use jiff::civil::Date;

use super::{day, filled};

/// Which sessions.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct SelectionArgs {
    /// Which sessions: their ids or names, or `last`
    #[arg(value_name = "ID", required_unless_present_any = ["all", "drill", "since"], conflicts_with_all = ["all", "drill", "since"],
        value_parser = filled)]
    pub ids: Vec<String>,
    /// All sessions: of the person whom --person names, or of everybody
    #[arg(long)]
    pub all: bool,
    /// Those of this drill or programme
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub drill: Option<String>,
    /// Those of this day and later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub since: Option<Date>,
}
