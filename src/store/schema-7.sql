-- The seventh form of the database: what was added to `schema-6.sql`. Never changed once it was given out.

-- The last day of a prescription that was ended before the one it names, as 2026-11-28; before its first day if it was
-- withdrawn. The text stays as it was written.
ALTER TABLE prescriptions ADD COLUMN ended TEXT;
