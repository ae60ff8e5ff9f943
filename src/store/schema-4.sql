-- The fourth form of the database: what was added to `schema-3.sql`. Never changed once it was given out.

-- Whether the deepest part of a repetition may have been hidden. Before, only a confidence of 0 told it.
ALTER TABLE repetitions ADD COLUMN bottom_hidden INTEGER NOT NULL DEFAULT 0;
UPDATE repetitions SET bottom_hidden = 1 WHERE verdict = 'none' AND confidence = 0;

-- By how much the standing posture widens the intervals of a repetition, radians, and why: bent_knees, leaning, arm_up,
-- not_still. None in sessions that were kept before.
ALTER TABLE repetitions ADD COLUMN standing_doubt REAL;
ALTER TABLE repetitions ADD COLUMN standing_flaw TEXT;
