//! The words of the window: the labels, and the sentence that says what to do.

use super::{Words, fill, rounded_up, section};
use crate::coach::guided::TOLD_FOR;
use crate::coach::{LiveCue, MOST_PROBABLE, NoVerdict, Phase, Progress, Repetition, Verdict, is_squat};
use crate::geometry::{Bend, MINIMUM_BEND, Measurement, StandingDoubt, StandingFlaw, State};
use crate::pipeline::Halt;
use crate::source::Timestamp;

section! {
    /// The words of the verdicts.
    VerdictWords { hips, mixed, back, hips_from, mixed_from, back_from, percent, squat, small, bottom_hidden, open, doubtful, bent_knees, leaning, arm_up, not_still }
}

section! {
    /// The labels of numbers, pictures and cards.
    Labels {
        hips, back, depth, share, repetitions, last, last_probably, from_hips, seen_from_hips, as_asked, deepest, count, seen_hips, seen_mixed, seen_back, seen_unknown, began, reach, next, skip, watching, at_home_how, own_bend, pause, tell, end, last_done, measuring_in, measuring, seconds, done_of, done_seconds, waits, still_recording,
    }
}

section! {
    /// The effects of the keys, and how to control a session without them.
    KeyWords {
        title, space_bar, space, c, b, n, t, m, v, s, plus_minus, f, z, d, h, esc, hint, hands,
    }
}

section! {
    /// Instructions for each state in which the person is not measured.
    StateWords {
        nobody, several, cutoff, far, turned, notstanding, hidden, covered, glare, legs_hidden, calibrating, bent_knees, leaning, arm_up, not_still, dark, waiting, silent, frozen, repeated, stuck, unkept_halt, held, paused, away,
        leave, over, kept, unkept, simplified, slow, behind,
    }
}

section! {
    /// Instructions outside a guided session.
    PracticeWords {
        begin, next, full_bend, up, back, deep_enough, down, after_hips, after_hips_probably, after_mixed, after_back,
        after_unknown, after_small, after_hidden, after_squat,
    }
}

section! {
    /// Safety advice before the first bend.
    SafetyWords { line, setup }
}

impl KeyWords {
    /// The keys and their effects.
    pub fn rows(&self) -> [(&str, &str); 14] {
        [
            (&self.space_bar, &self.space),
            ("C", &self.c),
            ("B", &self.b),
            ("N", &self.n),
            ("T", &self.t),
            ("M", &self.m),
            ("V", &self.v),
            ("S", &self.s),
            ("+ −", &self.plus_minus),
            ("F", &self.f),
            ("Z", &self.z),
            ("D", &self.d),
            ("H", &self.h),
            ("Esc", &self.esc),
        ]
    }
}

impl Words {
    /// The instruction for a state in which the person is not measured.
    pub fn state(&self, state: State) -> &str {
        match state {
            State::Nobody => &self.state.nobody,
            State::Several => &self.state.several,
            State::CutOff => &self.state.cutoff,
            State::Far => &self.state.far,
            State::Turned => &self.state.turned,
            State::NotStanding => &self.state.notstanding,
            State::Hidden => &self.state.hidden,
            State::Covered => &self.state.covered,
            State::Glare => &self.state.glare,
            State::LegsHidden => &self.state.legs_hidden,
            State::Calibrating | State::Measured => &self.state.calibrating,
        }
    }

    /// The instruction for a flaw of the standing posture.
    pub fn standing_flaw(&self, flaw: StandingFlaw) -> &str {
        match flaw {
            StandingFlaw::BentKnees => &self.state.bent_knees,
            StandingFlaw::Leaning => &self.state.leaning,
            StandingFlaw::ArmUp => &self.state.arm_up,
            StandingFlaw::NotStill => &self.state.not_still,
        }
    }

    /// The instruction for a halt.
    pub fn halt(&self, halt: Halt) -> &str {
        match halt {
            Halt::Silent => &self.state.silent,
            Halt::Frozen => &self.state.frozen,
            Halt::Repeated => &self.state.repeated,
            Halt::Stuck => &self.state.stuck,
            Halt::Unkept => &self.state.unkept_halt,
        }
    }

