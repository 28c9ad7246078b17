//! What a signature says of itself: [RFC 9421, section 2.3].
//!
//! [RFC 9421, section 2.3]: https://www.rfc-editor.org/rfc/rfc9421#section-2.3

use std::borrow::Cow;

use bartizan_core::UnixTime;

use super::component::Part;
use super::error::MessageRefused;
use super::signing_keys::MAX_KEY_ID_LEN;
use super::structured::{Bare, Reader, write_parameter};

/// The components that are covered, in their order, and the parameters.
#[derive(Debug)]
pub(super) struct SignatureParams<'t> {
    /// All of it in its canonical form: the last line of what is signed.
    pub(super) text: String,
    /// Each with where it ends in the text.
    pub(super) parts: Vec<(Part<'t>, usize)>,
    pub(super) created: Option<UnixTime>,
    pub(super) expires: Option<UnixTime>,
    pub(super) nonce: Option<Cow<'t, str>>,
    pub(super) alg: Option<Cow<'t, str>>,
    pub(super) key_id: Option<Cow<'t, str>>,
    pub(super) tag: Option<Cow<'t, str>>,
}

impl<'t> SignatureParams<'t> {
    /// Reads a member of `Signature-Input`, from behind its label.
    pub(super) fn read(reader: &mut Reader<'t>) -> Result<Self, MessageRefused> {
        let (mut text, mut parts) = (String::with_capacity(256), Vec::new());
        let mut refused = MessageRefused::Malformed;
        text.push('(');
        let read = reader.inner_list(|reader| {
            if !parts.is_empty() {
                text.push(' ');
            }
            refused = match Part::read(reader, &mut text) {
                Ok(part) if parts.iter().any(|(other, _)| *other == part) => {
                    MessageRefused::Malformed
                }
                Ok(_) if parts.len() >= MAX_COMPONENTS => MessageRefused::TooLarge,
                Ok(part) => {
                    parts.push((part, text.len()));
                    return Some(());
                }
                Err(refused) => refused,
            };
            None
        });
        read.ok_or(refused)?;
        text.push(')');
        let (created, expires, nonce, alg, key_id, tag) = (None, None, None, None, None, None);
        let mut params = Self { text, parts, created, expires, nonce, alg, key_id, tag };
        let mut refused = MessageRefused::Malformed;
        let read = reader
            .parameters(|key, value| params.take(key, value).map_err(|error| refused = error).ok());
        read.ok_or(refused).map(|()| params)
    }

    /// Takes a parameter. One that is not known is refused: what it asks for would not be done.
    fn take(&mut self, key: &'t str, value: Bare<'t>) -> Result<(), MessageRefused> {
        write_parameter(key, value, &mut self.text);
        match key {
            "created" => self.created = Some(time(value)?),
            "expires" => self.expires = Some(time(value)?),
            "nonce" => self.nonce = Some(text(value)?),
            "alg" => self.alg = Some(text(value)?),
            "keyid" => self.key_id = Some(text(value)?),
            "tag" => self.tag = Some(text(value)?),
            _ => return Err(MessageRefused::Unsupported),
        }
        Ok(())
    }

    /// Returns each component with its identifier, quotes and parameters included.
    pub(super) fn components(&self) -> impl Iterator<Item = (&Part<'t>, &str)> {
        let starts = core::iter::once(0).chain(self.parts.iter().map(|(_, end)| *end));
        self.parts.iter().zip(starts).map(|((part, end), start)| {
            // Behind the parenthesis or the space.
            let text = self.text.get(start.saturating_add(1)..*end);
            (part, text.unwrap_or_default())
        })
    }
}

fn time(value: Bare<'_>) -> Result<UnixTime, MessageRefused> {
    let Bare::Integer(secs) = value else { return Err(MessageRefused::Malformed) };
    let secs = u64::try_from(secs).map_err(|_| MessageRefused::Malformed)?;
    UnixTime::checked_from_secs(secs).ok_or(MessageRefused::Malformed)
}

fn text(value: Bare<'_>) -> Result<Cow<'_, str>, MessageRefused> {
    let Bare::Text(text) = value else { return Err(MessageRefused::Malformed) };
    if text.len() > MAX_KEY_ID_LEN {
        return Err(MessageRefused::TooLarge);
    }
    Ok(unescaped(text))
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        // A backslash never stands at the end.
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    Cow::Owned(plain)
}

/// Of a signature.
const MAX_COMPONENTS: usize = 32;
