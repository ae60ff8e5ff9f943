//! A session where there is no window: a live line that is written over and over, and a line for each event. Where
//! nobody watches (a file, a pipe) only the events are written.
//!
//! Events are told from what changed between two observations, not from those of each frame: of a camera's frames not
//! every one arrives here.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;

use super::ending::Untold;
use super::feed::Feed;
use super::interruption::Interruption;
use crate::chain::Observation;
use crate::coach::{Event, Repetition};
use crate::latest::Taken;
use crate::screen::terminal::{self, Style};
use crate::screen::theme;

/// How long to wait for the next observation before looking whether the person wants to stop.
const PATIENCE: Duration = Duration::from_millis(200);

/// Goes to the start of the line and clears it.
const OVER_AGAIN: &str = "\r\x1b[2K";

/// Writes a session to `out`.
pub(super) struct Teletype<W> {
    out: W,
    watched: bool,
    style: Style,
    standing: bool,
    silent: bool,
    repetitions: Vec<Repetition>,
}

impl<W: Write> Teletype<W> {
    /// `watched` says whether a person looks at `out` as it is written.
    pub(super) fn new(out: W, watched: bool, style: Style) -> Self {
        Self { out, watched, style, standing: false, silent: false, repetitions: Vec::new() }
    }

    /// Writes until the person stops it or nothing more comes; gives the repetitions of the set.
    pub(super) fn run(mut self, feed: Feed, interruption: &Interruption) -> Result<Vec<Repetition>> {
        let told = self.tell_all(&feed, interruption);
        let ended = feed.finish();
        told.map_err(Untold::from)?;
        ended?;
        Ok(self.repetitions)
    }

    fn tell_all(&mut self, feed: &Feed, interruption: &Interruption) -> io::Result<()> {
        writeln!(self.out, "{}", theme::SAFETY)?;
        while !interruption.wanted() {
            match feed.next(PATIENCE) {
                Taken::Value(seen) => self.tell(&seen)?,
                Taken::Nothing => self.tell_silence(feed.silent().is_some())?,
                Taken::Closed => break,
            }
        }
        self.clear()
    }

    fn tell(&mut self, seen: &Observation) -> io::Result<()> {
        self.silent = false;
        for event in self.changes(seen) {
            if let Some(line) = terminal::event_line(seen.frame.time, &event, &seen.progress, self.style) {
                self.clear()?;
                writeln!(self.out, "{line}")?;
            }
        }
        if self.watched {
            write!(self.out, "{OVER_AGAIN}{}", terminal::line(seen, self.style))?;
        }
        self.out.flush()
    }

    /// What happened since the last observation.
    fn changes(&mut self, seen: &Observation) -> Vec<Event> {
        let mut events = Vec::new();
        let standing = seen.measurement.standing.is_some();
        if standing && !self.standing {
            events.push(Event::StandingFound);
        }
        self.standing = standing;
        let known = self.repetitions.len();
        events.extend(seen.progress.repetitions.iter().skip(known).copied().map(Event::RepetitionFinished));
        self.repetitions.clone_from(&seen.progress.repetitions);
        events
    }

    fn tell_silence(&mut self, silent: bool) -> io::Result<()> {
        if silent && !self.silent {
            self.clear()?;
            writeln!(self.out, "{}", theme::SILENT)?;
            self.out.flush()?;
        }
        self.silent = silent;
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        if self.watched {
            write!(self.out, "{OVER_AGAIN}")?;
        }
        Ok(())
    }
}
