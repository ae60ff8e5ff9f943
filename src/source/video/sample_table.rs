//! Samples: where each coded picture of a track lies and when it is shown, by the tables of an ordinary file.

use super::boxes::{BoxError, BoxFields, MOST_ENTRIES, children, inconsistent, rows, table, word};

/// One coded picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mp4Sample {
    /// Bytes from the start of the file.
    pub(super) offset: u64,
    /// Presentation time in the media, ticks of the track.
    pub(super) time: i64,
    /// How long it is shown, ticks of the track.
    pub(super) duration: u32,
    /// Bytes; within the file.
    pub(super) size: u32,
    /// The number of its sample entry, from 0.
    pub(super) entry: u16,
    /// Whether it is a key frame, at which decoding can begin.
    pub(super) key: bool,
}

/// The samples of a track, in decoding order.
#[derive(Debug, Default)]
pub(super) struct Mp4Samples {
    pub(super) all: Vec<Mp4Sample>,
    /// The times of those that the file cannot hold, most often because it is cut short.
    pub(super) lost: Vec<i64>,
    /// By how much the earliest is shown before it would be decoded: libavformat shifts all times by it.
    pub(super) shift: i64,
    /// The decoding time after the last.
    pub(super) end: i64,
    /// The decoding time that the last fragment stated.
    stated: Option<i64>,
    /// What is added to those times, as the recording started over within the file.
    added: i64,
    /// How many were announced, also those that are empty.
    announced: u64,
    /// Bytes of all that lie within the file.
    bytes: u64,
}

/// How often the samples may use all bytes of a file: a muxer may store pictures that are the same once, but what claims the
/// same bytes over and over is damaged, and its samples would take far more memory than the file. [own]
const MOST_USES: u64 = 16;

impl Mp4Samples {
    /// Prepares for so many more.
    pub(super) fn announce(&mut self, count: u32) -> Result<(), BoxError> {
        self.announced += u64::from(count);
        if self.announced > MOST_ENTRIES { Err(BoxError::TooLarge) } else { Ok(()) }
    }

    /// Begins a fragment whose first sample is decoded at this time. Where it is stated to begin no later than the fragment before, the
    /// recording starts over, as in a file that two were joined to: it goes on where that ended. Otherwise its pictures would be due among
    /// those before them, and be lost.
    pub(super) fn begin_fragment(&mut self, stated: i64) {
        if self.stated.replace(stated).is_some_and(|before| stated <= before) {
            self.added = self.end.saturating_sub(stated);
        }
        self.end = stated.saturating_add(self.added);
    }

    /// Adds a sample that is decoded at [`Mp4Samples::end`]. An empty one repeats the picture before it.
    pub(super) fn push(&mut self, sample: Mp4Sample, composition: i32, length: u64) {
        let time = self.end.saturating_add(composition.into());
        self.shift = self.shift.max(-i64::from(composition));
        self.end = self.end.saturating_add(sample.duration.into());
        if sample.size == 0 {
            return;
        }
        let within = sample.offset.checked_add(sample.size.into()).is_some_and(|end| end <= length);
        if within && self.bytes <= length.saturating_mul(MOST_USES) {
            self.bytes += u64::from(sample.size);
            self.all.push(Mp4Sample { time, ..sample });
        } else {
            self.lost.push(time);
        }
    }
}

/// The tables in a `stbl` box.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tables<'a> {
    /// Sample descriptions.
    pub(super) descriptions: Option<&'a [u8]>,
    times: Option<&'a [u8]>,
    compositions: Option<&'a [u8]>,
    keys: Option<&'a [u8]>,
    chunks: Option<&'a [u8]>,
    sizes: Option<&'a [u8]>,
    small_sizes: Option<&'a [u8]>,
    offsets: Option<&'a [u8]>,
    large_offsets: Option<&'a [u8]>,
}

