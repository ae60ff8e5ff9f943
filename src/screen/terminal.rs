//! The display without a window: a live line in a terminal, a line per event in a file, and the table at the end of a
//! set.
//!
//! Pure: everything here returns text. Colour always accompanies a sign, and is used only if [`Style`] allows it.

use std::ffi::OsStr;
use std::fmt::Display;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::coach::{AskedRepetition, Event, Repetition, Verdict};
use crate::geometry::State;
use crate::i18n::{Words, clock, fill};
use crate::pipeline::Observation;
use crate::screen::tally::{Tally, degrees, flexions_at_bottom};
use crate::screen::theme::{self, UNKNOWN};
use crate::source::Timestamp;

/// Whether text may be coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    #[default]
    Plain,
    /// With ANSI colours.
    Colour,
}

impl Style {
    /// Colour for a terminal, unless `NO_COLOR` is set and not empty (no-color.org).
    pub fn for_output(is_terminal: bool, no_color: Option<&OsStr>) -> Self {
        if is_terminal && no_color.is_none_or(OsStr::is_empty) { Self::Colour } else { Self::Plain }
    }
}

/// The live line: the current measurement and the number of the `last` repetition that counted, or what to do if there is none.
///
/// `00:07  hips  62°  back   8°  ● HIPS   rep 2`
pub fn line(observation: &Observation, last: u32, words: &Words, style: Style) -> String {
    let time = clock(observation.frame.time);
    let (measurement, progress) = (&observation.measurement, &observation.progress);
    match measurement.filtered.filter(|_| measurement.state == State::Measured) {
        Some(bend) => {
            let [hips, back] = [bend.hip_flexion, bend.lumbar_flexion].map(|angle| format!("{:>4}", degrees(angle)));
            let verdict =
                progress.verdict.map_or_else(String::new, |verdict| signed(verdict, words.verdict(verdict), style));
            let verdict = format!("{verdict}{}", " ".repeat(widest(words).saturating_sub(visible_length(&verdict))));
            let values: [(&str, &dyn Display); 5] =
                [("time", &time), ("hips", &hips), ("back", &back), ("verdict", &verdict), ("number", &last)];
            fill(&words.table.line, &values)
        }
        None => format!("{time}  {}", words.sentence(measurement, progress, None, observation.frame.time)),
    }
}

/// The line in a terminal of this many columns: closer together, then cut off, so that it can be redrawn in place. It ends before
/// the last column, beyond which some terminals go to the next line.
pub fn within(line: &str, columns: usize) -> String {
    let room = columns.saturating_sub(1);
    if visible_length(line) <= room {
        return line.to_owned();
    }
    let closer = line.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if visible_length(&closer) <= room {
        return closer;
    }
    let mut cut = String::new();
    let mut seen = 0;
    let mut is_escape = false;
    for letter in closer.chars() {
        is_escape |= letter == '\x1b';
        let is_seen = !is_escape;
        if is_seen && seen + 1 < room {
            cut.push(letter);
        } else if is_seen && seen + 1 == room {
            cut.push('…');
        } else if is_escape {
            cut.push(letter); // what begins or ends a colour
        }
        seen += usize::from(is_seen);
        is_escape &= letter != 'm';
    }
    cut
}

/// The line for an event; `None` if it only matters while it is visible. A repetition has its `number` in the table at the end;
/// one without is said not to count.
///
/// `00:07  rep 2  hips 62°  back 8°  ● HIPS 94 %`
pub fn event_line(time: Timestamp, event: &Event, number: Option<u32>, words: &Words, style: Style) -> Option<String> {
    let time = clock(time);
    match event {
        Event::StandingFound => Some(fill(&words.table.standing, &[("time", &time)])),
        Event::RepetitionFinished(repetition) => {
            let [hips, back] = flexions_at_bottom(repetition);
            let verdict = judged(repetition, words, style);
            let values: [(&str, &dyn Display); 4] =
                [("time", &time), ("hips", &hips), ("back", &back), ("verdict", &verdict)];
            Some(match number {
                Some(number) => fill(&fill(&words.table.event, &[("number", &number)]), &values),
                None => fill(&words.table.uncounted, &values),
            })
        }
        _ => None,
    }
}

