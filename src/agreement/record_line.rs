//! In which line of a file a row of a table is.

use csv::Position;

/// The line, from 1, in which a row begins that the reader of CSV finds at `place`; lines that begin with `comment` are no rows.
///
/// The reader's own count is of where the row before ended, which is a line too few where lines end as on Windows, and more below empty
/// lines and comments.
pub(crate) fn record_line(text: &str, place: &Position, comment: Option<u8>) -> u64 {
    let bytes = text.as_bytes();
    let mut at = usize::try_from(place.byte()).map_or(bytes.len(), |byte| byte.min(bytes.len()));
    while let Some(first) = bytes.get(at) {
        match first {
            b'\r' | b'\n' => at += 1,
            mark if comment == Some(*mark) => at += bytes[at..].iter().take_while(|byte| **byte != b'\n').count(),
            _ => break,
        }
    }
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

#[cfg(test)]
mod tests {
    use csv::{ReaderBuilder, StringRecord};

    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let reader = ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let records: Vec<StringRecord> = reader.into_records().map(Result::unwrap).collect();
        records.iter().map(|record| record_line(text, record.position().unwrap(), Some(b'#'))).collect()
    }

    #[test]
    fn a_row_is_in_the_line_in_which_an_editor_shows_it() {
        for end in ["\n", "\r\n"] {
            let of = |text: &str| lines(&text.replace('\n', end));
            assert_eq!(of("a,b\n1,2\n3,4\n5,6"), [2, 3, 4], "{end:?}");
            assert_eq!(of("# told\n\na,b\n\n1,2\n# told\n\n3,4\n# told\n"), [5, 8], "{end:?}");
            assert_eq!(of("a,b\n\"1\n\",2\n3,4\n"), [2, 4], "{end:?}");
        }
    }
}
