//! Which samples of a track are shown, in which order and when, by its edit list.
//!
//! Times are those of the movement: where a phone's slow motion is stretched by an edit's rate, its pictures keep the
//! times at which they were taken. Time 0 is that of the first picture shown.

use std::ops::Range;
use std::time::Duration;

use super::movie::Edit;
use super::sample_table::Mp4Samples;

/// A picture that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The number of its sample, in decoding order.
    pub(super) sample: u32,
    /// When it is shown, from the first picture on.
    pub(super) time: Duration,
}

/// Pictures that are shown one after another as they follow in the media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Their numbers among those shown.
    pub(super) shown: Range<usize>,
    /// The samples to decode for them.
    pub(super) decoded: Range<usize>,
}

/// All pictures that are shown.
#[derive(Debug, Default)]
pub(super) struct EditedTimeline {
    /// In the order in which they are shown.
    pub(super) shown: Vec<Shown>,
    pub(super) stretches: Vec<Stretch>,
    /// How many would be shown but lie beyond the end of the file.
    pub(super) lost: u64,
    /// From the first picture to the end of the last.
    pub(super) duration: Duration,
    /// The file's own time of the first picture.
    pub(super) first_time: Duration,
    /// Why the edit list was not obeyed.
    pub(super) refused: Option<&'static str>,
}

/// The most edits; an app for cutting videos writes some hundred.
const MOST_EDITS: usize = 10_000;

/// How often all media may be shown.
const MOST_REPEATS: usize = 8;

/// How many samples may be decoded for those shown: this many, and so many times all of them. Each part begins at the key
/// frame before it, so a film cut to pieces takes many times its pictures. [own]
const MOST_DECODED: usize = 10_000;
const MOST_DECODED_TIMES: usize = 32;

/// How often the edits may go back in the media: ffmpeg is started anew for each. [own]
const MOST_REWINDS: usize = 100;

/// A rate of 1.
const NORMAL_RATE: i32 = 0x1_0000;

/// A part of the media that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    /// Media time, ticks of the track.
    from: i64,
    to: i64,
    /// Where it is put, ticks of the track.
    at: i64,
}

/// Between two pictures of a film lies more than this, on average; seconds. Cameras reach 1000 a second. [own]
const SHORTEST_STEP: f64 = 1e-5;

/// And less than this: a picture every few minutes shows no movement. [own]
const LONGEST_STEP: f64 = 200.0;

impl EditedTimeline {
    /// Whether its pictures may have come at these times, most of them.
    pub(super) fn has_sensible_times(&self) -> bool {
        let [first, .., last] = self.shown.as_slice() else { return true };
        let step = (last.time.saturating_sub(first.time)).as_secs_f64() / (self.shown.len() - 1) as f64;
        (SHORTEST_STEP..=LONGEST_STEP).contains(&step)
    }

    /// Of samples at `timescale` ticks a second, edited in a movie of `movie_timescale`.
    pub(super) fn of(samples: &Mp4Samples, edits: &[Edit], timescale: u32, movie_timescale: u32) -> Self {
        let whole = [Segment { from: i64::MIN, to: i64::MAX, at: 0 }];
        let mut builder = Builder::new(samples, slack(samples, timescale, movie_timescale));
        let edited =
            segments(edits, timescale, movie_timescale).and_then(|segments| builder.timeline(&segments, timescale));
        let sensible = edited.and_then(|edited| match edited {
            Some(timeline) if !timeline.has_sensible_times() => Err("the times that it gives make no sense"),
            edited => Ok(edited),
        });
        match sensible {
            Ok(Some(timeline)) => timeline,
            refused => {
                builder.slack = 0;
                let timeline = builder.timeline(&whole, timescale).ok().flatten().unwrap_or_default();
                Self { refused: refused.err(), ..timeline }
            }
        }
    }
}

/// How far a picture may lie from the border of an edit, which is rounded to the movie's ticks, and count as beyond it.
fn slack(samples: &Mp4Samples, timescale: u32, movie_timescale: u32) -> i64 {
    let shortest = samples.all.iter().map(|sample| sample.duration).filter(|&duration| duration > 0).min();
    i64::from(timescale.div_ceil(movie_timescale.max(1))).min(i64::from(shortest.unwrap_or(0) / 4))
}

