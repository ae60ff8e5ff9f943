//! The content of a report.

use euclid::{Size2D, size2};

use super::supplement::Course;
use crate::coach::AskedRepetition;
use crate::coach::mobility::Mobility;
use crate::i18n::Words;
use crate::pose::Camera;
use crate::review::SessionPlayer;
use crate::store::trend::Past;
use crate::store::{SampleSource, Session, StoredRepetition};

/// The most sessions of the drill that are shown.
pub const MOST_SESSIONS: usize = 8;

/// The content of a report.
#[derive(Debug)]
pub struct Report<'r> {
    /// The session.
    pub session: &'r Session,
    /// Its samples.
    pub samples: &'r dyn SampleSource,
    /// The name of the drill.
    pub drill: &'r str,
    /// The sessions of the drill up to this one, oldest first.
    pub history: &'r [Past],
    /// The results of the mobility screen and of the one before it.
    pub screen: Option<(Mobility, Option<Mobility>)>,
    /// The player of its video; `None` also in a report without pictures.
    pub player: Option<SessionPlayer>,
    /// Whether faces are shown as they are.
    pub faces: bool,
    /// Prescription and scores.
    pub course: &'r Course,
    /// Whether to omit what identifies the person: pictures, name, note and source.
    pub anonymous: bool,
    /// The text in the language of the report.
    pub words: &'r Words,
}

impl<'r> Report<'r> {
    /// The repetitions whose values are in the report: those that are compared from session to session.
    pub(super) fn repetitions(&self) -> Vec<&'r StoredRepetition> {
        self.session.compared().collect()
    }

    /// The repetitions without feedback, of which those that were begun anew tell what stayed.
    pub(super) fn retention(&self) -> Vec<&'r StoredRepetition> {
        self.session.last_without_feedback().collect()
    }

    /// What the sentence about the session counts: every bend with feedback, and what was asked of it.
    pub(super) fn asked(&self) -> Vec<AskedRepetition> {
        self.session.asked()
    }

    /// Size of the camera's picture, pixels.
    pub(super) fn picture_size(&self) -> Size2D<f32, Camera> {
        let (width, height) = self.session.entry.picture.unwrap_or_default();
        size2(width as f32, height as f32)
    }
}
