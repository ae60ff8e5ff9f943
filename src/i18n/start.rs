//! The words of the start screen.

use super::section;

section! {
    /// The words of the start screen.
    StartWords {
        hello, hello_name, who, choose, choose_said, keys, keys_some, keys_or, key_number, key_arrows, key_move, key_enter, key_take, key_camera, key_language, step_back, moment, camera_fails, only_camera, other_camera, no_picture, no_camera, demo, demo_does, step_demo, step_keys, again, muted, written, unopened, written_unopened, in_home,
        today, bow, mobility, free, review, trend, report, somebody_else,
        bow_does, mobility_does, free_does, review_does, trend_does, report_does, person_does, somebody_else_does,
        no_session, gone, needs_camera, now_you, last, first_time, hip_height, distance, day, day_year, weekdays,
    }
}

#[cfg(feature = "store")]
mod told {
    use jiff::Zoned;

    use super::StartWords;
    use crate::i18n::fill;

    impl StartWords {
        /// With what keys one of these tiles is chosen, of which some are not open.
        pub fn keys(&self, open: &[bool]) -> String {
            let first = open.iter().take_while(|open| **open).count();
            if first > 1 && !open.iter().skip(first).any(|open| *open) {
                return fill(&self.keys, &[("count", &first)]);
            }
            let numbers = open.iter().enumerate().filter(|(_, open)| **open).map(|(tile, _)| (tile + 1).to_string());
            let numbers: Vec<_> = numbers.collect();
            let told = match &numbers[..] {
                [] => return String::new(),
                [only] => only.clone(),
                [first @ .., last] => fill(&self.keys_or, &[("numbers", &first.join(", ")), ("last", last)]),
            };
            fill(&self.keys_some, &[("numbers", &told)])
        }

        /// The weekday of a day.
        pub fn weekday(&self, day: jiff::civil::Date) -> &str {
            let number = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
            self.weekdays.split(' ').nth(number).unwrap_or_default()
        }

        /// Its first two letters.
        pub fn weekday_short(&self, day: jiff::civil::Date) -> String {
            self.weekday(day).chars().take(2).collect()
        }

        /// The day of a session, with that of the week: without the year if it is this one, which goes without saying.
        pub fn day(&self, began: &Zoned, year: i16) -> String {
            let form = if began.year() == year { &self.day } else { &self.day_year };
            fill(&began.strftime(form).to_string(), &[("weekday", &self.weekday(began.date()))])
        }
    }

    #[cfg(test)]
    mod tests {
        use jiff::civil::date;
        use jiff::tz::TimeZone;

        use crate::i18n::{Language, Words};

        #[test]
        fn only_the_keys_that_choose_something_are_told() {
            let told = |open: &[bool]| Words::read(Language::English).unwrap().start.keys(open);
            assert_eq!(told(&[true; 6]), "Or press 1 to 6, or click. H shows all keys");
            assert_eq!(told(&[true, true, true, true, false, false]), "Or press 1 to 4, or click. H shows all keys");
            assert_eq!(told(&[false, false, false, true, false, false]), "Press 4, or click. H shows all keys");
            assert_eq!(told(&[false, false, false, true, true, true]), "Press 4, 5 or 6, or click. H shows all keys");
            assert_eq!(told(&[false; 3]), "");
        }

        #[test]
        fn a_day_is_told_as_people_do() {
            let day = date(2026, 11, 24).to_zoned(TimeZone::UTC).unwrap();
            let told = |language| Words::read(language).unwrap().start.day(&day, 2026);
            assert_eq!([Language::English, Language::German].map(told), ["Tuesday, 24 November", "Dienstag, 24.11."]);
            let sunday = date(2026, 11, 29).to_zoned(TimeZone::UTC).unwrap();
            assert_eq!(Words::read(Language::English).unwrap().start.day(&sunday, 2026), "Sunday, 29 November");
            assert_eq!(Words::read(Language::English).unwrap().start.day(&sunday, 2027), "Sunday, 29 November 2026");
        }
    }
}
