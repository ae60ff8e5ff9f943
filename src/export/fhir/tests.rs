//! Tests of bundles: FHIR's own JSON schema, and what it does not check: references, codes and their units, invariants.

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use euclid::Angle;
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::codes::{self, System, TABLE, UcumUnit};
use super::context::{ClinicalContext, ReportPage};
use super::{bundle, code_system};
use crate::coach::form::Reach;
use crate::coach::mobility::{Legs, Mobility, Tested};
use crate::coach::{NoVerdict, Repetition, SetGoal, SetPurpose, Verdict};
use crate::export::fixtures::{at, session};
use crate::export::samples::meaning;
use crate::export::{CsvDialect, DEFINITIONS, ExportFormat, KeptSession, SessionExport};
use crate::geometry::{Bend, HalfWidth90, StandingDoubt, StandingFlaw, State};
use crate::spine::Facing;
use crate::store::retention::{RetainedQuantity, Retention};
use crate::store::trend::{Past, TrendPoint};
use crate::store::{Instrument, Score, SessionState, Set, StoredRepetition};
use crate::units::degrees;

/// FHIR's own schema of R4, cut down to what is used: `tests/exports/fhir/reduce_schema.py`.
const SCHEMA: &[u8] = include_bytes!("../../../tests/exports/fhir/r4.schema.json.gz");

/// The code system as it is given out.
const CODE_SYSTEM: &str = include_str!("../../../docs/fhir-codesystem.json");

fn repetition(number: u32, set: u32, [hip, lumbar]: [f32; 2], verdict: Option<Verdict>) -> StoredRepetition {
    let repetition = Repetition {
        start: at(100 + 50 * u64::from(number)),
        bottom: at(120 + 50 * u64::from(number)),
        end: at(140 + 50 * u64::from(number)),
        bend: Bend {
            hip_flexion: degrees(hip),
            lumbar_flexion: degrees(lumbar),
            knee_flexion: degrees(7.0),
            ..Bend::default()
        },
        half_width_90: HalfWidth90 { hip_flexion: degrees(7.0), lumbar_flexion: degrees(8.5) },
        verdict,
        verdict_probability: verdict.map(|_| 0.625),
        confidence: 0.8,
        standing_doubt: Some(StandingDoubt { angle: degrees(2.5), flaw: Some(StandingFlaw::BentKnees) }),
        ..Repetition::default()
    };
    let reach = verdict.map(|verdict| Reach {
        angle: degrees(hip),
        half_width_90: degrees(7.0),
        limited: verdict != Verdict::Hips,
    });
    StoredRepetition { number, set: Some(set), repetition, reach }
}

/// A session with everything that there can be.
fn full() -> KeptSession {
    let mut whole = session(Facing::Right);
    let bow = whole.session.sets[0].clone();
    let set = |number, purpose, goal| Set { number, purpose, goal, ..bow.clone() };
    whole.session.sets = vec![
        set(0, SetPurpose::Retention, SetGoal::Hips),
        set(1, SetPurpose::Practice, SetGoal::Hips),
        set(2, SetPurpose::Practice, SetGoal::Back),
        Set { drill: None, ..set(3, SetPurpose::Practice, SetGoal::Any) },
    ];
    let (hips, mixed, back) = (Some(Verdict::Hips), Some(Verdict::Mixed), Some(Verdict::Back));
    let mut hidden = repetition(5, 1, [50.0, 20.0], None);
    hidden.repetition.bottom_hidden = true;
    let outside = StoredRepetition { set: None, ..repetition(8, 0, [50.0, 10.0], hips) };
    whole.session.repetitions = vec![
        repetition(0, 0, [60.0, 6.0], hips),
        repetition(1, 1, [60.25, 6.04], hips),
        repetition(2, 1, [50.0, 16.0], mixed),
        repetition(3, 1, [70.0, 7.0], hips),
        repetition(4, 1, [5.0, 3.0], None),
        hidden,
        repetition(6, 1, [50.0, 14.0], None),
        repetition(7, 2, [30.0, 45.0], back),
        outside,
    ];
    whole
}

fn score(instrument: Instrument, value: Option<f64>, session: Option<&str>) -> Score {
    Score {
        given: "2026-11-22T07:30:00Z".parse().unwrap(),
        instrument,
        version: "v1".to_owned(),
        item: if instrument == Instrument::Psfs { "lifting\u{a0}my son".to_owned() } else { String::new() },
        wording: "How strong is your pain?".to_owned(),
        value,
        session: session.map(str::to_owned),
    }
}

