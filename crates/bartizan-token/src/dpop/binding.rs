//! The claim `cnf` of an access token: RFC 7800, and RFC 9449, section 6.1.

use core::fmt;
use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::thumbprint::Thumbprint;

/// To what a token is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    /// To this key, and to nothing else.
    Key(Thumbprint),
    /// To something that is not checked here, be it a certificate, or to a key and something else.
    Other,
}

impl<'de> Deserialize<'de> for Binding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Binding;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a confirmation")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Binding, A::Error> {
                let (mut key, mut others) = (None, false);
                while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                    if name == "jkt" {
                        let jkt = map.next_value::<String>()?;
                        key = Some(jkt.parse().map_err(serde::de::Error::custom)?);
                    } else {
                        others = true;
                        let _value = map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(key.filter(|_| !others).map_or(Binding::Other, Binding::Key))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
