//! html5ever, and a tree of it that is just good enough to look at.

use std::borrow::Cow;
use std::rc::Rc;

use core::cell::RefCell;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns};

/// An element, or the document.
#[derive(Debug)]
pub(super) struct Node {
    name: QualName,
    pub(super) attributes: Vec<(String, String)>,
    children: RefCell<Vec<Child>>,
}

#[derive(Clone, Debug)]
enum Child {
    Node(Rc<Node>),
    Text(String),
    Comment,
}

impl Node {
    fn new(name: QualName, attributes: &[Attribute]) -> Rc<Self> {
        let text =
            |attribute: &Attribute| (attribute.name.local.to_string(), attribute.value.to_string());
        let attributes = attributes.iter().map(text).collect();
        Rc::new(Self { name, attributes, children: RefCell::default() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name.local
    }

    /// The text, when there is nothing else.
    pub(super) fn only_text(&self) -> Option<String> {
        match self.children.borrow().as_slice() {
            [] => Some(String::new()),
            [Child::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    /// All text below this one.
    pub(super) fn text(&self) -> String {
        let text = |child: &Child| match child {
            Child::Node(node) => node.text(),
            Child::Comment => String::new(),
            Child::Text(text) => text.clone(),
        };
        self.children.borrow().iter().map(text).collect()
    }

    /// All elements below this one.
    pub(super) fn elements(&self) -> Vec<Rc<Self>> {
        let mut found = Vec::new();
        let mut next = self.nodes();
        while let Some(node) = next.pop() {
            next.extend(node.nodes());
            found.push(node);
        }
        found
    }

    pub(super) fn comments(&self) -> usize {
        let comment = |child: &Child| match child {
            Child::Node(node) => node.comments(),
            Child::Comment => 1,
            Child::Text(_) => 0,
        };
        self.children.borrow().iter().map(comment).sum()
    }

    fn nodes(&self) -> Vec<Rc<Self>> {
        let node = |child: &Child| match child {
            Child::Node(node) => Some(Rc::clone(node)),
            Child::Text(_) | Child::Comment => None,
        };
        self.children.borrow().iter().filter_map(node).collect()
    }

    fn push(&self, child: NodeOrText<Handle>) {
        let mut children = self.children.borrow_mut();
        match (child, children.last_mut()) {
            (NodeOrText::AppendText(text), Some(Child::Text(last))) => last.push_str(&text),
            (NodeOrText::AppendText(text), _) => children.push(Child::Text(text.to_string())),
            (NodeOrText::AppendNode(Handle(Some(node))), _) => children.push(Child::Node(node)),
            (NodeOrText::AppendNode(Handle(None)), _) => children.push(Child::Comment),
        }
    }
}

/// Parses `html` as the content of a `context` element, and returns what contains it.
pub(super) fn parse(html: &str, context: LocalName) -> Rc<Node> {
    let namespace = match &*context {
        "svg" => ns!(svg),
        "math" => ns!(mathml),
        _ => ns!(html),
    };
    let context = QualName::new(None, namespace, context);
    html5ever::parse_fragment(Tree::new(), ParseOpts::default(), context, Vec::new(), true)
        .one(html)
}

/// An element, or a comment, of which only its being there matters.
#[derive(Clone, Debug)]
struct Handle(Option<Rc<Node>>);

#[derive(Debug)]
struct Tree(Rc<Node>);

impl Tree {
    fn new() -> Self {
        Self(Node::new(QualName::new(None, ns!(), local_name!("")), &[]))
    }

    fn parent(&self, child: &Handle) -> Option<Rc<Node>> {
        let holds = |parent: &Rc<Node>| parent.nodes().iter().any(|node| same(node, child));
        let mut nodes = self.0.elements();
        nodes.push(Rc::clone(&self.0));
        nodes.into_iter().find(holds)
    }
}

fn same(node: &Rc<Node>, handle: &Handle) -> bool {
    handle.0.as_ref().is_some_and(|other| Rc::ptr_eq(node, other))
}

impl TreeSink for Tree {
    type Handle = Handle;
    type Output = Rc<Node>;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Rc<Node> {
        let html = self.0.nodes();
        html.into_iter().next().unwrap_or(self.0)
    }

    fn get_document(&self) -> Handle {
        Handle(Some(Rc::clone(&self.0)))
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Name<'a> {
        Name(target.0.as_ref().map_or(&self.0.name, |node| &node.name))
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        Handle(Some(Node::new(name, &attrs)))
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        Handle(None)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        Handle(None)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        if let Some(parent) = &parent.0 {
            parent.push(child);
        }
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let Some(parent) = self.parent(sibling) {
            parent.push(child);
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        if let Some(parent) = self.parent(element).or_else(|| previous.0.clone()) {
            parent.push(child);
        }
    }

    /// Templates keep their content to themselves: here it is content like any other.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.0.as_ref().is_some_and(|node| same(node, other))
    }

    fn remove_from_parent(&self, target: &Handle) {
        if let Some(parent) = self.parent(target) {
            let other = |child: &Child| !matches!(child, Child::Node(node) if same(node, target));
            parent.children.borrow_mut().retain(other);
        }
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        if let (Some(node), Some(parent)) = (&node.0, &new_parent.0) {
            let children = node.children.take();
            parent.children.borrow_mut().extend(children);
        }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn add_attrs_if_missing(&self, _: &Handle, _: Vec<Attribute>) {}
    fn maybe_clone_an_option_into_selectedcontent(&self, _: &Handle) {}
}

#[derive(Debug)]
struct Name<'a>(&'a QualName);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}
