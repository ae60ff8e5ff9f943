//! The fields of a table, one after another in one text: a row that is allocated by itself takes ten times its size, and a file may
//! have millions.

/// The rows of a table, which have as many fields each.
#[derive(Debug)]
pub struct TextRows {
    columns: usize,
    text: String,
    /// Where each field ends in the text; it begins where the one before it ends. No file is as long as 4 GB.
    ends: Vec<u32>,
}

impl TextRows {
    /// No rows yet, of so many fields each.
    pub fn new(columns: usize) -> Self {
        Self { columns, text: String::new(), ends: Vec::new() }
    }

    /// Adds a row, which has as many fields as the others.
    pub fn push<'f>(&mut self, fields: impl IntoIterator<Item = &'f str>) {
        for field in fields {
            self.text.push_str(field);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ends.len() / self.columns.max(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All fields, one after another.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A field; empty where there is none.
    pub fn field(&self, row: usize, column: usize) -> &str {
        if column >= self.columns {
            return "";
        }
        let at = row * self.columns + column;
        let end = |at: usize| self.ends.get(at).map(|end| *end as usize);
        let start = at.checked_sub(1).and_then(end).unwrap_or(0);
        end(at).and_then(|end| self.text.get(start..end)).unwrap_or_default()
    }

    /// The fields of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.columns).map(move |column| self.field(row, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_found_in_its_row_and_column() {
        let mut rows = TextRows::new(3);
        assert!(rows.is_empty());
        rows.push(["a", "", "bc"]);
        rows.push(["", "ä", ""]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows.row(0).collect::<Vec<_>>(), ["a", "", "bc"]);
        assert_eq!(rows.row(1).collect::<Vec<_>>(), ["", "ä", ""]);
        assert_eq!((rows.field(0, 3), rows.field(2, 0)), ("", ""));
    }

    #[test]
    fn a_field_takes_its_text_and_a_number() {
        let mut rows = TextRows::new(2);
        (0..100_000).for_each(|_| rows.push(["0.00", "12.34"]));
        let bytes = rows.text.capacity() + size_of_val(&rows.ends[..]);
        assert!(bytes <= 100_000 * (2 * 9 + 2 * 4), "{bytes}");
    }
}
