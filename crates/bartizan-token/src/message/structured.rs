//! Structured fields: [RFC 8941], strictly and within bounds.
//!
//! Stricter than a general reader must be, where two readers could disagree on what a message says:
//! a key that stands twice is refused (the RFC lets the last one win), and so is base64 that is not
//! canonical. What is left of RFC 8941 alone is read; RFC 9421 knows neither dates nor display
//! strings, which came later.
//!
//! [RFC 8941]: https://www.rfc-editor.org/rfc/rfc8941

mod canonical;
#[cfg(test)]
mod tests;

use core::fmt::Write as _;

pub(super) use self::canonical::{canonical, dictionary_member};

/// Reads a field value from its beginning. Nothing is returned when it is not of the format.
#[derive(Clone)]
pub(super) struct Reader<'t> {
    text: &'t str,
}

/// A value without parameters: [RFC 8941, section 3.3].
///
/// [RFC 8941, section 3.3]: https://www.rfc-editor.org/rfc/rfc8941#section-3.3
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare<'t> {
    Integer(i64),
    /// In thousandths.
    Decimal(i64),
    /// What stands between the quotes, escapes included: there is one way to escape.
    Text(&'t str),
    Token(&'t str),
    /// Canonical base64, as it stands between the colons.
    Bytes(&'t str),
    Boolean(bool),
}

impl<'t> Reader<'t> {
    /// Takes a value that is printable ASCII, tabs included.
    pub(super) fn new(value: &'t [u8]) -> Option<Self> {
        let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t');
        let text = core::str::from_utf8(value).ok().filter(|_| value.iter().all(plain))?;
        Some(Self { text: text.trim_matches(' ') })
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.text.is_empty()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().first().copied()
    }

    pub(super) fn eat(&mut self, byte: char) -> bool {
        match self.text.strip_prefix(byte) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn skip_spaces(&mut self) {
        self.text = self.text.trim_start_matches(' ');
    }

    /// Reads as long as `fits`, and returns what was read.
    fn take(&mut self, fits: impl Fn(u8) -> bool) -> &'t str {
        let end = self.text.bytes().position(|byte| !fits(byte)).unwrap_or(self.text.len());
        let (taken, rest) = self.text.split_at_checked(end).unwrap_or_default();
        self.text = rest;
        taken
    }

    /// Reads what stands between two members of a list or dictionary: true when another follows.
    pub(super) fn next_member(&mut self) -> Option<bool> {
        let blank = |byte| matches!(byte, b' ' | b'\t');
        let _before = self.take(blank);
        if self.is_at_end() {
            return Some(false);
        }
        if !self.eat(',') {
            return None;
        }
        let _after = self.take(blank);
        if self.is_at_end() { None } else { Some(true) }
    }

    pub(super) fn key(&mut self) -> Option<&'t str> {
        if !matches!(self.peek()?, b'a'..=b'z' | b'*') {
            return None;
        }
        Some(self.take(is_key_byte))
    }

    pub(super) fn bare(&mut self) -> Option<Bare<'t>> {
        match self.peek()? {
            b'-' | b'0'..=b'9' => self.number(),
            b'"' => self.string().map(Bare::Text),
            b':' => self.bytes().map(Bare::Bytes),
            b'?' => match self.text.get(..2)? {
                "?1" => self.advance(2).map(|()| Bare::Boolean(true)),
                "?0" => self.advance(2).map(|()| Bare::Boolean(false)),
                _ => None,
            },
            b'A'..=b'Z' | b'a'..=b'z' | b'*' => {
                Some(Bare::Token(self.take(|byte| is_token_byte(byte) || b":/".contains(&byte))))
            }
            _ => None,
        }
    }

    fn advance(&mut self, by: usize) -> Option<()> {
        self.text = self.text.get(by..)?;
        Some(())
    }

    fn number(&mut self) -> Option<Bare<'t>> {
        let sign = if self.eat('-') { -1 } else { 1 };
        let whole = self.take(|byte| byte.is_ascii_digit());
        if !self.text.starts_with('.') {
            let fits = (1..=15).contains(&whole.len());
            let number: i64 = if fits { whole.parse().ok()? } else { return None };
            return number.checked_mul(sign).map(Bare::Integer);
        }
        let _dot = self.eat('.');
        let fraction = self.take(|byte| byte.is_ascii_digit());
        if !(1..=12).contains(&whole.len()) || !(1..=3).contains(&fraction.len()) {
            return None;
        }
        let scale = *[100, 10, 1].get(fraction.len().checked_sub(1)?)?;
        let fraction = fraction.parse::<i64>().ok()?.checked_mul(scale)?;
        let thousandths = whole.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(fraction)?;
        thousandths.checked_mul(sign).map(Bare::Decimal)
    }

    /// Reads a string; returns what is between its quotes.
    pub(super) fn string(&mut self) -> Option<&'t str> {
        let inner = self.text.strip_prefix('"')?;
        let mut escaped = false;
        let end = inner.bytes().position(|byte| match (escaped, byte) {
            (true, _) => {
                // What may be escaped is checked below.
                escaped = false;
                false
            }
            (false, b'\\') => {
                escaped = true;
                false
            }
            (false, byte) => byte == b'"',
        })?;
        let string = inner.get(..end)?;
        self.text = inner.get(end..)?.strip_prefix('"')?;
        is_string(string).then_some(string)
    }

    fn bytes(&mut self) -> Option<&'t str> {
        let (base64, rest) = self.text.strip_prefix(':')?.split_once(':')?;
        self.text = rest;
        is_base64(base64).then_some(base64)
    }

    /// Reads parameters, none of them twice, and hands them on.
    pub(super) fn parameters(
        &mut self,
        mut each: impl FnMut(&'t str, Bare<'t>) -> Option<()>,
    ) -> Option<()> {
        let mut keys = [""; MAX_PARAMETERS];
        let mut count: usize = 0;
        while self.eat(';') {
            self.skip_spaces();
            let key = self.key()?;
            if keys.iter().take(count).any(|former| *former == key) {
                return None;
            }
            *keys.get_mut(count)? = key;
            count = count.saturating_add(1);
            let value = if self.eat('=') { self.bare()? } else { Bare::Boolean(true) };
            each(key, value)?;
        }
        Some(())
    }

    /// Reads an inner list without its parameters; `item` reads each item, parameters included.
    pub(super) fn inner_list(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        if !self.eat('(') {
            return None;
        }
        loop {
            self.skip_spaces();
            if self.eat(')') {
                return Some(());
            }
            item(self)?;
            if !matches!(self.peek()?, b' ' | b')') {
                return None;
            }
        }
    }

    /// Reads an item or inner list with its parameters, and writes it in its one canonical form.
    pub(super) fn copy_value(&mut self, out: &mut String) -> Option<()> {
        if self.peek()? == b'(' {
            out.push('(');
            let mut is_first = true;
            self.inner_list(|reader| {
                if !is_first {
                    out.push(' ');
                }
                is_first = false;
                reader.copy_item(out)
            })?;
            out.push(')');
            self.copy_parameters(out)
        } else {
            self.copy_item(out)
        }
    }

    fn copy_item(&mut self, out: &mut String) -> Option<()> {
        self.bare()?.write(out);
        self.copy_parameters(out)
    }

    fn copy_parameters(&mut self, out: &mut String) -> Option<()> {
        self.parameters(|key, value| {
            write_parameter(key, value, out);
            Some(())
        })
    }

    /// Passes over an item or inner list, and hands on its own parameters.
    pub(super) fn skip_value(
        &mut self,
        each: impl FnMut(&'t str, Bare<'t>) -> Option<()>,
    ) -> Option<()> {
        if self.peek()? == b'(' {
            self.inner_list(|reader| {
                let _item = reader.bare()?;
                reader.parameters(|_, _| Some(()))
            })?;
        } else {
            let _item = self.bare()?;
        }
        self.parameters(each)
    }
}

