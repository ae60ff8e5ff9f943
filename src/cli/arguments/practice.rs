//! What leads practice: `live`, `mobility`, `demo`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{filled, filled_os};
use crate::cli::who::Who;
use crate::recording::Size;
use crate::source::camera::PictureAspect;

/// A volume.
fn percent(text: &str) -> Result<u8, &'static str> {
    text.trim().parse().ok().filter(|percent| *percent <= 100).ok_or("give a whole number from 0 to 100")
}

/// `bendwise live`
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct LiveArgs {
    /// Camera by number (camera:0) or by part of its name, or a recording to play
    #[arg(long, value_name = "camera:N|NAME|FILE", value_parser = filled_os())]
    pub source: Option<OsString>,
    /// True shape of the camera's picture, such as 16:9, if people look too thin or too wide in it
    #[arg(long, value_name = "W:H", allow_hyphen_values = true)]
    pub aspect: Option<PictureAspect>,
    /// Let the recording come as from a camera: what this computer is too slow for is dropped instead of waited for
    #[arg(long, requires = "source")]
    pub as_camera: bool,
    /// The drill or programme (`bendwise drills` lists them); without it, the bow, and on a recording none
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub drill: Option<String>,
    /// Not led: shows the angles, where each bend comes from and what to try next, and says nothing aloud
    #[arg(long, conflicts_with = "drill")]
    pub free: bool,
    /// Do not ask how your back is before and after (a kept, guided session with a camera does)
    #[arg(long)]
    pub no_questions: bool,
    /// Show the sentences, but say and chime nothing
    #[arg(long)]
    pub silent: bool,
    /// A low hum that grows as your low back rounds; with --silent it is the only sound
    #[arg(long)]
    pub tone: bool,
    /// Measure every frame, also while nothing moves (for the computer it is more work)
    #[arg(long)]
    pub every_frame: bool,
    /// How loud voice, chimes and hum are, percent; without it, as in settings.toml, or 100
    #[arg(long, value_name = "0-100", value_parser = percent, allow_hyphen_values = true)]
    pub volume: Option<u8>,
    /// Whether it is kept.
    #[command(flatten)]
    pub keeping: Keeping,
    /// Who practises.
    #[command(flatten)]
    pub who: Who,
    /// Led, whatever the source is: the start screen said so.
    #[arg(skip)]
    pub led: bool,
}

/// Options of every session with a camera.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct Keeping {
    /// Do not keep this session (otherwise it stays on this machine: `bendwise sessions`)
    #[arg(long)]
    pub no_keep: bool,
    /// The video that is kept with it
    #[arg(long, value_enum, default_value_t)]
    pub video: Video,
    /// Keep faces in the video as they are (otherwise they are covered)
    #[arg(long)]
    pub faces: bool,
}

/// The video of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Video {
    /// None
    Off,
    /// 640 pixels wide
    #[default]
    Small,
    /// As large as the camera's picture
    Full,
}

impl From<Video> for Option<Size> {
    fn from(video: Video) -> Self {
        match video {
            Video::Off => None,
            Video::Small => Some(Size::Small),
            Video::Full => Some(Size::Full),
        }
    }
}

/// `bendwise mobility`
#[derive(Args, Debug)]
pub(in crate::cli) struct MobilityArgs {
    /// Camera by number (camera:0) or by part of its name, or a recording to play
    #[arg(long, value_name = "camera:N|NAME|FILE", value_parser = filled_os())]
    pub source: Option<OsString>,
    /// True shape of the camera's picture, such as 16:9, if people look too thin or too wide in it
    #[arg(long, value_name = "W:H", allow_hyphen_values = true)]
    pub aspect: Option<PictureAspect>,
    /// Show the sentences, but say and chime nothing
    #[arg(long)]
    pub silent: bool,
    /// How loud voice, chimes and hum are, percent; without it, as in settings.toml, or 100
    #[arg(long, value_name = "0-100", value_parser = percent, allow_hyphen_values = true)]
    pub volume: Option<u8>,
    /// Write the result to this JSON file
    #[arg(long, value_name = "OUT.json")]
    pub summary: Option<PathBuf>,
    /// Whether it is kept.
    #[command(flatten)]
    pub keeping: Keeping,
    /// Who practises.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise demo`
#[derive(Args, Debug)]
pub(in crate::cli) struct DemoArgs {
    /// No guidance: bends with their angles and where each comes from
    #[arg(long)]
    pub free: bool,
    /// Close at the end instead of showing the last picture
    #[arg(long)]
    pub once: bool,
}