/// Of the right side all is known, of the left only how far the hips go with straight knees, and no soft bend was made.
fn screen() -> Mobility {
    let tested = |angle, limited| Tested {
        bends: 4,
        reach: Some(Reach { angle: degrees(angle), half_width_90: degrees(6.0), limited }),
    };
    let right = Legs { straight: tested(40.0, true), soft: tested(63.0, false) };
    Mobility { right, left: Legs { straight: tested(60.0, true), soft: Tested { bends: 0, reach: None } } }
}

fn context() -> ClinicalContext {
    let point = |value| TrendPoint { value, half_width_90: 6.0, at_least: false };
    let retained = Some(RetainedQuantity { practised: point(20.0), retained: point(30.0) });
    let entry = session(Facing::Right).session.entry;
    let stayed = Retention {
        id: entry.id.clone(),
        began: entry.began,
        before: "2026-11-20".to_owned(),
        share: retained,
        lumbar: None,
    };
    ClinicalContext {
        scores: vec![
            score(Instrument::NrsBefore, Some(3.0), Some(&entry.id)),
            score(Instrument::NrsAfter, None, Some(&entry.id)),
            score(Instrument::NrsWeek, Some(4.0), Some(&entry.id)),
            score(Instrument::Odi, Some(22.5), None),
            score(Instrument::Rmdq, Some(7.0), None),
            score(Instrument::Psfs, Some(4.0), None),
        ],
        retention: vec![("bow".to_owned(), stayed)],
        screen: Some(screen()),
        ended_early: None,
        page: Some(ReportPage {
            html: b"<!DOCTYPE html>".to_vec(),
            language: "en".to_owned(),
            title: "Report".to_owned(),
        }),
    }
}

fn read(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}

fn full_bundle() -> Value {
    read(&bundle(&full().export().in_context(context())).unwrap())
}

/// Bundles of every kind of session, as they are written.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let written = |export: &SessionExport<'_>| bundle(export).unwrap();
    let nobody = KeptSession { samples: vec![session(Facing::Right).samples[0].clone()], ..session(Facing::Right) };
    let (mut never, mut still, mut empty) = (nobody.clone(), session(Facing::Right), nobody);
    never.session.repetitions.clear();
    still.session.repetitions.clear();
    empty.samples.clear();
    empty.session.repetitions.clear();
    empty.session.sets.clear();
    empty.session.models.clear();
    empty.session.entry.state = SessionState::Recording;
    let mut outside = session(Facing::Right);
    outside.session.sets.clear();
    outside.session.repetitions.iter_mut().for_each(|kept| kept.set = None);
    let early = ClinicalContext { ended_early: Some("Ended in 2026 before set 3".to_owned()), ..context() };
    vec![
        ("outside the sets", written(&outside.export())),
        ("ended early", written(&full().export().in_context(early.clone()))),
        ("ended early, anonymous", written(&full().export().in_context(early).anonymous())),
        ("full", written(&full().export().in_context(context()))),
        ("plain", written(&session(Facing::Left).export())),
        ("anonymous", written(&full().export().in_context(context()).anonymous())),
        ("never measured", written(&never.export())),
        ("nobody bent", written(&still.export())),
        ("empty", written(&empty.export())),
        ("screened in vain", screened_file(Mobility::default())),
        ("screened without a result", screened_file(screened_without_result())),
    ]
}

fn bundles() -> Vec<(&'static str, Value)> {
    files().into_iter().map(|(name, json)| (name, read(&json))).collect()
}

/// Three bends with each knees, of which two counted.
fn screened_without_result() -> Mobility {
    let tested = Tested { bends: 3, reach: None };
    Mobility { right: Legs { straight: tested, soft: tested }, ..Mobility::default() }
}

fn screened_file(screen: Mobility) -> Vec<u8> {
    let context = ClinicalContext { screen: Some(screen), ..ClinicalContext::default() };
    bundle(&session(Facing::Right).export().in_context(context)).unwrap()
}

fn screened(screen: Mobility) -> Value {
    read(&screened_file(screen))
}

fn resources<'b>(bundle: &'b Value, kind: &str) -> Vec<&'b Value> {
    let resources = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    resources.filter(|resource| resource["resourceType"] == kind).collect()
}

/// The code of our own, or else of others, of something.
fn own(concept: &Value) -> &str {
    let codings = concept["coding"].as_array().unwrap();
    let own = codings.iter().find(|coding| coding["system"] == System::Own.uri());
    own.unwrap_or(&codings[0])["code"].as_str().unwrap()
}

