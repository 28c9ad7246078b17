//! What is accepted, what is refused, and what is said about it.

mod email;
mod invalid;
mod json;
#[cfg(feature = "patterns")]
mod patterns;
#[cfg(feature = "upload")]
mod upload;
mod username;
mod xml;
