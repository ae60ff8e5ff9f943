//! The words about what is kept: a person, and a session.

use super::section;

section! {
    /// What is known about a person.
    PersonWords { known, unnamed, height, left, right, speaks, full_bend, build, sessions, last, day,
        import_new, import_known, import_what, import_before, import_elsewhere, import_ended, import_filmless, import_failed }
}

section! {
    /// What is told of a session that is kept, and of how it was kept.
    SessionWords {
        began, recording, recovered, source, guided, note, note_at, same, other, somebody_else, no_answer, given, samples_lost, pictures_lost,
        again_from, not_here, again_as, outside, kept, kept_partly, false_start, nothing_measured, nothing_measured_yet, keeping_seen, slow_disk, unkept, unkept_slow, unfilmed,
        built_like, built_like_nobody, give_already, give_done,
    }
}