/// The parts of the media that are shown; an error says why the edits cannot be obeyed.
fn segments(edits: &[Edit], timescale: u32, movie_timescale: u32) -> Result<Vec<Segment>, &'static str> {
    if edits.len() > MOST_EDITS {
        return Err("it has too many entries");
    }
    let scale = |ticks: i128| {
        let scaled = ticks * i128::from(timescale) / i128::from(movie_timescale.max(1));
        scaled.clamp(0, i64::MAX.into()) as i64
    };
    let (mut segments, mut at): (Vec<Segment>, i64) = (Vec::new(), 0);
    for (number, edit) in edits.iter().enumerate() {
        let duration = i128::from(edit.duration);
        let Some(from) = edit.media else {
            at = at.saturating_add(scale(duration));
            continue;
        };
        if edit.rate < 0 || from < 0 {
            return Err("it runs backwards or begins before the first picture");
        }
        let open_ended = edit.duration == 0 && number + 1 == edits.len();
        let length =
            if open_ended { i64::MAX } else { scale(duration * i128::from(edit.rate) / i128::from(NORMAL_RATE)) };
        if length > 0 {
            push_segment(&mut segments, Segment { from, to: from.saturating_add(length), at });
            at = at.saturating_add(length);
        }
    }
    Ok(segments)
}

/// Adds a segment; one that only goes on where the last ended makes it longer.
fn push_segment(segments: &mut Vec<Segment>, segment: Segment) {
    match segments.last_mut() {
        Some(last) if last.to == segment.from && last.at - last.from == segment.at - segment.from => {
            last.to = segment.to;
        }
        _ => segments.push(segment),
    }
}

struct Builder<'a> {
    samples: &'a Mp4Samples,
    /// The samples' numbers, in the order of their times.
    order: Vec<u32>,
    /// The numbers of the key frames.
    keys: Vec<u32>,
    /// The times of the samples that are lost, in order.
    lost: Vec<i64>,
    slack: i64,
}

impl<'a> Builder<'a> {
    fn new(samples: &'a Mp4Samples, slack: i64) -> Self {
        let numbered = || (0_u32..).zip(&samples.all);
        let mut order: Vec<(i64, u32)> = numbered().map(|(number, sample)| (sample.time, number)).collect();
        order.sort_unstable();
        let keys = numbered().filter(|(_, sample)| sample.key).map(|(number, _)| number).collect();
        let mut lost = samples.lost.clone();
        lost.sort_unstable();
        Self { samples, order: order.into_iter().map(|(_, number)| number).collect(), keys, lost, slack }
    }

