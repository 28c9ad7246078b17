//! Output that is safe for its destination: one function for each place where text may go.
//!
//! Each returns a type of its own, which encodes itself when it is displayed and copies what needs
//! no care in whole runs. Take that type where you write to the destination, and text that is
//! encoded for another one, or not at all, does not compile:
//!
//! ```
//! use bartizan_validate::sink::{csv, ldap, log, url};
//!
//! fn find_user(name: ldap::FilterValue<'_>) -> String {
//!     format!("(uid={name})")
//! }
//!
//! let hostile = "*)(uid=*";
//! assert_eq!(find_user(ldap::filter(hostile)), r"(uid=\2a\29\28uid=\2a)");
//! assert_eq!(format!("/users/{}", url::segment(hostile)?), "/users/%2A%29%28uid%3D%2A");
//! assert_eq!(csv::field("=1+1").to_string(), r#""'=1+1""#);
//! assert_eq!(log::line("admin\n200 OK").to_string(), r"admin\n200 OK");
//! # Ok::<(), bartizan_validate::sink::Unencodable>(())
//! ```
//!
//! ```compile_fail,E0308
//! # use bartizan_validate::sink::{csv, ldap};
//! # fn find_user(name: ldap::FilterValue<'_>) {}
//! find_user(csv::field("alice"));
//! ```
//!
//! What comes out grows with what goes in, by a fixed factor at most. The reader of the destination
//! gets back exactly the text that went in; where that cannot be, there is an [`Unencodable`]. Two
//! places differ: [`csv`] puts a quote before what a spreadsheet would calculate, and [`log`] is
//! read by people. For HTML there is the crate `bartizan-html`.
//!
//! Encoding is for text. It does not make a *name* safe (of a column, an attribute, a header, a
//! tag) and it does not choose the destination: where there are parameters (SQL, the arguments of a
//! process), pass the text as one of them.

pub mod csv;
pub(crate) mod encode;
pub mod http;
pub mod ldap;
pub mod log;
pub mod mail;
pub mod memcache;
pub mod regex;
pub mod shell;
pub mod sql;
pub mod url;
pub mod xml;

use core::error::Error;
use core::fmt;

/// Why a text cannot go where it is meant to. Whoever sent the text is at fault.
///
/// ```
/// use bartizan_validate::sink::{Unencodable, http};
///
/// let refused = http::header_value("a\r\nSet-Cookie: b").map(drop);
/// assert_eq!(refused, Err(Unencodable::Character));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unencodable {
    /// It has a character that cannot stand there, such as a line break in a header.
    Character,
    /// It has nothing in it, and something has to stand there.
    Empty,
    /// It is longer than what can stand there.
    TooLong,
    /// It is one dot or two, which mean something there and cannot be encoded.
    Dots,
    /// It begins with a hyphen, and a command would take it for an option.
    Hyphen,
    /// It begins or ends with a space, which would be lost.
    Space,
}

impl Unencodable {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Character => "unencodable_character",
            Self::Empty => "unencodable_empty",
            Self::TooLong => "unencodable_too_long",
            Self::Dots => "unencodable_dots",
            Self::Hyphen => "unencodable_hyphen",
            Self::Space => "unencodable_space",
        }
    }
}

impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Character => "the text has a character that cannot be used here",
            Self::Empty => "the text is empty",
            Self::TooLong => "the text is too long to be used here",
            Self::Dots => "the text is only dots, which cannot be used here",
            Self::Hyphen => "the text begins with a hyphen, which cannot be used here",
            Self::Space => "the text begins or ends with a space, which cannot be used here",
        })
    }
}

impl Error for Unencodable {}
