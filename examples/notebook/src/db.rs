//! The database: one file, one connection, one transaction at a time.

pub(crate) mod authenticators;
pub(crate) mod avatars;
pub(crate) mod hashing;
pub(crate) mod keyrings;
pub(crate) mod notes;
pub(crate) mod programs;
pub(crate) mod sessions;
pub(crate) mod store;
pub(crate) mod users;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bartizan::core::UnixTime;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::data_dir::{create_private, remove_if_there, rename_durably};
use crate::error::Error;
use crate::start_error::StartError;

/// "bznb": what `file` and we recognise the database by.
const APPLICATION_ID: i64 = 0x627a_6e62;
const SCHEMA_VERSION: i64 = 4;

/// A handle to the database; clones share the connection.
#[derive(Clone, Debug)]
pub(crate) struct Db(Arc<Mutex<Connection>>);

impl Db {
    /// Makes an empty database beside `path` and moves it there: it is whole or not there.
    pub(crate) fn create(path: &Path) -> Result<(), StartError> {
        let staged = path.with_extension("db.new");
        let make = || -> Result<(), Box<dyn core::error::Error>> {
            for suffix in ["db.new", "db.new-wal", "db.new-shm", "db.new-journal"] {
                remove_if_there(&path.with_extension(suffix))?;
            }
            // SQLite gives the files beside the database the database's own permissions.
            let file = create_private(&staged)?;
            let connection = connect(&staged)?;
            let _mode: String =
                connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            connection.execute_batch(include_str!("db/schema.sql"))?;
            connection.close().map_err(|(_, error)| error)?;
            file.sync_all()?;
            Ok(rename_durably(&staged, path)?)
        };
        make().map_err(|error| StartError::because("the database cannot be made", &error))
    }

    /// Opens the database and checks that it is whole. A damaged one is left as it is.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        let damaged =
            |cause: &dyn core::fmt::Display| StartError::because("the database is damaged", cause);
        let log = fs::metadata(path.with_extension("db-wal"));
        let has_log = log.is_ok_and(|metadata| metadata.len() > 0);
        let connection = connect(path).map_err(|error| damaged(&error))?;
        // Until it is known to be whole, what the log holds is not written into it at closing.
        let keep = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        let _set = connection.set_db_config(keep, has_log).map_err(|error| damaged(&error))?;
        if let Some(finding) = check(&connection).map_err(|error| damaged(&error))? {
            return Err(damaged(&finding));
        }
        let _set = connection.set_db_config(keep, false).map_err(|error| damaged(&error))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs `work` in a transaction on a thread that may block: committed, and safely on disk,
    /// when `work` succeeds, and undone when it fails or panics.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    {
        // Waiting happens here, not on a thread: one thread at a time is in the database.
        let mut connection = Arc::clone(&self.0).lock_owned().await;
        let job = move || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        spawn_blocking(job).await.map_err(Error::machine)?
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // FULL: what was acknowledged is on the disk, not in a cache of the system.
    connection.execute_batch(
        "PRAGMA busy_timeout = 5000;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON;",
    )?;
    Ok(connection)
}

/// Returns what is wrong with the database, if anything is.
fn check(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let text = |pragma| connection.query_row(pragma, [], |row| row.get::<_, String>(0));

    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Ok(Some("it is not one of a notebook".into()));
    }
    if number("PRAGMA user_version")? != SCHEMA_VERSION {
        return Ok(Some("its schema is of another version".into()));
    }
    if text("PRAGMA journal_mode")? != "wal" {
        return Ok(Some("it does not keep a write-ahead log".into()));
    }
    let finding = text("PRAGMA quick_check(1)")?;
    if finding != "ok" {
        return Ok(Some(finding.replace('\n', " ")));
    }
    let dangling = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
    Ok(dangling.then(|| "a row refers to one that is not there".into()))
}

/// Returns the number that stands for an instant in the database.
pub(crate) fn to_sql(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// Returns the instant that a number in the database stands for.
pub(crate) fn from_sql(secs: i64) -> UnixTime {
    u64::try_from(secs).map_or(UnixTime::EPOCH, UnixTime::from_secs)
}
