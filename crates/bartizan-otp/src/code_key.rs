//! What computes codes: the HMAC and the truncation of [RFC 4226, section 5.3], and the search for a
//! code in a window, which takes as long whether and wherever it is found.
//!
//! [RFC 4226, section 5.3]: https://www.rfc-editor.org/rfc/rfc4226#section-5.3

use core::fmt;
use core::ops::RangeInclusive;

use bartizan_core::SecretString;
use hmac::digest::Output;
use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use crate::secret::TotpSecret;
use crate::typed_code::TypedCode;

/// A secret, ready for use: its two blocks of the HMAC are hashed once, not for each code.
///
/// It is wiped when it is dropped, as are the copies that each code works on.
pub(crate) struct CodeKey {
    hmac: PreparedHmac,
    digits: Digits,
}

impl CodeKey {
    pub(crate) fn new(secret: &TotpSecret, algorithm: Algorithm, digits: Digits) -> Self {
        Self { hmac: PreparedHmac::new(secret.expose(), algorithm), digits }
    }

    pub(crate) const fn digits(&self) -> Digits {
        self.digits
    }

    /// Returns the code of a counter as an authenticator shows it.
    pub(crate) fn text_at(&self, counter: u64) -> SecretString {
        let width = self.digits.count();
        SecretString::from(format!("{:0width$}", self.value_at(counter)))
    }

    /// Returns the last of the counters whose code is `typed`. All of them are computed.
    ///
    /// Of two that happen to have the same code the later one counts: counting the earlier, the
    /// code would be accepted a second time for the later.
    pub(crate) fn latest_match(
        &self,
        typed: TypedCode,
        counters: RangeInclusive<u64>,
    ) -> Option<u64> {
        let mut found = Found::none();
        for counter in counters {
            found.note(counter, self.is_code_of(typed, counter));
        }
        found.counter()
    }

    /// Returns the last of the counters whose code is `second`, the one before it having the code
    /// `first`. All of them are computed.
    pub(crate) fn latest_pair(
        &self,
        [first, second]: [TypedCode; 2],
        counters: RangeInclusive<u64>,
    ) -> Option<u64> {
        let mut found = Found::none();
        let mut first_matched = Choice::from(0);
        for counter in counters {
            let value = self.value_at(counter);
            found.note(counter, first_matched & value.ct_eq(&second.value()));
            first_matched = value.ct_eq(&first.value());
        }
        found.counter()
    }

    fn is_code_of(&self, typed: TypedCode, counter: u64) -> Choice {
        self.value_at(counter).ct_eq(&typed.value())
    }

    fn value_at(&self, counter: u64) -> u32 {
        let truncated = self.hmac.truncated(counter);
        // A division by a constant is a multiplication, which takes the same time for every number.
        match self.digits {
            Digits::Six => truncated % 1_000_000,
            Digits::Eight => truncated % 100_000_000,
        }
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeKey")
            .field("algorithm", &self.hmac.algorithm())
            .field("digits", &self.digits)
            .finish_non_exhaustive()
    }
}

/// The hash function under the HMAC ([RFC 6238, section 1.2]): see [`Totp::builder`].
///
/// [RFC 6238, section 1.2]: https://www.rfc-editor.org/rfc/rfc6238#section-1.2
/// [`Totp::builder`]: crate::Totp::builder
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA-1. Collisions in SHA-1 do not weaken it here.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// How many digits a code has ([RFC 4226, section 5.3]): see [`Totp::builder`].
///
/// [RFC 4226, section 5.3]: https://www.rfc-editor.org/rfc/rfc4226#section-5.3
/// [`Totp::builder`]: crate::Totp::builder
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digits {
    /// 6 digits.
    Six,
    /// 8 digits.
    Eight,
}

impl Digits {
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Six => 6,
            Self::Eight => 8,
        }
    }
}

/// What was found so far: a counter is noted without a branch on whether it matched.
struct Found {
    any: Choice,
    counter: u64,
}

impl Found {
    fn none() -> Self {
        Self { any: Choice::from(0), counter: 0 }
    }

    fn note(&mut self, counter: u64, matched: Choice) {
        self.any |= matched;
        self.counter.conditional_assign(&counter, matched);
    }

    fn counter(&self) -> Option<u64> {
        bool::from(self.any).then_some(self.counter)
    }
}

enum PreparedHmac {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl PreparedHmac {
    fn new(secret: &[u8], algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(prepared(secret)),
            Algorithm::Sha256 => Self::Sha256(prepared(secret)),
            Algorithm::Sha512 => Self::Sha512(prepared(secret)),
        }
    }

    const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sha1(_) => Algorithm::Sha1,
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// Returns 31 bits of the HMAC of a counter.
    fn truncated(&self, counter: u64) -> u32 {
        match self {
            Self::Sha1(hmac) => truncate(&tag(hmac, counter)),
            Self::Sha256(hmac) => truncate(&tag(hmac, counter)),
            Self::Sha512(hmac) => truncate(&tag(hmac, counter)),
        }
    }
}

