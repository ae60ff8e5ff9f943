//! Every stage of a guided session, in a landscape and in a portrait window.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bendwise::coach::cue::Cue;
use bendwise::coach::drill::Drill;
use bendwise::coach::form::Reach;
use bendwise::coach::gesture::Gesture;
use bendwise::coach::guided::{Asking, Line, QuestionKind, RoundSummary, SessionSummary, Stage, UntilNext};
use bendwise::coach::{Bands, Event, LiveCue, Phase, Progress, Repetition, SetStatement, Verdict};
use bendwise::drill_library::Library;
use bendwise::geometry::State;
use bendwise::i18n::{Language, Words, fill};
use bendwise::pipeline::GuidedFrame;
use bendwise::pipeline::Replays;
use bendwise::pipeline::Scene;
use bendwise::screen::guide::Guide;
use bendwise::screen::live::View;
use bendwise::screen::settings::KeyCommand;
use bendwise::source::Timestamp;
use euclid::Angle;

use super::made::{self, Person, measured, observe_measured, unmeasured, words};
use super::{WIDE, check, distance, drawn, guidance, no_text_covers_another, view, with};

const UPRIGHT: (usize, usize) = (600, 800);
const SQUARE: (usize, usize) = (640, 480);

/// A moment of a guided session, and what is seen then.
#[derive(Clone)]
struct GuidedScreen {
    guided: GuidedFrame,
    seen: Scene,
    words: &'static Words,
    recording: bool,
    /// Since the stage began.
    time: Duration,
}

impl GuidedScreen {
    fn new(drill: &str, stage: Stage, line: Line) -> Self {
        let library = Library::built_in();
        let drill: &Drill = library.drills().iter().find(|known| known.id == drill).unwrap();
        let guided = GuidedFrame {
            guidance: guidance(stage, line),
            drill: Arc::new(drill.clone()),
            set: 0,
            next_drill: None,
            replays: [None, None],
        };
        let seen = measured(&Person::bent(1.0, 0.0), Phase::Top, None);
        Self { guided, seen, words: words(Language::English), recording: false, time: Duration::from_millis(2600) }
    }

    fn sentence(&self) -> String {
        self.words.shown(&self.guided)
    }

    fn shown(&self, show: impl FnMut(&View<'_>)) {
        self.shown_in(self.words, show);
    }

    fn shown_in(&self, words: &'static Words, mut show: impl FnMut(&View<'_>)) {
        let guide = Guide { guided: &self.guided, words, time: self.time };
        let sentence = words.shown(&self.guided);
        let seen = view(&self.seen);
        let person = seen.person.filter(|_| !matches!(self.guided.guidance.stage, Stage::Arrive));
        show(&View { person, guide: Some(guide), notice: Some(&sentence), words, recording: self.recording, ..seen });
    }

    fn check(&self, name: &str) {
        self.shown(|view| check(&format!("led_{name}"), WIDE, view));
        self.shown(|view| check(&format!("led_{name}_upright"), UPRIGHT, view));
        distance::holds_in_every_language(&format!("led_{name}"), &|size, language| {
            let mut canvas = None;
            self.shown_in(words(language), |view| canvas = Some(drawn(size, view)));
            canvas.unwrap()
        });
    }
}

fn round() -> RoundSummary {
    let repetitions = made::set();
    let statement = SetStatement::of(&repetitions, &Bands::default());
    RoundSummary {
        repetitions,
        best: Some(3),
        worst: Some(0),
        joined_in: Some(Angle::degrees(21.0)),
        advice: Some(Cue::PushHipsBack),
        statement,
    }
}

fn session() -> SessionSummary {
    let repetitions: Vec<Repetition> = (0..4).flat_map(|_| made::set()).collect();
    let reach = Reach { angle: Angle::degrees(48.0), half_width_90: Angle::degrees(6.0), limited: true };
    SessionSummary { repetitions, depth: Some(Angle::degrees(63.0)), reach: Some(reach) }
}

