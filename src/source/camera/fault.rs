//! Classifies camera failures by the error text, which is all that the camera library reports.

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
    /// It offers no mode that can be decoded.
    NoMode,
    /// It opened, or hangs while opening, but sends nothing.
    Silent,
    /// Anything else, in the system's words.
    Failing(String),
}

impl CameraFault {
    /// Classifies a failure by the library's text. System errors are recognised by their number, as their text depends
    /// on the language.
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
        } else if holds("Failed to Fufill") || number(25) {
            Self::NoMode
        } else {
            Self::Failing(text.to_owned())
        }
    }

    /// The error to show to the user, about `camera` ("Camera 0 (HD Webcam)").
    pub(super) fn into_source_error(self, camera: String) -> SourceError {
        match self {
            Self::Missing | Self::Gone => SourceError::CameraGone { camera },
            Self::Busy => SourceError::CameraBusy { camera },
            Self::Forbidden => SourceError::CameraForbidden { camera },
            Self::NoMode if is_infrared(&camera) => SourceError::CameraInfrared { camera },
            Self::NoMode => SourceError::CameraFormats { camera },
            Self::Silent => SourceError::CameraSilent { camera },
            Self::Failing(reason) => SourceError::CameraFailing { camera, reason },
        }
    }
}

/// Whether a camera is one for infrared light, as laptops have beside the ordinary one to know their owner by. The second
/// name is what Linux leaves of "Integrated Camera: Integrated IR".
pub(super) fn is_infrared(name: &str) -> bool {
    let name = name.trim_end_matches(')').to_lowercase();
    let words = || name.split(|letter: char| !letter.is_alphanumeric());
    words().any(|word| word == "ir" || word == "infrared") || name.ends_with(": integrated i")
}

/// What to do when frames fail to arrive or cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Wait a moment and try again: a single failure to queue a buffer, or a torn frame, is transient.
    Wait,
    /// Stop the stream and start it again: this clears an input/output error.
    Restart,
    /// Try the next best mode: this one never yielded a picture.
    NextMode,
    /// Close the camera and open it again: it may offer other modes than before.
    Reopen,
    /// Nothing helped.
    GiveUp,
}

/// Failures in a row that are only waited out.
const WAITED_OUT: u32 = 2;
/// Failures in a row after which restarting is given up.
const MOST_FAILURES: u32 = 8;

/// The remedy after `failures` failures in a row; `proven` says whether this mode ever yielded a picture.
pub(super) fn after_failures(failures: u32, proven: bool) -> Remedy {
    if failures <= WAITED_OUT {
        Remedy::Wait
    } else if failures < MOST_FAILURES {
        Remedy::Restart
    } else if proven {
        Remedy::GiveUp
    } else {
        Remedy::NextMode
    }
}

/// Waits in vain in a row, of about a second each, after which a stream that fell silent is started again; three times as many, and
/// that did not help. One from which nothing has come yet has twice as long before it is started again: many cameras take a second
/// to begin, some, in the dark or telephones, four or five, and starting them again only delays them. [own]
const SILENT_WAITS: u32 = 3;
/// How often that is doubled while the camera is opened again and again in vain: 3 s to 12 s. [own]
const MOST_DOUBLINGS: u32 = 2;

/// The remedy after `waits` in vain in a row; `rounds` says how often the camera was opened without a picture before. A camera that
/// is only silent is never given up: that of a telephone sends pictures again once its program is gone on with.
pub(super) fn after_silence(waits: u32, rounds: u32, proven: bool) -> Remedy {
    let patience = SILENT_WAITS << rounds.min(MOST_DOUBLINGS);
    let restarted_after = if proven { patience } else { 2 * patience };
    if waits == restarted_after {
        Remedy::Restart
    } else if waits < 3 * patience {
        Remedy::Wait
    } else if proven {
        Remedy::Reopen
    } else {
        Remedy::NextMode
    }
}

/// Undecodable frames in a row after which an unproven mode is given up: a third of a second.
const GARBAGE_UNPROVEN: u32 = 10;
/// The same for a proven mode: a second. Then its stream is restarted; after as many more the camera is reopened.
const GARBAGE_PROVEN: u32 = 30;

