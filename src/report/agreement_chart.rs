//! The charts of a comparison: difference against mean (Bland and Altman), and both measurements over time.

use std::io;
use std::ops::Range;

use plotters::element::{Circle, DashedPathElement, Polygon};
use plotters::prelude::*;

use super::chart::{BACK, Done, GAP, GRID, HIPS, INK, MOST_POINTS, Plane, QUIET, empty_chart, svg, time_name};
use crate::agreement::{AgreementPair, ComparedQuantity, CurvePoint, LimitEstimate, QuantityAgreement};

/// Width and height of both charts, drawing units: one above the other they would not fit on a sheet.
const PLOT: (u32, u32) = (420, 300);
const CURVES: (u32, u32) = (560, 300);

/// Radii of the dots of repetitions and frames.
const REPETITION: i32 = 4;
const FRAME: i32 = 1;

/// Names of the two axes.
pub(super) struct AxisNames<'w> {
    pub difference: &'w str,
    pub mean: &'w str,
}

fn ink(agreement: &QuantityAgreement) -> RGBColor {
    match agreement.quantity {
        ComparedQuantity::LumbarFlexion => BACK,
        ComparedQuantity::HipFlexion => HIPS,
    }
}

/// The difference of both against their mean.
///
/// # Errors
/// If it cannot be drawn, which is a bug.
pub(super) fn difference_against_mean(
    agreement: &QuantityAgreement,
    names: &AxisNames,
    label: &str,
) -> io::Result<String> {
    svg(PLOT, label, |area| {
        let frames = thinned(&agreement.bends.concat(), MOST_POINTS);
        let (across, up) = ranges(agreement, &frames);
        let mut chart = empty_chart(area, across.clone(), up, (8, 58, 40))?;
        axes(&mut chart, names)?;
        let told = &agreement.repetitions;
        let limits: Vec<&LimitEstimate> = told.lower_limit.iter().chain(&told.upper_limit).collect();
        for estimate in limits.iter().copied().chain([&told.bias]) {
            band(&mut chart, &across, estimate)?;
        }
        chart.draw_series([PathElement::new(level(&across, 0.0), QUIET.stroke_width(1))])?;
        for limit in limits {
            let line = level(&across, limit.value_deg);
            chart.draw_series([DashedPathElement::new(line, 6, 4, INK.stroke_width(1))])?;
        }
        chart.draw_series([PathElement::new(level(&across, told.bias.value_deg), INK.stroke_width(2))])?;
        let ink = ink(agreement);
        let dot = |pair: &AgreementPair| (pair.middle(), pair.difference());
        chart.draw_series(frames.iter().map(|pair| Circle::new(dot(pair), FRAME, ink.mix(0.45).filled())))?;
        for pair in &agreement.repetition_pairs {
            chart.draw_series([Circle::new(dot(pair), REPETITION, ink.filled())])?;
            chart.draw_series([Circle::new(dot(pair), REPETITION, INK.stroke_width(1))])?;
        }
        Ok(())
    })
}

/// The ends of a level line.
fn level(across: &Range<f64>, at: f64) -> Vec<(f64, f64)> {
    vec![(across.start, at), (across.end, at)]
}

/// The 95 % interval of a line.
fn band(chart: &mut Plane, across: &Range<f64>, estimate: &LimitEstimate) -> Done {
    let Some([low, high]) = estimate.interval_95_deg else { return Ok(()) };
    chart.draw_series([Rectangle::new([(across.start, low), (across.end, high)], GRID.mix(0.6).filled())])?;
    Ok(())
}

fn axes(chart: &mut Plane, names: &AxisNames) -> Done {
    let letters = ("sans-serif", 13).into_font().color(&QUIET);
    let degrees = |value: &f64| format!("{value:.0}°").replace('-', "−");
    let mut mesh = chart.configure_mesh();
    mesh.disable_mesh().axis_style(QUIET).x_labels(6).y_labels(7).label_style(letters.clone());
    mesh.x_label_formatter(&degrees).y_label_formatter(&degrees);
    mesh.x_desc(names.mean).y_desc(names.difference).axis_desc_style(letters);
    mesh.draw().map_err(Into::into)
}

/// What has to be seen: all repetitions and frames, the limits with their intervals, and zero. What lay outside would be drawn at
/// the edge, where it looks like a smaller difference.
fn ranges(agreement: &QuantityAgreement, frames: &[AgreementPair]) -> (Range<f64>, Range<f64>) {
    let told = &agreement.repetitions;
    let lines = told.lower_limit.iter().chain(&told.upper_limit).chain([&told.bias]);
    let ends = lines.flat_map(|line| line.interval_95_deg.into_iter().flatten().chain([line.value_deg]));
    let pairs = || agreement.repetition_pairs.iter().chain(frames);
    let (differences, means) = (pairs().map(AgreementPair::difference), pairs().map(AgreementPair::middle));
    (widened(means, None), widened(ends.chain(differences), Some(0.0)))
}

/// The range of values and another one, with a margin; at least 10° wide.
fn widened(values: impl Iterator<Item = f64>, with: Option<f64>) -> Range<f64> {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values.chain(with).fold(start, |(low, high), value| (low.min(value), high.max(value)));
    let margin = (0.06 * (high - low)).max((10.0 - (high - low)) / 2.0);
    low - margin..high + margin
}

