//! The numbers of the mask decoder, as `models/convert` takes them out of the landmark network.

use super::pixel::{CHANNELS, Pixel};
/// Residual blocks at each of the two resolutions.
const BLOCKS: usize = 2;
/// Numbers of a block: 9 · 8 and 8 of the convolution of each channel, 8 · 8 and 8 of the one over all.
const NUMBERS_OF_A_BLOCK: usize = (9 + 1 + CHANNELS + 1) * CHANNELS;
/// Numbers in the file; each is four bytes, the lowest first.
const NUMBERS: usize = 2 * BLOCKS * NUMBERS_OF_A_BLOCK + 9 * CHANNELS + 1;

/// One residual block.
#[derive(Clone, Debug)]
pub(super) struct ResidualBlock {
    /// 3 × 3, row by row.
    pub depthwise: [Pixel; 9],
    pub depthwise_bias: Pixel,
    /// By input channel.
    pub pointwise: [Pixel; CHANNELS],
    pub pointwise_bias: Pixel,
}

/// The last convolution, 3 × 3 from all channels to one.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    pub weights: [Pixel; 9],
    pub bias: f32,
}

/// All of the decoder's numbers.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    /// Those at 128 × 128.
    pub middle: [ResidualBlock; BLOCKS],
    /// Those at 256 × 256.
    pub full: [ResidualBlock; BLOCKS],
    pub tail: Tail,
}

impl Weights {
    /// Reads the file; `None` if it does not have the right length.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != NUMBERS * size_of::<f32>() {
            return None;
        }
        let (numbers, _) = bytes.as_chunks();
        let mut numbers = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut pixel = || Pixel(std::array::from_fn(|_| numbers.next().unwrap_or_default()));
        let mut block = |_| ResidualBlock {
            depthwise: std::array::from_fn(|_| pixel()),
            depthwise_bias: pixel(),
            pointwise: std::array::from_fn(|_| pixel()),
            pointwise_bias: pixel(),
        };
        let (middle, full) = (std::array::from_fn(&mut block), std::array::from_fn(block));
        let weights = std::array::from_fn(|_| pixel());
        Some(Self { middle, full, tail: Tail { weights, bias: numbers.next()? } })
    }
}
