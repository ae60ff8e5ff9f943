//! Compact encoding of number series: each number as its difference from the previous one, small differences in one
//! byte.
//!
//! Differences are zigzag-encoded (0, −1, 1, −2 … become 0, 1, 2, 3 …) and written as varints: seven bits per byte,
//! lowest first, the top bit set on all but the last, as in Protocol Buffers.

/// Writes series as bytes.
#[derive(Debug, Default)]
pub(super) struct SeriesWriter {
    bytes: Vec<u8>,
}

impl SeriesWriter {
    /// Adds a series. Its length is not stored: the reader must know it.
    pub(super) fn series(&mut self, numbers: impl IntoIterator<Item = i64>) {
        let mut last = 0_i64;
        for number in numbers {
            let difference = number.wrapping_sub(last);
            self.varint(((difference << 1) ^ (difference >> 63)).cast_unsigned());
            last = number;
        }
    }

    /// Adds floats bit for bit. The bit patterns of similar floats are similar, too.
    pub(super) fn floats(&mut self, numbers: impl IntoIterator<Item = f32>) {
        self.series(numbers.into_iter().map(|number| i64::from(number.to_bits())));
    }

    /// Returns the bytes of all series.
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

/// Reads what a [`SeriesWriter`] wrote. Every method returns `None` if the bytes end too early or are invalid.
#[derive(Debug)]
pub(super) struct SeriesReader<'b> {
    bytes: &'b [u8],
}

impl<'b> SeriesReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Reads the next series of `count` numbers. Each number takes at least one byte, so no memory is allocated for a
    /// count that the bytes cannot hold.
    pub(super) fn series(&mut self, count: usize) -> Option<Vec<i64>> {
        if count > self.bytes.len() {
            return None;
        }
        let mut numbers = Vec::with_capacity(count);
        let mut last = 0_i64;
        for _ in 0..count {
            let zigzag = self.varint()?;
            last = last.wrapping_add((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed());
            numbers.push(last);
        }
        Some(numbers)
    }

    /// Skips the next `count` numbers, of one series or of several.
    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        let ends = self.bytes.iter().enumerate().filter(|(_, byte)| **byte < 0x80);
        let length = match count.checked_sub(1) {
            Some(before) => ends.map(|(at, _)| at + 1).nth(before)?,
            None => 0,
        };
        self.bytes = self.bytes.get(length..)?;
        Some(())
    }

    /// Reads the next series of floats.
    pub(super) fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        let bits = self.series(count)?;
        bits.into_iter().map(|bits| u32::try_from(bits).ok().map(f32::from_bits)).collect()
    }

    /// Whether everything was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    fn varint(&mut self) -> Option<u64> {
        // Most neighbours differ by little.
        if let Some((&byte, rest)) = self.bytes.split_first().filter(|(byte, _)| **byte < 0x80) {
            self.bytes = rest;
            return Some(byte.into());
        }
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
    fn what_is_skipped_is_as_long_as_what_is_read() {
        let mut writer = SeriesWriter::default();
        for series in [[1, 70_000, -5], [i64::MIN, 0, i64::MAX], [7, 8, 9]] {
            writer.series(series);
        }
        let bytes = writer.into_bytes();
        let mut reader = SeriesReader::new(&bytes);
        assert_eq!((reader.skip(0), reader.skip(6)), (Some(()), Some(())));
        assert_eq!((reader.skip(4), reader.series(3)), (None, Some(vec![7, 8, 9])));
        assert_eq!((reader.skip(0), reader.skip(1)), (Some(()), None));
    }

    #[test]
    fn steps_of_one_take_a_byte_each() {
        let mut writer = SeriesWriter::default();
        writer.series(5..105);
        assert_eq!(writer.into_bytes().len(), 100);
    }
}
