#!/usr/bin/env bash
# Question  TensorFlow's padding "SAME", common in pose networks for phones, is auto_pad=SAME_UPPER in ONNX. Does OpenCV's dnn module see a point
#           of the picture where ONNX Runtime sees it?
# Guess     Yes: SAME_UPPER puts the odd pixel of padding at the end, the attribute is old, and the importer would refuse what it did not
#           know. (Written down before it was run.)
# Seen      2026-11-28, OpenCV 5.0.0 against onnxruntime 1.32.0 and the evaluator of onnx 1.23.2, which agree (Python 3.11, Linux x86-64). OpenCV
#           takes the network without a word, but one convolution of 3x3 with stride 2 over 256 pixels shows a dot 1 pixel further right and down,
#           and five in a row, as in a backbone, 31 pixels. 257 pixels are right, and so is the same padding written as pads=[0, 0, 1, 1].
#           Its three engines (classic, new, auto) do the same.
# Matters   The shape of the output is right and a person is still found, so it looks like a worse network: joints are off towards one corner,
#           up to an eighth of the picture. Before a model goes to OpenCV, replace auto_pad by explicit pads, and compare one picture.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 opencv-python-headless==5.0.0.93
venv/bin/python -W ignore - <<'PY' 2>said.txt || { cat said.txt >&2; exit 1; }
import cv2
import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

MEAN = np.full((1, 1, 3, 3), 1 / 9, np.float32)


def network(size, layers, padding):
    """`layers` convolutions of 3x3 with stride 2, each a mean."""
    nodes = [helper.make_node("Conv", [f"t{n}", "mean"], [f"t{n + 1}"], strides=[2, 2], **padding) for n in range(layers)]
    left = -(-size // 2**layers)
    shapes = [("t0", size), (f"t{layers}", left)]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, side, side]) for name, side in shapes]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], [numpy_helper.from_array(MEAN, "mean")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    checker.check_model(model, full_check=True)
    return model


def centre(picture):
    """Of what is bright, x and y, in pixels of the network's input."""
    x, y = (np.average(np.arange(picture.shape[1 - axis]), weights=picture.sum(axis=axis)) for axis in (0, 1))
    return np.array([x, y])


def shift(size, layers, padding):
    model = network(size, layers, padding)
    y, x = np.mgrid[:size, :size]
    picture = np.exp(-((x - 150) ** 2 + (y - 120) ** 2) / 2 / 20**2).astype(np.float32)[None, None]
    by_ort = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"t0": picture})[0]
    by_onnx = ReferenceEvaluator(model).run(None, {"t0": picture})[0]
    assert np.allclose(by_ort, by_onnx, atol=1e-5)
    shifts = []
    for engine in (cv2.dnn.ENGINE_AUTO, cv2.dnn.ENGINE_CLASSIC, cv2.dnn.ENGINE_NEW):
        net = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8), engine=engine)
        net.setInput(picture)
        by_cv = net.forward()
        assert by_cv.shape == by_ort.shape
        shifts.append((centre(by_cv[0, 0]) - centre(by_ort[0, 0])) * 2**layers)
    assert np.ptp(shifts, axis=0).max() < 0.01, "the engines differ"
    return shifts[0].round(1) + 0.0


SAME, WRITTEN_OUT = {"auto_pad": "SAME_UPPER"}, {"pads": [0, 0, 1, 1]}
for size, layers, padding, expected in ((256, 1, SAME, 1), (256, 5, SAME, 31), (257, 1, SAME, 0), (256, 1, WRITTEN_OUT, 0), (256, 5, WRITTEN_OUT, 0)):
    right, down = shift(size, layers, padding)
    print(f"{size} pixels, {layers} times stride 2, {padding}: OpenCV shows the dot {right} pixels further right and {down} further down")
    assert (right, down) == (expected, expected)
PY
