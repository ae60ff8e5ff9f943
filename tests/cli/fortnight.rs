//! A fortnight of two persons in one home, made by hand: no camera, every bend written down here. What the program says of it
//! is worked out beside it.

use bendwise::coach::form::Reach;
use bendwise::coach::{Repetition, SetGoal, SetPurpose, Verdict};
use bendwise::geometry::build::{Build, KnownBuild};
use bendwise::geometry::{Bend, HalfWidth90};
use bendwise::source::Timestamp;
use bendwise::store::retention::RetainedQuantity;
use bendwise::store::sample::Sample;
use bendwise::store::trend::TrendChange;
use bendwise::store::{
    Happening, Instrument, LostCounts, NewSession, Person, Score, SessionFilter, Store, StoredRepetition,
};
use euclid::Angle;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, one_bend};
use crate::fails;

/// The error of each bend, degrees.
const ERROR: f32 = 6.0;

/// Hip and lumbar flexion of a bend, degrees.
type Flexion = (f32, f32);

/// One session: the day of the fortnight from 0, bends without feedback, the sets, and pain before and after.
struct Made {
    day: i64,
    retention: &'static [Flexion],
    sets: &'static [&'static [Flexion]],
    pain: [Option<f64>; 2],
}

/// Three sets of the low back's part: a quarter, a fifth, a seventh.
const QUARTER: &[Flexion] = &[(60.0, 20.0); 3];
/// The first set of all: its mean is another, so that nothing can be held against the wrong set.
const UNEVEN: &[Flexion] = &[(60.0, 20.0), (60.0, 20.0), (60.0, 26.0)];
const FIFTH: &[Flexion] = &[(60.0, 15.0); 3];
const SEVENTH: &[Flexion] = &[(60.0, 10.0); 3];
const HALF: &[Flexion] = &[(40.0, 40.0); 3];

/// Anna: two sets of three bends on three days a week. She ends the sixth session after one bend of the second set.
const ANNA: [Made; 6] = [
    Made { day: 0, retention: &[], sets: &[UNEVEN, QUARTER], pain: [Some(6.0), Some(5.0)] },
    Made { day: 2, retention: &[(60.0, 22.0), (60.0, 24.0)], sets: &[FIFTH, FIFTH], pain: [Some(5.0), Some(5.0)] },
    Made { day: 4, retention: &[(60.0, 16.0); 3], sets: &[SEVENTH, SEVENTH], pain: [Some(5.0), Some(4.0)] },
    Made { day: 7, retention: &[], sets: &[SEVENTH, SEVENTH], pain: [Some(4.0), None] },
    Made { day: 9, retention: &[], sets: &[SEVENTH, SEVENTH], pain: [Some(3.0), Some(3.0)] },
    // Twenty degrees more than the last set of the session before: beyond ± 6 and ± 6 together, ± 8.5.
    Made {
        day: 11,
        retention: &[(60.0, 30.0), (60.0, 30.0)],
        sets: &[SEVENTH, &[(60.0, 10.0)]],
        pain: [Some(3.0), Some(2.0)],
    },
];

/// Ben: one set of three bends on two days a week; once in the first, three times in the second.
const BEN: [Made; 4] = [
    Made { day: 1, retention: &[], sets: &[HALF], pain: [Some(2.0), Some(2.0)] },
    Made { day: 8, retention: &[], sets: &[HALF], pain: [Some(2.0), Some(3.0)] },
    Made { day: 10, retention: &[], sets: &[HALF], pain: [Some(2.0), Some(3.0)] },
    Made { day: 12, retention: &[], sets: &[HALF], pain: [Some(2.0), Some(3.0)] },
];

fn first_day() -> Date {
    Zoned::now().date().checked_sub(13.days()).unwrap()
}

fn at(day: i64) -> Zoned {
    first_day().checked_add(day.days()).unwrap().at(9, 0, 0, 0).to_zoned(TimeZone::system()).unwrap()
}

fn repetition(number: u32, set: u32, (hip, lumbar): Flexion) -> Happening {
    let bend = Bend { hip_flexion: Angle::degrees(hip), lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() };
    let half_width_90 = HalfWidth90 { hip_flexion: Angle::degrees(ERROR), lumbar_flexion: Angle::degrees(ERROR) };
    let verdict = Some(if lumbar < 25.0 { Verdict::Hips } else { Verdict::Back });
    let repetition =
        Repetition { bend, half_width_90, verdict, verdict_probability: Some(0.9), ..Repetition::default() };
    let reach = Some(Reach { angle: Angle::degrees(hip), half_width_90: Angle::degrees(7.0), limited: true });
    Happening::Repetition(StoredRepetition { number, set: Some(set), repetition, reach })
}

