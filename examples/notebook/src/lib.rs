#![doc = include_str!("../README.md")]

mod addresses;
mod api;
mod app;
mod asked;
mod cookie;
mod data_dir;
mod db;
mod error;
mod guard;
mod keys;
mod limits;
mod options;
mod pages;
mod passwords;
mod posted_file;
mod previews;
mod programs;
mod reseal;
mod second_factor;
mod server;
mod session;
mod start_error;

pub use options::{Command, Options, USAGE};
pub use server::run;
pub use start_error::StartError;
