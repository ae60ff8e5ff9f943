//! A table of text: CSV in its kinds, and the part of OpenSim's files below their header.

use csv::{ReaderBuilder, StringRecord};

use super::file_fault::FileFault;
use super::record_line::record_line;
use super::requirements::{LATE, LONGEST};
use super::text_rows::TextRows;
use super::units::ColumnName;

/// What lines begin with that are no rows.
const COMMENT: u8 = b'#';

/// A table with named columns; its fields are still text.
#[derive(Debug)]
pub struct TextTable {
    header: Vec<String>,
    rows: TextRows,
    decimal_comma: bool,
}

impl TextTable {
    /// Reads a table with a header line. Lines that begin with `#` are comments.
    pub fn read(text: &str) -> Result<Self, FileFault> {
        let text = below_separator(text);
        let header = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let separator = separator(header.ok_or(FileFault::Empty)?);
        let mut reader = ReaderBuilder::new();
        reader.comment(Some(COMMENT)).delimiter(separator).trim(csv::Trim::All);
        let table = Self::from_rows(reader.from_reader(text.as_bytes()), separator != b',');
        let table = table.map_err(|cause| fault(&cause, text, separator))?.ok_or(FileFault::Empty)?;
        match open_quote(text).filter(|_| table.rows.text().contains('\n')) {
            Some(line) => Err(FileFault::OpenQuote(line)),
            None => Ok(table),
        }
    }

    /// Takes the rows of a reader, whose first one is the header; `None` if there is no other.
    fn from_rows(mut reader: csv::Reader<&[u8]>, decimal_comma: bool) -> Result<Option<Self>, csv::Error> {
        let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let (mut rows, mut row) = (TextRows::new(header.len()), StringRecord::new());
        while reader.read_record(&mut row)? {
            rows.push(&row);
        }
        Ok((!rows.is_empty()).then_some(Self { header, rows, decimal_comma }))
    }

