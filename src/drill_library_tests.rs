//! The library, and the rules that every built-in drill keeps.

use euclid::Angle;

use super::*;
use crate::coach::drill::{BOX, Figure, FigurePosture, FigureSkeleton, GRIP, KNEE_WIDTH, Prop, Rests, Task};
use crate::coach::{Bands, Verdict};
use crate::geometry::{Bend, HalfWidth90};

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn open(&self) -> Library {
        Library::open(&Paths { data: self.0.path().to_owned(), ..Paths::below(self.0.path()) })
    }
}

const BOW: &str = DRILLS[0].1;

#[test]
fn all_built_in_files_are_read() {
    let library = Library::built_in();
    assert_eq!(library.faults().next(), None);
    assert_eq!((library.drills().len(), library.programmes().len()), (DRILLS.len(), PROGRAMMES.len()));
    assert_eq!(library.drills()[0].id, "bow");
}

#[test]
fn a_users_drill_is_added_or_replaces_a_built_in_one() {
    let home = Home::new();
    home.write("drills/deep-bow.toml", &BOW.replace("[50, 70]", "[60, 90]"));
    home.write("drills/bow.toml", &BOW.replace("sets = 3", "sets = 1"));
    home.write("drills/notes.txt", "not a drill");
    let library = home.open();
    assert_eq!(library.faults().next(), None);
    assert_eq!(library.drills().len(), DRILLS.len() + 1);
    assert_eq!(library.drills()[0].sets, 1);
    assert!(library.is_own("bow") && library.is_own("deep-bow") && !library.is_own("dowel"));
}

#[test]
fn a_file_with_an_error_is_reported_when_asked_for_and_hides_no_other() {
    let home = Home::new();
    home.write("drills/bow.toml", &BOW.replace("sets = 3", "sets = 99"));
    let library = home.open();
    let message = library.find("bow").unwrap_err().to_string();
    assert!(
        message.contains("bow.toml, line 2: sets is 99") && message.contains(home.0.path().to_str().unwrap()),
        "{message}"
    );
    assert!(library.find("dowel").is_ok());
}

#[test]
fn a_programme_consists_of_known_drills() {
    let home = Home::new();
    let programme = |drills: &str| format!("text.en = {{ name = \"A\", purpose = \"B\" }}\n{drills}");
    home.write("programmes/good.toml", &programme("[[drill]]\nid = \"bow\"\nsets = 1\nrepetitions = 4"));
    for (name, drills, fault) in [
        ("unknown", "[[drill]]\nid = \"bwo\"", "line 3: drill[1].id is \"bwo\", but must be one of: bow, waiters-bow"),
        (
            "seconds",
            "[[drill]]\nid = \"bow\"\nseconds = 20",
            "line 4: drill[1].seconds is not a field that belongs here",
        ),
        ("empty", "drill = []", "line 2: drill must hold at least one drill"),
        ("dowel", "[[drill]]\nid = \"bow\"", "line 1: the name of the file is taken"),
    ] {
        home.write(&format!("programmes/{name}.toml"), &programme(drills));
        let message = home.open().find(name).unwrap_err().to_string();
        assert!(message.contains(&format!("{name}.toml, {fault}")), "{message}");
    }
    let library = home.open();
    let Ok(LibraryEntry::Programme(good)) = library.find("good") else { panic!("{:?}", library.find("good")) };
    let drills = library.drills_of(good);
    assert_eq!((drills[0].sets, drills[0].bends().unwrap().repetitions), (1, 4));
}

#[test]
fn an_unknown_name_lists_the_known_ones_and_the_closest() {
    let message = Library::built_in().find("waiter").unwrap_err().to_string();
    assert!(
        message.starts_with("There is no drill called \"waiter\": did you mean waiters-bow? There are: bow,"),
        "{message}"
    );
    assert!(message.contains("first-week"), "{message}");
}

#[test]
fn the_first_week_takes_about_ten_minutes() {
    let library = Library::built_in();
    let movement = library.drills_of(&library.programmes()[0]).iter().map(Drill::duration).sum::<std::time::Duration>();
    // Twenty seconds a drill for the instructions and for getting into position.
    let minutes = (movement.as_secs() + 20 * library.programmes()[0].items.len() as u64) as f64 / 60.0;
    assert!((8.0..=11.0).contains(&minutes), "{minutes:.1} minutes");
    assert!(library.programmes()[0].adapts, "it adapts to the last sessions");
}

