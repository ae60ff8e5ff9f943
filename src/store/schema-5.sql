-- The fifth form of the database: what was added to `schema-4.sql`. Never changed once it was given out.

-- Where the bends of a set should come from, as its drill had it at the time: hips, back (to feel the difference), or any.
ALTER TABLE sets ADD COLUMN goal TEXT NOT NULL DEFAULT 'hips' CHECK (goal IN ('hips', 'back', 'any'));
-- Of sessions that were kept before: the one drill of ours that asked for the back did so in every second set.
UPDATE sets SET goal = 'back' WHERE drill = 'box-lift' AND
    (SELECT count(*) FROM sets other WHERE other.session = sets.session AND other.drill = sets.drill
     AND other.number < sets.number) % 2 = 1;
