//! The window, and the only file that knows minifb.
//!
//! minifb's own frame limiter is off: it sleeps *before* it shows a frame, which would delay every picture. The caller
//! waits for the next view instead ([`crate::latest_slot::LatestSlot::take`] with [`TIMEOUT`]) and shows it at once, so
//! the window neither spins nor lags, and keys are handled while a camera is silent.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::time::Instant;

use euclid::point2;
use minifb::{InputCallback, Key, MouseButton, MouseMode, Scale, ScaleMode, WindowOptions};
#[cfg(target_os = "linux")]
use x11rb::errors::{ConnectError, DisplayParsingError, ReplyOrIdError};
#[cfg(target_os = "linux")]
use x11rb::rust_connection::RustConnection;

use crate::coach::choice::ChoiceKey;
use crate::review::playback::Move;
use crate::screen::canvas::{Canvas, WindowPoint};
use crate::screen::display::Monitor;
#[cfg(target_os = "linux")]
use crate::screen::display::{Display, PixelLayout};
use crate::screen::review::ReviewCommand;
use crate::screen::settings::KeyCommand;
use crate::screen::theme::Ink;
#[cfg(target_os = "linux")]
use crate::screen::x11::WholePictures;
#[cfg(target_os = "linux")]
use crate::screen::x11_display;

/// Initial size of a window, pixels, where the monitor has room for it.
pub const OPENING_SIZE: (usize, usize) = (1280, 720);

/// How long to wait for the next view before the window is updated to poll its keys: two pictures at 60 Hz.
pub const TIMEOUT: Duration = Duration::from_millis(33);

/// The longest time until a closed window is noticed: five times a second Xlib is asked, at other times only when a key was
/// pressed or the window changed.
#[cfg(target_os = "linux")]
const XLIB_ASKED_AFTER: Duration = Duration::from_millis(200);

/// Why a window cannot be used. The message names the remedy.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is no display to open a window on.
    #[error("No display to open a window on: sit down at the machine, or let the coach run in the terminal ({0})")]
    NoDisplay(String),
    /// The display has another kind of pixels than a window needs.
    #[error(
        "This display has no true colours, or orders their bits or bytes in an unusual way, and no window can be opened on it: set it to 24 bits of true colour"
    )]
    OddColours,
    /// The display has too few colours.
    #[error("This display shows colours in {depth} bits, for which no window can be opened: set it to 24 bits")]
    FewColours {
        /// Bits of colour a pixel.
        depth: u8,
    },
    /// The input method that the person has chosen does not run.
    #[error(
        "No window can be opened while XMODIFIERS names the input method {0}, which is not running: start it, or start \
         bendwise with XMODIFIERS=@im=none"
    )]
    InputMethod(String),
    /// The display removed the window.
    #[error("The window cannot be drawn any more: start bendwise again ({0})")]
    Lost(String),
}

