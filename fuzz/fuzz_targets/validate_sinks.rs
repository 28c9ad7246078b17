//! Whatever a text is, each sink refuses it or its grammar reads the same text back, and no CSV field
//! is one that a spreadsheet calculates.

#![no_main]

use bartizan_validate::sink;
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/bartizan-validate/src/tests/sink/grammars.rs"]
mod grammars;

fuzz_target!(|text: &str| grammars::check(text));
