//! Builds MP4 files box by box, of pictures that this program coded.

use std::time::Duration;

use bendwise::image::RgbImage;
use bendwise::recording::mp4_writer::VideoWriter;
use bendwise::source::Timestamp;

/// Ticks a second of the track; those of the movie are a hundred times as long.
pub const TIMESCALE: u32 = 100_000;
pub const MOVIE_TIMESCALE: u32 = 1000;

/// A matrix that changes nothing, in the order of a header.
pub const UPRIGHT: [i32; 4] = [1, 0, 0, 1];

/// A coded picture.
#[derive(Clone, Debug)]
pub struct Coded {
    pub bytes: Vec<u8>,
    /// Ticks.
    pub duration: u32,
    /// By how many ticks it is shown after it is decoded.
    pub composition: i32,
    pub key: bool,
    /// The number of its sample entry, from 1.
    pub entry: u32,
}

/// A film of one video track.
#[derive(Clone, Debug)]
pub struct Film {
    /// Sample entries, each a box.
    pub entries: Vec<Vec<u8>>,
    pub samples: Vec<Coded>,
    /// The size at which it is shown, pixels.
    pub display: (u32, u32),
    pub track_matrix: [i32; 4],
    pub movie_matrix: [i32; 4],
    /// Duration in the movie, place in the media, rate in units of 1/65536.
    pub edits: Vec<(u32, i32, i32)>,
    pub enabled: bool,
}

pub fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    [&(contents.len() as u32 + 8).to_be_bytes()[..], name, &contents].concat()
}

pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The contents of the first box with this name, wherever it is.
pub fn contents<'a>(file: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let place = file.windows(4).position(|window| window == name).unwrap();
    let size = u32::from_be_bytes(file[place - 4..place].try_into().unwrap()) as usize;
    &file[place + 4..place - 4 + size]
}

/// The bytes of a file with one name of a box replaced by another wherever it is.
pub fn replaced(file: &[u8], name: &[u8; 4], other: &[u8; 4]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|&at| &bytes[at..at + 4] == name).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| bytes[at..at + 4].copy_from_slice(other));
    bytes
}

/// The boxes of a file or of another box.
pub struct Boxes<'a> {
    file: &'a [u8],
    at: std::ops::Range<usize>,
}

impl<'a> Boxes<'a> {
    pub fn of(file: &'a [u8]) -> Self {
        Self { file, at: 0..file.len() }
    }

    /// The name of each box here, and where its contents lie.
    fn list(&self) -> Vec<([u8; 4], std::ops::Range<usize>)> {
        let (mut at, mut found) = (self.at.start, Vec::new());
        while at + 8 <= self.at.end {
            let size = word(self.file, at);
            found.push((self.file[at + 4..at + 8].try_into().unwrap(), at + 8..at + size));
            at += size.max(8);
        }
        found
    }

    /// Where the contents of the first box on this path lie.
    pub fn find(&self, path: &[&[u8; 4]]) -> Option<std::ops::Range<usize>> {
        let (name, rest) = path.split_first()?;
        let (_, at) = self.list().into_iter().find(|(found, _)| found == *name)?;
        if rest.is_empty() { Some(at) } else { Boxes { file: self.file, at }.find(rest) }
    }

    /// The file with `added` after the first box of the one on this path, instead of what it has by this name. Only for files
    /// whose index comes last, as nothing is moved.
    pub fn with_first(&self, path: &[&[u8; 4]], name: &[u8; 4], added: &[u8]) -> Vec<u8> {
        let around = self.find(path).unwrap();
        let mut contents = Vec::new();
        for (number, (found, at)) in (Boxes { file: self.file, at: around.clone() }).list().into_iter().enumerate() {
            if &found != name {
                contents.extend(&self.file[at.start - 8..at.end]);
            }
            if number == 0 {
                contents.extend(added);
            }
        }
        let mut bytes = [&self.file[..around.start], &contents, &self.file[around.end..]].concat();
        for depth in 1..=path.len() {
            let at = self.find(&path[..depth]).unwrap();
            let size = (at.len() + 8 + contents.len() - around.len()) as u32;
            bytes[at.start - 8..at.start - 4].copy_from_slice(&size.to_be_bytes());
        }
        bytes
    }
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

impl Film {
    /// Of these pictures, at ten a second.
    pub fn of(pictures: &[RgbImage]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.mp4");
        let (width, height) = pictures[0].dimensions();
        let mut writer = VideoWriter::create(&path, width, height).unwrap();
        for (number, picture) in (0..).zip(pictures) {
            writer.write(picture, Timestamp::new(Duration::from_millis(number * 100))).unwrap();
        }
        writer.finish().unwrap();
        let file = std::fs::read(&path).unwrap();
        let (sizes, mut at) = (contents(&file, b"stsz"), word(contents(&file, b"stco"), 8));
        let samples = (0..pictures.len()).map(|number| {
            let size = word(sizes, 12 + 4 * number);
            at += size;
            let bytes = without_parameters(&file[at - size..at]);
            Coded { bytes, duration: TIMESCALE / 10, composition: 0, key: number == 0, entry: 1 }
        });
        Self {
            samples: samples.collect(),
            entries: vec![contents(&file, b"stsd")[8..].to_vec()],
            display: (width, height),
            track_matrix: UPRIGHT,
            movie_matrix: UPRIGHT,
            edits: Vec::new(),
            enabled: true,
        }
    }

