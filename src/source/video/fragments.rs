//! Mp4Samples in fragments: `moof` boxes, each of which says where its pictures lie and when they are shown.

use super::boxes::{BoxError, BoxFields, children, find, inconsistent, word};
use super::sample_table::{Mp4Sample, Mp4Samples};

/// What a track's fragments say unless they say otherwise (`trex`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Defaults {
    entry: u32,
    duration: u32,
    size: u32,
    flags: u32,
}

/// The defaults of a track in an `mvex` box; `None` if it has no fragments.
pub(super) fn defaults(mvex: &[u8], track: u32) -> Result<Option<Defaults>, BoxError> {
    for child in children(b"mvex", mvex) {
        let child = child?;
        let mut fields = BoxFields(child.contents);
        if &child.name != b"trex" || fields.version_and_flags().is_none() || fields.u32() != Some(track) {
            continue;
        }
        let mut field = || fields.u32().ok_or_else(|| inconsistent(b"trex", "is too short"));
        return Ok(Some(Defaults { entry: field()?, duration: field()?, size: field()?, flags: field()? }));
    }
    Ok(None)
}

/// Bit of a sample's flags: it depends on others.
const DEPENDENT: u32 = 0x1_0000;

/// Where the samples of a fragment are put.
pub(super) struct FragmentReader<'a> {
    pub(super) track: u32,
    pub(super) defaults: Defaults,
    /// Bytes of the file.
    pub(super) length: u64,
    pub(super) samples: &'a mut Mp4Samples,
}

/// What a track fragment says of all of its samples.
struct Header {
    base: u64,
    defaults: Defaults,
}

impl FragmentReader<'_> {
    /// Reads the contents of a `moof` box that begins at `at` in the file.
    pub(super) fn read(&mut self, at: u64, moof: &[u8]) -> Result<(), BoxError> {
        let mut after = at; // where the data of the track fragment before ends
        for child in children(b"moof", moof) {
            let child = child?;
            if &child.name == b"traf" {
                after = self.track_fragment(at, after, child.contents)?;
            }
        }
        Ok(())
    }

    /// Returns where its data ends.
    fn track_fragment(&mut self, at: u64, after: u64, traf: &[u8]) -> Result<u64, BoxError> {
        let short = || inconsistent(b"tfhd", "is too short");
        let Some(tfhd) = find(b"traf", traf, b"tfhd")? else { return Ok(after) };
        let (track, header) = self.header(at, after, tfhd).ok_or_else(short)?;
        let ours = track == self.track;
        if ours && let Some(start) = find(b"traf", traf, b"tfdt")?.and_then(decode_time) {
            self.samples.begin_fragment(start);
        }
        let mut place = header.base;
        for child in children(b"traf", traf) {
            let child = child?;
            if &child.name == b"trun" {
                place = self.run(&header, place, ours, child.contents)?;
            }
        }
        Ok(place)
    }

    fn header(&self, at: u64, after: u64, tfhd: &[u8]) -> Option<(u32, Header)> {
        let mut fields = BoxFields(tfhd);
        let (_, flags) = fields.version_and_flags()?;
        let track = fields.u32()?;
        let base = match flags {
            _ if flags & 0x1 != 0 => fields.u64()?,
            _ if flags & 0x2_0000 != 0 => at,
            _ => after,
        };
        let mut field = |bit: u32, otherwise: u32| if flags & bit == 0 { Some(otherwise) } else { fields.u32() };
        let known = self.defaults;
        let entry = field(0x2, known.entry)?;
        let (duration, size) = (field(0x8, known.duration)?, field(0x10, known.size)?);
        let defaults = Defaults { entry, duration, size, flags: field(0x20, known.flags)? };
        Some((track, Header { base, defaults }))
    }

    /// Returns where the data of the run ends.
    fn run(&mut self, header: &Header, place: u64, ours: bool, trun: &[u8]) -> Result<u64, BoxError> {
        let run = Run::of(trun, header.defaults).ok_or_else(|| inconsistent(b"trun", "is too short"))?;
        let mut offset = run.offset.map_or(place, |offset| header.base.saturating_add_signed(offset.into()));
        let entry = u16::try_from(header.defaults.entry.saturating_sub(1)).unwrap_or(u16::MAX);
        let row = |number: usize| run.rows.0.get(number * run.width()..).unwrap_or_default();
        if ours {
            self.samples.announce(run.count)?;
        } else if run.width() == 0 {
            return Ok(offset.saturating_add(u64::from(run.count) * u64::from(header.defaults.size)));
        }
        for number in 0..run.count as usize {
            let (sample, composition) = run.sample(row(number), number == 0);
            let sample = Mp4Sample { offset, entry, ..sample };
            offset = offset.saturating_add(sample.size.into());
            if ours {
                self.samples.push(sample, composition, self.length);
            }
        }
        Ok(offset)
    }
}

