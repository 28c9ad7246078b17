use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
use rusqlite::Connection;

use crate::{
    BlindIndex, Column, Envelope, IndexBits, IndexKey, IndexToken, Normalization, OpenValueError,
    Padding, Sealed, SealingKey,
};

const EMAIL: Column<'_> = Column::new("users", "email");

struct Users {
    connection: Connection,
    envelope: Envelope,
    index: BlindIndex,
}

impl Users {
    fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        let create =
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email BLOB, found_by BLOB) STRICT";
        connection.execute_batch(create).unwrap();
        let random = SystemRandom::new();
        let sealing = KeyGenerator::new(&random, SealingKey::generate);
        let indexing = KeyGenerator::new(&random, IndexKey::generate);
        let sealing = Keyring::create(UnixTime::EPOCH, &sealing).unwrap();
        let indexing = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &indexing).unwrap());
        let bits = IndexBits::new(16).unwrap();
        let index = BlindIndex::new(indexing, &EMAIL, bits, Normalization::AsciiLowercase);
        Self { connection, envelope: Envelope::new(SharedKeyring::new(sealing)), index }
    }

    fn insert(&self, id: i64, email: &str) {
        let value = email.to_owned();
        let sealed = Sealed::seal(&value, &self.envelope, &EMAIL.row(id), Padding::Block(64));
        let row = (id, sealed.unwrap(), self.index.token(email));
        let inserted = self.connection.execute("INSERT INTO users VALUES (?1, ?2, ?3)", row);
        assert_eq!(inserted, Ok(1));
    }

    fn stored(&self, id: i64) -> Sealed<String> {
        let select = "SELECT email FROM users WHERE id = ?1";
        self.connection.query_row(select, [id], |row| row.get(0)).unwrap()
    }

    fn find(&self, email: &str) -> Vec<i64> {
        let find = |token: IndexToken| {
            let select = "SELECT id, email FROM users WHERE found_by = ?1 ORDER BY id";
            let mut select = self.connection.prepare(select).unwrap();
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let rows = select.query_map([token], read).unwrap();
            rows.map(Result::unwrap).collect::<Vec<(i64, Sealed<String>)>>()
        };
        let found = self.index.search(email).into_iter().flat_map(find);
        let equal = |(id, sealed): &(i64, Sealed<String>)| {
            sealed.open(&self.envelope, &EMAIL.row(*id)).unwrap().eq_ignore_ascii_case(email)
        };
        found.filter(equal).map(|(id, _)| id).collect()
    }
}

#[test]
fn a_sealed_column_is_written_read_and_searched() {
    let users = Users::new();
    for (id, email) in [(1, "alice@example.org"), (2, "bob@example.org"), (3, "Alice@Example.org")]
    {
        users.insert(id, email);
    }
    let read = users.stored(2).open(&users.envelope, &EMAIL.row(2));
    assert_eq!(read.unwrap(), "bob@example.org");
    assert_eq!(users.find("ALICE@example.org"), [1, 3]);
    assert_eq!(users.find("carol@example.org"), [0_i64; 0]);
}

/// Whoever can write the table moves values in vain.
#[test]
fn a_value_that_is_moved_does_not_open() {
    let users = Users::new();
    users.insert(1, "alice@example.org");
    users.insert(2, "bob@example.org");
    let swap = "UPDATE users SET email = (SELECT email FROM users WHERE id = 1) WHERE id = 2";
    users.connection.execute_batch(swap).unwrap();
    let moved = users.stored(2).open(&users.envelope, &EMAIL.row(2));
    assert!(matches!(moved, Err(OpenValueError::Open(_))), "{moved:?}");
}

#[test]
fn what_is_no_blob_or_too_long_is_refused() {
    let connection = Connection::open_in_memory().unwrap();
    let read = |select: &str| connection.query_row(select, [], |row| row.get::<_, Sealed<u8>>(0));
    assert_eq!(read("SELECT x'00ff'").unwrap().as_bytes(), [0, 0xff]);
    assert!(read("SELECT zeroblob(67108864 + 78)").is_err());
    for other in ["SELECT NULL", "SELECT 'text'", "SELECT 7", "SELECT 7.5"] {
        assert!(read(other).is_err(), "{other}");
    }
    let null = connection.query_row("SELECT NULL", [], |row| row.get::<_, Option<Sealed<u8>>>(0));
    assert_eq!(null, Ok(None));
}
