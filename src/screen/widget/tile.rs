//! A tile of the start screen: a picture of what it does, its number and its name.

use std::time::Duration;

use euclid::{point2, size2, vec2};

use crate::coach::Verdict;
use crate::coach::drill::Figure;
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{HIPS, Ink, NEAR_BODY, PANEL, QUIET, TEXT, TRACK, verdict_ink};
use crate::screen::widget::mannequin::Mannequin;
use crate::screen::widget::{ring, sign};
use crate::spine::Facing;

/// Height of the name at the foot, and its size, units.
const NAME: f32 = 74.0;
const NAME_TEXT: f32 = 32.0;
/// Between the edges of a tile and what is in it, units.
const INSIDE: (f32, f32) = (8.0, 12.0);
/// Radius of the ring that fills, units.
const RING: f32 = 50.0;
/// Size of the number in the corner, units.
const NUMBER_TEXT: f32 = 28.0;
/// Width of one digit and a gap, relative to its size.
const NUMBER_WIDTH: f32 = 0.75;
/// Beside what is drawn, units.
const BESIDE: f32 = 6.0;
/// Radius of the corners, width of the frame of the marked one, units.
const CORNER: f32 = 16.0;
const FRAME: f32 = 6.0;
/// Where in its cycle a figure is shown that does not move.
const STILL: f64 = 0.4;
/// Opacity of what cannot be chosen.
const SHUT: f32 = 0.35;

/// What a tile shows.
#[derive(Clone, Copy, Debug)]
pub enum TileIcon<'a> {
    /// The figure of a drill.
    Figure(&'a Figure),
    /// An angle that is measured.
    Angle,
    /// The three signs of a verdict.
    Verdicts,
    /// A session that is played again.
    Play,
    /// Values over dates.
    Dots,
    /// A page.
    Page,
    /// Somebody.
    Person,
    /// Somebody else.
    Persons,
}

/// A tile.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a> {
    /// Its picture.
    pub icon: TileIcon<'a>,
    /// Its name.
    pub name: &'a str,
    /// What it does, or why it cannot be chosen.
    pub does: &'a str,
    /// Whether it can be chosen.
    pub open: bool,
}

/// How a tile stands in its row.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Its number, from 1: the key that chooses it.
    pub number: usize,
    /// Whether it is marked.
    pub marked: bool,
    /// How far it is chosen, from 0 to 1.
    pub part: f32,
    /// The clock of its figure.
    pub time: Duration,
    /// Size of its name, pixels: that of all in the row.
    pub name: f32,
}

/// The size of the names in a row of tiles: the largest with which each fits in two lines.
pub fn name_size(canvas: &Canvas, places: &[WindowRect], unit: f32, tiles: &[Tile<'_>]) -> f32 {
    let sizes = places.iter().zip(tiles).map(|(place, tile)| {
        let [_, foot] = parts(*place, unit);
        let words = tile.name.split(' ');
        let size = words.map(|word| canvas.letters().within(word, NAME_TEXT * unit, foot.width()));
        let size = size.fold(NAME_TEXT * unit, f32::min);
        canvas.letters().fit(tile.name, size, foot.width(), foot.height()).0
    });
    sizes.fold(NAME_TEXT * unit, f32::min)
}

/// The middle of a tile's picture, where its ring is.
pub fn middle(place: WindowRect, unit: f32) -> WindowPoint {
    let [picture, _] = parts(place, unit);
    picture.center()
}

/// The places of the picture and of the name below it. In a narrow tile the picture is below the number, which it would touch.
fn parts(place: WindowRect, unit: f32) -> [WindowRect; 2] {
    let inner = inside(place, unit);
    let foot = WindowRect::new(point2(inner.min.x, inner.max.y - NAME * unit), inner.max);
    let mut picture = WindowRect::new(inner.min, point2(inner.max.x, foot.min.y));
    let number = number_place(place, unit);
    if icon_square(picture, unit).intersects(&number) {
        picture.min.y = number.max.y + 2.0 * unit;
    }
    [picture, foot]
}

/// What is within the edges of a tile.
fn inside(place: WindowRect, unit: f32) -> WindowRect {
    place.inflate(-INSIDE.0 * unit, -INSIDE.1 * unit)
}

/// The place of the number, in the upper left corner.
fn number_place(place: WindowRect, unit: f32) -> WindowRect {
    let corner = inside(place, unit).min + vec2(6.0, 2.0) * unit;
    WindowRect::from_origin_and_size(corner, size2(NUMBER_WIDTH, CAP_HEIGHT) * (NUMBER_TEXT * unit))
}

/// The square in the middle of the picture's place that an icon fills at most.
fn icon_square(picture: WindowRect, unit: f32) -> WindowRect {
    let half = drawing_place(picture, unit).width().min(picture.height()) / 2.0;
    WindowRect::new(picture.center(), picture.center()).inflate(half, half)
}

/// Where in the picture's place something is drawn.
fn drawing_place(picture: WindowRect, unit: f32) -> WindowRect {
    picture.inflate(-BESIDE * unit, 0.0)
}

/// Draws a tile.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, tile: &Tile<'_>, mark: &Mark) {
    let corner = CORNER * unit;
    if mark.marked {
        canvas.fill(path::rounded(place, corner), if tile.open { HIPS } else { TRACK });
        let inner = place.inflate(-FRAME * unit, -FRAME * unit);
        canvas.fill(path::rounded(inner, corner - FRAME * unit), PANEL);
    } else {
        canvas.fill(path::rounded(place, corner), PANEL);
    }
    let shut = if tile.open { 1.0 } else { SHUT };
    let [picture, foot] = parts(place, unit);
    icon(canvas, drawing_place(picture, unit), unit, tile, mark, shut);
    if mark.part > 0.0 {
        let radius = (picture.height().min(picture.width()) / 2.4).min(RING * unit);
        ring::on_picture(canvas, picture.center(), radius, mark.part);
    }
    name(canvas, foot, tile, mark.name);
    let number = number_place(place, unit);
    let (base, ink) = (point2(number.min.x, number.max.y), QUIET.faded(shut.max(0.6)));
    canvas.write(&mark.number.to_string(), base, NUMBER_TEXT * unit, ink, Align::Left);
}

