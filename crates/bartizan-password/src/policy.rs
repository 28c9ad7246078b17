//! Which new passwords are accepted.

use bartizan_core::SecretString;

use crate::error::{ConfigError, PolicyViolation};
use crate::hasher::{DEFAULT_MAX_PASSWORD_BYTES, check_max_password_bytes};

/// Rules for a new password: [NIST SP 800-63B-4, section 3.1.1.2], OWASP ASVS 5.0, V6.2.
///
/// Length counts, and that the password is not one that an attacker tries first. There are no
/// composition rules ("one digit, one symbol") and no expiry, and no way to add them. 64
/// characters are always accepted. A character is a Unicode code point.
///
/// Ask it when a password is set, never at login: whoever has an older password must get in.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::{PasswordPolicy, PolicyViolation};
///
/// let policy = PasswordPolicy::single_factor();
/// let check = |password| policy.check(&SecretString::from(password), &["alice", "notebook"]);
///
/// assert_eq!(check("correct horse battery staple"), Ok(()));
/// assert_eq!(check("Tr0ub4dor&3"), Err(PolicyViolation::TooShort { min_chars: 15 }));
/// assert_eq!(check("my Notebook, my castle"), Err(PolicyViolation::ContainsContext));
/// assert_eq!(check("123456789012345"), Err(PolicyViolation::Repetitive));
/// ```
///
/// [NIST SP 800-63B-4, section 3.1.1.2]: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    min_chars: usize,
    max_bytes: usize,
}

impl PasswordPolicy {
    /// Returns the rules for a password that opens an account by itself: at least 15 characters.
    #[must_use]
    pub const fn single_factor() -> Self {
        Self { min_chars: 15, max_bytes: DEFAULT_MAX_PASSWORD_BYTES }
    }

    /// Returns the rules for a password that is only ever used with a second factor: at least 8
    /// characters.
    #[must_use]
    pub const fn with_second_factor() -> Self {
        Self { min_chars: 8, max_bytes: DEFAULT_MAX_PASSWORD_BYTES }
    }

    /// Raises the least number of characters.
    ///
    /// # Errors
    ///
    /// [`ConfigError::MinCharsOutOfRange`]: fewer than before, so that 8 is the least that can be
    /// had, or more than the 64 that are always accepted.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::PasswordPolicy;
    ///
    /// assert_eq!(PasswordPolicy::with_second_factor().with_min_chars(12)?.min_chars(), 12);
    /// assert!(PasswordPolicy::with_second_factor().with_min_chars(7).is_err());
    /// # Ok::<(), bartizan_password::ConfigError>(())
    /// ```
    pub const fn with_min_chars(mut self, chars: usize) -> Result<Self, ConfigError> {
        if chars < self.min_chars || chars > ALWAYS_ACCEPTED_CHARS {
            let (min, max) = (self.min_chars, ALWAYS_ACCEPTED_CHARS);
            return Err(ConfigError::MinCharsOutOfRange { min, max });
        }
        self.min_chars = chars;
        Ok(self)
    }

    /// Sets the greatest number of bytes: that of the
    /// [`PasswordHasher`](crate::PasswordHasher::max_password_bytes). Default: 1,024.
    ///
    /// # Errors
    ///
    /// [`ConfigError::MaxPasswordBytesOutOfRange`]: fewer than 256 bytes, or more than 4,096.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::{PasswordHasher, PasswordPolicy};
    ///
    /// let hasher = PasswordHasher::builder().max_password_bytes(2_048).build()?;
    /// let policy = PasswordPolicy::single_factor().with_max_bytes(hasher.max_password_bytes())?;
    /// assert_eq!(policy.max_bytes(), 2_048);
    /// # Ok::<(), bartizan_password::ConfigError>(())
    /// ```
    pub const fn with_max_bytes(mut self, bytes: usize) -> Result<Self, ConfigError> {
        if let Err(error) = check_max_password_bytes(bytes) {
            return Err(error);
        }
        self.max_bytes = bytes;
        Ok(self)
    }

