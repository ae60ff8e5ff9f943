-- The sixth form of the database: what was added to `schema-5.sql`. Never changed once it was given out.

-- Who practises. Sessions that were kept before belong to one person without a name.
CREATE TABLE persons (
    key          INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,             -- 32 hexadecimal digits: the same person on every machine
    name         TEXT UNIQUE COLLATE NOCASE,       -- given by the person; none of the one that a migration made
    pseudonym    TEXT NOT NULL UNIQUE,             -- random, for files that leave the house
    created_ms   INTEGER NOT NULL,                 -- milliseconds since 1970, UTC
    height       REAL,                             -- metres
    side         TEXT CHECK (side IN ('left', 'right')), -- the side they like to show to the camera
    language     TEXT,                             -- two letters
    outline      TEXT                              -- build: JSON of proportions, to ask when somebody else stands there
) STRICT;

-- The own full bend: the newest of a person counts.
CREATE TABLE full_bends (
    person     INTEGER NOT NULL REFERENCES persons (key) ON DELETE CASCADE,
    measured_ms INTEGER NOT NULL,                 -- milliseconds since 1970, UTC
    lumbar     REAL NOT NULL,                      -- lumbar flexion, radians, change from standing
    interval   REAL NOT NULL,                      -- half the width of the 90 % interval, radians
    PRIMARY KEY (person, measured_ms)
) STRICT, WITHOUT ROWID;

-- What was asked of a person, one row a version; the newest counts.
CREATE TABLE prescriptions (
    key         INTEGER PRIMARY KEY,
    uid         TEXT NOT NULL UNIQUE,
    person      INTEGER NOT NULL REFERENCES persons (key) ON DELETE CASCADE,
    received_ms INTEGER NOT NULL,                  -- milliseconds since 1970, UTC
    text        TEXT NOT NULL                      -- the TOML file as it was written
) STRICT;
CREATE INDEX prescriptions_of ON prescriptions (person, received_ms);

-- Answers and scores of questionnaires: asked in a session, or typed in.
CREATE TABLE scores (
    person     INTEGER NOT NULL REFERENCES persons (key) ON DELETE CASCADE,
    session    INTEGER REFERENCES sessions (key) ON DELETE CASCADE, -- none of a score that was typed in
    given_ms   INTEGER NOT NULL,                   -- milliseconds since 1970, UTC
    instrument TEXT NOT NULL,                      -- nrs-before, nrs-after, nrs-week, psfs, odi, rmdq
    version    TEXT NOT NULL,                      -- of the instrument and its wording
    item       TEXT NOT NULL DEFAULT '',           -- the activity of a PSFS item, in the person's words
    wording    TEXT NOT NULL DEFAULT '',           -- the question as it was shown, with its language
    value      REAL                                -- none where it was asked and left out
) STRICT;
CREATE INDEX scores_of ON scores (person, given_ms);
CREATE INDEX scores_in ON scores (session);

ALTER TABLE sessions ADD COLUMN person INTEGER REFERENCES persons (key) ON DELETE CASCADE; -- of every session from here on
CREATE INDEX sessions_by_person ON sessions (person, began_ms);
INSERT INTO persons (uid, name, pseudonym, created_ms)
    VALUES (lower(hex(randomblob(16))), NULL, 'p-' || lower(hex(randomblob(5))), CAST(unixepoch('subsec') * 1000 AS INTEGER));
UPDATE sessions SET person = (SELECT key FROM persons);

-- What a set is for: practice, or retention: bends without any feedback, which show what stayed from the sessions before.
ALTER TABLE sets ADD COLUMN purpose TEXT NOT NULL DEFAULT 'practice' CHECK (purpose IN ('practice', 'retention'));
