"""Measures archives: BENCHMARKS.md, "An archive".

    run.py BENDWISE FILM [WORK]      the program, a film to keep a session of, and an empty folder for what is made

Needs duckdb and, for the last lines, pyspark with Java. Each comparison runs both ways in turn, so that other work on the machine falls on both.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

import generate

HERE = Path(__file__).parent
SESSIONS, FEW, CLINIC = 2000, 200, 100_000

GROUP_BY = """SELECT drill, state, count(*), avg(hip_flexion_deg), avg(lumbar_flexion_deg) FROM {rows} GROUP BY ALL"""
COHORT = """
WITH each AS (SELECT session, person, drill, year, month, count(*) AS repetitions,
        count(*) FILTER (verdict = 'none') AS undecided, median(lumbar_share) FILTER (verdict <> 'none') AS share, median(reach_deg) AS reach
    FROM repetitions WHERE compared GROUP BY ALL),
  own AS (SELECT person, drill, year, month, count(*) AS sessions, sum(repetitions) AS repetitions, sum(undecided) AS undecided,
        median(share) AS share, median(reach) AS reach FROM each GROUP BY ALL)
SELECT year, month, drill, count(*), sum(sessions), sum(repetitions), sum(undecided), median(share), median(reach)
FROM own GROUP BY ALL ORDER BY ALL"""


def cpu(command, **options):
    """Seconds of CPU, of the clock, and the peak of memory in MB of a program and what it starts."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.monotonic() - began


def peak(command, **options):
    told = subprocess.run(["/usr/bin/time", "-f", "%M", *command], check=True, capture_output=True, text=True, **options)
    return int(told.stderr.split()[-1]) / 1024


def home(work, bendwise, film, count):
    place = work / f"home-{count}"
    environment = {**os.environ, "BENDWISE_HOME": str(place)}
    subprocess.run([bendwise, "analyze", film, "--keep", "--video", "off"], check=True, env=environment, stdout=subprocess.DEVNULL)
    return environment, generate.copy_sessions(place, count)


def queries(*texts):
    """The medians of five runs each, in turn, seconds."""
    times = [[] for _ in texts]
    for _ in range(5):
        for text, taken in zip(texts, times):
            connection = duckdb.connect()
            began = time.monotonic()
            connection.execute(text[0]) if text[0] else None
            connection.execute(text[1]).fetchall()
            taken.append(time.monotonic() - began)
    return [statistics.median(taken) for taken in times]


def kept_sessions(work, bendwise, film):
    few, _ = home(work, bendwise, film, FEW)
    many, ids = home(work, bendwise, film, SESSIONS)
    small = peak([bendwise, "archive", work / "few"], env=few)
    print(f"memory: {small:.0f} MB of {FEW} sessions")
    (work / "exported").mkdir()
    exported = archived = merged = 0
    # In turn, a tenth at a time; the archive is one call, so it is made anew in between.
    tenth = len(ids) // 10
    for turn in range(10):
        for name in ids[turn * tenth : (turn + 1) * tenth]:
            exported += cpu([bendwise, "export", name, "--format", "parquet", "-o", work / "exported" / f"{name}.parquet"], env=many)[0]
        if turn % 5 == 0:
            archived += cpu([bendwise, "archive", work / f"single-{turn}"], env=many)[0] / 2
            merged += cpu([bendwise, "archive", "--compact", work / f"merged-{turn}"], env=many)[0] / 2
    print(f"CPU of {SESSIONS} sessions: export {exported:.1f} s, archive {archived:.1f} s ({archived / exported:.2f} of it), "
          f"archive --compact {merged:.1f} s ({merged / exported:.2f})")
    again, clock = cpu([bendwise, "archive", work / "single-0"], env=many)
    print(f"a second run: {clock:.1f} s, of the merged {cpu([bendwise, 'archive', work / 'merged-0'], env=many)[1]:.1f} s")
    print(f"memory: {peak([bendwise, 'archive', work / 'many'], env=many):.0f} MB, merged {peak([bendwise, 'archive', '--compact', work / 'many2'], env=many):.0f} MB of {SESSIONS} sessions")
    one = GROUP_BY.format(rows=f"read_parquet('{work}/exported/*.parquet')")
    single = GROUP_BY.format(rows=f"read_parquet('{work}/single-0/samples/*/*/*.parquet')")
    month = GROUP_BY.format(rows=f"read_parquet('{work}/merged-0/samples/*/*/*.parquet')")
    one, single, month, view = queries((None, one), (None, single), (None, month), views(work / "merged-0", GROUP_BY.format(rows="samples")))
    print(f"group-by of samples: exported files {one:.2f} s, single {single:.2f} s, merged {month:.3f} s ({one / month:.0f} times), by the view {view:.3f} s")
    return work / "merged-0"


def views(archive, query):
    return f"SET VARIABLE archive = '{archive}'; " + Path(archive, "views.sql").read_text(), query


def clinic(work, bendwise, template):
    archive = work / "clinic"
    generate.clinic(template, archive, CLINIC)
    (cohort,) = queries(views(archive, COHORT))
    print(f"cohort of {CLINIC} sessions: DuckDB {cohort:.2f} s")
    for by in ("person", "drill", "month"):
        spent, clock = cpu([bendwise, "cohort", archive, "--by", by, "--until", "2025-12-31"])
        print(f"  bendwise cohort --by {by}: {clock:.1f} s, {spent:.1f} s of CPU, {peak([bendwise, 'cohort', archive, '--by', by]):.0f} MB")
    try:
        submit = [sys.executable, "-m", "pyspark.find_spark_home"]
        spark = Path(subprocess.run(submit, check=True, capture_output=True, text=True).stdout.strip(), "bin/spark-submit")
    except (subprocess.CalledProcessError, FileNotFoundError):
        return print("  Spark: left out, there is no pyspark")
    job = [spark, "--master", "local[*]", HERE.parent.parent / "examples/cohort_spark.py", archive, work / "by-spark"]
    _, clock = cpu(job, stderr=subprocess.DEVNULL)
    print(f"  Spark, from start to end: {clock:.0f} s")
    same = duckdb.connect()
    same.execute(views(archive, "")[0])
    spark, duck = same.execute(f"FROM '{work}/by-spark/*.parquet' ORDER BY ALL").fetchall(), same.execute(COHORT).fetchall()
    rounded = lambda rows: [[round(cell, 6) if isinstance(cell, float) else cell for cell in row] for row in rows]
    assert rounded(spark) == rounded(duck), "Spark and DuckDB differ"


def main(bendwise, film, work=None):
    work = Path(work or tempfile.mkdtemp())
    bendwise, film = Path(bendwise).resolve(), Path(film).resolve()
    clinic(work, bendwise, kept_sessions(work, bendwise, film))


if __name__ == "__main__":
    main(*sys.argv[1:])