/// One repetition as it is seen frame by frame, from standing to standing.
fn bend(replays: &mut Replays, begin: f64, repetition: &Repetition) {
    let (hip, back) = (repetition.bend.hip_flexion.to_degrees(), repetition.bend.lumbar_flexion.to_degrees());
    for number in 0..=48 {
        let share = (1.0 - (f64::from(number) / 24.0 - 1.0).abs()) as f32;
        let phase = if number == 48 { Phase::Top } else { Phase::Down };
        let mut seen = observe_measured(&Person::bent(hip * share, back * share), phase, repetition.verdict);
        seen.frame.time = Timestamp::from_secs_f64(begin + f64::from(number) / 12.0);
        if number == 48 {
            seen.progress.events = vec![Event::RepetitionFinished(*repetition)];
        }
        replays.observe(&seen);
    }
}

/// Two hundred pictures are drawn for it, so all tests share one.
static REVIEW: LazyLock<GuidedScreen> = LazyLock::new(|| {
    let mut moment = GuidedScreen::new("bow", Stage::Review(round()), Line::Cue(Cue::PushHipsBack));
    let mut replays = Replays::default();
    for (number, repetition) in made::set().iter().enumerate() {
        bend(&mut replays, 6.0 * number as f64, repetition);
    }
    moment.guided.replays = replays.pair();
    moment.guided.guidance.until_next = Some(UntilNext { left: 12, of: 30 });
    moment
});

fn review() -> GuidedScreen {
    REVIEW.clone()
}

#[test]
fn nobody_has_come_yet() {
    let mut moment = GuidedScreen::new("bow", Stage::Arrive, Line::Obstacle(State::Nobody));
    moment.seen = unmeasured(State::Nobody, None);
    moment.check("nobody");
}

#[test]
fn somebody_arrives() {
    let mut moment = GuidedScreen::new("bow", Stage::Arrive, Line::Obstacle(State::Turned));
    moment.seen = unmeasured(State::Turned, Some(&Person::bent(0.0, 0.0)));
    moment.check("arrival");
}

/// A question whose option with this number is pointed at.
fn question(kind: QuestionKind, item: &str, names: &[&str], current: Option<usize>) -> GuidedScreen {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let asking = Asking { kind, item: item.to_owned(), names, current, part: 0.6 };
    let mut moment = GuidedScreen::new("bow", Stage::Question(asking), Line::Ask(kind));
    moment.recording = true;
    moment
}

#[test]
fn pain_is_asked_for_on_a_scale() {
    question(QuestionKind::PainBefore, "", &[], Some(3)).check("pain");
    let mut german = question(QuestionKind::PainWeek, "", &[], None);
    german.words = words(Language::German);
    german.check("pain_german");
}

#[test]
fn an_activity_is_asked_for_in_the_persons_words() {
    question(QuestionKind::Activity(0), "Lifting my daughter into the car seat", &[], Some(7)).check("activity");
}

#[test]
fn who_practises_is_asked_for_by_name() {
    question(QuestionKind::Who, "", &["Ada", "Benedikt", "Großmutter"], Some(1)).check("who");
    question(QuestionKind::Same(Some(1)), "", &["Ada", "Großmutter"], Some(0)).check("same");
}

#[test]
fn the_countdown() {
    GuidedScreen::new("bow", Stage::StandTall { count: Some(3), still: 0.0, teaches: false }, Line::StandTall)
        .check("countdown");
}

#[test]
fn the_countdown_after_somebody_was_away() {
    GuidedScreen::new("bow", Stage::StandTall { count: Some(3), still: 0.0, teaches: false }, Line::StandAgain)
        .check("again");
}

#[test]
fn standing_still() {
    GuidedScreen::new("bow", Stage::StandTall { count: None, still: 0.6, teaches: false }, Line::HoldStill)
        .check("stillness");
}

