//! Strict JSON: [RFC 8259], narrowed as [RFC 7493] advises and bounded, in one pass.
//!
//! What two parsers could read differently is refused: a member named twice, also by an escape,
//! a lone surrogate, a number beyond a double, anything but UTF-8. Members are handed out as
//! slices of the text.
//!
//! [RFC 7493]: https://www.rfc-editor.org/rfc/rfc7493
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259

use std::borrow::Cow;

use bartizan_core::UnixTime;

/// How deep objects and arrays may be nested, the outermost object counted.
pub(crate) const MAX_DEPTH: u8 = 8;

/// How many members one object may have: names are compared pairwise, and this bounds the work.
pub(crate) const MAX_MEMBERS: usize = 256;

/// The text is not strict JSON, or not within the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidJson;

/// One member of the outermost object.
#[derive(Debug)]
pub(crate) struct Member<'t> {
    /// The name, without its escapes.
    pub(crate) name: Cow<'t, str>,
    /// Name, colon and value, as written.
    pub(crate) source: &'t str,
    /// The value, as written.
    value: &'t str,
}

impl<'t> Member<'t> {
    /// Returns the value if it is a string.
    pub(crate) fn string(&self) -> Option<Cow<'t, str>> {
        Scanner::new(self.value).string().ok()
    }

    /// Returns the values if the value is a string or an array of nothing but strings.
    pub(crate) fn strings(&self) -> Option<Vec<Cow<'t, str>>> {
        self.string().map_or_else(|| Scanner::new(self.value).strings().ok(), |one| Some(vec![one]))
    }

    /// Returns the value if it is a whole, non-negative number of seconds within [`UnixTime`].
    pub(crate) fn time(&self) -> Option<UnixTime> {
        let whole = self.value.bytes().all(|byte| byte.is_ascii_digit());
        if whole { self.value.parse().ok().and_then(UnixTime::checked_from_secs) } else { None }
    }
}

/// Checks all of `text`, and returns the members of the object that it is.
pub(crate) fn members(text: &[u8]) -> Result<Vec<Member<'_>>, InvalidJson> {
    let mut members = Vec::new();
    let mut scanner = Scanner::new(core::str::from_utf8(text).map_err(|_| InvalidJson)?);
    scanner.skip_space();
    scanner.object(0, &mut |member| members.push(member))?;
    scanner.skip_space();
    if scanner.rest.is_empty() { Ok(members) } else { Err(InvalidJson) }
}

struct Scanner<'t> {
    rest: &'t str,
    /// The names read so far in every object that is still open, the innermost last.
    names: Vec<Cow<'t, str>>,
}

impl<'t> Scanner<'t> {
    const fn new(text: &'t str) -> Self {
        Self { rest: text, names: Vec::new() }
    }

    fn value(&mut self, depth: u8) -> Result<(), InvalidJson> {
        match self.rest.as_bytes().first() {
            Some(b'{') => self.object(depth, &mut |_| ()),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => ["true", "false", "null"]
                .into_iter()
                .find_map(|word| self.rest.strip_prefix(word))
                .map(|rest| self.rest = rest)
                .ok_or(InvalidJson),
        }
    }

    fn object(&mut self, depth: u8, each: &mut dyn FnMut(Member<'t>)) -> Result<(), InvalidJson> {
        let depth = deeper(depth)?;
        let outer_names = self.names.len();
        self.expect('{')?;
        self.skip_space();
        if !self.eat('}') {
            loop {
                each(self.member(depth, outer_names)?);
                if self.eat('}') {
                    break;
                }
                self.expect(',')?;
                self.skip_space();
            }
        }
        self.names.truncate(outer_names);
        Ok(())
    }

    fn member(&mut self, depth: u8, outer_names: usize) -> Result<Member<'t>, InvalidJson> {
        let start = self.rest;
        let name = self.string()?;
        let siblings = self.names.get(outer_names..).unwrap_or_default();
        if siblings.len() == MAX_MEMBERS || siblings.contains(&name) {
            return Err(InvalidJson);
        }
        self.names.push(name.clone());
        self.skip_space();
        self.expect(':')?;
        self.skip_space();
        let value_start = self.rest;
        self.value(depth)?;
        let member = Member { name, source: self.since(start), value: self.since(value_start) };
        self.skip_space();
        Ok(member)
    }

