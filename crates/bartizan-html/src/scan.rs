//! One pass over HTML that tells what building a tree of it could cost.
//!
//! Three counts cannot be fooled: bytes, ampersands, and tags, which are counted wherever they may
//! stand. The others follow the markup as far as that is simple. After an element that makes
//! it complicated (tables, scripts, foreign content …) they only ever count up.

use crate::limits::{Limits, TooCostly};

/// Refuses HTML beyond a limit.
pub(crate) fn check(html: &str, limits: &Limits) -> Result<(), TooCostly> {
    let bytes = html.as_bytes();
    if bytes.len() > limits.bytes {
        return Err(TooCostly::Bytes(limits.bytes));
    }
    if html.matches('&').count() > limits.ampersands {
        return Err(TooCostly::Ampersands(limits.ampersands));
    }
    let tags = count_tags(bytes);
    if tags > limits.tags {
        return Err(TooCostly::Tags(limits.tags));
    }

    let mut scan = Scan::new(limits, tags);
    let mut rest = after_less_than(bytes);
    while let Some(markup) = rest {
        rest = after_less_than(scan.markup(markup)?);
    }
    Ok(())
}

/// How often a start tag, a comment or a declaration could begin.
fn count_tags(html: &[u8]) -> usize {
    let begins = |pair: &&[u8]| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'));
    html.windows(2).filter(begins).count()
}

struct Scan<'a> {
    limits: &'a Limits,
    /// Elements that are open.
    open: Vec<&'a [u8]>,
    /// Formatting elements that are open, each with what a copy of it costs.
    formatting: Vec<(&'a [u8], usize)>,
    /// What copies of all of them cost, which every tag may cause.
    weight: usize,
    tags: usize,
    /// Whether this scan may not see what a parser sees: it then believes no end tag of a
    /// formatting element, and finds start tags also in attributes.
    unsure: bool,
}

impl<'a> Scan<'a> {
    const fn new(limits: &'a Limits, tags: usize) -> Self {
        Self { limits, open: Vec::new(), formatting: Vec::new(), weight: 0, tags, unsure: false }
    }

