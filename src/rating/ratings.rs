//! What a rater saw: the CSV file that the form saves, or one that was typed.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::error::{RatingError, RatingFileFault};
use super::judgement::Judgement;
use super::key::{RatingKey, read_bytes};
use crate::agreement::{below_separator, record_line};
use crate::store::is_same_name;

/// The columns of a file of ratings. The set may be missing in one that was typed, and so may the rater.
pub(super) const COLUMNS: [&str; 4] = ["set", "clip", "rating", "rater"];

/// The first two bytes of a zip, which a workbook is, and of an old workbook.
const WORKBOOKS: [&[u8]; 2] = [b"PK", b"\xd0\xcf"];

/// The ratings of one rater.
#[derive(Clone, Debug)]
pub struct Ratings {
    /// The file as the user named it.
    pub file: String,
    /// The rater, as the file names them, or the file's name.
    pub rater: String,
    /// Whether the file says of which set it is.
    pub names_set: bool,
    /// What was said of each clip in the file.
    pub judgements: BTreeMap<u32, Judgement>,
}

impl Ratings {
    /// Reads ratings of the clips of a key.
    ///
    /// # Errors
    /// If the file cannot be read, is not a table of ratings, or rates other clips.
    pub fn read(path: &Path, key: &RatingKey) -> Result<Self, RatingError> {
        let file = path.to_string_lossy();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let bytes = read_bytes(path).map_err(|fault| fault.of(&file))?;
        let mut ratings = Self::parse(&bytes, key).map_err(|fault| fault.of(&file))?;
        ratings.file = file.into_owned();
        if ratings.rater.is_empty() {
            ratings.rater = stem.into_owned();
        }
        Ok(ratings)
    }

    /// Reads the bytes of a file.
    pub(super) fn parse(bytes: &[u8], key: &RatingKey) -> Result<Self, RatingFileFault> {
        let text = text(bytes)?;
        let table = RatingTable::read(&text)?;
        let line = |record: &StringRecord| record.position().map_or(0, |place| record_line(&text, place, None));
        let mut rows: BTreeMap<u32, &StringRecord> = BTreeMap::new();
        let mut ratings = Self {
            file: String::new(),
            rater: String::new(),
            names_set: table.names_set(),
            judgements: BTreeMap::new(),
        };
        for record in &table.rows {
            table.check_set(record, key)?;
            let rating = table.field(record, table.rating);
            let name = table.field(record, table.clip);
            let Some(clip) = clip_number(name).filter(|clip| (1..=key.clips.len()).contains(&(*clip as usize))) else {
                let (row, clip) = (line(record), name.to_owned());
                return Err(RatingFileFault::UnknownClip { row, clip, clips: key.clips.len() });
            };
            if let Some(first) = rows.insert(clip, record) {
                return Err(RatingFileFault::Twice { clip, first: line(first), second: line(record) });
            }
            ratings.add_rater(table.rater.map_or("", |column| table.field(record, column)))?;
            if !rating.is_empty() {
                let unknown = || RatingFileFault::UnknownRating { row: line(record), text: rating.to_owned() };
                ratings.judgements.insert(clip, Judgement::from_word(rating).ok_or_else(unknown)?);
            }
        }
        if ratings.judgements.is_empty() { Err(RatingFileFault::NothingRated) } else { Ok(ratings) }
    }

    /// Whether these are what the same rater saved another time, as a browser keeps beside the first: of one name, and alike in every clip
    /// that both have.
    pub(super) fn is_copy_of(&self, other: &Self) -> bool {
        let mut both =
            self.judgements.iter().filter_map(|(clip, own)| Some((own, other.judgements.get(clip)?))).peekable();
        is_same_name(&self.rater, &other.rater) && both.peek().is_some() && both.all(|(own, other)| own == other)
    }

    fn add_rater(&mut self, rater: &str) -> Result<(), RatingFileFault> {
        match self.rater.as_str() {
            _ if rater.is_empty() => Ok(()),
            "" => {
                self.rater = rater.to_owned();
                Ok(())
            }
            known if known == rater => Ok(()),
            known => Err(RatingFileFault::SeveralRaters(known.to_owned(), rater.to_owned())),
        }
    }
}