/// Keeps a made session with its answers. Returns its id.
fn keep(world: &World, person: &Person, made: &Made) -> String {
    let new =
        NewSession { began: at(made.day), source: "made".into(), plan: Some("bow".into()), person: Some(person.id) };
    let mut writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let id = writer.id().to_owned();
    let mut happened = Vec::new();
    let (mut number, all) = (0, [&[made.retention], made.sets].concat());
    for (set, bends) in (0..).zip(all.into_iter().filter(|bends| !bends.is_empty())) {
        let time = Timestamp::from_secs_f64(f64::from(set) * 60.0);
        let is_first = set == 0 && !made.retention.is_empty();
        let purpose = if is_first { SetPurpose::Retention } else { SetPurpose::Practice };
        happened.push(Happening::SetBegan {
            number: set,
            drill: Some("bow".into()),
            goal: SetGoal::Hips,
            purpose,
            time,
        });
        for bend in bends {
            happened.push(repetition(number, set, *bend));
            number += 1;
        }
        happened
            .push(Happening::SetEnded { number: set, time: Timestamp::from_secs_f64(f64::from(set) * 60.0 + 40.0) });
    }
    writer.keep(&[Sample::default()], &happened).unwrap();
    writer.finish(LostCounts::default()).unwrap();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let entry = store.named(&id).unwrap();
    for (instrument, value) in [Instrument::NrsBefore, Instrument::NrsAfter].into_iter().zip(made.pain) {
        let score = Score {
            given: entry.began.timestamp(),
            instrument,
            version: "1".into(),
            item: String::new(),
            wording: "How strong is your pain now, 0 to 10?".into(),
            value,
            session: None,
        };
        store.add_score(person.id, Some(&entry), &score).unwrap();
    }
    id
}

/// The home after the fortnight.
pub(crate) fn fortnight() -> (World, Store, Person, Person, Vec<String>) {
    let world = World::new();
    let bendwise = |arguments: &[&str]| world.bare_bendwise().args(arguments).assert().success();
    bendwise(&["people", "add", "Anna", "--height", "1.71", "--side", "left"]);
    bendwise(&["people", "add", "Ben"]);
    for (name, days, sets) in [("Anna", 3, 2), ("Ben", 2, 1)] {
        let (from, to) = (first_day(), Zoned::now().date());
        let amount = format!("[[drill]]\nid = \"bow\"\nsets = {sets}\nrepetitions = 3\n");
        let text = format!(
            "person = \"{name}\"\nfrom = {from}\nto = {to}\ndays_a_week = {days}\n{amount}[goal]\nfrom_hips = 80\n"
        );
        let file = world.write(&format!("{name}.toml"), text);
        bendwise(&["prescribe", file.to_str().unwrap()]);
    }
    let (store, _) = Store::open(&world.paths()).unwrap();
    let (anna, ben) = (store.person("anna").unwrap(), store.person("ben").unwrap());
    let mut ids = Vec::new();
    // In the order of the days, as it would be in one home.
    for day in 0..14 {
        for (person, made) in [(&anna, &ANNA[..]), (&ben, &BEN[..])] {
            ids.extend(made.iter().find(|made| made.day == day).map(|made| keep(&world, person, made)));
        }
    }
    (world, store, anna, ben, ids)
}

#[test]
fn two_persons_in_one_home_have_two_trends_and_two_tables() {
    let (world, store, anna, ben, ids) = fortnight();
    assert_eq!(ids.len(), 10);
    let shares = |person: &Person| {
        let history = store.history(person.id, Some("bow"), None).unwrap();
        history.into_iter().map(|past| past.share.unwrap().value.round()).collect::<Vec<_>>()
    };
    // 20 of 80 degrees, 15 of 75, 10 of 70: bends without feedback are in none of them.
    assert_eq!(shares(&anna), [25.0, 20.0, 14.0, 14.0, 14.0, 14.0]);
    assert_eq!(shares(&ben), [50.0; 4]);
    let repetitions = |person: &Person| {
        let history = store.history(person.id, Some("bow"), None).unwrap();
        history.into_iter().map(|past| past.repetitions).collect::<Vec<_>>()
    };
    assert_eq!((repetitions(&anna), repetitions(&ben)), (vec![6, 6, 6, 6, 6, 4], vec![3; 4]));

    let said = |arguments: &[&str]| {
        let output = world.bare_bendwise().args(arguments).assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    };
    let (hers, his) = (said(&["trend", "--person", "Anna"]), said(&["trend", "--person", "ben"]));
    for part in ["Bow: 6 sessions", "25 %", "20 %", "14 %", "3 of 3 days: 6 of 6 sets\n", "3 of 3 days: 5 of 6 sets"] {
        assert!(hers.contains(part), "{part:?} is not in\n{hers}");
    }
    // Two days of the first week were asked for and one was done, in the second a third one was.
    for part in ["Bow: 4 sessions", "50 %", "1 of 2 days: 1 of 2 sets", "2 of 2 days: 2 of 2 sets, and 1 more"] {
        assert!(his.contains(part), "{part:?} is not in\n{his}");
    }
    assert!(
        hers.contains("In all, 6 of 6 days: 11 of 12 sets")
            && his.contains("In all, 3 of 4 days: 3 of 4 sets, and 1 more")
    );
    let early = format!("({}) ended in set 2 of 2 of Bow, after 1 of 3 repetitions", ids[8]);
    assert!(hers.contains(&early) && !his.contains("ended in set"), "{early}\n{hers}");
    // The axis has its 50 % in both.
    let values = |told: &str| told.lines().filter(|line| !line.contains('┤')).collect::<Vec<_>>().join("\n");
    assert!(!values(&hers).contains("50 %") && !values(&his).contains("25 %"), "nothing of one is in the other's");
}

