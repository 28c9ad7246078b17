-- Instants are whole seconds since 1970. What only keys can read is a BLOB.
BEGIN;

CREATE TABLE users (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    username       TEXT    NOT NULL UNIQUE,
    email          TEXT    NOT NULL,
    password_hash  TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    -- Sealed, bound to the user.
    totp_secret    BLOB,
    -- The time step of the last code that was accepted: a code works once.
    totp_last_step INTEGER NOT NULL DEFAULT 0,
    -- A secret that is shown, but not confirmed yet, and since when.
    totp_pending   BLOB,
    totp_begun_at  INTEGER,
    -- Digests of the recovery codes, and which are used.
    recovery_set   BLOB
) STRICT;

-- A session is known by the digest of its cookie, so that who reads this table is nobody yet.
CREATE TABLE sessions (
    digest     BLOB    PRIMARY KEY CHECK (length(digest) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    stage      TEXT    NOT NULL CHECK (stage IN ('half', 'password', 'two-factor')),
    failures   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

-- AUTOINCREMENT: the id of a deleted note is not given again, since sealed notes are bound to it.
CREATE TABLE notes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT,
    body       TEXT,
    sealed     BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((sealed IS NULL) = (title IS NOT NULL) AND (sealed IS NULL) = (body IS NOT NULL))
) STRICT;

CREATE INDEX notes_by_user ON notes (user_id, updated_at);

-- Programs that read notes by the API: each a family of refresh tokens, which the store has.
CREATE TABLE programs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    family       TEXT    NOT NULL UNIQUE,
    -- Of the latest access token.
    token_id     TEXT    NOT NULL,
    exchanges    INTEGER NOT NULL DEFAULT 0,
    connected_at INTEGER NOT NULL,
    exchanged_at INTEGER NOT NULL
) STRICT;

CREATE INDEX programs_by_user ON programs (user_id, exchanged_at);

-- What the family of crates asks to be remembered. It knows entries by digests.
CREATE TABLE store (
    namespace  TEXT    NOT NULL,
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    version    INTEGER NOT NULL,
    bytes      BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (namespace, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX store_by_expiry ON store (expires_at);

-- The last version that a write was given: none comes back.
CREATE TABLE store_version (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;

INSERT INTO store_version (one, last) VALUES (1, 0);

-- The newest generation of each keyring file that was used: an older copy put back is noticed.
CREATE TABLE keyrings (
    name       TEXT    PRIMARY KEY,
    generation INTEGER NOT NULL
) STRICT;

-- How much work a password hash is, when it was measured.
CREATE TABLE hashing (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    memory_kib INTEGER NOT NULL,
    passes     INTEGER NOT NULL,
    lanes      INTEGER NOT NULL
) STRICT;

PRAGMA application_id = 0x627a6e62;
PRAGMA user_version = 3;

COMMIT;
