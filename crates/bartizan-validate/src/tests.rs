//! What is accepted, what is refused, and what is said about it.

mod codes;
mod email;
mod fields;
mod invalid;
mod mailbox;
mod names;
#[cfg(feature = "phone")]
mod phone_number;
mod sink;
mod text;
mod username;
