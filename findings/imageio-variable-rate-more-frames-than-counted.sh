#!/usr/bin/env bash
# Question  A phone films 5 s at 30 frames/s, then the light falls and it goes on at 15: 225 frames in 10 s. At what time is the k-th picture that
#           imageio hands out?
# Guess     k / rate, with one mean rate for all: wrong in the middle, and right again at the end, as there are 225 pictures. (That imageio
#           knows only one rate was written down before it was run.)
# Seen      2026-11-28, imageio 2.38.1 with imageio-ffmpeg 0.8.1 and PyAV 18.1.0 for the truth (Python 3.11, Linux x86-64). It hands out 299 pictures:
#           the slow half comes at 30 a second, each picture twice. The same reader says count_frames 225, fps 22.65 and a duration of 9.93 s, so
#           at its own rate its pictures last 13.20 s. imageio_ffmpeg.read_frames does the same.
# Matters   At k / fps a bend of the first half takes a third longer than it did, what happened at 5 s comes 1.62 s late, and the end 3.22 s. Half of
#           the pictures of the slow half are copies, which a filter or a count of frames takes for measurements. Take pictures and their
#           times from PyAV.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 av==18.1.0 imageio==2.38.1 imageio-ffmpeg==0.8.1
venv/bin/python -W ignore - <<'PY'
from fractions import Fraction

import av
import imageio
import imageio_ffmpeg
import numpy as np

times = [k / 30 for k in range(150)] + [5 + k / 15 for k in range(75)]
random = np.random.default_rng(1)  # no two pictures alike
with av.open("phone.mp4", "w") as file:
    stream = file.add_stream("libx264", rate=90000, options={"bf": "0"})
    stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
    stream.codec_context.time_base = Fraction(1, 90000)
    for time in times:
        frame = av.VideoFrame.from_ndarray(random.integers(0, 256, (96, 160, 3), np.uint8), format="rgb24")
        frame.pts, frame.time_base = round(90000 * time), Fraction(1, 90000)
        file.mux(stream.encode(frame))
    file.mux(stream.encode())
with av.open("phone.mp4") as file:
    decoded = [frame.time for frame in file.decode(video=0)]
assert np.allclose(decoded, times, atol=0.001)
reader = imageio.get_reader("phone.mp4")
meta, counted = reader.get_meta_data(), reader.count_frames()
pictures = [picture.tobytes() for picture in reader]
same = [one == other for one, other in zip(pictures, pictures[1:])]
twice = {"first half": sum(same[:149]), "second half": sum(same[149:])}
by_rate = len(pictures) / meta["fps"]
raw = imageio_ffmpeg.read_frames("phone.mp4")
raw_meta = next(raw)
raw_count = sum(1 for _ in raw)
print(f"coded: {len(decoded)} frames in {decoded[-1]:.2f} s. imageio: count_frames {counted}, fps {meta['fps']}, duration {meta['duration']}; pictures {len(pictures)}, "
      f"copies of the one before {twice}; at fps they last {by_rate:.2f} s. imageio_ffmpeg.read_frames: fps {raw_meta['fps']}, pictures {raw_count}")
assert counted == 225 and len(pictures) == raw_count == 299 and abs(meta["duration"] - 9.93) < 0.01 and abs(by_rate - 13.2) < 0.01
late = [index / meta["fps"] - time for index, time in ((150, 5), (len(pictures) - 1, decoded[-1]))]
print(f"what happened at 5 s comes {late[0]:.2f} s late, the last picture {late[1]:.2f} s; a second takes {30 / meta['fps']:.2f} s")
assert twice == {"first half": 0, "second half": 74}
PY
