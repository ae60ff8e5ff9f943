//! Two repetitions side by side, aligned at their lowest points.

use std::time::Duration;

use super::person_place;
use crate::coach::Repetition;
use crate::coach::guided::RoundSummary;
use crate::i18n::{Words, fill};
use crate::pipeline::Scene;
use crate::pose::CameraPoint;
use crate::review::kept_frame::KeptFrames;
use crate::review::playback::{Move, Playback};
use crate::screen::canvas::WindowSize;
use crate::screen::framing::{self, CameraBox};
use crate::screen::review::ComparisonSide;
use crate::screen::tally::flexions_at_bottom;
use crate::source::Timestamp;
use crate::spine::Facing;

/// The shape of each side, as large as it usually is.
const SQUARE: WindowSize = WindowSize::new(420.0, 420.0);

/// Steps of the shared clock, as fine as a camera's frames.
const STEP: Duration = Duration::from_millis(33);

/// One of two repetitions with where it is from.
struct Compared {
    repetition: Repetition,
    caption: String,
    lowest: Option<(Vec<CameraPoint>, Facing)>,
    /// Where the person is in it, in the camera's pixels.
    place: Option<CameraBox>,
}

/// Two repetitions on a shared clock, as the window has them.
pub(super) struct SideBySide {
    playback: Playback,
    /// The time of the lowest points on that clock.
    bottom: Duration,
    /// That of each in its session.
    bottoms: [Timestamp; 2],
}

impl SideBySide {
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

    /// The times in both that correspond to the shared clock, aligned at the lowest points. They go by its steps, as fine as a
    /// camera's frames.
    pub(super) fn times(&self) -> [Timestamp; 2] {
        let at = STEP.as_secs_f64() * self.playback.frame() as f64;
        let offset = at - self.bottom.as_secs_f64();
        self.bottoms.map(|bottom| Timestamp::from_secs_f64(bottom.as_secs_f64() + offset))
    }
}

/// Two repetitions, as the reader has them.
pub(super) struct PairFrames {
    sides: [Compared; 2],
    /// The second one's frames: a session of its own, or the same with a decoder of its own, as a single one would have to
    /// begin anew for every picture.
    other: KeptFrames<'static>,
}

impl PairFrames {
    /// The best repetition beside the worst; `None` if there are no two.
    pub(super) fn best(frames: &mut KeptFrames<'static>, words: &Words) -> Option<Self> {
        let repetitions = frames.session.repetitions.iter().map(|kept| kept.repetition);
        let summary = RoundSummary::judged(repetitions.collect());
        let of = |number: Option<usize>| number.and_then(|number| summary.repetitions.get(number)).copied();
        let (best, worst) = of(summary.best).zip(of(summary.worst))?;
        let sides = [(best, &words.review.best), (worst, &words.review.worst)];
        let sides = sides.map(|(repetition, name)| {
            Compared::of(frames, repetition, format!("{name}\n{}", told(&words.review.row, &repetition)))
        });
        Some(Self { sides, other: frames.twin() })
    }

    /// The repetition of this number beside one of another session, or of the same one; each with its session's title.
    /// `None` if one of them is not there.
    pub(super) fn with_other(
        (frames, number, title): (&mut KeptFrames<'static>, usize, &str),
        (mut other, other_number, other_title): (KeptFrames<'static>, usize, &str),
        words: &Words,
    ) -> Option<Self> {
        let side = |frames: &mut KeptFrames<'static>, number: usize, title: &str| {
            let repetition = frames.session.repetitions.get(number)?.repetition;
            let of = frames.session.repetitions.len();
            let name = fill(&words.review.repetition, &[("number", &(number + 1)), ("of", &of)]);
            let values = told(&words.review.row, &repetition);
            Some(Compared::of(frames, repetition, format!("{title}\n{name}\n{values}")))
        };
        let sides = [side(frames, number, title)?, side(&mut other, other_number, other_title)?];
        Some(Self { sides, other })
    }

    /// Both on a clock that goes round, slowly.
    pub(super) fn on_one_clock(&self) -> SideBySide {
        let longest = |length: fn(&Repetition) -> Duration| {
            self.sides.iter().map(|side| length(&side.repetition)).max().unwrap_or_default()
        };
        let bottom = longest(|repetition| repetition.bottom.since(repetition.start)) + STEP * 10;
        let length = bottom + longest(|repetition| repetition.end.since(repetition.bottom)) + STEP * 10;
        let steps = (length.as_secs_f64() / STEP.as_secs_f64()) as u32;
        let times: Vec<Timestamp> = (0..=steps).map(|step| Timestamp::new(STEP * step)).collect();
        let all =
            [times.first(), times.get(times.len() / 2), times.last()].map(|time| time.copied().unwrap_or_default());
        let mut playback = Playback::new(&times, [all]);
        playback.obey(Move::Slower);
        playback.obey(Move::Loop);
        let bottoms = [&self.sides[0], &self.sides[1]].map(|side| side.repetition.bottom);
        SideBySide { playback, bottom, bottoms }
    }

    /// Both repetitions at these times, each as a `whole` or the person alone.
    pub(super) fn sides(
        &mut self,
        frames: &mut KeptFrames<'static>,
        times: [Timestamp; 2],
        whole: bool,
    ) -> Option<[ComparisonSide; 2]> {
        let [first, second] = &self.sides;
        Some([first.shown(frames, times[0], whole)?, second.shown(&mut self.other, times[1], whole)?])
    }
}

impl Compared {
    fn of(frames: &mut KeptFrames<'_>, repetition: Repetition, caption: String) -> Self {
        let frame = frames.frame(repetition.bottom);
        let back = frames.sample(frame).and_then(|sample| sample.back.as_ref());
        let lowest = back.map(|back| (back.curve.clone(), back.facing));
        let place = person_place::over(frames, &repetition);
        Self { repetition, caption, lowest, place }
    }

