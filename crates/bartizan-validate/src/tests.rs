//! What is accepted, what is refused, and what is said about it.

mod address;
mod canonical;
mod egress;
#[cfg(feature = "egress-fetch")]
mod egress_fetch;
#[cfg(feature = "egress-hyper")]
mod egress_hyper;
#[cfg(feature = "egress-reqwest")]
mod egress_reqwest;
mod email;
mod invalid;
mod path;
mod redirect;
#[cfg(any(feature = "egress-hyper", feature = "egress-reqwest"))]
mod server;
mod url;
mod username;
