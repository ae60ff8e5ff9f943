#!/usr/bin/env bash
# Question  MediaPipe Pose's network gives its mask as logits. How large are they, and how closely do two sets of single precision kernels of one
#           runtime, XNNPACK and TensorFlow Lite's own, agree on the mask of one picture?
# Guess     Logits within some 20, as a sigmoid is flat beyond that, and probabilities within 1e-5 of each other. (Written down before it was run.)
# Seen      2026-11-30, pose_landmark_full.tflite of mediapipe 0.10.21 in ai-edge-litert 1.4.0 (Python 3.11, Linux x86-64, AVX2), scikit-image's
#           picture of an astronaut. The logits go from -1721 to 268. XNNPACK's probabilities are up to 4.5e-4 from those of the reference kernels,
#           the optimised kernels without XNNPACK 6.2e-4, at the edge of the person, where logits differ by 0.02 and 0.005; presence agrees to
#           4e-6.
# Matters   A test that holds a port of this network against another engine by 1e-4 fails without a fault, and one that compares logits fails by
#           far; 1e-3 in probability is as close as two engines can be asked to be. A sigmoid written as 1 / (1 + exp(-x)) overflows in single
#           precision below -88, which is 12 % of this picture: harmless (it is 0), but a warning in NumPy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.2.6 pillow==11.3.0 ai-edge-litert==1.4.0
venv/bin/pip download -q --disable-pip-version-check --no-deps --only-binary :all: --platform manylinux_2_17_x86_64 --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 --python-version 311 \
  mediapipe==0.10.21 scikit-image==0.25.2
python3 -m zipfile -e mediapipe-*.whl mediapipe
python3 -m zipfile -e scikit_image-*.whl skimage
venv/bin/python -W ignore - <<'PY'
import glob
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from PIL import Image

[model] = glob.glob("mediapipe/**/pose_landmark_full.tflite", recursive=True)
[photo] = glob.glob("skimage/**/astronaut.png", recursive=True)
picture = np.asarray(Image.open(photo).convert("RGB").resize((256, 256), Image.BILINEAR), np.float32)[None] / 255
kernels = {"XNNPACK": OpResolverType.AUTO, "built in": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, "reference": OpResolverType.BUILTIN_REF}
masks, presence = {}, {}
for name, resolver in kernels.items():
    network = Interpreter(model, experimental_op_resolver_type=resolver, num_threads=1)
    network.allocate_tensors()
    network.set_tensor(network.get_input_details()[0]["index"], picture)
    network.invoke()
    outputs = {tuple(told["shape"]): network.get_tensor(told["index"]) for told in network.get_output_details()}
    masks[name], presence[name] = outputs[1, 256, 256, 1].astype(np.float64), outputs[1, 1].item()
sigmoid = lambda logits: 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
for name, mask in masks.items():
    off = np.abs(sigmoid(mask) - sigmoid(masks["reference"]))
    there = np.unravel_index(off.argmax(), off.shape)
    print(f"{name}: presence {presence[name]:.6f}, logits {mask.min():.0f} to {mask.max():.0f}, {np.mean(mask < -88):.0%} of them below -88; probabilities "
          f"at most {off[there]:.1e} from the reference kernels, where the logits are {mask[there]:.4f} and {masks['reference'][there]:.4f}")

off = [np.abs(sigmoid(masks[name]) - sigmoid(masks["reference"])).max() for name in ("XNNPACK", "built in")]
assert masks["reference"].min() < -1000 and masks["reference"].max() > 100, "the logits are smaller now"
assert all(5e-5 < difference < 5e-3 for difference in off), "the kernels agree otherwise now"
PY
