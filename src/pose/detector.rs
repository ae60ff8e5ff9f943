//! Finds people in the whole picture: MediaPipe's pose detector, a single-shot detector with 2254 anchors.
//!
//! For each person it gives the two points that determine a [`Region`]: the midpoint of the hips, and a point on the
//! circle round the whole body. MediaPipe keeps one detection; here all are kept, so that people can be counted.

use euclid::{Box2D, Point2D, Vector2D, point2, size2, vec2};
use image::RgbImage;

use super::crop::{Border, Cropper};
use super::landmark::{Camera, CameraPoint, Region};
use super::sigmoid;
use crate::inference::{InferenceError, Models, Network, Runtime, are_finite, models};

/// Side of the detector's input, pixels.
const INPUT: usize = 224;
/// Cells along a side and anchors in each cell, from fine to coarse (MediaPipe's `SsdAnchorsCalculator` options).
const GRIDS: [(usize, usize); 3] = [(28, 2), (14, 2), (7, 6)];
/// Number of anchors: 28² · 2 + 14² · 2 + 7² · 6.
const ANCHORS: usize = 2254;
/// Numbers per anchor: a box (centre, size) and four points, of which the first two are used here.
const NUMBERS: usize = 12;
/// Minimum probability of a detection (MediaPipe's `min_score_thresh`).
const MIN_SCORE: f32 = 0.5;
/// Boxes that overlap more than this are one detection (MediaPipe's `min_suppression_threshold`).
const MAX_OVERLAP: f32 = 0.3;

/// The space of the searched square: 0 to 1 along each side.
enum Square {}

/// A person in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// A box much smaller than the person, camera pixels, used to tell people apart.
    pub bounds: Box2D<f32, Camera>,
    /// The midpoint of the hips.
    pub hips: CameraPoint,
    /// A point on the circle round the whole person, above the head if upright.
    pub rim: CameraPoint,
    /// The probability that a person is there, 0.5 to 1.
    pub score: f32,
}

impl Detection {
    /// The region for the landmark network; `None` if the points are not plausible for a person.
    pub fn region(&self) -> Option<Region> {
        Region::around(self.hips, self.rim)
    }
}

/// The person detector network.
#[derive(Debug)]
pub struct Detector {
    network: Network,
    cropper: Cropper,
    anchors: Vec<Point2D<f32, Square>>,
}

impl Detector {
    /// Loads the network.
    ///
    /// # Errors
    /// If the model file is missing, changed, or refused by ONNX Runtime.
    pub fn open(runtime: &Runtime, models: &Models) -> Result<Self, InferenceError> {
        let network = runtime.network(models::DETECTOR, &models.load(models::DETECTOR)?)?;
        Ok(Self { network, cropper: Cropper::new(INPUT, Border::Zero, (-1.0, 1.0)), anchors: anchors() })
    }

    /// Detects all people in the picture, the most probable first.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn detect(&mut self, picture: &RgbImage) -> Result<Vec<Detection>, InferenceError> {
        let (width, height) = picture.dimensions();
        self.detect_in(picture, &Region::whole(size2(width as f32, height as f32)))
    }

    /// Detects all people in an upright square of the picture, the most probable first.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn detect_in(&mut self, picture: &RgbImage, square: &Region) -> Result<Vec<Detection>, InferenceError> {
        let outputs = self.network.run(INPUT, self.cropper.crop(picture, square))?;
        let scores = outputs.values::<ANCHORS>("scores")?;
        let boxes = outputs.values::<{ ANCHORS * NUMBERS }>("boxes")?;
        Ok(suppress(decode(&self.anchors, scores, boxes, square)))
    }
}

/// The centres of the anchors, row by row, grid by grid.
fn anchors() -> Vec<Point2D<f32, Square>> {
    let mut anchors = Vec::with_capacity(ANCHORS);
    for (cells, repeats) in GRIDS {
        for cell in 0..cells * cells {
            let middle = vec2((cell % cells) as f32, (cell / cells) as f32) + vec2(0.5, 0.5);
            anchors.extend(std::iter::repeat_n((middle / cells as f32).to_point(), repeats));
        }
    }
    anchors
}

/// All sufficiently probable detections, in anchor order; there are many for one person.
fn decode(anchors: &[Point2D<f32, Square>], scores: &[f32], boxes: &[f32], square: &Region) -> Vec<Detection> {
    let corner = square.center - vec2(square.size, square.size) / 2.0;
    let to_camera = |point: Point2D<f32, Square>| corner + vec2(point.x, point.y) * square.size;
    let (rows, _) = boxes.as_chunks::<NUMBERS>();
    let candidates = anchors.iter().zip(scores).zip(rows).map(|((anchor, score), row)| (anchor, sigmoid(*score), row));
    let likely = candidates.filter(|(_, score, row)| *score >= MIN_SCORE && are_finite(&row[..]));
    likely
        .map(|(anchor, score, row)| {
            let offset = |index: usize| Vector2D::new(row[index], row[index + 1]) / INPUT as f32;
            let (middle, half) = (*anchor + offset(0), offset(2) / 2.0);
            Detection {
                bounds: Box2D::new(to_camera(middle - half), to_camera(middle + half)),
                hips: to_camera(*anchor + offset(4)),
                rim: to_camera(*anchor + offset(6)),
                score,
            }
        })
        .collect()
}

