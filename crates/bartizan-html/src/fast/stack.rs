//! The elements that are open, as a parser's tree would have them.
//!
//! Some of them are not allowed, and so not in the outcome: a parser that reads the outcome must
//! nevertheless find the same structure. `…_in_outcome` asks what that parser would see.

use crate::elements::{Element, Kind};
use crate::steps;

/// An open element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    /// Nothing when HTML does not know it.
    pub(super) element: Option<&'static Element>,
    pub(super) name: &'a [u8],
    /// Whether it is in the outcome.
    pub(super) kept: bool,
}

impl Node<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.element.is_some_and(|element| element.is(name))
    }

    fn is_like(&self, element: &Element) -> bool {
        self.element.is_some_and(|other| other.id == element.id)
    }

    pub(super) fn kind(&self) -> Kind {
        self.element.map_or(Kind::Ordinary, |element| element.kind)
    }

    fn is_special(&self) -> bool {
        self.element.is_some_and(|element| element.special)
    }

    fn is_scope(&self) -> bool {
        self.element.is_some_and(Element::is_scope)
    }
}

#[derive(Debug)]
pub(super) struct Stack<'a>(pub(super) Vec<Node<'a>>);

impl<'a> Stack<'a> {
    pub(super) fn last(&self) -> Option<&Node<'a>> {
        self.0.last()
    }

    /// Whether only table parts and white space may follow.
    pub(super) fn in_table(&self) -> bool {
        let element = self.last().and_then(|node| node.element);
        element.is_some_and(Element::is_table_part)
    }

    /// The innermost element that `wanted` says yes to, with none in between that `stops` does.
    fn find(
        &self,
        wanted: impl Fn(&Node<'a>) -> bool,
        stops: impl Fn(&Node<'a>) -> bool,
    ) -> Option<usize> {
        for (at, node) in self.0.iter().enumerate().rev() {
            steps::count(1);
            if wanted(node) {
                return Some(at);
            }
            if stops(node) {
                return None;
            }
        }
        None
    }

    /// The paragraph that a block closes.
    pub(super) fn paragraph(&self) -> Option<usize> {
        let stops = |node: &Node<'a>| node.is_scope() || node.kind() == Kind::Button;
        self.find(|node| node.kind() == Kind::Paragraph, stops)
    }

    /// Whether a block in the outcome closes a paragraph there.
    pub(super) fn paragraph_in_outcome(&self) -> bool {
        let stops = |node: &Node<'a>| node.kept && (node.is_scope() || node.kind() == Kind::Button);
        self.find(|node| node.kept && node.kind() == Kind::Paragraph, stops).is_some()
    }

    /// The element that the end tag of a block closes.
    pub(super) fn block(&self, element: &Element) -> Option<usize> {
        let in_list =
            |node: &Node<'a>| element.kind == Kind::ListItem && (node.is("ol") || node.is("ul"));
        self.find(|node| node.is_like(element), |node| node.is_scope() || in_list(node))
    }

    /// The heading that the end tag of any heading closes.
    pub(super) fn heading(&self) -> Option<usize> {
        self.find(|node| node.kind() == Kind::Heading, Node::is_scope)
    }

    /// The item that an item of this kind closes.
    pub(super) fn item(&self, kind: Kind) -> Option<usize> {
        self.find(|node| node.kind() == kind, ends_search_for_items)
    }

    pub(super) fn item_in_outcome(&self, kind: Kind) -> bool {
        let stops = |node: &Node<'a>| node.kept && ends_search_for_items(node);
        self.find(|node| node.kept && node.kind() == kind, stops).is_some()
    }

    pub(super) fn heading_is_last_in_outcome(&self) -> bool {
        let last = self.0.iter().rev().find(|node| node.kept);
        last.is_some_and(|node| node.kind() == Kind::Heading)
    }

    /// What the end tag of an element without a class of its own closes.
    pub(super) fn ordinary(&self, element: Option<&Element>, name: &[u8]) -> Option<usize> {
        let same = |node: &Node<'a>| match (element, node.element) {
            (Some(one), Some(other)) => one.id == other.id,
            (None, None) => node.name.eq_ignore_ascii_case(name),
            _ => false,
        };
        self.find(same, Node::is_special)
    }

    /// The formatting element that an end tag closes.
    pub(super) fn formatting(&self, element: &Element) -> Option<usize> {
        self.find(|node| node.is_like(element), Node::is_scope)
    }

    /// How many formatting elements of this name are open.
    pub(super) fn count_formatting(&self, element: &Element) -> usize {
        let inside = self.0.iter().rev().take_while(|node| !node.is_scope());
        inside.filter(|node| node.is_like(element)).count()
    }

    /// The cell, caption or table that encloses all, from the inside.
    pub(super) fn scope(&self) -> Option<usize> {
        self.find(Node::is_scope, |_| false)
    }

    pub(super) fn table(&self) -> Option<usize> {
        self.find(|node| node.kind() == Kind::Table, |_| false)
    }

    /// Whether one of the elements above `at` is special.
    pub(super) fn special_above(&self, at: usize) -> bool {
        self.0.iter().skip(at.saturating_add(1)).any(Node::is_special)
    }
}

fn ends_search_for_items(node: &Node<'_>) -> bool {
    node.is_special() && !(node.kind() == Kind::Paragraph || node.is("address") || node.is("div"))
}
