//! Gives the pictures of ffmpeg the numbers and times that the index of their file has for them.
//!
//! ffmpeg decodes every picture of the stream in the order of their times in the media. Which of them are shown, and
//! when, says the index: as for the files that are decoded here.

use std::sync::Arc;

use super::super::index::Index;

/// What is to be done with a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is not shown.
    Skipped,
    /// It is the picture with this number.
    Shown(usize),
    /// Nothing more is shown of what follows: what comes next lies before it in the media.
    Rewind,
}

/// The way through a file.
pub(super) struct FrameGuide {
    pub(super) index: Arc<Index>,
    stretch: usize,
    /// The number of the first picture that was not yet due.
    next: usize,
    /// What libavformat adds to all times, ticks; known with the first picture.
    offset: Option<i64>,
}

impl FrameGuide {
    /// Begins at the picture with this number.
    pub(super) fn new(index: Arc<Index>, next: usize) -> Self {
        let stretch = index.timeline.stretches.partition_point(|stretch| stretch.shown.end <= next);
        Self { index, stretch, next, offset: None }
    }

    /// Whether more pictures may come of a new run.
    pub(super) fn has_more(&self) -> bool {
        self.stretch < self.index.timeline.stretches.len()
    }

    /// Goes on to the next stretch, for which ffmpeg starts anew.
    pub(super) fn rewind(&mut self) {
        self.stretch += 1;
        self.next = self.index.timeline.stretches.get(self.stretch).map_or(self.next, |stretch| stretch.shown.start);
    }

    /// What becomes of the picture at this time; of one without a time, it is the next.
    pub(super) fn fate(&mut self, seconds: Option<f64>) -> Fate {
        let Some(seconds) = seconds else { return self.show(self.next) };
        let ticks = (seconds * f64::from(self.index.timescale)).round() as i64;
        let offset = match self.offset {
            Some(offset) => offset,
            None => *self.offset.insert(self.offset_of(ticks)),
        };
        let time = ticks.saturating_sub(offset);
        while let Some((first, last)) = self.bounds(self.stretch) {
            if time <= last {
                let near = self.nearest(time).filter(|_| time >= first);
                return near.filter(|&number| number >= self.next).map_or(Fate::Skipped, |number| self.show(number));
            }
            match self.bounds(self.stretch + 1) {
                Some((next, _)) if next > last => self.rewind(),
                _ => return Fate::Rewind,
            }
        }
        Fate::Skipped
    }

    fn show(&mut self, number: usize) -> Fate {
        if number >= self.index.timeline.shown.len() {
            return Fate::Skipped;
        }
        self.next = number + 1;
        Fate::Shown(number)
    }

    /// libavformat adds the same to all times, so that none is shown before it is decoded, or leaves them alone. The
    /// picture that it gives first is most often the first of the media.
    fn offset_of(&self, ticks: i64) -> i64 {
        let known = |offset: &i64| self.index.samples.iter().any(|sample| sample.time == ticks.saturating_sub(*offset));
        let first = self.index.samples.iter().map(|sample| sample.time).min().unwrap_or(0);
        let away = |offset: &i64| ticks.saturating_sub(*offset).abs_diff(first);
        [0, self.index.shift].into_iter().filter(known).min_by_key(away).unwrap_or(ticks.saturating_sub(first))
    }

    fn time(&self, number: usize) -> Option<i64> {
        let shown = self.index.timeline.shown.get(number)?;
        self.index.samples.get(shown.sample as usize).map(|sample| sample.time)
    }

    /// The first and the last time of a stretch, with half a picture on each side.
    fn bounds(&self, stretch: usize) -> Option<(i64, i64)> {
        let shown = &self.index.timeline.stretches.get(stretch)?.shown;
        let (first, last) = (self.time(shown.start)?, self.time(shown.end.checked_sub(1)?)?);
        let gap = |number: usize| {
            let next = self.time(number + 1).filter(|_| shown.contains(&(number + 1)));
            next.zip(self.time(number)).map_or(1, |(next, time)| next.saturating_sub(time) / 2)
        };
        Some((first.saturating_sub(gap(shown.start)), last.saturating_add(gap(shown.end.saturating_sub(2)))))
    }