    /// Adds the pictures of another film, by sample entries of their own.
    pub fn join(mut self, other: Self) -> Self {
        let before = self.entries.len() as u32;
        self.entries.extend(other.entries);
        self.samples.extend(other.samples.into_iter().map(|sample| Coded { entry: sample.entry + before, ..sample }));
        self
    }

    /// Calls the sample entries by another name.
    pub fn renamed(mut self, name: &[u8; 4]) -> Self {
        self.entries.iter_mut().for_each(|entry| entry[4..8].copy_from_slice(name));
        self
    }

    /// Adds a box to the sample entries.
    pub fn with_box(mut self, added: &[u8]) -> Self {
        for entry in &mut self.entries {
            entry.extend(added);
            let length = entry.len() as u32;
            entry[..4].copy_from_slice(&length.to_be_bytes());
        }
        self
    }

    /// The parameter sets of the first sample entry.
    pub fn parameters(&self) -> [Vec<u8>; 2] {
        let configuration = contents(&self.entries[0], b"avcC");
        let length = usize::from(configuration[7]);
        let (sps, rest) = configuration[8..].split_at(length);
        [sps.to_vec(), rest[3..].to_vec()]
    }

    /// Replaces the parameter sets of all sample entries; none if they are in the stream.
    pub fn with_parameters(self, sets: Option<&[Vec<u8>; 2]>) -> Self {
        let [sps, pps] = sets.map(|sets| sets.each_ref().map(std::slice::from_ref)).unwrap_or_default();
        self.with_several(sps, pps)
    }

    /// Replaces the parameter sets of all sample entries by these.
    pub fn with_several(mut self, sequences: &[Vec<u8>], pictures: &[Vec<u8>]) -> Self {
        let head = [1, 66, 192, 30, 0xFF];
        let one = |set: &Vec<u8>| [&(set.len() as u16).to_be_bytes()[..], set].concat();
        let listed =
            |sets: &[Vec<u8>], bits: u8| [vec![bits | sets.len() as u8], sets.iter().flat_map(one).collect()].concat();
        let sets = [listed(sequences, 0xE0), listed(pictures, 0)];
        for entry in &mut self.entries {
            entry.truncate(86);
        }
        self.with_box(&boxed(b"avcC", &[&head, &sets.concat()]))
    }

    /// An ordinary file: the pictures come after the index.
    pub fn bytes(&self) -> Vec<u8> {
        let head = boxed(b"ftyp", &[b"isom\0\0\0\0isom"]);
        let moov = |at: u32| self.moov(&[self.trak(1, at)], &[]);
        let at = head.len() + moov(1).len() + 8;
        [head, moov(at as u32), self.mdat()].concat()
    }

    pub fn mdat(&self) -> Vec<u8> {
        let data: Vec<&[u8]> = self.samples.iter().map(|sample| sample.bytes.as_slice()).collect();
        boxed(b"mdat", &data)
    }

    pub fn moov(&self, traks: &[Vec<u8>], more: &[u8]) -> Vec<u8> {
        let head = words(&[0, 0, 0, MOVIE_TIMESCALE, 0, 0x1_0000, 0x0100_0000, 0, 0]);
        let mvhd = boxed(b"mvhd", &[&head, &matrix(self.movie_matrix), &[0; 24], &words(&[2])]);
        boxed(b"moov", &[&mvhd, &traks.concat(), more])
    }