/// The table, its fields still text.
struct RatingTable {
    rows: Vec<StringRecord>,
    clip: usize,
    rating: usize,
    set: Option<usize>,
    rater: Option<usize>,
}

impl RatingTable {
    fn read(text: &str) -> Result<Self, RatingFileFault> {
        let separator = separator(text).ok_or(RatingFileFault::Empty)?;
        let mut reader = ReaderBuilder::new();
        reader.delimiter(separator).trim(csv::Trim::All).flexible(true);
        let mut reader = reader.from_reader(text.as_bytes());
        let not_a_table = |cause: csv::Error| RatingFileFault::NotATable(cause.to_string());
        let header: Vec<String> = reader.headers().map_err(not_a_table)?.iter().map(str::to_lowercase).collect();
        let rows = reader.into_records().collect::<Result<Vec<_>, _>>().map_err(not_a_table)?;
        let column = |name: &str| header.iter().position(|column| column == name);
        let needed = |name| column(name).ok_or_else(|| RatingFileFault::NoColumn { column: name, has: header.clone() });
        let [set, clip, rating, rater] = COLUMNS;
        let mut table =
            Self { rows, clip: needed(clip)?, rating: needed(rating)?, set: column(set), rater: column(rater) };
        table.rows.retain(|row| !row.iter().all(str::is_empty));
        if table.rows.is_empty() { Err(RatingFileFault::Empty) } else { Ok(table) }
    }

    fn field<'r>(&self, record: &'r StringRecord, column: usize) -> &'r str {
        record.get(column).unwrap_or_default()
    }

    /// Whether any row names the set: a column that a spreadsheet left empty does not.
    fn names_set(&self) -> bool {
        let is_named = |column: usize| self.rows.iter().any(|record| !self.field(record, column).is_empty());
        self.set.is_some_and(is_named)
    }

    fn check_set(&self, record: &StringRecord, key: &RatingKey) -> Result<(), RatingFileFault> {
        let theirs = self.set.map_or("", |column| self.field(record, column));
        if theirs.is_empty() || theirs.eq_ignore_ascii_case(&key.set) {
            return Ok(());
        }
        Err(RatingFileFault::OtherSet { theirs: theirs.to_owned(), ours: key.set.clone() })
    }
}

/// The text of a file: UTF-8 with or without its mark, or else the one byte a letter that older spreadsheets write.
fn text(bytes: &[u8]) -> Result<String, RatingFileFault> {
    if WORKBOOKS.iter().any(|mark| bytes.starts_with(mark)) || bytes.contains(&0) {
        return Err(RatingFileFault::NotText);
    }
    let text = String::from_utf8(bytes.to_owned()).unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect());
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(below_separator(text).to_owned())
}

/// The separator that the header has most of; `None` if there is no header.
fn separator(text: &str) -> Option<u8> {
    let header = text.lines().find(|line| !line.trim().is_empty())?;
    [b',', b';', b'\t'].into_iter().max_by_key(|separator| header.bytes().filter(|byte| byte == separator).count())
}

