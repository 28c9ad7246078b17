//! What every type has that is valid once it is parsed.

use core::error::Error;
use core::fmt::{self, Display};
use core::marker::PhantomData;
use core::str::FromStr;
use std::borrow::Cow;

use serde::de;

/// What the error of a type that is valid once parsed tells whoever typed the text.
///
/// Implement it for the errors of types of your own, and [`Fields`](crate::Fields) takes them too.
/// None of it may hold the refused text.
///
/// ```
/// use bartizan_validate::{Email, Refusal as _};
///
/// let refused = "alice".parse::<Email>().unwrap_err();
/// assert_eq!(refused.code(), "email_at");
/// assert_eq!(refused.message(), "an email address has exactly one @, as in name@example.com");
/// ```
pub trait Refusal: Error {
    /// Returns the code to translate by, the same in every later version.
    fn code(&self) -> &'static str;

    /// Returns what to change, in English.
    fn message(&self) -> Cow<'static, str>;

    /// Returns the numbers of the rule, such as `("max", 64)`. None, unless the type says so.
    fn arguments(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}

/// Reads a text by the rules of `T`.
pub(crate) struct TextVisitor<T> {
    expecting: &'static str,
    parsed: PhantomData<T>,
}

impl<T> TextVisitor<T> {
    pub(crate) const fn new(expecting: &'static str) -> Self {
        Self { expecting, parsed: PhantomData }
    }
}

impl<T> de::Visitor<'_> for TextVisitor<T>
where
    T: FromStr<Err: Display> + TryFrom<String, Error: Display>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<T, E> {
        T::try_from(text).map_err(E::custom)
    }
}

/// Everything that follows from `as_str`, and from `FromStr` and `TryFrom<String>`.
macro_rules! text_like {
    ([$($params:tt)*] $type:ty, $error:ty, $expecting:literal) => {
        impl<$($params)*> TryFrom<&str> for $type {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl<$($params)*> AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl<$($params)*> core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<$($params)*> serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de, $($params)*> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(crate::parsed::TextVisitor::<Self>::new($expecting))
            }
        }

        /// Nothing is left to check: it is valid since it was parsed.
        impl<$($params)*> validator::Validate for $type {
            fn validate(&self) -> Result<(), validator::ValidationErrors> {
                Ok(())
            }
        }
    };
}

/// Everything that follows from `FromStr` and `as_str`, and, unless the error is one of
/// `refusals!`, from its `code` and `Display`.
macro_rules! parsed {
    ($type:ident, $error:ident, $expecting:literal) => {
        crate::parsed::parsed!(refusals! $type, $error, $expecting);

        impl core::error::Error for $error {}

        impl crate::Refusal for $error {
            fn code(&self) -> &'static str {
                Self::code(*self)
            }

            fn message(&self) -> std::borrow::Cow<'static, str> {
                self.to_string().into()
            }
        }

        /// For rules of one's own about text that stays text: `#[validate(custom(…))]`.
        impl From<$error> for validator::ValidationError {
            fn from(error: $error) -> Self {
                Self::new(error.code()).with_message(error.to_string().into())
            }
        }
    };
    (refusals! $type:ident, $error:ident, $expecting:literal) => {
        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(parsed: $type) -> Self {
                parsed.0.into()
            }
        }

        crate::parsed::text_like!([] $type, $error, $expecting);
    };
}

/// Everything that follows from `canonical(&str) -> Result<Cow<str>, _>`, which borrows where the
/// text is already in its one form: then an owned text is kept, not copied.
macro_rules! canonical {
    ([$($params:tt)*] $type:ty, $error:ty, $expecting:literal) => {
        impl<$($params)*> $type {
            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<$($params)*> core::str::FromStr for $type {
            type Err = $error;

            /// Parses a text. The limits on length hold before anything else is done.
            ///
            /// # Errors
            ///
            /// The variants name the rule that `text` breaks.
            fn from_str(text: &str) -> Result<Self, $error> {
                Self::canonical(text).map(|text| Self(text.into_owned()))
            }
        }

        impl<$($params)*> TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                let canonical = match Self::canonical(&text)? {
                    std::borrow::Cow::Borrowed(same) if same.len() == text.len() => None,
                    other => Some(other.into_owned()),
                };
                Ok(Self(canonical.unwrap_or(text)))
            }
        }

        impl<$($params)*> From<$type> for String {
            fn from(parsed: $type) -> Self {
                parsed.0
            }
        }

        crate::parsed::text_like!([$($params)*] $type, $error, $expecting);
    };
}

/// An error of one sentence for each variant.
macro_rules! refusals {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident: $code:literal, $message:literal;)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $message,)+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.text())
            }
        }

        impl core::error::Error for $name {}

        impl crate::Refusal for $name {
            fn code(&self) -> &'static str {
                Self::code(*self)
            }

            fn message(&self) -> std::borrow::Cow<'static, str> {
                self.text().into()
            }
        }

        /// For rules of one's own about text that stays text: `#[validate(custom(…))]`.
        impl From<$name> for validator::ValidationError {
            fn from(error: $name) -> Self {
                Self::new(error.code()).with_message(error.text().into())
            }
        }
    };
}

pub(crate) use {canonical, parsed, refusals, text_like};