#[test]
fn standing_still_with_the_figure_of_a_drill_that_is_known() {
    let stage = Stage::StandTall { count: None, still: 0.6, teaches: true };
    GuidedScreen::new("bow", stage, Line::StandTall).check("known");
}

#[test]
fn what_stayed_is_shown_without_feedback() {
    let mut moment = GuidedScreen::new("bow", Stage::Probe { done: 1, of: 3 }, Line::ShowMe);
    moment.seen = measured(&Person::bent(31.0, 42.0), Phase::Bottom, Some(Verdict::Back));
    moment.recording = true;
    moment.check("probe");
}

/// Whoever shows what they do by themselves sees what to do, that it goes on, and how to go past it.
#[test]
fn the_silent_bends_say_that_nothing_is_paused_and_how_to_leave_them_out() {
    for language in Language::ALL {
        let mut moment = GuidedScreen::new("bow", Stage::Probe { done: 0, of: 3 }, Line::ShowMe);
        moment.words = words(language);
        let shown = |time| {
            let (mut seen, mut pixels) = (Vec::new(), Vec::new());
            let moment = GuidedScreen { time: Duration::from_millis(time), ..moment.clone() };
            moment.shown(|view| {
                let canvas = drawn(WIDE, view);
                seen = canvas.written().iter().map(|written| written.text.clone()).collect();
                pixels = canvas.pixels().to_vec();
            });
            (seen, pixels)
        };
        let (written, pixels) = shown(0);
        let label = &moment.words.label;
        let watching = fill(&label.watching, &[("number", &1), ("of", &3)]);
        let all = written.join(" ");
        assert!(written.contains(&label.skip), "{language:?}: {written:?}");
        assert!(all.contains(&watching) && all.contains(&label.at_home_how), "{language:?}: {written:?}");
        assert_ne!(pixels, shown(800).1, "something moves while nothing is said");
        // The picture is as bright as while a drill is explained, not as in a pause.
        let corner = 60 * WIDE.0 + 560;
        let explained = GuidedScreen { guided: lesson(), ..moment.clone() };
        explained.shown(|view| assert_eq!(drawn(WIDE, view).pixels()[corner], pixels[corner], "{language:?}"));
    }
}

fn lesson() -> GuidedFrame {
    GuidedScreen::new("bow", Stage::Lesson { part: 0.4 }, Line::Lesson(1)).guided
}

/// Who shows the other side than before is told how to go on without turning round, and sees the hand that does so.
#[test]
fn whoever_shows_the_other_side_sees_the_way_past() {
    for (line, word) in [(Line::TurnOrStay, "next"), (Line::TurnOrLeave, "skip"), (Line::Seen, "")] {
        for language in Language::ALL {
            let mut moment = GuidedScreen::new("bow", Stage::Arrive, line);
            moment.words = words(language);
            let label = &moment.words.label;
            let written = |text: &String| {
                let mut is_written = false;
                moment.shown(|view| {
                    let canvas = drawn(WIDE, view);
                    no_text_covers_another("turn", &canvas);
                    is_written = canvas.written().iter().any(|written| written.text == *text);
                });
                is_written
            };
            assert_eq!(written(&label.next), word == "next", "{language:?} {line:?}");
            assert_eq!(written(&label.skip), word == "skip", "{language:?} {line:?}");
        }
    }
    let mut moment = GuidedScreen::new("bow", Stage::Arrive, Line::TurnOrStay);
    moment.seen = unmeasured(State::Turned, Some(&Person::bent(0.0, 0.0)));
    moment.check("turn_round");
}

