//! Inline blocks that a hash allows.

use core::error::Error;
use core::fmt;

use data_encoding::BASE64;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Source;

macro_rules! inline_block {
    ($(#[$doc:meta])+ $name:ident, $end:literal) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(&'a str);

        impl<'a> $name<'a> {
            /// Takes the code of the block, all that is between the tags. It is the program's own:
            /// what others wrote never becomes code.
            ///
            /// # Errors
            ///
            /// [`NotInline`] when a parser would not give back this text from within the element:
            /// it holds the element's end tag, `<!--`, U+0000 or a carriage return.
            pub fn new(code: &'a str) -> Result<Self, NotInline> {
                if can_stand(code, $end) { Ok(Self(code)) } else { Err(NotInline) }
            }

            /// Returns the source `'sha256-…'`, which allows this block and no other.
            #[must_use]
            pub fn sha256(self) -> Source {
                source::<Sha256>("sha256", self.0)
            }

            /// Returns the source `'sha384-…'`, which allows this block and no other.
            #[must_use]
            pub fn sha384(self) -> Source {
                source::<Sha384>("sha384", self.0)
            }

            /// Returns the source `'sha512-…'`, which allows this block and no other.
            #[must_use]
            pub fn sha512(self) -> Source {
                source::<Sha512>("sha512", self.0)
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    };
}

inline_block! {
    /// The content of a `script` element, which the page and the hash are both made of: every
    /// space counts.
    ///
    /// ```
    /// use bartizan_html::csp::InlineScript;
    ///
    /// let script = InlineScript::new("alert('Hello, world.');")?;
    /// let page = format!("<script>{script}</script>");
    /// let expected = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
    /// assert_eq!(script.sha256().to_string(), expected);
    /// # Ok::<(), bartizan_html::csp::NotInline>(())
    /// ```
    InlineScript, "</script"
}

inline_block! {
    /// The content of a `style` element, which the page and the hash are both made of: every
    /// space counts.
    ///
    /// ```
    /// use bartizan_html::csp::InlineStyle;
    ///
    /// let style = InlineStyle::new("p { margin: 0 }")?;
    /// let page = format!("<style>{style}</style>");
    /// assert!(style.sha256().to_string().starts_with("'sha256-"));
    /// # Ok::<(), bartizan_html::csp::NotInline>(())
    /// ```
    InlineStyle, "</style"
}

fn can_stand(code: &str, end_tag: &str) -> bool {
    let ends = |at: usize| {
        let tag = code.as_bytes().get(at..at.saturating_add(end_tag.len()));
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(end_tag.as_bytes()))
    };
    // After `<!--` an end tag may not end a script.
    !code.contains(['\0', '\r'])
        && !code.match_indices('<').any(|(at, _)| ends(at))
        && !code.contains("<!--")
}

fn source<D: Digest>(name: &str, code: &str) -> Source {
    Source(format!("'{name}-{}'", BASE64.encode(&D::digest(code))))
}

/// The code cannot stand in an element, or not unchanged. The program is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotInline;

impl fmt::Display for NotInline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the code would end its element, or change in it")
    }
}

impl Error for NotInline {}