#[test]
fn what_stayed_is_held_against_the_last_set_before_and_told_only_beyond_the_error() {
    let (world, store, anna, ben, ids) = fortnight();
    let stayed = store.retention(anna.id, "bow").unwrap();
    assert_eq!(store.retention(ben.id, "bow").unwrap(), []);
    let hers: Vec<&String> = [0, 2, 3, 4, 6, 8].into_iter().map(|place| &ids[place]).collect();
    let places: Vec<_> = stayed.iter().map(|stayed| (&stayed.id, &stayed.before)).collect();
    assert_eq!(places, [(hers[1], hers[0]), (hers[2], hers[1]), (hers[5], hers[4])]);
    let lumbar: Vec<_> = stayed.iter().map(|stayed| stayed.lumbar.unwrap()).collect();
    let near = |value: f32, expected: f32| assert!((value - expected).abs() < 0.01, "{value} is not {expected}");
    // 22 and 24 after 20; 16 after 15; 30 after 10. 6 and 6 make 8.49.
    for (found, (practised, retained)) in lumbar.iter().zip([(20.0, 23.0), (15.0, 16.0), (10.0, 30.0)]) {
        near(found.practised.value, practised);
        near(found.retained.value, retained);
        near(found.change(), retained - practised);
        near(found.half_width_90(), 8.485);
    }
    let outcomes: Vec<_> = lumbar.iter().map(RetainedQuantity::outcome).collect();
    assert_eq!(outcomes, [TrendChange::Within, TrendChange::Within, TrendChange::More]);
    // 30 of 90 after 10 of 70; with opposite errors of 6° each of them moves by 6.7 and 8.6 per cent.
    let share = stayed[2].share.unwrap();
    near(share.retained.value, 33.333);
    near(share.practised.value, 14.286);
    near(share.half_width_90(), 6.667_f32.hypot(8.571));
    let told = world.bare_bendwise().args(["trend", "--person", "Anna"]).assert().success();
    told.stdout(contains("What stayed from the time before").and(contains("surely more")));
}

#[test]
fn pain_is_beside_movement_and_a_change_is_named_as_people_name_it() {
    let (world, store, anna, ben, _) = fortnight();
    let pain = |person: &Person, instrument| {
        let scores = store.scores(person.id).unwrap().into_iter().filter(|score| score.instrument == instrument);
        scores.map(|score| score.value).collect::<Vec<_>>()
    };
    let known = |values: [f64; 6]| values.map(Some).to_vec();
    assert_eq!(pain(&anna, Instrument::NrsBefore), known([6.0, 5.0, 5.0, 4.0, 3.0, 3.0]));
    assert_eq!(pain(&anna, Instrument::NrsAfter)[3], None, "asked and left out");
    assert_eq!(pain(&ben, Instrument::NrsAfter), [2.0, 3.0, 3.0, 3.0].map(Some));
    let bendwise = |arguments: &[&str]| world.bare_bendwise().args(arguments).assert();
    bendwise(&[
        "scores",
        "add",
        "odi",
        "30",
        "--version",
        "2.1a",
        "--person",
        "Anna",
        "--on",
        &first_day().to_string(),
    ])
    .success();
    bendwise(&["scores", "add", "odi", "18", "--version", "2.1a", "--person", "Anna"]).success();
    let trend = |person: &str| bendwise(&["trend", "--person", person]).success();
    trend("Anna")
        .stdout(contains("Pain before the session, 0 to 10").and(contains("3 less than on")))
        .stdout(contains("Oswestry Disability Index 2.1a, per cent").and(contains("12 less than on")))
        .stdout(contains("People call a change of 2 important").and(contains("People call a change of 10 important")));
    // From 2 to 3 is less than people call important.
    trend("Ben").stdout(contains("Less change than that since").and(contains("Oswestry").not()));
}

#[test]
fn whoever_is_not_there_or_not_meant_is_said_in_one_sentence() {
    let (world, store, anna, ben, ids) = fortnight();
    let bendwise = |arguments: &[&str]| world.bare_bendwise().args(arguments).assert();
    fails(bendwise(&["trend"]), &["Several persons practise here (Anna, Ben)", "--person NAME"]);
    fails(bendwise(&["trend", "--person", "Bem"]), &["There is no person Bem, did you mean Ben?"]);
    fails(bendwise(&["people", "add", "anna"]), &["Anna is here already"]);
    fails(
        bendwise(&["sessions", "show", &ids[0], "--person", "Ben"]),
        &["belongs to Anna: say so with --person \"Anna\""],
    );
    bendwise(&["sessions", "show", "last"]).success().stderr(contains("belongs to Ben"));
    let score = |arguments: &[&str]| bendwise(&[&["scores", "add", "--person", "Ben"], arguments].concat());
    fails(score(&["rmdq", "25", "--version", "24"]), &["rmdq goes from 0 to 24, so it cannot be 25"]);
    fails(score(&["nrs-week", "5", "--on", "2199-01-01"]), &["2199-01-01 has not come yet"]);
    score(&["nrs-week", "5", "--on", "2026-02-30"]).code(2);
    score(&["odi", "10"]).code(2).stderr(contains("--version"));
    let old = world.write(
        "old.toml",
        world.read("Anna.toml").replace("to = ", "to = 2026-01-09 #").replace("from = ", "from = 2026-01-02 #"),
    );
    fails(bendwise(&["prescribe", old.to_str().unwrap()]), &["ended on 2026-01-09: give it a later last day"]);
    let other = world.write("cleo.toml", world.read("Anna.toml").replace("Anna", "Cleo"));
    fails(
        bendwise(&["prescribe", other.to_str().unwrap()]),
        &["is for Cleo, and nobody here is called that (Anna, Ben)"],
    );
    let package = world.path("cleo.bendwise");
    bendwise(&["prescribe", other.to_str().unwrap(), "-o", package.to_str().unwrap()]).success();
    fails(bendwise(&["sessions", "import", package.to_str().unwrap()]), &["is for Cleo", "--person NAME"]);
    bendwise(&["sessions", "import", package.to_str().unwrap(), "--person", "Ben"])
        .success()
        .stdout(contains("Prescribed for Ben"));
    assert_eq!(store.prescriptions(ben.id).unwrap().len(), 2);

    let listed =
        |person: &Person| store.count(&SessionFilter { person: Some(person.id), ..SessionFilter::default() }).unwrap();
    assert_eq!((listed(&anna), listed(&ben)), (6, 4));
    bendwise(&["sessions", "list", "--person", "Anna", "--limit", "2"])
        .success()
        .stdout(contains("4 older").and(contains("Ben").not()));
    bendwise(&["sessions", "delete", "--all", "--yes", "--person", "Ben"]).success();
    assert_eq!((listed(&anna), listed(&ben)), (6, 0));
}

