//! Formats the content of the page; the template `assets/report/page.html` only inserts it.

use std::io;
use std::time::Duration;

use askama::Template;
use euclid::Angle;

use super::chart::{self, SessionWidth, Thinned};
use super::content::{MOST_SESSIONS, Report};
use super::posture::{self, Photograph, PictureRegion};
use super::quality;
use super::score_section::ScoreSection;
use super::supplement::Course;
use crate::coach::{AT_THE_BOTTOM, BottomStay, Repetition, SetGoal, Verdict};
use crate::geometry::StateHistory;
use crate::i18n::{ReportWords, Words, at_least, clock, error, fill, listed_numbers, rounded_up};
use crate::screen::tally::{Tally, at_bottom, degrees, flexions_at_bottom};
use crate::screen::theme::{UNKNOWN, verdict_sign};
use crate::source::Timestamp;
use crate::store::sample::Sample;
use crate::store::trend::{Past, TrendPoint, TrendQuantity, detectable, detectable_since_last};
use crate::store::{SampleSource, Session, StoredRepetition, stay_at_bottom};

/// Errors of the network on generated people not used in training, degrees: mean and 90th percentile, of low back and
/// hip. Source: `METHOD.md`, "Errors", which a test compares.
const ERRORS: [&str; 4] = ["6.6", "14.7", "5.4", "11.8"];

