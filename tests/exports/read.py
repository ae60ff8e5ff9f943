"""Reads what `bendwise export` wrote with the programs it is meant for, and compares their numbers with the CSV file.

    read.py FOLDER     with s.csv, s.json, s.parquet, s.trc, s.mot and s.c3d of one session in it

Needs the packages of requirements.txt. Ends with the first thing that is not so.
"""
import json
import sys
from pathlib import Path

import duckdb
import ezc3d
import numpy as np
import opensim
import pandas
import pyarrow.parquet

folder = Path(sys.argv[1])
place = lambda ending: str(folder / f"s.{ending}")
opensim.Logger.setLevelString("off")


def same(one, other, within, what):
    one, other = np.asarray(one, float), np.asarray(other, float)
    assert one.shape == other.shape, (what, one.shape, other.shape)
    assert (np.isnan(one) == np.isnan(other)).all(), f"{what}: unknown in other places"
    assert np.nanmax(np.abs(one - other)) <= within, (what, np.nanmax(np.abs(one - other)))


table = pandas.read_csv(place("csv"), comment="#")
measured = table.state == "measured"
assert measured.any() and not measured.all(), "the session must have both"
hip, lumbar = table.hip_flexion_deg, table.lumbar_flexion_deg
repetitions = json.loads(Path(place("json")).read_text())["reps"]

# Parquet: pandas, DuckDB, Arrow.
archive = pandas.read_parquet(place("parquet"))
assert list(archive.columns)[2:15] == list(table.columns)
for name in table.columns.drop("state"):
    same(archive[name], table[name], 0, f"parquet {name}")
assert (archive.state == table.state).all() and archive.repetition.max() == len(repetitions)
query = f"SELECT count(*), max(hip_flexion_deg), count(lumbar_flexion_deg) FROM read_parquet('{place('parquet')}')"
assert duckdb.sql(query).fetchall()[0] == (len(table), hip.max(), int(lumbar.notna().sum()))
metadata = pyarrow.parquet.read_schema(place("parquet")).metadata
assert metadata[b"unit.hip_flexion_deg"] == b"degree" and metadata[b"bendwise"], metadata

# .mot and .trc: OpenSim.
motion = opensim.TimeSeriesTable(place("mot"))
assert motion.getTableMetaDataString("inDegrees") == "yes"
known = table[hip.notna()]
same(motion.getIndependentColumn(), known.time_s, 1e-4, "mot time")
column = lambda name: motion.getDependentColumn(name).to_numpy()
for side in "rl":
    same(column(f"hip_flexion_{side}"), known.hip_flexion_deg, 1e-9, "mot hip")
    same(column(f"knee_angle_{side}"), known.knee_flexion_deg, 1e-9, "mot knee")
same(column("lumbar_extension"), -known.lumbar_flexion_deg, 1e-9, "mot lumbar")
tilt = column("pelvis_tilt")
assert np.nanmin(tilt) < -20, "a bend tilts the pelvis forward, which is negative in OpenSim"
# The older reader, which the tools of OpenSim use, ends where it does not understand.
assert opensim.Storage(place("mot")).getSize() == len(known)
markers = opensim.TimeSeriesTableVec3(place("trc"))
labels = list(markers.getColumnLabels())
assert markers.getTableMetaDataString("Units") == "m" and markers.getNumRows() == len(table)
spots = lambda name: map(markers.getDependentColumn(name).__getitem__, range(markers.getNumRows()))
marker = lambda name: np.array([place.to_numpy() for place in spots(name)])
along = {name: marker(name) for name in ("C7", "S1", "left_hip")}
assert np.isnan(along["C7"][:, 0]).sum() < len(table) and np.nanmax(np.abs(along["C7"][:, 2])) == 0
back = np.linalg.norm(along["C7"] - along["S1"], axis=1)
assert 0.2 < np.nanmedian(back) < 0.8, np.nanmedian(back)
deepest = int(np.nanargmax(hip))
assert along["C7"][deepest, 0] > along["S1"][deepest, 0], "in a bend the neck is ahead of the sacrum"
assert opensim.MarkerData(place("trc")).getNumFrames() == len(table)

# .c3d: ezc3d.
laboratory = ezc3d.c3d(place("c3d"))
points, names = laboratory["data"]["points"], laboratory["parameters"]["POINT"]["LABELS"]["value"]
assert laboratory["parameters"]["POINT"]["UNITS"]["value"] == ["m"]
assert laboratory["parameters"]["POINT"]["ANGLES"]["value"][0] == "hip_flexion"
point = lambda name: points[:3, names.index(name), :].T
same(point("hip_flexion")[:, 0], hip, 1e-5, "c3d hip")
same(point("lumbar_flexion")[:, 0], lumbar, 1e-5, "c3d lumbar")
same(point("time_s")[:, 0], table.time_s, 1e-3, "c3d time")
assert names[:36] == labels, "the markers of both files are the same"
for name in along:
    same(point(name), along[name], 2e-5, f"c3d {name}")
print(f"{len(table)} frames read back by pandas, DuckDB, Arrow, OpenSim {opensim.GetVersion()} and ezc3d")
