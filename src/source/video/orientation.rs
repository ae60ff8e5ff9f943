//! How recorded pictures are turned, mirrored and stretched so that they are upright and in proportion.
//!
//! A phone records in the orientation of its sensor and stores how it was held; camcorders store pixels that are not
//! square. Angles are measured in the picture, so a rotated or squeezed picture would make every angle wrong.

use image::{RgbImage, imageops};

use super::boxes::BoxFields;
use crate::source::pixels::{fitted, scaled, within_longest_side};

/// How a picture lies: along the axes, in one of eight ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PictureOrientation {
    #[default]
    Upright,
    /// A quarter of a turn clockwise makes it upright.
    Quarter,
    Half,
    ThreeQuarters,
    /// Mirrored from left to right.
    Mirrored,
    /// Mirrored from top to bottom.
    Flipped,
    /// Mirrored along the diagonal from the top left.
    Transposed,
    /// Mirrored along the other diagonal.
    Transversed,
}

impl PictureOrientation {
    /// What is done about it; `None` if nothing.
    pub(super) fn correction(self) -> Option<&'static str> {
        Some(match self {
            Self::Upright => return None,
            Self::Quarter => "turned by 90 degrees",
            Self::Half => "turned by 180 degrees",
            Self::ThreeQuarters => "turned by 270 degrees",
            Self::Mirrored => "mirrored from left to right",
            Self::Flipped => "mirrored from top to bottom",
            Self::Transposed => "turned by 90 degrees and mirrored from left to right",
            Self::Transversed => "turned by 270 degrees and mirrored from left to right",
        })
    }

    fn apply(self, picture: RgbImage) -> RgbImage {
        match self {
            Self::Upright => picture,
            Self::Quarter => imageops::rotate90(&picture),
            Self::Half => imageops::rotate180(&picture),
            Self::ThreeQuarters => imageops::rotate270(&picture),
            Self::Mirrored => imageops::flip_horizontal(&picture),
            Self::Flipped => imageops::flip_vertical(&picture),
            Self::Transposed => imageops::flip_horizontal(&imageops::rotate90(&picture)),
            Self::Transversed => imageops::flip_horizontal(&imageops::rotate270(&picture)),
        }
    }
}

/// The part of a header's matrix that turns and scales: the right of the picture goes to (`a`, `b`), its bottom to
/// (`c`, `d`), x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
}

/// What counts as zero beside the largest number of a matrix.
const NOTHING: f64 = 0.01;

impl Matrix {
    pub(super) const IDENTITY: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0 };

    /// Reads the nine numbers of a header. Zeros alone, which some programs write, turn nothing.
    pub(super) fn read(fields: &mut BoxFields<'_>) -> Option<Self> {
        let mut number = || fields.i32().map(|number| f64::from(number) / 65536.0);
        let [a, b, _, c, d, _, _, _, _] =
            [number()?, number()?, number()?, number()?, number()?, number()?, number()?, number()?, number()?];
        let is_none = [a, b, c, d] == [0.0; 4];
        Some(if is_none { Self::IDENTITY } else { Self { a, b, c, d } })
    }

    /// This matrix and then another one.
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            a: self.a * next.a + self.b * next.c,
            b: self.a * next.b + self.b * next.d,
            c: self.c * next.a + self.d * next.c,
            d: self.c * next.b + self.d * next.d,
        }
    }

    /// The orientation, and how much wider than high it makes a pixel; `None` if it is none of the eight.
    pub(super) fn orientation(self) -> Option<(PictureOrientation, f64)> {
        let largest =
            [self.a, self.b, self.c, self.d].into_iter().fold(0.0, |most: f64, number| most.max(number.abs()));
        let sign = |number: f64| {
            if number.abs() <= largest * NOTHING { 0 } else { number.signum() as i8 }
        };
        let orientation = match (sign(self.a), sign(self.b), sign(self.c), sign(self.d)) {
            (1, 0, 0, 1) => PictureOrientation::Upright,
            (0, 1, -1, 0) => PictureOrientation::Quarter,
            (-1, 0, 0, -1) => PictureOrientation::Half,
            (0, -1, 1, 0) => PictureOrientation::ThreeQuarters,
            (-1, 0, 0, 1) => PictureOrientation::Mirrored,
            (1, 0, 0, -1) => PictureOrientation::Flipped,
            (0, 1, 1, 0) => PictureOrientation::Transposed,
            (0, -1, -1, 0) => PictureOrientation::Transversed,
            _ => return None,
        };
        Some((orientation, self.a.hypot(self.b) / self.c.hypot(self.d)))
    }
}