    /// What the segments show; `None` if there are none.
    fn timeline(&self, segments: &[Segment], timescale: u32) -> Result<Option<EditedTimeline>, &'static str> {
        if segments.is_empty() {
            return Ok(None);
        }
        let (mut timeline, mut ticks) = (EditedTimeline::default(), Vec::new());
        for segment in segments {
            self.add(&mut timeline, &mut ticks, *segment)?;
        }
        self.check_effort(&timeline)?;
        let Some(&first) = ticks.first() else { return Err("it shows nothing") };
        for (shown, tick) in timeline.shown.iter_mut().zip(&ticks) {
            shown.time = duration(i128::from(*tick) - i128::from(first), timescale);
        }
        timeline.first_time = duration(first.into(), timescale);
        let last =
            timeline.shown.last().and_then(|last| Some((last.time, self.samples.all.get(last.sample as usize)?)));
        let end = last.map(|(time, sample)| time + duration(sample.duration.into(), timescale));
        timeline.duration = end.unwrap_or_default();
        Ok(Some(timeline))
    }

    /// Whether playing these parts takes so long that the edits must be nonsense.
    fn check_effort(&self, timeline: &EditedTimeline) -> Result<(), &'static str> {
        let decoded: usize = timeline.stretches.iter().map(|stretch| stretch.decoded.len()).sum();
        let time = |number: usize| self.samples.all.get(timeline.shown.get(number)?.sample as usize).map(|s| s.time);
        let borders = timeline.stretches.iter().skip(1).map(|stretch| stretch.shown.start);
        let rewinds = borders.filter(|&next| time(next) <= time(next.saturating_sub(1))).count();
        if decoded > MOST_DECODED + MOST_DECODED_TIMES * self.order.len() {
            return Err("it needs everything decoded too often");
        }
        if rewinds > MOST_REWINDS { Err("it goes back too often") } else { Ok(()) }
    }

    /// Adds what a segment shows, and its times in ticks.
    fn add(&self, timeline: &mut EditedTimeline, ticks: &mut Vec<i64>, segment: Segment) -> Result<(), &'static str> {
        let time = |number: &u32| self.samples.all.get(*number as usize).map_or(0, |sample| sample.time);
        let (from, to) = (segment.from.saturating_sub(self.slack), segment.to.saturating_sub(self.slack));
        let start = self.order.partition_point(|number| time(number) < from);
        let end = self.order.partition_point(|number| time(number) < to).max(start);
        let lost_before = |time: i64| self.lost.partition_point(|lost| *lost < time);
        timeline.lost += lost_before(to).saturating_sub(lost_before(from)) as u64;
        let numbers = self.order.get(start..end).unwrap_or_default();
        let begin = timeline.shown.len();
        if begin + numbers.len() > MOST_REPEATS * self.order.len() {
            return Err("it shows everything too often");
        }
        let shift = if segment.from == i64::MIN { 0 } else { segment.at.saturating_sub(segment.from) };
        for number in numbers {
            timeline.shown.push(Shown { sample: *number, time: Duration::ZERO });
            ticks.push(time(number).saturating_add(shift).max(ticks.last().copied().unwrap_or(i64::MIN)));
        }
        let (first, last) = (numbers.iter().min(), numbers.iter().max());
        if let (Some(&first), Some(&last)) = (first, last) {
            let keys = self.keys.partition_point(|key| *key <= first);
            let key = keys.checked_sub(1).and_then(|before| self.keys.get(before)).map_or(0, |key| *key as usize);
            timeline.stretches.push(Stretch { shown: begin..timeline.shown.len(), decoded: key..last as usize + 1 });
        }
        Ok(())
    }
}