    /// The word of a verdict.
    pub fn verdict(&self, verdict: Verdict) -> &str {
        match verdict {
            Verdict::Hips => &self.verdict.hips,
            Verdict::Mixed => &self.verdict.mixed,
            Verdict::Back => &self.verdict.back,
        }
    }

    /// What stands above the word of a verdict, so that it is not taken for an order.
    pub fn verdict_from(&self, verdict: Verdict) -> &str {
        match verdict {
            Verdict::Hips => &self.verdict.hips_from,
            Verdict::Mixed => &self.verdict.mixed_from,
            Verdict::Back => &self.verdict.back_from,
        }
    }

    /// The word of a verdict with its probability, if that is known, at most [`MOST_PROBABLE`].
    pub fn verdict_with_probability(&self, verdict: Verdict, probability: Option<f32>) -> String {
        let word = self.verdict(verdict);
        probability.map_or_else(
            || word.to_owned(),
            |probability| {
                let percent = (100.0 * probability.min(MOST_PROBABLE)).round();
                fill(&self.verdict.percent, &[("word", &word), ("percent", &percent)])
            },
        )
    }

    /// The verdict on a repetition with its probability, and whether it was a squat. `None` without a verdict.
    pub fn verdict_on(&self, repetition: &Repetition) -> Option<String> {
        let told = self.verdict_with_probability(repetition.verdict?, repetition.verdict_probability);
        Some(if is_squat(&repetition.bend) { fill(&self.verdict.squat, &[("verdict", &told)]) } else { told })
    }

    /// What is wrong with the standing posture that a repetition was measured from, and how much less certain that makes
    /// it; `None` if it matters little.
    pub fn doubtful(&self, repetition: &Repetition) -> Option<String> {
        let StandingDoubt { angle, flaw } = repetition.standing_doubt?;
        let words = &self.verdict;
        let flaw = match flaw? {
            StandingFlaw::BentKnees => &words.bent_knees,
            StandingFlaw::Leaning => &words.leaning,
            StandingFlaw::ArmUp => &words.arm_up,
            StandingFlaw::NotStill => &words.not_still,
        };
        Some(fill(&words.doubtful, &[("flaw", flaw), ("error", &rounded_up(angle))]))
    }

    /// Why there is no verdict, as a part of a sentence.
    pub fn no_verdict(&self, reason: NoVerdict) -> String {
        match reason {
            NoVerdict::TooSmall => {
                fill(&self.verdict.small, &[("degrees", &format!("{:.0}°", MINIMUM_BEND.to_degrees()))])
            }
            NoVerdict::BottomHidden => self.verdict.bottom_hidden.clone(),
            NoVerdict::LeftOpen(half_width_90) => fill(&self.verdict.open, &[("error", &rounded_up(half_width_90))]),
        }
    }

    /// The sentence that says what to do next outside a guided session, given the measurement, the progress of the
    /// repetition, if it is to be shown the posture, and the time.
    pub fn sentence(
        &self,
        measurement: &Measurement,
        progress: &Progress,
        bend: Option<&Bend>,
        now: Timestamp,
    ) -> &str {
        match (measurement.state, flaw_to_mend(measurement, progress)) {
            (State::Measured, Some(flaw)) => self.standing_flaw(flaw),
            (State::Measured, None) => self.exercise(progress, bend, now),
            (state, _) => self.state(state),
        }
    }

    fn exercise(&self, progress: &Progress, bend: Option<&Bend>, now: Timestamp) -> &str {
        match LiveCue::of(progress, bend) {
            Some(cue) => self.live_cue(cue),
            None if progress.awaits_full_bend => &self.practice.full_bend,
            None => self.between(progress, now),
        }
    }

    /// What to do at this moment of a bend.
    pub fn live_cue(&self, cue: LiveCue) -> &str {
        let words = &self.practice;
        match cue {
            LiveCue::Down => &words.down,
            LiveCue::BackJoinedIn => &words.back,
            LiveCue::DeepEnough => &words.deep_enough,
            LiveCue::Up => &words.up,
            LiveCue::ScreenDown => &self.mobility.down,
            LiveCue::ScreenFarEnough => &self.mobility.far_enough,
        }
    }