/// A run of samples that lie one after another.
struct Run<'a> {
    flags: u32,
    count: u32,
    offset: Option<i32>,
    first_flags: Option<u32>,
    rows: BoxFields<'a>,
    defaults: Defaults,
}

impl<'a> Run<'a> {
    /// Reads one; `None` if it breaks off or is too short for its rows.
    fn of(trun: &'a [u8], defaults: Defaults) -> Option<Self> {
        let mut fields = BoxFields(trun);
        let (_, flags) = fields.version_and_flags()?;
        let count = fields.u32()?;
        let offset = if flags & 0x1 == 0 { None } else { Some(fields.i32()?) };
        let first_flags = if flags & 0x4 == 0 { None } else { Some(fields.u32()?) };
        let run = Self { flags, count, offset, first_flags, rows: fields, defaults };
        (run.width() as u64 * u64::from(count) <= run.rows.0.len() as u64).then_some(run)
    }

    /// Bytes of a row.
    fn width(&self) -> usize {
        4 * (self.flags & 0xF00).count_ones() as usize
    }

    /// The sample of a row, and by how much it is shown after it is decoded. Version 0 has that unsigned, but none is
    /// shown hours later: some programs write negative ones all the same.
    fn sample(&self, row: &[u8], first: bool) -> (Mp4Sample, i32) {
        let mut at = 0;
        let mut field = |bit: u32| {
            (self.flags & bit != 0).then(|| {
                at += 4;
                word(row, at - 4)
            })
        };
        let duration = field(0x100).unwrap_or(self.defaults.duration);
        let size = field(0x200).unwrap_or(self.defaults.size);
        let flags = field(0x400).or(self.first_flags.filter(|_| first)).unwrap_or(self.defaults.flags);
        let composition = field(0x800).unwrap_or(0).cast_signed();
        (Mp4Sample { duration, size, key: flags & DEPENDENT == 0, ..Mp4Sample::default() }, composition)
    }
}

