//! The charts of the report, drawn by `plotters` as SVG.
//!
//! The colours here serve as names: the style sheet of the page replaces each for light mode, dark mode and print.

use std::error::Error;
use std::io;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, Polygon, TriangleMarker};
use plotters::prelude::*;

use crate::coach::Verdict;
use crate::geometry::{Bend, HalfWidth90, State};
use crate::i18n::TrendWords;
use crate::source::Timestamp;
use crate::store::sample::Sample;
use crate::store::trend::{Past, TrendPoint, TrendQuantity};
use crate::store::{SampleSource, StoreError, StoredRepetition};

pub(super) const HIPS: RGBColor = RGBColor(0x56, 0xB4, 0xE9);
const MIXED: RGBColor = RGBColor(0xF0, 0xE4, 0x42);
pub(super) const BACK: RGBColor = RGBColor(0xE6, 0x9F, 0x00);
pub(super) const INK: RGBColor = RGBColor(0x20, 0x28, 0x30);
pub(super) const QUIET: RGBColor = RGBColor(0x70, 0x78, 0x80);
pub(super) const GRID: RGBColor = RGBColor(0xD8, 0xDC, 0xE0);

/// Width and height of the charts of the session, of a repetition and of a trend, drawing units.
const WIDE: (u32, u32) = (1000, 260);
const NARROW: (u32, u32) = (400, 260);
const SMALL: (u32, u32) = (260, 110);
const TREND: (u32, u32) = (320, 165);

/// The most points of a curve, but for the ends of its runs: enough to look smooth in print.
pub(super) const MOST_POINTS: usize = 700;

/// Frames further apart than this are separated by a gap in the curve, seconds.
pub(super) const GAP: f64 = 0.5;

/// From the middle of a marker to its number, and the width of a digit, drawing units.
const NUMBER_AT: i32 = MARKER + 3;
const DIGIT: f64 = 8.0;

/// Half the size of a marker.
const MARKER: i32 = 6;

/// The margin at the right of a chart, and the room for the values at the left of a trend, drawing units.
pub(super) const RIGHT: u32 = 8;
const TREND_LEFT: u32 = 50;

/// The least room before the first and after the last column of a trend, columns.
const BESIDE_COLUMN: f64 = 0.6;

/// The width of a letter on an axis, and the least room between two labels, drawing units. Letters of size 13 are written as 10.5
/// (plotters divides by 1.24), of which "28 Nov" in DejaVu Sans, wider than Arial, takes 37.
const LETTER: f64 = 6.2;
const BETWEEN_LABELS: f64 = 6.0;

/// The width of a label of so many letters on an axis, drawing units.
pub(super) fn label_width(letters: usize) -> f64 {
    LETTER * letters as f64
}

/// The same with the room beside it.
pub(super) fn label_room(letters: usize) -> f64 {
    label_width(letters) + BETWEEN_LABELS
}

pub(super) type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Plane<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
pub(super) type Done = Result<(), Box<dyn Error + Send + Sync>>;

/// A value with half the width of its interval, degrees, at a time in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measured {
    time: f64,
    value: f64,
    half: f64,
}

/// The drawings of a session: for a page or a screen, and for a phone, on which letters of the wide one were too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionWidth {
    Wide,
    Narrow,
}

impl SessionWidth {
    /// The size, and how many times stand on its axis.
    fn size(self) -> ((u32, u32), usize) {
        match self {
            Self::Wide => (WIDE, 12),
            Self::Narrow => (NARROW, 5),
        }
    }
}

/// Hip and low-back flexion of the whole session, each with its interval, and the markers of the repetitions.
///
/// # Errors
/// If it cannot be drawn, which is a bug.
pub(super) fn session(
    samples: &Thinned,
    repetitions: &[&StoredRepetition],
    width: SessionWidth,
    label: &str,
) -> io::Result<String> {
    let (size, columns) = width.size();
    svg(size, label, |area| {
        let signs: Vec<_> = repetitions.iter().map(|kept| RepetitionSign::of(kept)).collect();
        curves(area, samples, &signs, CurveFrame { margins: (14, 44, 26), columns, width: size.0 })
    })
}

