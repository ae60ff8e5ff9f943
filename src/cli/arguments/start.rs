//! The options of `bendwise` alone: the start screen.

use std::ffi::OsString;

use clap::Args;

use super::{LiveArgs, filled_os};
use crate::cli::who::{NameParser, Who};
use crate::source::camera::PictureAspect;

/// The heading of these options.
const ALONE: &str = "Options without a command";

/// `bendwise`
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct StartArgs {
    /// Camera by number (camera:0) or by part of its name, or a recording to play
    #[arg(long, value_name = "camera:N|NAME|FILE", help_heading = ALONE, value_parser = filled_os())]
    pub source: Option<OsString>,
    /// True shape of the camera's picture, such as 16:9, if people look too thin or too wide in it
    #[arg(long, value_name = "W:H", allow_hyphen_values = true, help_heading = ALONE)]
    pub aspect: Option<PictureAspect>,
    /// Who practises (`bendwise people` lists them); without it, the only person, or the start screen asks
    // An id of its own: under that of the `--person` of a command's own commands, clap would give it theirs. The variable is
    // read in `who`: were it here, it would look as if this was typed before a command.
    #[arg(id = "person_alone", long = "person", value_name = "NAME", help_heading = ALONE, value_parser = NameParser)]
    pub person: Option<String>,
}

impl StartArgs {
    /// Whether any of them was given.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.source.is_some() || self.aspect.is_some() || self.person.is_some()
    }

    /// Who practises, as the command line or else the variable says.
    pub(in crate::cli) fn who(&self) -> Who {
        self.person.clone().map_or_else(Who::default, |person| Who { person: Some(person) })
    }

    /// The same session without the start screen.
    pub(in crate::cli) fn live(&self) -> LiveArgs {
        LiveArgs { source: self.source.clone(), aspect: self.aspect, who: self.who(), ..LiveArgs::default() }
    }
}
