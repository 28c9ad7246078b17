//! What may survive.

pub(crate) mod attribute;
pub(crate) mod builder;
mod css;
mod presets;
pub(crate) mod tables;
pub(crate) mod urls;

use std::borrow::Cow;
use std::sync::Arc;

use crate::elements::{COUNT, Element};
use attribute::{Refused, Values};
use builder::PolicyBuilder;

/// Which elements and attributes survive sanitizing. It never changes once made.
///
/// There are presets, and a [`builder`](Self::builder); [`extend`](Self::extend) starts from a
/// preset. Whatever it allows, `script` and `style` go with their content, and so do comments; of
/// any other element that is not allowed the text stays.
///
/// ```
/// use bartizan_html::{Policy, Sanitizer};
///
/// let html = "<p>Hi <b>there</b><img src=x onerror=alert(1)></p>";
/// let comment = Sanitizer::new(Policy::comment());
/// assert_eq!(comment.clean(html)?.as_str(), "<p>Hi <b>there</b></p>");
/// let text = Sanitizer::new(Policy::plain_text());
/// assert_eq!(text.clean(html)?.as_str(), "Hi there");
/// # Ok::<(), bartizan_html::TooCostly>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Arc<Rules>);

#[derive(Debug, PartialEq, Eq)]
struct Rules {
    elements: Vec<ElementRule>,
    /// Where in `elements` the rule of an element of HTML is.
    by_id: [u8; COUNT],
    rel: Option<&'static str>,
    max_output_bytes: usize,
    /// Whether all parts of a table are allowed.
    tables: bool,
    /// Whether `ruby`, `rt` and `rp` are all allowed, or none.
    ruby: bool,
    /// Whether a single pass knows every element that is allowed.
    one_pass: bool,
    source: PolicyBuilder,
}

/// What an allowed element may have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ElementRule {
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<(&'static str, Values)>,
    /// The link relations that it gets.
    pub(crate) rel: Option<&'static str>,
}

impl ElementRule {
    /// The rule of an attribute whose name is written in any case.
    pub(crate) fn attribute(&self, name: &[u8]) -> Option<&(&'static str, Values)> {
        self.attributes.iter().find(|(other, _)| name.eq_ignore_ascii_case(other.as_bytes()))
    }
}

impl Policy {
    /// Starts from a policy that allows nothing.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }

    /// Starts from this policy, to allow more.
    ///
    /// ```
    /// use bartizan_html::{Policy, Sanitizer};
    ///
    /// let policy = Policy::comment().extend().elements(&["sub", "sup"]).build()?;
    /// let clean = Sanitizer::new(policy).clean("H<sub>2</sub>O").map(|html| html.into_string());
    /// assert_eq!(clean.as_deref(), Ok("H<sub>2</sub>O"));
    /// # Ok::<(), bartizan_html::PolicyError>(())
    /// ```
    pub fn extend(&self) -> PolicyBuilder {
        self.0.source.clone()
    }

    /// The rule of an element of HTML, when it is allowed.
    pub(crate) fn rule(&self, element: &Element) -> Option<&ElementRule> {
        let at = *self.0.by_id.get(usize::from(element.id))?;
        self.0.elements.get(usize::from(at))
    }

    pub(crate) fn rule_named(&self, name: &str) -> Option<&ElementRule> {
        self.0.elements.iter().find(|rule| rule.name == name)
    }

    /// The rule of an element of SVG, whose names a parser puts into the right case.
    pub(crate) fn rule_in_any_case(&self, name: &str) -> Option<&ElementRule> {
        self.0.elements.iter().find(|rule| rule.name.eq_ignore_ascii_case(name))
    }

    /// Returns what is kept of an attribute of an allowed element.
    pub(crate) fn judge<'v>(
        &self,
        element: &str,
        attribute: &str,
        value: &'v str,
    ) -> Result<Cow<'v, str>, Refused> {
        let known = Element::find(element.as_bytes()).and_then(|element| self.rule(element));
        let rule = known.or_else(|| self.rule_named(element)).ok_or(Refused::Value)?;
        if attribute == "rel" && rule.rel.is_some() {
            return Ok(Cow::Borrowed(value));
        }
        let known = rule.attributes.iter().find(|(name, _)| *name == attribute);
        known.ok_or(Refused::Value)?.1.judge(value)
    }

    pub(crate) fn element_rules(&self) -> &[ElementRule] {
        &self.0.elements
    }

    pub(crate) fn rel(&self) -> Option<&'static str> {
        self.0.rel
    }

    pub(crate) fn max_output_bytes(&self) -> usize {
        self.0.max_output_bytes
    }

    pub(crate) fn allows_tables(&self) -> bool {
        self.0.tables
    }

    pub(crate) fn is_even_about_ruby(&self) -> bool {
        self.0.ruby
    }

    pub(crate) fn is_for_one_pass(&self) -> bool {
        self.0.one_pass
    }
}

/// Attributes that ammonia itself looks at as URLs.
pub(crate) fn is_url_for_tree(element: &str, attribute: &str) -> bool {
    matches!(attribute, "href" | "src") || (element == "video" && attribute == "poster")
}
