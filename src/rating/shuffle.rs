//! A shuffle that can be repeated: the same seed gives the same order on every machine and in every version.

/// The generator SplitMix64 (Steele, Lea and Flood 2014, 10.1145/2660193.2660195).
#[derive(Clone, Debug)]
pub(super) struct SeededRandom(u64);

impl SeededRandom {
    /// The generator with a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`, which is at least 1.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// Shuffles (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of earlier versions have to be repeatable.
    #[test]
    fn the_order_of_a_seed_never_changes() {
        // The first numbers of SplitMix64 from the seed 1234567, as in Rosetta Code's "Pseudo-random numbers/Splitmix64".
        let mut random = SeededRandom::new(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        let mut items: Vec<u8> = (0..10).collect();
        SeededRandom::new(7).shuffle(&mut items);
        let mut again: Vec<u8> = (0..10).collect();
        SeededRandom::new(7).shuffle(&mut again);
        assert_eq!(items, again);
        assert_ne!(items, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn every_place_is_as_likely_as_any_other() {
        let mut random = SeededRandom::new(3);
        let mut counts = [[0_i32; 4]; 4];
        for _ in 0..8000 {
            let mut items = [0, 1, 2, 3];
            random.shuffle(&mut items);
            items.iter().enumerate().for_each(|(place, item)| counts[place][*item] += 1);
        }
        // 2000 expected, with a standard deviation of 39.
        assert!(counts.iter().flatten().all(|count| (count - 2000).abs() < 200), "{counts:?}");
    }
}
