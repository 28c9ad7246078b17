use std::borrow::Cow;

use super::error::{MalformedMessage, MessageRefused};

/// The fields of a message, in the order in which they came.
#[derive(Clone)]
pub(super) struct Fields<'m>(Vec<(&'m str, &'m [u8])>);

impl<'m> Fields<'m> {
    pub(super) fn collect(
        fields: impl IntoIterator<Item = (&'m str, &'m [u8])>,
    ) -> Result<Self, MalformedMessage> {
        let mut collected = Vec::new();
        for field in fields {
            if collected.len() >= MAX_FIELDS {
                return Err(MalformedMessage);
            }
            collected.push(field);
        }
        Ok(Self(collected))
    }

    /// Adds a line at the end.
    pub(super) fn push(&mut self, name: &'m str, value: &'m [u8]) {
        self.0.push((name, value));
    }

    /// Returns the values of the lines of a field, without the white space around them.
    pub(super) fn lines(&self, name: &str) -> impl Iterator<Item = &'m [u8]> {
        let is_it = move |field: &&(&str, &[u8])| field.0.eq_ignore_ascii_case(name);
        self.0.iter().filter(is_it).map(|(_, value)| trim(value))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.lines(name).next().is_some()
    }

    /// Returns the value of a field, its lines joined: [RFC 9421, section 2.1].
    ///
    /// A line break is refused wherever it stands: folded lines are the HTTP reader's to unfold or
    /// refuse ([RFC 9112, section 5.2]), and behind one everything could be signed.
    ///
    /// [RFC 9112, section 5.2]: https://www.rfc-editor.org/rfc/rfc9112#section-5.2
    /// [RFC 9421, section 2.1]: https://www.rfc-editor.org/rfc/rfc9421#section-2.1
    pub(super) fn joined(&self, name: &str) -> Result<Cow<'m, [u8]>, MessageRefused> {
        let mut lines = self.lines(name);
        let first = lines.next().ok_or(MessageRefused::MissingComponent)?;
        let mut joined = Cow::Borrowed(first);
        for line in lines {
            let joined = joined.to_mut();
            joined.extend_from_slice(b", ");
            joined.extend_from_slice(line);
            if joined.len() > MAX_VALUE_LEN {
                return Err(MessageRefused::TooLarge);
            }
        }
        if joined.len() > MAX_VALUE_LEN {
            return Err(MessageRefused::TooLarge);
        }
        let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t');
        if joined.iter().all(plain) { Ok(joined) } else { Err(MessageRefused::Malformed) }
    }

    /// Returns the lines of a field, each as base64 between colons: [RFC 9421, section 2.1.3].
    ///
    /// [RFC 9421, section 2.1.3]: https://www.rfc-editor.org/rfc/rfc9421#section-2.1.3
    pub(super) fn wrapped(&self, name: &str) -> Result<String, MessageRefused> {
        let mut wrapped = String::new();
        for line in self.lines(name) {
            if line.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
                return Err(MessageRefused::Malformed);
            }
            if wrapped.len().saturating_add(line.len()) > MAX_VALUE_LEN {
                return Err(MessageRefused::TooLarge);
            }
            wrapped.push_str(if wrapped.is_empty() { ":" } else { ", :" });
            base64_simd::STANDARD.encode_append(line, &mut wrapped);
            wrapped.push(':');
        }
        if wrapped.is_empty() { Err(MessageRefused::MissingComponent) } else { Ok(wrapped) }
    }
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Of a message.
const MAX_FIELDS: usize = 256;

/// In bytes, of all lines of a field that is read.
const MAX_VALUE_LEN: usize = 16 * 1_024;