#[test]
fn what_is_meant_for_one_person_is_not_taken_for_another() {
    let (world, store, anna, ben, _) = fortnight();
    let file = world.path("Anna.toml");
    let prescribe = world.bare_bendwise().env("BENDWISE_PERSON", "Ben").arg("prescribe").arg(&file).assert();
    fails(prescribe, &["The prescription is for Anna, not for Ben", "BENDWISE_PERSON"]);
    assert!(store.prescriptions(ben.id).unwrap()[0].text.contains("person = \"Ben\""));
    fails(
        world.bare_bendwise().args(["sessions", "delete", "--all", "--yes"]).assert(),
        &["Several persons practise here"],
    );
    assert_eq!(store.history(anna.id, Some("bow"), None).unwrap().len(), 6);
    let report = world.path("anna.html");
    world.bare_bendwise().args(["report", "last", "--person", "Anna", "-o"]).arg(&report).assert().success();
    assert!(world.read("anna.html").contains("Anna"), "a printed report says whose it is");
}

#[test]
fn due_is_what_the_week_still_asks_for() {
    let (world, ..) = fortnight();
    let shown = |name: &str| world.bare_bendwise().args(["people", "show", name]).assert().success();
    shown("Anna").stdout(contains("Height: 1.71 m").and(contains("Side to the camera: left")));
    shown("Anna").stdout(
        contains("practised on 3 days, as prescribed, with 5 of 6 sets: what is missing may be made up today")
            .and(contains("In all, 6 of 6 days: 11 of 12 sets")),
    );
    shown("Anna").stdout(contains("Goal: 80 of 100 bends from the hips"));
    shown("ben").stdout(contains("All that this week asks for is done (2 days): today is free"));
    world.bare_bendwise().args(["people", "add", "Cleo"]).assert().success();
    let (from, to) = (Zoned::now().date(), Zoned::now().date().checked_add(6.days()).unwrap());
    let text = format!("person = \"Cleo\"\nfrom = {from}\nto = {to}\ndays_a_week = 7\nprogramme = \"first-week\"\n");
    let file = world.write("cleo.toml", text);
    world.bare_bendwise().arg("prescribe").arg(file).assert().success();
    shown("Cleo").stdout(contains("Prescribed for today: Cat and cow 1").and(contains("(day 1 of 7 this week)")));
}

#[test]
fn after_some_of_the_sets_of_today_it_is_told_what_is_left() {
    let world = World::new();
    world.bare_bendwise().args(["people", "add", "Dora"]).assert().success();
    let today = Zoned::now().date();
    let drills =
        "[[drill]]\nid = \"bow\"\nsets = 3\nrepetitions = 3\n[[drill]]\nid = \"cat-cow\"\nsets = 1\nseconds = 30\n";
    let text = format!("person = \"Dora\"\nfrom = {today}\nto = {today}\ndays_a_week = 1\n{drills}");
    let file = world.write("dora.toml", text);
    world.bare_bendwise().arg("prescribe").arg(file).assert().success();
    let shown = |language: &str| {
        let shown = world.bare_bendwise().args(["people", "show", "Dora", "--lang", language]).assert().success();
        String::from_utf8(shown.get_output().stdout.clone()).unwrap()
    };
    let all = shown("en");
    assert!(all.contains("Prescribed for today: Bow 3 × 3, Cat and cow 1 × 30 s (day 1 of 1 this week)"), "{all}");
    let (store, _) = Store::open(&world.paths()).unwrap();
    let dora = store.person("dora").unwrap();
    drop(store);
    keep(&world, &dora, &Made { day: 13, retention: &[], sets: &[SEVENTH, SEVENTH], pain: [None; 2] });
    for (language, left) in [
        ("en", "Left for today: Bow 1 of 3 sets, Cat and cow 1 × 30 s (day 1 of 1"),
        ("de", "Heute noch übrig: Verbeugung 1 von 3 Sätzen, "),
        ("es", "Queda para hoy: "),
    ] {
        let told = shown(language);
        assert!(told.contains(left), "{left:?} is not in\n{told}");
    }
}

