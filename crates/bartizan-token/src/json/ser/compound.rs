//! Arrays and objects.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::name::Name;
use super::{InvalidJson, Writer};

/// The inside of an array.
pub(crate) struct Elements<'s, 'w> {
    writer: &'s mut Writer<'w>,
    is_first: bool,
    in_variant: bool,
}

impl<'s, 'w> Elements<'s, 'w> {
    pub(super) fn open(writer: &'s mut Writer<'w>, in_variant: bool) -> Result<Self, InvalidJson> {
        writer.open("[")?;
        Ok(Self { writer, is_first: true, in_variant })
    }

    fn push<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), InvalidJson> {
        if !core::mem::take(&mut self.is_first) {
            self.writer.push(",")?;
        }
        element.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<(), InvalidJson> {
        self.writer.close("]")?;
        if self.in_variant { self.writer.close_variant() } else { Ok(()) }
    }
}

/// The inside of an object.
pub(crate) struct Members<'s, 'w> {
    writer: &'s mut Writer<'w>,
    outer_names: usize,
    sort: Sort,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Object,
    InVariant,
    /// Not an object after all: its one member is what is to be written, as it is.
    Raw,
}

impl<'s, 'w> Members<'s, 'w> {
    pub(super) fn open(writer: &'s mut Writer<'w>, in_variant: bool) -> Result<Self, InvalidJson> {
        writer.open("{")?;
        let sort = if in_variant { Sort::InVariant } else { Sort::Object };
        let outer_names = writer.names.len();
        Ok(Self { writer, outer_names, sort })
    }

    pub(super) const fn raw(writer: &'s mut Writer<'w>) -> Self {
        Self { writer, outer_names: 0, sort: Sort::Raw }
    }

    fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), InvalidJson> {
        if self.sort == Sort::Raw {
            return self.writer.raw(value);
        }
        self.writer.name(self.outer_names, |writer| writer.string(name))?;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<(), InvalidJson> {
        if self.sort == Sort::Raw {
            return Ok(());
        }
        self.writer.close_object(self.outer_names)?;
        if self.sort == Sort::InVariant { self.writer.close_variant() } else { Ok(()) }
    }
}

macro_rules! arrays {
    ($($trait:ident $push:ident),*) => { $(
        impl $trait for Elements<'_, '_> {
            type Ok = ();
            type Error = InvalidJson;

            fn $push<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), InvalidJson> {
                self.push(element)
            }

            fn end(self) -> Result<(), InvalidJson> {
                self.close()
            }
        }
    )* };
}

arrays! {
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field
}

macro_rules! structs {
    ($($trait:ident),*) => { $(
        impl $trait for Members<'_, '_> {
            type Ok = ();
            type Error = InvalidJson;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), InvalidJson> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), InvalidJson> {
                self.close()
            }
        }
    )* };
}

structs! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for Members<'_, '_> {
    type Ok = ();
    type Error = InvalidJson;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), InvalidJson> {
        self.writer.name(self.outer_names, |writer| key.serialize(Name(writer)))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), InvalidJson> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), InvalidJson> {
        self.close()
    }
}