/// Keys and their commands. Layouts place + and − differently, so all their usual keys count.
const KEYS: [(Key, KeyCommand); 47] = [
    (Key::Space, KeyCommand::Pause),
    (Key::C, KeyCommand::StandAgain),
    (Key::B, KeyCommand::FullBend),
    (Key::N, KeyCommand::Next),
    (Key::T, KeyCommand::TellMe),
    (Key::Key0, KeyCommand::Choose(ChoiceKey::Digit(0))),
    (Key::Key1, KeyCommand::Choose(ChoiceKey::Digit(1))),
    (Key::Key2, KeyCommand::Choose(ChoiceKey::Digit(2))),
    (Key::Key3, KeyCommand::Choose(ChoiceKey::Digit(3))),
    (Key::Key4, KeyCommand::Choose(ChoiceKey::Digit(4))),
    (Key::Key5, KeyCommand::Choose(ChoiceKey::Digit(5))),
    (Key::Key6, KeyCommand::Choose(ChoiceKey::Digit(6))),
    (Key::Key7, KeyCommand::Choose(ChoiceKey::Digit(7))),
    (Key::Key8, KeyCommand::Choose(ChoiceKey::Digit(8))),
    (Key::Key9, KeyCommand::Choose(ChoiceKey::Digit(9))),
    (Key::NumPad0, KeyCommand::Choose(ChoiceKey::Digit(0))),
    (Key::NumPad1, KeyCommand::Choose(ChoiceKey::Digit(1))),
    (Key::NumPad2, KeyCommand::Choose(ChoiceKey::Digit(2))),
    (Key::NumPad3, KeyCommand::Choose(ChoiceKey::Digit(3))),
    (Key::NumPad4, KeyCommand::Choose(ChoiceKey::Digit(4))),
    (Key::NumPad5, KeyCommand::Choose(ChoiceKey::Digit(5))),
    (Key::NumPad6, KeyCommand::Choose(ChoiceKey::Digit(6))),
    (Key::NumPad7, KeyCommand::Choose(ChoiceKey::Digit(7))),
    (Key::NumPad8, KeyCommand::Choose(ChoiceKey::Digit(8))),
    (Key::NumPad9, KeyCommand::Choose(ChoiceKey::Digit(9))),
    (Key::Left, KeyCommand::Choose(ChoiceKey::Less)),
    (Key::Down, KeyCommand::Choose(ChoiceKey::Less)),
    (Key::Right, KeyCommand::Choose(ChoiceKey::More)),
    (Key::Up, KeyCommand::Choose(ChoiceKey::More)),
    (Key::Enter, KeyCommand::Choose(ChoiceKey::Confirm)),
    (Key::NumPadEnter, KeyCommand::Choose(ChoiceKey::Confirm)),
    (Key::L, KeyCommand::Language),
    (Key::M, KeyCommand::Mirror),
    (Key::V, KeyCommand::Mute),
    (Key::Z, KeyCommand::Zoom),
    (Key::S, KeyCommand::Side),
    (Key::Equal, KeyCommand::LargerText),
    (Key::NumPadPlus, KeyCommand::LargerText),
    (Key::Minus, KeyCommand::SmallerText),
    (Key::NumPadMinus, KeyCommand::SmallerText),
    (Key::F, KeyCommand::FullScreen),
    (Key::F11, KeyCommand::FullScreen),
    (Key::D, KeyCommand::Debug),
    (Key::H, KeyCommand::Help),
    (Key::F1, KeyCommand::Help),
    (Key::Q, KeyCommand::Leave),
    (Key::Escape, KeyCommand::Leave),
];

/// Keys of a review other than characters.
const REVIEW_KEYS: [(Key, ReviewCommand); 14] = [
    (Key::Left, ReviewCommand::Move(Move::Frames(-1))),
    (Key::Right, ReviewCommand::Move(Move::Frames(1))),
    (Key::Up, ReviewCommand::Move(Move::Repetitions(-1))),
    (Key::Down, ReviewCommand::Move(Move::Repetitions(1))),
    (Key::PageUp, ReviewCommand::Page(-1)),
    (Key::PageDown, ReviewCommand::Page(1)),
    (Key::Home, ReviewCommand::Edge(false)),
    (Key::End, ReviewCommand::Edge(true)),
    (Key::F1, ReviewCommand::Help),
    (Key::F11, ReviewCommand::FullScreen),
    (Key::Enter, ReviewCommand::Enter),
    (Key::NumPadEnter, ReviewCommand::Enter),
    (Key::Backspace, ReviewCommand::Erase),
    (Key::Escape, ReviewCommand::Leave),
];

