//! The authenticators of users: their secrets stay sealed here.

use rusqlite::{OptionalExtension as _, Transaction};

use crate::error::Error;

/// An authenticator, or one that is not confirmed yet.
pub(crate) struct Authenticator {
    pub(crate) id: i64,
    pub(crate) secret: Vec<u8>,
    pub(crate) begun_at: i64,
}

/// Returns the authenticator that logs a user in.
pub(crate) fn confirmed(
    tx: &Transaction<'_>,
    user_id: i64,
) -> Result<Option<Authenticator>, Error> {
    find(tx, user_id, true)
}

/// Returns the authenticator that a user was shown last, until it is confirmed.
pub(crate) fn pending(tx: &Transaction<'_>, user_id: i64) -> Result<Option<Authenticator>, Error> {
    find(tx, user_id, false)
}

fn find(
    tx: &Transaction<'_>,
    user_id: i64,
    is_confirmed: bool,
) -> Result<Option<Authenticator>, Error> {
    let sql = "SELECT id, secret, begun_at FROM authenticators
               WHERE user_id = ?1 AND is_confirmed = ?2";
    let found = tx.query_row(sql, (user_id, is_confirmed), |row| {
        Ok(Authenticator { id: row.get(0)?, secret: row.get(1)?, begun_at: row.get(2)? })
    });
    Ok(found.optional()?)
}

/// Keeps a sealed secret until it is confirmed, in place of one that never was.
pub(crate) fn begin(
    tx: &Transaction<'_>,
    user_id: i64,
    secret: &[u8],
    begun_at: i64,
) -> Result<(), Error> {
    let sql = "DELETE FROM authenticators WHERE user_id = ?1 AND is_confirmed = 0";
    let _rows = tx.execute(sql, [user_id])?;
    let sql = "INSERT INTO authenticators (user_id, secret, begun_at) VALUES (?1, ?2, ?3)";
    let _rows = tx.execute(sql, (user_id, secret, begun_at))?;
    Ok(())
}

/// Makes a pending authenticator the one that counts; returns whether it was still there.
pub(crate) fn confirm(tx: &Transaction<'_>, user_id: i64, id: i64) -> Result<bool, Error> {
    if pending(tx, user_id)?.is_none_or(|pending| pending.id != id) {
        return Ok(false);
    }
    let sql = "DELETE FROM authenticators WHERE user_id = ?1 AND is_confirmed = 1";
    let _rows = tx.execute(sql, [user_id])?;
    let sql = "UPDATE authenticators SET is_confirmed = 1 WHERE id = ?1";
    Ok(tx.execute(sql, [id])? == 1)
}
