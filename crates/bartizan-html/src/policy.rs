//! What may survive.

/// Which elements and attributes survive sanitizing. It never changes once made.
///
/// Whatever it allows, `script` and `style` go with their content, and so do comments; of any other
/// element that is not allowed the text stays.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) elements: &'static [&'static str],
}

impl Policy {
    /// Allows no element at all: what remains is text, escaped so that it can stand in HTML.
    #[must_use]
    pub const fn plain_text() -> Self {
        Self { elements: &[] }
    }

    /// Allows what people write in comments.
    ///
    /// Paragraphs, emphasis, code, quotations, lists, and links to `http`, `https` and `mailto`.
    /// Every link carries `rel="nofollow ugc noopener noreferrer"`; links relative to the page are
    /// removed, their text stays. No `id`, `name`, `class` or `style` survives, and no image.
    #[must_use]
    pub const fn comment() -> Self {
        Self { elements: COMMENT_ELEMENTS }
    }

    /// The judge: ammonia, with nothing left at its defaults but the removal of script and style.
    pub(crate) fn judge(&self) -> ammonia::Builder<'static> {
        let links = self.elements.contains(&"a");
        let mut judge = ammonia::Builder::empty();
        let _ = judge
            .add_tags(self.elements)
            .generic_attributes([].into())
            .tag_attributes([].into())
            .url_schemes(LINK_SCHEMES.iter().copied().collect())
            .url_relative(ammonia::UrlRelative::Deny)
            .strip_comments(true)
            .link_rel(links.then_some(LINK_REL));
        if links {
            let _ = judge.add_tag_attributes("a", ["href"]);
        }
        judge
    }
}

pub(crate) const LINK_REL: &str = "nofollow ugc noopener noreferrer";

pub(crate) const LINK_SCHEMES: &[&str] = &["http", "https", "mailto"];

const COMMENT_ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "u",
    "ul",
];
