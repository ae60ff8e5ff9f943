//! The person's outline on the picture: thin limbs of the near side, the thick back, and two wedges that show how far
//! hip and low back are from standing.
//!
//! A wedge opens from a dashed line, the direction of the segment in the person's own standing posture, to its current
//! direction; its angle is the number on the panel. The hip's dashed line is the standing direction relative to the
//! thigh, the low back's relative to the pelvis: each shows the bend of its own joint only. The opacity of the whole
//! figure shows how far the measurement can be trusted.

use euclid::{Angle, Transform2D, vec2};

use crate::geometry::{Bend, Segments, State};
use crate::pipeline::{Back, Body, Scene};
use crate::pose::{Camera, CameraPoint, Joint, SideJoints};
use crate::screen::canvas::{Canvas, Pen, Window, WindowPoint};
use crate::screen::path;
use crate::screen::theme::{self, BACK, FIGURE, HIPS, Ink, OUTLINE};
use crate::spine::Facing;

/// Landmarks with a lower probability of being visible are not drawn.
const SEEN: f32 = 0.3;
/// Wedges smaller than this are noise, not a bend.
const SMALLEST_WEDGE: Angle<f32> = Angle { radians: 0.05 };
/// Opacity of the figure at zero confidence.
const FAINTEST: f32 = 0.3;

/// Line widths for a person whose region is as large as [`PLAIN_REGION`] in the window: a person further away gets
/// thinner lines, so that they do not hide the body.
const LIMB: f32 = 5.0;
const SPINE: f32 = 12.0;
const RIM: f32 = 2.5;
const PLAIN_REGION: f32 = 660.0;
/// Lower limit of the line width, relative to the normal one.
const THINNEST: f32 = 0.4;

/// Draws the figure of a scene on its picture with this transform.
pub fn draw(canvas: &mut Canvas, scene: &Scene, window_from_camera: &Transform2D<f32, Camera, Window>) {
    let Some(body) = &scene.body else { return };
    let measured = scene.measurement.state == State::Measured;
    let confidence = if measured { scene.measurement.confidence } else { body.presence };
    let brush = FigureBrush {
        window_from_camera,
        unit: (body.size * window_from_camera.m22.abs() / PLAIN_REGION).max(THINNEST),
        strength: FAINTEST + (1.0 - FAINTEST) * confidence.clamp(0.0, 1.0),
    };
    brush.limbs(canvas, body, scene.back.as_ref());
    if let Some(back) = &scene.back {
        if let (Some(standing), Some(bend)) = (&scene.measurement.standing, &scene.measurement.filtered) {
            brush.wedges(canvas, back, standing, bend);
        }
        brush.back(canvas, back, theme::verdict_ink(scene.progress.verdict));
    }
}

/// Opacity of a ghost.
const GHOST: f32 = 0.5;

/// Draws limbs and back of another time, faint and without wedges.
pub fn ghost(canvas: &mut Canvas, scene: &Scene, window_from_camera: &Transform2D<f32, Camera, Window>) {
    let Some(body) = &scene.body else { return };
    let unit = (body.size * window_from_camera.m22.abs() / PLAIN_REGION).max(THINNEST);
    let brush = FigureBrush { window_from_camera, unit, strength: GHOST };
    brush.limbs(canvas, body, scene.back.as_ref());
    if let Some(back) = &scene.back {
        brush.back(canvas, back, FIGURE);
    }
}

/// Which side of the body faces the camera: the right one if the person faces right. Without a back, the side that is
/// more visible.
fn near_side(body: &Body, back: Option<&Back>) -> &'static SideJoints {
    let seen = |side: &SideJoints| -> f32 {
        [side.arm[0], side.leg[0], side.leg[1]].iter().map(|joint| body.landmark(*joint).visibility).sum()
    };
    match back.map(|back| back.facing) {
        Some(Facing::Right) => &SideJoints::RIGHT,
        Some(Facing::Left) => &SideJoints::LEFT,
        None if seen(&SideJoints::LEFT) > seen(&SideJoints::RIGHT) => &SideJoints::LEFT,
        None => &SideJoints::RIGHT,
    }
}

