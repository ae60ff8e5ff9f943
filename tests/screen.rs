//! The screen as pictures: synthetic scenes are drawn and compared with the PNGs in `tests/screen/`.
//!
//! When a picture is meant to change, look at the new one and accept it: `BENDWISE_ACCEPT=1 cargo test --test screen`.

#![cfg(feature = "cli")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "screen/distance.rs"]
mod distance;
#[path = "screen/guide.rs"]
mod guide;
#[path = "screen/made.rs"]
mod made;
#[path = "screen/mobility.rs"]
mod mobility;
#[path = "screen/review.rs"]
mod review;
#[path = "screen/start.rs"]
mod start;
#[path = "screen/trend.rs"]
mod trend;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bendwise::coach::guided::{Ending, Guidance, Line, Overview, Place, SessionMap, Stage, Whereabouts};
use bendwise::coach::{Phase, Progress, Verdict};
use bendwise::drill_library::Library;
use bendwise::geometry::State;
use bendwise::i18n::Language;
use bendwise::pipeline::Halt;
use bendwise::pipeline::{Observation, Scene};
use bendwise::screen::canvas::{Canvas, WindowRect};
use bendwise::screen::framing::Framing;
use bendwise::screen::live::{self, View};
use bendwise::screen::settings::{KeyCommand, Settings};
use bendwise::screen::terminal::{self, Style};
use bendwise::screen::theme;
use bendwise::screen::widget::mannequin::Mannequin;
use bendwise::spine::Facing;
use image::RgbImage;
use made::{Person, measured, observe_measured, observe_unmeasured, unmeasured, words};

/// Fonts and lines are drawn alike on all machines except for rounding; a moved or missing part is far above this.
const MEAN_DIFFERENCE: f64 = 0.6;
const DIFFERENT_PIXELS: f64 = 0.004;
const SAME_CHANNEL: u8 = 24;

const WIDE: (usize, usize) = (960, 540);

/// The second of three sets of eight.
fn session_map() -> SessionMap {
    let at = |set| Whereabouts { exercise: 1, exercises: 1, set, sets: 3 };
    let overview = Overview { exercises: 1, sets: 3, amount: 8, timed: false, minutes: 5 };
    SessionMap { overview, now: at(2), next: Some(at(3)), begun: true }
}

/// A guided session in this stage.
fn guidance(stage: Stage, line: Line) -> Guidance {
    use Stage::{Close, Lesson, Rest, Review, Work};
    let begun = matches!(stage, Lesson { .. } | Work { .. } | Review(_) | Rest { .. } | Close(_));
    Guidance {
        stage,
        place: Place::default(),
        map: SessionMap { begun, ..session_map() },
        paused: false,
        until_next: None,
        ring: None,
        line,
        said: Vec::new(),
        signal: None,
        tone: false,
        feedback: None,
        answer: None,
        held: None,
        requests: Vec::new(),
        verdict: None,
        mobility: None,
        ending: Ending::Open,
    }
}

fn drawn(size: (usize, usize), view: &View<'_>) -> Canvas {
    let mut canvas = Canvas::new(size.0, size.1).unwrap();
    live::draw(&mut canvas, view);
    canvas
}

fn as_image(canvas: &Canvas) -> RgbImage {
    let bytes = canvas.pixels().iter().flat_map(|pixel| {
        let [_, red, green, blue] = pixel.to_be_bytes();
        [red, green, blue]
    });
    RgbImage::from_raw(canvas.width() as u32, canvas.height() as u32, bytes.collect()).unwrap()
}

fn check(name: &str, size: (usize, usize), view: &View<'_>) {
    let canvas = drawn(size, view);
    no_text_covers_another(name, &canvas);
    the_sentence_is_that_of_this_moment(name, view, &canvas);
    compare(name, &canvas);
    if view.settings.text_scale() == 1.0 {
        distance::holds(name, view);
        if view.guide.is_none() {
            distance::holds_in_every_language(name, &|size, language| {
                drawn(size, &View { words: words(language), notice: None, ..*view })
            });
        }
    }
}

