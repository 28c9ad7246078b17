//! Reading clean HTML, whose form is known: tags are whole, and few characters are escaped.
//!
//! Any other text is read too, in one pass, and gives something; but only of clean HTML is that
//! certainly what a parser would see.

/// A piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Characters as they stand.
    Text(&'a str),
    /// A character that was escaped.
    Char(char),
    /// The name of a start tag, in the case it is written in, and its attributes.
    Start(&'a str, &'a str),
    /// The name of an end tag.
    End(&'a str),
}

/// Splits HTML into tokens.
pub(crate) struct Tokens<'a>(pub(crate) &'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (token, rest) = match self.0.as_bytes() {
                [] => return None,
                [b'<', b'/', name, ..] if name.is_ascii_alphabetic() => {
                    let (name, _, rest) = split_tag(self.0.get(2..)?);
                    (Token::End(name), rest)
                }
                [b'<', name, ..] if name.is_ascii_alphabetic() => {
                    let (name, attributes, rest) = split_tag(self.0.get(1..)?);
                    (Token::Start(name, attributes), rest)
                }
                [b'<', b'!' | b'?', ..] => {
                    self.0 = self.0.split_once('>').map_or("", |(_, rest)| rest);
                    continue;
                }
                [b'&', ..] => match split_reference(self.0) {
                    Some((c, rest)) => (Token::Char(c), rest),
                    None => self.text(),
                },
                _ => self.text(),
            };
            self.0 = rest;
            return Some(token);
        }
    }
}

impl<'a> Tokens<'a> {
    /// At least one character, up to what may be something else.
    fn text(&self) -> (Token<'a>, &'a str) {
        let bytes = self.0.as_bytes();
        let next = memchr::memchr2(b'<', b'&', bytes.get(1..).unwrap_or_default());
        let end = next.map_or(self.0.len(), |at| at.saturating_add(1));
        let (text, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        (Token::Text(text), rest)
    }
}

/// The value of an attribute, still escaped.
pub(crate) fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '=');
        let (name, after) = rest.split_at_checked(rest.find(ends).unwrap_or(rest.len()))?;
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => split_value(value.trim_start()),
            None => ("", after),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        // A `=` where a name should be is part of it.
        rest = if name.is_empty() { after.get(1..)? } else { after };
    }
}

fn split_value(value: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
    value.split_at_checked(end).unwrap_or((value, ""))
}

/// The name, the attributes, and what follows the tag: nothing when it does not end.
fn split_tag(tag: &str) -> (&str, &str, &str) {
    let name_ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
    let (name, rest) =
        tag.split_at_checked(tag.find(name_ends).unwrap_or(tag.len())).unwrap_or((tag, ""));
    let mut quote = None;
    let ends = |(at, byte): (usize, u8)| {
        match (quote, byte) {
            (Some(open), close) if open == close => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
        None
    };
    let end = rest.bytes().enumerate().find_map(ends);
    let split = end.and_then(|at| Some((rest.get(..at)?, rest.get(at.checked_add(1)?..)?)));
    let (attributes, rest) = split.unwrap_or((rest, ""));
    (name, attributes, rest)
}

/// The character that a reference such as `&lt;` or `&#39;` stands for, and what follows.
pub(crate) fn split_reference(text: &str) -> Option<(char, &str)> {
    // None that is written here is longer.
    let end = text.bytes().take(MAX_REFERENCE).position(|byte| byte == b';')?;
    let (reference, rest) = (text.get(1..end)?, text.get(end.checked_add(1)?..)?);
    let c = match reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => numeric(reference)?,
    };
    Some((c, rest))
}

fn numeric(reference: &str) -> Option<char> {
    let number = reference.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c != '\0')
}

const MAX_REFERENCE: usize = 10;