fn observations<'b>(bundle: &'b Value, code: &str) -> Vec<&'b Value> {
    resources(bundle, "Observation").into_iter().filter(|one| own(&one["code"]) == code).collect()
}

fn component<'b>(observation: &'b Value, code: &str) -> &'b Value {
    let components = observation["component"].as_array().unwrap();
    components.iter().find(|component| own(&component["code"]) == code).unwrap_or(&Value::Null)
}

/// Every object in it.
fn objects<'v>(value: &'v Value, take: &mut impl FnMut(&'v Value)) {
    match value {
        Value::Object(object) => {
            take(value);
            object.values().for_each(|value| objects(value, take));
        }
        Value::Array(array) => array.iter().for_each(|value| objects(value, take)),
        _ => {}
    }
}

#[test]
fn every_bundle_keeps_to_the_schema_of_r4() {
    let mut text = String::new();
    GzDecoder::new(SCHEMA).read_to_string(&mut text).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::draft6::new(&schema).unwrap();
    for (name, mut bundle) in bundles() {
        // One by one, as the errors of a whole bundle say only that it is none.
        for entry in bundle["entry"].as_array().unwrap() {
            let errors: Vec<_> = validator.iter_errors(&entry["resource"]).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {}: {errors:?}", entry["resource"]);
        }
        assert!(validator.is_valid(&bundle), "{name}");
        bundle["entry"][3]["resource"]["status"] = json!("perhaps");
        assert!(!validator.is_valid(&bundle), "a schema that takes everything says nothing");
    }
    let system: Value = serde_json::from_str(CODE_SYSTEM).unwrap();
    assert!(validator.is_valid(&system));
}

/// Where `tests/exports/typed` finds bundles, which reads them as the types of another program.
#[test]
#[ignore = "writes to target/bundles"]
fn write_a_bundle_of_every_kind_of_session() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bundles");
    fs::create_dir_all(&folder).unwrap();
    for (name, json) in files() {
        fs::write(folder.join(format!("{name}.json")), json).unwrap();
    }
    fs::write(folder.join("code system.json"), CODE_SYSTEM).unwrap();
}

#[test]
fn every_reference_is_to_an_entry_and_every_entry_is_in_the_report() {
    for (name, bundle) in bundles() {
        let entries = bundle["entry"].as_array().unwrap();
        let urls: Vec<_> = entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
        assert_eq!(urls.iter().collect::<HashSet<_>>().len(), urls.len(), "{name}");
        for entry in entries {
            assert_eq!(entry["fullUrl"], format!("urn:uuid:{}", entry["resource"]["id"].as_str().unwrap()), "{name}");
        }
        let mut referred = HashSet::new();
        objects(&bundle, &mut |object| referred.extend(object.get("reference").and_then(Value::as_str)));
        assert!(referred.iter().all(|reference| urls.contains(reference)), "{name}");
        let report = resources(&bundle, "DiagnosticReport")[0];
        let of = |list: &Value| -> Vec<String> {
            let list = list.as_array().cloned().unwrap_or_default();
            list.iter().map(|one| one["reference"].as_str().unwrap().to_owned()).collect()
        };
        let mut reached = of(&report["result"]);
        let observed = resources(&bundle, "Observation");
        reached.extend(observed.iter().flat_map(|one| of(&one["hasMember"])));
        assert_eq!(reached.len(), observed.len(), "{name}: each once");
    }
}

#[test]
fn the_invariants_of_r4_that_no_schema_checks_hold() {
    for (name, bundle) in bundles() {
        assert_eq!(bundle["type"], "collection");
        objects(&bundle, &mut |object| {
            let empty =
                |value: &Value| *value == json!([]) || *value == json!({}) || *value == json!("") || value.is_null();
            assert!(!object.as_object().unwrap().values().any(empty), "{name}: {object}");
        });
        assert!(bundle.get("total").is_none() && bundle.get("timestamp").is_none(), "{name}");
        for observation in resources(&bundle, "Observation") {
            let has = |value: &Value| value.as_object().unwrap().keys().filter(|key| key.starts_with("value")).count();
            let absent = |value: &Value| usize::from(value.get("dataAbsentReason").is_some());
            let of_parts = [codes::REPETITION.code, codes::RETENTION.code].contains(&own(&observation["code"]));
            let members = of_parts || observation.get("hasMember").is_some();
            let values = has(observation) + absent(observation);
            assert!(if members { values == 0 } else { values == 1 }, "{name}, obs-6: {observation}");
            for component in observation["component"].as_array().unwrap_or(&Vec::new()) {
                assert_eq!(has(component) + absent(component), 1, "{name}: {component}");
                assert_ne!(own(&component["code"]), own(&observation["code"]), "{name}, obs-7");
            }
            let status = if name == "empty" { "preliminary" } else { "final" };
            assert_eq!(observation["status"], status, "{name}");
        }
    }
}

