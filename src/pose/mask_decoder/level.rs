//! One resolution of the mask decoder: a map doubled in size and two residual blocks on it, made row by row. Only four rows of
//! each are kept, so that all of it stays in the processor's nearest cache.

use super::dispatch::Kernel;
use super::kernel::Rows;
use super::pixel::Pixel;
use super::weights::ResidualBlock;

/// Rows that are kept: the three that a convolution needs and the one being made.
const KEPT: usize = 4;

/// The last rows of a map, each with a pixel of zeros at both ends.
#[derive(Debug)]
pub(super) struct Ring {
    pixels: Vec<Pixel>,
    length: usize,
    height: usize,
    made: usize,
}

impl Ring {
    fn new(widest: usize) -> Self {
        Self { pixels: vec![Pixel::ZERO; KEPT * (widest + 2)], length: 0, height: 0, made: 0 }
    }

    fn restart(&mut self, width: usize, height: usize) {
        (self.length, self.height, self.made) = (width + 2, height, 0);
        for row in self.pixels.chunks_exact_mut(self.length).take(KEPT) {
            row[0] = Pixel::ZERO;
            row[width + 1] = Pixel::ZERO;
        }
    }

    pub fn row(&self, row: usize) -> &[Pixel] {
        &self.pixels[row % KEPT * self.length..][..self.length]
    }

    /// The next row to be made.
    fn next(&mut self) -> &mut [Pixel] {
        let start = self.made % KEPT * self.length;
        self.made += 1;
        &mut self.pixels[start..start + self.length]
    }

    /// A row and its neighbours; beyond the map everything is 0.
    pub fn around<'a>(&'a self, row: usize, zeros: &'a [Pixel]) -> Rows<'a> {
        let above = row.checked_sub(1).map_or(&zeros[..self.length], |above| self.row(above));
        let below = if row + 1 < self.height { self.row(row + 1) } else { &zeros[..self.length] };
        Rows([above, self.row(row), below])
    }
}

/// Of the rows of a map, those that a row of twice as many lies between: the nearer and the farther one.
pub(super) fn sources(row: usize, height: usize) -> [usize; 2] {
    let near = row / 2;
    let far = if row % 2 == 1 { (near + 1).min(height - 1) } else { near.saturating_sub(1) };
    [near, far]
}

/// One resolution.
#[derive(Debug)]
pub(super) struct DecoderLevel {
    kernel: Kernel,
    doubled: Ring,
    first: Ring,
    second: Ring,
    zeros: Vec<Pixel>,
}

impl DecoderLevel {
    pub fn new(widest: usize, kernel: Kernel) -> Self {
        let ring = || Ring::new(widest);
        Self { kernel, doubled: ring(), first: ring(), second: ring(), zeros: vec![Pixel::ZERO; widest + 2] }
    }

    /// Begins a new map.
    pub fn restart(&mut self, width: usize, height: usize) {
        for ring in [&mut self.doubled, &mut self.first, &mut self.second] {
            ring.restart(width, height);
        }
    }

    /// The finished rows.
    pub fn finished(&self) -> &Ring {
        &self.second
    }

    /// A finished row and its neighbours.
    pub fn finished_around(&self, row: usize) -> Rows<'_> {
        self.second.around(row, &self.zeros)
    }

    /// Makes all rows up to `row`, or up to the last. `double` makes one row of the doubled map.
    pub fn make_to(&mut self, blocks: &[ResidualBlock; 2], row: usize, mut double: impl FnMut(usize, &mut [Pixel])) {
        let last = self.second.height - 1;
        while self.second.made <= row.min(last) {
            let row = self.second.made;
            while self.first.made <= (row + 1).min(last) {
                let row = self.first.made;
                while self.doubled.made <= (row + 1).min(last) {
                    double(self.doubled.made, self.doubled.next());
                }
                (self.kernel.block)(&blocks[0], self.doubled.around(row, &self.zeros), self.first.next());
            }
            (self.kernel.block)(&blocks[1], self.first.around(row, &self.zeros), self.second.next());
        }
    }
}
