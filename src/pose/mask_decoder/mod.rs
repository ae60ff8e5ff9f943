//! The decoder of the landmark network's mask: from two maps that the network leaves off at, 8 channels at 64 × 64 and at
//! 128 × 128, to the logits of 256 × 256 pixels.
//!
//! ```text
//! 64 ──double──▶ + ──block──block──▶ double ──block──block──▶ 3 × 3 ──▶ logits
//!                ▲ 128               256
//! ```
//!
//! ONNX Runtime writes each of these maps to memory as a whole, half a megabyte to two; the decoder then takes a quarter to two fifths of the network's time.
//! Here they are made row by row ([`level`]), and only in a [`MaskWindow`] around the person.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod dispatch;
mod kernel;
mod level;
mod pixel;
mod weights;
mod window;

use super::landmark::CROP_SIZE;
use crate::inference::{InferenceError, Models};
use dispatch::Kernel;
use level::{DecoderLevel, sources};
use pixel::{CHANNELS, Pixel};
use weights::Weights;
use window::{CELLS, PIXELS};

pub use window::MaskWindow;

/// Side of the finer of the two maps.
const FINE: usize = 128;
/// Numbers in the coarser map.
pub(super) const COARSE_NUMBERS: usize = CHANNELS * CELLS * CELLS;
/// Numbers in the finer map.
pub(super) const FINE_NUMBERS: usize = CHANNELS * FINE * FINE;

/// What the landmark network gives for the mask: two maps, channel by channel, each row by row.
#[derive(Clone, Copy, Debug)]
pub struct MaskFeatures<'a> {
    /// 8 × 64 × 64.
    pub coarse: &'a [f32; COARSE_NUMBERS],
    /// 8 × 128 × 128.
    pub fine: &'a [f32; FINE_NUMBERS],
}

/// Decodes masks and reuses its memory.
#[derive(Debug)]
pub struct MaskDecoder {
    weights: Weights,
    kernel: Kernel,
    /// The window of the coarser map, each row with padding.
    coarse: Vec<Pixel>,
    middle: DecoderLevel,
    full: DecoderLevel,
    logits: Box<[f32; PIXELS]>,
}

impl MaskDecoder {
    /// Loads the weights.
    ///
    /// # Errors
    /// If their file is missing or changed.
    pub(super) fn open(models: &Models, file: &'static str) -> Result<Self, InferenceError> {
        let changed = || InferenceError::ModelChanged { path: file.into(), name: file };
        Self::new(&models.load(file)?).ok_or_else(changed)
    }

    /// A decoder with the weights of a landmark network, as `models/convert` writes them; `None` if they are not as many as
    /// it has.
    pub fn new(weights: &[u8]) -> Option<Self> {
        Self::with(weights, Kernel::DISPATCHED)
    }

    fn with(weights: &[u8], kernel: Kernel) -> Option<Self> {
        Some(Self {
            weights: Weights::read(weights)?,
            kernel,
            coarse: vec![Pixel::ZERO; CELLS * (CELLS + 2)],
            middle: DecoderLevel::new(FINE, kernel),
            full: DecoderLevel::new(CROP_SIZE, kernel),
            logits: vec![0.0; PIXELS].into_boxed_slice().try_into().ok()?,
        })
    }

    /// Decodes in `window`, or in all of the crop where the person reaches the window's edge. Returns where the mask is
    /// known, and the logits, 256 × 256: meaningless outside of that.
    pub fn decode_person(&mut self, features: MaskFeatures<'_>, window: &MaskWindow) -> (MaskWindow, &[f32; PIXELS]) {
        self.decode(features, window);
        if !window.is_reached(&self.logits) {
            return (window.exact(), &*self.logits);
        }
        self.decode(features, &MaskWindow::WHOLE);
        (MaskWindow::WHOLE, &self.logits)
    }

    /// Decodes in `window`. Returns the logits, 256 × 256: meaningless outside of it, and near its edges inside the crop
    /// those of a crop that ends there.
    pub fn decode(&mut self, features: MaskFeatures<'_>, window: &MaskWindow) -> &[f32; PIXELS] {
        let (width, height) = (window.columns.len(), window.rows.len());
        self.load(features.coarse, window);
        self.middle.restart(2 * width, 2 * height);
        self.full.restart(4 * width, 4 * height);
        for (row, y) in window.pixel_rows().enumerate() {
            self.make_to(features.fine, window, row);
            let out = &mut self.logits[y * CROP_SIZE..][window.pixel_columns()];
            (self.kernel.logits)(&self.weights.tail, self.full.finished_around(row), out);
        }
        &self.logits
    }

    /// Brings the coarser map into rows of pixels.
    fn load(&mut self, map: &[f32; COARSE_NUMBERS], window: &MaskWindow) {
        let rows = self.coarse.chunks_exact_mut(window.columns.len() + 2);
        for (y, row) in window.rows.clone().zip(rows) {
            row.fill(Pixel::ZERO);
            let inner = 1..=window.columns.len();
            (self.kernel.add)(&map[y * CELLS + window.columns.start..], CELLS * CELLS, &mut row[inner]);
        }
    }

    /// Makes the rows at 256 × 256 that the logits of `row` need, and those at 128 × 128 that these need.
    fn make_to(&mut self, fine: &[f32; FINE_NUMBERS], window: &MaskWindow, row: usize) {
        let Self { weights, kernel, coarse, middle, full, .. } = self;
        let (width, height) = (window.columns.len(), window.rows.len());
        let coarse = |row: usize| &coarse[row * (width + 2)..][..width + 2];
        full.make_to(&weights.full, row + 1, |row, out| {
            let [near, far] = sources(row, 2 * height);
            middle.make_to(&weights.middle, near.max(far), |row, out| {
                let [near, far] = sources(row, height);
                (kernel.double)(coarse(near), coarse(far), out);
                let start = (2 * window.rows.start + row) * FINE + 2 * window.columns.start;
                (kernel.add)(&fine[start..], FINE * FINE, &mut out[1..=2 * width]);
            });
            (kernel.double)(middle.finished().row(near), middle.finished().row(far), out);
        });
    }
}

#[cfg(test)]
mod tests;
