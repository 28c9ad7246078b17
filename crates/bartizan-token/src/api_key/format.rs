//! How an API key is written: prefix, id, secret, checksum.

use core::fmt;
use core::str::FromStr;

use bartizan_core::{Random, RandomUnavailable, SecretBytes, SecretString};

use crate::namespace;
use crate::refused::TokenRefused;
use bartizan_store::StoreKey;

/// The text of an API key, which has the right form and checksum. Whether it is good, the store
/// knows: see [`ApiKeys`](crate::ApiKeys).
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_token::{ApiKey, TokenRefused};
///
/// let text = "acme_0123456789abcdef_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG4eAkb0";
/// let key = ApiKey::parse(&SecretString::from(text))?;
/// assert_eq!((key.prefix(), key.id().to_string()), ("acme", "0123456789abcdef".to_owned()));
/// assert_eq!(format!("{key:?}"), "ApiKey(acme_..)");
///
/// let mistyped = SecretString::from(text.replace('k', "K"));
/// assert_eq!(ApiKey::parse(&mistyped).err(), Some(TokenRefused::Malformed));
/// # Ok::<(), TokenRefused>(())
/// ```
pub struct ApiKey {
    text: SecretString,
    prefix_len: usize,
    id: ApiKeyId,
}

impl ApiKey {
    /// Reads the text of a key of any prefix. It has one spelling.
    ///
    /// # Errors
    ///
    /// [`TokenRefused::Malformed`]: it is no key, or was mistyped.
    pub fn parse(text: &SecretString) -> Result<Self, TokenRefused> {
        Self::read(text.expose()).ok_or(TokenRefused::Malformed)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_PREFIX_LEN.saturating_add(REST_LEN) {
            return None;
        }
        let prefix_len = text.len().checked_sub(REST_LEN)?;
        let (prefix, rest) = text.split_at_checked(prefix_len)?;
        let (id, secret) = rest.strip_prefix('_')?.split_once('_')?;
        let (unchecked, sum) = text.split_at_checked(text.len().checked_sub(SUM_LEN)?)?;
        let whole = is_prefix(prefix)
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && sum.as_bytes() == checksum(unchecked.as_bytes());
        whole.then_some(())?;
        Some(Self { text: SecretString::from(text), prefix_len, id: id.parse().ok()? })
    }

    /// Draws a key of a prefix that was checked.
    pub(super) fn draw(prefix: &str, random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let drawn = draw_digits(random)?;
        let (id, secret) = drawn.expose().split_at_checked(ID_LEN).unwrap_or_default();
        // As long as it will be, so that it is never moved and left behind.
        let mut text = String::with_capacity(prefix.len().saturating_add(REST_LEN));
        text.push_str(prefix);
        for part in [id, secret] {
            text.push('_');
            text.extend(part.iter().copied().map(char::from));
        }
        let sum = checksum(text.as_bytes());
        text.extend(sum.map(char::from));
        let id = id.try_into().map(ApiKeyId).map_err(|_| RandomUnavailable::new())?;
        Ok(Self { text: SecretString::from(text), prefix_len: prefix.len(), id })
    }

    /// Returns the whole text: what its owner is shown, once.
    #[must_use]
    pub const fn text(&self) -> &SecretString {
        &self.text
    }

    /// Returns how the key begins, without the `_` that follows.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.text.expose().get(..self.prefix_len).unwrap_or_default()
    }

    /// Returns the part that finds the key, and is no secret.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }
}

impl fmt::Debug for ApiKey {
    /// Shows the prefix alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}_..)", self.prefix())
    }
}

/// Names an API key: for a list of them, and for the log. It is no secret, and opens nothing.
///
/// ```
/// use bartizan_token::ApiKeyId;
///
/// let id: ApiKeyId = "0123456789abcdEF".parse()?;
/// assert_eq!(id.to_string(), "0123456789abcdEF");
/// assert!("0123456789abcde_".parse::<ApiKeyId>().is_err());
/// # Ok::<(), bartizan_token::TokenRefused>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId([u8; ID_LEN]);

impl ApiKeyId {
    pub(super) fn store_key(&self) -> StoreKey {
        StoreKey::of(namespace::API_KEY, &[&self.0])
    }
}

impl FromStr for ApiKeyId {
    type Err = TokenRefused;

    fn from_str(text: &str) -> Result<Self, TokenRefused> {
        let id: [u8; ID_LEN] = text.as_bytes().try_into().map_err(|_| TokenRefused::Malformed)?;
        let plain = id.iter().all(u8::is_ascii_alphanumeric);
        if plain { Ok(Self(id)) } else { Err(TokenRefused::Malformed) }
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.map(char::from).iter().collect::<String>())
    }
}

impl fmt::Debug for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyId({self})")
    }
}

/// Returns whether keys may begin so.
pub(super) fn is_prefix(prefix: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    prefix.len() <= MAX_PREFIX_LEN
        && prefix.starts_with(|first: char| first.is_ascii_lowercase())
        && !prefix.ends_with('_')
        && prefix.bytes().all(plain)
}

