//! The doors to `serde`.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, StringDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as _, forward_to_deserialize_any};

use super::{InvalidJson, MAX_MEMBERS, Number, Scanner, Text};

impl de::Error for InvalidJson {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Scanner<'de> {
    /// Reads an object, whose members are read by `read`, to the last.
    pub(super) fn object<T>(
        &mut self,
        read: impl FnOnce(&mut Object<'_, 'de>) -> Result<T, InvalidJson>,
    ) -> Result<T, InvalidJson> {
        if self.peek() != Some(b'{') {
            return Err(InvalidJson);
        }
        self.nested(|scanner| {
            let outer_names = scanner.names.len();
            let mut object = Object { scanner, outer_names, members: 0, seen: 0, ended: false };
            let value = read(&mut object)?;
            object.end()?;
            scanner.names.truncate(outer_names);
            Ok(value)
        })
    }
}

/// The inside of an object.
pub(crate) struct Object<'s, 'de> {
    scanner: &'s mut Scanner<'de>,
    /// So many names belong to the objects around this one.
    outer_names: usize,
    /// How many members were read so far.
    members: usize,
    /// A bit for every kind of name read so far: where it is not set, the name is new.
    seen: u64,
    ended: bool,
}

impl<'de> Object<'_, 'de> {
    /// Reads the name of the next member and the colon, if there is one.
    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    pub(crate) fn next_name(&mut self) -> Result<Option<Text<'de>>, InvalidJson> {
        if self.ended {
            return Ok(None);
        }
        let name = if let Some(name) = self.usual_name() {
            Text::without_escapes(name)
        } else if let Some(name) = self.any_name()? {
            name
        } else {
            return Ok(None);
        };
        if self.members >= MAX_MEMBERS || self.is_known(name) {
            return Err(InvalidJson);
        }
        self.members = self.members.wrapping_add(1);
        self.scanner.names.push(name);
        self.scanner.skip_space();
        Ok(Some(name))
    }

    /// Reads `count` members in a way of the caller's, who sees to it that none of their names comes
    /// again. Where that gives nothing, none was read.
    pub(crate) fn try_members<T>(
        &mut self,
        count: usize,
        read: impl FnOnce(&mut Scanner<'de>) -> Option<T>,
    ) -> Option<T> {
        let before = self.scanner.at;
        let read = read(self.scanner);
        match read {
            Some(_) => self.members = self.members.saturating_add(count),
            None => self.scanner.at = before,
        }
        read
    }

    /// Reads the next name as it is written without space and escapes, and the colon. Anything else
    /// is left to the other way.
    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    fn usual_name(&mut self) -> Option<&'de str> {
        let before = self.scanner.at;
        if self.members > 0 && !self.scanner.eat(b',') {
            return None;
        }
        let name = self.scanner.plain_string();
        if name.is_none() || !self.scanner.eat(b':') {
            self.scanner.at = before;
            return None;
        }
        name
    }

    #[inline(never)]
    fn any_name(&mut self) -> Result<Option<Text<'de>>, InvalidJson> {
        self.scanner.skip_space();
        if self.scanner.eat(b'}') {
            self.ended = true;
            return Ok(None);
        }
        if self.members > 0 {
            self.scanner.expect(b',')?;
            self.scanner.skip_space();
        }
        let name = self.scanner.string()?;
        self.scanner.skip_space();
        self.scanner.expect(b':')?;
        Ok(Some(name))
    }

    /// What follows the name.
    pub(crate) const fn value(&mut self) -> &mut Scanner<'de> {
        self.scanner
    }

    /// Reads the value that follows a name, and forgets it.
    pub(crate) fn skip_value(&mut self) -> Result<(), InvalidJson> {
        IgnoredAny::deserialize(&mut *self.scanner).map(drop)
    }

    /// Checks that nothing follows.
    fn end(&mut self) -> Result<(), InvalidJson> {
        if self.next_name()?.is_none() { Ok(()) } else { Err(InvalidJson) }
    }

    #[expect(clippy::inline_always, reason = "texts then stay in registers: measured")]
    #[inline(always)]
    fn is_known(&mut self, name: Text<'de>) -> bool {
        // An escaped name may be any other.
        let kind = name.plain().map_or(u64::MAX, kind);
        let maybe = self.seen & kind != 0;
        self.seen |= kind;
        maybe && self.scanner.names.any(self.outer_names, |other| other.same(name))
    }
}

