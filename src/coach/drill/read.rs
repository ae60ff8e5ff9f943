//! Parses the text of a file into a [`Drill`]. The fields are documented for authors in `assets/drills/README.md`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use euclid::Angle;

use super::fields::{Field, Fields, Script};
use super::{
    Bends, Check, Drill, DrillError, DrillFault, Figure, FigurePosture, Judged, Keyframe, KneeSetting, Limb, Position,
    Prop,
};
use super::{FALLBACK_LANGUAGE, Task, Tempo, Text, Texts, Word};
use crate::coach::Goal;
use crate::coach::feedback::FeedbackPlan;

/// The most repetitions in a set, and the most seconds of a hold.
pub(crate) const REPETITIONS: RangeInclusive<u32> = 1..=50;
pub(super) const SECONDS: RangeInclusive<u32> = 5..=300;
pub(super) const SETS: RangeInclusive<u32> = 1..=10;
const REST: RangeInclusive<u32> = 0..=300;
/// Duration of one phase of a repetition, seconds.
const TEMPO: RangeInclusive<f32> = 0.0..=15.0;
/// Range of motion of hip and knee, degrees (`METHOD.md`, "Definitions").
const HIPS: RangeInclusive<f32> = 0.0..=120.0;
const KNEES: RangeInclusive<f32> = -10.0..=150.0;
/// Inclinations of a figure's parts, degrees: any direction, with room to go the short way round.
const INCLINATION: RangeInclusive<f32> = -270.0..=270.0;
/// Visible share of a length from the side.
const SEEN: RangeInclusive<f32> = 0.0..=1.0;
/// Duration of one loop of a figure, seconds.
const ROUND: RangeInclusive<f32> = 1.0..=30.0;

/// The word for the kind of task.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Bend,
    Hold,
    Flow,
}

impl Word for Kind {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Bend, "bend"), (Self::Hold, "hold"), (Self::Flow, "flow")];
}

/// The word for where bends should come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdicts {
    Hips,
    Contrast,
    Test,
    Not,
}

impl Word for Verdicts {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Hips, "hips"), (Self::Contrast, "contrast"), (Self::Test, "test"), (Self::Not, "none")];
}

impl Drill {
    /// Parses a drill. `file` is its path, as shown in messages; the file name without `.toml` becomes the drill's id.
    ///
    /// # Errors
    /// If it contains an error: the first one, with its line and field.
    pub fn parse(file: &str, text: &str) -> Result<Self, DrillError> {
        let script = Script { file, text };
        let id = id(script)?;
        let table = script.parse()?;
        let mut fields = Fields::of(script, &table);
        let position = fields.need("position", "the posture it is done in")?.word()?;
        let checked = checked(&mut fields, position)?;
        let task = task(&mut fields, position, checked)?;
        let drill = Self {
            id,
            sets: fields.need("sets", "how often it is done")?.whole(SETS)?,
            rest: seconds(fields.need("rest_s", "seconds between two sets")?.whole(REST)?),
            sides: fields.need("sides", "both at once, or each in turn")?.word()?,
            position,
            checked,
            check: check(&mut fields, position)?,
            arms: fields.need("arms", "where the arms are")?.word()?,
            cues: fields.find("cues").map(|cues| cues_of(&cues, checked)).transpose()?.unwrap_or_default(),
            feedback: feedback(&mut fields, &task)?,
            task,
            texts: texts(&mut fields, text_of)?,
            figure: figure(fields.need("figure", "how the movement looks")?.fields()?, position)?,
        };
        fields.finish()?;
        Ok(drill)
    }
}

/// Returns the name of a file without `.toml`.
pub(super) fn id(script: Script<'_>) -> Result<String, DrillError> {
    let path = Path::new(script.file);
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() || !name.chars().all(plain) {
        let fault = DrillFault::Clash("must be small letters, figures and hyphens, as in waiters-bow.toml".to_owned());
        return Err(script.error(0, "the name of the file", fault));
    }
    Ok(name.to_owned())
}

fn checked(fields: &mut Fields<'_>, position: Position) -> Result<bool, DrillError> {
    let field = fields.need("checked", "whether the camera measures it: true or false")?;
    let checked = field.flag()?;
    if checked && !position.stands() {
        let fault = "is true, but the camera can only measure somebody who stands (position)";
        return Err(field.error(DrillFault::Clash(fault.to_owned())));
    }
    Ok(checked)
}

