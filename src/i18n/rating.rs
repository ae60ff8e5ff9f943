//! The words of the form for raters, and of the page with their agreement.

use super::section;

section! {
    /// The words on the form of `bendwise rate make`, which holds both languages.
    RatingFormWords {
        title, rater, date, set, no_script, how, how_judge, how_only, how_alone, how_memory, unplayable, place, progress, previous, next, slow, space_bar, pause, question, hips, hips_text, mixed, mixed_text, back, back_text, cannot_tell, cannot_tell_text, done, no_memory, save, print, faces, paper,
    }
}

section! {
    /// The words on the page of `bendwise rate score`.
    RatingWords {
        title, set, clips, clips_text, persons, one_person, sessions, one_session, raters, head_compared, head_one, head_undefined, difference_text, difference_bare, interval, no_interval, with_program, between_raters, pairs, pair, both, left_out, agreement, linear, quadratic, unweighted, opposite, pairs_text, tables, table_text, judges, judge, hips, mixed, back, cannot_tell, missing, undefined, reading, measured, note_undefined, note_interval, unit_persons, unit_sessions, note_sessions, note_one, note_few, note_spread, note_truth, note_missing,
    }
}
