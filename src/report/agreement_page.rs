//! The page of a comparison with a second measurement; the template `assets/report/agreement.html` only inserts it.

use std::io::{self, Write};

use askama::Template;

use super::agreement_chart::{self, AxisNames};
use super::agreement_remarks::told;
use crate::agreement::{
    AgreementPair, AgreementStatistics, AlignedRecording, ComparedQuantity, FEWEST, LimitEstimate, QuantityAgreement,
    SessionComparison, below, shown, tenth, whole_percent,
};
use crate::i18n::{AgreementWords, Words, fill};
use crate::screen::theme::UNKNOWN;

/// The page.
#[derive(Template)]
#[template(path = "agreement.html", config = "assets/report/askama.toml")]
struct AgreementPage<'c> {
    words: &'c AgreementWords,
    language: &'static str,
    session: String,
    facts: Vec<(&'c str, String)>,
    remarks: Vec<String>,
    quantities: Vec<QuantitySection<'c>>,
    rows: Vec<PairRow>,
    clocks: Vec<ClockRow>,
    notes: Vec<String>,
    safety: &'c str,
    versions: String,
}

/// What the page says about a quantity.
struct QuantitySection<'c> {
    name: &'c str,
    is_lumbar: bool,
    sentence: String,
    limits_sentence: String,
    tiles: Vec<AgreementTile<'c>>,
    plot: String,
    curves: String,
    /// Name, value per repetition, value per frame.
    rows: Vec<(&'c str, String, String)>,
}

/// A number with its name.
struct AgreementTile<'c> {
    name: &'c str,
    value: String,
    interval: Option<String>,
}

/// A repetition in the table: its time and the values of each quantity.
struct PairRow {
    time: String,
    cells: Vec<PairCell>,
}

/// The values of a repetition.
#[derive(Default)]
struct PairCell {
    bendwise: String,
    truth: String,
    difference: String,
    is_outside: bool,
}

/// A recording in the table of clocks.
struct ClockRow {
    file: String,
    offset: String,
    drift: String,
    correlation: String,
    overlap: String,
}

/// Writes the page of a comparison.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_agreement(comparison: &SessionComparison, words: &Words, mut out: impl Write) -> io::Result<()> {
    let page = AgreementPage::of(comparison, words)?.render().map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

impl<'c> AgreementPage<'c> {
    fn of(comparison: &'c SessionComparison, words: &'c Words) -> io::Result<Self> {
        let sections = comparison.quantities.iter().map(|agreement| QuantitySection::of(agreement, words));
        let measured = comparison
            .program
            .as_deref()
            .map(|program| format!(" · {} bendwise {program}", shown(&comparison.session)));
        Ok(Self {
            words: &words.agreement,
            language: words.language().code(),
            session: shown(&comparison.session),
            facts: facts(comparison, &words.agreement),
            remarks: comparison.remarks.iter().map(|remark| told(remark, &words.agreement)).collect(),
            quantities: sections.collect::<io::Result<_>>()?,
            rows: rows(comparison, &words.agreement),
            clocks: comparison.recordings.iter().map(|recording| clock_row(recording, &words.agreement)).collect(),
            notes: notes(comparison, &words.agreement),
            safety: &words.safety.line,
            versions: format!("bendwise {}{}", env!("CARGO_PKG_VERSION"), measured.unwrap_or_default()),
        })
    }
}

fn facts<'c>(comparison: &SessionComparison, words: &'c AgreementWords) -> Vec<(&'c str, String)> {
    let files: Vec<String> = comparison.recordings.iter().map(|recording| shown(&recording.file)).collect();
    let count = comparison.quantities.first().map_or(0, |agreement| agreement.repetitions.pairs);
    let basis = fill(&words.basis_text, &[("count", &count), ("all", &comparison.repetitions)]);
    vec![(&words.session, shown(&comparison.session)), (&words.file, files.join(", ")), (&words.basis, basis)]
}

