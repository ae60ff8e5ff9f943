//! Two repetitions side by side, aligned at their lowest points.

use std::time::Duration;

use jiff::Zoned;

use crate::coach::Repetition;
use crate::coach::guided::RoundSummary;
use crate::i18n::{Words, fill};
use crate::review::kept_frame::KeptFrames;
use crate::review::playback::{Move, Playback};
use crate::screen::review::ComparisonSide;
use crate::screen::tally::degrees;
use crate::source::Timestamp;

/// Steps of the shared clock, as fine as a camera's frames.
const STEP: Duration = Duration::from_millis(33);

/// The previous session, for comparison.
pub(in crate::cli) struct EarlierSession<'s> {
    pub frames: KeptFrames<'s>,
    pub began: Zoned,
}

/// Chooses two repetitions, from a session, the previous session and the number of the current repetition. The error
/// says why that is not possible.
pub(super) type BuildComparison =
    fn(&KeptFrames<'_>, Option<&EarlierSession<'_>>, Option<usize>, &Words) -> Result<SideBySide, String>;

/// Two repetitions on a shared clock.
pub(super) struct SideBySide {
    playback: Playback,
    /// The time of the lowest points on that clock.
    bottom: Duration,
    repetitions: [Repetition; 2],
    captions: [String; 2],
    /// Whether the second is from the previous session.
    across: bool,
}

impl SideBySide {
    /// The best repetition beside the worst.
    pub(super) fn best(
        frames: &KeptFrames<'_>,
        _: Option<&EarlierSession<'_>>,
        _: Option<usize>,
        words: &Words,
    ) -> Result<Self, String> {
        let (best, worst) = extremes(frames);
        let (Some(best), Some(worst)) = (best, worst) else { return Err(words.review.no_pair.clone()) };
        let captions = [caption(&words.review.best, "", &best), caption(&words.review.worst, "", &worst)];
        Ok(Self::new([best, worst], captions, false))
    }

    /// The current repetition beside the best of the previous session.
    pub(super) fn with_earlier(
        frames: &KeptFrames<'_>,
        earlier: Option<&EarlierSession<'_>>,
        number: Option<usize>,
        words: &Words,
    ) -> Result<Self, String> {
        let session = &frames.session;
        let this = number.and_then(|number| session.repetitions.get(number)).map(|kept| kept.repetition);
        let this = this.ok_or_else(|| words.review.no_repetition.clone())?;
        let earlier = earlier.ok_or_else(|| words.review.no_earlier.clone())?;
        let other = extremes(&earlier.frames).0.ok_or_else(|| words.review.no_earlier.clone())?;
        let days = [&session.entry.began, &earlier.began].map(|began| words.trend.day(began));
        let captions = [caption(&words.review.today, &days[0], &this), caption(&words.review.today, &days[1], &other)];
        Ok(Self::new([this, other], captions, true))
    }

    fn new(repetitions: [Repetition; 2], captions: [String; 2], across: bool) -> Self {
        let longest = |length: fn(&Repetition) -> Duration| repetitions.iter().map(length).max().unwrap_or_default();
        let bottom = longest(|repetition| repetition.bottom.since(repetition.start)) + STEP * 10;
        let length = bottom + longest(|repetition| repetition.end.since(repetition.bottom)) + STEP * 10;
        let steps = (length.as_secs_f64() / STEP.as_secs_f64()) as u32;
        let times: Vec<Timestamp> = (0..=steps).map(|step| Timestamp::new(STEP * step)).collect();
        let all =
            [times.first(), times.get(times.len() / 2), times.last()].map(|time| time.copied().unwrap_or_default());
        let mut playback = Playback::new(&times, [all]);
        playback.obey(Move::Slower);
        playback.obey(Move::Loop);
        Self { playback, bottom, repetitions, captions, across }
    }

    pub(super) fn playback(&self) -> &Playback {
        &self.playback
    }

    pub(super) fn advance(&mut self, time: Duration) {
        self.playback.pass(time);
    }

    pub(super) fn apply(&mut self, wanted: Move) {
        if matches!(wanted, Move::Toggle | Move::Frames(_) | Move::Faster | Move::Slower) {
            self.playback.obey(wanted);
        }
    }

    /// Both repetitions at the current time. Two of one session are each shown by its own decoder, one of them the `twin`:
    /// a single one would have to begin anew for every picture.
    pub(super) fn sides<'s>(
        &self,
        frames: &mut KeptFrames<'s>,
        twin: Option<&mut KeptFrames<'s>>,
        earlier: Option<&mut EarlierSession<'s>>,
    ) -> Option<[ComparisonSide; 2]> {
        let [first, second] = [0, 1].map(|number| self.time_in(&self.repetitions[number]));
        let [one, other] = &self.captions;
        let first = side(frames, first, &self.repetitions[0], one)?;
        let beside = match earlier.filter(|_| self.across) {
            Some(earlier) => Some(&mut earlier.frames),
            None => twin,
        };
        let second = side(beside.unwrap_or(frames), second, &self.repetitions[1], other)?;
        Some([first, second])
    }

    /// The time in a repetition that corresponds to the shared clock, aligned at the lowest point.
    fn time_in(&self, repetition: &Repetition) -> Timestamp {
        let offset = self.playback.position().as_secs_f64() - self.bottom.as_secs_f64();
        Timestamp::from_secs_f64(repetition.bottom.as_secs_f64() + offset)
    }
}

fn side(
    frames: &mut KeptFrames<'_>,
    time: Timestamp,
    repetition: &Repetition,
    caption: &str,
) -> Option<ComparisonSide> {
    let stood = frames.sample(frames.frame(repetition.start))?;
    // Bent forward, the person needs as much room in front of the feet as behind them when standing.
    let around = stood.back.as_ref().map(|back| back.hip.x).unwrap_or_default();
    let scene = frames.cut_out(frames.frame(time), around)?;
    Some(ComparisonSide { scene, repetition: *repetition, caption: caption.to_owned() })
}

/// The repetitions with the smallest and the largest lumbar share.
fn extremes(frames: &KeptFrames<'_>) -> (Option<Repetition>, Option<Repetition>) {
    let repetitions = frames.session.repetitions.iter().map(|kept| kept.repetition);
    let summary = RoundSummary::judged(repetitions.collect());
    let of = |number: Option<usize>| number.and_then(|number| summary.repetitions.get(number)).copied();
    (of(summary.best), of(summary.worst))
}

fn caption(template: &str, day: &str, repetition: &Repetition) -> String {
    let [hips, back] = [repetition.bend.hip_flexion, repetition.bend.lumbar_flexion].map(degrees);
    fill(template, &[("day", &day), ("hips", &hips), ("back", &back)])
}
