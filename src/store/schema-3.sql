-- The third form of the database: what was added to `schema-2.sql`. Never changed once it was given out.

-- How probable a repetition's verdict is, 0 to 1; none without a verdict, and in sessions that were kept before.
ALTER TABLE repetitions ADD COLUMN verdict_probability REAL;
