//! The animation of a drill: a moving figure from the side, on a floor. Its back is the same thick curve as on the
//! picture, in the colour that the verdict would have.

use std::time::Duration;

use euclid::{Transform2D, point2, vec2};

use crate::coach::drill::{ANKLE_WIDTH, BOX, GRIP, HIP_WIDTH, KNEE_WIDTH, SHOULDER_WIDTH, SKULL, WRIST_WIDTH};
use crate::coach::drill::{Figure, FigureLeg, FigurePoint, FigurePosture, FigureSkeleton, Prop, Stature};
use crate::coach::{Bands, Verdict};
use crate::geometry::{Bend, HalfWidth90};
use crate::screen::canvas::{Canvas, Pen, Window, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::theme::{self, FAR_BODY, Ink, NEAR_BODY, PANEL, PROP, TRACK};
use crate::spine::Facing;

/// Half widths of lines, relative to the body's height.
const BACK_LINE: f32 = 0.016;
const RIM: f32 = 0.008;
const FLOOR_LINE: f32 = 0.006;
const STICK: f32 = 0.009;
/// Half widths of the neck, a hand and a toe.
const NECK_WIDTH: f32 = 0.027;
const HAND_WIDTH: f32 = 0.017;
const TOE_WIDTH: f32 = 0.013;
/// Length of a stick beyond sacrum and head.
const BEYOND: f32 = 0.07;
/// Number of sampled postures per cycle, to find the extent of the movement.
const SAMPLED_POSTURES: u32 = 24;
/// Margin around the movement, relative to the body's height.
const MOVEMENT_MARGIN: f32 = 0.06;

/// A figure to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Mannequin<'f> {
    /// The animated figure.
    pub figure: &'f Figure,
    /// Which way it faces.
    pub facing: Facing,
    /// Whether the colour of its back shows a verdict.
    pub judged: bool,
}

impl Mannequin<'_> {
    /// Draws it at this time, as large as its whole movement fits into `place`.
    pub fn draw(&self, canvas: &mut Canvas, place: WindowRect, time: Duration) {
        let room = self.room();
        let scale = (place.width() / room.width()).min(place.height() / room.height());
        let forward = match self.facing {
            Facing::Left => -scale,
            Facing::Right => scale,
        };
        let floor = place.center().y + room.height() * scale / 2.0 - MOVEMENT_MARGIN * scale;
        let middle = place.center().x - room.center().x * forward;
        let window_from_figure = Transform2D::scale(forward, -scale).then_translate(vec2(middle, floor));
        let brush = MannequinBrush { canvas, window_from_figure, scale };
        brush.all(self, &self.figure.at(time), &self.figure.skeleton(time), place);
    }

    /// The extent of the whole movement.
    fn room(&self) -> euclid::Box2D<f32, Stature> {
        let looks = self.figure.round_of(SAMPLED_POSTURES).flat_map(|skeleton| {
            let below = vec2(0.0, BOX * 2.0);
            let held = (self.figure.prop == Prop::Box).then(|| skeleton.hand - below);
            let points: Vec<_> = skeleton.outline().map(|(point, _)| point).chain(held).collect();
            points
        });
        euclid::Box2D::from_points(looks).inflate(MOVEMENT_MARGIN + SKULL, MOVEMENT_MARGIN)
    }

    /// The position of the wall: where the hips just reach it.
    fn wall(&self) -> f32 {
        let backs = self.figure.round_of(SAMPLED_POSTURES).flat_map(|skeleton| skeleton.back);
        backs.map(|point| point.x).fold(f32::INFINITY, f32::min)
    }

    fn verdict(&self, posture: &FigurePosture) -> Option<Verdict> {
        let standing = self.figure.at(Duration::ZERO);
        let hip = |posture: &FigurePosture| posture.pelvis - posture.near.thigh;
        let lumbar = |posture: &FigurePosture| posture.upper_back - posture.pelvis;
        let bend = Bend {
            hip_flexion: hip(posture) - hip(&standing),
            lumbar_flexion: lumbar(posture) - lumbar(&standing),
            ..Bend::default()
        };
        Verdict::of(&bend, &HalfWidth90::default(), &Bands::default()).filter(|_| self.judged)
    }
}

