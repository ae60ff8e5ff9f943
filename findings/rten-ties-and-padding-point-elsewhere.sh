#!/usr/bin/env bash
# Question  rten runs ONNX in Rust alone. Does it find the joint where onnxruntime finds it, with the operators that pose networks are made of?
# Guess     Yes, for resizing, padding, pooling, ArgMax and softmax; what it does not know it refuses. (Written down before it was run.)
# Seen      2026-11-29, rten 0.27.0 (Rust 1.95) against onnxruntime 1.32.0 (Python 3.11, Linux x86-64). Of 65 networks of one or two operators 51 agree and 5
#           are refused; nine give something else without a word. ArgMax takes the last of equal values where ONNX wants the first: of a peak that is cut off at 0.6,
#           as by 8 bits, it says x 22, y 43 instead of 20, 37. Padding SAME_LOWER is taken for SAME_UPPER (Conv, ConvTranspose, both poolings): after
#           three convolutions of stride 2 all is 0.88 cells of 8 pixels further left and up. A cubic Resize is a linear one, so a dot's peak is 0.77 instead of
#           0.94. Softmax of opset 11 over a map sums to 64 instead of 1. SAME_UPPER, linear and nearest Resize and a peak of one pixel are right.
# Matters   A joint is in a slightly wrong place, in the same direction each time, and the shapes are right. Networks in 8 bits have ties in most maps. Before
#           a network goes to rten, write auto_pad as pads, convert to opset 13, make "cubic" linear, and compare one picture with onnxruntime.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 protobuf==7.36.2 flatbuffers==25.12.19 \
    ml_dtypes==0.6.0 typing_extensions==4.16.0
mkdir -p look/src
cat >look/Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.1.0"
edition = "2021"

[dependencies]
rten = { version = "=0.27.0", default-features = false, features = ["onnx_format"] }
rten-tensor = "=0.27.0"

[profile.dev]
debug = false
TOML
cat >look/src/main.rs <<'RUST'
use rten::Model;
use rten_tensor::{prelude::*, NdTensor, Tensor};

fn numbers(path: &str) -> Vec<f32> {
    std::fs::read(path).unwrap().chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
}

/// For each name: runs NAME.onnx on NAME.in (a square picture) and writes NAME.out.
fn main() {
    for name in std::env::args().skip(1) {
        let picture = numbers(&format!("{name}.in"));
        let side = picture.len().isqrt();
        let picture = NdTensor::from_data([1, 1, side, side], picture);
        let model = Model::load_file(format!("{name}.onnx")).expect("loads");
        let result: Tensor<f32> = model.run_one(picture.view().into(), None).expect("runs").try_into().unwrap();
        let bytes: Vec<u8> = result.to_vec().iter().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(format!("{name}.out"), bytes).unwrap();
    }
}
RUST
CARGO_TARGET_DIR="$work/target" cargo build --quiet --manifest-path look/Cargo.toml
venv/bin/python - <<'PY'
import subprocess

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SIDE = 64
onnxruntime.set_default_logger_severity(3)


def both(name, nodes, picture, opset=13, **constants):
    """What onnxruntime and rten make of the picture."""
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, *picture.shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    model = onnx.shape_inference.infer_shapes(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, f"{name}.onnx")
    picture.tofile(f"{name}.in")
    right = onnxruntime.InferenceSession(f"{name}.onnx").run(None, {"x": picture[None, None]})[0]
    subprocess.run(["target/debug/look", name], check=True)
    return right, np.fromfile(f"{name}.out", np.float32).reshape(right.shape)


def place(picture):
    y, x = np.mgrid[: picture.shape[-2], : picture.shape[-1]]
    return [round(float((axis * picture).sum() / picture.sum()), 2) for axis in (x, y)]


dot = np.zeros((SIDE, SIDE), np.float32)
dot[40, 21] = 1
y, x = np.mgrid[:SIDE, :SIDE]
blob = np.exp(-((x - 21) ** 2 + (y - 40) ** 2) / 20).astype(np.float32)

# A heat map that is as bright as it can be over more than one pixel, as after a sigmoid or in 8 bits.
nodes = [helper.make_node("Flatten", ["x"], ["flat"], axis=2), helper.make_node("ArgMax", ["flat"], ["at"], axis=1), helper.make_node("Cast", ["at"], ["y"], to=1)]
at = [divmod(int(result.item()), SIDE)[::-1] for result in both("argmax", nodes, np.minimum(blob, 0.6).astype(np.float32))]
print(f"ArgMax of a flat peak: onnxruntime x {at[0][0]}, y {at[0][1]}; rten x {at[1][0]}, y {at[1][1]}")
single = [int(result.item()) for result in both("argmax_alone", nodes, blob)]
print(f"ArgMax of a peak of one pixel: {single}")

found = {}
for padding in ("SAME_UPPER", "SAME_LOWER"):
    half = [helper.make_node("Conv", [start, "w"], [end], auto_pad=padding, kernel_shape=[3, 3], strides=[2, 2]) for start, end in ("xa", "ab", "by")]
    results = both(padding, half, blob, w=np.ones((1, 1, 3, 3), np.float32))
    found[padding] = [place(result[0, 0]) for result in results]
    print(f"three convolutions of stride 2, {padding}: onnxruntime {found[padding][0]}, rten {found[padding][1]}, in cells of 8 pixels")

resize = helper.make_node("Resize", ["x", "roi", "scales"], ["y"], mode="cubic", coordinate_transformation_mode="half_pixel")
scales = {"roi": np.zeros(0, np.float32), "scales": np.array([1, 1, 4, 4], np.float32)}
peaks = [round(float(result.max()), 2) for result in both("cubic", [resize], dot, **scales)]
linear = helper.make_node("Resize", ["x", "roi", "scales"], ["y"], mode="linear", coordinate_transformation_mode="half_pixel")
cubic_is_linear = np.abs(both("cubic", [resize], blob, **scales)[1] - both("linear", [linear], blob, **scales)[0]).max()
print(f"Resize, cubic, of a dot of 1: peak {peaks[0]} by onnxruntime, {peaks[1]} by rten; rten's cubic is onnxruntime's linear to {cubic_is_linear:.0e}")

sums = [round(float(result.sum()), 2) for result in both("softmax", [helper.make_node("Softmax", ["x"], ["y"], axis=2)], blob, opset=11)]
print(f"Softmax of opset 11, axis 2, over a map: sums to {sums[0]} by onnxruntime, {sums[1]} by rten")
assert at == [(20, 37), (22, 43)] and single == [40 * SIDE + 21] * 2
assert found["SAME_UPPER"][0] == found["SAME_UPPER"][1] == found["SAME_LOWER"][1] and found["SAME_LOWER"][0] == [2.62, 5.0]
assert peaks == [0.94, 0.77] and cubic_is_linear < 1e-5
assert sums == [1, 64]
PY
