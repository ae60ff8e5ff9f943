//! Waits in the window for what a thread does: keys and mouse are heard meanwhile, and the waiting can be left.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::background::PendingAnswer;
use super::review_window::pointer::PointerFollower;
use crate::i18n::Words;
use crate::screen::canvas::Canvas;
use crate::screen::review::ReviewCommand;
use crate::screen::review::opening::{self, OpeningView};
use crate::screen::window::{LiveWindow, TIMEOUT, WindowError, WindowInput};

/// What takes no longer than this leaves the picture as it was: a page that is gone at once only flickers. [own]
const SHOWN_AFTER: Duration = Duration::from_millis(200);

/// A window as it is used at a desk.
pub(super) trait DeskWindow {
    /// Shows the canvas if `redraw`, and returns what was pressed, typed and pointed at since.
    ///
    /// # Errors
    /// If the window is lost.
    fn review(&mut self, canvas: &mut Canvas, redraw: bool) -> Result<WindowInput, WindowError>;

    /// Whether it fills the monitor.
    fn is_full_screen(&self) -> bool;

    /// Lets it fill the monitor or not.
    ///
    /// # Errors
    /// If there is no such window.
    fn set_full_screen(&mut self, full: bool) -> Result<(), WindowError>;
}

impl DeskWindow for LiveWindow {
    fn review(&mut self, canvas: &mut Canvas, redraw: bool) -> Result<WindowInput, WindowError> {
        Self::review(self, canvas, redraw)
    }

    fn is_full_screen(&self) -> bool {
        Self::is_full_screen(self)
    }

    fn set_full_screen(&mut self, full: bool) -> Result<(), WindowError> {
        Self::set_full_screen(self, full)
    }
}

/// How far something is, in words and from 0 to 1.
pub(super) type Progress<'a> = dyn Fn() -> (String, f32) + 'a;

/// Shows what is waited for, and how far it is, until it is there; `None` if the person leaves meanwhile.
///
/// # Errors
/// If the window is lost, or the thread has panicked.
pub(super) fn wait_for<T>(
    (window, canvas): (&mut dyn DeskWindow, &mut Canvas),
    words: &Words,
    (title, progress): (&str, &Progress<'_>),
    pending: PendingAnswer<T>,
) -> Result<Option<T>> {
    let begun = Instant::now();
    let mut follower = PointerFollower::default();
    loop {
        if let Some(done) = pending.within(TIMEOUT)? {
            return Ok(Some(done));
        }
        let is_shown = begun.elapsed() > SHOWN_AFTER;
        if is_shown {
            let (told, part) = progress();
            let (close, pointer) = (words.review.close.as_str(), follower.pointer());
            opening::draw(canvas, &OpeningView { title, told: &told, part, close, pointer });
        }
        let input = window.review(canvas, is_shown)?;
        let clicked = follower.follow(&input).clicked;
        let place = opening::close_place(canvas.size());
        let closes = clicked.is_some_and(|[from, to]| place.contains(from) && place.contains(to));
        if closes || input.keys.iter().copied().chain(input.letters()).any(|key| key == ReviewCommand::Leave) {
            drop(pending); // nobody waits for it any more
            return Ok(None);
        }
    }
}

#[cfg(test)]
pub(super) mod fixtures {
    use std::collections::VecDeque;

    use super::*;

    /// A window at which somebody does this, one after the other, and in the end leaves again and again, or waits.
    #[derive(Default)]
    pub struct FakeWindow {
        pub inputs: VecDeque<WindowInput>,
        /// Whether somebody waits in the end.
        pub waits: bool,
        /// How often it was asked what was done at it.
        pub looks: usize,
        /// What somebody who waits leaves as soon as it is written there.
        pub leaves_at: Option<String>,
    }

    impl FakeWindow {
        /// Somebody who types this, a character at a look.
        pub fn typing(text: &str) -> Self {
            let typed = |letter: char| WindowInput { typed: letter.to_string(), ..WindowInput::default() };
            Self { inputs: text.chars().map(typed).collect(), ..Self::default() }
        }

        /// Somebody who does nothing.
        pub fn waiting() -> Self {
            Self { waits: true, ..Self::default() }
        }

        pub fn then(mut self, key: ReviewCommand) -> Self {
            self.inputs.push_back(WindowInput { keys: vec![key], ..WindowInput::default() });
            self
        }
    }

    impl DeskWindow for FakeWindow {
        fn review(&mut self, canvas: &mut Canvas, _: bool) -> Result<WindowInput, WindowError> {
            self.looks += 1;
            let leaves = ReviewCommand::Leave;
            let is_there = |text: &String| canvas.written().iter().any(|written| written.text == *text);
            self.waits &= !self.leaves_at.as_ref().is_some_and(is_there);
            let last = if self.waits { Vec::new() } else { vec![leaves] };
            let last = WindowInput { keys: last, ..WindowInput::default() };
            Ok(self.inputs.pop_front().unwrap_or(last))
        }

        fn is_full_screen(&self) -> bool {
            false
        }

        fn set_full_screen(&mut self, _: bool) -> Result<(), WindowError> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::fixtures::FakeWindow;
    use super::*;
    use crate::cli::background;
    use crate::i18n::Language;

    #[test]
    fn what_never_comes_can_be_left_by_key() {
        let words = Words::read(Language::English).unwrap();
        let (_never, held) = mpsc::channel::<()>();
        let pending = background::once("test", move |_| held.recv().ok()).unwrap();
        let mut window = FakeWindow::typing("x?");
        let mut canvas = Canvas::new(640, 360).unwrap();
        let shown = (&mut window as &mut dyn DeskWindow, &mut canvas);
        let waited = wait_for(shown, &words, ("", &|| (String::new(), 0.0)), pending).unwrap();
        assert!(waited.is_none());
        assert_eq!(window.looks, 3);
    }

    #[test]
    fn what_is_there_is_not_waited_for() {
        let words = Words::read(Language::English).unwrap();
        let (mut window, mut canvas) = (FakeWindow::default(), Canvas::new(640, 360).unwrap());
        let shown = (&mut window as &mut dyn DeskWindow, &mut canvas);
        let waited = wait_for(shown, &words, ("", &|| (String::new(), 0.0)), PendingAnswer::ready(3)).unwrap();
        assert_eq!((waited, window.looks), (Some(3), 0));
    }
}