impl<'c> QuantitySection<'c> {
    fn of(agreement: &QuantityAgreement, words: &'c Words) -> io::Result<Self> {
        let own = &words.agreement;
        let is_lumbar = agreement.quantity == ComparedQuantity::LumbarFlexion;
        let name = if is_lumbar { &words.report.back } else { &words.report.hip };
        let names = AxisNames { difference: &own.difference_axis, mean: &own.mean_axis };
        let label = |what: &str| format!("{name}: {what}");
        Ok(Self {
            name,
            is_lumbar,
            sentence: bias_sentence(&agreement.repetitions, own),
            limits_sentence: limits_sentence(&agreement.repetitions, own),
            tiles: tiles(&agreement.repetitions, own),
            plot: agreement_chart::difference_against_mean(agreement, &names, &label(&own.plot))?,
            curves: agreement_chart::over_time(agreement, &label(&own.curves))?,
            rows: statistics(agreement, own),
        })
    }
}

fn bias_sentence(told: &AgreementStatistics, words: &AgreementWords) -> String {
    let bias = told.bias.value_deg;
    let template = match (bias * 10.0).round() {
        0.0 => &words.same,
        tenths if tenths > 0.0 => &words.more,
        _ => &words.less,
    };
    let sentence = fill(template, &[("bias", &degrees(words, bias.abs()))]);
    let holds_zero = told.bias.interval_95_deg.is_some_and(|[low, high]| low <= 0.0 && 0.0 <= high);
    let by_chance = holds_zero && !std::ptr::eq(template, &words.same);
    if by_chance { fill(&words.by_chance, &[("sentence", &sentence)]) } else { sentence }
}

fn limits_sentence(told: &AgreementStatistics, words: &AgreementWords) -> String {
    match told.lower_limit.zip(told.upper_limit) {
        Some((lower, upper)) => {
            let ends = [
                ("low", &signed(words, lower.value_deg) as &dyn std::fmt::Display),
                ("high", &signed(words, upper.value_deg)),
            ];
            fill(&words.limits_sentence, &ends)
        }
        None => fill(&words.too_few, &[("count", &FEWEST)]),
    }
}

fn tiles<'c>(told: &AgreementStatistics, words: &'c AgreementWords) -> Vec<AgreementTile<'c>> {
    let limits = told
        .lower_limit
        .zip(told.upper_limit)
        .map_or(UNKNOWN.to_owned(), |(lower, upper)| between(words, [lower.value_deg, upper.value_deg]));
    let hits = (told.within_90 * told.pairs as f64).round();
    let within = told.within_90_interval_95.map(|ends| {
        let [low, high] = ends.map(|end| format!("{:.0} %", end * 100.0));
        fill(&words.interval, &[("low", &low), ("high", &high)])
    });
    vec![
        AgreementTile {
            name: &words.bias,
            value: signed(words, told.bias.value_deg),
            interval: interval(&told.bias, words),
        },
        AgreementTile { name: &words.limits, value: limits, interval: None },
        AgreementTile { name: &words.rmse, value: degrees(words, told.rmse_deg), interval: None },
        AgreementTile { name: &words.within, value: format!("{hits:.0} / {}", told.pairs), interval: within },
    ]
}

fn interval(estimate: &LimitEstimate, words: &AgreementWords) -> Option<String> {
    let [low, high] = estimate.interval_95_deg?.map(|value| signed(words, value));
    Some(fill(&words.interval, &[("low", &low), ("high", &high)]))
}

fn between(words: &AgreementWords, ends: [f64; 2]) -> String {
    let [low, high] = ends.map(|value| signed(words, value));
    fill(&words.span, &[("low", &low), ("high", &high)])
}

