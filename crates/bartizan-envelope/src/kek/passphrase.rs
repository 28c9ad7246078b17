use core::error::Error;
use core::fmt;

use bartizan_argon2::{Algorithm, Argon2, Memory, Params, Version};
use bartizan_core::{Context, Random, SecretBytes, SecretString, base64url};
use zeroize::Zeroizing;

use super::{KekError, KeyEncryptionKey, WrappedKey, unwrap_under, wrap_under};
use crate::sealing_key::SealingKey;
use crate::xaes::KEY_LEN;

/// A key-encryption key that Argon2id ([RFC 9106]) makes from a passphrase.
///
/// Each wrapping draws a new salt and derives anew. The salt and the cost are stored beside the
/// wrapped key and bound to it; when they are read, a cost that is too low to be safe or too high
/// to be honest is refused before anything is derived.
///
/// ```
/// use bartizan_core::{Context, SecretBytes, SecretString, SystemRandom};
/// use bartizan_envelope::{KekError, KeyEncryptionKey, Passphrase};
///
/// let passphrase = |text| Passphrase::new(SecretString::from(text));
/// let kek = passphrase("correct horse battery staple")?.cost(47_104, 1)?;
///
/// let random = SystemRandom::new();
/// let (context, key) = (Context::of("example"), SecretBytes::random(32, &random)?);
/// let wrapped = kek.wrap_key(&context, &key, &random)?;
/// assert!(wrapped.parameters().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
///
/// let other = passphrase("correct horse battery stable")?;
/// assert_eq!(other.unwrap_key(&context, &wrapped).err(), Some(KekError::WrongKey));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106
#[derive(Debug)]
pub struct Passphrase {
    passphrase: SecretString,
    cost: Cost,
}

impl Passphrase {
    /// Takes a passphrase of 15 characters to 1,024 bytes. Its bytes count exactly as they are.
    ///
    /// # Errors
    ///
    /// - [`PassphraseError::TooShort`]: it has fewer than 15 characters. Nothing but its length
    ///   and the cost stands between the file and the keys.
    /// - [`PassphraseError::TooLong`]: it has more than 1,024 bytes.
    pub fn new(passphrase: SecretString) -> Result<Self, PassphraseError> {
        let text = passphrase.expose();
        if text.len() > MAX_PASSPHRASE_LEN {
            return Err(PassphraseError::TooLong);
        }
        if text.chars().count() < MIN_PASSPHRASE_CHARS {
            return Err(PassphraseError::TooShort);
        }
        Ok(Self { passphrase, cost: Cost::DEFAULT })
    }

    /// Sets the memory and the number of passes that wrapping takes, with one lane.
    ///
    /// Default: 65,536 KiB and 3 passes, as [RFC 9106, section 4] recommends where memory is
    /// scarce. Unwrapping takes what was set when the key was wrapped.
    ///
    /// # Errors
    ///
    /// [`PassphraseError::Cost`]: below what OWASP ASVS 5.0, appendix C, asks of a derived key
    /// (1 pass over 47,104 KiB, or 2 over 19,456), or above 16 passes or 1 GiB.
    ///
    /// [RFC 9106, section 4]: https://www.rfc-editor.org/rfc/rfc9106#section-4
    pub fn cost(self, memory_kib: u32, passes: u32) -> Result<Self, PassphraseError> {
        let cost = Cost { memory_kib, passes }.checked().ok_or(PassphraseError::Cost)?;
        Ok(Self { cost, ..self })
    }

    fn derive(&self, cost: Cost, salt: &[u8; SALT_LEN]) -> Result<SealingKey, KekError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, KEY_LEN);
        let params = params.map_err(|_| KekError::Refused)?;
        let mut memory = Memory::for_params(&params).map_err(|_| KekError::Unavailable)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let passphrase = self.passphrase.expose().as_bytes();
        argon2
            .hash_into(passphrase, salt, &mut memory, &mut *key)
            .map_err(|_| KekError::Refused)?;
        Ok(SealingKey::new(&key))
    }
}

