//! The three parts of a token, as they stand in it: [RFC 7515, section 7.1].
//!
//! [RFC 7515, section 7.1]: https://www.rfc-editor.org/rfc/rfc7515#section-7.1

use crate::crypto::MAX_SIGNATURE_LEN;
use crate::encoding;
use crate::error::VerifyError;

/// The parts of a token. Only the header is known not to be too long; nothing is decoded.
pub(crate) struct Parts<'t> {
    pub(crate) header: &'t str,
    pub(crate) payload: &'t str,
    signature: &'t str,
    /// What is signed: the header, a dot and the payload.
    pub(crate) input: &'t str,
}

impl<'t> Parts<'t> {
    pub(crate) fn split(token: &'t str) -> Result<Self, VerifyError> {
        let (header, rest) = token.split_once('.').ok_or(VerifyError::Malformed)?;
        // A fourth part would be one of the signature, and is refused when that is decoded.
        let (payload, signature) = rest.split_once('.').ok_or(VerifyError::Malformed)?;
        if header.is_empty() || signature.is_empty() {
            return Err(VerifyError::Malformed);
        }
        if header.len() > MAX_HEADER_LEN {
            return Err(VerifyError::TooLarge);
        }
        let len = header.len().saturating_add(1).saturating_add(payload.len());
        let input = token.get(..len).ok_or(VerifyError::Malformed)?;
        Ok(Self { header, payload, signature, input })
    }

    pub(crate) fn decode_header(&self) -> Result<Decoded, VerifyError> {
        Decoded::new(self.header)
    }

    pub(crate) fn decode_signature(&self) -> Result<Decoded, VerifyError> {
        if encoding::decoded_len(self.signature) > MAX_SIGNATURE_LEN {
            return Err(VerifyError::Malformed);
        }
        Decoded::new(self.signature)
    }
}

/// A part of bounded length, decoded; on the stack if it is as short as most are.
pub(crate) struct Decoded {
    small: [u8; 96],
    large: Vec<u8>,
    len: usize,
}

impl Decoded {
    fn new(text: &str) -> Result<Self, VerifyError> {
        let len = encoding::decoded_len(text);
        let mut decoded = Self { small: [0; 96], large: Vec::new(), len };
        let out = if len <= decoded.small.len() {
            &mut decoded.small[..]
        } else {
            decoded.large.resize(len, 0);
            &mut decoded.large
        };
        let _bytes = encoding::decode(text, out).ok_or(VerifyError::Malformed)?;
        Ok(decoded)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        let whole = if self.large.is_empty() { &self.small[..] } else { &self.large };
        whole.get(..self.len).unwrap_or_default()
    }
}

/// In characters, as it stands in the token. It is read before any signature is checked.
const MAX_HEADER_LEN: usize = 1_024;
