//! Separates the requests that others make, as by a key, from those of the guided session itself.

use crate::coach::{ChainRequest, Progress};

/// The session's requests of the last frame: this frame reports that they were carried out.
#[derive(Debug, Default)]
pub(super) struct OwnRequests(Vec<ChainRequest>);

impl OwnRequests {
    /// Records the session's requests of this frame.
    pub fn note(&mut self, requests: &[ChainRequest]) {
        self.0 = requests.to_vec();
    }

    /// Returns whether others requested a full bend before this frame (or cancelled it); `None` if they did neither.
    pub fn full_bend_by_others(&mut self, progress: &Progress) -> Option<bool> {
        let mut own = std::mem::take(&mut self.0);
        let by_others = |request: &ChainRequest| match own.iter().position(|mine| mine == request) {
            Some(place) => {
                own.swap_remove(place);
                false
            }
            None => true,
        };
        let asked = progress.requests().filter(by_others).filter_map(|request| match request {
            ChainRequest::AwaitFullBend(awaited) => Some(awaited),
            ChainRequest::Recalibrate | ChainRequest::Face(_) => None,
        });
        asked.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Event;

    #[test]
    fn what_the_course_asked_itself_is_not_taken_for_a_key() {
        use ChainRequest::{AwaitFullBend, Recalibrate};
        let reported = |requests: &[ChainRequest]| Progress {
            events: requests.iter().copied().map(Event::Requested).collect(),
            ..Progress::default()
        };
        let mut own = OwnRequests::default();
        own.note(&[Recalibrate, AwaitFullBend(true)]);
        assert_eq!(own.full_bend_by_others(&reported(&[Recalibrate, AwaitFullBend(true)])), None);
        assert_eq!(own.full_bend_by_others(&reported(&[AwaitFullBend(true)])), Some(true), "it was told of once");
        own.note(&[AwaitFullBend(true)]);
        let both = reported(&[AwaitFullBend(true), AwaitFullBend(true), Recalibrate]);
        assert_eq!(own.full_bend_by_others(&both), Some(true));
        own.note(&[]);
        assert_eq!(own.full_bend_by_others(&reported(&[AwaitFullBend(true), AwaitFullBend(false)])), Some(false));
    }
}
