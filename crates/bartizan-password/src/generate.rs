//! Passwords and passphrases that the program draws for the user.

use bartizan_core::{Random, RandomUnavailable, SecretString};

use self::draw::Draws;
use crate::error::ConfigError;
use crate::policy::PasswordPolicy;

mod draw;
#[cfg(feature = "passphrase")]
mod passphrase;

#[cfg(feature = "passphrase")]
pub use passphrase::PassphraseGenerator;

/// Draws passwords of stated entropy, each as likely as any other.
///
/// The default draws 17 characters of [`Base32`](PasswordAlphabet::Base32): 84 bits. Fewer than
/// 64 bits cannot be had, nor fewer than 15 characters, so that a password is always one that
/// [`PasswordPolicy::single_factor`] accepts. (With context words it may contain one by accident:
/// then draw another.)
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_password::{PasswordAlphabet, PasswordGenerator};
///
/// let generator = PasswordGenerator::with_entropy_bits(128)?.alphabet(PasswordAlphabet::Base62);
/// assert_eq!((generator.chars(), generator.entropy_bits()), (22, 130));
///
/// let password = generator.generate(&SystemRandom::new())?;
/// assert_eq!(password.expose().len(), 22);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordGenerator {
    /// What was asked for. The alphabet says how many characters that is.
    bits: u32,
    alphabet: PasswordAlphabet,
}

impl PasswordGenerator {
    /// Returns the default: at least 80 bits, of [`Base32`](PasswordAlphabet::Base32).
    #[must_use]
    pub const fn new() -> Self {
        Self { bits: DEFAULT_BITS, alphabet: PasswordAlphabet::Base32 }
    }

    /// Asks for at least `bits` of entropy.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EntropyOutOfRange`]: not 64 to 256 bits.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::PasswordGenerator;
    ///
    /// assert_eq!(PasswordGenerator::with_entropy_bits(100)?.chars(), 21);
    /// assert!(PasswordGenerator::with_entropy_bits(63).is_err());
    /// # Ok::<(), bartizan_password::ConfigError>(())
    /// ```
    pub const fn with_entropy_bits(bits: u32) -> Result<Self, ConfigError> {
        if bits < MIN_BITS || bits > MAX_BITS {
            return Err(ConfigError::EntropyOutOfRange { min_bits: MIN_BITS, max_bits: MAX_BITS });
        }
        Ok(Self { bits, ..Self::new() })
    }

    /// Sets the characters to draw from. The number of characters follows.
    #[must_use]
    pub const fn alphabet(mut self, alphabet: PasswordAlphabet) -> Self {
        self.alphabet = alphabet;
        self
    }

    /// Returns how many characters a password has.
    #[must_use]
    pub const fn chars(self) -> u32 {
        let millibits = self.bits.saturating_mul(1_000).saturating_add(REDRAWN_MILLIBITS);
        let chars = millibits.div_ceil(self.alphabet.millibits());
        if chars < MIN_CHARS { MIN_CHARS } else { chars }
    }

    /// Returns the entropy of a password in whole bits, rounded down: what was asked for, or more.
    #[must_use]
    pub const fn entropy_bits(self) -> u32 {
        whole_bits(self.chars(), self.alphabet.millibits())
    }

    /// Draws a password.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`]: the source of randomness failed, or what it delivers is not random.
    pub fn generate(self, random: &dyn Random) -> Result<SecretString, RandomUnavailable> {
        let characters = self.alphabet.characters();
        let draw = |draws: &mut Draws<'_>, password: &mut String| {
            for _ in 0..self.chars() {
                password.push(char::from(*draws.one_of(characters)?));
            }
            Ok(())
        };
        acceptable(self.chars(), random, draw)
    }
}

impl Default for PasswordGenerator {
    fn default() -> Self {
        Self::new()
    }
}

/// The characters that a password is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordAlphabet {
    /// Digits and small letters without `i`, `l`, `o` and `u`, which are easily misread: 32
    /// characters, 5 bits each. [Crockford's] alphabet.
    ///
    /// [Crockford's]: https://www.crockford.com/base32.html
    Base32,
    /// Digits, small and capital letters: 62 characters, 5.95 bits each.
    Base62,
    /// All of ASCII that prints, without the space: 94 characters, 6.55 bits each. For systems that
    /// still insist on symbols, which they get most of the time.
    Ascii94,
}

impl PasswordAlphabet {
    /// Returns the characters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base32 => "0123456789abcdefghjkmnpqrstvwxyz",
            Self::Base62 => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            Self::Ascii94 => concat!(
                "!\"#$%&'()*+,-./0123456789:;<=>?@",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
            ),
        }
    }

    const fn characters(self) -> &'static [u8] {
        self.as_str().as_bytes()
    }

    /// The binary logarithm of the number of characters, rounded down to thousandths.
    const fn millibits(self) -> u32 {
        match self {
            Self::Base32 => 5_000,
            Self::Base62 => 5_954,
            Self::Ascii94 => 6_554,
        }
    }
}

/// The entropy of `count` independent draws.
const fn whole_bits(count: u32, millibits: u32) -> u32 {
    count.saturating_mul(millibits).saturating_sub(REDRAWN_MILLIBITS) / 1_000
}

/// Draws until the policy accepts it: the first time, but for one in thousands.
fn acceptable(
    max_bytes: u32,
    random: &dyn Random,
    draw: impl Fn(&mut Draws<'_>, &mut String) -> Result<(), RandomUnavailable>,
) -> Result<SecretString, RandomUnavailable> {
    let policy = PasswordPolicy::single_factor();
    let mut draws = Draws::new(random);
    for _ in 0..MAX_DRAWS {
        // Room for all, so that no copy is left behind by growing.
        let mut text = String::with_capacity(usize::try_from(max_bytes).unwrap_or_default());
        let outcome = draw(&mut draws, &mut text);
        // Also what is not complete is wiped.
        let secret = SecretString::from(text);
        outcome?;
        if policy.check(&secret, &[]).is_ok() {
            return Ok(secret);
        }
    }
    Err(RandomUnavailable::new())
}

/// What an attacker cannot search offline within years, if the hash is as slow as it should be.
const MIN_BITS: u32 = 64;
/// More than any key has.
const MAX_BITS: u32 = 256;
const DEFAULT_BITS: u32 = 80;
/// What [`PasswordPolicy::single_factor`] asks for.
const MIN_CHARS: u32 = 15;
/// Drawing again what a policy refuses leaves out fewer than one in 2,000, and so costs less than
/// 1/1,000 of a bit.
const REDRAWN_MILLIBITS: u32 = 1;
/// A source whose output is refused so often is broken.
const MAX_DRAWS: usize = 16;

#[cfg(test)]
mod tests;
