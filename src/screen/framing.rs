//! What part of the camera picture is shown: the person, as large as they fit, and still while they bend.
//!
//! [`Framing`] follows where the person is over a set. It changes nothing inside a repetition; in standing it moves
//! smoothly. [`crop`] is the part of the picture around that for a stage of any shape.

use euclid::{Box2D, Size2D, point2, size2};

use crate::coach::Phase;
use crate::coach::guided::Place;
use crate::geometry::State;
use crate::pipeline::{Body, Scene};
use crate::pose::{Camera, Joint};
use crate::screen::canvas::WindowSize;
use crate::source::Timestamp;
use crate::spine::Facing;

/// Above the head there is always room for a raised hand, by which the session is steered, and a margin below the feet, both relative
/// to the height of the person: an arm straight up reaches a quarter of the body's height above the crown.
const RAISED: f32 = 0.25;
const BELOW: f32 = 0.06;
/// So many window pixels at most for one of the camera: beyond that a picture shows no more, only larger squares. [own]
const MOST_ENLARGED: f32 = 3.0;
/// Whoever stands is shown with at least this width, relative to their height: a bend reaches forward. [own]
const ROOM: f32 = 1.25;
/// Landmarks with a lower probability of being visible do not count.
const SEEN: f32 = 0.3;
/// From the landmarks to the edge of the person, relative to the region they were seen in: above the ears, and elsewhere.
const CROWN: f32 = 0.075;
const FLESH: f32 = 0.035;
/// Whoever stands this much lower than before, or this far from there, both relative to their height, stands elsewhere.
const LOWER: f32 = 0.85;
const AWAY: f32 = 0.25;
/// So long they have to stand there, and so long nobody may be seen, before the part changes, seconds. [own]
const SETTLED: f64 = 1.0;
/// Time constant of a change, seconds.
const SMOOTH: f64 = 0.35;
/// A change of less than this part of the height is not worth a movement.
const STILL: f32 = 0.03;

/// A box in the camera picture.
pub type CameraBox = Box2D<f32, Camera>;

/// What is known of the person over a set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Framing {
    /// Where the person was in this set, standing and bent; `None` shows the whole picture.
    reached: Option<CameraBox>,
    /// Where they last stood.
    stood: Option<CameraBox>,
    /// The box that is shown, on its way to `reached`.
    shown: Option<CameraBox>,
    facing: Option<Facing>,
    round: Option<Place>,
    /// Since when they stand elsewhere, or are not seen as they should be.
    odd_since: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Framing {
    /// Follows one frame. `round` is the round of a guided session; `whole` if the whole picture is wanted, as while the
    /// person is shown where to stand.
    pub fn observe(&mut self, scene: &Scene, round: Option<Place>, whole: bool) {
        let step = self.last.map_or(0.0, |last| scene.time.since(last).as_secs_f64());
        self.last = Some(scene.time);
        self.facing = scene.back.as_ref().map(|back| back.facing).or(self.facing);
        if whole {
            (self.reached, self.shown, self.odd_since) = (None, None, None);
            return;
        }
        let body = scene.body.as_ref().filter(|_| is_whole(scene.measurement.state));
        let Some(now) = body.and_then(extent) else {
            return self.wait(scene.time, |framing| (framing.reached, framing.shown) = (None, None));
        };
        if scene.progress.phase != Phase::Top {
            self.reached = self.reached.map(|reached| reached.union(&now));
            return;
        }
        self.stand(now, scene.time, round);
        self.approach(step);
    }

    /// Where the person is shown; `None` for the whole picture.
    pub fn person(&self) -> Option<CameraBox> {
        self.shown
    }

    /// Which way the person last faced on the camera picture.
    pub fn facing(&self) -> Option<Facing> {
        self.facing
    }

    fn stand(&mut self, now: CameraBox, time: Timestamp, round: Option<Place>) {
        let elsewhere = self.stood.is_some_and(|stood| stands_elsewhere(now, stood));
        if self.reached.is_none() || self.round != round {
            (self.reached, self.stood, self.round, self.odd_since) = (Some(now), Some(now), round, None);
        } else if elsewhere {
            self.wait(time, |framing| (framing.reached, framing.stood) = (Some(now), Some(now)));
        } else {
            (self.stood, self.odd_since) = (Some(now), None);
            self.reached = self.reached.map(|reached| reached.union(&now));
        }
    }

    /// Makes a change once the reason for it has lasted.
    fn wait(&mut self, time: Timestamp, change: impl FnOnce(&mut Self)) {
        if time.since(*self.odd_since.get_or_insert(time)).as_secs_f64() >= SETTLED {
            change(self);
            self.odd_since = None;
        }
    }

    fn approach(&mut self, step: f64) {
        let Some(reached) = self.reached else { return };
        let Some(shown) = self.shown else {
            self.shown = Some(reached); // a cut, as from one camera to another
            return;
        };
        let apart = [reached.min - shown.min, reached.max - shown.max].map(|way| way.x.abs().max(way.y.abs()));
        if apart[0].max(apart[1]) > STILL * shown.height() {
            let part = (step / SMOOTH).clamp(0.0, 1.0) as f32;
            self.shown = Some(Box2D::new(shown.min.lerp(reached.min, part), shown.max.lerp(reached.max, part)));
        }
    }
}

