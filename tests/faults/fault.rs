//! What goes wrong in a round.

use std::thread;
use std::time::Duration;

use crate::random::Random;
use crate::session::Session;
use crate::tools::{Control, Kind};

const DAY: i32 = 24 * 60 * 60;

/// How long something is wrong that is wrong shortly.
const SHORTLY: Duration = Duration::from_secs(1);

/// How long a disk is frozen that is frozen long.
const LONG: Duration = Duration::from_secs(30);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// SIGKILL in a live session.
    Kill,
    /// SIGKILL in an analysis.
    KillAnalysis,
    /// Nothing more fits on the disk.
    DiskFull,
    /// The same for a second.
    DiskFullShortly,
    /// fsync fails with EIO.
    SyncFails,
    /// fsync takes 300 ms.
    SyncWaits,
    /// Every write waits for one to four seconds.
    Freezes,
    /// Every write waits for half a minute, and a recording with it.
    FreezesLong,
    /// The same where the pictures come from a camera, which does not wait.
    FreezesLongWithCamera,
    /// Writes fail with EIO.
    WriteFails,
    /// The same for a second.
    WriteFailsShortly,
    /// The display goes away.
    DisplayGoes,
    /// The clock goes a day forward or back, and the session is looked at in another time zone.
    Clock,
    /// The power goes: of each file only what was synced is left.
    PowerLost,
    /// The camera is unplugged, and stays so.
    Unplugged,
    /// The camera is unplugged, and plugged in again.
    UnpluggedShortly,
    /// The camera answers with EIO.
    CameraFails,
    /// The same while the session is paused, in a window.
    CameraFailsWhilePaused,
}

impl Fault {
    pub const ALL: [Self; 18] = [
        Self::Kill,
        Self::KillAnalysis,
        Self::DiskFull,
        Self::DiskFullShortly,
        Self::SyncFails,
        Self::SyncWaits,
        Self::Freezes,
        Self::FreezesLong,
        Self::FreezesLongWithCamera,
        Self::WriteFails,
        Self::WriteFailsShortly,
        Self::DisplayGoes,
        Self::Clock,
        Self::PowerLost,
        Self::Unplugged,
        Self::UnpluggedShortly,
        Self::CameraFails,
        Self::CameraFailsWhilePaused,
    ];

    /// Whether all that is measured is kept, and nobody is told otherwise.
    pub fn is_harmless(self) -> bool {
        self.is_of_camera() || matches!(self, Self::SyncWaits | Self::Freezes | Self::FreezesLong | Self::Clock)
    }

    /// Whether the session ends by it, without having a chance to write its end.
    pub fn ends(self) -> bool {
        matches!(self, Self::Kill | Self::KillAnalysis | Self::DisplayGoes | Self::PowerLost)
    }

    /// Whether the session ends with an error.
    pub fn is_an_error(self) -> bool {
        matches!(self, Self::CameraFails | Self::CameraFailsWhilePaused)
    }

    /// Whether it is the camera that has it.
    fn is_of_camera(self) -> bool {
        use Fault::{CameraFails, CameraFailsWhilePaused, Unplugged, UnpluggedShortly};
        matches!(self, Unplugged | UnpluggedShortly | CameraFails | CameraFailsWhilePaused)
    }

    /// Whether the pictures come from a camera.
    pub fn has_camera(self) -> bool {
        self.is_of_camera() || self == Self::FreezesLongWithCamera
    }

    /// Whether the session has a window, and frames cannot be counted in the terminal.
    pub fn has_window(self) -> bool {
        matches!(self, Self::DisplayGoes | Self::CameraFailsWhilePaused)
    }

    /// What has to be said of it, one of these, if anything.
    pub fn told(self) -> &'static [&'static str] {
        match self {
            Self::Unplugged | Self::UnpluggedShortly => &["No picture comes from the camera"],
            // Or, where its last pictures are with the encoder already, the end of the session is waited for.
            Self::FreezesLong => &["The picture stands still", "The disk is slow"],
            Self::CameraFails | Self::CameraFailsWhilePaused => &["keeps failing: unplug it and plug it in again"],
            _ => &[],
        }
    }

    /// Makes it happen, and end if it does.
    pub fn inflict(self, session: &mut Session, random: &mut Random) {
        let Session { control, disk, display, .. } = &mut *session;
        match self {
            Self::Kill | Self::KillAnalysis | Self::PowerLost => session.signal("KILL"),
            Self::DiskFull => disk.as_ref().unwrap().fill(),
            Self::DiskFullShortly => {
                disk.as_ref().unwrap().fill();
                thread::sleep(SHORTLY);
                disk.as_ref().unwrap().make_room();
            }
            Self::SyncFails => control.set(Kind::SyncFails, 0),
            Self::SyncWaits => control.set(Kind::SyncWaits, 300),
            Self::Freezes => for_a_while(control, Kind::Freezes, Duration::from_millis(random.within(1000, 4000))),
            Self::FreezesLong | Self::FreezesLongWithCamera => for_a_while(control, Kind::Freezes, LONG),
            Self::WriteFails => control.set(Kind::WriteFails, 0),
            Self::WriteFailsShortly => for_a_while(control, Kind::WriteFails, SHORTLY),
            Self::DisplayGoes => display.as_mut().unwrap().close(),
            Self::Clock => control.set(Kind::Clock, if random.within(0, 2) == 0 { DAY } else { -DAY }),
            Self::Unplugged => control.set(Kind::Unplugged, 0),
            Self::UnpluggedShortly => {
                control.set(Kind::Unplugged, 0);
                session.wait_for_words(self.told()[0]);
                thread::sleep(Duration::from_millis(random.within(0, 3000)));
                session.control.set(Kind::None, 0);
            }
            Self::CameraFails => control.set(Kind::CameraFails, 0),
            Self::CameraFailsWhilePaused => {
                session.pause();
                session.control.set(Kind::CameraFails, 0);
            }
        }
    }
}

fn for_a_while(control: &Control, kind: Kind, time: Duration) {
    control.set(kind, 0);
    thread::sleep(time);
    control.set(Kind::None, 0);
}
