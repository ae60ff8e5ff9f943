"""Makes what the measurements of run.py read: a home with many kept sessions, and an archive as large as that of a clinic chain."""
import secrets
import shutil
import sqlite3
from pathlib import Path

import duckdb

TABLES_OF_A_SESSION = ("models", "sets", "repetitions", "calibrations", "events", "blocks")
FOUR_HOURS_MS = 4 * 3600 * 1000

# Whole numbers from a hash of the row: the same sessions on every run.
CHANCE = "(hash({key}, '{salt}') % 1000) / 1000.0"


def copy_sessions(home, count):
    """Copies the first kept session of a home until there are so many, each four hours before the last."""
    database = sqlite3.connect(Path(home, "data/sessions/sessions.db"))
    columns = {
        table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        for table in ("sessions", *TABLES_OF_A_SESSION)
    }
    (first,) = database.execute("SELECT min(key) FROM sessions").fetchone()
    (have,) = database.execute("SELECT count(*) FROM sessions").fetchone()
    rest = ", ".join(name for name in columns["sessions"] if name not in ("key", "uid", "id", "began_ms"))
    for number in range(have, count):
        sql = f"INSERT INTO sessions (uid, id, began_ms, {rest}) SELECT ?, ?, began_ms - ?, {rest} FROM sessions WHERE key = ?"
        row = (secrets.token_hex(16), f"copy-{number}", number * FOUR_HOURS_MS, first)
        key = database.execute(sql, row).lastrowid
        for table in TABLES_OF_A_SESSION:
            own = ", ".join(name for name in columns[table] if name != "session")
            sql = f"INSERT INTO {table} (session, {own}) SELECT ?, {own} FROM {table} WHERE session = ?"
            database.execute(sql, (key, first))
    database.commit()
    return [row[0] for row in database.execute("SELECT id FROM sessions")]


def chance(key, salt):
    return CHANCE.format(key=key, salt=salt)


def clinic(template, folder, sessions, persons=2000, repetitions=20):
    """An archive with so many sessions and their repetitions, in merged months, with the columns of `template`."""
    template, folder = Path(template), Path(folder)
    for name in ("dataset.json", "views.sql", "columns", "tombstones", "samples"):
        copy = shutil.copytree if (template / name).is_dir() else shutil.copy
        folder.mkdir(exist_ok=True)
        copy(template / name, folder / name)
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    base.execute(
        f"""CREATE TABLE made AS SELECT md5(i::VARCHAR) AS session, format('p-{{:010x}}', i % {persons}) AS person,
        TIMESTAMPTZ '2024-12-01 08:00Z' + INTERVAL (i // {persons} * 14 + i % 11) DAY + INTERVAL (i % 600) MINUTE AS began,
        i % {persons} AS p, i // {persons} AS nth FROM range({sessions}) t(i)"""
    )
    own = {
        "sessions": f"""SELECT *, began::DATE AS day, {chance('p', 'plan')} AS pick, 3::BIGINT AS prescribed_days_per_week,
            {repetitions}::BIGINT AS repetitions, 30.0::DOUBLE AS fps FROM made""",
        "repetitions": f"""SELECT *, began::DATE AS day, r + 1 AS repetition, true AS compared, 'hips' AS goal, 'practice' AS purpose,
            (r // 10 + 1)::BIGINT AS set, ['bow', 'box-lift', 'good-morning', 'waiters-bow'][1 + r // 5 % 4] AS drill,
            CASE WHEN {chance('session, r', 'none')} < 0.05 THEN 'none' WHEN share < 0.2 THEN 'hips'
                 WHEN share < 0.35 THEN 'mixed' ELSE 'back' END AS verdict,
            round(share, 3) AS lumbar_share, 0.08::DOUBLE AS lumbar_share_interval, round(60 + 20 * {chance('session, r', 'hip')}, 2) AS hip_flexion_deg,
            round(35 + 25 * {chance('session, r', 'reach')}, 2) AS reach_deg, 7.0::DOUBLE AS reach_interval_deg, true AS reach_limited
            FROM (SELECT *, greatest(0.02, 0.4 * {chance('p', 'person')} - 0.004 * nth + 0.1 * {chance('session, r', 'rep')}) AS share
                  FROM made, range({repetitions}) t(r))""",
    }
    kinds = base.execute(f"SELECT * FROM read_parquet('{folder}/columns/columns.parquet')").fetchall()
    for table, rows in own.items():
        base.execute(f"CREATE OR REPLACE TEMP TABLE rows AS {rows}")
        have = {row[0] for row in base.execute("DESCRIBE rows").fetchall()}
        columns = ", ".join(
            f'{name if name in have else "NULL"}::{kind} AS "{name}"' for of, name, kind, *_ in kinds if of == table
        )
        units = ", ".join(f"'unit.{name}': '{unit}'" for of, name, _, unit, *_ in kinds if of == table)
        months = base.execute("SELECT DISTINCT year(day), month(day) FROM rows").fetchall()
        for year, month in months:
            place = folder / table / f"year={year:04}" / f"month={month:02}"
            place.mkdir(parents=True)
            base.execute(
                f"""COPY (SELECT {columns} FROM rows WHERE year(day) = {year} AND month(day) = {month} ORDER BY day, session)
                TO '{place}/month.parquet' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 65536,
                KV_METADATA {{'schema_version': '1', {units}}})"""
            )
