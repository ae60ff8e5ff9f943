-- Views of this archive for DuckDB, from the folder of the archive:  duckdb -init views.sql
-- From elsewhere: SET VARIABLE archive = '/path/of/it'; before the views are used.
-- Files with fewer columns than others have null there (union_by_name); what was deleted is not shown.
SET VARIABLE archive = coalesce(getvariable('archive'), '.');

CREATE OR REPLACE VIEW columns AS FROM read_parquet(getvariable('archive') || '/columns/columns.parquet');
CREATE OR REPLACE VIEW tombstones AS FROM read_parquet(getvariable('archive') || '/tombstones/tombstones.parquet', union_by_name = true);
CREATE OR REPLACE VIEW sessions AS FROM read_parquet(getvariable('archive') || '/sessions/*/*/*.parquet',
    union_by_name = true, hive_partitioning = true, hive_types = {'year': INTEGER, 'month': INTEGER})
    WHERE session NOT IN (SELECT session FROM tombstones);
CREATE OR REPLACE VIEW repetitions AS FROM read_parquet(getvariable('archive') || '/repetitions/*/*/*.parquet',
    union_by_name = true, hive_partitioning = true, hive_types = {'year': INTEGER, 'month': INTEGER})
    WHERE session NOT IN (SELECT session FROM tombstones);
CREATE OR REPLACE VIEW samples AS FROM read_parquet(getvariable('archive') || '/samples/*/*/*.parquet',
    union_by_name = true, hive_partitioning = true, hive_types = {'year': INTEGER, 'month': INTEGER})
    WHERE session NOT IN (SELECT session FROM tombstones);
