//! [`Sealed`](crate::Sealed) and [`IndexToken`](crate::IndexToken) as types of columns. What is read
//! is only bounded here: it proves itself when it is opened.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "rusqlite")]
mod rusqlite;
#[cfg(feature = "sqlx")]
mod sqlx;

/// No value of either kind is longer.
#[cfg(any(feature = "postgres", feature = "rusqlite", feature = "sqlx"))]
fn bounded(stored: &[u8]) -> Result<Vec<u8>, TooLong> {
    let max = crate::format::sealed_len(crate::format::MAX_PLAINTEXT_LEN);
    if stored.len() > max { Err(TooLong) } else { Ok(stored.to_vec()) }
}

/// What the drivers' errors carry.
#[cfg(any(feature = "postgres", feature = "rusqlite", feature = "sqlx"))]
#[derive(Debug)]
struct TooLong;

#[cfg(any(feature = "postgres", feature = "rusqlite", feature = "sqlx"))]
impl core::fmt::Display for TooLong {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the stored value is longer than any sealed value")
    }
}

#[cfg(any(feature = "postgres", feature = "rusqlite", feature = "sqlx"))]
impl core::error::Error for TooLong {}
