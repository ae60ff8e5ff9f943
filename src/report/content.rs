//! What a report is made of.

use euclid::{Size2D, size2};

use crate::coach::mobility::Mobility;
use crate::export::KeptSession;
use crate::i18n::Words;
use crate::pose::Camera;
use crate::review::SessionPlayer;
use crate::store::trend::Past;
use crate::store::{Session, StoredRepetition};

/// So many sessions of the drill are shown at most.
pub const MOST_SESSIONS: usize = 8;

/// What a report is made of.
#[derive(Debug)]
pub struct Report<'r> {
    /// The session.
    pub whole: &'r KeptSession,
    /// What was practised, by its name.
    pub drill: &'r str,
    /// The sessions of its drill, oldest first, up to this one.
    pub history: &'r [Past],
    /// What the mobility screen came to, and the one before it.
    pub screen: Option<(Mobility, Option<Mobility>)>,
    /// The numbers of the sets whose bends were to come from the back, to feel the difference.
    pub contrast: &'r [u32],
    /// Its video; none in an anonymous report too.
    pub player: Option<SessionPlayer>,
    /// Whether what tells who the person is stays out: pictures, name, note and source.
    pub anonymous: bool,
    /// In which language.
    pub words: &'r Words,
}

impl<'r> Report<'r> {
    pub(super) fn session(&self) -> &'r Session {
        &self.whole.session
    }

    /// The repetitions that the page is about: those of sets, but for those that were to come from the back.
    pub(super) fn repetitions(&self) -> Vec<&'r StoredRepetition> {
        let counted = |kept: &&StoredRepetition| kept.set.is_some_and(|set| !self.contrast.contains(&set));
        self.session().repetitions.iter().filter(counted).collect()
    }

    /// Size of the camera's picture, pixels.
    pub(super) fn picture_size(&self) -> Size2D<f32, Camera> {
        let (width, height) = self.session().entry.picture.unwrap_or_default();
        size2(width as f32, height as f32)
    }
}
