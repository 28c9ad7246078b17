//! The judge: ammonia, on the tree that html5ever builds.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, Url, UrlRelative, url::ParseError};

use crate::limits::{Limits, TooCostly};
use crate::policy::Policy;
use crate::policy::attribute::Values;
use crate::scan;

/// Cleans by a tree, under one policy.
pub(crate) struct Tree(Builder<'static>);

impl Tree {
    /// Leaves nothing of ammonia at its defaults but the removal of script and style.
    pub(crate) fn new(policy: &Policy) -> Self {
        let rules = policy.element_rules();
        let names = |values: &[(&'static str, Values)]| -> HashSet<&'static str> {
            values.iter().map(|(name, _)| *name).filter(|name| *name != "rel").collect()
        };
        let attributes: HashMap<_, _> =
            rules.iter().map(|rule| (rule.name, names(&rule.attributes))).collect();
        let judge = policy.clone();
        let mut builder = Builder::empty();
        let _ = builder
            .tags(rules.iter().map(|rule| rule.name).collect())
            .generic_attributes([].into())
            .tag_attributes(attributes)
            .url_schemes(policy.schemes().collect())
            .url_relative(UrlRelative::PassThrough)
            .attribute_filter(move |element: &str, attribute: &str, value: &str| {
                judge.judge(element, attribute, value).ok().map(Cow::into_owned).map(Cow::Owned)
            })
            .strip_comments(true)
            .link_rel(policy.rel());
        Self(builder)
    }

    /// Returns what ammonia makes of HTML whose cost is within the limits.
    pub(crate) fn clean(&self, html: &str, limits: &Limits) -> Result<String, TooCostly> {
        let literal = scan::check(html, limits)?;
        let html = escape(html, &literal);
        Ok(canonical(self.0.clean(&html).to_string()))
    }
}

impl Policy {
    /// The schemes that some attribute may have.
    fn schemes(&self) -> impl Iterator<Item = &'static str> {
        let values = self.element_rules().iter().flat_map(|rule| &rule.attributes);
        let urls = values.filter_map(|(_, values)| match values {
            Values::Url { urls, .. } => Some(urls),
            _ => None,
        });
        urls.flat_map(|urls| urls.schemes.iter().copied().chain(urls.data_images.then_some("data")))
    }

    /// Whether ammonia leaves it to the policy to refuse this URL.
    pub(crate) fn tree_keeps_url(&self, value: &str) -> bool {
        match Url::parse(value) {
            Ok(url) => self.schemes().any(|scheme| scheme == url.scheme()),
            Err(error) => error == ParseError::RelativeUrlWithoutBase,
        }
    }
}

/// Escapes each `<` at one of these positions.
fn escape<'a>(html: &'a str, literal: &[usize]) -> Cow<'a, str> {
    if literal.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut escaped =
        String::with_capacity(html.len().saturating_add(literal.len().saturating_mul(3)));
    let mut from = 0;
    for at in literal {
        escaped.push_str(html.get(from..*at).unwrap_or_default());
        escaped.push_str("&lt;");
        from = at.saturating_add(1);
    }
    escaped.push_str(html.get(from..).unwrap_or_default());
    Cow::Owned(escaped)
}

/// Writes what the judge wrote in the one way that a parser gives back unchanged.
///
/// A line feed that begins a `pre` is dropped by parsers unless another stands before it, and a
/// carriage return is read as a line feed. Of `<` the judge leaves no other than those of tags.
fn canonical(html: String) -> String {
    let html =
        if html.contains('\r') { html.replace("\r\n", "\n").replace('\r', "\n") } else { html };
    let html = double_line_feeds(html);
    match html.strip_prefix(BYTE_ORDER_MARK) {
        None => html,
        Some(rest) => rest.trim_start_matches(BYTE_ORDER_MARK).to_owned(),
    }
}

fn double_line_feeds(html: String) -> String {
    if !html.contains("<pre") || !html.contains(">\n") {
        return html;
    }
    let mut doubled = String::with_capacity(html.len().saturating_add(8));
    let mut rest = &*html;
    while let Some((before, tag)) = rest.split_once("<pre") {
        doubled.push_str(before);
        doubled.push_str("<pre");
        rest = tag;
        let Some((attributes, after)) = tag.split_once('>') else { break };
        if after.starts_with('\n') && (attributes.is_empty() || attributes.starts_with(' ')) {
            doubled.push_str(attributes);
            doubled.push_str(">\n");
            rest = after;
        }
    }
    doubled.push_str(rest);
    doubled
}

/// Parsers drop it at the beginning of what they read.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';
