//! HTML cut into text and tags, as the [tokenizer of the standard][html] does in ordinary content.
//!
//! It differs in one way: what no parser makes an element of stays text. That is a `<` before a name
//! that HTML does not know (`Vec<list>`, `<joe@example.com>`), and one of a tag that never ends,
//! and all markup after that.
//!
//! [html]: https://html.spec.whatwg.org/multipage/parsing.html#tokenization

use crate::elements::{self, Element};
use crate::steps;

/// A piece of HTML. Positions are in bytes.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// Text up to `end`; a `<` in it is text, too.
    Text { start: usize, end: usize },
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag.
    End(Tag<'a>),
    /// A comment, a declaration, or what is read as one.
    Comment { start: usize, end: usize },
}

/// A tag that ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'a> {
    /// Where its `<` stands.
    pub(crate) start: usize,
    /// As it is written.
    pub(crate) name: &'a [u8],
    /// The element, when HTML knows it.
    pub(crate) element: Option<&'static Element>,
    /// What follows the name.
    pub(crate) attributes: Attributes<'a>,
    /// Whether nothing but `>` follows the name.
    pub(crate) is_bare: bool,
    /// What follows its `>`.
    pub(crate) end: usize,
}

/// The content of an element that is text up to its end tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText {
    pub(crate) start: usize,
    /// Where the end tag begins.
    pub(crate) end: usize,
    /// What follows the end tag.
    pub(crate) after: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    html: &'a [u8],
    pub(crate) at: usize,
    /// Set by a tag that never ends.
    only_text: bool,
    /// Whether names are elements that HTML does not know: in foreign content.
    pub(crate) in_foreign: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) const fn new(html: &'a str) -> Self {
        Self { html: html.as_bytes(), at: 0, only_text: false, in_foreign: false }
    }

    /// Takes what follows the start tag of an `element` whose content is text.
    pub(crate) fn raw_text(&mut self, element: &Element) -> RawText {
        let start = self.at;
        let mut from = start;
        let none = RawText { start, end: self.html.len(), after: self.html.len() };
        let text = loop {
            let Some(at) = find(self.html, from, b'<') else { break none };
            from = at.saturating_add(1);
            let Some([b'/', rest @ ..]) = self.html.get(from..) else { continue };
            let Some((name, [after, ..])) = rest.split_at_checked(element.name.len()) else {
                break none;
            };
            if name.eq_ignore_ascii_case(element.name.as_bytes())
                && (is_space(*after) || matches!(after, b'/' | b'>'))
            {
                let attributes = Attributes {
                    html: self.html,
                    at: from.saturating_add(1).saturating_add(name.len()),
                };
                let end = attributes.skip();
                break RawText { start, end: at, after: end.unwrap_or(self.html.len()) };
            }
        };
        self.at = text.after;
        text
    }

    fn text(&mut self) -> Token<'a> {
        let start = self.at;
        let less_than = if self.only_text { None } else { find(self.html, start, b'<') };
        self.at = less_than.unwrap_or(self.html.len());
        Token::Text { start, end: self.at }
    }

    /// Takes a `<` as text.
    fn literal(&mut self) -> Token<'a> {
        let start = self.at;
        self.at = start.saturating_add(1);
        Token::Text { start, end: self.at }
    }

    fn tag(&mut self, name_at: usize) -> Result<Tag<'a>, Token<'a>> {
        let start = self.at;
        let name = self.html.get(name_at..).unwrap_or_default();
        let ends = |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>');
        let Some(length) = name.iter().take(MAX_NAME).position(ends) else {
            return Err(self.unnamed(name));
        };
        let name = name.get(..length).unwrap_or_default();
        let element = Element::find(name);
        if element.is_none() && !self.in_foreign && !elements::is_foreign_name(name) {
            return Err(self.literal());
        }
        let after_name = name_at.saturating_add(length);
        let attributes = Attributes { html: self.html, at: after_name };
        let is_bare = self.html.get(after_name) == Some(&b'>');
        let end = if is_bare { Some(after_name.saturating_add(1)) } else { attributes.skip() };
        let Some(end) = end else {
            self.only_text = true;
            return Err(self.text());
        };
        self.at = end;
        Ok(Tag { start, name, element, attributes, is_bare, end })
    }

    /// A name that the text ends with, or that is longer than any element's.
    fn unnamed(&mut self, name: &[u8]) -> Token<'a> {
        if name.len() < MAX_NAME {
            self.only_text = true;
            return self.text();
        }
        self.literal()
    }

    fn comment(&mut self) -> Token<'a> {
        let start = self.at;
        let body = start.saturating_add(2);
        let rest = self.html.get(body..).unwrap_or_default();
        self.at = match (self.html.get(start.saturating_add(1)), rest) {
            (Some(b'!'), [b'-', b'-', ..]) => comment_end(self.html, body.saturating_add(2)),
            (Some(b'/'), [b'>', ..]) => body.saturating_add(1),
            (Some(b'/'), _) => after(self.html, body, b'>'),
            _ => after(self.html, body.saturating_sub(1), b'>'),
        };
        Token::Comment { start, end: self.at }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.html.get(self.at..)?;
        let tag_at = |skip: usize| self.at.saturating_add(skip);
        Some(match rest {
            [] => return None,
            [b'<', ..] if self.only_text => self.text(),
            [b'<', first, ..] if first.is_ascii_alphabetic() => {
                self.tag(tag_at(1)).map_or_else(|text| text, Token::Start)
            }
            [b'<', b'/', first, ..] if first.is_ascii_alphabetic() => {
                self.tag(tag_at(2)).map_or_else(|text| text, Token::End)
            }
            [b'<', b'!' | b'?', ..] | [b'<', b'/', _, ..] => self.comment(),
            [b'<', ..] => self.literal(),
            _ => self.text(),
        })
    }
}

