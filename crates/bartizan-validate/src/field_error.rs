//! One rule that the input breaks.

use core::fmt::{self, Write as _};
use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Number, Value};
use validator::ValidationError;

use crate::Refusal;
use crate::message;

/// One rule that the input breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pointer: String,
    related: Vec<String>,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    arguments: Vec<(&'static str, Number)>,
}

impl FieldError {
    pub(crate) fn new(
        pointer: String,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (code, message) = (code.into(), message.into());
        Self { pointer, related: Vec::new(), code, message, arguments: Vec::new() }
    }

    /// About the first of `fields`, and the others with it.
    pub(crate) fn across(
        pointer: &str,
        fields: &[impl AsRef<str>],
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut pointers = fields.iter().map(|field| child(pointer, field.as_ref()));
        let first = pointers.next().unwrap_or_else(|| pointer.to_owned());
        Self { related: pointers.collect(), ..Self::new(first, code, message) }
    }

    pub(crate) fn of_refusal(pointer: String, refusal: &impl Refusal) -> Self {
        let arguments = refusal.arguments().into_iter();
        let arguments = arguments.map(|(name, number)| (name, number.into())).collect();
        Self { arguments, ..Self::new(pointer, refusal.code(), refusal.message()) }
    }

    pub(crate) fn of_rule(pointer: &str, error: ValidationError) -> Self {
        let arguments = message::arguments(&error);
        let message = match error.message {
            Some(message) => message,
            None => message::english(&error.code, &arguments),
        };
        let names: Vec<_> = error
            .params
            .get(ACROSS)
            .and_then(Value::as_array)
            .map_or_else(Vec::new, |names| names.iter().filter_map(Value::as_str).collect());
        Self { arguments, ..Self::across(pointer, &names, error.code, message) }
    }

    /// Returns where the field is, as a JSON pointer ([RFC 6901]): `/addresses/0/city`, or an
    /// empty string when it is about the whole. Fields have the names of the Rust struct.
    ///
    /// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the pointers to the other fields of a rule that is about several.
    pub fn related(&self) -> impl Iterator<Item = &str> {
        self.related.iter().map(String::as_str)
    }

    /// Returns the code of the rule, which stays the same in every later version.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns what to change, in English, to be read after the name of the field.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the numbers of the rule, by name: `("max", 64)`.
    pub fn arguments(&self) -> impl Iterator<Item = (&'static str, &Number)> {
        self.arguments.iter().map(|(name, number)| (*name, number))
    }

    pub(crate) fn set_message(&mut self, message: String) {
        self.message = message.into();
    }

    /// Puts the place of it below that of a parent.
    pub(crate) fn nest(&mut self, parent: &str) {
        self.pointer.insert_str(0, parent);
        for pointer in &mut self.related {
            pointer.insert_str(0, parent);
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str("/")?,
            pointer => encode(f, pointer)?,
        }
        write!(f, ": {}", self.message)
    }
}

/// As a member of `errors` in problem+json.
impl Serialize for FieldError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pointer", &Fragment(&self.pointer))?;
        if !self.related.is_empty() {
            let related: Vec<_> = self.related().map(Fragment).collect();
            map.serialize_entry("related", &related)?;
        }
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("detail", &self.message)?;
        if !self.arguments.is_empty() {
            map.serialize_entry("arguments", &Arguments(&self.arguments))?;
        }
        map.end()
    }
}

/// The pointer as a URI fragment: RFC 6901, section 6.
struct Fragment<'a>(&'a str);

impl fmt::Display for Fragment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('#')?;
        encode(f, self.0)
    }
}

impl Serialize for Fragment<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Arguments<'a>(&'a [(&'static str, Number)]);

impl Serialize for Arguments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, number)| (name, number)))
    }
}

/// Refuses fields that do not fit together, and names them all: for a rule about a struct as a
/// whole, `#[validate(schema(function = …))]`.
///
/// The first of `fields` is where the error is placed; give the names of the Rust fields.
///
/// ```
/// use bartizan_validate::{Valid, Validate, across, validator::ValidationError};
///
/// #[derive(Validate)]
/// #[validate(crate = "bartizan_validate::validator", schema(function = "in_order"))]
/// struct Period {
///     start: u32,
///     end: u32,
/// }
///
/// fn in_order(period: &Period) -> Result<(), ValidationError> {
///     if period.start <= period.end {
///         return Ok(());
///     }
///     Err(across(&["end", "start"], "period_order", "must not be before the start"))
/// }
///
/// let invalid = Valid::new(Period { start: 2, end: 1 }).map(drop).unwrap_err();
/// assert_eq!(invalid.errors()[0].pointer(), "/end");
/// assert_eq!(invalid.errors()[0].related().collect::<Vec<_>>(), ["/start"]);
/// ```
#[must_use]
pub fn across(
    fields: &[&'static str],
    code: &'static str,
    message: &'static str,
) -> ValidationError {
    let mut error = ValidationError::new(code).with_message(message.into());
    error.add_param(ACROSS.into(), &fields);
    error
}

/// The parameter that names the fields, which no rule of validator has.
const ACROSS: &str = "bartizan_across";

/// The pointer to a child: RFC 6901, section 3.
pub(crate) fn child(pointer: &str, name: &str) -> String {
    let mut child =
        String::with_capacity(pointer.len().saturating_add(name.len()).saturating_add(1));
    child.push_str(pointer);
    child.push('/');
    if name.contains(['~', '/']) {
        child.push_str(&name.replace('~', "~0").replace('/', "~1"));
    } else {
        child.push_str(name);
    }
    child
}

/// Writes what may stand in a fragment as it is, and the other bytes as `%XX`.
fn encode(f: &mut fmt::Formatter<'_>, pointer: &str) -> fmt::Result {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    if pointer.bytes().all(is_plain) {
        return f.write_str(pointer);
    }
    for byte in pointer.bytes() {
        if is_plain(byte) { f.write_char(char::from(byte)) } else { write!(f, "%{byte:02X}") }?;
    }
    Ok(())
}
