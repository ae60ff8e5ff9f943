//! Samples a row of a crop eight pixels at a time, on processors with AVX2 and FMA. The numbers are those of
//! [`plain`](super::plain), bit for bit, by another way at the picture's border: there a position is moved to where the sample is
//! the same, and the two pixels on either side of it are always two of the picture. One that does not count weighs nothing.

use std::arch::x86_64::{
    __m256i, _mm256_abs_epi32, _mm256_add_epi32, _mm256_add_epi64, _mm256_add_ps, _mm256_and_si256,
    _mm256_castps_si256, _mm256_castsi256_ps, _mm256_cvtepi32_ps, _mm256_fmadd_ps, _mm256_fnmadd_ps, _mm256_madd_epi16,
    _mm256_maddubs_epi16, _mm256_max_epi32, _mm256_min_epi32, _mm256_mul_ps, _mm256_mullo_epi32, _mm256_or_si256,
    _mm256_packus_epi16, _mm256_packus_epi32, _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_set1_ps, _mm256_setr_epi8,
    _mm256_setr_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_shuffle_epi32, _mm256_shuffle_ps,
    _mm256_slli_epi32, _mm256_srai_epi32, _mm256_srli_epi32, _mm256_srli_epi64, _mm256_sub_epi32,
};

use bytemuck::cast;

use super::grid::{ROUNDED_BITS, ROUNDING, RowPositions};
use super::levels::{HIGHEST, Levels};
use super::plain;
use super::source::{Border, CropSource, SUBPIXEL_BITS, SUBPIXELS};

/// Pixels that are sampled together.
const TOGETHER: usize = 8;

/// Longest side of a picture that is sampled here: with a longer one numbers could leave their 32 bits.
const LONGEST: i64 = 1 << 20;

/// Samples a row as [`plain::row`] does.
#[target_feature(enable = "avx2,fma")]
pub(super) fn row(source: &CropSource<'_>, positions: RowPositions, levels: &Levels, out: [&mut [f32]; 3]) {
    let width = out[0].len();
    let picture = Picture::of(source).filter(|_| positions.are_small(width));
    let Some(picture) = picture else { return plain::row(source, positions, levels, out) };
    let mut columns = Axis::new(positions.start.0, positions.step.0, source.width, source.border);
    let mut rows = Axis::new(positions.start.1, positions.step.1, source.height, source.border);
    let [(red, red_rest), (green, green_rest), (blue, blue_rest)] = out.map(<[f32]>::as_chunks_mut::<TOGETHER>);
    for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
        let [r, g, b] = picture.sample(&columns.next(), &rows.next());
        *red = values(r, levels);
        *green = values(g, levels);
        *blue = values(b, levels);
    }
    let sampled = width - red_rest.len();
    plain::row(source, positions.after(sampled), levels, [red_rest, green_rest, blue_rest]);
}

/// The network's numbers for eight levels, equal to those in [`Levels`].
#[target_feature(enable = "avx2,fma")]
#[inline]
fn values(level: __m256i, levels: &Levels) -> [f32; TOGETHER] {
    let level = _mm256_cvtepi32_ps(level);
    // Divided as a product that is put right by what it leaves, which rounds as a division does (Markstein) and takes a third of
    // its time.
    let inverse = _mm256_set1_ps(HIGHEST.recip());
    let product = _mm256_mul_ps(level, inverse);
    let left = _mm256_fnmadd_ps(product, _mm256_set1_ps(HIGHEST), level);
    let share = _mm256_fmadd_ps(left, inverse, product);
    cast(_mm256_add_ps(_mm256_set1_ps(levels.low), _mm256_mul_ps(_mm256_set1_ps(levels.span), share)))
}

/// For each of eight positions along one axis: the first of the two pixels beside it, and what each of the two weighs, in 1/32.
struct Between {
    first: __m256i,
    weights: [__m256i; 2],
}