/// The page.
#[derive(Template)]
#[template(path = "page.html", config = "assets/report/askama.toml")]
pub(super) struct Page<'r> {
    words: &'r ReportWords,
    language: &'static str,
    title: String,
    /// Facts about the session: name and value.
    facts: Vec<(&'r str, String)>,
    note: Option<&'r str>,
    /// The notes: time and text.
    notes: Vec<(String, &'r str)>,
    /// Summary of the session in one sentence.
    sentence: String,
    /// Why there is no bend, or when one may be missing.
    reasons: Vec<String>,
    /// Each repetition without a verdict, and why.
    untold: Vec<String>,
    /// What the measurement rests on: name and value.
    quality: Vec<(&'r str, String)>,
    /// How many bends are in no set, and so in no value.
    outside: Option<String>,
    /// What each set tells.
    sets: Vec<String>,
    /// Sign, word, class and count of each verdict.
    counts: Vec<Count<'r>>,
    /// The medians of the session: name, value and error.
    medians: Vec<Median<'r>>,
    session: String,
    /// The same chart for a narrow screen.
    narrow: String,
    /// The heads of the table.
    columns: [&'r str; 11],
    rows: Vec<Row>,
    cards: Vec<RepetitionCard>,
    /// About the contrast sets.
    contrast: Option<String>,
    /// About the bends without feedback.
    retention: Option<String>,
    course: &'r Course,
    scores: Option<ScoreSection>,
    mobility: Option<Screen<'r>>,
    trends: Vec<TrendSection<'r>>,
    meaning: Vec<(&'r str, String)>,
    errors: String,
    pictures: bool,
    versions: Vec<(String, String)>,
    safety: &'r str,
}

struct Count<'r> {
    class: &'static str,
    sign: char,
    word: &'r str,
    count: usize,
}

struct Median<'r> {
    name: &'r str,
    value: String,
    error: String,
}

/// A repetition in the table.
struct Row {
    number: u32,
    time: String,
    class: &'static str,
    verdict: String,
    hip: String,
    back: String,
    share: String,
    reach: String,
    trunk: String,
    knee: String,
    down: String,
    pause: String,
}

/// The pictures of a repetition.
struct RepetitionCard {
    number: u32,
    class: &'static str,
    verdict: String,
    standing: String,
    bottom: String,
    curves: String,
    caption: String,
}

/// The results of the mobility screen.
struct Screen<'r> {
    rows: Vec<(&'r str, String, String)>,
    found: Vec<String>,
}

struct TrendSection<'r> {
    name: &'r str,
    chart: String,
    sentences: Vec<String>,
}

impl<'r> Page<'r> {
    pub(super) fn of(report: &mut Report<'r>) -> io::Result<Self> {
        let words = report.words;
        let session = report.session;
        let repetitions = report.repetitions();
        let past = Past::of(
            &session.entry.id,
            &session.entry.began,
            &repetitions.iter().map(|kept| (*kept).clone()).collect::<Vec<_>>(),
        );
        let states = session.states(report.samples).map_err(io::Error::other)?;
        let thinned = Thinned::of(report.samples).map_err(io::Error::other)?;
        Ok(Self {
            words: &words.report,
            language: words.language().code(),
            title: format!("{} – {}", words.report.title, session.entry.began.strftime(&words.report.day)),
            facts: facts(report),
            note: session.entry.note.as_deref().filter(|_| !report.anonymous),
            notes: notes(report),
            sentence: Tally::of(&report.asked()).sentence(words),
            reasons: reasons(report, &states),
            untold: untold(&repetitions, words),
            outside: outside(session, &words.report),
            quality: quality::facts(report)?,
            sets: sets(report),
            counts: counts(&repetitions, words),
            medians: medians(&past, words),
            session: chart::session(&thinned, &repetitions, SessionWidth::Wide, &words.report.curves)?,
            narrow: chart::session(&thinned, &repetitions, SessionWidth::Narrow, &words.report.curves)?,
            columns: columns(&words.report),
            rows: rows(report, &repetitions)?,
            contrast: contrast(session, &repetitions, &words.report),
            retention: retention(report),
            course: report.course,
            scores: ScoreSection::of(
                &report.course.scores,
                report.history,
                report.course.later_scores.as_deref(),
                words,
            )?,
            mobility: screen(report),
            trends: trends(report.history, &session.entry.id, words)?,
            meaning: meaning(&words.report),
            errors: errors(&words.report),
            pictures: report.player.is_some(),
            versions: versions(report),
            safety: &words.safety.line,
            cards: cards(report, &repetitions)?,
        })
    }
}

fn facts<'r>(report: &Report<'r>) -> Vec<(&'r str, String)> {
    let words = &report.words.report;
    let entry = &report.session.entry;
    let seconds = entry.duration.as_secs();
    let name = entry.name.clone().filter(|_| !report.anonymous).map(|name| (words.name.as_str(), name));
    let when = (words.when.as_str(), entry.began.strftime(&words.moment).to_string());
    let drill = (words.drill.as_str(), report.drill.to_owned());
    let length = (words.length.as_str(), format!("{}:{:02} min", seconds / 60, seconds % 60));
    let person = report.course.person.clone().map(|person| (words.person.as_str(), person));
    person.into_iter().chain(name).chain([when, drill, length]).collect()
}

fn notes<'r>(report: &Report<'r>) -> Vec<(String, &'r str)> {
    let notes = report.session.notes().filter(|_| !report.anonymous);
    notes.map(|(time, text)| (clock(time), text)).collect()
}

fn reasons(report: &Report, states: &StateHistory) -> Vec<String> {
    let (found, name) = (&report.words.findings, report.session.entry.id.as_str());
    let nothing = report.session.repetitions.is_empty().then(|| found.no_repetition(states, name));
    nothing.into_iter().chain(found.obstructed(states)).collect()
}

/// Each repetition without a verdict, and why.
fn untold(repetitions: &[&StoredRepetition], words: &Words) -> Vec<String> {
    let reason = |kept: &&StoredRepetition| {
        let reason = unbroken(&words.no_verdict(kept.repetition.no_verdict()?));
        Some(fill(&words.report.untold_because, &[("number", &kept.shown_number()), ("reason", &reason)]))
    };
    repetitions.iter().filter_map(reason).collect()
}

/// What the curves show and nothing counts.
fn outside(session: &Session, words: &ReportWords) -> Option<String> {
    let outside = session.repetitions.iter().filter(|kept| !kept.counts());
    left_out(&words.outside, &outside.map(StoredRepetition::shown_number).collect::<Vec<_>>())
}