/// The number of a clip: `7`, `007`, `7.0` and `7,0` as spreadsheets write it, or the name of its file.
fn clip_number(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches(".mp4");
    let whole = text.split_once(['.', ',']).filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
    let digits = whole.map_or(text, |(whole, _)| whole);
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rating::fixtures::key;

    fn read(text: &[u8]) -> Result<Ratings, RatingFileFault> {
        Ratings::parse(text, &key(&["hips", "mixed", "back"]))
    }

    fn words(text: &[u8]) -> Vec<(u32, &'static str)> {
        read(text).unwrap().judgements.into_iter().map(|(clip, judgement)| (clip, judgement.word())).collect()
    }

    fn fault(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn tables_are_read_as_forms_spreadsheets_and_people_write_them() {
        let set = key(&["hips", "mixed", "back"]).set;
        let expected = [(1, "hips"), (3, "cannot_tell")];
        let comma = format!("set,clip,rating,rater\n{set},3,cannot_tell,A\n{set},1,hips,A\n{set},2,,A\n");
        assert_eq!(words(comma.as_bytes()), expected);
        let semicolon = format!("\u{feff}set;clip;rating;rater\r\n{set};3;?;A\r\n{set};1,0;HIPS;A\r\n;;;\r\n");
        assert_eq!(words(semicolon.as_bytes()), expected);
        assert_eq!(words(b"sep=;\nClip;Rating\n003.mp4;4\n1.0;h\n"), expected);
        assert_eq!(words(b"\"sep=;\"\r\nclip;rating\r\n\"3\";\"can't tell\"\r\n\"1\";\"hips\"\r\n"), expected);
        assert_eq!(words(b"note\tclip\trating\nx, y; z\t3\t4\n\t1\thips\n"), expected);
        assert_eq!(words(b"clip;rating\n3;nicht erkennbar\n1;H\xfcfte\n"), expected, "one byte a letter");
        let rated = read(comma.as_bytes()).unwrap();
        assert_eq!((rated.rater.as_str(), rated.names_set), ("A", true));
        assert!(!read(b"clip,rating\n1,h\n").unwrap().names_set);
        assert!(!read(b"set,clip,rating\n,1,h\n ,2,h\n").unwrap().names_set, "the column is empty");
    }

    #[test]
    fn each_fault_is_one_sentence_with_the_way_out() {
        for (text, parts) in [
            ("", &["no rows", "fill in the form"][..]),
            ("clip,rating\n", &["no rows"]),
            ("clip;rating\n;\n", &["no rows"]),
            ("PK\u{3}\u{4}x", &["save it as CSV"]),
            ("clip,verdict\n1,hips\n", &["no column rating", "it has clip, verdict"]),
            ("a\u{1b}[31m,b\n1,2\n", &["no column clip"]),
            ("set,clip,rating\n00000000,1,hips\n", &["set 00000000", "the key of the same"]),
            ("clip,rating\n4,hips\n", &["row 2", "no clip 4", "1 to 3"]),
            ("clip,rating\n0,hips\n", &["no clip 0"]),
            ("clip,rating\n1.5,hips\n", &["no clip 1.5"]),
            ("clip,rating\n,hips\n", &["no clip "]),
            ("clip,rating\n99999999999,hips\n", &["no clip 99999999999"]),
            ("clip,rating\n1,hips\n2,back\n1,hips\n", &["clip 1 has two rows (2 and 4)"]),
            ("clip,rating\r\n1,hips\r\n2,back\r\n1,hips\r\n", &["clip 1 has two rows (2 and 4)"]),
            ("clip,rating\n1,hipps\n", &["row 2", "hipps is no rating", "cannot_tell"]),
            ("clip,rating\r\n1,hips\r\n2,hipps\r\n", &["row 3", "hipps is no rating"]),
            ("sep=;\r\n\r\nclip;rating\r\n4;hips\r\n", &["row 4", "no clip 4"]),
            ("clip,rating\n1,\n2,\n", &["no clip is rated"]),
            ("clip,rating,rater\n1,hips,A\n2,back,B\n", &["of A and of B", "one file for each"]),
        ] {
            let told = fault(text);
            assert!(parts.iter().all(|part| told.contains(part)), "{text:?}: {told}");
            assert!(!told.chars().any(char::is_control), "{told:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_ratings_or_a_sentence(bytes in proptest::collection::vec(any::<u8>(), 0..200), head in 0..3_usize) {
            let head: &[u8] = [&b""[..], b"clip,rating\n", b"\xef\xbb\xbfset;clip;rating;rater\n"][head];
            if let Err(fault) = read(&[head, &bytes].concat()) {
                prop_assert!(!fault.to_string().chars().any(char::is_control), "{fault:?}");
            }
        }
    }
}
