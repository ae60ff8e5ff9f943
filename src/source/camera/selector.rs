//! Selects a camera by number or name.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::source::SourceError;

/// Selects a camera: any that works, one by its number, or one by its name.
///
/// Written `camera`, `camera:0` or `camera:HD Webcam`; the part before the colon may be omitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The first camera that actually sends frames.
    Any,
    /// The camera with this number.
    Number(u32),
    /// The camera with this name or, if there is none, the first whose name contains it; case is ignored.
    Name(String),
}

/// A camera that the system lists; it need not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) number: u32,
    pub(super) name: String,
}

impl FromStr for Selector {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let which = text.strip_prefix("camera").map_or(text, |rest| rest.strip_prefix(':').unwrap_or(rest)).trim();
        Ok(match which.parse() {
            Ok(number) => Self::Number(number),
            Err(_) if which.is_empty() => Self::Any,
            Err(_) => Self::Name(which.to_owned()),
        })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("camera"),
            Self::Number(number) => write!(formatter, "camera:{number}"),
            Self::Name(name) => write!(formatter, "camera:{name}"),
        }
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Camera {} ({})", self.number, self.name)
    }
}

/// The cameras that match `selector`, in the order in which to try them; never empty.
pub(super) fn candidates(selector: &Selector, listed: &[Listed]) -> Result<Vec<Listed>, SourceError> {
    let found: Vec<Listed> = match selector {
        Selector::Any if listed.is_empty() => return Err(SourceError::NoCamera),
        Selector::Any => listed.to_vec(),
        Selector::Number(number) => listed.iter().filter(|camera| camera.number == *number).cloned().collect(),
        Selector::Name(name) => by_name(name, listed),
    };
    if !found.is_empty() {
        return Ok(found);
    }
    let available = listed.iter().map(|camera| format!("{} ({})", camera.number, camera.name)).collect();
    let wanted = match selector {
        Selector::Name(name) => format!("named {name:?}"),
        Selector::Number(number) => number.to_string(),
        Selector::Any => String::new(),
    };
    Err(SourceError::NoSuchCamera { wanted, available })
}

/// Finds the camera that was `lost` after it came back: by name, as its number may have changed; among several with
/// that name, the one with its number.
pub(super) fn find_returned<'a>(lost: &Listed, listed: &'a [Listed]) -> Option<&'a Listed> {
    listed.iter().find(|&camera| camera == lost).or_else(|| listed.iter().find(|camera| camera.name == lost.name))
}

fn by_name(name: &str, listed: &[Listed]) -> Vec<Listed> {
    let wanted = name.to_lowercase();
    let matching = |fits: fn(&str, &str) -> bool| -> Vec<Listed> {
        listed.iter().filter(|camera| fits(&camera.name.to_lowercase(), &wanted)).cloned().collect()
    };
    let exact = matching(|name, wanted| name == wanted);
    if exact.is_empty() { matching(|name, wanted| name.contains(wanted)) } else { exact }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Vec<Listed> {
        [(0, "HD Webcam"), (1, "HD Webcam"), (2, "HD Webcam Pro"), (4, "Phone")]
            .map(|(number, name)| Listed { number, name: name.to_owned() })
            .to_vec()
    }

    fn numbers(selector: &str) -> Vec<u32> {
        let selector = selector.parse().unwrap();
        candidates(&selector, &listed())
            .map_or_else(|_| Vec::new(), |found| found.iter().map(|camera| camera.number).collect())
    }

    #[test]
    fn a_selector_survives_a_round_trip() {
        let table = [
            ("camera", Selector::Any),
            ("camera:3", Selector::Number(3)),
            ("camera:HD Webcam", Selector::Name("HD Webcam".to_owned())),
        ];
        for (text, selector) in table {
            assert_eq!(text.parse(), Ok(selector.clone()));
            assert_eq!(selector.to_string(), text);
        }
        assert_eq!("camera:".parse(), Ok(Selector::Any));
        assert_eq!("".parse(), Ok(Selector::Any));
        assert_eq!("2".parse(), Ok(Selector::Number(2)));
        assert_eq!("Phone".parse(), Ok(Selector::Name("Phone".to_owned())));
    }

    #[test]
    fn cameras_are_found_by_number_and_name() {
        assert_eq!(numbers("camera"), [0, 1, 2, 4]);
        assert_eq!(numbers("camera:2"), [2]);
        assert_eq!(numbers("camera:hd webcam"), [0, 1]);
        assert_eq!(numbers("camera:webcam"), [0, 1, 2]);
        assert!(numbers("camera:3").is_empty());
        assert!(numbers("camera:Scanner").is_empty());
    }

    #[test]
    fn an_unknown_camera_is_an_error_that_lists_the_known_ones() {
        let message = |selector: &str, listed: &[Listed]| {
            let selector: Selector = selector.parse().unwrap();
            candidates(&selector, listed).unwrap_err().to_string()
        };
        assert!(message("camera:3", &listed()).starts_with("There is no camera 3: choose one of 0 (HD Webcam), "));
        assert!(message("camera:Scanner", &listed()).starts_with("There is no camera named \"Scanner\": choose"));
        assert!(message("camera", &[]).starts_with("No camera was found"));
        assert!(message("camera:0", &[]).contains("no camera was found"));
    }

    #[test]
    fn a_camera_that_comes_back_is_found_by_its_name() {
        let lost = |number, name: &str| Listed { number, name: name.to_owned() };
        let number = |lost: Listed| find_returned(&lost, &listed()).map(|camera| camera.number);
        assert_eq!(number(lost(1, "HD Webcam")), Some(1));
        assert_eq!(number(lost(7, "Phone")), Some(4));
        assert_eq!(number(lost(0, "Scanner")), None);
    }
}