#[test]
fn every_code_stands_in_the_table_and_every_number_has_its_unit() {
    let mut seen = HashSet::new();
    for (name, bundle) in bundles() {
        objects(&bundle, &mut |object| {
            let Some(system) = object.get("system").filter(|_| object.get("display").is_some()) else { return };
            let known = TABLE.iter().find(|code| *system == code.system.uri() && object["code"] == code.code);
            let known = known.unwrap_or_else(|| panic!("{name}: {object} is not in the table"));
            assert_eq!(object["display"], known.display);
            seen.insert(known.code);
        });
        objects(&bundle, &mut |object| {
            let Some(quantity) = object.get("valueQuantity") else { return };
            let code = TABLE.iter().find(|code| code.code == own(&object["code"])).unwrap();
            assert_eq!(quantity["system"], codes::UCUM);
            assert_eq!(
                (quantity["code"].as_str(), &quantity["unit"]),
                (code.unit.ucum(), &quantity["code"]),
                "{object}"
            );
        });
    }
    let all: HashSet<_> = TABLE.iter().map(|code| (code.system.uri(), code.code)).collect();
    assert_eq!(all.len(), TABLE.len(), "each code once");
    assert!(seen.len() > TABLE.len() / 2, "{seen:?}");
}

/// The units by what the other files say, by the names, and by the guides that the codes were found in: a table that lies does
/// not agree with all of them.
#[test]
fn the_units_are_those_of_the_other_files() {
    let unit = |code: &str| TABLE.iter().find(|known| known.code == code).unwrap().unit;
    for (definition, code) in [
        ("hip_flexion_deg", "hip-flexion"),
        ("lumbar_flexion_deg", "lumbar-flexion"),
        ("trunk_inclination_deg", "trunk-inclination"),
        ("knee_flexion_deg", "knee-flexion"),
        ("standing_doubt_deg", "standing-doubt"),
        ("lumbar_share", "lumbar-share"),
        ("verdict_probability", "verdict-probability"),
        ("confidence", "confidence"),
        ("time_s", "bottom-time"),
    ] {
        let known = DEFINITIONS.iter().find(|known| known.name == definition).unwrap();
        let expected = match known.unit {
            "degree" => UcumUnit::Degree,
            "s" => UcumUnit::Second,
            _ => UcumUnit::Percent, // a part of a whole, which files have as a fraction
        };
        assert_eq!(unit(code), expected, "{code}");
    }
    for code in TABLE.iter().filter(|code| code.system == System::Own) {
        let has = |parts: &[&str]| parts.iter().any(|part| code.code.contains(part));
        let expected = match () {
            () if has(&[
                "no-",
                "state-",
                "flaw",
                "verdict-hips",
                "verdict-mixed",
                "verdict-back",
                "activity",
                "repetition",
            ]) =>
            {
                UcumUnit::None
            }
            () if has(&["flexion", "inclination", "doubt", "reach"]) => UcumUnit::Degree,
            () if has(&["share", "probability", "confidence", "frames"]) => UcumUnit::Percent,
            () if has(&["-time"]) => UcumUnit::Second,
            () if has(&["pain", "rmdq", "psfs"]) => UcumUnit::Score,
            () => UcumUnit::None,
        };
        assert_eq!(code.unit, expected, "{}", code.code);
    }
    assert_eq!([codes::PAIN_NRS, codes::ODI].map(|code| code.unit.ucum()), [Some("{score}"); 2]);
    assert!(TABLE.iter().all(|code| code.about.len() > 5 && !code.display.is_empty()));
}

#[test]
fn every_word_that_files_have_has_a_code() {
    for state in State::ALL.into_iter().filter(|state| *state != State::Measured) {
        let code = codes::of_word("state", state.word()).unwrap_or_else(|| panic!("{}", state.word()));
        assert_eq!(code.display, meaning(state));
    }
    for flaw in ["bent_knees", "leaning", "arm_up", "not_still"] {
        assert!(StandingFlaw::from_word(flaw).is_some() && codes::of_word("flaw", flaw).is_some(), "{flaw}");
    }
    for reason in [NoVerdict::TooSmall, NoVerdict::BottomHidden, NoVerdict::LeftOpen(Angle::zero())] {
        assert!(codes::of_word("no-verdict", reason.word()).is_some(), "{reason:?}");
    }
    for verdict in [Verdict::Hips, Verdict::Mixed, Verdict::Back] {
        assert!(codes::of_word("verdict", Verdict::word(Some(verdict))).is_some());
    }
}