    /// The track, whose pictures lie one after another from this place in the file on; 0 if they are in fragments.
    pub fn trak(&self, id: u32, at: u32) -> Vec<u8> {
        let head = words(&[if self.enabled { 3 } else { 2 }, 0, 0, id, 0, 0, 0, 0, 0, 0]);
        let size = words(&[self.display.0 << 16, self.display.1 << 16]);
        let tkhd = boxed(b"tkhd", &[&head, &matrix(self.track_matrix), &size]);
        let list = self
            .edits
            .iter()
            .flat_map(|&(duration, media, rate)| words(&[duration, media.cast_unsigned(), rate.cast_unsigned()]));
        let elst = boxed(b"elst", &[&words(&[0, self.edits.len() as u32]), &list.collect::<Vec<_>>()]);
        let edts = if self.edits.is_empty() { Vec::new() } else { boxed(b"edts", &[&elst]) };
        let mdhd = boxed(b"mdhd", &[&words(&[0, 0, 0, TIMESCALE, 0, 0])]);
        let hdlr = boxed(b"hdlr", &[&words(&[0, 0]), b"vide", &[0; 13]]);
        let minf = boxed(b"minf", &[&self.stbl(at)]);
        boxed(b"trak", &[&tkhd, &edts, &boxed(b"mdia", &[&mdhd, &hdlr, &minf])])
    }

    fn stbl(&self, at: u32) -> Vec<u8> {
        let listed =
            |name, rows: Vec<Vec<u32>>| boxed(name, &[&words(&[0, rows.len() as u32]), &words(&rows.concat())]);
        let stsd = boxed(b"stsd", &[&words(&[0, self.entries.len() as u32]), &self.entries.concat()]);
        let samples: &[Coded] = if at == 0 { &[] } else { &self.samples };
        let times = listed(b"stts", samples.iter().map(|sample| vec![1, sample.duration]).collect());
        let shifts =
            listed(b"ctts", samples.iter().map(|sample| vec![1, sample.composition.cast_unsigned()]).collect());
        let keys = (1..).zip(samples).filter(|(_, sample)| sample.key).map(|(number, _)| vec![number]);
        let keys = listed(b"stss", keys.collect());
        // Each in a chunk of its own.
        let chunks = listed(b"stsc", (1..).zip(samples).map(|(chunk, sample)| vec![chunk, 1, sample.entry]).collect());
        let sizes: Vec<u32> = samples.iter().map(|sample| sample.bytes.len() as u32).collect();
        let stsz = boxed(b"stsz", &[&words(&[0, 0, sizes.len() as u32]), &words(&sizes)]);
        let places = sizes.iter().scan(at, |place, size| {
            *place += size;
            Some(vec![*place - size])
        });
        boxed(b"stbl", &[&stsd, &times, &shifts, &keys, &chunks, &stsz, &listed(b"stco", places.collect())])
    }

    /// The index of a file in fragments.
    pub fn fragmented_head(&self) -> Vec<u8> {
        let mvex = boxed(b"mvex", &[&boxed(b"trex", &[&words(&[0, 1, 1, 0, 0, 0x1_0000])])]);
        self.moov(&[self.trak(1, 0)], &mvex)
    }

