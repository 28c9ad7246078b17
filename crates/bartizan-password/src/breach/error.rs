//! What can go wrong with a file of breached passwords.

use core::error::Error;
use core::fmt;
use std::io;

/// Why a filter did not answer. The machine or the file is at fault, and nothing is known of the
/// password: raise an alarm, and never take it for "not breached".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreachFilterError {
    /// The file is not a filter. Name the one that
    /// [`BreachFilterBuilder`](crate::BreachFilterBuilder) wrote.
    NotAFilter,
    /// The file is of a later format. Build it again with this version, or use a later one here.
    Unsupported,
    /// The file is cut, or bytes in it have changed. Copy it again from where it was built, or
    /// build it again, and look at the disk.
    Damaged,
    /// The file was not read.
    Io(io::ErrorKind),
}

impl fmt::Display for BreachFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFilter => f.write_str("the file is not a filter of breached passwords"),
            Self::Unsupported => f.write_str("the filter is of a later format: build it again"),
            Self::Damaged => f.write_str("the filter is damaged: copy or build it again"),
            Self::Io(kind) => write!(f, "the filter was not read: {kind}"),
        }
    }
}

impl Error for BreachFilterError {}

impl From<io::Error> for BreachFilterError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // The length was right when the file was opened.
            io::ErrorKind::UnexpectedEof => Self::Damaged,
            kind => Self::Io(kind),
        }
    }
}

/// Why a filter was not built. No file is left behind, and one that was there before stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreachBuildError {
    /// A line is not a hash, a colon and a number. The list is at fault: it is of the other kind of
    /// hash, or it was cut.
    MalformedLine {
        /// Which one: the first is 1. In a folder it is that of the file of `range`.
        line: u64,
        /// The file, when there is one for each range.
        range: Option<u32>,
    },
    /// A line is before the one above it in the order of the hashes. The list is at fault: sort it.
    Unsorted {
        /// Which one, as before.
        line: u64,
        /// The file, as before.
        range: Option<u32>,
    },
    /// There is no file for a range. The download is not complete: go on with it. Passwords of that
    /// range would not be found.
    MissingRange {
        /// The range: in hexadecimal, five digits, it is the name of the file.
        range: u32,
    },
    /// No entry is left, and a filter that knows nothing would accept everything.
    Empty,
    /// There are more than 68 billion entries.
    TooLarge,
    /// The list was not read, or the filter was not written. The machine is at fault.
    Io(io::ErrorKind),
}

impl fmt::Display for BreachBuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedLine { line, range: None } => write!(f, "line {line} is malformed"),
            Self::MalformedLine { line, range: Some(range) } => {
                write!(f, "line {line} of range {range:05X} is malformed")
            }
            Self::Unsorted { line, range: None } => write!(f, "line {line} is out of order"),
            Self::Unsorted { line, range: Some(range) } => {
                write!(f, "line {line} of range {range:05X} is out of order")
            }
            Self::MissingRange { range } => write!(f, "range {range:05X} is missing"),
            Self::Empty => f.write_str("the list has no entries"),
            Self::TooLarge => f.write_str("the list has too many entries"),
            Self::Io(kind) => write!(f, "reading the list or writing the filter failed: {kind}"),
        }
    }
}

impl Error for BreachBuildError {}

impl From<io::Error> for BreachBuildError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}
