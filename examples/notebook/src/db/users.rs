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

/// All that is stored of a second factor. What is sealed stays so.
pub(crate) struct SecondFactor {
    pub(crate) secret: Option<Vec<u8>>,
    pub(crate) last_step: i64,
    pub(crate) recovery_set: Option<Vec<u8>>,
}

/// An enrolment that is not confirmed yet.
pub(crate) struct Pending {
    pub(crate) secret: Vec<u8>,
    pub(crate) begun_at: i64,
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
    let sql = "SELECT id, password_hash, totp_secret IS NOT NULL FROM users WHERE username = ?1";
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

pub(crate) fn second_factor(tx: &Transaction<'_>, id: i64) -> Result<SecondFactor, Error> {
    let sql = "SELECT totp_secret, totp_last_step, recovery_set FROM users WHERE id = ?1";
    Ok(tx.query_row(sql, [id], |row| {
        Ok(SecondFactor { secret: row.get(0)?, last_step: row.get(1)?, recovery_set: row.get(2)? })
    })?)
}

pub(crate) fn pending(tx: &Transaction<'_>, id: i64) -> Result<Option<Pending>, Error> {
    let sql = "SELECT totp_pending, totp_begun_at FROM users
               WHERE id = ?1 AND totp_pending IS NOT NULL AND totp_begun_at IS NOT NULL";
    let read = |row: &Row<'_>| Ok(Pending { secret: row.get(0)?, begun_at: row.get(1)? });
    Ok(tx.query_row(sql, [id], read).optional()?)
}

/// Keeps the sealed secret of an enrolment until it is confirmed.
pub(crate) fn set_pending(tx: &Transaction<'_>, id: i64, pending: &Pending) -> Result<(), Error> {
    let sql = "UPDATE users SET totp_pending = ?2, totp_begun_at = ?3 WHERE id = ?1";
    let _rows = tx.execute(sql, (id, &pending.secret, pending.begun_at))?;
    Ok(())
}

/// Makes the pending secret the one that counts, with the step that confirmed it already used.
pub(crate) fn confirm_pending(
    tx: &Transaction<'_>,
    id: i64,
    last_step: i64,
    recovery_set: &[u8],
) -> Result<(), Error> {
    let _rows = tx.execute(
        "UPDATE users
         SET totp_secret = totp_pending, totp_last_step = ?2, recovery_set = ?3,
             totp_pending = NULL, totp_begun_at = NULL
         WHERE id = ?1 AND totp_pending IS NOT NULL",
        (id, last_step, recovery_set),
    )?;
    Ok(())
}

/// Remembers the step of an accepted code; returns whether it was still the first to come.
pub(crate) fn swap_last_step(
    tx: &Transaction<'_>,
    id: i64,
    before: i64,
    after: i64,
) -> Result<bool, Error> {
    let sql = "UPDATE users SET totp_last_step = ?3 WHERE id = ?1 AND totp_last_step = ?2";
    Ok(tx.execute(sql, [id, before, after])? == 1)
}

/// Replaces the recovery codes; returns whether they were still those of `before`.
pub(crate) fn swap_recovery_set(
    tx: &Transaction<'_>,
    id: i64,
    before: Option<&[u8]>,
    after: &[u8],
) -> Result<bool, Error> {
    let sql = "UPDATE users SET recovery_set = ?3 WHERE id = ?1 AND recovery_set IS ?2";
    Ok(tx.execute(sql, (id, before, after))? == 1)
}