    fn shown(&self, frames: &mut KeptFrames<'_>, time: Timestamp, whole: bool) -> Option<ComparisonSide> {
        let scene = match self.place.filter(|_| !whole) {
            Some(place) => {
                let part = |picture, scale| framing::crop(place.scale(scale, scale), picture, SQUARE);
                frames.part(frames.frame(time), part)?
            }
            None => self.whole(frames, time)?,
        };
        let (repetition, caption, lowest) = (self.repetition, self.caption.clone(), self.lowest.clone());
        Some(ComparisonSide { scene, repetition, caption, lowest })
    }

    /// The frame at this time, as high as its picture.
    fn whole(&self, frames: &mut KeptFrames<'_>, time: Timestamp) -> Option<Scene> {
        let stood = frames.sample(frames.frame(self.repetition.start))?;
        // Bent forward, the person needs as much room in front of the feet as behind them when standing.
        let around = stood.back.as_ref().map(|back| back.hip.x).unwrap_or_default();
        frames.cut_out(frames.frame(time), around)
    }
}

fn told(template: &str, repetition: &Repetition) -> String {
    let [hips, back] = flexions_at_bottom(repetition);
    fill(template, &[("hips", &hips), ("back", &back)])
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::coach::Verdict;
    use crate::export::fixtures;
    use crate::i18n::Language;
    use crate::recording::fragmented_mp4::fixtures as film;
    use crate::review::SessionPlayer;
    use crate::source::video::DECODER_STARTS;
    use crate::store::StoredRepetition;
    use crate::store::sample::Sample;

    /// Two bends of one session are looked at in turn: by one decoder, each picture would be sought anew.
    #[test]
    fn two_bends_of_one_session_have_a_decoder_each_that_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        film::write_video(&path);
        let mut whole = fixtures::session(Facing::Right);
        let (seen, times) = (whole.samples[1].clone(), film::times());
        let sample = |(number, time): (usize, &Timestamp)| Sample {
            time: *time,
            number: number as u64,
            pictured: true,
            ..seen.clone()
        };
        whole.samples = times.iter().enumerate().map(sample).collect();
        let bend = |from: usize, verdict, lumbar: f32| {
            let mut kept: StoredRepetition = whole.session.repetitions[0].clone();
            let bend = &mut kept.repetition;
            (bend.start, bend.bottom, bend.end) = (times[from], times[from + 20], times[from + 40]);
            (bend.verdict, bend.bend.lumbar_flexion) = (Some(verdict), Angle::degrees(lumbar));
            kept
        };
        whole.session.repetitions = vec![bend(0, Verdict::Hips, 5.0), bend(75, Verdict::Back, 40.0)];
        let player = SessionPlayer::open(&path, &whole.samples).unwrap().unwrap();
        let mut frames = KeptFrames::new(whole.session.clone(), whole.samples.clone(), Some(player)).unwrap();
        let words = Words::read(Language::English).unwrap();
        let mut pair = PairFrames::best(&mut frames, &words).unwrap();
        let mut both = pair.on_one_clock();
        let before = DECODER_STARTS.get();
        for _ in 0..60 {
            both.advance(STEP);
            assert!(pair.sides(&mut frames, both.times(), false).is_some());
        }
        let starts = DECODER_STARTS.get() - before;
        assert!(starts <= 6, "{starts} for 60 pictures of each");
    }
}
