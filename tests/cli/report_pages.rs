//! The pages for a clinician as a whole: what was prescribed stands in them in words, each language keeps to itself, a phone needs no
//! scrolling sideways, and paper needs two sheets. Weeks of one person, made by hand: no camera.
//!
//! With `BENDWISE_LOOK=FOLDER` the pages are left there, to be looked at.

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

use bendwise::coach::form::Reach;
use bendwise::coach::{Repetition, SetGoal, SetPurpose, Verdict};
use bendwise::geometry::{Bend, HalfWidth90, State};
use bendwise::source::Timestamp;
use bendwise::store::sample::Sample;
use bendwise::store::{Happening, Instrument, LostCounts, NewSession, Person, Score, Store, StoredRepetition};
use euclid::Angle;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

use crate::accessible;
use crate::common::World;
use crate::report::{Browser, sheets};

const LANGUAGES: [&str; 3] = ["en", "de", "es"];

/// Hip and lumbar flexion at the lowest point, degrees; a bend that nobody could judge has no lumbar flexion.
type Flexion = (f32, Option<f32>);

/// Seconds of a bend, and from one to the next.
const BEND: f64 = 5.0;
const PACE: f64 = 6.5;

/// What was practised on a day.
struct Practised {
    day: Date,
    retention: Vec<Flexion>,
    sets: Vec<Vec<Flexion>>,
    /// Before, after, and over the last week.
    pain: [Option<f64>; 3],
}

fn today() -> Date {
    Zoned::now().date()
}

fn angle(degrees: f32) -> Angle<f32> {
    Angle::degrees(degrees)
}

fn bend((hip, lumbar): Flexion, part: f32) -> Bend {
    let lumbar = lumbar.unwrap_or(25.0);
    Bend {
        hip_flexion: angle(hip * part),
        lumbar_flexion: angle(lumbar * part),
        trunk_inclination: angle((hip + lumbar) * part * 0.9),
        knee_flexion: angle(18.0 * part),
    }
}

fn half_width_90() -> HalfWidth90 {
    HalfWidth90 { hip_flexion: angle(4.6), lumbar_flexion: angle(6.2) }
}

fn repetition(number: u32, set: u32, began: f64, flexion: Flexion) -> Happening {
    let time = Timestamp::from_secs_f64;
    let verdict = flexion.1.map(|lumbar| match lumbar {
        ..20.0 => Verdict::Hips,
        20.0..30.0 => Verdict::Mixed,
        _ => Verdict::Back,
    });
    let repetition = Repetition {
        start: time(began),
        bottom: time(began + BEND / 2.0),
        end: time(began + BEND),
        bend: bend(flexion, 1.0),
        half_width_90: half_width_90(),
        verdict,
        verdict_probability: verdict.map(|_| 0.9),
        confidence: 0.8,
        bottom_hidden: verdict.is_none(),
        ..Repetition::default()
    };
    let reach = Some(Reach { angle: angle(flexion.0 - 8.0), half_width_90: angle(6.4), limited: flexion.0 < 60.0 });
    Happening::Repetition(StoredRepetition { number, set: Some(set), repetition, reach })
}

/// The frames of bends that begin at these times.
fn samples(bends: &[(f64, Flexion)], until: f64) -> Vec<Sample> {
    let frame = |number: u64| {
        let at = number as f64 / 10.0;
        let current = bends.iter().find(|(began, _)| (*began..began + BEND).contains(&at));
        let part = current.map_or(0.0, |(began, _)| (1.0 - (TAU * (at - began) / BEND).cos()) / 2.0);
        let posture = bend(current.map_or((0.0, Some(0.0)), |(_, flexion)| *flexion), part as f32);
        Sample {
            time: Timestamp::from_secs_f64(at),
            number,
            state: State::Measured,
            confidence: 0.8,
            raw: Some(posture),
            filtered: Some(posture),
            half_width_90: Some(half_width_90()),
            stood: true,
            people: 1,
            ..Sample::default()
        }
    };
    (0..(until * 10.0) as u64).map(frame).collect()
}

