//! The playback state of a review: position and speed, controlled by keys and mouse.
//!
//! Pure: the caller passes the elapsed time, and frames are known only by their times.

use std::time::Duration;

use crate::source::Timestamp;

/// Playback speeds; the third is the initial one.
pub const SPEEDS: [f64; 4] = [0.25, 0.5, 1.0, 2.0];
const PLAIN: usize = 2;

/// A looped repetition is extended by this at both ends, so that its start and end are visible. [own]
const LOOP_MARGIN: Duration = Duration::from_millis(400);

/// A repetition in playback time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When the person left standing.
    pub start: Duration,
    /// The lowest point.
    pub bottom: Duration,
    /// When the person stood again.
    pub end: Duration,
}

/// A playback command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// Play or pause.
    Toggle,
    /// Moves by this many frames, backward if negative.
    Frames(isize),
    /// Moves to the next repetition, or to a previous one if negative.
    Repetitions(isize),
    /// Moves to the repetition of this number, from 0.
    Repetition(usize),
    /// Moves to this fraction of the whole, 0 to 1.
    To(f64),
    /// Faster.
    Faster,
    /// Slower.
    Slower,
    /// Starts or stops looping the current repetition.
    Loop,
}

/// A running review. Its clock starts at the first frame.
#[derive(Clone, Debug)]
pub struct Playback {
    frames: Vec<Duration>,
    spans: Vec<Span>,
    /// Where it begins when it is played from its beginning.
    begin: Duration,
    at: Duration,
    playing: bool,
    speed: usize,
    looped: Option<usize>,
}

impl Playback {
    /// Starts playing at the beginning of these frames, oldest first, with these repetitions.
    pub fn new(times: &[Timestamp], repetitions: impl IntoIterator<Item = [Timestamp; 3]>) -> Self {
        let first = times.first().copied().unwrap_or_default();
        let spans = repetitions.into_iter().map(|moments| {
            let [start, bottom, end] = moments.map(|moment| moment.since(first));
            Span { start, bottom, end }
        });
        Self {
            frames: times.iter().map(|time| time.since(first)).collect(),
            spans: spans.collect(),
            begin: Duration::ZERO,
            at: Duration::ZERO,
            playing: true,
            speed: PLAIN,
            looped: None,
        }
    }

    /// Begins here from now on; what is before is reached by going there.
    pub fn begin_at(&mut self, begin: Duration) {
        if self.at == self.begin {
            self.at = begin.min(self.length());
        }
        self.begin = begin.min(self.length());
    }

    /// Advances the clock.
    pub fn pass(&mut self, time: Duration) {
        if !self.playing {
            return;
        }
        self.at += time.mul_f64(self.speed());
        if let Some(Span { start, end, .. }) = self.looped.and_then(|number| self.spans.get(number)) {
            if self.at > *end + LOOP_MARGIN {
                self.at = start.saturating_sub(LOOP_MARGIN);
            }
        } else if self.at >= self.length() {
            (self.at, self.playing) = (self.length(), false);
        }
    }

    /// Executes a command.
    pub fn obey(&mut self, wanted: Move) {
        match wanted {
            Move::Toggle => {
                if !self.playing && self.at >= self.length() {
                    self.at = self.begin;
                }
                self.playing = !self.playing;
            }
            Move::Frames(by) => {
                self.playing = false;
                let frame = self.frame().saturating_add_signed(by).min(self.frames.len().saturating_sub(1));
                self.at = self.frames.get(frame).copied().unwrap_or_default();
            }
            Move::Repetitions(by) => {
                let beside = match self.repetition() {
                    // Before the first repetition, the next one is the first.
                    Some(_) if by > 0 && self.spans.first().is_some_and(|first| self.at < first.start) => Some(0),
                    here => here.map(|here| here.saturating_add_signed(by)),
                };
                if let Some(number) = beside {
                    self.obey(Move::Repetition(number));
                }
            }
            Move::Repetition(number) => self.go_to(number),
            Move::To(part) => {
                self.looped = None;
                self.at = self.length().mul_f64(part.clamp(0.0, 1.0));
            }
            Move::Faster => self.speed = (self.speed + 1).min(SPEEDS.len() - 1),
            Move::Slower => self.speed = self.speed.saturating_sub(1),
            Move::Loop => {
                self.looped = if self.looped.is_some() { None } else { self.repetition() };
                self.playing |= self.looped.is_some();
            }
        }
    }

    /// Moves to a repetition: to its beginning during playback, otherwise to its lowest point, which is of most
    /// interest.
    fn go_to(&mut self, number: usize) {
        let Some(span) = self.spans.get(number) else { return };
        self.at = if self.playing { span.start.saturating_sub(LOOP_MARGIN) } else { span.bottom };
        self.looped = self.looped.map(|_| number);
    }

    /// The current repetition: the one in progress, otherwise the last before, otherwise the first.
    pub fn repetition(&self) -> Option<usize> {
        let begun = self.spans.partition_point(|span| span.start.saturating_sub(LOOP_MARGIN) <= self.at);
        if self.spans.is_empty() { None } else { Some(begun.saturating_sub(1)) }
    }

