//! A policy is put together from closed lists.

use std::sync::Arc;

use core::error::Error;
use core::fmt;

use crate::elements::{COUNT, ELEMENTS};
use crate::policy::attribute::Values;
use crate::policy::urls::Urls;
use crate::policy::{ElementRule, Policy, Rules, css, tables};

/// Puts a [`Policy`] together. What could let a script through does not build.
///
/// ```
/// use bartizan_html::{Policy, PolicyError, Sanitizer, Urls};
///
/// let policy = Policy::builder()
///     .elements(&["a", "p", "img"])
///     .attributes("a", &["href", "title"])
///     .attributes("img", &["src", "alt"])
///     .urls(Urls::new(&["https"]))
///     .classes("p", &["note"])
///     .build()?;
/// let html = "<p class='note x'><img src=http://example.com/x.png alt=x onload=x></p>";
/// let clean = Sanitizer::new(policy).clean(html).map(|html| html.into_string());
/// assert_eq!(clean.as_deref(), Ok(r#"<p class="note"><img alt="x"></p>"#));
///
/// let refused = Policy::builder().elements(&["iframe"]).build();
/// assert_eq!(refused, Err(PolicyError::Element("iframe".to_owned())));
/// # Ok::<(), PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PolicyBuilder {
    elements: Vec<&'static str>,
    /// An element, or all, and one of its attributes.
    attributes: Vec<(Option<&'static str>, &'static str)>,
    urls: Urls,
    urls_for: Vec<(&'static str, &'static str, Urls)>,
    link_rel: LinkRel,
    classes: Vec<(&'static str, Vec<String>)>,
    properties: Vec<String>,
    name_prefix: Option<String>,
    svg: bool,
    max_output_bytes: usize,
    dangerous: bool,
    error: Option<PolicyError>,
}

/// What a policy says about links in `rel`; what the input says there is never kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkRel {
    /// `nofollow ugc noopener noreferrer`: a stranger wrote it.
    #[default]
    Untrusted,
    /// `noopener noreferrer`: an author of the site wrote it.
    Trusted,
    /// Nothing.
    None,
}

impl LinkRel {
    const fn value(self) -> Option<&'static str> {
        match self {
            Self::Untrusted => Some("nofollow ugc noopener noreferrer"),
            Self::Trusted => Some("noopener noreferrer"),
            Self::None => None,
        }
    }
}

impl Default for PolicyBuilder {
    fn default() -> Self {
        Self {
            elements: Vec::new(),
            attributes: Vec::new(),
            urls: Urls::new(&["https"]),
            urls_for: Vec::new(),
            link_rel: LinkRel::default(),
            classes: Vec::new(),
            properties: Vec::new(),
            name_prefix: None,
            svg: false,
            max_output_bytes: usize::MAX,
            dangerous: false,
            error: None,
        }
    }
}

impl PolicyBuilder {
    /// Allows elements of HTML by name, in lower case.
    pub fn elements(mut self, names: &[&str]) -> Self {
        for name in names {
            match find(tables::ELEMENTS, name) {
                Some(name) => self.elements.push(name),
                None => self.fail(PolicyError::Element((*name).to_owned())),
            }
        }
        self
    }

    /// Allows attributes of one element.
    pub fn attributes(mut self, element: &str, names: &[&str]) -> Self {
        match self.allowed(element) {
            Some(element) => self.add_attributes(Some(element), names),
            None => self.fail(PolicyError::Element(element.to_owned())),
        }
        self
    }

    /// Allows attributes of every element that is allowed.
    pub fn attributes_of_all(mut self, names: &[&str]) -> Self {
        self.add_attributes(None, names);
        self
    }

    /// Sets which URLs may stand in attributes that hold one. Default: absolute ones of `https`.
    pub fn urls(mut self, urls: Urls) -> Self {
        self.check_schemes(&urls);
        self.urls = urls;
        self
    }

    /// Sets which URLs may stand in one attribute of one element, and allows it.
    pub fn urls_for(mut self, element: &str, attribute: &str, urls: Urls) -> Self {
        self.check_schemes(&urls);
        match (self.allowed(element), find(tables::URLS, attribute)) {
            (Some(element), Some(attribute)) => {
                self.attributes.push((Some(element), attribute));
                self.urls_for.insert(0, (element, attribute, urls));
            }
            (None, _) => self.fail(PolicyError::Element(element.to_owned())),
            (_, None) => self.fail(PolicyError::Attribute(attribute.to_owned())),
        }
        self
    }

