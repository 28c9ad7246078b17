//! JSON Web Keys: [RFC 7517], [RFC 7518, section 6], [RFC 8037, section 2], [RFC 9964, section 3].
//!
//! [RFC 7517]: https://www.rfc-editor.org/rfc/rfc7517
//! [RFC 7518, section 6]: https://www.rfc-editor.org/rfc/rfc7518#section-6
//! [RFC 8037, section 2]: https://www.rfc-editor.org/rfc/rfc8037#section-2
//! [RFC 9964, section 3]: https://www.rfc-editor.org/rfc/rfc9964#section-3

use core::fmt::Write as _;

use bartizan_core::{SecretBytes, SecretString, base64url};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use serde_json::Value;

use crate::algorithm::Algorithm;
use crate::crypto::PublicKey;
use crate::error::KeyError;
use crate::json;
use crate::key::{RsaNumbers, SigningKey};
use crate::verifying_key::VerifyingKey;

/// The longest key that is read, in bytes.
pub(crate) const MAX_JWK_LEN: usize = 16 * 1_024;

/// What a key may say of itself. Members that are not known are ignored: RFC 7517, section 4.
#[derive(Deserialize)]
pub(crate) struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    pub(crate) kid: Option<String>,
    crv: Option<String>,
    x: Option<Secret>,
    y: Option<Secret>,
    n: Option<Secret>,
    e: Option<Secret>,
    d: Option<Secret>,
    p: Option<Secret>,
    q: Option<Secret>,
    dp: Option<Secret>,
    dq: Option<Secret>,
    qi: Option<Secret>,
    oth: Option<serde::de::IgnoredAny>,
    k: Option<Secret>,
    #[cfg(feature = "aws-lc-rs")]
    r#pub: Option<Secret>,
    r#priv: Option<Secret>,
}

/// Bytes in base64url. The same member is public in one key and secret in another: all are wiped.
struct Secret(SecretBytes);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Secret;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("base64url")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Secret, E> {
                let bytes = base64url::decode(text).map_err(E::custom)?;
                Ok(Secret(SecretBytes::from(bytes)))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// What a key is to be used for here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Sign,
    Verify,
}

impl Jwk {
    pub(crate) fn read(json: &[u8]) -> Result<Self, KeyError> {
        if json.len() > MAX_JWK_LEN {
            return Err(KeyError::TooLarge);
        }
        json::from_slice(json).map_err(|_| KeyError::Malformed)
    }

