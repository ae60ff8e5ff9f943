//! Two repetitions beside each other, and their backs over each other at the lowest point.

use euclid::{point2, vec2};

use super::layout::{GAP, ReviewLayout, TELLS};
use crate::coach::Repetition;
use crate::pipeline::Scene;
use crate::pose::CameraPoint;
use crate::screen::canvas::{Canvas, WindowRect};
use crate::screen::picture::{self, Light};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, Ink, PANEL, QUIET, TEXT};
use crate::screen::widget::{backs, figure, sign};
use crate::spine::Facing;

/// Height of a caption, units.
const CAPTION: f32 = 84.0;

/// One of two repetitions side by side.
#[derive(Clone, Debug)]
pub struct ComparisonSide {
    /// Its current frame.
    pub scene: Scene,
    /// Its results.
    pub repetition: Repetition,
    /// Its name.
    pub caption: String,
    /// Its back at the lowest point, and which way the person faced; `None` if it was not seen.
    pub lowest: Option<(Vec<CameraPoint>, Facing)>,
}

/// Draws both, and their backs: beside them in a wide window, below them in an upright one.
pub fn draw(canvas: &mut Canvas, layout: &ReviewLayout, sides: &[ComparisonSide; 2], mirror: bool, title: &str) {
    let unit = layout.unit;
    let mut places = WindowRect::new(layout.body.min, point2(layout.body.max.x, layout.pair_bottom()));
    let mut backs = places;
    if layout.is_wide {
        let width = ((places.height() - CAPTION * unit) * 2.0 + GAP * unit).min(0.68 * places.width());
        places.max.x = places.min.x + width;
        backs.min.x = places.max.x + 2.0 * GAP * unit;
    } else {
        let height = places.width() / 2.0 + CAPTION * unit;
        places.max.y = places.min.y + height.min(0.6 * places.height());
        backs.min.y = places.max.y + 2.0 * GAP * unit;
    }
    let half = (places.width() - GAP * unit) / 2.0;
    for (number, side) in sides.iter().enumerate() {
        let left = places.min.x + number as f32 * (half + GAP * unit);
        side.draw(canvas, WindowRect::new(point2(left, places.min.y), point2(left + half, places.max.y)), unit, mirror);
    }
    over_each_other(canvas, backs, unit, sides, mirror, title);
}

fn over_each_other(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    sides: &[ComparisonSide; 2],
    mirror: bool,
    title: &str,
) {
    canvas.fill_rect(place, PANEL);
    let inner = place.inflate(-1.5 * GAP * unit, -1.5 * GAP * unit);
    let room = WindowRect::new(inner.min, point2(inner.max.x, inner.min.y + 2.4 * TELLS * unit));
    let used = canvas.write_into(title, room, TELLS * unit, QUIET);
    let [Some((first, facing)), Some((second, other))] = sides.each_ref().map(|side| side.lowest.as_ref()) else {
        return;
    };
    let curves = [first.as_slice(), second.as_slice()];
    let room = WindowRect::new(inner.min + vec2(0.0, used + GAP * unit), inner.max);
    // Who turned round in between is drawn as if they had not.
    let mirrors = [mirror, mirror != (facing != other)];
    backs::pair(canvas, room, unit, curves, inks(sides), mirrors);
}

/// The colours of both: those of their verdicts, unless these are alike.
fn inks(sides: &[ComparisonSide; 2]) -> [Ink; 2] {
    let [first, second] = sides.each_ref().map(|side| theme::verdict_ink(side.repetition.verdict));
    if first == second { [first, if first == TEXT { QUIET } else { TEXT }] } else { [first, second] }
}

impl ComparisonSide {
    fn draw(&self, canvas: &mut Canvas, place: WindowRect, unit: f32, mirror: bool) {
        let verdict = self.repetition.verdict;
        let ink = if verdict.is_some() { theme::verdict_ink(verdict) } else { QUIET };
        let (size, cap) = (TELLS * unit, TELLS * CAP_HEIGHT * unit);
        let at = place.min + vec2(cap / 2.0, CAPTION * unit / 2.0);
        sign::draw(canvas, verdict, at, cap, ink);
        let room = WindowRect::new(
            point2(place.min.x + 1.6 * cap, place.min.y),
            point2(place.max.x, place.min.y + CAPTION * unit - 4.0 * unit),
        );
        let lines: Vec<String> =
            self.caption.split('\n').map(|line| canvas.letters().elided(line, size, room.width())).collect();
        let mut base = room.center().y + cap / 2.0 - (lines.len() as f32 - 1.0) * 0.62 * size;
        for line in &lines {
            canvas.write_within(line, point2(room.min.x, base), size, TEXT, room.width());
            base += 1.24 * size;
        }
        let picture = &self.scene.picture;
        let below = WindowRect::new(point2(place.min.x, room.max.y), place.max);
        let shown = picture::contained(picture.width() as f32, picture.height() as f32, below);
        let whole = picture::whole(picture);
        picture::draw(canvas, picture, whole, shown, mirror, Light::Full);
        figure::draw(canvas, &self.scene, &picture::window_from_camera(whole, shown, mirror));
    }
}
