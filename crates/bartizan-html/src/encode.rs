//! Text that is to stay text, in each place of a page where untrusted text may stand.
//!
//! | Place | Encoder | Written |
//! | --- | --- | --- |
//! | content of an element, also `textarea` and `title` | [`text`](fn@text) | `a &lt; b` |
//! | attribute value between quotes | [`attribute`] | `&quot;a&quot;` |
//! | URL of a link or picture, between quotes | [`url`](fn@url), [`local_url`] | `/?a&amp;b`, or refused |
//! | string in a `script` element | [`js_string`] | `"\u003c"` |
//! | data in a `script` element | `json` (feature `json`) | `{"a":"\u003c"}` |
//! | string in a `style` element, or attribute | [`css_string`] | `"\3c "` |
//! | comment | [`comment`](fn@comment) | `<!-- a -->`, or refused |
//!
//! There is none for other places: attributes without quotes, event handlers, names of tags
//! and attributes, code. No escaping makes those safe. Each encoder returns a type of its own, which
//! encodes itself while it is displayed; [`HtmlWriter`] takes each type only where it belongs.
//!
//! A parser gives back exactly the text that was encoded, for every character that HTML can carry.
//! It cannot carry U+0000, and that becomes U+FFFD, except in scripts, which can. A carriage return,
//! which a parser would read as a line feed, becomes `&#13;`. (One thing no encoder can help: a
//! parser drops a line feed right after `<pre>` or `<textarea>`, so a template writes one there
//! itself.)
//!
//! ```
//! use bartizan_html::encode;
//!
//! let name = r#"<b> & "friends""#;
//! let html = format!(
//!     r#"<p title="{}">{}</p>"#,
//!     encode::attribute(name),
//!     encode::text(name),
//! );
//! assert_eq!(
//!     html,
//!     r#"<p title="&lt;b&gt; &amp; &quot;friends&quot;">&lt;b&gt; &amp; "friends"</p>"#,
//! );
//! ```

mod comment;
mod css;
#[cfg(feature = "json")]
mod json;
mod page;
mod runs;
mod script;
mod text;
mod url;

pub use comment::{Comment, NotAComment, comment};
pub use css::{CssString, CssStringInAttribute, css_string};
#[cfg(feature = "json")]
pub use json::{Json, NotJson, json};
pub use page::{HtmlWriter, InAttribute, InContent, InScript, InStyle};
pub use script::{JsString, js_string};
pub use text::{Attribute, AttributeWriter, Text, TextWriter, attribute, text};
pub use url::{UnsafeUrl, Url, local_url, url};
