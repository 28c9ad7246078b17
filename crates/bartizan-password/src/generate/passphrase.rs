//! Passphrases.

use bartizan_core::{Random, RandomUnavailable, SecretString};
use diceware_wordlists::EFF_LONG_WORDLIST;

use super::draw::Draws;
use super::{acceptable, whole_bits};
use crate::error::ConfigError;

/// Draws passphrases: words of the [long list of the EFF], separated by spaces.
///
/// The list has 7,776 English words of three to nine letters, 12.9 bits each. The default draws 6
/// words: 77 bits. Fewer than 5 cannot be had, so that a passphrase is always one that
/// [`PasswordPolicy::single_factor`](crate::PasswordPolicy::single_factor) accepts. (With context
/// words it may contain one by accident: then draw another.) Feature `passphrase`.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_password::PassphraseGenerator;
///
/// let generator = PassphraseGenerator::words(6)?;
/// assert_eq!(generator.entropy_bits(), 77);
///
/// let passphrase = generator.generate(&SystemRandom::new())?;
/// assert_eq!(passphrase.expose().split(' ').count(), 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [long list of the EFF]: https://www.eff.org/dice
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassphraseGenerator {
    words: u32,
}

impl PassphraseGenerator {
    /// Returns the default: 6 words.
    #[must_use]
    pub const fn new() -> Self {
        Self { words: DEFAULT_WORDS }
    }

    /// Asks for a number of words.
    ///
    /// # Errors
    ///
    /// [`ConfigError::WordsOutOfRange`]: not 5 to 20 words.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_password::PassphraseGenerator;
    ///
    /// assert_eq!(PassphraseGenerator::words(8)?.entropy_bits(), 103);
    /// assert!(PassphraseGenerator::words(4).is_err());
    /// # Ok::<(), bartizan_password::ConfigError>(())
    /// ```
    pub const fn words(words: u32) -> Result<Self, ConfigError> {
        if words < MIN_WORDS || words > MAX_WORDS {
            return Err(ConfigError::WordsOutOfRange { min: MIN_WORDS, max: MAX_WORDS });
        }
        Ok(Self { words })
    }

    /// Returns the entropy of a passphrase in whole bits, rounded down.
    #[must_use]
    pub const fn entropy_bits(self) -> u32 {
        whole_bits(self.words, WORD_MILLIBITS)
    }

    /// Draws a passphrase.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`]: the source of randomness failed, or what it delivers is not random.
    pub fn generate(self, random: &dyn Random) -> Result<SecretString, RandomUnavailable> {
        let draw = |draws: &mut Draws<'_>, passphrase: &mut String| {
            for word in 0..self.words {
                if word > 0 {
                    passphrase.push(' ');
                }
                passphrase.push_str(draws.one_of(&EFF_LONG_WORDLIST)?);
            }
            Ok(())
        };
        acceptable(self.words.saturating_mul(MAX_WORD_BYTES), random, draw)
    }
}

impl Default for PassphraseGenerator {
    fn default() -> Self {
        Self::new()
    }
}

const DEFAULT_WORDS: u32 = 6;
/// 64 bits.
const MIN_WORDS: u32 = 5;
/// 258 bits.
const MAX_WORDS: u32 = 20;
/// The binary logarithm of 7,776, rounded down to thousandths.
const WORD_MILLIBITS: u32 = 12_924;
/// With the space before it.
const MAX_WORD_BYTES: u32 = 10;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::generate::tests::{Seeded, chi_squared};
    use crate::policy::PasswordPolicy;

    #[test]
    fn the_list_is_what_the_entropy_is_reckoned_from() {
        let distinct: HashSet<_> = EFF_LONG_WORDLIST.iter().collect();
        assert_eq!(distinct.len(), 7_776);
        for word in EFF_LONG_WORDLIST {
            assert!((3..MAX_WORD_BYTES as usize).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{word}");
        }
        let exact = 7_776_f64.log2() * 1_000.0;
        assert!((exact - 1.0..exact).contains(&f64::from(WORD_MILLIBITS)));
        for (words, bits) in [(5, 64), (6, 77), (7, 90), (8, 103), (10, 129), (20, 258)] {
            assert_eq!(PassphraseGenerator::words(words).unwrap().entropy_bits(), bits);
        }
    }

    #[test]
    fn fewer_than_five_words_cannot_be_had() {
        for words in [0, 4, 21, u32::MAX] {
            let refused = PassphraseGenerator::words(words);
            assert_eq!(refused, Err(ConfigError::WordsOutOfRange { min: 5, max: 20 }));
        }
        assert_eq!(PassphraseGenerator::new(), PassphraseGenerator::words(6).unwrap());
    }

    #[test]
    fn every_passphrase_passes_the_policy() {
        let random = Seeded::new(7);
        for words in [5, 6, 20] {
            let generator = PassphraseGenerator::words(words).unwrap();
            for _ in 0..200 {
                let passphrase = generator.generate(&random).unwrap();
                assert_eq!(passphrase.expose().split(' ').count(), words as usize);
                assert_eq!(PasswordPolicy::single_factor().check(&passphrase, &[]), Ok(()));
            }
        }
    }

    /// So few are drawn again that the entropy stays what is stated.
    #[test]
    fn the_policy_hardly_ever_refuses_what_is_drawn() {
        let (random, policy) = (Seeded::new(17), PasswordPolicy::single_factor());
        let mut draws = Draws::new(&random);
        let refused = (0..6_000).filter(|_| {
            let words: Vec<_> =
                (0..5).map(|_| *draws.one_of(&EFF_LONG_WORDLIST).unwrap()).collect();
            policy.check(&SecretString::from(words.join(" ")), &[]).is_err()
        });
        assert!(refused.count() <= 3);
    }

    #[test]
    fn every_word_is_as_likely_as_any_other() {
        let random = Seeded::new(11);
        let mut counts = vec![0; EFF_LONG_WORDLIST.len()];
        let mut draws = Draws::new(&random);
        let indices: Vec<_> = (0..EFF_LONG_WORDLIST.len()).collect();
        for _ in 0..200_000 {
            counts[*draws.one_of(&indices).unwrap()] += 1;
        }
        assert!(chi_squared(&counts).abs() < 5.0);
    }
}