/// All numbers, per repetition and per frame.
fn statistics<'c>(agreement: &QuantityAgreement, words: &'c AgreementWords) -> Vec<(&'c str, String, String)> {
    let estimate = |estimate: Option<LimitEstimate>| {
        estimate.map_or(UNKNOWN.to_owned(), |estimate| match estimate.interval_95_deg {
            Some(ends) => format!("{} ({})", signed(words, estimate.value_deg), between(words, ends)),
            None => signed(words, estimate.value_deg),
        })
    };
    let row = |name: &'c str, value: &dyn Fn(&AgreementStatistics) -> String| {
        let frames = agreement.frames.as_ref().map_or(UNKNOWN.to_owned(), value);
        (name, value(&agreement.repetitions), frames)
    };
    vec![
        row(&words.pairs, &|told| told.pairs.to_string()),
        row(&words.bends, &|told| told.bends.to_string()),
        row(&words.bias, &|told| estimate(Some(told.bias))),
        row(&words.lower_limit, &|told| estimate(told.lower_limit)),
        row(&words.upper_limit, &|told| estimate(told.upper_limit)),
        row(&words.deviation, &|told| {
            told.standard_deviation_deg.map_or(UNKNOWN.to_owned(), |value| degrees(words, value))
        }),
        row(&words.rmse, &|told| degrees(words, told.rmse_deg)),
        row(&words.mae, &|told| degrees(words, told.mean_absolute_error_deg)),
        row(&words.within, &|told| format!("{:.0} %", whole_percent(told.within_90))),
    ]
}

/// The repetitions with a value of any quantity.
fn rows(comparison: &SessionComparison, words: &AgreementWords) -> Vec<PairRow> {
    let all = comparison.quantities.iter().flat_map(|agreement| &agreement.repetition_pairs);
    let mut times: Vec<f64> = all.map(|pair| pair.time_s).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let row = |time: f64| {
        let of = |agreement: &QuantityAgreement| {
            let pair = agreement.repetition_pairs.iter().find(|pair| pair.time_s == time);
            pair.map_or_else(unknown, |pair| PairCell::of(pair, words))
        };
        PairRow { time: moment(time), cells: comparison.quantities.iter().map(of).collect() }
    };
    times.into_iter().map(row).collect()
}

fn unknown() -> PairCell {
    PairCell {
        bendwise: UNKNOWN.to_owned(),
        truth: UNKNOWN.to_owned(),
        difference: UNKNOWN.to_owned(),
        is_outside: false,
    }
}

impl PairCell {
    fn of(pair: &AgreementPair, words: &AgreementWords) -> Self {
        let is_outside = !pair.is_within();
        // To a tenth, as the difference, and to the side that agrees with the mark.
        let tenths = pair.half_width_90_deg * 10.0;
        let tenths = if is_outside { tenths.floor() } else { tenths.ceil() };
        let half = minus(words, &format!("{:.1}", tenths / 10.0));
        Self {
            bendwise: format!("{}\u{a0}±\u{a0}{half}", degrees(words, pair.bendwise_deg)),
            truth: degrees(words, pair.truth_deg),
            difference: format!("{}{}", signed(words, pair.difference()), if is_outside { " *" } else { "" }),
            is_outside,
        }
    }
}

fn clock_row(recording: &AlignedRecording, words: &AgreementWords) -> ClockRow {
    let clock = &recording.clock;
    let error =
        |error: Option<f64>| error.map_or(String::new(), |error| format!(" ± {:.0}\u{a0}ms", (error * 1e3).ceil()));
    let drift = clock.drift.map(|(drift, error)| {
        let told = minus(words, &format!("{:.0} ± {:.0}\u{a0}ppm", drift * 1e6, (error * 1e6).ceil()));
        if clock.drift_used == 0.0 { fill(&words.drift_unused, &[("drift", &told)]) } else { told }
    });
    ClockRow {
        file: shown(&recording.file),
        offset: minus(words, &format!("{:.3}\u{a0}s{}", clock.offset, error(clock.offset_error))),
        drift: drift.unwrap_or_else(|| words.drift_unknown.clone()),
        correlation: words.language.number(&format!("{:.2}", below(clock.correlation))),
        overlap: format!("{:.0} s", clock.overlap),
    }
}

