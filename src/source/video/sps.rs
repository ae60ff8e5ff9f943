//! The parameter sets of H.264: what a sequence parameter set says of the pictures, and which one a slice refers to.

/// What a sequence parameter set says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sps {
    pub(super) id: u32,
    /// The size that is shown, pixels.
    pub(super) size: (u32, u32),
    /// The macroblocks, of 16 × 16 pixels, of all pictures that a decoder holds for them: those it refers to and two more.
    pub(super) held: u64,
    /// The shape of a pixel, width to height, if stated.
    pub(super) pixel_aspect: Option<(u32, u32)>,
    /// The reason why the decoder cannot decode it, as the video it is, with its article.
    pub(super) foreign: Option<&'static str>,
}

/// The pixel shapes that have a number in the standard (table E-1).
const ASPECTS: [(u32, u32); 17] = [
    (0, 0),
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];

/// The number that says that the shape follows.
const EXTENDED_SHAPE: u32 = 255;

/// Profiles that the decoder knows: baseline, main, extended and high.
pub(super) const DECODABLE_PROFILES: [u8; 4] = [66, 77, 88, 100];

/// Profiles whose parameter sets state chroma and bit depth.
const HIGH_PROFILES: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// The most macroblocks of a picture, and of all that are held, at level 5.2, the highest that the decoder knows.
const MOST_MACROBLOCKS: u64 = 36_864;
const MOST_HELD_MACROBLOCKS: u64 = 184_320;

/// Reads the bits of a unit, without the bytes that only keep start codes apart.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    /// Of the first `most` bytes of a unit, after its header.
    fn of(unit: &[u8], most: usize) -> Self {
        let (mut bytes, mut zeros) = (Vec::new(), 0);
        for &byte in unit.iter().skip(1).take(most) {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            bytes.push(byte);
        }
        Self { bytes, at: 0 }
    }

    fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | u32::from(self.bit()?)))
    }

    /// An unsigned number in the code named after Golomb.
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let rest = self.bits(zeros)?;
        Some(((1_u64 << zeros) - 1 + u64::from(rest)) as u32)
    }

    fn signed(&mut self) -> Option<i32> {
        let number = i64::from(self.number()?);
        Some((if number % 2 == 1 { (number + 1) / 2 } else { -number / 2 }) as i32)
    }
}

impl Sps {
    /// Whether the decoder can decode its pictures and may hold them, of at most so many macroblocks.
    pub(super) fn is_usable(&self, most_held: u64) -> bool {
        self.foreign.is_none() && self.held <= most_held
    }

    /// Reads one with its unit header; `None` if it breaks off.
    pub(super) fn read(unit: &[u8]) -> Option<Self> {
        let profile = *unit.get(1)?;
        let mut bits = Bits::of(unit, 4096);
        bits.bits(24)?;
        let id = bits.number().filter(|&id| id < 32)?;
        let (chroma, deep) = chroma_and_depth(profile, &mut bits)?;
        order_of_pictures(&mut bits)?;
        let held = bits.number()?;
        bits.bit()?;
        let (across, down) = (bits.number()?.checked_add(1)?, bits.number()?.checked_add(1)?);
        let progressive = bits.bit()?;
        if !progressive {
            bits.bit()?;
        }
        bits.bit()?;
        let size = cropped(&mut bits, (across, down), progressive, chroma)?;
        // The rest may break off: some encoders write it badly, and only the shape is wanted of it.
        let pixel_aspect = shape(&mut bits).flatten();
        let picture = u64::from(across) * u64::from(down) * if progressive { 1 } else { 2 };
        let enormous = picture > MOST_MACROBLOCKS || picture * u64::from(held) > MOST_HELD_MACROBLOCKS;
        let foreign = if deep {
            Some("an H.264 video with more than 8 bits")
        } else if chroma != 1 {
            Some("an H.264 video with finer chroma (4:2:2 or 4:4:4) or none")
        } else if !progressive {
            Some("an interlaced video")
        } else if enormous {
            Some("an H.264 video beyond level 5.2")
        } else {
            (!DECODABLE_PROFILES.contains(&profile)).then_some("an H.264 video in a rare profile")
        };
        Some(Self { id, size, held: picture * (u64::from(held) + 2), pixel_aspect, foreign })
    }
}