impl Bare<'_> {
    /// Appends the one canonical form: [RFC 8941, section 4.1.3.1].
    ///
    /// [RFC 8941, section 4.1.3.1]: https://www.rfc-editor.org/rfc/rfc8941#section-4.1.3.1
    pub(super) fn write(self, out: &mut String) {
        let _written = match self {
            Self::Integer(number) => write!(out, "{number}"),
            Self::Decimal(thousandths) => write_decimal(thousandths, out),
            Self::Text(text) => write!(out, "\"{text}\""),
            Self::Token(token) => out.write_str(token),
            Self::Bytes(base64) => write!(out, ":{base64}:"),
            Self::Boolean(truth) => out.write_str(if truth { "?1" } else { "?0" }),
        };
    }
}

fn write_decimal(thousandths: i64, out: &mut String) -> core::fmt::Result {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (thousandths.unsigned_abs() / 1_000, thousandths.unsigned_abs() % 1_000);
    let digits = format!("{rest:03}");
    let digits = digits.trim_end_matches('0');
    write!(out, "{sign}{whole}.{}", if digits.is_empty() { "0" } else { digits })
}

/// Appends a parameter: one that is true is its key alone.
pub(super) fn write_parameter(key: &str, value: Bare<'_>, out: &mut String) {
    out.push(';');
    out.push_str(key);
    if value != Bare::Boolean(true) {
        out.push('=');
        value.write(out);
    }
}

/// Reads a dictionary, no key of it twice. `member` reads from after the key.
pub(super) fn dictionary<'t>(
    value: &'t [u8],
    mut member: impl FnMut(&'t str, &mut Reader<'t>) -> Option<()>,
) -> Option<()> {
    let mut reader = Reader::new(value)?;
    let mut keys: Vec<&str> = Vec::new();
    loop {
        let key = reader.key()?;
        if keys.contains(&key) || keys.len() >= MAX_MEMBERS {
            return None;
        }
        keys.push(key);
        member(key, &mut reader)?;
        if !reader.next_member()? {
            return Some(());
        }
    }
}

const fn is_key_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')
}

/// Returns whether `text` is a key.
pub(super) fn is_key(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'a'..=b'z' | b'*')) && text.bytes().all(is_key_byte)
}

/// `tchar` of [RFC 9110, section 5.6.2].
///
/// [RFC 9110, section 5.6.2]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Returns whether `text`, which has no quote that is not escaped, stands between quotes: nothing
/// but quotes and backslashes is escaped, and there is no tab.
fn is_string(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if !matches!(bytes.next(), Some(b'"' | b'\\')) => return false,
            b'\t' => return false,
            _ => {}
        }
    }
    true
}

fn is_base64(text: &str) -> bool {
    base64_simd::STANDARD.check(text.as_bytes()).is_ok()
}

/// Of an item or of an inner list.
const MAX_PARAMETERS: usize = 16;

/// Of a dictionary.
const MAX_MEMBERS: usize = 128;
