//! The landmark network: from a region of the picture to 33 landmarks, a mask, and the region of the next frame.

use euclid::{Point2D, Point3D, Size2D, point2, size2};
use image::RgbImage;
use ndarray::{Array2, s};

use super::burnt_out::burnt_out;
use super::crop::{Border, Cropper};
use super::landmark::{CROP_SIZE, Camera, Crop, Joint, Landmark, Mask, Pose, Region};
use super::mask_decoder::{MaskDecoder, MaskFeatures, MaskWindow};
use super::{heatmap, sigmoid};
use crate::inference::{InferenceError, Models, Network, Runtime, are_finite, models};

/// Landmarks in the output: the 33 of the body and 6 for its own use.
const OUTPUTS: usize = 39;
/// Numbers per landmark: x, y, z in crop pixels, visibility and presence before the sigmoid.
const NUMBERS: usize = 5;
/// The landmark at the midpoint of the hips, for the next region.
const HIPS: usize = 33;
/// The landmark on the circle round the whole person, for the next region.
const RIM: usize = 34;

/// Which landmark network to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Landmarker {
    /// `landmarks-full.onnx`: the default.
    #[default]
    Full,
    /// `landmarks-lite.onnx`: faster, with a noisier outline.
    Lite,
}

impl Landmarker {
    fn file(self) -> &'static str {
        match self {
            Self::Full => models::LANDMARKS_FULL,
            Self::Lite => models::LANDMARKS_LITE,
        }
    }

    /// The weights of the decoder of its mask.
    fn mask_file(self) -> &'static str {
        match self {
            Self::Full => models::MASK_FULL,
            Self::Lite => models::MASK_LITE,
        }
    }
}

/// The output of the landmark network for a region.
#[derive(Clone, Debug, PartialEq)]
pub struct LandmarkOutput {
    /// The person; meaningful only if its presence is high enough.
    pub pose: Pose,
    /// The region for the next frame; `None` if the landmarks are not plausible for a person.
    pub next: Option<Region>,
}

/// The network that finds the landmarks of one person.
#[derive(Debug)]
pub struct LandmarkNetwork {
    network: Network,
    cropper: Cropper,
    mask_decoder: MaskDecoder,
}

impl LandmarkNetwork {
    /// Loads the network.
    ///
    /// # Errors
    /// If the model file is missing, changed, or refused by ONNX Runtime.
    pub fn open(runtime: &Runtime, models: &Models, landmarker: Landmarker) -> Result<Self, InferenceError> {
        let file = landmarker.file();
        let network = runtime.network(file, &models.load(file)?)?;
        let mask_decoder = MaskDecoder::open(models, landmarker.mask_file())?;
        Ok(Self { network, cropper: Cropper::new(CROP_SIZE, Border::Replicate, (0.0, 1.0)), mask_decoder })
    }

    /// Runs on one region of the picture.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn estimate(&mut self, picture: &RgbImage, region: &Region) -> Result<LandmarkOutput, InferenceError> {
        let crop = self.cropper.crop(picture, region);
        let outputs = self.network.run(CROP_SIZE, crop)?;
        let landmarks = outputs.values("landmarks")?;
        let features = MaskFeatures { coarse: outputs.values("mask_coarse")?, fine: outputs.values("mask_fine")? };
        let (window, mask) = self.mask_decoder.decode_person(features, &window(landmarks));
        let seen = RawLandmarkOutput {
            crop,
            landmarks,
            presence: outputs.values::<1>("presence")?[0],
            mask,
            window,
            heatmap: outputs.values("heatmap")?,
            world: outputs.values("world")?,
        };
        let (width, height) = picture.dimensions();
        Ok(seen.decode(region, size2(width as f32, height as f32)))
    }
}

/// The raw outputs of the landmark network (`models/README.md`), last dimension fastest.
#[derive(Clone, Debug)]
pub struct RawLandmarkOutput<'a> {
    /// The network's input: the planes red, green, blue, each 256 × 256, 0 to 1.
    pub crop: &'a [f32],
    /// 39 × (x, y, z, visibility, presence): crop pixels, and two probabilities before the sigmoid.
    pub landmarks: &'a [f32; OUTPUTS * NUMBERS],
    /// Probability that a person is in the region, 0 to 1.
    pub presence: f32,
    /// 256 × 256, before the sigmoid.
    pub mask: &'a [f32; CROP_SIZE * CROP_SIZE],
    /// Where the mask is known; outside of it nobody is.
    pub window: MaskWindow,
    /// 39 × 64 × 64, before the sigmoid.
    pub heatmap: &'a [f32; OUTPUTS * heatmap::SIZE * heatmap::SIZE],
    /// 39 × (x, y, z): metres, rotated with the region.
    pub world: &'a [f32; OUTPUTS * 3],
}

