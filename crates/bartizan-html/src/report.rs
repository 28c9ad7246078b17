//! What was removed, and where.

use core::fmt;

use crate::elements::Kind;
use crate::policy::Policy;
use crate::policy::attribute::Refused;
use crate::policy::urls::UrlRefused;
use crate::reference;
use crate::tokens::{Attribute, Tag, Token, Tokens};

/// What a [`Sanitizer`](crate::Sanitizer) removed from an input, in its order.
///
/// It follows the tags as they are written. What a parser moves or closes by itself is not in it,
/// and in foreign content (SVG, `MathML`) and after tags that mislead a parser it is an approximation.
///
/// ```
/// use bartizan_html::{Policy, Removed, Sanitizer, UrlRefused};
///
/// let sanitizer = Sanitizer::new(Policy::comment());
/// let (_, report) = sanitizer.clean_with_report("<a href='javascript:x'>x</a><img src=x>")?;
/// let [link, image] = report.removals() else { panic!("two things are removed") };
/// assert_eq!((link.at, image.at), (3, 28));
/// assert!(matches!(link.what, Removed::Url(_, UrlRefused::Scheme)));
/// assert!(matches!(&image.what, Removed::Element(name) if name.as_str() == "img"));
/// # Ok::<(), bartizan_html::TooCostly>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    removals: Vec<Removal>,
    total: usize,
}

/// One thing that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a place and a thing, and no more")]
pub struct Removal {
    /// Where it stands in the input, in bytes from its beginning.
    pub at: usize,
    /// What it is.
    pub what: Removed,
}

/// What was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removed {
    /// An element that is not allowed; its content stayed, as far as it is allowed.
    Element(Name),
    /// A script or a style sheet, with its content.
    Code(Name),
    /// An attribute that is not allowed, or not with such a value.
    Attribute(Name),
    /// An attribute whose URL is not allowed.
    Url(Name, UrlRefused),
    /// A comment or a declaration.
    Comment,
}

/// The name of an element or attribute: at most 24 characters, in lower case, and `?` for what is
/// no ASCII letter, digit or hyphen.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    fn new(name: &[u8]) -> Self {
        let plain = |byte: &u8| match byte.to_ascii_lowercase() {
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => char::from(byte),
            _ => '?',
        };
        Self(name.iter().take(MAX_NAME).map(plain).collect())
    }

    /// Lends the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const MAX_NAME: usize = 24;

/// More than that are only counted.
const MAX_REMOVALS: usize = 64;

impl Report {
    /// The first 64 things that were removed.
    #[must_use]
    pub fn removals(&self) -> &[Removal] {
        &self.removals
    }

    /// How many things were removed.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    pub(crate) fn new(policy: &Policy, html: &str) -> Self {
        let mut report = Self::default();
        let mut tokens = Tokens::new(html);
        while let Some(token) = tokens.next() {
            match token {
                Token::Start(tag) => report.start_tag(policy, &tag, &mut tokens),
                Token::End(tag) => {
                    let ends =
                        tag.element.is_some_and(|element| matches!(element.name, "svg" | "math"));
                    tokens.in_foreign &= !ends;
                }
                Token::Comment { start, .. } => report.push(start, Removed::Comment),
                Token::Text { .. } => {}
            }
        }
        report
    }

    fn start_tag(&mut self, policy: &Policy, tag: &Tag<'_>, tokens: &mut Tokens<'_>) {
        let name = Name::new(tag.name);
        if let Some(element) = tag.element {
            tokens.in_foreign |= matches!(element.name, "svg" | "math");
            if matches!(element.kind, Kind::Code | Kind::RawText | Kind::EscapableText) {
                let _ = tokens.raw_text(element);
            }
            if element.kind == Kind::Code {
                self.push(tag.start, Removed::Code(name));
                return;
            }
        }
        let foreign =
            || str::from_utf8(tag.name).ok().and_then(|name| policy.rule_in_any_case(name));
        let rule = tag.element.and_then(|element| policy.rule(element)).or_else(foreign);
        let Some(rule) = rule else {
            self.push(tag.start, Removed::Element(name));
            return;
        };
        let mut attributes = tag.attributes;
        while let Some(Ok(attribute)) = attributes.step() {
            let is_rel = rule.rel.is_some() && attribute.name.eq_ignore_ascii_case(b"rel");
            if let (Some(refused), false) =
                (refused(rule.attribute(attribute.name), &attribute), is_rel)
            {
                self.push(attribute.start, refused);
            }
        }
    }

    fn push(&mut self, at: usize, what: Removed) {
        self.total = self.total.saturating_add(1);
        if self.removals.len() < MAX_REMOVALS {
            self.removals.push(Removal { at, what });
        }
    }
}

/// What an attribute is removed as, if it is.
fn refused(
    rule: Option<&(&'static str, crate::policy::attribute::Values)>,
    attribute: &Attribute<'_>,
) -> Option<Removed> {
    let name = || Name::new(attribute.name);
    let Some((_, values)) = rule else { return Some(Removed::Attribute(name())) };
    let raw = str::from_utf8(attribute.value).unwrap_or_default();
    // A value that is not sure is judged as it is written.
    let value = reference::attribute_value(raw).unwrap_or(std::borrow::Cow::Borrowed(raw));
    match values.judge(&value) {
        Ok(_) => None,
        Err(Refused::Url(why)) => Some(Removed::Url(name(), why)),
        Err(Refused::Value) => Some(Removed::Attribute(name())),
    }
}
