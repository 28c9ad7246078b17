//! How much work an input may cause.

use core::error::Error;
use core::fmt;

/// The limits of a [`Sanitizer`](crate::Sanitizer): [`SanitizerBuilder`](crate::SanitizerBuilder)
/// says what each of them counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    pub(crate) output_bytes: usize,
    pub(crate) tree_bytes: usize,
    pub(crate) tags: usize,
    pub(crate) depth: usize,
    pub(crate) ampersands: usize,
    pub(crate) attributes: usize,
    pub(crate) attributes_in_total: usize,
    pub(crate) elements: usize,
}

impl Limits {
    pub(crate) const DEFAULT: Self = Self {
        bytes: 1_048_576,
        output_bytes: 4_194_304,
        tree_bytes: 65_536,
        tags: 2_048,
        depth: 64,
        ampersands: 4_096,
        attributes: 64,
        attributes_in_total: 8_192,
        elements: 65_536,
    };
}

/// Why an input was not sanitized: working on it could cost too much, so nothing was done.
///
/// Whoever wrote the input is at fault: answer 413 or 422. Each variant carries the limit. See
/// [`Sanitizer`](crate::Sanitizer) for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TooCostly {
    /// It is longer than so many bytes of UTF-8.
    Bytes(usize),
    /// What it becomes is longer than so many bytes.
    OutputBytes(usize),
    /// It needs a tree, and is longer than the so many bytes that one is built of.
    TreeBytes(usize),
    /// It has more than so many tags, comments and declarations (end tags do not count).
    Tags(usize),
    /// Its elements are nested deeper than so many levels.
    Depth(usize),
    /// It has more than so many ampersands.
    Ampersands(usize),
    /// One tag has more than so many attributes.
    Attributes(usize),
    /// All its tags together have more than so many attributes.
    AttributesInTotal(usize),
    /// Its formatting elements, left open, could be copied into a tree of more than so many
    /// elements and attributes.
    Elements(usize),
    /// After so many times through the parser it still comes out changed.
    Rounds(usize),
}

impl fmt::Display for TooCostly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(max) => write!(f, "the HTML is longer than {max} bytes"),
            Self::OutputBytes(max) => write!(f, "the HTML grows beyond {max} bytes"),
            Self::TreeBytes(max) => {
                write!(f, "the HTML is longer than {max} bytes, and too tangled for its length")
            }
            Self::Tags(max) => write!(f, "the HTML has more than {max} tags"),
            Self::Depth(max) => write!(f, "the HTML is nested deeper than {max} levels"),
            Self::Ampersands(max) => write!(f, "the HTML has more than {max} ampersands"),
            Self::Attributes(max) => {
                write!(f, "a tag of the HTML has more than {max} attributes")
            }
            Self::AttributesInTotal(max) => {
                write!(f, "the HTML has more than {max} attributes")
            }
            Self::Elements(max) => {
                write!(f, "the HTML leaves so much open that it has more than {max} elements")
            }
            Self::Rounds(max) => {
                write!(f, "the HTML is so misnested that {max} times do not set it right")
            }
        }
    }
}

impl Error for TooCostly {}