/// Beside the verdict on a bend stands what to do in it, and not what was said of the bend before; and never a number alone.
fn the_sentence_is_that_of_this_moment(name: &str, view: &View<'_>, canvas: &Canvas) {
    let (sentence, words) = (view.sentence(), view.words);
    assert!(!sentence.chars().all(|letter| letter.is_ascii_digit()), "{name}: \"{sentence}\"");
    let bends = view.scene.filter(|scene| scene.progress.phase != Phase::Top);
    let Some(verdict) = bends.and_then(|scene| scene.progress.verdict) else { return };
    if canvas.written().iter().any(|written| written.text == words.verdict(verdict)) {
        let practice = &words.practice;
        let before = [
            &practice.after_hips,
            &practice.after_hips_probably,
            &practice.after_mixed,
            &practice.after_back,
            &practice.after_squat,
            &words.cue.from_the_hips,
            &words.cue.probably_from_the_hips,
            &words.cue.push_hips_back,
        ];
        assert!(!before.iter().any(|told| *told == sentence), "{name}: {verdict:?} beside \"{sentence}\"");
    }
}

/// Each picture covers the one before it, whatever its shape and that of the window.
#[test]
fn nothing_is_left_of_the_picture_before() {
    let scene = measured(&Person::bent(62.0, 8.0), Phase::Bottom, Some(Verdict::Hips));
    let mut high = scene.clone();
    high.picture = std::sync::Arc::new(image::imageops::rotate90(&*scene.picture));
    for size in [(1280, 720), (1366, 768), (963, 541), (480, 360), (320, 240), (1080, 1920), (601, 799), (2560, 1080)] {
        for scene in [Some(&scene), Some(&high), None] {
            for (safety, leaving) in [(true, 0.0), (false, 0.37), (false, 0.0)] {
                for keys in [vec![], vec![KeyCommand::Zoom], vec![KeyCommand::LargerText; 2]] {
                    let like = scene.map_or_else(|| View::new(words(Language::English)), view);
                    let view = View { safety, leaving, settings: with(&keys), ..like };
                    let fresh = drawn(size, &view);
                    let mut used = Canvas::new(size.0, size.1).unwrap();
                    used.clear(theme::RECORDING);
                    live::draw(&mut used, &view);
                    let left = used.pixels().iter().zip(fresh.pixels()).filter(|(one, other)| one != other).count();
                    assert_eq!(left, 0, "{size:?} {safety} {leaving} {keys:?}");
                    assert!(!fresh.pixels().contains(&0), "{size:?} {safety} {leaving} {keys:?}");
                }
            }
        }
    }
}

fn compare(name: &str, canvas: &Canvas) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screen").join(format!("{name}.png"));
    let actual = as_image(canvas);
    if std::env::var_os("BENDWISE_ACCEPT").is_some() {
        save(&actual, &kept);
        return;
    }
    let expected = image::open(&kept).map(|picture| picture.to_rgb8()).unwrap_or_default();
    if let Err(why) = alike(&actual, &expected) {
        let shown = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        save(&actual, &shown);
        panic!(
            "the screen \"{name}\" {why}\n  kept:  {}\n  drawn: {}\nlook at both; if the new one is meant, accept it \
             with BENDWISE_ACCEPT=1 cargo test --test screen",
            kept.display(),
            shown.display()
        );
    }
}

/// Keeps what was drawn in the folder that `BENDWISE_LOOK` names, for whoever wants to look at every screen in every language.
fn look(name: &str, canvas: &Canvas) {
    if let Some(folder) = std::env::var_os("BENDWISE_LOOK") {
        let name = name.replace(['(', ')', ' ', ',', '/'], "_");
        save(&as_image(canvas), &Path::new(&folder).join(format!("{name}.png")));
    }
}

fn save(picture: &RgbImage, path: &Path) {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    picture
        .write_with_encoder(PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive))
        .unwrap();
}

fn alike(actual: &RgbImage, expected: &RgbImage) -> Result<(), String> {
    if actual.dimensions() != expected.dimensions() {
        return Err(format!("has size {:?}, kept is {:?}", actual.dimensions(), expected.dimensions()));
    }
    let differences: Vec<u8> = actual.iter().zip(expected.iter()).map(|(one, other)| one.abs_diff(*other)).collect();
    let count = differences.len() as f64;
    let mean = differences.iter().map(|difference| f64::from(*difference)).sum::<f64>() / count;
    let changed = differences.chunks(3).filter(|pixel| pixel.iter().any(|channel| *channel > SAME_CHANNEL)).count();
    let part = changed as f64 * 3.0 / count;
    if mean > MEAN_DIFFERENCE || part > DIFFERENT_PIXELS {
        return Err(format!("differs by {mean:.2} in the mean and in {:.2} % of its pixels", part * 100.0));
    }
    Ok(())
}

