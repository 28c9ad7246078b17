//! Parsing a form field by field, with all that is wrong in one answer.

use std::borrow::Cow;

use crate::field_error::{FieldError, child};
use crate::{Invalid, Refusal};

/// Reads the fields of a form, one after the other, and collects what is refused of them.
///
/// A type that is valid once parsed stops at its first error when it is deserialized. To tell a
/// user all that is wrong at once, deserialize text first and parse it with this:
///
/// ```
/// use bartizan_validate::{Email, Fields, Invalid, Username};
///
/// # #[derive(Debug)]
/// struct Signup {
///     email: Email,
///     username: Username,
/// }
///
/// struct SignupText {
///     email: String,
///     username: Option<String>,
/// }
///
/// impl TryFrom<SignupText> for Signup {
///     type Error = Invalid;
///
///     fn try_from(text: SignupText) -> Result<Self, Invalid> {
///         let mut fields = Fields::new();
///         let email = fields.parse("email", text.email);
///         let username = fields.required("username", text.username);
///         fields.finish(|| Some(Self { email: email?, username: username? }))
///     }
/// }
///
/// let text = SignupText { email: "alice".into(), username: None };
/// let invalid = Signup::try_from(text).unwrap_err();
/// assert_eq!(invalid.errors()[0].code(), "email_at");
/// assert_eq!(invalid.errors()[1].to_string(), "/username: is required");
/// ```
#[derive(Debug)]
#[must_use = "what is collected is lost unless `finish` is called"]
pub struct Fields {
    invalid: Invalid,
}

impl Fields {
    /// Collects up to [`Invalid::DEFAULT_MAX_ERRORS`].
    pub const fn new() -> Self {
        Self::with_max_errors(Invalid::DEFAULT_MAX_ERRORS)
    }

    /// Collects up to `max`, and counts what is beyond.
    pub const fn with_max_errors(max: usize) -> Self {
        Self { invalid: Invalid::none(max) }
    }

    /// Parses a field. `None` says that it was refused, and [`finish`](Self::finish) will say so.
    pub fn parse<T, S>(&mut self, name: &str, text: S) -> Option<T>
    where
        T: TryFrom<S, Error: Refusal>,
    {
        match T::try_from(text) {
            Ok(parsed) => Some(parsed),
            Err(refusal) => {
                self.invalid.push(|| FieldError::of_refusal(child("", name), &refusal));
                None
            }
        }
    }

    /// Parses a field that may be left out, which gives `Some(None)` then. The outer `None` says that it was refused.
    #[expect(clippy::option_option, reason = "refused, left out, or there: `finish` takes one `?`")]
    pub fn optional<T, S>(&mut self, name: &str, text: Option<S>) -> Option<Option<T>>
    where
        T: TryFrom<S, Error: Refusal>,
    {
        match text {
            None => Some(None),
            Some(text) => self.parse(name, text).map(Some),
        }
    }

    /// Parses a field that must be there.
    pub fn required<T, S>(&mut self, name: &str, text: Option<S>) -> Option<T>
    where
        T: TryFrom<S, Error: Refusal>,
    {
        if text.is_none() {
            self.refuse(&[name], "required", "is required");
        }
        self.parse(name, text?)
    }

    /// Takes what was parsed or checked as a form of its own, and places its errors below `name`.
    pub fn nested<T>(&mut self, name: &str, form: Result<T, Invalid>) -> Option<T> {
        form.map_err(|invalid| self.invalid.extend(&child("", name), invalid)).ok()
    }

    /// Takes a list of such forms: the errors of the first are placed below `/name/0`.
    pub fn list<T>(
        &mut self,
        name: &str,
        forms: impl IntoIterator<Item = Result<T, Invalid>>,
    ) -> Option<Vec<T>> {
        let parent = child("", name);
        let mut list = Some(Vec::new());
        for (index, form) in forms.into_iter().enumerate() {
            match form {
                Ok(form) => {
                    if let Some(list) = &mut list {
                        list.push(form);
                    }
                }
                Err(invalid) => {
                    self.invalid.extend(&child(&parent, &index.to_string()), invalid);
                    list = None;
                }
            }
        }
        list
    }

    /// Refuses fields for a reason that the program found itself: one that is taken, or several
    /// that do not fit together. The first is where the error is placed, the others are
    /// [related](FieldError::related). The message must not quote input.
    ///
    /// ```
    /// use bartizan_validate::Fields;
    ///
    /// let mut fields = Fields::new();
    /// fields.refuse(&["end", "start"], "period_order", "must not be before the start");
    /// let invalid = fields.finish(|| Some(())).unwrap_err();
    /// assert_eq!(invalid.errors()[0].related().next(), Some("/start"));
    /// ```
    pub fn refuse(
        &mut self,
        names: &[&str],
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.invalid.push(|| FieldError::across("", names, code, message));
    }

    /// Builds the form if nothing was refused.
    ///
    /// `build` is asked only then, so in it every field is there. If it returns `None` all the
    /// same, the whole is refused with the code `incomplete`.
    ///
    /// # Errors
    ///
    /// [`Invalid`], with all that was refused.
    pub fn finish<T>(mut self, build: impl FnOnce() -> Option<T>) -> Result<T, Invalid> {
        if self.invalid.is_empty() {
            if let Some(form) = build() {
                return Ok(form);
            }
            self.refuse(&[], "incomplete", "is not complete");
        }
        Err(self.invalid.sorted())
    }
}

impl Default for Fields {
    fn default() -> Self {
        Self::new()
    }
}
