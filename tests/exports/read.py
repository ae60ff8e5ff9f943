"""Reads what `bendwise export` wrote with the programs it is meant for, and compares their numbers with the CSV file.

    read.py FOLDER KIND [--spark]     with s.csv, s.json, s.parquet, s.trc, s*.mot, s.c3d and s.fhir of one session in it

KIND says what the session has to be: `whole` (measured throughout but for its beginning), `hair` and `hair-later` (the same with hair
over the neck throughout, and from some frame on), `gap` (a bend is hidden for seconds), `short` (never seen for two seconds), or `never` (nothing was measured, so that there
is no motion). With --spark Spark reads the Parquet file, too (pyspark, Java). Needs the packages of requirements.txt and no-dependencies.txt.
Ends with the first thing that is not so.
"""
import json
import logging
import re
import subprocess
import sys
import warnings
from pathlib import Path

import duckdb
import ezc3d
import numpy as np
import opensim
import pandas
import polars
import pyarrow.parquet
from fhir.resources.R4B.bundle import Bundle

logging.disable(logging.WARNING)  # Pose2Sim warns of missing windows
warnings.simplefilter("ignore")
import c3d as py_c3d
import kineticstoolkit
from pyomeca import Markers
from Pose2Sim import common as pose2sim

opensim.Logger.setLevelString("off")
MARKERS, POINTS = 36, 41


def same(one, other, within, what):
    one, other = np.asarray(one, float), np.asarray(other, float)
    assert one.shape == other.shape, (what, one.shape, other.shape)
    assert (np.isnan(one) == np.isnan(other)).all(), f"{what}: unknown in other places"
    known = ~np.isnan(one)
    assert not known.any() or np.abs(one - other)[known].max() <= within, (what, np.abs(one - other)[known].max())


def by_spark(place):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    rows = spark.read.parquet(place)
    return {name: [row[at] for row in rows.collect()] for at, name in enumerate(rows.columns)}


def check_parquet(place, table, repetitions, with_spark):
    """pandas, DuckDB, Polars, Arrow, Spark: every cell of every column, which is null where the CSV file has nothing."""
    relation = duckdb.sql(f"FROM read_parquet('{place}')")
    read = {
        "DuckDB": relation.pl().to_dict(as_series=False),
        "Polars": polars.read_parquet(place).to_dict(as_series=False),
        "Arrow": pyarrow.parquet.read_table(place).to_pydict(),
        "pandas": {name: column.tolist() for name, column in pandas.read_parquet(place).items()},
        **({"Spark": by_spark(place)} if with_spark else {}),
    }
    for program, columns in read.items():
        assert list(columns)[2 : 2 + len(table.columns)] == list(table.columns), program
        for name in table.columns.drop("state"):
            known = [None if cell is None or cell != cell else cell for cell in columns[name]]
            same([np.nan if cell is None else cell for cell in known], table[name], 0, f"parquet {name} in {program}")
        assert list(columns["state"]) == list(table.state), program
        numbers = {cell for cell in columns["repetition"] if cell is not None and cell == cell}
        assert numbers == set(range(1, len(repetitions) + 1)), (program, numbers)
        # Of each repetition, verdict and probability in all of its frames and in no other.
        for number, repetition in enumerate(repetitions, 1):
            cells = [at for at, cell in enumerate(columns["repetition"]) if cell == number]
            assert {columns["verdict"][at] for at in cells} == {repetition["verdict"]}, program
            assert all(repetition["start_s"] - 1e-3 <= columns["time_s"][at] <= repetition["end_s"] + 1e-3 for at in cells), program
            assert table.hip_flexion_deg[cells].notna().any(), "a repetition of which nothing was seen"
    nulls = "SELECT count(*) FROM relation WHERE isnan(hip_flexion_deg) OR isnan(lumbar_share)"
    assert duckdb.sql(nulls).fetchall() == [(0,)], "what is not known is null and not NaN"
    metadata = pyarrow.parquet.read_schema(place).metadata
    assert metadata[b"unit.hip_flexion_deg"] == b"degree" and metadata[b"bendwise"], metadata