/// Every built-in drill, including those of the mobility screen.
fn built_in() -> Vec<Drill> {
    Library::built_in().drills.into_iter().chain(Library::mobility_screen().unwrap()).collect()
}

/// Every built-in figure with its drill and set; the sets of a contrast one by one.
fn figures() -> Vec<(Drill, usize, Figure)> {
    let sets = |drill: &Drill| (0..2).map(|set| (drill.clone(), set, drill.figure(set).clone())).collect::<Vec<_>>();
    built_in().iter().flat_map(sets).collect()
}

const FRAMES: u32 = 60;

fn lowest(skeleton: &FigureSkeleton) -> f32 {
    skeleton.outline().map(|(point, flesh)| point.y - flesh).fold(f32::INFINITY, f32::min)
}

#[test]
fn every_built_in_drill_has_all_languages() {
    assert_eq!(TRANSLATIONS.len(), Language::ALL.len(), "a language's file has an error");
    let others = || Language::ALL.into_iter().filter(|language| *language != Language::English).map(Language::code);
    for (drill, code) in built_in().iter().flat_map(|drill| others().map(move |code| (drill, code))) {
        let (english, other) = (drill.text("en"), drill.text(code));
        assert_eq!(english.how.len(), other.how.len(), "{} {code}", drill.id);
        let pairs =
            [(&english.purpose, &other.purpose), (&english.mind, &other.mind), (&english.source, &other.source)];
        for (english, other) in pairs.into_iter().chain(english.how.iter().zip(&other.how)) {
            assert_ne!(english, other, "{} {code}", drill.id);
        }
        for sentence in [&english.how, &other.how].into_iter().flatten() {
            let tidy = sentence.starts_with(char::is_uppercase) && !sentence.ends_with('.');
            assert!(tidy, "{}: {sentence}", drill.id);
        }
    }
    let library = Library::built_in();
    let programme = &library.programmes()[0].texts;
    assert!(others().all(|code| programme.of("en") != programme.of(code)));
}

#[test]
fn a_users_drill_never_borrows_the_words_of_the_one_it_replaces() {
    let home = Home::new();
    home.write("drills/bow.toml", &BOW.replace("\"Bow\"", "\"My bow\""));
    let library = home.open();
    assert_eq!(["en", "de", "es"].map(|code| library.drills()[0].text(code).name.as_str()), ["My bow"; 3]);
    assert_eq!(Library::built_in().drills()[0].text("es").name, "Reverencia");
}

#[test]
fn no_figure_goes_through_the_floor() {
    for (drill, set, figure) in figures() {
        for skeleton in figure.round_of(FRAMES) {
            assert!(lowest(&skeleton).abs() < 1e-4, "{} {set}: {}", drill.id, lowest(&skeleton));
            let below_hand = skeleton.hand.y - (2.0 - GRIP) * BOX;
            assert!(figure.prop != Prop::Box || below_hand > -0.005, "{} {set}: box at {below_hand}", drill.id);
        }
    }
}

#[test]
fn the_support_of_a_figure_stays_on_the_floor() {
    for (drill, set, figure) in figures() {
        let feet: Vec<f32> = figure.round_of(FRAMES).map(|skeleton| skeleton.far.toes.x).collect();
        let slip =
            feet.iter().fold(f32::MIN, |most, x| most.max(*x)) - feet.iter().fold(f32::MAX, |least, x| least.min(*x));
        assert!(slip < 0.02, "{} {set}: the far foot slips by {slip}", drill.id);
        for skeleton in figure.round_of(FRAMES) {
            let above = match figure.rests {
                Rests::Foot => skeleton.near.toes.y.max(skeleton.far.toes.y),
                Rests::Knee => skeleton.near.knee.y - KNEE_WIDTH,
                Rests::Seat => skeleton.back.iter().chain(&skeleton.front).map(|point| point.y).fold(1.0, f32::min),
            };
            assert!(above < 0.02, "{} {set}: {above} above the floor", drill.id);
        }
    }
}