/// What counts and is not `compared`, so that it has no row.
fn contrast(session: &Session, compared: &[&StoredRepetition], words: &ReportWords) -> Option<String> {
    let is_compared = |kept: &&StoredRepetition| compared.iter().any(|other| other.number == kept.number);
    let others = session.counted().filter(|kept| !is_compared(kept));
    left_out(&words.contrast, &others.map(StoredRepetition::shown_number).collect::<Vec<_>>())
}

/// A sentence about the bends of these numbers, which are missing in the table; `None` without any.
fn left_out(template: &str, numbers: &[u32]) -> Option<String> {
    let listed = listed_numbers(numbers);
    (!numbers.is_empty()).then(|| fill(template, &[("count", &numbers.len()), ("numbers", &listed)]))
}

fn sets(report: &Report) -> Vec<String> {
    let statements = report.session.set_statements().into_iter();
    let back = |number: u32| report.session.sets.iter().any(|set| set.number == number && set.goal == SetGoal::Back);
    let counted = statements.filter(|(number, _)| !back(*number));
    let called = |number| report.session.set_number(number);
    counted.map(|(number, statement)| report.words.numbered_set_statement(called(number), &statement)).collect()
}

/// What the bends without feedback show, in one sentence.
fn retention(report: &Report) -> Option<String> {
    let bends = report.retention();
    (!bends.is_empty()).then(|| retained(&bends, &report.words.report))
}

/// What these bends show: of those without a verdict nobody can tell where they came from.
fn retained(bends: &[&StoredRepetition], words: &ReportWords) -> String {
    let verdicts: Vec<Verdict> = bends.iter().filter_map(|kept| kept.repetition.verdict).collect();
    let hips = verdicts.iter().filter(|verdict| **verdict == Verdict::Hips).count();
    let template = if verdicts.is_empty() { &words.retention_untold } else { &words.retention_text };
    let back = lumbar_range(bends).unwrap_or_else(|| UNKNOWN.to_owned());
    let numbers = listed_numbers(&bends.iter().map(|kept| kept.shown_number()).collect::<Vec<_>>());
    fill(template, &[("hips", &hips), ("of", &verdicts.len()), ("back", &back), ("numbers", &numbers)])
}

/// From the least to the largest lumbar flexion of the bends whose bottom was seen; `None` if none was.
fn lumbar_range(bends: &[&StoredRepetition]) -> Option<String> {
    let seen = bends.iter().filter(|kept| !kept.repetition.bottom_hidden);
    let lumbar = seen.map(|kept| kept.repetition.bend.lumbar_flexion.radians);
    let (least, most) = (lumbar.clone().reduce(f32::min)?, lumbar.reduce(f32::max)?);
    Some([least, most].map(|end| degrees(Angle::radians(end))).join(" – "))
}

fn counts<'r>(repetitions: &[&StoredRepetition], words: &'r Words) -> Vec<Count<'r>> {
    let verdicts = [Some(Verdict::Hips), Some(Verdict::Mixed), Some(Verdict::Back), None];
    let count = |verdict| repetitions.iter().filter(|kept| kept.repetition.verdict == verdict).count();
    let counts = verdicts.map(|verdict| Count {
        class: Verdict::word(verdict),
        sign: verdict_sign(verdict),
        word: verdict.map_or(&words.report.no_verdict, |verdict| words.verdict(verdict)),
        count: count(verdict),
    });
    counts.into()
}

fn medians<'r>(past: &Past, words: &'r Words) -> Vec<Median<'r>> {
    let median = |quantity| {
        let point = past.point(quantity)?;
        Some(Median { name: name(quantity, words), value: at_least(quantity, &point), error: error(&point) })
    };
    TrendQuantity::ALL.into_iter().filter_map(median).collect()
}

pub(super) fn name(quantity: TrendQuantity, words: &Words) -> &str {
    match quantity {
        TrendQuantity::Share => &words.report.share,
        TrendQuantity::Depth => &words.report.depth,
        TrendQuantity::Reach => &words.report.reach,
    }
}