def check_motions(places, table, kind):
    """OpenSim: both of its readers, and its splines."""
    assert len(places) in {"gap": [2, 3], "short": [4, 5, 6], "never": [0]}.get(kind, [1]), places
    rows = 0
    for place in places:
        motion = opensim.TimeSeriesTable(str(place))
        assert motion.getTableMetaDataString("inDegrees") == "yes"
        times = np.array(motion.getIndependentColumn())
        known = table[table.hip_flexion_deg.notna() & table.time_s.between(times[0] - 1e-4, times[-1] + 1e-4)]
        rows += len(known)
        same(times, known.time_s, 1e-4, "mot time")
        assert np.diff(times).max() < 0.13, "a spline would invent what lies between"
        column = lambda name: motion.getDependentColumn(name).to_numpy()
        for side in "rl":
            same(column(f"hip_flexion_{side}"), known.hip_flexion_deg, 1e-9, "mot hip")
            same(column(f"knee_angle_{side}"), known.knee_flexion_deg.clip(lower=0), 1e-9, "mot knee")
            shank = column("pelvis_tilt") + column(f"hip_flexion_{side}") - column(f"knee_angle_{side}")
            same(column(f"ankle_angle_{side}"), -shank, 0.03, "mot ankle: the foot is flat")
        same(column("lumbar_extension"), -known.lumbar_flexion_deg, 1e-9, "mot lumbar")
        same(feet(column), np.tile([-0.063, 0.053], (len(known), 1)), 0.001, "mot feet: where they stand")
        rough = lambda name: np.sqrt(np.mean(np.diff(column(name), 2) ** 2))
        # At rest there is no change of the hip at all, but a pelvis is seen anew in each picture: to half a degree.
        assert rough("pelvis_tilt") < max(2 * rough("hip_flexion_r"), 0.5), "the pelvis is as smooth as the hip"
        assert kind != "short" or times[-1] - times[0] < 2
        # The older reader, which the tools of OpenSim use, ends where it does not understand.
        storage = opensim.Storage(str(place))
        assert storage.getSize() == len(known)
        spline = opensim.GCVSplineSet(5, storage)
        middle = len(times) // 2
        at = spline.get(storage.getColumnLabels().findIndex("hip_flexion_r") - 1)
        assert abs(at.calcValue(opensim.Vector(1, times[middle])) - column("hip_flexion_r")[middle]) < 1
    assert rows == table.hip_flexion_deg.notna().sum(), "no measured frame is missing"
    if kind not in ("gap", "short", "never"):
        assert column("pelvis_tilt").min() < -20, "a bend tilts the pelvis forward, which is negative in OpenSim"
        assert column("pelvis_tx").min() < -0.05, "the hips go back in a hinge"


def feet(column):
    """The ankle of a leg with the stated lengths, by a computation of its own."""
    tilt, hip, knee = (np.radians(column(name)) for name in ("pelvis_tilt", "hip_flexion_r", "knee_angle_r"))
    point = np.stack([column("pelvis_tx"), column("pelvis_ty")], 1)
    for (x, y), angle in [((-0.063, -0.072), tilt), ((0, -0.400), tilt + hip), ((0, -0.415), tilt + hip - knee)]:
        point = point + np.stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], 1)
    return point


def read_trc(place):
    """The cells behind the times, as OpenSim, Pose2Sim and pandas read them, all the same; with OpenSim's labels."""
    markers = opensim.TimeSeriesTableVec3(place)
    assert markers.getTableMetaDataString("Units") == "m"
    labels, count = list(markers.getColumnLabels()), markers.getNumRows()
    columns = [markers.getDependentColumn(label) for label in labels]
    cells = np.array([np.concatenate([column[row].to_numpy() for column in columns]) for row in range(count)])
    same(pose2sim.read_trc(place)[0].to_numpy(float), cells, 0, "trc: Pose2Sim and OpenSim")
    plain = pandas.read_csv(place, sep="\t", skiprows=6, header=None)
    same(plain.iloc[:, 2:].to_numpy(float), cells, 0, "trc: pandas and OpenSim")
    same(plain[1], np.array(markers.getIndependentColumn()), 1e-9, "trc time")
    old = opensim.MarkerData(place)
    assert (old.getNumFrames(), old.getNumMarkers()) == (count, len(labels))
    return cells.reshape(count, len(labels), 3), labels