#[test]
fn a_bundle_says_of_the_session_in_which_a_day_ended_early_that_it_stopped_and_where() {
    let (world, _, _, _, ids) = fortnight();
    let procedure = |id: &str, more: &[&str]| {
        let file = world.path(&format!("{id}{}.json", more.len()));
        let export = ["export", id, "--person", "Anna", "--format", "fhir", "--no-report", "-o"];
        world.bare_bendwise().args(export).arg(&file).args(more).assert().success();
        let bundle: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let entries = bundle["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone());
        entries.into_iter().find(|resource| resource["resourceType"] == "Procedure").unwrap()
    };
    let stopped = procedure(&ids[8], &[]);
    let why = stopped["statusReason"]["text"].as_str().unwrap_or_default();
    assert!(stopped["status"] == "stopped" && why.ends_with("ended in set 2 of 2 of Bow, after 1 of 3 repetitions"));
    let anonymous = procedure(&ids[8], &["--anonymous"]);
    assert_eq!(
        (&anonymous["status"], &anonymous["statusReason"]["text"]),
        (&"stopped".into(), &"Ended before all that was prescribed for the day was done".into())
    );
    let whole = procedure(&ids[6], &[]);
    assert!(whole["status"] == "completed" && whole.get("statusReason").is_none(), "{whole}");
}

#[test]
fn a_report_holds_the_session_against_its_goals_and_tells_what_stayed_and_where_it_ended() {
    let (world, _, _, _, ids) = fortnight();
    let report = |arguments: &[&str]| {
        let page = world.path("page.html");
        let report = ["report", "--person", "Anna", "--force", "-o", page.to_str().unwrap()];
        world.bare_bendwise().args(report).args(arguments).assert().success();
        world.read("page.html")
    };
    let holds = |page: &str, parts: &[&str]| {
        parts.iter().for_each(|part| assert!(page.contains(part), "{part:?} is not in {page}"));
    };
    let early = format!("({}) ended in set 2 of 2 of Bow, after 1 of 3 repetitions", ids[8]);
    // Her last session: four bends after the two without feedback, which are held against the third set of the week before.
    let last = report(&[&ids[8]]);
    holds(&last, &["80 of 100", "4 of 4 with a verdict: 100 of 100", &early, "surely more"]);
    assert_eq!(last.matches("data-name=\"In the last set before\"").count(), 2, "share and bend of this session alone");
    let before = report(&[&ids[6]]);
    assert!(!before.contains(&early) && !before.contains("In the last set before"));
    let course = report(&["last", "--since", &first_day().to_string()]);
    holds(&course, &[&early, "4 of 4 with a verdict"]);
    assert_eq!(course.matches("data-name=\"In the last set before\"").count(), 4, "the newest two of three");
    holds(&course, &["Low back’s part, 3 times: 1 × surely more, 0 × surely less, 2 × no sure change"]);
}

#[test]
fn a_prescription_that_begins_later_leaves_the_one_before_in_force_until_then() {
    let (world, ..) = fortnight();
    let today = Zoned::now().date();
    let day = |days: i64| today.checked_add(days.days()).unwrap();
    let text = |from: Date, to: Date, days: u32, sets: u32| {
        format!(
            "person = \"Ben\"\nfrom = {from}\nto = {to}\ndays_a_week = {days}\n[[drill]]\nid = \"bow\"\nsets = {sets}\n"
        )
    };
    let prescribe = |name: &str, text: String| {
        let file = world.write(name, text);
        world.bare_bendwise().arg("prescribe").arg(file).assert().success()
    };
    let shown = || world.bare_bendwise().args(["people", "show", "Ben"]).assert().success();
    let told = |day: Date| day.strftime("%-d %B %Y").to_string();
    let until = format!("Until {} the one before counts: Bow", told(today));
    prescribe("later.toml", text(day(3), day(9), 7, 4)).stdout(contains("on 7 days a week").and(contains(until)));
    // What is in force is the fortnight's.
    shown().stdout(contains("2 of 2 days: 2 of 2 sets").and(contains(format!(
        "From {} to {}: Bow 4 × 8",
        told(day(3)),
        told(day(9))
    ))));
    prescribe("now.toml", text(today, day(9), 1, 1)).stdout(contains("the one before").not());
    shown().stdout(contains("2 of 2 days").not());
}

#[test]
fn a_prescription_is_read_from_a_text_file_only() {
    let (world, ..) = fortnight();
    let prescribe = |file: &std::path::Path| {
        world.bare_bendwise().arg("prescribe").arg(file).timeout(std::time::Duration::from_secs(20)).assert()
    };
    fails(prescribe(&world.write("utf16.toml", "\u{0}\u{ff}".repeat(4))), &["utf16.toml"]);
    fails(prescribe(&world.write("large.toml", "#".repeat(300 << 10))), &["larger than 256 kB"]);
    fails(prescribe(&world.path("home")), &["give a text file"]);
    let marked = format!("\u{feff}{}", world.read("Ben.toml"));
    prescribe(&world.write("windows.toml", marked)).success();
    #[cfg(unix)]
    {
        let pipe = world.pipe("pipe.toml");
        fails(prescribe(&pipe), &["pipe.toml", "give a text file"]);
    }
}

#[test]
fn a_score_can_be_taken_back_and_versions_of_a_questionnaire_are_not_mixed() {
    let (world, store, anna, ben, _) = fortnight();
    let scores = |arguments: &[&str]| world.bare_bendwise().args(["scores"]).args(arguments).assert();
    let add = |value: &str, version: &str| {
        scores(&["add", "odi", value, "--version", version, "--person", "Anna"]).success();
    };
    add("40", "1.0");
    add("12", "2.1a");
    let trend = || world.bare_bendwise().args(["trend", "--person", "Anna"]).assert().success();
    let names = contains("Oswestry Disability Index 1.0").and(contains("Oswestry Disability Index 2.1a"));
    trend().stdout(names.and(contains("28 less than on").not()));
    let numbered = store.numbered_scores(anna.id).unwrap();
    let (number, wrong) = numbered.iter().find(|(_, score)| score.value == Some(40.0)).unwrap();
    assert_eq!(wrong.instrument, Instrument::Odi);
    let remove = |person: &str, number: &str| scores(&["remove", number, "--person", person]);
    fails(remove("Ben", &number.to_string()), &["There is no score", "of Ben"]);
    remove("Anna", &number.to_string()).success().stdout(contains("Deleted: odi 40 of Anna"));
    fails(
        remove("Anna", &number.to_string()),
        &["There is no score", "`bendwise scores --person \"Anna\"` lists them"],
    );
    remove("Anna", "first").code(2);
    let add = |arguments: &[&str]| scores(&[&["add", "--person", "Anna"], arguments].concat());
    fails(add(&["rmdq", "9.5", "--version", "24"]), &["number of statements", "give a whole number"]);
    add(&["nrs-week", "5", "--item", "walking"]).code(2).stderr(contains("--item is for psfs"));
    assert_eq!(store.scores(anna.id).unwrap().len(), numbered.len() - 1);
    assert_eq!(store.scores(ben.id).unwrap().len(), 8);
    trend().stdout(contains("Oswestry Disability Index 1.0").not());
}

#[test]
fn what_was_answered_in_a_session_goes_with_it_to_another_machine() {
    let (world, store, _, _, ids) = fortnight();
    let entry = store.named(&ids[6]).unwrap();
    let answers = store.answers(&entry).unwrap();
    assert_eq!(answers.iter().map(|answer| answer.value).collect::<Vec<_>>(), [Some(3.0); 2]);
    let bring = |options: &[&str], name: &str, source: &str| {
        let (there, file) = (World::new(), world.path(name));
        world.bare_bendwise().args(["sessions", "export", &ids[6], "-o"]).arg(&file).args(options).assert().success();
        there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert().success();
        let (store, _) = Store::open(&there.paths()).unwrap();
        let newest = store.list().unwrap().into_iter().find(|entry| entry.source == source).unwrap();
        store.answers(&newest).unwrap()
    };
    let unnamed =
        |answers: Vec<Score>| answers.into_iter().map(|answer| Score { session: None, ..answer }).collect::<Vec<_>>();
    assert_eq!(unnamed(bring(&[], "a.bendwise", "made")), unnamed(answers));
    assert_eq!(
        bring(&["--anonymous"], "b.bendwise", "anonymous"),
        [],
        "of what is anonymous only the measurement stays"
    );
}

#[test]
fn a_name_is_the_same_however_its_accents_are_typed() {
    let world = World::new();
    let people = |arguments: &[&str]| world.bare_bendwise().arg("people").args(arguments).assert();
    people(&["add", "Zoe\u{308}"]).success();
    people(&["show", "zo\u{eb}"]).success().stdout(contains("Zo\u{eb},"));
    people(&["show", "ZOE\u{308}"]).success();
    fails(people(&["add", "Zo\u{eb}"]), &["is here already"]);
}

#[test]
fn raters_clips_know_whose_the_kept_sessions_are() {
    let world = World::new();
    world.keep_demo("small");
    let nobody = Store::open(&world.paths()).unwrap().0.persons().unwrap().remove(0);
    world.bare_bendwise().args(["people", "rename", &nobody.pseudonym, "Anna"]).assert().success();
    let study = world.path("study");
    let make = world.bare_bendwise().args(["rate", "make", "last", "-o"]).arg(&study).assert().success();
    make.stdout(contains("4 clips of 1 person"));
    let key: serde_json::Value = serde_json::from_str(&world.read("study/key.json")).unwrap();
    let anna = Store::open(&world.paths()).unwrap().0.person("Anna").unwrap();
    assert_eq!(key["clips"][0]["person"].as_str(), Some(anna.pseudonym.as_str()));
}

#[test]
fn whoever_is_forgotten_leaves_no_byte_behind() {
    let (world, store, anna, ben, ids) = fortnight();
    for (person, id, marker) in [(&anna, &ids[0], "marker-anna"), (&ben, &ids[1], "marker-ben")] {
        store.note(&store.named(id).unwrap(), Some(marker)).unwrap();
        let activity = Score {
            given: jiff::Timestamp::now(),
            instrument: Instrument::Psfs,
            version: "-".into(),
            item: format!("activity {marker}"),
            wording: String::new(),
            value: Some(4.0),
            session: None,
        };
        store.add_score(person.id, None, &activity).unwrap();
        std::fs::create_dir_all(&store.named(id).unwrap().folder).unwrap();
        std::fs::write(store.named(id).unwrap().folder.join("video.mp4"), marker).unwrap();
    }
    drop(store);
    keep_build(&world, &anna, [-0.123_456_7, -0.25, -0.5]);
    let everything = || bytes(&world.path("home"));
    let holds = |marker: &str| everything().windows(marker.len()).any(|window| window == marker.as_bytes());
    assert!(["marker-anna", "marker-ben", "Anna", "Ben", "-0.12345"].into_iter().all(holds));
    let forget = |arguments: &[&str]| world.bare_bendwise().args(["people", "forget", "anna"]).args(arguments).assert();
    fails(forget(&[]), &["Nothing was deleted", "--yes"]);
    assert!(holds("marker-anna"));
    forget(&["--yes"]).success().stdout(contains("Deleted for good: Anna with 7 sessions"));
    assert!(!["marker-anna", "Anna", "-0.12345", &anna.uid, &anna.pseudonym].into_iter().any(holds));
    assert!(["marker-ben", "Ben"].into_iter().all(holds));
}

#[test]
fn everything_of_a_person_can_be_taken_along() {
    let (world, _, anna, _, ids) = fortnight();
    let folder = world.path("anna");
    let export = || world.bare_bendwise().args(["people", "export", "Anna", "-o"]).arg(&folder).assert();
    export().success().stdout(contains("6 sessions and person.json"));
    fails(export(), &["anna"]);
    let file: serde_json::Value = serde_json::from_str(&world.read("anna/person.json")).unwrap();
    assert_eq!((file["name"].as_str(), file["height_m"].as_f64()), (Some("Anna"), Some(1.71)));
    assert_eq!((file["scores"].as_array().unwrap().len(), file["sessions"].as_array().unwrap().len()), (12, 6));
    assert!(file["prescriptions"][0]["toml"].as_str().unwrap().contains("days_a_week = 3"));
    // On another machine, each session is one of whoever is there.
    let there = World::new();
    let package = folder.join(format!("{}.bendwise", ids[0]));
    there.bare_bendwise().args(["sessions", "import"]).arg(&package).assert().success();
    assert_eq!(Store::open(&there.paths()).unwrap().0.list().unwrap().len(), 1);
    fails(world.bare_bendwise().args(["sessions", "import"]).arg(&package).assert(), &["exists already as session"]);
    // The other one's is not theirs, and nobody is guessed.
    world.bare_bendwise().args(["people", "export", "Ben", "-o"]).arg(world.path("ben")).assert().success();
    let other = std::fs::read_dir(world.path("ben")).unwrap().map(|file| file.unwrap().path());
    let other = other.into_iter().find(|file| file.extension().is_some_and(|kind| kind == "bendwise")).unwrap();
    fails(
        there.bare_bendwise().args(["sessions", "import"]).arg(&other).assert(),
        &["is a session of somebody who is not known here", "--person NAME"],
    );
    let output = world.path("out");
    std::fs::create_dir(&output).unwrap();
    let export = ["sessions", "export", &ids[0], "--anonymous", "-o"];
    let file = output.join("a.bendwise");
    world.bare_bendwise().args(export).arg(&file).assert().success();
    // Beside the session itself it would be a second one.
    let twice = there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert();
    fails(twice, &["holds the session", "one of them anonymous", "delete that first"]);
    there.bare_bendwise().args(["sessions", "delete", &ids[0], "--yes"]).assert().success();
    there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert().success();
    let holds =
        |marker: &str| bytes(&there.path("home")).windows(marker.len()).any(|window| window == marker.as_bytes());
    assert!(!holds("Anna") && !holds(&anna.uid), "no file of it says whose it is");
}

/// Every byte below a folder.
fn bytes(path: &std::path::Path) -> Vec<u8> {
    if path.is_dir() {
        return std::fs::read_dir(path).unwrap().flat_map(|entry| bytes(&entry.unwrap().path())).collect();
    }
    std::fs::read(path).unwrap()
}

/// Keeps a made session of a person with this build.
pub(crate) fn keep_build(world: &World, person: &Person, ratios: [f32; 3]) {
    let new = NewSession { began: Zoned::now(), source: "made".into(), plan: None, person: Some(person.id) };
    let mut writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let build = Happening::Build { build: Build(ratios), sure: true };
    writer.keep(&[Sample::default()], &[build]).unwrap();
    writer.finish(LostCounts::default()).unwrap();
}

/// The build of a child: a large head, short legs.
pub(crate) const CHILD: [f32; 3] = [-0.45, -0.40, -0.45];

#[test]
fn a_recording_of_somebody_built_like_another_is_kept_and_said_in_one_sentence() {
    let world = World::new();
    let bendwise = |arguments: &[&str]| world.bendwise().args(arguments).assert().success();
    for name in ["Anna", "Ben"] {
        bendwise(&["people", "add", name]);
    }
    let clip = one_bend(&world);
    let analyse = |who: &str| bendwise(&["analyze", clip.to_str().unwrap(), "--keep", "--person", who]);
    for _ in 0..2 {
        analyse("Ben").stderr(contains("Is this").not());
    }
    let store = Store::open(&world.paths()).unwrap().0;
    let sessions = |name: &str| store.person(name).unwrap().build.map(|known: KnownBuild| known.sessions);
    assert_eq!((sessions("Anna"), sessions("Ben")), (None, Some(2)));
    let anna = store.person("Anna").unwrap();
    (0..2).for_each(|_| keep_build(&world, &anna, CHILD));
    let question = "Is this Anna? The build is more like that of Ben";
    analyse("Anna")
        .stderr(contains(question).and(contains("`bendwise sessions give 20")).and(contains("--to \"Ben\"`")));
    assert_eq!(sessions("Anna"), Some(2), "what is in doubt teaches nothing");
    let filter = SessionFilter { person: Some(anna.id), ..SessionFilter::default() };
    assert_eq!(store.count(&filter).unwrap(), 3, "but it is hers, as was said");
    analyse("Ben").stderr(contains("Is this").not());
    let export = world.path("all of Ben");
    bendwise(&["people", "export", "Ben", "-o", export.to_str().unwrap()]);
    assert!(world.read("all of Ben/person.json").contains("shoulder_to_ear"));
}

#[test]
fn odd_scores_are_refused_in_one_sentence_and_a_decimal_comma_is_a_number() {
    let world = World::new();
    let score = |arguments: &[&str]| world.bare_bendwise().args(["scores", "add"]).args(arguments).assert();
    let long = "x".repeat(81);
    for (arguments, said) in [
        (&["nrs-week", "NaN"][..], "write a number, as 3 or 3.5"),
        (&["nrs-week", "inf"], "write a number"),
        (&["nrs-week", "three"], "write a number"),
        (&["nrs-week", "1e3"], "nrs-week goes from 0 to 10, so it cannot be 1000"),
        (&["nrs-week", "-1"], "cannot be -1"),
        (&["nrs-week", "3", "--on", "0001-01-01"], "0001-01-01 is before any of these questionnaires"),
        (&["nrs-week", "3", "--on", "9999-12-31"], "9999-12-31 has not come yet"),
        (&["nrs-week", "3", "--on", "2026-02-30"], "write a day as"),
        (&["psfs", "3", "--item", ""], "--item is empty"),
        (&["psfs", "3", "--item", "  "], "--item is empty"),
        (&["psfs", "3", "--item", &long], "--item has more than 80 letters"),
        (&["psfs", "3", "--item", "tie\u{7}shoes"], "Character 4"),
        (&["psfs", "3", "--item", "tie\u{202e}shoes"], "Character 4"),
        (&["odi", "101", "--version", "2.1a"], "odi goes from 0 to 100"),
        (&["odi", "24", "--version", ""], "--version is empty"),
        (&["odi", "24", "--version", &long], "--version has more than 20 letters"),
        (&["rmdq", "9.5", "--version", "24"], "give a whole number"),
        (&["rmdq", "25", "--version", "24"], "rmdq goes from 0 to 24"),
        (&["rmdq", "24", "--version", "23"], "rmdq goes from 0 to 23, so it cannot be 24"),
        (&["rmdq", "19", "--version", "18"], "rmdq goes from 0 to 18, so it cannot be 19"),
        (
            &["rmdq", "9", "--version", "1.0"],
            "rmdq has versions of 24, 23 and 18 statements, and \"1.0\" is none of them: give --version 24, 23 or 18",
        ),
    ] {
        score(arguments).failure().stderr(contains(said));
    }
    world.bare_bendwise().arg("scores").assert().success().stdout(contains("No score"));
    score(&["psfs", "3,5", "--item", "Socken anziehen"]).success().stdout(contains("psfs 3.5"));
    score(&["nrs-week", "-0"]).success().stdout(contains("nrs-week 0\n"));
}

#[test]
fn odd_names_are_names_or_are_refused() {
    let world = World::new();
    let people = |arguments: &[&str]| world.bare_bendwise().arg("people").args(arguments).assert();
    for (name, said) in [
        ("--yes", "means something else on the command line"),
        ("last", "means something else on the command line"),
        ("p-0123456789", "means something else on the command line"),
        ("\u{200b}", "Character 1"),
        ("An\nna", "Character 3"),
    ] {
        fails(people(&["add", "--", name]), &[said]);
    }
    // A name like a session's id, a number, an instrument, or a language is a name.
    for name in ["2026-11-22", "7", "odi", "de", "İrem", "ıbrahim", "Zoë O’Neill", "王芳", "-", "people"] {
        let added = people(&["add", "--", name]);
        if name == "-" { fails(added, &["means something else"]) } else { drop(added.success()) }
    }
    for asked in ["İREM", "i\u{307}rem", "IBRAHIM", "2026-11-22", "7", "ZOË O’NEILL", "王芳"] {
        let shown = people(&["show", "--", asked]);
        match asked {
            // The Turkish capital of a dotless ı is I, which everywhere else is that of i: it is told, not guessed.
            "IBRAHIM" => fails(shown, &["There is no person IBRAHIM: ıbrahim only looks the same"]),
            _ => drop(shown.success().stdout(contains("in files, since"))),
        }
    }
    fails(people(&["add", "i\u{307}rem"]), &["İrem is here already"]);
    for nothing in ["", " ", "\u{a0}"] {
        people(&["add", "--", nothing]).code(2).stderr(contains("'<NAME>': it is empty"));
        people(&["rename", "7", nothing]).code(2).stderr(contains("it is empty"));
    }
}