/// A difference in aspect ratio that counts as rounding.
const ROUNDING: f64 = 0.01;

/// The most by which a picture is stretched or squeezed: a bad header may ask for a thousand times. A pixel of another shape is
/// not believed.
const MOST_STRETCH: f64 = 4.0;

/// The part of a coded picture that is meant to be seen; what lies around it is left in, as it does no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CleanAperture {
    /// The coded size, pixels.
    pub(super) of: (u32, u32),
    /// The size of the part, pixels.
    pub(super) size: (u32, u32),
}

/// Makes pictures upright and in proportion, and all as large as the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Presenter {
    orientation: PictureOrientation,
    /// How much wider than high the matrix makes a pixel.
    matrix_aspect: Option<f64>,
    /// The size at which the first picture is to be shown, before it is turned, if the file states it.
    display: Option<(u32, u32)>,
    /// The part of a picture for which that size is stated, where it is not the whole.
    aperture: Option<CleanAperture>,
    /// The shape of a pixel that follows from it.
    display_aspect: Option<f64>,
    /// The size of the first picture as it is shown, and as it was coded.
    first: Option<[(u32, u32); 2]>,
    /// The shape of a pixel of the last picture, width to height.
    aspect: Option<f64>,
    /// Whether a picture had another size than the first.
    changed: bool,
}

impl Presenter {
    /// Of pictures that lie in this orientation, whose matrix makes a pixel so much wider than high.
    pub(super) fn new(orientation: PictureOrientation, matrix_aspect: f64, display: Option<(u32, u32)>) -> Self {
        Self { orientation, matrix_aspect: Some(matrix_aspect), display, ..Self::default() }
    }

    /// The same, where the size at which a picture is to be shown is stated for a part of it.
    pub(super) fn within(self, aperture: Option<CleanAperture>) -> Self {
        Self { aperture, ..self }
    }

    /// The picture as it is shown, with no side longer than [`crate::source::pixels::LONGEST_SIDE`]. `size` is that of
    /// the picture as it was coded. Of the shapes of a pixel that are stated by its sample entry, by the track and by the
    /// picture itself, the first that is not square counts: H.263 can state only a few, so the container overrides it.
    pub(super) fn present(&mut self, picture: RgbImage, size: (u32, u32), stated: [Option<(u32, u32)>; 2]) -> RgbImage {
        if self.first.is_none() {
            let part = self.aperture.filter(|aperture| aperture.of == size).map_or(size, |aperture| aperture.size);
            self.display_aspect = self.display.and_then(|display| display_aspect(display, part));
        }
        let ratio = |(across, down): (u32, u32)| f64::from(across) / f64::from(down);
        let is_stated = |aspect: &f64| !is_square(*aspect) && (1.0 / MOST_STRETCH..=MOST_STRETCH).contains(aspect);
        let [entry, own] = stated.map(|stated| stated.map(ratio).filter(is_stated));
        let own = entry.or(self.display_aspect).or(own).unwrap_or(1.0);
        let aspect = own * self.matrix_aspect.unwrap_or(1.0);
        self.aspect = Some(aspect).filter(|&aspect| aspect.is_finite() && !is_square(aspect));
        let shown = self.orientation.apply(stretched(within_longest_side(picture), size, self.aspect.unwrap_or(1.0)));
        let sizes = [shown.dimensions(), size];
        let first = *self.first.get_or_insert(sizes);
        self.changed |= sizes != first;
        fitted(shown, first[0])
    }

    /// Adds what is done to the first picture to `corrections`.
    pub(super) fn present_first(
        mut self,
        picture: RgbImage,
        size: (u32, u32),
        stated: [Option<(u32, u32)>; 2],
        corrections: &mut Vec<String>,
    ) {
        self.present(picture, size, stated);
        corrections.extend(self.corrections());
    }

