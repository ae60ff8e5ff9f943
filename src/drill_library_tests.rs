//! The library, and what holds for every drill of ours.

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
        Library::open(&Paths { cache: self.0.path().join("cache"), data: self.0.path().to_owned() })
    }
}

const BOW: &str = DRILLS[0].1;

#[test]
fn all_of_ours_are_there() {
    let library = Library::ours();
    assert_eq!(library.faults().next(), None);
    assert_eq!((library.drills().len(), library.programmes().len()), (DRILLS.len(), PROGRAMMES.len()));
    assert_eq!(library.drills()[0].id, "bow");
}

#[test]
fn ones_own_drill_is_added_or_takes_the_place_of_ours() {
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
fn a_broken_file_is_told_to_whoever_asks_for_it_and_stops_nobody_else() {
    let home = Home::new();
    home.write("drills/bow.toml", &BOW.replace("sets = 3", "sets = 99"));
    let library = home.open();
    let told = library.find("bow").unwrap_err().to_string();
    assert!(told.contains("bow.toml, line 2: sets is 99") && told.contains(home.0.path().to_str().unwrap()), "{told}");
    assert!(library.find("dowel").is_ok());
}

#[test]
fn a_programme_is_of_drills_that_there_are() {
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
        let told = home.open().find(name).unwrap_err().to_string();
        assert!(told.contains(&format!("{name}.toml, {fault}")), "{told}");
    }
    let library = home.open();
    let Ok(LibraryEntry::Programme(good)) = library.find("good") else { panic!("{:?}", library.find("good")) };
    let drills = library.drills_of(good);
    assert_eq!((drills[0].sets, drills[0].bends().unwrap().repetitions), (1, 4));
}

#[test]
fn a_wrong_name_lists_the_right_ones_and_the_closest() {
    let told = Library::ours().find("waiter").unwrap_err().to_string();
    assert!(
        told.starts_with("There is no drill called \"waiter\": did you mean waiters-bow? There are: bow,"),
        "{told}"
    );
    assert!(told.contains("first-week"), "{told}");
}

#[test]
fn our_first_week_takes_about_ten_minutes() {
    let library = Library::ours();
    let movement = library.drills_of(&library.programmes()[0]).iter().map(Drill::duration).sum::<std::time::Duration>();
    // Twenty seconds a drill to hear how it is done and to get there.
    let minutes = (movement.as_secs() + 20 * library.programmes()[0].items.len() as u64) as f64 / 60.0;
    assert!((8.0..=11.0).contains(&minutes), "{minutes:.1} minutes");
    assert!(library.programmes()[0].adapts, "it follows what the last sessions came to");
}

/// Every drill that comes with bendwise, those of the mobility screen too.
fn built_in() -> Vec<Drill> {
    Library::ours().drills.into_iter().chain(Library::screen().unwrap()).collect()
}

/// Every figure of ours with what it shows, by its drill's name; the sets of a contrast one by one.
fn figures() -> Vec<(Drill, usize, Figure)> {
    let sets = |drill: &Drill| (0..2).map(|set| (drill.clone(), set, drill.figure(set).clone())).collect::<Vec<_>>();
    built_in().iter().flat_map(sets).collect()
}

const LOOKS: u32 = 60;

fn lowest(skeleton: &FigureSkeleton) -> f32 {
    skeleton.outline().map(|(point, flesh)| point.y - flesh).fold(f32::INFINITY, f32::min)
}

#[test]
fn every_drill_of_ours_speaks_both_languages() {
    for drill in built_in() {
        let (english, german) = (drill.text("en"), drill.text("de"));
        assert_eq!(english.how.len(), german.how.len(), "{}", drill.id);
        let pairs =
            [(&english.purpose, &german.purpose), (&english.mind, &german.mind), (&english.source, &german.source)];
        for (english, german) in pairs.into_iter().chain(english.how.iter().zip(&german.how)) {
            assert_ne!(english, german, "{}", drill.id);
        }
        for sentence in [&english.how, &german.how].into_iter().flatten() {
            let tidy = sentence.starts_with(char::is_uppercase) && !sentence.ends_with('.');
            assert!(tidy, "{}: {sentence}", drill.id);
        }
    }
    let library = Library::ours();
    let programme = &library.programmes()[0].texts;
    assert_ne!(programme.of("en"), programme.of("de"));
}

#[test]
fn no_figure_goes_through_the_floor() {
    for (drill, set, figure) in figures() {
        for skeleton in figure.round_of(LOOKS) {
            assert!(lowest(&skeleton).abs() < 1e-4, "{} {set}: {}", drill.id, lowest(&skeleton));
            let below_hand = skeleton.hand.y - (2.0 - GRIP) * BOX;
            assert!(figure.prop != Prop::Box || below_hand > -0.005, "{} {set}: box at {below_hand}", drill.id);
        }
    }
}

#[test]
fn what_bears_a_figure_rests_on_the_floor_and_stays_there() {
    for (drill, set, figure) in figures() {
        let feet: Vec<f32> = figure.round_of(LOOKS).map(|skeleton| skeleton.far.toes.x).collect();
        let slip =
            feet.iter().fold(f32::MIN, |most, x| most.max(*x)) - feet.iter().fold(f32::MAX, |least, x| least.min(*x));
        assert!(slip < 0.02, "{} {set}: the far foot slips by {slip}", drill.id);
        for skeleton in figure.round_of(LOOKS) {
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
fn no_joint_of_a_figure_bends_as_nobody_can() {
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

/// The centre of mass of trunk, head and legs, roughly: shares of Dempster as Winter gives them (2009, table 4.1), the
/// arms with the trunk.
fn balance(skeleton: &FigureSkeleton) -> f32 {
    let trunk = (skeleton.near.hip.x + skeleton.shoulder.x) / 2.0;
    let leg = |leg: &crate::coach::drill::FigureLeg| {
        0.1 * (leg.hip.x + leg.knee.x) / 2.0 + 0.061 * (leg.knee.x + leg.ankle.x) / 2.0
    };
    0.597 * trunk + 0.081 * skeleton.head.x + leg(&skeleton.near) + leg(&skeleton.far)
}

#[test]
fn whoever_stands_does_not_fall_over() {
    for (drill, set, figure) in figures().into_iter().filter(|(drill, ..)| drill.position.stands()) {
        for skeleton in figure.round_of(LOOKS) {
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
fn the_mobility_screen_is_no_drill_to_choose() {
    let [straight, soft] = Library::screen().unwrap();
    let library = Library::ours();
    for drill in [&straight, &soft] {
        assert!(library.find(&drill.id).is_err());
        assert_eq!(drill.bends().unwrap().repetitions as usize, crate::coach::mobility::BENDS);
    }
    let knees = |drill: &Drill| drill.bends().unwrap().knee_flexion.clone();
    let (straight, soft) = (knees(&straight), knees(&soft));
    assert!(*straight.end() < *soft.start(), "a bend may not count for both");
}
