#!/usr/bin/env bash
# Question  A soft-argmax head turns each heat map of a pose network into a place by a softmax over the whole map. In ONNX up to opset 12 that is
#           one Softmax with axis=2, which by definition flattens what follows the axis. Do programs that run ONNX agree on it?
# Guess     Yes, or they refuse so old an operator. (Written down before it was run.)
# Seen      2026-11-28, onnxruntime 1.32.0, tract 0.23.9, OpenCV 5.0.0, OpenVINO 2026.4.1, tinygrad 0.14.0, and the evaluator of onnx 1.23.2 itself (Python
#           3.11, Linux x86-64). Nobody refuses or warns. onnxruntime and tract take it over the map: each map sums to 1, and a peak at x 11, y 40 is
#           found at 11.05, 39.97. The other four take axis 2 alone, as opset 13 means it: a map of 64x48 sums to 48, and its centre is at 23.5, 33.4.
#           Where the file leaves out axis (1 by definition then), onnx itself takes the last axis, opset 13's default: a third answer.
# Matters   The wrong answers lie between 0 and 1 and have the right shape, so a joint is merely in a wrong place. Convert such a file to opset 13
#           with onnx.version_converter, after which all six agree, or compare one picture with onnxruntime.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 opencv-python-headless==5.0.0.93 openvino==2026.4.1 \
    tract==0.23.9 tinygrad==0.14.0
venv/bin/python -W ignore - <<'PY' 2>said.txt || { cat said.txt >&2; exit 1; }
import cv2
import numpy as np
import onnx
import onnxruntime
import openvino
import tract
from onnx import TensorProto, helper, version_converter
from onnx.reference import ReferenceEvaluator
from tinygrad import Tensor
from tinygrad.nn.onnx import OnnxRunner

MAPS, HEIGHT, WIDTH = 17, 64, 48
SHAPE = [1, MAPS, HEIGHT, WIDTH]
ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, SHAPE) for name in ("heat", "chance")]


def network(**axis):
    graph = helper.make_graph([helper.make_node("Softmax", ["heat"], ["chance"], **axis)], "g", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


# In each map one peak, at (11, 40).
y, x = np.mgrid[:HEIGHT, :WIDTH]
heat = np.broadcast_to(12 * np.exp(-((x - 11) ** 2 + (y - 40) ** 2) / 18), SHAPE).astype(np.float32)


def opencv(path):
    net = cv2.dnn.readNetFromONNX(path)
    net.setInput(heat)
    return net.forward()


RUN = {
    "onnxruntime": lambda path: onnxruntime.InferenceSession(path).run(None, {"heat": heat})[0],
    "tract": lambda path: tract.onnx().load(path).into_model().into_runnable().run([heat])[0].to_numpy(),
    "OpenCV": opencv,
    "OpenVINO": lambda path: openvino.Core().compile_model(path, "CPU")([heat])[0],
    "tinygrad": lambda path: OnnxRunner(path)({"heat": Tensor(heat)})["chance"].numpy(),
    "onnx itself": lambda path: ReferenceEvaluator(onnx.load(path)).run(None, {"heat": heat})[0],
}
power = np.exp(heat.astype(float))
# What the sum is taken over, by the axes that it can be taken over.
MEANT = {over: power.sum(axis=over, keepdims=True) for over in ((1, 2, 3), (2, 3), (1,), (2,), (3,))}


def seen(model):
    onnx.save(model, "a.onnx")
    over = {}
    for name, run in RUN.items():
        chance = np.asarray(run("a.onnx"))
        assert chance.shape == tuple(SHAPE)
        over[name] = next(axes for axes, total in MEANT.items() if np.allclose(chance, power / total, rtol=1e-3, atol=1e-9))
        one = chance[0, 0] / chance[0, 0].sum()
        print(f"  {name:12} axes {over[name]!s:10} a map sums to {chance[0, 0].sum():7.3f}, centre x {(one * x).sum():5.2f} y {(one * y).sum():5.2f}")
    return over


FLATTEN, REST = ("onnxruntime", "tract"), ("OpenCV", "OpenVINO", "tinygrad", "onnx itself")
print("opset 11, axis 2, peak at x 11 y 40:")
assert seen(network(axis=2)) == dict.fromkeys(FLATTEN, (2, 3)) | dict.fromkeys(REST, (2,))
print("opset 11, no axis, which means 1:")
assert seen(network()) == dict.fromkeys(FLATTEN, (1, 2, 3)) | dict.fromkeys(REST, (1,)) | {"onnx itself": (3,)}
print("opset 11, axis 2, converted to opset 13:")
assert set(seen(version_converter.convert_version(network(axis=2), 13)).values()) == {(2, 3)}
PY