/// The same for one repetition, without a time axis.
///
/// # Errors
/// If the samples cannot be read.
pub(super) fn repetition(samples: &dyn SampleSource, kept: &StoredRepetition, label: &str) -> io::Result<String> {
    let within = samples.within(kept.repetition.start, kept.repetition.end).map_err(io::Error::other)?;
    let within = Thinned::of(&within).map_err(io::Error::other)?;
    let frame = CurveFrame { margins: (14, 38, 0), columns: 0, width: SMALL.0 };
    svg(SMALL, label, |area| curves(area, &within, &[RepetitionSign::of(kept)], frame))
}

/// A quantity from session to session with its intervals. The band around the last value but one is the change that
/// does not exceed the error.
///
/// # Errors
/// When it cannot be drawn.
pub(super) fn trend(
    quantity: TrendQuantity,
    sessions: &[Past],
    detectable: Option<f32>,
    words: &TrendWords,
) -> io::Result<String> {
    let points: Vec<Option<TrendPoint>> = sessions.iter().map(|past| past.point(quantity)).collect();
    let names: Vec<String> = sessions.iter().map(|past| words.dated(past.began.date())).collect();
    svg(TREND, words.quantity(quantity), |area| {
        let ends = points
            .iter()
            .flatten()
            .flat_map(|point| [point.value - point.half_width_90, point.value + point.half_width_90]);
        let (least, most) =
            ends.fold((0.0, quantity.full()), |(least, most): (f32, f32), end| (least.min(end), most.max(end)));
        let across = -BESIDE_COLUMN..(names.len() as f64 - 1.0) + room_for_last(&names);
        let up = f64::from(least)..f64::from(most) * 1.08;
        let mut chart = empty_chart(area, across.clone(), up, (8, TREND_LEFT, 22))?;
        let unit = if quantity == TrendQuantity::Share { " %" } else { "°" };
        let column = f64::from(TREND.0 - TREND_LEFT - RIGHT) / (across.end - across.start);
        let every = labelled_every(&names, column);
        grid(&mut chart, unit, names.len(), |at| name_at(at, &names, every))?;
        if let [.., Some(before), Some(_)] = points[..]
            && let Some(detectable) = detectable
        {
            let [low, high] = [before.value - detectable, before.value + detectable].map(f64::from);
            chart.draw_series([Rectangle::new([(across.start, low), (across.end, high)], GRID.mix(0.6).filled())])?;
        }
        let ink = if quantity == TrendQuantity::Share { BACK } else { HIPS };
        let known = || points.iter().enumerate().filter_map(|(at, point)| Some((at as f64, (*point)?)));
        chart.draw_series([PathElement::new(
            known().map(|(at, point)| (at, f64::from(point.value))).collect::<Vec<_>>(),
            ink.stroke_width(2),
        )])?;
        for (at, TrendPoint { value, half_width_90, at_least }) in known() {
            let [low, middle, high] = [value - half_width_90, value, value + half_width_90].map(f64::from);
            chart.draw_series([PathElement::new(vec![(at, low), (at, high)], ink.stroke_width(2))])?;
            // An open dot if it may be more.
            let dot = if at_least { ShapeStyle::from(ink).stroke_width(2) } else { ink.filled() };
            chart.draw_series([Circle::new((at, middle), 5, dot)])?;
        }
        Ok(())
    })
}

/// Draws an SVG with an accessible label, which adapts to the available width.
pub(super) fn svg(size: (u32, u32), label: &str, draw: impl FnOnce(&Drawing) -> Done) -> io::Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&area).map_err(io::Error::other)?;
        area.present().map_err(io::Error::other)?;
    }
    let plain = format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1);
    let named = format!("<svg class=\"chart\" role=\"img\" aria-label=\"{}\"", super::escape::escaped(label));
    Ok(text.replacen(&plain, &named, 1))
}

/// An empty chart with margins at the top, left and bottom.
pub(super) fn empty_chart<'a, 'b>(
    area: &'a Drawing<'b>,
    across: Range<f64>,
    up: Range<f64>,
    (top, left, below): (u32, u32, u32),
) -> Result<Plane<'a, 'b>, Box<dyn Error + Send + Sync>> {
    let mut chart = ChartBuilder::on(area);
    chart.margin_top(top).margin_right(RIGHT).y_label_area_size(left).x_label_area_size(below);
    chart.build_cartesian_2d(across, up).map_err(Into::into)
}

