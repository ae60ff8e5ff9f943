-- The first form of the database. Never changed once it was given out: what comes later is a migration of its own.
-- Times ending in _ns are nanoseconds on the clock of the session's source, angles are radians, likelihoods 0 to 1.

CREATE TABLE sessions (
    key           INTEGER PRIMARY KEY,
    uid           TEXT NOT NULL UNIQUE,             -- 32 hexadecimal digits: the same session on every machine
    id            TEXT NOT NULL UNIQUE,             -- what a person types: 2026-11-22, 2026-11-22b
    state         TEXT NOT NULL CHECK (state IN ('recording', 'arriving', 'finished', 'recovered', 'leaving')),
    began_ms      INTEGER NOT NULL,                 -- milliseconds since 1970, UTC
    offset_s      INTEGER NOT NULL,                 -- how far local time was ahead of UTC there, seconds
    source        TEXT NOT NULL,                    -- the camera's or the file's name
    plan          TEXT,                             -- the drill or programme it was led by
    name          TEXT,                             -- given by the person
    note          TEXT,
    program       TEXT NOT NULL,                    -- the version of bendwise
    width         INTEGER,                          -- of the camera's picture, pixels
    height        INTEGER,
    frames        INTEGER NOT NULL DEFAULT 0,
    first_ns      INTEGER,                          -- of the first and the last frame
    last_ns       INTEGER,
    samples_lost  INTEGER NOT NULL DEFAULT 0,       -- measured, but not kept: the disk was too slow
    pictures_lost INTEGER NOT NULL DEFAULT 0,       -- kept without their picture
    video         TEXT                              -- file name in the session's folder
) STRICT;

CREATE TABLE models (
    session INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    file    TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    PRIMARY KEY (session, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE sets (
    session  INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    number   INTEGER NOT NULL,                      -- from 0
    drill    TEXT,                                  -- none in a session that does not lead
    began_ns INTEGER NOT NULL,
    ended_ns INTEGER,                               -- none where the session broke off
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE repetitions (
    session         INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    number          INTEGER NOT NULL,               -- from 0
    in_set          INTEGER,                        -- none of a bend between sets
    start_ns        INTEGER NOT NULL,
    bottom_ns       INTEGER NOT NULL,
    end_ns          INTEGER NOT NULL,
    hip             REAL NOT NULL,                  -- at the bottom, change from standing
    lumbar          REAL NOT NULL,
    trunk           REAL NOT NULL,
    knee            REAL NOT NULL,
    hip_interval    REAL NOT NULL,                  -- half the width of the 90 % interval
    lumbar_interval REAL NOT NULL,
    verdict         TEXT NOT NULL CHECK (verdict IN ('hips', 'mixed', 'back', 'none')),
    confidence      REAL NOT NULL,
    reach           REAL,                           -- hip flexion at which the low back joined in, or the deepest
    reach_interval  REAL,
    reach_limited   INTEGER,                        -- 1 if it joined in: then the hips went no further
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE calibrations (                         -- the zero of every angle, and the person's own range
    session      INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    time_ns      INTEGER NOT NULL,                  -- from when it counts
    kind         TEXT NOT NULL CHECK (kind IN ('standing', 'range')),
    pelvis       REAL,                              -- standing: inclinations from the vertical
    upper_lumbar REAL,
    thigh        REAL,
    trunk        REAL,
    knee         REAL,
    lumbar       REAL                               -- range: lumbar flexion of the full bend
) STRICT;
CREATE INDEX calibrations_of ON calibrations (session, time_ns);

CREATE TABLE events (
    session INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    time_ns INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    detail  TEXT NOT NULL                           -- a word, or JSON
) STRICT;
CREATE INDEX events_of ON events (session, time_ns);

CREATE TABLE blocks (                               -- the samples: src/store/block/mod.rs
    session  INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    number   INTEGER NOT NULL,                      -- from 0
    first_ns INTEGER NOT NULL,
    last_ns  INTEGER NOT NULL,
    frames   INTEGER NOT NULL,
    data     BLOB NOT NULL,
    PRIMARY KEY (session, number)
) STRICT;
