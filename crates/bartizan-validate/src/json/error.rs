use core::error::Error;
use core::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::Invalid;

/// Why JSON was refused, and where. The client is at fault.
///
/// Of the input it holds at most names of members, and of those only ones of up to 64 ASCII letters,
/// digits, `_`, `-`, `.`, `$` and `@`: what else a name is, no log sees.
///
/// ```
/// use bartizan_validate::{JsonFault, StrictJson};
///
/// let refused = StrictJson::<Vec<u8>>::from_slice(b"[1, 256]").unwrap_err();
/// assert_eq!(refused.fault(), JsonFault::Number);
/// assert_eq!((refused.offset(), refused.pointer()), (4, "/1"));
/// assert_eq!(refused.to_string(), "a number that does not fit, at byte 4, in /1");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JsonRefused(Box<Place>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    fault: JsonFault,
    offset: Option<usize>,
    pointer: String,
}

/// What is wrong with JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: a client can be told of each")]
pub enum JsonFault {
    /// There are more bytes than the limit.
    TooLong,
    /// More objects and arrays are within each other than the limit.
    TooDeep,
    /// An object has more members, or an array more elements, than the limit.
    TooMany,
    /// The bytes are not UTF-8, or an escape is half of a surrogate pair.
    Encoding,
    /// It is no JSON, or something follows it.
    Syntax,
    /// An object has two members of one name.
    DuplicateName,
    /// The type has no such field.
    UnknownField,
    /// A field is missing.
    MissingField,
    /// A number does not fit, or would be another one after reading.
    Number,
    /// A value is of another kind, such as text for a number.
    Type,
    /// A value is of the right kind, but not one that the type has.
    Value,
    /// An object is where the type reads it in a way that hides which fields it ignores. It is the
    /// type that has to change, or the limits: [`JsonLimits::trusting_buffers`].
    ///
    /// [`JsonLimits::trusting_buffers`]: crate::JsonLimits::trusting_buffers
    Buffered,
}

impl JsonFault {
    /// Returns a code that stays the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "json_too_long",
            Self::TooDeep => "json_too_deep",
            Self::TooMany => "json_too_many",
            Self::Encoding => "json_encoding",
            Self::Syntax => "json_syntax",
            Self::DuplicateName => "json_duplicate_name",
            Self::UnknownField => "json_unknown_field",
            Self::MissingField => "json_missing_field",
            Self::Number => "json_number",
            Self::Type => "json_type",
            Self::Value => "json_value",
            Self::Buffered => "json_buffered",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::TooLong => "more bytes than allowed",
            Self::TooDeep => "deeper than allowed",
            Self::TooMany => "more members or elements than allowed",
            Self::Encoding => "not UTF-8",
            Self::Syntax => "not JSON",
            Self::DuplicateName => "a name that was there before",
            Self::UnknownField => "a field that is not known",
            Self::MissingField => "a field that is missing",
            Self::Number => "a number that does not fit",
            Self::Type => "a value of another type",
            Self::Value => "a value that is not valid",
            Self::Buffered => "an object whose fields cannot be checked",
        }
    }
}

impl JsonRefused {
    #[cold]
    fn of(fault: JsonFault, offset: Option<usize>, pointer: String) -> Self {
        Self(Box::new(Place { fault, offset, pointer }))
    }

    pub(super) fn at(fault: JsonFault, offset: usize) -> Self {
        Self::of(fault, Some(offset), String::new())
    }

    pub(super) fn somewhere(fault: JsonFault) -> Self {
        Self::of(fault, None, String::new())
    }

    /// Adds where the value begins, unless it is known more closely, and what it is called there.
    #[cold]
    pub(super) fn within(mut self, name: &str, offset: usize) -> Self {
        let _ = self.0.offset.get_or_insert(offset);
        if is_plain_name(name) {
            self.0.pointer.insert_str(0, name);
            self.0.pointer.insert(0, '/');
        } else {
            // What is called so is not said: the pointer leads to the object around it.
            self.0.pointer.clear();
        }
        self
    }

    /// Adds where the whole begins, unless it is known more closely.
    #[cold]
    pub(super) fn or_at(mut self, offset: usize) -> Self {
        let _ = self.0.offset.get_or_insert(offset);
        self
    }

    /// Returns what is wrong.
    #[must_use]
    pub const fn fault(&self) -> JsonFault {
        self.0.fault
    }

    /// Returns where it is, in bytes from the start: where the value begins, or where the text
    /// stops being what it should be.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset.unwrap_or_default()
    }

    /// Returns where it is as a JSON pointer ([RFC 6901]), as far as that is known and may be said:
    /// empty for the whole.
    ///
    /// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }
}

fn is_plain_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$@".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

impl fmt::Display for JsonRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.0.fault.message(), self.offset())?;
        if self.0.pointer.is_empty() { Ok(()) } else { write!(f, ", in {}", self.0.pointer) }
    }
}

impl fmt::Debug for JsonRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for JsonRefused {}

/// What types report while they are read. Their texts may hold input, so none is kept.
impl de::Error for JsonRefused {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Self::somewhere(JsonFault::Value)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::somewhere(JsonFault::Type)
    }

    fn invalid_value(unexpected: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::somewhere(match unexpected {
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => {
                JsonFault::Number
            }
            _ => JsonFault::Value,
        })
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::somewhere(JsonFault::Type)
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::somewhere(JsonFault::UnknownField)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(JsonFault::MissingField, None, format!("/{field}"))
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::somewhere(JsonFault::DuplicateName)
    }
}

/// For the client: which field, and a code.
impl From<JsonRefused> for Invalid {
    fn from(refused: JsonRefused) -> Self {
        let fault = refused.fault();
        Self::at_pointer(refused.0.pointer, fault.code(), format!("is {}", fault.message()))
    }
}
