//! The trend of a drill across sessions: here as text for the terminal, a bar per session with its value and error below it;
//! in [`page`] as a page in the window.

mod date_axis;
pub mod page;

use std::fmt::Write as _;

use crate::i18n::{TrendWords, at_least, error, fill};
use crate::screen::terminal::Style;
use crate::screen::theme::{BACK, HIPS, Ink, UNKNOWN};
use crate::store::trend::{Past, TrendPoint, TrendQuantity, detectable_since_last};

/// Maximum number of sessions shown: with [`WIDTH`] they fit 80 columns.
pub const MOST: usize = 9;
/// Columns of the axis.
const AXIS: usize = 7;
/// Columns per session.
const WIDTH: usize = 8;
/// Columns of its bar.
const BAR: usize = 5;
/// Rows of a chart.
const ROWS: usize = 4;
/// Bar characters by height in eighths of a row.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How many sessions fit into a terminal of so many columns.
pub fn most(columns: Option<usize>) -> usize {
    columns.map_or(MOST, |columns| (columns.saturating_sub(AXIS) / WIDTH).clamp(1, MOST))
}

/// Formats a drill's newest sessions, oldest first, of `count` in all.
///
/// `year` is this one, which goes without saying.
pub fn told(drill: &str, (sessions, count): (&[Past], usize), words: &TrendWords, year: i16, style: Style) -> String {
    let shown = &sessions[sessions.len().saturating_sub(MOST)..];
    let head = if count == 1 { &words.head_one } else { &words.head };
    let mut text = fill(head, &[("drill", &drill), ("count", &count)]) + "\n";
    for quantity in TrendQuantity::ALL {
        let points: Vec<Option<TrendPoint>> = shown.iter().map(|past| past.point(quantity)).collect();
        let known = points.iter().flatten().map(|point| point.value);
        let values: Vec<Option<f32>> = points.iter().map(|point| point.map(|point| point.value)).collect();
        let most = known.fold(quantity.full(), f32::max);
        let unit = if quantity == TrendQuantity::Share { " %" } else { "°" };
        let bars = bars(&values, (most, unit), ink(quantity), style);
        write!(text, "\n{}\n{bars}", words.quantity(quantity)).ok();
        let cells = |cell: &dyn Fn(&TrendPoint) -> String| row(points.iter().map(|point| point.as_ref().map(cell)));
        text += &cells(&|point| at_least(quantity, point));
        text += &cells(&error);
        text += &dates(shown, words, year);
        text += &compared(quantity, &points, words);
    }
    if count > shown.len() {
        let earlier = fill(&words.earlier, &[("count", &(count - shown.len()))]);
        write!(text, "\n{earlier}\n").ok();
    }
    text
}

/// The sentences about the changes.
fn compared(quantity: TrendQuantity, points: &[Option<TrendPoint>], words: &TrendWords) -> String {
    let known: Vec<TrendPoint> = points.iter().flatten().copied().collect();
    let Some(least) = detectable_since_last(&known) else { return String::new() };
    let change = words.change(quantity, &known).filter(|_| matches!(points, [.., Some(_), Some(_)]));
    let lines = [Some(words.detectable(quantity, least)), change];
    lines.into_iter().flatten().fold(String::new(), |text, line| text + "  " + &line + "\n")
}

fn ink(quantity: TrendQuantity) -> Ink {
    if quantity == TrendQuantity::Share { BACK } else { HIPS }
}

/// A bar for each value, as high as its part of `most`, beside an axis from zero to that.
pub(super) fn bars(values: &[Option<f32>], (most, unit): (f32, &str), ink: Ink, style: Style) -> String {
    let eighths = |value: &Option<f32>| {
        let part = value.map_or(0.0, |value| value / most).clamp(0.0, 1.0);
        (part * (ROWS * 8) as f32).round() as usize
    };
    let mut text = String::new();
    for below in (0..ROWS).rev().map(|row| row * 8) {
        let bar = |value| String::from(EIGHTHS[eighths(value).saturating_sub(below).min(8)]).repeat(BAR);
        let line = row(values.iter().map(|value| Some(bar(value))));
        let line = line.get(AXIS..).unwrap_or_default().trim_end_matches('\n');
        let axis = axis(below, most, unit);
        match style {
            Style::Plain => writeln!(text, "{}", format!("{axis}{line}").trim_end()).ok(),
            Style::Colour => {
                writeln!(text, "{axis}\x1b[38;2;{};{};{}m{line}\x1b[0m", ink.red, ink.green, ink.blue).ok()
            }
        };
    }
    text
}