/// Characters of a review, as typed: the key of `/` depends on the keyboard layout.
const REVIEW_LETTERS: [(char, ReviewCommand); 23] = [
    (' ', ReviewCommand::Move(Move::Toggle)),
    (',', ReviewCommand::Move(Move::Slower)),
    ('.', ReviewCommand::Move(Move::Faster)),
    ('l', ReviewCommand::Move(Move::Loop)),
    ('g', ReviewCommand::Ghost),
    ('b', ReviewCommand::Best),
    ('/', ReviewCommand::Compare),
    ('n', ReviewCommand::Note),
    ('s', ReviewCommand::Still),
    ('e', ReviewCommand::Export),
    ('m', ReviewCommand::Mirror),
    ('z', ReviewCommand::Whole),
    ('f', ReviewCommand::FullScreen),
    ('h', ReviewCommand::Help),
    ('q', ReviewCommand::Leave),
    ('o', ReviewCommand::Sessions),
    ('t', ReviewCommand::Trend),
    ('a', ReviewCommand::Fold),
    ('+', ReviewCommand::Zoom(1)),
    ('=', ReviewCommand::Zoom(1)),
    ('-', ReviewCommand::Zoom(-1)),
    ('−', ReviewCommand::Zoom(-1)),
    ('0', ReviewCommand::ZoomReset),
];

/// The input in a review since the last call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowInput {
    /// From keys other than characters.
    pub keys: Vec<ReviewCommand>,
    /// The typed text.
    pub typed: String,
    /// Where the mouse is; `None` while it is outside the window.
    pub mouse: Option<WindowPoint>,
    /// The position of the mouse while its left button is down: at the edge of the window while it is outside.
    pub held: Option<WindowPoint>,
    /// How far the wheel was turned, steps: positive away from the hand.
    pub wheel: f32,
}

impl WindowInput {
    /// The commands of the typed characters, for use when no text is being entered.
    pub fn letters(&self) -> impl Iterator<Item = ReviewCommand> {
        self.typed.chars().filter_map(|letter| {
            let letter = letter.to_ascii_lowercase();
            let number = letter.to_digit(10).and_then(|number| number.checked_sub(1));
            let jump = number.map(|number| ReviewCommand::Move(Move::Repetition(number as usize)));
            jump.or_else(|| REVIEW_LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, command)| *command))
        })
    }
}

/// An open window.
pub struct LiveWindow {
    title: String,
    /// `None` once the display is gone.
    window: Option<minifb::Window>,
    /// `None` on a system, or a display, that takes pictures by minifb alone.
    #[cfg(target_os = "linux")]
    whole: Option<WholePictures>,
    /// When Xlib was asked last what there is to hear.
    #[cfg(target_os = "linux")]
    asked: Option<Instant>,
    keyboard: Keyboard,
    full_screen: bool,
    /// Whether the system is asked for the mouse with every look.
    follows_mouse: bool,
}

/// The key events of the system. minifb itself only reports keys that are down in two consecutive pictures, so it
/// misses a quick tap.
#[derive(Clone, Debug, Default)]
struct Keyboard(Rc<RefCell<Keys>>);

#[derive(Debug, Default)]
struct Keys {
    down: HashSet<Key>,
    /// The keys pressed since the last call, in order.
    pressed: Vec<Key>,
    /// The text typed since the last call.
    typed: String,
    /// Whether a key that is held down repeats.
    repeats: bool,
}

impl Keyboard {
    fn pressed(&self) -> Vec<Key> {
        std::mem::take(&mut self.0.borrow_mut().pressed)
    }

    /// Hears which keys are pressed, once each. What was typed meanwhile is no text, and none for whoever asks for text later.
    fn hear_keys(&self) {
        let mut keys = self.0.borrow_mut();
        keys.repeats = false;
        keys.typed.clear();
    }
}

impl InputCallback for Keyboard {
    fn add_char(&mut self, letter: u32) {
        self.0.borrow_mut().typed.extend(char::from_u32(letter).filter(|letter| !letter.is_control()));
    }

    fn set_key_state(&mut self, key: Key, down: bool) {
        let mut keys = self.0.borrow_mut();
        if !down {
            keys.down.remove(&key);
        } else if keys.down.insert(key) || keys.repeats {
            keys.pressed.push(key); // a key that is held down repeats itself: live only the first time counts
        }
    }
}

impl std::fmt::Debug for LiveWindow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LiveWindow").field("title", &self.title).finish_non_exhaustive()
    }
}

impl LiveWindow {
    /// Opens a window of this size in pixels, or smaller where the monitor is; it can be resized.
    ///
    /// # Errors
    /// If there is no display, or one on which no window can be opened.
    pub fn open(title: &str, size: (usize, usize)) -> Result<Self, WindowError> {
        Self::create(title.to_owned(), size, WindowPlace::default(), Keyboard::default())
    }