fn grid(chart: &mut Plane, unit: &str, columns: usize, name: impl Fn(f64) -> String) -> Done {
    let letters = ("sans-serif", 13).into_font().color(&QUIET);
    let across = |at: &f64| name(*at);
    let up = |value: &f64| format!("{value:.0}{unit}").replace('-', "−");
    let mut mesh = chart.configure_mesh();
    mesh.disable_x_mesh().max_light_lines(0).bold_line_style(GRID).axis_style(QUIET);
    mesh.x_labels(columns).y_labels(5).label_style(letters);
    mesh.x_label_formatter(&across).y_label_formatter(&up);
    mesh.draw().map_err(Into::into)
}

/// Of columns of this width, every how many have their name below them, so that none runs into the next.
fn labelled_every(names: &[String], column: f64) -> usize {
    let widest = names.iter().map(|name| label_room(name.chars().count())).fold(0.0, f64::max);
    (widest / column).ceil().max(1.0) as usize
}

/// Room after the last column, columns, so that the second half of its name is not cut off, with a drawing unit to spare.
fn room_for_last(names: &[String]) -> f64 {
    let half = names.last().map_or(0.0, |name| label_width(name.chars().count())) / 2.0 + 1.0 - f64::from(RIGHT);
    let width = f64::from(TREND.0 - TREND_LEFT - RIGHT);
    let before = names.len() as f64 - 1.0 + BESIDE_COLUMN;
    (before * half / (width - half)).max(BESIDE_COLUMN)
}

/// The name below a place on the axis: that of the last column, and of every so many before it.
fn name_at(at: f64, names: &[String], every: usize) -> String {
    let column = ((at - at.round()).abs() < 1e-6 && at > -0.5).then_some(at.round() as usize);
    let labelled = column.filter(|column| names.len().saturating_sub(column + 1).is_multiple_of(every));
    labelled.and_then(|column| names.get(column)).cloned().unwrap_or_default()
}

/// A time below a curve: minutes and seconds at whole seconds. Between them nothing: it would be the second before.
pub(super) fn time_name(seconds: f64) -> String {
    let whole = seconds.round();
    if (seconds - whole).abs() > 1e-6 {
        return String::new();
    }
    format!("{:.0}:{:02.0}", (whole / 60.0).floor(), whole.rem_euclid(60.0))
}

/// What is around the curves.
#[derive(Clone, Copy, Debug)]
struct CurveFrame {
    /// At the top, left and bottom.
    margins: (u32, u32, u32),
    /// How many times stand on the axis.
    columns: usize,
    /// Of the whole chart.
    width: u32,
}

/// Both flexions with their intervals, and the signs of these repetitions.
fn curves(area: &Drawing, samples: &Thinned, signs: &[RepetitionSign], frame: CurveFrame) -> Done {
    let (from, to) = samples.ends.map_or((0.0, 1.0), |(first, last)| (first.as_secs_f64(), last.as_secs_f64()));
    let lines = [
        (HIPS, 2, runs(samples, |bend| bend.hip_flexion.radians, |half_width_90| half_width_90.hip_flexion.radians)),
        (
            BACK,
            4,
            runs(samples, |bend| bend.lumbar_flexion.radians, |half_width_90| half_width_90.lumbar_flexion.radians),
        ),
    ];
    let all = || lines.iter().flat_map(|(.., runs)| runs.iter().flatten());
    let least = all().map(|point| point.value - point.half).fold(-10.0, f64::min);
    let most = all().map(|point| point.value + point.half).fold(90.0, f64::max);
    let mut chart = empty_chart(area, from..to.max(from + 1.0), least..most + 18.0, frame.margins)?;
    grid(&mut chart, "°", frame.columns, time_name)?;
    for (ink, width, runs) in &lines {
        for run in runs {
            let above = run.iter().map(|point| (point.time, point.value + point.half));
            let below = run.iter().rev().map(|point| (point.time, point.value - point.half));
            chart.draw_series([Polygon::new(above.chain(below).collect::<Vec<_>>(), ink.mix(0.25).filled())])?;
            let line: Vec<_> = run.iter().map(|point| (point.time, point.value)).collect();
            chart.draw_series([PathElement::new(line, ink.stroke_width(*width))])?;
        }
    }
    let unit = f64::from(frame.width - frame.margins.1) / (to - from).max(1.0);
    let numbered = numbered(&signs.iter().map(|sign| (sign.number, sign.time * unit)).collect::<Vec<_>>());
    for (place, RepetitionSign { number, time, verdict }) in signs.iter().copied().enumerate() {
        chart.draw_series([PathElement::new(vec![(time, least), (time, most)], QUIET.mix(0.5))])?;
        let at = (time, most + 9.0);
        match verdict {
            Some(Verdict::Hips) => chart.draw_series([Circle::new(at, MARKER, HIPS.filled())]).map(drop)?,
            Some(Verdict::Mixed) => {
                chart.draw_series([TriangleMarker::new(at, MARKER + 1, MIXED.filled())]).map(drop)?;
            }
            Some(Verdict::Back) => {
                let square = Rectangle::new([(1 - MARKER, 1 - MARKER), (MARKER - 1, MARKER - 1)], BACK.filled());
                chart.draw_series([EmptyElement::at(at) + square]).map(drop)?;
            }
            None => chart.draw_series([Circle::new(at, MARKER / 2, QUIET.stroke_width(1))]).map(drop)?,
        }
        if numbered.contains(&place) {
            let letters = ("sans-serif", 13).into_font().color(&INK);
            let name = Text::new(number.to_string(), (NUMBER_AT, -MARKER), letters);
            chart.draw_series([EmptyElement::at(at) + name])?;
        }
    }
    Ok(())
}

