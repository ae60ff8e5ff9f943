//! What a camera's failure means, read from the only thing the camera library gives: a sentence.

use crate::source::SourceError;

/// Why a camera cannot be opened or cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CameraFault {
    /// There is no such device.
    Missing,
    /// It was unplugged.
    Gone,
    /// Another program streams from it.
    Busy,
    /// The user may not open it.
    Forbidden,
    /// It stands in a mode the library cannot read, and therefore cannot leave.
    OddMode(String),
    /// It offers nothing that can be decoded.
    NoMode,
    /// It opened, or hangs in opening, but nothing comes.
    Silent,
    /// Anything else, in the system's words.
    Failing(String),
}

impl CameraFault {
    /// Reads a failure from the library's text. System errors are told by their number: their words depend on the
    /// language.
    pub(super) fn read(text: &str) -> Self {
        let holds = |part: &str| text.contains(part);
        let number = |number: u8| text.contains(&format!("(os error {number})"));
        if number(19) || number(6) {
            Self::Gone
        } else if number(2) {
            Self::Missing
        } else if number(16) {
            Self::Busy
        } else if number(13) || number(1) {
            Self::Forbidden
        } else if holds("Framerate not whole number") || (holds("FrameFormat") && holds("unsupported")) {
            Self::OddMode(text.to_owned())
        } else if holds("Failed to Fufill") || number(25) {
            Self::NoMode
        } else {
            Self::Failing(text.to_owned())
        }
    }

    /// The sentence for a person, about `camera` ("Camera 0 (HD Webcam)").
    pub(super) fn told_of(self, camera: String) -> SourceError {
        match self {
            Self::Missing | Self::Gone => SourceError::CameraGone { camera },
            Self::Busy => SourceError::CameraBusy { camera },
            Self::Forbidden => SourceError::CameraForbidden { camera },
            Self::OddMode(reason) => SourceError::CameraMode { camera, reason },
            Self::NoMode => SourceError::CameraFormats { camera },
            Self::Silent => SourceError::CameraSilent { camera },
            Self::Failing(reason) => SourceError::CameraFailing { camera, reason },
        }
    }
}

/// What to do when frames fail to come, or come as garbage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Wait a moment and ask again: a single failure to queue a buffer heals by itself, and so does a torn frame.
    Wait,
    /// Stop the stream and start it: that heals an input/output error.
    Restart,
    /// Try the next best mode: this one never gave a picture.
    NextMode,
    /// Close the camera and open it again, as if new: it may offer other modes than before.
    OpenAgain,
    /// Nothing helped.
    GiveUp,
}

/// Failures in a row that are only waited for.
const TIMEOUT: u32 = 2;
/// Failures in a row after which no restart will help.
const LIMIT: u32 = 8;

/// What to do after `failures` times without a frame; `proven` tells whether this mode ever gave a picture.
pub(super) fn after_failures(failures: u32, proven: bool) -> Remedy {
    if failures <= TIMEOUT {
        Remedy::Wait
    } else if failures < LIMIT {
        Remedy::Restart
    } else if proven {
        Remedy::GiveUp
    } else {
        Remedy::NextMode
    }
}

/// Frames in a row that cannot be decoded, for a mode that never gave another: a third of a second.
const GARBAGE_AT_FIRST: u32 = 10;
/// The same for a mode that did: a second. Then its stream is started again; after as many more it is opened again.
const GARBAGE_LATER: u32 = 30;

/// What to do after `frames` in a row that cannot be decoded.
pub(super) fn after_garbage(frames: u32, proven: bool) -> Remedy {
    match frames {
        GARBAGE_AT_FIRST.. if !proven => Remedy::NextMode,
        GARBAGE_LATER if proven => Remedy::Restart,
        frames if proven && frames >= 2 * GARBAGE_LATER => Remedy::OpenAgain,
        _ => Remedy::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_nokhwa_are_understood() {
        let table = [
            (r#"Could not open device 0: V4L2 Error: No such file or directory (os error 2)"#, CameraFault::Missing),
            (r#"Could not open device 0: V4L2 Error: Permission denied (os error 13)"#, CameraFault::Forbidden),
            ("Could not open device stream: Device or resource busy (os error 16)", CameraFault::Busy),
            (
                "Could not set device property Resolution, FrameFormat with value 640x480: Appareil occupé (os error 16)",
                CameraFault::Busy,
            ),
            ("Could not capture frame: No such device (os error 19)", CameraFault::Gone),
            ("Could not get device property CameraFormat: Failed to Fufill", CameraFault::NoMode),
            (
                "Could not get device property FrameFormat: Inappropriate ioctl for device (os error 25)",
                CameraFault::NoMode,
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(CameraFault::read(text), wanted, "{text}");
        }
        let odd = "Could not get device property V4L2 FrameRate: Framerate not whole number: 25 / 2";
        assert!(matches!(CameraFault::read(odd), CameraFault::OddMode(_)));
        assert!(matches!(
            CameraFault::read("Could not get device property FrameFormat: unsupported"),
            CameraFault::OddMode(_)
        ));
        let fatal = "Could not capture frame: Input/output error (os error 5)";
        assert_eq!(CameraFault::read(fatal), CameraFault::Failing(fatal.to_owned()));
    }

    #[test]
    fn every_fault_is_one_sentence_that_names_the_camera() {
        let reason = || "why".to_owned();
        let faults = [
            CameraFault::Missing,
            CameraFault::Gone,
            CameraFault::Busy,
            CameraFault::Forbidden,
            CameraFault::NoMode,
            CameraFault::Silent,
        ];
        for fault in faults.into_iter().chain([CameraFault::OddMode(reason()), CameraFault::Failing(reason())]) {
            let told = fault.told_of("Camera 0 (HD Webcam)".to_owned()).to_string();
            assert!(told.starts_with("Camera 0 (HD Webcam) ") && told.contains(": "), "{told}");
        }
        assert!(CameraFault::Busy.told_of("X".to_owned()).to_string().contains("in use by another program"));
        assert!(CameraFault::Forbidden.told_of("X".to_owned()).to_string().contains("-aG video"));
    }

    #[test]
    fn first_wait_then_restart_then_leave_the_mode_or_give_up() {
        let course = |proven| (1..=8).map(move |failures| after_failures(failures, proven)).collect::<Vec<_>>();
        assert_eq!(course(true)[..3], [Remedy::Wait, Remedy::Wait, Remedy::Restart]);
        assert_eq!(course(true)[6..], [Remedy::Restart, Remedy::GiveUp]);
        assert_eq!(course(false)[6..], [Remedy::Restart, Remedy::NextMode]);
    }

    #[test]
    fn garbage_is_borne_for_a_while() {
        let changes = |proven| {
            let remedies = (1..=60).map(move |frames| (frames, after_garbage(frames, proven)));
            remedies.filter(|&(_, remedy)| remedy != Remedy::Wait).collect::<Vec<_>>()
        };
        assert_eq!(changes(false)[0], (10, Remedy::NextMode));
        assert_eq!(changes(true), [(30, Remedy::Restart), (60, Remedy::OpenAgain)]);
    }
}