    /// Shows the canvas and returns the commands since the last call. Afterwards the canvas has the window's size, so
    /// the next picture is drawn for it.
    ///
    /// # Errors
    /// If the display accepts no more pictures.
    pub fn show(&mut self, canvas: &mut Canvas) -> Result<Vec<KeyCommand>, WindowError> {
        self.put(canvas.pixels(), (canvas.width(), canvas.height()))?;
        Ok(self.heard(canvas))
    }

    /// Shows nothing but a colour: the display makes room for pictures now, not when one is waited for.
    ///
    /// # Errors
    /// If the display accepts no pictures.
    pub fn blank(&mut self, ink: Ink) -> Result<(), WindowError> {
        let (width, height) = self.size();
        self.put(&vec![ink.packed(); width * height], (width, height))
    }

    /// Shows pixels and takes what the system has to say.
    fn put(&mut self, pixels: &[u32], (width, height): (usize, usize)) -> Result<(), WindowError> {
        #[cfg(target_os = "linux")]
        if let Some(whole) = &mut self.whole {
            let shown = whole.put(pixels, width, height);
            shown.map_err(|cause| self.lose(&why(&cause)))?;
            return self.update();
        }
        let window = self.window.as_mut().ok_or_else(gone)?;
        let shown = window.update_with_buffer(pixels, width, height);
        shown.map_err(|cause| self.lose(&cause.to_string()))
    }

    /// Takes what the system has to say.
    fn update(&mut self) -> Result<(), WindowError> {
        #[cfg(target_os = "linux")]
        if let Some(whole) = &mut self.whole {
            let news = whole.has_news().map_err(|_| self.lose(GONE))?;
            if !news && !self.follows_mouse && self.asked.is_some_and(|asked| asked.elapsed() < XLIB_ASKED_AFTER) {
                return Ok(());
            }
            self.asked = Some(Instant::now());
        }
        self.window.as_mut().ok_or_else(gone)?.update();
        Ok(())
    }

    /// Leaves the window as it is: to close the window of a display that is gone, Xlib would end the program, and what is
    /// still to be told and written would be lost.
    fn lose(&mut self, cause: &str) -> WindowError {
        std::mem::forget(self.window.take());
        WindowError::Lost(cause.to_owned())
    }

    /// Returns the commands since the last call, as [`LiveWindow::show`] does, without redrawing.
    ///
    /// # Errors
    /// If the display is gone.
    pub fn listen(&mut self, canvas: &mut Canvas) -> Result<Vec<KeyCommand>, WindowError> {
        self.update()?;
        Ok(self.heard(canvas))
    }

    fn heard(&mut self, canvas: &mut Canvas) -> Vec<KeyCommand> {
        self.keyboard.hear_keys();
        match self.pressed(canvas) {
            Some(keys) => keys.iter().filter_map(|key| command(*key)).collect(),
            None => vec![KeyCommand::Leave],
        }
    }

    /// The pressed keys; `None` once the window was closed. Resizes the canvas to the window.
    fn pressed(&mut self, canvas: &mut Canvas) -> Option<Vec<Key>> {
        let window = self.window.as_ref()?;
        let (width, height) = window.get_size();
        canvas.resize(width, height);
        window.is_open().then(|| self.keyboard.pressed())
    }

