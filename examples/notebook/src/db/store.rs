//! What the family of crates asks us to remember: refresh tokens and what is revoked, the last code
//! of each authenticator, recovery codes, and codes that were sent.

use bartizan::core::UnixTime;
use bartizan::store::{Entry, Store, StoreError, StoreKey, StoredEntry, Swap, Version};
use rusqlite::{OptionalExtension as _, Transaction};

use super::{Db, from_sql, to_sql};
use crate::error::Error;

/// The store on the notebook's own database: each step is a transaction.
#[derive(Clone, Debug)]
pub(crate) struct DbStore {
    db: Db,
    /// When an entry's time is over.
    now: fn() -> UnixTime,
}

impl DbStore {
    pub(crate) const fn new(db: Db, now: fn() -> UnixTime) -> Self {
        Self { db, now }
    }

    async fn run<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.db.run(step).await.map_err(|error| {
            let _id = error.log();
            StoreError::Unavailable
        })
    }
}

impl Store for DbStore {
    async fn get(&self, key: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
        let (key, now) = (*key, (self.now)());
        self.run(move |tx| find(tx, &key, now)).await
    }

    async fn create(&self, key: &StoreKey, entry: Entry) -> Result<bool, StoreError> {
        check_len(&entry)?;
        let (key, now) = (*key, (self.now)());
        let create = move |tx: &Transaction<'_>| {
            let absent = find(tx, &key, now)?.is_none();
            if absent {
                write(tx, &key, &entry)?;
            }
            Ok(absent)
        };
        self.run(create).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        expected: Version,
        entry: Entry,
    ) -> Result<Swap, StoreError> {
        check_len(&entry)?;
        let (key, now) = (*key, (self.now)());
        let swap = move |tx: &Transaction<'_>| match find(tx, &key, now)? {
            None => Ok(Swap::Gone),
            Some(other) if other.version() != expected => Ok(Swap::Conflict(other)),
            Some(_) => write(tx, &key, &entry).map(|()| Swap::Done),
        };
        self.run(swap).await
    }

    async fn remove(&self, key: &StoreKey) -> Result<bool, StoreError> {
        let (key, now) = (*key, (self.now)());
        let remove = move |tx: &Transaction<'_>| {
            let there = find(tx, &key, now)?.is_some();
            let sql = "DELETE FROM store WHERE namespace = ?1 AND digest = ?2";
            let _rows = tx.execute(sql, (key.namespace().name(), key.digest()))?;
            Ok(there)
        };
        self.run(remove).await
    }
}

/// Removes what nobody can ask for any more.
pub(crate) fn delete_expired(tx: &Transaction<'_>, now: UnixTime) -> Result<(), Error> {
    let _rows = tx.execute("DELETE FROM store WHERE expires_at <= ?1", [to_sql(now)])?;
    Ok(())
}

fn check_len(entry: &Entry) -> Result<(), StoreError> {
    if entry.bytes().len() > Entry::MAX_LEN { Err(StoreError::TooLarge) } else { Ok(()) }
}

fn find(tx: &Transaction<'_>, key: &StoreKey, now: UnixTime) -> Result<Option<StoredEntry>, Error> {
    let sql = "SELECT bytes, expires_at, version FROM store
               WHERE namespace = ?1 AND digest = ?2 AND expires_at > ?3";
    let row = tx.query_row(sql, (key.namespace().name(), key.digest(), to_sql(now)), |row| {
        let entry = Entry::new(row.get(0)?, from_sql(row.get(1)?));
        Ok((entry, row.get::<_, i64>(2)?))
    });
    let Some((entry, version)) = row.optional()? else { return Ok(None) };
    let version = u64::try_from(version).map_err(Error::machine)?;
    Ok(Some(StoredEntry::new(entry, Version::from_u64(version))))
}

/// Each write has a version that no other had, in whatever row.
fn write(tx: &Transaction<'_>, key: &StoreKey, entry: &Entry) -> Result<(), Error> {
    let sql = "UPDATE store_version SET last = last + 1 RETURNING last";
    let version: i64 = tx.query_row(sql, [], |row| row.get(0))?;
    let _rows = tx.execute(
        "INSERT INTO store (namespace, digest, version, bytes, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (namespace, digest) DO UPDATE SET
             version = excluded.version, bytes = excluded.bytes, expires_at = excluded.expires_at",
        (key.namespace().name(), key.digest(), version, entry.bytes(), to_sql(entry.expires_at())),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use bartizan::store::{Loss, Namespace};
    use rusqlite::Connection;

    use super::*;

    const A: StoreKey = StoreKey::from_digest(Namespace::new("a", Loss::Refuses), [7; 32]);
    const B: StoreKey = StoreKey::from_digest(Namespace::new("b", Loss::Refuses), [7; 32]);

    fn at(secs: u64) -> UnixTime {
        UnixTime::from_secs(1_700_000_000).saturating_add_secs(secs)
    }

    #[test]
    fn what_is_written_is_found_until_its_time_is_over_and_no_version_comes_back() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("schema.sql")).unwrap();
        let tx = connection.transaction().unwrap();
        let entry = Entry::new(vec![1, 2], at(60));
        write(&tx, &A, &entry).unwrap();
        let found = find(&tx, &A, at(59)).unwrap().unwrap();
        assert_eq!(found.entry(), &entry);
        assert_eq!(find(&tx, &B, at(0)).unwrap(), None, "another namespace");
        assert_eq!(find(&tx, &A, at(60)).unwrap(), None, "its time is over");

        delete_expired(&tx, at(59)).unwrap();
        assert!(find(&tx, &A, at(0)).unwrap().is_some());
        delete_expired(&tx, at(60)).unwrap();
        assert_eq!(find(&tx, &A, at(0)).unwrap(), None);
        write(&tx, &A, &entry).unwrap();
        assert_ne!(find(&tx, &A, at(0)).unwrap().unwrap().version(), found.version());
    }
}
