-- The second form of the database: what was added to `schema.sql`. Never changed once it was given out.

-- A session that is another measured anew: the uid of that other one, whose video it was measured from.
ALTER TABLE sessions ADD COLUMN origin TEXT;
CREATE INDEX sessions_of ON sessions (origin);

-- Frames of the source that were never measured: not decoded, or of a camera and not fetched in time.
ALTER TABLE sessions ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
