//! What a proof says, before any of it is believed: RFC 9449, section 4.2.

use bartizan_core::UnixTime;
use serde::Deserialize as _;

use super::{ALGORITHMS, ProofRefused, TYP};
use crate::algorithm::Algorithm;
use crate::encoding;
use crate::error::KeyError;
use crate::header;
use crate::json::{self, InvalidJson, Text};
use crate::jwk::Jwk;
use crate::parts::{Parts, Small};
use crate::verifying_key::VerifyingKey;

/// The parts of a proof, and what its header says: the key is read and not yet checked.
pub(super) struct Proof<'t> {
    parts: Parts<'t>,
    algorithm: Algorithm,
    jwk: Jwk,
}

impl<'t> Proof<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, ProofRefused> {
        let parts = Parts::split_within(text, MAX_HEADER_LEN).map_err(ProofRefused::parts)?;
        let mut buffer = Small::new();
        let header = parts.decode_header(&mut buffer).map_err(ProofRefused::parts)?;
        let (algorithm, jwk) = Header::read(header)?.check()?;
        Ok(Self { parts, algorithm, jwk })
    }

    /// Decodes the second part.
    pub(super) fn payload(&self) -> Result<Vec<u8>, ProofRefused> {
        let mut payload = vec![0; encoding::decoded_len(self.parts.payload)];
        let decoded = encoding::decode(self.parts.payload, &mut payload);
        let len = decoded.ok_or(ProofRefused::Malformed)?.len();
        payload.truncate(len);
        Ok(payload)
    }

    /// Returns the key, after it was checked as thoroughly as one that is loaded.
    pub(super) fn key(&self) -> Result<VerifyingKey, ProofRefused> {
        let key = self.jwk.verifying_key_for(self.algorithm).map_err(ProofRefused::Key)?;
        // Where older keys are verified with, proofs still have none of them.
        if key.is_short_rsa() {
            return Err(ProofRefused::Key(KeyError::Weak));
        }
        // Anybody can have any key verified with, and a long one takes long.
        if key.is_longer_rsa_than(MAX_RSA_BITS) {
            return Err(ProofRefused::Key(KeyError::Unsupported));
        }
        Ok(key)
    }

    pub(super) fn check_signature(&self, key: &VerifyingKey) -> Result<(), ProofRefused> {
        let mut buffer = Small::new();
        let signature = self.parts.decode_signature(&mut buffer).map_err(ProofRefused::parts)?;
        let signed = key.verifies(self.parts.input, signature);
        if signed { Ok(()) } else { Err(ProofRefused::BadSignature) }
    }
}

#[derive(Default)]
struct Header<'t> {
    alg: Option<Text<'t>>,
    typ: Option<Text<'t>>,
    jwk: Option<Jwk>,
    refused: bool,
}

impl<'t> Header<'t> {
    fn read(text: &'t [u8]) -> Result<Self, ProofRefused> {
        let mut header = Self::default();
        let read = json::object(text, |object| {
            while let Some(name) = object.next_name()? {
                match &*name.decode() {
                    "alg" => header.alg = Some(object.value().string()?),
                    "typ" => header.typ = Some(object.value().string()?),
                    "jwk" => header.jwk = Some(Jwk::deserialize(object.value())?),
                    other => {
                        header.refused |= header::is_refused(other);
                        object.skip_value()?;
                    }
                }
            }
            Ok(())
        });
        read.map_err(|_| ProofRefused::Malformed)?;
        Ok(header)
    }

    fn check(self) -> Result<(Algorithm, Jwk), ProofRefused> {
        if self.refused {
            return Err(ProofRefused::UnsupportedHeader);
        }
        if self.typ.is_none_or(|typ| typ != *TYP) {
            return Err(ProofRefused::WrongKind);
        }
        let named = self.alg.and_then(|name| Algorithm::from_name(&name.decode()));
        let algorithm = named.filter(|algorithm| ALGORITHMS.contains(algorithm));
        let algorithm = algorithm.ok_or(ProofRefused::WrongAlgorithm)?;
        Ok((algorithm, self.jwk.ok_or(ProofRefused::Key(KeyError::Malformed))?))
    }
}

/// What the payload says. `jti` has 1 to 256 bytes.
pub(super) struct ProofClaims<'t> {
    pub(super) id: Text<'t>,
    pub(super) method: Text<'t>,
    pub(super) target: Text<'t>,
    pub(super) issued_at: UnixTime,
    pub(super) token_hash: Option<Text<'t>>,
    pub(super) nonce: Option<Text<'t>>,
    /// Of any token, and honoured here though a proof needs neither.
    pub(super) expires_at: Option<UnixTime>,
    pub(super) not_before: Option<UnixTime>,
}

impl<'t> ProofClaims<'t> {
    pub(super) fn read(text: &'t [u8]) -> Result<Self, ProofRefused> {
        let read = json::object(text, |object| {
            let (mut id, mut method, mut target, mut token_hash, mut nonce) =
                (None, None, None, None, None);
            let (mut issued_at, mut expires_at, mut not_before) = (None, None, None);
            while let Some(name) = object.next_name()? {
                let name = name.decode();
                let text = match &*name {
                    "jti" => &mut id,
                    "htm" => &mut method,
                    "htu" => &mut target,
                    "ath" => &mut token_hash,
                    "nonce" => &mut nonce,
                    other => {
                        let time = match other {
                            "iat" => &mut issued_at,
                            "exp" => &mut expires_at,
                            "nbf" => &mut not_before,
                            _ => {
                                object.skip_value()?;
                                continue;
                            }
                        };
                        let secs = object.value().whole_number()?;
                        *time = Some(UnixTime::checked_from_secs(secs).ok_or(InvalidJson)?);
                        continue;
                    }
                };
                *text = Some(object.value().string()?);
            }
            let is_id = |id: &Text<'_>| (1..=MAX_ID_LEN).contains(&id.decode().len());
            Ok(Self {
                id: id.filter(is_id).ok_or(InvalidJson)?,
                method: method.ok_or(InvalidJson)?,
                target: target.ok_or(InvalidJson)?,
                issued_at: issued_at.ok_or(InvalidJson)?,
                token_hash,
                nonce,
                expires_at,
                not_before,
            })
        });
        read.map_err(|_| ProofRefused::InvalidClaims)
    }
}

/// In bytes, of a `jti` without its escapes.
const MAX_ID_LEN: usize = 256;

/// In characters, as it stands in the proof: room for an RSA key.
const MAX_HEADER_LEN: usize = 3 * 1_024;

/// What more strength would cost is the server's time, and the client's to choose.
const MAX_RSA_BITS: usize = 4_096;
