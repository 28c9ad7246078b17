//! What was wrong with the input, for whoever sent it.

use core::error::Error;
use core::fmt::{self, Write as _};

use serde_json::{Map, Value, json};
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::message;

/// Why a value was refused: which rules it breaks, and where. The client is at fault: answer 422.
///
/// It never holds a value that was refused, so a mistyped password reaches no log: of what
/// `validator` reports it keeps the place, the code, the numbers of the rule and, if the rule has
/// one, its own message. It is sorted by place, so equal input gives equal output.
///
/// ```
/// use bartizan_validate::{Valid, Validate};
///
/// #[derive(Validate)]
/// #[validate(crate = "bartizan_validate::validator")]
/// struct Login {
///     #[validate(length(min = 8, max = 64))]
///     password: String,
/// }
///
/// let invalid = Valid::new(Login { password: "hunter2".into() }).map(drop).unwrap_err();
/// assert_eq!(invalid.to_string(), "one field is not valid");
/// assert_eq!(invalid.errors()[0].to_string(), "/password: must be 8 to 64 long");
/// assert_eq!(
///     invalid.to_problem_json(),
///     r##"{"detail":"one field is not valid","errors":[{"arguments":{"max":64,"min":8},"code":"length","detail":"must be 8 to 64 long","pointer":"#/password"}],"status":422,"title":"Unprocessable Content","type":"about:blank"}"##,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    errors: Vec<FieldError>,
    omitted: usize,
}

impl Invalid {
    /// How many errors are collected, unless another number is asked for.
    pub const DEFAULT_MAX_ERRORS: usize = 32;

    /// Refuses one field for a reason that the program found itself, such as a name that is taken.
    ///
    /// ```
    /// use bartizan_validate::{Email, Invalid};
    ///
    /// let refused = "alice".parse::<Email>().unwrap_err();
    /// let invalid = Invalid::field("email", refused.code(), refused.to_string());
    /// assert_eq!(invalid.errors()[0].code(), "email_at");
    /// ```
    #[must_use]
    pub fn field(name: &str, code: &str, message: impl Into<String>) -> Self {
        let error = FieldError {
            pointer: child("", name),
            code: code.to_owned(),
            message: message.into(),
            arguments: Map::new(),
        };
        Self { errors: vec![error], omitted: 0 }
    }

    /// Refuses what is at `pointer`.
    pub(crate) fn at_pointer(pointer: String, code: &str, message: String) -> Self {
        let error = FieldError { pointer, code: code.to_owned(), message, arguments: Map::new() };
        Self { errors: vec![error], omitted: 0 }
    }

