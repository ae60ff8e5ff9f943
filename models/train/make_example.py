"""Writes example.json: the features of one made-up frame, what the network says of it, and the change from standing that is to be
reported, for ports to be checked against.

    python make_example.py ../back.onnx
"""
import json
import sys

import numpy as np
import onnxruntime

import baseline
import evaluate
import features


def figure(lean):
    """An outline of straight pieces, 2 px apart, and joints, of somebody who leans `lean` radians; x forward, y up."""
    c, s = np.cos(lean), np.sin(lean)
    turn = lambda points: np.array(points, float) @ np.array([[c, -s], [s, c]]) + [0, 100]
    trunk_back, trunk_front = turn([[-13, 0], [-11, 20], [-13, 45], [-6, 58]]), turn([[14, 45], [13, 20], [12, 0]])
    head = turn([[-10, 62], [-8, 84], [8, 84], [10, 64], [4, 58]])
    corners = np.concatenate([[[-9, 0], [-9, 50], [-15, 95]], trunk_back, head, trunk_front, [[12, 50], [10, 0]]])
    outline = []
    for a, b in zip(corners, np.roll(corners, -1, 0)):
        steps = max(1, int(np.hypot(*(b - a)) / 2))
        outline += [a + (b - a) * k / steps for k in range(steps)]
    pair = lambda x, y: [[x, y], [x + 2, y + 1]]
    on_trunk = lambda x, y: pair(*turn([[x, y]])[0])
    joints = [on_trunk(0, 70), on_trunk(0, 55), on_trunk(25, 40), on_trunk(38, 58), pair(0, 100), pair(3, 50), pair(0, 5)]
    return np.array(outline), np.array(joints, float)


def rounded(values):
    """Nested lists of numbers to four places."""
    return [rounded(value) for value in values] if isinstance(values, list) else round(values, 4)


def reported(session, trunk):
    """The network's changes for three standing frames and a bent one, and the change from standing that follows (`baseline.py`)."""
    frames = np.zeros((4, features.SIZE), np.float32)
    for frame, lean in zip(frames, (0.0, 0.02, -0.03, 0.9)):
        outline, joints = figure(lean)
        features.frame(outline, np.zeros(len(outline), bool), joints, trunk, frame)
    standing = np.repeat(baseline.standing_of(frames[:3])[None], 4, 0)
    change = session.run(['change'], {'now': frames, 'standing': standing})[0]
    return dict(standing=rounded(change[:3].tolist()), now=rounded(change[3].tolist()),
                change=rounded(baseline.relative_to(change[3:], change[:3])[0].tolist()))


def main():
    session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
    trunk, frames = 55.0, []
    example = {'trunk': trunk, 'frames': []}
    for lean, burnt_out in ((0.0, slice(0, 0)), (0.9, slice(0, 0)), (0.9, slice(50, 65))):
        outline, joints = figure(lean)
        lit = np.zeros(len(outline), bool)
        lit[burnt_out] = True
        out = np.zeros(features.SIZE, np.float32)
        origin = features.frame(outline, lit, joints, trunk, out)
        frames.append(out)
        example['frames'].append(dict(outline=rounded(outline.tolist()), lit=lit.tolist(), joints=rounded(joints.tolist()),
                                      origin=rounded(list(origin)), features=rounded(out.tolist())))
    found = session.run(None, {'now': np.array(frames), 'standing': np.repeat(frames[:1], len(frames), 0)})
    example['outputs'] = {name: rounded(value.tolist()) for name, value in zip(evaluate.OUTPUTS, found)}
    example['reported'] = reported(session, trunk)
    with open('example.json', 'w') as file:
        json.dump(example, file)


if __name__ == '__main__':
    main()
