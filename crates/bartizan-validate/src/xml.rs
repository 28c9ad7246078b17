//! XML without document types: what makes a parser fetch files, call other servers, or write a
//! thousand times what it read.

mod decode;
mod error;
mod limits;
mod scan;

use std::borrow::Cow;

pub use self::error::XmlRefused;
pub use self::limits::XmlLimits;

/// XML that is safe to give to a parser: text, bounded, without a document type.
#[derive(Clone, PartialEq, Eq)]
pub struct GuardedXml<'x>(Cow<'x, str>);

impl GuardedXml<'_> {
    /// Returns the document, to be parsed as a string: without a byte order mark, and where it was
    /// in UTF-16 without the declaration that said so.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for GuardedXml<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("GuardedXml(..)")
    }
}

/// Checks a document before a parser sees it, within [`XmlLimits::DEFAULT`].
///
/// The document is in UTF-8 or UTF-16, as its first bytes and its declaration both say: parsers that
/// know more encodings find no other text in it. A document type and what belongs in one is refused
/// wherever it is spelled, in a comment, too. Depth and number of elements are bounded. Whether it is
/// well-formed is for the parser to say: give it the text that comes back, not the bytes. Leave its
/// `XInclude` and its schema locations off, too.
///
/// ```
/// use bartizan_validate::xml::{self, XmlRefused};
///
/// let guarded = xml::guard(b"<?xml version='1.0'?><feed><title>News</title></feed>")?;
/// assert!(guarded.as_str().ends_with("</feed>"));
///
/// let external = br#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#;
/// assert_eq!(xml::guard(external), Err(XmlRefused::DocumentType));
/// # Ok::<(), XmlRefused>(())
/// ```
///
/// # Errors
///
/// - [`TooLong`](XmlRefused::TooLong), [`TooDeep`](XmlRefused::TooDeep),
///   [`TooMany`](XmlRefused::TooMany): a limit is exceeded.
/// - [`Encoding`](XmlRefused::Encoding): it is neither UTF-8 nor UTF-16, or says so.
/// - [`DocumentType`](XmlRefused::DocumentType): it has one.
/// - [`Syntax`](XmlRefused::Syntax): it is not XML.
pub fn guard(document: &[u8]) -> Result<GuardedXml<'_>, XmlRefused> {
    guard_with_limits(document, &XmlLimits::DEFAULT)
}

/// Checks a document before a parser sees it, within `limits`.
///
/// ```
/// use bartizan_validate::xml::{self, XmlLimits, XmlRefused};
///
/// let flat = XmlLimits::DEFAULT.max_depth(1);
/// assert_eq!(xml::guard_with_limits(b"<a><b/></a>", &flat), Err(XmlRefused::TooDeep));
/// ```
///
/// # Errors
///
/// Those of [`guard`].
pub fn guard_with_limits<'x>(
    document: &'x [u8],
    limits: &XmlLimits,
) -> Result<GuardedXml<'x>, XmlRefused> {
    if document.len() > limits.bytes {
        return Err(XmlRefused::TooLong);
    }
    let text = decode::decode(document)?;
    scan::check(&text, limits)?;
    Ok(GuardedXml(text))
}
