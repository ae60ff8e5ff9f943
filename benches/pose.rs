//! The cost of each step from a frame to a pose, on a picture of `tests/parity`, and of the back network.
#![allow(missing_docs, reason = "criterion_group! makes public functions")]
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::path::Path;

use bendwise::app_dirs::Paths;
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pose::{
    Border, Cropper, Detector, LandmarkNetwork, Landmarker, MaskDecoder, MaskFeatures, MaskWindow, Pose,
    RawLandmarkOutput, Region,
};
use bendwise::spine::network::{BackNetwork, Reader};
use bendwise::spine::outline::Outline;
use bendwise::spine::sagittal::{Orientation, Skeleton};
use criterion::{Criterion, criterion_group, criterion_main};
use euclid::{point2, size2};
use image::RgbImage;

fn picture() -> RgbImage {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity");
    image::open(folder.join("half_round_bare_right_15.jpg")).unwrap().into_rgb8()
}

fn cropping(criterion: &mut Criterion) {
    let picture = picture();
    let region = Region { rotation: euclid::Angle::degrees(40.0), ..Region::whole(size2(640.0, 480.0)) };
    let mut cropper = Cropper::new(256, Border::Replicate, (0.0, 1.0));
    criterion.bench_function("crop 256", |bench| {
        bench.iter(|| black_box(cropper.crop(&picture, &region)).len());
    });
}

fn networks(criterion: &mut Criterion) {
    let picture = picture();
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let folder = models::find(None).unwrap();
    let mut detector = Detector::open(&runtime, &folder).unwrap();
    let region = detector.detect(&picture).unwrap()[0].region().unwrap();
    criterion.bench_function("detector", |bench| bench.iter(|| detector.detect(&picture).unwrap().len()));
    for (name, landmarker) in [("landmarks full", Landmarker::Full), ("landmarks lite", Landmarker::Lite)] {
        let mut landmarks = LandmarkNetwork::open(&runtime, &folder, landmarker).unwrap();
        criterion.bench_function(name, |bench| {
            bench.iter(|| landmarks.estimate(&picture, &region).unwrap().pose.presence);
        });
    }
    let mut landmarks = LandmarkNetwork::open(&runtime, &folder, Landmarker::Full).unwrap();
    let outline = outline(&landmarks.estimate(&picture, &region).unwrap().pose);
    let mut back = BackNetwork::open(&runtime, &folder).unwrap();
    let standing = back.read(&outline.features).unwrap().unwrap().code;
    criterion.bench_function("back", |bench| {
        bench.iter(|| {
            let reading = back.read(&outline.features).unwrap().unwrap();
            back.change(&reading.code, &standing).unwrap().unwrap().pelvis
        });
    });
    criterion.bench_function("back in a survey", |bench| {
        bench.iter(|| back.hidden_parts(&outline.features).unwrap().unwrap().legs);
    });
    criterion.bench_function("load models", |bench| {
        bench.iter(|| LandmarkNetwork::open(&runtime, &folder, Landmarker::Full).unwrap());
    });
}

/// The whole landmark network in ONNX Runtime beside what is left of it there and the decoder of the mask, all on one crop.
fn mask_decoder(criterion: &mut Criterion) {
    let picture = picture();
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let mut detector = Detector::open(&runtime, &models::find(None).unwrap()).unwrap();
    let region = detector.detect(&picture).unwrap()[0].region().unwrap();
    let mut cropper = Cropper::new(256, Border::Replicate, (0.0, 1.0));
    let crop = cropper.crop(&picture, &region);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let read = |file: &str| std::fs::read(folder.join(file)).unwrap();
    for name in ["full", "lite"] {
        let trunk = read(&format!("landmarks-{name}.onnx"));
        let whole = [trunk.as_slice(), &read(&format!("mask-{name}.onnx"))].concat();
        let mut group = criterion.benchmark_group(format!("mask {name}"));
        let mut whole = runtime.network("whole", &whole).unwrap();
        group.bench_function("whole network", |bench| {
            bench.iter(|| whole.run(256, crop).unwrap().values::<65_536>("mask").unwrap()[0]);
        });
        let mut trunk = runtime.network("trunk", &trunk).unwrap();
        group.bench_function("network without decoder", |bench| {
            bench.iter(|| trunk.run(256, crop).unwrap().values::<1>("presence").unwrap()[0]);
        });
        let outputs = trunk.run(256, crop).unwrap();
        let features =
            MaskFeatures { coarse: outputs.values("mask_coarse").unwrap(), fine: outputs.values("mask_fine").unwrap() };
        let landmarks = outputs.values::<195>("landmarks").unwrap();
        let points = landmarks.chunks_exact(5).take(33).map(|landmark| point2(landmark[0], landmark[1]));
        let mut decoder = MaskDecoder::new(&read(&format!("mask-{name}.weights"))).unwrap();
        for (part, window) in [("window", MaskWindow::around(points)), ("whole crop", MaskWindow::WHOLE)] {
            group.bench_function(format!("decoder, {part}"), |bench| {
                bench.iter(|| decoder.decode_person(features, &window).1[0]);
            });
        }
        group.finish();
    }
}

fn outline(pose: &Pose) -> Outline {
    let facing = Orientation::of(pose).facing;
    let skeleton = Skeleton::of(pose, facing);
    Outline::of(pose, facing, &skeleton, skeleton.trunk().length()).unwrap()
}

fn decoding(criterion: &mut Criterion) {
    let landmarks = [128.0; 39 * 5];
    let crop = vec![0.5; 3 * 256 * 256];
    let (mask, heatmap, world) = (vec![-3.0; 256 * 256], vec![-3.0; 39 * 64 * 64], [0.1; 39 * 3]);
    let raw = RawLandmarkOutput {
        crop: &crop,
        landmarks: &landmarks,
        presence: 1.0,
        mask: mask.as_slice().try_into().unwrap(),
        window: MaskWindow::WHOLE,
        heatmap: heatmap.as_slice().try_into().unwrap(),
        world: &world,
    };
    let region = Region::whole(size2(640.0, 480.0));
    criterion.bench_function("decode landmarks and mask", |bench| {
        bench.iter(|| black_box(&raw).decode(&region, size2(640.0, 480.0)).pose.presence);
    });
}

criterion_group!(pose, cropping, decoding, mask_decoder, networks);
criterion_main!(pose);