/// Ticks as time; nothing is earlier than 0.
pub(super) fn duration(ticks: i128, timescale: u32) -> Duration {
    let nanoseconds = ticks.max(0) * 1_000_000_000 / i128::from(timescale.max(1));
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::sample_table::Mp4Sample;
    use super::*;

    /// Samples 10 ticks apart in decoding order, each second pair swapped in presentation; every fourth is a key frame.
    fn samples(count: u32) -> Mp4Samples {
        let mut samples = Mp4Samples::default();
        for number in 0..count {
            let sample = Mp4Sample { size: 1, duration: 10, key: number % 4 == 0, ..Mp4Sample::default() };
            let composition = [10, 20, 0, 10][number as usize % 4];
            samples.push(sample, composition, 100);
        }
        samples
    }

    fn edit(duration: u64, media: i64, rate: f64) -> Edit {
        Edit { duration, media: (media >= 0).then_some(media), rate: (rate * 65536.0) as i32 }
    }

    /// The samples shown and their times, milliseconds. A tick of the track and of the movie is 10 ms.
    fn shown(timeline: &EditedTimeline) -> Vec<(u32, u64)> {
        timeline.shown.iter().map(|shown| (shown.sample, shown.time.as_millis() as u64)).collect()
    }

    fn edited(edits: &[Edit]) -> EditedTimeline {
        EditedTimeline::of(&samples(12), edits, 100, 100)
    }

    #[test]
    fn without_edits_all_are_shown_in_the_order_of_their_times_from_zero() {
        let timeline = edited(&[]);
        let order: Vec<u32> = timeline.shown.iter().map(|shown| shown.sample).collect();
        assert_eq!(order, [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11]);
        assert_eq!(timeline.shown[11].time, Duration::from_millis(1100));
        assert_eq!(timeline.duration, Duration::from_millis(1200));
        assert_eq!(timeline.first_time, Duration::from_millis(100));
        assert_eq!(timeline.stretches, [Stretch { shown: 0..12, decoded: 0..12 }]);
    }

    #[test]
    fn a_trim_shows_what_lies_in_it_and_decodes_from_the_key_frame_before() {
        let timeline = edited(&[edit(30, 60, 1.0)]);
        assert_eq!(shown(&timeline), [(6, 0), (5, 100), (7, 200)]);
        assert_eq!(timeline.stretches, [Stretch { shown: 0..3, decoded: 4..8 }]);
        let rounded = edited(&[edit(29, 61, 1.0)]);
        assert_eq!(shown(&rounded).len(), 3, "borders are rounded to ticks of the movie");
    }

    #[test]
    fn an_empty_edit_delays_and_segments_follow_each_other_in_any_order() {
        let timeline = edited(&[edit(50, -1, 1.0), edit(20, 90, 1.0), edit(30, -1, 1.0), edit(20, 10, 1.0)]);
        assert_eq!(shown(&timeline), [(8, 0), (10, 100), (0, 500), (2, 600)]);
        assert_eq!(timeline.first_time, Duration::from_millis(500));
        assert_eq!(timeline.stretches.len(), 2);
        let twice = edited(&[edit(20, 10, 1.0), edit(20, 10, 1.0)]);
        assert_eq!(shown(&twice), [(0, 0), (2, 100), (0, 200), (2, 300)]);
    }

    #[test]
    fn slow_motion_keeps_the_times_of_the_movement() {
        let slow = edited(&[edit(30, 10, 1.0), edit(320, 40, 0.125), edit(50, 80, 1.0)]);
        assert_eq!(shown(&slow), shown(&edited(&[])));
        assert_eq!(slow.stretches.len(), 1, "it is decoded in one go");
        let fast = edited(&[edit(60, 10, 2.0)]);
        assert_eq!(shown(&fast), shown(&edited(&[])));
    }

    #[test]
    fn an_edit_list_that_makes_no_sense_is_not_obeyed() {
        for (edits, reason) in [
            (vec![edit(30, 10, -1.0)], "backwards"),
            (vec![edit(30, i64::MAX, 1.0)], "nothing"),
            (vec![edit(30, 500, 1.0)], "nothing"),
            (vec![edit(120, 10, 1.0); 9], "too often"),
            (vec![edit(1, 10, 1.0); MOST_EDITS + 1], "too many"),
        ] {
            let timeline = edited(&edits);
            assert_eq!(shown(&timeline), shown(&edited(&[])));
            assert!(
                timeline.refused.is_some_and(|refused| refused.contains(reason)),
                "{reason}: {:?}",
                timeline.refused
            );
        }
        for edits in
            [vec![edit(30, -1, 1.0)], vec![edit(30, 10, 0.0)], vec![edit(u64::MAX, 10, 1.0)], vec![edit(0, 10, 1.0)]]
        {
            let timeline = edited(&edits);
            assert_eq!((shown(&timeline).len(), timeline.refused), (12, None), "{edits:?}");
        }
    }

    #[test]
    fn edits_that_take_too_long_are_not_obeyed() {
        let mut samples = samples(400);
        let refused = |samples: &Mp4Samples, edits: &[Edit]| EditedTimeline::of(samples, edits, 100, 100).refused;
        let there_and_back = [edit(10, 90, 1.0), edit(10, 10, 1.0)];
        assert_eq!(refused(&samples, &there_and_back.repeat(MOST_REWINDS)), None);
        assert!(refused(&samples, &there_and_back.repeat(MOST_REWINDS + 1)).is_some_and(|said| said.contains("back")));
        let pieces: Vec<Edit> = (0..200).map(|number| edit(10, 20 * number + 10, 1.0)).collect();
        assert_eq!(refused(&samples, &pieces), None);
        samples.all.iter_mut().skip(1).for_each(|sample| sample.key = false);
        assert!(refused(&samples, &pieces).is_some_and(|said| said.contains("decoded")));
    }

    #[test]
    fn what_lies_beyond_the_file_counts_where_it_would_be_shown() {
        let mut cut = samples(12);
        cut.lost = vec![130, 140, 150];
        assert_eq!(EditedTimeline::of(&cut, &[], 100, 100).lost, 3);
        assert_eq!(EditedTimeline::of(&cut, &[edit(130, 10, 1.0)], 100, 100).lost, 1);
    }

    #[test]
    fn ticks_are_converted_to_time() {
        assert_eq!(duration(3003, 90_000), Duration::from_nanos(33_366_666));
        assert_eq!(duration(-5, 90_000), Duration::ZERO);
        assert_eq!(duration(5, 0), Duration::from_secs(5));
        assert_eq!(duration(i128::from(i64::MAX) * 2, 1), Duration::from_nanos(u64::MAX));
    }
}