/// Replaces spaces so that no line breaks between a value and its error or unit.
pub(super) fn unbroken(text: &str) -> String {
    text.replace(" ± ", "\u{a0}±\u{a0}").replace(" %", "\u{a0}%").replace("≥ ", "≥\u{a0}")
}

fn verdict(kept: &StoredRepetition, words: &Words) -> String {
    let repetition = &kept.repetition;
    let because = |reason| fill(&words.report.no_verdict_because, &[("reason", &words.no_verdict(reason))]);
    let text = words.verdict_on(repetition).or_else(|| repetition.no_verdict().map(because)).unwrap_or_default();
    let text = [Some(text), words.doubtful(repetition)].into_iter().flatten().collect::<Vec<_>>().join("; ");
    format!("{} {}", verdict_sign(repetition.verdict), unbroken(&text))
}

fn columns(words: &ReportWords) -> [&str; 11] {
    let ReportWords { number, time, verdicts, hip, back, share, reach, trunk, knee, down, pause, .. } = words;
    [number, time, verdicts, hip, back, share, reach, trunk, knee, down, pause]
}

fn rows(report: &Report, repetitions: &[&StoredRepetition]) -> io::Result<Vec<Row>> {
    let timed = |kept: &&StoredRepetition| {
        let stay = stay_at_bottom(report.samples, kept).map_err(io::Error::other)?;
        let told = |time: Option<Duration>| time.map_or(UNKNOWN.to_owned(), |time| seconds(report.words, time));
        let down = told(time_down(stay, &kept.repetition));
        let pause = told(stay.map(|stay| stay.length()));
        Ok(Row { down, pause, ..row(kept, report.words) })
    };
    repetitions.iter().map(timed).collect()
}

/// How large the error is.
pub(super) fn errors(words: &ReportWords) -> String {
    let [back, back_most, hip, hip_most] = ERRORS.map(|degrees| words.language.number(degrees));
    fill(&words.errors, &[("back", &back), ("back_most", &back_most), ("hip", &hip), ("hip_most", &hip_most)])
}

/// A time to a tenth of a second.
fn seconds(words: &Words, time: Duration) -> String {
    format!("{} s", words.language().number(&format!("{:.1}", time.as_secs_f32())))
}

/// How long a repetition went down; `None` if its bottom was hidden.
fn time_down(stay: Option<BottomStay>, repetition: &Repetition) -> Option<Duration> {
    (!repetition.bottom_hidden).then(|| repetition.time_down(stay))
}

/// A row without its times down and at the bottom, which are in the samples.
fn row(kept: &StoredRepetition, words: &Words) -> Row {
    let repetition = &kept.repetition;
    let half_width_90 = &repetition.half_width_90;
    let [hip, back] = flexions_at_bottom(repetition);
    let reach = kept.reach.map(TrendPoint::from);
    let format_point = |quantity, point: Option<TrendPoint>| {
        point.map_or(UNKNOWN.to_owned(), |point| format!("{} {}", at_least(quantity, &point), error(&point)))
    };
    // The deepest posture seen does not tell the share at a bottom that was not.
    let share = match repetition.bottom_hidden {
        true => UNKNOWN.to_owned(),
        false => format_point(TrendQuantity::Share, TrendPoint::share(kept)),
    };
    Row {
        number: kept.shown_number(),
        time: clock(repetition.bottom),
        class: Verdict::word(repetition.verdict),
        verdict: verdict(kept, words),
        hip: unbroken(&format!("{hip} ± {}", rounded_up(half_width_90.hip_flexion))),
        back: unbroken(&format!("{back} ± {}", rounded_up(half_width_90.lumbar_flexion))),
        share,
        reach: format_point(TrendQuantity::Reach, reach),
        trunk: at_bottom(repetition, |one| one.bend.trunk_inclination),
        knee: at_bottom(repetition, |one| one.bend.knee_flexion),
        down: String::new(),
        pause: String::new(),
    }
}

