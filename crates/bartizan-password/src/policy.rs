//! Which new passwords are accepted.

use bartizan_core::SecretString;

use self::violation::PolicyViolation;
use crate::error::ConfigError;
use crate::hasher::{DEFAULT_MAX_PASSWORD_BYTES, check_max_password_bytes};

mod context;
mod effort;
mod folding;
mod keyboard;
mod listed;
pub(crate) mod violation;

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
/// assert_eq!(check("gravel umbrella saxophone"), Ok(()));
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
    /// [`PasswordHasher`](crate::PasswordHasher::max_password_bytes). Default: 4,096.
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

    /// Checks a new password against the rules, in the order below.
    ///
    /// `context_words` are the user's names and addresses and the names of the service: an
    /// attacker tries them first. Of a mail address both sides are taken, without the last label of
    /// the domain. Words are taken apart at everything that is not a letter or a digit, and each
    /// part of at least four characters is looked for: in any case, without accents, with the usual
    /// substitutes for letters (`n0t3b00k`), and from five characters on in reverse. A character
    /// that is a word or a syllable counts twice. A part below four is in too many good passwords,
    /// so a user named Ann may use hers; as `Ann Lee` both names are looked for together.
    ///
    /// The work is bounded: at most 64 words are looked at, of each 128 characters (of an address,
    /// of each side), and of each part 64. The one copy of the password that it makes is wiped.
    ///
    /// # Errors
    ///
    /// - [`PolicyViolation::TooLong`]: more than [`max_bytes`](Self::max_bytes).
    /// - [`PolicyViolation::TooShort`]: fewer than [`min_chars`](Self::min_chars).
    /// - [`PolicyViolation::ContainsContext`]: contains a part of one of `context_words`.
    /// - [`PolicyViolation::Repetitive`]: fewer than [`min_effort`](Self::min_effort) characters
    ///   are more than the continuation of a pattern.
    /// - [`PolicyViolation::Common`]: in the list of passwords that many people use, also with
    ///   substitutes for letters, or with digits and symbols before or after it that are less than
    ///   that effort.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{PasswordPolicy, PolicyViolation};
    ///
    /// let password = SecretString::from("my-4L1CE-lives-here");
    /// let refused = PasswordPolicy::single_factor().check(&password, &["alice@example.org"]);
    /// assert_eq!(refused, Err(PolicyViolation::ContainsContext));
    /// ```
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
        if context::contains_any(password, context_words) {
            return Err(PolicyViolation::ContainsContext);
        }
        if effort::effort(folding::lower(password), self.min_effort()) < self.min_effort() {
            return Err(PolicyViolation::Repetitive);
        }
        if listed::is_listed(password, self.min_effort()) {
            return Err(PolicyViolation::Common);
        }
        Ok(())
    }

    /// Returns how many characters of a password must be more than the continuation of a pattern:
    /// more than half of [`min_chars`](Self::min_chars), and never more than 8.
    ///
    /// Each character counts one, but going on with what was begun counts nothing: with repeating
    /// the last characters (up to 64), with steps up or down the alphabet or the digits, with steps
    /// in one direction over a keyboard; of every second, third or fourth character, too. So
    /// `abcabcabcabcabc` counts 3, `qwerty123456789` 4, `correct horse` 12. Passwords drawn at
    /// random are far above.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::PasswordPolicy;
    ///
    /// assert_eq!(PasswordPolicy::with_second_factor().min_effort(), 5);
    /// assert_eq!(PasswordPolicy::single_factor().min_effort(), 8);
    /// ```
    #[must_use]
    pub const fn min_effort(&self) -> u8 {
        match self.min_chars {
            ..10 => 5,
            10..12 => 6,
            12..14 => 7,
            14.. => 8,
        }
    }

    /// Returns every refusal that this policy may give, in the order of the checks: for a page that
    /// says the rules in the user's language before a password is chosen.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::PasswordPolicy;
    ///
    /// let policy = PasswordPolicy::single_factor();
    /// let codes: Vec<_> = policy.rules().map(|rule| rule.code()).collect();
    /// assert_eq!(codes[..2], ["password.too_short", "password.too_long"]);
    /// ```
    pub fn rules(&self) -> impl Iterator<Item = PolicyViolation> + use<> {
        [
            PolicyViolation::TooShort { min_chars: self.min_chars },
            PolicyViolation::TooLong { max_bytes: self.max_bytes },
            PolicyViolation::ContainsContext,
            PolicyViolation::Repetitive,
            PolicyViolation::Common,
        ]
        .into_iter()
    }

    /// Says the rules in plain English, for the page where a password is chosen.
    ///
    /// It leaves out the greatest length, which hardly anybody meets.
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
        let mut text = String::new();
        for rule in self.rules() {
            if matches!(rule, PolicyViolation::TooLong { .. }) {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&rule.to_string());
            if matches!(rule, PolicyViolation::TooShort { .. }) {
                text.push_str(" Any will do, spaces included, and none is required.");
            }
        }
        text
    }
}

/// NIST SP 800-63B-4, section 3.1.1.2: a maximum length of at least 64 characters.
const ALWAYS_ACCEPTED_CHARS: usize = 64;
#[cfg(test)]
mod tests;
