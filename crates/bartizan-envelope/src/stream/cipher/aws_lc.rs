//! What aws-lc-rs computes, in place or from one buffer into another.

use aws_lc_rs::aead::{self, AES_256_GCM, Aad, LessSafeKey, UnboundKey};

use super::{Nonce, Refused, Tag};

/// A pointer to memory that the library wipes before it frees it.
pub(super) struct Key(LessSafeKey);

impl Key {
    pub(super) fn new(key: &[u8; 32]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, key).ok().map(|key| Self(LessSafeKey::new(key)))
    }

    pub(super) fn seal(
        &self,
        nonce: Nonce,
        chunk: &mut [u8],
        tag: &mut Tag,
    ) -> Result<(), Refused> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let sealed = self.0.seal_in_place_scatter(nonce, Aad::empty(), chunk, &[], tag);
        sealed.map_err(|_| Refused)
    }

    pub(super) fn seal_to(
        &self,
        nonce: Nonce,
        chunk: &[u8],
        (out, tag): (&mut [u8], &mut Tag),
    ) -> Result<(), Refused> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let sealed = self.0.seal_out_of_place_scatter(nonce, Aad::empty(), chunk, out, &[], tag);
        sealed.map_err(|_| Refused)
    }

    pub(super) fn open(&self, nonce: Nonce, chunk: &mut [u8], tag: &Tag) -> Result<(), Refused> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let opened = self.0.open_in_place_separate_tag(nonce, Aad::empty(), tag, chunk);
        opened.map(|_| ()).map_err(|_| Refused)
    }

    pub(super) fn open_to(
        &self,
        nonce: Nonce,
        (chunk, tag): (&[u8], &Tag),
        out: &mut [u8],
    ) -> Result<(), Refused> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let opened = self.0.open_separate_gather(nonce, Aad::empty(), chunk, tag, out);
        opened.map_err(|_| Refused)
    }
}
