//! What a person should know of a camera that works, but not well.

use std::fmt;

use super::fault::is_infrared;
use super::mode::{Mode, RATE_MEASURES};

/// What a person should know of a camera that works, but not well: a sentence that says what helps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CameraNote {
    /// It sends too few pictures a second: this many.
    Slow(f64),
    /// It is the infrared camera.
    Infrared,
    /// It sends pictures without colours.
    Grey,
    /// Its pixels are probably not square, and nobody has said what shape they are.
    Shape,
}

impl fmt::Display for CameraNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow(rate) => write!(
                formatter,
                "too few pictures a second, {rate:.0}: give it more light, plug it into another USB port, or use another camera"
            ),
            Self::Infrared => formatter.write_str(
                "this is the infrared camera, whose pictures are grey: use the ordinary one if there is one",
            ),
            Self::Grey => {
                formatter.write_str("its pictures have no colours: use another camera if there is one")
            }
            Self::Shape => formatter.write_str(
                "its pictures may be squeezed, which makes angles wrong: if you look too thin or too wide, say the shape with --aspect 16:9 or --aspect 4:3",
            ),
        }
    }
}

/// The notes on a camera of this name in this mode, whose shape is `known`.
pub(super) fn notes(name: &str, mode: Mode, shape_known: bool) -> Vec<CameraNote> {
    let slow = mode.interval.rate().and_then(slow);
    let grey = match (mode.encoding.is_grey(), is_infrared(name)) {
        (_, true) => Some(CameraNote::Infrared),
        (true, false) => Some(CameraNote::Grey),
        (false, false) => None,
    };
    let shape = (mode.is_television() && !shape_known).then_some(CameraNote::Shape);
    slow.into_iter().chain(grey).chain(shape).collect()
}

/// Whether this many pictures a second are too few to measure bends with.
pub fn is_too_slow(rate: f64) -> bool {
    slow(rate).is_some()
}

/// The note on a camera that sends this many pictures a second, if they are too few.
pub(super) fn slow(rate: f64) -> Option<CameraNote> {
    (rate < RATE_MEASURES).then_some(CameraNote::Slow(rate))
}

#[cfg(test)]
mod tests {
    use super::super::mode::{Encoding, PictureInterval};
    use super::*;

    fn mode(width: u32, height: u32, rate: u32, encoding: Encoding) -> Mode {
        Mode { width, height, interval: PictureInterval::of_rate(rate), encoding }
    }

    fn slow_of(rate: f64) -> bool {
        slow(rate).is_some()
    }

    #[test]
    fn what_is_not_well_is_told_with_what_helps() {
        let told = |name, mode, known| notes(name, mode, known).iter().map(CameraNote::to_string).collect::<Vec<_>>();
        assert!(told("HD Webcam", mode(1280, 720, 30, Encoding::Mjpeg), false).is_empty());
        let slow = told("HD Webcam", mode(1280, 720, 5, Encoding::Yuyv), false);
        assert_eq!(slow.len(), 1);
        assert!(slow[0].starts_with("too few pictures a second, 5: give it more light"), "{slow:?}");
        assert!(slow_of(4.6) && slow_of(11.9) && !slow_of(12.0) && !slow_of(30.0));
        let infrared = told("Integrated IR Camera", mode(640, 360, 15, Encoding::Grey), false);
        assert!(infrared[0].starts_with("this is the infrared camera"), "{infrared:?}");
        assert_eq!(notes("Microscope", mode(640, 480, 30, Encoding::Y16), false), [CameraNote::Grey]);
        let stick = mode(720, 576, 25, Encoding::Mjpeg);
        assert_eq!(notes("USB Video", stick, false), [CameraNote::Shape]);
        assert!(notes("USB Video", stick, true).is_empty());
    }
}