/// Formats repetitions that are all there were: they count from 1.
pub fn summary<R: Copy + Into<AskedRepetition>>(
    repetitions: &[R],
    words: &Words,
    style: Style,
    columns: Option<usize>,
) -> String {
    let asked = repetitions.iter().map(|repetition| (*repetition).into());
    let numbered: Vec<(u32, AskedRepetition)> = (1..).zip(asked).collect();
    numbered_summary(&numbered, words, style, columns)
}

/// Formats a set as a table of its repetitions with their numbers, within this many columns of the terminal if it says how many it
/// has, and one sentence.
pub fn numbered_summary(
    repetitions: &[(u32, AskedRepetition)],
    words: &Words,
    style: Style,
    columns: Option<usize>,
) -> String {
    let asked: Vec<AskedRepetition> = repetitions.iter().map(|(_, asked)| *asked).collect();
    let sentence = Tally::of(&asked).sentence(words);
    if repetitions.is_empty() {
        return sentence;
    }
    let whole = table(repetitions, words, style).to_string();
    let fits = |columns: &usize| whole.lines().all(|line| visible_length(line) <= *columns);
    let Some(columns) = columns.filter(|columns| !fits(columns)) else { return format!("{whole}\n{sentence}") };
    // Cells that wrap are plain: an escape sequence must not be cut.
    let mut narrow = table(repetitions, words, Style::Plain);
    narrow.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(columns).unwrap_or(u16::MAX));
    format!("{narrow}\n{sentence}")
}