/// Each repetition with its two pictures.
fn cards(report: &mut Report, repetitions: &[&StoredRepetition]) -> io::Result<Vec<RepetitionCard>> {
    let samples = report.samples;
    let size = report.picture_size();
    let words = report.words;
    let mut cards = Vec::new();
    for kept in repetitions {
        let ends = (nearest(samples, kept.repetition.stood())?, nearest(samples, kept.repetition.bottom)?);
        let (Some(standing), Some(bottom)) = ends else { continue };
        let Some(region) = posture::around([&standing, &bottom].into_iter()) else { continue };
        let row = row(kept, words);
        let caption = unbroken(&fill(&words.report.caption, &[("hip", &row.hip), ("back", &row.back)]));
        let mut draw = |sample: &Sample, region: PictureRegion, verdict, what: &str| {
            let picture = report.player.as_mut().and_then(|player| player.picture(sample.time));
            let label = format!("{} {}, {what}", words.report.repetition, row.number);
            let photograph = picture.map(|picture| Photograph { picture, size, face: report.faces });
            posture::svg(sample, region, photograph.as_ref(), verdict, &label)
        };
        cards.push(RepetitionCard {
            standing: draw(&standing, region, None, &words.report.standing)?,
            bottom: draw(&bottom, region, kept.repetition.verdict, &format!("{}: {caption}", words.report.bottom))?,
            curves: chart::repetition(samples, kept, &words.report.curves)?,
            number: row.number,
            class: row.class,
            verdict: row.verdict,
            caption,
        });
    }
    Ok(cards)
}

/// How far from a time a frame is first looked for, then further, seconds. Beyond that the whole session is.
const NEAR: [f64; 3] = [0.5, 5.0, 60.0];

/// The frame nearest to a time among those in which the back was seen.
fn nearest(samples: &dyn SampleSource, time: Timestamp) -> io::Result<Option<Sample>> {
    let away = |sample: &Sample| (sample.time.as_secs_f64() - time.as_secs_f64()).abs();
    for near in NEAR {
        let (from, to) = (time.as_secs_f64() - near, time.as_secs_f64() + near);
        let near = samples.within(Timestamp::from_secs_f64(from.max(0.0)), Timestamp::from_secs_f64(to));
        let seen = near.map_err(io::Error::other)?.into_iter().filter(|sample| sample.back.is_some());
        if let Some(sample) = seen.min_by(|one, other| away(one).total_cmp(&away(other))) {
            return Ok(Some(sample));
        }
    }
    let mut nearest: Option<Sample> = None;
    let mut compare = |sample: &Sample| {
        if sample.back.is_some() && nearest.as_ref().is_none_or(|known| away(sample) < away(known)) {
            nearest = Some(sample.clone());
        }
    };
    samples.each(&mut compare).map_err(io::Error::other)?;
    Ok(nearest)
}

fn screen<'r>(report: &Report<'r>) -> Option<Screen<'r>> {
    let words = &report.words.mobility;
    let (now, before) = report.screen.as_ref()?;
    let format_reach = |reach: Option<crate::coach::form::Reach>| {
        reach
            .map(TrendPoint::from)
            .map_or(UNKNOWN.to_owned(), |point| format!("{} {}", at_least(TrendQuantity::Reach, &point), error(&point)))
    };
    let rows = now
        .tried()
        .map(|(side, legs)| (words.side(side), format_reach(legs.straight.reach), format_reach(legs.soft.reach)));
    let changed = before.as_ref().map(|before| now.since(before)).unwrap_or_default();
    let found = now.findings().iter().chain(&changed).map(|finding| words.found(finding)).collect();
    Some(Screen { rows: rows.collect(), found })
}

