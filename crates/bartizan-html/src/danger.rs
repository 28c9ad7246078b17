//! What a policy must not allow, by name, for those who insist.
//!
//! With any of it, [`Sanitizer`](crate::Sanitizer) promises no longer that its outcome is harmless,
//! and everything goes through a tree. `script`, `style`, `template` and `plaintext` stay out.
//!
//! ```
//! use bartizan_html::{Policy, Sanitizer, danger};
//!
//! // A page that puts input into forms, and has made sure that no form leads elsewhere.
//! let policy = danger::allow_element(Policy::comment().extend(), "input");
//! let policy = danger::allow_attribute(policy, "input", "name").build()?;
//! let clean = Sanitizer::new(policy).clean("<input name=q type=x>").map(|html| html.into_string());
//! assert_eq!(clean.as_deref(), Ok("<input name=\"q\">"));
//! # Ok::<(), bartizan_html::PolicyError>(())
//! ```

use crate::policy::builder::PolicyBuilder;

/// Allows an element that may run, embed or submit something.
pub fn allow_element(builder: PolicyBuilder, name: &'static str) -> PolicyBuilder {
    builder.insist(Some(name), None)
}

/// Allows an attribute with any value: an event handler, a name without a prefix, a `data-` attribute
/// that a framework acts upon. Only `href`, `src` and other attributes that a policy knows as URLs are
/// still judged as such.
pub fn allow_attribute(
    builder: PolicyBuilder,
    element: &'static str,
    name: &'static str,
) -> PolicyBuilder {
    builder.insist(Some(element), Some(name))
}
