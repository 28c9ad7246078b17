//! One sealed value in Tink's framing, byte by byte.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | `0x01` |
//! | 4 | key id, most significant byte first |
//! | 24 | nonce: Tink's salt of 12 bytes, and its IV |
//! | as many as the plaintext | ciphertext |
//! | 16 | tag |
//!
//! The context alone is the associated data. A changed first part names another key, or none.

use bartizan_core::{Context, KeyId, OpenError, Random, SealError, SecretBytes};

use super::MAX_PLAINTEXT_LEN;
use crate::cipher::{BODY_OVERHEAD_LEN, Body, Cipher};

pub(crate) fn seal(
    (id, cipher): (KeyId, &Cipher),
    context: &Context,
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT_LEN {
        return Err(SealError::TooLong);
    }
    let mut sealed = Vec::with_capacity(sealed_len(plaintext.len()));
    sealed.push(TINK);
    sealed.extend_from_slice(&id.to_bytes());
    cipher.seal(sealed, (context.as_bytes(), plaintext), random)
}

/// A sealed value taken apart. Nothing of it has been proved yet.
pub(crate) struct Parts<'a> {
    id: KeyId,
    body: Body<'a>,
}

impl<'a> Parts<'a> {
    /// Finds the parts; whatever is too long is refused before that.
    pub(crate) fn of(sealed: &'a [u8]) -> Result<Self, OpenError> {
        if sealed.len() > sealed_len(MAX_PLAINTEXT_LEN) {
            return Err(OpenError::Malformed);
        }
        Self::split(sealed).ok_or(OpenError::Malformed)
    }

    fn split(sealed: &'a [u8]) -> Option<Self> {
        let (first, rest) = sealed.split_first()?;
        let (id, body) = rest.split_first_chunk()?;
        let body = Body::of(body)?;
        (*first == TINK).then_some(Self { id: KeyId::from_bytes(*id), body })
    }

    pub(crate) const fn key_id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn open(
        &self,
        cipher: &Cipher,
        context: &Context,
    ) -> Result<SecretBytes, OpenError> {
        cipher.open(&self.body, context.as_bytes())
    }
}

pub(crate) const fn sealed_len(plaintext_len: usize) -> usize {
    plaintext_len.saturating_add(OVERHEAD_LEN)
}

const TINK: u8 = 0x01;

pub(crate) const OVERHEAD_LEN: usize = 1 + 4 + BODY_OVERHEAD_LEN;
