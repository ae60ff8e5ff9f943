//! Values over real dates, as dots with their intervals.

use std::io;

use jiff::{ToSpan as _, Zoned};
use plotters::element::Circle;
use plotters::prelude::*;

use super::chart::{GRID, QUIET, empty_chart, svg};
use crate::i18n::TrendWords;

/// Width and height, drawing units: three a row, and four a row on paper, where letters have the same size.
const SIZE: (u32, u32) = (320, 165);
const SMALL: (u32, u32) = (240, 140);

/// Half the size of a dot, and of one of so many that larger ones would hide each other.
const DOT: i32 = 4;
const SMALL_DOT: i32 = 2;
const MANY: usize = 30;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The shape of the dots of a series: told apart without their colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DotShape {
    #[default]
    Circle,
    Square,
}

/// Values that belong together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub ink: RGBColor,
    pub mark: DotShape,
    /// Oldest first.
    pub values: Vec<DatedValue>,
}

/// A value at a date.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DatedValue {
    pub date: Zoned,
    pub value: f64,
    /// Half the width of its interval; zero draws none.
    pub half_width: f64,
    /// An open dot: the value may be more, or it was taken before something.
    pub open: bool,
}

/// What is drawn.
#[derive(Debug)]
pub(super) struct DateChart<'w> {
    pub label: &'w str,
    /// What follows a value on the axis.
    pub unit: &'w str,
    /// The value at the top of the axis.
    pub full: f64,
    /// Half the height of the band around the first value: what is no change.
    pub no_change: Option<f64>,
    pub is_small: bool,
    pub series: Vec<Series>,
}

/// Draws it; `None` without a value.
///
/// # Errors
/// If it cannot be drawn, which is a bug.
pub(super) fn draw(chart: &DateChart, words: &TrendWords) -> io::Result<Option<String>> {
    let all = || chart.series.iter().flat_map(|series| &series.values);
    let Some(first) = all().map(|value| &value.date).min() else { return Ok(None) };
    let day = |date: &Zoned| date.timestamp().duration_since(first.timestamp()).as_secs_f64() / DAY;
    let last = all().map(|value| day(&value.date)).fold(0.0, f64::max);
    let margin = (0.06 * last).max(0.5);
    let year = all().map(|value| &value.date).max().map_or(0, Zoned::year); // that of the page
    let ends = all().flat_map(|value| [value.value - value.half_width, value.value + value.half_width]);
    let (least, most) = ends.fold((0.0, chart.full), |(least, most): (f64, f64), end| (least.min(end), most.max(end)));
    let drawn = svg(if chart.is_small { SMALL } else { SIZE }, chart.label, |area| {
        let across = -margin..last + margin;
        let mut plane = empty_chart(area, across.clone(), least..most * 1.05, (8, 46, 22))?;
        axes(&mut plane, chart, (first, year), words)?;
        if let Some((half, start)) = chart.no_change.zip(all().min_by(|one, other| one.date.cmp(&other.date))) {
            let corners = [(across.start, start.value - half), (across.end, start.value + half)];
            plane.draw_series([Rectangle::new(corners, GRID.mix(0.6).filled())])?;
        }
        chart.series.iter().try_for_each(|series| draw_series(&mut plane, series, day))
    })?;
    Ok(Some(drawn))
}

/// The line of a series, and its dots with their intervals.
fn draw_series(plane: &mut super::chart::Plane, series: &Series, day: impl Fn(&Zoned) -> f64) -> super::chart::Done {
    let Series { ink, mark, values } = series;
    let half = if values.len() > MANY { SMALL_DOT } else { DOT };
    let line: Vec<_> = values.iter().map(|value| (day(&value.date), value.value)).collect();
    plane.draw_series([PathElement::new(line, ink.stroke_width(2))])?;
    for DatedValue { date, value, half_width, open } in values {
        let at = day(date);
        let bar = vec![(at, value - half_width), (at, value + half_width)];
        plane.draw_series([PathElement::new(bar, ink.stroke_width(2))])?;
        let dot = if *open { ShapeStyle::from(ink).stroke_width(2) } else { ink.filled() };
        match mark {
            DotShape::Circle => plane.draw_series([Circle::new((at, *value), half, dot)]).map(drop)?,
            DotShape::Square => {
                let square = Rectangle::new([(1 - half, 1 - half), (half - 1, half - 1)], dot);
                plane.draw_series([EmptyElement::at((at, *value)) + square]).map(drop)?;
            }
        }
    }
    Ok(())
}

fn axes(
    plane: &mut super::chart::Plane,
    chart: &DateChart,
    (first, year): (&Zoned, i16),
    words: &TrendWords,
) -> super::chart::Done {
    let letters = ("sans-serif", 13).into_font().color(&QUIET);
    let date = |days: &f64| {
        let is_day = (days - days.round()).abs() < 1e-6 && *days > -0.5;
        let date = is_day.then(|| first.checked_add((days.round() as i64).days()).ok()).flatten();
        date.map(|date| words.day(&date, year)).unwrap_or_default()
    };
    let value = |value: &f64| format!("{value:.0}{}", chart.unit).replace('-', "−");
    let mut mesh = plane.configure_mesh();
    mesh.disable_x_mesh().max_light_lines(0).bold_line_style(GRID).axis_style(QUIET);
    mesh.x_labels(if chart.is_small { 3 } else { 5 }).y_labels(5).label_style(letters);
    mesh.x_label_formatter(&date).y_label_formatter(&value);
    mesh.draw().map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Words};

    fn value(date: &str, value: f64) -> DatedValue {
        DatedValue { date: format!("{date}T18:00+01:00[+01:00]").parse().unwrap(), value, half_width: 8.0, open: false }
    }

    /// The horizontal places of the dots.
    fn places(drawn: &str) -> Vec<f64> {
        let circles = drawn.split("<circle cx=\"").skip(1);
        circles.map(|circle| circle.split('"').next().unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn dots_stand_at_their_dates() {
        let words = Words::read(Language::English).unwrap().trend;
        let values = vec![value("2026-11-01", 40.0), value("2026-11-03", 30.0), value("2026-11-21", 20.0)];
        let chart = DateChart {
            label: "Part",
            unit: " %",
            full: 100.0,
            no_change: Some(9.0),
            is_small: false,
            series: vec![Series { ink: QUIET, mark: DotShape::Circle, values }],
        };
        let drawn = draw(&chart, &words).unwrap().unwrap();
        let places = places(&drawn);
        let ratio = (places[1] - places[0]) / (places[2] - places[0]);
        assert!((ratio - 0.1).abs() < 0.01, "two days of twenty: {places:?}");
        assert!(drawn.contains("Nov"), "{drawn}");
        let empty = DateChart { series: Vec::new(), ..chart };
        assert_eq!(draw(&empty, &words).unwrap(), None);
    }
}
