//! A table in a terminal of whatever width: its words are never broken. Where it has no room, each row is a paragraph.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use super::terminal_kind;

/// The rows of a list.
pub(super) struct ListTable<'t> {
    pub headings: Vec<&'t str>,
    pub rows: Vec<Vec<String>>,
    /// How many of the first columns tell what a row is about.
    pub names: usize,
    /// The columns whose cells are numbers.
    pub numbers: Vec<usize>,
}

impl ListTable<'_> {
    /// The list for the terminal at stdout, or as wide as it is where that is none.
    pub(super) fn text(&self) -> String {
        self.within(terminal_kind::columns().and_then(|columns| u16::try_from(columns).ok()))
    }

    /// The list in a terminal of so many columns, each line with its end.
    pub(super) fn within(&self, columns: Option<u16>) -> String {
        self.table(columns).map_or_else(|| self.paragraphs(), |table| format!("{table}\n"))
    }

    /// The cells as a table; `None` if a terminal of so many columns would have to break words for it.
    fn table(&self, columns: Option<u16>) -> Option<String> {
        let mut table = Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY).set_header(&self.headings);
        table.add_rows(&self.rows);
        let widths: Vec<u16> = (0..self.headings.len()).map(|column| self.least_width(column)).collect();
        if let Some(columns) = columns {
            if widths.iter().sum::<u16>() + self.between() > columns {
                return None;
            }
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
        }
        for (number, (column, width)) in table.column_iter_mut().zip(widths).enumerate() {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
            if self.numbers.contains(&number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Some(table.to_string())
    }

    /// The columns of the terminal that stand between those of the table.
    fn between(&self) -> u16 {
        u16::try_from(self.headings.len()).unwrap_or(u16::MAX).saturating_sub(1)
    }

    /// The width of a column in which no word is broken, with a space on either side.
    fn least_width(&self, column: usize) -> u16 {
        let texts = self.rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        let words = texts.chain([self.headings[column]]).flat_map(str::split_whitespace);
        words.map(|word| word.chars().count()).max().and_then(|longest| u16::try_from(longest).ok()).unwrap_or_default()
            + 2
    }

    /// The cells below each other, for a narrow terminal: a paragraph a row, which begins with its names.
    fn paragraphs(&self) -> String {
        let (_, headings) = self.headings.split_at(self.names);
        let widest = headings.iter().map(|heading| heading.chars().count()).max().unwrap_or_default();
        let row = |row: &Vec<String>| {
            let (names, values) = row.split_at(self.names.min(row.len()));
            let told = headings.iter().zip(values).filter(|(_, value)| !value.is_empty());
            let lines: String = told.map(|(heading, value)| format!("  {heading:widest$}  {value}\n")).collect();
            format!("{}\n{lines}", names.join(", "))
        };
        self.rows.iter().map(row).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> ListTable<'static> {
        let row = ["p-0123456789", "Bow", "2.5", "", "40 % (33–47)"].map(str::to_owned).to_vec();
        let headings = vec!["Person", "Drill", "Days a week", "Lags", "Low back’s part"];
        ListTable { headings, names: 2, rows: vec![row], numbers: vec![2, 3, 4] }
    }

    #[test]
    fn no_word_is_broken_however_narrow_the_terminal_is() {
        let wide = list().table(None).unwrap();
        assert!(wide.contains("Low back’s part") && wide.contains("40 % (33–47)"), "{wide}");
        let least = list().between() + (0..5).map(|column| list().least_width(column)).sum::<u16>();
        let narrow = list().within(Some(least));
        for text in [list().headings.join(" "), list().rows[0].join(" ")] {
            assert!(text.split_whitespace().all(|word| narrow.contains(word)), "{narrow}");
        }
        assert!(narrow.lines().all(|line| line.chars().count() <= usize::from(least)), "{narrow}");
        assert_eq!(list().table(Some(least - 1)), None);
        let paragraphs = "p-0123456789, Bow\n  Days a week      2.5\n  Low back’s part  40 % (33–47)\n";
        assert_eq!(list().within(Some(least - 1)), paragraphs);
    }
}
