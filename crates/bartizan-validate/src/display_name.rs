//! Names to be shown.

use std::borrow::Cow;

use precis_core::profile::PrecisFastInvocation as _;
use precis_profiles::Nickname;

use crate::Skeleton;
use crate::parsed::{canonical, refusals};
use crate::unicode::stacks_marks;

/// A name as it is shown: 1 to 64 characters, at least one of them a letter or a digit.
///
/// It has the one form that the `Nickname` profile of [RFC 8266] gives it: every space an ordinary
/// one, none at the ends and no two together, accents composed and wide letters made ordinary
/// (NFKC), capitals kept. At most 256 octets as written.
///
/// It has no control character and no line break, so it can be put into a mail header when it is
/// quoted as that header asks; nothing that changes the direction of other text; no invisible
/// character but the joiners that some scripts need; and at most 4 accents on one letter. It may
/// have letters of several scripts, and need not be unique: compare
/// [skeletons](Self::skeleton) to see whom it imitates. It may have `<`, `&` and quotation marks:
/// encode it for where it goes, as all text.
///
/// ```
/// use bartizan_validate::{DisplayName, DisplayNameError};
///
/// let name: DisplayName = " Søren\u{a0} O'Neill ".parse()?;
/// assert_eq!(name.as_str(), "Søren O'Neill");
/// assert_eq!("a\r\nBcc: b".parse::<DisplayName>(), Err(DisplayNameError::Character));
/// # Ok::<(), DisplayNameError>(())
/// ```
///
/// [RFC 8266]: https://www.rfc-editor.org/rfc/rfc8266
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    /// Returns what the name looks like.
    #[must_use]
    pub fn skeleton(&self) -> Skeleton {
        Skeleton::of(&self.0)
    }

    fn canonical(text: &str) -> Result<Cow<'_, str>, DisplayNameError> {
        if text.len() > MAX_OCTETS {
            return Err(DisplayNameError::TooLong);
        }
        let name = if is_plain(text.as_bytes()) { text.into() } else { enforce(text)? };
        if name.chars().count() > MAX_CHARS {
            return Err(DisplayNameError::TooLong);
        }
        if !name.contains(char::is_alphanumeric) {
            return Err(DisplayNameError::Empty);
        }
        Ok(name)
    }
}

canonical!([] DisplayName, DisplayNameError, "a name");

refusals! {
    /// Why a text is no name to be shown. Whoever typed it is at fault: show them the sentence.
    DisplayNameError {
        /// It has neither a letter nor a digit.
        Empty: "display_name_empty", "a name has at least one letter or digit";
        /// It has more than 64 characters, or more than 256 octets.
        TooLong: "display_name_too_long", "a name has at most 64 characters";
        /// It has a character that is invisible, a line break, or too many accents on a letter.
        Character: "display_name_character",
            "a name has letters, digits, punctuation and spaces, and no line breaks";
    }
}

/// Whether the profile would leave it as it is, as far as a look at each byte can tell.
fn is_plain(text: &[u8]) -> bool {
    let mut previous = b' ';
    let single_spaces = text.iter().all(|&byte| {
        let spaces = byte == b' ' && previous == b' ';
        previous = byte;
        matches!(byte, b' '..=b'~') && !spaces
    });
    single_spaces && previous != b' '
}

pub(crate) fn enforce(text: &str) -> Result<Cow<'_, str>, DisplayNameError> {
    if text.trim().is_empty() {
        return Err(DisplayNameError::Empty);
    }
    let name = Nickname::enforce(text).map_err(|_| DisplayNameError::Character)?;
    // NFKC can make a text many times longer.
    if name.len() > MAX_OCTETS {
        return Err(DisplayNameError::TooLong);
    }
    let again = Nickname::enforce(&*name).map_err(|_| DisplayNameError::Character)?;
    if again != name || stacks_marks(&name) { Err(DisplayNameError::Character) } else { Ok(name) }
}

const MAX_CHARS: usize = 64;
const MAX_OCTETS: usize = 256;
