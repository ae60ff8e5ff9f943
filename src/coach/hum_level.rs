//! The hum that grows as the back rounds: how loud it should be in one frame.

use super::{ClassProbabilities, Progress};
use crate::geometry::{MINIMUM_BEND, Measurement, State};

/// Returns how loud the hum should be, from 0 (silent) to 1.
///
/// It is 0 while lumbar flexion is in the zone of a bend from the hips, 1 in the zone of a bend from the back, and
/// linear in between: the edges are those of [`Progress::bands`] (12° and 22°, or 50 % and 70 % of the person's own
/// range). That is multiplied by 1 − 2 × the probability that this frame's bend comes from the hips, so that it is the
/// fainter the less is known, and swells without a step whatever the interval is. It is also silent if nothing is
/// measured, if the bend is smaller than [`MINIMUM_BEND`], and while the full bend is awaited, which may come from the
/// back.
pub fn level(measurement: &Measurement, progress: &Progress) -> f32 {
    let measured = measurement.filtered.zip(measurement.half_width_90).filter(|_| measurement.state == State::Measured);
    let bands = progress.bands();
    let bent = measured.filter(|(bend, _)| bend.total() >= MINIMUM_BEND && !progress.awaits_full_bend);
    bent.map_or(0.0, |(bend, half_width_90)| {
        let beyond = (bend.lumbar_flexion - bands.hips).radians / (bands.back - bands.hips).radians;
        let hips = ClassProbabilities::of(bend.lumbar_flexion, half_width_90.lumbar_flexion, &bands).hips;
        beyond.clamp(0.0, 1.0) * (1.0 - 2.0 * hips).clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::coach::PersonalRange;
    use crate::coach::fixtures::measured;
    use crate::geometry::{Bend, HalfWidth90};

    /// Hips at 40° and the back at this angle, with this half width.
    fn bent(lumbar: f32, uncertain: f32) -> Measurement {
        let [hip_flexion, lumbar_flexion] = [40.0, lumbar].map(Angle::degrees);
        let bend = Bend { hip_flexion, lumbar_flexion, ..Bend::default() };
        let half_width_90 = HalfWidth90 { lumbar_flexion: Angle::degrees(uncertain), ..HalfWidth90::default() };
        Measurement { half_width_90: Some(half_width_90), ..measured(bend) }
    }

    fn heard(measurement: &Measurement) -> f32 {
        level(measurement, &Progress::default())
    }

    #[test]
    fn it_grows_from_the_edge_of_the_hips_to_that_of_the_back() {
        for (lumbar, wanted) in
            [(-10.0, 0.0), (0.0, 0.0), (12.0, 0.0), (14.5, 0.25), (17.0, 0.5), (22.0, 1.0), (60.0, 1.0)]
        {
            let heard = heard(&bent(lumbar, 1.0));
            assert!((heard - wanted).abs() < 1e-3, "{lumbar}°: {heard}");
        }
    }

    #[test]
    fn the_own_range_moves_its_edges() {
        let full = bent(60.0, 5.0);
        let range = PersonalRange::of(&full.filtered.unwrap(), &full.half_width_90.unwrap());
        let progress = Progress { range, ..Progress::default() };
        for (lumbar, wanted) in [(30.0, 0.0), (36.0, 0.5), (42.0, 1.0)] {
            let heard = level(&bent(lumbar, 1.0), &progress);
            assert!((heard - wanted).abs() < 1e-3, "{lumbar}°: {heard}");
        }
    }

    #[test]
    fn it_swells_without_a_step_whatever_the_interval() {
        for uncertain in [2.0, 6.0, 12.0, 20.0] {
            let levels: Vec<f32> = (0..600).map(|tenth| heard(&bent(tenth as f32 / 10.0, uncertain))).collect();
            let steps = || levels.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(steps().all(|step| (0.0..0.03).contains(&step)), "±{uncertain}°");
            assert!(levels[599] > 0.99, "±{uncertain}°");
        }
    }

    #[test]
    fn what_is_not_known_is_not_heard() {
        assert!(heard(&bent(17.0, 2.0)) > 0.4);
        assert!(
            heard(&bent(17.0, 8.0)) < heard(&bent(17.0, 2.0)) && heard(&bent(17.0, 20.0)) < 0.2,
            "the less is known"
        );
        assert_eq!(heard(&bent(12.0, 20.0)), 0.0, "as likely from the hips as not");
        assert_eq!(heard(&bent(-35.0, 2.0)), 0.0, "hardly a bend");
        assert_eq!(heard(&Measurement { state: State::Hidden, ..bent(60.0, 2.0) }), 0.0);
        assert_eq!(heard(&Measurement { filtered: None, ..bent(60.0, 2.0) }), 0.0);
        let asked = Progress { awaits_full_bend: true, ..Progress::default() };
        assert_eq!(level(&bent(60.0, 2.0), &asked), 0.0, "a full bend may come from the back");
    }
}