impl RawLandmarkOutput<'_> {
    /// Converts the outputs for this `region`. Nobody is in it if any number is not finite.
    pub fn decode(&self, region: &Region, picture_size: Size2D<f32, Camera>) -> LandmarkOutput {
        if !self.is_finite() {
            return LandmarkOutput { pose: nobody(region, picture_size), next: None };
        }
        let camera_from_crop = region.camera_from_crop();
        let points = self.points().map(|point| camera_from_crop.transform_point(point));
        let landmarks = std::array::from_fn(|index| Landmark {
            point: points[index],
            visibility: sigmoid(self.landmarks[index * NUMBERS + 3]),
            world: self.world_point(index, region),
        });
        // Finite numbers may be so large that their place in the picture is not.
        if !landmarks.iter().all(|landmark| landmark.point.is_finite() && landmark.world.is_finite()) {
            return LandmarkOutput { pose: nobody(region, picture_size), next: None };
        }
        let pose = Pose { landmarks, presence: self.presence, mask: self.mask(), region: *region, picture_size };
        LandmarkOutput { pose, next: Region::around(points[HIPS], points[RIM]) }
    }

    fn is_finite(&self) -> bool {
        let outputs: [&[f32]; 4] = [self.landmarks, &[self.presence], self.heatmap, self.world];
        outputs.into_iter().chain(self.window.rows_of(self.mask)).all(are_finite)
    }

    fn mask(&self) -> Mask {
        let size = (CROP_SIZE, CROP_SIZE);
        let mut probability = Array2::zeros(size);
        let window = s![self.window.pixel_rows(), self.window.pixel_columns()];
        for (mut probability, logits) in
            probability.slice_mut(window).rows_mut().into_iter().zip(self.window.rows_of(self.mask))
        {
            write_probabilities(logits, probability.as_slice_mut().unwrap_or_default());
        }
        Mask { probability, burnt_out: burnt_out(self.crop, size) }
    }

    /// All landmarks in the crop, refined by their heatmaps.
    fn points(&self) -> [Point2D<f32, Crop>; OUTPUTS] {
        let cells = heatmap::SIZE * heatmap::SIZE;
        std::array::from_fn(|index| {
            let point = point2(self.landmarks[index * NUMBERS], self.landmarks[index * NUMBERS + 1]);
            heatmap::refine(point, &self.heatmap[index * cells..(index + 1) * cells])
        })
    }

    /// A landmark in metres, rotated back upright: the network saw the person rotated with the region.
    fn world_point(&self, index: usize, region: &Region) -> Point3D<f32, super::World> {
        let [x, y, z] = std::array::from_fn(|axis| self.world[index * 3 + axis]);
        let (sin, cos) = region.rotation.sin_cos();
        Point3D::new(x * cos - y * sin, x * sin + y * cos, z)
    }
}

/// The [`sigmoid`] of each number. In two steps: of the second the compiler makes vectors.
fn write_probabilities(logits: &[f32], out: &mut [f32]) {
    out.iter_mut().zip(logits).for_each(|(out, logit)| *out = (-logit).exp());
    out.iter_mut().for_each(|out| *out = 1.0 / (1.0 + *out));
}

/// Where the mask is decoded: around the body's landmarks.
fn window(landmarks: &[f32; OUTPUTS * NUMBERS]) -> MaskWindow {
    let (landmarks, _) = landmarks.as_chunks::<NUMBERS>();
    MaskWindow::around(landmarks.iter().take(Joint::COUNT).map(|landmark| point2(landmark[0], landmark[1])))
}

