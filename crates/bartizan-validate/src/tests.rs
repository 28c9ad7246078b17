//! What is accepted, what is refused, and what is said about it.

mod email;
mod invalid;
mod json;
mod username;
