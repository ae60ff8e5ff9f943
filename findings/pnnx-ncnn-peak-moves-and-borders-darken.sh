#!/usr/bin/env bash
# Question  pnnx turns ONNX into the files of ncnn, which runs pose networks on phones. Does a network that came from TensorFlow see a point where onnxruntime
#           sees it?
# Guess     Yes, or pnnx refuses what it cannot say in ncnn's terms. (Written down for other programs that run ONNX before this one was run.)
# Seen      2026-11-29, pnnx 20261020 and ncnn 1.0.20261020 against onnxruntime 1.32.0 (Python 3.11, Linux x86-64). It converts without a word, and three things come
#           out as something else. MaxPool with SAME_UPPER, TensorFlow's "SAME", is padded at the left and top instead of the right and bottom: a dot is shown 1
#           pixel further right and down, after three of them 7. A linear Resize "asymmetric", TensorFlow 1's way, becomes "half_pixel": of a heat map
#           enlarged 8 times the peak moves by 0.44 of its pixels, 3.5 of the picture's. AveragePool with SAME counts its padding, so that the corner of a
#           white picture is 0.444. The same padding written as pads, half_pixel and align_corners are right; so is, tried by hand, Conv with SAME_UPPER.
# Matters   Joints are off towards one corner, and weaker at the border of the picture, where hands and feet are: it looks like a poorer network, or like what
#           half precision costs. Before pnnx sees a network, write auto_pad as pads and look for "asymmetric"; then compare one picture with onnxruntime.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
# --no-deps: pnnx needs PyTorch for networks that come from there, and nothing at all for ONNX.
venv/bin/pip install -q --disable-pip-version-check --no-deps pnnx==20261020 ncnn==1.0.20261020 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 \
    protobuf==7.36.2 flatbuffers==25.12.19 ml_dtypes==0.6.0 typing_extensions==4.16.0
venv/bin/python - <<'PY'
import importlib.util
import subprocess
from pathlib import Path

import ncnn
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SIDE = 64
PNNX = Path(importlib.util.find_spec("pnnx").origin).with_name("pnnx")
onnxruntime.set_default_logger_severity(3)


def both(name, nodes, constants, pictures):
    """What onnxruntime and ncnn make of each picture."""
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, SIDE, SIDE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    model = onnx.shape_inference.infer_shapes(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, f"{name}.onnx")
    session = onnxruntime.InferenceSession(f"{name}.onnx")
    converted = subprocess.run([PNNX, f"{name}.onnx", f"inputshape=[1,1,{SIDE},{SIDE}]"], capture_output=True, text=True)
    assert converted.returncode == 0
    net = ncnn.Net()
    net.opt.num_threads = 1
    assert net.load_param(f"{name}.ncnn.param") == 0 and net.load_model(f"{name}.ncnn.bin") == 0
    for picture in pictures:
        right = session.run(None, {"x": picture[None, None]})[0][0, 0]
        extractor = net.create_extractor()
        extractor.input("in0", ncnn.Mat(picture[None]).clone())
        other = np.array(extractor.extract("out0")[1])[0]
        assert other.shape == right.shape
        yield right, other


def shift(name, nodes, constants=None):
    """How much further right, and down, ncnn shows a dot, in pixels of the picture that went in; the mean of dots in eight places."""
    dots = []
    for at in range(24, 32):
        dots.append(np.zeros((SIDE, SIDE), np.float32))
        dots[-1][at, at] = 1
    found = []
    for results in both(name, nodes, constants or {}, dots):
        y, x = np.mgrid[: results[0].shape[0], : results[0].shape[1]] * SIDE / results[0].shape[0]
        found.append([[(axis * result).sum() / result.sum() for axis in (x, y)] for result in results])
    right, down = np.subtract(*np.swapaxes(found, 0, 1)[::-1]).mean(axis=0).round(2).tolist()
    print(f"{name:32} {right} right, {down} down")
    assert right == down
    return right


def chain(operator, count, **attributes):
    names = ["x", *(f"m{at}" for at in range(1, count)), "y"]
    return [helper.make_node(operator, [names[at]], [names[at + 1]], **attributes) for at in range(count)]


pools = [shift(f"MaxPool_SAME_UPPER_{count}_times", chain("MaxPool", count, kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")) for count in (1, 2, 3)]
explicit = shift("MaxPool_pads_0_0_1_1_3_times", chain("MaxPool", 3, kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1]))
modes = {}
for mode in ("asymmetric", "half_pixel", "align_corners"):
    resize = helper.make_node("Resize", ["x", "roi", "scales"], ["y"], mode="linear", coordinate_transformation_mode=mode)
    modes[mode] = shift(f"Resize_x8_linear_{mode}", [resize], {"roi": np.zeros(0, np.float32), "scales": np.array([1, 1, 8, 8], np.float32)})
nodes = [helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[1, 1], auto_pad="SAME_UPPER")]
((right, other),) = both("AveragePool", nodes, {}, [np.ones((SIDE, SIDE), np.float32)])
print(f"AveragePool, SAME_UPPER, of ones: {right[0, 0]:.3f} in the corner by onnxruntime, {other[0, 0]:.3f} by ncnn, {other[9, 9]:.3f} in the middle")
assert pools == [1, 3, 7] and explicit == 0
assert modes == {"asymmetric": 0.44, "half_pixel": 0, "align_corners": 0}
assert (right[0, 0], round(float(other[0, 0]), 3), other[9, 9]) == (1, 0.444, 1)
PY
