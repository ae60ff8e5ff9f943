//! Which part of a session shows a repetition from standing to standing.

use std::time::Duration;

use euclid::Angle;

use crate::coach::Repetition;
use crate::source::Timestamp;
use crate::store::sample::Sample;

/// What is shown before the person leaves the upright posture and after they are back in it.
const MARGIN: Duration = Duration::from_millis(500);

/// How long before its beginning and after its end the upright posture is looked for: a repetition is counted from a lean of
/// some degrees on, and until the person is nearly up. [own]
const UPRIGHT_WITHIN: Duration = Duration::from_secs(1);

/// The longest gap between two pictures in a clip: in a longer one, the bottom of a quick bend may be missing. [own]
const LONGEST_GAP: Duration = Duration::from_millis(500);

/// The part of a session in which the clip of a repetition lies.
pub(super) fn reach(repetition: &Repetition) -> [Timestamp; 2] {
    let more = UPRIGHT_WITHIN + MARGIN;
    [before(repetition.start, more), after(repetition.end, more)]
}

/// The part of a session that shows a repetition: from half a second before the most upright moment before it to half a
/// second after the one after it. Those moments lie between the repetitions beside it.
pub(super) fn span(
    samples: &[Sample],
    repetition: &Repetition,
    earlier_end: Option<Timestamp>,
    later_start: Option<Timestamp>,
) -> [Timestamp; 2] {
    let (start, end) = (repetition.start, repetition.end);
    let searched_from = before(start, UPRIGHT_WITHIN).max(earlier_end.unwrap_or_default()).min(start);
    let searched_to = after(end, UPRIGHT_WITHIN).min(later_start.unwrap_or(after(end, UPRIGHT_WITHIN))).max(end);
    let left = most_upright(samples, [searched_from, start]).unwrap_or(start);
    let back = most_upright(samples, [end, searched_to]).unwrap_or(end);
    [before(left, MARGIN), after(back, MARGIN)]
}

/// The moment of the least lean.
fn most_upright(samples: &[Sample], [from, to]: [Timestamp; 2]) -> Option<Timestamp> {
    let lean = |sample: &Sample| sample.filtered.map(|bend| (bend.trunk_inclination, sample.time));
    let within = samples.iter().filter(|sample| (from..=to).contains(&sample.time));
    let least =
        |one: &(Angle<f32>, Timestamp), other: &(Angle<f32>, Timestamp)| one.0.radians.total_cmp(&other.0.radians);
    within.filter_map(lean).min_by(least).map(|(_, time)| time)
}

/// The times of the pictures in a span; `None` if there is a gap in them.
pub(super) fn pictures(
    samples: &[Sample],
    [from, to]: [Timestamp; 2],
    repetition: &Repetition,
) -> Option<Vec<Timestamp>> {
    let pictured = samples.iter().filter(|sample| sample.pictured && (from..=to).contains(&sample.time));
    let mut times: Vec<Timestamp> = pictured.map(|sample| sample.time).collect();
    times.dedup();
    let covers = times.first().is_some_and(|first| *first <= repetition.start)
        && times.last().is_some_and(|last| *last >= repetition.bottom && repetition.end.since(*last) <= LONGEST_GAP);
    let gapless = times.windows(2).all(|pair| matches!(pair, [one, next] if next.since(*one) <= LONGEST_GAP));
    (covers && gapless).then_some(times)
}

fn before(time: Timestamp, by: Duration) -> Timestamp {
    Timestamp::new(time.since(Timestamp::default()).saturating_sub(by))
}

fn after(time: Timestamp, by: Duration) -> Timestamp {
    Timestamp::new(time.since(Timestamp::default()) + by)
}

#[cfg(test)]
mod tests {
    use crate::geometry::Bend;

    use super::*;

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::new(Duration::from_millis(milliseconds))
    }

    /// Ten pictures a second, leaning by `lean` degrees at each time in seconds.
    fn samples(lean: impl Fn(f64) -> f32) -> Vec<Sample> {
        let sample = |step: u64| {
            let trunk_inclination = Angle::degrees(lean(step as f64 / 10.0));
            let filtered = Some(Bend { trunk_inclination, ..Bend::default() });
            Sample { time: at(step * 100), pictured: true, filtered, ..Sample::default() }
        };
        (0..=100).map(sample).collect()
    }

    fn repetition(start: u64, bottom: u64, end: u64) -> Repetition {
        Repetition { start: at(start), bottom: at(bottom), end: at(end), ..Repetition::default() }
    }

    /// Upright until 3 s, at the bottom at 5 s, upright from 7 s on.
    fn bend(time: f64) -> f32 {
        (60.0 - 30.0 * (time - 5.0).abs()).max(0.0) as f32
    }

    #[test]
    fn a_clip_goes_from_standing_to_standing_with_half_a_second_more_on_both_sides() {
        // Counted from 12° to 15°: the bend itself goes from 3 s to 7 s.
        let (samples, counted) = (samples(bend), repetition(3400, 5000, 6500));
        let [from, to] = span(&samples, &counted, None, None);
        assert!(from <= at(2500) && to >= at(7500), "{from:?} {to:?}");
        assert!(from >= at(1900) && to <= at(8000), "{from:?} {to:?}");
    }

    #[test]
    fn the_upright_moment_is_looked_for_between_the_repetitions() {
        let samples = samples(bend);
        let counted = repetition(3400, 5000, 6500);
        let [from, to] = span(&samples, &counted, Some(at(3300)), Some(at(6600)));
        assert_eq!([from, to], [at(2800), at(7100)]);
        // Without any measurement beside it, half a second of pictures.
        assert_eq!(span(&[], &counted, None, None), [at(2900), at(7000)]);
        let [from, to] = span(&samples, &counted, None, None);
        let [first, last] = reach(&counted);
        assert!(first <= from && to <= last, "what is read holds the clip");
        assert_eq!(span(&[], &repetition(100, 200, 300), None, None), [at(0), at(800)], "nothing before the first");
    }

    #[test]
    fn a_repetition_that_the_video_misses_in_part_makes_no_clip() {
        let counted = repetition(3400, 5000, 6500);
        let all = [at(2500), at(7500)];
        let pictured = |kept: &dyn Fn(Timestamp) -> bool| {
            let mut samples = samples(bend);
            samples.iter_mut().for_each(|sample| sample.pictured = kept(sample.time));
            pictures(&samples, all, &counted).map(|times| times.len())
        };
        assert_eq!(pictured(&|_| true), Some(51));
        assert_eq!(pictured(&|time| time < at(4700) || time > at(5000)), Some(47), "a gap of half a second");
        assert_eq!(pictured(&|time| time < at(4600) || time > at(5000)), None);
        assert_eq!(pictured(&|time| time > at(3400)), None, "its beginning");
        assert_eq!(pictured(&|time| time < at(5800)), None, "its end");
        assert_eq!(pictured(&|_| false), None);
    }
}
