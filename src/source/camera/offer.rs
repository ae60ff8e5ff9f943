//! The modes that a driver of Linux offers, from what it says of itself.
//!
//! Drivers describe sizes and rates one by one or as ranges with a step; of a range, those near the wanted ones are
//! taken. A driver that names no sizes, as those of television cards, is used in the one it is in.

use super::fault::CameraFault;
use super::mode::{Encoding, Mode, PictureInterval, SIZE_IDEAL};

/// What a driver says of the pictures it can give.
pub(super) trait Offer {
    /// The pixel formats, by their four letters.
    fn formats(&self) -> Result<Vec<[u8; 4]>, CameraFault>;

    /// The sizes in a format; empty if it does not say.
    fn sizes(&self, format: [u8; 4]) -> Vec<SizeOffer>;

    /// The intervals in a format and size; empty if it does not say.
    fn intervals(&self, format: [u8; 4], size: (u32, u32)) -> Vec<IntervalOffer>;

    /// The size that it has now.
    fn present_size(&self) -> Option<(u32, u32)>;
}

/// A size, or all from `least` to `most` in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SizeOffer {
    pub(super) least: (u32, u32),
    pub(super) most: (u32, u32),
    pub(super) step: (u32, u32),
}

/// An interval, or all from the shortest to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IntervalOffer {
    One(PictureInterval),
    Range { shortest: PictureInterval, longest: PictureInterval },
}

/// The sizes to look for in a range, pixels.
const WANTED_SIZES: [(u32, u32); 5] = [SIZE_IDEAL, (1920, 1080), (1024, 768), (800, 600), (640, 480)];

/// The interval to look for in a range.
const WANTED_INTERVAL: PictureInterval = PictureInterval::of_rate(30);

/// Linux's names of pixel formats, and what they are. Those with an opacity are read without it.
const FORMATS: [(&[u8; 4], Encoding); 32] = [
    (b"YUYV", Encoding::Yuyv),
    (b"UYVY", Encoding::Uyvy),
    (b"YVYU", Encoding::Yvyu),
    (b"VYUY", Encoding::Vyuy),
    (b"NV12", Encoding::Nv12),
    (b"NV21", Encoding::Nv21),
    (b"NV16", Encoding::Nv16),
    (b"NV61", Encoding::Nv61),
    (b"YU12", Encoding::I420),
    (b"YV12", Encoding::Yv12),
    (b"422P", Encoding::I422),
    (b"RGB3", Encoding::Rgb),
    (b"BGR3", Encoding::Bgr),
    (b"XB24", Encoding::Rgbx),
    (b"AB24", Encoding::Rgbx),
    (b"XR24", Encoding::Bgrx),
    (b"AR24", Encoding::Bgrx),
    (b"BGR4", Encoding::Bgrx),
    (b"BX24", Encoding::Xrgb),
    (b"BA24", Encoding::Xrgb),
    (b"RGB4", Encoding::Xrgb),
    (b"RX24", Encoding::Xbgr),
    (b"RA24", Encoding::Xbgr),
    (b"RGBP", Encoding::Rgb565),
    (b"MJPG", Encoding::Mjpeg),
    (b"JPEG", Encoding::Mjpeg),
    (b"GREY", Encoding::Grey),
    (b"Y8  ", Encoding::Grey),
    (b"Y800", Encoding::Grey),
    (b"Y10 ", Encoding::Y10),
    (b"Y12 ", Encoding::Y12),
    (b"Y16 ", Encoding::Y16),
];

/// What a format is; `None` of one that cannot be decoded.
pub(super) fn encoding_of(format: [u8; 4]) -> Option<Encoding> {
    FORMATS.iter().find(|(name, _)| **name == format).map(|&(_, encoding)| encoding)
}

/// The names that a driver may have for an encoding.
pub(super) fn names_of(encoding: Encoding) -> impl Iterator<Item = [u8; 4]> {
    FORMATS.iter().filter(move |(_, of)| *of == encoding).map(|(name, _)| **name)
}

