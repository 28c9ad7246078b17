//! Base64url as [RFC 7515, section 2] has it, into memory that is there already. Each text has one
//! spelling: padding, white space, foreign characters and loose trailing bits are refused.
//!
//! [RFC 7515, section 2]: https://www.rfc-editor.org/rfc/rfc7515#section-2

use base64_simd::{AppendBase64Encode, AsOut as _, URL_SAFE_NO_PAD};

/// Decodes `text` into the beginning of `out`; nothing when it is not canonical or does not fit.
pub(crate) fn decode<'o>(text: &str, out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let out = out.get_mut(..decoded_len(text))?;
    URL_SAFE_NO_PAD.decode(text.as_bytes(), out.as_out()).ok()
}

/// How many bytes `text` spells, if it spells any.
pub(crate) const fn decoded_len(text: &str) -> usize {
    let (whole, rest) = (text.len() / 4, text.len() % 4);
    whole.saturating_mul(3).saturating_add(rest.saturating_mul(3) / 4)
}

/// How many characters spell `len` bytes.
pub(crate) const fn encoded_len(len: usize) -> usize {
    len.saturating_mul(4).div_ceil(3)
}

/// Appends the spelling of `bytes` to `text`.
pub(crate) fn encode<T: AppendBase64Encode>(bytes: &[u8], text: &mut T) {
    URL_SAFE_NO_PAD.encode_append(bytes, text);
}

#[cfg(test)]
mod tests {
    use bartizan_core::base64url;
    use proptest::prelude::*;

    use super::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
        let mut out = vec![0xaa; text.len()];
        decode(text, &mut out).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        assert_eq!(decode("Zm9v", &mut [0; 2]), None);
        assert_eq!(decode("Zm9v", &mut [0; 3]).unwrap(), b"foo");
    }

    #[test]
    fn every_text_of_up_to_two_characters_is_read_as_the_strict_decoder_reads_it() {
        let all: Vec<char> = (0..=255_u8).map(char::from).collect();
        for first in &all {
            assert_eq!(decoded(&first.to_string()), None);
            for second in &all {
                let text = format!("{first}{second}");
                assert_eq!(decoded(&text), base64url::decode(&text).ok(), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
            let mut text = String::new();
            encode(&bytes, &mut text);
            prop_assert_eq!(&text, &base64url::encode(&bytes));
            prop_assert_eq!(decoded(&text), Some(bytes));
        }

        /// Where the processor's wide instructions take over, and where they end, too.
        #[test]
        fn one_changed_character_is_judged_as_the_strict_decoder_does(
            bytes in prop::collection::vec(any::<u8>(), 1..200),
            at: prop::sample::Index,
            to in any::<char>(),
        ) {
            let mut text: Vec<char> = base64url::encode(&bytes).chars().collect();
            let at = at.index(text.len());
            text[at] = to;
            let text: String = text.into_iter().collect();
            prop_assert_eq!(decoded(&text), base64url::decode(&text).ok());
        }
    }
}
