//! Names that users choose for themselves.

use std::borrow::Cow;

use precis_core::profile::PrecisFastInvocation as _;
use precis_profiles::UsernameCaseMapped;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _};

use crate::Skeleton;
use crate::parsed::{canonical, refusals};
use crate::unicode::stacks_marks;

/// A user name: 3 to 32 letters, digits, `_`, `-` and `.`, in lower case.
///
/// It begins with a letter and ends with a letter or digit, and no two punctuation marks stand
/// together. It has the one form that the `UsernameCaseMapped` profile of [RFC 8265] gives it:
/// wide letters become ordinary ones, capitals small ones, and accents are composed, so `Alice`,
/// `alice` and `ａｌｉｃｅ` are one user. At most 128 octets as written.
///
/// Letters may be those of any living script, as the general security profile of [UTS 39] has them,
/// but of one script in a name, or of Latin together with those of Chinese, Japanese or Korean (its
/// level "highly restrictive"); digits are all ASCII or all of another kind. So no name has a
/// character that is invisible, joins, or changes the direction. Two names of one script each may
/// still look alike: keep the [`skeleton`](Self::skeleton) unique, too.
///
/// Names that seem to speak for the service are refused, and those that look like them: `abuse`,
/// `admin`, `administrator`, `hostmaster`, `info`, `noc`, `noreply`, `postmaster`, `root`,
/// `security`, `support`, `system` and `webmaster` (among them the mailboxes of [RFC 2142]).
///
/// ```
/// use bartizan_validate::{Username, UsernameError};
///
/// let name: Username = "Alice.Smith".parse()?;
/// assert_eq!(name.as_str(), "alice.smith");
/// let name: Username = "Ελένη".parse()?;
/// assert_eq!(name.as_str(), "ελένη");
/// assert_eq!("r00t".parse::<Username>(), Err(UsernameError::Reserved));
/// assert_eq!("аlice".parse::<Username>(), Err(UsernameError::MixedScript));
/// # Ok::<(), UsernameError>(())
/// ```
///
/// [RFC 2142]: https://www.rfc-editor.org/rfc/rfc2142
/// [RFC 8265]: https://www.rfc-editor.org/rfc/rfc8265#section-3.3
/// [UTS 39]: https://www.unicode.org/reports/tr39/
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(String);

impl Username {
    /// Returns what the name looks like.
    #[must_use]
    pub fn skeleton(&self) -> Skeleton {
        Skeleton::of(&self.0)
    }

    fn canonical(text: &str) -> Result<Cow<'_, str>, UsernameError> {
        if text.len() > MAX_OCTETS {
            return Err(UsernameError::TooLong);
        }
        if text.is_ascii() {
            return ascii(text);
        }
        let chars = text.chars().count();
        if chars > MAX_CHARS {
            return Err(UsernameError::TooLong);
        }
        if chars < MIN_CHARS {
            return Err(UsernameError::TooShort);
        }
        international(text).map(Cow::Owned)
    }
}

canonical!([] Username, UsernameError, "a user name");

refusals! {
    /// Why a text is no user name. Whoever typed it is at fault: show them the sentence.
    UsernameError {
        /// It has less than 3 characters.
        TooShort: "username_too_short", "a user name has at least 3 characters";
        /// It has more than 32 characters, or more than 128 octets.
        TooLong: "username_too_long", "a user name has at most 32 characters";
        /// It has a character that is no letter, digit, `_`, `-` or `.`, or an unusual one.
        Character: "username_character", "a user name has only letters, digits, _, - and .";
        /// It does not begin with a letter.
        Start: "username_start", "a user name begins with a letter";
        /// It does not end with a letter or a digit.
        End: "username_end", "a user name ends with a letter or a digit";
        /// Two of `_`, `-` and `.` stand together.
        DoublePunctuation: "username_double_punctuation",
            "in a user name no two of _, - and . stand together";
        /// It has letters of scripts that are not written together, or digits of two kinds.
        MixedScript: "username_mixed_script", "a user name has the letters of one script";
        /// It seems to speak for the service.
        Reserved: "username_reserved", "this user name is reserved: choose another";
    }
}

