//! Errors of a comparison. Each message names the value and the way out; text out of a file is made harmless first.

use std::io::ErrorKind;

use super::checked_angle::CheckedAngle;
use super::file_fault::FileFault;
use super::requirements::{MIN_CORRELATION, MIN_OVERLAP, MIN_STANDING};
use super::wording::{NearMiss, below, meant, proportion, shown};

/// Why a session and a second measurement cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum AgreementError {
    /// A file cannot be read, or does not hold what is needed.
    #[error("{}: {fault}", shown(file))]
    File {
        /// The file as the user named it.
        file: String,
        /// What is wrong with it.
        #[source]
        fault: FileFault,
    },
    /// A file is not there.
    #[error("There is no file {}: check the name", shown(.0))]
    Absent(String),
    /// One inclinometer alone.
    #[error(
        "There is only {}: lumbar flexion is the difference of two inclinometers, so give the file of the other as well \
         (first T12/L1, then S1), or a file with a column lumbar_flexion_deg{}", has, meant(near.as_ref())
    )]
    OneSensor {
        /// What there is.
        has: &'static str,
        /// A column that may have been meant for the other.
        near: Option<NearMiss>,
    },
    /// The same file twice.
    #[error("{} and {} are the same measurement: give the file of T12/L1 and the file of S1", shown(.0), shown(.1))]
    SameFile(String, String),
    /// Two files of the same place.
    #[error("Both files measure {0}: give one of T12/L1 and one of S1")]
    SamePlace(&'static str),
    /// Two files of the same angle.
    #[error(
        "Both files measure {0}, and only one of them would be compared: give each file in a comparison of its own, or take that \
         column out of one of them"
    )]
    SameAngle(&'static str),
    /// The session has no measured frame.
    #[error("The session {} has no measured frame: there is nothing to compare", shown(.0))]
    NothingMeasured(String),
    /// The session has no bend.
    #[error("The session {} has no repetition: the comparison needs bends with standing between them", shown(.0))]
    NoRepetition(String),
    /// The session is too short.
    #[error(
        "The session {} has {seconds:.1} s of measured frames, and {MIN_OVERLAP} s are needed: compare a longer one",
        shown(name)
    )]
    ShortSession {
        /// The session.
        name: String,
        /// What was measured of it, seconds.
        seconds: f64,
    },
    /// The recording is too short.
    #[error("{} holds {seconds:.1} s, and {MIN_OVERLAP} s are needed: record the whole session", shown(file))]
    ShortRecording {
        /// The file.
        file: String,
        /// How long it is, seconds.
        seconds: f64,
    },
    /// The best alignment leaves most of both without the other.
    #[error(
        "{} fits the session best where the two share {overlap:.0} s, which leaves most of the movement of both without the \
         other: give the recordings of the same bends, or, if these are, say with --offset how the clocks differ",
        shown(file)
    )]
    LittleShared {
        /// The file.
        file: String,
        /// How long both measure, seconds.
        overlap: f64,
    },
    /// The curves are alike but for their sign.
    #[error(
        "{what} of {} falls where that of the session rises (correlation {correlation:.2}): its sign is turned round, or \
         the columns or files of T12/L1 and S1 are swapped; bending forward is positive",
        shown(file)
    )]
    Mirrored {
        /// The column.
        what: CheckedAngle,
        /// The file.
        file: String,
        /// The correlation.
        correlation: f64,
    },
    /// A column moves in another unit.
    #[error(
        "{what} of {} moves {} the session's: check its unit (the ending of the column's name, or inDegrees in OpenSim's header)",
        shown(file), proportion(*scale)
    )]
    ColumnScale {
        /// The column.
        what: CheckedAngle,
        /// The file.
        file: String,
        /// The size of its movement, where that of the session is 1.
        scale: f64,
    },
    /// A column moves further than a body can.
    #[error(
        "{what} of {} moves over {range:.0}°, which no person can: check its unit (the ending of the column's name, or \
         inDegrees in OpenSim's header) and its sign",
        shown(file)
    )]
    ColumnRange {
        /// The column.
        what: CheckedAngle,
        /// The file.
        file: String,
        /// Its range, degrees.
        range: f64,
    },
    /// No alignment shows enough of both.
    #[error(
        "{} and the session share no {MIN_OVERLAP} s of movement: give the recordings of the same bends, both with the first and the last bend",
        shown(.0)
    )]
    NoOverlap(String),
    /// The curves do not look alike, however they are shifted.
    #[error(
        "{} and the session do not show the same movement: the best alignment correlates by {:.2}, and {MIN_CORRELATION:.2} \
         is needed. Check that both are of the same bends, that the units are right and that neither plays at another speed",
        shown(file), below(*correlation)
    )]
    NoCorrelation {
        /// The file.
        file: String,
        /// The best correlation that was found.
        correlation: f64,
    },
    /// Two alignments fit alike, and neither well.
    #[error(
        "{} fits the session nowhere well: at best they correlate by {:.2}, and at another offset almost as well, as bends of other \
         times do. The two seem to share too few bends: give recordings that both hold the first and the last bend, or, if these \
         do, say with --offset how the clocks differ",
        shown(file), below(*correlation)
    )]
    LittleOverlap {
        /// The file.
        file: String,
        /// The best correlation that was found.
        correlation: f64,
    },
    /// Two alignments fit alike.
    #[error(
        "{} fits the session at an offset of {first:.1} s and, almost as well, of {second:.1} s, as the bends are too much alike: \
         say which with --offset, or begin the next recording with three quick bows",
        shown(file)
    )]
    Ambiguous {
        /// The file.
        file: String,
        /// The best offset, seconds.
        first: f64,
        /// The next best, seconds.
        second: f64,
    },
    /// The clocks run too differently.
    #[error(
        "The clocks of {} and the session differ by {:.1} s in an hour: one of them plays at another speed, so check its frame rate",
        shown(file), drift * 3600.0
    )]
    Drift {
        /// The file.
        file: String,
        /// The relative difference.
        drift: f64,
    },
    /// The angles are of another size.
    #[error(
        "The angles of {} move {} the session's: check the unit in the column's name (_deg or _rad), or inDegrees in OpenSim's header",
        shown(file), proportion(*scale)
    )]
    Scale {
        /// The file.
        file: String,
        /// The size of its movement, where that of the session is 1.
        scale: f64,
    },
    /// The second measurement and the session are never both standing.
    #[error(
        "The person never stands still for {MIN_STANDING} s where both measure: standing is the zero of both, so record some seconds of it before the first bend"
    )]
    NoStanding,
    /// The second measurement has gaps at each bend.
    #[error("The second measurement has a gap at the lowest point of each repetition: there is nothing to compare")]
    OnlyGaps,
}

impl FileFault {
    /// Adds the name of the file.
    pub(super) fn of(self, file: &str) -> AgreementError {
        match self {
            Self::Unreadable(cause) if cause.kind() == ErrorKind::NotFound => AgreementError::Absent(file.to_owned()),
            fault => AgreementError::File { file: file.to_owned(), fault },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bend_is_asked_for_as_the_session_counts_it() {
        let told = AgreementError::NoRepetition("a".to_owned()).to_string();
        assert!(told.contains("needs bends with standing between them") && !told.contains('°'), "{told}");
    }

    #[test]
    fn sizes_are_told_in_words() {
        let scale = |scale| AgreementError::Scale { file: "a.csv".to_owned(), scale }.to_string();
        assert!(scale(0.0175).contains("only 0.018 times as much as the session's"), "{}", scale(0.0175));
        assert!(scale(57.3).contains("57 times as much"));
    }
}
