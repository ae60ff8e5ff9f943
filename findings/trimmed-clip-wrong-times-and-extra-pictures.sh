#!/usr/bin/env bash
# Question  A clip of 8 s, a key frame every 3 s, is cut to its last 3 s without coding it anew: the file keeps the frames since the key frame, and an
#           edit list says where it begins. What do decord and imageio show?
# Guess     The 90 frames after the cut, from time 0, as ffmpeg does. (Written down before it was run.)
# Seen      2026-11-28, decord 0.6.0, imageio 2.38.1 (plugin pyav), PyAV 18.1.0, ffmpeg of imageio-ffmpeg 0.8.1 (Python 3.11, Linux x86-64). ffmpeg and
#           PyAV show 90. decord counts 150. Its first picture is the right one, but has the time -2 s: it pairs the times of the 60 hidden frames
#           with the pictures of those that are shown, so that every picture is 2 s early. From index 90 on it repeats the last picture (and says on
#           stderr that many were "recovered from nearest frames"). imageio.v3.imread returns 150 pictures too; into the last 60 nothing was written,
#           they came out black. imiter of the same plugin yields 90.
# Matters   How far the times are off depends on where the key frame was, so it differs from clip to clip, and angles no longer fit sensors or a second
#           camera. Pictures without a person at the end, or a last posture held for 2 s, count as measurements. Use PyAV's own decode.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 av==18.1.0 decord==0.6.0 imageio==2.38.1 imageio-ffmpeg==0.8.1
venv/bin/python -W ignore - <<'PY'
import subprocess

import av
import decord
import imageio.v3 as iio
import imageio_ffmpeg
import numpy as np

FFMPEG = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"]
film = np.empty((240, 96, 160, 3), np.uint8)
film[:] = np.arange(240).reshape(-1, 1, 1, 1)  # as bright as its number
coded = ["-c:v", "libx264", "-bf", "0", "-g", "90", "-sc_threshold", "0", "-pix_fmt", "yuv420p"]
raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
subprocess.run([*FFMPEG, *raw, "-s", "160x96", "-r", "30", "-i", "-", *coded, "whole.mp4"], input=film.tobytes(), check=True)
subprocess.run([*FFMPEG, "-ss", "5", "-i", "whole.mp4", "-c", "copy", "cut.mp4"], check=True)


def number(picture):
    """Which frame of the film it is, to within 2; -1 where it is black."""
    return round(float(picture.mean())) if picture.any() else -1


def told(name, pictures, times=None):
    print(f"{name:14} {len(pictures)} pictures: frame {pictures[0]} to {pictures[-1]}" + (f", times {times[0]:.2f} to {times[-1]:.2f} s" if times else ""))


piped = subprocess.run([*FFMPEG, "-i", "cut.mp4", *raw, "-"], capture_output=True, check=True).stdout
by_ffmpeg = [number(picture) for picture in np.frombuffer(piped, np.uint8).reshape(-1, 96, 160, 3)]
told("ffmpeg", by_ffmpeg)
with av.open("cut.mp4") as file:
    frames = [(frame.time, number(frame.to_ndarray(format="rgb24"))) for frame in file.decode(video=0)]
by_av = [shown for _, shown in frames]
told("PyAV", by_av, [time for time, _ in frames])
assert by_av == by_ffmpeg and len(by_av) == 90 and abs(by_av[0] - 150) <= 2 and frames[0][0] == 0

reader = decord.VideoReader("cut.mp4")
by_decord = [number(reader[index].asnumpy()) for index in range(len(reader))]
times = [float(time) for time, _ in reader.get_frame_timestamp(list(range(len(reader))))]
told("decord", by_decord, times)
assert by_decord[:90] == by_av and by_decord[90:] == [by_av[-1]] * 60 and abs(times[0] + 2) < 0.001 and abs(times[60]) < 0.001

by_imageio = [number(picture) for picture in iio.imread("cut.mp4", plugin="pyav")]
told("imageio imread", by_imageio)
one_by_one = [number(picture) for picture in iio.imiter("cut.mp4", plugin="pyav")]
told("imageio imiter", one_by_one)
assert one_by_one == by_av == by_imageio[:90] and len(by_imageio) == 150  # what memory held fills the rest
PY