    /// The picture of the stretch whose time is nearest.
    fn nearest(&self, time: i64) -> Option<usize> {
        let shown = self.index.timeline.stretches.get(self.stretch)?.shown.clone();
        let numbers: &[_] = self.index.timeline.shown.get(shown.clone())?;
        let at = |place: usize| self.time(shown.start + place);
        let after = numbers.partition_point(|shown| {
            self.index.samples.get(shown.sample as usize).is_some_and(|sample| sample.time < time)
        });
        let candidates =
            [after.checked_sub(1), Some(after)].into_iter().flatten().filter(|&place| place < numbers.len());
        let nearest = candidates.min_by_key(|&place| at(place).map_or(u64::MAX, |at| at.abs_diff(time)))?;
        Some(shown.start + nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::movie::Edit;
    use super::super::super::sample_table::{Mp4Sample, Mp4Samples};
    use super::super::super::timeline::EditedTimeline;
    use super::*;

    /// Twelve pictures ten ticks apart, a hundred ticks a second; the first is shown ten ticks after it is decoded.
    fn guide(edits: &[(u64, i64)]) -> FrameGuide {
        let mut samples = Mp4Samples::default();
        for number in 0..12 {
            let sample = Mp4Sample { size: 1, duration: 10, key: number % 4 == 0, ..Mp4Sample::default() };
            samples.push(sample, 10, 100);
        }
        let edits: Vec<Edit> =
            edits.iter().map(|&(duration, media)| Edit { duration, media: Some(media), rate: 0x1_0000 }).collect();
        let timeline = EditedTimeline::of(&samples, &edits, 100, 100);
        FrameGuide::new(Arc::new(Index::plain(samples.all, timeline, 100, 20)), 0)
    }

    /// The numbers of what is shown in one run of ffmpeg, whose times are `offset` ticks late, and whether it is asked
    /// to start anew.
    fn run(guide: &mut FrameGuide, offset: i64) -> (Vec<usize>, bool) {
        let mut shown = Vec::new();
        for number in 0..12 {
            match guide.fate(Some((number * 10 + 10 + offset) as f64 / 100.0)) {
                Fate::Shown(number) => shown.push(number),
                Fate::Skipped => {}
                Fate::Rewind => return (shown, true),
            }
        }
        (shown, false)
    }

    #[test]
    fn every_picture_gets_its_number_whatever_is_added_to_its_time() {
        for offset in [0, 20, -10, 3] {
            assert_eq!(run(&mut guide(&[]), offset), ((0..12).collect(), false), "{offset}");
        }
        let mut guide = guide(&[]);
        assert_eq!(
            [0.1, 0.2, 0.5, 0.5, 0.6].map(|seconds| guide.fate(Some(seconds))),
            [Fate::Shown(0), Fate::Shown(1), Fate::Shown(4), Fate::Skipped, Fate::Shown(5)]
        );
        assert_eq!(guide.fate(None), Fate::Shown(6));
    }

    #[test]
    fn only_what_the_edits_show_is_shown() {
        assert_eq!(run(&mut guide(&[(30, 60)]), 20).0, [0, 1, 2]);
        assert_eq!(run(&mut guide(&[(30, 20), (20, 80)]), 0).0, [0, 1, 2, 3, 4]);
        let mut repeated = guide(&[(20, 80), (30, 20)]);
        assert_eq!(run(&mut repeated, 0), (vec![0, 1], true));
        repeated.rewind();
        assert_eq!(run(&mut repeated, 0), (vec![2, 3, 4], true));
        repeated.rewind();
        assert!(!repeated.has_more());
    }

    #[test]
    fn it_can_begin_in_the_middle() {
        let mut guide = FrameGuide::new(Arc::clone(&guide(&[(20, 80), (30, 20)]).index), 3);
        assert_eq!(run(&mut guide, 0).0, [3, 4]);
    }
}