/// The sizes of all samples.
enum Sizes<'a> {
    Common(u32, u32),
    Each(&'a [[u8; 4]]),
    /// Of 4, 8 or 16 bits.
    Small(&'a [u8], u32, u32),
}

impl<'a> Tables<'a> {
    /// Finds the tables; the first of each kind counts.
    pub(super) fn of(stbl: &'a [u8]) -> Result<Self, BoxError> {
        let mut found = Self::default();
        for child in children(b"stbl", stbl) {
            let child = child?;
            let table = match &child.name {
                b"stsd" => &mut found.descriptions,
                b"stts" => &mut found.times,
                b"ctts" => &mut found.compositions,
                b"stss" => &mut found.keys,
                b"stsc" => &mut found.chunks,
                b"stsz" => &mut found.sizes,
                b"stz2" => &mut found.small_sizes,
                b"stco" => &mut found.offsets,
                b"co64" => &mut found.large_offsets,
                _ => continue,
            };
            table.get_or_insert(child.contents);
        }
        Ok(found)
    }

    /// The number of samples.
    pub(super) fn count(&self) -> Result<u32, BoxError> {
        self.sizes().map(|sizes| sizes.count())
    }

    fn sizes(&self) -> Result<Sizes<'a>, BoxError> {
        let read = |contents| {
            let mut fields = BoxFields(contents);
            Some((fields.version_and_flags()?, fields.u32()?, fields.u32()?, fields))
        };
        let short = || inconsistent(b"stsz", "is too short");
        if let Some(contents) = self.sizes {
            let (_, common, count, fields) = read(contents).ok_or_else(short)?;
            return if common > 0 {
                Ok(Sizes::Common(common, count))
            } else {
                Ok(Sizes::Each(rows(b"stsz", count, fields)?))
            };
        }
        let Some(contents) = self.small_sizes else { return Ok(Sizes::Each(&[])) };
        let (_, bits, count, fields) = read(contents).ok_or_else(short)?;
        let bits = bits & 0xFF;
        if !matches!(bits, 4 | 8 | 16) || (u64::from(count) * u64::from(bits)).div_ceil(8) > fields.0.len() as u64 {
            return Err(inconsistent(b"stz2", &format!("is too short for its {count} entries")));
        }
        Ok(Sizes::Small(fields.0, bits, count))
    }

    /// All samples, in a file of `length` bytes.
    pub(super) fn samples(&self, length: u64) -> Result<Mp4Samples, BoxError> {
        let sizes = self.sizes()?;
        let mut times = Runs::new(table(b"stts", self.times)?);
        let mut compositions = Runs::new(table(b"ctts", self.compositions)?);
        let keys: &[[u8; 4]] = table(b"stss", self.keys)?;
        let mut places = Places::new(self)?;
        let (mut samples, mut next_key) = (Mp4Samples::default(), keys.iter().map(|row| word(row, 0)).peekable());
        samples.announce(sizes.count())?;
        for number in 0..sizes.count() {
            let size = sizes.get(number);
            let (offset, entry) = places.next(size);
            while next_key.next_if(|&key| key <= number).is_some() {}
            let key = self.keys.is_none() || next_key.peek() == Some(&(number + 1));
            let duration = times.next();
            let sample = Mp4Sample { offset, time: 0, duration, size, entry, key };
            samples.push(sample, compositions.next().cast_signed(), length);
        }
        Ok(samples)
    }
}

impl Sizes<'_> {
    fn count(&self) -> u32 {
        match *self {
            Self::Common(_, count) | Self::Small(_, _, count) => count,
            Self::Each(sizes) => sizes.len() as u32,
        }
    }

    fn get(&self, number: u32) -> u32 {
        let number = number as usize;
        match *self {
            Self::Common(size, _) => size,
            Self::Each(sizes) => sizes.get(number).map_or(0, |row| word(row, 0)),
            Self::Small(bytes, 4, _) => bytes
                .get(number / 2)
                .map_or(0, |&two| u32::from(if number.is_multiple_of(2) { two >> 4 } else { two & 15 })),
            Self::Small(bytes, 8, _) => bytes.get(number).map_or(0, |&size| size.into()),
            Self::Small(bytes, ..) => {
                bytes.get(2 * number..).and_then(<[u8]>::first_chunk).map_or(0, |&size| u16::from_be_bytes(size).into())
            }
        }
    }
}

/// The values of a table that gives each with the number of times that it comes; the last goes on.
struct Runs<'a> {
    rows: std::slice::Iter<'a, [u8; 8]>,
    left: u32,
    value: u32,
}