/// `BENDWISE_ACCEPT=1` writes the file anew; a change of a code or its meaning raises the version, too.
#[test]
fn the_code_system_that_is_given_out_is_the_table() {
    let told = serde_json::to_value(super::resource::FhirResource::CodeSystem(code_system::code_system())).unwrap();
    if std::env::var_os("BENDWISE_ACCEPT").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fhir-codesystem.json");
        fs::write(path, format!("{}\n", serde_json::to_string_pretty(&told).unwrap())).unwrap();
        return;
    }
    assert_eq!(serde_json::from_str::<Value>(CODE_SYSTEM).unwrap(), told);
    assert_eq!(resources(&full_bundle(), "CodeSystem"), [&told]);
}

#[test]
fn the_same_session_gives_the_same_bytes_and_persons_and_devices_keep_their_ids() {
    let whole = full();
    let written = |whole: &KeptSession| bundle(&whole.export().in_context(context())).unwrap();
    assert_eq!(written(&whole), written(&whole));
    let mut other = full();
    other.session.entry.uid = "ff".repeat(16);
    let id = |whole: &KeptSession, kind: &str| resources(&read(&written(whole)), kind)[0]["id"].clone();
    assert_eq!([id(&whole, "Patient"), id(&whole, "Device")], [id(&other, "Patient"), id(&other, "Device")]);
    assert_ne!(id(&whole, "Procedure"), id(&other, "Procedure"));
    let typed_in = |whole: &KeptSession| observations(&read(&written(whole)), "97909-6")[0].clone();
    assert_eq!(typed_in(&whole), typed_in(&other), "one score, in the bundles of two sessions of its day");
    other.session.models[0].1 = "4567".to_owned();
    assert_ne!(id(&whole, "Device"), id(&other, "Device"));
}

#[test]
fn a_repetition_has_the_values_of_the_summary() {
    let whole = full();
    let mut out = Vec::new();
    whole.export().files(ExportFormat::Json, CsvDialect::Standard).unwrap()[0].write(&mut out).unwrap();
    let (summary, bundle) = (read(&out), full_bundle());
    let told: Vec<_> = observations(&bundle, "repetition")
        .into_iter()
        .filter(|one| component(one, "repetition-number")["valueInteger"] != 1)
        .collect();
    let reps = summary["reps"].as_array().unwrap();
    assert_eq!(told.len(), reps.len());
    for (one, rep) in told.iter().zip(reps) {
        let value = |code: &str| component(one, code)["valueQuantity"]["value"].as_f64();
        let same = |value: Option<f64>, expected: Option<f64>, within: f64| match (value, expected) {
            (Some(value), Some(expected)) => assert!((value - expected).abs() <= within, "{value} for {expected}"),
            (value, expected) => assert_eq!(value, expected),
        };
        for (code, key, interval) in [
            ("hip-flexion", "hip_flexion_deg", Some("hip_flexion_interval_deg")),
            ("lumbar-flexion", "lumbar_flexion_deg", Some("lumbar_flexion_interval_deg")),
            ("trunk-inclination", "trunk_inclination_deg", None),
            ("knee-flexion", "knee_flexion_deg", None),
            ("standing-doubt", "standing_doubt_deg", None),
        ] {
            same(value(code), rep[key].as_f64(), 0.0501);
            if let Some(interval) = interval {
                let (middle, half) = (rep[key].as_f64().unwrap(), rep[interval].as_f64().unwrap());
                same(value(&format!("{code}-lower")), Some(middle - half), 0.0601);
                same(value(&format!("{code}-upper")), Some(middle + half), 0.0601);
            }
        }
        let hundred = |key: &str| rep[key].as_f64().map(|fraction| 100.0 * fraction);
        for (code, key) in [("verdict-probability", "verdict_probability"), ("confidence", "confidence")] {
            same(value(code), hundred(key), 0.0501);
        }
        if rep["bottom_hidden"] == true {
            assert_eq!(own(&component(one, "lumbar-share")["dataAbsentReason"]), "no-verdict-bottom_hidden");
        } else {
            same(value("lumbar-share"), hundred("lumbar_share"), 0.0501);
        }
        for (code, key) in [("start-time", "start_s"), ("bottom-time", "bottom_s"), ("end-time", "end_s")] {
            same(value(code), rep[key].as_f64(), 1e-9);
        }
        let word = |name: &str, group: &str| format!("{group}-{}", rep[name].as_str().unwrap_or_default());
        match rep["no_verdict"].as_str() {
            None => assert_eq!(own(&component(one, "verdict")["valueCodeableConcept"]), word("verdict", "verdict")),
            Some(_) => {
                assert_eq!(own(&component(one, "verdict")["dataAbsentReason"]), word("no_verdict", "no-verdict"));
            }
        }
        assert_eq!(component(one, "bottom-hidden")["valueBoolean"], rep["bottom_hidden"]);
    }
}