fn notes(comparison: &SessionComparison, words: &AgreementWords) -> Vec<String> {
    let standing = format!("{:.0}", comparison.standing);
    let opensim = comparison.recordings.iter().any(|recording| recording.is_opensim).then(|| words.opensim.clone());
    let always = [
        fill(&words.definition, &[("standing", &standing)]),
        words.independence.clone(),
        words.truth_error.clone(),
        words.alignment.clone(),
    ];
    opensim.into_iter().chain(always).collect()
}

/// Minutes and seconds to a tenth, of which sixty are a minute.
fn moment(seconds: f64) -> String {
    let seconds = (seconds * 10.0).round() / 10.0;
    format!("{:.0}:{:04.1}", (seconds / 60.0).floor(), seconds.rem_euclid(60.0))
}

/// A number as people there write it, with a true minus.
fn minus(words: &AgreementWords, text: &str) -> String {
    words.language.number(text).replace('-', "−")
}

fn degrees(words: &AgreementWords, value: f64) -> String {
    minus(words, &format!("{:.1}°", tenth(value)))
}

fn signed(words: &AgreementWords, value: f64) -> String {
    let told = degrees(words, value);
    if value >= 0.05 { format!("+{told}") } else { told }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::fixtures::{FakePerson, FakeSensor};
    use crate::agreement::{AgreementRemark, CheckedAngle, NearMiss, Truth, TruthQuantity, compare};
    use crate::i18n::Language;

    fn page_with(remarks: Vec<AgreementRemark>, words: &Words) -> String {
        let person = FakePerson::new(8, 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, FakeSensor::default().inclinations(&person, 2)).unwrap();
        let comparison = compare(&person.session(0.0, 3), &Truth::read(&[path]).unwrap(), &[]).unwrap();
        let mut out = Vec::new();
        write_agreement(&SessionComparison { remarks, ..comparison }, words, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn page(file: &str, bends: usize, language: Language) -> String {
        let person = FakePerson::new(bends, 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        std::fs::write(&path, FakeSensor { bias: 3.0, ..FakeSensor::default() }.inclinations(&person, 2)).unwrap();
        let comparison = compare(&person.session(0.0, 3), &Truth::read(&[path]).unwrap(), &[]).unwrap();
        let mut out = Vec::new();
        write_agreement(&comparison, &Words::read(language).unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_tells_bias_limits_clock_and_each_repetition() {
        let told = page("a<b>.csv", 8, Language::English);
        for part in [
            "bendwise reads 3.0° less on average",
            "1 person, 8 of 8 repetitions",
            "8 / 8",
            "95 % interval",
            "movement too short to tell",
            "&#60;b&#62;.csv",
        ] {
            assert!(told.contains(part), "{part:?} is not in {told}");
        }
        assert_eq!(told.matches("class=\"chart\"").count(), 2);
        assert!(!told.contains("<script") && !told.contains("NaN") && !told.contains("{low}"));
        assert!(page("a.csv", 8, Language::German).contains("bendwise liest im Mittel 3,0° weniger"));
    }

    #[test]
    fn two_repetitions_have_no_limits_and_the_page_says_so() {
        let told = page("a.csv", 2, Language::English);
        assert!(told.contains("Limits of agreement need at least 3 repetitions"));
    }

    #[test]
    fn remarks_lead_the_page_in_both_languages() {
        for (language, heading, part) in [
            (Language::English, "Before you believe these numbers", "in only 0 of 8 repetitions"),
            (Language::German, "Bevor du diesen Zahlen glaubst", "nur in 0 von 8 Wiederholungen"),
        ] {
            let words = Words::read(language).unwrap();
            let quantity = ComparedQuantity::LumbarFlexion;
            let what = CheckedAngle::Measured(TruthQuantity::Sacrum);
            let file = || "a<b>\u{202e}.csv".to_owned();
            let near = NearMiss { column: "lumbar_flex".to_owned(), meant: "lumbar_flexion_deg".to_owned() };
            let remarks = vec![
                AgreementRemark::FewInside { quantity, hits: 0, pairs: 8 },
                AgreementRemark::DoesNotFollow { what, file: file(), correlation: -0.3 },
                AgreementRemark::OtherSize { what, file: file(), scale: 4.0 },
                AgreementRemark::Frozen { what, file: file(), from: 12.4, to: 14.1, count: 3 },
                AgreementRemark::PoorFit { file: file(), correlation: 0.949 },
                AgreementRemark::Scaled { file: file(), scale: 2.04 },
                AgreementRemark::Speed { file: file(), speed: 0.05 },
                AgreementRemark::Speed { file: file(), speed: -0.05 },
                AgreementRemark::PartMatched { file: file(), share: 31.0 },
                AgreementRemark::FewRepetitions { quantity, pairs: 2, all: 8 },
                AgreementRemark::Ignored { file: file(), near },
            ];
            let told = page_with(remarks, &words);
            assert!(told.contains(heading) && told.contains(part) && !told.contains('\u{202e}'), "{told}");
            assert!(told.contains(&words.agreement.language.number("0.94")), "{told}");
            let at = |part: &str| told.find(part).unwrap();
            assert!(at(heading) < at("class=\"tiles\""));
            let names = [
                "from",
                "to",
                "more",
                "percent",
                "what",
                "file",
                "count",
                "all",
                "share",
                "scale",
                "meant",
                "column",
                "correlation",
            ];
            assert!(names.iter().all(|name| !told.contains(&format!("{{{name}}}"))), "{told}");
        }
        assert!(!page("a.csv", 8, Language::English).contains("Before you believe"));
    }

    #[test]
    fn the_error_of_a_repetition_agrees_with_its_mark() {
        let words = Words::read(Language::German).unwrap().agreement;
        let cell = |half_width_90_deg| {
            let pair = AgreementPair { time_s: 0.0, bendwise_deg: 30.0, truth_deg: 22.4, half_width_90_deg };
            PairCell::of(&pair, &words)
        };
        let (outside, inside) = (cell(7.34), cell(7.62));
        assert_eq!((outside.bendwise.as_str(), outside.is_outside), ("30,0°\u{a0}±\u{a0}7,3", true));
        assert_eq!((inside.bendwise.as_str(), inside.is_outside), ("30,0°\u{a0}±\u{a0}7,7", false));
        assert_eq!([outside.difference, inside.difference], ["+7,6° *", "+7,6°"]);
    }

    #[test]
    fn a_correlation_is_told_as_in_the_remark_about_it() {
        let person = FakePerson::new(8, 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, FakeSensor::default().inclinations(&person, 2)).unwrap();
        let mut comparison = compare(&person.session(0.0, 3), &Truth::read(&[path]).unwrap(), &[]).unwrap();
        comparison.recordings[0].clock.correlation = 0.9496;
        let row = clock_row(&comparison.recordings[0], &Words::read(Language::English).unwrap().agreement);
        assert_eq!(row.correlation, "0.94");
    }

    #[test]
    fn numbers_are_signed_where_a_sign_matters() {
        let told = |language, value| signed(&Words::read(language).unwrap().agreement, value);
        let english = [1.23, -1.23, -0.01, 0.0].map(|value| told(Language::English, value));
        assert_eq!(english, ["+1.2°", "−1.2°", "0.0°", "0.0°"]);
        assert_eq!(told(Language::Spanish, -1.23), "−1,2°");
        assert_eq!([75.04, 59.96, 59.94].map(moment), ["1:15.0", "1:00.0", "0:59.9"]);
    }
}
