use core::fmt;
use std::io::Write as _;

use bartizan_core::danger::ExportKey;
use bartizan_core::{
    Clock, KeyMaterial, Random, RandomUnavailable, SecretBytes, SecretString, UnixTime,
};
use serde_json::Value;

use super::{ALGORITHMS, DpopClaims, MAX_PROOF_LEN, TYP};
use crate::algorithm::Algorithm;
use crate::crypto::MAX_SIGNATURE_LEN;
use crate::encoding;
use crate::error::{KeyError, SignError};
use crate::jwk;
use crate::key::SigningKey;
use crate::thumbprint::Thumbprint;

/// A client's key: it makes proofs, and nothing else.
///
/// Tokens are bound to its public part, which every proof shows, so a server that sees the same key
/// twice knows the client again. A client that talks to several servers, and does not want them to
/// find out, has a key for each.
///
/// ```
/// use bartizan_core::{SystemClock, SystemRandom};
/// use bartizan_token::{DpopClaims, DpopKey, TargetUri};
///
/// let (clock, random) = (SystemClock::new(), SystemRandom::new());
/// let key = DpopKey::generate_es256(&random)?;
/// let target = TargetUri::new("https://id.example/token")?;
/// let proof = key.sign(&DpopClaims::new("POST", target), &clock, &random)?;
/// assert_eq!(proof.split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DpopKey {
    key: SigningKey,
    thumbprint: Thumbprint,
    /// The first part of every proof.
    header: Box<str>,
}

impl DpopKey {
    /// Makes a key for `EdDSA`.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate_ed25519(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generated(SigningKey::generate_ed25519(random)?)
    }

    /// Makes a key for `ES256`, which every server reads. The system draws it; `random` is not
    /// asked.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the system cannot deliver.
    pub fn generate_es256(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generated(SigningKey::generate_es256(random)?)
    }

    /// Makes a key for `ES384`, as [`generate_es256`](Self::generate_es256) does for `ES256`.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the system cannot deliver.
    pub fn generate_es384(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::generated(SigningKey::generate_es384(random)?)
    }

    /// Takes a key from PKCS#8 in PEM, as [`SigningKey::from_pkcs8_pem`] reads it: for `EdDSA`,
    /// `ES256`, `ES384`, or `PS256` with RSA of 3,072 to 4,096 bits.
    ///
    /// # Errors
    ///
    /// Those of [`SigningKey::from_pkcs8_pem`], and [`KeyError::Unsupported`] for another
    /// algorithm.
    pub fn from_pkcs8_pem(algorithm: Algorithm, pem: &SecretString) -> Result<Self, KeyError> {
        Self::of(SigningKey::from_pkcs8_pem(algorithm, pem)?)
    }

    /// Takes a key from PKCS#8 in DER, as [`from_pkcs8_pem`](Self::from_pkcs8_pem) does from PEM.
    ///
    /// # Errors
    ///
    /// Those of [`from_pkcs8_pem`](Self::from_pkcs8_pem).
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        Self::of(SigningKey::from_pkcs8_der(algorithm, der)?)
    }

    fn generated(key: SigningKey) -> Result<Self, RandomUnavailable> {
        Self::of(key).map_err(|_| RandomUnavailable::new())
    }

    pub(super) fn of(key: SigningKey) -> Result<Self, KeyError> {
        let algorithm = key.algorithm();
        let public = key.verifying_key().filter(|_| ALGORITHMS.contains(&algorithm));
        let public = public.ok_or(KeyError::Unsupported)?;
        let jwk = jwk::required_members(public);
        let json = format!(r#"{{"typ":"{TYP}","alg":"{algorithm}","jwk":{jwk}}}"#);
        let mut header = String::new();
        encoding::encode(json.as_bytes(), &mut header);
        Ok(Self { thumbprint: Thumbprint::of(public), header: header.into(), key })
    }

    /// Returns what names the key: what tokens are bound to, and what the parameter `dpop_jkt` of
    /// [RFC 9449, section 10] announces.
    ///
    /// [RFC 9449, section 10]: https://www.rfc-editor.org/rfc/rfc9449#section-10
    #[must_use]
    pub const fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// Returns the key's one algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// Makes the proof for one request: the value of its header `DPoP`. Every request needs a new
    /// one, one that is sent again included.
    ///
    /// # Errors
    ///
    /// - [`SignError::RandomUnavailable`]: no id could be drawn.
    /// - [`SignError::TooLarge`]: the proof would be longer than 8 KiB.
    pub fn sign(
        &self,
        claims: &DpopClaims,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<String, SignError> {
        let mut id = [0; PROOF_ID_LEN];
        random.fill(&mut id)?;
        let payload = payload(claims, clock.now(), id).map_err(|_| SignError::InvalidClaims)?;
        if payload.len() > MAX_PROOF_LEN {
            return Err(SignError::TooLarge);
        }
        let mut proof = format!("{}.", self.header);
        encoding::encode(&payload, &mut proof);
        let mut signature = [0; MAX_SIGNATURE_LEN];
        let signature = self.key.sign(TYP, &proof, &mut signature);
        let signature = signature.map_err(|_| SignError::RandomUnavailable)?;
        proof.push('.');
        encoding::encode(&signature, &mut proof);
        if proof.len() > MAX_PROOF_LEN { Err(SignError::TooLarge) } else { Ok(proof) }
    }
}

fn payload(claims: &DpopClaims, now: UnixTime, id: [u8; PROOF_ID_LEN]) -> std::io::Result<Vec<u8>> {
    let mut payload = Vec::with_capacity(USUAL_PAYLOAD_LEN);
    payload.extend_from_slice(br#"{"jti":""#);
    encoding::encode(&id, &mut payload);
    let (method, target) = (Value::from(&*claims.method), Value::from(claims.target.as_str()));
    write!(payload, r#"","htm":{method},"htu":{target},"iat":{}"#, now.as_secs())?;
    if let Some(hash) = &claims.token_hash {
        write!(payload, r#","ath":"{hash}""#)?;
    }
    if let Some(nonce) = &claims.nonce {
        write!(payload, r#","nonce":{}"#, Value::from(nonce.as_str()))?;
    }
    payload.push(b'}');
    Ok(payload)
}

impl KeyMaterial for DpopKey {
    const PURPOSE: &'static str = "dpop";
}

/// As a [`SigningKey`] is stored.
impl ExportKey for DpopKey {
    fn export(&self) -> SecretBytes {
        self.key.export()
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        Self::of(SigningKey::import(material)?).ok()
    }
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DpopKey({} {})", self.algorithm(), self.thumbprint)
    }
}

/// 128 bits: no two proofs share an id.
const PROOF_ID_LEN: usize = 16;

/// In bytes: memory for one of this length is taken at once.
const USUAL_PAYLOAD_LEN: usize = 256;
