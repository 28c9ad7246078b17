use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey, SymmetricKey};
use pasetors::token::{Local, Public, UntrustedToken};
use pasetors::version4::{LocalToken, PublicToken, V4};

use crate::error::{SignError, VerifyError};
use crate::key::SigningKey;
use crate::verifying_key::VerifyingKey;

/// A key of one purpose of PASETO: [`PasetoSigningKey`] or [`PasetoLocalKey`], and no others.
pub trait PasetoKey: KeyMaterial + sealed::Seal {}

/// A key that makes and checks `v4.public` tokens, and serves nothing else.
///
/// It is no [`SigningKey`], though both are of Ed25519: PASETO wants a key to be of one version
/// and one purpose. Of what is derived from it for each token, nothing is kept.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_token::paseto::PasetoSigningKey;
///
/// let key = PasetoSigningKey::generate(&SystemRandom::new())?;
/// assert_eq!(format!("{key:?}"), "PasetoSigningKey(v4.public)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct PasetoSigningKey {
    secret: AsymmetricSecretKey<V4>,
    public: AsymmetricPublicKey<V4>,
}

/// A key that makes and opens `v4.local` tokens, and serves nothing else.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_token::paseto::PasetoLocalKey;
///
/// let key = PasetoLocalKey::generate(&SystemRandom::new())?;
/// assert_eq!(format!("{key:?}"), "PasetoLocalKey(v4.local)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct PasetoLocalKey(SymmetricKey<V4>);

impl PasetoSigningKey {
    /// Makes an Ed25519 key.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let seed = SecretBytes::random(SEED_LEN, random)?;
        // Only a seed of another length would be refused.
        Self::from_seed(&seed).ok_or_else(RandomUnavailable::new)
    }

    pub(super) const fn public(&self) -> &AsymmetricPublicKey<V4> {
        &self.public
    }

    /// Opens a token with the public part alone.
    pub(super) fn open_with(
        public: &AsymmetricPublicKey<V4>,
        token: &str,
        implicit: &[u8],
    ) -> Result<String, VerifyError> {
        let token = UntrustedToken::<Public, V4>::try_from(token);
        let token = token.map_err(|_| VerifyError::Malformed)?;
        PublicToken::verify(public, &token, None, Some(implicit))
            .map(|trusted| trusted.payload().to_owned())
            .map_err(|_| VerifyError::BadSignature)
    }

    fn from_seed(seed: &SecretBytes) -> Option<Self> {
        let pair = SigningKey::ed25519(seed.expose(), None).ok()?;
        let public = pair.verifying_key().map(VerifyingKey::point)?;
        Self::import(&SecretBytes::from([seed.expose(), public].concat()))
    }
}

impl PasetoLocalKey {
    /// Makes a key of 32 random bytes.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let secret = SecretBytes::random(SEED_LEN, random)?;
        Self::import(&secret).ok_or_else(RandomUnavailable::new)
    }
}

impl KeyMaterial for PasetoSigningKey {
    const PURPOSE: &'static str = "paseto-v4-public";
}

impl KeyMaterial for PasetoLocalKey {
    const PURPOSE: &'static str = "paseto-v4-local";
}

impl PasetoKey for PasetoSigningKey {}
impl PasetoKey for PasetoLocalKey {}

/// The seed, then the public key, so that a damaged one is noticed.
impl ExportKey for PasetoSigningKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.secret.as_bytes())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        let secret = AsymmetricSecretKey::from(material.expose()).ok()?;
        let public = AsymmetricPublicKey::try_from(&secret).ok()?;
        Some(Self { secret, public })
    }
}

impl ExportKey for PasetoLocalKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.0.as_bytes())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        SymmetricKey::from(material.expose()).ok().map(Self)
    }
}

/// The cryptography of one purpose. No other crate can name it, so there is no third kind of key.
pub(super) mod sealed {
    use super::{SignError, VerifyError};

    /// Makes and opens tokens of one header.
    #[expect(unnameable_types, reason = "sealed: nobody else has such keys")]
    pub trait Seal {
        /// What every token begins with.
        const HEADER: &'static str;

        /// Makes a token.
        fn seal(&self, payload: &[u8], footer: &[u8], implicit: &[u8])
        -> Result<String, SignError>;

        /// Returns the payload of a token, once it is known to be the key's.
        fn open(&self, token: &str, implicit: &[u8]) -> Result<String, VerifyError>;
    }
}

impl sealed::Seal for PasetoSigningKey {
    const HEADER: &'static str = PublicToken::HEADER;

    fn seal(&self, payload: &[u8], footer: &[u8], implicit: &[u8]) -> Result<String, SignError> {
        PublicToken::sign(&self.secret, payload, Some(footer), Some(implicit))
            .map_err(|_| SignError::InvalidClaims)
    }

    fn open(&self, token: &str, implicit: &[u8]) -> Result<String, VerifyError> {
        Self::open_with(&self.public, token, implicit)
    }
}

impl sealed::Seal for PasetoLocalKey {
    const HEADER: &'static str = LocalToken::HEADER;

    fn seal(&self, payload: &[u8], footer: &[u8], implicit: &[u8]) -> Result<String, SignError> {
        // The only failure that can be left: the system gave no randomness for the nonce.
        LocalToken::encrypt(&self.0, payload, Some(footer), Some(implicit))
            .map_err(|_| SignError::RandomUnavailable)
    }

    fn open(&self, token: &str, implicit: &[u8]) -> Result<String, VerifyError> {
        let token = UntrustedToken::<Local, V4>::try_from(token);
        let token = token.map_err(|_| VerifyError::Malformed)?;
        LocalToken::decrypt(&self.0, &token, None, Some(implicit))
            .map(|trusted| trusted.payload().to_owned())
            .map_err(|_| VerifyError::BadSignature)
    }
}

impl fmt::Debug for PasetoSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasetoSigningKey(v4.public)")
    }
}

impl fmt::Debug for PasetoLocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasetoLocalKey(v4.local)")
    }
}

/// In bytes: of an Ed25519 seed, and of a local key.
const SEED_LEN: usize = 32;
