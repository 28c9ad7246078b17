//! End tags.

use crate::elements::{Element, Kind};
use crate::fast::Pass;
use crate::tokens::Tag;

impl<'a> Pass<'a> {
    pub(super) fn end_tag(&mut self, tag: &Tag<'a>) -> Option<()> {
        let kind = tag.element.map_or(Kind::Ordinary, |element| element.kind);
        if self.stack.in_table() && !is_of_table(kind) {
            return None;
        }
        let open = match (kind, tag.element) {
            (Kind::Paragraph, Some(element)) => match self.stack.paragraph() {
                None => return self.stray_paragraph(tag, element),
                open => open,
            },
            (Kind::Heading, Some(element)) => match self.stack.heading() {
                Some(open) if self.stack.0.get(open)?.is(element.name) => Some(open),
                Some(_) => return None,
                None => None,
            },
            (
                Kind::Block | Kind::Preformatted | Kind::ListItem | Kind::Definition | Kind::Button,
                Some(element),
            ) => self.stack.block(element),
            (Kind::Form, Some(element)) => return self.form_end(tag, element),
            (Kind::Formatting, Some(element)) => match self.stack.formatting(element) {
                Some(open) if self.stack.special_above(open) => return None,
                open => open,
            },
            (Kind::Ordinary | Kind::RubyText, element) => self.stack.ordinary(element, tag.name),
            (_, Some(element)) if is_of_table(kind) => return self.table_end(tag, element),
            (Kind::Void, Some(element)) if element.is("br") => return None,
            // None of these is ever open here.
            _ => None,
        };
        if let Some(open) = open {
            return self.close_by(tag, open);
        }
        self.out.skip(tag.start, tag.end);
        Some(())
    }

    /// A paragraph that ends without having begun is one without content.
    fn stray_paragraph(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        if self.policy.rule(element).is_none() {
            self.out.skip(tag.start, tag.end);
            return Some(());
        }
        if self.stack.paragraph_in_outcome() {
            return None;
        }
        self.out.replace(tag.start, tag.end, "<p></p>");
        Some(())
    }

    fn form_end(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        let open = if self.form { self.stack.block(element) } else { None };
        self.form = false;
        let Some(open) = open else {
            self.out.skip(tag.start, tag.end);
            return Some(());
        };
        let above = self.stack.0.get(open.saturating_add(1)..)?;
        let implied = |element: Option<&Element>| element.is_some_and(Element::end_is_implied);
        if above.iter().all(|node| implied(node.element)) {
            return self.close_by(tag, open);
        }
        None
    }
}

pub(super) const fn is_of_table(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table
            | Kind::RowGroup
            | Kind::Row
            | Kind::Cell
            | Kind::Caption
            | Kind::ColumnGroup
            | Kind::Column
    )
}