/// The positions of pixels along one axis of the picture.
struct Axis {
    /// Those of the next pixels 0, 1, 4, 5 and 2, 3, 6, 7, in fixed point and half of the last bit that is kept added.
    exact: [__m256i; 2],
    /// What they advance by.
    step: __m256i,
    /// Positions before the first of these give the same sample as there, those after the second as there; in 1/32 pixels.
    ends: [__m256i; 2],
    /// The last pixel but one.
    last: __m256i,
}

impl Axis {
    #[target_feature(enable = "avx2,fma")]
    fn new(start: i64, step: i64, pixels: i64, border: Border) -> Self {
        let start = start + ROUNDING;
        let at = |pixel: i64| start.wrapping_add(step.wrapping_mul(pixel));
        let ends = match border {
            Border::Zero => [-SUBPIXELS, pixels * SUBPIXELS],
            Border::Replicate => [0, (pixels - 1) * SUBPIXELS],
        };
        let [first, second] = ends.map(|end| end as i32);
        Self {
            exact: [_mm256_setr_epi64x(at(0), at(1), at(4), at(5)), _mm256_setr_epi64x(at(2), at(3), at(6), at(7))],
            step: _mm256_set1_epi64x(step.wrapping_mul(TOGETHER as i64)),
            ends: [_mm256_set1_epi32(first), _mm256_set1_epi32(second)],
            last: _mm256_set1_epi32((pixels - 2) as i32),
        }
    }

    /// The next eight.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn next(&mut self) -> Between {
        /// The lower half of each of the two numbers of a lane, of one register and of the other.
        const LOWER_HALVES: i32 = 0b10_00_10_00;
        const BITS: i32 = SUBPIXEL_BITS as i32;

        let [low, high] = self.exact;
        self.exact = [_mm256_add_epi64(low, self.step), _mm256_add_epi64(high, self.step)];
        let low = _mm256_srli_epi64::<{ ROUNDED_BITS as i32 }>(low);
        let high = _mm256_srli_epi64::<{ ROUNDED_BITS as i32 }>(high);
        let rounded = _mm256_shuffle_ps::<LOWER_HALVES>(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high));
        let place = _mm256_min_epi32(_mm256_max_epi32(_mm256_castps_si256(rounded), self.ends[0]), self.ends[1]);
        let zero = _mm256_setzero_si256();
        let first = _mm256_min_epi32(_mm256_max_epi32(_mm256_srai_epi32::<BITS>(place), zero), self.last);
        let beyond_first = _mm256_sub_epi32(place, _mm256_slli_epi32::<BITS>(first));
        let one = _mm256_set1_epi32(SUBPIXELS as i32);
        Between { first, weights: [weight(beyond_first), weight(_mm256_sub_epi32(beyond_first, one))] }
    }
}

/// What a pixel weighs at a position so far from it: less the farther, and nothing from the next pixel on.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn weight(distance: __m256i) -> __m256i {
    let one = _mm256_set1_epi32(SUBPIXELS as i32);
    _mm256_max_epi32(_mm256_sub_epi32(one, _mm256_abs_epi32(distance)), _mm256_setzero_si256())
}

/// A picture of at least two pixels in each direction.
struct Picture<'a> {
    bytes: &'a [u8],
    /// Bytes from a pixel to the one below.
    stride: u32,
    /// The last two pixels, as [`Picture::pair`] gives them.
    last_pair: i64,
}

impl<'a> Picture<'a> {
    fn of(source: &CropSource<'a>) -> Option<Self> {
        let sides = 2..=LONGEST;
        let bytes = source.bytes;
        let fits =
            sides.contains(&source.width) && sides.contains(&source.height) && i32::try_from(bytes.len()).is_ok();
        let last_pair = (u64::from_le_bytes(*bytes.last_chunk()?) >> 16) as i64;
        fits.then_some(Self { bytes, stride: 3 * source.width as u32, last_pair })
    }