impl KeyEncryptionKey for Passphrase {
    fn wrap_key(
        &self,
        context: &Context,
        key: &SecretBytes,
        random: &dyn Random,
    ) -> Result<WrappedKey, KekError> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        let parameters = write_parameters(self.cost, &salt);
        let kek = self.derive(self.cost, &salt)?;
        let bytes = wrap_under(&kek, &bound_to(context, &parameters), key, random)?;
        Ok(WrappedKey::new(PROVIDER.to_owned(), parameters, bytes))
    }

    fn unwrap_key(&self, context: &Context, wrapped: &WrappedKey) -> Result<SecretBytes, KekError> {
        if wrapped.provider() != PROVIDER {
            return Err(KekError::WrongProvider);
        }
        let (cost, salt) = read_parameters(wrapped.parameters()).ok_or(KekError::Damaged)?;
        let kek = self.derive(cost.checked().ok_or(KekError::Refused)?, &salt)?;
        unwrap_under(&kek, &bound_to(context, wrapped.parameters()), wrapped.bytes())
    }

    fn provider_name(&self) -> &str {
        PROVIDER
    }
}

fn bound_to(context: &Context, parameters: &str) -> Context {
    context.clone().bind(parameters)
}

/// How much work Argon2id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    const DEFAULT: Self = Self { memory_kib: 65_536, passes: 3 };

    fn checked(self) -> Option<Self> {
        let safe = match self.passes {
            0 => false,
            1 => self.memory_kib >= 47_104,
            _ => self.memory_kib >= 19_456,
        };
        let honest = self.passes <= MAX_PASSES && self.memory_kib <= MAX_MEMORY_KIB;
        (safe && honest).then_some(self)
    }
}

/// A PHC string without the hash.
fn write_parameters(cost: Cost, salt: &[u8; SALT_LEN]) -> String {
    let Cost { memory_kib, passes } = cost;
    format!("{PHC_PREFIX}{memory_kib},t={passes},p=1${}", base64url::encode(salt))
}

/// Reads exactly what [`write_parameters`] writes: every cost and salt has one spelling.
fn read_parameters(text: &str) -> Option<(Cost, [u8; SALT_LEN])> {
    if text.len() > MAX_PARAMETERS_LEN {
        return None;
    }
    let (memory_kib, rest) = text.strip_prefix(PHC_PREFIX)?.split_once(",t=")?;
    let (passes, salt) = rest.split_once(",p=1$")?;
    let cost = Cost { memory_kib: memory_kib.parse().ok()?, passes: passes.parse().ok()? };
    let salt = base64url::decode(salt).ok()?.try_into().ok()?;
    (write_parameters(cost, &salt) == text).then_some((cost, salt))
}

/// Why a passphrase is not used. The operator who set it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassphraseError {
    /// It has fewer than 15 characters.
    TooShort,
    /// It has more than 1,024 bytes.
    TooLong,
    /// The cost is outside the limits.
    Cost,
}

impl fmt::Display for PassphraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "a passphrase has at least 15 characters",
            Self::TooLong => "a passphrase has at most 1024 bytes",
            Self::Cost => {
                "a key takes at least 1 pass over 47104 KiB or 2 over 19456 KiB, and at most 16 \
                 over 1 GiB"
            }
        })
    }
}

impl Error for PassphraseError {}

const PROVIDER: &str = "passphrase";

const PHC_PREFIX: &str = "$argon2id$v=19$m=";

/// The prefix, ten digits each for memory and passes, `,t=` and `,p=1$`, and the salt.
const MAX_PARAMETERS_LEN: usize = 17 + 10 + 3 + 10 + 5 + 22;

/// RFC 9106, section 4: 128 bits.
const SALT_LEN: usize = 16;

const MAX_PASSES: u32 = 16;

const MAX_MEMORY_KIB: u32 = 1 << 20;

const MIN_PASSPHRASE_CHARS: usize = 15;

const MAX_PASSPHRASE_LEN: usize = 1_024;