/// What the sessions of the drill tell. That of the page, by its id, is the last of them unless it has nothing to compare or measured
/// another one again: then nothing is said to have changed since the time before.
fn trends<'r>(history: &[Past], session: &str, words: &'r Words) -> io::Result<Vec<TrendSection<'r>>> {
    let shown = &history[history.len().saturating_sub(MOST_SESSIONS)..];
    if shown.len() < 2 {
        return Ok(Vec::new());
    }
    let is_last = shown.last().is_some_and(|past| past.id == session);
    let trend = |quantity: TrendQuantity| {
        let points: Vec<Option<TrendPoint>> = shown.iter().map(|past| past.point(quantity)).collect();
        let known: Vec<TrendPoint> = points.iter().flatten().copied().collect();
        let least = detectable_since_last(&known).or_else(|| detectable(known.iter().copied()));
        let last_two = is_last && matches!(points[..], [.., Some(_), Some(_)]);
        let change = words.trend.change(quantity, &known).filter(|_| last_two);
        let counts = least.map(|least| words.trend.detectable(quantity, least));
        Ok(TrendSection {
            name: name(quantity, words),
            chart: chart::trend(quantity, shown, least.filter(|_| is_last), &words.trend)?,
            sentences: change.into_iter().chain(counts).map(|sentence| unbroken(&sentence)).collect(),
        })
    };
    TrendQuantity::ALL.into_iter().map(trend).collect()
}

fn meaning(words: &ReportWords) -> Vec<(&str, String)> {
    let bands = crate::coach::Bands::default();
    let verdicts = fill(&words.verdicts_text, &[("hips", &degrees(bands.hips)), ("back", &degrees(bands.back))]);
    vec![
        (&words.hip, words.hip_text.clone()),
        (&words.back, words.back_text.clone()),
        (&words.share, words.share_text.clone()),
        (&words.reach, words.reach_text.clone()),
        (&words.trunk, words.trunk_text.clone()),
        (&words.knee, words.knee_text.clone()),
        (&words.pause, fill(&words.pause_text, &[("degrees", &degrees(AT_THE_BOTTOM))])),
        (&words.others, words.others_text.clone()),
        (&words.verdicts, verdicts),
        (&words.interval, words.interval_text.clone()),
    ]
}

