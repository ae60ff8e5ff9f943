//! The words of the form for raters, and of the page with their agreement.

use super::{Language, section};

/// The words of the form, which are shown in all languages at once.
macro_rules! form {
    ($($word:ident),+ $(,)?) => {
        section! {
            /// The words on the form of `bendwise rate make`, which holds all languages.
            RatingFormWords { $($word),+ }
        }

        impl RatingFormWords {
            /// The words of several languages as one, each made of its texts in all of them.
            pub fn joined(all: &[&Self], join: impl Fn(&[&str]) -> String) -> Self {
                Self { language: Language::default(), $($word: join(&all.iter().map(|words| words.$word.as_str()).collect::<Vec<_>>())),+ }
            }
        }
    };
}

form! {
    title, rater, date, set, no_script, how, how_judge, how_only, how_alone, how_memory, unplayable, place, progress, previous, next, slow, space_bar, pause, question, hips, hips_text, mixed, mixed_text, back, back_text, cannot_tell, cannot_tell_text, done, no_memory, save, print, faces, paper,
}

section! {
    /// The words on the page of `bendwise rate score`.
    RatingWords {
        title, set, clips, clips_text, persons, one_person, sessions, one_session, raters, head_compared, head_one, head_undefined, common_text, difference_text, difference_bare, interval, no_interval, with_program, between_raters, pairs, pair, both, left_out, agreement, linear, quadratic, unweighted, opposite, pairs_text, tables, table_text, judges, judge, hips, mixed, back, cannot_tell, missing, undefined, reading, measured, note_undefined, note_interval, unit_persons, unit_sessions, note_sessions, note_one, note_few, note_spread, note_truth, note_missing,
    }
}
