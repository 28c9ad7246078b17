//! The header of a stream: who can open it, and the derivation of its key.

use std::sync::Arc;

use bartizan_core::{Context, KeyId, Random, SealError, SharedKeyring};
use subtle::ConstantTimeEq as _;

use super::cipher::{Backend, Message, NONCE_LEN};
use super::error::StreamError;
use super::key::{KEY_LEN, StreamKey};

/// Whose streams they are.
#[derive(Clone, Debug)]
pub(super) enum Keys {
    /// Each stream names its key.
    Ring(SharedKeyring<StreamKey>),
    /// There is one key, so there is nothing to name.
    Bare(Arc<StreamKey>),
}

impl Keys {
    pub(super) const fn header_len(&self) -> usize {
        match self {
            Self::Ring(_) => MAX_HEADER_LEN,
            Self::Bare(_) => SALT_LEN + COMMITMENT_LEN,
        }
    }

    /// Draws a salt, and returns the header of a new stream and what seals its chunks.
    pub(super) fn begin(
        &self,
        context: &Context,
        (random, backend): (&dyn Random, Backend),
    ) -> Result<(Vec<u8>, Message), SealError> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        let mut header = Vec::with_capacity(MAX_HEADER_LEN);
        let derived = match self {
            Self::Ring(keys) => {
                let keys = keys.snapshot();
                let (id, key) = keys.primary();
                header.push(STREAM_V1);
                header.extend(id.to_bytes());
                derive(key, &salt, (&header, context), backend)
            }
            Self::Bare(key) => derive(key, &salt, (&[], context), backend),
        };
        let (commitment, message) = derived.ok_or(SealError::TooLong)?;
        header.extend(salt);
        header.extend(commitment);
        Ok((header, message))
    }

    /// Reads a header of exactly [`header_len`](Self::header_len) bytes. Nothing opens that does
    /// not commit to the key, the salt and the context.
    pub(super) fn open(
        &self,
        context: &Context,
        (header, backend): (&[u8], Backend),
    ) -> Result<Message, StreamError> {
        let (rest, commitment) =
            header.split_last_chunk::<COMMITMENT_LEN>().ok_or(StreamError::Truncated)?;
        let (prefix, salt) = rest.split_last_chunk().ok_or(StreamError::Truncated)?;
        let derived = match self {
            Self::Ring(keys) => {
                let keys = keys.snapshot();
                let id = key_id(prefix).ok_or(StreamError::Malformed)?;
                derive(keys.accept(id)?, salt, (prefix, context), backend)
            }
            Self::Bare(key) => derive(key, salt, (prefix, context), backend),
        };
        let (expected, message) = derived.ok_or(StreamError::Malformed)?;
        if expected.ct_eq(commitment).into() { Ok(message) } else { Err(StreamError::Forged) }
    }
}

fn key_id(prefix: &[u8]) -> Option<KeyId> {
    let (version, id) = prefix.split_first()?;
    (*version == STREAM_V1).then_some(())?;
    Some(KeyId::from_bytes(id.try_into().ok()?))
}

/// c2sp.org/chunked-encryption, section "Key derivation". Here the context has what names the key
/// in front, which has a fixed length.
fn derive(
    key: &StreamKey,
    salt: &[u8; SALT_LEN],
    (prefix, context): (&[u8], &Context),
    backend: Backend,
) -> Option<([u8; COMMITMENT_LEN], Message)> {
    let info = [LABEL, salt, prefix, context.as_bytes()];
    let derived = key.expand::<{ KEY_LEN + NONCE_LEN + COMMITMENT_LEN }>(&info).ok()?;
    let (key, rest) = derived.split_first_chunk()?;
    let (base_nonce, commitment) = rest.split_first_chunk()?;
    Some((commitment.try_into().ok()?, Message::new(backend, key, *base_nonce)?))
}

const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// Beside `0x11`, with which sealed values begin.
const STREAM_V1: u8 = 0x12;

const SALT_LEN: usize = 24;

const COMMITMENT_LEN: usize = 32;

pub(super) const MAX_HEADER_LEN: usize = 1 + 4 + SALT_LEN + COMMITMENT_LEN;
