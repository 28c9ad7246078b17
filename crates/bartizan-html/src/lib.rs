#![doc = include_str!("../README.md")]

pub mod encode;
mod limits;
mod policy;
mod sanitizer;
mod scan;
#[cfg(test)]
mod tests;

pub use limits::TooCostly;
pub use policy::Policy;
pub use sanitizer::{Clean, Sanitizer, SanitizerBuilder};
