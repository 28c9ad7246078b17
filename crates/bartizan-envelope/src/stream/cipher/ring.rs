//! What ring computes, always in place.

use ring::aead::{self, AES_256_GCM, Aad, LessSafeKey, UnboundKey};

use super::{Nonce, Refused, Tag};

/// Boxed, so that moving it leaves no copies of the key schedule behind.
pub(super) struct Key(Box<LessSafeKey>);

impl Key {
    pub(super) fn new(key: &[u8; 32]) -> Option<Self> {
        let key = UnboundKey::new(&AES_256_GCM, key).ok()?;
        Some(Self(Box::new(LessSafeKey::new(key))))
    }

    pub(super) fn seal(
        &self,
        nonce: Nonce,
        chunk: &mut [u8],
        tag: &mut Tag,
    ) -> Result<(), Refused> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let made = self.0.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
        *tag = made.ok().and_then(|made| made.as_ref().try_into().ok()).ok_or(Refused)?;
        Ok(())
    }

    pub(super) fn open(&self, nonce: Nonce, chunk: &mut [u8], tag: &Tag) -> Result<(), Refused> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let opened =
            self.0.open_in_place_separate_tag(nonce, Aad::empty(), (*tag).into(), chunk, 0..);
        opened.map(|_| ()).map_err(|_| Refused)
    }
}
