use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::key::{Asked, Key};
use super::names::Names;
use super::scanner::Scanner;
use super::{JsonFault, JsonRefused};

impl<'de> Scanner<'de> {
    /// Reads an object, whose members are read by `read`, to the last.
    #[inline]
    pub(super) fn object<T>(
        &mut self,
        read: impl FnOnce(&mut Object<'_, 'de>) -> Result<T, JsonRefused>,
    ) -> Result<T, JsonRefused> {
        self.nested(|scanner| {
            let (start, outer) = (scanner.names.len(), scanner.takes_any_field);
            let mut object = Object {
                scanner,
                names: Names::new(start),
                members: 0,
                name: "",
                may_flatten: false,
                ended: false,
            };
            let value = read(&mut object)?;
            object.end()?;
            scanner.names.truncate(start);
            scanner.takes_any_field = outer;
            Ok(value)
        })
    }

    /// Reads an array, whose elements are read by `read`, to the last.
    #[inline]
    pub(super) fn array<T>(
        &mut self,
        read: impl FnOnce(&mut Array<'_, 'de>) -> Result<T, JsonRefused>,
    ) -> Result<T, JsonRefused> {
        self.nested(|scanner| {
            let mut array = Array { scanner, elements: 0, ended: false };
            let value = read(&mut array)?;
            if array.more()? { Err(array.scanner.fault(JsonFault::Type)) } else { Ok(value) }
        })
    }
}

/// The inside of an object.
pub(super) struct Object<'s, 'de> {
    scanner: &'s mut Scanner<'de>,
    names: Names<'de>,
    members: usize,
    /// The last name, as it is written.
    name: &'de str,
    /// Whether the type asked for a map: then fields are asked for by one that flattens.
    pub(super) may_flatten: bool,
    ended: bool,
}

impl Object<'_, '_> {
    /// Passes over what is between members; returns whether another one follows.
    #[inline]
    fn more(&mut self) -> Result<bool, JsonRefused> {
        self.scanner.skip_space();
        if self.ended || self.scanner.eat(b'}') {
            self.ended = true;
            return Ok(false);
        }
        if self.members > 0 {
            self.scanner.expect(b',')?;
            self.scanner.skip_space();
        }
        if self.members >= self.scanner.limits.members {
            return Err(self.scanner.fault(JsonFault::TooMany));
        }
        self.members = self.members.wrapping_add(1);
        Ok(true)
    }

    /// Checks that nothing follows.
    fn end(&mut self) -> Result<(), JsonRefused> {
        if self.more()? { Err(self.scanner.fault(JsonFault::UnknownField)) } else { Ok(()) }
    }

    /// Draws the consequence of how the type asked for a name.
    #[inline]
    fn note(&mut self, asked: Asked) -> Result<(), JsonFault> {
        match asked {
            Asked::Field => {
                self.scanner.takes_any_field |= self.may_flatten;
                Ok(())
            }
            Asked::Anything
                if !self.scanner.takes_any_field && !self.scanner.limits.trusts_buffers =>
            {
                Err(JsonFault::Buffered)
            }
            Asked::Anything | Asked::MapKey => Ok(()),
        }
    }
}

impl<'de> MapAccess<'de> for Object<'_, 'de> {
    type Error = JsonRefused;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, JsonRefused> {
        if !self.more()? {
            return Ok(None);
        }
        let start = self.scanner.offset();
        let name = self.scanner.string()?;
        let written = self.scanner.since(start);
        self.name = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        if !self.names.add(name.clone(), &mut self.scanner.names) {
            let refused = JsonRefused::at(JsonFault::DuplicateName, start);
            return Err(refused.within(self.name, start));
        }
        let mut asked = Asked::MapKey;
        let key = seed
            .deserialize(Key { name, asked: &mut asked })
            .map_err(|refused| refused.within(self.name, start))?;
        self.note(asked).map_err(|fault| JsonRefused::at(fault, start))?;
        self.scanner.skip_space();
        self.scanner.expect(b':')?;
        self.scanner.skip_space();
        Ok(Some(key))
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, JsonRefused> {
        let start = self.scanner.offset();
        seed.deserialize(&mut *self.scanner).map_err(|refused| refused.within(self.name, start))
    }
}

/// The inside of an array.
pub(super) struct Array<'s, 'de> {
    scanner: &'s mut Scanner<'de>,
    elements: usize,
    ended: bool,
}

impl Array<'_, '_> {
    /// Passes over what is between elements; returns whether another one follows.
    #[inline]
    fn more(&mut self) -> Result<bool, JsonRefused> {
        self.scanner.skip_space();
        if self.ended || self.scanner.eat(b']') {
            self.ended = true;
            return Ok(false);
        }
        if self.elements > 0 {
            self.scanner.expect(b',')?;
            self.scanner.skip_space();
        }
        if self.elements >= self.scanner.limits.elements {
            return Err(self.scanner.fault(JsonFault::TooMany));
        }
        self.elements = self.elements.wrapping_add(1);
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Array<'_, 'de> {
    type Error = JsonRefused;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, JsonRefused> {
        if !self.more()? {
            return Ok(None);
        }
        let start = self.scanner.offset();
        let element = seed.deserialize(&mut *self.scanner);
        element
            .map(Some)
            .map_err(|refused| refused.within(&self.elements.saturating_sub(1).to_string(), start))
    }
}
