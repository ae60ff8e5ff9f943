#!/usr/bin/env bash
# Question  A C3D has two analog channels and, at the minute and second that it states, events. What does biomechzoo's c3d2zoo_data make of it?
# Guess     Each channel as it was, its rate, and the events at their frames. (Written down before its source was read, which showed why it is not so, and
#           before it was run.)
# Seen      2026-11-28, biomechzoo 0.8.25 with ezc3d 1.7.2 (Python 3.11, Linux x86-64). The channels are cut out of one long row without being sorted:
#           of one that is 1 throughout and one that is 2, both come out as 1 in the first half and 2 in the second. A single channel is right.
#           29.97 frames/s are held as 29. Of an event's time the minutes are left out: those at 20.5, 80.5 and 140.5 s are all put at frame 614
#           (at 30 frames/s, counted from 0), and one at exactly 60 s is missing. Markers are whole.
# Matters   Force plates, muscles and inertial sensors keep their names and plausible values, but each trace is a piece of every channel in turn. Repetitions
#           after the first minute are cut out of the first. Take analog channels, rate and events from ezc3d itself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.2.6 ezc3d==1.7.2
venv/bin/pip install -q --disable-pip-version-check --no-deps biomechzoo==0.8.25
venv/bin/python -W ignore - <<'PY'
import importlib.util
import sys
import types

import ezc3d
import numpy as np

# Its own code, without the packages that `import biomechzoo` brings in for plots and the like.
package = types.ModuleType("biomechzoo")
package.__path__ = importlib.util.find_spec("biomechzoo").submodule_search_locations
sys.modules["biomechzoo"] = package
from biomechzoo.conversion.c3d2zoo_data import c3d2zoo_data

SECONDS = np.array([20.5, 60.0, 80.5, 140.5])


def read(rate, channels):
    take = ezc3d.c3d()
    take["parameters"]["POINT"]["RATE"]["value"] = [rate]
    take["parameters"]["POINT"]["LABELS"]["value"] = ["SACR"]
    take["parameters"]["POINT"]["UNITS"]["value"] = ["m"]
    frames = round(180 * rate)
    take["data"]["points"] = np.ones((4, 1, frames))
    take["parameters"]["ANALOG"]["RATE"]["value"] = [rate]
    take["parameters"]["ANALOG"]["LABELS"]["value"] = list(channels)
    take["data"]["analogs"] = np.array([[np.full(frames, value) for value in channels.values()]])
    take.add_parameter("EVENT", "USED", len(SECONDS))
    for name, text in {"CONTEXTS": "General", "LABELS": "bottom", "SUBJECTS": "P01"}.items():
        take.add_parameter("EVENT", name, [text] * len(SECONDS))
    take.add_parameter("EVENT", "TIMES", np.array([SECONDS // 60, SECONDS % 60]))
    take.write("a.c3d")
    back = ezc3d.c3d("a.c3d")
    for place, value in enumerate(channels.values()):
        assert (back["data"]["analogs"][0, place] == value).all()
    return c3d2zoo_data(back)


def pieces(line):
    """Which values it has, one after the other."""
    values = line.ravel()
    return values[np.flatnonzero(np.diff(values, prepend=np.nan) != 0)].tolist()


two = read(30.0, {"left": 1.0, "right": 2.0})
one = read(29.97, {"left": 1.0})
print("two channels, 1 and 2:", {name: pieces(two[name]["line"]) for name in ("left", "right")}, "one channel:", pieces(one["left"]["line"]))
print("29.97 frames/s:", one["zoosystem"]["Video"]["Freq"])
events = {name: int(event[0]) for name, event in two["SACR"]["event"].items()}
print("events at", SECONDS.tolist(), "s, 30 frames/s:", events)
assert pieces(two["left"]["line"]) == pieces(two["right"]["line"]) == [1, 2] and pieces(one["left"]["line"]) == [1]
assert one["zoosystem"]["Video"]["Freq"] == 29 and two["zoosystem"]["Video"]["Freq"] == 30
assert list(events.values()) == [614, 614, 614]
assert (two["SACR"]["line"] == 1).all() and len(two["SACR"]["line"]) == 5400
PY