/// MediaPipe's weighted non-maximum suppression: each best detection becomes the mean, weighted by score, of all that
/// overlap it. Best first.
fn suppress(mut candidates: Vec<Detection>) -> Vec<Detection> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut people = Vec::new();
    while !candidates.is_empty() {
        let best = candidates.remove(0);
        let (mut same, others): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|other| overlap(&best.bounds, &other.bounds) > MAX_OVERLAP);
        same.push(best);
        people.push(mean(&same, best.score));
        candidates = others;
    }
    people
}

/// Intersection over union, 0 to 1.
fn overlap(a: &Box2D<f32, Camera>, b: &Box2D<f32, Camera>) -> f32 {
    let shared = a.intersection(b).map_or(0.0, |shared| shared.area());
    let joint = a.area() + b.area() - shared;
    if joint > 0.0 { shared / joint } else { 0.0 }
}

/// The mean of `same`, weighted by score.
fn mean(same: &[Detection], score: f32) -> Detection {
    let total: f32 = same.iter().map(|one| one.score).sum();
    let mean = |point: fn(&Detection) -> CameraPoint| {
        same.iter().fold(point2(0.0, 0.0), |sum: CameraPoint, one| sum + point(one).to_vector() * (one.score / total))
    };
    let bounds = Box2D::new(mean(|one| one.bounds.min), mean(|one| one.bounds.max));
    Detection { bounds, hips: mean(|one| one.hips), rim: mean(|one| one.rim), score }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detection(x: f32, score: f32) -> Detection {
        let hips = point2(x, 200.0);
        let bounds = Box2D::new(hips - vec2(20.0, 20.0), hips + vec2(20.0, 20.0));
        Detection { bounds, hips, rim: hips - vec2(0.0, 80.0), score }
    }

    #[test]
    fn the_anchors_are_mediapipes() {
        let anchors = anchors();
        assert_eq!(anchors.len(), ANCHORS);
        assert_eq!(anchors[0], anchors[1]);
        assert_eq!(anchors[0], point2(0.5 / 28.0, 0.5 / 28.0));
        assert_eq!(anchors[2], point2(1.5 / 28.0, 0.5 / 28.0));
        assert_eq!(anchors[2 * 28], point2(0.5 / 28.0, 1.5 / 28.0));
        assert_eq!(anchors[2 * 784], point2(0.5 / 14.0, 0.5 / 14.0));
        assert_eq!(anchors[ANCHORS - 1], point2(6.5 / 7.0, 6.5 / 7.0));
    }

    #[test]
    fn numbers_are_read_relative_to_the_anchor_and_the_border_taken_off() {
        let mut boxes = vec![0.0; NUMBERS];
        boxes[2..4].copy_from_slice(&[22.4, 44.8]); // width 0.1, height 0.2 of the square
        boxes[6..8].copy_from_slice(&[0.0, -56.0]); // rim a quarter of the square above
        let whole = Region::whole(size2(640.0, 480.0));
        let found = decode(&[point2(0.5, 0.5)], &[2.0], &boxes, &whole);
        assert_eq!(found.len(), 1);
        assert!((found[0].score - 0.880_797).abs() < 1e-5);
        assert!((found[0].hips - point2(320.0, 240.0)).length() < 1e-3);
        assert!((found[0].rim - point2(320.0, 80.0)).length() < 1e-3);
        assert!((found[0].bounds.min - point2(288.0, 176.0)).length() < 1e-3);
        assert!(decode(&[point2(0.5, 0.5)], &[-0.01], &boxes, &whole).is_empty());
    }

    #[test]
    fn nobody_is_detected_by_numbers_that_are_not_finite() {
        let whole = Region::whole(size2(640.0, 480.0));
        for strange in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for at in 0..NUMBERS {
                let mut boxes = vec![0.0; NUMBERS];
                boxes[at] = strange;
                assert!(decode(&[point2(0.5, 0.5)], &[2.0], &boxes, &whole).is_empty(), "{strange} at {at}");
            }
        }
        assert!(decode(&[point2(0.5, 0.5)], &[f32::NAN], &[0.0; NUMBERS], &whole).is_empty());
    }

    #[test]
    fn overlapping_detections_become_their_weighted_mean() {
        let people = suppress(vec![detection(100.0, 0.6), detection(104.0, 0.9)]);
        assert_eq!(people.len(), 1);
        assert!((people[0].hips.x - 102.4).abs() < 1e-3);
        assert!((people[0].score - 0.9).abs() < 1e-6);
    }

    #[test]
    fn two_people_far_apart_stay_two_best_first() {
        let people = suppress(vec![detection(100.0, 0.6), detection(400.0, 0.8), detection(102.0, 0.7)]);
        let places: Vec<f32> = people.iter().map(|one| one.hips.x.round()).collect();
        assert_eq!(places, [400.0, 101.0]);
    }

    #[test]
    fn empty_boxes_end_too() {
        let empty = Detection { bounds: Box2D::zero(), ..detection(0.0, 0.7) };
        assert_eq!(suppress(vec![empty; 3]).len(), 3);
        let nowhere = Detection { bounds: Box2D::new(point2(f32::NAN, 0.0), point2(0.0, 0.0)), ..empty };
        assert_eq!(suppress(vec![nowhere; 3]).len(), 3);
    }
}
