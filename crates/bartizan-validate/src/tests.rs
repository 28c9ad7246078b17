//! What is accepted, what is refused, and what is said about it.

mod address;
mod canonical;
mod email;
mod invalid;
mod path;
mod redirect;
mod url;
mod username;