/// Writes the name, in the middle of its place.
fn name(canvas: &mut Canvas, place: WindowRect, tile: &Tile<'_>, size: f32) {
    let ink = if tile.open { TEXT } else { QUIET };
    let lines = canvas.letters().wrap(tile.name, size, place.width() + 1.0);
    let step = size * 1.1;
    let mut base = place.center().y + size * CAP_HEIGHT / 2.0 - step * (lines.len() as f32 - 1.0) / 2.0;
    for line in lines {
        canvas.write(line, point2(place.center().x, base), size, ink, Align::Center);
        base += step;
    }
}

fn icon(canvas: &mut Canvas, place: WindowRect, unit: f32, tile: &Tile<'_>, mark: &Mark, shut: f32) {
    let (middle, size) = (place.center(), place.height().min(place.width()));
    match tile.icon {
        TileIcon::Figure(figure) => {
            let time = if mark.marked && tile.open { mark.time } else { figure.round.mul_f64(STILL) };
            Mannequin { figure, facing: Facing::Right, judged: true }.draw(canvas, place, time);
        }
        TileIcon::Angle => angle(canvas, middle, 0.78 * size, shut),
        TileIcon::Verdicts => {
            let step = 0.36 * size;
            for (number, verdict) in [Verdict::Hips, Verdict::Mixed, Verdict::Back].into_iter().enumerate() {
                let at = middle + vec2((number as f32 - 1.0) * step, 0.0);
                sign::draw(canvas, Some(verdict), at, 0.26 * size, verdict_ink(Some(verdict)).faded(shut));
            }
        }
        TileIcon::Play => play(canvas, middle, 0.36 * size, TEXT.faded(shut)),
        TileIcon::Dots => dots(canvas, middle, 0.72 * size, unit, shut),
        TileIcon::Page => page(canvas, middle, 0.72 * size, unit, shut),
        TileIcon::Person => person(canvas, middle, 0.8 * size, TEXT.faded(shut)),
        TileIcon::Persons => {
            person(canvas, middle - vec2(0.2 * size, 0.0), 0.62 * size, NEAR_BODY.faded(shut));
            person(canvas, middle + vec2(0.2 * size, 0.0), 0.62 * size, TEXT.faded(shut));
        }
    }
}

