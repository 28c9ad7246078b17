//! What every type has that is valid once it is parsed.

/// Everything that follows from `FromStr` and `as_str`, and what the error has.
macro_rules! parsed {
    ($type:ident, $error:ident, $expecting:literal) => {
        $crate::parsed::parsed_type!($type, $error, $expecting);

        impl Error for $error {}

        /// For rules of one's own about text that stays text: `#[validate(custom(…))]`.
        impl From<$error> for ValidationError {
            fn from(error: $error) -> Self {
                Self::new(error.code()).with_message(error.to_string().into())
            }
        }
    };
}

/// The same for a type that shares its error with another one.
macro_rules! parsed_type {
    ($type:ident, $error:ident, $expecting:literal) => {
        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl TryFrom<&str> for $type {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<$type> for String {
            fn from(parsed: $type) -> Self {
                parsed.0.into()
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl de::Visitor<'_> for Visitor {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }

        /// Nothing is left to check: it is valid since it was parsed.
        impl Validate for $type {
            fn validate(&self) -> Result<(), ValidationErrors> {
                Ok(())
            }
        }
    };
}

pub(crate) use {parsed, parsed_type};