/// What is seen where nobody is.
fn nobody(region: &Region, picture_size: Size2D<f32, Camera>) -> Pose {
    let size = (CROP_SIZE, CROP_SIZE);
    let mask = Mask { probability: Array2::zeros(size), burnt_out: Array2::from_elem(size, false) };
    let landmarks = [Landmark::default(); Joint::COUNT];
    Pose { landmarks, presence: 0.0, mask, region: *region, picture_size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use euclid::Angle;

    /// Fake outputs: every landmark is in the middle of the crop except the rim, which is 64 pixels above it.
    fn estimate(region: &Region) -> LandmarkOutput {
        estimate_with(region, |_, _, _, _| ())
    }

    /// Changes the landmarks, the mask, the heatmap and the landmarks in metres.
    type OutputChange = fn(&mut [f32], &mut [f32], &mut [f32], &mut [f32]);

    /// The same after `change` of the landmarks, the mask, the heatmap and the landmarks in metres.
    fn estimate_with(region: &Region, change: OutputChange) -> LandmarkOutput {
        let mut landmarks = [128.0; OUTPUTS * NUMBERS];
        landmarks[RIM * NUMBERS + 1] = 64.0;
        landmarks[Joint::Nose as usize * NUMBERS + 3] = -100.0;
        let mut world = [0.0; OUTPUTS * 3];
        world[1] = -1.0; // the nose is a metre above the hips
        let mut mask = [-200.0; CROP_SIZE * CROP_SIZE];
        mask[3 * CROP_SIZE + 5] = 200.0;
        let mut heatmap = [-100.0; OUTPUTS * heatmap::SIZE * heatmap::SIZE];
        // White up to the middle of the crop, with a last row that is not.
        let white = |pixel: usize| pixel % CROP_SIZE < CROP_SIZE / 2 && pixel / CROP_SIZE + 1 < CROP_SIZE;
        let area = CROP_SIZE * CROP_SIZE;
        let crop: Vec<f32> =
            (0..3 * area).map(|at| if white(at % area) { 250.0 / 255.0 } else { [1.0, 0.7, 1.0][at / area] }).collect();
        change(&mut landmarks, &mut mask, &mut heatmap, &mut world);
        let seen = RawLandmarkOutput {
            crop: &crop,
            landmarks: &landmarks,
            presence: 0.75,
            mask: &mask,
            window: MaskWindow::WHOLE,
            heatmap: &heatmap,
            world: &world,
        };
        seen.decode(region, size2(640.0, 480.0))
    }

    #[test]
    fn outputs_are_brought_back_to_the_picture_and_upright() {
        let region = Region { center: point2(300.0, 200.0), size: 512.0, rotation: Angle::degrees(90.0) };
        let LandmarkOutput { pose, next } = estimate(&region);
        assert_eq!(pose.presence, 0.75);
        assert!((pose.point(Joint::Nose) - point2(300.0, 200.0)).length() < 1e-3);
        assert!((pose.landmark(Joint::Nose).world - Point3D::new(1.0, 0.0, 0.0)).length() < 1e-5);
        assert!(pose.landmark(Joint::Nose).visibility < 1e-6);
        assert!(pose.landmark(Joint::LeftHip).visibility > 0.999);
        let next = next.unwrap();
        assert!((next.center - point2(300.0, 200.0)).length() < 1e-3);
        assert!((next.size - 2.5 * 128.0).abs() < 1e-2);
        assert!((next.rotation.to_degrees() - 90.0).abs() < 1e-3);
    }

    #[test]
    fn nobody_is_where_a_number_is_not_finite() {
        let region = Region { center: point2(300.0, 200.0), size: 512.0, rotation: Angle::zero() };
        let changes: [OutputChange; 6] = [
            |landmarks, _, _, _| landmarks[Joint::LeftKnee as usize * NUMBERS] = f32::NAN,
            |landmarks, _, _, _| landmarks[Joint::LeftKnee as usize * NUMBERS] = f32::MAX,
            |landmarks, _, _, _| landmarks[3] = f32::NEG_INFINITY,
            |_, mask, _, _| mask[7] = f32::NAN,
            |_, _, heatmap, _| heatmap[7] = f32::INFINITY,
            |_, _, _, world| world[5] = f32::NAN,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let LandmarkOutput { pose, next } = estimate_with(&region, change);
            assert_eq!((pose.presence, next), (0.0, None), "change {number}");
            let finite = |landmark: &Landmark| landmark.point.is_finite() && landmark.world.is_finite();
            assert!(pose.landmarks.iter().all(finite), "change {number}");
        }
    }

    #[test]
    fn white_in_every_channel_is_burnt_out() {
        let region = Region { center: point2(300.0, 200.0), size: 512.0, rotation: Angle::zero() };
        let burnt_out = estimate(&region).pose.mask.burnt_out;
        let middle = CROP_SIZE / 2;
        assert!(burnt_out[(0, 0)] && burnt_out[(middle, middle - 9)]);
        assert!(!burnt_out[(middle, middle + 9)], "one channel is lower");
        assert!(!burnt_out[(CROP_SIZE - 1, 0)]);
    }

    #[test]
    fn probabilities_are_sigmoids() {
        let logits: Vec<f32> = (-240..240).map(|step| step as f32 / 2.0).collect();
        let mut probabilities = vec![0.0; logits.len()];
        write_probabilities(&logits, &mut probabilities);
        assert_eq!(probabilities, logits.iter().map(|logit| sigmoid(*logit)).collect::<Vec<_>>());
    }

    #[test]
    fn the_mask_is_row_first() {
        let region = Region { center: point2(300.0, 200.0), size: 512.0, rotation: Angle::zero() };
        let mask = estimate(&region).pose.mask.probability;
        assert_eq!(mask[(3, 5)], 1.0);
        assert!(mask[(5, 3)] < 1e-6);
    }
}
