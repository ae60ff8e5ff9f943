//! Requests to the measurement, whoever makes them: a key, a guided session, the model fallback.

use crate::spine::Facing;

/// Something for the chain to do before its next frame. Each request sets a value instead of toggling one, so it is
/// idempotent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainRequest {
    /// Measure the standing posture again.
    Recalibrate,
    /// Take the next bend as the person's own full one, or stop waiting for it.
    AwaitFullBend(bool),
    /// Fix which way the person faces, or detect it from the picture again (`None`).
    Face(Option<Facing>),
}

impl ChainRequest {
    /// Every request.
    const ALL: [Self; 6] = [
        Self::Recalibrate,
        Self::AwaitFullBend(true),
        Self::AwaitFullBend(false),
        Self::Face(Some(Facing::Left)),
        Self::Face(Some(Facing::Right)),
        Self::Face(None),
    ];

    /// Returns what the key for a full bend requests: one, or none if one is already `awaited`. If a guided session has
    /// `offered` one, the key accepts it.
    pub fn full_bend_key(awaited: bool, offered: bool) -> Self {
        Self::AwaitFullBend(offered || !awaited)
    }

    /// Returns the code for this request in a stored session.
    pub fn code(self) -> &'static str {
        match self {
            Self::Recalibrate => "recalibrate",
            Self::AwaitFullBend(true) => "full_bend_on",
            Self::AwaitFullBend(false) => "full_bend_off",
            Self::Face(Some(Facing::Left)) => "face_left",
            Self::Face(Some(Facing::Right)) => "face_right",
            Self::Face(None) => "face_auto",
        }
    }

    /// Parses a code; `None` if it is unknown.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|request| request.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_in_kept_sessions_stay_what_they_are() {
        use ChainRequest::{AwaitFullBend, Face, Recalibrate};
        for (request, code) in [
            (Recalibrate, "recalibrate"),
            (AwaitFullBend(true), "full_bend_on"),
            (AwaitFullBend(false), "full_bend_off"),
            (Face(Some(Facing::Left)), "face_left"),
            (Face(Some(Facing::Right)), "face_right"),
            (Face(None), "face_auto"),
        ] {
            assert_eq!((request.code(), ChainRequest::from_code(code)), (code, Some(request)));
        }
        assert_eq!(["", "face", "Recalibrate"].map(ChainRequest::from_code), [None; 3]);
    }

    #[test]
    fn the_key_takes_back_what_it_asked_for_but_never_what_is_offered() {
        let asks = |awaited, offered| ChainRequest::full_bend_key(awaited, offered);
        assert_eq!([asks(false, false), asks(true, false)], [true, false].map(ChainRequest::AwaitFullBend));
        assert_eq!([asks(false, true), asks(true, true)], [ChainRequest::AwaitFullBend(true); 2]);
    }
}
