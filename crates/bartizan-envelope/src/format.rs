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

use bartizan_core::{Context, KeyId, OpenError, Random, SealError, SecretBytes};

use crate::sealing_key::{COMMITMENT_LEN, SealingKey};
use crate::xaes::{NONCE_LEN, TAG_LEN};

pub(crate) fn seal(
    (id, key): (KeyId, &SealingKey),
    context: &Context,
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT_LEN {
        return Err(SealError::TooLong);
    }
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce)?;

    let mut sealed = Vec::with_capacity(sealed_len(plaintext.len()));
    sealed.push(VALUE_V1);
    sealed.extend(id.to_bytes());
    sealed.extend(key.commitment());
    let aad = associated_data(&sealed, context);
    sealed.extend(nonce);
    sealed.extend(plaintext);
    let message = sealed.get_mut(HEADER_LEN + NONCE_LEN..).ok_or(SealError::TooLong)?;
    let tag = key.xaes().seal(&nonce, &aad, message).map_err(|_| SealError::TooLong)?;
    sealed.extend(tag);
    Ok(sealed)
}

/// A sealed value taken apart. Nothing of it has been proved yet.
pub(crate) struct Parts<'a> {
    header: &'a [u8; HEADER_LEN],
    id: KeyId,
    commitment: &'a [u8; COMMITMENT_LEN],
    nonce: &'a [u8; NONCE_LEN],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG_LEN],
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
        let (header, rest) = sealed.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;

        let (version, named) = header.split_first()?;
        let (id, commitment) = named.split_first_chunk()?;
        if *version != VALUE_V1 {
            return None;
        }
        let (id, commitment) = (KeyId::from_bytes(*id), commitment.try_into().ok()?);
        Some(Self { header, id, commitment, nonce, ciphertext, tag })
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
        let aad = associated_data(self.header, context);
        SecretBytes::init(self.ciphertext.len(), |message| {
            message.copy_from_slice(self.ciphertext);
            key.xaes().open(self.nonce, &aad, (message, self.tag))
        })
        .map_err(|_| OpenError::Forged)
    }
}

/// The header has a fixed length, so no other header and context give the same bytes.
fn associated_data(header: &[u8], context: &Context) -> Vec<u8> {
    [header, context.as_bytes()].concat()
}

pub(crate) const fn sealed_len(plaintext_len: usize) -> usize {
    plaintext_len.saturating_add(OVERHEAD_LEN)
}

/// Neither `0x00` nor `0x01`, with which Tink's values begin; nor anything that text begins with.
const VALUE_V1: u8 = 0x11;

pub(crate) const HEADER_LEN: usize = 1 + 4 + COMMITMENT_LEN;

pub(crate) const OVERHEAD_LEN: usize = HEADER_LEN + NONCE_LEN + TAG_LEN;

pub(crate) const MAX_PLAINTEXT_LEN: usize = 64 << 20;
