//! One pass over HTML that gives what a tree would give, where that is certain.
//!
//! It follows the tree construction of the HTML standard for ordinary content, and gives up wherever
//! a parser would move something: a formatting element cut off by a block, text between the cells of
//! a table, foreign content. What it writes is settled: reading it gives the same tree again.

mod end;
mod output;
mod stack;
mod start;
mod table;
mod text;

use crate::limits::{Limits, TooCostly};
use crate::policy::Policy;
use crate::tokens::{Tag, Token, Tokens};
use output::Output;
use stack::{Node, Stack};

/// What a single pass makes of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It stays as it is.
    Same,
    /// It becomes this.
    Changed(String),
    /// A tree has to tell.
    Unsure,
}

/// Cleans `html`, if that is certain.
///
/// # Errors
///
/// [`TooCostly::OutputBytes`] when it grows beyond that limit.
pub(crate) fn clean(policy: &Policy, limits: &Limits, html: &str) -> Result<Outcome, TooCostly> {
    if !policy.is_for_one_pass() {
        return Ok(Outcome::Unsure);
    }
    let mut pass = Pass {
        policy,
        limits,
        html,
        tokens: Tokens::new(html),
        stack: Stack(Vec::new()),
        out: Output::new(html),
        preformatted: None,
        form: false,
        scratch: String::new(),
    };
    while let Some(token) = pass.tokens.next() {
        if pass.token(&token).is_none() {
            return Ok(Outcome::Unsure);
        }
        if pass.out.length_at(pass.tokens.at) > limits.output_bytes {
            return Err(TooCostly::OutputBytes(limits.output_bytes));
        }
    }
    while pass.close_last(html.len()).is_some() {}
    Ok(pass.out.finish().map_or(Outcome::Same, Outcome::Changed))
}

/// What is known in the middle of it. Methods return nothing when a tree has to tell.
struct Pass<'a> {
    policy: &'a Policy,
    limits: &'a Limits,
    html: &'a str,
    tokens: Tokens<'a>,
    stack: Stack<'a>,
    out: Output<'a>,
    /// How long the outcome was right after `<pre>`, where a line feed has to be written twice.
    preformatted: Option<usize>,
    /// Whether a form was opened and not ended, be it open still or not.
    form: bool,
    scratch: String,
}

impl<'a> Pass<'a> {
    fn token(&mut self, token: &Token<'a>) -> Option<()> {
        match *token {
            Token::Text { start, end } => self.text(start, end, text::With::References),
            Token::Start(ref tag) => self.start_tag(tag),
            Token::End(ref tag) => self.end_tag(tag),
            Token::Comment { start, end } => {
                self.out.skip(start, end);
                Some(())
            }
        }
    }

    /// Opens an element whose tag is written already.
    fn push(&mut self, node: Node<'a>) -> Option<()> {
        if self.stack.0.len() >= self.limits.depth {
            return None;
        }
        self.stack.0.push(node);
        Some(())
    }

    /// Opens an element that is implied before `at`.
    fn push_implied(&mut self, name: &'static str, at: usize) -> Option<()> {
        let element = crate::elements::Element::find(name.as_bytes());
        let kept = element.is_some_and(|element| self.policy.rule(element).is_some());
        if kept {
            self.out.insert(at, "<");
            self.out.insert(at, name);
            self.out.insert(at, ">");
        }
        self.push(Node { element, name: name.as_bytes(), kept })
    }

    /// Closes the innermost element, with an end tag before `at`.
    fn close_last(&mut self, at: usize) -> Option<()> {
        let node = self.stack.0.pop()?;
        if let (true, Some(element)) = (node.kept, node.element) {
            self.out.insert(at, "</");
            self.out.insert(at, element.name);
            self.out.insert(at, ">");
        }
        Some(())
    }

    /// Closes all down to the element at `index`, and that too, none of which may be one that a
    /// parser opens again.
    fn close_down_to(&mut self, index: usize, at: usize) -> Option<()> {
        self.certainly_closes(index)?;
        while self.stack.0.len() > index {
            self.close_last(at)?;
        }
        Some(())
    }

    fn certainly_closes(&self, index: usize) -> Option<()> {
        let formatting = |node: &Node<'_>| node.kind() == crate::elements::Kind::Formatting;
        let inside = self.stack.0.get(index.saturating_add(1)..).unwrap_or_default();
        // The element itself is what an end tag closes, or no formatting element.
        if inside.iter().any(formatting) { None } else { Some(()) }
    }

    /// Closes all down to the element at `index`, which `tag` closes by name.
    fn close_by(&mut self, tag: &Tag<'a>, index: usize) -> Option<()> {
        self.certainly_closes(index)?;
        self.close_by_any(tag, index)
    }

    fn close_by_any(&mut self, tag: &Tag<'a>, index: usize) -> Option<()> {
        while self.stack.0.len() > index.saturating_add(1) {
            self.close_last(tag.start)?;
        }
        let node = self.stack.0.pop()?;
        match node.element {
            Some(element) if node.kept => {
                let written = self.html.get(tag.start..tag.end)?;
                let name = written.get(2..written.len().checked_sub(1)?)?;
                if !tag.is_bare || name != element.name {
                    self.out.replace(tag.start, tag.end, "</");
                    self.out.insert(tag.end, element.name);
                    self.out.insert(tag.end, ">");
                }
            }
            _ => self.out.skip(tag.start, tag.end),
        }
        Some(())
    }
}
