//! What an X display is like, as plain data, and what follows from it: whether a window can be opened there at all, which
//! pixels it takes, and which size fits.
//!
//! The window library is asked for a window only where it can open one, so a display is looked at before (`x11_display.rs`).

use std::ffi::OsStr;

/// Kept free beside and below a window for its frame and a panel of the desktop, pixels. [own]
const SURROUNDINGS: (usize, usize) = (16, 72);

/// No window is smaller, pixels: in a smaller one nothing can be read.
const SMALLEST: (usize, usize) = (320, 240);

/// The depths that the window library knows, bits.
const DEPTHS: [u8; 3] = [24, 30, 32];

/// Red, green and blue as [`crate::screen::canvas::Canvas`] has them.
const CANVAS_MASKS: [u32; 3] = [0xFF_0000, 0xFF00, 0xFF];

/// The default visual of a display, and its monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Display {
    /// Bits of colour a pixel.
    pub depth: u8,
    /// Bits that a pixel takes.
    pub bits_per_pixel: u8,
    /// Whether a pixel holds its colour itself, and not the number of an entry in a table.
    pub has_true_colour: bool,
    /// Whether it has the bytes of a pixel in the order of this machine.
    pub has_our_byte_order: bool,
    /// The bits of red, green and blue.
    pub masks: [u32; 3],
    /// The monitor for a new window.
    pub monitor: Monitor,
}

/// A monitor's place on the display, pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Monitor {
    /// Its left upper corner.
    pub corner: (i32, i32),
    /// Width and height.
    pub size: (usize, usize),
    /// Whether the display has others.
    pub is_one_of_several: bool,
}

impl Display {
    /// Whether its pixels have as many bits of colour as the window library knows.
    pub fn has_known_depth(&self) -> bool {
        DEPTHS.contains(&self.depth)
    }

    /// The pixels of the display; `None` if no window can be opened on it.
    pub fn pixels(&self) -> Option<PixelLayout> {
        let known = self.has_known_depth() && self.bits_per_pixel == 32;
        let wide_enough = self.masks.iter().all(|mask| mask.count_ones() >= 8 && is_run(*mask));
        let fits = known && wide_enough && self.has_true_colour && self.has_our_byte_order;
        fits.then_some(PixelLayout { depth: self.depth, masks: self.masks })
    }

    /// The size of a new window that is to have this one, as far as the monitor has room.
    pub fn fitting(&self, (width, height): (usize, usize)) -> (usize, usize) {
        let room = |whole: usize, around, least: usize| whole.saturating_sub(around).max(least.min(whole)).max(1);
        let (wide, high) = self.monitor.size;
        (width.min(room(wide, SURROUNDINGS.0, SMALLEST.0)), height.min(room(high, SURROUNDINGS.1, SMALLEST.1)))
    }
}

impl Monitor {
    /// The one of these that shows a point of the display, or else the one whose middle is nearest to it.
    pub fn showing(monitors: &[Self], point: (i32, i32)) -> Option<Self> {
        let far = |monitor: &&Self| {
            let from_middle = |corner: i32, size: usize, at: i32| {
                let half = i64::try_from(size / 2).unwrap_or_default();
                (i64::from(at) - i64::from(corner) - half).abs()
            };
            let (across, down) = (
                from_middle(monitor.corner.0, monitor.size.0, point.0),
                from_middle(monitor.corner.1, monitor.size.1, point.1),
            );
            let half = |size: usize| i64::try_from(size / 2).unwrap_or_default();
            let beside = across > half(monitor.size.0) || down > half(monitor.size.1);
            (beside, across + down)
        };
        monitors.iter().min_by_key(far).copied()
    }

    /// Where a window of this size is in its middle.
    pub fn centred(&self, size: (usize, usize)) -> (isize, isize) {
        let along =
            |corner: i32, whole: usize, part: usize| corner as isize + (whole.saturating_sub(part) / 2) as isize;
        (along(self.corner.0, self.size.0, size.0), along(self.corner.1, self.size.1, size.1))
    }
}