impl<'a> Runs<'a> {
    fn new(rows: &'a [[u8; 8]]) -> Self {
        Self { rows: rows.iter(), left: 0, value: 0 }
    }

    fn next(&mut self) -> u32 {
        while self.left == 0 {
            let Some(row) = self.rows.next() else { return self.value };
            (self.left, self.value) = (word(row, 0), word(row, 4));
        }
        self.left -= 1;
        self.value
    }
}

/// Goes through the places of the samples, which lie in chunks.
struct Places<'a> {
    chunks: std::iter::Peekable<std::slice::Iter<'a, [u8; 12]>>,
    offsets: &'a [[u8; 4]],
    large: &'a [[u8; 8]],
    /// The next chunk, from 0.
    chunk: u32,
    left: u32,
    samples_in_chunk: u32,
    entry: u16,
    offset: u64,
}

impl<'a> Places<'a> {
    fn new(tables: &Tables<'a>) -> Result<Self, BoxError> {
        let chunks: &[[u8; 12]] = table(b"stsc", tables.chunks)?;
        let (offsets, large) = (table(b"stco", tables.offsets)?, table(b"co64", tables.large_offsets)?);
        let chunks = chunks.iter().peekable();
        Ok(Self { chunks, offsets, large, chunk: 0, left: 0, samples_in_chunk: 0, entry: 0, offset: 0 })
    }

