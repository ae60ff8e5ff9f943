//! The network's numbers for the levels of a picture.

/// A range of numbers for the levels 0…255.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub low: f32,
    /// From the lowest to the highest.
    pub span: f32,
    values: [f32; 256],
}

/// The highest level.
pub(super) const HIGHEST: f32 = 255.0;

impl Levels {
    pub fn new((low, high): (f32, f32)) -> Self {
        let span = high - low;
        Self { low, span, values: std::array::from_fn(|level| low + span * (level as f32 / HIGHEST)) }
    }

    #[inline(always)]
    pub fn value(&self, level: u8) -> f32 {
        self.values[usize::from(level)]
    }
}
