//! Where to stand: the outline of a person side-on, as large as a person should be in the picture.

use euclid::{Transform2D, vec2};

use crate::coach::drill::{
    ANKLE_WIDTH, FigurePoint, FigurePosture, FigureSkeleton, HIP_WIDTH, KNEE_WIDTH, Rests, SKULL,
};
use crate::screen::canvas::{Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::theme::{OUTLINE, TEXT};
use crate::spine::Facing;

/// Height of the person, and of the space below the feet, relative to the picture's height.
const HEIGHT: f32 = 0.78;
const BELOW: f32 = 0.1;
/// The outline is this much deeper than the figure, which has neither flesh nor clothes.
const WIDE: f32 = 1.45;
/// Width of the line and length of a dash, relative to the person's height.
const LINE: f32 = 0.015;
const DASH: f32 = 0.032;
/// Half the neck's depth, relative to the person's height.
const NECK: f32 = 0.034;
/// The head from its back over the top, the nose and the chin, in radii of the skull, forward and up. The line is
/// smoothed, so these points are slightly outside it.
const HEAD: [(f32, f32); 11] = [
    (-0.75, -0.85),
    (-1.05, -0.4),
    (-1.15, 0.2),
    (-0.8, 0.85),
    (0.0, 1.15),
    (0.8, 0.9),
    (1.1, 0.3),
    (1.1, -0.1),
    (1.6, -0.5),
    (1.05, -0.65),
    (1.0, -1.2),
];

/// Draws the outline into the picture, facing as the person does in the window.
pub fn draw(canvas: &mut Canvas, picture: WindowRect, facing: Facing) {
    let height = HEIGHT * picture.height();
    let feet = vec2(picture.center().x, picture.max.y - BELOW * picture.height());
    let forward = match facing {
        Facing::Left => -WIDE * height,
        Facing::Right => WIDE * height,
    };
    let window_from_figure = Transform2D::scale(forward, -height).then_translate(feet);
    let skin: Vec<WindowPoint> = outline().into_iter().map(|point| window_from_figure.transform_point(point)).collect();
    let line = path::closed(&skin);
    canvas.stroke(line.as_ref(), Pen::solid(OUTLINE.faded(0.4), 1.8 * LINE * height));
    canvas.stroke(line.as_ref(), Pen { ink: TEXT, width: LINE * height, dash: Some(DASH * height) });
}

/// The outline of a standing person facing right: up the back, round the head, down the front.
fn outline() -> Vec<FigurePoint> {
    let FigureSkeleton { near, back, front, neck, head, .. } =
        FigureSkeleton::of(&FigurePosture::default(), Rests::Foot);
    let behind = |point: FigurePoint, by: f32| point - vec2(by, 0.0);
    let before = |point: FigurePoint, by: f32| point + vec2(by, 0.0);
    let head = HEAD.map(|(ahead, up)| head + vec2(ahead, up) * SKULL);
    let calf = near.knee.lerp(near.ankle, 0.35);
    let mut skin = vec![
        near.heel,
        behind(near.ankle, ANKLE_WIDTH),
        behind(calf, KNEE_WIDTH),
        behind(near.knee, KNEE_WIDTH),
        behind(near.hip.lerp(near.knee, 0.4), HIP_WIDTH),
    ];
    skin.extend(back);
    skin.push(behind(neck.lerp(head[0], 0.5), NECK - 0.02));
    skin.extend(head);
    skin.push(before(neck, NECK));
    skin.extend(front.into_iter().rev());
    skin.extend([
        before(near.hip.lerp(near.knee, 0.4), HIP_WIDTH),
        before(near.knee, KNEE_WIDTH),
        before(calf, ANKLE_WIDTH),
        before(near.ankle, ANKLE_WIDTH),
        near.toes + vec2(0.0, ANKLE_WIDTH),
        near.toes,
    ]);
    skin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_is_that_of_somebody_who_stands_on_the_floor() {
        let skin = outline();
        let [lowest, highest] = [f32::min, f32::max].map(|end| skin.iter().map(|point| point.y).reduce(end).unwrap());
        assert!(lowest.abs() < 0.01 && (highest - 1.0).abs() < 0.01, "{lowest} to {highest}");
        let deepest = skin.iter().map(|point| point.x.abs()).reduce(f32::max).unwrap();
        assert!(deepest < 0.2, "{deepest}");
    }
}
