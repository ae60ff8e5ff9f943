//! A button: what it does as a drawing or a word, and the key that does the same.

use std::f32::consts::{PI, TAU};

use euclid::{point2, size2, vec2};

use crate::coach::Verdict;
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BACK, GROUND, HIPS, Ink, PANEL, QUIET, TEXT, TRACK};
use crate::screen::widget::sign;

/// Size of words and keys, units.
const LETTERS: f32 = 16.0;
/// Radius of the corners and width of the lines of a drawing, units.
const CORNER: f32 = 8.0;
const LINE: f32 = 3.0;
/// Size of a drawing, units.
const DRAWING: f32 = 22.0;

/// What a button shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ButtonFace<'a> {
    /// A word.
    Word(&'a str),
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// A triangle at a bar, to the right, or to the left.
    Step(bool),
    /// Two triangles at a bar, to the right, or to the left.
    Jump(bool),
    /// Faster, or slower: the speed that it is now.
    Speed(&'a str),
    /// A circle that closes.
    Loop,
    /// The signs of the best and of the worst.
    Best,
    /// Two curves over each other.
    Compare,
    /// A glass with plus, or with minus.
    Zoom(bool),
    /// From one edge to the other.
    All,
}

/// How a button stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonState {
    /// Waiting.
    #[default]
    Idle,
    /// The mouse is over it.
    Hover,
    /// It is pressed.
    Pressed,
    /// What it does holds at present.
    On,
    /// It does nothing at present.
    Off,
}

/// A button.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Button<'a> {
    /// What it shows.
    pub face: ButtonFace<'a>,
    /// The key that does the same.
    pub key: &'a str,
    /// How it stands.
    pub state: ButtonState,
}

/// Draws it: in a place that is higher than two lines its key is below, otherwise beside its word.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, button: &Button<'_>) {
    let (ground, ink) = match button.state {
        ButtonState::Idle => (PANEL, TEXT),
        ButtonState::Hover => (TRACK, TEXT),
        ButtonState::Pressed => (TEXT, GROUND),
        ButtonState::On => (TRACK, HIPS),
        ButtonState::Off => (PANEL, TRACK),
    };
    canvas.fill(path::rounded(place, CORNER * unit), ground);
    if button.state == ButtonState::On {
        let line = WindowRect::new(
            point2(place.min.x + CORNER * unit, place.max.y - LINE * unit),
            point2(place.max.x - CORNER * unit, place.max.y),
        );
        canvas.fill_rect(line, HIPS);
    }
    let quiet = if matches!(button.state, ButtonState::Pressed) { GROUND } else { QUIET };
    let cap = LETTERS * CAP_HEIGHT * unit;
    if let ButtonFace::Word(word) = button.face
        && place.height() < 50.0 * unit
    {
        let key = canvas.letters().width(button.key, LETTERS * unit);
        let base = place.center().y + cap / 2.0;
        canvas.write(button.key, point2(place.max.x - 10.0 * unit, base), LETTERS * unit, quiet, Align::Right);
        let room = place.width() - key - 28.0 * unit;
        canvas.write_within(word, point2(place.min.x + 10.0 * unit, base), LETTERS * unit, ink, room);
        return;
    }
    let base = place.max.y - 8.0 * unit;
    canvas.write(button.key, point2(place.center().x, base), LETTERS * unit, quiet, Align::Center);
    let middle = point2(place.center().x, (place.min.y + base - cap) / 2.0);
    face(canvas, middle, unit, button.face, ink);
}