fn check(fields: &mut Fields<'_>, position: Position) -> Result<Option<Check>, DrillError> {
    let Some(field) = fields.find("check") else { return Ok(None) };
    let check: Check = field.word()?;
    if check.position() != position {
        let fault = format!("is \"{}\", but position is \"{}\"", check.word(), position.word());
        return Err(field.error(DrillFault::Clash(fault)));
    }
    Ok(Some(check))
}

fn task(fields: &mut Fields<'_>, position: Position, checked: bool) -> Result<Task, DrillError> {
    let field = fields.need("kind", "what is done: bend, hold or flow")?;
    let kind: Kind = field.word()?;
    if kind == Kind::Bend {
        if !checked {
            let fault = "is \"bend\", but bends are counted by the camera: set checked = true, or kind = \"flow\"";
            return Err(field.error(DrillFault::Clash(fault.to_owned())));
        }
        return Ok(Task::Bend(bends(fields, position)?));
    }
    let time = seconds(fields.need("seconds", "how long each side is done")?.whole(SECONDS)?);
    Ok(if kind == Kind::Hold { Task::Hold(time) } else { Task::Flow(time) })
}

fn bends(fields: &mut Fields<'_>, position: Position) -> Result<Bends, DrillError> {
    let repetitions = fields.need("repetitions", "how many bends a set has")?.whole(REPETITIONS)?;
    let mut goal = fields.need("goal", "what a bend should be like")?.fields()?;
    let hips = goal.need("hips_deg", "hip flexion at the bottom, as [50, 70]")?.range(HIPS)?;
    let knees: KneeSetting = goal.need("knees", "straight, soft or bent")?.word()?;
    let knee_flexion = goal.find("knees_deg").map(|range| range.range(KNEES)).transpose()?;
    let knee_flexion = knee_flexion.unwrap_or_else(|| knees.flexion_deg());
    let verdict = goal.need("verdict", "hips, contrast, test or none")?;
    let judged = match verdict.word()? {
        Verdicts::Hips => Judged::Hips,
        Verdicts::Test => Judged::Test,
        Verdicts::Not => Judged::Not,
        Verdicts::Contrast => {
            let other =
                fields.need("contrast_figure", "how the bend from the back looks (goal.verdict is contrast)")?;
            Judged::Contrast(figure(other.fields()?, position)?)
        }
    };
    goal.finish()?;
    Ok(Bends {
        repetitions,
        tempo: tempo(fields)?,
        goal: Goal { least: Angle::degrees(*hips.start()), most: Angle::degrees(*hips.end()) },
        knees,
        knee_flexion: Angle::degrees(*knee_flexion.start())..=Angle::degrees(*knee_flexion.end()),
        judged,
    })
}

fn tempo(fields: &mut Fields<'_>) -> Result<Tempo, DrillError> {
    let mut tempo = fields.need("tempo", "how fast a bend is")?.fields()?;
    let mut part = |key, why| tempo.need(key, why)?.number(TEMPO).map(Duration::from_secs_f32);
    let read = Tempo {
        down: part("down_s", "seconds from standing to the bottom")?,
        hold: part("hold_s", "seconds at the bottom")?,
        up: part("up_s", "seconds back to standing")?,
    };
    tempo.finish()?;
    Ok(read)
}

/// The schedules of words and tone; what is not given is as by default.
fn feedback(fields: &mut Fields<'_>, task: &Task) -> Result<FeedbackPlan, DrillError> {
    let Some(field) = fields.find("feedback") else { return Ok(FeedbackPlan::default()) };
    if !matches!(task, Task::Bend(_)) {
        let fault = "is given, but only bends are judged one by one (kind)";
        return Err(field.error(DrillFault::Clash(fault.to_owned())));
    }
    let mut feedback = field.fields()?;
    let mut schedule = |key| feedback.find(key).map(|field| field.word()).transpose().map(Option::unwrap_or_default);
    let read = FeedbackPlan { words: schedule("words")?, tone: schedule("tone")? };
    feedback.finish()?;
    Ok(read)
}