/// A set begins without the verdict of the set before.
#[test]
fn a_set_begins_clean() {
    let mut moment = GuidedScreen::new("bow", Stage::Work { done: 0, of: 3 }, Line::Begin);
    let texts = |moment: &GuidedScreen| {
        let mut texts = Vec::new();
        moment.shown(|view| {
            texts = drawn(WIDE, view).written().iter().map(|written| written.text.clone()).collect();
        });
        texts
    };
    assert!(!moment.seen.progress.repetitions.is_empty(), "those of the set before");
    let last = &moment.words.label.last;
    assert!(!texts(&moment).contains(last), "{:?}", texts(&moment));
    moment.guided.guidance.stage = Stage::Work { done: 1, of: 3 };
    assert!(texts(&moment).contains(last), "{:?}", texts(&moment));
    moment.guided.guidance.stage = Stage::Work { done: 0, of: 3 };
    moment.check("work_begins");
}

/// Whoever walked out of a set and comes back sees which one it is, and not the session's overview as at its beginning.
#[test]
fn whoever_comes_back_is_in_the_set_that_they_left() {
    let mut moment = GuidedScreen::new("bow", Stage::Arrive, Line::Seen);
    let is_shown = |moment: &GuidedScreen, text: &str| {
        let mut is_shown = false;
        moment.shown(|view| is_shown = drawn(WIDE, view).written().iter().any(|written| written.text == text));
        is_shown
    };
    for stage in [Stage::Arrive, Stage::StandTall { count: Some(2), still: 0.0, teaches: false }] {
        moment.guided.guidance.stage = stage;
        moment.guided.guidance.map.begun = true;
        assert!(is_shown(&moment, "Set 2 of 3"));
        moment.guided.guidance.map.begun = false;
        assert!(!is_shown(&moment, "Set 2 of 3") && is_shown(&moment, "3 × 8 · 5 min"));
    }
}

/// What a recording leaves on the screen says how it is closed, and is closed by a click there.
#[test]
fn the_end_of_a_recording_says_how_to_close_it() {
    let close = GuidedScreen::new("bow", Stage::Close(session()), Line::Close { hips: 8, of: 16 });
    for language in Language::ALL {
        close.shown_in(words(language), |view| {
            for guide in [view.guide, None] {
                let view = View { finished: true, guide, ..*view };
                let mut canvas = bendwise::screen::canvas::Canvas::new(1280, 720).unwrap();
                let place = bendwise::screen::live::draw(&mut canvas, &view).unwrap();
                no_text_covers_another("the end", &canvas);
                let told = &words(language).state.leave;
                let written = canvas.written().iter().find(|written| written.text == *told).unwrap();
                assert!(place.contains_box(&written.rect), "{language:?}: {place:?} {written:?}");
            }
        });
    }
    close.shown(|view| check("led_over", WIDE, &View { finished: true, ..*view }));
}

/// Between two bends the count is all there is to say for seconds: it says what to do, too.
#[test]
fn the_count_says_what_to_do() {
    let stage = Stage::Probe { done: 1, of: 3 };
    let mut moment = GuidedScreen::new("bow", stage, Line::Counted { done: 1, of: 3 });
    for language in Language::ALL {
        moment.words = words(language);
        assert!(moment.sentence().split_whitespace().count() > 5, "{}", moment.sentence());
    }
}

#[test]
fn the_full_bend_is_offered() {
    let mut moment = GuidedScreen::new("bow", Stage::FullBend, Line::FullBend);
    moment.seen.progress = Progress { awaits_full_bend: true, ..Progress::default() };
    moment.check("full_bend");
}

#[test]
fn the_lesson() {
    GuidedScreen::new("bow", Stage::Lesson { part: 0.4 }, Line::Lesson(1)).check("lesson");
}

#[test]
fn work_that_is_judged() {
    let mut moment = GuidedScreen::new("bow", Stage::Work { done: 3, of: 8 }, Line::During(LiveCue::BackJoinedIn));
    moment.seen = measured(&Person::bent(31.0, 42.0), Phase::Bottom, Some(Verdict::Back));
    moment.check("work");
}

#[test]
fn between_two_bends() {
    GuidedScreen::new("bow", Stage::Work { done: 3, of: 8 }, Line::Counted { done: 3, of: 8 }).check("between");
}

