//! [Character references][html]: `&amp;`, `&#8212;`.
//!
//! [html]: https://html.spec.whatwg.org/multipage/named-characters.html

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// What an ampersand begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Nothing: it stands for itself.
    None,
    /// One or two characters, written in so many bytes after the ampersand.
    Characters(char, Option<char>, usize),
    /// Something that depends on more than is looked at here.
    Unsure,
}

/// Reads what follows an ampersand.
pub(crate) fn read(rest: &[u8], in_attribute: bool) -> Reference {
    match rest {
        [b'#', digits @ ..] => numeric(digits),
        [first, ..] if first.is_ascii_alphanumeric() => named(rest, in_attribute),
        _ => Reference::None,
    }
}

fn numeric(digits: &[u8]) -> Reference {
    let (digits, radix, before) = match digits {
        [b'x' | b'X', hex @ ..] => (hex, 16, 2_usize),
        _ => (digits, 10, 1),
    };
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    let Some(length) = digits.iter().take(MAX_DIGITS).position(|byte| !is_digit(byte)) else {
        return Reference::Unsure;
    };
    if length == 0 {
        return Reference::None;
    }
    let text = digits.get(..length).and_then(|digits| str::from_utf8(digits).ok());
    let code = text.and_then(|text| u32::from_str_radix(text, radix).ok());
    match code.and_then(char::from_u32) {
        Some(character) if is_ordinary(character) && digits.get(length) == Some(&b';') => {
            Reference::Characters(character, None, before.saturating_add(length).saturating_add(1))
        }
        _ => Reference::Unsure,
    }
}

/// Whether a parser reads the number of this character as the character.
fn is_ordinary(character: char) -> bool {
    !character.is_control()
        && u32::from(character) & 0xfffe != 0xfffe
        && !matches!(character, '\u{fdd0}'..='\u{fdef}' | '\u{feff}')
}

fn named(rest: &[u8], in_attribute: bool) -> Reference {
    let Some(length) = rest.iter().take(MAX_NAME).position(|byte| !byte.is_ascii_alphanumeric())
    else {
        // Longer than any name, or the end: it may begin with one.
        return if legacy(rest.get(..MAX_NAME.min(rest.len())).unwrap_or_default(), in_attribute) {
            Reference::Unsure
        } else {
            Reference::None
        };
    };
    let name = rest.get(..length).unwrap_or_default();
    let next = rest.get(length).copied().unwrap_or_default();
    if next == b';' {
        let with_semicolon = rest.get(..length.saturating_add(1)).unwrap_or_default();
        if let Some((first, second)) = lookup(with_semicolon) {
            return Reference::Characters(first, second, length.saturating_add(1));
        }
    }
    // In an attribute, a name without a semicolon is none before `=`.
    if (in_attribute && next == b'=') || !legacy(name, in_attribute) {
        return Reference::None;
    }
    Reference::Unsure
}

/// Whether a parser could take the name, or in text its beginning, without a semicolon.
fn legacy(name: &[u8], in_attribute: bool) -> bool {
    if in_attribute {
        return lookup(name).is_some();
    }
    (2..=MAX_LEGACY.min(name.len())).any(|length| name.get(..length).and_then(lookup).is_some())
}

fn lookup(name: &[u8]) -> Option<(char, Option<char>)> {
    let (first, second) = match name {
        b"amp;" => ('&', None),
        b"lt;" => ('<', None),
        b"gt;" => ('>', None),
        b"quot;" => ('"', None),
        b"nbsp;" => ('\u{a0}', None),
        _ => {
            // Beginnings of names are in there, too, with nothing.
            let (first, second) = NAMED_ENTITIES.get(str::from_utf8(name).ok()?)?;
            let second = char::from_u32(*second).filter(|second| *second != '\0');
            (char::from_u32(*first).filter(|first| *first != '\0')?, second)
        }
    };
    Some((first, second))
}

/// The longest name, `CounterClockwiseContourIntegral`, has 31 letters.
const MAX_NAME: usize = 33;

/// The longest name that needs no semicolon, such as `Aacute`.
const MAX_LEGACY: usize = 6;

const MAX_DIGITS: usize = 9;

/// The value of an attribute, as a parser reads it; nothing when this is not sure.
pub(crate) fn attribute_value(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'\r' | b'\0')) {
        return Some(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\r', '\0']) {
        let (before, from) = rest.split_at_checked(at)?;
        value.push_str(before);
        let after = from.get(1..)?;
        rest = after;
        match from.bytes().next()? {
            b'\r' => {
                value.push('\n');
                rest = after.strip_prefix('\n').unwrap_or(after);
            }
            b'&' => match read(after.as_bytes(), true) {
                Reference::None => value.push('&'),
                Reference::Characters(first, second, length) => {
                    value.push(first);
                    value.extend(second);
                    rest = after.get(length..)?;
                }
                Reference::Unsure => return None,
            },
            _ => return None,
        }
    }
    value.push_str(rest);
    Some(Cow::Owned(value))
}

/// Writes an attribute value as html5ever does.
pub(crate) fn escape_attribute(value: &str, out: &mut String) {
    let special = |byte: u8| matches!(byte, b'&' | b'"' | b'<' | b'>' | 0xc2);
    if !value.bytes().any(special) {
        out.push_str(value);
        return;
    }
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => push_text(other, out),
        }
    }
}

/// Writes a character of text as html5ever does.
pub(crate) fn push_text(character: char, out: &mut String) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\u{a0}' => out.push_str("&nbsp;"),
        other => out.push(other),
    }
}
