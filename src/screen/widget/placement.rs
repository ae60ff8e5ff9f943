//! Where to put the laptop and where to stand: the room from the side, as in the README.

use euclid::{Transform2D, point2, vec2};

use crate::i18n::StartWords;
use crate::screen::canvas::{Align, Canvas, Pen, Window, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BACK, FAR_BODY, HIPS, Ink, QUIET, TEXT, TRACK};

/// The drawing in its own units, of which 150 are a metre.
enum RoomDrawing {}
type RoomPoint = euclid::Point2D<f32, RoomDrawing>;

const WIDTH: f32 = 520.0;
const HEIGHT: f32 = 370.0;
/// The floor, the laptop's camera, and the middle of the person.
const FLOOR: f32 = 296.0;
const CAMERA: (f32, f32) = (52.0, 140.0);
const PERSON: f32 = 420.0;
/// Size of the texts, units of the window: they are to be read from three metres.
const TEXT_SIZE: f32 = 28.0;

/// Somebody seen from the front, as thick lines: their points relative to [`PERSON`], their thickness.
const LIMBS: [(&[(f32, f32)], f32); 6] = [
    (&[(-12.0, 156.0), (-14.0, 278.0)], 25.0),
    (&[(12.0, 156.0), (14.0, 278.0)], 25.0),
    (&[(-16.0, 288.0), (-22.0, 288.0)], 14.0),
    (&[(16.0, 288.0), (22.0, 288.0)], 14.0),
    (&[(-32.0, 82.0), (-41.0, 122.0), (-37.0, 156.0)], 12.0),
    (&[(32.0, 82.0), (41.0, 122.0), (37.0, 156.0)], 12.0),
];
const TOP: [(f32, f32); 10] = [
    (-20.0, 69.0),
    (-35.0, 73.0),
    (-37.0, 90.0),
    (-25.0, 96.0),
    (-25.0, 162.0),
    (25.0, 162.0),
    (25.0, 96.0),
    (37.0, 90.0),
    (35.0, 73.0),
    (20.0, 69.0),
];

/// Draws the room, as large as `place` allows; `unit` is that of the window.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, words: &StartWords) {
    let scale = (place.width() / WIDTH).min(place.height() / HEIGHT).max(0.0);
    let window_from_room = Transform2D::scale(scale, scale).then_translate(vec2(place.min.x, place.min.y));
    let mut drawing = RoomSketch { canvas, window_from_room, scale };
    drawing.laptop();
    drawing.person();
    drawing.line(&[(CAMERA.0, FLOOR + 26.0), (PERSON, FLOOR + 26.0)], QUIET, 2.5, None);
    for (end, inward) in [(CAMERA.0, 9.0), (PERSON, -9.0)] {
        let tip = [(end + inward, FLOOR + 20.0), (end, FLOOR + 26.0), (end + inward, FLOOR + 32.0)];
        drawing.line(&tip, QUIET, 2.5, None);
    }
    let (text, most) = (format!("{}, {}", words.hip_height, words.distance), TEXT_SIZE * unit);
    let size = canvas.letters().within(&text, most, place.width());
    let at = window_from_room.transform_point(RoomPoint::new(0.0, FLOOR + 44.0));
    canvas.write(&text, point2(place.min.x, at.y + size * CAP_HEIGHT), size, TEXT, Align::Left);
}

struct RoomSketch<'c> {
    canvas: &'c mut Canvas,
    window_from_room: Transform2D<f32, RoomDrawing, Window>,
    scale: f32,
}

impl RoomSketch<'_> {
    fn at(&self, (x, y): (f32, f32)) -> WindowPoint {
        self.window_from_room.transform_point(RoomPoint::new(x, y))
    }

    fn points(&self, points: &[(f32, f32)]) -> Vec<WindowPoint> {
        points.iter().map(|point| self.at(*point)).collect()
    }

    fn line(&mut self, points: &[(f32, f32)], ink: Ink, width: f32, dash: Option<f32>) {
        let line = path::polyline(&self.points(points));
        let (width, dash) = (width * self.scale, dash.map(|dash| dash * self.scale));
        self.canvas.stroke(line.as_ref(), Pen { ink, width, dash });
    }

    /// The table with the laptop, and what its camera sees.
    fn laptop(&mut self) {
        let (x, y) = CAMERA;
        let seen = self.points(&[CAMERA, (500.0, 0.0), (500.0, FLOOR), (380.0, FLOOR)]);
        self.canvas.fill(path::polygon(&seen), HIPS.faded(0.13));
        self.line(&[(8.0, FLOOR), (512.0, FLOOR)], QUIET, 2.0, None);
        self.line(&[(28.0, y + 42.0), (28.0, FLOOR - 4.0)], TRACK, 7.0, None);
        self.line(&[(104.0, y + 42.0), (104.0, FLOOR - 4.0)], TRACK, 7.0, None);
        self.line(&[(18.0, y + 39.0), (114.0, y + 39.0)], FAR_BODY, 8.0, None);
        self.line(&[(x + 38.0, y + 31.0), (x + 8.0, y + 31.0), (x, y)], QUIET, 6.0, None);
        self.line(&[(x + 12.0, y), (PERSON - 34.0, y)], HIPS, 2.5, Some(8.0));
        let camera = self.at(CAMERA);
        self.canvas.fill(path::disc(camera, 6.0 * self.scale), HIPS);
    }

    /// Somebody who shows their side to the camera.
    fn person(&mut self) {
        let shifted = |points: &[(f32, f32)]| points.iter().map(|(x, y)| (PERSON + x, *y)).collect::<Vec<_>>();
        for (points, width) in LIMBS {
            self.line(&shifted(points), TEXT, width, None);
        }
        let top = self.points(&shifted(&TOP));
        self.canvas.fill(path::polygon(&top), BACK);
        self.line(&shifted(&[(0.0, 60.0), (0.0, 66.0)]), TEXT, 13.0, None);
        let head = self.at((PERSON, 42.0));
        self.canvas.fill(path::disc(head, 17.0 * self.scale), TEXT);
    }
}
