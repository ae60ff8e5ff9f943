//! Values over real dates, as dots with their intervals.

use std::io;
use std::ops::Range;

use jiff::{ToSpan as _, Zoned};
use plotters::coord::ranged1d::BoldPoints;
use plotters::coord::types::RangedCoordf64;
use plotters::element::Circle;
use plotters::prelude::*;

use super::chart::{GRID, QUIET, RIGHT, empty_chart, label_room, label_width, svg};
use crate::i18n::TrendWords;

/// Width and height, drawing units: three a row, and four a row on paper, where letters have the same size.
const SIZE: (u32, u32) = (320, 165);
const SMALL: (u32, u32) = (240, 140);

/// Room for the values at the left, drawing units.
const LEFT: u32 = 46;

/// Room before the first and after the last date, as a part of the time between them, and at least, days.
const MARGIN: f64 = 0.07;
const LEAST_MARGIN: f64 = 0.5;

/// The most dates on the axis, and on a small one.
const MOST_DATES: usize = 5;
const MOST_SMALL: usize = 3;

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

impl DateChart<'_> {
    fn size(&self) -> (u32, u32) {
        if self.is_small { SMALL } else { SIZE }
    }
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
    let margin = (MARGIN * last).max(LEAST_MARGIN);
    let after = margin.max(room_for_last(all().map(|value| &value.date).max(), last + margin, chart, words));
    let ends = all().flat_map(|value| [value.value - value.half_width, value.value + value.half_width]);
    let (least, most) = ends.fold((0.0, chart.full), |(least, most): (f64, f64), end| (least.min(end), most.max(end)));
    let size = chart.size();
    let drawn = svg(size, chart.label, |area| {
        let across = -margin..last + after;
        let day_width = f64::from(size.0 - LEFT - RIGHT) / (last + margin + after);
        let dates = DateLabels { first, across: across.clone(), day_width, words };
        let mut plane = empty_chart(area, across.clone(), least..most * 1.05, (8, LEFT, 22))?;
        axes(&mut plane, chart, &dates)?;
        if let Some((half, start)) = chart.no_change.zip(all().min_by(|one, other| one.date.cmp(&other.date))) {
            let corners = [(across.start, start.value - half), (across.end, start.value + half)];
            plane.draw_series([Rectangle::new(corners, GRID.mix(0.6).filled())])?;
        }
        chart.series.iter().try_for_each(|series| draw_series(&mut plane, series, day))
    })?;
    Ok(Some(drawn))
}

/// The days after the last date in which the second half of its name has room, with a drawing unit to spare; so many days are before.
fn room_for_last(last: Option<&Zoned>, before: f64, chart: &DateChart, words: &TrendWords) -> f64 {
    let name = last.map(|last| words.dated(last.date())).unwrap_or_default();
    let half = label_width(name.chars().count()) / 2.0 + 1.0 - f64::from(RIGHT);
    let width = f64::from(chart.size().0 - LEFT - RIGHT);
    before * half / (width - half)
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

/// The dates below the chart.
struct DateLabels<'a> {
    first: &'a Zoned,
    /// From where to where the axis goes, days after the first date.
    across: Range<f64>,
    /// The width of a day, drawing units.
    day_width: f64,
    words: &'a TrendWords,
}

impl DateLabels<'_> {
    /// As many as this, or fewer where they would run into each other.
    fn fitting(&self, most: usize) -> usize {
        (1..=most).rev().find(|count| self.fit(*count)).unwrap_or(1)
    }

    /// Whether those that are written of so many have room beside each other.
    fn fit(&self, count: usize) -> bool {
        let places = RangedCoordf64::from(self.across.clone()).key_points(BoldPoints(count));
        let labels = places.into_iter().map(|place| (place, self.at(place).chars().count()));
        let written: Vec<(f64, usize)> = labels.filter(|(_, letters)| *letters > 0).collect();
        let room = |one: usize, next: usize| (label_room(one) + label_room(next)) / 2.0;
        written.windows(2).all(|pair| (pair[1].0 - pair[0].0) * self.day_width >= room(pair[0].1, pair[1].1))
    }

    /// The date so many days after the first; empty between two days, and where the edge of the drawing would cut it off.
    fn at(&self, days: f64) -> String {
        let is_day = (days - days.round()).abs() < 1e-6 && days > -0.5;
        let date = is_day.then(|| self.first.checked_add((days.round() as i64).days()).ok()).flatten();
        let name = date.map(|date| self.words.dated(date.date())).unwrap_or_default();
        let room = (self.across.end - days) * self.day_width + f64::from(RIGHT);
        if label_width(name.chars().count()) / 2.0 <= room { name } else { String::new() }
    }
}

