//! A buffer of window pixels and its drawing primitives.
//!
//! tiny-skia draws directly into the buffer that the window shows. The window expects `0x00RRGGBB`, stored on a
//! little-endian machine as bytes B, G, R, 0, so every colour is passed to tiny-skia with red and blue swapped, and no
//! conversion is needed afterwards.

use euclid::{Point2D, Rect, Size2D};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PixmapMut, Stroke, StrokeDash, Transform};

use crate::screen::spelling::legible;
use crate::screen::text::{CAP_HEIGHT, FontError, LINE_HEIGHT, Letters};
use crate::screen::theme::Ink;
use crate::source::pixels::Scaler;

/// The window space: pixels, x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {}

/// A point in the window, pixels.
pub type WindowPoint = Point2D<f32, Window>;

/// A size in the window, pixels.
pub type WindowSize = Size2D<f32, Window>;

/// A rectangle in the window, pixels.
pub type WindowRect = euclid::Box2D<f32, Window>;

/// Which point of a text is at the given x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Its start.
    #[default]
    Left,
    /// Its middle.
    Center,
    /// Its end.
    Right,
}

/// From where a text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// By a person who practises, some three metres away.
    #[default]
    Practising,
    /// By a person at the keyboard, who asked for it.
    AtHand,
}

/// A text on the canvas, recorded so that a test can check its size and for overlaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The text as it is written.
    pub text: String,
    /// From the left edge to the right edge, from the cap height to the baseline.
    pub rect: WindowRect,
    /// Who reads it.
    pub viewer: Viewer,
}

/// An opaque sign laid over what was drawn before, recorded so that a test can check that it hides no text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cover {
    /// Its place.
    pub rect: WindowRect,
    /// The number of texts written before it.
    pub written: usize,
}

/// The style of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Its colour.
    pub ink: Ink,
    /// Its width, pixels.
    pub width: f32,
    /// Length of dashes and of the gaps between them, pixels; `None` draws it solid.
    pub dash: Option<f32>,
}

impl Pen {
    /// A solid pen.
    pub const fn solid(ink: Ink, width: f32) -> Self {
        Self { ink, width, dash: None }
    }
}

/// The buffer.
#[derive(Debug)]
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u32>,
    letters: Letters,
    written: Vec<Written>,
    covers: Vec<Cover>,
    viewer: Viewer,
    /// For pictures, each of which is scaled like the one before.
    scaler: Scaler,
}

impl Canvas {
    /// Creates a black canvas; no side is shorter than one pixel.
    ///
    /// # Errors
    /// If the built-in font cannot be read.
    pub fn new(width: usize, height: usize) -> Result<Self, FontError> {
        let (width, height) = (width.max(1), height.max(1));
        Ok(Self {
            width,
            height,
            pixels: vec![0; width * height],
            letters: Letters::new()?,
            written: Vec::new(),
            covers: Vec::new(),
            viewer: Viewer::default(),
            scaler: Scaler::default(),
        })
    }

    /// Resizes the canvas and clears it. Does nothing if it has that size already.
    pub fn resize(&mut self, width: usize, height: usize) {
        let (width, height) = (width.max(1), height.max(1));
        if (width, height) == (self.width, self.height) {
            return;
        }
        (self.width, self.height) = (width, height);
        self.pixels.clear();
        self.pixels.resize(width * height, 0);
        self.letters.forget();
    }

    /// Width, pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height, pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Width and height, pixels.
    pub fn size(&self) -> WindowSize {
        WindowSize::new(self.width as f32, self.height as f32)
    }

    /// The pixels, rows from the top, each `0xRRGGBB` in its low 24 bits; the high 8 are unused.
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// The texts written since the canvas was last cleared.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// The signs laid over others since the canvas was last cleared.
    pub fn covers(&self) -> &[Cover] {
        &self.covers
    }

