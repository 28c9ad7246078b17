//! Start tags.

use std::borrow::Cow;

use crate::elements::{Element, Kind};
use crate::fast::stack::Node;
use crate::fast::{Pass, text};
use crate::policy::{ElementRule, is_url_for_tree};
use crate::reference;
use crate::tokens::Tag;

impl<'a> Pass<'a> {
    pub(super) fn start_tag(&mut self, tag: &Tag<'a>) -> Option<()> {
        let Some(element) = tag.element else { return self.unknown(tag) };
        if self.stack.in_table() && !matches!(element.kind, Kind::Code) {
            return self.table_tag(tag, element);
        }
        match element.kind {
            Kind::Hard => return None,
            Kind::Ignored => {
                self.out.skip(tag.start, tag.end);
                return Some(());
            }
            Kind::RowGroup
            | Kind::Row
            | Kind::Cell
            | Kind::Caption
            | Kind::ColumnGroup
            | Kind::Column => {
                return self.table_tag(tag, element);
            }
            Kind::RawText | Kind::EscapableText | Kind::Code => return self.raw(tag, element),
            Kind::Ordinary | Kind::Void => {}
            Kind::Block | Kind::Paragraph | Kind::Rule | Kind::Preformatted => {
                self.close_paragraph(tag, element)?;
            }
            Kind::Heading => self.heading(tag, element)?,
            Kind::Formatting => self.formatting(element)?,
            Kind::ListItem | Kind::Definition => self.item(tag, element)?,
            Kind::Form if self.form => {
                self.out.skip(tag.start, tag.end);
                return Some(());
            }
            Kind::Form => {
                self.close_paragraph(tag, element)?;
                self.form = true;
            }
            Kind::Button => {
                if self.stack.block(element).is_some() {
                    return None;
                }
            }
            Kind::RubyText => self.ruby(tag)?,
            Kind::Table => {
                if !self.policy.allows_tables() {
                    return None;
                }
                self.close_paragraph(tag, element)?;
            }
        }
        self.open(tag, element)
    }

    fn unknown(&mut self, tag: &Tag<'a>) -> Option<()> {
        if self.stack.in_table() {
            return None;
        }
        self.out.skip(tag.start, tag.end);
        self.push(Node { element: None, name: tag.name, kept: false })
    }

    /// Writes the tag, if it is allowed, and opens the element, if it has content.
    pub(super) fn open(&mut self, tag: &Tag<'a>, element: &'static Element) -> Option<()> {
        let rule = self.policy.rule(element);
        match rule {
            None => self.out.skip(tag.start, tag.end),
            Some(rule) => self.write_tag(tag, rule)?,
        }
        if element.kind == Kind::Preformatted {
            self.preformatted(tag.end, rule.is_some());
        }
        if matches!(element.kind, Kind::Void | Kind::Rule | Kind::Column) {
            return Some(());
        }
        self.push(Node { element: Some(element), name: tag.name, kept: rule.is_some() })
    }

    fn write_tag(&mut self, tag: &Tag<'a>, rule: &ElementRule) -> Option<()> {
        let written = self.html.get(tag.start..tag.end)?;
        self.scratch.clear();
        self.scratch.push('<');
        self.scratch.push_str(rule.name);
        if !tag.is_bare && !rule.attributes.is_empty() {
            self.attributes(tag, rule)?;
        } else if !tag.is_bare {
            self.count_attributes(tag)?;
        }
        if let Some(rel) = rule.rel {
            self.scratch.push_str(" rel=\"");
            self.scratch.push_str(rel);
            self.scratch.push('"');
        }
        self.scratch.push('>');
        if self.scratch != written {
            self.out.replace(tag.start, tag.end, &self.scratch);
        }
        Some(())
    }

    fn count_attributes(&self, tag: &Tag<'_>) -> Option<()> {
        let mut attributes = tag.attributes;
        let mut count = 0_usize;
        while attributes.step()?.is_ok() {
            count = count.saturating_add(1);
        }
        (count <= self.limits.attributes).then_some(())
    }

