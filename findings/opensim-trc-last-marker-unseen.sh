#!/usr/bin/env bash
# Question  A .trc leaves the fields of a marker that was not seen empty. Does OpenSim read that in any column?
# Guess     Yes, as NaN in every column: a blank between two tabs is known to be read so.
# Seen      2026-11-27, opensim 4.6 (Python 3.11, Linux x86-64). NaN in the middle of a row. But where the LAST marker is
#           unseen, the row ends with an empty field and TimeSeriesTableVec3 (TRCFileAdapter) refuses the whole file:
#           "Unexpected number of columns in line 7. Expected = 11. Received = 10." One more tab at the end of the row,
#           or the word nan, is read. MarkerData reads all three, so a file looks good in one reader and fails in the other.
# Matters   A writer that joins fields with tabs makes files that work until the last marker (C7 under hair, a heel behind
#           a bar) is hidden in one frame. Write nan, or put the tab.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 opensim==4.6
venv/bin/python - <<'PY'
import opensim

opensim.Logger.setLevelString("off")
NAMES = ("S1", "T12", "C7")


def write(path, hidden, unseen="", end=""):
    head = ["PathFileType\t4\t(X/Y/Z)\t" + path,
            "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
            "30\t30\t3\t3\tm\t30\t1\t3",
            "Frame#\tTime\t" + "\t\t\t".join(NAMES) + "\t\t",
            "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in (1, 2, 3)),
            ""]
    rows = []
    for frame in range(3):
        fields = [str(frame + 1), f"{frame / 30:.6f}"]
        for marker in NAMES:
            fields += [unseen] * 3 if marker == hidden else ["0.1", "0.9", "0.0"]
        rows.append("\t".join(fields) + end)
    with open(path, "w") as file:
        file.write("\n".join(head + rows) + "\n")


def read(kind, path):
    try:
        kind(path)
        return "read"
    except RuntimeError as error:
        return "refused: " + str(error).split("Unexpected")[-1].split("\n")[0].strip()


cases = {"middle marker unseen": dict(hidden="T12"),
         "last marker unseen": dict(hidden="C7"),
         "last marker unseen, tab at the end": dict(hidden="C7", end="\t"),
         "last marker unseen, nan": dict(hidden="C7", unseen="nan")}
seen = {}
for case, how in cases.items():
    write("a.trc", **how)
    seen[case] = (read(opensim.TimeSeriesTableVec3, "a.trc"), read(opensim.MarkerData, "a.trc"))
    print(f"{case:36} table: {seen[case][0]:62} MarkerData: {seen[case][1]}")
refused = [case for case, (table, _) in seen.items() if table != "read"]
assert refused == ["last marker unseen"], refused
assert seen["last marker unseen"][0].endswith("Expected = 11. Received = 10.")
assert all(old == "read" for _, old in seen.values())
PY
