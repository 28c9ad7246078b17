//! What a parser makes of what comes out.

mod contexts;
mod dom;
mod encoded;
mod hostile;
#[cfg(feature = "markdown")]
mod markdown;
mod policies;
mod sanitized;
mod single_pass;
#[cfg(all(feature = "askama", feature = "maud"))]
mod templates;
mod text;