/// Which of these signs, each with its number and its place in drawing units, have their number: those up to whose next one it fits,
/// as neither it nor a sign may hide the other. One alone needs none.
fn numbered(signs: &[(u32, f64)]) -> Vec<usize> {
    let fits = |at: &usize| {
        let (number, place) = signs[*at];
        let end = place + f64::from(NUMBER_AT) + DIGIT * number.to_string().len() as f64;
        signs.get(at + 1).is_none_or(|(_, next)| end <= next - f64::from(MARKER))
    };
    if signs.len() > 1 { (0..signs.len()).filter(fits).collect() } else { Vec::new() }
}

/// What is drawn of a repetition.
#[derive(Clone, Copy, Debug)]
struct RepetitionSign {
    /// As in the table.
    number: u32,
    /// Of its lowest point, seconds.
    time: f64,
    verdict: Option<Verdict>,
}

impl RepetitionSign {
    fn of(kept: &StoredRepetition) -> Self {
        let time = kept.repetition.bottom.as_secs_f64();
        Self { number: kept.shown_number(), time, verdict: kept.repetition.verdict }
    }
}

/// What is drawn of a frame that was measured.
#[derive(Clone, Copy, Debug)]
struct DrawnFrame {
    time: Timestamp,
    bend: Bend,
    half_width_90: HalfWidth90,
}

/// The frames of which a curve is drawn.
pub(super) struct Thinned {
    /// The times of the first and the last of all, measured or not.
    ends: Option<(Timestamp, Timestamp)>,
    /// Split where nothing was measured for longer than [`GAP`]; of a long session, every nth of each run and its last.
    runs: Vec<Vec<DrawnFrame>>,
}

impl Thinned {
    pub fn of(samples: &dyn SampleSource) -> Result<Self, StoreError> {
        let mut count = 0_usize;
        samples.each(&mut |_| count += 1)?;
        let step = count.div_ceil(MOST_POINTS).max(1);
        let mut thinned = Self { ends: None, runs: Vec::new() };
        let mut last: Option<Timestamp> = None;
        let mut number = 0;
        samples.each(&mut |sample: &Sample| {
            let time = sample.time;
            thinned.ends = Some((thinned.ends.map_or(time, |(first, _)| first), time));
            let Some((bend, half_width_90)) = sample.filtered.zip(sample.half_width_90) else { return };
            if sample.state != State::Measured {
                return;
            }
            // Of all frames, so that neither their rate nor how many are drawn changes where a run ends.
            if last.is_none_or(|last| time.since(last).as_secs_f64() > GAP) {
                thinned.runs.push(Vec::new());
                number = 0;
            }
            last = Some(time);
            if let Some(run) = thinned.runs.last_mut() {
                // The one before was the last until now, and stays if it is an nth.
                if number > 0 && (number - 1) % step != 0 {
                    run.pop();
                }
                run.push(DrawnFrame { time, bend, half_width_90 });
            }
            number += 1;
        })?;
        Ok(thinned)
    }
}