/// No element has a longer name.
const MAX_NAME: usize = 64;

/// The attributes of a tag, one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes<'a> {
    html: &'a [u8],
    at: usize,
}

/// An attribute as it is written: the name in any case, the value with character references.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) start: usize,
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
}

impl<'a> Attributes<'a> {
    pub(crate) const fn after_name(html: &'a [u8], at: usize) -> Self {
        Self { html, at }
    }

    /// The next attribute, or where the tag ends; nothing when it does not.
    pub(crate) fn step(&mut self) -> Option<Result<Attribute<'a>, usize>> {
        let start = self.skip_while(self.at, |byte| is_space(byte) || byte == b'/');
        if *self.html.get(start)? == b'>' {
            return Some(Err(start.saturating_add(1)));
        }
        // The first byte belongs to the name even when it is `=`.
        let name_end = self.skip_while(start.saturating_add(1), |byte| {
            !is_space(byte) && !matches!(byte, b'/' | b'>' | b'=')
        });
        let name = self.html.get(start..name_end)?;
        let mut at = self.skip_while(name_end, is_space);
        let mut value: &[u8] = &[];
        if *self.html.get(at)? == b'=' {
            at = self.skip_while(at.saturating_add(1), is_space);
            (value, at) = self.value(at)?;
        }
        self.at = at;
        Some(Ok(Attribute { start, name, value }))
    }

    fn value(&self, at: usize) -> Option<(&'a [u8], usize)> {
        if let quote @ (b'"' | b'\'') = *self.html.get(at)? {
            let start = at.saturating_add(1);
            let end = find(self.html, start, quote)?;
            return Some((self.html.get(start..end)?, end.saturating_add(1)));
        }
        let end = self.skip_while(at, |byte| !is_space(byte) && byte != b'>');
        Some((self.html.get(at..end)?, end))
    }

    /// Where the tag ends, if it does.
    pub(crate) fn skip(mut self) -> Option<usize> {
        loop {
            if let Err(end) = self.step()? {
                return Some(end);
            }
        }
    }

    fn skip_while(&self, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let rest = self.html.get(from..).unwrap_or_default();
        let length = rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
        steps::count(length);
        from.saturating_add(length)
    }
}

/// Where the next `byte` stands.
pub(crate) fn find(html: &[u8], from: usize, byte: u8) -> Option<usize> {
    let rest = html.get(from..)?;
    let found = memchr::memchr(byte, rest);
    steps::count(found.unwrap_or(rest.len()));
    Some(from.saturating_add(found?))
}

/// Where the next byte stands that `wanted` says yes to. Whole chunks are looked at without a branch per
/// byte, which the compiler makes vectors of.
pub(crate) fn position(html: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = from;
    let mut rest = html.get(from..)?;
    while let Some((chunk, after)) = rest.split_first_chunk::<32>() {
        if chunk.iter().fold(false, |any, byte| any | wanted(*byte)) {
            break;
        }
        steps::count(chunk.len());
        at = at.saturating_add(chunk.len());
        rest = after;
    }
    let found = rest.iter().position(|byte| wanted(*byte));
    steps::count(found.unwrap_or(rest.len()));
    let found = found?;
    Some(at.saturating_add(found))
}

/// What follows the next `byte`, or the end.
fn after(html: &[u8], from: usize, byte: u8) -> usize {
    find(html, from, byte).map_or(html.len(), |at| at.saturating_add(1))
}

/// What follows a comment whose `<!--` ends at `from`.
fn comment_end(html: &[u8], from: usize) -> usize {
    match html.get(from..) {
        Some([b'>', ..]) => return from.saturating_add(1),
        Some([b'-', b'>', ..]) => return from.saturating_add(2),
        _ => {}
    }
    let mut at = from;
    while let Some(dash) = find(html, at, b'-') {
        match html.get(dash..) {
            Some([b'-', b'-', b'>', ..]) => return dash.saturating_add(3),
            Some([b'-', b'-', b'!', b'>', ..]) => return dash.saturating_add(4),
            _ => at = dash.saturating_add(1),
        }
    }
    html.len()
}

/// White space between attributes.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}
