//! What is accepted, what is refused, and what is said about it.

mod codes;
mod email;
mod fields;
mod invalid;
mod json;
mod mailbox;
mod names;
#[cfg(feature = "patterns")]
mod patterns;
#[cfg(feature = "phone")]
mod phone_number;
mod sink;
mod text;
#[cfg(feature = "upload")]
mod upload;
mod username;
mod xml;
