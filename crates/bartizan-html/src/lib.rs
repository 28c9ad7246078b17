#![doc = include_str!("../README.md")]

#[cfg(feature = "csp")]
pub mod csp;
pub mod encode;
mod excerpt;
mod limits;
#[cfg(feature = "markdown")]
mod markdown;
mod policy;
mod sanitizer;
mod scan;
#[cfg(any(feature = "askama", feature = "maud"))]
mod templates;
#[cfg(test)]
mod tests;
mod to_text;
mod tokens;

pub use limits::TooCostly;
#[cfg(feature = "markdown")]
pub use markdown::Markdown;
pub use policy::Policy;
pub use sanitizer::{Clean, Sanitizer, SanitizerBuilder};
