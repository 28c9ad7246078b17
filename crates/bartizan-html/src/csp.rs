//! The parts of a Content Security Policy ([CSP Level 3]) that are made with the page: nonces,
//! hashes of inline blocks, and names of Trusted Types policies.
//!
//! The header itself is not written here. Each part displays itself as the header wants it.
//!
//! [CSP Level 3]: https://www.w3.org/TR/CSP3/
//!
//! ```
//! use bartizan_html::csp::{InlineScript, Nonce, TrustedTypesPolicy};
//!
//! # fn random(bytes: &mut [u8]) -> Result<(), std::io::Error> { Ok(bytes.fill(7)) }
//! let nonce = Nonce::generate(random)?;
//! let script = InlineScript::new("start();")?;
//! let policy = TrustedTypesPolicy::new("app#html")?;
//! let header = format!(
//!     "script-src {} {} 'strict-dynamic'; require-trusted-types-for 'script'; \
//!      trusted-types {policy}",
//!     nonce.source(),
//!     script.sha256(),
//! );
//! let page = format!("<script>{script}</script><script nonce=\"{nonce}\" src=/app.js></script>");
//! # assert!(header.starts_with("script-src 'nonce-BwcHBwcHBwcHBwcHBwcHBwcH' 'sha256-"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod inline;
mod nonce;
mod trusted_types;

pub use inline::{InlineScript, InlineStyle, NotInline};
pub use nonce::Nonce;
pub use trusted_types::{NotAPolicyName, TrustedTypesPolicy};

use core::fmt;

/// One source of a directive such as `script-src`, as the header wants it, quotes and all.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(String);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows which kind it is, and nothing of a nonce.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.split_once('-').map_or(&*self.0, |(kind, _)| kind);
        write!(f, "Source({kind}-…')")
    }
}
