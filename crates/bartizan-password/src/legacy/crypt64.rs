//! The base64 of crypt(3): another alphabet, and the low bits of each three bytes first.

#[cfg(any(feature = "md5crypt", feature = "sha2crypt"))]
use bartizan_core::SecretBytes;
#[cfg(any(feature = "md5crypt", feature = "sha2crypt"))]
use zeroize::Zeroizing;

/// Decodes; bits behind the last whole byte make one more byte.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for quad in text.as_bytes().chunks(4) {
        let word = quad.iter().rev().try_fold(0_u32, |word, byte| Some(word << 6 | value(*byte)?));
        // Two characters are a byte and four bits, three are two bytes and two bits.
        let len = if quad.len() < 3 { quad.len() } else { 3 };
        bytes.extend(word?.to_le_bytes().into_iter().take(len));
    }
    Some(bytes)
}

/// Decodes what has `N` bytes and zero bits behind them.
#[cfg(any(feature = "md5crypt", feature = "phpass", feature = "sha2crypt"))]
pub(super) fn decode_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    let exact = text.len() == (const { (8 * N).div_ceil(6) });
    let mut bytes = decode(text).filter(|_| exact)?;
    let zero = bytes.pop()? == 0;
    bytes.try_into().ok().filter(|_| zero)
}

/// Returns the six bits that a character stands for.
pub(super) fn value(character: u8) -> Option<u32> {
    let place = ALPHABET.iter().position(|other| *other == character)?;
    u32::try_from(place).ok()
}

const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whether libxcrypt takes these bytes for a salt of `$1$`, `$5$` or `$6$`.
#[cfg(any(feature = "md5crypt", feature = "sha2crypt"))]
pub(super) fn is_salt(salt: &[u8]) -> bool {
    salt.iter().all(|byte| byte.is_ascii_graphic() && !b"$:;*!\\".contains(byte))
}

/// What a program in C sees of a password: all before the first NUL.
#[cfg(any(feature = "md5crypt", feature = "sha2crypt"))]
pub(super) fn c_string(password: &[u8]) -> &[u8] {
    password.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Puts the bytes of a digest in the order in which they are printed.
#[cfg(any(feature = "md5crypt", feature = "sha2crypt"))]
pub(super) fn permute(digest: &[u8], order: &[u8]) -> SecretBytes {
    let mut permuted = Zeroizing::new(vec![0; order.len()]);
    for (place, from) in permuted.iter_mut().zip(order) {
        *place = digest.get(usize::from(*from)).copied().unwrap_or_default();
    }
    SecretBytes::from(permuted.as_slice())
}
