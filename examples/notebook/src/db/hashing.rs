//! How much work a password hash is on this machine, when that was measured.

use bartizan::password::Argon2Params;
use rusqlite::{OptionalExtension as _, Row, Transaction};

use crate::error::Error;

/// Returns what was kept. What is out of range is damage.
pub(crate) fn params(tx: &Transaction<'_>) -> Result<Option<Argon2Params>, Error> {
    let sql = "SELECT memory_kib, passes, lanes FROM hashing";
    let numbers = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let kept: Option<(u32, u32, u32)> = tx.query_row(sql, [], numbers).optional()?;
    kept.map(|(memory_kib, passes, lanes)| {
        let params = Argon2Params::builder().memory_kib(memory_kib).passes(passes).lanes(lanes);
        params.build().map_err(Error::machine)
    })
    .transpose()
}

/// Keeps what was measured.
pub(crate) fn keep(tx: &Transaction<'_>, params: &Argon2Params) -> Result<(), Error> {
    let _rows = tx.execute(
        "INSERT INTO hashing (one, memory_kib, passes, lanes) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (one) DO UPDATE SET
             memory_kib = excluded.memory_kib, passes = excluded.passes, lanes = excluded.lanes",
        (params.memory_kib(), params.passes(), params.lanes()),
    )?;
    Ok(())
}
