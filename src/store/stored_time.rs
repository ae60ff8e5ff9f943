//! Times as they are kept: nanoseconds on the clock of the session's source.

use std::time::Duration;

use crate::source::Timestamp;

/// A time as it is kept; the end of time for one that lies beyond it.
pub(super) fn nanoseconds(time: Timestamp) -> i64 {
    i64::try_from(time.since(Timestamp::default()).as_nanos()).unwrap_or(i64::MAX)
}

/// The time that was kept; `None` before the beginning of time.
pub(super) fn timestamp(nanoseconds: i64) -> Option<Timestamp> {
    u64::try_from(nanoseconds).ok().map(|nanoseconds| Timestamp::new(Duration::from_nanos(nanoseconds)))
}
