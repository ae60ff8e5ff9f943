//! Where light behind the person hides the edge of their back.
//!
//! In front of an overexposed window the pose network's mask may swell: it includes some of the light in the person,
//! and a back looks rounder than it is. The mask does not show this, but the picture does: just inside such an outline
//! it is as white as outside, so nothing in it shows where the person ends. Such a part of the outline is no
//! measurement and is bridged as one behind an arm is. A white shirt in front of a darker wall, and a person whose
//! outline is at the border of the light, are unaffected.

use euclid::{Angle, Point2D, Vector2D};
use ndarray::Array2;

use crate::pose::Crop;
use crate::units::degrees;

/// Where the picture is sampled inside (positive) and outside the outline, in trunk lengths: beyond the blur of a webcam,
/// less than half the thickness of a trunk. [own]
const DEPTHS: [f32; 5] = [-0.035, -0.02, 0.03, 0.045, 0.06];

/// The outline's direction at a point is that between the points so many before and after it: two mask pixels. [own]
const APART: usize = 3;

/// A point counts as its neighbourhood of so many points on either side does in its majority, so that the grain of a
/// picture does not leave single points of a hidden edge. [own]
const NEIGHBOURHOOD: usize = 6;

/// How much wider the 90 % intervals must be for a back whose outline is all hidden by light to hold in 90 % (`METHOD.md`,
/// "Back").
const WHOLLY_LIT: Angle<f32> = degrees(5.0);

/// How much less sure a back is of which this share, 0 to 1, is [`lit`].
pub(super) fn doubt(share: f32) -> Angle<f32> {
    WHOLLY_LIT * share
}

/// For each point of a closed `edge` that runs clockwise, whether light hides it: the picture is burnt out on both sides.
/// `trunk` is the length of the trunk in pixels of the crop.
pub(super) fn lit(edge: &[Point2D<f32, Crop>], burnt_out: &Array2<bool>, trunk: f32) -> Vec<bool> {
    // To the end, as vectors: in most pictures nothing is burnt out.
    if !burnt_out.fold(false, |any, burnt_out| any | *burnt_out) {
        return vec![false; edge.len()];
    }
    let around = |index: usize, by: usize| [index + edge.len() - by % edge.len(), index + by].map(|at| at % edge.len());
    let on_both_sides: Vec<bool> = (0..edge.len())
        .map(|index| {
            let [before, after] = around(index, APART);
            let direction = (edge[after] - edge[before]).try_normalize();
            // Clockwise on the picture, the person is on the right.
            let inwards = direction.map(|along| Vector2D::new(-along.y, along.x) * trunk);
            inwards
                .is_some_and(|inwards| DEPTHS.iter().all(|depth| is_burnt(burnt_out, edge[index] + inwards * *depth)))
        })
        .collect();
    let lit_near = |index: usize| {
        let near = (0..=2 * NEIGHBOURHOOD).map(|step| index + edge.len() + step - NEIGHBOURHOOD.min(edge.len()));
        near.filter(|at| on_both_sides[at % edge.len()]).count() > NEIGHBOURHOOD
    };
    (0..edge.len()).map(lit_near).collect()
}

/// Whether the crop's pixel nearest to `point` is burnt out; `false` outside the crop.
fn is_burnt(burnt_out: &Array2<bool>, point: Point2D<f32, Crop>) -> bool {
    let [row, column] = [point.y, point.x].map(f32::round);
    row >= 0.0 && column >= 0.0 && burnt_out.get((row as usize, column as usize)).copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The trunk in pixels of the crop.
    const TRUNK: f32 = 60.0;

    /// A square from 50 to 150, clockwise from its upper left corner, a point a pixel.
    fn square() -> Vec<Point2D<f32, Crop>> {
        let side = |from: (f32, f32), step: (f32, f32)| {
            (0..100).map(move |at| Point2D::new(from.0 + step.0 * at as f32, from.1 + step.1 * at as f32))
        };
        let top = side((50.0, 50.0), (1.0, 0.0)).chain(side((150.0, 50.0), (0.0, 1.0)));
        top.chain(side((150.0, 150.0), (-1.0, 0.0))).chain(side((50.0, 150.0), (0.0, -1.0))).collect()
    }

    /// Burnt out up to the column `edge`.
    fn light_up_to(edge: usize) -> Array2<bool> {
        Array2::from_shape_fn((256, 256), |(_, column)| column < edge)
    }

    /// The share of the square's left side, less its corners, that is lit.
    fn left_side(burnt_out: &Array2<bool>) -> f32 {
        let lit = lit(&square(), burnt_out, TRUNK);
        lit[320..380].iter().filter(|lit| **lit).count() as f32 / 60.0
    }

    #[test]
    fn light_that_ends_at_the_outline_hides_nothing() {
        assert_eq!(left_side(&light_up_to(50)), 0.0);
        assert_eq!(left_side(&light_up_to(52)), 0.0, "a webcam's blur");
    }

    #[test]
    fn light_on_both_sides_of_the_outline_hides_it() {
        let burnt_out = light_up_to(56);
        assert_eq!(left_side(&burnt_out), 1.0);
        let right_side = &lit(&square(), &burnt_out, TRUNK)[120..180];
        assert!(right_side.iter().all(|lit| !lit), "there is no light there");
    }

    #[test]
    fn a_white_shirt_before_a_dark_wall_is_no_light() {
        let inside =
            Array2::from_shape_fn((256, 256), |(row, column)| (50..150).contains(&row) && (50..150).contains(&column));
        assert!(lit(&square(), &inside, TRUNK).iter().all(|lit| !lit));
    }

    #[test]
    fn grain_leaves_no_single_points() {
        let grainy = Array2::from_shape_fn((256, 256), |(row, _)| row % 11 != 0);
        assert_eq!(left_side(&grainy), 1.0);
        let specks = Array2::from_shape_fn((256, 256), |(row, _)| row % 11 == 0);
        assert_eq!(left_side(&specks), 0.0);
    }

    #[test]
    fn half_a_back_in_the_light_is_half_as_much_less_sure() {
        assert_eq!(doubt(0.5), degrees(2.5));
        assert_eq!(doubt(0.0), Angle::zero());
    }

    #[test]
    fn beyond_the_crop_there_is_no_light() {
        assert!(lit(&square(), &Array2::from_elem((20, 20), true), TRUNK).iter().all(|lit| !lit));
        assert!(lit(&[], &light_up_to(9), TRUNK).is_empty());
    }
}