    /// A table whose fields are separated by blanks of any kind and number, as OpenSim's may be;
    /// `first_line` is the line of the file that the text begins with.
    pub fn read_blanks(text: &str, first_line: u64) -> Result<Self, FileFault> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, names) = lines.next().ok_or(FileFault::Empty)?;
        let header: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
        let (mut rows, columns) = (TextRows::new(header.len()), header.len());
        for (number, line) in lines {
            let fields = line.split_whitespace().count();
            if fields != columns {
                let line = first_line + number as u64;
                return Err(FileFault::Fields { line, fields, header: columns, commas: false });
            }
            rows.push(line.split_whitespace());
        }
        if rows.is_empty() { Err(FileFault::Empty) } else { Ok(Self { header, rows, decimal_comma: false }) }
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The names of all columns, taken apart, with their places.
    pub fn names(&self) -> impl Iterator<Item = (usize, ColumnName<'_>)> {
        self.header.iter().enumerate().map(|(at, name)| (at, ColumnName::of(name)))
    }

    /// How many rows there are below the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place of the column of exactly this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The fields of a column.
    pub fn texts(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows.len()).map(move |row| self.rows.field(row, column))
    }

    /// The numbers of a column; `None` where it is empty or not a number by its own words.
    pub fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, FileFault> {
        self.numbers_within(column, f64::MAX)
    }

    /// The same, of which none may be larger than `most`.
    fn numbers_within(&self, column: usize, most: f64) -> Result<Vec<Option<f64>>, FileFault> {
        let numbers = self.texts(column).enumerate().map(|(at, text)| {
            let number = self.number(text).filter(|number| number.is_none_or(|number| number.abs() <= most));
            number.ok_or_else(|| FileFault::NotANumber {
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
        let times = self.numbers_within(column, f64::INFINITY)?.into_iter().map(|time| time.map(|time| time * size));
        let times: Vec<Option<f64>> = times.map(|time| time.filter(|time| time.is_finite())).collect();
        self.check_each_has_a_time(column, &times)?;
        let (mut first, mut latest) = (f64::INFINITY, f64::NEG_INFINITY);
        for (row, time) in times.iter().enumerate() {
            let (row, Some(time)) = (row + 1, *time) else { continue };
            if time < latest - LATE {
                return Err(FileFault::TimeGoesBack { row, before: latest, after: time });
            }
            (first, latest) = (first.min(time), latest.max(time));
            if latest - first > LONGEST * 3600.0 {
                return Err(FileFault::TooLong { first, last: latest, row });
            }
        }
        Ok(times)
    }

    /// Only a row without anything in it may be without a time.
    fn check_each_has_a_time(&self, column: usize, times: &[Option<f64>]) -> Result<(), FileFault> {
        let holds = |row: usize| self.rows.row(row).any(|field| !field.is_empty());
        let without = |(row, time): (usize, &Option<f64>)| time.is_none() && holds(row);
        let Some(at) = times.iter().enumerate().position(without) else { return Ok(()) };
        let text = self.rows.field(at, column).to_owned();
        Err(FileFault::NoTimeInRow { row: at + 1, text })
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
        number.ok().map(|number| Some(number).filter(|number| !number.is_nan()))
    }
}

/// Fails if the times are those of one row, or all the same.
pub fn check_times(times: &[Option<f64>]) -> Result<(), FileFault> {
    let known: Vec<f64> = times.iter().flatten().copied().collect();
    match known.as_slice() {
        [] => Err(FileFault::Empty),
        [_] => Err(FileFault::OneRow),
        [first, others @ ..] if others.iter().all(|time| time == first) => Err(FileFault::OneTime),
        _ => Ok(()),
    }
}

/// A text without the first line by which Excel is told the separator, as `sep=;`. The end of that line stays: lines keep their numbers.
pub(crate) fn below_separator(text: &str) -> &str {
    let first = text.lines().next().unwrap_or_default();
    let tells_it = first.trim_matches('"').to_lowercase().starts_with("sep=");
    if tells_it { text.get(first.len()..).unwrap_or_default() } else { text }
}

/// What the reader of CSV stumbled over.
fn fault(cause: &csv::Error, text: &str, separator: u8) -> FileFault {
    let csv::ErrorKind::UnequalLengths { pos, expected_len, len } = cause.kind() else { return FileFault::NotATable };
    if let Some(line) = open_quote(text) {
        return FileFault::OpenQuote(line);
    }
    FileFault::Fields {
        line: pos.as_ref().map_or(0, |place| record_line(text, place, Some(COMMENT))),
        fields: *len as usize,
        header: *expected_len as usize,
        commas: separator == b',' && len > expected_len,
    }
}

/// The first line, from 1, with a quotation mark that is not closed in it, if there is an odd number of them.
fn open_quote(text: &str) -> Option<usize> {
    let quotes = |line: &str| line.bytes().filter(|byte| *byte == b'"').count();
    let is_odd = |(_, line): &(usize, &str)| !line.starts_with('#') && quotes(line) % 2 == 1;
    let mut odd = text.lines().enumerate().filter(is_odd);
    let (first, _) = odd.next()?;
    (odd.count() % 2 == 0).then_some(first + 1)
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
            "sep=;\r\ntime_s;t12_deg\r\n0;1,5\r\n1;\r\n2;NaN\r\n",
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
        let long = fault("# told\ntime_s,t12_deg\n1,2\n1,2,3\n");
        assert!(long.contains("line 4 has 3 fields and the header 2") && long.contains("semicolons"), "{long}");
        let short = fault("time_s;t12_deg\n1;2\n1\n");
        assert!(short.contains("line 3 has 1 fields and the header 2") && !short.contains("semicolons"), "{short}");
        assert!(fault("time_s,t12_deg\r\n1,2\r\n1,2,3\r\n").contains("line 3 has 3 fields"));
        assert!(fault("time_s,t12_deg\n1,2\n\n# told\n1,2,3\n").contains("line 5 has 3 fields"));
        assert!(fault("sep=;\ntime_s;t12_deg\n1;2;3\n").contains("line 3 has 3 fields and the header 2"));
        let open = fault("time_s,t12_deg\n1,\"2\n1,2\n1,2\n");
        assert_eq!(open, "the quotation mark in line 2 is never closed: remove it, or close it");
        let table = TextTable::read("time_s,t12_deg\n0,ab\u{1b}c\n").unwrap();
        let told = table.numbers(1).unwrap_err().to_string();
        assert_eq!(told, "row 1, column t12_deg: ab\u{fffd}c is not a number; leave a gap empty");
        for infinite in ["inf", "-Infinity", &"9".repeat(400)] {
            let told = TextTable::read(&format!("time_s,t12_deg\n0,{infinite}\n")).unwrap().numbers(1).unwrap_err();
            assert!(told.to_string().contains("is not a number; leave a gap empty"), "{told}");
        }
        let empty = TextTable::read("time_s,t12_deg\n0,\n").unwrap().numbers(1).unwrap_err().to_string();
        assert_eq!(empty, "the column t12_deg has no numbers");
    }

    #[test]
    fn each_row_needs_a_time_and_a_value_does_not_need_to_be_there() {
        for time in ["", "NaN", "inf", "1e999", "na"] {
            let table = TextTable::read(&format!("time_s,t12_deg\n0,1\n{time},2\n0.2,\n")).unwrap();
            let told = table.times(0, 1.0).unwrap_err().to_string();
            assert_eq!(
                told,
                format!("row 2 has no time (“{time}”): each row needs one, so complete it or remove the row")
            );
        }
        let far = TextTable::read("time_s,t12_deg\n0,1\n1e300,2\n").unwrap().times(0, 1.0).unwrap_err().to_string();
        assert!(far.contains("from 0 to 1.0e300 s (row 2)"), "{far}");
        let blank = TextTable::read("time_s,t12_deg\n0,1\n,\n").unwrap();
        assert_eq!(blank.times(0, 1.0).unwrap(), [Some(0.0), None]);
    }

    #[test]
    fn blanks_of_any_number_separate() {
        let table = TextTable::read_blanks("time  lumbar\n\n 0.0\t 1.0\n0.1   2.0 \n", 7).unwrap();
        assert_eq!(table.numbers(1).unwrap(), [Some(1.0), Some(2.0)]);
        let short = TextTable::read_blanks("time lumbar\n\n1\n", 7).unwrap_err().to_string();
        assert!(short.contains("line 9 has 1 fields and the header 2"), "{short}");
    }
}
