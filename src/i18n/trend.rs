//! The words of what goes on from session to session.

use jiff::Zoned;

use super::{TrendWords, Words, fill};
use crate::store::trend::{TrendChange, TrendPoint, TrendQuantity};

impl TrendWords {
    /// What is followed.
    pub fn quantity(&self, quantity: TrendQuantity) -> &str {
        match quantity {
            TrendQuantity::Share => &self.share,
            TrendQuantity::Depth => &self.depth,
            TrendQuantity::Reach => &self.reach,
        }
    }

    /// The day of a session, short.
    pub fn day(&self, began: &Zoned) -> String {
        began.strftime(&self.day).to_string()
    }

    /// How the last of these points stands to the one before it, where a change counts from `detectable` on; none of
    /// fewer than two.
    pub fn change(&self, quantity: TrendQuantity, points: &[TrendPoint], detectable: f32) -> Option<String> {
        let [.., before, now] = points else { return None };
        let template = match now.against(before, detectable) {
            TrendChange::More => &self.more,
            TrendChange::Less => &self.less,
            TrendChange::Within => &self.within,
            TrendChange::Open => &self.open,
        };
        Some(fill(template, &[("value", &value(quantity, (now.value - before.value).abs()))]))
    }

    /// From where on a change counts.
    pub fn detectable(&self, quantity: TrendQuantity, detectable: f32) -> String {
        fill(&self.detectable, &[("value", &value(quantity, detectable.ceil()))])
    }
}

impl Words {
    /// The name of a drill by its id; an id that is in no library any more stands for itself.
    pub fn drill_named(&self, library: &crate::drill_library::Library, id: Option<&str>) -> String {
        let Some(id) = id else { return self.trend.free.clone() };
        let screen = crate::drill_library::Library::mobility_screen().ok();
        let mut drills = library.drills().iter().chain(screen.iter().flatten());
        drills.find(|drill| drill.id == id).map_or_else(|| id.to_owned(), |drill| self.drill(drill).name.clone())
    }
}

/// A value in its unit, whole: `62°`, `18 %`.
pub fn value(quantity: TrendQuantity, value: f32) -> String {
    let whole = format!("{:.0}", value.round() + 0.0).replace('-', "−");
    match quantity {
        TrendQuantity::Share => format!("{whole} %"),
        TrendQuantity::Depth | TrendQuantity::Reach => format!("{whole}°"),
    }
}

/// A point's value, with the sign of one that may be more.
pub fn at_least(quantity: TrendQuantity, point: &TrendPoint) -> String {
    let more = if point.at_least { "≥ " } else { "" };
    format!("{more}{}", value(quantity, point.value))
}

/// The error of a point, in whole units and never smaller than it is: `± 7`.
pub fn error(point: &TrendPoint) -> String {
    format!("± {:.0}", point.half_width_90.ceil())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_change_is_told_with_its_size_only_beyond_the_error() {
        let words = Words::read(Language::English).unwrap().trend;
        let points = [50.0, 63.0].map(|value| TrendPoint { value, half_width_90: 6.2, at_least: false });
        let told = |detectable| words.change(TrendQuantity::Reach, &points, detectable);
        assert_eq!(told(12.0).as_deref(), Some("13° more than the time before"));
        assert_eq!(told(14.0).as_deref(), Some("No change beyond the error since the time before"));
        assert_eq!(words.change(TrendQuantity::Reach, &points[1..], 12.0), None);
        assert_eq!(words.detectable(TrendQuantity::Share, 16.2), "A change counts from 17 % on");
        assert_eq!(
            (value(TrendQuantity::Share, -0.3), value(TrendQuantity::Share, -3.4)),
            ("0 %".into(), "−3 %".into())
        );
        assert_eq!((at_least(TrendQuantity::Depth, &points[0]), error(&points[0])), ("50°".into(), "± 7".into()));
    }
}