    /// Takes what follows a `<`, and returns what follows the tag.
    fn markup(&mut self, markup: &'a [u8]) -> Result<&'a [u8], TooCostly> {
        match markup {
            [first, ..] if first.is_ascii_alphabetic() => self.start_tag(markup),
            [b'/', first, ..] if first.is_ascii_alphabetic() => Ok(self.end_tag(markup)),
            [b'!' | b'?' | b'/', ..] if self.unsure => Ok(markup),
            [b'!', comment @ ..] if comment.starts_with(b"--") => Ok(after_comment(comment)),
            [b'!' | b'?', ..] | [b'/', _, ..] => Ok(after_byte(markup, b'>')),
            _ => Ok(markup),
        }
    }

    fn start_tag(&mut self, markup: &'a [u8]) -> Result<&'a [u8], TooCostly> {
        let (name, rest) = split_name(markup);
        let (attributes, after) = skip_attributes(rest);
        if attributes > self.limits.attributes {
            return Err(TooCostly::Attributes(self.limits.attributes));
        }
        self.unsure |= is_one_of(name, COMPLICATED);
        if is_one_of(name, FORMATTING) {
            self.push_formatting(name, attributes.saturating_add(1))?;
        }
        if !is_one_of(name, VOID) {
            self.close_implied(name);
            self.open.push(name);
            if self.open.len() > self.limits.depth {
                return Err(TooCostly::Depth(self.limits.depth));
            }
        }
        if self.unsure {
            return Ok(rest);
        }
        if is_one_of(name, RAW_TEXT) { Ok(self.skip_raw_text(name, after)) } else { Ok(after) }
    }

    fn end_tag(&mut self, markup: &'a [u8]) -> &'a [u8] {
        let (name, rest) = split_name(markup.get(1..).unwrap_or_default());
        let same = |other: &[u8]| other.eq_ignore_ascii_case(name);
        if let Some(at) = self.open.iter().rposition(|open| same(open)) {
            self.open.truncate(at);
        }
        if self.unsure {
            return rest;
        }
        if let Some(at) = self.formatting.iter().rposition(|(open, _)| same(open)) {
            let (_, cost) = self.formatting.remove(at);
            self.weight = self.weight.saturating_sub(cost);
        }
        skip_attributes(rest).1
    }

    fn push_formatting(&mut self, name: &'a [u8], cost: usize) -> Result<(), TooCostly> {
        self.formatting.push((name, cost));
        self.weight = self.weight.saturating_add(cost);
        let elements = self.tags.saturating_mul(self.weight.saturating_add(1));
        if elements > self.limits.elements {
            return Err(TooCostly::Elements(self.limits.elements));
        }
        Ok(())
    }

    /// Closes the elements that a start tag closes without an end tag: `<p>` before a block, `<li>`
    /// before another.
    fn close_implied(&mut self, name: &[u8]) {
        if is_one_of(name, FORMATTING) {
            return;
        }
        let mut depth = self.open.len();
        let mut keep = depth;
        for open in self.open.iter().rev() {
            depth = depth.saturating_sub(1);
            if is_closed_by(open, name) {
                keep = depth;
            } else if !is_one_of(open, FORMATTING) {
                break;
            }
        }
        self.open.truncate(keep);
    }

    /// Skips what a parser reads as text up to the end tag.
    fn skip_raw_text(&mut self, name: &[u8], text: &'a [u8]) -> &'a [u8] {
        let _ = self.open.pop();
        let mut rest = after_less_than(text);
        while let Some(markup) = rest {
            if let [b'/', end @ ..] = markup {
                let (end_name, after) = split_name(end);
                if end_name.eq_ignore_ascii_case(name) {
                    return skip_attributes(after).1;
                }
            }
            rest = after_less_than(markup);
        }
        &[]
    }
}

/// Whether an open element ends where a `name` starts.
fn is_closed_by(open: &[u8], name: &[u8]) -> bool {
    let both = |names: &[&str]| is_one_of(open, names) && is_one_of(name, names);
    (open.eq_ignore_ascii_case(b"p") && is_one_of(name, BLOCKS))
        || both(&["li"])
        || both(&["dd", "dt"])
        || both(&["option", "optgroup"])
        || (is_one_of(open, &["td", "th"]) && is_one_of(name, &["td", "th", "tr"]))
        || both(&["tr"])
}

/// What follows the next `<`.
fn after_less_than(html: &[u8]) -> Option<&[u8]> {
    let at = html.iter().position(|byte| *byte == b'<')?;
    html.get(at..)?.get(1..)
}

/// What follows the next `byte`, or nothing.
fn after_byte(html: &[u8], byte: u8) -> &[u8] {
    let at = html.iter().position(|other| *other == byte);
    at.and_then(|at| html.get(at..)?.get(1..)).unwrap_or_default()
}

/// What follows a comment, of which `<!` is read.
fn after_comment(comment: &[u8]) -> &[u8] {
    let mut rest = comment;
    let mut opened = 0_usize;
    while let Some(next) = rest.get(1..) {
        match rest {
            [b'-', b'-', b'>', after @ ..] => return after,
            [b'-', b'-', b'!', b'>', after @ ..] if opened >= 2 => return after,
            _ => rest = next,
        }
        opened = opened.saturating_add(1);
    }
    &[]
}

/// The name of a tag, and what follows it.
fn split_name(markup: &[u8]) -> (&[u8], &[u8]) {
    let ends = |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>');
    markup.split_at(markup.iter().position(ends).unwrap_or(markup.len()))
}

/// How many attributes follow the name of a tag, and what follows the tag.
fn skip_attributes(tag: &[u8]) -> (usize, &[u8]) {
    let mut count = 0_usize;
    let mut rest = skip(tag, |byte| is_space(*byte) || *byte == b'/');
    while let [first, after @ ..] = rest {
        if *first == b'>' {
            return (count, after);
        }
        count = count.saturating_add(1);
        let name_end = |byte: &u8| !is_space(*byte) && !matches!(byte, b'/' | b'>' | b'=');
        rest = skip(skip(after, name_end), |byte| is_space(*byte));
        if let [b'=', value @ ..] = rest {
            rest = skip_value(skip(value, |byte| is_space(*byte)));
        }
        rest = skip(rest, |byte| is_space(*byte) || *byte == b'/');
    }
    (count, rest)
}

fn skip_value(value: &[u8]) -> &[u8] {
    match value {
        [quote @ (b'"' | b'\''), quoted @ ..] => after_byte(quoted, *quote),
        _ => skip(value, |byte| !is_space(*byte) && *byte != b'>'),
    }
}

fn skip(bytes: &[u8], belongs: impl Fn(&u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|byte| !belongs(byte)).unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

/// Elements that a parser opens again in every block until they are closed.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements that have no content, so that nothing nests in them.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img",
    "input", "keygen", "link", "meta", "param", "source", "track", "wbr",
];

/// Elements before which a paragraph ends.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// Elements whose content is text up to their end tag.
const RAW_TEXT: &[&str] = &["iframe", "noembed", "noframes", "style", "textarea", "title", "xmp"];

/// Elements in which end tags may not close what they name, or tags may be none.
const COMPLICATED: &[&str] = &[
    "applet",
    "button",
    "caption",
    "frameset",
    "html",
    "marquee",
    "math",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "tr",
];