    /// Writes what is kept of the attributes, in the order that the tree leaves them in.
    fn attributes(&mut self, tag: &Tag<'a>, rule: &ElementRule) -> Option<()> {
        let mut attributes = tag.attributes;
        let mut seen: Vec<&str> = Vec::new();
        let mut kept: Vec<(&str, Cow<'_, str>)> = Vec::new();
        let mut gaps: Vec<usize> = Vec::new();
        let mut count = 0_usize;
        while let Ok(attribute) = attributes.step()? {
            count = count.saturating_add(1);
            let Some((name, values)) = rule.attribute(attribute.name) else { continue };
            if seen.contains(name) {
                continue;
            }
            seen.push(name);
            let value = reference::attribute_value(str::from_utf8(attribute.value).ok()?)?;
            let judged = match &value {
                Cow::Borrowed(value) => values.judge(value),
                Cow::Owned(value) => values.judge(value).map(|kept| Cow::Owned(kept.into_owned())),
            };
            match judged {
                Ok(judged) => kept.push((name, judged)),
                // The tree refuses some URLs by itself, and leaves no gap there.
                Err(_)
                    if is_url_for_tree(rule.name, name) && !self.policy.tree_keeps_url(&value) => {}
                Err(_) => {
                    gaps.push(kept.len());
                    kept.push((name, Cow::Borrowed("")));
                }
            }
        }
        if count > self.limits.attributes {
            return None;
        }
        // The tree moves its last attribute into each gap.
        if rule.rel.is_some() {
            kept.push(("rel", Cow::Borrowed("")));
        }
        for gap in gaps.into_iter().rev() {
            let _ = kept.swap_remove(gap);
        }
        for (name, value) in kept.iter().filter(|(name, _)| *name != "rel") {
            self.scratch.push(' ');
            self.scratch.push_str(name);
            self.scratch.push_str("=\"");
            reference::escape_attribute(value, &mut self.scratch);
            self.scratch.push('"');
        }
        Some(())
    }

    /// A parser drops a line feed after `<pre>`, which is there only where another follows.
    fn preformatted(&mut self, end: usize, kept: bool) {
        let line_feed = |at: usize| match self.html.as_bytes().get(at..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([b'\n' | b'\r', ..]) => 1,
            _ => 0_usize,
        };
        let first = line_feed(end);
        let after = end.saturating_add(first);
        if first > 0 {
            self.tokens.at = after;
            if !kept || line_feed(after) == 0 {
                self.out.skip(end, after);
            } else if self.html.as_bytes().get(end) != Some(&b'\n') {
                self.out.replace(end, after, "\n");
            }
        }
        // After the one that is kept nothing is dropped.
        let written_twice = first > 0 && kept && line_feed(after) > 0;
        self.preformatted = (kept && !written_twice).then(|| self.out.length_at(after));
    }

    /// Takes an element whose content is text.
    fn raw(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        self.out.skip(tag.start, tag.end);
        let content = self.tokens.raw_text(element);
        let text = self.html.get(content.start..content.end)?;
        match element.kind {
            Kind::Code => {
                // A script may hold another, and so end later.
                if element.is("script") && text.contains("<!--") {
                    return None;
                }
                self.out.skip(content.start, content.after);
                return Some(());
            }
            // A line feed at its beginning is dropped.
            Kind::EscapableText if element.is("textarea") && text.starts_with(['\n', '\r']) => {
                return None;
            }
            Kind::EscapableText => self.text(content.start, content.end, text::With::References)?,
            _ => self.text(content.start, content.end, text::With::None)?,
        }
        self.out.skip(content.end, content.after);
        Some(())
    }

    pub(super) fn close_paragraph(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        if let Some(open) = self.stack.paragraph() {
            self.close_down_to(open, tag.start)?;
        }
        if self.policy.rule(element).is_some() && self.stack.paragraph_in_outcome() {
            return None;
        }
        Some(())
    }

    fn heading(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        self.close_paragraph(tag, element)?;
        if self.stack.last().is_some_and(|node| node.kind() == Kind::Heading) {
            self.close_last(tag.start)?;
        }
        if self.policy.rule(element).is_some() && self.stack.heading_is_last_in_outcome() {
            return None;
        }
        Some(())
    }

    /// A parser closes a second link, and forgets the first of more than three alike.
    fn formatting(&self, element: &Element) -> Option<()> {
        let most = if element.is("a") { 0 } else { 2 };
        (self.stack.count_formatting(element) <= most).then_some(())
    }

    fn item(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        if let Some(open) = self.stack.item(element.kind) {
            self.close_down_to(open, tag.start)?;
        }
        self.close_paragraph(tag, element)?;
        if self.policy.rule(element).is_some() && self.stack.item_in_outcome(element.kind) {
            return None;
        }
        Some(())
    }

    fn ruby(&mut self, tag: &Tag<'a>) -> Option<()> {
        if !self.policy.is_even_about_ruby() {
            return None;
        }
        if self.stack.last()?.kind() == Kind::RubyText {
            self.close_last(tag.start)?;
        }
        self.stack.last()?.is("ruby").then_some(())
    }
}