    /// The shown frame, from 0: the last one up to now.
    pub fn frame(&self) -> usize {
        self.frames.partition_point(|time| *time <= self.at).saturating_sub(1)
    }

    /// The time of the shown frame, from the first.
    pub fn frame_time(&self) -> Duration {
        self.frames.get(self.frame()).copied().unwrap_or_default()
    }

    /// The current position.
    pub fn position(&self) -> Duration {
        self.at
    }

    /// The total length.
    pub fn length(&self) -> Duration {
        self.frames.last().copied().unwrap_or_default()
    }

    /// The repetitions.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The repetition that a moment lies in.
    pub fn repetition_at(&self, at: Duration) -> Option<usize> {
        self.spans.iter().position(|span| (span.start..=span.end).contains(&at))
    }

    /// Whether it is playing.
    pub fn plays(&self) -> bool {
        self.playing
    }

    /// Whether it is looping a repetition.
    pub fn loops(&self) -> bool {
        self.looped.is_some()
    }

    /// The speed, 1 for real time.
    pub fn speed(&self) -> f64 {
        SPEEDS.get(self.speed).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten seconds at 10 frames/s, with repetitions at 2, 5 and 8 s, one second down and one up.
    fn playback() -> Playback {
        let at = Timestamp::from_secs_f64;
        let times: Vec<Timestamp> = (0..=100).map(|tenth| at(3.0 + f64::from(tenth) / 10.0)).collect();
        let moments = [5.0, 8.0, 11.0].map(|start| [start, start + 1.0, start + 2.0].map(at));
        Playback::new(&times, moments)
    }

    fn after(moves: &[Move]) -> Playback {
        let mut playback = playback();
        moves.iter().for_each(|wanted| playback.obey(*wanted));
        playback
    }

    fn seconds(playback: &Playback) -> f64 {
        playback.position().as_secs_f64()
    }

    #[test]
    fn it_plays_at_its_speed_and_stops_at_its_end() {
        let mut playback = playback();
        playback.pass(Duration::from_secs(2));
        assert_eq!((seconds(&playback), playback.frame()), (2.0, 20));
        playback.obey(Move::Slower);
        playback.obey(Move::Slower);
        playback.obey(Move::Slower);
        playback.pass(Duration::from_secs(4));
        assert_eq!((playback.speed(), seconds(&playback)), (0.25, 3.0));
        playback.pass(Duration::from_secs(60));
        assert!(!playback.plays() && playback.position() == playback.length() && playback.frame() == 100);
        playback.obey(Move::Toggle);
        assert_eq!((playback.plays(), seconds(&playback)), (true, 0.0), "from the beginning again");
        (0..9).for_each(|_| playback.obey(Move::Faster));
        assert_eq!(playback.speed(), 2.0);
    }

    #[test]
    fn frames_are_gone_through_one_by_one() {
        let playback = after(&[Move::To(0.5), Move::Frames(1)]);
        assert_eq!((playback.frame(), playback.plays()), (51, false));
        assert_eq!(after(&[Move::Frames(-1)]).frame(), 0);
        assert_eq!(after(&[Move::To(1.0), Move::Frames(3)]).frame(), 100);
    }

    #[test]
    fn repetitions_are_gone_to_at_their_lowest_point_or_while_it_plays_at_their_beginning() {
        assert!((seconds(&after(&[Move::Repetition(1)])) - 4.6).abs() < 1e-9);
        let still = |moves: &[Move]| {
            let mut all = vec![Move::Toggle];
            all.extend(moves);
            seconds(&after(&all))
        };
        assert_eq!(still(&[Move::Repetitions(1)]), 3.0, "before the first, the next is the first");
        assert_eq!(still(&[Move::Repetition(0), Move::Repetitions(1)]), 6.0);
        assert_eq!(still(&[Move::Repetition(2), Move::Repetitions(1)]), 9.0, "there is no fourth");
        assert_eq!(still(&[Move::Repetition(2), Move::Repetitions(-1)]), 6.0);
        assert_eq!(still(&[Move::Repetition(7)]), 0.0);
        assert_eq!(after(&[Move::To(0.1)]).repetition(), Some(0));
        assert_eq!(after(&[Move::To(0.75)]).repetition(), Some(1));
    }

    #[test]
    fn a_repetition_goes_round_until_somebody_goes_elsewhere() {
        let mut playback = after(&[Move::Repetition(1), Move::Loop]);
        assert!(playback.loops());
        playback.pass(Duration::from_millis(2900));
        assert!((seconds(&playback) - 4.6).abs() < 1e-9);
        playback.obey(Move::Repetitions(1));
        playback.pass(Duration::from_secs(3));
        assert!((seconds(&playback) - 7.6).abs() < 1e-9, "the next one goes round");
        playback.obey(Move::To(0.1));
        assert!(!playback.loops());
    }

    #[test]
    fn nothing_kept_can_be_looked_at_too() {
        let mut playback = Playback::new(&[], []);
        for wanted in [Move::Toggle, Move::Frames(1), Move::Repetitions(1), Move::Loop, Move::To(0.5)] {
            playback.obey(wanted);
            playback.pass(Duration::from_secs(1));
        }
        assert_eq!((playback.frame(), playback.repetition(), playback.position()), (0, None, Duration::ZERO));
    }
}
