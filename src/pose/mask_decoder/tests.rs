use super::*;
use weights::ResidualBlock;

/// Weights and maps like a network's, of a generator that always gives the same: between -0.5 and 0.5, and 0 and 6.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32
    }

    fn weights(&mut self) -> Vec<u8> {
        (0..681).flat_map(|_| (self.next() - 0.5).to_le_bytes()).collect()
    }

    fn map<const COUNT: usize>(&mut self) -> Box<[f32; COUNT]> {
        let map: Vec<f32> = (0..COUNT).map(|_| 6.0 * self.next()).collect();
        map.into_boxed_slice().try_into().unwrap()
    }
}

struct Case {
    weights: Vec<u8>,
    coarse: Box<[f32; COARSE_NUMBERS]>,
    fine: Box<[f32; FINE_NUMBERS]>,
}

impl Case {
    fn new(seed: u32) -> Self {
        let mut numbers = Numbers(seed);
        Self { weights: numbers.weights(), coarse: numbers.map(), fine: numbers.map() }
    }

    fn features(&self) -> MaskFeatures<'_> {
        MaskFeatures { coarse: &self.coarse, fine: &self.fine }
    }
}

fn window(columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> MaskWindow {
    MaskWindow::new(columns, rows)
}

fn windows() -> [MaskWindow; 5] {
    [MaskWindow::WHOLE, window(0..7, 57..64), window(20..41, 3..64), window(57..64, 0..7), window(13..50, 20..40)]
}

#[test]
fn every_processor_gives_the_same_mask() {
    for seed in 0..3 {
        let case = Case::new(seed);
        let mut plain = MaskDecoder::with(&case.weights, Kernel::PLAIN).unwrap();
        let mut dispatched = MaskDecoder::new(&case.weights).unwrap();
        for window in windows() {
            let [a, b] = [&mut plain, &mut dispatched].map(|decoder| decoder.decode(case.features(), &window));
            for (a, b) in window.rows_of(a).zip(window.rows_of(b)) {
                let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 1e-4, "{window:?}: {worst}");
            }
        }
    }
}

/// The decoder written down as it is defined: whole maps, one convolution after the other, in double precision.
fn by_definition(case: &Case) -> Vec<f64> {
    let weights = Weights::read(&case.weights).unwrap();
    let mut map = doubled(&planes(&case.coarse[..]), CELLS);
    for (map, fine) in map.iter_mut().zip(planes(&case.fine[..])) {
        map.iter_mut().zip(fine).for_each(|(map, fine)| *map += fine);
    }
    let map = weights.middle.iter().fold(map, |map, block| residual(&map, block, FINE));
    let map = weights.full.iter().fold(doubled(&map, FINE), |map, block| residual(&map, block, CROP_SIZE));
    let last: Vec<Vec<f64>> =
        (0..CHANNELS).map(|channel| convolved(&map[channel], &weights.tail.weights, channel, CROP_SIZE)).collect();
    (0..PIXELS).map(|at| last.iter().map(|map| map[at]).sum::<f64>() + f64::from(weights.tail.bias)).collect()
}

fn planes(map: &[f32]) -> Vec<Vec<f64>> {
    map.chunks_exact(map.len() / CHANNELS).map(|plane| plane.iter().copied().map(f64::from).collect()).collect()
}

/// Half-pixel centres, bilinear, borders repeated.
fn doubled(map: &[Vec<f64>], side: usize) -> Vec<Vec<f64>> {
    let along = |at: usize, from: &dyn Fn(usize) -> f64| {
        let place = ((at as f64 + 0.5) / 2.0 - 0.5).clamp(0.0, (side - 1) as f64);
        let (before, share) = (place.floor() as usize, place.fract());
        from(before) * (1.0 - share) + from((before + 1).min(side - 1)) * share
    };
    let one = |map: &Vec<f64>| {
        (0..4 * side * side)
            .map(|at| along(at / (2 * side), &|row| along(at % (2 * side), &|column| map[row * side + column])))
            .collect()
    };
    map.iter().map(one).collect()
}

