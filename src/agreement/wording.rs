//! How values and names stand in messages.

use crate::visible::visible;

/// A column that is not known, and the name that it may have been meant to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The column as it stands in the file.
    pub column: String,
    /// The known name.
    pub meant: String,
}

pub(super) fn meant(near: Option<&NearMiss>) -> String {
    near.map_or(String::new(), |near| {
        format!(". The column {} is not known: did you mean {}?", shown(&near.column), near.meant)
    })
}

pub(super) fn said(value: Option<&str>) -> String {
    value.map_or(String::new(), |value| format!(" (it says inDegrees={})", shown(value)))
}

/// The unit of an angle, with the degrees that it is if they are not its unit.
pub(super) fn in_degrees(unit: &str, degrees: f64) -> String {
    if unit == "deg" { "°".to_owned() } else { format!(" {unit} ({}°)", number(degrees)) }
}

/// How many others of a kind there are; `count` counts the one that is named.
pub(super) fn more(count: usize) -> String {
    if count > 1 { format!(" (nor by {} more in this column)", count - 1) } else { String::new() }
}

/// How many other times something is so; `count` counts the one that is named.
pub(super) fn spans(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => " (and once more)".to_owned(),
        more => format!(" (and {} more times)", more - 1),
    }
}

/// A number in few digits, however large it is.
pub(super) fn number(value: f64) -> String {
    const MOST_PLAIN: f64 = 1e7;
    if value.abs() < MOST_PLAIN { format!("{}", (value * 100.0).round() / 100.0) } else { format!("{value:.1e}") }
}

/// Rounded down to two decimals, so that what is less than a threshold does not look like it; never "-0.00". Every correlation is told
/// so, in remarks, in the terminal and on the page.
pub(crate) fn below(value: f64) -> f64 {
    (value * 100.0).floor() / 100.0 + 0.0
}

/// Rounded to a tenth, as angles are told in the terminal and on the page; never "-0.0".
pub(crate) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

/// A share from 0 to 1 in whole per cent: 100 only of what is all, and 0 only of what is nothing.
pub(crate) fn whole_percent(share: f64) -> f64 {
    let rounded = (100.0 * share).round();
    if share > 0.0 && share < 1.0 { rounded.clamp(1.0, 99.0) } else { rounded }
}

/// How a size compares, in words.
pub(super) fn proportion(scale: f64) -> String {
    if scale.abs() < 0.0005 {
        "less than 0.001 times as much as".to_owned()
    } else if scale.abs() >= 1e6 {
        format!("{scale:.0e} times as much as")
    } else if scale < 1.0 {
        format!("only {scale:.3} times as much as")
    } else {
        format!("{scale:.0} times as much as")
    }
}

/// A text out of a file as it may be printed: at most 60 characters, none of which controls a terminal.
pub fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let short = visible(&text.chars().take(MOST).collect::<String>());
    if text.chars().nth(MOST).is_some() { format!("{short}…") } else { short }
}

pub(super) fn listed(columns: &[String]) -> String {
    const MOST: usize = 8;
    let names: Vec<String> = columns.iter().take(MOST).map(|name| shown(name)).collect();
    let more = if columns.len() > MOST { " …" } else { "" };
    format!("{}{more}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_out_of_a_file_is_short_and_visible() {
        assert_eq!(shown("a\u{1b}[31mb\u{202e}\n"), "a\u{fffd}[31mb\u{fffd}\u{fffd}");
        assert_eq!(shown(&"ä".repeat(61)), "ä".repeat(60) + "…");
    }

    #[test]
    fn what_is_not_all_is_never_told_as_a_hundred_per_cent() {
        assert_eq!([0.0, 0.001, 0.5, 0.999, 1.0].map(whole_percent), [0.0, 1.0, 50.0, 99.0, 100.0]);
    }

    #[test]
    fn numbers_are_short_however_large_they_are() {
        assert_eq!([number(1e300), number(0.123), number(-25.0)], ["1.0e300", "0.12", "-25"]);
        assert_eq!(below(0.7999), 0.79);
        assert_eq!([0.949, -0.0, -0.001].map(|value| format!("{:.2}", below(value))), ["0.94", "0.00", "-0.01"]);
        assert!(proportion(1e-7).starts_with("less than 0.001 times") && proportion(3e12).starts_with("3e12 times"));
    }
}