/// Keeps what was practised on a day. Returns the id of the session.
fn keep(world: &World, person: &Person, practised: &Practised) -> String {
    let began = practised.day.at(9, 0, 0, 0).to_zoned(TimeZone::system()).unwrap();
    let plan = Some("prescription".into());
    let new = NewSession { began, source: "made".into(), plan, person: Some(person.id) };
    let mut writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let id = writer.id().to_owned();
    let (mut happened, mut bends, mut at, mut number) = (Vec::new(), Vec::new(), 4.0, 0);
    let sets = [(SetPurpose::Retention, &practised.retention)].into_iter();
    let sets = sets.chain(practised.sets.iter().map(|set| (SetPurpose::Practice, set)));
    for (set, (purpose, flexions)) in (0..).zip(sets.filter(|(_, set)| !set.is_empty())) {
        let (drill, time) = (Some("bow".into()), Timestamp::from_secs_f64(at - 1.0));
        happened.push(Happening::SetBegan { number: set, drill, goal: SetGoal::Hips, purpose, time });
        for flexion in flexions {
            happened.push(repetition(number, set, at, *flexion));
            bends.push((at, *flexion));
            (number, at) = (number + 1, at + PACE);
        }
        happened.push(Happening::SetEnded { number: set, time: Timestamp::from_secs_f64(at) });
        at += 12.0;
    }
    writer.keep(&samples(&bends, at), &happened).unwrap();
    writer.finish(LostCounts::default()).unwrap();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let entry = store.named(&id).unwrap();
    for (instrument, value) in
        [Instrument::NrsBefore, Instrument::NrsAfter, Instrument::NrsWeek].into_iter().zip(practised.pain)
    {
        let Some(value) = value else { continue };
        let given = entry.began.timestamp();
        let (version, item, wording) = ("1".into(), String::new(), String::new());
        let score = Score { given, instrument, version, item, wording, value: Some(value), session: None };
        store.add_score(person.id, Some(&entry), &score).unwrap();
    }
    id
}

/// The home of Anna after so many weeks of a prescription, with the ids of her sessions.
fn practised_for(weeks: i64) -> (World, Vec<String>) {
    let world = World::new();
    let bendwise = |arguments: &[&str]| world.bare_bendwise().args(arguments).assert().success();
    bendwise(&["people", "add", "Anna"]);
    let first = today().checked_sub((7 * weeks - 1).days()).unwrap();
    let text = format!(
        "person = \"Anna\"\nfrom = {first}\nto = {}\ndays_a_week = 3\n\
         [[drill]]\nid = \"bow\"\nsets = 2\nrepetitions = 4\n\
         [[drill]]\nid = \"hip-flexor-stretch\"\nsets = 1\nseconds = 30\n\
         [goal]\nfrom_hips = 82.5\ndepth_deg = [50, 70.5]\nreach_deg = 45\n\
         [feedback]\nwords = \"every-second\"\ntone = \"bandwidth\"\n\
         [ask]\npsfs = [\"XX heben\", \"YY anziehen\"]\n[stop]\npain = 6\n\
         [note]\ntext = \"ZZ bei Steife.\"\n",
        today()
    );
    let file = world.write("anna.toml", text);
    bendwise(&["prescribe", file.to_str().unwrap()]);
    let (store, _) = Store::open(&world.paths()).unwrap();
    let anna = store.person("anna").unwrap();
    drop(store);
    let days = (0..weeks * 7).filter(|day| [0, 2, 4].contains(&(day % 7)));
    let ids = days.clone().map(|day| {
        let better = day as f32 / (7 * weeks) as f32;
        let (hip, lumbar) = (46.0 + 16.0 * better, 30.0 - 17.0 * better);
        let set = |more: f32| (0..4).map(|at| (hip + at as f32, Some(lumbar + more - at as f32))).collect::<Vec<_>>();
        let mut sets = vec![set(1.0), set(0.0)];
        sets[0][2].1 = (day % 4 != 3).then_some(lumbar); // one that nobody could judge
        if day == weeks * 7 - 3 {
            sets[1].truncate(2);
        }
        let pain = f64::from(6.0 - 4.0 * better).round();
        let retention = if day == 0 { Vec::new() } else { vec![(hip - 4.0, Some(lumbar + 2.0)); 3] };
        let week = (day % 7 == 0).then_some((pain + 1.0).min(10.0));
        let day = first.checked_add(day.days()).unwrap();
        keep(&world, &anna, &Practised { day, retention, sets, pain: [Some(pain), Some((pain - 1.0).max(0.0)), week] })
    });
    let ids: Vec<_> = ids.collect();
    let (first, last) = (first.to_string(), today().to_string());
    for (instrument, values, more) in [
        ("odi", ["38.5", "24.5"], ["--version", "2.1a"]),
        ("rmdq", ["14", "9"], ["--version", "24"]),
        ("psfs", ["3.5", "6"], ["--item", "XX heben"]),
        ("psfs", ["4", "6.5"], ["--item", "YY anziehen"]),
    ] {
        for (day, value) in [&first, &last].into_iter().zip(values) {
            bendwise(&[&["scores", "add", instrument, value, "--on", day], &more[..]].concat());
        }
    }
    (world, ids)
}

