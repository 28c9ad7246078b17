//! The proof that a value was checked.

use validator::Validate;

use crate::{Fields, Invalid};

/// A value that passed its rules. There is no other way to get one than to pass them.
///
/// A function that takes a `Valid<Signup>` cannot be called with a form that nobody checked:
///
/// ```
/// use bartizan_validate::{Email, Valid, Validate};
///
/// #[derive(Debug, Validate)]
/// #[validate(crate = "bartizan_validate::validator")]
/// struct Signup {
///     email: Email,
///     #[validate(length(min = 1, max = 64))]
///     display_name: String,
/// }
///
/// fn register(signup: Valid<Signup>) -> String {
///     format!("welcome, {}", signup.get().display_name)
/// }
///
/// let email: Email = "alice@example.com".parse()?;
/// let signup = Signup { email: email.clone(), display_name: "Alice".into() };
/// assert_eq!(register(Valid::new(signup)?), "welcome, Alice");
///
/// let nameless = Signup { email, display_name: String::new() };
/// assert_eq!(Valid::new(nameless).unwrap_err().errors()[0].pointer(), "/display_name");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nothing but a check makes one:
///
/// ```compile_fail,E0423
/// # // asvs: V2.2.2
/// # use bartizan_validate::{Valid, Validate};
/// # #[derive(Validate)]
/// # #[validate(crate = "bartizan_validate::validator")]
/// # struct Form { #[validate(length(min = 1))] name: String }
/// let unchecked = Valid(Form { name: String::new() });
/// ```
///
/// ```compile_fail,E0451
/// # use bartizan_validate::{Valid, Validate};
/// # #[derive(Validate)]
/// # #[validate(crate = "bartizan_validate::validator")]
/// # struct Form { #[validate(length(min = 1))] name: String }
/// let unchecked = Valid { 0: Form { name: String::new() } };
/// ```
///
/// ```compile_fail,E0277
/// # use bartizan_validate::Valid;
/// # #[derive(Default)]
/// # struct Form { name: String }
/// let unchecked: Valid<Form> = Form::default().into();
/// ```
///
/// A type without rules has nothing to pass:
///
/// ```compile_fail,E0277
/// # use bartizan_validate::Valid;
/// # struct Form { name: String }
/// let unchecked = Valid::new(Form { name: String::new() });
/// ```
///
/// And nothing changes the value afterwards:
///
/// ```compile_fail,E0594
/// # use bartizan_validate::{Valid, Validate};
/// # #[derive(Validate)]
/// # #[validate(crate = "bartizan_validate::validator")]
/// # struct Form { #[validate(length(min = 1))] name: String }
/// # let mut valid = Valid::new(Form { name: "x".into() }).unwrap();
/// valid.get().name = String::new();
/// ```
///
/// ```compile_fail,E0616
/// # use bartizan_validate::{Valid, Validate};
/// # #[derive(Validate)]
/// # #[validate(crate = "bartizan_validate::validator")]
/// # struct Form { #[validate(length(min = 1))] name: String }
/// # let mut valid = Valid::new(Form { name: "x".into() }).unwrap();
/// valid.0 = Form { name: String::new() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valid<T>(T);

impl<T: Validate> Valid<T> {
    /// Checks `value` by its rules.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with up to [`Invalid::DEFAULT_MAX_ERRORS`] of the rules that it breaks.
    pub fn new(value: T) -> Result<Self, Invalid> {
        Self::with_max_errors(value, Invalid::DEFAULT_MAX_ERRORS)
    }

    /// Checks `value` by its rules, and reports at most `max` of those that it breaks.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with up to `max` of the rules that it breaks.
    pub fn with_max_errors(value: T, max: usize) -> Result<Self, Invalid> {
        match value.validate() {
            Ok(()) => Ok(Self(value)),
            Err(errors) => Err(Invalid::collect(errors, max)),
        }
    }
}

impl<T> Valid<T> {
    /// Lends the value.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// Checks further rules, once those of the type are passed.
    ///
    /// # Errors
    ///
    /// [`Invalid`], if `check` refuses fields.
    pub fn check(self, check: impl FnOnce(&T, &mut Fields)) -> Result<Self, Invalid> {
        let mut fields = Fields::new();
        check(&self.0, &mut fields);
        fields.finish(|| Some(self))
    }

    /// Checks rules that need to ask somebody, such as whether a name is taken, once those of the
    /// type are passed: nobody is asked about what is wrong by itself.
    ///
    /// `check` refuses fields, or fails: with an error of the machine's, which is no fault of the
    /// client and goes another way. If it fails, what it refused before is dropped.
    ///
    /// ```
    /// use bartizan_validate::{Fields, Invalid, Username, Valid, Validate};
    ///
    /// #[derive(Debug, Validate)]
    /// #[validate(crate = "bartizan_validate::validator")]
    /// struct Signup {
    ///     username: Username,
    /// }
    ///
    /// # #[derive(Debug)]
    /// enum AppError {
    ///     Invalid(Invalid),
    ///     Database,
    /// }
    ///
    /// impl From<Invalid> for AppError {
    ///     fn from(invalid: Invalid) -> Self {
    ///         Self::Invalid(invalid)
    ///     }
    /// }
    ///
    /// async fn is_taken(username: &Username) -> Result<bool, AppError> {
    ///     Ok(username.as_str() == "alice")
    /// }
    ///
    /// async fn unused(signup: Valid<Signup>) -> Result<Valid<Signup>, AppError> {
    ///     let check = async |signup: &Signup, fields: &mut Fields| {
    ///         if is_taken(&signup.username).await? {
    ///             fields.refuse(&["username"], "username_taken", "is taken");
    ///         }
    ///         Ok(())
    ///     };
    ///     signup.check_async(check).await
    /// }
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// let signup = Valid::new(Signup { username: "alice".parse().unwrap() }).unwrap();
    /// assert!(matches!(unused(signup).await, Err(AppError::Invalid(_))));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] as an `E`, if `check` refuses fields; otherwise what `check` fails with.
    pub async fn check_async<E: From<Invalid>>(
        self,
        check: impl AsyncFnOnce(&T, &mut Fields) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut fields = Fields::new();
        check(&self.0, &mut fields).await?;
        Ok(fields.finish(|| Some(self))?)
    }

    /// Returns the value, which nothing then tells to be valid.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> AsRef<T> for Valid<T> {
    fn as_ref(&self) -> &T {
        self.get()
    }
}
