//! The newest generation of each keyring that was used.

use rusqlite::{OptionalExtension as _, Transaction};

use crate::error::Error;

/// Returns the newest generation that was used, 0 when none was.
pub(crate) fn generation(tx: &Transaction<'_>, name: &str) -> Result<u64, Error> {
    let sql = "SELECT generation FROM keyrings WHERE name = ?1";
    let generation: Option<i64> = tx.query_row(sql, [name], |row| row.get(0)).optional()?;
    Ok(generation.and_then(|number| u64::try_from(number).ok()).unwrap_or(0))
}

/// Remembers a generation, unless a newer one is.
pub(crate) fn remember(tx: &Transaction<'_>, name: &str, generation: u64) -> Result<(), Error> {
    let generation = i64::try_from(generation).unwrap_or(i64::MAX);
    let _rows = tx.execute(
        "INSERT INTO keyrings (name, generation) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET generation = max(generation, excluded.generation)",
        (name, generation),
    )?;
    Ok(())
}