/// Writes a page of Anna and reads it. It is left where `BENDWISE_LOOK` says, for inspection.
fn page(world: &World, name: &str, language: &str, arguments: &[&str]) -> (PathBuf, String) {
    let file = world.path(&format!("{name}-{language}.html"));
    let line = ["report", "--person", "Anna", "--force", "--lang", language];
    world.bare_bendwise().args(line).args(arguments).arg("-o").arg(&file).assert().success();
    let text = fs::read_to_string(&file).unwrap();
    if let Some(folder) = std::env::var_os("BENDWISE_LOOK") {
        fs::write(Path::new(&folder).join(file.file_name().unwrap()), &text).unwrap();
    }
    (file, text)
}

/// The page of her last session, and that of all of them.
fn pages(world: &World, language: &str) -> [(PathBuf, String); 2] {
    let since = "2020-01-01";
    [page(world, "session", language, &["last"]), page(world, "course", language, &["last", "--since", since])]
}

/// What can be read on a page, in pieces: what stands between tags, and what tags say of pictures and cells.
fn readable(page: &str) -> Vec<String> {
    let (head, body) = page.split_once("<style>").unwrap();
    let shown = format!("{head}{}", body.split_once("</style>").unwrap().1);
    let mut pieces = Vec::new();
    for part in shown.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let of_tag = ["aria-label=\"", "data-name=\""].into_iter().filter_map(|name| tag.split_once(name));
        pieces.extend(of_tag.map(|(_, rest)| rest.split('"').next().unwrap().to_owned()));
        pieces.push(text.trim().to_owned());
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[test]
fn a_page_says_in_words_what_was_prescribed() {
    let (world, _) = practised_for(2);
    for (language, parts) in [
        (
            "en",
            [
                "Bow 2 × 4, Hip flexor stretch 1 × 30 s each side",
                "3 days a week, ",
                "82.5 of 100 bends from the hips, depth 50° to 70.5°, hip reach 45°",
                "Words after every second bend; low note in every bend outside the aim. Sessions begin with three bends \
                 without feedback",
                "Pain of 6 or more of 10, or 2 points more than before the session",
                "XX heben; YY anziehen",
                "ZZ bei Steife.",
            ],
        ),
        (
            "de",
            [
                "Verbeugung 2 × 4, Hüftbeuger dehnen 1 × 30 s je Seite",
                "3 Tage je Woche, ",
                "82,5 von 100 Beugungen aus der Hüfte, Tiefe 50° bis 70,5°, Hüftreichweite 45°",
                "Worte nach jeder zweiten Beugung; tiefer Ton in jeder Beugung außerhalb des Ziels. Sitzungen beginnen mit \
                 drei Beugungen ohne Rückmeldung",
                "Schmerz von 6 oder mehr von 10, oder 2 Punkten mehr als vor der Sitzung",
                "XX heben; YY anziehen",
                "ZZ bei Steife.",
            ],
        ),
        (
            "es",
            [
                "2 × 4, ",
                "3 días por semana, del ",
                "82,5 de 100 flexiones desde la cadera, profundidad de 50° a 70,5°, alcance de la cadera 45°",
                "Palabras después de una de cada dos flexiones; nota grave en cada flexión fuera del objetivo. Las sesiones \
                 empiezan con tres flexiones sin indicaciones",
                "Dolor de 6 o más de 10, o 2 puntos más que antes de la sesión",
                "XX heben; YY anziehen",
                "ZZ bei Steife.",
            ],
        ),
    ] {
        for (_, told) in pages(&world, language) {
            for part in parts {
                assert!(told.contains(&format!("{part}<")) || told.contains(part), "{part:?} is not in {told}");
            }
        }
    }
}

#[test]
fn a_page_tells_each_set_of_the_day_against_what_was_prescribed() {
    let (world, ids) = practised_for(2);
    let (_, last) = page(&world, "last", "en", &[ids.last().unwrap()]);
    for row in [
        "Bow: repetitions of each set, this day</th><td>2 × 4</td><td>4 · 2</td>",
        "Hip flexor stretch: seconds of each set, this day</th><td>2 × 30</td><td>– · –</td>",
        "Bends from the hips, this session</th><td>82.5 of 100</td>",
    ] {
        assert!(last.contains(row), "{row:?} is not in {last}");
    }
}

#[test]
fn a_page_tells_where_pain_reached_the_stop_rule() {
    let (world, _) = practised_for(2);
    let anna = Store::open(&world.paths()).unwrap().0.person("anna").unwrap();
    let set = vec![(60.0, Some(12.0)); 2];
    let hurting =
        Practised { day: today(), retention: Vec::new(), sets: vec![set], pain: [Some(3.0), Some(5.0), None] };
    let id = keep(&world, &anna, &hurting);
    let (_, last) = page(&world, "stopped", "en", &[&id]);
    let day = today().strftime("%-d %B %Y");
    let told = format!("The stop rule was reached: {day} (pain 3 before, 5 after)");
    assert!(last.contains(&told), "{told:?} is not in {last}");
    let since = today().checked_sub(1.day()).unwrap().to_string();
    let (_, course) = page(&world, "stopped-course", "de", &[&id, "--since", &since]);
    assert!(course.contains("Die Regel zum Aufhören griff: "), "{course}");
    let (_, before) = page(&world, "not-stopped", "en", &["--since", &since]);
    assert_eq!(before.matches("(pain ").count(), 1, "only what is told of");
}

#[test]
fn a_page_where_nothing_could_be_measured_says_why_and_has_no_empty_table() {
    let (world, _) = practised_for(2);
    let anna = Store::open(&world.paths()).unwrap().0.person("anna").unwrap();
    let new =
        NewSession { began: Zoned::now(), source: "made".into(), plan: Some("bow".into()), person: Some(anna.id) };
    let mut writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let id = writer.id().to_owned();
    let hidden =
        |sample: Sample| Sample { state: State::Hidden, filtered: None, raw: None, half_width_90: None, ..sample };
    let hidden: Vec<Sample> = samples(&[], 30.0).into_iter().map(hidden).collect();
    writer.keep(&hidden, &[]).unwrap();
    writer.finish(LostCounts::default()).unwrap();
    for (language, said) in [
        ("en", "the outline of the back was hidden"),
        ("de", "Umriss des Rückens verdeckt"),
        ("es", "contorno de la espalda"),
    ] {
        let (_, told) = page(&world, "hidden", language, &[&id]);
        assert!(told.contains(said) && !told.contains("class=\"stacked numbered\""), "{told}");
    }
}

#[test]
fn an_anonymous_page_has_nothing_that_somebody_wrote() {
    let (world, _) = practised_for(2);
    for (name, arguments) in [("a", &["--anonymous"][..]), ("b", &["--anonymous", "--since", "2020-01-01"])] {
        let (_, told) = page(&world, name, "en", arguments);
        assert!(["Anna", "XX", "YY", "ZZ"].into_iter().all(|part| !told.contains(part)), "{told}");
        assert!(told.contains("activity 2") && told.contains("Bow 2 × 4"));
    }
}

/// A date as a language writes it, or the program's own version.
fn is_no_number(token: &str) -> bool {
    let token = token.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
    let parts: Vec<_> = token.split('.').collect();
    let is_date = matches!(parts[..], [day, month, year]
        if [day, month, year].iter().all(|part| part.bytes().all(|digit| digit.is_ascii_digit()))
            && day.len() <= 2 && month.len() <= 2 && [0, 4].contains(&year.len()));
    is_date || token == env!("CARGO_PKG_VERSION") || token == "2.1a"
}

#[test]
fn no_number_on_a_german_or_spanish_page_has_a_decimal_point() {
    let (world, _) = practised_for(2);
    for language in ["de", "es"] {
        let mut commas = 0;
        for (_, told) in pages(&world, language) {
            for piece in readable(&told) {
                let between = |mark: char| {
                    move |token: &&str| {
                        let letters: Vec<char> = token.chars().collect();
                        let is_number =
                            |three: &[char]| three[0].is_ascii_digit() && three[1] == mark && three[2].is_ascii_digit();
                        letters.windows(3).any(is_number)
                    }
                };
                let points: Vec<_> =
                    piece.split_whitespace().filter(between('.')).filter(|token| !is_no_number(token)).collect();
                assert!(points.is_empty(), "{points:?} in {piece:?}");
                commas += piece.split_whitespace().filter(between(',')).count();
            }
        }
        assert!(commas > 10, "{commas}");
    }
}

#[test]
fn no_page_has_text_of_another_language() {
    /// What is the same in all: names, abbreviations, units, and what people wrote themselves.
    const ALIKE: [&str; 8] =
        ["Anna", "XX heben", "YY anziehen", "ZZ bei Steife.", "bendwise", "Person", "Pause", "Name"];
    let (world, _) = practised_for(2);
    let english: Vec<_> = pages(&world, "en").iter().flat_map(|(_, told)| readable(told)).collect();
    for language in ["de", "es"] {
        for (_, told) in pages(&world, language) {
            let is_text = |piece: &&String| piece.chars().filter(|letter| letter.is_alphabetic()).count() > 3;
            let is_alike = |piece: &str| ALIKE.iter().any(|alike| piece.contains(alike));
            let pieces = readable(&told);
            let same: Vec<_> =
                pieces.iter().filter(is_text).filter(|piece| english.contains(piece) && !is_alike(piece)).collect();
            assert!(same.is_empty(), "{language}: {same:?}");
        }
    }
}

/// How far a page scrolls sideways in a frame of this width, by a browser.
fn overhang(world: &World, browser: &Browser, page: &str, width: u32) -> i64 {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    let script = "const frame = document.querySelector('iframe'); frame.onload = () => { \
                  const root = frame.contentDocument.documentElement; \
                  const inner = [...root.querySelectorAll('*')].filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX)); \
                  const most = Math.max(root.scrollWidth - root.clientWidth, ...inner.map(e => e.scrollWidth - e.clientWidth)); \
                  document.body.append('[over:' + most + ':over]'); };";
    let frame = format!("<iframe style=\"width:{width}px;height:2000px;border:0\" srcdoc=\"{quoted}\"></iframe>");
    let text = format!("<!DOCTYPE html><html><body>{frame}<script>{script}</script></body></html>");
    let dom = browser.dom(&world.write(&format!("frame-{width}.html"), text));
    let (_, told) = dom.rsplit_once("[over:").unwrap();
    told.split_once(":over]").unwrap().0.parse().unwrap()
}

#[test]
fn a_phone_needs_no_scrolling_sideways() {
    let (world, _) = practised_for(2);
    let Some(browser) = Browser::find(&world) else {
        eprintln!("left out: there is no Chromium");
        return;
    };
    for language in LANGUAGES {
        for (file, told) in pages(&world, language) {
            for width in [390, 320] {
                let over = overhang(&world, &browser, &told, width);
                assert!(over <= 0, "{} at {width}: {over} pixels too wide", file.display());
            }
        }
    }
}

#[test]
fn a_course_needs_two_sheets_however_many_weeks_there_are_and_a_session_with_all_of_it_three() {
    for weeks in [2, 30] {
        let (world, _) = practised_for(weeks);
        let Some(browser) = Browser::find(&world) else {
            eprintln!("left out: there is no Chromium");
            return;
        };
        for language in LANGUAGES {
            for (file, _) in pages(&world, language) {
                let name = format!("{weeks}-{}.pdf", file.file_stem().unwrap().to_string_lossy());
                let pdf = browser.make(&file, &name, "print-to-pdf", &["--no-pdf-header-footer"]);
                let (count, most) = (sheets(&pdf).unwrap(), if name.contains("course") { 2 } else { 3 });
                assert!(count <= most, "{name}: {count} sheets");
            }
        }
    }
}

#[test]
fn axe_finds_no_fault_in_the_pages_of_a_prescription() {
    let (world, _) = practised_for(2);
    for (file, _) in pages(&world, "de") {
        accessible::check(&world, &file);
    }
}
