//! The whole application over HTTP, as users, programs and attackers meet it.

#![cfg(test)]
#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

#[path = "http/addresses.rs"]
mod addresses;
#[path = "http/attacks.rs"]
mod attacks;
#[path = "common/authenticator.rs"]
mod authenticator;
mod common;
#[path = "http/input.rs"]
mod input;
#[path = "http/pictures.rs"]
mod pictures;
#[path = "http/previews.rs"]
mod previews;
#[path = "http/programs.rs"]
mod programs;
#[path = "http/second_factor.rs"]
mod second_factor;
#[path = "http/startup.rs"]
mod startup;
#[path = "http/story.rs"]
mod story;
#[path = "common/programs.rs"]
mod tokens;