    /// Between two bends: what the last one was like for as long as it is the last thing that was done, then that the next may come.
    fn between(&self, progress: &Progress, now: Timestamp) -> &str {
        let words = &self.practice;
        let Some(last) = progress.repetitions.last() else { return &words.begin };
        match last.verdict {
            _ if now.since(last.end) >= TOLD_FOR => &words.next,
            _ if is_squat(&last.bend) => &words.after_squat,
            Some(Verdict::Hips) if last.is_probable() => &words.after_hips_probably,
            Some(Verdict::Hips) => &words.after_hips,
            Some(Verdict::Mixed) => &words.after_mixed,
            Some(Verdict::Back) => &words.after_back,
            None => match last.no_verdict() {
                Some(NoVerdict::TooSmall) => &words.after_small,
                Some(NoVerdict::BottomHidden) => &words.after_hidden,
                Some(NoVerdict::LeftOpen(_)) | None => &words.after_unknown,
            },
        }
    }
}

/// The flaw of the standing posture that the person should hear of, between two bends. Some people cannot stand any
/// taller: they hear it until their first repetition. A still second everybody has.
fn flaw_to_mend(measurement: &Measurement, progress: &Progress) -> Option<StandingFlaw> {
    let flaw = measurement.standing_doubt?.flaw?;
    let mendable = flaw == StandingFlaw::NotStill || progress.repetitions.is_empty();
    (progress.phase == Phase::Top && !progress.awaits_full_bend && mendable).then_some(flaw)
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::i18n::Language;
    use crate::units::degrees;

    fn sentence(change: impl FnOnce(&mut Progress), hip: Option<f32>) -> String {
        let words = Words::read(Language::English).unwrap();
        let mut progress = Progress::default();
        change(&mut progress);
        let bend = hip.map(|hip| Bend { hip_flexion: Angle::degrees(hip), ..Bend::default() });
        let measured = Measurement { state: State::Measured, ..Measurement::default() };
        words.sentence(&measured, &progress, bend.as_ref(), Timestamp::default()).to_owned()
    }

    #[test]
    fn the_sentence_follows_the_movement() {
        let words = Words::read(Language::English).unwrap().practice;
        let during =
            |phase, verdict| sentence(|progress| (progress.phase, progress.verdict) = (phase, verdict), Some(30.0));
        assert_eq!(during(Phase::Top, None), words.begin);
        assert_eq!(during(Phase::Down, Some(Verdict::Hips)), words.down);
        assert_eq!(during(Phase::Down, Some(Verdict::Back)), words.back);
        assert_eq!(during(Phase::Up, Some(Verdict::Back)), words.up);
        assert_eq!(sentence(|progress| progress.phase = Phase::Bottom, Some(89.0)), words.deep_enough);
        assert_eq!(sentence(|progress| progress.phase = Phase::Bottom, None), words.down);
        let prompted =
            |phase| sentence(|progress| (progress.phase, progress.awaits_full_bend) = (phase, true), Some(30.0));
        assert_eq!([prompted(Phase::Top), prompted(Phase::Up)], [words.full_bend.clone(), words.up.clone()]);
    }

    #[test]
    fn between_two_bends_the_last_one_counts() {
        let words = Words::read(Language::English).unwrap().practice;
        let after = |verdict| {
            let repetition = Repetition { verdict, ..Repetition::default() };
            sentence(|progress| progress.repetitions = [repetition].into(), None)
        };
        assert_eq!(after(Some(Verdict::Hips)), words.after_hips);
        assert_eq!(after(Some(Verdict::Mixed)), words.after_mixed);
        assert_eq!(after(Some(Verdict::Back)), words.after_back);
        assert_eq!(after(None), words.after_small);
        let bend = Bend { hip_flexion: degrees(60.0), ..Bend::default() };
        for (bottom_hidden, expected) in [(false, &words.after_unknown), (true, &words.after_hidden)] {
            let repetition = Repetition { bend, bottom_hidden, ..Repetition::default() };
            assert_eq!(&sentence(|progress| progress.repetitions = [repetition].into(), None), expected);
        }
        let probable = |verdict_probability| {
            let repetition = Repetition { verdict: Some(Verdict::Hips), verdict_probability, ..Repetition::default() };
            sentence(|progress| progress.repetitions = [repetition].into(), None)
        };
        assert_eq!(probable(Some(0.79)), words.after_hips_probably);
        assert_eq!(probable(Some(0.81)), words.after_hips);
    }

    /// Whoever was away, or only stands there, is not praised for a bend long ago, and hears no cue that belongs into a bend.
    #[test]
    fn a_bend_is_told_of_while_it_is_the_last_thing_that_was_done() {
        for language in Language::ALL {
            let words = Words::read(language).unwrap();
            let end = Timestamp::from_secs_f64(20.0);
            for verdict in [None, Some(Verdict::Hips), Some(Verdict::Mixed), Some(Verdict::Back)] {
                let last = Repetition { verdict, end, ..Repetition::default() };
                let progress = Progress { repetitions: [last].into(), ..Progress::default() };
                let measured = Measurement { state: State::Measured, ..Measurement::default() };
                let told = |now| words.sentence(&measured, &progress, None, Timestamp::from_secs_f64(now));
                assert_ne!(told(24.0), words.practice.next, "{language:?} {verdict:?}");
                assert_eq!(told(27.0), words.practice.next, "{language:?} {verdict:?}");
                assert!(![&words.practice.down, &words.practice.back].contains(&&told(24.0).to_owned()));
            }
        }
    }

    #[test]
    fn a_squat_is_called_one() {
        let words = Words::read(Language::English).unwrap();
        let (hip_flexion, knee_flexion, trunk_inclination) = (degrees(79.0), degrees(77.0), degrees(28.0));
        let bend = Bend { hip_flexion, knee_flexion, trunk_inclination, ..Bend::default() };
        let verdict = Some(Verdict::Hips);
        let squat = Repetition { bend, verdict, verdict_probability: Some(0.99), ..Repetition::default() };
        let said = sentence(|progress| progress.repetitions = [squat].into(), None);
        assert_eq!(said, words.practice.after_squat);
        assert_eq!(words.verdict_on(&squat).as_deref(), Some("HIPS 99 %, a squat"));
    }

    #[test]
    fn a_verdict_has_its_probability_and_none_its_reason() {
        let words = Words::read(Language::English).unwrap();
        for (probability, told) in
            [(Some(0.625), "HIPS 63 %"), (Some(0.999), "HIPS 99 %"), (Some(0.5), "HIPS 50 %"), (None, "HIPS")]
        {
            assert_eq!(words.verdict_with_probability(Verdict::Hips, probability), told);
        }
        assert_eq!(words.no_verdict(NoVerdict::TooSmall), "bent less than 10°");
        assert_eq!(words.no_verdict(NoVerdict::LeftOpen(Angle::degrees(11.2))), "±12° leaves it open");
    }

    #[test]
    fn whoever_stands_badly_is_told_before_the_first_bend_and_to_stand_still_before_each() {
        let words = Words::read(Language::English).unwrap();
        let told = |flaw, progress: &Progress| {
            let standing_doubt = Some(StandingDoubt { angle: Angle::degrees(4.0), flaw: Some(flaw) });
            let measured = Measurement { state: State::Measured, standing_doubt, ..Measurement::default() };
            words.sentence(&measured, progress, None, Timestamp::default()).to_owned()
        };
        let later = Progress { repetitions: [Repetition::default()].into(), ..Progress::default() };
        for flaw in StandingFlaw::ALL {
            assert_eq!(told(flaw, &Progress::default()), words.standing_flaw(flaw));
            let bent = Progress { phase: Phase::Down, ..Progress::default() };
            assert_eq!(told(flaw, &bent), words.practice.down);
            let again = told(flaw, &later) == words.standing_flaw(flaw);
            assert_eq!(again, flaw == StandingFlaw::NotStill, "{flaw:?}");
        }
    }

    #[test]
    fn an_obstacle_comes_before_the_movement() {
        let words = Words::read(Language::English).unwrap();
        let bent = Progress { phase: Phase::Down, ..Progress::default() };
        for state in State::ALL.into_iter().filter(|state| *state != State::Measured) {
            let measurement = Measurement { state, ..Measurement::default() };
            assert_eq!(
                words.sentence(&measurement, &bent, None, Timestamp::default()),
                words.state(state),
                "{state:?}"
            );
        }
    }
}