    /// Whether a picture had another size than the first.
    pub(super) fn has_changed(&self) -> bool {
        self.changed
    }

    /// Whether the matrix makes pixels wider or higher.
    pub(super) fn stretches_by_matrix(&self) -> bool {
        self.matrix_aspect.is_some_and(|aspect| !is_square(aspect))
    }

    /// What is done to the pictures.
    pub(super) fn corrections(&self) -> Vec<String> {
        let stretched = self.aspect.map(|aspect| format!("pixels {aspect:.4} times as wide as high made square"));
        stretched.into_iter().chain(self.orientation.correction().map(str::to_owned)).collect()
    }
}

fn is_square(aspect: f64) -> bool {
    (aspect - 1.0).abs() <= ROUNDING
}

/// The shape of a pixel by the size at which a picture is to be shown. Some programs state it as it is after turning.
fn display_aspect((across, down): (u32, u32), (width, height): (u32, u32)) -> Option<f64> {
    let (shown, coded) = (f64::from(across) / f64::from(down), f64::from(width) / f64::from(height.max(1)));
    let aspect = shown / coded;
    let turned = is_square(shown * coded);
    (aspect.is_finite() && aspect > 0.0 && !turned && !is_square(aspect)).then_some(aspect)
}

/// Makes pixels of this shape square, of a picture that was coded in `size`; it may have been scaled.
fn stretched(picture: RgbImage, size: (u32, u32), aspect: f64) -> RgbImage {
    let (width, height) = picture.dimensions();
    let coded = f64::from(size.0.max(1)) / f64::from(size.1.max(1));
    let wanted = f64::from(height) * coded * aspect;
    if (wanted / f64::from(width) - 1.0).abs() <= ROUNDING {
        return picture;
    }
    let wanted = wanted.clamp(f64::from(width) / MOST_STRETCH, f64::from(width) * MOST_STRETCH);
    within_longest_side(scaled(&picture, ((wanted.round() as u32).max(1), height)))
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> Matrix {
        let [a, b, c, d] = [a, b, c, d].map(f64::from);
        Matrix { a, b, c, d }
    }

    /// What becomes of a picture of 2 × 3 pixels whose top left pixel is white and whose top right one is grey.
    fn turned(orientation: PictureOrientation) -> ((u32, u32), [(u32, u32); 2]) {
        let picture = RgbImage::from_fn(2, 3, |x, y| {
            Rgb([if y > 0 {
                0
            } else if x == 0 {
                255
            } else {
                100
            }; 3])
        });
        let shown = orientation.apply(picture);
        let place = |value: u8| {
            let (x, y, _) = shown.enumerate_pixels().find(|(_, _, pixel)| pixel.0[0] == value).unwrap();
            (x, y)
        };
        (shown.dimensions(), [place(255), place(100)])
    }

    #[test]
    fn all_eight_matrices_make_the_picture_upright() {
        // Each matrix maps (x, y) to (ax + cy, bx + dy), moved so that no coordinate is negative.
        for (a, b, c, d) in [
            (1, 0, 0, 1),
            (0, 1, -1, 0),
            (-1, 0, 0, -1),
            (0, -1, 1, 0),
            (-1, 0, 0, 1),
            (1, 0, 0, -1),
            (0, 1, 1, 0),
            (0, -1, -1, 0),
        ] {
            let (orientation, aspect) = matrix(a, b, c, d).orientation().unwrap();
            assert_eq!(aspect, 1.0);
            let place = |x: i32, y: i32| {
                let moved = |along: i32, across: i32| if along < 0 { 1 } else { 0 } + if across < 0 { 2 } else { 0 };
                ((a * x + c * y + moved(a, c)) as u32, (b * x + d * y + moved(b, d)) as u32)
            };
            let size = if a == 0 { (3, 2) } else { (2, 3) };
            assert_eq!(turned(orientation), (size, [place(0, 0), place(1, 0)]), "{a} {b} {c} {d}");
        }
    }

    #[test]
    fn two_matrices_are_one_and_a_scale_is_a_shape() {
        let quarter = matrix(0, 1, -1, 0);
        assert_eq!(quarter.then(quarter).orientation().unwrap().0, PictureOrientation::Half);
        assert_eq!(matrix(-1, 0, 0, 1).then(quarter).orientation().unwrap().0, PictureOrientation::Transversed);
        assert_eq!(Matrix::read(&mut BoxFields(&[0; 36])), Some(Matrix::IDENTITY));
        assert_eq!(matrix(4, 0, 0, 3).orientation().unwrap(), (PictureOrientation::Upright, 4.0 / 3.0));
        for none in [matrix(1, 1, -1, 1), matrix(0, 0, 0, 0), matrix(1, 0, 0, 0), matrix(2, 1, 0, 1)] {
            assert_eq!(none.orientation(), None);
        }
    }

    #[test]
    fn squeezed_pictures_are_stretched_and_rounding_is_ignored() {
        let size = |display, stated| {
            Presenter { display, ..Presenter::default() }
                .present(RgbImage::new(720, 576), (720, 576), stated)
                .dimensions()
        };
        assert_eq!(size(Some((1024, 576)), [None; 2]), (1024, 576));
        assert_eq!(size(Some((721, 576)), [None; 2]), (720, 576));
        assert_eq!(size(None, [Some((64, 45)), None]), (1024, 576));
        assert_eq!(size(None, [None, Some((16, 15))]), (768, 576));
        assert_eq!(
            size(Some((1024, 576)), [Some((1, 1)), Some((1, 1))]),
            (1024, 576),
            "square pixels are often just stated"
        );
        assert_eq!(size(Some((1024, 576)), [None, Some((12, 11))]), (1024, 576), "the container counts first");
        assert_eq!(size(Some((1024, 576)), [Some((16, 15)), None]), (768, 576));
        assert_eq!(size(Some((576, 720)), [None; 2]), (720, 576), "stated as it is after turning");
        assert!(size(Some((u32::MAX, 1)), [None; 2]).0 <= 2880);
        assert!(size(None, [Some((1, u32::MAX)), None]).0 >= 180);
    }

    #[test]
    fn the_shape_is_made_right_before_the_picture_is_turned() {
        let mut presenter = Presenter { orientation: PictureOrientation::Quarter, ..Presenter::default() };
        let shown = presenter.present(RgbImage::new(720, 576), (720, 576), [Some((64, 45)), None]);
        assert_eq!(shown.dimensions(), (576, 1024));
        assert_eq!(
            presenter.corrections(),
            ["pixels 1.4222 times as wide as high made square", "turned by 90 degrees"]
        );
    }

    #[test]
    fn a_change_of_size_is_noticed_also_where_the_shape_stays() {
        let mut presenter = Presenter::default();
        for (size, changed) in [((320, 180), false), ((320, 180), false), ((640, 360), true)] {
            presenter.present(RgbImage::new(size.0, size.1), size, [None; 2]);
            assert_eq!(presenter.has_changed(), changed, "{size:?}");
        }
    }

    #[test]
    fn every_picture_is_fitted_into_the_first() {
        let mut presenter = Presenter { display: Some((640, 360)), ..Presenter::default() };
        let mut shown = |width, height| {
            let white = RgbImage::from_pixel(width, height, Rgb([255; 3]));
            presenter.present(white, (width, height), [None; 2])
        };
        assert_eq!(shown(320, 180).dimensions(), (320, 180), "the same shape, whatever the size");
        assert!(shown(640, 360).pixels().all(|pixel| pixel.0 == [255; 3]));
        let narrow = shown(240, 180);
        assert_eq!(
            (narrow.dimensions(), narrow.get_pixel(10, 90).0, narrow.get_pixel(160, 90).0),
            ((320, 180), [0; 3], [255; 3])
        );
        assert!(presenter.has_changed());
    }

    #[test]
    fn a_picture_that_was_scaled_keeps_the_shape_that_was_coded() {
        let mut presenter = Presenter::default();
        presenter.present(RgbImage::new(640, 360), (640, 360), [None; 2]);
        let shown = presenter.present(RgbImage::from_pixel(640, 360, Rgb([255; 3])), (480, 360), [None; 2]);
        assert_eq!(
            (shown.dimensions(), shown.get_pixel(20, 9).0, shown.get_pixel(320, 9).0),
            ((640, 360), [0; 3], [255; 3])
        );
    }
}
