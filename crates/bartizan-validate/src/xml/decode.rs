use std::borrow::Cow;

use super::XmlRefused;

/// Finds the encoding by the first bytes (XML 1.0, appendix F), checks that the declaration agrees,
/// and returns the text.
pub(super) fn decode(document: &[u8]) -> Result<Cow<'_, str>, XmlRefused> {
    let text = match document {
        [0xff, 0xfe, rest @ ..] | rest @ [b'<', 0, ..] => from_utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] | rest @ [0, b'<', ..] => from_utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => {
            let text = core::str::from_utf8(rest).map_err(|_| XmlRefused::Encoding)?;
            let _after = declaration(text, &["utf-8", "us-ascii", "ascii"])?;
            return legal(text).map(Cow::Borrowed);
        }
    };
    let after = declaration(&text, &["utf-16", "utf-16le", "utf-16be"])?;
    Ok(Cow::Owned(legal(after)?.to_owned()))
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, XmlRefused> {
    let (units, []) = bytes.as_chunks::<2>() else { return Err(XmlRefused::Encoding) };
    char::decode_utf16(units.iter().copied().map(unit))
        .collect::<Result<_, _>>()
        .map_err(|_| XmlRefused::Encoding)
}

/// Refuses characters that no document has: a zero is the mark of UTF-32.
fn legal(text: &str) -> Result<&str, XmlRefused> {
    let is_illegal = |character| matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_illegal) { Err(XmlRefused::Encoding) } else { Ok(text) }
}

/// Checks the declaration, if there is one; returns what follows it.
fn declaration<'t>(text: &'t str, encodings: &[&str]) -> Result<&'t str, XmlRefused> {
    let Some(rest) = text.strip_prefix("<?xml") else { return Ok(text) };
    // It may be `<?xml-stylesheet`.
    if !rest.starts_with([' ', '\t', '\r', '\n']) {
        return Ok(text);
    }
    let (inside, after) = rest.split_once("?>").ok_or(XmlRefused::Syntax)?;
    let mut inside = inside.trim();
    while !inside.is_empty() {
        let (name, rest) = inside.split_once('=').ok_or(XmlRefused::Syntax)?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let quote = quote.ok_or(XmlRefused::Syntax)?;
        let rest = rest.get(1..).unwrap_or_default();
        let (value, rest) = rest.split_once(quote).ok_or(XmlRefused::Syntax)?;
        match (name.trim(), value) {
            ("version", "1.0") | ("standalone", "yes" | "no") => {}
            ("encoding", name) => {
                if !encodings.contains(&name.to_ascii_lowercase().as_str()) {
                    return Err(XmlRefused::Encoding);
                }
            }
            _ => return Err(XmlRefused::Syntax),
        }
        inside = rest.trim_start();
    }
    Ok(after)
}
