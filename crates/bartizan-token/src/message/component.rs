//! What a signature can cover: [RFC 9421, section 2].
//!
//! [RFC 9421, section 2]: https://www.rfc-editor.org/rfc/rfc9421#section-2

use core::fmt;
use core::str::FromStr;

use super::error::{MessageConfigError, MessageRefused};
use super::structured::{Bare, Reader, is_key, is_token_byte, write_parameter};

/// A part of a message that a signature covers: [RFC 9421, section 2].
///
/// It is written as in a `Signature-Input` field, `"@query-param";name="id"`, or, without
/// parameters, as its name alone. There are `@method`, `@target-uri`, `@authority`, `@scheme`,
/// `@request-target`, `@path`, `@query`, `@query-param` and `@status`, and fields by their names in
/// lower case, with the parameters `sf`, `key` or `bs`; in a response `req` says that the request's
/// is meant. Trailers (`tr`) are not supported.
///
/// ```
/// use bartizan_token::message::Component;
///
/// let id: Component = r#""@query-param";name="id""#.parse()?;
/// let date: Component = "date".parse()?;
/// assert_eq!((id.to_string(), date.to_string()),
///     (r#""@query-param";name="id""#.to_owned(), r#""date""#.to_owned()));
/// assert!("Date".parse::<Component>().is_err());
/// assert!(r#""x-checksum";tr"#.parse::<Component>().is_err());
/// # Ok::<(), bartizan_token::message::MessageConfigError>(())
/// ```
///
/// [RFC 9421, section 2]: https://www.rfc-editor.org/rfc/rfc9421#section-2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// In its canonical form.
    text: String,
}

impl Component {
    /// One that is known to be good.
    pub(super) fn known(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn part(&self) -> Option<Part<'_>> {
        Part::read(&mut Reader::new(self.text.as_bytes())?, &mut String::new()).ok()
    }
}

impl FromStr for Component {
    type Err = MessageConfigError;

    fn from_str(text: &str) -> Result<Self, MessageConfigError> {
        let quoted = if text.starts_with('"') { text.to_owned() } else { format!("\"{text}\"") };
        let mut canonical = String::new();
        let part = Reader::new(quoted.as_bytes()).and_then(|mut reader| {
            let part = Part::read(&mut reader, &mut canonical).ok()?;
            reader.is_at_end().then_some(part)
        });
        match part {
            Some(_) => Ok(Self { text: canonical }),
            None => Err(MessageConfigError::InvalidComponent),
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// A component as it is read. Two are one whatever the order of their parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'t> {
    pub(super) name: Name<'t>,
    pub(super) form: Form<'t>,
    /// Of the request, in a response.
    pub(super) of_request: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name<'t> {
    Method,
    TargetUri,
    Authority,
    Scheme,
    RequestTarget,
    Path,
    Query,
    /// Its encoded name.
    QueryParam(&'t str),
    Status,
    Field(&'t str),
}

/// How the value of a field is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'t> {
    /// Its lines, joined.
    Lines,
    /// As a structured field.
    Structured,
    /// A member of a structured field.
    Member(&'t str),
    /// Its lines in base64.
    Wrapped,
}

impl<'t> Part<'t> {
    /// Reads an identifier, and appends its canonical form to `out`.
    pub(super) fn read(reader: &mut Reader<'t>, out: &mut String) -> Result<Self, MessageRefused> {
        let name = reader.string().ok_or(MessageRefused::Malformed)?;
        Bare::Text(name).write(out);
        let (mut form, mut of_request, mut query_param) = (Form::Lines, false, None);
        let mut refused = MessageRefused::Malformed;
        let read = reader.parameters(|key, value| {
            write_parameter(key, value, out);
            let next = match (key, value) {
                ("req", Bare::Boolean(true)) => {
                    of_request = true;
                    return Some(());
                }
                ("name", Bare::Text(text)) if name == "@query-param" => {
                    query_param = Some(text);
                    return Some(());
                }
                ("sf", Bare::Boolean(true)) => Form::Structured,
                ("bs", Bare::Boolean(true)) => Form::Wrapped,
                ("key", Bare::Text(key)) if is_key(key) => Form::Member(key),
                _ => Form::Lines,
            };
            // At most one of them, of a field.
            if next == Form::Lines || form != Form::Lines || name.starts_with('@') {
                refused = MessageRefused::Unsupported;
                return None;
            }
            form = next;
            Some(())
        });
        read.ok_or(refused)?;
        Ok(Self { name: Name::of(name, query_param)?, form, of_request })
    }

    /// Returns whether the value covered is all of the field, as it is in this message.
    pub(super) fn is_field(&self, field: &str) -> bool {
        let whole = !matches!(self.form, Form::Member(_));
        self.name == Name::Field(field) && whole && !self.of_request
    }
}

impl<'t> Name<'t> {
    fn of(name: &'t str, query_param: Option<&'t str>) -> Result<Self, MessageRefused> {
        Ok(match name {
            "@method" => Self::Method,
            "@target-uri" => Self::TargetUri,
            "@authority" => Self::Authority,
            "@scheme" => Self::Scheme,
            "@request-target" => Self::RequestTarget,
            "@path" => Self::Path,
            "@query" => Self::Query,
            "@query-param" => Self::QueryParam(query_param.ok_or(MessageRefused::Malformed)?),
            "@status" => Self::Status,
            _ if name.starts_with('@') => return Err(MessageRefused::Unsupported),
            _ => {
                let fits = |byte: u8| is_token_byte(byte) && !byte.is_ascii_uppercase();
                if name.is_empty() || !name.bytes().all(fits) {
                    return Err(MessageRefused::Malformed);
                }
                Self::Field(name)
            }
        })
    }
}
