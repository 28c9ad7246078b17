//! Keys that only aws-lc-rs makes.

use bartizan_core::{Random, RandomUnavailable, SecretBytes};

use super::SigningKey;
use crate::algorithm::Algorithm;
use crate::crypto;

/// How many bits a new RSA key has.
///
/// NIST SP 800-57, part 1, gives 3,072 bits the strength of 128, and 4,096 bits a little more; to
/// sign with these takes more than twice as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RsaSize {
    /// 3,072 bits.
    Bits3072,
    /// 4,096 bits.
    Bits4096,
}

/// Of ML-DSA: [RFC 9964, section 4].
///
/// [RFC 9964, section 4]: https://www.rfc-editor.org/rfc/rfc9964#section-4
pub(super) const SEED_LEN: usize = 32;

impl SigningKey {
    /// Makes a key for RSASSA-PSS with SHA-256 ([RFC 7518, section 3.5]): for verifiers that know
    /// nothing younger. It takes about a second, and now and then several.
    ///
    /// aws-lc-rs draws the key itself, from a generator that it seeds from the operating system;
    /// `random` is not asked.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when no key could be drawn.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use bartizan_core::{KeyGenerator, Keyring, Random, SystemRandom, UnixTime};
    /// use bartizan_token::{RsaSize, SigningKey};
    ///
    /// let random = SystemRandom::new();
    /// let generate = |random: &dyn Random| SigningKey::generate_ps256(RsaSize::Bits3072, random);
    /// let generator = KeyGenerator::new(&random, generate);
    /// let keyring = Keyring::create(UnixTime::from_secs(0), &generator)?;
    /// # Ok::<(), bartizan_core::RandomUnavailable>(())
    /// ```
    ///
    /// [RFC 7518, section 3.5]: https://www.rfc-editor.org/rfc/rfc7518#section-3.5
    pub fn generate_ps256(size: RsaSize, _random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_rsa(Algorithm::Ps256, size)
    }

    /// Makes a key for RSASSA-PSS with SHA-384, as [`generate_ps256`](Self::generate_ps256) does
    /// for SHA-256.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when no key could be drawn.
    pub fn generate_ps384(size: RsaSize, _random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_rsa(Algorithm::Ps384, size)
    }

    /// Makes a key for RSASSA-PSS with SHA-512, as [`generate_ps256`](Self::generate_ps256) does
    /// for SHA-256.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when no key could be drawn.
    pub fn generate_ps512(size: RsaSize, _random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_rsa(Algorithm::Ps512, size)
    }

    fn generate_rsa(algorithm: Algorithm, size: RsaSize) -> Result<Self, RandomUnavailable> {
        let pkcs8 = crypto::generate_rsa(size).map_err(|_| RandomUnavailable::new())?;
        Self::from_pkcs8_der(algorithm, pkcs8.expose()).map_err(|_| RandomUnavailable::new())
    }

    /// Makes a key for ML-DSA-44 ([FIPS 204], in JOSE [RFC 9964]), whose signatures a quantum
    /// computer does not forge either. They have 2,420 bytes, and the public key 1,312.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SystemRandom;
    /// use bartizan_token::{Algorithm, SigningKey};
    ///
    /// let key = SigningKey::generate_ml_dsa_44(&SystemRandom::new())?;
    /// assert_eq!(key.algorithm(), Algorithm::MlDsa44);
    /// # Ok::<(), bartizan_core::RandomUnavailable>(())
    /// ```
    ///
    /// [FIPS 204]: https://doi.org/10.6028/NIST.FIPS.204
    /// [RFC 9964]: https://www.rfc-editor.org/rfc/rfc9964
    pub fn generate_ml_dsa_44(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_ml_dsa(Algorithm::MlDsa44, random)
    }

    /// Makes a key for ML-DSA-65, as [`generate_ml_dsa_44`](Self::generate_ml_dsa_44) does for
    /// ML-DSA-44. Signatures have 3,309 bytes, and the public key 1,952.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate_ml_dsa_65(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generate_ml_dsa(Algorithm::MlDsa65, random)
    }

    fn generate_ml_dsa(
        algorithm: Algorithm,
        random: &dyn Random,
    ) -> Result<Self, RandomUnavailable> {
        let seed = SecretBytes::random(SEED_LEN, random)?;
        // Only a seed of another length would be refused.
        Self::ml_dsa(algorithm, seed.expose()).map_err(|_| RandomUnavailable::new())
    }
}
