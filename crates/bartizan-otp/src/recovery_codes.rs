//! Recovery codes as their owner sees them, once.

use core::fmt;

use bartizan_core::{Random, RandomUnavailable, SecretBytes, SecretString};

use crate::error::VerifyError;
use crate::recovery_set::{RecoverySet, StoredCode};

/// Ten new recovery codes, for who has lost the authenticator: each works once.
///
/// A code has 120 random bits. That is beyond guessing also for who has stolen the stored digests,
/// so a plain SHA-256 of it is what is stored ([OWASP ASVS] V6.5.2, from 112 bits). The codes can
/// be seen here and never again.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_otp::RecoveryCodes;
///
/// let codes = RecoveryCodes::generate(&SystemRandom::new())?;
/// let stored = codes.set().to_bytes(); // in place of the user's former set, if there was one
/// assert_eq!(codes.shown().len(), 10); // such as "7b3k-xq0d-9mzh-tt2e-w5rc-8fna"
/// # let _ = stored;
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
///
/// [OWASP ASVS]: https://owasp.org/www-project-application-security-verification-standard/
pub struct RecoveryCodes {
    shown: Vec<SecretString>,
    set: RecoverySet,
}

impl RecoveryCodes {
    /// How many codes there are.
    pub const COUNT: usize = 10;

    /// Draws the codes.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let mut stored = [StoredCode::default(); Self::COUNT];
        let mut shown = Vec::with_capacity(Self::COUNT);
        for slot in &mut stored {
            let letters = draw_letters(random)?;
            *slot = StoredCode::of(&letters);
            shown.push(in_groups(&letters));
        }
        Ok(Self { shown, set: RecoverySet::from_codes(&stored) })
    }

    /// Lends the codes, to be shown to their owner: 24 lower-case letters and digits each, in six
    /// groups of four with hyphens between. Neither `i`, `l`, `o` nor `u` is among them.
    #[must_use]
    pub fn shown(&self) -> &[SecretString] {
        &self.shown
    }

    /// Lends what to store: digests, from which nobody gets the codes back.
    pub const fn set(&self) -> &RecoverySet {
        &self.set
    }

    /// Forgets the codes, and returns what to store.
    pub fn into_set(self) -> RecoverySet {
        self.set
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(..)")
    }
}

/// Reads what a user typed: case, spaces and hyphens mean nothing, and the letters that look like
/// a digit are that digit.
pub(crate) fn letters_of(typed: &str) -> Result<SecretBytes, VerifyError> {
    if typed.len() > MAX_TYPED_LEN {
        return Err(VerifyError::Malformed);
    }
    SecretBytes::init(LETTERS, |letters| {
        let mut read = typed.bytes().filter(|byte| !b" -".contains(byte)).map(letter_of);
        for letter in letters {
            *letter = read.next().flatten().ok_or(VerifyError::Malformed)?;
        }
        if read.next().is_some() { Err(VerifyError::Malformed) } else { Ok(()) }
    })
}

fn letter_of(typed: u8) -> Option<u8> {
    match typed.to_ascii_lowercase() {
        b'o' => Some(b'0'),
        b'i' | b'l' => Some(b'1'),
        other => ALPHABET.contains(&other).then_some(other),
    }
}

fn draw_letters(random: &dyn Random) -> Result<SecretBytes, RandomUnavailable> {
    SecretBytes::init(LETTERS, |letters| {
        random.fill(letters)?;
        for letter in letters {
            // 32 letters divide 256 evenly: each is as likely as any other.
            let five_bits = usize::from(*letter & 0x1f);
            *letter = ALPHABET.get(five_bits).copied().ok_or(RandomUnavailable::new())?;
        }
        Ok(())
    })
}

fn in_groups(letters: &SecretBytes) -> SecretString {
    // Growing would leave a copy behind.
    let mut text = String::with_capacity(2 * LETTERS);
    for (position, letter) in letters.expose().iter().enumerate() {
        if position > 0 && position % GROUP_LEN == 0 {
            text.push('-');
        }
        text.push(char::from(*letter));
    }
    SecretString::from(text)
}

/// Crockford's: the letters and digits that are not taken for one another, and no `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Of five bits each.
const LETTERS: usize = 24;

const GROUP_LEN: usize = 4;

/// Room for spaces around each hyphen, and then some.
const MAX_TYPED_LEN: usize = 64;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use bartizan_core::SystemRandom;

    use super::*;

    /// 24 letters out of 32 are 120 bits, and no setting makes it less (asvs: V6.5.4).
    #[test]
    fn each_code_has_24_letters_and_every_letter_occurs() {
        let mut seen = HashSet::new();
        let mut codes = HashSet::new();
        for _ in 0..20 {
            for code in RecoveryCodes::generate(&SystemRandom::new()).unwrap().shown() {
                let groups: Vec<_> = code.expose().split('-').collect();
                assert!(groups.len() == 6 && groups.iter().all(|group| group.len() == 4));
                seen.extend(groups.concat().into_bytes());
                assert!(codes.insert(code.expose().to_owned()), "drawn twice");
            }
        }
        // One of 32 letters stays out of 4,800 draws once in 10^64 runs.
        assert_eq!(seen, HashSet::from(*ALPHABET));
        assert!(ALPHABET.iter().all(|letter| !b"ilou".contains(letter)));
    }

    #[test]
    fn every_way_of_typing_a_code_is_read_alike() {
        let letters = b"0123456789abcdefghjkmnpq";
        for typed in [
            "0123-4567-89ab-cdef-ghjk-mnpq",
            "0123456789ABCDEFGHJKMNPQ",
            " oI23 4567 - 89AB -CDEF- ghjk  mnpq ",
            "OL23-4567-89ab-cdef-ghjk-mnpq",
            "Oi23-4567-89ab-cdef-ghjk-mnpq",
        ] {
            assert_eq!(letters_of(typed).unwrap().expose(), letters, "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let code = "0123-4567-89ab-cdef-ghjk-mnpq";
        for end in 0..code.len() {
            assert!(letters_of(&code[..end]).is_err(), "cut at {end}");
        }
        let long = format!("{}{code}", " ".repeat(36));
        assert!(long.len() == 65 && letters_of(&long).is_err());
        assert!(letters_of(&long[1..]).is_ok());
        for hostile in ["u123-4567-89ab-cdef-ghjk-mnpq", "٠123-4567-89ab-cdef-ghjk-mnpq"] {
            assert!(letters_of(hostile).is_err(), "{hostile:?}");
        }
        for added in ["0", "\n", "\0", "_", "é", "\u{a0}"] {
            assert!(letters_of(&format!("{code}{added}")).is_err(), "{added:?}");
        }
    }
}
