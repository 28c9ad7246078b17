//! Tables, as long as they hold nothing but their parts.
//!
//! They are followed only under a policy that allows every part, so that none is left out of the
//! outcome.

use crate::elements::{Element, Kind};
use crate::fast::Pass;
use crate::fast::end::is_of_table;
use crate::fast::stack::Node;
use crate::tokens::Tag;

impl<'a> Pass<'a> {
    /// A tag of a part of a table; any other between parts is moved by a parser.
    pub(super) fn table_tag(&mut self, tag: &Tag<'a>, element: &'static Element) -> Option<()> {
        if !is_of_table(element.kind) {
            return None;
        }
        if self.stack.table().is_none() {
            // Outside of a table a part is none.
            self.out.skip(tag.start, tag.end);
            return Some(());
        }
        self.end_cell(tag.start)?;
        match element.kind {
            Kind::Cell => {
                self.in_row_group(tag.start)?;
                if self.last_kind() == Some(Kind::RowGroup) {
                    self.push_implied("tr", tag.start)?;
                }
            }
            Kind::Row => {
                self.close_if(Kind::Row, tag.start)?;
                self.in_row_group(tag.start)?;
            }
            Kind::RowGroup => {
                self.close_if(Kind::Row, tag.start)?;
                self.close_if(Kind::RowGroup, tag.start)?;
                self.close_if(Kind::ColumnGroup, tag.start)?;
            }
            Kind::ColumnGroup => self.close_if(Kind::ColumnGroup, tag.start)?,
            Kind::Column if self.last_kind() == Some(Kind::Table) => {
                self.push_implied("colgroup", tag.start)?;
            }
            _ => {}
        }
        let inside = match element.kind {
            Kind::Cell => Kind::Row,
            Kind::Row => Kind::RowGroup,
            Kind::Column => Kind::ColumnGroup,
            // A table between the parts of another ends that.
            Kind::Table => return None,
            _ => Kind::Table,
        };
        if self.last_kind() != Some(inside) {
            return None;
        }
        self.open(tag, element)
    }

    pub(super) fn table_end(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        let Some(table) = self.stack.table() else {
            self.out.skip(tag.start, tag.end);
            return Some(());
        };
        let scope = self.stack.scope()?;
        let node = self.stack.0.get(scope)?;
        match element.kind {
            Kind::Cell | Kind::Caption if node.is(element.name) => self.close_by_any(tag, scope),
            Kind::Table if node.kind() != Kind::Caption => self.close_by_any(tag, table),
            Kind::Row | Kind::RowGroup => {
                self.end_cell(tag.start)?;
                if element.kind == Kind::RowGroup {
                    self.close_if(Kind::Row, tag.start)?;
                }
                self.close_part(tag, element)
            }
            Kind::ColumnGroup => self.close_part(tag, element),
            _ => None,
        }
    }

    fn close_part(&mut self, tag: &Tag<'a>, element: &Element) -> Option<()> {
        let last = self.stack.0.len().checked_sub(1)?;
        if !self.stack.last()?.is(element.name) {
            return None;
        }
        self.close_by_any(tag, last)
    }

    /// Ends the cell that is open, and what is in it. Formatting elements end with a cell for good.
    fn end_cell(&mut self, at: usize) -> Option<()> {
        let scope = self.stack.scope()?;
        match self.stack.0.get(scope)?.kind() {
            Kind::Cell => {
                while self.stack.0.len() > scope {
                    self.close_last(at)?;
                }
                Some(())
            }
            Kind::Table if self.stack.in_table() => Some(()),
            _ => None,
        }
    }

    fn in_row_group(&mut self, at: usize) -> Option<()> {
        self.close_if(Kind::ColumnGroup, at)?;
        if self.last_kind() == Some(Kind::Table) {
            self.push_implied("tbody", at)?;
        }
        Some(())
    }

    fn close_if(&mut self, kind: Kind, at: usize) -> Option<()> {
        if self.last_kind() == Some(kind) {
            self.close_last(at)?;
        }
        Some(())
    }

    fn last_kind(&self) -> Option<Kind> {
        self.stack.last().map(Node::kind)
    }
}
