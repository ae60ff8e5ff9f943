#!/usr/bin/env bash
# Question  A C3D file keeps coordinates as floating point or as whole numbers of 16 bits with a scale, as old systems and many exports do. Does a marker of a
#           bend that goes from 40 cm in front of the origin to 40 cm behind it come out of pupyC3D as from ezc3d and c3d (py-c3d), in both kinds of file?
#           And is the file the same after it was read and written again?
# Guess     The floating point file yes. Of the other the negative half is wrong: the source, read first, takes the whole numbers as unsigned, which C3D's are
#           not. Written again, both are unchanged. (Written down before it was run.)
# Seen      2026-11-29, pupyc3d 0.1.3 beside ezc3d 1.7.2 and c3d 0.6.0 with numpy 2.4.6 (Python 3.11, Linux x86-64). As guessed for reading: behind the origin, -400 mm is
#           read as 6153.6 mm, which is 65536 steps of the scale more, and the marker jumps by 6.5 m within a frame; nothing is raised or said. A marker
#           that nobody saw (residual -1) has 6553.5 as its residual instead, so that it counts as seen, at the origin. Written again, the floating point
#           file is the same; the other ends with a struct.error.
# Matters   Lateral coordinates and everything behind the origin of the laboratory are negative. Angles between segments made of these markers are anything. Read such files
#           with ezc3d, or let it write them as floating point first. `bendwise export --format c3d` writes floating point.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==2.4.6 ezc3d==1.7.2 c3d==0.6.0 pupyc3d==0.1.3
venv/bin/python -W ignore - <<'PY'
import struct

import c3d
import ezc3d
import numpy as np
from pupyC3D import C3DFile

FRAMES, SCALE, BLOCK = 41, 0.1, 512
NAMES = ["C7", "S1"]
# x goes from 400 mm in front of the origin to 400 behind it; S1 is not seen in the last frame.
x = np.linspace(400, -400, FRAMES)
true = np.stack([np.stack([x, 100 + 0 * x, 1400 + 0 * x], 1), np.stack([x / 2, -100 + 0 * x, 950 + 0 * x], 1)], 1)
seen = np.ones((FRAMES, 2), bool)
seen[-1, 1] = False
true[~seen] = 0


def entry(name, group, body):
    return struct.pack("<bb", len(name), group) + name.encode() + struct.pack("<h", 2 + len(body)) + body


def parameter(name, kind, dims, data):
    return entry(name, 1, struct.pack("<bB", kind, len(dims)) + bytes(dims) + data + b"\0")


def write(path, whole):
    scale = SCALE if whole else -SCALE
    labels = "".join(name.ljust(4) for name in NAMES).encode()
    group = entry("POINT", -1, b"\0")
    group += parameter("USED", 2, [], struct.pack("<h", 2)) + parameter("FRAMES", 2, [], struct.pack("<h", FRAMES))
    group += parameter("SCALE", 4, [], struct.pack("<f", scale)) + parameter("RATE", 4, [], struct.pack("<f", 30))
    group += parameter("DATA_START", 2, [], struct.pack("<h", 3)) + parameter("LABELS", -1, [4, 2], labels)
    group += parameter("UNITS", -1, [2], b"mm")
    group += entry("ANALOG", -2, b"\0") + parameter("USED", 2, [], struct.pack("<h", 0)).replace(b"\x04\x01USED", b"\x04\x02USED")
    header = struct.pack("<BBHHHHHfHHf", 2, 80, 2, 0, 1, FRAMES, 0, scale, 3, 0, 30)
    data = b""
    for frame in range(FRAMES):
        for marker in range(2):
            last = 0 if seen[frame, marker] else -1
            if whole:
                data += struct.pack("<hhhh", *np.round(true[frame, marker] / SCALE).astype(int), last)
            else:
                data += struct.pack("<ffff", *true[frame, marker], last)
    blocks = [header, b"\1\x50" + bytes([1, 84]) + group + b"\0\0", data]
    assert len(blocks[1]) <= BLOCK
    with open(path, "wb") as file:
        file.write(b"".join(block + b"\0" * (-len(block) % BLOCK) for block in blocks))


def by_ezc3d(path):
    return np.nan_to_num(ezc3d.c3d(path)["data"]["points"][:3].transpose(2, 1, 0))


def by_c3d(path):
    with open(path, "rb") as file:
        return np.array([points[:, :3] for _, points, _ in c3d.Reader(file).read_frames()])


def by_pupyc3d(path):
    return np.stack([C3DFile(path).data["POINTS"][name] for name in NAMES], 1)


for whole in (False, True):
    name = "whole.c3d" if whole else "float.c3d"
    write(name, whole)
    for right in (by_ezc3d, by_c3d):
        assert np.abs(right(name) - true).max() < SCALE, right
    found = by_pupyc3d(name)
    off = np.abs(found[..., :3] - true)
    print(f"{name}: C7 in front {found[0, 0, 0]:.1f} mm, behind {found[-1, 0, 0]:.1f} mm (true 400 and -400); residual of what nobody saw "
          f"{found[-1, 1, 3]:.1f}; {(off > SCALE).any(2).sum()} of {off.shape[0] * off.shape[1]} places wrong, by {off.max():.1f} mm at most")
    if whole:
        assert np.allclose(off[true < 0], 65536 * SCALE, atol=SCALE) and off[true >= 0].max() < SCALE
        assert np.isclose(found[-1, 0, 0], 6153.6) and np.isclose(found[-1, 1, 3], 6553.5)
    else:
        assert off.max() < 1e-3 and found[-1, 1, 3] == -1
    again = f"again-{name}"
    try:
        C3DFile(name).write(again)
    except struct.error as error:
        print(f"  cannot be written again: {error}")
        assert whole
        continue
    print("  written again, ezc3d reads the same")
    assert not whole and np.abs(by_ezc3d(again) - true).max() < SCALE
PY
