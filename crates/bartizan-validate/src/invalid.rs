//! What was wrong with the input, for whoever sent it.

use core::error::Error;
use core::fmt;
use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use validator::{ValidationErrors, ValidationErrorsKind};

use crate::field_error::{FieldError, child};

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
///     r##"{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"one field is not valid","errors":[{"pointer":"#/password","code":"length","detail":"must be 8 to 64 long","arguments":{"max":64,"min":8}}]}"##,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    errors: Vec<FieldError>,
    omitted: usize,
    max: usize,
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
        let mut invalid = Self::none(Self::DEFAULT_MAX_ERRORS);
        invalid.push(|| FieldError::new(child("", name), code.to_owned(), message.into()));
        invalid
    }

    /// Refuses what is at `pointer`.
    pub(crate) fn at_pointer(pointer: String, code: &str, message: String) -> Self {
        let mut invalid = Self::none(Self::DEFAULT_MAX_ERRORS);
        invalid.push(|| FieldError::new(pointer, code.to_owned(), message));
        invalid
    }

    /// Adds what else was refused, up to [`DEFAULT_MAX_ERRORS`](Self::DEFAULT_MAX_ERRORS) or the
    /// number that was asked for.
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
        self.omitted = self.omitted.saturating_add(other.omitted);
        self.errors.extend(other.errors);
        let mut all = self.sorted();
        let beyond = all.errors.len().saturating_sub(all.max);
        all.errors.truncate(all.max);
        all.omitted = all.omitted.saturating_add(beyond);
        all
    }

    /// Puts texts of another language in place of the English ones, by code.
    ///
    /// Where `texts` returns `None` the English stays. A text can have the numbers of the rule: see
    /// [`FieldError::arguments`].
    ///
    /// ```
    /// use bartizan_validate::{BoundedString, Fields, Invalid};
    ///
    /// let mut fields = Fields::new();
    /// let name: Option<BoundedString<1, 64>> = fields.parse("name", "");
    /// let invalid = fields.finish(|| name).unwrap_err();
    ///
    /// let german = invalid.translate(|error| match error.code() {
    ///     "text_too_short" => {
    ///         let (_, min) = error.arguments().find(|(name, _)| *name == "min")?;
    ///         Some(format!("mindestens {min} Zeichen"))
    ///     }
    ///     _ => None,
    /// });
    /// assert_eq!(german.errors()[0].message(), "mindestens 1 Zeichen");
    /// ```
    #[must_use]
    pub fn translate(mut self, texts: impl Fn(&FieldError) -> Option<String>) -> Self {
        for error in &mut self.errors {
            if let Some(text) = texts(error) {
                error.set_message(text);
            }
        }
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
    /// Each error carries its place as the fragment of a JSON pointer (`related` are those of the
    /// other fields of a rule about several), a stable `code` to translate by, an English `detail`,
    /// and the rule's numbers as `arguments`. To write it with serde, it is `Serialize`, too.
    ///
    /// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
    #[must_use]
    pub fn to_problem_json(&self) -> String {
        let mut json =
            Vec::with_capacity(self.errors.len().saturating_mul(128).saturating_add(160));
        // Neither a vector nor any part of this fails to be written.
        let _ = serde_json::to_writer(&mut json, self);
        String::from_utf8(json).unwrap_or_default()
    }

    pub(crate) const fn none(max: usize) -> Self {
        Self { errors: Vec::new(), omitted: 0, max }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.errors.is_empty() && self.omitted == 0
    }

    pub(crate) fn push(&mut self, error: impl FnOnce() -> FieldError) {
        if self.errors.len() < self.max {
            self.errors.push(error());
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }

    /// Adds what another form refused, below `parent`.
    pub(crate) fn extend(&mut self, parent: &str, other: Self) {
        for mut error in other.errors {
            self.push(|| {
                error.nest(parent);
                error
            });
        }
        self.omitted = self.omitted.saturating_add(other.omitted);
    }

    pub(crate) fn sorted(mut self) -> Self {
        self.errors.sort_by(|one, other| one.pointer().cmp(other.pointer()));
        self
    }

    pub(crate) fn collect(errors: ValidationErrors, max: usize) -> Self {
        let mut collected = Self::none(max);
        collected.add_struct("", errors);
        collected
    }

    fn add_struct(&mut self, pointer: &str, errors: ValidationErrors) {
        let mut fields: Vec<_> = errors.into_errors().into_iter().collect();
        fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (name, kind) in fields {
            // Under this name a collection reports that is validated by itself, under the other a
            // rule about the struct as a whole: neither is a field.
            let pointer = match name.as_ref() {
                "_tmp_validator" | "__all__" => Cow::Borrowed(pointer),
                name => child(pointer, name.strip_prefix("r#").unwrap_or(name)).into(),
            };
            match kind {
                ValidationErrorsKind::Struct(errors) => self.add_struct(&pointer, *errors),
                ValidationErrorsKind::List(items) => {
                    for (index, errors) in items {
                        self.add_struct(&child(&pointer, &index.to_string()), *errors);
                    }
                }
                ValidationErrorsKind::Field(errors) => {
                    for error in errors {
                        self.push(|| FieldError::of_rule(&pointer, error));
                    }
                }
            }
        }
    }
}

/// For the errors of a check that needs arguments, `validator::ValidateArgs`.
impl From<ValidationErrors> for Invalid {
    fn from(errors: ValidationErrors) -> Self {
        Self::collect(errors, Self::DEFAULT_MAX_ERRORS)
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut previous = None;
        let fields = self.errors.iter().filter(|error| {
            let is_new = previous != Some(error.pointer());
            previous = Some(error.pointer());
            is_new
        });
        match (fields.count(), self.omitted) {
            (1, 0) => f.write_str("one field is not valid"),
            (fields, 0) => write!(f, "{fields} fields are not valid"),
            (fields, _) => write!(f, "more than {fields} fields are not valid"),
        }
    }
}

impl Error for Invalid {}

/// As problem+json, see [`to_problem_json`](Self::to_problem_json).
impl Serialize for Invalid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "about:blank")?;
        map.serialize_entry("title", "Unprocessable Content")?;
        map.serialize_entry("status", &422)?;
        map.serialize_entry("detail", &self.to_string())?;
        map.serialize_entry("errors", &self.errors)?;
        if self.omitted > 0 {
            map.serialize_entry("omitted", &self.omitted)?;
        }
        map.end()
    }
}
