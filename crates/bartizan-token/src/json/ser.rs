//! The writer. What it writes, the reader takes, so that nothing that was signed has to be read once
//! more only to see that it can be.

mod compound;
mod name;

use serde::Serialize;
use serde::ser::{self, Serializer};

use self::compound::{Elements, Members};
use super::names::Names;
use super::{InvalidJson, MAX_DEPTH, MAX_FRACTION, MAX_MEMBERS, Scanner, write};
use crate::MAX_TOKEN_LEN;

impl ser::Error for InvalidJson {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Why an object was not written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unwritten {
    /// It has a member of a reserved name.
    Reserved(&'static str),
    /// It has more bytes than a token may.
    TooLarge,
    /// It is no object, or none that the reader takes.
    Invalid,
}

/// Appends `object` to `json`, if none of its members has one of the `reserved` names, which are of
/// three letters; returns how many members it has.
pub(crate) fn write_object<T: Serialize>(
    object: &T,
    json: &mut Vec<u8>,
    reserved: &'static [&'static str],
) -> Result<usize, Unwritten> {
    let start = json.len();
    let names = Names::new();
    let mut writer =
        Writer { json, depth: 0, names, reserved, found: None, members: 0, too_large: false };
    let written = object.serialize(&mut writer);
    match (written, writer.found) {
        (_, Some(name)) => Err(Unwritten::Reserved(name)),
        (Ok(()), None) if writer.json.get(start) == Some(&b'{') => Ok(writer.members),
        _ if writer.too_large => Err(Unwritten::TooLarge),
        _ => Err(Unwritten::Invalid),
    }
}

/// The end of a text, and what is open there.
pub(crate) struct Writer<'w> {
    json: &'w mut Vec<u8>,
    depth: u8,
    /// The names written so far in every object that is still open, the innermost last.
    names: Names<Place>,
    /// What no member of the outermost object may be called,
    reserved: &'static [&'static str],
    /// and one that is.
    found: Option<&'static str>,
    /// How many members the object had that was closed last.
    members: usize,
    /// Whether writing stopped because there was too much.
    too_large: bool,
}

/// Where a name stands, its quotes included.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
}

impl Writer<'_> {
    /// Appends what is JSON already.
    fn push(&mut self, json: &str) -> Result<(), InvalidJson> {
        self.json.extend_from_slice(json.as_bytes());
        self.bounded(0)
    }

    /// Checks that what is written, and `more` bytes, can be a token: a type may have no end.
    fn bounded(&mut self, more: usize) -> Result<(), InvalidJson> {
        self.too_large = self.json.len().saturating_add(more) > MAX_TOKEN_LEN;
        if self.too_large { Err(InvalidJson) } else { Ok(()) }
    }

    fn string(&mut self, text: &str) -> Result<(), InvalidJson> {
        self.bounded(text.len())?;
        write(text, self.json)
    }

    fn number(&mut self, number: impl itoa::Integer) -> Result<(), InvalidJson> {
        self.push(itoa::Buffer::new().format(number))
    }

    fn fraction(&mut self, number: f64, written: impl Serialize) -> Result<(), InvalidJson> {
        // What is not finite would become null.
        if number.abs() <= MAX_FRACTION {
            return serde_json::to_writer(&mut *self.json, &written).map_err(|_| InvalidJson);
        }
        Err(InvalidJson)
    }

    fn open(&mut self, brace: &str) -> Result<(), InvalidJson> {
        if self.depth >= MAX_DEPTH {
            return Err(InvalidJson);
        }
        self.depth = self.depth.saturating_add(1);
        self.push(brace)
    }

    fn close(&mut self, brace: &str) -> Result<(), InvalidJson> {
        self.depth = self.depth.saturating_sub(1);
        self.push(brace)
    }

    /// Writes a name and the colon; `outer_names` belong to the objects around this one.
    fn name(
        &mut self,
        outer_names: usize,
        write: impl FnOnce(&mut Self) -> Result<(), InvalidJson>,
    ) -> Result<(), InvalidJson> {
        let members = self.names.len().saturating_sub(outer_names);
        if members >= MAX_MEMBERS {
            return Err(InvalidJson);
        }
        if members > 0 {
            self.push(",")?;
        }
        let start = self.json.len();
        write(self)?;
        let place = Place { start, end: self.json.len() };
        let at = |place: Place| self.json.get(place.start..place.end).unwrap_or_default();
        let name = at(place);
        if self.depth == 1 {
            let plain = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
            if let [_, _, _] = plain {
                let is_it = |own: &&&str| own.as_bytes().first_chunk::<3>() == plain.first_chunk();
                self.found = self.reserved.iter().find(is_it).copied();
            }
        }
        // One text is always written in one way.
        if self.found.is_some() || self.names.any(outer_names, |other| at(other) == name) {
            return Err(InvalidJson);
        }
        self.names.push(place);
        self.push(":")
    }

    /// Opens the object around the content of a variant.
    fn open_variant(&mut self, variant: &'static str) -> Result<(), InvalidJson> {
        self.open("{")?;
        let outer_names = self.names.len();
        self.name(outer_names, |writer| writer.string(variant))
    }

    /// Closes it.
    fn close_variant(&mut self) -> Result<(), InvalidJson> {
        let outer_names = self.names.len().saturating_sub(1);
        self.close_object(outer_names)
    }

    fn close_object(&mut self, outer_names: usize) -> Result<(), InvalidJson> {
        self.members = self.names.len().saturating_sub(outer_names);
        self.names.truncate(outer_names);
        self.close("}")
    }

    /// Writes a text that is JSON already, as `serde_json` has for some of its types.
    fn raw<T: Serialize + ?Sized>(&mut self, text: &T) -> Result<(), InvalidJson> {
        let start = self.json.len();
        text.serialize(&mut *self)?;
        let string = self.json.split_off(start);
        let string = core::str::from_utf8(&string).map_err(|_| InvalidJson)?;
        let raw = Scanner::new(string).string()?.decode();
        Scanner::check(&raw, self.depth)?;
        self.push(&raw)
    }
}

