//! Hostile HTML in, harmless HTML out.

use std::borrow::Cow;

use core::fmt;

use crate::compare::Comparison;
use crate::encode;
use crate::fast::{self, Outcome};
use crate::limits::{Limits, TooCostly};
use crate::policy::Policy;
use crate::report::Report;
use crate::tree::{BYTE_ORDER_MARK, Tree};
use crate::truncate;

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
    tree: Tree,
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
    /// a browser as it did here, and cleaning it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`TooCostly`], whose variants name the limit that the input or the outcome is beyond.
    pub fn clean<'a>(&self, html: &'a str) -> Result<Clean<'a>, TooCostly> {
        let html = self.admit(html)?;
        let clean = match fast::clean(&self.policy, &self.limits, html)? {
            Outcome::Same => Cow::Borrowed(html),
            Outcome::Changed(clean) => Cow::Owned(clean),
            Outcome::Unsure => self.clean_by_tree(html)?,
        };
        self.cut(clean).map(Clean)
    }

    /// Returns `html` without what the policy does not allow, or as text when that would cost too
    /// much: then its markup is to be seen, and what is beyond the limit of bytes is cut off.
    ///
    /// ```
    /// use bartizan_html::{Policy, Sanitizer};
    ///
    /// let sanitizer = Sanitizer::new(Policy::comment());
    /// assert_eq!(sanitizer.clean_or_text("<b>x</b>").as_str(), "<b>x</b>");
    /// let nested = "<table>".repeat(10_000);
    /// assert!(sanitizer.clean_or_text(&nested).as_str().starts_with("&lt;table&gt;&lt;table&gt;"));
    /// ```
    #[must_use]
    pub fn clean_or_text<'a>(&self, html: &'a str) -> Clean<'a> {
        self.clean(html).unwrap_or_else(|_| self.as_text(html))
    }

    /// Returns what [`clean`](Self::clean) does, and says what was removed and where.
    ///
    /// # Errors
    ///
    /// [`TooCostly`], as `clean` does.
    pub fn clean_with_report<'a>(&self, html: &'a str) -> Result<(Clean<'a>, Report), TooCostly> {
        let clean = self.clean(html)?;
        Ok((clean, Report::new(&self.policy, html)))
    }

    /// Cleans by a single pass and by a tree, and tells whether both say the same: a look behind
    /// [`clean`](Self::clean), for tests of this crate and of policies. It costs many times as much.
    ///
    /// ```
    /// use bartizan_html::{Comparison, Policy, Sanitizer};
    ///
    /// let sanitizer = Sanitizer::new(Policy::comment());
    /// assert_eq!(sanitizer.compare("<p>a<p>b"), Ok(Comparison::Same));
    /// assert_eq!(sanitizer.compare("<b><p>a</b>b"), Ok(Comparison::OnlyTree));
    /// # Ok::<(), bartizan_html::TooCostly>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`TooCostly`], when a tree would cost too much.
    pub fn compare(&self, html: &str) -> Result<Comparison, TooCostly> {
        let html = self.admit(html)?;
        let fast = fast::clean(&self.policy, &self.limits, html)?;
        Comparison::new(html, fast, |html| self.tree.clean(html, &self.limits))
    }

    fn admit<'a>(&self, html: &'a str) -> Result<&'a str, TooCostly> {
        if html.len() > self.limits.bytes {
            return Err(TooCostly::Bytes(self.limits.bytes));
        }
        Ok(html.trim_start_matches(BYTE_ORDER_MARK))
    }

    /// Cleans until nothing changes any more.
    fn clean_by_tree<'a>(&self, html: &'a str) -> Result<Cow<'a, str>, TooCostly> {
        let mut html = Cow::Borrowed(html);
        for _ in 0..MAX_ROUNDS {
            let next = self.tree.clean(&html, &self.limits)?;
            if next.len() > self.limits.output_bytes {
                return Err(TooCostly::OutputBytes(self.limits.output_bytes));
            }
            match fast::clean(&self.policy, &self.limits, &next)? {
                Outcome::Same => return Ok(Cow::Owned(next)),
                Outcome::Changed(clean) => return Ok(Cow::Owned(clean)),
                Outcome::Unsure if next == *html => return Ok(html),
                Outcome::Unsure => html = Cow::Owned(next),
            }
        }
        Err(TooCostly::Rounds(MAX_ROUNDS))
    }

    /// Shortens what is longer than the policy says, to something that is clean, too.
    fn cut<'a>(&self, clean: Cow<'a, str>) -> Result<Cow<'a, str>, TooCostly> {
        let mut most = self.policy.max_output_bytes();
        if clean.len() <= most {
            return Ok(clean);
        }
        for _ in 0..MAX_ROUNDS {
            let cut = truncate::truncate(&clean, most);
            let settled = match fast::clean(&self.policy, &self.limits, &cut)? {
                Outcome::Same => cut,
                Outcome::Changed(settled) => settled,
                Outcome::Unsure => self.clean_by_tree(&cut)?.into_owned(),
            };
            if settled.len() <= self.policy.max_output_bytes() {
                return Ok(Cow::Owned(settled));
            }
            most /= 2;
        }
        Ok(Cow::Borrowed(""))
    }

    fn as_text<'a>(&self, html: &str) -> Clean<'a> {
        let text = truncate::prefix(html, self.limits.bytes).trim_start_matches(BYTE_ORDER_MARK);
        let escaped =
            encode::text(text).to_cow().replace('\u{a0}', "&nbsp;").replace("&#13;", "\n");
        let most = self.policy.max_output_bytes();
        let cut = if escaped.len() > most { truncate::truncate(&escaped, most) } else { escaped };
        Clean(Cow::Owned(cut))
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
    /// Sets how many bytes of UTF-8 the HTML may have. Default: 1,048,576.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Sets how many bytes the outcome may have. Default: 4,194,304.
    ///
    /// [`PolicyBuilder::max_output_bytes`](crate::PolicyBuilder::max_output_bytes) cuts it off
    /// instead.
    pub const fn max_output_bytes(mut self, bytes: usize) -> Self {
        self.limits.output_bytes = bytes;
        self
    }

    /// Sets how many bytes HTML may have that needs a tree. Default: 65,536.
    ///
    /// The following limits, too, are for such HTML; those of depth and of the attributes of one tag
    /// also decide whether it needs one.
    pub const fn max_tree_bytes(mut self, bytes: usize) -> Self {
        self.limits.tree_bytes = bytes;
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

    /// Sets how many attributes all tags together may have. Default: 8,192.
    pub const fn max_attributes_in_total(mut self, attributes: usize) -> Self {
        self.limits.attributes_in_total = attributes;
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
        let tree = Tree::new(&policy);
        Sanitizer { policy, limits, tree }
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

/// Nearly everything is settled after two.
const MAX_ROUNDS: usize = 6;
