//! Stored times: nanoseconds on the clock of the session's source.

use std::time::Duration;

use crate::source::Timestamp;

/// Converts a time for storage, saturating at the largest value.
pub(super) fn nanoseconds(time: Timestamp) -> i64 {
    i64::try_from(time.since(Timestamp::default()).as_nanos()).unwrap_or(i64::MAX)
}

/// Converts a stored time. Returns `None` if it is negative.
pub(super) fn timestamp(nanoseconds: i64) -> Option<Timestamp> {
    u64::try_from(nanoseconds).ok().map(|nanoseconds| Timestamp::new(Duration::from_nanos(nanoseconds)))
}
