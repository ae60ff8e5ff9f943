//! A session in the window: shows what comes, does what keys ask for.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::feed::{Feed, Order};
use super::interruption::Interruption;
use super::repaint::{Paint, Repaint};
use super::watch::AtEnd;
use crate::chain::Observation;
use crate::coach::Repetition;
use crate::latest::Taken;
use crate::rate::Rate;
use crate::screen::canvas::Canvas;
use crate::screen::live::{self, View};
use crate::screen::settings::{Command, Settings};
use crate::screen::theme::SAFETY_TIME;
use crate::screen::window::{LiveWindow, PATIENCE};

/// The window with all it shows.
pub(super) struct Glass {
    window: LiveWindow,
    canvas: Canvas,
    /// `None` once the recording is over: then the threads have ended, and well.
    feed: Option<Feed>,
    at_end: AtEnd,
    settings: Settings,
    seen: Option<Observation>,
    measured: u64,
    rate: Rate,
    /// When the newest frame was captured, until it is shown.
    unshown: Option<Instant>,
    lateness: Option<Duration>,
    opened: Instant,
    repaint: Repaint<Shown>,
}

/// All that the picture depends on: which frame, the window's size, what was chosen, and whether the camera is silent,
/// the recording is over and the safety line is shown.
type Shown = (Option<u64>, (usize, usize), Settings, [bool; 3]);

/// Whether the window stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Stay,
    Leave,
}

impl Glass {
    pub(super) fn new(window: LiveWindow, feed: Feed, at_end: AtEnd) -> Result<Self> {
        let (width, height) = window.size();
        Ok(Self {
            window,
            canvas: Canvas::new(width, height)?,
            feed: Some(feed),
            at_end,
            settings: Settings::default(),
            seen: None,
            measured: 0,
            rate: Rate::default(),
            unshown: None,
            lateness: None,
            opened: Instant::now(),
            repaint: Repaint::default(),
        })
    }

    /// Shows until the person leaves or nothing more comes; gives the repetitions of the set.
    pub(super) fn run(mut self, interruption: &Interruption) -> Result<Vec<Repetition>> {
        let shown = self.show_all(interruption);
        let ended = self.feed.take().map_or(Ok(()), Feed::finish);
        shown.and(ended)?;
        Ok(self.seen.map(|seen| seen.progress.repetitions).unwrap_or_default())
    }

    fn show_all(&mut self, interruption: &Interruption) -> Result<()> {
        while !interruption.wanted() && self.fetch()? == Next::Stay {
            for command in self.show()? {
                if command == Command::Leave {
                    return Ok(());
                }
                self.obey(command);
            }
        }
        Ok(())
    }

    /// Waits for the next observation, but not so long that a key would go unheard.
    fn fetch(&mut self) -> Result<Next> {
        let taken = match &self.feed {
            Some(feed) if !self.settings.paused => feed.next(PATIENCE),
            _ => {
                thread::sleep(PATIENCE);
                Taken::Nothing
            }
        };
        match taken {
            Taken::Value(seen) => {
                self.measured += 1;
                self.rate.observe(self.measured, Instant::now());
                self.unshown = Some(seen.frame.captured_at);
                self.seen = Some(seen);
            }
            Taken::Nothing => {}
            Taken::Closed => {
                self.feed.take().map_or(Ok(()), Feed::finish)?; // a fault ends the window, never hides behind it
                if self.at_end == AtEnd::Close {
                    return Ok(Next::Leave);
                }
            }
        }
        Ok(Next::Stay)
    }

    fn show(&mut self) -> Result<Vec<Command>> {
        let view = View {
            observation: self.seen.as_ref(),
            settings: self.settings,
            notice: None,
            silent: self.feed.as_ref().is_some_and(|feed| feed.silent().is_some()),
            finished: self.feed.is_none(),
            safety: self.opened.elapsed() < SAFETY_TIME,
            rate: self.rate.per_second().unwrap_or_default() as f32,
            source_rate: self.feed.as_ref().and_then(Feed::source_rate),
            lateness: self.lateness,
            dropped: self.feed.as_ref().map_or(0, Feed::dropped),
        };
        let frame = self.seen.as_ref().map(|seen| seen.frame.number);
        let size = (self.canvas.width(), self.canvas.height());
        let shown = (frame, size, view.settings, [view.silent, view.finished, view.safety]);
        match self.repaint.needed(shown, Instant::now()) {
            Paint::Anew => live::draw(&mut self.canvas, &view),
            Paint::Again => {}
            Paint::Not => return Ok(self.window.listen(&mut self.canvas)),
        }
        let commands = self.window.show(&mut self.canvas)?;
        self.lateness = self.unshown.take().map(|captured| captured.elapsed()).or(self.lateness);
        Ok(commands)
    }

    fn obey(&mut self, command: Command) {
        self.settings.apply(command);
        match (command, &self.feed) {
            (Command::FullScreen, _) => {
                if let Err(reason) = self.window.set_full_screen(self.settings.full_screen) {
                    tracing::warn!("{reason}");
                    self.settings.apply(command); // back to what is
                }
            }
            (Command::Pause, Some(feed)) => feed.pause(self.settings.paused),
            (Command::StandAgain, Some(feed)) => feed.order(Order::StandAgain),
            (Command::FullBend, Some(feed)) => feed.order(Order::FullBend),
            (Command::Side, Some(feed)) => feed.order(Order::Face(self.settings.facing)),
            _ => {}
        }
    }
}