/// A shorter key is padded with zeros ([RFC 2104, section 2]); none is longer than a block.
///
/// [RFC 2104, section 2]: https://www.rfc-editor.org/rfc/rfc2104#section-2
fn prepared<M: KeyInit>(secret: &[u8]) -> M {
    let mut block = Key::<M>::default();
    for (padded, byte) in block.iter_mut().zip(secret) {
        *padded = *byte;
    }
    M::new(&block)
}

fn tag<M: Mac + Clone>(prepared: &M, counter: u64) -> Output<M> {
    prepared.clone().chain_update(counter.to_be_bytes()).finalize().into_bytes()
}

/// Four bytes from where the last half byte points, without the first bit. The place is a secret:
/// the bytes are shifted there, not read there.
fn truncate(tag: &[u8]) -> u32 {
    let bits = 8 * u32::from(tag.last().map_or(0, |last| last & 0x0f));
    let first_16 = tag.first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes));
    let next_4 =
        tag.get(16..20).and_then(<[u8]>::first_chunk).map_or(0, |b| u32::from_be_bytes(*b));
    let word = first_16 << bits | u128::from(next_4) << 95 >> 127_u32.saturating_sub(bits);
    (word >> 96) as u32 & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use bartizan_core::{SecretBytes, hex};

    use super::*;

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890")).unwrap()
    }

    /// RFC 4226, section 5.4: the example of a truncation.
    #[test]
    fn truncates_as_the_example_of_rfc_4226() {
        let tag = hex::decode("1f8698690e02ca16618550ef7f19da8e945b555a").unwrap();
        assert_eq!(truncate(&tag), 0x50ef_7f19);
        assert_eq!(truncate(&tag) % 1_000_000, 872_921);
    }

    /// Each of the 16 places, and in the longer digests the last byte, not the twentieth.
    #[test]
    fn truncates_at_each_place() {
        for len in [20, 32, 64] {
            for place in 0..16_u8 {
                let mut tag: Vec<u8> = (0..len).map(|n: u8| n.wrapping_mul(37) | 0x80).collect();
                *tag.last_mut().unwrap() = 0xf0 | place;
                let there = usize::from(place);
                let word = u32::from_be_bytes(*tag[there..].first_chunk().unwrap());
                assert_eq!(truncate(&tag), word & 0x7fff_ffff, "{len} bytes, place {place}");
            }
        }
    }

    /// RFC 4226, appendix D: the HMAC, the truncated number and the code of the first ten counters.
    #[test]
    fn appendix_d_of_rfc_4226() {
        let key = CodeKey::new(&secret(), Algorithm::Sha1, Digits::Six);
        let PreparedHmac::Sha1(hmac) = &key.hmac else { panic!("another algorithm") };
        for (counter, (hex_tag, truncated, code)) in (0..).zip(APPENDIX_D) {
            assert_eq!(hex::encode(&tag(hmac, counter)), hex_tag, "{counter}");
            assert_eq!(key.hmac.truncated(counter), truncated, "{counter}");
            assert_eq!(key.text_at(counter).expose(), code, "{counter}");
        }
    }

    #[test]
    fn a_search_finds_the_last_of_its_window_and_nothing_outside() {
        let key = CodeKey::new(&secret(), Algorithm::Sha1, Digits::Six);
        let typed = |n: usize| TypedCode::parse(APPENDIX_D[n].2, Digits::Six).unwrap();
        for n in 0..10 {
            let counter = u64::try_from(n).unwrap();
            assert_eq!(key.latest_match(typed(n), 2..=7).is_some(), (2..=7).contains(&counter));
            assert_eq!(key.latest_match(typed(n), 0..=9), Some(counter));
        }
        for (first, second) in (0..10).flat_map(|first| (0..10).map(move |second| (first, second)))
        {
            let found = key.latest_pair([typed(first), typed(second)], 2..=7);
            let expected = first + 1 == second && (3..=7).contains(&second);
            assert_eq!(found, expected.then(|| u64::try_from(second).unwrap()));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", CodeKey::new(&secret(), Algorithm::Sha256, Digits::Eight));
        assert_eq!(shown, "CodeKey { algorithm: Sha256, digits: Eight, .. }");
    }

    const APPENDIX_D: [(&str, u32, &str); 10] = [
        ("cc93cf18508d94934c64b65d8ba7667fb7cde4b0", 1_284_755_224, "755224"),
        ("75a48a19d4cbe100644e8ac1397eea747a2d33ab", 1_094_287_082, "287082"),
        ("0bacb7fa082fef30782211938bc1c5e70416ff44", 137_359_152, "359152"),
        ("66c28227d03a2d5529262ff016a1e6ef76557ece", 1_726_969_429, "969429"),
        ("a904c900a64b35909874b33e61c5938a8e15ed1c", 1_640_338_314, "338314"),
        ("a37e783d7b7233c083d4f62926c7a25f238d0316", 868_254_676, "254676"),
        ("bc9cd28561042c83f219324d3c607256c03272ae", 1_918_287_922, "287922"),
        ("a4fb960c0bc06e1eabb804e5b397cdc4b45596fa", 82_162_583, "162583"),
        ("1b3c89f65e6c9e883012052823443f048b4332db", 673_399_871, "399871"),
        ("1637409809a679dc698207310c8c7fc07290d9e5", 645_520_489, "520489"),
    ];
}