    /// Sets what every link says in `rel`. Default: [`LinkRel::Untrusted`].
    pub const fn link_rel(mut self, rel: LinkRel) -> Self {
        self.link_rel = rel;
        self
    }

    /// Allows class names of one element; `language-*` allows all that begin so.
    pub fn classes(mut self, element: &str, names: &[&str]) -> Self {
        match self.allowed(element) {
            Some(element) => {
                let names = names.iter().map(|name| (*name).to_owned()).collect();
                self.classes.push((element, names));
            }
            None => self.fail(PolicyError::Element(element.to_owned())),
        }
        self
    }

    /// Allows the `style` attribute with these CSS properties, of those that only change how text
    /// looks. Values are read by a CSS parser; URLs, variables and functions other than colours are
    /// removed.
    pub fn css_properties(mut self, names: &[&str]) -> Self {
        for name in names {
            match find(css::PROPERTIES, name) {
                Some(name) => self.properties.push(name.to_owned()),
                None => self.fail(PolicyError::Property((*name).to_owned())),
            }
        }
        self
    }

    /// Allows `id`, and `name` of links, with a prefix before each that has it not, so that none of
    /// them is a property of a document or form, or an id of the page. A link to `#part` gets it, too.
    ///
    /// The prefix has a hyphen, as no such property has: `user-`.
    pub fn name_prefix(mut self, prefix: &str) -> Self {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let starts = prefix.starts_with(|c: char| c.is_ascii_lowercase());
        if !starts || !prefix.ends_with('-') || !prefix.bytes().all(is_name) {
            self.fail(PolicyError::Prefix);
        }
        self.name_prefix = Some(prefix.to_owned());
        self
    }

    /// Allows the drawing part of SVG: shapes, text, gradients and clip paths; no scripts, links,
    /// images, animations, filters, style sheets, or HTML inside. Names get a prefix, `svg-` if none
    /// is set.
    pub const fn svg_drawing(mut self) -> Self {
        self.svg = true;
        self
    }

    /// Cuts off what is longer than so many bytes, and ends what is open then.
    pub const fn max_output_bytes(mut self, bytes: usize) -> Self {
        self.max_output_bytes = bytes;
        self
    }

    /// Returns the policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError`], about the first thing that can't be allowed.
    pub fn build(self) -> Result<Policy, PolicyError> {
        match &self.error {
            Some(error) => Err(error.clone()),
            None => Ok(self.compose()),
        }
    }

    /// What `danger` adds.
    pub(crate) fn insist(
        mut self,
        element: Option<&'static str>,
        attribute: Option<&'static str>,
    ) -> Self {
        self.dangerous = true;
        match (element, attribute) {
            (element, Some(attribute)) => self.attributes.push((element, attribute)),
            (Some(element), None) if tables::NEVER.contains(&element) => {
                self.fail(PolicyError::Element(element.to_owned()));
            }
            (Some(element), None) => self.elements.push(element),
            (None, None) => {}
        }
        self
    }

