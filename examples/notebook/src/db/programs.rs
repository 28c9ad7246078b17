//! The programs that somebody connected: each is a family of refresh tokens.

use bartizan::core::UnixTime;
use bartizan::token::FamilyId;
use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::{from_sql, to_sql};
use crate::error::Error;

/// The programs of a user that were used longest ago go when there are more.
const MAX_PER_USER: i64 = 20;

/// A program as its owner sees it.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) connected_at: UnixTime,
    pub(crate) exchanged_at: UnixTime,
    pub(crate) exchanges: u32,
}

/// What is left of a program that was disconnected.
#[derive(Debug)]
pub(crate) struct Former {
    pub(crate) name: String,
    pub(crate) family: String,
    /// The id of its latest access token.
    pub(crate) token_id: String,
}

/// Remembers a program, and forgets those that are too many: their families are to be ended.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    (user_id, name): (i64, &str),
    (family, token_id): (FamilyId, &str),
    now: UnixTime,
) -> Result<Vec<Former>, Error> {
    let _rows = tx.execute(
        "INSERT INTO programs (user_id, name, family, token_id, connected_at, exchanged_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (user_id, name, family.to_string(), token_id, to_sql(now)),
    )?;
    let sql = "DELETE FROM programs WHERE user_id = ?1 AND id NOT IN (
                   SELECT id FROM programs WHERE user_id = ?1
                   ORDER BY exchanged_at DESC, id DESC LIMIT ?2)
               RETURNING name, family, token_id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map((user_id, MAX_PER_USER), former)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Counts an exchange. The answer is whether the program is still connected.
pub(crate) fn exchanged(
    tx: &Transaction<'_>,
    (family, token_id): (FamilyId, &str),
    now: UnixTime,
) -> Result<bool, Error> {
    let sql = "UPDATE programs SET exchanges = exchanges + 1, exchanged_at = ?2, token_id = ?3
               WHERE family = ?1";
    Ok(tx.execute(sql, (family.to_string(), to_sql(now), token_id))? == 1)
}

pub(crate) fn list(tx: &Transaction<'_>, user_id: i64) -> Result<Vec<Program>, Error> {
    let sql = "SELECT id, name, connected_at, exchanged_at, exchanges FROM programs
               WHERE user_id = ?1 ORDER BY id DESC";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([user_id], |row| {
        Ok(Program {
            id: row.get(0)?,
            name: row.get(1)?,
            connected_at: from_sql(row.get(2)?),
            exchanged_at: from_sql(row.get(3)?),
            exchanges: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets a program of a user.
pub(crate) fn delete(tx: &Transaction<'_>, user_id: i64, id: i64) -> Result<Option<Former>, Error> {
    let sql =
        "DELETE FROM programs WHERE user_id = ?1 AND id = ?2 RETURNING name, family, token_id";
    Ok(tx.query_row(sql, (user_id, id), former).optional()?)
}

/// Forgets the program of a family that has ended.
pub(crate) fn delete_family(
    tx: &Transaction<'_>,
    family: FamilyId,
) -> Result<Option<Former>, Error> {
    let sql = "DELETE FROM programs WHERE family = ?1 RETURNING name, family, token_id";
    Ok(tx.query_row(sql, [family.to_string()], former).optional()?)
}

pub(crate) fn delete_all(tx: &Transaction<'_>, user_id: i64) -> Result<(), Error> {
    let _rows = tx.execute("DELETE FROM programs WHERE user_id = ?1", [user_id])?;
    Ok(())
}

/// Forgets programs that did not come back while their refresh token was good.
pub(crate) fn delete_idle(
    tx: &Transaction<'_>,
    now: UnixTime,
    idle_secs: u64,
) -> Result<(), Error> {
    let before = to_sql(now.saturating_sub_secs(idle_secs));
    let _rows = tx.execute("DELETE FROM programs WHERE exchanged_at <= ?1", [before])?;
    Ok(())
}

fn former(row: &Row<'_>) -> rusqlite::Result<Former> {
    Ok(Former { name: row.get(0)?, family: row.get(1)?, token_id: row.get(2)? })
}