fn ascii(text: &str) -> Result<Cow<'_, str>, UsernameError> {
    let bytes = text.as_bytes();
    match bytes.len() {
        MIN_CHARS..=MAX_CHARS => {}
        short if short < MIN_CHARS => return Err(UsernameError::TooShort),
        _ => return Err(UsernameError::TooLong),
    }
    let mut capitals = false;
    let mut doubled = false;
    let mut previous = b'a';
    for &byte in bytes {
        if !(byte.is_ascii_alphanumeric() || is_punctuation(byte)) {
            return Err(UsernameError::Character);
        }
        capitals |= byte.is_ascii_uppercase();
        doubled |= is_punctuation(byte) && is_punctuation(previous);
        previous = byte;
    }
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return Err(UsernameError::Start);
    }
    if is_punctuation(previous) {
        return Err(UsernameError::End);
    }
    if doubled {
        return Err(UsernameError::DoublePunctuation);
    }
    let name = if capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    if looks_reserved(name.as_bytes()) { Err(UsernameError::Reserved) } else { Ok(name) }
}

/// A name of which at least one character is not ASCII, as written.
fn international(text: &str) -> Result<String, UsernameError> {
    let name = enforce(text)?;
    if name.is_ascii() {
        return ascii(&name).map(Cow::into_owned);
    }
    // Of few texts the profile makes one that it would change, or refuse, the next time.
    if name.contains(JOINERS) || stacks_marks(&name) || enforce(&name)? != name {
        return Err(UsernameError::Character);
    }
    match name.chars().count() {
        MIN_CHARS..=MAX_CHARS if name.len() <= MAX_OCTETS => {}
        short if short < MIN_CHARS => return Err(UsernameError::TooShort),
        _ => return Err(UsernameError::TooLong),
    }
    let is_word = |character: char| character.is_alphanumeric() || is_combining_mark(character);
    let is_mark = |character: char| u8::try_from(character).is_ok_and(is_punctuation);
    if !name.chars().all(|character| is_word(character) || is_mark(character)) {
        return Err(UsernameError::Character);
    }
    match name.as_str().detect_restriction_level() {
        RestrictionLevel::Unrestricted => return Err(UsernameError::Character),
        level if level > RestrictionLevel::HighlyRestrictive => {
            return Err(UsernameError::MixedScript);
        }
        _ if mixes_digits(&name) => return Err(UsernameError::MixedScript),
        _ => {}
    }
    if !name.starts_with(char::is_alphabetic) {
        return Err(UsernameError::Start);
    }
    if name.ends_with(is_mark) {
        return Err(UsernameError::End);
    }
    if name.chars().zip(name.chars().skip(1)).any(|(one, next)| is_mark(one) && is_mark(next)) {
        return Err(UsernameError::DoublePunctuation);
    }
    let skeleton = Skeleton::of(&name);
    let reserved = RESERVED.iter().any(|reserved| Skeleton::of(reserved) == skeleton);
    if reserved { Err(UsernameError::Reserved) } else { Ok(name) }
}

pub(crate) fn enforce(text: &str) -> Result<String, UsernameError> {
    let name = UsernameCaseMapped::enforce(text).map_err(|_| UsernameError::Character)?;
    Ok(name.into_owned())
}

fn mixes_digits(name: &str) -> bool {
    let is_other = |character: char| character.is_numeric() && !character.is_ascii();
    name.contains(|character: char| character.is_ascii_digit()) && name.contains(is_other)
}

/// Compares the skeletons, of which ASCII in lower case needs no table.
fn looks_reserved(name: &[u8]) -> bool {
    RESERVED.iter().any(|reserved| ascii_skeleton(name).eq(ascii_skeleton(reserved.as_bytes())))
}

/// The skeleton of ASCII in lower case: of its characters three look like others.
pub(crate) fn ascii_skeleton(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().flat_map(|byte| {
        let (first, second) = match byte {
            b'0' => (b'o', None),
            b'1' => (b'l', None),
            b'm' => (b'r', Some(b'n')),
            other => (*other, None),
        };
        core::iter::once(first).chain(second)
    })
}

const fn is_punctuation(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.')
}

/// RFC 5892 has them in the middle of some words, where nobody sees them.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

const MIN_CHARS: usize = 3;
const MAX_CHARS: usize = 32;
const MAX_OCTETS: usize = 128;

const RESERVED: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "hostmaster",
    "info",
    "noc",
    "noreply",
    "postmaster",
    "root",
    "security",
    "support",
    "system",
    "webmaster",
];