    /// The place of the next sample, beyond every file if there is no chunk for it, and its sample entry.
    fn next(&mut self, size: u32) -> (u64, u16) {
        while self.left == 0 {
            while let Some(row) = self.chunks.next_if(|row| word(*row, 0) <= self.chunk + 1) {
                self.samples_in_chunk = word(row, 4);
                self.entry = u16::try_from(word(row, 8).saturating_sub(1)).unwrap_or(u16::MAX);
            }
            let large = || self.large.get(self.chunk as usize).map(|&place| u64::from_be_bytes(place));
            let place = self.offsets.get(self.chunk as usize).map(|row| u64::from(word(row, 0))).or_else(large);
            let Some(place) = place else { return (u64::MAX, self.entry) };
            (self.offset, self.left) = (place, self.samples_in_chunk);
            self.chunk += 1;
        }
        self.left -= 1;
        let place = self.offset;
        self.offset = self.offset.saturating_add(size.into());
        (place, self.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::super::boxes::Name;
    use super::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn stbl(tables: &[(&Name, &[u32])]) -> Vec<u8> {
        let boxed = |(name, contents): &(&Name, &[u32])| {
            [&(contents.len() as u32 * 4 + 8).to_be_bytes()[..], &name[..], &words(contents)].concat()
        };
        tables.iter().flat_map(boxed).collect()
    }

    fn samples(tables: &[(&Name, &[u32])], length: u64) -> Result<Mp4Samples, BoxError> {
        Tables::of(&stbl(tables)).and_then(|tables| tables.samples(length))
    }

    /// Five samples in three chunks, the last two by another sample entry, one out of order.
    const WHOLE: [(&Name, &[u32]); 6] = [
        (b"stsz", &[0, 0, 5, 10, 20, 30, 40, 50]),
        (b"stts", &[0, 2, 4, 100, 1, 50]),
        (b"ctts", &[0, 3, 1, 100, 1, 200, 3, 0xFFFF_FFF6]),
        (b"stss", &[0, 2, 1, 4]),
        (b"stsc", &[0, 2, 1, 2, 1, 3, 1, 2]),
        (b"stco", &[0, 3, 1000, 2000, 3000]),
    ];

    #[test]
    fn the_tables_give_place_time_and_kind_of_each_sample() {
        let samples = samples(&WHOLE, 10_000).unwrap();
        let told: Vec<_> = samples.all.iter().map(|s| (s.offset, s.size, s.time, s.entry, s.key)).collect();
        let expected = [
            (1000, 10, 100, 0, true),
            (1010, 20, 300, 0, false),
            (2000, 30, 190, 0, false),
            (2030, 40, 290, 0, true),
            (3000, 50, 390, 1, false),
        ];
        assert_eq!(told, expected);
        assert_eq!((samples.end, samples.shift, samples.lost.len()), (450, 10, 0));
    }

    #[test]
    fn samples_beyond_the_file_are_lost_and_empty_ones_left_out() {
        let cut = samples(&WHOLE, 2050).unwrap();
        assert_eq!((cut.all.len(), cut.lost.as_slice()), (3, &[290, 390][..]));
        let tables: [(&Name, &[u32]); 3] =
            [(b"stsz", &[0, 0, 2, 0, 9]), (b"stsc", &[0, 1, 1, 9, 1]), (b"stco", &[0, 1, 8])];
        assert_eq!(samples(&tables, 99).unwrap().all.len(), 1);
    }

    #[test]
    fn small_sizes_are_read() {
        for (bits, sizes) in [(4, [0x1234_5000]), (8, [0x0102_0304]), (16, [0x0001_0002])] {
            let count = [5, 4, 2][[4, 8, 16].iter().position(|&known| known == bits).unwrap()];
            let read = samples(
                &[
                    (b"stz2", &[&[0, bits, count][..], &sizes].concat()),
                    (b"stsc", &[0, 1, 1, 9, 1]),
                    (b"stco", &[0, 1, 8]),
                ],
                99,
            );
            let sizes: Vec<u32> = read.unwrap().all.iter().map(|sample| sample.size).collect();
            assert_eq!(sizes, (1..=count).collect::<Vec<_>>());
        }
        assert!(samples(&[(b"stz2", &[0, 16, 9, 1])], 99).is_err());
        assert!(samples(&[(b"stz2", &[0, 7, 1, 1])], 99).is_err());
    }

    #[test]
    fn counts_without_stored_entries_take_no_more_memory_than_their_times() {
        let common = |size: u32, count: u32| {
            let tables: [(&Name, &[u32]); 3] =
                [(b"stsz", &[0, size, count]), (b"stsc", &[0, 1, 1, count, 1]), (b"stco", &[0, 1, 8])];
            samples(&tables, 1000)
        };
        let read = common(1, 100_000).unwrap();
        assert_eq!((read.all.len(), read.lost.len()), (992, 99_008));
        let places = [&[0, 1000][..], &[8; 1000]].concat();
        let again: [(&Name, &[u32]); 3] =
            [(b"stsz", &[0, 1, 900_000]), (b"stsc", &[0, 1, 1, 900, 1]), (b"stco", &places)];
        let read = samples(&again, 1000).unwrap();
        assert_eq!(read.all.len() as u64, MOST_USES * 1000 + 1, "bytes that are used again and again");
        assert!(matches!(common(1, 0xFFFF_FFF0), Err(BoxError::TooLarge)));
    }

    #[test]
    fn a_count_beyond_its_bytes_is_inconsistent() {
        let tables: [(&Name, &[u32]); 7] = [
            (b"stsz", &[0, 0, 4, 1, 2, 3]),
            (b"stts", &[0, 2, 1, 1, 1]),
            (b"ctts", &[0, u32::MAX]),
            (b"stsc", &[0, 1, 1, 1]),
            (b"stss", &[0, 1]),
            (b"stco", &[0, u32::MAX, 7]),
            (b"co64", &[0, 1, 7]),
        ];
        for (name, crafted) in tables {
            let refused = samples(&[(name, crafted)], 1000).err().unwrap().to_string();
            assert!(refused.contains(&*String::from_utf8_lossy(name)) && refused.contains("too short"), "{refused}");
            assert!(samples(&[(name, &[0, 0, 0])], 1000).is_ok());
            assert!(samples(&[(name, &[])], 1000).is_err(), "a table without its count");
        }
    }

    #[test]
    fn chunks_that_lie_do_not_loop() {
        let chunks =
            |rows: &[u32]| samples(&[(b"stsz", &[0, 1, 9]), (b"stsc", rows), (b"stco", &[0, 2, 8, 9])], 1000).unwrap();
        assert_eq!(chunks(&[0, 1, 1, 0, 1]).lost.len(), 9);
        assert_eq!(chunks(&[0, 1, 9, 1, 1]).lost.len(), 9);
        assert_eq!(chunks(&[0, 2, 2, 1, 1, 1, 5, u32::MAX]).lost.len(), 4, "rows that run backwards");
        assert_eq!(chunks(&[0, 0]).lost.len(), 9);
    }
}