fn no_text_covers_another(name: &str, canvas: &Canvas) {
    let whole = WindowRect::from_size(canvas.size());
    for (number, one) in canvas.written().iter().enumerate() {
        assert!(whole.contains_box(&one.rect), "{name}: \"{}\" leaves the window: {:?}", one.text, one.rect);
        for other in &canvas.written()[number + 1..] {
            assert!(!one.rect.intersects(&other.rect), "{name}: \"{}\" covers \"{}\"", one.text, other.text);
        }
    }
    distance::no_sign_hides_a_text(name, canvas);
}

/// The person as they were framed in standing, which holds for their bends too.
fn view(scene: &Scene) -> View<'_> {
    static STANDING: LazyLock<Framing> = LazyLock::new(|| {
        let mut framing = Framing::default();
        framing.observe(&measured(&Person::bent(0.0, 0.0), Phase::Top, None), None, false);
        framing
    });
    let unseen = matches!(scene.measurement.state, State::Nobody | State::Several | State::CutOff | State::Far);
    let framing = if unseen { Framing::default() } else { *STANDING };
    let (person, facing) = (framing.person(), framing.facing());
    View { scene: Some(scene), person, facing, rate: 29.7, dropped: 3, ..View::new(words(Language::English)) }
}

fn with(commands: &[KeyCommand]) -> Settings {
    let mut settings = Settings::default();
    commands.iter().for_each(|command| settings.apply(*command));
    settings
}

fn good_bend() -> Scene {
    measured(&Person::bent(62.0, 8.0), Phase::Bottom, Some(Verdict::Hips))
}

fn check_state(name: &str, state: State) {
    let person = Person::bent(0.0, 0.0);
    let seen = !matches!(state, State::Nobody);
    let scene = unmeasured(state, seen.then_some(&person));
    check(name, WIDE, &View { safety: true, ..view(&scene) });
}

#[test]
fn nobody() {
    check_state("nobody", State::Nobody);
}

#[test]
fn several() {
    check_state("several", State::Several);
}

#[test]
fn cut_off() {
    check_state("cut_off", State::CutOff);
}

#[test]
fn far() {
    check_state("far", State::Far);
}

#[test]
fn turned() {
    check_state("turned", State::Turned);
}

#[test]
fn hidden() {
    check_state("hidden", State::Hidden);
}

#[test]
fn glare() {
    check_state("glare", State::Glare);
}

#[test]
fn legs_hidden() {
    check_state("legs_hidden", State::LegsHidden);
}

#[test]
fn covered() {
    check_state("covered", State::Covered);
}

#[test]
fn calibrating() {
    check_state("calibrating", State::Calibrating);
}

#[test]
fn from_the_hips() {
    check("hips", WIDE, &view(&good_bend()));
}

#[test]
fn from_both() {
    let scene = measured(&Person::bent(46.0, 18.0), Phase::Down, Some(Verdict::Mixed));
    check("mixed", WIDE, &view(&scene));
}

#[test]
fn from_the_back() {
    let scene = measured(&Person::bent(31.0, 42.0), Phase::Down, Some(Verdict::Back));
    check("back", WIDE, &view(&scene));
}

#[test]
fn before_the_first_repetition() {
    let mut scene = measured(&Person::bent(1.0, 0.0), Phase::Top, None);
    scene.progress = Progress::default();
    check("first", WIDE, &View { safety: true, ..view(&scene) });
}

#[test]
fn between_repetitions() {
    check("top", WIDE, &view(&measured(&Person::bent(2.0, -1.0), Phase::Top, None)));
}

#[test]
fn a_full_bend_is_asked_for() {
    let mut scene = measured(&Person::bent(2.0, -1.0), Phase::Top, None);
    scene.progress.awaits_full_bend = true;
    check("full_bend", WIDE, &view(&scene));
}