    /// A fragment of these samples, decoded from `start` on, in runs of at most `run`, whose offsets are signed.
    pub fn fragment(&self, samples: std::ops::Range<usize>, start: u64, run: usize) -> Vec<u8> {
        let samples = &self.samples[samples];
        let tfdt = boxed(b"tfdt", &[&words(&[0x0100_0000]), &start.to_be_bytes()]);
        let moof = |data: u32| {
            let mut place = data;
            let runs = samples.chunks(run).map(|run| {
                let row = |sample: &Coded| {
                    let flags = if sample.key { 0 } else { 0x1_0000 };
                    words(&[sample.duration, sample.bytes.len() as u32, flags, sample.composition.cast_unsigned()])
                };
                let head = words(&[0x0100_0F01, run.len() as u32, place]);
                place += run.iter().map(|sample| sample.bytes.len() as u32).sum::<u32>();
                boxed(b"trun", &[&head, &run.iter().flat_map(row).collect::<Vec<_>>()])
            });
            let runs: Vec<u8> = runs.flatten().collect();
            boxed(b"moof", &[&boxed(b"traf", &[&boxed(b"tfhd", &[&words(&[0x2_0000, 1])]), &tfdt, &runs])])
        };
        let moof = moof(moof(0).len() as u32 + 8);
        let data: Vec<&[u8]> = samples.iter().map(|sample| sample.bytes.as_slice()).collect();
        [moof, boxed(b"mdat", &data)].concat()
    }
}

/// A sample without parameter sets, which the writer puts into the stream as well.
fn without_parameters(mut sample: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    while !sample.is_empty() {
        let (unit, rest) = sample.split_at(4 + word(sample, 0));
        if !matches!(unit[4] & 31, 7 | 8) {
            kept.extend(unit);
        }
        sample = rest;
    }
    kept
}

/// The nine numbers of a header's matrix.
pub fn matrix([a, b, c, d]: [i32; 4]) -> Vec<u8> {
    let one = |number: i32| (number * 0x1_0000).cast_unsigned();
    words(&[one(a), one(b), 0, one(c), one(d), 0, 0, 0, 0x4000_0000])
}

/// A sequence parameter set that states the shape of pixels: whatever followed its size is replaced.
pub fn with_pixel_aspect(sps: &[u8], (across, down): (u16, u16)) -> Vec<u8> {
    let mut bits = Bits::before_references(sps);
    bits.number();
    bits.at += 1;
    bits.number();
    bits.number();
    bits.at += 2;
    bits.at += 1;
    if bits.all[bits.at - 1] == 1 {
        for _ in 0..4 {
            bits.number();
        }
    }
    let mut written = Bits { all: bits.all[..bits.at].to_vec(), at: 0 };
    written.all.extend([1, 1]);
    written.push(255, 8);
    written.push(across.into(), 16);
    written.push(down.into(), 16);
    written.push(1, 9); // nothing else, and the end
    written.bytes()
}

/// A sequence parameter set of pictures of so many macroblocks, which refer to so many others.
pub fn with_size(sps: &[u8], (across, down): (u32, u32), references: u32) -> Vec<u8> {
    let bits = Bits::before_references(sps);
    let mut written = Bits { all: bits.all[..bits.at].to_vec(), at: 0 };
    written.push_number(references);
    written.push(0, 1);
    written.push_number(across - 1);
    written.push_number(down - 1);
    written.push(0b1_1001, 5); // of whole frames, neither cropped nor described further, and the end
    written.bytes()
}

/// A sequence parameter set with another number, instead of 0.
pub fn with_number(sps: &[u8], number: u32) -> Vec<u8> {
    let bits = Bits::of(sps);
    let mut written = Bits { all: bits.all[..32].to_vec(), at: 0 };
    written.push_number(number);
    written.all.extend(&bits.all[33..]);
    written.bytes()
}

/// A picture parameter set that refers to this sequence parameter set, instead of 0.
pub fn referring_to(pps: &[u8], number: u32) -> Vec<u8> {
    let mut bits = Bits::of(pps);
    bits.at = 8;
    bits.number();
    let mut written = Bits { all: bits.all[..bits.at].to_vec(), at: 0 };
    written.push_number(number);
    written.all.extend(&bits.all[bits.at + 1..]);
    written.bytes()
}

struct Bits {
    all: Vec<u8>,
    at: usize,
}

impl Bits {
    /// A sequence parameter set, read up to the number of references.
    fn before_references(sps: &[u8]) -> Self {
        assert!(matches!(sps[1], 66 | 77), "a profile without chroma and depth");
        let mut bits = Self { at: 32, ..Self::of(sps) };
        bits.number();
        bits.number();
        match bits.number() {
            0 => assert!(bits.number() < 13),
            kind => assert_eq!(kind, 2),
        }
        bits
    }

    /// A unit, without bytes that keep start codes apart, as small parameter sets have none.
    fn of(unit: &[u8]) -> Self {
        Self { all: unit.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect(), at: 0 }
    }

    fn push(&mut self, value: u32, count: u32) {
        self.all.extend((0..count).rev().map(|bit| (value >> bit & 1) as u8));
    }

    fn push_number(&mut self, value: u32) {
        let length = 32 - (value + 1).leading_zeros();
        self.push(0, length - 1);
        self.push(value + 1, length);
    }

    /// The bits as the bytes of a unit.
    fn bytes(mut self) -> Vec<u8> {
        self.all.resize(self.all.len().next_multiple_of(8), 0);
        let mut bytes: Vec<u8> = Vec::new();
        for bits in self.all.chunks(8) {
            let byte = bits.iter().fold(0, |byte, bit| byte << 1 | bit);
            if bytes.ends_with(&[0, 0]) && byte <= 3 {
                bytes.push(3); // keeps start codes apart
            }
            bytes.push(byte);
        }
        bytes
    }

    fn number(&mut self) -> u32 {
        let zeros = self.all[self.at..].iter().take_while(|bit| **bit == 0).count();
        let bits = &self.all[self.at + zeros..self.at + 2 * zeros + 1];
        self.at += 2 * zeros + 1;
        bits.iter().fold(0, |number, bit| number << 1 | u32::from(*bit)) - 1
    }
}
