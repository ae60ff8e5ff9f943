//! The time axis of a review: which part of the session is shown, where a moment lies in it, and which times are written
//! below it.

use std::time::Duration;

use crate::screen::canvas::WindowRect;

/// Standing is shown for this long before the first bend when the rest of it is folded away. [own]
const STANDS: Duration = Duration::from_secs(2);
/// A shorter time before it is not worth a fold. [own]
const LEAST_FOLDED: Duration = Duration::from_secs(3);
/// The shortest time that fills the axis, and how much of the shown time a step of the zoom leaves. [own]
const SHORTEST: Duration = Duration::from_secs(2);
const STEP: f64 = 0.6;
/// Where a moment that left the axis comes in again, as a part of its width. [own]
const ENTERS: f64 = 0.1;
/// Between two times on the axis, seconds.
const BETWEEN: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/// The shown part of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeAxis {
    length: Duration,
    /// The end of what can be folded away; zero if that is nothing.
    fold: Duration,
    is_folded: bool,
    shown: (Duration, Duration),
}

impl TimeAxis {
    /// The axis of a session of this length, with the standing before its first bend folded away.
    pub fn new(length: Duration, first_bend: Option<Duration>) -> Self {
        let before = first_bend.map(|first| first.min(length).saturating_sub(STANDS)).unwrap_or_default();
        let fold = if before >= LEAST_FOLDED { before } else { Duration::ZERO };
        Self { length, fold, is_folded: !fold.is_zero(), shown: (fold, length) }
    }

    /// How long is folded away, or could be; `None` if that is nothing.
    pub fn fold(&self) -> Option<Duration> {
        (!self.fold.is_zero()).then_some(self.fold)
    }

    /// Whether it is folded away.
    pub fn is_folded(&self) -> bool {
        self.is_folded
    }

    /// Folds the standing before the first bend away, or shows it.
    pub fn toggle_fold(&mut self) {
        self.is_folded = !self.is_folded && !self.fold.is_zero();
        self.reset();
    }

    /// Where the axis begins when all of it is shown.
    pub fn begin(&self) -> Duration {
        if self.is_folded { self.fold } else { Duration::ZERO }
    }

    /// Shows all of it again.
    pub fn reset(&mut self) {
        self.shown = (self.begin(), self.length);
    }

    /// Whether a part of it is shown.
    pub fn is_zoomed(&self) -> bool {
        self.shown != (self.begin(), self.length)
    }

    /// Shows less, or more if negative, by so many steps; `around` stays where it is.
    pub fn zoom(&mut self, steps: f64, around: Duration) {
        let (from, to) = self.shown;
        let now = to.saturating_sub(from);
        let whole = self.length.saturating_sub(self.begin());
        let wished = Duration::try_from_secs_f64(now.as_secs_f64() * STEP.powf(steps)).unwrap_or(whole);
        let wished = wished.clamp(SHORTEST.min(whole), whole);
        let part = self.part(around.clamp(from, to));
        self.show(around.clamp(from, to).saturating_sub(wished.mul_f64(part)), wished);
    }

    /// Keeps a moment in view, with the same time shown. What is folded away opens if the moment lies in it.
    pub fn follow(&mut self, moment: Duration) {
        if moment < self.begin() {
            self.is_folded = false;
            if self.shown == (self.fold, self.length) {
                return self.reset();
            }
        }
        let (from, to) = self.shown;
        if !(from..=to).contains(&moment) {
            let span = to.saturating_sub(from);
            self.show(moment.saturating_sub(span.mul_f64(ENTERS)), span);
        }
    }

    fn show(&mut self, from: Duration, span: Duration) {
        let from = from.clamp(self.begin(), self.length.saturating_sub(span).max(self.begin()));
        self.shown = (from, (from + span).min(self.length));
    }

    /// The first and the last shown moment.
    pub fn shown(&self) -> (Duration, Duration) {
        self.shown
    }

    /// Where a moment lies on the axis: 0 at its left, 1 at its right end.
    pub fn part(&self, moment: Duration) -> f64 {
        let (from, to) = self.shown;
        (moment.as_secs_f64() - from.as_secs_f64()) / (to.as_secs_f64() - from.as_secs_f64()).max(1e-3)
    }

    /// Where a shown moment lies in a place; `None` if it is not shown.
    pub fn x(&self, place: WindowRect, moment: Duration) -> Option<f32> {
        let part = self.part(moment);
        (0.0..=1.0).contains(&part).then(|| place.min.x + place.width() * part as f32)
    }

