//! The three parts of a token, as they stand in it: [RFC 7515, section 7.1].
//!
//! [RFC 7515, section 7.1]: https://www.rfc-editor.org/rfc/rfc7515#section-7.1

use crate::algorithm::Algorithm;
use crate::crypto::MAX_READ_SIGNATURE_LEN;
use crate::encoding;
use crate::error::VerifyError;

/// The parts of a token. Only the header is known not to be too long; nothing is decoded.
pub(crate) struct Parts<'t> {
    /// Empty when it is known.
    header: &'t str,
    pub(crate) payload: &'t str,
    signature: &'t str,
    /// What is signed: the header, a dot and the payload.
    pub(crate) input: &'t str,
}

impl<'t> Parts<'t> {
    pub(crate) fn split(token: &'t str) -> Result<Self, VerifyError> {
        Self::split_within(token, MAX_HEADER_LEN)
    }

    /// Takes a token apart whose header has up to `max_header_len` characters.
    pub(crate) fn split_within(token: &'t str, max_header_len: usize) -> Result<Self, VerifyError> {
        let (input, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        // A fourth part would be one of the payload, and is refused when that is decoded.
        let (header, payload) = input.split_once('.').ok_or(VerifyError::Malformed)?;
        if header.is_empty() || signature.is_empty() {
            return Err(VerifyError::Malformed);
        }
        if header.len() > max_header_len {
            return Err(VerifyError::TooLarge);
        }
        Ok(Self { header, payload, signature, input })
    }

    /// Splits a token that begins with `header`, which ends with a dot and is not read again.
    /// Nothing when it begins otherwise.
    #[inline]
    pub(crate) fn after(header: &str, algorithm: Algorithm, token: &'t str) -> Option<Self> {
        let rest = token.strip_prefix(header)?;
        let (payload, signature) = match algorithm.signature_len() {
            // Where the dot is then; another one in the signature is refused when it is decoded.
            Some(len) => {
                let len = encoding::encoded_len(len);
                let (payload, signature) = rest.split_at_checked(rest.len().checked_sub(len)?)?;
                (payload.strip_suffix('.')?, signature)
            }
            None => rest.rsplit_once('.').filter(|(_, signature)| !signature.is_empty())?,
        };
        let input_len = header.len().saturating_add(payload.len());
        Some(Self { header: "", payload, signature, input: token.get(..input_len)? })
    }

    pub(crate) fn decode_header<'b>(&self, buffer: &'b mut Small) -> Result<&'b [u8], VerifyError> {
        buffer.decode(self.header)
    }

    pub(crate) fn decode_signature<'b>(
        &self,
        buffer: &'b mut Small,
    ) -> Result<&'b [u8], VerifyError> {
        if encoding::decoded_len(self.signature) > MAX_READ_SIGNATURE_LEN {
            return Err(VerifyError::Malformed);
        }
        buffer.decode(self.signature)
    }
}

/// Memory for a part of bounded length: on the stack for one as short as most are.
pub(crate) struct Small {
    stack: [u8; 96],
    heap: Vec<u8>,
}

impl Small {
    pub(crate) const fn new() -> Self {
        Self { stack: [0; 96], heap: Vec::new() }
    }

    fn decode(&mut self, text: &str) -> Result<&[u8], VerifyError> {
        let len = encoding::decoded_len(text);
        let out = if len <= self.stack.len() {
            &mut self.stack[..]
        } else {
            self.heap.resize(len, 0);
            &mut self.heap
        };
        encoding::decode(text, out).map(|bytes| &*bytes).ok_or(VerifyError::Malformed)
    }
}

/// In characters, as it stands in the token. It is read before any signature is checked.
const MAX_HEADER_LEN: usize = 1_024;
