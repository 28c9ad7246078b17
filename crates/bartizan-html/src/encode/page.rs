//! A writer that puts each value where it belongs.

use core::fmt;

use super::comment::Comment;
use super::css::{CssString, CssStringInAttribute};
use super::script::JsString;
use super::text::{Attribute, Text};
use super::url::Url;
use crate::Clean;

/// Writes markup of the program's own and values of others, each only where it is encoded for.
///
/// ```
/// use bartizan_html::encode::{self, HtmlWriter};
///
/// let mut html = String::new();
/// let mut page = HtmlWriter::new(&mut html);
/// page.markup("<a href=")?;
/// page.value(&encode::local_url("/?a&b").unwrap())?;
/// page.markup(">")?;
/// page.content(&encode::text("Tom & Jerry"))?;
/// page.markup("</a>")?;
/// assert_eq!(html, r#"<a href="/?a&amp;b">Tom &amp; Jerry</a>"#);
/// # Ok::<(), core::fmt::Error>(())
/// ```
///
/// What is encoded for one place does not compile in another:
///
/// ```compile_fail,E0277
/// # // asvs: V1.1.2
/// # use bartizan_html::encode::{self, HtmlWriter};
/// # let mut html = String::new();
/// HtmlWriter::new(&mut html).value(&encode::text("not for attributes"));
/// ```
///
/// ```compile_fail,E0277
/// # use bartizan_html::encode::{self, HtmlWriter};
/// # let mut html = String::new();
/// HtmlWriter::new(&mut html).content(&encode::js_string("for scripts"));
/// ```
///
/// ```compile_fail,E0277
/// # use bartizan_html::encode::{self, HtmlWriter};
/// # let mut html = String::new();
/// HtmlWriter::new(&mut html).script(&encode::text("not for scripts"));
/// ```
///
/// ```compile_fail,E0277
/// # use bartizan_html::encode::{self, HtmlWriter};
/// # let mut html = String::new();
/// HtmlWriter::new(&mut html).style(&encode::attribute("not for style sheets"));
/// ```
///
/// Nor does text that is not encoded at all, or markup that is not a literal:
///
/// ```compile_fail,E0277
/// # use bartizan_html::encode::HtmlWriter;
/// # let mut html = String::new();
/// HtmlWriter::new(&mut html).content(&"<script>");
/// ```
///
/// ```compile_fail,E0597
/// # use bartizan_html::encode::HtmlWriter;
/// # let mut html = String::new();
/// let markup = String::from("<script>");
/// HtmlWriter::new(&mut html).markup(&markup);
/// ```
#[derive(Debug)]
pub struct HtmlWriter<'a, W: ?Sized>(&'a mut W);

impl<'a, W: fmt::Write + ?Sized> HtmlWriter<'a, W> {
    /// Writes to `out`.
    pub const fn new(out: &'a mut W) -> Self {
        Self(out)
    }

    /// Writes markup that stands in the program.
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when the page returns it, here and below.
    pub fn markup(&mut self, html: &'static str) -> fmt::Result {
        self.0.write_str(html)
    }

    /// Writes a value as content of an ordinary element.
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when the page returns it.
    pub fn content(&mut self, value: &impl InContent) -> fmt::Result {
        write!(self.0, "{value}")
    }

    /// Writes a value after the `=` of an attribute, in double quotes.
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when the page returns it.
    pub fn value(&mut self, value: &impl InAttribute) -> fmt::Result {
        write!(self.0, "\"{value}\"")
    }

    /// Writes a value within a `script` element.
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when the page returns it.
    pub fn script(&mut self, value: &impl InScript) -> fmt::Result {
        write!(self.0, "{value}")
    }

    /// Writes a value within a `style` element.
    ///
    /// # Errors
    ///
    /// [`fmt::Error`] when the page returns it.
    pub fn style(&mut self, value: &impl InStyle) -> fmt::Result {
        write!(self.0, "{value}")
    }
}

/// What may stand in the content of an ordinary element. Only this crate implements it: take it as
/// an argument where a page takes content.
pub trait InContent: fmt::Display + sealed::Sealed {}

/// What may stand in an attribute value between quotes. Only this crate implements it.
pub trait InAttribute: fmt::Display + sealed::Sealed {}

/// What may stand in a `script` element. Only this crate implements it.
pub trait InScript: fmt::Display + sealed::Sealed {}

/// What may stand in a `style` element. Only this crate implements it.
pub trait InStyle: fmt::Display + sealed::Sealed {}

pub(crate) mod sealed {
    /// Keeps the traits to this crate.
    #[expect(unnameable_types, reason = "nobody else may name it, so nobody else implements them")]
    pub trait Sealed {}
}

macro_rules! stands {
    ($($type:ty: $($place:ident),+;)+) => {
        $(impl sealed::Sealed for $type {}
        $(impl $place for $type {})+)+
    };
}

stands! {
    Text<'_>: InContent;
    Comment<'_>: InContent;
    Clean<'_>: InContent;
    Attribute<'_>: InAttribute;
    Url<'_>: InAttribute;
    CssStringInAttribute<'_>: InAttribute;
    JsString<'_>: InScript;
    CssString<'_>: InStyle;
}

#[cfg(feature = "json")]
stands! {
    super::json::Json: InScript;
}

#[cfg(feature = "csp")]
stands! {
    crate::csp::Nonce: InAttribute;
    crate::csp::InlineScript<'_>: InScript;
    crate::csp::InlineStyle<'_>: InStyle;
}
