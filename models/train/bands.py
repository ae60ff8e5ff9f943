"""What the edges of the verdict's bands do, against truth.   python bands.py back.onnx DATA

For each pair of edges: how many bends get a verdict at all (none where the 90 % interval reaches beyond both edges), and how
those that truly are below the lower or above the upper edge are judged. All bodies that training has not seen, bent frames.
"""
import sys

import numpy as np
import onnxruntime

import dataset
import evaluate

EDGES = [(8, 18), (10, 20), (12, 22), (14, 24), (15, 25), (12, 18)]


def main():
    views = dataset.Views(sys.argv[2])
    session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
    results = evaluate.network_results(views, np.flatnonzero(views.held_out), session)
    here = results.counted
    true, interval = results.change[here, evaluate.LUMBAR], results.intervals[here, evaluate.LUMBAR]
    found = true + results.errors[here, evaluate.LUMBAR]
    print('| edges | told at all | true hips called hips, back | true back called back, hips |\n|---|---|---|---|')
    for low, high in EDGES:
        told = (found - interval > low) | (found + interval < high)
        share = lambda truly, called: 100 * called[told & truly].mean()
        hips, back = true <= low, true >= high
        print(f'| {low}°, {high}° | {100 * told.mean():.1f} % | {share(hips, found <= low):.1f} %, {share(hips, found >= high):.1f} % '
              f'| {share(back, found >= high):.1f} %, {share(back, found <= low):.1f} % |')


if __name__ == '__main__':
    main()
