//! From luma and chroma to red, green and blue.

use super::layout::{ColourMatrix, LumaRange};

/// How luma and chroma become colours, in 1/256.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colours {
    /// The luma of black.
    black: i32,
    luma: i32,
    red_of_v: i32,
    green_of_u: i32,
    green_of_v: i32,
    blue_of_u: i32,
}

/// What the chroma of a pair of pixels adds to each channel; only the luma differs between the two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chroma {
    red: i32,
    green: i32,
    blue: i32,
}

impl Colours {
    /// The numbers of ITU-R BT.601 and BT.709: 1.402, 0.344, 0.714, 1.772 and 1.575, 0.187, 0.468, 1.856; in limited
    /// range luma times 255/219, chroma times 255/224.
    pub(super) fn of(range: LumaRange, matrix: ColourMatrix) -> Self {
        let of = |black, luma, [red_of_v, green_of_u, green_of_v, blue_of_u]: [i32; 4]| Self {
            black,
            luma,
            red_of_v,
            green_of_u,
            green_of_v,
            blue_of_u,
        };
        match (range, matrix) {
            (LumaRange::Limited, ColourMatrix::Bt601) => of(16, 298, [409, -100, -208, 516]),
            (LumaRange::Full, ColourMatrix::Bt601) => of(0, 256, [359, -88, -183, 454]),
            (LumaRange::Limited, ColourMatrix::Bt709) => of(16, 298, [459, -55, -136, 541]),
            (LumaRange::Full, ColourMatrix::Bt709) => of(0, 256, [403, -48, -120, 475]),
        }
    }

    pub(super) fn chroma(self, u: u8, v: u8) -> Chroma {
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        Chroma {
            red: self.red_of_v * v + 128,
            green: self.green_of_u * u + self.green_of_v * v + 128,
            blue: self.blue_of_u * u + 128,
        }
    }

    pub(super) fn rgb(self, chroma: Chroma, y: u8) -> [u8; 3] {
        let luma = self.luma * (i32::from(y) - self.black);
        [chroma.red, chroma.green, chroma.blue].map(|chroma| ((luma + chroma) >> 8).clamp(0, 255) as u8)
    }
}
