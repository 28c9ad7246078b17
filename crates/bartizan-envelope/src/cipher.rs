//! A key as both kinds of sealed value use it.

use bartizan_core::{OpenError, Random, SealError, SecretBytes};
use ring::hmac;
use zeroize::Zeroizing;

use crate::subkeys::Subkeys;
use crate::xaes::{HALF_LEN, Half, KEY_LEN, NONCE_LEN, TAG_LEN, Xaes};

pub(crate) struct Cipher {
    material: SecretBytes,
    // Boxed, so that moving the key leaves no copies of the schedules behind.
    subkeys: Box<Subkeys>,
}

impl Cipher {
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        let material = SecretBytes::from(key.as_slice());
        Self { material, subkeys: Box::new(Subkeys::new(Xaes::new(key))) }
    }

    pub(crate) const fn material(&self) -> &SecretBytes {
        &self.material
    }

    /// Appends nonce, ciphertext and tag.
    pub(crate) fn seal(
        &self,
        sealed: Vec<u8>,
        (aad, plaintext): (&[u8], &[u8]),
        random: &dyn Random,
    ) -> Result<Vec<u8>, SealError> {
        self.subkeys.with_fresh_nonce(random, |subkey, prefix, nonce| {
            append(sealed, (prefix, nonce), plaintext, |text| subkey.seal(nonce, aad, text))
        })
    }

    /// The same under a nonce that is chosen: equal ones give equal values.
    pub(crate) fn seal_under(
        &self,
        [prefix, nonce]: &[Half; 2],
        sealed: Vec<u8>,
        (aad, plaintext): (&[u8], &[u8]),
    ) -> Result<Vec<u8>, SealError> {
        let subkey = self.subkeys.derive(prefix).map_err(|_| SealError::TooLong)?;
        append(sealed, (prefix, nonce), plaintext, |text| subkey.seal(nonce, aad, text))
    }

    pub(crate) fn open(&self, body: &Body<'_>, aad: &[u8]) -> Result<SecretBytes, OpenError> {
        SecretBytes::init(body.ciphertext.len(), |message| {
            message.copy_from_slice(body.ciphertext);
            self.subkeys.open(body.nonce, aad, (message, body.tag))
        })
        .map_err(|_| OpenError::Forged)
    }

    /// HKDF-Expand with SHA-256 ([RFC 5869, section 2.3]) of 32 bytes, which is one HMAC under the
    /// key.
    ///
    /// [RFC 5869, section 2.3]: https://www.rfc-editor.org/rfc/rfc5869#section-2.3
    pub(crate) fn expand(&self, info: &[u8]) -> Zeroizing<[u8; 32]> {
        expand(self.material.expose(), &[info])
    }
}

pub(crate) fn expand(key: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut hmac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in info {
        hmac.update(part);
    }
    hmac.update(&[1]);
    let mut expanded = Zeroizing::new([0; 32]);
    for (byte, derived) in expanded.iter_mut().zip(hmac.sign().as_ref()) {
        *byte = *derived;
    }
    expanded
}

/// What follows a header. Nothing of it has been proved yet.
pub(crate) struct Body<'a> {
    nonce: (&'a Half, &'a Half),
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG_LEN],
}

impl<'a> Body<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        let (prefix, rest) = bytes.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;
        Some(Self { nonce: (prefix, nonce), ciphertext, tag })
    }
}

fn append<E>(
    mut sealed: Vec<u8>,
    (prefix, nonce): (&Half, &Half),
    plaintext: &[u8],
    seal: impl FnOnce(&mut [u8]) -> Result<[u8; TAG_LEN], E>,
) -> Result<Vec<u8>, SealError> {
    sealed.extend_from_slice(prefix);
    sealed.extend_from_slice(nonce);
    let start = sealed.len();
    sealed.extend_from_slice(plaintext);
    let message = sealed.get_mut(start..).ok_or(SealError::TooLong)?;
    let tag = seal(message).map_err(|_| SealError::TooLong)?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Lends header and context as one piece, without taking memory for it while it is short.
pub(crate) fn with_joined<R>(header: &[u8], context: &[u8], f: impl FnOnce(&[u8]) -> R) -> R {
    let mut short = [0; 256];
    let Some((head, rest)) = short.split_at_mut_checked(header.len()) else {
        return f(&[header, context].concat());
    };
    let Some(tail) = rest.get_mut(..context.len()) else {
        return f(&[header, context].concat());
    };
    head.copy_from_slice(header);
    tail.copy_from_slice(context);
    let len = header.len().saturating_add(context.len());
    f(short.get(..len).unwrap_or_default())
}

pub(crate) const BODY_OVERHEAD_LEN: usize = NONCE_LEN + TAG_LEN;

const _: () = assert!(NONCE_LEN == 2 * HALF_LEN);
