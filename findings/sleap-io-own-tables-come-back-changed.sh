#!/usr/bin/env bash
# Question  sleap-io holds key points of a video (shoulder, hip, knee) and writes them as CSV of five kinds and as COCO. What does it read back from its own files?
# Guess     The same places in the same order in the same frames, empty where a point was not seen. (Written down before it was run.)
# Seen      2026-11-29, sleap-io 0.9.5 (Python 3.11, Linux x86-64). Only CSV "points", SLP and the analysis HDF5 keep the order. CSV "sleap" (the default),
#           "instances", "frames" and "dlc" come back by the alphabet: hip, knee, shoulder. "frames" has a fourth point, "inst0", the name of the person's
#           columns, never seen. "dlc" and COCO, with all three frames in the file, come back with none and no error, as the pictures are not there; with the
#           pictures in their place "dlc" numbers the frames 0, 1, 2 instead of 5, 6, 30. From every CSV what a person placed by hand comes back as a prediction of
#           score 1, from the HDF5 as one of score 0. Places are exact under their names, and empty ones stay empty.
# Matters   .numpy() has the points by their place in the list: the second is the hip before and the knee after, and an angle of three points has another
#           corner. Labels exported for DeepLabCut or COCO look lost or shifted against the video. Keep the SLP and take points by name;
#           with save_metadata=True the order comes back, not the frames of "dlc".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check sleap-io==0.9.5 numpy==2.4.6 pandas==3.1.1 imageio==2.38.1 imageio-ffmpeg==0.8.1
venv/bin/python -W ignore - <<'PY'
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import sleap_io
from sleap_io import Instance, LabeledFrame, Labels, Skeleton, Track, Video

NAMES = ["shoulder", "hip", "knee"]
PLACES = {5: [[20.25, 30.5], [21, 60.75], [22, 90]], 6: [[20, 30], [np.nan, np.nan], [22, 90]], 30: [[20, 31], [21, 61], [23, 91]]}
iio.imwrite("a.mp4", np.random.default_rng(0).integers(0, 255, (40, 128, 160, 3), dtype=np.uint8), fps=30)
video, track = Video.from_filename("a.mp4"), Track("person")
skeleton = Skeleton(list(NAMES), edges=[("shoulder", "hip"), ("hip", "knee")], name="side")
labels = Labels(
    [LabeledFrame(video=video, frame_idx=frame, instances=[Instance.from_numpy(np.array(places, float), skeleton=skeleton, track=track)]) for frame, places in PLACES.items()]
)


def told(back):
    names = back.skeletons[0].node_names if back.skeletons else []
    frames = [frame.frame_idx for frame in back]
    kinds = sorted({type(instance).__name__ for frame in back for instance in frame.instances})
    scores = sorted({float(instance.score) for frame in back for instance in frame.instances if hasattr(instance, "score")})
    by_name = all(np.array_equal(back[at].instances[0].numpy()[names.index(name)], np.array(PLACES[frame][NAMES.index(name)], float), equal_nan=True)
                  for at, frame in enumerate(frames) for name in NAMES)
    print(f"    nodes {names}, frames {frames}" + (f", {', '.join(kinds)} {scores}" if frames else ""))
    assert by_name
    return names, frames, kinds, scores


ALPHABET = sorted(NAMES)
expected = {"sleap": (ALPHABET, list(PLACES)), "instances": (ALPHABET, list(PLACES)), "points": (NAMES, list(PLACES)),
            "frames": (sorted([*NAMES, "inst0"]), list(PLACES)), "dlc": (ALPHABET, [])}
for kind, (names, frames) in expected.items():
    sleap_io.save_csv(labels, f"{kind}.csv", format=kind)
    print(f"CSV, {kind}:")
    seen = told(sleap_io.load_csv(f"{kind}.csv"))
    assert seen[:2] == (names, frames) and (not frames or seen[2:] == (["PredictedInstance"], [1.0]))
rows = open("dlc.csv").read().splitlines()[3:]
print(f"    (the file has {len(rows)} rows, the first is {rows[0]})")
pictures = ["labeled-data/a/img0005.png", "labeled-data/a/img0006.png", "labeled-data/a/img0030.png"]
assert [row.split(",")[0] for row in rows] == pictures
Path(pictures[0]).parent.mkdir(parents=True)
for picture in pictures:
    iio.imwrite(picture, np.zeros((128, 160, 3), np.uint8))
with_pictures = [frame.frame_idx for frame in sleap_io.load_csv("dlc.csv")]
print(f"    with the pictures beside it: frames {with_pictures}")
assert with_pictures == [0, 1, 2]
sleap_io.save_coco(labels, "coco.json")
print("COCO:")
assert told(sleap_io.load_coco("coco.json"))[1] == []
sleap_io.save_slp(labels, "a.slp")
print("SLP:")
assert told(sleap_io.load_slp("a.slp"))[:3] == (NAMES, list(PLACES), ["Instance"])
sleap_io.save_analysis_h5(labels, "a.h5")
print("analysis HDF5:")
assert told(sleap_io.load_analysis_h5("a.h5"))[:2] == (NAMES, list(PLACES))
PY