/// The chroma format, and whether there are more than 8 bits.
fn chroma_and_depth(profile: u8, bits: &mut Bits) -> Option<(u32, bool)> {
    if !HIGH_PROFILES.contains(&profile) {
        return Some((1, false));
    }
    let chroma = bits.number()?;
    if chroma == 3 {
        bits.bit()?;
    }
    let deep = bits.number()? > 0;
    let deep = bits.number()? > 0 || deep;
    bits.bit()?;
    if bits.bit()? {
        for list in 0..if chroma == 3 { 12 } else { 8 } {
            if bits.bit()? {
                skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some((chroma, deep))
}

fn skip_scaling_list(bits: &mut Bits, length: usize) -> Option<()> {
    let (mut last, mut next) = (8_i32, 8_i32);
    for _ in 0..length {
        if next != 0 {
            next = (last + bits.signed()? % 256 + 256) % 256;
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

fn order_of_pictures(bits: &mut Bits) -> Option<()> {
    bits.number()?;
    match bits.number()? {
        0 => drop(bits.number()?),
        1 => {
            bits.bit()?;
            bits.signed()?;
            bits.signed()?;
            for _ in 0..bits.number().filter(|&count| count < 256)? {
                bits.signed()?;
            }
        }
        _ => {}
    }
    Some(())
}

/// The size that is shown of a picture of so many macroblocks.
fn cropped(bits: &mut Bits, (across, down): (u32, u32), progressive: bool, chroma: u32) -> Option<(u32, u32)> {
    let fields = if progressive { 1 } else { 2 };
    let (width, height) = (across.checked_mul(16)?, down.checked_mul(16)?.checked_mul(fields)?);
    if !bits.bit()? {
        return Some((width, height));
    }
    let unit_x = if matches!(chroma, 1 | 2) { 2 } else { 1 };
    let unit_y = fields * if chroma == 1 { 2 } else { 1 };
    let mut side = |unit: u32| Some(bits.number()?.checked_add(bits.number()?)?.checked_mul(unit));
    let (cut_x, cut_y) = (side(unit_x)??, side(unit_y)??);
    Some((width.checked_sub(cut_x)?, height.checked_sub(cut_y)?))
}

/// The shape of a pixel: `Some(None)` if none is stated.
fn shape(bits: &mut Bits) -> Option<Option<(u32, u32)>> {
    if !bits.bit()? || !bits.bit()? {
        return Some(None);
    }
    let aspect = match bits.bits(8)? {
        EXTENDED_SHAPE => (bits.bits(16)?, bits.bits(16)?),
        number => *ASPECTS.get(number as usize)?,
    };
    Some(Some(aspect).filter(|&(across, down)| across > 0 && down > 0))
}

/// The kind of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A sequence parameter set.
    Sequence,
    /// A picture parameter set.
    Picture,
    /// The slice of a picture at which decoding can begin.
    Start,
    Other,
}

impl Unit {
    pub(super) fn of(unit: &[u8]) -> Self {
        match unit.first().map(|kind| kind & 31) {
            Some(7) => Self::Sequence,
            Some(8) => Self::Picture,
            Some(5) => Self::Start,
            _ => Self::Other,
        }
    }
}

/// The number of a picture parameter set, and that of the sequence parameter set it refers to.
pub(super) fn picture_set(unit: &[u8]) -> Option<(u32, u32)> {
    let mut bits = Bits::of(unit, 24);
    Some((bits.number()?, bits.number()?))
}

/// The number of the picture parameter set that a slice refers to.
pub(super) fn slice_set(unit: &[u8]) -> Option<u32> {
    let mut bits = Bits::of(unit, 24);
    bits.number()?;
    bits.number()?;
    bits.number()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes bits.
    #[derive(Default)]
    struct BitWriter(Vec<bool>);

    impl BitWriter {
        fn bits(mut self, count: u32, value: u32) -> Self {
            self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
            self
        }

        fn number(self, value: u32) -> Self {
            let length = 32 - (value + 1).leading_zeros();
            self.bits(length - 1, 0).bits(length, value + 1)
        }

        fn unit(mut self, header: u8) -> Vec<u8> {
            self.0.push(true);
            let bytes = self.0.chunks(8);
            let byte =
                |bits: &[bool]| bits.iter().enumerate().fold(0, |all, (at, &bit)| all | u8::from(bit) << (7 - at));
            std::iter::once(header).chain(bytes.map(byte)).collect()
        }
    }

    /// A sequence parameter set of a picture of 45 × 36 macroblocks.
    fn set(profile: u32, chroma: u32, depth: u32, progressive: u32, held: u32) -> BitWriter {
        let mut bits = BitWriter::default().bits(8, profile).bits(16, 30).number(3);
        if HIGH_PROFILES.contains(&(profile as u8)) {
            bits = bits.number(chroma).number(depth).number(depth).bits(2, 0);
        }
        bits = bits.number(0).number(2).number(held).bits(1, 0).number(44).number(36 / (2 - progressive) - 1);
        bits = bits.bits(1, progressive);
        if progressive == 0 { bits.bits(2, 1) } else { bits.bits(1, 1) }
    }

    #[test]
    fn size_shape_and_what_the_decoder_cannot_do_are_read() {
        let plain = Sps::read(&set(77, 1, 0, 1, 4).bits(1, 0).bits(1, 0).unit(0x67)).unwrap();
        assert_eq!(plain, Sps { id: 3, size: (720, 576), held: 45 * 36 * 6, pixel_aspect: None, foreign: None });
        let cropped = set(66, 1, 0, 1, 4).bits(1, 1).number(0).number(8).number(0).number(4);
        let shaped = cropped.bits(2, 3).bits(8, 255).bits(16, 64).bits(16, 45).unit(0x67);
        let shaped = Sps::read(&shaped).unwrap();
        assert_eq!((shaped.size, shaped.pixel_aspect), ((704, 568), Some((64, 45))));
        let numbered = Sps::read(&set(100, 1, 0, 1, 4).bits(1, 0).bits(2, 3).bits(8, 14).unit(0x67)).unwrap();
        assert_eq!(numbered.pixel_aspect, Some((4, 3)));
        for (foreign, bits) in [
            ("more than 8 bits", set(110, 1, 2, 1, 4)),
            ("finer chroma", set(122, 2, 0, 1, 4)),
            ("interlaced", set(100, 1, 0, 0, 4)),
            ("level 5.2", set(100, 1, 0, 1, 1000)),
        ] {
            let read = Sps::read(&bits.bits(2, 0).unit(0x67)).unwrap();
            assert!(read.foreign.is_some_and(|said| said.contains(foreign)), "{foreign}: {read:?}");
            assert_eq!(read.size, (720, 576));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        let whole = set(100, 1, 0, 1, 4).bits(1, 0).bits(2, 3).bits(8, 14).unit(0x67);
        for length in 0..whole.len() {
            Sps::read(&whole[..length]);
        }
        for fill in [0x00, 0xFF, 0x55, 0x80] {
            Sps::read(&[fill; 64]);
            assert!(slice_set(&[fill; 3]).is_none_or(|set| set < u32::MAX));
            picture_set(&[fill; 64]);
        }
    }

    #[test]
    fn a_slice_leads_to_its_parameter_sets() {
        assert_eq!(slice_set(&BitWriter::default().number(0).number(7).number(5).unit(0x65)), Some(5));
        assert_eq!(picture_set(&BitWriter::default().number(5).number(3).unit(0x68)), Some((5, 3)));
        assert_eq!(Bits::of(&[0x67, 0, 0, 3, 1], 9).bytes, [0, 0, 1], "bytes that keep start codes apart are left out");
    }
}
