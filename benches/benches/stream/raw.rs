//! The ciphers themselves.

use bartizan::envelope::stream::Backend;
use ring::hkdf::{HKDF_SHA512, KeyType, Prk};

use super::SLOT_LEN;

pub(crate) enum Raw {
    Ring(Box<ring::aead::LessSafeKey>),
    #[cfg(feature = "stream-peers")]
    AwsLcRs(aws_lc_rs::aead::LessSafeKey),
}

impl Raw {
    pub(crate) fn new(backend: Backend) -> Self {
        Self::with_key(backend, &[7; 32])
    }

    fn with_key(backend: Backend, key: &[u8]) -> Self {
        match backend {
            #[cfg(feature = "stream-peers")]
            Backend::AwsLcRs => {
                use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};

                let key = UnboundKey::new(&AES_256_GCM, key).expect("32 bytes");
                Self::AwsLcRs(LessSafeKey::new(key))
            }
            _ => {
                use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};

                let key = UnboundKey::new(&AES_256_GCM, key).expect("32 bytes");
                Self::Ring(Box::new(LessSafeKey::new(key)))
            }
        }
    }

    pub(crate) fn seal(&self, slots: &mut [u8]) {
        for (number, slot) in (0..).zip(slots.chunks_mut(SLOT_LEN)) {
            let (chunk, tag) = slot.split_last_chunk_mut::<16>().expect("a slot");
            match self {
                Self::Ring(key) => {
                    use ring::aead::{Aad, Nonce};

                    let nonce = Nonce::assume_unique_for_key(nonce(number));
                    let made = key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
                    tag.copy_from_slice(made.expect("short").as_ref());
                }
                #[cfg(feature = "stream-peers")]
                Self::AwsLcRs(key) => {
                    use aws_lc_rs::aead::{Aad, Nonce};

                    let nonce = Nonce::assume_unique_for_key(nonce(number));
                    let made = key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
                    tag.copy_from_slice(made.expect("short").as_ref());
                }
            }
        }
    }

    pub(crate) fn open(&self, slots: &mut [u8]) {
        for (number, slot) in (0..).zip(slots.chunks_mut(SLOT_LEN)) {
            self.open_slot(number, slot);
        }
    }

    pub(crate) fn open_slot(&self, number: u64, slot: &mut [u8]) {
        match self {
            Self::Ring(key) => {
                use ring::aead::{Aad, Nonce};

                let nonce = Nonce::assume_unique_for_key(nonce(number));
                let _chunk = key.open_in_place(nonce, Aad::empty(), slot).expect("ours");
            }
            #[cfg(feature = "stream-peers")]
            Self::AwsLcRs(key) => {
                use aws_lc_rs::aead::{Aad, Nonce};

                let nonce = Nonce::assume_unique_for_key(nonce(number));
                let _chunk = key.open_in_place(nonce, Aad::empty(), slot).expect("ours");
            }
        }
    }
}

fn nonce(number: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    nonce
}

/// What a key is derived from: the least that opening a stream must do.
pub(crate) struct Secret(Prk);

impl Secret {
    pub(crate) fn new() -> Self {
        Self(Prk::new_less_safe(HKDF_SHA512, &[7; 32]))
    }

    pub(crate) fn derive(&self, backend: Backend) -> Raw {
        let info: [&[u8]; 3] =
            [b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0", &[9; 24], &[8; 34]];
        let mut derived = [0; Len::LEN];
        self.0.expand(&info, Len).expect("short").fill(&mut derived).expect("the same length");
        Raw::with_key(backend, &derived[..32])
    }
}

struct Len;

impl Len {
    const LEN: usize = 32 + 12 + 32;
}

impl KeyType for Len {
    fn len(&self) -> usize {
        Self::LEN
    }
}
