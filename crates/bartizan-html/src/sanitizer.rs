//! Hostile HTML in, harmless HTML out.

use std::borrow::Cow;

use core::fmt;

use crate::limits::{Limits, TooCostly};
use crate::policy::Policy;
use crate::scan;

/// Removes from HTML what a policy does not allow. Make one, and share it.
///
/// ```
/// use bartizan_html::{Policy, Sanitizer, TooCostly};
///
/// let sanitizer = Sanitizer::new(Policy::comment());
/// let clean = sanitizer.clean("<a href='javascript:alert(1)' onclick=x>go</a><script>x</script>")?;
/// assert_eq!(clean.as_str(), r#"<a rel="nofollow ugc noopener noreferrer">go</a>"#);
///
/// let nested = "<div>".repeat(1_000);
/// assert_eq!(sanitizer.clean(&nested), Err(TooCostly::Depth(64)));
/// # Ok::<(), TooCostly>(())
/// ```
pub struct Sanitizer {
    policy: Policy,
    limits: Limits,
    judge: ammonia::Builder<'static>,
}

impl Sanitizer {
    /// Returns a sanitizer with the default limits of [`SanitizerBuilder`].
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self::builder(policy).build()
    }

    /// Starts from the default limits.
    pub const fn builder(policy: Policy) -> SanitizerBuilder {
        SanitizerBuilder { policy, limits: Limits::DEFAULT }
    }

    /// Returns `html` without what the policy does not allow.
    ///
    /// The outcome is what a parser gives back when it reads that outcome, so it means the same in
    /// a browser as it did here, and cleaning it again changes nothing: `clean` parses until
    /// nothing changes any more. The limits hold for the outcome, too.
    ///
    /// # Errors
    ///
    /// [`TooCostly`], whose variants name the limit that the input or the outcome is beyond.
    pub fn clean<'a>(&self, html: &'a str) -> Result<Clean<'a>, TooCostly> {
        let mut html = Cow::Borrowed(html.trim_start_matches(BYTE_ORDER_MARK));
        for _ in 0..MAX_ROUNDS {
            scan::check(&html, &self.limits)?;
            if is_plain(&html) {
                return Ok(Clean(html));
            }
            let next = canonical(self.judge.clean(&html).to_string());
            if next == *html {
                return Ok(Clean(html));
            }
            html = Cow::Owned(next);
        }
        Err(TooCostly::Rounds(MAX_ROUNDS))
    }
}

impl fmt::Debug for Sanitizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sanitizer")
            .field("policy", &self.policy)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Sets the limits of a [`Sanitizer`].
///
/// They are counted in one pass, before a tree is built: with the defaults no input that we know
/// of costs more than some tens of milliseconds. A higher limit costs more than in proportion,
/// because the work of building a tree grows with the square of what is nested in it.
///
/// ```
/// use bartizan_html::{Policy, Sanitizer, TooCostly};
///
/// let sanitizer = Sanitizer::builder(Policy::comment()).max_bytes(280).max_depth(8).build();
/// assert_eq!(sanitizer.clean(&"x".repeat(281)), Err(TooCostly::Bytes(280)));
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SanitizerBuilder {
    policy: Policy,
    limits: Limits,
}

impl SanitizerBuilder {
    /// Sets how many bytes of UTF-8 the HTML may have. Default: 65,536.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Sets how many start tags, comments and declarations there may be. Default: 2,048.
    pub const fn max_tags(mut self, tags: usize) -> Self {
        self.limits.tags = tags;
        self
    }

    /// Sets how many levels deep elements may be nested, as near as one pass can tell.
    /// Default: 64.
    pub const fn max_depth(mut self, levels: usize) -> Self {
        self.limits.depth = levels;
        self
    }

    /// Sets how many ampersands there may be. Default: 4,096.
    pub const fn max_ampersands(mut self, ampersands: usize) -> Self {
        self.limits.ampersands = ampersands;
        self
    }

    /// Sets how many attributes one tag may have. Default: 64.
    pub const fn max_attributes(mut self, attributes: usize) -> Self {
        self.limits.attributes = attributes;
        self
    }

    /// Sets to how many elements and attributes the tree could grow. Default: 65,536.
    ///
    /// A parser copies formatting elements (`b`, `font` …) that are left open into every block
    /// that follows. Counted are the tags, times what is open at once and its attributes.
    pub const fn max_elements(mut self, elements: usize) -> Self {
        self.limits.elements = elements;
        self
    }

    /// Returns the sanitizer.
    #[must_use]
    pub fn build(self) -> Sanitizer {
        let Self { policy, limits } = self;
        Sanitizer { policy, limits, judge: policy.judge() }
    }
}

/// HTML that went through a [`Sanitizer`]: the one type that a template may emit as it is.
///
/// It is safe as the content of an ordinary element such as `div`; it is not for attributes,
/// scripts, style sheets, `textarea`, `title` or SVG. It borrows from the input when nothing had
/// to change.
///
/// Only a sanitizer makes one:
///
/// ```compile_fail,E0423
/// let _ = bartizan_html::Clean(std::borrow::Cow::Borrowed("<script>"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean<'a>(Cow<'a, str>);

impl Clean<'_> {
    /// Lends the HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the HTML, which is then an ordinary string: nothing tells any more that it is clean.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into_owned()
    }

    /// Lets go of the input that the HTML may have been borrowed from.
    #[must_use]
    pub fn into_owned(self) -> Clean<'static> {
        Clean(Cow::Owned(self.0.into_owned()))
    }
}

impl AsRef<str> for Clean<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Clean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a parser gives back just this text: there is no markup in it, and nothing that it
/// writes in another way.
fn is_plain(html: &str) -> bool {
    !html.bytes().any(|byte| matches!(byte, 0 | b'\r' | b'&' | b'<' | b'>'))
        && !html.contains('\u{a0}')
}

/// Writes what the judge wrote in the one way that a parser gives back unchanged.
///
/// A line feed that begins a `pre` is dropped by parsers unless another stands before it, and a
/// carriage return is read as a line feed. Of `<` the judge leaves no other than those of tags.
fn canonical(html: String) -> String {
    let html =
        if html.contains('\r') { html.replace("\r\n", "\n").replace('\r', "\n") } else { html };
    let html = if html.contains("<pre>\n") { html.replace("<pre>\n", "<pre>\n\n") } else { html };
    match html.strip_prefix(BYTE_ORDER_MARK) {
        None => html,
        Some(rest) => rest.trim_start_matches(BYTE_ORDER_MARK).to_owned(),
    }
}

/// Parsers drop it at the beginning of what they read.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Nearly everything is settled after two.
const MAX_ROUNDS: usize = 6;
