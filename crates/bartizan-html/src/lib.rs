#![doc = include_str!("../README.md")]

mod clean_tokens;
mod compare;
#[cfg(feature = "csp")]
pub mod csp;
pub mod danger;
mod elements;
pub mod encode;
mod excerpt;
mod fast;
mod limits;
#[cfg(feature = "markdown")]
mod markdown;
mod policy;
mod reference;
mod report;
mod sanitizer;
mod scan;
mod steps;
#[cfg(any(feature = "askama", feature = "maud"))]
mod templates;
#[cfg(test)]
mod tests;
mod to_text;
mod tokens;
mod tree;
mod truncate;

pub use compare::Comparison;
pub use limits::TooCostly;
#[cfg(feature = "markdown")]
pub use markdown::Markdown;
pub use policy::Policy;
pub use policy::builder::{LinkRel, PolicyBuilder, PolicyError};
pub use policy::urls::{UrlRefused, Urls};
pub use report::{Name, Removal, Removed, Report};
pub use sanitizer::{Clean, Sanitizer, SanitizerBuilder};
