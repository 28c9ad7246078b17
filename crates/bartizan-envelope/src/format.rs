//! One sealed value, byte by byte.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | `0x11`: format 1, kind 1, a value sealed under the key itself |
//! | 4 | key id, most significant byte first |
//! | 32 | commitment to the key |
//! | 24 | nonce |
//! | as many as the plaintext | ciphertext |
//! | 16 | tag |
//!
//! The first three, which have a fixed length, and then the context are the associated data.

pub(crate) mod compact;

use bartizan_core::{Context, KeyId, OpenError, Random, SealError, SecretBytes};

use crate::cipher::{BODY_OVERHEAD_LEN, Body, with_joined};
use crate::sealing_key::{COMMITMENT_LEN, SealingKey};
use crate::xaes::Half;

pub(crate) fn seal(
    (id, key): (KeyId, &SealingKey),
    context: &Context,
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, SealError> {
    let header = header_of(id, key);
    let sealed = start(&header, plaintext)?;
    with_joined(&header, context.as_bytes(), |aad| {
        key.cipher().seal(sealed, (aad, plaintext), random)
    })
}

/// Seals with both halves of the nonce drawn for this value, and keeps no subkey: for a key that
/// seals little.
pub(crate) fn seal_once(
    key: (KeyId, &SealingKey),
    context: &Context,
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, SealError> {
    let mut nonce = [Half::default(); 2];
    random.fill(nonce.as_flattened_mut())?;
    seal_under(&nonce, key, context, plaintext)
}

/// Seals under a nonce that follows from what is sealed.
pub(crate) fn seal_under(
    nonce: &[Half; 2],
    (id, key): (KeyId, &SealingKey),
    context: &Context,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    let header = header_of(id, key);
    let sealed = start(&header, plaintext)?;
    with_joined(&header, context.as_bytes(), |aad| {
        key.cipher().seal_under(nonce, sealed, (aad, plaintext))
    })
}

/// Takes memory for the whole value, and writes its header.
fn start(header: &[u8; HEADER_LEN], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT_LEN {
        return Err(SealError::TooLong);
    }
    let mut sealed = Vec::with_capacity(sealed_len(plaintext.len()));
    sealed.extend_from_slice(header);
    Ok(sealed)
}

fn header_of(id: KeyId, key: &SealingKey) -> [u8; HEADER_LEN] {
    let mut header = [VALUE_V1; HEADER_LEN];
    if let Some((named, commitment)) = header.split_last_chunk_mut()
        && let Some(named) = named.last_chunk_mut()
    {
        *named = id.to_bytes();
        *commitment = *key.commitment();
    }
    header
}

/// A sealed value taken apart. Nothing of it has been proved yet.
pub(crate) struct Parts<'a> {
    header: &'a [u8; HEADER_LEN],
    id: KeyId,
    commitment: &'a [u8; COMMITMENT_LEN],
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
        let (header, body) = sealed.split_first_chunk()?;
        let body = Body::of(body)?;

        let (version, named) = header.split_first()?;
        let (id, commitment) = named.split_first_chunk()?;
        if *version != VALUE_V1 {
            return None;
        }
        let (id, commitment) = (KeyId::from_bytes(*id), commitment.try_into().ok()?);
        Some(Self { header, id, commitment, body })
    }

    pub(crate) const fn key_id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn commits_to(&self, key: &SealingKey) -> bool {
        key.is_committed_to_by(self.commitment)
    }

    /// Opens under the only key that the header commits to.
    pub(crate) fn open(
        &self,
        key: &SealingKey,
        context: &Context,
    ) -> Result<SecretBytes, OpenError> {
        if !self.commits_to(key) {
            return Err(OpenError::Forged);
        }
        // The header has a fixed length, so no other header and context give the same bytes.
        with_joined(self.header, context.as_bytes(), |aad| key.cipher().open(&self.body, aad))
    }
}

pub(crate) const fn sealed_len(plaintext_len: usize) -> usize {
    plaintext_len.saturating_add(OVERHEAD_LEN)
}

/// Neither `0x00` nor `0x01`, with which Tink's values begin; nor anything that text begins with.
const VALUE_V1: u8 = 0x11;

pub(crate) const HEADER_LEN: usize = 1 + 4 + COMMITMENT_LEN;

pub(crate) const OVERHEAD_LEN: usize = HEADER_LEN + BODY_OVERHEAD_LEN;

pub(crate) const MAX_PLAINTEXT_LEN: usize = 64 << 20;