/// Whether somebody who stands in one of these places does not stand in the other.
pub fn stands_elsewhere(one: CameraBox, other: CameraBox) -> bool {
    let moved = (one.center().x - other.center().x).abs();
    one.height() < LOWER * other.height() || other.height() < LOWER * one.height() || moved > AWAY * one.height()
}

/// Whether the whole body is in view in this state.
fn is_whole(state: State) -> bool {
    !matches!(state, State::Nobody | State::Several | State::CutOff | State::Far)
}

/// The place of a person in the picture, from head to feet; `None` if hardly anything of them is seen.
pub fn extent(body: &Body) -> Option<CameraBox> {
    let seen: Vec<_> = body.landmarks.iter().filter(|landmark| landmark.visibility >= SEEN).collect();
    if seen.len() < 4 {
        return None;
    }
    let points = Box2D::from_points(seen.iter().map(|landmark| landmark.point));
    let inflated = points.inflate(FLESH * body.size, FLESH * body.size);
    Some(Box2D::new(point2(inflated.min.x, crown(body, points.min.y) - CROWN * body.size), inflated.max))
}

/// The highest point of the body but for the arms: whoever raises a hand stands where they stood. `highest` if only arms are seen.
fn crown(body: &Body, highest: f32) -> f32 {
    let arms = Joint::LeftElbow as usize..=Joint::RightThumb as usize;
    let seen = body.landmarks.iter().enumerate();
    let seen = seen.filter(|(joint, landmark)| landmark.visibility >= SEEN && !arms.contains(joint));
    seen.map(|(_, landmark)| landmark.point.y).reduce(f32::min).unwrap_or(highest)
}

/// The part of a picture of this size around a person that fills a stage, both in pixels: never more than the picture, and
/// not so small that it would be enlarged beyond what it shows.
pub fn crop(person: CameraBox, picture: Size2D<f32, Camera>, stage: WindowSize) -> CameraBox {
    let aspect = stage.width / stage.height.max(1.0);
    let upright = person.height() > person.width();
    let width = if upright { person.width().max(ROOM * person.height()) } else { person.width() };
    let least = person.height() * (1.0 + RAISED + BELOW);
    let height = least.max(width / aspect).max(stage.height / MOST_ENLARGED);
    let size = size2(height * aspect, height).min(picture);
    let above = ((size.height - person.height()) / 2.0).max(RAISED * person.height());
    let (left, top, most) = (person.center().x - size.width / 2.0, person.min.y - above, picture - size);
    let corner = point2(left.clamp(0.0, most.width.max(0.0)), top.clamp(0.0, most.height.max(0.0)));
    Box2D::from_origin_and_size(corner, size)
}

#[cfg(test)]
#[path = "framing_tests.rs"]
mod tests;