#[test]
fn the_medians_are_those_of_the_trend_and_sets_that_asked_for_the_back_are_apart() {
    let (whole, bundle) = (full(), full_bundle());
    let panels = observations(&bundle, "bends");
    let counted: Vec<_> =
        panels.iter().map(|panel| component(panel, "repetitions")["valueInteger"].as_u64().unwrap()).collect();
    assert_eq!(counted, [1, 6, 1, 0]);
    let compared: Vec<_> = whole.session.compared().cloned().collect();
    let past = Past::of("a", &whole.session.entry.began, &compared);
    let (share, depth, reach) = (past.share.unwrap(), past.depth.unwrap(), past.reach.unwrap());
    for (code, point) in [("lumbar-share", share), ("hip-flexion", depth)] {
        for (suffix, expected) in [
            ("", point.value),
            ("-lower", point.value - point.half_width_90),
            ("-upper", point.value + point.half_width_90),
        ] {
            let value = component(panels[1], &format!("{code}{suffix}"))["valueQuantity"]["value"].as_f64().unwrap();
            assert!((value - f64::from(expected)).abs() < 0.0501, "{code}{suffix}: {value} for {expected}");
        }
    }
    let reached = &observations(&bundle, "hip-reach")[1]["valueQuantity"];
    assert!((reached["value"].as_f64().unwrap() - f64::from(reach.angle.to_degrees())).abs() < 0.0501);
    assert_eq!(reached.get("comparator").is_some(), !reach.limited);
    let goals: Vec<_> = panels.iter().map(|panel| own(&component(panel, "goal")["valueCodeableConcept"])).collect();
    assert_eq!(goals, ["goal-hips", "goal-hips", "goal-back", "goal-any"]);
    assert_eq!(own(&component(panels[0], "purpose")["valueCodeableConcept"]), "purpose-retention");
    assert_eq!(component(panels[1], "repetitions-from-hips")["valueInteger"], 2);
}

#[test]
fn digits_are_those_that_were_meant() {
    let json = String::from_utf8(bundle(&full().export().in_context(context())).unwrap()).unwrap();
    for told in ["\"value\": 70.0,", "\"value\": 22.5,", "\"value\": 3,", "\"value\": 0.12,", "\"value\": 62.5,"] {
        assert!(json.contains(told), "{told}");
    }
    assert!(!json.contains("null") && !json.contains("-0.0,"));
}

#[test]
fn what_was_asked_and_left_out_is_told_as_that() {
    let bundle = full_bundle();
    let after = observations(&bundle, "pain-after")[0];
    assert_eq!(own(&after["dataAbsentReason"]), "left-out");
    assert_eq!(after["dataAbsentReason"]["coding"][0]["code"], "asked-declined");
    let before = observations(&bundle, "pain-before")[0];
    assert_eq!(before["code"]["coding"][0]["code"], "72514-3");
    assert_eq!(
        (before["valueQuantity"]["value"].as_i64(), &before["effectiveDateTime"]),
        (Some(3), &json!("2026-11-22T08:30:00.000+01:00"))
    );
    let odi = observations(&bundle, "97909-6")[0];
    assert_eq!(
        (&odi["effectiveDateTime"], odi.get("partOf")),
        (&json!("2026-11-22"), None),
        "typed in: the day is known, no session"
    );
    assert_eq!(component(observations(&bundle, "psfs")[0], "psfs-activity")["valueString"], "lifting my son");
}