struct MannequinBrush<'c> {
    canvas: &'c mut Canvas,
    window_from_figure: Transform2D<f32, Stature, Window>,
    /// Pixels per body height.
    scale: f32,
}

impl MannequinBrush<'_> {
    fn all(mut self, mannequin: &Mannequin<'_>, posture: &FigurePosture, skeleton: &FigureSkeleton, place: WindowRect) {
        self.floor(place);
        let prop = mannequin.figure.prop;
        if prop == Prop::Wall {
            self.wall(mannequin.wall(), place);
        }
        // First the rims of all parts, then the parts, so that they merge instead of being separated by lines.
        for (rim, far, near) in [(RIM, PANEL, PANEL), (0.0, FAR_BODY, NEAR_BODY)] {
            self.leg(&skeleton.far, rim, far);
            self.head(skeleton, rim, near);
            self.trunk(skeleton, rim, near);
            self.leg(&skeleton.near, rim, near);
        }
        self.back(skeleton, theme::verdict_ink(mannequin.verdict(posture)));
        match prop {
            Prop::Dowel => self.dowel(skeleton),
            Prop::Box => self.cardboard(skeleton),
            Prop::Wall | Prop::None => {}
        }
        self.arm(skeleton);
    }

    fn place(&self, point: FigurePoint) -> WindowPoint {
        self.window_from_figure.transform_point(point)
    }

    fn line(&mut self, points: &[FigurePoint], ink: Ink, half_width: f32) {
        let points: Vec<WindowPoint> = points.iter().map(|point| self.place(*point)).collect();
        let pen = Pen::solid(ink, 2.0 * half_width * self.scale);
        self.canvas.stroke(path::smooth(&points).or_else(|| path::polyline(&points)).as_ref(), pen);
    }

    fn disc(&mut self, at: FigurePoint, radius: f32, ink: Ink) {
        self.canvas.fill(path::disc(self.place(at), radius * self.scale), ink);
    }

    fn shape(&mut self, corners: &[FigurePoint], ink: Ink) {
        let corners: Vec<WindowPoint> = corners.iter().map(|corner| self.place(*corner)).collect();
        self.canvas.fill(path::polygon(&corners), ink);
    }

    /// A limb through joints, each with its half width, plus a rim: discs, and the shape between each two.
    fn limb(&mut self, joints: &[(FigurePoint, f32)], rim: f32, ink: Ink) {
        for pair in joints.windows(2) {
            let [(from, wide), (to, narrow)] = pair else { continue };
            let across = vec2(from.y - to.y, to.x - from.x);
            let across = across / across.length().max(f32::EPSILON);
            let (wide, narrow) = (across * (wide + rim), across * (narrow + rim));
            self.shape(&[*from + wide, *to + narrow, *to - narrow, *from - wide], ink);
        }
        joints.iter().for_each(|(joint, width)| self.disc(*joint, width + rim, ink));
    }

    fn floor(&mut self, place: WindowRect) {
        let y = self.place(FigurePoint::zero()).y + FLOOR_LINE * self.scale;
        let line = path::polyline(&[point2(place.min.x, y), point2(place.max.x, y)]);
        self.canvas.stroke(line.as_ref(), Pen::solid(TRACK, 2.0 * FLOOR_LINE * self.scale));
    }

    fn wall(&mut self, at: f32, place: WindowRect) {
        let foot = self.place(point2(at, 0.0));
        let line = path::polyline(&[foot, point2(foot.x, place.min.y)]);
        self.canvas.stroke(line.as_ref(), Pen::solid(PROP, 4.0 * FLOOR_LINE * self.scale));
    }

    fn leg(&mut self, leg: &FigureLeg, rim: f32, ink: Ink) {
        let instep = leg.ankle - leg.heel.lerp(leg.toes, 0.5);
        let raised = instep / instep.length().max(f32::EPSILON) * TOE_WIDTH;
        let [heel, toes] = [leg.heel, leg.toes].map(|end| (end + raised, TOE_WIDTH));
        let ankle = (leg.ankle, ANKLE_WIDTH);
        self.shape(&[leg.ankle, heel.0, toes.0], ink);
        self.limb(&[ankle, toes, heel, ankle], rim, ink);
        self.limb(&[(leg.hip, HIP_WIDTH), (leg.knee, KNEE_WIDTH), ankle], rim, ink);
    }

    fn trunk(&mut self, skeleton: &FigureSkeleton, rim: f32, ink: Ink) {
        let skin: Vec<FigurePoint> = skeleton.back.iter().chain(skeleton.front.iter().rev()).copied().collect();
        let skin: Vec<WindowPoint> = skin.into_iter().map(|point| self.place(point)).collect();
        let closed = path::closed(&skin);
        if rim > 0.0 {
            self.canvas.stroke(closed.as_ref(), Pen::solid(ink, 2.0 * rim * self.scale));
        }
        self.canvas.fill(closed, ink);
    }

    fn head(&mut self, skeleton: &FigureSkeleton, rim: f32, ink: Ink) {
        let ahead = vec2(skeleton.crown.y, -skeleton.crown.x);
        let at = |forward: f32, up: f32| skeleton.head + ahead * forward + skeleton.crown * up;
        self.limb(&[(skeleton.neck, NECK_WIDTH), (at(-0.012, -0.03), NECK_WIDTH)], rim, ink);
        self.shape(&[at(0.052, 0.000), at(0.072, -0.026), at(0.046, -0.034)], ink);
        self.limb(&[(at(0.0, 0.0), SKULL), (at(0.022, -0.036), 0.034)], rim, ink);
    }

    fn back(&mut self, skeleton: &FigureSkeleton, ink: Ink) {
        self.line(skeleton.spine(), PANEL, BACK_LINE + RIM);
        self.line(skeleton.spine(), ink, BACK_LINE);
    }

    /// The arm, drawn last, as it is nearest.
    fn arm(&mut self, skeleton: &FigureSkeleton) {
        let FigureSkeleton { shoulder, elbow, wrist, hand, .. } = *skeleton;
        let elbow_width = (SHOULDER_WIDTH + WRIST_WIDTH) / 2.0;
        let arm = [(shoulder, SHOULDER_WIDTH), (elbow, elbow_width), (wrist, WRIST_WIDTH), (hand, HAND_WIDTH)];
        self.limb(&arm, RIM, PANEL);
        self.limb(&arm, 0.0, NEAR_BODY);
    }

    /// The stick behind sacrum and head, touching both.
    fn dowel(&mut self, skeleton: &FigureSkeleton) {
        let Some(sacrum) = skeleton.spine().first().copied() else { return };
        let behind = vec2(-skeleton.crown.y, skeleton.crown.x);
        let [sacrum, head] =
            [(sacrum, BACK_LINE), (skeleton.head, SKULL)].map(|(at, flesh)| at + behind * (flesh + STICK));
        let along = (head - sacrum) / (head - sacrum).length().max(f32::EPSILON);
        let ends = [sacrum - along * BEYOND, head + along * BEYOND];
        self.line(&ends, PANEL, STICK + RIM);
        self.line(&ends, PROP, STICK);
    }

    fn cardboard(&mut self, skeleton: &FigureSkeleton) {
        let [left, right, top] = [skeleton.hand.x - BOX, skeleton.hand.x + BOX, skeleton.hand.y + BOX * GRIP];
        let bottom = top - 2.0 * BOX;
        let corners = [point2(left, top), point2(right, top), point2(right, bottom), point2(left, bottom)];
        self.shape(&corners, PROP);
        let closed = [corners.as_slice(), &corners[..1]].concat();
        closed.windows(2).for_each(|side| self.line(side, PANEL, RIM / 2.0));
    }
}
