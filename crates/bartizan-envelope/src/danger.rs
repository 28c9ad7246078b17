//! What can undo a promise of this crate. A reviewer finds every use by searching for this word.

use bartizan_core::{Context, SealError};
use ring::hmac;

use crate::envelope::Envelope;
use crate::format;
use crate::xaes::{HALF_LEN, Half};

/// Seals so that equal plaintexts under an equal context and key give equal bytes: for a column that
/// the database must keep unique.
///
/// Everybody who reads the database sees which values are equal; to search, a
/// [`BlindIndex`](crate::BlindIndex) shows less. The values open as all others do, with
/// [`Seal::open`](bartizan_core::Seal::open). A rotation changes what a value is sealed to: seal
/// the whole column anew before uniqueness holds again.
///
/// The nonce is synthetic, as in SIV (P. Rogaway and T. Shrimpton, "Deterministic
/// Authenticated-Encryption", 2006; [RFC 5297]): 24 bytes of HMAC-SHA-256, under a key derived for
/// this alone, over the context's length, the context and the plaintext. Two different values have
/// the same nonce only if 192 bits of HMAC collide, and nothing else of XAES-256-GCM needs a nonce
/// to be random.
///
/// # Errors
///
/// [`SealError::TooLong`]: the plaintext is longer than [`Envelope::MAX_PLAINTEXT_LEN`].
///
/// # Examples
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, Seal, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_envelope::{Column, Envelope, SealingKey, danger};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SealingKey::generate);
/// let envelope =
///     Envelope::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?));
///
/// let context = Column::new("users", "email").any_row();
/// let sealed = danger::seal_deterministic(&envelope, &context, b"alice@example.org")?;
/// assert_eq!(danger::seal_deterministic(&envelope, &context, b"alice@example.org")?, sealed);
/// assert_eq!(envelope.open(&context, &sealed)?.expose(), b"alice@example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 5297]: https://www.rfc-editor.org/rfc/rfc5297
pub fn seal_deterministic(
    envelope: &Envelope,
    context: &Context,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    let keys = envelope.keys().snapshot();
    let (id, key) = keys.primary();
    let nonce_key = key.cipher().expand(NONCE_INFO);
    let mut hmac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*nonce_key));
    let context_len = u64::try_from(context.as_bytes().len()).map_err(|_| SealError::TooLong)?;
    hmac.update(&context_len.to_be_bytes());
    hmac.update(context.as_bytes());
    hmac.update(plaintext);
    let mut nonce = [Half::default(); 2];
    for (half, derived) in nonce.iter_mut().zip(hmac.sign().as_ref().chunks_exact(HALF_LEN)) {
        half.copy_from_slice(derived);
    }
    format::seal_under(&nonce, (id, key), context, plaintext)
}

const NONCE_INFO: &[u8] = b"bartizan-envelope v1 synthetic nonce";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use bartizan_core::danger::ExportKey as _;
    use bartizan_core::{
        KeyId, KeyRecord, KeyState, Keyring, OpenError, Seal as _, SecretBytes, SharedKeyring,
        UnixTime, hex,
    };

    use super::*;
    use crate::SealingKey;

    fn envelope(byte: u8) -> Envelope {
        let key = SealingKey::import(&SecretBytes::from([byte; 32])).unwrap();
        let times = (UnixTime::EPOCH, UnixTime::EPOCH);
        let record = KeyRecord::restore(KeyId::from_u32(1), KeyState::Active, times, Some(key));
        Envelope::new(SharedKeyring::new(Keyring::restore(1, vec![record]).unwrap()))
    }

    fn sealed(context: &Context, plaintext: &[u8]) -> Vec<u8> {
        seal_deterministic(&envelope(1), context, plaintext).unwrap()
    }

    #[test]
    fn equal_is_equal_and_nothing_else_is() {
        let context = Context::verbatim(b"ab");
        let first = sealed(&context, b"c");
        assert_eq!(sealed(&context, b"c"), first);
        let mut nonces = HashSet::from([first[37..61].to_vec()]);
        for (context, plaintext) in
            [("ab", "d"), ("ab", "cc"), ("a", "bc"), ("abc", ""), ("b", "c")]
        {
            let other = sealed(&Context::verbatim(context.as_bytes()), plaintext.as_bytes());
            assert!(nonces.insert(other[37..61].to_vec()), "{context} {plaintext}");
        }
        let other_key = seal_deterministic(&envelope(2), &context, b"c").unwrap();
        assert!(nonces.insert(other_key[37..61].to_vec()));
    }

    #[test]
    fn opens_as_every_other_value() {
        let context = Context::of("users.email");
        let value = sealed(&context, b"alice@example.org");
        let opened = envelope(1).open(&context, &value).unwrap();
        assert_eq!(opened.expose(), b"alice@example.org");
        let other = envelope(1).open(&Context::of("users.name"), &value);
        assert_eq!(other.err(), Some(OpenError::Forged));
        let long = vec![0; Envelope::MAX_PLAINTEXT_LEN + 1];
        assert_eq!(seal_deterministic(&envelope(1), &context, &long), Err(SealError::TooLong));
    }

    /// Uniqueness over time needs the same bytes from every version. The nonce was computed with
    /// another program: HMAC(HMAC(K, info || 01), len || context || plaintext).
    #[test]
    fn is_what_the_first_version_wrote() {
        let value = sealed(&Context::verbatim(b"ctx"), b"text");
        assert_eq!(hex::encode(&value[37..61]), FIRST_NONCE);
    }

    const FIRST_NONCE: &str = "1e3508c4c719c2b3e8d92cf4ac775e28c1f5554235c46640";
}