struct FigureBrush<'t> {
    window_from_camera: &'t Transform2D<f32, Camera, Window>,
    /// Line width scale, 1 for a person as large as [`PLAIN_REGION`].
    unit: f32,
    strength: f32,
}

impl FigureBrush<'_> {
    fn place(&self, point: CameraPoint) -> WindowPoint {
        self.window_from_camera.transform_point(point)
    }

    fn line(&self, canvas: &mut Canvas, points: &[WindowPoint], ink: Ink, width: f32) {
        let line = path::polyline(points);
        canvas.stroke(line.as_ref(), Pen::solid(OUTLINE.faded(self.strength), (width + 2.0 * RIM) * self.unit));
        canvas.stroke(line.as_ref(), Pen::solid(ink.faded(self.strength), width * self.unit));
    }

    fn dot(&self, canvas: &mut Canvas, at: WindowPoint, ink: Ink, radius: f32) {
        canvas.fill(path::disc(at, (radius + RIM) * self.unit), OUTLINE.faded(self.strength));
        canvas.fill(path::disc(at, radius * self.unit), ink.faded(self.strength));
    }

    fn limbs(&self, canvas: &mut Canvas, body: &Body, back: Option<&Back>) {
        let side = near_side(body, back);
        let seen = |joint: &Joint| {
            let landmark = body.landmark(*joint);
            (landmark.visibility >= SEEN).then(|| self.place(landmark.point))
        };
        let mut leg: Vec<WindowPoint> = side.leg.iter().filter_map(seen).collect();
        if let (Some(hip), Some(back)) = (leg.first_mut(), back) {
            *hip = self.place(back.hip);
        }
        let arm: Vec<WindowPoint> = side.arm.iter().filter_map(seen).collect();
        for limb in [&arm, &leg] {
            self.line(canvas, limb, FIGURE.faded(0.85), LIMB);
            limb.iter().for_each(|joint| self.dot(canvas, *joint, FIGURE, LIMB * 1.1));
        }
        if let Some(ear) = seen(&side.ear) {
            if let Some(c7) = back.and_then(|back| back.c7.ok()) {
                self.line(canvas, &[self.place(c7), ear], FIGURE.faded(0.85), LIMB);
            }
            self.dot(canvas, ear, FIGURE, LIMB * 1.1);
        }
    }

    fn wedges(&self, canvas: &mut Canvas, back: &Back, standing: &Segments, bend: &Bend) {
        let upright_pelvis = back.segments.thigh + standing.pelvis - standing.thigh;
        let pelvis = upright_pelvis + bend.hip_flexion;
        let upright_lumbar = pelvis + standing.upper_lumbar - standing.pelvis;
        let [s1, t12, end, hip] = [back.s1, back.t12, back.upper_end(), back.hip].map(|point| self.place(point));
        let fan = |center, radius| Fan { center, radius, facing: back.facing };
        self.wedge(canvas, &fan(hip, (t12 - hip).length() * 0.85), [upright_pelvis, pelvis], HIPS);
        let radius = ((end - t12).length() * 0.7).max((t12 - s1).length() * 0.5);
        self.wedge(canvas, &fan(t12, radius), [upright_lumbar, upright_lumbar + bend.lumbar_flexion], BACK);
    }

    fn wedge(&self, canvas: &mut Canvas, fan: &Fan, [from, to]: [Angle<f32>; 2], ink: Ink) {
        let reference = path::polyline(&[fan.center, self.ray(fan, from, 1.18)]);
        if (to - from).radians.abs() >= SMALLEST_WEDGE.radians {
            let rim = self.arc(fan, from, to);
            let corners: Vec<WindowPoint> = [fan.center].into_iter().chain(rim.iter().copied()).collect();
            canvas.fill(path::polygon(&corners), ink.faded(0.34 * self.strength));
            self.line(canvas, &rim, ink, LIMB);
            self.line(canvas, &[fan.center, self.ray(fan, to, 1.0)], ink, LIMB * 0.6);
        }
        let width = LIMB * 0.8 * self.unit;
        canvas.stroke(reference.as_ref(), Pen::solid(OUTLINE.faded(0.8 * self.strength), width * 2.0));
        let dashes = Pen { dash: Some(width * 2.2), ..Pen::solid(FIGURE.faded(self.strength), width) };
        canvas.stroke(reference.as_ref(), dashes);
    }

    fn back(&self, canvas: &mut Canvas, back: &Back, ink: Ink) {
        let points: Vec<WindowPoint> = back.curve.iter().map(|point| self.place(*point)).collect();
        let curve = path::smooth(&points);
        canvas.stroke(curve.as_ref(), Pen::solid(OUTLINE.faded(self.strength), (SPINE + 2.0 * RIM) * self.unit));
        canvas.stroke(curve.as_ref(), Pen::solid(ink.faded(self.strength), SPINE * self.unit));
        for level in [back.s1, back.t12].into_iter().chain(back.c7) {
            self.dot(canvas, self.place(level), FIGURE, SPINE * 0.52);
        }
        self.dot(canvas, self.place(back.hip), FIGURE, SPINE * 0.45);
    }

    /// The end of a ray from the fan's centre at an inclination, with a length of `reach` times its radius.
    fn ray(&self, fan: &Fan, inclination: Angle<f32>, reach: f32) -> WindowPoint {
        let forward = match fan.facing {
            Facing::Left => -1.0,
            Facing::Right => 1.0,
        };
        let (sine, cosine) = inclination.sin_cos();
        let direction = self.window_from_camera.transform_vector(vec2(forward * sine, -cosine));
        fan.center + direction / self.window_from_camera.m22.abs().max(f32::EPSILON) * (fan.radius * reach)
    }

    fn arc(&self, fan: &Fan, from: Angle<f32>, to: Angle<f32>) -> Vec<WindowPoint> {
        const STEPS: u16 = 24;
        (0..=STEPS).map(|step| self.ray(fan, from + (to - from) * (f32::from(step) / f32::from(STEPS)), 1.0)).collect()
    }
}