    fn array(&mut self, depth: u8) -> Result<(), InvalidJson> {
        let depth = deeper(depth)?;
        self.elements(|scanner| scanner.value(depth))
    }

    fn strings(&mut self) -> Result<Vec<Cow<'t, str>>, InvalidJson> {
        let mut strings = Vec::new();
        self.elements(|scanner| {
            strings.push(scanner.string()?);
            Ok(())
        })?;
        Ok(strings)
    }

    fn elements(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), InvalidJson>,
    ) -> Result<(), InvalidJson> {
        self.expect('[')?;
        self.skip_space();
        if self.eat(']') {
            return Ok(());
        }
        loop {
            each(self)?;
            self.skip_space();
            if self.eat(']') {
                return Ok(());
            }
            self.expect(',')?;
            self.skip_space();
        }
    }

    fn string(&mut self) -> Result<Cow<'t, str>, InvalidJson> {
        self.expect('"')?;
        let mut unescaped = String::new();
        loop {
            let special = |byte: u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
            let end = self.rest.bytes().position(special).ok_or(InvalidJson)?;
            let (plain, rest) = self.rest.split_at_checked(end).ok_or(InvalidJson)?;
            self.rest = rest;
            if self.eat('"') {
                if unescaped.is_empty() {
                    return Ok(Cow::Borrowed(plain));
                }
                unescaped.push_str(plain);
                return Ok(Cow::Owned(unescaped));
            }
            unescaped.push_str(plain);
            self.expect('\\')?;
            unescaped.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Result<char, InvalidJson> {
        let mut chars = self.rest.chars();
        let letter = chars.next();
        self.rest = chars.as_str();
        match letter {
            Some(same @ ('"' | '\\' | '/')) => Ok(same),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.code_point(),
            _ => Err(InvalidJson),
        }
    }

    /// The digits after `\u`, and the second half of a surrogate pair if they are the first.
    fn code_point(&mut self) -> Result<char, InvalidJson> {
        let first = self.code_unit()?;
        if !matches!(first, 0xd800..=0xdbff) {
            return char::from_u32(first.into()).ok_or(InvalidJson);
        }
        self.expect('\\')?;
        self.expect('u')?;
        let pair = [first, self.code_unit()?];
        char::decode_utf16(pair).next().and_then(Result::ok).ok_or(InvalidJson)
    }

    fn code_unit(&mut self) -> Result<u16, InvalidJson> {
        let (digits, rest) = self.rest.split_at_checked(4).ok_or(InvalidJson)?;
        self.rest = rest;
        // `from_str_radix` alone would take a sign.
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let unit = if hexadecimal { u16::from_str_radix(digits, 16).ok() } else { None };
        unit.ok_or(InvalidJson)
    }

    fn number(&mut self) -> Result<(), InvalidJson> {
        let start = self.rest;
        let _negative = self.eat('-');
        if !self.eat('0') {
            self.digits()?;
        }
        if self.eat('.') {
            self.digits()?;
        }
        if self.eat('e') || self.eat('E') {
            let _signed = self.eat('+') || self.eat('-');
            self.digits()?;
        }
        // Near the limit of a double, parsers differ in whether they round or refuse.
        let value: f64 = self.since(start).parse().map_err(|_| InvalidJson)?;
        if value.abs() <= 1e300 { Ok(()) } else { Err(InvalidJson) }
    }

    fn digits(&mut self) -> Result<(), InvalidJson> {
        let after = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let some = after.len() < self.rest.len();
        self.rest = after;
        if some { Ok(()) } else { Err(InvalidJson) }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, c: char) -> Result<(), InvalidJson> {
        if self.eat(c) { Ok(()) } else { Err(InvalidJson) }
    }

    /// What was read since `start` was the rest.
    fn since(&self, start: &'t str) -> &'t str {
        let len = start.len().saturating_sub(self.rest.len());
        start.get(..len).unwrap_or_default()
    }
}

fn deeper(depth: u8) -> Result<u8, InvalidJson> {
    depth.checked_add(1).filter(|depth| *depth <= MAX_DEPTH).ok_or(InvalidJson)
}

#[cfg(test)]
mod tests;
