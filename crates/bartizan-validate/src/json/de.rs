//! The doors to `serde`.

use std::borrow::Cow;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;

use super::key::visit_text;
use super::number::Number;
use super::scanner::Scanner;
use super::{JsonFault, JsonRefused};

fn visit_number<'de, V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value, JsonRefused> {
    match number {
        Number::Whole(number) => visitor.visit_u64(number),
        Number::Negative(number) => visitor.visit_i64(number),
        Number::Fraction(number) => visitor.visit_f64(number),
    }
}

impl Scanner<'_> {
    fn is_at_number(&self) -> bool {
        matches!(self.peek(), Some(b'-' | b'0'..=b'9'))
    }
}

macro_rules! whole_numbers {
    ($($deserialize:ident)*) => { $(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
            if self.is_at_number() {
                return visit_number(self.number()?, visitor);
            }
            self.deserialize_any(visitor)
        }
    )* };
}

macro_rules! wide_numbers {
    ($($deserialize:ident $visit:ident)*) => { $(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
            if !self.is_at_number() {
                return self.deserialize_any(visitor);
            }
            match self.wide()? {
                Some(number) => visitor.$visit(number),
                None => Err(JsonRefused::somewhere(JsonFault::Type)),
            }
        }
    )* };
}

impl<'de> Deserializer<'de> for &mut Scanner<'de> {
    type Error = JsonRefused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        match self.peek() {
            Some(b'{') => self.object(|object| visitor.visit_map(object)),
            Some(b'[') => self.array(|array| visitor.visit_seq(array)),
            Some(b'"') => visit_text(self.string()?, visitor),
            Some(b'-' | b'0'..=b'9') => visit_number(self.number()?, visitor),
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            _ => self.word("null").and_then(|()| visitor.visit_unit()),
        }
    }

    // What types ask for most, without a look at all that it may be.
    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        if self.peek() == Some(b'"') {
            return visit_text(self.string()?, visitor);
        }
        self.deserialize_any(visitor)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        self.deserialize_str(visitor)
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    wide_numbers! {
        deserialize_i128 visit_i128 deserialize_u128 visit_u128
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        if self.is_at_number() {
            return visit_number(self.number_for_double()?, visitor);
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        if self.is_at_number() {
            return visitor.visit_f32(self.single()?);
        }
        self.deserialize_any(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        if self.peek() == Some(b'n') {
            return self.word("null").and_then(|()| visitor.visit_none());
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonRefused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonRefused> {
        if self.peek() != Some(b'{') {
            return self.deserialize_any(visitor);
        }
        self.object(|object| {
            object.may_flatten = true;
            visitor.visit_map(object)
        })
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonRefused> {
        match self.peek() {
            Some(b'{') => self.object(|object| visitor.visit_map(object)),
            // Structs would take it, without names.
            Some(b'[') => Err(self.fault(JsonFault::Type)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonRefused> {
        match self.peek() {
            Some(b'{') => {
                self.object(|object| visitor.visit_enum(MapAccessDeserializer::new(object)))
            }
            Some(b'"') => match self.string()? {
                Cow::Borrowed(name) => visitor.visit_enum(name.into_deserializer()),
                Cow::Owned(name) => visitor.visit_enum(name.into_deserializer()),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    /// What a type does not know, it passes over. Here it may not.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, JsonRefused> {
        Err(JsonRefused::somewhere(JsonFault::UnknownField))
    }

    forward_to_deserialize_any! {
        bool char bytes byte_buf unit unit_struct seq tuple tuple_struct identifier
    }
}