/// One bit of 64: equal names have the same.
#[inline]
fn kind(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()].map(|byte| byte.copied().unwrap_or_default());
    let [first, last] = ends.map(u32::from);
    let len = u32::try_from(bytes.len()).unwrap_or_default();
    // The shift takes the number modulo 64.
    1_u64.wrapping_shl(first.wrapping_mul(7) ^ last.wrapping_mul(29) ^ len.wrapping_mul(3))
}

impl<'de> MapAccess<'de> for Object<'_, 'de> {
    type Error = InvalidJson;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InvalidJson> {
        self.next_name()?.map(|name| seed.deserialize(Key(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, InvalidJson> {
        seed.deserialize(&mut *self.scanner)
    }
}

/// The inside of an array.
struct Array<'s, 'de> {
    scanner: &'s mut Scanner<'de>,
    first: bool,
    ended: bool,
}

impl Array<'_, '_> {
    /// Returns whether an element follows.
    fn more(&mut self) -> Result<bool, InvalidJson> {
        self.scanner.skip_space();
        if self.ended || self.scanner.eat(b']') {
            self.ended = true;
            return Ok(false);
        }
        if !core::mem::take(&mut self.first) {
            self.scanner.expect(b',')?;
            self.scanner.skip_space();
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Array<'_, 'de> {
    type Error = InvalidJson;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InvalidJson> {
        if self.more()? { seed.deserialize(&mut *self.scanner).map(Some) } else { Ok(None) }
    }
}

impl<'de> Scanner<'de> {
    fn array<T>(
        &mut self,
        read: impl FnOnce(&mut Array<'_, 'de>) -> Result<T, InvalidJson>,
    ) -> Result<T, InvalidJson> {
        self.nested(|scanner| {
            let mut array = Array { scanner, first: true, ended: false };
            let value = read(&mut array)?;
            if array.more()? { Err(InvalidJson) } else { Ok(value) }
        })
    }

    /// Reads a string, or an array of nothing but strings, and returns whether `wanted` is one.
    pub(crate) fn has_string(&mut self, wanted: &str) -> Result<bool, InvalidJson> {
        if self.peek() != Some(b'[') {
            return Ok(self.string()? == *wanted);
        }
        self.array(|array| {
            let mut found = false;
            while array.more()? {
                found |= array.scanner.string()? == *wanted;
            }
            Ok(found)
        })
    }
}

impl<'de> Deserializer<'de> for &mut Scanner<'de> {
    type Error = InvalidJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        match self.peek() {
            Some(b'{') => self.object(|object| visitor.visit_map(object)),
            Some(b'[') => self.array(|array| visitor.visit_seq(array)),
            Some(b'"') => match self.plain_string() {
                Some(text) => visitor.visit_borrowed_str(text),
                None => visit_text(self.string()?, visitor),
            },
            Some(b'-' | b'0'..=b'9') => match self.number()? {
                Number::Whole(number) => visitor.visit_u64(number),
                Number::Negative(number) => visitor.visit_i64(number),
                Number::Fraction(number) => visitor.visit_f64(number),
            },
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            _ => self.word("null").and_then(|()| visitor.visit_unit()),
        }
    }

    // What types ask for most, without a look at all that it may be.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        match self.plain_string() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        if self.peek() == Some(b'n') {
            return self.word("null").and_then(|()| visitor.visit_none());
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        if self.peek() == Some(b'{') {
            return self.object(|object| visitor.visit_enum(MapAccessDeserializer::new(object)));
        }
        Key(self.string()?).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn visit_text<'de, V: Visitor<'de>>(text: Text<'de>, visitor: V) -> Result<V::Value, InvalidJson> {
    match text.plain() {
        Some(plain) => visitor.visit_borrowed_str(plain),
        None => visitor.visit_string(text.decode().into_owned()),
    }
}

/// The name of a member, also where a number is wanted, as maps have them.
pub(crate) struct Key<'de>(pub(crate) Text<'de>);

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)*) => { $(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            visitor.$visit(self.0.decode().parse().map_err(|_| InvalidJson)?)
        }
    )* };
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = InvalidJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        visit_text(self.0, visitor)
    }

    numbers! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64 deserialize_u8 visit_u8 deserialize_u16 visit_u16
        deserialize_u32 visit_u32 deserialize_u64 visit_u64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        match self.0.decode() {
            Cow::Borrowed(text) => {
                BorrowedStrDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
            Cow::Owned(text) => {
                StringDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
        }
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// An object that is open already, as what it is to become: a struct or a map, plain or wrapped.
pub(crate) struct Opened<A>(pub(crate) A);

impl<'de, A: MapAccess<'de, Error = InvalidJson>> Deserializer<'de> for Opened<A> {
    type Error = InvalidJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        visitor.visit_map(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_enum(MapAccessDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
