//! What all sinks share: text that is written in runs.

use core::fmt;

/// Everything that an encoder is, once it is said how to write its text and when that is the text
/// itself.
macro_rules! encoder {
    ($(#[$about:meta])* $type:ident, $is_plain:path, $write:path) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        #[must_use = "it encodes itself when it is displayed"]
        pub struct $type<'a>(&'a str);

        impl<'a> $type<'a> {
            /// Returns the encoded text, borrowed when there was nothing to encode.
            #[must_use]
            pub fn to_cow(self) -> std::borrow::Cow<'a, str> {
                if $is_plain(self.0) {
                    return self.0.into();
                }
                let mut out = String::with_capacity(self.0.len().saturating_add(self.0.len() / 8));
                // Writing to a string cannot fail.
                let _ = $write(self.0, &mut out);
                out.into()
            }
        }

        impl fmt::Display for $type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $write(self.0, f)
            }
        }
    };
}

pub(super) use encoder;

/// Says whether no byte is special.
pub(super) fn is_plain(text: &str, is_special: impl Special) -> bool {
    // Whole chunks are looked at without a branch per byte, which the compiler makes vectors of.
    text.as_bytes()
        .chunks(CHUNK)
        .all(|chunk| !chunk.iter().fold(false, |any, byte| any | is_special(*byte)))
}

/// Writes runs as they are, and calls `escape` for each character that begins with a special byte.
///
/// Of the bytes that go on with a character, either none is special or each one from 128 on is.
pub(super) fn write<W: fmt::Write>(
    text: &str,
    out: &mut W,
    is_special: impl Special,
    escape: impl Fn(char, &mut W) -> fmt::Result,
) -> fmt::Result {
    let mut rest = text;
    while let Some((run, special, after)) = next_special(rest, is_special) {
        out.write_str(run)?;
        escape(special, out)?;
        rest = after;
    }
    out.write_str(rest)
}

/// The run before the next special character, the character, and what follows.
pub(super) fn next_special(text: &str, is_special: impl Special) -> Option<(&str, char, &str)> {
    let at = position(text.as_bytes(), is_special)?;
    let (run, rest) = text.split_at_checked(at)?;
    let mut characters = rest.chars();
    let special = characters.next()?;
    Some((run, special, characters.as_str()))
}

fn position(bytes: &[u8], is_special: impl Special) -> Option<usize> {
    // Special characters come in a row often enough.
    if is_special(*bytes.first()?) {
        return Some(0);
    }
    let mut start = 0_usize;
    for chunk in bytes.chunks(CHUNK) {
        if chunk.iter().fold(false, |any, byte| any | is_special(*byte)) {
            let at = chunk.iter().position(|byte| is_special(*byte))?;
            return Some(start.saturating_add(at));
        }
        start = start.saturating_add(chunk.len());
    }
    None
}

/// Which bytes need care. Generic, so that it is inlined.
pub(super) trait Special: Fn(u8) -> bool + Copy {}

impl<F: Fn(u8) -> bool + Copy> Special for F {}

const CHUNK: usize = 32;

/// `%` and the two hexadecimal digits of a byte, in upper case.
pub(super) fn percent(byte: u8) -> &'static str {
    let at = usize::from(byte).saturating_mul(3);
    PERCENT.get(at..at.saturating_add(3)).unwrap_or_default()
}

/// The two hexadecimal digits of a byte, in upper case.
pub(super) fn hex(byte: u8) -> &'static str {
    percent(byte).get(1..).unwrap_or_default()
}

const PERCENT: &str = match core::str::from_utf8(&PERCENT_BYTES) {
    Ok(text) => text,
    Err(_) => "",
};

#[expect(clippy::indexing_slicing, reason = "by the compiler, which would say so")]
const PERCENT_BYTES: [u8; 768] = {
    let digits = b"0123456789ABCDEF";
    let mut bytes = [b'%'; 768];
    let mut byte = 0;
    while byte < 256 {
        bytes[byte * 3 + 1] = digits[byte / 16];
        bytes[byte * 3 + 2] = digits[byte % 16];
        byte += 1;
    }
    bytes
};
