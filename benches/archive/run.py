"""Measures archives: BENCHMARKS.md, "An archive".

    run.py BENDWISE FILM [WORK]      the program, a film to keep a session of, and an empty folder for what is made

Needs duckdb; for the start screen Xvfb, and for the last lines pyspark with Java. Each comparison runs both ways in turn, so that other work on the machine falls on both.
"""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

import generate

HERE = Path(__file__).parent
SESSIONS, FEW, CLINIC, MANY = 2000, 200, 100_000, 20_000

NEARLY_WHITE = bytes(byte > 220 for byte in range(256))
WORDS = 3000  # bytes of the picture that are nearly white, when the words of the start screen are there

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


def of_a_table(files):
    """The median of five group-bys of a table of DuckDB's own that holds the same rows: what no layout of files can beat by much."""
    connection, times = duckdb.connect(), []
    connection.execute(f"CREATE TABLE kept AS FROM {files}")
    for _ in range(5):
        began = time.monotonic()
        connection.execute(GROUP_BY.format(rows="kept")).fetchall()
        times.append(time.monotonic() - began)
    return statistics.median(times)


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
    files = f"read_parquet('{work}/merged-0/samples/*/*/*.parquet')"
    one, single, month, view = queries((None, one), (None, single), (None, GROUP_BY.format(rows=files)),
                                       views(work / "merged-0", GROUP_BY.format(rows="samples")))
    own = of_a_table(files)
    print(f"group-by of samples: exported files {one:.2f} s, single {single:.2f} s, merged {month:.3f} s ({one / month:.0f} times), "
          f"by the view {view:.3f} s; a table of DuckDB's own {own:.3f} s")
    return work / "merged-0"


def large_store(work, bendwise, film):
    """What a person waits for with very many sessions."""
    many, ids = home(work, bendwise, film, MANY)
    few, _ = home(work, bendwise, film, 2)
    print(f"a store of {MANY} sessions:")
    for command in (["sessions"], ["trend"], ["sessions", "show", "last"], ["sessions", "show", ids[-1]]):
        clock = [cpu([bendwise, *command], env=many)[1] for _ in range(5)]
        print(f"  bendwise {' '.join(command)}: {statistics.median(clock):.2f} s")
    if not shutil.which("Xvfb"):
        return print("  start screen: left out, there is no Xvfb")
    times = [[start_screen(bendwise, environment, work / "screen") for environment in (many, few)] for _ in range(5)]
    large, small = map(statistics.median, zip(*times))
    print(f"  start screen, from the call to the words: {large:.2f} s, with 2 sessions {small:.2f} s")


def start_screen(bendwise, environment, folder):
    """Seconds until the start screen has its words: until enough of the picture is nearly white."""
    folder.mkdir(exist_ok=True)
    (folder / "Xvfb_screen0").unlink(missing_ok=True)
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-fbdir", folder],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    shown = {**environment, "DISPLAY": f":{os.read(read, 16).decode().strip()}"}
    shown.pop("WAYLAND_DISPLAY", None)
    # Of each byte of the picture, 1 if it is nearly white.
    white = lambda: (folder / "Xvfb_screen0").read_bytes()[-1280 * 800 * 4 :].translate(NEARLY_WHITE).count(1)
    before, began = white(), time.monotonic()
    program = subprocess.Popen([bendwise], env=shown, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        while white() < before + WORDS:
            assert time.monotonic() < began + 30 and program.poll() is None, "no start screen"
            time.sleep(0.005)
        return time.monotonic() - began
    finally:
        for process in (program, server):
            process.terminate()
            process.wait()
        os.close(read), os.close(write)


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
    large_store(work, bendwise, film)
    clinic(work, bendwise, kept_sessions(work, bendwise, film))


if __name__ == "__main__":
    main(*sys.argv[1:])