/// All modes to choose among.
pub(super) fn modes(offer: &impl Offer) -> Result<Vec<Mode>, CameraFault> {
    let mut modes = Vec::new();
    for format in offer.formats()? {
        let Some(encoding) = encoding_of(format) else { continue };
        for (width, height) in sizes(offer, format) {
            for interval in intervals(&offer.intervals(format, (width, height))) {
                modes.push(Mode { width, height, interval, encoding });
            }
        }
    }
    Ok(modes)
}

fn sizes(offer: &impl Offer, format: [u8; 4]) -> Vec<(u32, u32)> {
    let offered = offer.sizes(format);
    if offered.is_empty() {
        return offer.present_size().into_iter().collect();
    }
    let mut sizes: Vec<_> = offered.iter().flat_map(SizeOffer::near_wanted).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// A driver that says nothing about its rate is used at the one it has.
fn intervals(offered: &[IntervalOffer]) -> Vec<PictureInterval> {
    match offered {
        [] => vec![PictureInterval::default()],
        offered => offered.iter().map(|offer| offer.nearest(WANTED_INTERVAL)).collect(),
    }
}

impl SizeOffer {
    /// A single size.
    pub(super) fn one(width: u32, height: u32) -> Self {
        Self { least: (width, height), most: (width, height), step: (1, 1) }
    }

    /// Those sizes in it that are nearest to the wanted ones.
    fn near_wanted(&self) -> Vec<(u32, u32)> {
        let near = |wanted: u32, least: u32, most: u32, step: u32| {
            let (most, step) = (most.max(least), step.max(1));
            let steps = (wanted.clamp(least, most) - least + step / 2) / step;
            least + steps.min((most - least) / step) * step
        };
        let both = |wanted: (u32, u32)| {
            let width = near(wanted.0, self.least.0, self.most.0, self.step.0);
            (width, near(wanted.1, self.least.1, self.most.1, self.step.1))
        };
        WANTED_SIZES.map(both).to_vec()
    }
}

impl IntervalOffer {
    fn nearest(&self, wanted: PictureInterval) -> PictureInterval {
        let seconds = |interval: PictureInterval| interval.rate().map(f64::recip);
        match *self {
            Self::One(interval) => interval,
            Self::Range { shortest, .. } if seconds(shortest) > seconds(wanted) => shortest,
            Self::Range { longest, .. } if seconds(longest).is_some_and(|longest| Some(longest) < seconds(wanted)) => {
                longest
            }
            Self::Range { .. } => wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::mode::ranked;
    use super::*;

    /// A driver as its lists describe it.
    #[derive(Default)]
    struct Described {
        formats: Vec<[u8; 4]>,
        sizes: Vec<SizeOffer>,
        intervals: Vec<((u32, u32), IntervalOffer)>,
        present: Option<(u32, u32)>,
    }

    impl Offer for Described {
        fn formats(&self) -> Result<Vec<[u8; 4]>, CameraFault> {
            Ok(self.formats.clone())
        }

        fn sizes(&self, _format: [u8; 4]) -> Vec<SizeOffer> {
            self.sizes.clone()
        }

        fn intervals(&self, _format: [u8; 4], size: (u32, u32)) -> Vec<IntervalOffer> {
            self.intervals.iter().filter(|(of, _)| *of == size || *of == (0, 0)).map(|&(_, offer)| offer).collect()
        }

        fn present_size(&self) -> Option<(u32, u32)> {
            self.present
        }
    }

    fn best(described: &Described) -> Option<String> {
        ranked(modes(described).unwrap()).first().map(Mode::to_string)
    }

    fn at(rate: u32) -> IntervalOffer {
        IntervalOffer::One(PictureInterval::of_rate(rate))
    }

    #[test]
    fn every_kind_of_driver_is_opened_in_its_best_mode() {
        let yuyv = || vec![*b"YUYV"];
        let everywhere = |offer| vec![((0, 0), offer)];
        let range = |least, most, step| vec![SizeOffer { least, most, step }];
        let uneven = |numerator, denominator| IntervalOffer::One(PictureInterval { numerator, denominator });
        let table = [
            // 720p is slower than a thumbnail.
            (
                Described {
                    formats: yuyv(),
                    sizes: vec![SizeOffer::one(1280, 720), SizeOffer::one(320, 240)],
                    intervals: vec![((1280, 720), at(15)), ((320, 240), at(30))],
                    ..Described::default()
                },
                "1280x720 YUYV at 15 fps",
            ),
            // Sizes in steps, to far beyond what is useful.
            (
                Described {
                    formats: yuyv(),
                    sizes: range((32, 32), (2592, 1944), (2, 2)),
                    intervals: everywhere(at(30)),
                    ..Described::default()
                },
                "1280x720 YUYV at 30 fps",
            ),
            // In steps that do not meet 1280x720.
            (
                Described {
                    formats: yuyv(),
                    sizes: range((48, 32), (4096, 2160), (96, 64)),
                    intervals: everywhere(at(30)),
                    ..Described::default()
                },
                "1296x736 YUYV at 30 fps",
            ),
            // A range that does not reach it.
            (
                Described {
                    formats: yuyv(),
                    sizes: range((16, 16), (768, 576), (1, 1)),
                    intervals: everywhere(IntervalOffer::Range {
                        shortest: PictureInterval::of_rate(25),
                        longest: PictureInterval::of_rate(5),
                    }),
                    ..Described::default()
                },
                "768x576 YUYV at 25 fps",
            ),
            // Rates in a range.
            (
                Described {
                    formats: vec![*b"NV21"],
                    sizes: vec![SizeOffer::one(1280, 720)],
                    intervals: everywhere(IntervalOffer::Range {
                        shortest: PictureInterval::of_rate(1000),
                        longest: PictureInterval { numerator: 10, denominator: 1 },
                    }),
                    ..Described::default()
                },
                "1280x720 NV21 at 30 fps",
            ),
            // Rates that are no whole number.
            (
                Described {
                    formats: yuyv(),
                    sizes: vec![SizeOffer::one(1280, 720)],
                    intervals: everywhere(uneven(1001, 30000)),
                    ..Described::default()
                },
                "1280x720 YUYV at 29.97 fps",
            ),
            // A television card names neither sizes nor rates.
            (Described { formats: vec![*b"UYVY"], present: Some((720, 576)), ..Described::default() }, "720x576 UYVY"),
            // Grey beside colours, and alone.
            (
                Described {
                    formats: vec![*b"GREY", *b"YU12"],
                    sizes: vec![SizeOffer::one(640, 480)],
                    intervals: everywhere(at(30)),
                    ..Described::default()
                },
                "640x480 YU12 at 30 fps",
            ),
            (
                Described {
                    formats: vec![*b"Y10 "],
                    sizes: vec![SizeOffer::one(640, 360)],
                    intervals: everywhere(at(15)),
                    ..Described::default()
                },
                "640x360 Y10 at 15 fps",
            ),
        ];
        for (described, wanted) in table {
            assert_eq!(best(&described).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn a_format_that_cannot_be_decoded_is_left_out() {
        let raw = Described {
            formats: vec![*b"BA81", *b"H264"],
            sizes: vec![SizeOffer::one(640, 480)],
            intervals: vec![((0, 0), at(30))],
            ..Described::default()
        };
        assert_eq!(best(&raw), None);
    }

    #[test]
    fn a_range_that_makes_no_sense_is_survived() {
        let mad = SizeOffer { least: (640, 480), most: (0, 0), step: (0, 0) };
        assert_eq!(mad.near_wanted()[0], (640, 480));
        let none = PictureInterval::default();
        assert_eq!(IntervalOffer::Range { shortest: none, longest: none }.nearest(WANTED_INTERVAL), WANTED_INTERVAL);
    }

    #[test]
    fn every_encoding_that_a_driver_may_have_is_found_by_its_name() {
        assert_eq!(encoding_of(*b"BGR4"), Some(Encoding::Bgrx));
        assert_eq!(names_of(Encoding::Mjpeg).collect::<Vec<_>>(), [*b"MJPG", *b"JPEG"]);
        for (name, encoding) in FORMATS {
            assert!(names_of(encoding).any(|other| other == *name));
        }
    }
}