def check_trc(folder, table, kind):
    place = folder / "s.trc"
    cells, labels = read_trc(str(place))
    assert cells.shape == (len(table), MARKERS, 3) and labels[-1] == "C7"
    assert not (cells[..., 2] > 0).any()
    if kind == "never":
        assert np.isnan(cells).all()
    else:
        s1, c7, t12 = (cells[:, labels.index(name)] for name in ("S1", "C7", "T12L1"))
        seen = ~np.isnan(s1).any(axis=1)
        assert (seen == ~np.isnan(t12).any(axis=1)).all(), "the rest of the back is seen under hair"
        covered = np.isnan(c7).any(axis=1) & seen
        assert {"hair": covered[seen].all(), "hair-later": covered[-1] and not covered[seen].all()}.get(kind, not covered.any())
    if kind not in ("never", "hair"):
        back = np.nanmedian(np.linalg.norm(c7 - s1, axis=1))
        assert 0.2 < back < 0.8, back
        deepest = int(np.nanargmax(table.hip_flexion_deg))
        assert c7[deepest, 0] > s1[deepest, 0], "in a bend the neck is ahead of the sacrum"
    return cells, labels


def check_c3d(place, table, repetitions, cells, labels):
    """ezc3d, py-c3d, Kinetics Toolkit, pyomeca."""
    laboratory = ezc3d.c3d(place)
    parameters = laboratory["parameters"]
    names = parameters["POINT"]["LABELS"]["value"]
    assert names[:MARKERS] == labels and len(names) == POINTS, "the markers of both files are the same"
    assert parameters["POINT"]["UNITS"]["value"] == ["m"]
    assert parameters["POINT"]["ANGLES"]["value"][0] == "hip_flexion"
    described = parameters["POINT"]["DESCRIPTIONS"]["value"]
    assert len(described) == POINTS and all(described) and "C7" in described[labels.index("C7")]
    toolkit = kineticstoolkit.read_c3d(place)["Points"]
    omeca = Markers.from_c3d(place)
    with open(place, "rb") as file:
        reader = py_c3d.Reader(file)
        frames = np.array([points for _, points, _ in reader.read_frames()])[..., :4]
        label, time, used = (reader.get(f"EVENT:{name}") for name in ("LABELS", "TIMES", "USED"))
        plain = ([name.strip() for name in label.string_array], time.float_array.tolist(), used.int16_value) if used else None
    frames[frames[..., 3] < 0] = np.nan
    read = {
        "ezc3d": lambda name: laboratory["data"]["points"][:3, names.index(name)].T,
        "Kinetics Toolkit": lambda name: toolkit.data[name][:, :3],
        "pyomeca": lambda name: omeca.sel(channel=name).values[:3].T,
        "py-c3d": lambda name: frames[:, names.index(name), :3],
    }
    for program, point in read.items():
        for name in ("hip_flexion", "lumbar_flexion", "trunk_inclination", "knee_flexion"):
            same(point(name)[:, 0], table[f"{name}_deg"], 1e-5, f"c3d {name} in {program}")
        same(point("time_s")[:, 0], table.time_s, 1e-3, f"c3d time in {program}")
        for index, name in enumerate(labels):
            same(point(name), cells[:, index], 2e-5, f"c3d {name} in {program}")
    check_events(parameters, toolkit, plain, table, repetitions)


def check_events(parameters, toolkit, plain, table, repetitions):
    if not repetitions:
        assert "EVENT" not in parameters and plain is None and len(toolkit.events) == 0
        return
    told = []
    for repetition in repetitions:
        told += [("Start", "start_s"), ("Lowest point", "bottom_s"), ("End", "end_s"), (f"Verdict {repetition['verdict']}", "end_s")]
        told[-4:] = [(label, repetition[key]) for label, key in told[-4:]]
    event = parameters["EVENT"]
    read = {
        "ezc3d": zip(event["LABELS"]["value"], event["TIMES"]["value"].T @ [60, 1]),
        "Kinetics Toolkit": [(event.name, event.time) for event in toolkit.events],
        "py-c3d": zip(plain[0], np.array(plain[1]) @ [60, 1]),
    }
    for program, events in read.items():
        events = list(events)
        assert [label for label, _ in events] == [label for label, _ in told], (program, events)
        for (label, time), (_, expected) in zip(events, told):
            frame = int(np.argmin(np.abs(toolkit.time - time)))
            assert abs(table.time_s[frame] - expected) < 1e-3, (program, label, time, expected)
    assert event["USED"]["value"] == [len(told)] and plain[2] == len(told)
    about = event["DESCRIPTIONS"]["value"]
    for number, repetition in enumerate(repetitions):
        probability = repetition["verdict_probability"]
        assert about[4 * number] == f"repetition {number + 1}"
        if probability is not None:  # the table has thousandths of it, and nothing is told as surer than 99 %
            name, percent = about[4 * number + 3].removesuffix(" %").split(", ")
            assert name == f"repetition {number + 1}" and abs(float(percent) - min(99, 100 * probability)) < 0.56, about