fn decode_time(tfdt: &[u8]) -> Option<i64> {
    let mut fields = BoxFields(tfdt);
    let (version, _) = fields.version_and_flags()?;
    fields.long(version).map(|time| i64::try_from(time).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::boxes::Name;
    use super::*;

    fn boxed(name: &Name, contents: &[u8]) -> Vec<u8> {
        [&(contents.len() as u32 + 8).to_be_bytes()[..], name, contents].concat()
    }

    fn words(name: &Name, words: &[u32]) -> Vec<u8> {
        boxed(name, &words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>())
    }

    fn read(moof: &[u8]) -> Result<Mp4Samples, BoxError> {
        let mut samples = Mp4Samples::default();
        let defaults = Defaults { entry: 1, duration: 10, size: 7, flags: DEPENDENT };
        FragmentReader { track: 5, defaults, length: 100_000, samples: &mut samples }.read(1000, moof)?;
        Ok(samples)
    }

    fn told(samples: &Mp4Samples) -> Vec<(u64, u32, i64, bool)> {
        samples.all.iter().map(|sample| (sample.offset, sample.size, sample.time, sample.key)).collect()
    }

    #[test]
    fn several_runs_go_on_where_the_one_before_ended() {
        let header = words(b"tfhd", &[0x2_0000, 5]);
        let time = words(b"tfdt", &[0x0100_0000, 0, 500]);
        let first = words(b"trun", &[0x0100_0A05, 2, 100, 0, 3, 0, 4, 0xFFFF_FFF6]);
        let second = words(b"trun", &[0x100, 1, 25]);
        let third = words(b"trun", &[0x1, 1, 300]);
        let traf = boxed(b"traf", &[header, time, first, second, third].concat());
        let samples = read(&traf).unwrap();
        let expected = [(1100, 3, 500, true), (1103, 4, 500, false), (1107, 7, 520, false), (1300, 7, 545, false)];
        assert_eq!(told(&samples), expected);
        assert_eq!((samples.end, samples.shift), (555, 10));
    }

    #[test]
    fn a_recording_that_starts_over_goes_on_where_the_one_before_it_ended() {
        let fragment = |time: u32| {
            let parts = [words(b"tfhd", &[0x2_0000, 5]), words(b"tfdt", &[0, time]), words(b"trun", &[0x1, 2, 100])];
            boxed(b"traf", &parts.concat())
        };
        let times = |fragments: &[u32]| {
            let mut samples = Mp4Samples::default();
            let defaults = Defaults { entry: 1, duration: 10, size: 7, flags: DEPENDENT };
            for (at, time) in (1..).zip(fragments) {
                let mut reader = FragmentReader { track: 5, defaults, length: 100_000, samples: &mut samples };
                reader.read(1000 * at, &fragment(*time)).unwrap();
            }
            samples.all.iter().map(|sample| sample.time).collect::<Vec<_>>()
        };
        assert_eq!(times(&[500, 520, 500, 530]), [500, 510, 520, 530, 540, 550, 570, 580]);
        assert_eq!(times(&[0, 0]), [0, 10, 20, 30], "two recordings of one fragment each");
        assert_eq!(times(&[500, 515, 600]), [500, 510, 515, 525, 600, 610], "each says when it begins");
    }

    #[test]
    fn data_without_an_offset_follows_that_of_the_track_before() {
        let other = [words(b"tfhd", &[0, 4]), words(b"trun", &[0x1, 3, 50])].concat();
        let ours = [words(b"tfhd", &[0, 5]), words(b"trun", &[0, 1])].concat();
        let samples = read(&[boxed(b"traf", &other), boxed(b"traf", &ours)].concat()).unwrap();
        assert_eq!(told(&samples), [(1071, 7, 0, false)]);
        let based = [words(b"tfhd", &[0x3B, 5, 0, 64, 2, 20, 9, 0]), words(b"trun", &[0, 2])].concat();
        let samples = read(&boxed(b"traf", &based)).unwrap();
        assert_eq!(told(&samples), [(64, 9, 0, true), (73, 9, 20, true)]);
        assert_eq!(samples.all[0].entry, 1);
    }

    #[test]
    fn lies_of_a_fragment_are_refused_or_lost() {
        let traf = |runs: &[Vec<u8>]| boxed(b"traf", &[&words(b"tfhd", &[0, 5])[..], &runs.concat()].concat());
        assert!(matches!(read(&traf(&[words(b"trun", &[0x301, 2, 0, 1, 1, 1])])), Err(BoxError::Inconsistent(_))));
        assert!(matches!(read(&traf(&[words(b"trun", &[0])])), Err(BoxError::Inconsistent(_))));
        assert!(matches!(read(&traf(&vec![words(b"trun", &[0, 1_000_000]); 5])), Err(BoxError::TooLarge)));
        let empty = boxed(b"traf", &[words(b"tfhd", &[0x10, 5, 0]), words(b"trun", &[0, u32::MAX])].concat());
        assert!(matches!(read(&empty), Err(BoxError::TooLarge)), "samples of no bytes count as well");
        let foreign = boxed(b"traf", &[words(b"tfhd", &[0, 4]), words(b"trun", &[0, u32::MAX])].concat());
        assert!(read(&foreign).unwrap().all.is_empty(), "what another track says takes no time");
        let backwards = read(&traf(&[words(b"trun", &[0x1, 1, 0x8000_0000])])).unwrap();
        assert_eq!(told(&backwards), [(0, 7, 0, false)], "no offset lies before the file");
        let overlapping = read(&traf(&vec![words(b"trun", &[0x1, 2, 0]); 2])).unwrap();
        assert_eq!(overlapping.all.len(), 4, "runs that share their data are read as they are");
        assert!(matches!(read(&boxed(b"traf", &words(b"tfhd", &[0]))), Err(BoxError::Inconsistent(_))));
    }
}