    /// Draws what is read at the keyboard.
    pub fn at_hand(&mut self, draw: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.viewer, Viewer::AtHand);
        draw(self);
        self.viewer = before;
    }

    /// Notes that a sign is laid over this place.
    pub fn cover(&mut self, rect: WindowRect) {
        self.covers.push(Cover { rect, written: self.written.len() });
    }

    /// The font.
    pub fn letters(&self) -> &Letters {
        &self.letters
    }

    /// Fills the canvas with one colour.
    pub fn clear(&mut self, ink: Ink) {
        self.pixels.fill(ink.packed());
        self.begin();
    }

    /// Begins another picture in which every pixel will be drawn: what was written is forgotten.
    pub fn begin(&mut self) {
        self.written.clear();
        self.covers.clear();
    }

    /// Fills a shape; `None`, a shape without area, draws nothing.
    pub fn fill(&mut self, path: Option<Path>, ink: Ink) {
        if let (Some(path), Some(mut pixmap)) = (path, pixmap(&mut self.pixels, self.width, self.height)) {
            pixmap.fill_path(&path, &paint(ink), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Strokes a path with round ends and corners; `None` draws nothing.
    pub fn stroke(&mut self, path: Option<&Path>, pen: Pen) {
        if let (Some(path), Some(mut pixmap)) = (path, pixmap(&mut self.pixels, self.width, self.height)) {
            let dash = pen.dash.and_then(|length| StrokeDash::new(vec![length, length + pen.width], 0.0));
            let stroke = Stroke {
                width: pen.width,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                dash,
                ..Stroke::default()
            };
            pixmap.stroke_path(path, &paint(pen.ink), &stroke, Transform::identity(), None);
        }
    }

    /// Fills a rectangle with edges on whole pixels: much faster than a path.
    pub fn fill_rect(&mut self, rect: WindowRect, ink: Ink) {
        let Some(rect) = self.inside(rect) else { return };
        let alpha = u32::from(ink.alpha) + u32::from(ink.alpha >> 7);
        for y in rect.min.y..rect.max.y {
            let row = &mut self.pixels[y * self.width + rect.min.x..y * self.width + rect.max.x];
            if alpha == 256 {
                row.fill(ink.packed());
            } else {
                row.iter_mut().for_each(|pixel| *pixel = mix(*pixel, ink.packed(), alpha));
            }
        }
    }

    /// Writes one line of text with its baseline at `at`, in letters that the font has.
    pub fn write(&mut self, text: &str, at: WindowPoint, size: f32, ink: Ink, align: Align) {
        let text = legible(text);
        let width = self.letters.width(&text, size);
        let left = match align {
            Align::Left => at.x,
            Align::Center => at.x - width / 2.0,
            Align::Right => at.x - width,
        };
        let baseline = at.y.round();
        let mut x = left;
        for letter in text.chars() {
            let Self { width, height, pixels, letters, .. } = self;
            let glyph = letters.glyph(letter, size);
            let metrics = glyph.metrics;
            let corner = (x.round() as i32 + metrics.xmin, baseline as i32 - metrics.ymin - metrics.height as i32);
            stamp(pixels, (*width, *height), corner, metrics.width, &glyph.coverage, ink);
            x += metrics.advance_width;
        }
        let rect =
            WindowRect::new(WindowPoint::new(left, at.y - size * CAP_HEIGHT), WindowPoint::new(left + width, at.y));
        self.written.push(Written { text: text.into_owned(), rect, viewer: self.viewer });
    }

    /// Writes one line of text as far as it is not wider than `width`, and returns how wide it is.
    pub fn write_within(&mut self, text: &str, at: WindowPoint, size: f32, ink: Ink, width: f32) -> f32 {
        let shown = self.letters.elided(text, size, width);
        if !shown.is_empty() {
            self.write(&shown, at, size, ink, Align::Left);
        }
        self.letters.width(&shown, size)
    }

    /// Writes a text into a rectangle from its top, wrapped and made smaller if it does not fit. Returns the height of
    /// the text.
    pub fn write_into(&mut self, text: &str, rect: WindowRect, size: f32, ink: Ink) -> f32 {
        let (size, lines) = self.letters.fit(text, size, rect.width(), rect.height());
        let mut baseline = rect.min.y + size * (LINE_HEIGHT + CAP_HEIGHT) / 2.0;
        for line in &lines {
            self.write(line, WindowPoint::new(rect.min.x, baseline), size, ink, Align::Left);
            baseline += size * LINE_HEIGHT;
        }
        lines.len() as f32 * size * LINE_HEIGHT
    }

    /// The whole pixels of a rectangle that are on the canvas.
    pub(crate) fn inside(&self, rect: WindowRect) -> Option<euclid::Box2D<usize, Window>> {
        let whole = Rect::new(Point2D::zero(), self.size()).to_box2d();
        let rect = rect.round().intersection(&whole)?;
        Some(rect.cast())
    }

    /// The pixels, the length of a row, and what scales pictures, for `screen/picture.rs`.
    pub(crate) fn pixels_mut(&mut self) -> (&mut [u32], usize, &mut Scaler) {
        (&mut self.pixels, self.width, &mut self.scaler)
    }
}

fn pixmap(pixels: &mut [u32], width: usize, height: usize) -> Option<PixmapMut<'_>> {
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    PixmapMut::from_bytes(bytemuck::cast_slice_mut(pixels), width, height)
}

fn paint(ink: Ink) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(Color::from_rgba8(ink.blue, ink.green, ink.red, ink.alpha));
    paint
}

