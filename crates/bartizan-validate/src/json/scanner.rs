use std::borrow::Cow;

use serde::Deserialize;

use super::text::{next_special, unescape};
use super::{JsonFault, JsonLimits, JsonRefused};

/// A place in a text.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: u8,
    pub(super) limits: JsonLimits,
    /// The names in all objects that are open, the innermost last.
    pub(super) names: Vec<Cow<'t, str>>,
    /// Whether the value is part of a type that flattens, and so takes any field.
    pub(super) takes_any_field: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(json: &'t [u8], limits: JsonLimits) -> Result<Self, JsonRefused> {
        if json.len() > limits.bytes {
            return Err(JsonRefused::at(JsonFault::TooLong, limits.bytes));
        }
        let text = core::str::from_utf8(json)
            .map_err(|error| JsonRefused::at(JsonFault::Encoding, error.valid_up_to()))?;
        Ok(Self { text, at: 0, depth: 0, limits, names: Vec::new(), takes_any_field: false })
    }

    /// Reads one value, after which nothing follows.
    pub(super) fn document<T: Deserialize<'t>>(&mut self) -> Result<T, JsonRefused> {
        self.skip_space();
        let start = self.at;
        let value = T::deserialize(&mut *self).map_err(|refused| refused.or_at(start))?;
        self.skip_space();
        if self.at == self.text.len() { Ok(value) } else { Err(self.syntax()) }
    }

    /// How many bytes were read.
    #[inline]
    pub(super) const fn offset(&self) -> usize {
        self.at
    }

    #[inline]
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text from `start` to here.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    #[cold]
    pub(super) fn fault(&self, fault: JsonFault) -> JsonRefused {
        JsonRefused::at(fault, self.at)
    }

    #[cold]
    pub(super) fn syntax(&self) -> JsonRefused {
        self.fault(JsonFault::Syntax)
    }

    /// The byte that comes next.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub(super) const fn advance(&mut self, by: usize) {
        self.at = self.at.wrapping_add(by);
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        // Mostly there is none.
        if self.peek().is_some_and(|byte| byte <= b' ') {
            while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
                self.advance(1);
            }
        }
    }

    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance(1);
        }
        found
    }

    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), JsonRefused> {
        if self.eat(byte) { Ok(()) } else { Err(self.syntax()) }
    }

    /// Reads exactly this.
    pub(super) fn word(&mut self, word: &str) -> Result<(), JsonRefused> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.syntax());
        }
        self.advance(word.len());
        Ok(())
    }

    /// Reads a string.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, JsonRefused> {
        self.expect(b'"')?;
        let start = self.at;
        let special = next_special(self.text.as_bytes(), start);
        self.at = special;
        if self.peek() == Some(b'"') {
            self.advance(1);
            return Ok(Cow::Borrowed(self.text.get(start..special).unwrap_or_default()));
        }
        self.escaped_string(start)
    }

    /// Reads on, from the first escape, a string that begins at `start`.
    #[cold]
    fn escaped_string(&mut self, start: usize) -> Result<Cow<'t, str>, JsonRefused> {
        let mut string = self.since(start).to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.advance(1);
                    return Ok(Cow::Owned(string));
                }
                Some(b'\\') => {
                    let escape = self.text.get(self.at..).unwrap_or_default();
                    let (unescaped, len) = unescape(escape).map_err(|fault| self.fault(fault))?;
                    string.push(unescaped);
                    self.advance(len);
                }
                // A control character, or the end.
                _ => return Err(self.syntax()),
            }
            let run = self.at;
            self.at = next_special(self.text.as_bytes(), run);
            string.push_str(self.since(run));
        }
    }

    /// Reads an array or an object, whose inside is read by `read`.
    #[inline]
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, JsonRefused>,
    ) -> Result<T, JsonRefused> {
        if self.depth >= self.limits.depth {
            return Err(self.fault(JsonFault::TooDeep));
        }
        self.advance(1);
        self.depth = self.depth.saturating_add(1);
        let value = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }
}
