//! The trend of a drill as one SVG: for a letter, a poster, a web page.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::course_page::dated_charts;
use super::escape::escaped;
use super::score_section::{ScoreChart, score_charts};
use super::supplement::ScoreLine;
use crate::i18n::{Words, fill};
use crate::store::PracticeDays;
use crate::store::trend::{Past, TrendQuantity};

/// Width of the drawing and its margin, height of the head, of a chart with its name, and of the calendar, drawing units.
const WIDTH: u32 = 720;
const EDGE: u32 = 24;
const HEAD: u32 = 64;
const CHART: u32 = 440;
const CALENDAR: u32 = 210;
/// Side of a day of the calendar with its gap.
const DAY: u32 = 30;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct TrendDrawing<'a> {
    /// All texts.
    pub words: &'a Words,
    /// The name of the drill.
    pub drill: &'a str,
    /// Whose, as the person is to be called.
    pub person: &'a str,
    /// The sessions, oldest first.
    pub sessions: &'a [Past],
    /// The days of the last four weeks.
    pub days: &'a PracticeDays,
    /// What is drawn where there is no session: pain and function.
    pub scores: &'a [ScoreLine],
}

/// A chart with what stands above it.
struct HeadedChart {
    name: String,
    direction: Option<String>,
    change: Option<String>,
    drawn: String,
}

impl TrendDrawing<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let words = &self.words.trend;
        let about = match self.sessions {
            [] if !self.scores.is_empty() => self.words.report.scores.clone(),
            _ => fill(&words.page, &[("drill", &self.drill)]),
        };
        let title = format!("{about} · {}", self.person);
        let charts = self.charts()?;
        let height = HEAD + CHART * charts.len() as u32 + CALENDAR;
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" font-family=\"sans-serif\" role=\"img\" aria-label=\"{0}\">\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
            escaped(&title)
        );
        line(&mut text, (EDGE, 40), 22, "#202830", &title);
        let mut top = HEAD;
        for HeadedChart { name, direction, change, drawn } in &charts {
            line(&mut text, (EDGE, top + 16), 16, "#202830", name);
            if let Some(direction) = direction {
                line(&mut text, (EDGE, top + 36), 14, "#586068", direction);
            }
            if let Some(change) = change {
                line(&mut text, (EDGE, top + 57), 14, "#202830", change);
            }
            let (width, height) = (WIDTH - 2 * EDGE, CHART - 84);
            let placed = format!("<svg x=\"{EDGE}\" y=\"{}\" width=\"{width}\" height=\"{height}\" ", top + 66);
            text += &drawn.replacen("<svg ", &placed, 1);
            top += CHART;
        }
        self.calendar(&mut text, top);
        text += "</svg>\n";
        out.write_all(text.as_bytes())
    }

    /// The charts of the movement; of the scores where there is none.
    fn charts(&self) -> io::Result<Vec<HeadedChart>> {
        let words = &self.words.trend;
        if self.sessions.is_empty() && !self.scores.is_empty() {
            let charts = score_charts(self.scores, self.words)?.into_iter();
            let headed =
                |ScoreChart { name, drawn, key, band, .. }| HeadedChart { name, direction: key, change: band, drawn };
            return Ok(charts.map(headed).collect());
        }
        let charts = dated_charts(self.sessions, self.words)?.into_iter();
        let headed = charts.map(|(quantity, drawn)| HeadedChart {
            name: words.quantity(quantity).to_owned(),
            direction: Some(words.direction(quantity).to_owned()),
            change: self.change(quantity),
            drawn,
        });
        Ok(headed.collect())
    }

    fn calendar(&self, text: &mut String, top: u32) {
        let words = &self.words.trend;
        // "The last 28 days" of the drawing, whenever it is looked at.
        let ends = self.days.days().next().zip(self.days.days().last());
        let span = ends.map(|((first, _), (last, _))| format!(" · {} – {}", words.dated(first), words.dated(last)));
        let head = words.practised(self.days.count()) + span.as_deref().unwrap_or_default();
        line(text, (EDGE, top + 14), 16, "#202830", &head);
        for (number, (day, practised)) in self.days.days().enumerate() {
            let (x, y) = (EDGE + number as u32 % 7 * DAY, top + 44 + number as u32 / 7 * DAY);
            if number < 7 {
                line(text, (x + 3, y - 6), 13, "#586068", &self.words.start.weekday_short(day));
            }
            let (ground, ink) = if practised { ("#56b4e9", "#202830") } else { ("#eef0f2", "#586068") };
            let side = DAY - 4;
            write!(text, "<rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" rx=\"4\" fill=\"{ground}\"/>")
                .ok();
            line(text, (x + 5, y + 18), 13, ink, &day.day().to_string());
        }
        let note = match self.sessions.len() {
            0 => &self.words.trend.none_yet,
            1 => &self.words.trend.once,
            _ => &self.words.trend.no_change,
        };
        line(text, (EDGE, top + 44 + 4 * DAY + 22), 14, "#586068", note);
    }

    /// What changed since the first session, as a sentence of its own.
    fn change(&self, quantity: TrendQuantity) -> Option<String> {
        let points: Vec<_> = self.sessions.iter().filter_map(|past| past.point(quantity)).collect();
        let change = self.words.since_first(quantity, &points)?;
        let mut letters = change.chars();
        Some(letters.next()?.to_uppercase().chain(letters).collect())
    }
}