fn axes(plane: &mut super::chart::Plane, chart: &DateChart, dates: &DateLabels) -> super::chart::Done {
    let letters = ("sans-serif", 13).into_font().color(&QUIET);
    let date = |days: &f64| dates.at(*days);
    let value = |value: &f64| format!("{value:.0}{}", chart.unit).replace('-', "−");
    let mut mesh = plane.configure_mesh();
    mesh.disable_x_mesh().max_light_lines(0).bold_line_style(GRID).axis_style(QUIET);
    mesh.x_labels(dates.fitting(if chart.is_small { MOST_SMALL } else { MOST_DATES })).y_labels(5).label_style(letters);
    mesh.x_label_formatter(&date).y_label_formatter(&value);
    mesh.draw().map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Words};
    use crate::report::chart::tests::labels;

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

    #[test]
    fn charts_of_one_page_that_end_in_different_years_have_all_years() {
        let words = Words::read(Language::English).unwrap().trend;
        let drawn = |values: Vec<DatedValue>| {
            let series = vec![Series { ink: QUIET, mark: DotShape::Circle, values }];
            let chart = DateChart { label: "", unit: " %", full: 100.0, no_change: None, is_small: false, series };
            let drawn = draw(&chart, &words).unwrap().unwrap();
            labels(&drawn, |text| !text.is_empty() && !text.ends_with('%'))
        };
        let only = drawn(vec![value("2021-01-01", 40.0)]);
        assert_eq!(only.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["1 Jan 2021"]);
        let years = drawn(vec![value("2021-01-01", 40.0), value("2026-11-28", 30.0)]);
        assert!(years.len() > 1 && years.iter().all(|(_, text)| text.contains(" 202")), "{years:?}");
    }

    #[test]
    fn the_name_of_the_last_date_has_room() {
        let words = Words::read(Language::English).unwrap().trend;
        let values = vec![value("2026-11-08", 40.0), value("2026-11-28", 30.0)];
        let series = vec![Series { ink: QUIET, mark: DotShape::Circle, values }];
        let chart = DateChart { label: "", unit: " %", full: 100.0, no_change: None, is_small: false, series };
        let drawn = draw(&chart, &words).unwrap().unwrap();
        let labels = labels(&drawn, |text| !text.is_empty() && !text.ends_with('%'));
        assert_eq!(labels.last().unwrap().1, "28 Nov 2026", "{labels:?}");
    }

    #[test]
    fn no_date_runs_into_the_next_or_over_the_edge() {
        let half = |(_, text): &(f64, String)| label_width(text.chars().count()) / 2.0;
        let spans = [0_i64, 1, 2, 3, 5, 7, 10, 14, 19, 20, 28, 42, 60, 80, 100, 200, 365, 800, 1500, 4000];
        let ends = |language| ["2026-11-28", "2026-01-02"].map(|last| (language, last));
        for (language, last) in Language::ALL.into_iter().flat_map(ends) {
            let words = Words::read(language).unwrap().trend;
            for (days, is_small) in spans.into_iter().flat_map(|days| [(days, false), (days, true)]) {
                let last = value(last, 40.0);
                let date = last.date.checked_sub(jiff::ToSpan::days(days)).unwrap();
                let first = DatedValue { date, ..last.clone() };
                let series = vec![Series { ink: QUIET, mark: DotShape::Circle, values: vec![first, last] }];
                let chart = DateChart { label: "", unit: " %", full: 100.0, no_change: None, is_small, series };
                let drawn = draw(&chart, &words).unwrap().unwrap();
                let labels = labels(&drawn, |text| !text.is_empty() && !text.ends_with('%'));
                let edge = f64::from(if is_small { SMALL.0 } else { SIZE.0 });
                assert!(!labels.is_empty(), "{days} days");
                assert!(labels.iter().all(|(_, text)| text.contains("20")), "each has its year: {labels:?}");
                assert!(labels.iter().all(|label| label.0 + half(label) <= edge + 1.0), "{days} days: {labels:?}");
                for pair in labels.windows(2) {
                    assert!(pair[0].0 + half(&pair[0]) < pair[1].0 - half(&pair[1]), "{days} days: {labels:?}");
                }
            }
        }
    }
}