#[test]
fn work_against_the_clock() {
    GuidedScreen::new("hip-flexor-stretch", Stage::Work { done: 11, of: 30 }, Line::SecondsLeft(19)).check("timed");
}

#[test]
fn best_and_worst_are_seen_again() {
    review().check("review");
}

/// The advice after a set is the largest of all words, says that it is for later, and beside it stands how long the rest is.
#[test]
fn after_a_set_the_advice_is_the_largest_and_the_rest_runs() {
    for language in Language::ALL {
        for (cue, last) in [(Cue::PushHipsBack, false), (Cue::BackJoinedIn(Angle::degrees(39.0)), true)] {
            for time in [2600, 6600] {
                let mut moment = review();
                moment.time = Duration::from_millis(time);
                moment.guided.guidance.line = Line::Cue(cue);
                if last {
                    (moment.guided.guidance.until_next, moment.guided.guidance.map.next) = (None, None);
                }
                let words = words(language);
                let sentence = words.shown(&moment.guided);
                assert_ne!(sentence, words.cue(cue), "{language:?}: nobody is to bend now");
                moment.shown_in(words, |view| {
                    let canvas = drawn((1280, 720), view);
                    let own = canvas.written().iter().filter(|one| sentence.contains(&one.text));
                    let own = own.map(|one| one.rect.height()).fold(0.0, f32::max);
                    for other in canvas.written().iter().filter(|one| !sentence.contains(&one.text)) {
                        assert!(other.rect.height() < own, "{language:?}: \"{}\" beside \"{sentence}\"", other.text);
                    }
                    let runs = canvas.written().iter().any(|one| one.text == "12 s");
                    assert_eq!(runs, !last, "{language:?}");
                    let title = if last { &words.label.last_done } else { &words.course.rest };
                    let all = canvas.written().iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" ");
                    assert!(all.contains(title), "{language:?}: {all}");
                });
            }
        }
    }
}

/// Where the low back joined in stands small beside its title.
#[test]
fn the_two_backs_say_where_they_part() {
    for language in Language::ALL {
        review().shown_in(words(language), |view| {
            let canvas = drawn((1280, 720), view);
            let told = fill(&words(language).label.began, &[("degrees", &"21°")]);
            assert!(canvas.written().iter().any(|written| written.text == told), "{language:?}");
            distance::everything_is_large_enough("backs", &canvas);
            no_text_covers_another("backs", &canvas);
        });
    }
}

#[test]
fn then_they_move_side_by_side() {
    let mut moment = review();
    moment.time = Duration::from_millis(6600);
    moment.check("replays");
}

#[test]
fn a_round_with_nothing_to_compare() {
    let mut moment = review();
    moment.guided.replays[1] = None;
    moment.check("review_of_one");
}

#[test]
fn rest() {
    GuidedScreen::new("bow", Stage::Rest { left: 17, of: 30 }, Line::Rest(17)).check("rest");
}

#[test]
fn the_hand_is_taught() {
    GuidedScreen::new("bow", Stage::Rest { left: 17, of: 30 }, Line::TryHand).check("try_hand");
}

#[test]
fn the_close() {
    GuidedScreen::new("bow", Stage::Close(session()), Line::Close { hips: 8, of: 16 }).check("close");
}

/// The low back that never joined in: how far the hips went is told once, as what it is.
#[test]
fn one_number_has_one_meaning_at_the_close() {
    let reach = Reach { angle: Angle::degrees(73.0), half_width_90: Angle::degrees(6.0), limited: false };
    let session = SessionSummary { depth: Some(Angle::degrees(76.0)), reach: Some(reach), ..session() };
    let close = GuidedScreen::new("bow", Stage::Close(session), Line::Close { hips: 8, of: 16 });
    for language in Language::ALL {
        close.shown_in(words(language), |view| {
            let canvas = drawn(WIDE, view);
            let texts: Vec<_> = canvas.written().iter().map(|written| written.text.as_str()).collect();
            assert_eq!(texts.iter().filter(|text| text.contains("7") && text.ends_with('°')).count(), 1, "{texts:?}");
            assert!(texts.contains(&"73°") && !texts.contains(&words(language).label.deepest.as_str()), "{texts:?}");
        });
    }
}

