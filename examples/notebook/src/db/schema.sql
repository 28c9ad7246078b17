-- Instants are whole seconds since 1970. What only keys can read is a BLOB.
BEGIN;

CREATE TABLE users (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    username       TEXT    NOT NULL UNIQUE,
    email          TEXT    NOT NULL,
    password_hash  TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    -- When a code that was sent to the address came back.
    email_verified_at INTEGER
) STRICT;

-- The picture of a user, as it is served: checked, and without metadata.
CREATE TABLE avatars (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    media_type TEXT    NOT NULL
               CHECK (media_type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
    bytes      BLOB    NOT NULL
) STRICT;

-- The authenticator of a user, and one that is shown but not confirmed yet. The store knows the last
-- code that was accepted, by the id, which is not given again.
CREATE TABLE authenticators (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Sealed, bound to the user.
    secret       BLOB    NOT NULL,
    begun_at     INTEGER NOT NULL,
    is_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (is_confirmed IN (0, 1)),
    UNIQUE (user_id, is_confirmed)
) STRICT;

-- A session is known by the digest of its cookie, so that who reads this table is nobody yet.
CREATE TABLE sessions (
    digest     BLOB    PRIMARY KEY CHECK (length(digest) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    stage      TEXT    NOT NULL CHECK (stage IN ('half', 'password', 'two-factor')),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    -- The request that sent a code to the user's address: the code is good in this session alone.
    address_request TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

-- AUTOINCREMENT: the id of a deleted note is not given again, since sealed notes are bound to it.
CREATE TABLE notes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT,
    body       TEXT,
    -- A page that a rich note leads to, and its title, if it was found.
    link       TEXT,
    preview    TEXT,
    sealed     BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (preview IS NULL OR link IS NOT NULL),
    CHECK (sealed IS NULL OR link IS NULL),
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
PRAGMA user_version = 4;

COMMIT;
