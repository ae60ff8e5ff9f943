"""Runs the lines of docs/archive.md on an archive, so that the two cannot part.

    archive.py DOCS FOLDER [--spark]     with an archive named `clinic` in FOLDER, and one without a session in FOLDER/nobody

Each fence of `sql` is run by DuckDB and each of `python` by Polars, in their order; with --spark those of `python spark` too (pyspark, Java).
All of it twice: as the archive is, and with a file of a later version, which has one more column, beside the others. Needs
archive-requirements.txt. Ends with the first thing that is not so.
"""
import os
import re
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow
import pyarrow.parquet

TABLES = ("sessions", "repetitions", "samples")
LATER = "0123456789abcdef" * 2


def fences(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def by_duckdb(text):
    """The results of all queries, those of one fence after the other."""
    results = []
    for fence in fences(text, "sql"):
        connection = duckdb.connect()
        # What the command line of DuckDB does at .read
        lines = re.sub(r"^\.read (.*)$", lambda found: Path(found[1]).read_text(), fence, flags=re.MULTILINE)
        statements = connection.extract_statements(lines)
        for statement in statements[:-1]:
            connection.execute(statement)
        found = connection.sql(lines[lines.rindex("SELECT") :]).pl()
        results.append((found.columns, found.rows()))
    return results


def by_python(text, language):
    space = {}
    for fence in fences(text, language):
        exec(fence, space)
    return space


def rounded(rows):
    return sorted(
        (tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row) for row in rows), key=repr
    )


def add_later_file():
    """A file a table as a later bendwise would write it: of another session, and with one more column."""
    for table in TABLES:
        earlier = sorted(Path("clinic", table).glob("*/*/*.parquet"))[1]  # the first has no rows
        rows = pyarrow.parquet.ParquetFile(earlier).read()
        rows = rows.set_column(0, "session", pyarrow.array([LATER] * rows.num_rows))
        rows = rows.append_column("later", pyarrow.array([1.5] * rows.num_rows))
        pyarrow.parquet.write_table(rows, earlier.with_name(f"{LATER}.parquet"))


def check(text, sessions, with_spark):
    shares, all_repetitions, persons = by_duckdb(text)
    assert shares[0] == ["drill", "year", "month", "persons", "share"], shares[0]
    assert shares[1] and persons[1][0][0] >= 1, "nothing was found"
    polars = by_python(text, "python")
    assert rounded(polars["shares"].rows()) == rounded(shares[1]), (polars["shares"], shares[1])
    for table in TABLES:
        rows = polars["table"](table)
        assert rows.select(pl.col("session").n_unique()).collect().item() == (
            sessions if table != "repetitions" else len(set(row[0] for row in all_repetitions[1]))
        ), table
        assert rows.collect_schema()["month"] == pl.Int32
    if with_spark:
        spark = by_python(text, "python spark")
        assert rounded(map(tuple, spark["shares"].collect())) == rounded(shares[1])
        assert ("later" in spark["table"]("samples").columns) == ("later" in all_repetitions[0])
    return all_repetitions


def check_empty(text):
    """In an archive without a session, the same lines find nothing, and end with no error."""
    for columns, rows in by_duckdb(text):
        assert columns and rows in ([], [(0,)]), rows
    space = by_python(text, "python")
    assert space["shares"].height == 0 and all(space["table"](table).collect().height == 0 for table in TABLES)


def main(docs, folder, with_spark):
    text, folder = Path(docs).read_text(), Path(folder).resolve()
    os.chdir(Path(folder, "nobody"))
    check_empty(text)
    os.chdir(folder)
    sessions = pl.read_parquet("clinic/sessions/*/*/*.parquet").height
    described = pl.read_parquet("clinic/columns/columns.parquet")
    for table in TABLES:
        found = duckdb.sql(f"DESCRIBE FROM 'clinic/{table}/*/*/*.parquet'").pl()
        told = described.filter(pl.col("table") == table).select("column", "type").rows()
        assert [row[:2] for row in found.rows()][: len(told)] == told, f"{table} is not as `columns` says"
    names, before = check(text, sessions, with_spark)
    assert "later" not in names
    add_later_file()
    names, after = check(text, sessions + 1, with_spark)
    assert "later" in names and len(after) > len(before), "the later column is missing"
    assert {row[names.index("later")] for row in after} == {None, 1.5}, "null in earlier files"
    print("all lines of", docs, "hold", "(with Spark)" if with_spark else "")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "--spark" in sys.argv[3:])