fn cues_of<W: Word>(cues: &Field<'_>, checked: bool) -> Result<Vec<W>, DrillError> {
    let list = cues.list("a list of cues")?;
    if !checked && !list.is_empty() {
        let fault = "are given, but without checked = true nothing is measured that they could be about";
        return Err(cues.error(DrillFault::Clash(fault.to_owned())));
    }
    list.iter().map(Field::word).collect()
}

/// Parses the texts in each language: the tables `[text.en]`, `[text.de]` and so on.
pub(super) fn texts<T>(
    fields: &mut Fields<'_>,
    read: fn(Fields<'_>) -> Result<T, DrillError>,
) -> Result<Texts<T>, DrillError> {
    const WHY: &str = "every file needs its English words, [text.en]";
    let mut languages = fields.need("text", WHY)?.fields()?;
    let english = read(languages.need(FALLBACK_LANGUAGE, WHY)?.fields()?)?;
    let mut others = BTreeMap::new();
    for (language, field) in languages.all().filter(|(language, _)| *language != FALLBACK_LANGUAGE) {
        if language.len() != 2 || !language.bytes().all(|letter| letter.is_ascii_lowercase()) {
            let fault = "must be a language in two small letters, as in [text.de]";
            return Err(field.error(DrillFault::Clash(fault.to_owned())));
        }
        others.insert(language.to_owned(), read(field.fields()?)?);
    }
    Ok(Texts { english, others })
}

pub(super) fn text_of(mut fields: Fields<'_>) -> Result<Text, DrillError> {
    let how = fields.need("how", "two to four sentences that tell how it is done")?;
    let sentences = how.list("a list of sentences")?;
    if !Text::HOW.contains(&sentences.len()) {
        let fault = format!("has {} sentences, but must have two to four", sentences.len());
        return Err(how.error(DrillFault::Clash(fault)));
    }
    let text = Text {
        name: fields.need("name", "a few words")?.text(Text::LONGEST_NAME)?,
        purpose: fields.need("purpose", "one sentence that tells what it is for")?.text(Text::LONGEST_SENTENCE)?,
        how: sentences.iter().map(|sentence| sentence.text(Text::LONGEST_SENTENCE)).collect::<Result<_, _>>()?,
        mind: fields.need("mind", "one sentence that tells what to be careful of")?.text(Text::LONGEST_SENTENCE)?,
        source: fields.need("source", "the paper or the practice it comes from")?.text(Text::LONGEST_SOURCE)?,
    };
    fields.finish()?;
    Ok(text)
}

fn figure(mut fields: Fields<'_>, position: Position) -> Result<Figure, DrillError> {
    let prop: Prop = fields.need("prop", "none, dowel, wall or box")?.word()?;
    let length = fields.need("round_s", "seconds until the movement begins again")?;
    let round = Duration::from_secs_f32(length.number(ROUND)?);
    let list = fields.need("keyframes", "the postures the figure goes through")?;
    let mut keyframes: Vec<Keyframe> = Vec::new();
    for entry in list.list("a list of postures")? {
        let keyframe = keyframe(entry.fields()?)?;
        let in_order = keyframes.last().map_or(keyframe.at.is_zero(), |last| last.at < keyframe.at);
        if !in_order || keyframe.at >= round {
            let fault = "has the wrong at_s: the first must be 0, each later than the one before, all before round_s";
            return Err(entry.error(DrillFault::Clash(fault.to_owned())));
        }
        keyframes.push(keyframe);
    }
    if keyframes.is_empty() {
        return Err(list.error(DrillFault::Clash("must hold at least one posture".to_owned())));
    }
    fields.finish()?;
    Ok(Figure { prop, rests: position.into(), keyframes, round })
}

fn keyframe(mut fields: Fields<'_>) -> Result<Keyframe, DrillError> {
    let at = fields.need("at_s", "when the posture is reached")?.number(0.0..=*ROUND.end())?;
    let mut part = |key| fields.need(key, "degrees from the vertical, forward is positive")?.number(INCLINATION);
    let [shank, thigh, pelvis, upper_back] = [part("shank")?, part("thigh")?, part("pelvis")?, part("upper_back")?];
    let [neck, upper_arm, forearm] = [part("neck")?, part("upper_arm")?, part("forearm")?];
    let mut other = |key, plain: f32, range| fields.find(key).map_or(Ok(plain), |field| field.number(range));
    let foot = other("foot", 90.0, INCLINATION)?;
    let near = [shank, thigh, foot].map(Angle::degrees);
    let far = [
        other("far_shank", shank, INCLINATION)?,
        other("far_thigh", thigh, INCLINATION)?,
        other("far_foot", foot, INCLINATION)?,
    ];
    let seen = [other("thigh_seen", 1.0, SEEN)?, other("shank_seen", 1.0, SEEN)?];
    let far_seen = [other("far_thigh_seen", 1.0, SEEN)?, other("far_shank_seen", 1.0, SEEN)?];
    let hand = other("hand", forearm, INCLINATION)?;
    let forearm_seen = other("forearm_seen", 1.0, SEEN)?;
    fields.finish()?;
    let limb = |[shank, thigh, foot]: [Angle<f32>; 3], [thigh_seen, shank_seen]: [f32; 2]| Limb {
        thigh,
        shank,
        foot,
        thigh_seen,
        shank_seen,
    };
    let posture = FigurePosture {
        near: limb(near, seen),
        far: limb(far.map(Angle::degrees), far_seen),
        pelvis: Angle::degrees(pelvis),
        upper_back: Angle::degrees(upper_back),
        neck: Angle::degrees(neck),
        upper_arm: Angle::degrees(upper_arm),
        forearm: Angle::degrees(forearm),
        forearm_seen,
        hand: Angle::degrees(hand),
    };
    Ok(Keyframe { at: Duration::from_secs_f32(at), posture })
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Verdict;
    use crate::coach::feedback::Schedule;

    const BOW: &str = include_str!("../../../assets/drills/bow.toml");

    #[test]
    fn a_drill_says_what_its_file_says() {
        let bow = Drill::parse("drills/bow.toml", BOW).unwrap();
        assert_eq!((bow.id.as_str(), bow.sets, bow.rest), ("bow", 3, Duration::from_secs(30)));
        let bends = bow.bends().unwrap();
        assert_eq!((bends.repetitions, bends.tempo.down, bends.knees), (8, Duration::from_secs(2), KneeSetting::Soft));
        assert!((bends.goal.least.to_degrees() - 50.0).abs() < 1e-3);
        assert_eq!((bow.wanted(0), bow.wanted(1)), (Some(Verdict::Hips), Some(Verdict::Hips)));
        assert_eq!(bow.text("fr"), &bow.texts.english);
        assert_eq!(bow.duration(), Duration::from_secs(3 * 8 * 5 + 2 * 30));
    }

    /// The message for the bow with one part of it replaced.
    fn said(from: &str, to: &str) -> String {
        assert!(BOW.contains(from), "{from}");
        Drill::parse("bow.toml", &BOW.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn whatever_is_wrong_is_told_with_file_line_and_field() {
        for (from, to, expected) in [
            ("sets = 3", "sets 3", "bow.toml, line 2: sets 3 cannot be read"),
            ("rest_s", "rests", "bow.toml, line 1: rest_s is missing: seconds between two sets"),
            (
                "sets = 3",
                "sets = 3\nset = 3",
                "bow.toml, line 3: set is not a field that belongs here (did you mean sets?)",
            ),
            ("sets = 3", "sets = 3\nsets = 4", "bow.toml, line 3: sets cannot be read"),
            ("sets = 3", "sets = \"3\"", "bow.toml, line 2: sets must be a whole number, not a text"),
            ("sets = 3", "sets = 0", "bow.toml, line 2: sets is 0, but must be from 1 to 10"),
            ("sets = 3", "sets = -3", "bow.toml, line 2: sets is -3, but must be from 1 to 10"),
            ("[50, 70]", "[50, 700]", "bow.toml, line 12: goal.hips_deg[2] is 700, but must be from 0 to 120"),
            ("[50, 70]", "[70, 50]", "bow.toml, line 12: goal.hips_deg must be two numbers in brackets"),
            ("\"crossed\"", "\"crosed\"", "bow.toml, line 8: arms is \"crosed\", but must be one of: crossed, hanging"),
            ("\"squat\"", "\"sqat\"", "bow.toml, line 9: cues[1] is \"sqat\", but must be one of"),
            ("text.en", "text.fr", "bow.toml, line 21: text.en is missing: every file needs its English words"),
            (
                "[figure]",
                "[text.deutsch]\n[figure]",
                "bow.toml, line 33: text.deutsch must be a language in two small letters",
            ),
            ("\"Bow\"", "\"\"", "bow.toml, line 22: text.en.name must not be empty"),
            ("Soften your", &"Soften ".repeat(20), "bow.toml, line 26: text.en.how[2] has 1"),
            ("checked = true", "checked = false", "bow.toml, line 1: kind is \"bend\", but bends are counted"),
            ("\"standing\"", "\"lying\"", "bow.toml, line 7: checked is true, but the camera can only measure"),
            ("at_s = 3", "at_s = 1", "bow.toml, line 39: figure.keyframes[3] has the wrong at_s"),
            ("shank = -2", "shank = 999", "bow.toml, line 38: figure.keyframes[2].shank is 999"),
        ] {
            let said = said(from, to);
            assert!(said.starts_with(expected), "instead of\n  {expected}\nthere is\n  {said}");
        }
    }

    #[test]
    fn feedback_is_given_as_the_file_says_and_fades_without_a_word() {
        let feedback = |table: &str| {
            let text = BOW.replacen("[goal]", &format!("{table}\n[goal]"), 1);
            Drill::parse("bow.toml", &text).map(|drill| drill.feedback).map_err(|error| error.to_string())
        };
        assert_eq!(feedback(""), Ok(FeedbackPlan::default()));
        let plan = |words, tone| Ok(FeedbackPlan { words, tone });
        let both = feedback("[feedback]\nwords = \"every-second\"\ntone = \"on-request\"");
        assert_eq!(both, plan(Schedule::EverySecond, Schedule::OnRequest));
        assert_eq!(feedback("[feedback]\ntone = \"every\""), plan(Schedule::Fading, Schedule::Every));
        let wrong = feedback("[feedback]\nwords = \"always\"").unwrap_err();
        let expected = "bow.toml, line 12: feedback.words is \"always\", but must be one of: every, every-second, ";
        assert!(wrong.starts_with(expected), "{wrong}");
        let unknown = feedback("[feedback]\nhum = \"every\"").unwrap_err();
        assert!(unknown.starts_with("bow.toml, line 12: feedback.hum is not a field that belongs here"), "{unknown}");
        const STRETCH: &str = include_str!("../../../assets/drills/hip-flexor-stretch.toml");
        let held = STRETCH.replacen("[text.en]", "[feedback]\nwords = \"every\"\n[text.en]", 1);
        let clash = Drill::parse("stretch.toml", &held).unwrap_err().to_string();
        assert!(clash.ends_with("feedback is given, but only bends are judged one by one (kind)"), "{clash}");
    }

    #[test]
    fn a_posture_is_checked_only_where_the_drill_is_done_in_it() {
        const STRETCH: &str = include_str!("../../../assets/drills/hip-flexor-stretch.toml");
        let read = |check: &str| {
            let text = STRETCH.replacen("check = \"half_kneeling\"", check, 1);
            assert_ne!(text, STRETCH);
            Drill::parse("stretch.toml", &text).map(|drill| drill.check).map_err(|error| error.to_string())
        };
        assert_eq!(Drill::parse("stretch.toml", STRETCH).unwrap().check, Some(Check::HalfKneeling));
        assert_eq!(read(""), Ok(None));
        let said = read("check = \"all_fours\"").unwrap_err();
        assert_eq!(said, "stretch.toml, line 8: check is \"all_fours\", but position is \"half_kneeling\"");
        let said = read("check = \"half-kneeling\"").unwrap_err();
        assert!(said.starts_with("stretch.toml, line 8: check is \"half-kneeling\", but must be one of"), "{said}");
    }

    #[test]
    fn a_name_that_nobody_could_type_is_refused() {
        for file in ["Bow.toml", "my bow.toml", ".toml"] {
            let said = Drill::parse(file, BOW).unwrap_err().to_string();
            assert!(said.contains(file) && said.contains("the name of the file must be small letters"), "{said}");
        }
    }
}