/// Whether the bits of a mask stand beside each other.
fn is_run(mask: u32) -> bool {
    mask != 0 && (mask >> mask.trailing_zeros()).wrapping_add(1).is_power_of_two()
}

/// Which bits of a pixel hold which colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelLayout {
    /// Bits of colour a pixel.
    pub depth: u8,
    masks: [u32; 3],
}

impl PixelLayout {
    /// Whether it takes the canvas as it is.
    pub fn is_canvas(&self) -> bool {
        self.masks == CANVAS_MASKS && self.depth != 32 // where the highest byte is opacity
    }

    /// For each colour the pixel of each of its 256 values; what is no colour is opaque.
    pub fn tables(&self) -> [[u32; 256]; 3] {
        let opaque = if self.depth == 32 { !self.masks.iter().fold(0, |all, mask| all | mask) } else { 0 };
        self.masks.map(|mask| {
            let most = u64::from(mask >> mask.trailing_zeros());
            std::array::from_fn(|value| {
                let value = (value as u64 * most + 127) / 255;
                ((value as u32) << mask.trailing_zeros()) | opaque // at most `most`
            })
        })
    }
}

/// What the display knows of the input method that a person has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputMethod {
    /// Whether a program has registered itself as this method, and is there.
    pub is_running: bool,
    /// The locales that it says it serves; `None` if it does not answer.
    pub locales: Option<String>,
}

impl InputMethod {
    /// Whether the window library may ask it for letters. It does so in the locale `C`.
    pub fn serves(&self) -> bool {
        let locales = self.locales.as_deref().unwrap_or_default().trim_end_matches('\0');
        let locales = locales.strip_prefix("@locale=").unwrap_or(locales);
        self.is_running && locales.split(',').any(|locale| locale == "C")
    }
}