fn versions(report: &Report) -> Vec<(String, String)> {
    let session = report.session;
    let bendwise = ("bendwise".to_owned(), session.entry.program.clone());
    // The first characters distinguish the networks; the database holds the whole checksum.
    let models = session.models.iter().map(|(file, sum)| (file.clone(), sum.chars().take(12).collect()));
    [bendwise].into_iter().chain(models).chain([("id".to_owned(), session.entry.id.clone())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Bend, HalfWidth90};
    use crate::i18n::Language;

    #[test]
    fn a_repetition_without_a_verdict_has_its_reason() {
        let bend = |hip| Bend { hip_flexion: Angle::degrees(hip), ..Bend::default() };
        let half_width_90 = HalfWidth90 { lumbar_flexion: Angle::degrees(11.2), ..HalfWidth90::default() };
        let open = Repetition { bend: bend(50.0), half_width_90, ..Repetition::default() };
        let small = Repetition { bend: bend(5.0), ..Repetition::default() };
        let hidden = Repetition { bottom_hidden: true, ..open };
        for (language, told) in [
            (Language::English, ["±12° leaves it open", "its bottom was hidden", "bent less than 10°"]),
            (Language::German, ["±12° lässt es offen", "tiefster Punkt war verdeckt", "unter 10°"]),
        ] {
            let words = Words::read(language).unwrap();
            for (repetition, told) in [open, hidden, small].into_iter().zip(told) {
                let kept = StoredRepetition { repetition, ..StoredRepetition::default() };
                assert!(verdict(&kept, &words).contains(told), "{told}: {}", verdict(&kept, &words));
            }
        }
    }

    #[test]
    fn a_repetition_is_called_by_its_number_in_the_session_and_what_has_no_row_is_named() {
        let words = Words::read(Language::English).unwrap();
        let bend = Bend { hip_flexion: Angle::degrees(50.0), ..Bend::default() };
        let hidden = Repetition { bend, bottom_hidden: true, ..Repetition::default() };
        let kept = StoredRepetition { number: 6, repetition: hidden, ..StoredRepetition::default() };
        assert_eq!(row(&kept, &words).number, 7);
        assert_eq!(untold(&[&kept], &words), ["No. 7: its bottom was hidden"]);
        let told = left_out(&words.report.outside, &[1, 2, 3, 9]);
        assert_eq!(told.as_deref(), Some("4 bends outside the sets: kept, but not counted (no. 1–3, 9)"));
        assert_eq!(left_out(&words.report.outside, &[]), None);
        assert!(retained(&[&kept], &words.report).ends_with(" of the practice (no. 7)"));
    }

    #[test]
    fn a_hidden_bottom_has_lower_bounds_in_the_table() {
        let bend = Bend { hip_flexion: Angle::degrees(43.0), lumbar_flexion: Angle::degrees(9.0), ..Bend::default() };
        let words = Words::read(Language::English).unwrap();
        let told = |bottom_hidden| {
            let repetition = Repetition { bend, bottom_hidden, ..Repetition::default() };
            row(&StoredRepetition { repetition, ..StoredRepetition::default() }, &words)
        };
        let (hidden, seen) = (told(true), told(false));
        assert!(hidden.hip.starts_with("≥\u{a0}43°") && hidden.back.starts_with("≥\u{a0}9°"), "{}", hidden.hip);
        assert_eq!(hidden.share, UNKNOWN);
        let lasted = |bottom_hidden| {
            let bottom = Timestamp::from_secs_f64(2.0);
            time_down(None, &Repetition { bottom, bottom_hidden, ..Repetition::default() })
        };
        assert_eq!([lasted(true), lasted(false)], [None, Some(Duration::from_secs(2))]);
        assert!(seen.hip.starts_with("43°") && seen.share.starts_with("17 %"));
        let of = |bottom_hidden| StoredRepetition {
            repetition: Repetition { bend, bottom_hidden, ..Repetition::default() },
            ..StoredRepetition::default()
        };
        assert_eq!(lumbar_range(&[&of(true), &of(false)]).as_deref(), Some("9° – 9°"));
        assert_eq!(lumbar_range(&[&of(true)]), None);
    }

    #[test]
    fn bends_without_feedback_are_counted_of_those_with_a_verdict() {
        let words = Words::read(Language::English).unwrap();
        let kept = |verdict| StoredRepetition {
            repetition: Repetition { verdict, ..Repetition::default() },
            ..StoredRepetition::default()
        };
        let (hips, open) = (kept(Some(Verdict::Hips)), kept(None));
        let told = |bends: &[&StoredRepetition]| retained(bends, &words.report);
        assert!(told(&[&hips, &open, &open]).starts_with("1 of 1 with a verdict came from the hips, low back 0°"));
        assert!(told(&[&open, &open]).starts_with("Could not tell where they came from, low back 0°"));
    }

    #[test]
    fn a_change_is_told_only_if_the_last_session_is_that_of_the_page() {
        let words = Words::read(Language::English).unwrap();
        let past = |day: u32, value| Past {
            id: day.to_string(),
            began: format!("2026-11-{day:02}T09:00+01:00[+01:00]").parse().unwrap(),
            repetitions: 8,
            judged: 8,
            from_hips: 8,
            share: None,
            depth: Some(TrendPoint { value, half_width_90: 2.0, at_least: false }),
            reach: None,
        };
        let history = [past(21, 50.0), past(22, 63.0)];
        let told = |session| trends(&history, session, &words).unwrap().remove(1).sentences;
        assert_eq!(told("22"), ["13° more than the time before", "A change counts from 4° on"]);
        assert_eq!(told("23"), ["A change counts from 4° on"]);
    }

    #[test]
    fn the_stated_errors_are_those_of_the_method() {
        let method = include_str!("../../METHOD.md");
        let row = method.lines().find(|line| line.starts_with("| **network** |")).unwrap();
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('*')).collect();
        assert_eq!([cells[2], cells[4], cells[5], cells[6]], ERRORS);
    }
}