#[test]
fn every_joint_of_a_figure_stays_within_human_range() {
    let within = |drill: &Drill, what: &str, angle: Angle<f32>, least: f32, most: f32| {
        let degrees = angle.to_degrees();
        assert!((least..=most).contains(&degrees), "{}: {what} {degrees}°", drill.id);
    };
    for (drill, _, figure) in figures() {
        for FigurePosture { near, far, pelvis, upper_back, neck, upper_arm, forearm, .. } in
            figure.keyframes.iter().map(|keyframe| keyframe.posture)
        {
            for leg in [near, far].into_iter().filter(|leg| leg.thigh_seen.min(leg.shank_seen) > 0.99) {
                within(&drill, "knee", leg.shank - leg.thigh, -3.0, 140.0);
                within(&drill, "hip", pelvis - leg.thigh, -35.0, 125.0);
            }
            within(&drill, "low back", upper_back - pelvis, -40.0, 65.0);
            within(&drill, "neck", neck - upper_back, -40.0, 60.0);
            within(&drill, "shoulder", upper_arm + upper_back, -60.0, 180.0);
            within(&drill, "elbow", forearm - upper_arm, -1.0, 165.0);
        }
    }
}

/// The approximate centre of mass of trunk, head and legs, with Dempster's mass fractions as given by Winter (2009,
/// table 4.1); the arms count with the trunk.
fn balance(skeleton: &FigureSkeleton) -> f32 {
    let trunk = (skeleton.near.hip.x + skeleton.shoulder.x) / 2.0;
    let leg = |leg: &crate::coach::drill::FigureLeg| {
        0.1 * (leg.hip.x + leg.knee.x) / 2.0 + 0.061 * (leg.knee.x + leg.ankle.x) / 2.0
    };
    0.597 * trunk + 0.081 * skeleton.head.x + leg(&skeleton.near) + leg(&skeleton.far)
}

#[test]
fn a_standing_figure_keeps_its_balance() {
    for (drill, set, figure) in figures().into_iter().filter(|(drill, ..)| drill.position.stands()) {
        for skeleton in figure.round_of(FRAMES) {
            let (heel, toes) = (skeleton.far.heel.x.min(skeleton.near.heel.x), skeleton.near.toes.x);
            let balance = balance(&skeleton);
            assert!((heel..=toes).contains(&balance), "{} {set}: {balance} from {heel} to {toes}", drill.id);
        }
    }
}

#[test]
fn every_figure_shows_what_its_drill_asks_for() {
    for (drill, set, figure) in figures() {
        let Task::Bend(bends) = &drill.task else { continue };
        let standing = figure.keyframes[0].posture;
        let hip = |posture: &FigurePosture| posture.pelvis - posture.near.thigh;
        let lumbar = |posture: &FigurePosture| posture.upper_back - posture.pelvis;
        let deepest = figure.keyframes[1].posture;
        let bend = Bend {
            hip_flexion: hip(&deepest) - hip(&standing),
            lumbar_flexion: lumbar(&deepest) - lumbar(&standing),
            ..Bend::default()
        };
        let verdict = Verdict::of(&bend, &HalfWidth90::default(), &Bands::default());
        assert_eq!(verdict, drill.wanted(set), "{} {set}", drill.id);
        let knee = (deepest.near.shank - deepest.near.thigh) - (standing.near.shank - standing.near.thigh);
        if verdict == Some(Verdict::Hips) {
            let degrees = bend.hip_flexion.to_degrees();
            assert!(
                bend.hip_flexion >= bends.goal.least && bend.hip_flexion <= bends.goal.most,
                "{}: {degrees}° at the hips",
                drill.id
            );
            assert!(bends.knee_flexion.contains(&knee), "{}: {}° at the knees", drill.id, knee.to_degrees());
        }
        let down = figure.keyframes[1].at;
        assert_eq!(down, bends.tempo.down, "{} {set}", drill.id);
    }
}

#[test]
fn the_mobility_screen_is_not_offered_as_a_drill() {
    let [straight, soft] = Library::mobility_screen().unwrap();
    let library = Library::built_in();
    for drill in [&straight, &soft] {
        assert!(library.find(&drill.id).is_err());
        assert_eq!(drill.bends().unwrap().repetitions as usize, crate::coach::mobility::BENDS);
    }
    let knees = |drill: &Drill| drill.bends().unwrap().knee_flexion.clone();
    let (straight, soft) = (knees(&straight), knees(&soft));
    assert!(*straight.end() < *soft.start(), "a bend may not count for both");
}
