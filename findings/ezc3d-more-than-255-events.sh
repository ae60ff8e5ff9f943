#!/usr/bin/env bash
# Question  What does ezc3d do with 256 events in EVENT:LABELS, when a dimension of a C3D parameter is one byte?
# Guess     It goes on in LABELS2, as it does for points, or refuses to write the file.
# Seen      2026-11-27, ezc3d 1.7.2 with c3d 0.6.0 (Python 3.11, Linux x86-64). It writes the file and says nothing; the dimension is 0
#           (44 for 300 events), the data behind it are all there, so that everything after it is read from the wrong place. ezc3d
#           cannot read its own file again, not even with ignore_bad_formatting: markers and all are lost to it. 255 events are fine.
#           c3d reads the markers, and of the 300 events 44.
# Matters   85 repetitions with start, lowest point and end are 255 events, a session with sets of heel strikes has thousands. Split
#           them yourself into LABELS, LABELS2 …, and read a file back before the recording is deleted.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 ezc3d==1.7.2 c3d==0.6.0
venv/bin/python -W ignore - <<'PY'
import c3d
import ezc3d
import numpy as np

seen = {}
for count in (255, 256, 300):
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100]
    file["parameters"]["POINT"]["LABELS"]["value"] = ("hip",)
    file["data"]["points"] = np.ones((4, 1, 1000))
    file.add_parameter("EVENT", "USED", [count])
    file.add_parameter("EVENT", "LABELS", [f"event {number}" for number in range(count)])
    file.add_parameter("EVENT", "TIMES", np.stack([np.zeros(count), np.arange(count) / 100]))
    file.write("a.c3d")
    read = []
    for options in ({}, {"ignore_bad_formatting": True}):
        try:
            read.append(len(ezc3d.c3d("a.c3d", **options)["parameters"]["EVENT"]["LABELS"]["value"]))
        except OSError as error:
            read.append(str(error).split(".")[0].split(":")[0])
    with open("a.c3d", "rb") as stream:
        other = c3d.Reader(stream)
        seen[count] = (*read, other.get("EVENT:LABELS").dimensions[-1], len(list(other.read_frames())))
    print(f"{count} events: ezc3d {read[0]!r}, ignoring bad formatting {read[1]!r}; c3d {seen[count][2]} events, {seen[count][3]} frames")
assert seen[255] == (255, 255, 255, 1000)
lost = ("The format is not standard", "Parameter type unrecognized")
assert seen[256] == (*lost, 0, 1000) and seen[300] == (*lost, 44, 1000), seen
PY