/// At most about this many of the values, evenly.
fn thinned<T: Copy>(values: &[T], most: usize) -> Vec<T> {
    values.iter().step_by(values.len().div_ceil(most).max(1)).copied().collect()
}

/// Both measurements over the session.
///
/// # Errors
/// If it cannot be drawn, which is a bug.
pub(super) fn over_time(agreement: &QuantityAgreement, label: &str) -> io::Result<String> {
    svg(CURVES, label, |area| {
        let points = &agreement.curve;
        let ends = points.first().zip(points.last()).map_or((0.0, 1.0), |(first, last)| (first.time, last.time));
        let values = points.iter().flat_map(|point| {
            [Some(point.bendwise - point.half_width), Some(point.bendwise + point.half_width), point.truth]
        });
        let up = widened(values.flatten(), Some(0.0));
        let mut chart = empty_chart(area, ends.0..ends.1.max(ends.0 + 1.0), up, (8, 40, 40))?;
        time_axes(&mut chart)?;
        let ink = ink(agreement);
        for run in runs(points, |point| Some(point.bendwise)) {
            let edge = |side: f64| move |point: &CurvePoint| (point.time, point.bendwise + side * point.half_width);
            let outline = run.iter().map(edge(1.0)).chain(run.iter().rev().map(edge(-1.0)));
            chart.draw_series([Polygon::new(outline.collect::<Vec<_>>(), ink.mix(0.25).filled())])?;
            let line: Vec<_> = run.iter().map(|point| (point.time, point.bendwise)).collect();
            chart.draw_series([PathElement::new(line, ink.stroke_width(3))])?;
        }
        for run in runs(points, |point| point.truth) {
            let line: Vec<_> = run.iter().filter_map(|point| Some((point.time, point.truth?))).collect();
            chart.draw_series([PathElement::new(line, INK.stroke_width(1))])?;
        }
        Ok(())
    })
}

fn time_axes(chart: &mut Plane) -> Done {
    let letters = ("sans-serif", 13).into_font().color(&QUIET);
    let clock = |time: &f64| time_name(*time);
    let degrees = |value: &f64| format!("{value:.0}°").replace('-', "−");
    let mut mesh = chart.configure_mesh();
    mesh.disable_x_mesh().max_light_lines(0).bold_line_style(GRID).axis_style(QUIET);
    mesh.x_labels(7).y_labels(6).label_style(letters);
    mesh.x_label_formatter(&clock).y_label_formatter(&degrees);
    mesh.draw().map_err(Into::into)
}

/// The points with a value, split where there was none for too long; of a long session, every nth of each run and its last, as in the
/// report. Were they thinned first, a gap could be bridged and a short run lost.
fn runs(points: &[CurvePoint], value: fn(&CurvePoint) -> Option<f64>) -> Vec<Vec<CurvePoint>> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let typical = points.windows(2).map(|pair| pair[1].time - pair[0].time).fold(f64::INFINITY, f64::min);
    let gap = GAP.max(3.0 * typical);
    let known: Vec<CurvePoint> = points.iter().filter(|point| value(point).is_some()).copied().collect();
    known.chunk_by(|one, next| next.time - one.time <= gap).map(|run| every_nth_and_last(run, step)).collect()
}

fn every_nth_and_last(run: &[CurvePoint], step: usize) -> Vec<CurvePoint> {
    let last = run.last().filter(|_| !(run.len() - 1).is_multiple_of(step));
    run.iter().step_by(step).chain(last).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::fixtures::{FakePerson, FakeSensor};
    use crate::agreement::{Truth, compare};

    #[test]
    fn the_curves_of_a_long_session_are_split_at_their_gaps_and_then_thinned() {
        const RATE: f64 = 30.0;
        let is_known = |at: &u32| !(18_000..18_060).contains(at) || (18_030..18_040).contains(at);
        let point = |at: u32| CurvePoint {
            time: f64::from(at) / RATE,
            bendwise: 10.0,
            half_width: 5.0,
            truth: is_known(&at).then_some(12.0),
        };
        let points: Vec<CurvePoint> = (0..36_000).map(point).collect();
        let place = |point: &CurvePoint| (point.time * RATE).round() as u32;
        let ends = |runs: Vec<Vec<CurvePoint>>| {
            runs.iter().map(|run| (place(&run[0]), place(&run[run.len() - 1]))).collect::<Vec<_>>()
        };
        let truths = runs(&points, |point| point.truth);
        assert!(truths.concat().len() <= MOST_POINTS + 2 * truths.len(), "{}", truths.concat().len());
        assert_eq!(ends(truths), [(0, 17_999), (18_030, 18_039), (18_060, 35_999)]);
        assert_eq!(ends(runs(&points, |point| Some(point.bendwise))), [(0, 35_999)]);
    }

    #[test]
    fn a_frame_that_is_far_off_is_within_the_axes() {
        let person = FakePerson::new(8, 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, FakeSensor::default().inclinations(&person, 2)).unwrap();
        let comparison = compare(&person.session(0.0, 3), &Truth::read(&[path]).unwrap(), &[]).unwrap();
        for (bendwise_deg, truth_deg) in [(120.0, 10.0), (-20.0, 90.0)] {
            let far = AgreementPair { time_s: 0.0, bendwise_deg, truth_deg, half_width_90_deg: 5.0 };
            let (across, up) = ranges(&comparison.quantities[0], &[far]);
            assert!(across.contains(&far.middle()) && up.contains(&far.difference()), "{across:?} {up:?}");
        }
    }
}
