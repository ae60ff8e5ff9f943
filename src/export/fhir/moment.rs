//! Moments as FHIR writes them: with the zone, to the millisecond.

use std::time::Duration;

use jiff::tz::Offset;
use jiff::{Zoned, tz::TimeZone};

use super::resource::FhirPeriod;

/// The years that FHIR can write.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9999;

/// The furthest offset from UTC that FHIR can write, seconds.
const FURTHEST: i32 = 14 * 3600;

/// A moment; `None` of one in a year that FHIR cannot write.
pub(super) fn date_time(moment: &Zoned) -> Option<String> {
    let offset = moment.offset();
    let plain = offset.seconds() % 60 == 0 && offset.seconds().abs() <= FURTHEST;
    let moment = moment.with_time_zone(TimeZone::fixed(if plain { offset } else { Offset::UTC }));
    YEARS.contains(&moment.year()).then(|| moment.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string())
}

/// A day; `None` of one in a year that FHIR cannot write.
pub(super) fn day(moment: &Zoned) -> Option<String> {
    YEARS.contains(&moment.year()).then(|| moment.date().to_string())
}

/// A time from a moment on.
pub(super) fn period(began: &Zoned, from: Duration, to: Duration) -> Option<FhirPeriod> {
    let at = |after: Duration| date_time(&began.checked_add(after).ok()?);
    Some(FhirPeriod { start: at(from)?, end: at(to.max(from))? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_zone_and_one_that_cannot_be_written_has_none() {
        let written = |moment: &str| date_time(&moment.parse().unwrap());
        assert_eq!(written("2026-11-22T08:05:00.25+01:00[+01:00]").as_deref(), Some("2026-11-22T08:05:00.250+01:00"));
        let of_the_sun = Offset::from_seconds(3208).unwrap();
        let before_zones =
            "1900-01-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap().to_zoned(TimeZone::fixed(of_the_sun));
        assert_eq!(date_time(&before_zones).as_deref(), Some("1900-01-01T00:00:00.000+00:00"));
        assert_eq!(written("-000001-01-01T00:00:00+00:00[UTC]"), None);
        let period =
            period(&"2026-11-22T23:59:59+01:00[+01:00]".parse().unwrap(), Duration::ZERO, Duration::from_millis(1500));
        assert_eq!(period.unwrap().end, "2026-11-23T00:00:00.500+01:00");
    }
}
