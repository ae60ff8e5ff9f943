//! The words of the trend from session to session.

use jiff::Zoned;
use jiff::civil::Date;

use super::{TrendWords, Words, fill};
use crate::store::trend::{TrendChange, TrendPoint, TrendQuantity, detectable};

impl TrendWords {
    /// The name of a quantity.
    pub fn quantity(&self, quantity: TrendQuantity) -> &str {
        match quantity {
            TrendQuantity::Share => &self.share,
            TrendQuantity::Depth => &self.depth,
            TrendQuantity::Reach => &self.reach,
        }
    }

    /// What it means if a quantity grows or shrinks.
    pub fn direction(&self, quantity: TrendQuantity) -> &str {
        match quantity {
            TrendQuantity::Share => &self.better,
            TrendQuantity::Depth => &self.deeper,
            TrendQuantity::Reach => &self.further,
        }
    }

    /// On how many of the last 28 days somebody practised.
    pub fn practised(&self, days: usize) -> String {
        fill(&self.days, &[("count", &days)])
    }

    /// The date of a session, in short form: without the year if it is this one, which goes without saying.
    pub fn day(&self, began: &Zoned, year: i16) -> String {
        began.strftime(if began.year() == year { &self.day } else { &self.day_year }).to_string()
    }

    /// A date on what may be read in another year: a page, a drawing. It always has its year, so no two axes leave out different ones.
    pub fn dated(&self, day: Date) -> String {
        day.strftime(&self.day_year).to_string()
    }

    /// That of a session in a narrow column, where the year has a line of its own.
    pub fn day_of_year(&self, began: &Zoned) -> String {
        began.strftime(&self.day).to_string()
    }

    /// The dates on an axis: the year stands with the first of each that does not go without saying.
    pub fn axis_days(&self, dates: &[Zoned], year: i16) -> Vec<String> {
        let mut said = year;
        dates.iter().map(|date| self.day(date, std::mem::replace(&mut said, date.year()))).collect()
    }

    /// Compares the last of these points with the one before it. `None` for fewer than two points.
    pub fn change(&self, quantity: TrendQuantity, points: &[TrendPoint]) -> Option<String> {
        let [.., before, now] = points else { return None };
        let template = match now.since(before) {
            TrendChange::More => &self.more,
            TrendChange::Less => &self.less,
            TrendChange::Within => &self.within,
            TrendChange::Open => &self.open,
        };
        let least = if now.changed_at_least(before) { self.least.as_str() } else { "" };
        Some(fill(template, &[("least", &least), ("value", &value(quantity, (now.value - before.value).abs()))]))
    }

    /// The smallest change that counts.
    pub fn detectable(&self, quantity: TrendQuantity, detectable: f32) -> String {
        fill(&self.detectable, &[("value", &value(quantity, detectable.ceil()))])
    }
}

impl Words {
    /// Compares the last of these points with the first one. `None` for fewer than two points.
    pub fn since_first(&self, quantity: TrendQuantity, points: &[TrendPoint]) -> Option<String> {
        let [first, .., last] = points else { return None };
        let least = detectable(points.iter().copied())?;
        let template = match last.against(first, least) {
            TrendChange::More => &self.report.since_more,
            TrendChange::Less => &self.report.since_less,
            TrendChange::Within => &self.report.since_within,
            TrendChange::Open => &self.report.since_open,
        };
        let least = if last.changed_at_least(first) { self.mobility.least.as_str() } else { "" };
        Some(fill(template, &[("least", &least), ("value", &value(quantity, (last.value - first.value).abs()))]))
    }

    /// The name of a drill by its id, or the id itself if it is no longer in the library.
    pub fn drill_named(&self, library: &crate::drill_library::Library, id: Option<&str>) -> String {
        let Some(id) = id else { return self.trend.free.clone() };
        let screen = crate::drill_library::Library::mobility_screen().ok();
        let mut drills = library.drills().iter().chain(screen.iter().flatten());
        drills.find(|drill| drill.id == id).map_or_else(|| id.to_owned(), |drill| self.drill(drill).name.clone())
    }
}

/// A value as a whole number with its unit: `62°`, `18 %`.
pub fn value(quantity: TrendQuantity, value: f32) -> String {
    let whole = format!("{:.0}", value.round() + 0.0).replace('-', "−");
    match quantity {
        TrendQuantity::Share => format!("{whole} %"),
        TrendQuantity::Depth | TrendQuantity::Reach => format!("{whole}°"),
    }
}

/// A point's value, marked with `≥` if it may be more.
pub fn at_least(quantity: TrendQuantity, point: &TrendPoint) -> String {
    let more = if point.at_least { "≥ " } else { "" };
    format!("{more}{}", value(quantity, point.value))
}

/// The error of a point in whole units, rounded up: `± 7`.
pub fn error(point: &TrendPoint) -> String {
    format!("± {:.0}", point.half_width_90.ceil())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_change_to_or_from_a_lower_bound_is_at_least_that() {
        let words = Words::read(Language::English).unwrap();
        let point = |value, at_least| TrendPoint { value, half_width_90: 6.0, at_least };
        for (first, last, told, since) in [
            (point(10.0, false), point(64.0, true), "At least 54° more than", "at least 54° more than"),
            (point(64.0, true), point(10.0, false), "At least 54° less than", "at least 54° less than"),
            (point(10.0, false), point(64.0, false), "54° more than", "54° more than"),
            (point(10.0, true), point(64.0, true), "Whether it changed", "whether it changed"),
        ] {
            let points = [first, last];
            let change = words.trend.change(TrendQuantity::Reach, &points).unwrap();
            let since_first = words.since_first(TrendQuantity::Reach, &points).unwrap();
            assert!(change.starts_with(told) && since_first.starts_with(since), "{change}; {since_first}");
        }
    }

    #[test]
    fn a_change_is_quantified_only_beyond_the_error() {
        let words = Words::read(Language::English).unwrap().trend;
        let points = [50.0, 63.0].map(|value| TrendPoint { value, half_width_90: 6.2, at_least: false });
        // By the errors of the last two sessions, whatever those before had.
        let earlier = |error: f32| [error; 3].map(|half_width_90| TrendPoint { half_width_90, ..points[0] });
        let text = |last: [TrendPoint; 2], error| {
            words.change(TrendQuantity::Reach, &[&earlier(error)[..], &last[..]].concat())
        };
        let unsure = points.map(|point| TrendPoint { half_width_90: 8.0, ..point });
        for error in [0.5, 30.0] {
            assert_eq!(text(points, error).as_deref(), Some("13° more than the time before"), "least 10.4°");
            assert_eq!(text(unsure, error).as_deref(), Some("No sure change since the time before"), "least 13.5°");
        }
        assert_eq!(words.change(TrendQuantity::Reach, &points[1..]), None);
        assert_eq!(words.detectable(TrendQuantity::Share, 16.2), "A change counts from 17 % on");
        assert_eq!(
            (value(TrendQuantity::Share, -0.3), value(TrendQuantity::Share, -3.4)),
            ("0 %".into(), "−3 %".into())
        );
        assert_eq!((at_least(TrendQuantity::Depth, &points[0]), error(&points[0])), ("50°".into(), "± 7".into()));
    }
}