    /// The moment at a point of the window; beside the place, that at its edge.
    pub fn moment(&self, place: WindowRect, x: f32) -> Duration {
        let part = ((x - place.min.x) / place.width().max(1.0)).clamp(0.0, 1.0);
        let (from, to) = self.shown;
        from + to.saturating_sub(from).mul_f64(f64::from(part))
    }

    /// A moment as a part of the whole session, 0 to 1.
    pub fn of_whole(&self, moment: Duration) -> f64 {
        moment.as_secs_f64() / self.length.as_secs_f64().max(1e-3)
    }

    /// The times to write below it, at most `most` of them.
    pub fn times(&self, most: usize) -> Vec<Duration> {
        let (from, to) = self.shown;
        let span = to.saturating_sub(from).as_secs();
        let last = BETWEEN[BETWEEN.len() - 1];
        let fits = |between: &u64| span / between < most as u64;
        let between = BETWEEN.into_iter().find(fits).unwrap_or_else(|| (span / most.max(1) as u64 / last + 1) * last);
        let first = from.as_secs().div_ceil(between);
        let times = (first..).map(|number| Duration::from_secs(number * between));
        times.take_while(|time| *time <= to).collect()
    }
}

/// Minutes and seconds, with hours before them from one on.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use euclid::point2;

    use super::*;

    const LENGTH: Duration = Duration::from_secs(60);

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn standing_before_the_first_bend_is_folded_away_and_can_be_opened() {
        let mut axis = TimeAxis::new(LENGTH, Some(at(20.0)));
        assert_eq!((axis.fold(), axis.is_folded(), axis.shown()), (Some(at(18.0)), true, (at(18.0), LENGTH)));
        axis.toggle_fold();
        assert_eq!(axis.shown(), (Duration::ZERO, LENGTH));
        axis.toggle_fold();
        axis.follow(at(3.0));
        assert_eq!((axis.is_folded(), axis.shown()), (false, (Duration::ZERO, LENGTH)), "what is looked at is shown");
        for first in [None, Some(at(4.0)), Some(Duration::ZERO)] {
            let mut axis = TimeAxis::new(LENGTH, first);
            axis.toggle_fold();
            assert_eq!((axis.fold(), axis.shown()), (None, (Duration::ZERO, LENGTH)));
        }
    }

    #[test]
    fn zooming_keeps_the_moment_under_the_pointer_and_never_leaves_the_session() {
        let mut axis = TimeAxis::new(LENGTH, None);
        let before = axis.part(at(45.0));
        axis.zoom(2.0, at(45.0));
        assert!(axis.is_zoomed() && (axis.part(at(45.0)) - before).abs() < 1e-6);
        axis.zoom(100.0, at(45.0));
        assert_eq!(axis.shown().1 - axis.shown().0, SHORTEST);
        axis.follow(at(59.9));
        assert!(axis.part(at(59.9)) <= 1.0 && axis.shown().1 <= LENGTH);
        axis.zoom(-100.0, at(45.0));
        assert!(!axis.is_zoomed());
        axis.zoom(3.0, at(0.0));
        axis.reset();
        assert!(!axis.is_zoomed());
    }

    #[test]
    fn a_point_beside_the_axis_is_its_nearest_end() {
        let axis = TimeAxis::new(LENGTH, None);
        let place = WindowRect::new(point2(100.0, 0.0), point2(700.0, 10.0));
        assert_eq!([-50.0, 100.0, 400.0, 5000.0].map(|x| axis.moment(place, x).as_secs()), [0, 0, 30, 60]);
        assert_eq!(axis.x(place, at(30.0)), Some(400.0));
    }

    #[test]
    fn times_are_round_and_few_for_a_second_and_for_eight_hours() {
        for length in [0.0, 1.0, 60.0, 1200.0, 8.0 * 3600.0, 1e6] {
            let times = TimeAxis::new(at(length), None).times(8);
            assert!((1..=9).contains(&times.len()), "{length} s: {times:?}");
        }
        assert_eq!(TimeAxis::new(LENGTH, None).times(8).len(), 7);
        assert_eq!(clock(at(8.0 * 3600.0 + 61.0)), "8:01:01");
        assert_eq!(clock(at(75.9)), "1:15");
    }
}
