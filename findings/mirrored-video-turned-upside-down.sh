#!/usr/bin/env bash
# Question  A front camera stores a mirrored picture and says so in the track's matrix: a = -1, d = 1. What do readers show?
# Guess     OpenCV turns it by 180 degrees, as it knows only turns. decord leaves it as it is coded, MediaInfo names no rotation.
# Seen      2026-11-27, OpenCV 5.0.0, decord 0.6.0, PyAV 18.1.0, MediaInfo 24.12 by pymediainfo 7.0.1 (Python 3.11, Linux x86-64). All
#           four take "mirrored from left to right" for "turned by 180 degrees": OpenCV and decord hand out pictures that stand on
#           their heads, the other two report a rotation of 180. And a = 1, d = -1, mirrored from top to bottom, is no rotation to
#           any of them: upright pictures are shown for one that must be flipped. ffmpeg n9.0 mirrors both as the matrix says.
# Matters   A pose network finds nobody, or nonsense, in a person on their head, and a mirror that is not undone swaps left and
#           right without a sign. An angle of the matrix cannot tell a mirror from half a turn: its determinant can. Read the four
#           numbers, or let ffmpeg write the pictures.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 decord==0.6.0 av==18.1.0 \
    pymediainfo==7.0.1 imageio-ffmpeg==0.8.1
venv/bin/python -W ignore - <<'PY'
import struct
import subprocess

import av
import cv2
import decord
import imageio_ffmpeg
import numpy as np
from pymediainfo import MediaInfo

WIDTH, HEIGHT = 320, 192
# Grey, with a white corner at the top left.
picture = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
picture[:60, :100] = 250
with av.open("plain.mp4", "w") as file:
    stream = file.add_stream("mpeg4", rate=25)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    for _ in range(10):
        file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
    file.mux(stream.encode())
plain = open("plain.mp4", "rb").read()


def corner(shown):
    """Where the white corner is."""
    places = {"top left": shown[5:25, 5:25], "top right": shown[5:25, -25:-5],
              "bottom left": shown[-25:-5, 5:25], "bottom right": shown[-25:-5, -25:-5]}
    return max(places, key=lambda place: places[place].mean())


def seen(matrix):
    """What each reader makes of the picture with this matrix."""
    a, b, c, d = (number << 16 for number in matrix)
    at = plain.index(b"tkhd") + 44
    right, down = (size << 16 if number < 0 else 0 for number, size in ((a, WIDTH), (d, HEIGHT)))
    changed = struct.pack(">9i", a, b, 0, c, d, 0, right, down, 1 << 30)
    with open("a.mp4", "wb") as file:
        file.write(plain[:at] + changed + plain[at + 36:])
    told = {"OpenCV": corner(cv2.VideoCapture("a.mp4").read()[1]), "decord": corner(decord.VideoReader("a.mp4")[0].asnumpy())}
    with av.open("a.mp4") as file:
        told["PyAV"] = abs(next(file.decode(video=0)).rotation)
    track = next(track for track in MediaInfo.parse("a.mp4").tracks if track.track_type == "Video")
    told["MediaInfo"] = round(float(track.rotation))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "a.mp4", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    told["ffmpeg"] = corner(np.frombuffer(raw, np.uint8).reshape(HEIGHT, WIDTH, 3))
    print(matrix, told)
    return tuple(told.values())


upside_down = ("bottom right", "bottom right", 180, 180)
assert seen((1, 0, 0, 1)) == ("top left", "top left", 0, 0, "top left")
assert seen((-1, 0, 0, -1)) == (*upside_down, "bottom right")
assert seen((-1, 0, 0, 1)) == (*upside_down, "top right")
assert seen((1, 0, 0, -1)) == ("top left", "top left", 0, 0, "bottom left")
PY