/// The input method that the variable `XMODIFIERS` names; `None` if it names none that is a program of its own.
pub fn named_input_method(modifiers: Option<&OsStr>) -> Option<String> {
    let modifiers = modifiers?.to_string_lossy();
    let (_, named) = modifiers.split_once("@im=")?;
    let name = named.split('@').next().unwrap_or_default();
    (!matches!(name, "" | "none" | "local")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(depth: u8, bits_per_pixel: u8, masks: [u32; 3]) -> Display {
        let monitor = Monitor { size: (1920, 1080), ..Monitor::default() };
        let usual = Display { depth, bits_per_pixel, has_true_colour: true, has_our_byte_order: true, masks, monitor };
        Display { has_true_colour: depth > 8, ..usual }
    }

    const DEEP: [u32; 3] = [0x3FF0_0000, 0xF_FC00, 0x3FF];

    #[test]
    fn a_window_is_opened_only_where_a_pixel_has_room_for_its_colours() {
        let fits = |depth, bits, masks| display(depth, bits, masks).pixels().is_some();
        assert!(fits(24, 32, CANVAS_MASKS) && fits(32, 32, CANVAS_MASKS) && fits(30, 32, DEEP));
        assert!(!fits(8, 8, [0; 3]));
        assert!(!fits(15, 16, [0x7C00, 0x3E0, 0x1F]));
        assert!(!fits(16, 16, [0xF800, 0x7E0, 0x1F]));
        assert!(!fits(24, 24, CANVAS_MASKS), "three bytes a pixel");
        assert!(!fits(24, 32, [0xFF_0000, 0xFF01, 0xFF]), "no colours");
        let usual = display(24, 32, CANVAS_MASKS);
        assert_eq!(Display { has_true_colour: false, ..usual }.pixels(), None);
        assert_eq!(Display { has_our_byte_order: false, ..usual }.pixels(), None);
    }

    fn pixel(layout: &PixelLayout, colour: [u8; 3]) -> u32 {
        let tables = layout.tables();
        colour.iter().zip(tables).fold(0, |pixel, (value, table)| pixel | table[usize::from(*value)])
    }

    #[test]
    fn colours_keep_their_place_and_their_strength_in_deeper_and_turned_pixels() {
        let layout = |depth, masks| display(depth, 32, masks).pixels().unwrap();
        assert!(layout(24, CANVAS_MASKS).is_canvas());
        assert_eq!(pixel(&layout(24, CANVAS_MASKS), [1, 2, 254]), 0x01_02FE);
        assert_eq!(pixel(&layout(24, [0xFF, 0xFF00, 0xFF_0000]), [1, 2, 254]), 0xFE_0201);
        let deep = layout(30, DEEP);
        assert!(!deep.is_canvas());
        assert_eq!(pixel(&deep, [255, 255, 255]), 0x3FFF_FFFF);
        assert_eq!(pixel(&deep, [255, 0, 0]), 0x3FF0_0000);
        assert_eq!(pixel(&deep, [0, 128, 0]), 514 << 10);
        assert_eq!(pixel(&layout(32, CANVAS_MASKS), [0, 0, 0]), 0xFF00_0000, "nothing shines through");
    }

    #[test]
    fn a_window_fits_its_monitor_and_is_as_large_as_asked_where_there_is_room() {
        let fitting = |size| {
            let monitor = Monitor { size, ..Monitor::default() };
            Display { monitor, ..display(24, 32, CANVAS_MASKS) }.fitting((1280, 720))
        };
        assert_eq!(fitting((1920, 1080)), (1280, 720));
        assert_eq!(fitting((1366, 768)), (1280, 696));
        assert_eq!(fitting((800, 600)), (784, 528));
        assert_eq!(fitting((1080, 1920)), (1064, 720));
        assert_eq!(fitting((320, 200)), (320, 200), "a display for which nothing fits");
        assert_eq!(fitting((0, 0)), (1, 1), "a display that says nonsense");
    }

    #[test]
    fn a_window_is_on_the_monitor_that_shows_its_middle() {
        let left = Monitor { corner: (0, 0), size: (1920, 1080), is_one_of_several: true };
        let right = Monitor { corner: (1920, -400), size: (1080, 1920), is_one_of_several: true };
        let shown = |point| Monitor::showing(&[left, right], point).unwrap().corner;
        assert_eq!([shown((960, 540)), shown((1910, 1070))], [left.corner; 2]);
        assert_eq!([shown((1930, 0)), shown((2999, 1500))], [right.corner; 2]);
        assert_eq!([shown((-500, 300)), shown((5000, 300))], [left.corner, right.corner], "none shows it");
        assert_eq!(Monitor::showing(&[], (0, 0)), None);
    }

    #[test]
    fn a_window_stands_in_the_middle_of_its_monitor() {
        let right = Monitor { corner: (1920, 100), size: (1280, 1024), is_one_of_several: true };
        assert_eq!(right.centred((1280, 720)), (1920, 252));
        assert_eq!(right.centred((2000, 720)), (1920, 252));
    }

    #[test]
    fn an_input_method_is_a_program_only_if_it_is_named() {
        let named = |modifiers: &str| named_input_method(Some(OsStr::new(modifiers)));
        assert_eq!(named("@im=ibus").as_deref(), Some("ibus"));
        assert_eq!(named("@im=fcitx@im=other").as_deref(), Some("fcitx"));
        for none in ["", "@im=", "@im=none", "@im=local", "ibus"] {
            assert_eq!(named(none), None, "{none}");
        }
        assert_eq!(named_input_method(None), None);
    }

    #[test]
    fn an_input_method_serves_only_if_it_is_there_and_answers() {
        let method = |is_running, locales: Option<&str>| {
            InputMethod { is_running, locales: locales.map(str::to_owned) }.serves()
        };
        assert!(method(true, Some("@locale=aa,C,de,en\0")) && method(true, Some("@locale=C")));
        assert!(!method(true, Some("@locale=zh_CN,Cy")));
        assert!(!method(true, None), "hangs");
        assert!(!method(false, Some("@locale=C")), "gone");
        assert!(!InputMethod::default().serves());
    }
}