/// A quarter of a dial, two thirds of it gone through.
fn angle(canvas: &mut Canvas, middle: WindowPoint, side: f32, shut: f32) {
    const PIECES: usize = 24;
    const GONE: f32 = 0.66;
    let corner = middle + vec2(-0.45, 0.42) * side;
    let at = |part: f32, radius: f32| {
        let (sin, cos) = (std::f32::consts::FRAC_PI_2 * part).sin_cos();
        corner + vec2(sin, -cos) * radius
    };
    let arc = |part: f32| {
        let points: Vec<_> = (0..=PIECES).map(|piece| at(part * piece as f32 / PIECES as f32, 0.8 * side)).collect();
        path::polyline(&points)
    };
    canvas.stroke(arc(1.0).as_ref(), Pen::solid(TRACK.faded(shut), 0.16 * side));
    canvas.stroke(arc(GONE).as_ref(), Pen::solid(HIPS.faded(shut), 0.16 * side));
    for (part, ink) in [(0.0, NEAR_BODY), (GONE, TEXT)] {
        let hand = path::polyline(&[corner, at(part, 0.6 * side)]);
        canvas.stroke(hand.as_ref(), Pen::solid(ink.faded(shut), 0.07 * side));
    }
    canvas.fill(path::disc(corner, 0.08 * side), TEXT.faded(shut));
}

fn play(canvas: &mut Canvas, middle: WindowPoint, radius: f32, ink: Ink) {
    canvas.stroke(path::disc(middle, radius).as_ref(), Pen::solid(ink, 0.12 * radius));
    let corners = [vec2(-0.32, -0.5), vec2(0.56, 0.0), vec2(-0.32, 0.5)].map(|corner| middle + corner * radius);
    canvas.fill(path::polygon(&corners), ink);
}

/// Dots with intervals that come down, on an axis.
fn dots(canvas: &mut Canvas, middle: WindowPoint, size: f32, unit: f32, shut: f32) {
    let corner = middle - vec2(0.5, 0.5) * size;
    let axis = [corner, corner + vec2(0.0, size), corner + vec2(size, size)];
    canvas.stroke(path::polyline(&axis).as_ref(), Pen::solid(QUIET.faded(shut), 4.0 * unit));
    for (x, y) in [(0.2, 0.2), (0.38, 0.36), (0.72, 0.55), (0.92, 0.7)] {
        let at = corner + vec2(x, y) * size;
        let bar = [at - vec2(0.0, 0.13 * size), at + vec2(0.0, 0.13 * size)];
        canvas.stroke(path::polyline(&bar).as_ref(), Pen::solid(HIPS.faded(shut), 3.0 * unit));
        canvas.fill(path::disc(at, 0.065 * size), HIPS.faded(shut));
    }
}

/// A page with a curve and lines.
fn page(canvas: &mut Canvas, middle: WindowPoint, height: f32, unit: f32, shut: f32) {
    let sheet = WindowRect::from_origin_and_size(middle - vec2(0.36, 0.5) * height, size2(0.72, 1.0) * height);
    canvas.fill(path::rounded(sheet, 6.0 * unit), TEXT.faded(shut));
    let at = |across: f32, down: f32| sheet.min + vec2(across * sheet.width(), down * sheet.height());
    let curve = [at(0.14, 0.42), at(0.32, 0.16), at(0.5, 0.38), at(0.68, 0.14), at(0.86, 0.4)];
    let width = 0.05 * height;
    canvas.stroke(path::polyline(&curve).as_ref(), Pen::solid(Ink::rgb(0x2B_7FB0).faded(shut), width));
    for down in [0.58, 0.72, 0.86] {
        let line = path::polyline(&[at(0.14, down), at(if down > 0.8 { 0.6 } else { 0.86 }, down)]);
        canvas.stroke(line.as_ref(), Pen::solid(TRACK.faded(shut), width));
    }
}

fn person(canvas: &mut Canvas, middle: WindowPoint, height: f32, ink: Ink) {
    canvas.fill(path::disc(middle - vec2(0.0, 0.26 * height), 0.2 * height), ink);
    let shoulders = WindowRect::from_origin_and_size(middle + vec2(-0.34, 0.02) * height, size2(0.68, 0.6) * height);
    let body = WindowRect::new(shoulders.min, point2(shoulders.max.x, middle.y + 0.44 * height));
    canvas.fill(path::rounded(body, 0.2 * height), ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tile of eight is 142 units wide.
    #[test]
    fn no_icon_touches_the_number_however_narrow_the_tile() {
        for (width, height) in [(100.0, 271.0), (142.0, 226.0), (164.0, 226.0), (194.0, 226.0), (270.0, 226.0)] {
            let place = WindowRect::from_origin_and_size(point2(10.0, 20.0), size2(width, height));
            let ([picture, foot], number) = (parts(place, 1.0), number_place(place, 1.0));
            let icon = icon_square(picture, 1.0);
            assert!(!icon.intersects(&number) && !foot.intersects(&number), "{width}: {icon:?}, {number:?}");
            assert!(icon.height() > 70.0 && picture.inflate(0.1, 0.1).contains_box(&icon), "{width}: {icon:?}");
        }
    }
}
