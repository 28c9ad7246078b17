//! Why a text is no name or path of a file.

use core::fmt;

/// Why a text is no [`FileName`](crate::FileName) or [`RelativePath`](crate::RelativePath). Whoever
/// typed it is at fault: show them the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// A name is empty; so a path begins or ends with a slash, or has two together.
    Empty,
    /// A name has more than 255 octets, or a path more than 1,024.
    TooLong,
    /// A path has more than 32 names.
    TooDeep,
    /// A name has a slash, a backslash or a colon, or a character that may become one, or a dot.
    Separator,
    /// A name has a control character, one that is not seen or turns the direction of text, or one
    /// of `"*<>?|`.
    Character,
    /// A name has a `%` before a letter, a digit or another `%`, or `0x2e`, `0x2f` or `0x5c`: it may
    /// be decoded later.
    Encoded,
    /// A name is `.`, begins with two dots or white space, or ends with a dot or white space.
    Edge,
    /// A name is that of a device under Windows, such as `CON` or `COM1.txt`.
    Device,
}

impl PathError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "path_empty",
            Self::TooLong => "path_too_long",
            Self::TooDeep => "path_too_deep",
            Self::Separator => "path_separator",
            Self::Character => "path_character",
            Self::Encoded => "path_encoded",
            Self::Edge => "path_edge",
            Self::Device => "path_device",
        }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a file has a name",
            Self::TooLong => "the name of a file has at most 255 characters, a path at most 1024",
            Self::TooDeep => "a file is in at most 31 folders",
            Self::Separator => "the name of a file has no slashes, backslashes or colons",
            Self::Character => {
                "the name of a file has no hidden characters and none of \" * < > ? |"
            }
            Self::Encoded => {
                "the name of a file has no encoded characters: no letter or digit follows a %"
            }
            Self::Edge => {
                "the name of a file does not begin with two dots or a space, nor end with one"
            }
            Self::Device => "the name of a file is not one that Windows keeps for devices",
        })
    }
}
