//! Accounts.

use bartizan::password::SealedHash;
use rusqlite::{ErrorCode, OptionalExtension as _, Row, Transaction, named_params};

use crate::error::Error;

/// An account that is about to be made.
pub(crate) struct NewUser {
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) created_at: i64,
}

/// What signing in needs to know.
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) password_hash: String,
    pub(crate) has_second_factor: bool,
}

/// An address, and since when it is known to be the user's.
pub(crate) struct Address {
    pub(crate) email: String,
    pub(crate) verified_at: Option<i64>,
}

/// Makes an account, with the hash that `seal` gives for its id; returns whether the name was free.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    user: &NewUser,
    seal: impl FnOnce(i64) -> Result<SealedHash, Error>,
) -> Result<bool, Error> {
    let inserted = tx.execute(
        "INSERT INTO users (username, email, password_hash, created_at)
         VALUES (:username, :email, '', :created_at)",
        named_params! {
            ":username": user.username,
            ":email": user.email,
            ":created_at": user.created_at,
        },
    );
    match inserted {
        Ok(_) => {
            let id = tx.last_insert_rowid();
            swap_password_hash(tx, id, "", seal(id)?.as_str())?;
            Ok(true)
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn by_name(tx: &Transaction<'_>, username: &str) -> Result<Option<Account>, Error> {
    let sql = "SELECT id, password_hash,
                      EXISTS (SELECT 1 FROM authenticators
                              WHERE user_id = users.id AND is_confirmed = 1)
               FROM users WHERE username = ?1";
    let account = tx.query_row(sql, [username], |row| {
        Ok(Account { id: row.get(0)?, password_hash: row.get(1)?, has_second_factor: row.get(2)? })
    });
    Ok(account.optional()?)
}

/// Returns the next accounts behind one, with their password hashes.
pub(crate) fn password_hashes(
    tx: &Transaction<'_>,
    after: i64,
    count: usize,
) -> Result<Vec<(i64, String)>, Error> {
    let sql = "SELECT id, password_hash FROM users WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut statement = tx.prepare(sql)?;
    let rows = statement.query_map((after, i64::try_from(count).unwrap_or(i64::MAX)), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Replaces a password hash, unless it was replaced meanwhile.
pub(crate) fn swap_password_hash(
    tx: &Transaction<'_>,
    id: i64,
    before: &str,
    after: &str,
) -> Result<(), Error> {
    let _rows = tx.execute(
        "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2",
        (id, before, after),
    )?;
    Ok(())
}

pub(crate) fn address(tx: &Transaction<'_>, id: i64) -> Result<Address, Error> {
    let sql = "SELECT email, email_verified_at FROM users WHERE id = ?1";
    let read = |row: &Row<'_>| Ok(Address { email: row.get(0)?, verified_at: row.get(1)? });
    Ok(tx.query_row(sql, [id], read)?)
}

/// Remembers that an address is the user's, if it still is the one of the account.
pub(crate) fn set_address_verified(
    tx: &Transaction<'_>,
    id: i64,
    email: &str,
    now: i64,
) -> Result<(), Error> {
    let sql = "UPDATE users SET email_verified_at = ?3 WHERE id = ?1 AND email = ?2";
    let _rows = tx.execute(sql, (id, email, now))?;
    Ok(())
}
