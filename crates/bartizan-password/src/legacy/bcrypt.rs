//! bcrypt: [Provos and Mazières, "A Future-Adaptable Password Scheme"][paper], as OpenBSD and
//! [crypt_blowfish] write it.
//!
//! ```text
//! $2b$10$salt(22)digest(31)
//! ```
//!
//! What counts of a password is what counted for the programs that wrote the rows, in C: its
//! bytes before the first NUL, and of those the first 72. `$2a$`, `$2b$` and `$2y$` are one
//! algorithm. (`crypt_blowfish` computes `$2a$` differently for some passwords with a byte 255,
//! which no UTF-8 text has.) `$2x$` marks rows of a `crypt_blowfish` before 1.1, which took bytes
//! above 127 for negative numbers; they are checked with the same mistake.
//!
//! [paper]: https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf
//! [crypt_blowfish]: https://www.openwall.com/crypt/

use core::iter;

use bartizan_core::SecretBytes;
use blowfish::Blowfish;
use zeroize::Zeroizing;

use super::{Legacy, LegacyScheme, Reader, Scheme, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

pub(super) const READER: Reader = Reader {
    row: |text, _| read(text),
    settings: |name, rest, _| {
        let ([cost], salt) = text::from_settings(rest)?;
        Ok(Legacy::new(Bcrypt::new(name == "bcrypt-x", cost, &salt)?, &[]))
    },
};

struct Bcrypt {
    /// Whether bytes above 127 are negative: `$2x$`.
    signed: bool,
    /// The base-2 logarithm of the number of rounds.
    cost: u32,
    salt: [u8; 16],
}

fn read(row: &str) -> Result<Legacy, StoredHashError> {
    let ["", variant, cost, rest] = text::parts(row, '$').ok_or(StoredHashError::Malformed)? else {
        return Err(StoredHashError::Malformed);
    };
    if variant == "2" {
        // The first version, which nobody has written since 1997.
        return Err(StoredHashError::Unsupported);
    }
    let cost = cost_of(cost).ok_or(StoredHashError::Malformed)?;
    let (salt, digest) = rest.split_at_checked(22).ok_or(StoredHashError::Malformed)?;
    let salt = decode::<16>(salt).ok_or(StoredHashError::Malformed)?;
    let digest = decode::<DIGEST_BYTES>(digest).ok_or(StoredHashError::Malformed)?;
    Ok(Legacy::new(Bcrypt::new(variant == "2x", cost, &salt)?, &digest))
}

impl Bcrypt {
    fn new(signed: bool, cost: u32, salt: &[u8]) -> Result<Self, StoredHashError> {
        let salt = salt.try_into().map_err(|_| StoredHashError::Malformed)?;
        match cost {
            4..=MAX_COST => Ok(Self { signed, cost, salt }),
            16..=31 => Err(StoredHashError::TooCostly),
            _ => Err(StoredHashError::Malformed),
        }
    }

    /// The 18 words that Blowfish takes of a key. It repeats a short key with its NUL at the end.
    fn key(&self, password: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
        let c_string = password.iter().copied().take_while(|byte| *byte != 0).take(KEY_BYTES);
        let mut bytes = c_string.chain(iter::once(0)).cycle();
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        for place in key.chunks_exact_mut(4) {
            let word = bytes.by_ref().take(4).fold(0, |word: u32, byte| {
                let negative = i32::from(i8::from_ne_bytes([byte])).cast_unsigned();
                word << 8 | if self.signed { negative } else { u32::from(byte) }
            });
            place.copy_from_slice(&word.to_be_bytes());
        }
        key
    }
}

impl Scheme for Bcrypt {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Bcrypt
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let key = self.key(password);
        let mut state = Blowfish::bc_init_state();
        state.salted_expand_key(&self.salt, &*key);
        for _ in 0..1_u32.wrapping_shl(self.cost) {
            state.bc_expand_key(&*key);
            state.bc_expand_key(&self.salt);
        }
        SecretBytes::init(DIGEST_BYTES, |digest| {
            for (place, block) in digest.chunks_mut(8).zip(MAGIC) {
                let [left, right] = (0..64).fold(block, |block, _| state.bc_encrypt(block));
                let bytes = left.to_be_bytes().into_iter().chain(right.to_be_bytes());
                // The last byte of the last block is not stored.
                place.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
            }
            Ok(())
        })
    }

    fn settings(&self) -> String {
        let name = if self.signed { "bcrypt-x" } else { "bcrypt" };
        text::settings(name, &[self.cost], &self.salt)
    }
}

/// Two digits, always.
fn cost_of(text: &str) -> Option<u32> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Decodes base64 of bcrypt's alphabet: `N` bytes, and zero bits behind them.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (const { (8 * N).div_ceil(6) }) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for quad in text.as_bytes().chunks(4) {
        let mut characters = quad.iter();
        let word = (0..4).try_fold(0_u32, |word, _| {
            Some(word << 6 | characters.next().map_or(Some(0), |byte| value(*byte))?)
        });
        bytes.extend(word?.to_be_bytes().into_iter().skip(1).take(quad.len()));
    }
    // What is behind the last whole byte made one more.
    let zero = bytes.pop()? == 0;
    bytes.try_into().ok().filter(|_| zero)
}

fn value(character: u8) -> Option<u32> {
    let place = ALPHABET.iter().position(|other| *other == character)?;
    u32::try_from(place).ok()
}

const ALPHABET: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Some two seconds.
const MAX_COST: u32 = 15;
const KEY_BYTES: usize = 72;
const DIGEST_BYTES: usize = 23;
/// "Orphean Beholder Scry Doubt", without the blanks.
const MAGIC: [[u32; 2]; 3] =
    [[0x4f72_7068, 0x6561_6e42], [0x6568_6f6c, 0x6465_7253], [0x6372_7944, 0x6f75_6274]];