/// The remedy after `frames` undecodable frames in a row.
pub(super) fn after_garbage(frames: u32, proven: bool) -> Remedy {
    match frames {
        GARBAGE_UNPROVEN.. if !proven => Remedy::NextMode,
        GARBAGE_PROVEN if proven => Remedy::Restart,
        frames if proven && frames >= 2 * GARBAGE_PROVEN => Remedy::Reopen,
        _ => Remedy::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_errors_of_the_libraries_are_recognised() {
        let table = [
            (r#"Could not open device 0: V4L2 Error: No such file or directory (os error 2)"#, CameraFault::Missing),
            (r#"Could not open device 0: V4L2 Error: Permission denied (os error 13)"#, CameraFault::Forbidden),
            ("Could not open device stream: Device or resource busy (os error 16)", CameraFault::Busy),
            (
                "Could not set device property Resolution, FrameFormat with value 640x480: Appareil occupé (os error 16)",
                CameraFault::Busy,
            ),
            ("Could not capture frame: No such device (os error 19)", CameraFault::Gone),
            ("No such device (os error 19)", CameraFault::Gone),
            ("Kein passendes Gerät gefunden (os error 19)", CameraFault::Gone),
            ("Inappropriate ioctl for device (os error 25)", CameraFault::NoMode),
            ("Could not get device property CameraFormat: Failed to Fufill", CameraFault::NoMode),
            (
                "Could not get device property FrameFormat: Inappropriate ioctl for device (os error 25)",
                CameraFault::NoMode,
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(CameraFault::read(text), wanted, "{text}");
        }
        let fatal = "Could not capture frame: Input/output error (os error 5)";
        assert_eq!(CameraFault::read(fatal), CameraFault::Failing(fatal.to_owned()));
    }

    #[test]
    fn every_fault_is_one_sentence_that_names_the_camera() {
        let faults = [
            CameraFault::Missing,
            CameraFault::Gone,
            CameraFault::Busy,
            CameraFault::Forbidden,
            CameraFault::NoMode,
            CameraFault::Silent,
        ];
        for fault in faults.into_iter().chain([CameraFault::Failing("why".to_owned())]) {
            let message = fault.into_source_error("Camera 0 (HD Webcam)".to_owned()).to_string();
            assert!(message.starts_with("Camera 0 (HD Webcam) ") && message.contains(": "), "{message}");
        }
        assert!(CameraFault::Busy.into_source_error("X".to_owned()).to_string().contains("in use by another program"));
        assert!(CameraFault::Forbidden.into_source_error("X".to_owned()).to_string().contains("-aG video"));
    }

    #[test]
    fn an_infrared_camera_is_told_by_its_name() {
        for name in [
            "Camera 2 (Integrated IR Camera)",
            "Camera 1 (Integrated Camera: Integrated I)",
            "USB2.0 HD UVC IR WebCam",
            "Infrared",
        ] {
            assert!(is_infrared(name), "{name}");
            let told = CameraFault::NoMode.into_source_error(name.to_owned()).to_string();
            assert!(told.contains("is the infrared camera") && told.contains(": choose"), "{told}");
        }
        for name in ["Camera 0 (Integrated Camera: Integrated C)", "Camera 0 (HD Webcam)", "Mirror", "Iriun Webcam"] {
            assert!(!is_infrared(name), "{name}");
        }
    }

    #[test]
    fn failures_are_waited_out_then_restart_then_change_the_mode_or_give_up() {
        let remedies = |proven| (1..=8).map(move |failures| after_failures(failures, proven)).collect::<Vec<_>>();
        assert_eq!(remedies(true)[..3], [Remedy::Wait, Remedy::Wait, Remedy::Restart]);
        assert_eq!(remedies(true)[6..], [Remedy::Restart, Remedy::GiveUp]);
        assert_eq!(remedies(false)[6..], [Remedy::Restart, Remedy::NextMode]);
    }

    #[test]
    fn a_silent_stream_is_started_again_once_and_then_left_for_another() {
        let changes = |rounds, proven| {
            let remedies = (1..=36).map(move |waits| (waits, after_silence(waits, rounds, proven)));
            remedies.filter(|&(_, remedy)| remedy != Remedy::Wait).take(2).collect::<Vec<_>>()
        };
        assert_eq!(changes(0, false), [(6, Remedy::Restart), (9, Remedy::NextMode)]);
        assert_eq!(changes(0, true), [(3, Remedy::Restart), (9, Remedy::Reopen)]);
        assert_eq!(changes(1, false), [(12, Remedy::Restart), (18, Remedy::NextMode)]);
        assert_eq!(changes(u32::MAX, false), [(24, Remedy::Restart), (36, Remedy::NextMode)]);
    }

    #[test]
    fn garbage_is_tolerated_for_a_while() {
        let changes = |proven| {
            let remedies = (1..=60).map(move |frames| (frames, after_garbage(frames, proven)));
            remedies.filter(|&(_, remedy)| remedy != Remedy::Wait).collect::<Vec<_>>()
        };
        assert_eq!(changes(false)[0], (10, Remedy::NextMode));
        assert_eq!(changes(true), [(30, Remedy::Restart), (60, Remedy::Reopen)]);
    }
}