    /// Returns the least number of characters.
    #[must_use]
    pub const fn min_chars(&self) -> usize {
        self.min_chars
    }

    /// Returns the greatest number of bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Checks a new password against the rules.
    ///
    /// `context_words` are the user's name and address and the names of the service: an attacker
    /// tries them first. They are looked for in lower case; those below four characters are not.
    ///
    /// # Errors
    ///
    /// - [`PolicyViolation::TooLong`]: more than [`max_bytes`](Self::max_bytes).
    /// - [`PolicyViolation::TooShort`]: fewer than [`min_chars`](Self::min_chars).
    /// - [`PolicyViolation::Repetitive`]: one pattern of up to four characters repeated, or a run
    ///   up or down the alphabet or the digits.
    /// - [`PolicyViolation::ContainsContext`]: contains one of `context_words`.
    pub fn check(
        &self,
        password: &SecretString,
        context_words: &[&str],
    ) -> Result<(), PolicyViolation> {
        let password = password.expose();
        if password.len() > self.max_bytes {
            return Err(PolicyViolation::TooLong { max_bytes: self.max_bytes });
        }
        if password.chars().count() < self.min_chars {
            return Err(PolicyViolation::TooShort { min_chars: self.min_chars });
        }
        if is_repeated_unit(password) || is_run(password) {
            return Err(PolicyViolation::Repetitive);
        }
        if context_words.iter().any(|word| contains_word(password, word)) {
            return Err(PolicyViolation::ContainsContext);
        }
        Ok(())
    }

    /// Says the rules in plain words, for the page where a password is chosen.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::PasswordPolicy;
    ///
    /// let rules = PasswordPolicy::single_factor().describe();
    /// assert!(rules.starts_with("Use at least 15 characters."));
    /// ```
    #[must_use]
    pub fn describe(&self) -> String {
        format!(
            "Use at least {} characters. Any will do, spaces included, and none is required. Leave \
             out your name and the name of this service, and do not just repeat a pattern or count.",
            self.min_chars
        )
    }
}

/// The characters in lower case, without a second copy of the password.
fn folded(text: &str) -> impl Iterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

/// Whether each character is the one a few places before it: `aaaaaaaa`, `abcabcab`.
fn is_repeated_unit(password: &str) -> bool {
    (1..=MAX_UNIT_CHARS)
        .any(|unit| folded(password).zip(folded(password).skip(unit)).all(|(a, b)| a == b))
}

/// Whether each character follows the one before it, or each precedes it: `abcdefgh`, `87654321`.
fn is_run(password: &str) -> bool {
    let pairs = || folded(password).zip(folded(password).skip(1));
    pairs().all(|(a, b)| follows(a, b)) || pairs().all(|(a, b)| follows(b, a))
}

/// Runs go on from the end: `90`, `za`.
fn follows(a: char, b: char) -> bool {
    matches!((a, b), ('9', '0') | ('z', 'a')) || u32::from(a).checked_add(1) == Some(u32::from(b))
}

fn contains_word(password: &str, word: &str) -> bool {
    if word.chars().count() < MIN_WORD_CHARS {
        return false;
    }
    let mut rest = folded(password);
    loop {
        if starts_with(rest.clone(), folded(word)) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

fn starts_with(
    mut text: impl Iterator<Item = char>,
    mut prefix: impl Iterator<Item = char>,
) -> bool {
    prefix.all(|expected| text.next() == Some(expected))
}

/// NIST SP 800-63B-4, section 3.1.1.2: a maximum length of at least 64 characters.
const ALWAYS_ACCEPTED_CHARS: usize = 64;
/// Below that a word is in too many good passwords.
const MIN_WORD_CHARS: usize = 4;
/// Below the shortest password by half, so that a unit is really repeated.
const MAX_UNIT_CHARS: usize = 4;

#[cfg(test)]
mod tests;