#[test]
fn the_close_of_timed_exercises() {
    GuidedScreen::new("cat-cow", Stage::Close(SessionSummary::default()), Line::CloseTimed).check("close_timed");
}

#[test]
fn a_hand_is_raised() {
    let mut moment = review();
    moment.guided.guidance.ring = Some((Gesture::Next, 0.7));
    moment.check("hand");
}

#[test]
fn the_session_is_paused() {
    let mut moment = GuidedScreen::new("bow", Stage::Work { done: 3, of: 8 }, Line::Paused);
    moment.guided.guidance.paused = true;
    moment.check("paused");
}

#[test]
fn somebody_has_walked_out() {
    let mut moment = GuidedScreen::new("bow", Stage::Work { done: 3, of: 8 }, Line::Away);
    moment.guided.guidance.paused = true;
    moment.seen = unmeasured(State::Nobody, None);
    moment.recording = true;
    moment.check("away");
}

/// While it is paused no number stands there whose meaning has to be guessed, nothing can be skipped, and the sign that the camera
/// goes on says so. Of a paused camera there is no such sign.
#[test]
fn a_pause_shows_no_number_that_might_run() {
    let stages = [
        Stage::Work { done: 3, of: 8 },
        Stage::Rest { left: 12, of: 30 },
        Stage::StandTall { count: Some(2), still: 0.0, teaches: false },
        Stage::Review(round()),
        Stage::Lesson { part: 0.4 },
        Stage::Arrive,
    ];
    for language in Language::ALL {
        for (line, stage) in
            [Line::Away, Line::Paused].into_iter().flat_map(|line| stages.iter().map(move |stage| (line, stage)))
        {
            let mut moment = GuidedScreen::new("bow", stage.clone(), line);
            (moment.guided.guidance.paused, moment.recording) = (true, true);
            let label = &words(language).label;
            moment.shown_in(words(language), |view| {
                let texts = |view: &View<'_>| -> Vec<String> {
                    drawn(WIDE, view).written().iter().map(|written| written.text.clone()).collect()
                };
                let shown = texts(view);
                let is_number =
                    |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || " /°s±".contains(letter));
                assert!(!shown.iter().any(|text| is_number(text)), "{language:?} {stage:?}: {shown:?}");
                assert!(!shown.contains(&label.next) && !shown.iter().any(|text| text == "REC"), "{shown:?}");
                assert!(shown.contains(&label.still_recording), "{language:?} {stage:?}: {shown:?}");
                let held = View { settings: with(&[KeyCommand::Pause]), ..*view };
                let held = texts(&held);
                assert!(!held.contains(&label.still_recording) && !held.iter().any(|text| text == "REC"), "{held:?}");
            });
        }
    }
}

/// What is counted down has its unit, and says what comes then.
#[test]
fn a_countdown_says_what_it_counts() {
    for language in Language::ALL {
        let words = words(language);
        let stand = Stage::StandTall { count: Some(3), still: 0.0, teaches: false };
        let rest = Stage::Rest { left: 17, of: 30 };
        let stretch = Stage::Work { done: 11, of: 30 };
        for (drill, stage, line, number) in [
            ("bow", stand, Line::StandAgain, 3),
            ("bow", rest, Line::Rest(17), 17),
            ("hip-flexor-stretch", stretch, Line::SecondsLeft(19), 19),
        ] {
            GuidedScreen::new(drill, stage.clone(), line).shown_in(words, |view| {
                let canvas = drawn(WIDE, view);
                let texts: Vec<_> = canvas.written().iter().map(|written| written.text.as_str()).collect();
                assert!(!texts.contains(&number.to_string().as_str()), "{texts:?}");
                assert!(texts.contains(&fill(&words.label.seconds, &[("seconds", &number)]).as_str()), "{texts:?}");
                let titled = texts.join(" ").contains(&words.label.measuring_in);
                assert_eq!(titled, matches!(stage, Stage::StandTall { .. }), "{texts:?}");
            });
        }
        let rest = GuidedScreen::new("bow", Stage::Rest { left: 17, of: 30 }, Line::Rest(17));
        assert_eq!(words.shown(&rest.guided), fill(&words.course.rest_set, &[("seconds", &17)]));
    }
}

