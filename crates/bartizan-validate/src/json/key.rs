use std::borrow::Cow;

use serde::de::{Deserializer, IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;

use super::{JsonFault, JsonRefused};

/// How a type asks for the name of a member: that tells what it does with those it does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// As one of its fields.
    Field,
    /// As whatever it is: it goes into a buffer of `serde`.
    Anything,
    /// As the key of a map.
    MapKey,
}

/// The name of a member, also where a number is wanted, as maps have them.
pub(super) struct Key<'k, 'de> {
    pub(super) name: Cow<'de, str>,
    pub(super) asked: &'k mut Asked,
}

pub(super) fn visit_text<'de, V: Visitor<'de>>(
    text: Cow<'de, str>,
    visitor: V,
) -> Result<V::Value, JsonRefused> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

/// Only the one way to write a number is taken, so that a key has one spelling.
fn canonical<T: core::str::FromStr + ToString>(text: &str) -> Result<T, JsonRefused> {
    let number = text.parse::<T>().ok().filter(|number| number.to_string() == text);
    number.ok_or_else(|| JsonRefused::somewhere(JsonFault::Type))
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)*) => { $(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
            visitor.$visit(canonical(&self.name)?)
        }
    )* };
}

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = JsonRefused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        *self.asked = Asked::Anything;
        visit_text(self.name, visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        visit_text(self.name, visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        visit_text(self.name, visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        *self.asked = Asked::Field;
        visit_text(self.name, visitor)
    }

    numbers! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64 deserialize_i128 visit_i128 deserialize_u8 visit_u8
        deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_u128 visit_u128
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        visitor.visit_bool(canonical(&self.name)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonRefused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonRefused> {
        match self.name {
            Cow::Borrowed(name) => visitor.visit_enum(name.into_deserializer()),
            Cow::Owned(name) => visitor.visit_enum(name.into_deserializer()),
        }
    }

    forward_to_deserialize_any! {
        f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}