/// The axis beside a row of bars: its value at the top and in the middle, zero at the foot.
fn axis(below: usize, most: f32, unit: &str) -> String {
    let value = match below / 8 + 1 {
        ROWS => Some(most),
        row if row == ROWS / 2 => Some(most / 2.0),
        _ => None,
    };
    let value = value.map_or(String::new(), |value| format!("{value:.0}{unit}"));
    format!("{value:>width$}{}", if value.is_empty() { '│' } else { '┤' }, width = AXIS - 1)
}

/// A line of cells, each centred in its column, beside the axis.
pub(super) fn row(cells: impl Iterator<Item = Option<String>>) -> String {
    let line: String = cells.map(|cell| format!("{:^WIDTH$}", cell.as_deref().unwrap_or(UNKNOWN))).collect();
    format!("{:AXIS$}{}\n", "", line.trim_end())
}

/// The dates of these sessions in a row, and below it their years if they are not all of this one.
pub(super) fn dates(sessions: &[Past], words: &TrendWords, year: i16) -> String {
    let days = row(sessions.iter().map(|past| Some(words.day_of_year(&past.began))));
    if sessions.iter().all(|past| past.began.year() == year) {
        return days;
    }
    days + &row(sessions.iter().map(|past| Some(past.began.year().to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::form::Reach;
    use crate::i18n::{Language, Words};
    use crate::units::degrees;

    fn past(day: u32, share: Option<f32>, reach: f32) -> Past {
        let point = |value| TrendPoint { value, half_width_90: 6.1, at_least: false };
        Past {
            id: format!("2026-11-{day:02}"),
            began: format!("2026-11-{day:02}T09:00:00+01:00[+01:00]").parse().unwrap(),
            repetitions: 8,
            judged: 8,
            from_hips: 6,
            share: share.map(point),
            depth: Some(point(60.0)),
            reach: Some(Reach { angle: degrees(reach), half_width_90: degrees(7.0), limited: day != 3 }),
        }
    }

    fn text(sessions: &[Past], style: Style) -> String {
        told("Bow", (sessions, sessions.len()), &Words::read(Language::English).unwrap().trend, 2026, style)
    }

    #[test]
    fn a_session_is_a_bar_with_its_value_its_error_and_its_day() {
        let text = text(&[past(1, Some(40.0), 30.0), past(2, None, 45.0), past(3, Some(10.0), 60.0)], Style::Plain);
        for part in ["Bow: 3 sessions", "40 %", "10 %", "≥ 60°", "± 7", "1 Nov", "A change counts from 12° on"] {
            assert!(text.contains(part), "{part:?} is not in\n{text}");
        }
        let share: Vec<&str> = text.lines().skip(3).take(5).collect();
        assert_eq!(share[0], " 100 %┤", "40 % is no whole column: {text}");
        assert_eq!(share[3], "      │ █████           ▃▃▃▃▃", "{text}");
        assert!(share[4].contains("40 %") && share[4].contains(UNKNOWN));
        assert_eq!(text.matches("15° more than the time before").count(), 1, "{text}");
        assert!(!text.contains("% more"), "the time before is not known");
    }

    #[test]
    fn the_newest_are_shown_and_all_fits_80_columns() {
        let sessions: Vec<Past> = (1..=12).map(|day| past(day, Some(-3.0), 50.0 + day as f32)).collect();
        let text = text(&sessions, Style::Plain);
        assert!(text.contains("12 Nov") && !text.contains(" 3 Nov") && text.contains("3 earlier"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn a_year_that_is_not_this_one_stands_below_the_days() {
        let words = Words::read(Language::English).unwrap().trend;
        let sessions = [past(1, Some(40.0), 30.0), past(2, Some(30.0), 45.0)];
        let later = told("Bow", (&sessions, 2), &words, 2027, Style::Plain);
        assert!(later.lines().any(|line| line.trim() == "2026    2026"), "{later}");
        assert!(!text(&sessions, Style::Plain).contains("2026"));
        let dates: Vec<_> = ["2025-12-30", "2025-12-31", "2026-01-01"]
            .map(|day| format!("{day}T09:00+01:00[+01:00]").parse().unwrap())
            .into();
        assert_eq!(words.axis_days(&dates, 2026), ["30 Dec 2025", "31 Dec", "1 Jan 2026"]);
        assert_eq!(words.axis_days(&dates, 2025), ["30 Dec", "31 Dec", "1 Jan 2026"]);
    }

    #[test]
    fn colour_changes_no_letter() {
        let sessions = [past(1, Some(40.0), 30.0)];
        let (plain, coloured) = (text(&sessions, Style::Plain), text(&sessions, Style::Colour));
        let bare = |text: &str| {
            let parts = text.split('\x1b').enumerate();
            parts
                .map(|(number, part)| if number == 0 { part } else { part.split_once('m').unwrap().1 })
                .collect::<String>()
        };
        assert!(coloured.contains('\x1b') && !plain.contains('\x1b'));
        assert_eq!(bare(&coloured), plain);
    }
}
