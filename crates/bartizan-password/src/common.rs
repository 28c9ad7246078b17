//! The passwords that attackers try first: a table that lies in the program.

use bartizan_core::SecretString;

use self::key::key;
use crate::fuse::Fuse;

/// Whether a password is one of those that attackers try first, in any mixture of capitals.
///
/// It knows the passwords and names of eight and more characters of the lists of [zxcvbn], and, for
/// policies that ask for 15 characters, what people make of common words to get there: doubled
/// words, words with counted digits or years, walks over the keyboard, phrases. By accident it also
/// takes one good password in 65,536 for a common one. Allocates nothing.
///
/// [`PasswordPolicy`](crate::PasswordPolicy) asks it for you.
///
/// # Examples
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::is_common_password;
///
/// assert!(is_common_password(&SecretString::from("Trustno1")));
/// assert!(is_common_password(&SecretString::from("passwordpassword")));
/// assert!(!is_common_password(&SecretString::from("gravel umbrella saxophone")));
/// ```
///
/// [zxcvbn]: https://github.com/dropbox/zxcvbn
#[must_use]
pub fn is_common_password(password: &SecretString) -> bool {
    is_common(password.expose().chars().flat_map(char::to_lowercase))
}

/// Whether a password is a common one. `folded_password` is in lower case, as by
/// [`char::to_lowercase`].
pub(crate) fn is_common(folded_password: impl Iterator<Item = char>) -> bool {
    COMMON.contains(key(folded_password))
}

/// A table of another length than it says does not compile.
const COMMON: Fuse<'static> = Fuse::parse(include_bytes!("common/table.bin")).unwrap();

mod key;

#[cfg(test)]
pub(crate) mod tests;