    /// The six bytes of two pixels beside each other, from the lowest on; what is above them does not matter.
    #[inline(always)]
    fn pair(&self, offset: usize) -> i64 {
        let bytes = self.bytes.get(offset..offset + 8).and_then(|bytes| bytes.try_into().ok());
        // Only after the last two there are no two bytes more.
        bytes.map_or(self.last_pair, i64::from_le_bytes)
    }

    /// Eight bilinear samples: the levels of red, green and blue.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn sample(&self, column: &Between, row: &Between) -> [__m256i; 3] {
        let triple = |number: __m256i| _mm256_add_epi32(number, _mm256_slli_epi32::<1>(number));
        let stride = _mm256_set1_epi32(self.stride as i32);
        let offsets = _mm256_add_epi32(_mm256_mullo_epi32(row.first, stride), triple(column.first));
        let offsets: [u32; TOGETHER] = cast(offsets);
        // Two bytes for the two columns, twice; two numbers of 16 bits for the two rows.
        let across = _mm256_or_si256(column.weights[0], _mm256_slli_epi32::<8>(column.weights[1]));
        let across = _mm256_or_si256(across, _mm256_slli_epi32::<16>(across));
        let down = _mm256_or_si256(row.weights[0], _mm256_slli_epi32::<16>(row.weights[1]));
        let two = |at: usize| self.four_pixels(offsets[at], offsets[at + TOGETHER / 2]);
        let blended = [
            blend(two(0), _mm256_shuffle_epi32::<0b00_00_00_00>(across), _mm256_shuffle_epi32::<0b00_00_00_00>(down)),
            blend(two(1), _mm256_shuffle_epi32::<0b01_01_01_01>(across), _mm256_shuffle_epi32::<0b01_01_01_01>(down)),
            blend(two(2), _mm256_shuffle_epi32::<0b10_10_10_10>(across), _mm256_shuffle_epi32::<0b10_10_10_10>(down)),
            blend(two(3), _mm256_shuffle_epi32::<0b11_11_11_11>(across), _mm256_shuffle_epi32::<0b11_11_11_11>(down)),
        ];
        let halves = [_mm256_packus_epi32(blended[0], blended[1]), _mm256_packus_epi32(blended[2], blended[3])];
        // Red, green, blue and nothing, in order: a lane holds four pixels that follow each other.
        let levels = _mm256_packus_epi16(halves[0], halves[1]);
        let byte = _mm256_set1_epi32(0xff);
        [
            _mm256_and_si256(levels, byte),
            _mm256_and_si256(_mm256_srli_epi32::<8>(levels), byte),
            _mm256_srli_epi32::<16>(levels),
        ]
    }

    /// For two samples, a lane each: the pairs above and below it.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn four_pixels(&self, one: u32, other: u32) -> __m256i {
        // Of 32 bits until here, so that the sums cannot overflow and each is checked but once.
        let pair = |offset: u32, below: u32| self.pair(offset as usize + below as usize);
        _mm256_setr_epi64x(pair(one, 0), pair(one, self.stride), pair(other, 0), pair(other, self.stride))
    }
}

/// The bilinear means of two times four pixels, rounded half up: red, green, blue and nothing, 32 bits each.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn blend(pixels: __m256i, across: __m256i, down: __m256i) -> __m256i {
    #[rustfmt::skip]
    let by_channel = _mm256_setr_epi8(
        0, 3, 8, 11, 1, 4, 9, 12, 2, 5, 10, 13, -1, -1, -1, -1,
        0, 3, 8, 11, 1, 4, 9, 12, 2, 5, 10, 13, -1, -1, -1, -1,
    );
    let rows = _mm256_maddubs_epi16(_mm256_shuffle_epi8(pixels, by_channel), across);
    let sums = _mm256_madd_epi16(rows, down);
    let half = _mm256_set1_epi32((SUBPIXELS * SUBPIXELS / 2) as i32);
    _mm256_srli_epi32::<{ 2 * SUBPIXEL_BITS as i32 }>(_mm256_add_epi32(sums, half))
}