    /// Returns the public key that it is.
    pub(crate) fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        let algorithm = self.public_algorithm(None)?;
        self.public(algorithm)
    }

    /// Returns the public key that it is, which is one for `algorithm` and need not say so, to verify
    /// once: whether a point is on its curve is found out then.
    pub(crate) fn verifying_key_for(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyError> {
        if self.public_algorithm(Some(algorithm))? != algorithm {
            return Err(KeyError::Disagrees);
        }
        match algorithm.ec_len() {
            Some(len) => VerifyingKey::ec_checked_by_use(algorithm, &self.point(len)?),
            None => self.public(algorithm),
        }
    }

    /// The algorithm of a key that is not a private one.
    fn public_algorithm(&self, unsaid: Option<Algorithm>) -> Result<Algorithm, KeyError> {
        if self.kty == "oct" {
            return Err(KeyError::Unsupported);
        }
        let secrets =
            [&self.d, &self.p, &self.q, &self.dp, &self.dq, &self.qi, &self.k, &self.r#priv];
        if secrets.into_iter().any(Option::is_some) || self.oth.is_some() {
            return Err(KeyError::Private);
        }
        self.algorithm_or(Operation::Verify, unsaid)
    }

    /// Returns the private key that it is.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, KeyError> {
        let algorithm = self.algorithm(Operation::Sign)?;
        if algorithm.is_symmetric() {
            return SigningKey::hmac(algorithm, SecretBytes::from(need(self.k.as_ref())?));
        }
        #[cfg(feature = "aws-lc-rs")]
        if algorithm.ml_dsa_public_len().is_some() {
            let key = SigningKey::ml_dsa(algorithm, need(self.r#priv.as_ref())?)?;
            let public = need(self.r#pub.as_ref())?;
            let belongs = key.verifying_key().is_some_and(|key| key.point() == public);
            return if belongs { Ok(key) } else { Err(KeyError::Malformed) };
        }
        let d = need(self.d.as_ref())?;
        if let Some(len) = algorithm.ec_len() {
            if d.len() != len {
                return Err(KeyError::Malformed);
            }
            return SigningKey::ec(algorithm, d, &self.point(len)?);
        }
        if algorithm == Algorithm::EdDsa {
            return SigningKey::ed25519(d, Some(need(self.x.as_ref())?));
        }
        if self.oth.is_some() {
            return Err(KeyError::Unsupported);
        }
        let rest = [&self.p, &self.q, &self.dp, &self.dq, &self.qi];
        let mut private = [d; 6];
        for (number, member) in private.iter_mut().skip(1).zip(rest) {
            *number = need(member.as_ref())?;
        }
        let numbers = RsaNumbers { n: need(self.n.as_ref())?, e: need(self.e.as_ref())?, private };
        let der = numbers.write().ok_or(KeyError::Malformed)?;
        SigningKey::rsa(algorithm, der.expose())
    }

    /// Returns the algorithm and the secret of a key of HMAC.
    pub(crate) fn shared_secret(&self) -> Result<(Algorithm, &[u8]), KeyError> {
        let algorithm = self.algorithm(Operation::Verify)?;
        if !algorithm.is_symmetric() {
            return Err(KeyError::Unsupported);
        }
        Ok((algorithm, need(self.k.as_ref())?))
    }

    fn public(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyError> {
        if let Some(len) = algorithm.ec_len() {
            return VerifyingKey::ec(algorithm, &self.point(len)?);
        }
        if algorithm == Algorithm::EdDsa {
            return VerifyingKey::ed25519(need(self.x.as_ref())?);
        }
        #[cfg(feature = "aws-lc-rs")]
        if algorithm.ml_dsa_public_len().is_some() {
            return VerifyingKey::ml_dsa(algorithm, need(self.r#pub.as_ref())?);
        }
        VerifyingKey::rsa(algorithm, need(self.n.as_ref())?, need(self.e.as_ref())?)
    }

    /// The point of ECDSA, uncompressed.
    fn point(&self, len: usize) -> Result<Vec<u8>, KeyError> {
        let (x, y) = (need(self.x.as_ref())?, need(self.y.as_ref())?);
        // RFC 7518, section 6.2.1.2: leading zeros are written.
        if x.len() != len || y.len() != len {
            return Err(KeyError::Malformed);
        }
        Ok([&[UNCOMPRESSED], x, y].concat())
    }

    /// The one algorithm of the key, after all that it says of itself agrees.
    fn algorithm(&self, operation: Operation) -> Result<Algorithm, KeyError> {
        self.algorithm_or(operation, None)
    }

    fn algorithm_or(
        &self,
        operation: Operation,
        unsaid: Option<Algorithm>,
    ) -> Result<Algorithm, KeyError> {
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(KeyError::Disagrees);
        }
        if let Some(operations) = &self.key_ops {
            let wanted = if operation == Operation::Sign { "sign" } else { "verify" };
            let fits = |name: &String| matches!(&**name, "sign" | "verify");
            if !operations.iter().all(fits) || !operations.iter().any(|name| name == wanted) {
                return Err(KeyError::Disagrees);
            }
        }
        let said = match &self.alg {
            Some(name) => Some(Algorithm::from_name(name).ok_or(KeyError::Unsupported)?),
            None => unsaid,
        };
        let of_curve = match (&*self.kty, self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => Algorithm::EdDsa,
            ("EC", Some("P-256")) => Algorithm::Es256,
            ("EC", Some("P-384")) => Algorithm::Es384,
            (kty, crv) if says_its_algorithm(kty) => {
                if crv.is_some() {
                    return Err(KeyError::Disagrees);
                }
                let said = said.ok_or(KeyError::Unsupported)?;
                return if key_type(said) == kty { Ok(said) } else { Err(KeyError::Disagrees) };
            }
            _ => return Err(KeyError::Unsupported),
        };
        if said.is_none_or(|said| said == of_curve) {
            Ok(of_curve)
        } else {
            Err(KeyError::Disagrees)
        }
    }
}

/// Returns whether keys of the type are for one of several algorithms, and say which.
fn says_its_algorithm(kty: &str) -> bool {
    matches!(kty, "RSA" | "oct") || (kty == "AKP" && cfg!(feature = "aws-lc-rs"))
}

/// The type of the algorithm's keys.
fn key_type(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::EdDsa => "OKP",
        Algorithm::Es256 | Algorithm::Es384 => "EC",
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa44 | Algorithm::MlDsa65 => "AKP",
        _ if algorithm.is_symmetric() => "oct",
        _ => "RSA",
    }
}

fn need(member: Option<&Secret>) -> Result<&[u8], KeyError> {
    member.map(|secret| secret.0.expose()).ok_or(KeyError::Malformed)
}

/// Returns the public key as JSON.
pub(crate) fn write_public(key: &VerifyingKey, kid: &str) -> String {
    let members = required_members(key);
    let inside = members.strip_suffix('}').unwrap_or(&members);
    let (kid, alg) = (Value::from(kid), key.algorithm());
    // Of the type AKP it is a part of the key.
    if key_type(alg) == "AKP" {
        return format!(r#"{inside},"use":"sig","kid":{kid}}}"#);
    }
    format!(r#"{inside},"use":"sig","alg":"{alg}","kid":{kid}}}"#)
}

/// The members that make up the key, in the order and without the space that RFC 7638 wants.
pub(crate) fn required_members(key: &VerifyingKey) -> String {
    match key.public_key() {
        PublicKey::Ed25519(x) => {
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url::encode(x))
        }
        PublicKey::Ec(point) => {
            let crv = if key.algorithm() == Algorithm::Es256 { "P-256" } else { "P-384" };
            let [x, y] = coordinates(point).map(base64url::encode);
            format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        PublicKey::Rsa { n, e } => {
            let (n, e) = (base64url::encode(n), base64url::encode(e));
            format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
        }
        #[cfg(feature = "aws-lc-rs")]
        PublicKey::MlDsa(public) => {
            let (alg, public) = (key.algorithm(), base64url::encode(public));
            format!(r#"{{"alg":"{alg}","kty":"AKP","pub":"{public}"}}"#)
        }
    }
}

fn coordinates(point: &[u8]) -> [&[u8]; 2] {
    let both = point.get(1..).unwrap_or_default();
    let (x, y) = both.split_at_checked(both.len() / 2).unwrap_or_default();
    [x, y]
}

/// Returns the private key as JSON.
pub(crate) fn write_private(key: &SigningKey) -> SecretString {
    // Room for all of it, so that no half-written copy is left behind.
    let mut jwk = String::with_capacity(MAX_JWK_LEN);
    let mut member = |name: &str, secret: &[u8]| {
        let value = SecretString::from(base64url::encode(secret));
        let _written = write!(jwk, r#","{name}":"{}""#, value.expose());
    };
    let secret = key.secret().expose();
    let public = match key.verifying_key() {
        None => {
            member("k", secret);
            format!(r#"{{"kty":"oct","use":"sig","alg":"{}"}}"#, key.algorithm())
        }
        Some(public) => {
            match RsaNumbers::read(secret).filter(|_| key.algorithm().is_rsa()) {
                Some(numbers) => {
                    for (name, number) in RSA_MEMBERS.into_iter().zip(numbers.private) {
                        member(name, number);
                    }
                }
                None if key_type(key.algorithm()) == "AKP" => member("priv", secret),
                None => member("d", secret),
            }
            public.to_jwk()
        }
    };
    let inside = public.strip_suffix('}').unwrap_or(&public);
    jwk.insert_str(0, inside);
    jwk.push('}');
    SecretString::from(jwk)
}

const RSA_MEMBERS: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

/// The first byte of a point that is written with both coordinates: SEC 1, section 2.3.3.
const UNCOMPRESSED: u8 = 4;

#[cfg(test)]
mod tests;
