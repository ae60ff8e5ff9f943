//! Made keys and ratings for the tests.

use std::collections::BTreeMap;

use super::{Judgement, KeyClip, PersonUnit, RatingKey, RatingScore, Ratings};

/// A key whose clips have these verdicts, four of each person.
pub(super) fn key(verdicts: &[&str]) -> RatingKey {
    let clip = |(place, verdict): (usize, &&str)| KeyClip {
        clip: 0,
        session: format!("2026-11-{:02}", place / 4 + 1),
        session_uid: format!("{:032x}", place / 4),
        measured_by: "0.1.0".to_owned(),
        person: format!("P{:03}", place / 4),
        repetition: place as u32 % 4 + 1,
        start_s: 1.0,
        end_s: 3.5,
        verdict: (*verdict).to_owned(),
        verdict_probability: None,
        lumbar_flexion_deg: 12.5,
        lumbar_flexion_interval_deg: 8.0,
    };
    RatingKey::new(7, PersonUnit::Person, verdicts.iter().enumerate().map(clip).collect())
}

/// The ratings of a rater, clip by clip.
pub(super) fn ratings(rater: &str, said: &[Option<Judgement>]) -> Ratings {
    let judgements = said.iter().zip(1..).filter_map(|(judgement, clip)| Some((clip, (*judgement)?)));
    Ratings {
        file: format!("{rater}.csv"),
        rater: rater.to_owned(),
        names_set: true,
        judgements: judgements.collect::<BTreeMap<_, _>>(),
    }
}

/// The ratings of a rater, in words.
pub(super) fn verdicts(rater: &str, words: &[&str]) -> Ratings {
    ratings(rater, &words.iter().map(|word| Judgement::from_word(word)).collect::<Vec<_>>())
}

/// The score of raters against what the program said.
pub(crate) fn scored(program: &[&str], raters: &[(&str, &[&str])]) -> RatingScore {
    let raters: Vec<Ratings> = raters.iter().map(|(name, words)| verdicts(name, words)).collect();
    RatingScore::of(&key(program), &raters)
}
