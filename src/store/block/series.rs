//! Numbers one after another in few bytes: each as its difference from the one before it, small differences in one byte.
//!
//! A difference is "zigzag" (0, −1, 1, −2 … become 0, 1, 2, 3 …) and written seven bits a byte, lowest first, the top
//! bit set on all but the last, as in Protocol Buffers.

/// Writes series into bytes.
#[derive(Debug, Default)]
pub(super) struct SeriesWriter {
    bytes: Vec<u8>,
}

impl SeriesWriter {
    /// Adds a series; whoever reads it must know how many numbers it has.
    pub(super) fn series(&mut self, numbers: impl IntoIterator<Item = i64>) {
        let mut last = 0_i64;
        for number in numbers {
            let difference = number.wrapping_sub(last);
            self.varint(((difference << 1) ^ (difference >> 63)).cast_unsigned());
            last = number;
        }
    }

    /// Adds numbers bit for bit: of two that are close, the bits are close as well.
    pub(super) fn floats(&mut self, numbers: impl IntoIterator<Item = f32>) {
        self.series(numbers.into_iter().map(|number| i64::from(number.to_bits())));
    }

    /// The bytes of all series.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// Reads what a [`SeriesWriter`] wrote. Every method gives `None` where the bytes end too early or mean no number.
#[derive(Debug)]
pub(super) struct SeriesReader<'b> {
    bytes: &'b [u8],
}

impl<'b> SeriesReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The next series, of `count` numbers. No number takes less than a byte, so nothing is allocated for a count that
    /// the bytes cannot hold.
    pub(super) fn series(&mut self, count: usize) -> Option<Vec<i64>> {
        if count > self.bytes.len() {
            return None;
        }
        let mut last = 0_i64;
        let mut next = || {
            let zigzag = self.varint()?;
            last = last.wrapping_add((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed());
            Some(last)
        };
        (0..count).map(|_| next()).collect()
    }

    /// The next series of numbers kept bit for bit.
    pub(super) fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        let bits = self.series(count)?;
        bits.into_iter().map(|bits| u32::try_from(bits).ok().map(f32::from_bits)).collect()
    }

    /// Whether everything was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers: Vec<i64>, floats: Vec<f32>) {
            let mut writer = SeriesWriter::default();
            writer.series(numbers.iter().copied());
            writer.floats(floats.iter().copied());
            let bytes = writer.into_bytes();
            let mut reader = SeriesReader::new(&bytes);
            prop_assert_eq!(reader.series(numbers.len()).unwrap(), numbers);
            let bits = |floats: &[f32]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&reader.floats(floats.len()).unwrap()), bits(&floats));
            prop_assert!(reader.is_at_end());
        }
    }

    #[test]
    fn steps_of_one_take_a_byte_each() {
        let mut writer = SeriesWriter::default();
        writer.series(5..105);
        assert_eq!(writer.into_bytes().len(), 100);
    }
}