fn face(canvas: &mut Canvas, at: WindowPoint, unit: f32, face: ButtonFace<'_>, ink: Ink) {
    let size = DRAWING * unit;
    let half = size / 2.0;
    match face {
        ButtonFace::Word(word) | ButtonFace::Speed(word) => {
            let base = at + vec2(0.0, LETTERS * CAP_HEIGHT * unit / 2.0);
            canvas.write(word, base, LETTERS * unit, ink, Align::Center);
        }
        ButtonFace::Play => triangle(canvas, at, half, 1.0, ink),
        ButtonFace::Pause => {
            for x in [-0.7, 0.2] {
                bar(canvas, at + vec2(x * half, -half), size2(0.5 * half, size), ink);
            }
        }
        ButtonFace::Step(on) | ButtonFace::Jump(on) => {
            let way = if on { 1.0 } else { -1.0 };
            let twice = matches!(face, ButtonFace::Jump(_));
            if twice {
                triangle(canvas, at - vec2(way * 0.7 * half, 0.0), 0.8 * half, way, ink);
                triangle(canvas, at + vec2(way * 0.4 * half, 0.0), 0.8 * half, way, ink);
            } else {
                triangle(canvas, at, 0.8 * half, way, ink);
            }
            let x = if twice { 1.3 } else { 1.0 } * way * half - 0.15 * half;
            bar(canvas, at + vec2(x, -0.8 * half), size2(0.3 * half, 1.6 * half), ink);
        }
        ButtonFace::Loop => {
            let arc: Vec<_> =
                (0..=20).map(|step| on_circle(at, half, 0.15 * PI + 1.7 * PI * step as f32 / 20.0)).collect();
            canvas.stroke(path::polyline(&arc).as_ref(), Pen::solid(ink, LINE * unit));
            triangle(canvas, on_circle(at, half, 0.12 * PI) + vec2(0.0, -0.1 * half), 0.45 * half, 1.0, ink);
        }
        ButtonFace::Best => {
            sign::draw(
                canvas,
                Some(Verdict::Hips),
                at - vec2(0.65 * size, 0.0),
                0.75 * size,
                if ink == TEXT { HIPS } else { ink },
            );
            sign::draw(
                canvas,
                Some(Verdict::Back),
                at + vec2(0.65 * size, 0.0),
                0.75 * size,
                if ink == TEXT { BACK } else { ink },
            );
        }
        ButtonFace::Compare => {
            for (bow, ink) in [(0.1, if ink == TEXT { HIPS } else { ink }), (0.9, if ink == TEXT { BACK } else { ink })]
            {
                let curve: Vec<_> = (0..=12)
                    .map(|step| {
                        let part = step as f32 / 12.0;
                        at + vec2((part - 0.5) * 1.8 * size, 0.5 * half - bow * size * (PI * part).sin())
                    })
                    .collect();
                canvas.stroke(path::polyline(&curve).as_ref(), Pen::solid(ink, 1.2 * LINE * unit));
            }
        }
        ButtonFace::Zoom(larger) => {
            let glass = at - vec2(0.2 * half, 0.2 * half);
            let round: Vec<_> = (0..=24).map(|step| on_circle(glass, 0.75 * half, TAU * step as f32 / 24.0)).collect();
            canvas.stroke(path::polyline(&round).as_ref(), Pen::solid(ink, 0.8 * LINE * unit));
            let grip = [glass + vec2(0.55, 0.55) * half, at + vec2(half, half)];
            canvas.stroke(path::polyline(&grip).as_ref(), Pen::solid(ink, 1.2 * LINE * unit));
            bar(canvas, glass - vec2(0.4 * half, 0.09 * half), size2(0.8 * half, 0.18 * half), ink);
            if larger {
                bar(canvas, glass - vec2(0.09 * half, 0.4 * half), size2(0.18 * half, 0.8 * half), ink);
            }
        }
        ButtonFace::All => {
            for way in [-1.0, 1.0] {
                triangle(canvas, at + vec2(way * 0.75 * half, 0.0), 0.5 * half, way, ink);
                bar(
                    canvas,
                    at + vec2(way * 1.35 * half - 0.12 * half, -0.7 * half),
                    size2(0.24 * half, 1.4 * half),
                    ink,
                );
            }
            bar(canvas, at - vec2(0.5 * half, 0.1 * half), size2(half, 0.2 * half), ink);
        }
    }
}

fn on_circle(middle: WindowPoint, radius: f32, angle: f32) -> WindowPoint {
    middle + vec2(angle.cos(), angle.sin()) * radius
}

/// A triangle that points to the right, or to the left if `way` is −1.
fn triangle(canvas: &mut Canvas, at: WindowPoint, half: f32, way: f32, ink: Ink) {
    let corners = [vec2(-0.8 * way, -1.0), vec2(-0.8 * way, 1.0), vec2(0.9 * way, 0.0)];
    canvas.fill(path::polygon(&corners.map(|corner| at + corner * half)), ink);
}

fn bar(canvas: &mut Canvas, corner: WindowPoint, size: euclid::Size2D<f32, crate::screen::canvas::Window>, ink: Ink) {
    canvas.fill(path::rounded(WindowRect::from_origin_and_size(corner, size), 0.0), ink);
}
