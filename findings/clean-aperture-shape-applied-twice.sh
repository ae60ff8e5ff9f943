#!/usr/bin/env bash
# Question  A QuickTime file of 640x480 pictures has a clean aperture (clap) of 640x360 and, as it should, states that size in the track's
#           header; pixels are square, which no box says. What shape do readers give a circle?
# Guess     Before 7.1 libavformat knew no clean aperture. Since then it crops, and the two sizes agree: ffmpeg n9.0, PyAV 18 and OpenCV 5 show
#           640x360 and square pixels.
# Seen      2026-11-28, ffmpeg n9.0.2 of imageio-ffmpeg 0.8.1, PyAV 18.1.0, OpenCV 5.0.0, MediaInfo 24.12 by pymediainfo 7.0.1 (Python 3.11,
#           Linux x86-64), H.264 and HEVC alike. The header's 640x360 is first held against the coded 640x480, which makes pixels 4:3, and
#           then ffmpeg crops as well: 640x360 with SAR 4:3, DAR 64:27, a circle a third too wide. PyAV hands out uncropped
#           pictures with SAR 4/3, OpenCV the same with CAP_PROP_SAR_NUM/DEN 4/3. MediaInfo lists the aperture and says a pixel aspect of 1.333 too.
#           With `pasp` 1:1 beside the aperture all of them have square pixels.
# Matters   Angles measured in such a picture are off by up to 8 degrees at 45. Where a file has a clean aperture, the size in the track's
#           header belongs to that part: compute the shape of a pixel from it, not from the stream's SAR.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 av==18.1.0 pymediainfo==7.0.1 \
    imageio-ffmpeg==0.8.1
venv/bin/python -W ignore - <<'PY'
import re
import struct
import subprocess

import av
import cv2
import imageio_ffmpeg
import numpy as np
from pymediainfo import MediaInfo

WIDTH, HEIGHT, SEEN = 640, 480, 360
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
AROUND = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
# Black bars above and below grey with a white disc.
y, x = np.mgrid[:HEIGHT, :WIDTH]
picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
picture[60:420] = 128
picture[(x - 320) ** 2 + (y - 240) ** 2 < 100**2] = 250


def make(codec):
    more = ["-tag:v", "hvc1", "-x265-params", "log-level=none"] if codec == "libx265" else []
    command = [FFMPEG, "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", "-"]
    command += ["-c:v", codec, "-pix_fmt", "yuv420p", *more, "plain.mov"]
    subprocess.run(command, input=picture.tobytes() * 10, check=True)
    with open("plain.mov", "rb") as file:
        return bytearray(file.read())


def boxes(file, at, end, found):
    while at + 8 <= end:
        size = struct.unpack_from(">I", file, at)[0]
        name = bytes(file[at + 4 : at + 8])
        found.setdefault(name, (at, at + size))
        if name in AROUND:
            boxes(file, at + 8, at + size, found)
        at += size
    return found


def with_aperture(file, pasp):
    found = boxes(file, 0, len(file), {})
    assert found[b"mdat"][0] < found[b"moov"][0], "the index comes last, so nothing else moves"
    header = found[b"tkhd"][1]
    struct.pack_into(">II", file, header - 8, WIDTH << 16, SEEN << 16)
    entry = found[b"stsd"][0] + 16
    end = entry + struct.unpack_from(">I", file, entry)[0]
    assert b"pasp" not in file[entry:end]
    added = struct.pack(">I4s8I", 40, b"clap", WIDTH, 1, SEEN, 1, 0, 1, 0, 1)
    if pasp:
        added += struct.pack(">I4sII", 16, b"pasp", 1, 1)
    for at in [entry, *(found[name][0] for name in (*AROUND, b"stsd"))]:
        struct.pack_into(">I", file, at, struct.unpack_from(">I", file, at)[0] + len(added))
    file[end:end] = added
    with open("film.mov", "wb") as out:
        out.write(file)


def seen():
    said = subprocess.run(
        [FFMPEG, "-hide_banner", "-i", "film.mov", "-vf", "showinfo", "-frames:v", "1", "-f", "null", "-"], capture_output=True, text=True
    ).stderr
    shape, size = re.search(r" sar:(\S+) s:(\S+)", said).groups()
    with av.open("film.mov") as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        by_av = (f"{frame.width}x{frame.height}", str(stream.sample_aspect_ratio))
    capture = cv2.VideoCapture("film.mov")
    rows, columns = capture.read()[1].shape[:2]
    by_cv = (f"{columns}x{rows}", f"{capture.get(cv2.CAP_PROP_SAR_NUM):.0f}/{capture.get(cv2.CAP_PROP_SAR_DEN):.0f}")
    track = MediaInfo.parse("film.mov").video_tracks[0]
    by_info = (f"{track.width}x{track.height}", track.pixel_aspect_ratio, f"{track.clean_aperture_width}x{track.clean_aperture_height}")
    return {"ffmpeg": (size, shape), "PyAV": by_av, "OpenCV": by_cv, "MediaInfo": by_info}


whole = "640x480"
EXPECTED = {
    False: {"ffmpeg": ("640x360", "4/3"), "PyAV": (whole, "4/3"), "OpenCV": (whole, "4/3"), "MediaInfo": (whole, "1.333", "640x360")},
    True: {"ffmpeg": ("640x360", "1/1"), "PyAV": (whole, "1"), "OpenCV": (whole, "1/1"), "MediaInfo": (whole, "1.000", "640x360")},
}
print(subprocess.run([FFMPEG, "-version"], capture_output=True, text=True).stdout.splitlines()[0])
for codec in ("libx264", "libx265"):
    plain = make(codec)
    for pasp, expected in EXPECTED.items():
        with_aperture(bytearray(plain), pasp)
        now = seen()
        print(codec, "with pasp 1:1" if pasp else "without pasp", now)
        assert now == expected, f"changed: expected {expected}"
PY