#[test]
fn hardly_trusted_and_not_mirrored() {
    let mut scene = measured(&Person::bent(50.0, 12.0), Phase::Up, None);
    scene.measurement.confidence = 0.1;
    check("faint", WIDE, &View { settings: with(&[KeyCommand::Mirror]), ..view(&scene) });
}

#[test]
fn somebody_far_away_fills_the_picture() {
    let mut framing = Framing::default();
    framing.observe(&made::from_afar(&measured(&Person::bent(0.0, 0.0), Phase::Top, None)), None, false);
    let bend = made::from_afar(&good_bend());
    let zoomed = View { person: framing.person(), ..view(&bend) };
    check("zoomed", WIDE, &zoomed);
    check("zoomed_upright", (600, 1000), &zoomed);
}

#[test]
fn the_whole_picture() {
    check("whole", WIDE, &View { settings: with(&[KeyCommand::Zoom]), ..view(&good_bend()) });
}

#[test]
fn help() {
    check("help", WIDE, &View { settings: with(&[KeyCommand::Help]), ..view(&good_bend()) });
}

#[test]
fn in_german() {
    let scene = measured(&Person::bent(31.0, 42.0), Phase::Down, Some(Verdict::Back));
    let view = View { words: words(Language::German), safety: true, ..view(&scene) };
    check("german", WIDE, &view);
    check("german_help", WIDE, &View { settings: with(&[KeyCommand::Help]), ..view });
}

#[test]
fn debug() {
    let stages = "p50/p95/p99 ms: pose 18.1/22.4/30.9  spine 2.0/2.6/4.4  judgement 0.0/0.0/0.1  capture to shown 24.0/33.1/47.8";
    check("debug", WIDE, &View { settings: with(&[KeyCommand::Debug]), stages: Some(stages), ..view(&good_bend()) });
}

#[test]
fn a_session_that_is_kept() {
    check("recording", WIDE, &View { recording: true, safety: true, ..view(&good_bend()) });
}

#[test]
fn paused() {
    check("paused", WIDE, &View { settings: with(&[KeyCommand::Pause]), ..view(&good_bend()) });
}

#[test]
fn camera_silent() {
    let seen = good_bend();
    let silent = View { halt: Some(Halt::Silent), ..view(&seen) };
    check("silent", WIDE, &silent);
    // The guide repeats its last line, as it sees no frame.
    let guided = View { notice: Some("Stand tall and still"), ..silent };
    assert_eq!(guided.sentence(), silent.sentence());
    assert!(View { halt: Some(Halt::Stuck), ..guided }.sentence().contains("close other programs"));
    let waiting = View { halt: Some(Halt::Unkept), ..guided }.sentence().to_owned();
    assert!(waiting.starts_with("The picture stands still") && !waiting.contains("programs"), "{waiting}");
    // A camera that is unplugged in a pause is told in the pause.
    let paused = View { settings: with(&[KeyCommand::Pause]), ..silent };
    assert_eq!(paused.sentence(), silent.sentence());
    let frozen = View { halt: Some(Halt::Frozen), ..paused };
    assert!(frozen.sentence().starts_with("Paused"), "it may have moved since");
}

#[test]
fn before_the_first_picture() {
    check("waiting", WIDE, &View { safety: true, ..View::new(words(Language::English)) });
}

#[test]
fn finished() {
    check("finished", WIDE, &View { finished: true, ..view(&good_bend()) });
}

#[test]
fn small_window() {
    check("small", (640, 480), &view(&good_bend()));
}

#[test]
fn upright_window() {
    check("upright", (800, 900), &view(&good_bend()));
}

#[test]
fn larger_text() {
    let settings = with(&[KeyCommand::LargerText, KeyCommand::LargerText]);
    check("larger", (880, 495), &View { settings, safety: true, ..view(&good_bend()) });
}