    /// Shows the canvas if `redraw`, and returns the input of a review.
    ///
    /// # Errors
    /// If the display accepts no more pictures.
    pub fn review(&mut self, canvas: &mut Canvas, redraw: bool) -> Result<WindowInput, WindowError> {
        self.keyboard.0.borrow_mut().repeats = true;
        self.follows_mouse = true;
        if redraw {
            self.put(canvas.pixels(), (canvas.width(), canvas.height()))?;
        } else {
            self.update()?;
        }
        let Some(pressed) = self.pressed(canvas) else {
            return Ok(WindowInput { keys: vec![ReviewCommand::Leave], ..WindowInput::default() });
        };
        let command = |key: &Key| REVIEW_KEYS.iter().find(|(known, _)| known == key).map(|(_, command)| *command);
        let short = self.short_press();
        let Some(window) = self.window.as_ref() else { return Ok(WindowInput::default()) };
        let at = |(x, y)| point2(x, y);
        let held = window.get_mouse_down(MouseButton::Left).then(|| window.get_mouse_pos(MouseMode::Clamp)).flatten();
        Ok(WindowInput {
            keys: pressed.iter().filter_map(command).collect(),
            typed: std::mem::take(&mut self.keyboard.0.borrow_mut().typed),
            mouse: short.or(window.get_mouse_pos(MouseMode::Discard).map(at)),
            held: short.or(held.map(at)),
            wheel: window.get_scroll_wheel().map_or(0.0, |(_, steps)| steps),
        })
    }

    /// Switches between an ordinary window and one that fills the monitor on which it is, in the monitor's own shape.
    ///
    /// minifb cannot switch an open window, so another one is opened. Where the system does not tell its monitors here, that is
    /// the largest 16:9 rectangle that fits the screen.
    ///
    /// # Errors
    /// If the new window cannot be opened; the old one stays.
    pub fn set_full_screen(&mut self, full: bool) -> Result<(), WindowError> {
        if full == self.full_screen {
            return Ok(());
        }
        let place = WindowPlace { full, monitor: self.monitor() };
        // The key state is kept: the key that requested this is still down, and must not count again.
        let opened = Self::create(self.title.clone(), OPENING_SIZE, place, self.keyboard.clone())?;
        *self = Self { follows_mouse: self.follows_mouse, ..opened };
        Ok(())
    }

    /// The monitor that shows the middle of this window, if the system tells.
    fn monitor(&self) -> Option<Monitor> {
        #[cfg(target_os = "linux")]
        {
            let window = self.window.as_ref()?;
            let ((left, top), (width, height)) = (window.get_position(), window.get_size());
            let middle = |corner: isize, size: usize| i32::try_from(corner + (size / 2) as isize).unwrap_or_default();
            x11_display::monitor_at((middle(left, width), middle(top, height)))
        }
        #[cfg(not(target_os = "linux"))]
        None
    }

    /// Opens a window of this size, as far as there is room, or one that fills the monitor.
    fn create(
        title: String,
        size: (usize, usize),
        place: WindowPlace,
        keyboard: Keyboard,
    ) -> Result<Self, WindowError> {
        #[cfg(target_os = "linux")]
        let (display, layout, _open) = usable_display()?;
        #[cfg(target_os = "linux")]
        let place = WindowPlace { monitor: place.monitor.or(Some(display.monitor)), ..place };
        #[cfg(target_os = "linux")]
        let display = Display { monitor: place.monitor.unwrap_or_default(), ..display };
        #[cfg(target_os = "linux")]
        let size = if place.full { display.monitor.size } else { display.fitting(size) };
        let (size, options) = place.options(size);
        let mut window = minifb::Window::new(&title, size.0, size.1, options)
            .map_err(|cause| WindowError::NoDisplay(cause.to_string()))?;
        window.set_target_fps(0);
        window.set_background_color(0x0D, 0x11, 0x15);
        window.set_input_callback(Box::new(keyboard.clone()));
        place.settle(&mut window, size);
        let opened = Self {
            title,
            #[cfg(target_os = "linux")]
            whole: whole_pictures(&window, layout)?,
            #[cfg(target_os = "linux")]
            asked: None,
            window: Some(window),
            keyboard,
            full_screen: place.full,
            follows_mouse: false,
        };
        #[cfg(target_os = "linux")]
        if place.full
            && let Some(Err(reason)) = opened.whole.as_ref().map(WholePictures::ask_full_screen)
        {
            tracing::debug!("the program that manages windows was not asked for the full screen: {reason}");
        }
        Ok(opened)
    }

    /// Whether it fills the screen.
    pub fn is_full_screen(&self) -> bool {
        self.full_screen
    }

