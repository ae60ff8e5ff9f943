//! The words of the terminal: the live line, the table of a set, the findings of an analysis.

use super::{fill, section};
use crate::inference::{FetchNews, VERSION};

section! {
    /// The live line, the events and the table at the end of a set. All but the sentences are laid out in columns.
    TableWords {
        line, event, uncounted, standing, number, lowest, share, verdict, no_verdict, none, one, many, seen, asked, untold,
    }
}

section! {
    /// What a command tells while it works, and what it has done.
    ProcessWords {
        stopping, fetching, still_fetching, fetching_elsewhere, written, written_page, written_pdf, no_pictures, no_video, last_of, named_twice,
        some_failed, unkept, unkept_on,
    }
}

impl ProcessWords {
    /// What is told while ONNX Runtime is fetched.
    pub fn fetching(&self, news: &FetchNews) -> String {
        match news {
            FetchNews::Begun { megabytes, with } => {
                fill(&self.fetching, &[("version", &VERSION), ("megabytes", megabytes), ("with", with)])
            }
            FetchNews::GoesOn { seconds, with } => fill(&self.still_fetching, &[("seconds", seconds), ("with", with)]),
            FetchNews::Elsewhere => self.fetching_elsewhere.clone(),
        }
    }
}

section! {
    /// Why a session has no window.
    DisplayWords { none, few_colours, odd_colours, input_method }
}

section! {
    /// How loud the sound is, and why there is none.
    SoundWords { speech_lost, chimes_lost, hum_lost, hung, failed, off, volume, none }
}

section! {
    /// The description of drills.
    DrillWords {
        bends, time, each_side, programme, own, shown, posture, measures, measures_less, measures_untested, about_shown, about_posture, about_measures,
        about_less, about_untested, goal, straight, soft, bent, hips, test, contrast, either, head_amount, head_goal, head_camera,
        head_mind, head_source, hint,
    }
}

section! {
    /// The findings of an analysis and what prevented it.
    FindingWords {
        no_whole_bend, nobody_at_all, several_at_all, several_in_part, unfinished, single_picture, too_short, size_changes,
        odd_orientation, odd_edits, frames_lost, pictures_lost, nothing, obstructed, nobody,
        several, cutoff, far, turned, notstanding, hidden, covered, glare, legs_hidden, calibrating,
        doubt_bent_knees, doubt_leaning, doubt_arm_up, doubt_not_still,
        squeezed, stretched, camera_squeezed, camera_stretched, repeated, camera_repeated, times_halt,
    }
}