    fn allowed(&self, name: &str) -> Option<&'static str> {
        self.elements.iter().find(|other| **other == name).copied()
    }

    fn add_attributes(&mut self, element: Option<&'static str>, names: &[&str]) {
        for name in names {
            let known = [tables::TEXT, tables::SIMPLE, tables::URLS];
            match known.into_iter().find_map(|names| find(names, name)) {
                Some(name) => self.attributes.push((element, name)),
                None => self.fail(PolicyError::Attribute((*name).to_owned())),
            }
        }
    }

    fn check_schemes(&mut self, urls: &Urls) {
        let is_scheme = |scheme: &str| {
            scheme.starts_with(|c: char| c.is_ascii_lowercase())
                && scheme.bytes().all(|b| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')
                })
        };
        for scheme in &urls.schemes {
            if !is_scheme(scheme) || SCRIPT_SCHEMES.contains(scheme) {
                self.fail(PolicyError::Scheme((*scheme).to_owned()));
            }
        }
    }

    fn fail(&mut self, error: PolicyError) {
        let _ = self.error.get_or_insert(error);
    }

    pub(crate) fn compose(self) -> Policy {
        let mut elements: Vec<ElementRule> = Vec::new();
        for name in &self.elements {
            if !elements.iter().any(|rule| rule.name == *name) {
                elements.push(self.rule(name));
            }
        }
        if self.svg {
            elements.extend(tables::SVG_ELEMENTS.iter().map(|name| self.svg_rule(name)));
        }
        let mut by_id = [u8::MAX; COUNT];
        for (slot, element) in by_id.iter_mut().zip(&ELEMENTS) {
            let at = elements.iter().position(|rule| rule.name == element.name);
            *slot = at.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX);
        }
        let allows = |name: &&str| elements.iter().any(|rule| rule.name == *name);
        let ruby = ["ruby", "rt", "rp"].iter().filter(|name| allows(name)).count();
        Policy(Arc::new(Rules {
            by_id,
            rel: if allows(&"a") { self.link_rel.value() } else { None },
            max_output_bytes: self.max_output_bytes,
            tables: TABLE.iter().all(allows),
            ruby: matches!(ruby, 0 | 3),
            one_pass: !self.dangerous,
            elements,
            source: self,
        }))
    }

    fn rule(&self, element: &'static str) -> ElementRule {
        let mut attributes: Vec<(&'static str, Values)> = Vec::new();
        for (of, name) in &self.attributes {
            let applies = of.is_none_or(|of| of == element);
            if applies && !attributes.iter().any(|(other, _)| other == name) {
                attributes.push((name, self.values(element, name)));
            }
        }
        let classes = self.classes.iter().filter(|(of, _)| *of == element);
        let classes: Vec<String> = classes.flat_map(|(_, names)| names.clone()).collect();
        if !classes.is_empty() {
            attributes.push(("class", Values::Classes(classes)));
        }
        if !self.properties.is_empty() {
            attributes.push(("style", Values::Style(self.properties.clone())));
        }
        if let Some(prefix) = &self.name_prefix {
            attributes.push(("id", Values::Name { prefix: prefix.clone() }));
            if element == "a" {
                attributes.push(("name", Values::Name { prefix: prefix.clone() }));
            }
        }
        let rel = if element == "a" { self.link_rel.value() } else { None };
        ElementRule { name: element, attributes, rel }
    }

    fn values(&self, element: &str, attribute: &str) -> Values {
        if find(tables::URLS, attribute).is_some() {
            let of =
                self.urls_for.iter().find(|(of, name, _)| *of == element && *name == attribute);
            let urls = of.map_or(&self.urls, |(_, _, urls)| urls).clone();
            let is_image = element == "img" && attribute == "src";
            return Values::Url { urls, is_image, prefix: self.name_prefix.clone() };
        }
        if find(tables::SIMPLE, attribute).is_some() { Values::Simple } else { Values::Text }
    }

    fn svg_rule(&self, element: &'static str) -> ElementRule {
        let prefix = || self.name_prefix.clone().unwrap_or_else(|| "svg-".to_owned());
        let mut attributes = Vec::new();
        attributes.extend(tables::SVG_SIMPLE.iter().map(|name| (*name, Values::Simple)));
        attributes.extend(tables::SVG_TRANSFORMS.iter().map(|name| (*name, Values::Transform)));
        let paint = |name: &&'static str| (*name, Values::Paint { prefix: prefix() });
        attributes.extend(tables::SVG_PAINTS.iter().map(paint));
        attributes.push(("id", Values::Name { prefix: prefix() }));
        ElementRule { name: element, attributes, rel: None }
    }
}

/// Why a [`Policy`] did not build. The program is at fault: fix it, or insist by
/// [`danger`](crate::danger).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// The element runs, embeds or submits something, or its content is not ordinary; or it is not
    /// allowed, and so can't have attributes; or HTML does not know it.
    Element(String),
    /// The attribute runs, loads, submits or names something, or is not known to be harmless.
    ///
    /// `class`, `style`, `id`, `name` and `rel` are allowed by methods of their own.
    Attribute(String),
    /// The scheme runs something, or is none.
    Scheme(String),
    /// The CSS property is not one that only changes how text looks.
    Property(String),
    /// The prefix of names does not begin with a letter and end in a hyphen.
    Prefix,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Element(name) => write!(f, "a policy cannot allow the element {name}"),
            Self::Attribute(name) => write!(f, "a policy cannot allow the attribute {name}"),
            Self::Scheme(name) => write!(f, "a policy cannot allow the scheme {name}"),
            Self::Property(name) => write!(f, "a policy cannot allow the CSS property {name}"),
            Self::Prefix => {
                f.write_str("a prefix of names begins with a letter and ends in a hyphen")
            }
        }
    }
}

impl Error for PolicyError {}

/// Schemes whose URLs are a document of their own, or run something.
const SCRIPT_SCHEMES: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mhtml",
    "mocha",
    "ms-its",
    "resource",
    "vbscript",
    "view-source",
];

const TABLE: &[&str] =
    &["caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// The name as it stands in a list.
fn find(names: &[&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|other| **other == name).copied()
}