    /// Where the mouse is and whether its left button is down, or was since the last call; `None` while it is elsewhere. From the
    /// first call on it is followed closely.
    pub fn mouse(&mut self) -> Option<(WindowPoint, bool)> {
        self.follows_mouse = true;
        if let Some(at) = self.short_press() {
            return Some((at, true));
        }
        let window = self.window.as_ref()?;
        let (x, y) = window.get_mouse_pos(MouseMode::Discard)?;
        Some((point2(x, y), window.get_mouse_down(MouseButton::Left)))
    }

    /// Where the left button was pressed since the last look, if it is up again: minifb tells its state alone, and a tap on a touch pad
    /// is shorter than the time between two pictures.
    fn short_press(&mut self) -> Option<WindowPoint> {
        #[cfg(target_os = "linux")]
        {
            let (x, y) = self.whole.as_mut()?.take_press()?;
            let is_down = self.window.as_ref()?.get_mouse_down(MouseButton::Left);
            (!is_down).then(|| point2(x.into(), y.into()))
        }
        #[cfg(not(target_os = "linux"))]
        None
    }

    /// Width and height, pixels.
    pub fn size(&self) -> (usize, usize) {
        self.window.as_ref().map_or(OPENING_SIZE, minifb::Window::get_size)
    }
}

/// Where a new window is, and whether it fills that place.
#[derive(Clone, Copy, Debug, Default)]
struct WindowPlace {
    full: bool,
    /// `None` where the system does not tell.
    monitor: Option<Monitor>,
}

impl WindowPlace {
    /// The size and the options of a window there.
    fn options(&self, size: (usize, usize)) -> ((usize, usize), WindowOptions) {
        let ordinary = WindowOptions { resize: true, scale_mode: ScaleMode::UpperLeft, ..WindowOptions::default() };
        if !self.full {
            return (size, ordinary);
        }
        let whole = WindowOptions { borderless: true, title: false, topmost: true, ..ordinary };
        match self.monitor {
            Some(_) => (size, whole),
            None => (SHAPE, WindowOptions { scale: Scale::FitScreen, ..whole }),
        }
    }

    /// Puts a window to its place, where it would otherwise lie across two monitors or beside the one that it fills.
    fn settle(&self, window: &mut minifb::Window, size: (usize, usize)) {
        let Some(monitor) = self.monitor else { return };
        if self.full || monitor.is_one_of_several {
            let (left, top) = monitor.centred(size);
            window.set_position(left, top);
        }
    }
}

/// The display of this process and its pixels, if a window can be opened on it.
#[cfg(target_os = "linux")]
fn usable_display() -> Result<(Display, PixelLayout, RustConnection), WindowError> {
    let (display, open) = x11_display::look().map_err(|cause| no_display(&cause))?;
    let display = display.ok_or_else(|| WindowError::NoDisplay("it does not say what it is like".to_owned()))?;
    let unfit = if display.has_known_depth() {
        WindowError::OddColours
    } else {
        WindowError::FewColours { depth: display.depth }
    };
    let layout = display.pixels().ok_or(unfit)?;
    x11_display::unusable_input_method().map_or(Ok((display, layout, open)), |name| Err(WindowError::InputMethod(name)))
}

/// Why there is no display: most often because none is named.
#[cfg(target_os = "linux")]
fn no_display(cause: &ConnectError) -> WindowError {
    WindowError::NoDisplay(match cause {
        ConnectError::DisplayParsingError(DisplayParsingError::DisplayNotSet) => "DISPLAY is not set".to_owned(),
        other => other.to_string(),
    })
}

/// The connection that draws on the window; without it minifb draws, which knows one layout of pixels.
#[cfg(target_os = "linux")]
fn whole_pictures(window: &minifb::Window, layout: PixelLayout) -> Result<Option<WholePictures>, WindowError> {
    let whole = WholePictures::connect(window.get_window_handle() as usize, layout);
    if whole.is_none() && !layout.is_canvas() {
        return Err(WindowError::FewColours { depth: layout.depth });
    }
    Ok(whole)
}