#[cfg(test)]
mod tests {
    use bartizan_core::danger::PredictableRandom;

    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(SecretString::from(text)).unwrap().cost(19_456, 2).unwrap()
    }

    #[test]
    fn a_passphrase_is_neither_short_nor_endless() {
        let refused = |text: String| Passphrase::new(SecretString::from(text)).err();
        assert_eq!(refused(String::new()), Some(PassphraseError::TooShort));
        assert_eq!(refused("é".repeat(14)), Some(PassphraseError::TooShort));
        assert_eq!(refused("é".repeat(15)), None);
        assert_eq!(refused("x".repeat(1_024)), None);
        assert_eq!(refused("x".repeat(1_025)), Some(PassphraseError::TooLong));
    }

    /// asvs: V11.4.4, the floor where a key is made.
    #[test]
    fn a_cost_below_the_floor_or_above_the_ceiling_is_not_set() {
        for (memory_kib, passes, accepted) in [
            (47_104, 1, true),
            (47_103, 1, false),
            (19_456, 2, true),
            (19_455, 2, false),
            (19_455, 16, false),
            (1 << 20, 16, true),
            (1 << 20, 17, false),
            ((1 << 20) + 1, 1, false),
            (47_104, 0, false),
            (0, 0, false),
            (u32::MAX, u32::MAX, false),
        ] {
            let set = Passphrase::new(SecretString::from("correct horse battery"))
                .unwrap()
                .cost(memory_kib, passes);
            assert_eq!(set.is_ok(), accepted, "{memory_kib} {passes}");
        }
    }

    /// asvs: V11.4.4, the salt in the header, and the floor where a key is read.
    #[test]
    fn a_stored_cost_outside_the_limits_is_refused_before_work() {
        let kek = passphrase("correct horse battery");
        let random = PredictableRandom::from_seed(1);
        let (context, key) = (Context::of("test"), SecretBytes::from([7; 32]));
        let wrapped = kek.wrap_key(&context, &key, &random).unwrap();
        assert_eq!(read_parameters(wrapped.parameters()).unwrap().1.len(), 16);
        assert!(kek.unwrap_key(&context, &wrapped).unwrap().ct_eq(&[7; 32]));

        let with = |from: &str, to: &str| {
            let parameters = wrapped.parameters().replace(from, to);
            assert_ne!(parameters, wrapped.parameters());
            WrappedKey::new(PROVIDER.to_owned(), parameters, wrapped.bytes().to_vec())
        };
        for (from, to, error) in [
            ("m=19456", "m=19455", KekError::Refused),
            ("m=19456", "m=8", KekError::Refused),
            ("m=19456", "m=4294967295", KekError::Refused),
            ("m=19456", "m=4294967296", KekError::Damaged),
            ("m=19456", "m=019456", KekError::Damaged),
            ("m=19456", "m=+19456", KekError::Damaged),
            ("t=2", "t=0", KekError::Refused),
            ("t=2", "t=1", KekError::Refused),
            ("t=2", "t=17", KekError::Refused),
            ("p=1", "p=2", KekError::Damaged),
            ("argon2id", "argon2i", KekError::Damaged),
            ("v=19", "v=16", KekError::Damaged),
            ("t=2", "t=3", KekError::WrongKey),
        ] {
            let unwrapped = kek.unwrap_key(&context, &with(from, to));
            assert_eq!(unwrapped.err(), Some(error), "{from} {to}");
        }
    }

    #[test]
    fn truncated_parameters_are_refused() {
        let text = write_parameters(Cost::DEFAULT, &[9; SALT_LEN]);
        assert_eq!(read_parameters(&text), Some((Cost::DEFAULT, [9; SALT_LEN])));
        for len in 0..text.len() {
            assert_eq!(read_parameters(&text[..len]), None, "{len}");
        }
        assert_eq!(read_parameters(&format!("{text}A")), None);
        for (from, to) in [("m=6", "m=06"), ("m=6", "m=+6"), ("t=3", "t=03"), (",t=3", "")] {
            let other = text.replacen(from, to, 1);
            assert_eq!(read_parameters(&other), None, "{other}");
        }
        assert_eq!(read_parameters(&"$".repeat(1 << 20)), None);
    }

    #[test]
    fn wrapping_twice_draws_two_salts() {
        let kek = passphrase("correct horse battery");
        let random = PredictableRandom::from_seed(1);
        let (context, key) = (Context::of("test"), SecretBytes::from([7; 32]));
        let first = kek.wrap_key(&context, &key, &random).unwrap();
        let second = kek.wrap_key(&context, &key, &random).unwrap();
        assert_ne!(first.parameters(), second.parameters());

        let swapped = WrappedKey::new(
            PROVIDER.to_owned(),
            second.parameters().to_owned(),
            first.bytes().to_vec(),
        );
        assert_eq!(kek.unwrap_key(&context, &swapped).err(), Some(KekError::WrongKey));
        let other = Context::of("other");
        assert_eq!(kek.unwrap_key(&other, &first).err(), Some(KekError::Damaged));
    }
}
