//! Names of members, of the types that maps have for them.

use core::fmt;

use serde::Serialize;
use serde::ser::{Impossible, Serializer};

use super::{InvalidJson, Writer};

/// Writes a name: a text, or what the reader makes of one.
pub(super) struct Name<'s, 'w>(pub(super) &'s mut Writer<'w>);

impl Name<'_, '_> {
    fn quoted(self, number: impl itoa::Integer) -> Result<(), InvalidJson> {
        self.0.string(itoa::Buffer::new().format(number))
    }
}

macro_rules! numbers {
    ($($serialize:ident $type:ty),*) => { $(
        fn $serialize(self, number: $type) -> Result<(), InvalidJson> {
            self.quoted(number)
        }
    )* };
}

/// What is no name.
macro_rules! refused {
    ($($serialize:ident $type:ty),*) => { $(
        fn $serialize(self, _: $type) -> Result<(), InvalidJson> {
            Err(InvalidJson)
        }
    )* };
}

type Never = Impossible<(), InvalidJson>;

impl Serializer for Name<'_, '_> {
    type Ok = ();
    type Error = InvalidJson;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    numbers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    }

    refused! {
        serialize_bool bool, serialize_i128 i128, serialize_u128 u128, serialize_f32 f32,
        serialize_f64 f64, serialize_bytes &[u8], serialize_unit_struct &'static str
    }

    fn serialize_char(self, character: char) -> Result<(), InvalidJson> {
        self.0.string(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), InvalidJson> {
        self.0.string(text)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, text: &T) -> Result<(), InvalidJson> {
        self.0.string(&text.to_string())
    }

    fn serialize_none(self) -> Result<(), InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), InvalidJson> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), InvalidJson> {
        self.0.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), InvalidJson> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, InvalidJson> {
        Err(InvalidJson)
    }
}