/// The width of a letter as a part of its size. In DejaVu Sans, which is wider than Arial, texts as they stand here take 0.50 to 0.55,
/// by its advance widths.
const LETTER: f64 = 0.57;

/// Writes a line, in smaller letters where it would not end before the edge.
fn line(text: &mut String, (x, y): (u32, u32), size: u32, ink: &str, words: &str) {
    let (room, width) = (f64::from(WIDTH - EDGE - x), LETTER * f64::from(size) * words.chars().count() as f64);
    let size = if width > room { format!("{:.1}", f64::from(size) * room / width) } else { size.to_string() };
    let words = escaped(words);
    write!(text, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{ink}\">{words}</text>").ok();
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::i18n::Language;
    use crate::store::trend::TrendPoint;

    fn past(day: u32, share: f32) -> Past {
        let point = Some(TrendPoint { value: share, half_width_90: 6.0, at_least: false });
        Past {
            id: day.to_string(),
            began: format!("2026-11-{day:02}T09:00+01:00[+01:00]").parse().unwrap(),
            repetitions: 8,
            judged: 8,
            from_hips: 6,
            share: point,
            depth: point,
            reach: None,
        }
    }

    #[test]
    fn it_is_one_drawing_that_is_sound_xml_and_says_in_words_what_is_better() {
        for language in Language::ALL {
            let words = Words::read(language).unwrap();
            let today = date(2026, 11, 28);
            let days = PracticeDays::new(today, [today]);
            let sessions = [past(1, 40.0), past(3, 30.0), past(21, 12.0)];
            for sessions in [&sessions[..], &sessions[..1], &[]] {
                let drawing = TrendDrawing {
                    words: &words,
                    drill: "Bow <&",
                    person: "A \"b\"",
                    sessions,
                    days: &days,
                    scores: &[],
                };
                let mut text = Vec::new();
                drawing.write(&mut text).unwrap();
                let text = String::from_utf8(text).unwrap();
                assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
                assert_eq!(text.contains(&words.trend.better), !sessions.is_empty());
                assert_eq!(text.matches("rx=\"4\"").count(), 28);
                let span = [date(2026, 11, 1), today].map(|day| words.trend.dated(day)).join(" – ");
                assert!(text.contains(&span), "the days of the calendar have month and year: {text}");
                assert!(text.contains("Bow &lt;&amp;") && !text.contains("Bow <&"), "{text}");
                assert_eq!(text.contains(&words.trend.once), sessions.len() == 1);
            }
        }
    }

    #[test]
    fn a_long_line_is_written_smaller_and_not_cut_off() {
        let written = |words: &str| {
            let mut text = String::new();
            line(&mut text, (EDGE, 40), 22, "#202830", words);
            let size = text.split("font-size=\"").nth(1).unwrap().split('"').next().unwrap();
            (size.to_owned(), LETTER * size.parse::<f64>().unwrap() * words.chars().count() as f64)
        };
        assert_eq!(written("Bow · Ada").0, "22");
        let (size, width) = written(&"Waiter's bow: what changed · ".repeat(3));
        assert!(size != "22" && width <= f64::from(WIDTH - 2 * EDGE) + 5.0, "{size}: {width}");
    }
}