def plain_times(value):
    """The same with each moment in UTC to the millisecond: fhir.resources writes other zones and digits than it reads."""
    if isinstance(value, dict):
        return {key: plain_times(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain_times(one) for one in value]
    moment = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\S+", value)
    return pandas.Timestamp(value).tz_convert("UTC").isoformat(timespec="milliseconds") if moment else value


def check_fhir(place, repetitions, measured, kind):
    """fhir.resources: its R4B classes, as it has none of R4; what we use is the same in both."""
    text = Path(place).read_text()
    bundle = Bundle.model_validate_json(text)
    assert plain_times(json.loads(bundle.model_dump_json())) == plain_times(json.loads(text)), "what went in comes out"
    assert bundle.type == "collection"
    by_url = {entry.fullUrl: entry.resource for entry in bundle.entry}
    of = lambda kind: [resource for resource in by_url.values() if resource.get_resource_type() == kind]
    (patient,), (device,), (procedure,), (report,) = map(of, ("Patient", "Device", "Procedure", "DiagnosticReport"))
    assert patient.name is None and patient.identifier[0].value.startswith("p-") and "Erika" not in text
    assert all(len(version.value) == 64 for version in device.version[1:]) and len(device.version) >= 4
    assert procedure.performedPeriod.start < procedure.performedPeriod.end
    code = lambda concept: concept.coding[-1].code
    observed = of("Observation")
    for one in observed:
        assert by_url[one.subject.reference] is patient and (one.device is None or by_url[one.device.reference] is device)
    named = lambda name: [one for one in observed if code(one.code) == name]
    reached = [by_url[result.reference] for result in report.result]
    reached += [by_url[member.reference] for one in reached for member in one.hasMember or []]
    assert len(reached) == len(observed)
    page = report.presentedForm[0]
    assert page.contentType.startswith("text/html") and page.size > 10_000, page.size

    def number(one, name, unit):
        (found,) = [component for component in one.component if code(component.code) == name]
        if found.valueQuantity is None:
            assert found.dataAbsentReason.text
            return None
        assert (found.valueQuantity.code, found.valueQuantity.system) == (unit, "http://unitsofmeasure.org"), name
        return float(found.valueQuantity.value)

    (fraction,) = named("measured-frames")
    assert abs(float(fraction.valueQuantity.value) - 100 * measured) < 0.051 and fraction.valueQuantity.code == "%"
    bends = named("repetition")
    assert len(bends) == len(repetitions)
    for bend, repetition in zip(bends, repetitions):
        assert bend.method.text == "Single RGB camera, change from standing"
        for name, key, unit, scale in [("hip-flexion", "hip_flexion_deg", "deg", 1), ("lumbar-flexion", "lumbar_flexion_deg", "deg", 1),
                                       ("knee-flexion", "knee_flexion_deg", "deg", 1), ("lumbar-share", "lumbar_share", "%", 100)]:
            # The deepest posture seen does not tell the share at a bottom that was not.
            known = repetition[key] is not None and not (name == "lumbar-share" and repetition["bottom_hidden"])
            value = number(bend, name, unit)
            assert (value is not None) == known, name
            assert not known or abs(value - scale * repetition[key]) < 0.051, (name, value, repetition[key])
        for name in ("hip", "lumbar"):
            half = repetition[f"{name}_flexion_interval_deg"]
            lower, upper = (number(bend, f"{name}-flexion-{end}", "deg") for end in ("lower", "upper"))
            assert abs((upper - lower) / 2 - half) < 0.11, (name, lower, upper, half)
        (verdict,) = [component for component in bend.component if code(component.code) == "verdict"]
        told = code(verdict.valueCodeableConcept or verdict.dataAbsentReason)
        none = repetition["verdict"] == "none"
        assert told == (f"no-verdict-{repetition['no_verdict']}" if none else f"verdict-{repetition['verdict']}"), told
        moved = bend.effectivePeriod.start - procedure.performedPeriod.start
        assert abs(moved.total_seconds() - repetition["start_s"]) < 0.002
    (drill,) = named("bends")
    judged = [repetition for repetition in repetitions if repetition["verdict"] != "none"]
    if not repetitions:
        reason = {"never": "state-nobody"}.get(kind, "no-bend")
        assert code(drill.dataAbsentReason) == reason, drill.dataAbsentReason
    elif judged:
        for name, key, unit, scale in [("hip-flexion", "hip_flexion_deg", "deg", 1), ("lumbar-share", "lumbar_share", "%", 100)]:
            middle = np.median([repetition[key] for repetition in judged]) * scale
            assert abs(number(drill, name, unit) - middle) < 0.06, (name, middle)
    # The mobility screen that the test made of it.
    reaches = {code(part.valueCodeableConcept): one for one in named("mobility-reach") for part in one.component if code(part.code) == "knees"}
    straight, soft = reaches["knees-straight"], reaches["knees-soft"]
    assert (float(straight.valueQuantity.value), straight.valueQuantity.comparator, straight.valueQuantity.code) == (52.5, ">=", "deg")
    assert [number(straight, f"mobility-reach-{end}", "deg") for end in ("lower", "upper")] == [45.5, 59.5]
    assert soft.valueQuantity is None and code(soft.dataAbsentReason) == "no-three-bends"
    (compared,) = named("soft-against-straight")
    assert code(compared.dataAbsentReason) == "no-comparison" and not named("right-against-left")
    check_transaction(place, by_url, patient)
    # What the test typed in, and what it asked and was left out.
    (before,), (after,), (odi,) = named("pain-before"), named("pain-after"), named("97909-6")
    assert (before.valueQuantity.value, before.valueQuantity.code, before.code.coding[0].code) == (3, "{score}", "72514-3")
    assert after.valueQuantity is None and after.dataAbsentReason.coding[0].code == "asked-declined"
    assert (float(odi.valueQuantity.value), odi.valueQuantity.unit) == (22.5, "{score}")


def check_transaction(place, by_url, patient):
    """The lines of docs/fhir.md that make a transaction of it."""
    lines = (Path(__file__).parents[2] / "docs/fhir.md").read_text().split("```python\n")[1].split("```")[0]
    for arguments, fewer in [([], 0), (["Patient/123"], 1)]:
        made = subprocess.run([sys.executable, "-c", lines, place, *arguments], check=True, capture_output=True, text=True).stdout
        transaction = Bundle.model_validate_json(made)
        assert transaction.type == "transaction" and len(transaction.entry) == len(by_url) - fewer
        for entry in transaction.entry:
            assert entry.request.method == "PUT" and entry.request.url == f"{entry.resource.get_resource_type()}/{entry.resource.id}"
            subject = getattr(entry.resource, "subject", None)
            assert subject is None or subject.reference == (arguments or [f"urn:uuid:{patient.id}"])[0]


def main(folder, kind, with_spark):
    place = lambda ending: str(folder / f"s.{ending}")
    table = pandas.read_csv(place("csv"), comment="#")
    measured = table.state == "measured"
    assert measured.any() == (kind != "never"), "not the kind of session that it should be"
    german = pandas.read_csv(place("excel.csv"), comment="#", sep=";", decimal=",")
    assert (german.dtypes == table.dtypes).all()
    pandas.testing.assert_frame_equal(german, table)
    repetitions = json.loads(Path(place("json")).read_text())["reps"]
    assert len(repetitions) >= {"gap": 0, "short": 0, "never": 0}.get(kind, 2)
    check_parquet(place("parquet"), table, repetitions, with_spark)
    check_motions(sorted(folder.glob("s*.mot")), table, kind)
    cells, labels = check_trc(folder, table, kind)
    check_c3d(place("c3d"), table, repetitions, cells, labels)
    check_fhir(place("fhir"), repetitions, measured.mean(), kind)
    print(f"{kind}: {len(table)} frames, {len(repetitions)} repetitions read back by pandas, DuckDB, Polars, Arrow, OpenSim "
          f"{opensim.GetVersion()}, Pose2Sim, ezc3d, py-c3d, Kinetics Toolkit, pyomeca and fhir.resources")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], "--spark" in sys.argv[3:])
