//! One pass over HTML that tells what building a tree of it could cost.
//!
//! Three counts cannot be fooled: bytes, ampersands, and tags, which are counted wherever they may
//! stand. The others follow the markup as a parser does in ordinary content. After an element that
//! makes it complicated (foreign content, selects …) they only ever count up.

use crate::elements::{Element, Kind};
use crate::limits::{Limits, TooCostly};
use crate::steps;
use crate::tokens::{Attributes, Tag, Token, Tokens, find, is_space};

/// Refuses HTML beyond a limit; returns where a `<` stands that begins no tag, but that a parser
/// would take for one.
pub(crate) fn check(html: &str, limits: &Limits) -> Result<Vec<usize>, TooCostly> {
    let bytes = html.as_bytes();
    if bytes.len() > limits.tree_bytes {
        return Err(TooCostly::TreeBytes(limits.tree_bytes));
    }
    if html.matches('&').count() > limits.ampersands {
        return Err(TooCostly::Ampersands(limits.ampersands));
    }
    let tags = count_tags(bytes);
    if tags > limits.tags {
        return Err(TooCostly::Tags(limits.tags));
    }
    let mut scan = Scan {
        limits,
        html: bytes,
        open: Vec::new(),
        formatting: Vec::new(),
        weight: 0,
        tags,
        attributes: 0,
        unsure: false,
    };
    let mut literal = Vec::new();
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text { start, end } => scan.find_literals(start, end, &mut literal),
            Token::Start(tag) => {
                if scan.skip_simple(&tag, &mut tokens)? {
                    continue;
                }
                scan.start_tag(&tag)?;
                scan.raw_text(&tag, &mut tokens, html);
            }
            Token::End(tag) => scan.end_tag(tag.element, tag.name),
            Token::Comment { .. } => {}
        }
        if scan.unsure {
            scan.go_on_unsure(tokens.at)?;
            break;
        }
    }
    Ok(literal)
}

/// How often a start tag, a comment or a declaration could begin.
fn count_tags(html: &[u8]) -> usize {
    let begins = |pair: &&[u8]| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'));
    html.windows(2).filter(begins).count()
}

struct Scan<'a> {
    limits: &'a Limits,
    html: &'a [u8],
    /// Elements that are open.
    open: Vec<Open<'a>>,
    /// What a copy of each formatting element that is open costs, by name.
    formatting: Vec<(&'static str, usize)>,
    /// What copies of all of them cost, which every tag may cause.
    weight: usize,
    tags: usize,
    attributes: usize,
    /// Whether this scan may not see what a parser sees: it then believes no end tag of a
    /// formatting element, and finds start tags also in attributes.
    unsure: bool,
}

#[derive(Clone, Copy)]
struct Open<'a> {
    element: Option<&'static Element>,
    name: &'a [u8],
}

impl Open<'_> {
    fn kind(&self) -> Kind {
        self.element.map_or(Kind::Ordinary, |element| element.kind)
    }

    fn is_scope(&self) -> bool {
        self.element.is_some_and(Element::is_scope)
    }

    fn is_special(&self) -> bool {
        self.element.is_some_and(|element| element.special)
    }
}

impl<'a> Scan<'a> {
    fn start_tag(&mut self, tag: &Tag<'a>) -> Result<(), TooCostly> {
        let attributes = self.count_attributes(tag.attributes)?;
        self.open(tag.element, tag.name, attributes)
    }

    fn open(
        &mut self,
        element: Option<&'static Element>,
        name: &'a [u8],
        attributes: usize,
    ) -> Result<(), TooCostly> {
        let kind = element.map_or(Kind::Ordinary, |element| element.kind);
        self.unsure |= kind == Kind::Hard;
        if let (Some(element), true) = (element, element.is_some_and(is_formatting)) {
            if element.is("a") && !self.unsure {
                self.end_formatting(element);
            }
            self.push_formatting(element.name, attributes.saturating_add(1))?;
        }
        if has_no_content(kind) || (is_table_part(kind) && !self.in_table()) {
            return Ok(());
        }
        self.close_implied(element, kind);
        self.open.push(Open { element, name });
        if self.open.len() > self.limits.depth {
            return Err(TooCostly::Depth(self.limits.depth));
        }
        Ok(())
    }