    /// Adds what else was refused, up to [`DEFAULT_MAX_ERRORS`](Self::DEFAULT_MAX_ERRORS).
    ///
    /// ```
    /// use bartizan_validate::Invalid;
    ///
    /// let invalid = Invalid::field("name", "taken", "is taken")
    ///     .and(Invalid::field("email", "taken", "is taken"));
    /// assert_eq!(invalid.errors()[0].pointer(), "/email");
    /// ```
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.errors.extend(other.errors);
        self.errors.sort_by(|one, other| one.pointer.cmp(&other.pointer));
        let beyond = self.errors.len().saturating_sub(Self::DEFAULT_MAX_ERRORS);
        self.errors.truncate(Self::DEFAULT_MAX_ERRORS);
        self.omitted = self.omitted.saturating_add(other.omitted).saturating_add(beyond);
        self
    }

    /// Returns the errors, sorted by place.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Returns how many errors there were beyond those that were collected.
    #[must_use]
    pub const fn omitted(&self) -> usize {
        self.omitted
    }

    /// Returns the body of a response of type `application/problem+json`: [RFC 9457].
    ///
    /// Each error carries its place as the fragment of a JSON pointer, a stable `code` to
    /// translate by, an English `detail`, and the rule's numbers as `arguments`.
    ///
    /// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
    #[must_use]
    pub fn to_problem_json(&self) -> String {
        let mut problem = json!({
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": self.to_string(),
            "errors": self.errors.iter().map(FieldError::to_json).collect::<Vec<_>>(),
        });
        if self.omitted > 0
            && let Value::Object(problem) = &mut problem
        {
            let _ = problem.insert("omitted".to_owned(), self.omitted.into());
        }
        problem.to_string()
    }

    pub(crate) fn collect(errors: &ValidationErrors, max: usize) -> Self {
        let mut collected = Self { errors: Vec::new(), omitted: 0 };
        collected.add_struct("", errors, max);
        collected
    }

    fn add_struct(&mut self, pointer: &str, errors: &ValidationErrors, max: usize) {
        let mut fields: Vec<_> = errors.errors().iter().collect();
        fields.sort_unstable_by_key(|(name, _)| *name);
        for (name, kind) in fields {
            // Under this name a collection reports that is validated by itself, under the other a
            // rule about the struct as a whole: neither is a field.
            let pointer = match name.as_ref() {
                "_tmp_validator" | "__all__" => pointer.to_owned(),
                name => child(pointer, name.strip_prefix("r#").unwrap_or(name)),
            };
            match kind {
                ValidationErrorsKind::Struct(errors) => self.add_struct(&pointer, errors, max),
                ValidationErrorsKind::List(items) => {
                    for (index, errors) in items {
                        self.add_struct(&child(&pointer, &index.to_string()), errors, max);
                    }
                }
                ValidationErrorsKind::Field(errors) => self.add_field(&pointer, errors, max),
            }
        }
    }

    fn add_field(&mut self, pointer: &str, errors: &[ValidationError], max: usize) {
        for error in errors {
            if self.errors.len() < max {
                self.errors.push(FieldError::new(pointer, error));
            } else {
                self.omitted = self.omitted.saturating_add(1);
            }
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pointers: Vec<_> = self.errors.iter().map(FieldError::pointer).collect();
        pointers.dedup();
        match (pointers.len(), self.omitted) {
            (1, 0) => f.write_str("one field is not valid"),
            (fields, 0) => write!(f, "{fields} fields are not valid"),
            (fields, _) => write!(f, "more than {fields} fields are not valid"),
        }
    }
}

impl Error for Invalid {}

/// One rule that the input breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pointer: String,
    code: String,
    message: String,
    arguments: Map<String, Value>,
}

impl FieldError {
    fn new(pointer: &str, error: &ValidationError) -> Self {
        let arguments = arguments(error);
        let message = match &error.message {
            Some(message) => message.clone().into_owned(),
            None => message::english(&error.code, &arguments),
        };
        Self {
            pointer: pointer.to_owned(),
            code: error.code.clone().into_owned(),
            message,
            arguments,
        }
    }

    /// Returns where the field is, as a JSON pointer ([RFC 6901]): `/addresses/0/city`, or an
    /// empty string when it is about the whole. Fields have the names of the Rust struct.
    ///
    /// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
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

    fn to_json(&self) -> Value {
        let mut json = json!({
            "pointer": fragment(&self.pointer),
            "code": self.code,
            "detail": self.message,
        });
        if !self.arguments.is_empty()
            && let Value::Object(json) = &mut json
        {
            let _ = json.insert("arguments".to_owned(), Value::Object(self.arguments.clone()));
        }
        json
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}

/// The numbers of the rule. Everything else may be input: `value` is the refused value, `other`
/// the one that it should have matched.
fn arguments(error: &ValidationError) -> Map<String, Value> {
    let of_the_rule = |name: &&str| error.params.get(*name).filter(|value| value.is_number());
    message::ARGUMENTS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), of_the_rule(name)?.clone())))
        .collect()
}

/// The pointer to a child: RFC 6901, section 3.
fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The pointer as a URI fragment: RFC 6901, section 6.
fn fragment(pointer: &str) -> String {
    let mut fragment = String::from("#");
    for byte in pointer.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                fragment.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => _ = write!(fragment, "%{byte:02X}"),
        }
    }
    fragment
}
