-- The eighth form of the database: what was added to `schema-7.sql`. Never changed once it was given out.

-- The build of whoever a session shows: a JSON array of natural logarithms of shank, thigh, and shoulder to ear, each relative
-- to the trunk. The build of a person is the mean over the sessions that are theirs.
ALTER TABLE sessions ADD COLUMN build TEXT;
-- Whether it may be somebody else's, so that it does not count.
ALTER TABLE sessions ADD COLUMN build_doubted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_with_build ON sessions (person, began_ms) WHERE build IS NOT NULL;

-- Before, only the mean was kept, and over how many: the newest so many sessions take it.
UPDATE sessions SET build = (SELECT json_extract(outline, '$.ratios') FROM persons WHERE persons.key = sessions.person)
    WHERE origin IS NULL
    AND (SELECT json_valid(outline) FROM persons WHERE persons.key = sessions.person)
    AND (SELECT count(*) FROM sessions newer WHERE newer.person = sessions.person AND newer.origin IS NULL
         AND (newer.began_ms, newer.key) > (sessions.began_ms, sessions.key))
      < (SELECT json_extract(outline, '$.sessions') FROM persons WHERE persons.key = sessions.person);
ALTER TABLE persons DROP COLUMN outline;