/// Why a picture could not be put into the window: a window that is gone is an error of X11, which says so in codes.
#[cfg(target_os = "linux")]
fn why(cause: &ReplyOrIdError) -> String {
    match cause {
        ReplyOrIdError::X11Error(_) => "the window is gone".to_owned(),
        other => other.to_string(),
    }
}

/// Why nothing can be shown without a display.
const GONE: &str = "the display is gone";

fn gone() -> WindowError {
    WindowError::Lost(GONE.to_owned())
}

/// A window of these few pixels, magnified until it fits the screen.
const SHAPE: (usize, usize) = (16, 9);

fn command(key: Key) -> Option<KeyCommand> {
    KEYS.iter().find(|(known, _)| *known == key).map(|(_, command)| *command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_display_that_is_not_named_is_told_in_plain_words() {
        let told = no_display(&ConnectError::DisplayParsingError(DisplayParsingError::DisplayNotSet)).to_string();
        assert!(told.starts_with("No display to open a window on") && told.ends_with("(DISPLAY is not set)"), "{told}");
    }

    #[test]
    fn a_tap_is_heard_and_a_held_key_only_once() {
        let keyboard = Keyboard::default();
        let mut hand = keyboard.clone();
        for (key, down) in [(Key::D, true), (Key::D, false), (Key::F, true), (Key::F, true)] {
            hand.set_key_state(key, down);
        }
        assert_eq!(keyboard.pressed(), [Key::D, Key::F]);
        hand.set_key_state(Key::F, true);
        assert_eq!(keyboard.pressed(), []);
        hand.set_key_state(Key::F, false);
        hand.set_key_state(Key::F, true);
        assert_eq!(keyboard.pressed(), [Key::F]);
    }

    #[test]
    fn every_key_is_listed_once() {
        for (number, (key, _)) in KEYS.iter().enumerate() {
            assert!(KEYS.iter().skip(number + 1).all(|(other, _)| other != key), "{key:?}");
        }
    }

    #[test]
    fn letters_of_a_review_ask_for_what_its_help_says() {
        let heard = |typed: &str| {
            WindowInput { typed: typed.to_owned(), ..WindowInput::default() }.letters().collect::<Vec<_>>()
        };
        assert_eq!(heard("L/"), [ReviewCommand::Move(Move::Loop), ReviewCommand::Compare]);
        assert_eq!(heard("1x9"), [ReviewCommand::Move(Move::Repetition(0)), ReviewCommand::Move(Move::Repetition(8))]);
        assert_eq!(heard("z"), [ReviewCommand::Whole]);
        assert_eq!(heard("0+"), [ReviewCommand::ZoomReset, ReviewCommand::Zoom(1)], "repetitions are counted from one");
    }

    #[test]
    fn what_is_typed_is_kept_until_it_is_asked_for() {
        let mut keyboard = Keyboard::default();
        "é\u{8}n".chars().for_each(|letter| keyboard.add_char(letter.into()));
        assert_eq!(keyboard.0.borrow().typed, "én");
        keyboard.0.borrow_mut().repeats = true;
        (0..3).for_each(|_| keyboard.set_key_state(Key::Left, true));
        assert_eq!(keyboard.pressed(), [Key::Left; 3]);
    }

    #[test]
    fn what_was_typed_where_no_text_is_entered_is_no_text_of_a_later_review() {
        let mut keyboard = Keyboard::default();
        keyboard.set_key_state(Key::Q, true);
        keyboard.add_char('q'.into());
        keyboard.hear_keys();
        assert_eq!(keyboard.0.borrow().typed, "");
        assert_eq!(keyboard.pressed(), [Key::Q], "the key itself counts");
    }

    #[test]
    fn keys_ask_for_what_the_help_says() {
        assert_eq!(command(Key::Space), Some(KeyCommand::Pause));
        assert_eq!(command(Key::Escape), Some(KeyCommand::Leave));
        assert_eq!(command(Key::Z), Some(KeyCommand::Zoom));
        assert_eq!(command(Key::X), None);
    }
}