/// The outline stands there for whoever has to step into it, and the sentence says so; it goes once they stand in it.
#[test]
fn the_outline_says_what_it_is_for() {
    let mut moment = GuidedScreen::new("bow", Stage::Arrive, Line::Obstacle(State::Nobody));
    let pixels = |moment: &GuidedScreen| {
        let mut pixels = Vec::new();
        moment.shown(|view| pixels = drawn(WIDE, view).pixels()[..300 * WIDE.0].to_vec());
        pixels
    };
    assert_eq!(moment.sentence(), moment.words.course.into_outline);
    let outlined = pixels(&moment);
    moment.guided.guidance.line = Line::Seen;
    let seen = pixels(&moment);
    assert_ne!(outlined, seen);
    moment.guided.guidance.line = Line::WellPlaced;
    assert_eq!(seen, pixels(&moment));
}

/// A cue that stands there between two bends says that it is for the next one.
#[test]
fn between_two_bends_a_cue_is_for_the_next_one() {
    for language in Language::ALL {
        for cue in [Cue::PushHipsBack, Cue::SoftenKnees, Cue::Slower, Cue::LookDown] {
            let moment = GuidedScreen::new("bow", Stage::Work { done: 3, of: 8 }, Line::Cue(cue));
            let shown = words(language).shown(&moment.guided);
            let before = words(language).course.next_one.replace("{cue}", "");
            assert!(shown.starts_with(&before), "{language:?}: {shown}");
        }
    }
}

#[test]
fn no_text_covers_another_at_any_stage_in_any_window_or_language() {
    let mut stages = [
        GuidedScreen::new("bow", Stage::Arrive, Line::Obstacle(State::Covered)),
        GuidedScreen::new("hamstring-floss", Stage::Lesson { part: 0.4 }, Line::Lesson(0)),
        question(QuestionKind::PainBefore, "", &[], Some(10)),
        question(QuestionKind::Activity(0), "Lifting my daughter into the car seat", &[], Some(0)),
        question(QuestionKind::Who, "", &["Ada", "Benedikt"], Some(1)),
        GuidedScreen::new("hip-flexor-stretch", Stage::Work { done: 11, of: 30 }, Line::SecondsLeft(19)),
        GuidedScreen::new("hip-flexor-stretch", Stage::Rest { left: 17, of: 30 }, Line::Rest(17)),
        GuidedScreen::new("bow", Stage::Close(session()), Line::Close { hips: 8, of: 16 }),
        review(),
    ];
    for size in [(480, 360), SQUARE, (1024, 768), (1280, 720), (2560, 1080), UPRIGHT, (720, 1280)] {
        for keys in [vec![], vec![KeyCommand::LargerText; 2]] {
            for moment in &mut stages {
                for language in Language::ALL {
                    moment.words = words(language);
                    let name = format!("{size:?} {keys:?} {language:?} {:?}", moment.guided.guidance.line);
                    moment.shown(|view| {
                        let view = View { settings: with(&keys), ..*view };
                        no_text_covers_another(&name, &drawn(size, &view));
                        if keys.is_empty() && size == SQUARE {
                            distance::holds(&name, &view);
                        }
                    });
                }
            }
        }
    }
}