/// Draws the id and the secret, each digit as likely as any other: of 64 values of six bits the
/// last two are thrown away.
fn draw_digits(random: &dyn Random) -> Result<SecretBytes, RandomUnavailable> {
    SecretBytes::init(ID_LEN.saturating_add(SECRET_LEN), |digits| {
        let mut block = SecretBytes::random(BLOCK_LEN, random)?;
        let mut at = 0;
        for digit in digits {
            *digit = loop {
                if at == BLOCK_LEN {
                    block = SecretBytes::random(BLOCK_LEN, random)?;
                    at = 0;
                }
                let value = block.expose().get(at).map_or(u8::MAX, |byte| byte & 63);
                at = at.saturating_add(1);
                if let Some(drawn) = DIGITS.get(usize::from(value)) {
                    break *drawn;
                }
            };
        }
        Ok(())
    })
}

/// The CRC-32 of what precedes it, in base 62, with leading zeros.
fn checksum(text: &[u8]) -> [u8; SUM_LEN] {
    let mut rest = crc32(text);
    let mut digits = [b'0'; SUM_LEN];
    for digit in digits.iter_mut().rev() {
        let value = usize::try_from(rest % 62).ok();
        *digit = value.and_then(|value| DIGITS.get(value)).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits
}

/// CRC-32 of zip, gzip and Ethernet (ISO 3309), bit by bit: under 100 bytes are not worth a table.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
        })
    })
}

const DIGITS: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const MAX_PREFIX_LEN: usize = 20;

/// 95 bits: no two keys share an id, and it is checked.
const ID_LEN: usize = 16;

/// 62^43 is more than 2^256.
const SECRET_LEN: usize = 43;

/// 62^6 is more than 2^32.
const SUM_LEN: usize = 6;

/// Two `_`, id, secret and checksum.
const REST_LEN: usize = 2 + ID_LEN + SECRET_LEN + SUM_LEN;

const BLOCK_LEN: usize = 64;

#[cfg(test)]
mod tests {
    use bartizan_core::SystemRandom;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_checksum_is_the_crc_of_iso_3309() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926, "the check value of the CRC catalogue");
        assert_eq!(crc32(b""), 0);
        assert_eq!(&checksum(b""), b"000000");
        // 0xcbf43926 = 3421780262.
        let digits = checksum(b"123456789").iter().fold(0, |sum, digit| {
            sum * 62
                + u64::try_from(DIGITS.iter().position(|other| other == digit).unwrap()).unwrap()
        });
        assert_eq!(digits, 3_421_780_262);
    }

    #[test]
    fn what_is_drawn_is_read_back() {
        for prefix in ["a", "acme", "acme_live", "a0_1", "abcdefghijklmnopqrst"] {
            assert!(is_prefix(prefix));
            let key = ApiKey::draw(prefix, &SystemRandom::new()).unwrap();
            let read = ApiKey::parse(key.text()).unwrap();
            assert_eq!((read.prefix(), read.id()), (prefix, key.id()));
            assert_eq!(key.text().expose().len(), prefix.len() + 67);
            assert_eq!(format!("{read:?}"), format!("ApiKey({prefix}_..)"));
        }
    }

    #[test]
    fn a_prefix_is_short_plain_and_readable() {
        for prefix in
            ["", "_", "1a", "_a", "a_", "A", "aB", "a-b", "é", "a b", "abcdefghijklmnopqrstu"]
        {
            assert!(!is_prefix(prefix), "{prefix:?}");
        }
    }

    /// Every digit comes up, and none much more often than another.
    #[test]
    fn digits_are_drawn_evenly() {
        let mut counts = [0_u32; 62];
        for _ in 0..500 {
            for digit in draw_digits(&SystemRandom::new()).unwrap().expose() {
                counts[DIGITS.iter().position(|other| other == digit).unwrap()] += 1;
            }
        }
        // 476 are expected, with a standard deviation of 22.
        assert!(counts.iter().all(|count| (300..650).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_key_has_one_spelling() {
        let key = ApiKey::draw("acme", &SystemRandom::new()).unwrap();
        let text = key.text().expose();
        for at in 0..text.len() {
            for other in ["0", "1", "_", " ", "-", "é", ""] {
                let mut changed = text.to_owned();
                changed.replace_range(at..=at, other);
                let read = ApiKey::parse(&SecretString::from(changed.as_str()));
                assert!(read.is_err() || changed == text, "{at} {other:?}");
            }
        }
        for other in [format!(" {text}"), format!("{text}\n"), format!("{text}0"), text.repeat(9)] {
            assert!(ApiKey::parse(&SecretString::from(other)).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,100}", tail in "[0-9A-Za-z_é]{60,90}") {
            for text in [&text, &tail] {
                if let Some(key) = ApiKey::read(text) {
                    prop_assert_eq!(key.text().expose(), text);
                }
            }
        }
    }
}
