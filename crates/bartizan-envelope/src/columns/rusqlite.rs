use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::bounded;
use crate::{IndexToken, Sealed};

impl<T> ToSql for Sealed<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.as_bytes())))
    }
}

impl<T> FromSql for Sealed<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = bounded(value.as_blob()?).map_err(FromSqlError::other)?;
        Ok(Self::from_bytes(bytes))
    }
}

impl ToSql for IndexToken {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.as_bytes())))
    }
}

#[cfg(test)]
mod tests;