/// The centre and the radius of a wedge.
struct Fan {
    center: WindowPoint,
    radius: f32,
    facing: Facing,
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Angle<f32> = Angle { radians: std::f32::consts::FRAC_PI_2 };

    fn end_of_ray(mirror: bool, facing: Facing, inclination: Angle<f32>) -> WindowPoint {
        let scale = if mirror { -0.5 } else { 0.5 };
        let window_from_camera = Transform2D::scale(scale, 0.5);
        let brush = FigureBrush { window_from_camera: &window_from_camera, unit: 1.0, strength: 1.0 };
        brush.ray(&Fan { center: WindowPoint::zero(), radius: 10.0, facing }, inclination, 1.0).round()
    }

    #[test]
    fn forward_is_where_the_person_faces_as_the_window_shows_it() {
        assert_eq!(end_of_ray(false, Facing::Right, QUARTER), WindowPoint::new(10.0, 0.0));
        assert_eq!(end_of_ray(false, Facing::Left, QUARTER), WindowPoint::new(-10.0, 0.0));
        assert_eq!(end_of_ray(true, Facing::Right, QUARTER), WindowPoint::new(-10.0, 0.0));
        assert_eq!(end_of_ray(true, Facing::Left, Angle::zero()), WindowPoint::new(0.0, -10.0));
    }

    #[test]
    fn the_side_that_faces_the_camera_is_drawn() {
        let mut body = Body { landmarks: [crate::pose::Landmark::default(); Joint::COUNT], presence: 1.0, size: 1.0 };
        body.landmarks[Joint::LeftKnee as usize].visibility = 0.9;
        assert_eq!(near_side(&body, None).ear, Joint::LeftEar);
        body.landmarks[Joint::RightHip as usize].visibility = 0.95;
        assert_eq!(near_side(&body, None).ear, Joint::RightEar);
    }
}
