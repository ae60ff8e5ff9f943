//! The words of the terminal: the live line, the table of a set, what an analysis found.

use super::section;

section! {
    /// The live line, the events and the table at the end of a set. All but the sentences stand in columns.
    TableWords {
        line, event, standing, number, lowest, share, verdict, no_verdict, none, one, many,
    }
}

section! {
    /// What is told of the drills.
    DrillWords {
        bends, time, each_side, programme, own, shown, posture, measures, measures_less, measures_untested, about_shown, about_posture, about_measures,
        about_less, about_untested, goal, straight, soft, bent, hips, test, contrast, either, head_amount, head_goal, head_camera,
        head_mind, head_source, hint,
    }
}

section! {
    /// What an analysis found and what got in its way.
    FindingWords {
        no_whole_bend, nobody_at_all, several_at_all, several_in_part, unfinished, frames_lost, pictures_lost, nothing, nobody,
        several, cutoff, far, turned, notstanding, hidden, covered, calibrating,
    }
}
