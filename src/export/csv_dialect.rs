//! How tables are written as CSV: which character separates fields, and which the decimals.

use crate::visible::visible;

/// The form of CSV files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum CsvDialect {
    /// Comma between fields, decimal point: for programs
    #[default]
    Standard,
    /// Semicolon between fields, decimal comma: for a spreadsheet set to German, French and others, which opens it with a double click
    ExcelDe,
}

impl CsvDialect {
    /// What the file begins with: Excel takes a file without a byte order mark for one in the system's old character set.
    pub(crate) fn start(self) -> &'static str {
        match self {
            Self::Standard => "",
            Self::ExcelDe => "\u{feff}",
        }
    }

    /// Lines that are no rows: each stays in the first field.
    pub(super) fn comments(self, lines: String) -> String {
        match self {
            Self::Standard => lines,
            Self::ExcelDe => lines.replace(';', ","),
        }
    }

    /// The header line of these columns.
    pub(crate) fn header<'c>(self, columns: impl Iterator<Item = &'c str>) -> String {
        self.row(&columns.map(str::to_owned).collect::<Vec<_>>())
    }

    /// A line of these fields.
    pub(crate) fn row(self, fields: &[String]) -> String {
        fields.join(self.separator())
    }

    /// A number with fixed decimals, or an empty field.
    pub(crate) fn number(self, value: Option<f64>, decimals: usize) -> String {
        self.decimal(value.map(|value| format!("{value:.decimals$}")))
    }

    /// A number with as many decimals as it has, or an empty field.
    pub(super) fn short_number(self, value: Option<f64>) -> String {
        self.decimal(value.map(|value| value.to_string()))
    }

    /// A text of somebody's as a field: what cannot be seen is made visible, what a spreadsheet would compute stays text, and what
    /// would not be one field stands in quotes.
    pub(crate) fn text(self, text: &str) -> String {
        let is_computed = text.len() > 1 && text.starts_with(['=', '+', '-', '@']); // one of these alone is a text
        let guard = if is_computed { "'" } else { "" };
        let text = format!("{guard}{}", visible(&text));
        if text.contains([',', ';', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    }

    fn decimal(self, number: Option<String>) -> String {
        let number = number.unwrap_or_default();
        match self {
            Self::Standard => number,
            Self::ExcelDe => number.replace('.', ","),
        }
    }

    fn separator(self) -> &'static str {
        match self {
            Self::Standard => ",",
            Self::ExcelDe => ";",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_has_its_own_commas() {
        let row = |dialect: CsvDialect| {
            let number = dialect.number(Some(1.5), 2);
            dialect.row(&[number, dialect.number(None, 2), dialect.short_number(Some(-0.25)), dialect.text("a;b")])
        };
        assert_eq!(row(CsvDialect::Standard), "1.50,,-0.25,\"a;b\"");
        assert_eq!(row(CsvDialect::ExcelDe), "1,50;;-0,25;\"a;b\"");
    }

    #[test]
    fn a_text_is_no_formula_and_has_nothing_that_cannot_be_seen() {
        let text = |text| CsvDialect::Standard.text(text);
        assert_eq!(text("=SUM(A1,2)"), "\"'=SUM(A1,2)\"");
        assert_eq!((text("bow").as_str(), text("-").as_str(), text("-1").as_str()), ("bow", "-", "'-1"));
        assert!(!text("a\u{1b}[2J\nb").contains(['\u{1b}', '\n']));
    }
}
