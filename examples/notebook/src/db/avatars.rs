//! Pictures of users, one each.

use rusqlite::{OptionalExtension as _, Transaction};

use crate::error::Error;

/// A picture, as it is served.
pub(crate) struct Avatar {
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// Stores the picture of a user in place of the one before.
pub(crate) fn store(tx: &Transaction<'_>, user_id: i64, avatar: &Avatar) -> Result<(), Error> {
    let sql = "INSERT INTO avatars (user_id, media_type, bytes) VALUES (?1, ?2, ?3)
               ON CONFLICT (user_id) DO UPDATE SET
                   media_type = excluded.media_type, bytes = excluded.bytes";
    let _rows = tx.execute(sql, (user_id, &avatar.media_type, &avatar.bytes))?;
    Ok(())
}

pub(crate) fn get(tx: &Transaction<'_>, user_id: i64) -> Result<Avatar, Error> {
    let sql = "SELECT media_type, bytes FROM avatars WHERE user_id = ?1";
    let read = tx.query_row(sql, [user_id], |row| {
        Ok(Avatar { media_type: row.get(0)?, bytes: row.get(1)? })
    });
    read.optional()?.ok_or(Error::NotFound)
}

pub(crate) fn remove(tx: &Transaction<'_>, user_id: i64) -> Result<(), Error> {
    let _rows = tx.execute("DELETE FROM avatars WHERE user_id = ?1", [user_id])?;
    Ok(())
}
