//! Comments.

use core::error::Error;
use core::fmt;

/// Puts text into a comment, when a comment can carry it.
///
/// Nothing can be escaped in a comment ([HTML standard, section 13.1.6]), so what would end it, or
/// come out changed, is refused.
///
/// [HTML standard, section 13.1.6]: https://html.spec.whatwg.org/multipage/syntax.html#comments
///
/// ```
/// use bartizan_html::encode;
///
/// assert_eq!(encode::comment(" build 42 ")?.to_string(), "<!-- build 42 -->");
/// assert!(encode::comment("--><script>").is_err());
/// # Ok::<(), encode::NotAComment>(())
/// ```
///
/// # Errors
///
/// [`NotAComment`] when it holds `--`, U+0000 or a carriage return, begins with `>` or `->`, or
/// ends with `-`.
pub fn comment(text: &str) -> Result<Comment<'_>, NotAComment> {
    let ends = text.starts_with('>') || text.starts_with("->") || text.ends_with('-');
    if ends || text.contains("--") || text.contains(['\0', '\r']) {
        Err(NotAComment)
    } else {
        Ok(Comment(text))
    }
}

/// A whole comment, from `<!--` to `-->`.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a>(&'a str);

impl fmt::Display for Comment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<!--{}-->", self.0)
    }
}

/// A comment cannot carry the text. Whoever wrote it is at fault: leave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAComment;

impl fmt::Display for NotAComment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text would end the comment it is put into, or change in it")
    }
}

impl Error for NotAComment {}
