//! Keys of memcached, in its text protocol.
//!
//! ```
//! use bartizan_validate::sink::{Unencodable, memcache};
//!
//! assert_eq!(format!("get {}\r\n", memcache::key("user:7")?), "get user:7\r\n");
//! assert_eq!(memcache::key("a\r\nflush_all").map(drop), Err(Unencodable::Character));
//! # Ok::<(), Unencodable>(())
//! ```

use core::fmt;

use super::Unencodable;

/// Takes a text as a key: the [protocol], section "Keys".
///
/// There is no encoding that the server would undo: a text is its own key, or none. For text that
/// may be anything, make the key of a digest of it.
///
/// # Errors
///
/// - [`Unencodable::Empty`] without a character.
/// - [`Unencodable::TooLong`] with more than 250 bytes.
/// - [`Unencodable::Character`] with a space or a control character, which end a key, or one outside
///   ASCII, which clients disagree about.
///
/// The [module](self) has an example.
///
/// [protocol]: https://github.com/memcached/memcached/blob/master/doc/protocol.txt
pub fn key(text: &str) -> Result<Key<'_>, Unencodable> {
    match text.len() {
        0 => Err(Unencodable::Empty),
        1..=MAX_BYTES if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Key(text)),
        1..=MAX_BYTES => Err(Unencodable::Character),
        _ => Err(Unencodable::TooLong),
    }
}

/// A key of memcached.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a>(&'a str);

impl<'a> Key<'a> {
    /// Returns the key, which is the text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

const MAX_BYTES: usize = 250;