/// The values of each run.
fn runs(thinned: &Thinned, value: fn(&Bend) -> f32, half: fn(&HalfWidth90) -> f32) -> Vec<Vec<Measured>> {
    let measured = |frame: &DrawnFrame| {
        let radians = [value(&frame.bend), half(&frame.half_width_90)];
        let [value, half] = radians.map(|radians| f64::from(radians.to_degrees()));
        Measured { time: frame.time.as_secs_f64(), value, half }
    };
    thinned.runs.iter().map(|run| run.iter().map(measured).collect()).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use euclid::Angle;
    use jiff::{ToSpan as _, Zoned};

    use super::*;
    use crate::i18n::{Language, Words};

    fn sample(seconds: f64, hip: Option<f32>) -> Sample {
        let bend = |hip| Bend { hip_flexion: Angle::degrees(hip), ..Bend::default() };
        Sample {
            time: Timestamp::from_secs_f64(seconds),
            state: if hip.is_some() { State::Measured } else { State::Hidden },
            filtered: hip.map(bend),
            half_width_90: hip.map(|_| HalfWidth90 { hip_flexion: Angle::degrees(5.0), ..HalfWidth90::default() }),
            ..Sample::default()
        }
    }

    #[test]
    fn curves_are_split_where_nothing_was_measured() {
        let hips = [Some(10.0), Some(20.0), None, None, None, None, Some(30.0)];
        let samples: Vec<Sample> = hips.iter().enumerate().map(|(at, hip)| sample(at as f64 * 0.2, *hip)).collect();
        let runs = runs(
            &Thinned::of(&samples).unwrap(),
            |bend| bend.hip_flexion.radians,
            |half_width_90| half_width_90.hip_flexion.radians,
        );
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert!((runs[1][0].value - 30.0).abs() < 1e-4 && (runs[1][0].half - 5.0).abs() < 1e-4);
    }

    #[test]
    fn a_long_session_is_thinned_without_gaps() {
        let samples: Vec<Sample> = (0..36_000).map(|at| sample(f64::from(at) / 30.0, Some(10.0))).collect();
        let runs = runs(
            &Thinned::of(&samples).unwrap(),
            |bend| bend.hip_flexion.radians,
            |half_width_90| half_width_90.hip_flexion.radians,
        );
        assert_eq!(runs.len(), 1);
        assert!((MOST_POINTS / 2..=MOST_POINTS).contains(&runs[0].len()), "{}", runs[0].len());
    }

    #[test]
    fn where_a_long_curve_breaks_depends_on_neither_its_length_nor_the_rate() {
        let ends = |rate: f64, hidden: Range<usize>| {
            let hip = |at: usize| (!hidden.contains(&at)).then_some(10.0);
            let samples: Vec<Sample> = (0..36_000).map(|at| sample(at as f64 / rate, hip(at))).collect();
            let thinned = Thinned::of(&samples).unwrap();
            let number = |frame: &DrawnFrame| (frame.time.as_secs_f64() * rate).round() as usize;
            let ends = thinned.runs.iter().map(|run| (number(&run[0]), number(&run[run.len() - 1])));
            ends.collect::<Vec<_>>()
        };
        assert_eq!(ends(5.0, 0..0), [(0, 35_999)]);
        assert_eq!(ends(30.0, 18_000..18_060), [(0, 17_999), (18_060, 35_999)], "two seconds");
        assert_eq!(ends(30.0, 18_000..18_010), [(0, 35_999)], "a third of a second");
        assert_eq!(ends(30.0, 1..35_998), [(0, 0), (35_998, 35_999)]);
    }

    #[test]
    fn a_number_stands_only_where_no_sign_hides_it() {
        let every = |units: f64, count: u32| (0..count).map(|at| (at + 1, units * f64::from(at))).collect::<Vec<_>>();
        assert_eq!(numbered(&every(60.0, 3)), [0, 1, 2]);
        assert_eq!(numbered(&every(24.0, 16)), [(0..9).collect::<Vec<_>>(), vec![15]].concat(), "two digits are wider");
        assert_eq!(numbered(&every(10.0, 4)), [3]);
        let crowd = [(1, 0.0), (2, 10.0), (3, 20.0), (4, 60.0), (5, 70.0)];
        assert_eq!(numbered(&crowd), [2, 4], "the last of a crowd");
        assert_eq!((numbered(&[(1, 5.0)]), numbered(&[])), (vec![], vec![]));
        let (small, large) = ([(8, 0.0), (9, 24.0)], [(11, 0.0), (12, 24.0)]);
        assert_eq!((numbered(&small), numbered(&large)), (vec![0, 1], vec![1]), "its own number, which may be wider");
    }

    /// What stands on the axis below a chart, and where its middle is.
    pub(in crate::report) fn labels(drawn: &str, is_label: fn(&str) -> bool) -> Vec<(f64, String)> {
        let texts = drawn.split("<text x=\"").skip(1).filter_map(|text| text.split_once('>'));
        let placed = texts.filter_map(|(head, rest)| {
            let place: f64 = head.split('"').next()?.parse().ok()?;
            Some((place, rest.split('<').next()?.trim().to_owned()))
        });
        placed.filter(|(_, text)| is_label(text)).collect()
    }

    fn past(began: Zoned) -> Past {
        let depth = Some(TrendPoint { value: 40.0, half_width_90: 8.0, at_least: false });
        Past { id: String::new(), began, repetitions: 8, judged: 8, from_hips: 8, share: None, depth, reach: None }
    }

    #[test]
    fn the_dates_of_a_trend_do_not_run_into_each_other() {
        let at = |date: &str| -> Zoned { format!("{date}T18:00+01:00[+01:00]").parse().unwrap() };
        let half = |(_, text): &(f64, String)| label_width(text.chars().count()) / 2.0;
        for language in Language::ALL {
            let words = Words::read(language).unwrap().trend;
            for (before, first) in (1..8).flat_map(|before| [(before, "2025-10-10"), (before, "2026-10-10")]) {
                let began = (0..before).map(|day: i64| at(first).checked_add(day.days()).unwrap());
                let sessions: Vec<Past> = began.chain([at("2026-11-28")]).map(past).collect();
                let drawn = trend(TrendQuantity::Depth, &sessions, None, &words).unwrap();
                let labels = labels(&drawn, |text| !text.is_empty() && !text.ends_with('°'));
                assert_eq!(labels.last().unwrap().1, words.dated(at("2026-11-28").date()));
                assert!(labels.iter().all(|label| label.0 + half(label) <= f64::from(TREND.0)), "{before}: {labels:?}");
                assert!(labels.iter().all(|(_, text)| text.contains("20")), "each has its year: {labels:?}");
                for pair in labels.windows(2) {
                    assert!(pair[0].0 + half(&pair[0]) < pair[1].0 - half(&pair[1]), "{before}: {labels:?}");
                }
            }
        }
    }

    #[test]
    fn a_time_stands_only_at_its_second() {
        assert_eq!([0.0, 0.5, 1.0, 59.999_999_9, 75.0].map(time_name), ["0:00", "", "0:01", "1:00", "1:15"]);
        let samples: Vec<Sample> = (0..50).map(|at| sample(f64::from(at) / 10.0, Some(10.0))).collect();
        let drawn = session(&Thinned::of(&samples).unwrap(), &[], SessionWidth::Wide, "").unwrap();
        let times: Vec<_> = labels(&drawn, |text| text.contains(':')).into_iter().map(|(_, text)| text).collect();
        assert_eq!(times, ["0:00", "0:01", "0:02", "0:03", "0:04"]);
    }

    #[test]
    fn a_chart_has_a_label_and_no_fixed_size() {
        let drawn = |samples: Vec<Sample>, label| {
            session(&Thinned::of(&samples).unwrap(), &[], SessionWidth::Wide, label).unwrap()
        };
        let empty = drawn(Vec::new(), "");
        let drawn = drawn(vec![sample(0.0, Some(10.0)), sample(0.2, Some(20.0))], "Angles & \"more\"");
        assert!(
            drawn.starts_with("<svg class=\"chart\" role=\"img\" aria-label=\"Angles &amp; &quot;more&quot;\" viewBox"),
            "{drawn}"
        );
        assert!(drawn.contains("#56B4E9") && drawn.contains("#E69F00"));
        assert!(empty.starts_with("<svg"));
    }
}