#[test]
fn texts_keep_apart_in_every_window_and_language() {
    let mut deep = measured(&Person::bent(112.0, 38.0), Phase::Bottom, Some(Verdict::Mixed));
    deep.progress.repetitions = (0..14).map(|_| made::repetition(60.0, 9.0, Some(Verdict::Hips))).collect();
    let hidden = unmeasured(State::Hidden, None);
    let sizes = [(480, 360), (640, 480), (1024, 768), (1280, 720), (2560, 1080), (800, 900), (720, 1280)];
    for size in sizes {
        for keys in [vec![], vec![KeyCommand::LargerText; 2], vec![KeyCommand::SmallerText; 2], vec![KeyCommand::Help]]
        {
            for language in Language::ALL {
                for (scene, finished) in [(&deep, false), (&hidden, false), (&deep, true)] {
                    let settings = with(&keys);
                    let view = View { settings, words: words(language), safety: true, finished, ..view(scene) };
                    let name = format!("{size:?} {keys:?} {language:?}");
                    no_text_covers_another(&name, &drawn(size, &view));
                    if keys.is_empty() && size == sizes[0] {
                        distance::holds(&name, &view);
                    }
                }
            }
        }
    }
}

/// For a person 3 m away: the height of the capitals.
#[test]
fn word_and_numbers_are_a_twelfth_of_the_window_high() {
    let scene = good_bend();
    let canvas = drawn((1280, 720), &view(&scene));
    for text in ["HIPS", "62", "8"] {
        let written = canvas.written().iter().find(|written| written.text == text).unwrap();
        assert!(written.rect.height() >= 720.0 / 12.0, "{text}: {:?}", written.rect);
    }
}

#[test]
fn a_tiny_window_is_drawn_without_complaint() {
    for size in [(1, 1), (40, 700), (700, 40)] {
        drawn(size, &view(&good_bend()));
    }
}

/// Figures of our drills: each row a set of one drill, its columns these fractions of a cycle.
fn figures(rows: &[(&str, usize, Facing)], columns: &[f64]) -> Canvas {
    const SIDE: f32 = 220.0;
    let library = Library::built_in();
    let mut canvas = Canvas::new(SIDE as usize * columns.len(), SIDE as usize * rows.len()).unwrap();
    canvas.clear(theme::PANEL);
    for (row, (name, set, facing)) in rows.iter().enumerate() {
        let drill = library.drills().iter().find(|drill| drill.id == *name).unwrap();
        let figure = drill.figure(*set);
        let mannequin = Mannequin { figure, facing: *facing, judged: drill.wanted(*set).is_some() };
        for (column, part) in columns.iter().enumerate() {
            let corner = euclid::point2(SIDE * column as f32, SIDE * row as f32);
            let place = WindowRect::from_origin_and_size(corner, euclid::size2(SIDE, SIDE)).inflate(-6.0, -6.0);
            mannequin.draw(&mut canvas, place, figure.round.mul_f64(*part));
        }
    }
    canvas
}

#[test]
fn figures_that_stand() {
    use Facing::{Left, Right};
    let rows = [("bow", 0, Right), ("wall-tap", 0, Left), ("dowel", 0, Right), ("split-stance", 0, Right)];
    compare("figures_standing", &figures(&rows, &[0.0, 0.2, 0.4]));
}

#[test]
fn figures_that_lift_from_the_hips_and_from_the_back() {
    let rows = [("box-lift", 0, Facing::Right), ("box-lift", 1, Facing::Right)];
    compare("figures_lifting", &figures(&rows, &[0.0, 0.2, 0.4]));
}

#[test]
fn figures_on_the_floor() {
    let names = ["hip-flexor-stretch", "ninety-ninety", "hamstring-floss", "cat-cow"];
    compare("figures_on_the_floor", &figures(&names.map(|name| (name, 0, Facing::Right)), &[0.0, 0.4, 0.85]));
}

#[test]
fn the_terminal_says_the_same_in_one_line() {
    let plain = |observation: &Observation| terminal::line(observation, 4, words(Language::English), Style::Plain);
    let bend = observe_measured(&Person::bent(62.0, 8.0), Phase::Bottom, Some(Verdict::Hips));
    assert_eq!(plain(&bend), "00:07  hips  62°  back   8°  ● HIPS   rep 4");
    assert_eq!(plain(&observe_unmeasured(State::Far, None)), "00:07  Come closer");
    let upright = observe_measured(&Person::bent(2.0, -1.0), Phase::Top, None);
    assert_eq!(plain(&upright), "00:07  hips   2°  back  −1°           rep 4");
    let german = terminal::line(&bend, 4, words(Language::German), Style::Plain);
    assert_eq!(german, "00:07  Hüfte  62°  Rücken   8°  ● HÜFTE   Wdh. 4");
}
