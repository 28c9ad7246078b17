//! What a parser makes of what comes out.

mod contexts;
mod dom;
mod encoded;
mod hostile;
#[cfg(feature = "markdown")]
mod markdown;
mod sanitized;
#[cfg(all(feature = "askama", feature = "maud"))]
mod templates;
mod text;