/// The later may be what corrects the earlier, and other versions have other scales.
#[test]
fn all_scores_of_one_day_are_told() {
    let mut context = context();
    let typed =
        |value, version: &str| Score { version: version.to_owned(), ..score(Instrument::Rmdq, Some(value), None) };
    context.scores = vec![typed(17.0, "24"), typed(9.0, "24"), typed(20.0, "23"), typed(9.0, "24")];
    let told = |context: ClinicalContext| -> Value {
        serde_json::from_slice(&bundle(&full().export().in_context(context)).unwrap()).unwrap()
    };
    let whole = told(context.clone());
    let values: Vec<_> =
        observations(&whole, "rmdq").iter().map(|one| one["valueQuantity"]["value"].as_f64()).collect();
    assert_eq!(values, [17.0, 9.0, 20.0, 9.0].map(Some));
    let id = |bundle: &Value| observations(bundle, "rmdq")[0]["id"].clone();
    context.scores.truncate(1);
    assert_eq!(id(&told(context)), id(&whole), "what comes later changes no id");
}

#[test]
fn where_nothing_was_measured_the_reason_is_told() {
    let reason = |name: &str| {
        let (_, bundle) = bundles().into_iter().find(|(one, _)| *one == name).unwrap();
        let bends = observations(&bundle, "bends");
        (bends.len(), bends[0]["dataAbsentReason"].clone())
    };
    let (count, never) = reason("never measured");
    assert_eq!((count, own(&never), &never["text"]), (1, "state-nobody", &json!("nobody is in view")));
    assert_eq!(own(&reason("nobody bent").1), "no-bend");
    assert_eq!(own(&reason("empty").1), "no-picture");
}

#[test]
fn bends_outside_the_sets_are_told_and_are_not_called_none() {
    let bundle = bundles().swap_remove(0).1;
    let [bends] = observations(&bundle, "bends")[..] else { panic!("{bundle}") };
    let why = &bends["dataAbsentReason"];
    let bend_count = session(Facing::Right).session.repetitions.len();
    let expected = match bend_count {
        1 => "No set was begun; 1 bend outside the sets, not counted".to_owned(),
        count => format!("No set was begun; {count} bends outside the sets, not counted"),
    };
    assert_eq!((own(why), why["text"].as_str()), ("no-bend-in-set", Some(expected.as_str())));
    assert_eq!(why["coding"][0]["code"], "not-applicable");
    assert_eq!(component(bends, "repetitions")["valueInteger"], 0);
}

#[test]
fn a_session_that_ended_before_all_was_done_is_stopped_and_says_where() {
    let of = |name: &str| {
        let (_, bundle) = bundles().into_iter().find(|(one, _)| *one == name).unwrap();
        resources(&bundle, "Procedure")[0].clone()
    };
    let early = of("ended early");
    assert_eq!((&early["status"], own(&early["statusReason"])), (&json!("stopped"), "ended-early"));
    assert_eq!(early["statusReason"]["text"], "Ended in 2026 before set 3");
    let anonymous = of("ended early, anonymous");
    assert!(anonymous["status"] == "stopped" && !anonymous.to_string().contains("2026"), "{anonymous}");
    assert_eq!((of("full")["status"].as_str(), of("full").get("statusReason")), (Some("completed"), None));
    let mut broken = session(Facing::Right);
    broken.session.entry.state = SessionState::Recovered;
    let broken = resources(&read(&bundle(&broken.export()).unwrap()), "Procedure")[0].clone();
    assert_eq!((&broken["status"], own(&broken["statusReason"])), (&json!("stopped"), "broke-off"));
}

/// The chosen code of a component.
fn chosen<'b>(observation: &'b Value, code: &str) -> &'b str {
    own(&component(observation, code)["valueCodeableConcept"])
}

