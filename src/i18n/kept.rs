//! The words about what is kept: a person, and a session.

use super::section;

/// The numbers of repetitions, which rise, as they are named in a sentence: `1–3, 9`.
pub fn listed_numbers(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|one, next| one.checked_add(1) == Some(*next));
    let told = |run: &[u32]| match run {
        [first, .., last] => format!("{first}–{last}"),
        _ => run.iter().map(u32::to_string).collect(),
    };
    runs.map(told).collect::<Vec<_>>().join(", ")
}

section! {
    /// What is known about a person.
    PersonWords { known, unnamed, height, left, right, speaks, full_bend, build, sessions, last, day,
        import_new, import_known, import_what, import_before, import_elsewhere, import_ended, import_filmless, import_failed, export_filmless,
        left_out_language, left_out_scores, left_out_prescription,
        head_name, head_sessions, head_last, head_pseudonym, nameless, list_hint, added, added_before, renamed, exported, everything,
        forgotten, forgotten_no_room, forgotten_in_use }
}

section! {
    /// What is told of a session that is kept, and of how it was kept.
    SessionWords {
        began, recording, recovered, broke_off, source, guided, note, note_at, same, other, somebody_else, no_answer, given, samples_lost, pictures_lost, video_gone,
        again_from, not_here, again_as, outside, without_feedback, kept, kept_partly, gone, film_gone, false_start, nothing_measured, nothing_measured_yet, keeping_seen, slow_disk, unkept, unkept_slow, unfilmed,
        built_like, built_like_nobody, give_already, give_done,
        head_session, head_when, head_length, head_what, head_as_asked, head_name, head_who, today, yesterday, week_ago, weeks_ago, months_ago,
        years_ago, listed_day, as_asked, remeasured, list_hint, older, none_kept, none_of, none_such, name_now, name_removed, note_now, note_removed, imported,
        unplayable, exported, exported_film, exported_anonymous, deleted, deleted_held, not_deleted, nothing_deleted, delete_what, delete_question,
    }
}

#[cfg(test)]
mod tests {
    use super::listed_numbers;

    #[test]
    fn numbers_that_follow_each_other_are_named_by_their_ends() {
        assert_eq!(listed_numbers(&[1, 2, 3, 9]), "1–3, 9");
        assert_eq!(listed_numbers(&[4]), "4");
        assert_eq!(listed_numbers(&[1, 2]), "1–2");
        assert_eq!(listed_numbers(&[]), "");
    }
}
