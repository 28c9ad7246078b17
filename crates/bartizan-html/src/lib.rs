#![doc = include_str!("../README.md")]

mod compare;
pub mod danger;
mod elements;
pub mod encode;
mod fast;
mod limits;
mod policy;
mod reference;
mod report;
mod sanitizer;
mod scan;
mod steps;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod truncate;

pub use compare::Comparison;
pub use limits::TooCostly;
pub use policy::Policy;
pub use policy::builder::{LinkRel, PolicyBuilder, PolicyError};
pub use policy::urls::{UrlRefused, Urls};
pub use report::{Name, Removal, Removed, Report};
pub use sanitizer::{Clean, Sanitizer, SanitizerBuilder};