macro_rules! numbers {
    ($($serialize:ident $type:ty),*) => { $(
        fn $serialize(self, number: $type) -> Result<(), InvalidJson> {
            self.number(number)
        }
    )* };
}

impl<'s, 'w> Serializer for &'s mut Writer<'w> {
    type Ok = ();
    type Error = InvalidJson;
    type SerializeSeq = Elements<'s, 'w>;
    type SerializeTuple = Elements<'s, 'w>;
    type SerializeTupleStruct = Elements<'s, 'w>;
    type SerializeTupleVariant = Elements<'s, 'w>;
    type SerializeMap = Members<'s, 'w>;
    type SerializeStruct = Members<'s, 'w>;
    type SerializeStructVariant = Members<'s, 'w>;

    numbers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_i128 i128, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32,
        serialize_u64 u64, serialize_u128 u128
    }

    fn serialize_bool(self, value: bool) -> Result<(), InvalidJson> {
        self.push(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, number: f32) -> Result<(), InvalidJson> {
        self.fraction(number.into(), number)
    }

    fn serialize_f64(self, number: f64) -> Result<(), InvalidJson> {
        self.fraction(number, number)
    }

    fn serialize_char(self, character: char) -> Result<(), InvalidJson> {
        self.string(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), InvalidJson> {
        self.string(text)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), InvalidJson> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), InvalidJson> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), InvalidJson> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), InvalidJson> {
        self.push("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), InvalidJson> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), InvalidJson> {
        self.string(variant)
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
        variant: &'static str,
        value: &T,
    ) -> Result<(), InvalidJson> {
        self.open_variant(variant)?;
        value.serialize(&mut *self)?;
        self.close_variant()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'s, 'w>, InvalidJson> {
        Elements::open(self, false)
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'s, 'w>, InvalidJson> {
        Elements::open(self, false)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Elements<'s, 'w>, InvalidJson> {
        Elements::open(self, false)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'s, 'w>, InvalidJson> {
        self.open_variant(variant)?;
        Elements::open(self, true)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'s, 'w>, InvalidJson> {
        Members::open(self, false)
    }

    fn serialize_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Members<'s, 'w>, InvalidJson> {
        if name.starts_with("$serde_json::private::") {
            return Ok(Members::raw(self));
        }
        Members::open(self, false)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'s, 'w>, InvalidJson> {
        self.open_variant(variant)?;
        Members::open(self, true)
    }
}

#[cfg(test)]
mod tests;