    fn count_attributes(&mut self, mut attributes: Attributes<'a>) -> Result<usize, TooCostly> {
        let mut count = 0_usize;
        while let Some(Ok(_)) = attributes.step() {
            count = count.saturating_add(1);
            if count > self.limits.attributes {
                return Err(TooCostly::Attributes(self.limits.attributes));
            }
        }
        self.attributes = self.attributes.saturating_add(count);
        if self.attributes > self.limits.attributes_in_total {
            return Err(TooCostly::AttributesInTotal(self.limits.attributes_in_total));
        }
        Ok(count)
    }

    fn push_formatting(&mut self, name: &'static str, cost: usize) -> Result<(), TooCostly> {
        self.formatting.push((name, cost));
        self.weight = self.weight.saturating_add(cost);
        let elements = self.tags.saturating_mul(self.weight.saturating_add(1));
        if elements > self.limits.elements {
            return Err(TooCostly::Elements(self.limits.elements));
        }
        Ok(())
    }

    /// Skips a picture that is nothing but SVG, or a select of nothing but options: after it, a parser
    /// is where it was.
    fn skip_simple(&mut self, tag: &Tag<'a>, tokens: &mut Tokens<'a>) -> Result<bool, TooCostly> {
        let Some(element) = tag.element.filter(|element| matches!(element.name, "svg" | "select"))
        else {
            return Ok(false);
        };
        let is_simple = |inner: &Tag<'_>| match inner.element {
            None => element.is("svg") && !holds_html(inner.name),
            Some(inner) => element.is("select") && matches!(inner.name, "option" | "optgroup"),
        };
        let before = tokens.clone();
        let mut depth = self.open.len().saturating_add(1);
        let mut attributes = self.count_attributes(tag.attributes)?;
        tokens.in_foreign = element.is("svg");
        let ends = loop {
            match tokens.next() {
                Some(Token::Text { .. }) => {}
                Some(Token::Start(inner)) if is_simple(&inner) => {
                    depth = depth.saturating_add(1);
                    attributes =
                        attributes.saturating_add(self.count_attributes(inner.attributes)?);
                }
                Some(Token::End(end)) if end.element.is_some_and(|end| end.id == element.id) => {
                    break true;
                }
                Some(Token::End(inner)) if is_simple(&inner) => {}
                _ => break false,
            }
        };
        tokens.in_foreign = false;
        if ends && depth <= self.limits.depth {
            return Ok(true);
        }
        // It is counted again by what comes next.
        *tokens = before;
        self.attributes = self.attributes.saturating_sub(attributes);
        Ok(false)
    }

    /// Skips what a parser reads as text up to an end tag.
    fn raw_text(&mut self, tag: &Tag<'a>, tokens: &mut Tokens<'a>, html: &str) {
        let Some(element) = tag.element else { return };
        if !is_raw(element.kind) || self.unsure {
            return;
        }
        let text = tokens.raw_text(element);
        let content = html.get(text.start..text.end).unwrap_or_default();
        // A script may hold another, and so end later.
        if element.is("script") && content.contains("<!--") {
            self.unsure = true;
            tokens.at = text.start;
        }
    }

    fn end_tag(&mut self, element: Option<&'static Element>, name: &[u8]) {
        let Some(element) = element else {
            let same =
                |open: &Open<'_>| open.element.is_none() && open.name.eq_ignore_ascii_case(name);
            self.close(same, Open::is_special);
            return;
        };
        let same = |open: &Open<'a>| open.element.is_some_and(|open| open.id == element.id);
        match element.kind {
            Kind::Formatting => self.end_formatting(element),
            Kind::Hard if is_formatting(element) => self.end_formatting(element),
            Kind::Ordinary | Kind::RubyText => self.close(same, Open::is_special),
            Kind::Heading => self.close(|open| open.kind() == Kind::Heading, Open::is_scope),
            kind if is_table_part(kind) || kind == Kind::Table => {
                self.close(same, |open| open.kind() == Kind::Table);
            }
            _ => self.close(same, Open::is_scope),
        }
    }

    /// Closes the innermost of those elements, unless one that `stops` is inside of it.
    fn close(&mut self, same: impl Fn(&Open<'a>) -> bool, stops: impl Fn(&Open<'a>) -> bool) {
        for (at, open) in self.open.iter().enumerate().rev() {
            steps::count(1);
            if same(open) {
                self.open.truncate(at);
                return;
            }
            if stops(open) {
                return;
            }
        }
    }

    /// Forgets a formatting element, where a parser does, too: not from inside of a cell.
    fn end_formatting(&mut self, element: &Element) {
        let inside = |open: &&Open<'_>| !open.is_scope();
        let above = self
            .open
            .iter()
            .rev()
            .take_while(inside)
            .position(|open| open.element.is_some_and(|open| open.id == element.id));
        let Some(above) = above else { return };
        let at = self.open.len().saturating_sub(above).saturating_sub(1);
        let cut_off = self.open.iter().skip(at).any(Open::is_special);
        if cut_off {
            let _ = self.open.remove(at);
        } else {
            self.open.truncate(at);
        }
        if self.unsure {
            return;
        }
        if let Some(at) = self.formatting.iter().rposition(|(name, _)| element.is(name)) {
            let (_, cost) = self.formatting.remove(at);
            self.weight = self.weight.saturating_sub(cost);
        }
    }

    /// Closes the elements that a start tag closes without an end tag: `<p>` before a block, `<li>`
    /// before another.
    fn close_implied(&mut self, element: Option<&Element>, kind: Kind) {
        if !closes_a_like(kind) {
            return;
        }
        let mut keep = self.open.len();
        for (at, open) in self.open.iter().enumerate().rev() {
            steps::count(1);
            let is_one =
                open.kind() == kind && !matches!(kind, Kind::Block | Kind::Table | Kind::Form);
            let is_cell_of_row = kind == Kind::Row && open.kind() == Kind::Cell;
            let is_like = matches!(open.kind(), Kind::Paragraph) || is_one || is_cell_of_row;
            let is_option = element.is_some_and(|element| element.kind == Kind::Hard);
            if is_like && !is_option {
                keep = at;
            } else if open.is_special() || open.is_scope() {
                break;
            }
        }
        self.open.truncate(keep);
    }

    fn in_table(&self) -> bool {
        self.unsure || self.open.iter().any(|open| open.kind() == Kind::Table)
    }

    /// Finds what begins no tag, but would for a parser.
    fn find_literals(&self, start: usize, end: usize, literal: &mut Vec<usize>) {
        let Some(text) = self.html.get(..end) else { return };
        let mut from = start;
        while let Some(at) = find(text, from, b'<') {
            from = at.saturating_add(1);
            if self
                .html
                .get(from)
                .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
            {
                literal.push(at);
            }
        }
    }

    /// Looks at everything that could be a tag.
    fn go_on_unsure(&mut self, from: usize) -> Result<(), TooCostly> {
        let mut at = from;
        while let Some(less_than) = find(self.html, at, b'<') {
            at = less_than.saturating_add(1);
            match self.html.get(at..).unwrap_or_default() {
                [first, ..] if first.is_ascii_alphabetic() => {
                    let name = self.name_at(at);
                    at = at.saturating_add(name.len());
                    let attributes =
                        self.count_attributes(Attributes::after_name(self.html, at))?;
                    self.open(Element::find(name), name, attributes)?;
                }
                [b'/', first, ..] if first.is_ascii_alphabetic() => {
                    let name = self.name_at(at.saturating_add(1));
                    at = at.saturating_add(name.len());
                    self.end_tag(Element::find(name), name);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn name_at(&self, at: usize) -> &'a [u8] {
        let rest = self.html.get(at..).unwrap_or_default();
        let ends = |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>');
        rest.get(..rest.iter().position(ends).unwrap_or(rest.len())).unwrap_or_default()
    }
}

/// Whether an element of SVG may hold HTML.
fn holds_html(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"foreignobject") || name.eq_ignore_ascii_case(b"desc")
}

/// `nobr` is one, too, which a single pass does not follow.
fn is_formatting(element: &Element) -> bool {
    element.kind == Kind::Formatting || element.is("nobr")
}

const fn is_raw(kind: Kind) -> bool {
    matches!(kind, Kind::RawText | Kind::EscapableText | Kind::Code)
}

const fn has_no_content(kind: Kind) -> bool {
    is_raw(kind) || matches!(kind, Kind::Void | Kind::Rule | Kind::Column | Kind::Ignored)
}

const fn is_table_part(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RowGroup | Kind::Row | Kind::Cell | Kind::Caption | Kind::ColumnGroup | Kind::Column
    )
}

const fn closes_a_like(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Block
            | Kind::Paragraph
            | Kind::Preformatted
            | Kind::ListItem
            | Kind::Definition
            | Kind::Form
            | Kind::Table
            | Kind::Row
            | Kind::Cell
            | Kind::RowGroup
    )
}