fn table(repetitions: &[(u32, AskedRepetition)], words: &Words, style: Style) -> Table {
    let mut table = Table::new();
    let (names, label) = (&words.table, &words.label);
    let header = [&names.number, &names.lowest, &label.hips, &label.back, &names.share, &names.verdict];
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(header);
    for (number, asked) in repetitions {
        table.add_row(row(*number, &asked.repetition, words, style));
    }
    for column in table.column_iter_mut().take(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(number: u32, repetition: &Repetition, words: &Words, style: Style) -> [String; 6] {
    // The deepest posture seen tells nothing of the share at a bottom that was not.
    let share = repetition.bend.lumbar_share().filter(|_| !repetition.bottom_hidden);
    let share = share.map_or(UNKNOWN.to_owned(), percent);
    let [hips, back] = flexions_at_bottom(repetition);
    [number.to_string(), clock(repetition.bottom), hips, back, share, judged(repetition, words, style)]
}

/// A share as everywhere: less than nothing, or more than all, where hip and low back go opposite ways.
fn percent(share: f32) -> String {
    format!("{} %", (100.0 * share).round() as i32).replace('-', "−")
}

/// The verdict on a repetition with its probability, or the reason for there being none; and what was wrong with the
/// standing posture.
fn judged(repetition: &Repetition, words: &Words, style: Style) -> String {
    let verdict = verdict_or_reason(repetition, words, style);
    [Some(verdict), words.doubtful(repetition)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn verdict_or_reason(repetition: &Repetition, words: &Words, style: Style) -> String {
    if let Some(reason) = repetition.no_verdict() {
        return fill(&words.table.no_verdict, &[("reason", &words.no_verdict(reason))]);
    }
    let told = repetition.verdict.zip(words.verdict_on(repetition));
    told.map_or_else(String::new, |(verdict, text)| signed(verdict, &text, style))
}

/// A text about a verdict after its sign.
fn signed(verdict: Verdict, text: &str, style: Style) -> String {
    let text = format!("{} {text}", theme::verdict_sign(Some(verdict)));
    match style {
        Style::Plain => text,
        Style::Colour => {
            let ink = theme::verdict_ink(Some(verdict));
            format!("\x1b[38;2;{};{};{}m{text}\x1b[0m", ink.red, ink.green, ink.blue)
        }
    }
}

/// Length of the longest verdict with its sign, characters.
fn widest(words: &Words) -> usize {
    let verdicts = [Verdict::Hips, Verdict::Mixed, Verdict::Back];
    let length = |verdict| visible_length(&signed(verdict, words.verdict(verdict), Style::Plain));
    verdicts.map(length).into_iter().max().unwrap_or(0)
}

/// Length of a text without colour codes, characters.
fn visible_length(text: &str) -> usize {
    text.split('\x1b')
        .enumerate()
        .map(|(number, part)| {
            let seen = if number == 0 { part } else { part.split_once('m').map_or("", |(_, seen)| seen) };
            seen.chars().count()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::geometry::{Bend, HalfWidth90, StandingDoubt, StandingFlaw};
    use crate::i18n::Language;

    fn english() -> Words {
        Words::read(Language::English).unwrap()
    }

    fn repetition(seconds: f64, hips: f32, back: f32, verdict: Option<Verdict>) -> Repetition {
        let bend = Bend { hip_flexion: Angle::degrees(hips), lumbar_flexion: Angle::degrees(back), ..Bend::default() };
        let at = Timestamp::from_secs_f64;
        Repetition {
            half_width_90: HalfWidth90::default(),
            start: at(seconds - 1.0),
            bottom: at(seconds),
            end: at(seconds + 1.0),
            bend,
            verdict,
            verdict_probability: verdict.map(|_| 0.94),
            confidence: 0.9,
            bottom_hidden: false,
            standing_doubt: None,
        }
    }

    #[test]
    fn a_set_is_a_table_and_a_sentence() {
        let set = [
            repetition(7.0, 62.6, 8.2, Some(Verdict::Hips)),
            repetition(71.0, 30.0, 41.0, Some(Verdict::Back)),
            repetition(80.0, 6.0, 2.0, None),
        ];
        let text = summary(&set, &english(), Style::Plain, None);
        assert!(
            text.ends_with("\n1 of 3 repetitions was seen to come from the hips; deepest hip flexion 63°"),
            "{text}"
        );
        let lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(lines.contains(&"1 00:07 63° 8° 12 % ● HIPS 94 %".to_owned()), "{text}");
        assert!(lines.contains(&"2 01:11 30° 41° 58 % ■ BACK 94 %".to_owned()), "{text}");
        assert!(lines.contains(&"3 01:20 6° 2° – no verdict: bent less than 10°".to_owned()), "{text}");
        assert_eq!(summary::<Repetition>(&[], &english(), Style::Plain, None), "No repetitions");
    }

    #[test]
    fn a_repetition_keeps_its_number_and_its_share_where_hip_and_back_go_opposite_ways() {
        let hollow = repetition(7.0, 60.0, -6.0, Some(Verdict::Hips)).into();
        let rounded = repetition(11.0, -10.0, 50.0, Some(Verdict::Back)).into();
        let text = numbered_summary(&[(4, hollow), (6, rounded)], &english(), Style::Plain, None);
        let lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(lines.contains(&"4 00:07 60° −6° −11 % ● HIPS 94 %".to_owned()), "{text}");
        assert!(lines.contains(&"6 00:11 −10° 50° 125 % ■ BACK 94 %".to_owned()), "{text}");
    }

    #[test]
    fn each_way_to_get_no_verdict_is_told_in_the_table_in_both_languages() {
        let angle = Angle::degrees;
        let half_width_90 = HalfWidth90 { lumbar_flexion: angle(13.6), ..HalfWidth90::default() };
        let open = Repetition { half_width_90, ..repetition(7.0, 50.0, 17.0, None) };
        let hidden = Repetition { bottom_hidden: true, confidence: 0.0, ..repetition(7.0, 50.0, 2.0, None) };
        let small = repetition(7.0, 6.0, 2.0, None);
        let unsure = Repetition { confidence: 0.0, ..open };
        for (language, reasons) in [
            (Language::English, ["±14° leaves it open", "its bottom was hidden", "bent less than 10°", "±14°"]),
            (Language::German, ["±14° lässt es offen", "tiefster Punkt war verdeckt", "unter 10°", "±14°"]),
        ] {
            let words = Words::read(language).unwrap();
            for (repetition, reason) in [open, hidden, small, unsure].into_iter().zip(reasons) {
                let text = summary(&[repetition], &words, Style::Plain, None);
                assert!(text.contains(reason), "{reason}: {text}");
            }
        }
    }

    #[test]
    fn a_hidden_bottom_has_a_lower_bound_and_no_share() {
        let hidden = Repetition { bottom_hidden: true, ..repetition(7.0, 43.0, 6.0, None) };
        let text = summary(&[hidden], &english(), Style::Plain, None);
        let row: Vec<&str> = text.lines().nth(3).unwrap().split_whitespace().collect();
        assert_eq!(row[..7].join(" "), "1 00:07 ≥ 43° ≥ 6° –", "{text}");
        assert!(text.ends_with("deepest hip flexion ≥ 43°"), "{text}");
        let event = Event::RepetitionFinished(hidden);
        let line = event_line(Timestamp::default(), &event, Some(1), &english(), Style::Plain).unwrap();
        assert!(line.contains("hips ≥ 43°  back ≥ 6°"), "{line}");
    }

    #[test]
    fn a_doubtful_standing_posture_stands_beside_the_verdict_it_makes_less_certain() {
        let stood = |flaw, verdict| {
            let standing_doubt = Some(StandingDoubt { angle: Angle::degrees(4.2), flaw });
            summary(
                &[Repetition { standing_doubt, ..repetition(7.0, 60.0, 5.0, verdict) }],
                &english(),
                Style::Plain,
                None,
            )
        };
        let text = stood(Some(StandingFlaw::BentKnees), Some(Verdict::Hips));
        assert!(text.contains("● HIPS 94 %; stood with bent knees: ±5° more"), "{text}");
        assert!(stood(Some(StandingFlaw::Leaning), None).contains("open; stood leaning: ±5° more"));
        assert!(!stood(None, Some(Verdict::Hips)).contains("stood"));
    }

    #[test]
    fn no_color_is_honoured_as_its_page_says() {
        assert_eq!(Style::for_output(true, None), Style::Colour);
        assert_eq!(Style::for_output(true, Some(OsStr::new(""))), Style::Colour);
        assert_eq!(Style::for_output(true, Some(OsStr::new("1"))), Style::Plain);
        assert_eq!(Style::for_output(false, None), Style::Plain);
    }

    #[test]
    fn a_line_is_closer_together_in_a_narrow_terminal_and_cut_in_a_narrower_one() {
        let line = "00:07  hips  62°  back   8°  \x1b[38;2;1;2;3m● HIPS\x1b[0m   rep 4";
        assert_eq!(within(line, 80), line);
        assert_eq!(within(line, 40), "00:07 hips 62° back 8° \x1b[38;2;1;2;3m● HIPS\x1b[0m rep 4");
        assert_eq!(within(line, 28), "00:07 hips 62° back 8° \x1b[38;2;1;2;3m● H…\x1b[0m");
        for columns in 0..60 {
            let shown = within(line, columns);
            assert!(visible_length(&shown) <= columns.saturating_sub(1), "{columns}: {shown}");
            assert_eq!(shown.matches('\x1b').count(), 2, "{columns}: its colour ends");
        }
    }

    #[test]
    fn colour_changes_no_letter() {
        let set = [repetition(7.0, 62.6, 8.2, Some(Verdict::Hips))];
        let coloured = summary(&set, &english(), Style::Colour, None);
        assert!(coloured.contains('\x1b') && !summary(&set, &english(), Style::Plain, None).contains('\x1b'));
        assert_eq!(visible_length("\x1b[38;2;1;2;3m● HIPS\x1b[0m"), 6);
    }

    #[test]
    fn a_summary_is_as_narrow_as_the_terminal_and_nothing_of_it_is_lost() {
        let set = [repetition(7.0, 60.0, 5.0, Some(Verdict::Hips)), repetition(9.0, 20.0, 45.0, Some(Verdict::Back))];
        let narrow = summary(&set, &english(), Style::Colour, Some(40));
        let table = narrow.lines().take_while(|line| line.starts_with(['─', '═', ' ']));
        assert!(table.clone().count() > 6 && table.clone().all(|line| visible_length(line) <= 40), "{narrow}");
        assert!(["60°", "45°", "HIPS", "BACK"].iter().all(|cell| narrow.contains(cell)), "{narrow}");
        assert_eq!(summary(&set, &english(), Style::Plain, Some(200)), summary(&set, &english(), Style::Plain, None));
    }

    #[test]
    fn events_are_told_once_each() {
        let done = repetition(7.0, 62.0, 8.0, Some(Verdict::Hips));
        let tell = |event, number| event_line(Timestamp::from_secs_f64(8.0), &event, number, &english(), Style::Plain);
        assert_eq!(tell(Event::StandingFound, None).as_deref(), Some("00:08  Standing posture found"));
        assert_eq!(
            tell(Event::RepetitionFinished(done), Some(2)).as_deref(),
            Some("00:08  rep 2  hips 62°  back 8°  ● HIPS 94 %")
        );
        assert_eq!(
            tell(Event::RepetitionFinished(done), None).as_deref(),
            Some("00:08  not counted  hips 62°  back 8°  ● HIPS 94 %")
        );
        assert_eq!(tell(Event::RepetitionStarted, None), None);
    }
}