/// Blends two packed colours, `over` with a weight of `alpha` / 256.
fn mix(under: u32, over: u32, alpha: u32) -> u32 {
    const RED_BLUE: u32 = 0x00FF_00FF;
    const GREEN: u32 = 0x0000_FF00;
    let rest = 256 - alpha;
    let red_blue = ((under & RED_BLUE) * rest + (over & RED_BLUE) * alpha) >> 8;
    let green = ((under & GREEN) * rest + (over & GREEN) * alpha) >> 8;
    0xFF00_0000 | (red_blue & RED_BLUE) | (green & GREEN)
}

/// Lays a glyph, `width` columns of `coverage`, with its upper left corner on `corner`; what is outside of the pixels is cut off.
fn stamp(pixels: &mut [u32], size: (usize, usize), corner: (i32, i32), width: usize, coverage: &[u8], ink: Ink) {
    if width == 0 {
        return;
    }
    let over = ink.packed();
    let (left, hidden) = (corner.0.max(0) as usize, corner.0.min(0).unsigned_abs() as usize);
    let right = left.saturating_add(width.saturating_sub(hidden)).min(size.0);
    for (line, y) in coverage.chunks_exact(width).zip(corner.1..) {
        let row = usize::try_from(y).ok().filter(|y| *y < size.1).map(|y| y * size.0);
        let Some(under) = row.and_then(|row| pixels.get_mut(row + left..row + right)) else { continue };
        for (pixel, cover) in under.iter_mut().zip(&line[hidden.min(width)..]) {
            let alpha = u32::from(*cover) * u32::from(ink.alpha) / 255;
            *pixel = mix(*pixel, over, alpha + (alpha >> 7));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORANGE: Ink = Ink::rgb(0xE6_9F00);

    fn colour(canvas: &Canvas, x: usize, y: usize) -> u32 {
        canvas.pixels()[y * canvas.width() + x] & 0x00FF_FFFF
    }

    #[test]
    fn red_is_red_in_the_window_for_paths_and_rectangles_alike() {
        let mut canvas = Canvas::new(20, 20).unwrap();
        canvas.clear(Ink::rgb(0));
        let (corner, far) = (WindowPoint::new(0.0, 0.0), WindowPoint::new(10.0, 20.0));
        canvas.fill_rect(WindowRect::new(corner, far), ORANGE);
        canvas.fill(crate::screen::path::disc(WindowPoint::new(15.0, 10.0), 4.0), ORANGE);
        assert_eq!(colour(&canvas, 5, 10), 0xE6_9F00);
        assert_eq!(colour(&canvas, 15, 10), 0xE6_9F00);
        assert_eq!(colour(&canvas, 19, 0), 0);
    }

    #[test]
    fn text_ends_where_its_alignment_says() {
        let mut canvas = Canvas::new(200, 50).unwrap();
        for (align, left) in [(Align::Left, 100.0), (Align::Right, 100.0 - canvas.letters().width("62°", 20.0))] {
            canvas.clear(Ink::rgb(0));
            canvas.write("62°", WindowPoint::new(100.0, 40.0), 20.0, ORANGE, align);
            assert!((canvas.written()[0].rect.min.x - left).abs() < 1e-3);
        }
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut canvas = Canvas::new(10, 10).unwrap();
        canvas.write("HIPS", WindowPoint::new(-20.0, 14.0), 30.0, ORANGE, Align::Left);
        canvas.fill_rect(WindowRect::new(WindowPoint::new(-5.0, -5.0), WindowPoint::new(50.0, 2.0)), ORANGE);
        assert_eq!(colour(&canvas, 9, 0), 0xE6_9F00);
    }

    #[test]
    fn a_new_size_is_a_new_buffer() {
        let mut canvas = Canvas::new(10, 10).unwrap();
        canvas.resize(30, 0);
        assert_eq!((canvas.width(), canvas.height(), canvas.pixels().len()), (30, 1, 30));
    }
}
