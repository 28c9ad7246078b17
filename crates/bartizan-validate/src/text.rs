//! Text that is shown to others.

use core::ops::RangeInclusive;
use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};
use validator::ValidationError;

use crate::BoundedStringError;
use crate::bounded_string::bounded;
use crate::parsed::{Refusal, canonical};
use crate::unicode::is_hidden;

/// Text of one or more lines: `MIN` to `MAX` characters, normalized, with nothing hidden.
///
/// It is in NFC ([UAX 15]), has line feeds for its line breaks (a carriage return with or without
/// a line feed becomes one), may have tabs, and no white space at its ends. Other control
/// characters are refused, and what reorders or hides the text around it: embeddings, overrides
/// and isolates ([UAX 9]), line and paragraph separators, invisible operators, tags, the byte order
/// mark, and what is no character. Joiners and variation selectors, which languages and pictures
/// need, pass.
///
/// Characters (Unicode scalar values) are counted after that, so one that is white space alone has
/// none. A text of more than `4 * MAX` octets is refused as it comes.
///
/// ```
/// use bartizan_validate::{Text, TextError, TextLine};
///
/// let comment: Text<1, 500> = "Cafe\u{301}\r\nau lait\n".parse()?;
/// assert_eq!(comment.as_str(), "Café\nau lait");
/// assert_eq!("first\nsecond".parse::<TextLine<1, 500>>(), Err(TextError::LineBreak));
/// assert_eq!("user\u{202e}nimda".parse::<Text<1, 500>>(), Err(TextError::Character));
/// # Ok::<(), TextError>(())
/// ```
///
/// [UAX 9]: https://www.unicode.org/reports/tr9/
/// [UAX 15]: https://www.unicode.org/reports/tr15/
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    fn canonical(text: &str) -> Result<Cow<'_, str>, TextError> {
        const { assert!(MIN <= MAX, "no text has such a length") };
        canonical_text(text, MIN..=MAX, Lines::Many)
    }
}

canonical!([const MIN: usize, const MAX: usize] Text<MIN, MAX>, TextError, "a text");

/// Text of one line: a [`Text`] with no line break and no tab, not even at its ends.
///
/// So it can be the subject of a message: it adds no header.
///
/// ```
/// use bartizan_validate::{TextError, TextLine};
///
/// let subject: TextLine<1, 120> = " Your invoice ".parse()?;
/// assert_eq!(subject.as_str(), "Your invoice");
/// let injected = "Your invoice\r\nBcc: b@example.com".parse::<TextLine<1, 120>>();
/// assert_eq!(injected, Err(TextError::LineBreak));
/// # Ok::<(), TextError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextLine<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> TextLine<MIN, MAX> {
    fn canonical(text: &str) -> Result<Cow<'_, str>, TextError> {
        const { assert!(MIN <= MAX, "no text has such a length") };
        canonical_text(text, MIN..=MAX, Lines::One)
    }
}

canonical!([const MIN: usize, const MAX: usize] TextLine<MIN, MAX>, TextError, "a text");

/// Why a text is refused. Whoever typed it is at fault: show them the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// It is not within its bounds.
    Length(BoundedStringError),
    /// It has a line break, and must be one line.
    LineBreak,
    /// It has a control character, or one that hides or reorders text.
    Character,
}

impl TextError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length(error) => error.code(),
            Self::LineBreak => "text_line_break",
            Self::Character => "text_character",
        }
    }
}

impl core::fmt::Display for TextError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Length(error) => error.fmt(f),
            Self::LineBreak => f.write_str(LINE_BREAK),
            Self::Character => f.write_str(CHARACTER),
        }
    }
}

impl core::error::Error for TextError {}

impl Refusal for TextError {
    fn code(&self) -> &'static str {
        Self::code(*self)
    }

    fn message(&self) -> Cow<'static, str> {
        match self {
            Self::Length(error) => error.message(),
            Self::LineBreak => Cow::Borrowed(LINE_BREAK),
            Self::Character => Cow::Borrowed(CHARACTER),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, u64)> {
        match self {
            Self::Length(error) => error.arguments(),
            Self::LineBreak | Self::Character => Vec::new(),
        }
    }
}

/// For rules of one's own about text that stays text: `#[validate(custom(…))]`.
impl From<TextError> for ValidationError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Length(error) => error.into(),
            other => Self::new(other.code()).with_message(other.message()),
        }
    }
}

const LINE_BREAK: &str = "must be one line";
const CHARACTER: &str = "must not have control characters, or characters that hide text";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

fn canonical_text(
    text: &str,
    chars: RangeInclusive<usize>,
    lines: Lines,
) -> Result<Cow<'_, str>, TextError> {
    let max_chars = *chars.end();
    if text.len() > max_chars.saturating_mul(4) {
        return Err(TextError::Length(BoundedStringError::TooLong { max_chars }));
    }
    let text = text.trim_matches(|character| is_blank(character, lines));
    let mut canonical = Cow::Borrowed(text);
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        if let Some(refused) = text.chars().find_map(|character| refusal(character, lines)) {
            return Err(refused);
        }
        if text.contains('\r') {
            canonical = Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        if is_nfc_quick(canonical.chars()) != IsNormalized::Yes {
            let composed: String = canonical.nfc().collect();
            if composed != *canonical {
                canonical = Cow::Owned(composed);
            }
        }
    }
    bounded(&canonical, chars, usize::MAX).map_err(TextError::Length)?;
    Ok(canonical)
}

fn refusal(character: char, lines: Lines) -> Option<TextError> {
    match (character, lines) {
        ('\n' | '\r' | '\t', Lines::Many) => None,
        ('\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}', Lines::One) => {
            Some(TextError::LineBreak)
        }
        _ if is_hidden(character) => Some(TextError::Character),
        _ => None,
    }
}

/// White space that may stand at the ends, to be taken away. What is refused within a text is
/// refused at its ends too.
fn is_blank(character: char, lines: Lines) -> bool {
    match character {
        '\n' | '\r' | '\t' => matches!(lines, Lines::Many),
        other => other.is_whitespace() && !is_hidden(other),
    }
}
