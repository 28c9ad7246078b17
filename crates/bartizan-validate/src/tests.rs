//! What is accepted, what is refused, and what is said about it.

mod address;
mod canonical;
mod codes;
mod egress;
#[cfg(feature = "egress-fetch")]
mod egress_fetch;
#[cfg(feature = "egress-hyper")]
mod egress_hyper;
#[cfg(feature = "egress-reqwest")]
mod egress_reqwest;
mod email;
mod fields;
mod invalid;
mod json;
mod mailbox;
mod names;
mod path;
#[cfg(feature = "patterns")]
mod patterns;
#[cfg(feature = "phone")]
mod phone_number;
mod redirect;
#[cfg(any(feature = "egress-hyper", feature = "egress-reqwest"))]
mod server;
mod sink;
mod text;
#[cfg(feature = "upload")]
mod upload;
mod url;
mod username;
mod xml;
