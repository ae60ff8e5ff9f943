//! A table of text: CSV in its kinds, and the part of OpenSim's files below their header.

use csv::{ReaderBuilder, StringRecord};

use super::error::FileFault;
use super::requirements::LONGEST;
use super::units::ColumnName;

/// How far the time may go back, seconds: sensors of a phone deliver a few values late. [own]
const LATE: f64 = 0.1;

/// A table with named columns; its fields are still text.
#[derive(Debug)]
pub struct TextTable {
    header: Vec<String>,
    rows: Vec<StringRecord>,
    decimal_comma: bool,
}

impl TextTable {
    /// Reads a table with a header line. Lines that begin with `#` are comments.
    pub fn read(text: &str) -> Result<Self, FileFault> {
        let header = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let separator = separator(header.ok_or(FileFault::Empty)?);
        let mut reader = ReaderBuilder::new();
        reader.comment(Some(b'#')).delimiter(separator).trim(csv::Trim::All);
        Self::from_rows(reader.from_reader(text.as_bytes()).into_records(), separator != b',')
    }

    /// Takes the rows of a reader, whose first one is the header.
    fn from_rows(mut records: csv::StringRecordsIntoIter<&[u8]>, decimal_comma: bool) -> Result<Self, FileFault> {
        let not_a_table = |cause: csv::Error| FileFault::NotATable(cause.to_string());
        let header = records.reader_mut().headers().map_err(not_a_table)?;
        let header = header.iter().map(str::to_owned).collect();
        let rows = records.collect::<Result<Vec<_>, _>>().map_err(not_a_table)?;
        if rows.is_empty() {
            return Err(FileFault::Empty);
        }
        Ok(Self { header, rows, decimal_comma })
    }

    /// A table whose fields are separated by blanks of any kind and number, as OpenSim's may be.
    pub fn read_blanks(text: &str) -> Result<Self, FileFault> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let header: Vec<String> = lines.next().ok_or(FileFault::Empty)?.split_whitespace().map(str::to_owned).collect();
        let row = |(number, line): (usize, &str)| {
            let row: StringRecord = line.split_whitespace().collect();
            let (fields, columns) = (row.len(), header.len());
            let fault =
                || FileFault::NotATable(format!("row {} has {fields} fields, the header {columns}", number + 1));
            (fields == columns).then_some(row).ok_or_else(fault)
        };
        let rows = lines.enumerate().map(row).collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() { Err(FileFault::Empty) } else { Ok(Self { header, rows, decimal_comma: false }) }
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The names of all columns, taken apart, with their places.
    pub fn names(&self) -> impl Iterator<Item = (usize, ColumnName<'_>)> {
        self.header.iter().enumerate().map(|(at, name)| (at, ColumnName::of(name)))
    }

    /// The place of the column of exactly this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The fields of a column.
    pub fn texts(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(column).unwrap_or_default())
    }

    /// The numbers of a column; `None` where it is empty or not finite.
    pub fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, FileFault> {
        let numbers = self.texts(column).enumerate().map(|(at, text)| {
            self.number(text).ok_or_else(|| FileFault::NotANumber {
                row: at + 1,
                column: self.header.get(column).cloned().unwrap_or_default(),
                text: text.to_owned(),
            })
        });
        let numbers: Vec<Option<f64>> = numbers.collect::<Result<_, _>>()?;
        if numbers.iter().all(Option::is_none) {
            return Err(FileFault::NoNumbers(self.header.get(column).cloned().unwrap_or_default()));
        }
        Ok(numbers)
    }

    /// The time of each row, seconds; `size` is the unit of the column in seconds.
    pub fn times(&self, column: usize, size: f64) -> Result<Vec<Option<f64>>, FileFault> {
        let times = self.numbers(column)?.into_iter().map(|time| time.map(|time| time * size));
        let times: Vec<Option<f64>> = times.collect();
        let mut latest = f64::NEG_INFINITY;
        for (row, time) in times.iter().enumerate() {
            let Some(time) = time else { continue };
            if *time < latest - LATE {
                return Err(FileFault::TimeGoesBack { row: row + 1, before: latest, after: *time });
            }
            latest = latest.max(*time);
        }
        let first = times.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        if latest - first > LONGEST * 3600.0 { Err(FileFault::TooLong(first, latest)) } else { Ok(times) }
    }

    /// A number, or none; `None` for another text.
    fn number(&self, text: &str) -> Option<Option<f64>> {
        if text.is_empty() || ["na", "n/a", "null", "none"].iter().any(|gap| text.eq_ignore_ascii_case(gap)) {
            return Some(None);
        }
        let number: Result<f64, _> = match text.split_once(',') {
            Some((whole, part)) if self.decimal_comma => format!("{whole}.{part}").parse(),
            _ => text.parse(),
        };
        number.ok().map(|number| Some(number).filter(|number| number.is_finite()))
    }
}

/// The one of comma, semicolon and tab that is most often in the header, outside of quotes.
fn separator(header: &str) -> u8 {
    let outside: String = header.split('"').step_by(2).collect();
    let count = |separator: &u8| outside.bytes().filter(|byte| byte == separator).count();
    // The last of several maxima: a comma, if there is none of them.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str, column: usize) -> Vec<Option<f64>> {
        TextTable::read(text).unwrap().numbers(column).unwrap()
    }

    #[test]
    fn each_kind_of_csv_is_read() {
        for text in [
            "# told\ntime_s,t12_deg\n0,1.5\n1,\n2,NaN\n",
            "time_s;t12_deg\r\n0;1,5\r\n1;\r\n2;NaN\r\n",
            "\"time_s\"\t\"t12_deg\"\n0\t1.50E0\n1\t\n2\tn/a\n",
        ] {
            assert_eq!(numbers(text, 1), [Some(1.5), None, None], "{text}");
            assert_eq!(TextTable::read(text).unwrap().header(), ["time_s", "t12_deg"]);
        }
    }

    #[test]
    fn what_is_no_table_is_said() {
        let fault = |text| TextTable::read(text).unwrap_err().to_string();
        assert!(fault("").starts_with("it has no rows"));
        assert!(fault("# only\n\n").starts_with("it has no rows"));
        assert!(fault("time_s,t12_deg\n").starts_with("it has no rows"));
        assert!(fault("time_s,t12_deg\n1,2,3\n").contains("as many fields in each row"), "{}", fault("a,b\n1,2,3\n"));
        let table = TextTable::read("time_s,t12_deg\n0,ab\u{1b}c\n").unwrap();
        let told = table.numbers(1).unwrap_err().to_string();
        assert_eq!(told, "row 1, column t12_deg: ab\u{fffd}c is not a number; leave a gap empty");
        let empty = TextTable::read("time_s,t12_deg\n0,\n").unwrap().numbers(1).unwrap_err().to_string();
        assert_eq!(empty, "the column t12_deg has no numbers");
    }

    #[test]
    fn blanks_of_any_number_separate() {
        let table = TextTable::read_blanks("time  lumbar\n\n 0.0\t 1.0\n0.1   2.0 \n").unwrap();
        assert_eq!(table.numbers(1).unwrap(), [Some(1.0), Some(2.0)]);
        assert!(TextTable::read_blanks("time lumbar\n1\n").unwrap_err().to_string().contains("row 1 has 1 fields"));
    }
}