fn residual(map: &[Vec<f64>], block: &ResidualBlock, side: usize) -> Vec<Vec<f64>> {
    let clip = |value: f64| value.clamp(0.0, 6.0);
    let deep: Vec<Vec<f64>> = (0..CHANNELS)
        .map(|channel| {
            let bias = f64::from(block.depthwise_bias.0[channel]);
            convolved(&map[channel], &block.depthwise, channel, side).into_iter().map(|sum| clip(sum + bias)).collect()
        })
        .collect();
    let out = |to: usize, at: usize| {
        let mixed: f64 = (0..CHANNELS).map(|from| deep[from][at] * f64::from(block.pointwise[from].0[to])).sum();
        clip(map[to][at] + mixed + f64::from(block.pointwise_bias.0[to]))
    };
    (0..CHANNELS).map(|to| (0..side * side).map(|at| out(to, at)).collect()).collect()
}

fn convolved(map: &[f64], kernel: &[Pixel; 9], channel: usize, side: usize) -> Vec<f64> {
    let value = |row: usize, column: usize| {
        let inside = (1..=side).contains(&row) && (1..=side).contains(&column);
        if inside { map[(row - 1) * side + column - 1] } else { 0.0 }
    };
    let sum = |at: usize| {
        let (row, column) = (at / side, at % side);
        (0..9).map(|tap| value(row + tap / 3, column + tap % 3) * f64::from(kernel[tap].0[channel])).sum()
    };
    (0..side * side).map(sum).collect()
}

#[test]
fn the_rows_are_those_of_the_definition() {
    let case = Case::new(7);
    let expected = by_definition(&case);
    let mut decoder = MaskDecoder::new(&case.weights).unwrap();
    let logits = decoder.decode(case.features(), &MaskWindow::WHOLE);
    let worst = logits.iter().zip(&expected).map(|(ours, exact)| (f64::from(*ours) - exact).abs()).fold(0.0, f64::max);
    let spread = expected.iter().fold(0.0, |most: f64, exact| most.max(exact.abs()));
    assert!(worst < 1e-4 && spread > 1.0, "off by {worst} of {spread}");
}

#[test]
fn away_from_its_edges_a_window_is_the_whole() {
    let case = Case::new(1);
    let mut decoder = MaskDecoder::new(&case.weights).unwrap();
    let whole = *decoder.decode(case.features(), &MaskWindow::WHOLE);
    for window in windows() {
        let logits = decoder.decode(case.features(), &window);
        let (columns, rows) = (window.exact().pixel_columns(), window.exact().pixel_rows());
        for at in rows.flat_map(|row| row * CROP_SIZE + columns.start..row * CROP_SIZE + columns.end) {
            assert_eq!(logits[at].to_bits(), whole[at].to_bits(), "{window:?} {at}");
        }
    }
}

#[test]
fn what_is_not_a_number_is_not_hidden() {
    let mut case = Case::new(2);
    case.fine[5 * FINE * FINE + 60 * FINE + 60] = f32::NAN;
    let mut decoder = MaskDecoder::new(&case.weights).unwrap();
    let logits = decoder.decode(case.features(), &window(20..41, 20..41));
    assert!(logits[120 * CROP_SIZE + 120].is_nan());
}

/// A decoder that passes the first channel of the finer map through: the last convolution takes it at its middle.
fn passing() -> MaskDecoder {
    let mut numbers = [0.0_f32; 681];
    numbers[608 + 4 * CHANNELS] = 1.0;
    numbers[680] = -3.0;
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    MaskDecoder::new(&bytes).unwrap()
}

#[test]
fn a_person_who_reaches_the_edge_is_decoded_whole() {
    let (coarse, mut fine) = (Box::new([0.0; COARSE_NUMBERS]), Box::new([0.0; FINE_NUMBERS]));
    let mut decoder = passing();
    let around = window(20..40, 20..40); // pixels 80 to 160
    let mut decoded =
        |fine: &[f32; FINE_NUMBERS]| decoder.decode_person(MaskFeatures { coarse: &coarse, fine }, &around).0;
    assert_eq!(decoded(&fine), around.exact());
    fine[60 * FINE + 60] = 6.0; // in the middle
    fine[60 * FINE + 20] = 6.0; // somebody else, outside
    assert_eq!(decoded(&fine), around.exact());
    // In the edge zone, and at the last pixel before it, whose neighbour the outline needs.
    for at in [43, 76, 46, 73].into_iter().flat_map(|far| [60 * FINE + far, far * FINE + 60]) {
        let mut reaching = fine.clone();
        reaching[at] = 6.0;
        assert_eq!(decoded(&reaching), MaskWindow::WHOLE, "{at}");
    }
}

#[test]
fn weights_of_another_length_are_refused() {
    let weights = Numbers(0).weights();
    assert!(MaskDecoder::new(&weights[1..]).is_none() && MaskDecoder::new(&[]).is_none());
}