#[test]
fn a_mobility_screen_is_told_with_its_intervals_and_what_it_cannot_tell() {
    let bundle = full_bundle();
    let panel = observations(&bundle, "mobility-screen")[0];
    assert_eq!(panel["hasMember"].as_array().unwrap().len(), 8);
    let results = observations(&bundle, "mobility-reach");
    let told = |one: &Value| {
        let number = |value: &Value| value["valueQuantity"]["value"].as_f64();
        let bounds = ["lower", "upper"].map(|end| number(component(one, &format!("mobility-reach-{end}"))));
        (number(one), one["valueQuantity"]["comparator"].as_str().map(str::to_owned), bounds)
    };
    let of = |side: &str, knees: &str| {
        let is = |one: &&&Value| (chosen(one, "side"), chosen(one, "knees")) == (side, knees);
        *results.iter().find(is).unwrap()
    };
    assert_eq!(told(of("side-right", "knees-straight")), (Some(40.0), None, [Some(34.0), Some(46.0)]));
    assert_eq!(told(of("side-right", "knees-soft")), (Some(63.0), Some(">=".into()), [Some(57.0), Some(69.0)]));
    assert_eq!(component(of("side-right", "knees-soft"), "mobility-bends")["valueInteger"], 4);
    let untried = of("side-left", "knees-soft");
    assert_eq!(untried["dataAbsentReason"]["coding"][0]["code"], "not-performed");
    assert_eq!((own(&untried["dataAbsentReason"]), told(untried).0), ("no-trial", None));

    let soft = observations(&bundle, "soft-against-straight");
    let difference = &component(soft[0], "reach-difference")["valueQuantity"];
    assert_eq!((own(&soft[0]["valueCodeableConcept"]), chosen(soft[0], "side")), ("compared-more", "side-right"));
    assert_eq!((difference["value"].as_f64(), &difference["comparator"]), (Some(23.0), &json!(">=")));
    assert_eq!(own(&soft[1]["dataAbsentReason"]), "no-comparison");
    let sides = observations(&bundle, "right-against-left");
    assert_eq!(
        (own(&sides[0]["valueCodeableConcept"]), chosen(sides[0], "knees")),
        ("compared-less", "knees-straight")
    );
    assert_eq!(component(sides[0], "reach-difference")["valueQuantity"]["value"], 20.0);
    assert_eq!(own(&sides[1]["dataAbsentReason"]), "no-comparison");
    for one in soft.iter().chain(&sides) {
        assert_eq!(one["derivedFrom"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn of_a_mobility_screen_without_a_result_the_reason_is_told() {
    let broken_off = screened(Mobility::default());
    let panel = observations(&broken_off, "mobility-screen")[0];
    assert_eq!((own(&panel["dataAbsentReason"]), panel.get("hasMember")), ("no-trial", None));
    let in_vain = screened(screened_without_result());
    let results = observations(&in_vain, "mobility-reach");
    let reasons: Vec<_> = results.iter().map(|one| own(&one["dataAbsentReason"])).collect();
    assert_eq!(reasons, ["no-three-bends"; 2]);
    assert!(observations(&in_vain, "right-against-left").is_empty(), "the other side was not tried");
    // The hips had not ended before the low back in the bend that went less far: nobody knows how far they would have gone.
    let open = |limited| Reach { angle: degrees(40.0), half_width_90: degrees(6.0), limited };
    let further = Reach { angle: degrees(63.0), ..open(true) };
    let soft = |straight, soft| {
        let [straight, soft] = [straight, soft].map(|reach| Tested { bends: 3, reach: Some(reach) });
        screened(Mobility { right: Legs { straight, soft }, ..Mobility::default() })
    };
    let (open, alike) = (soft(open(false), further), soft(further, further));
    assert_eq!(own(&observations(&open, "soft-against-straight")[0]["dataAbsentReason"]), "no-end-seen");
    let alike = observations(&alike, "soft-against-straight")[0];
    assert_eq!(own(&alike["valueCodeableConcept"]), "compared-alike");
    assert_eq!(component(alike, "reach-difference"), &Value::Null);
    // A session that was no screen says nothing of one.
    let plain = read(&bundle(&session(Facing::Left).export()).unwrap());
    assert!(observations(&plain, "mobility-screen").is_empty());
}

#[test]
fn an_anonymous_bundle_has_no_moment_no_page_and_no_word_of_the_persons() {
    let (_, bundle) = bundles().into_iter().find(|(name, _)| *name == "anonymous").unwrap();
    let text = bundle.to_string();
    for told in [
        "2026",
        "lifting",
        "How strong",
        "presentedForm",
        "effective",
        "performedPeriod",
        "0123456789abcdef0123456789abcdef",
    ] {
        assert!(!text.contains(told), "{told}");
    }
    assert!(text.contains("p-0123456789") && text.contains("PSEUDED"));
    let dated = full_bundle();
    assert!(dated.to_string().contains("presentedForm"));
    let ids = |bundle: &Value| -> HashSet<String> {
        let observed = resources(bundle, "Observation").into_iter().chain(resources(bundle, "Procedure"));
        observed.map(|one| one["id"].to_string()).collect()
    };
    assert!(ids(&dated).is_disjoint(&ids(&bundle)), "who has both cannot put them together by their ids");
}

#[test]
fn numbers_that_are_none_become_reasons() {
    let mut whole = full();
    whole.session.repetitions[1].repetition.bend.hip_flexion = Angle::radians(f32::MAX);
    whole.session.repetitions[1].repetition.bend.knee_flexion = Angle::radians(f32::INFINITY);
    let json = bundle(&whole.export()).unwrap();
    assert!(read(&json)["entry"].as_array().unwrap().len() > 10);
}
