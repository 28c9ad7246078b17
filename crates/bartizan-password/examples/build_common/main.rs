//! Builds `src/common/table.bin`, the common passwords that lie in the program.
//!
//! ```text
//! cargo run -p bartizan-password --example build_common             writes the table
//! cargo run -p bartizan-password --example build_common -- --list   prints the passwords
//! ```
//!
//! The same lists give the same bytes, and a test builds them again.

use core::error::Error;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::{env, fs};

mod candidates;
#[path = "../../src/fuse.rs"]
mod fuse;
#[path = "../../src/fuse_build.rs"]
mod fuse_build;
#[path = "../../src/common/key.rs"]
mod key;
mod table;

fn main() -> Result<(), Box<dyn Error>> {
    let candidates = candidates::all()?;
    if env::args().any(|argument| argument == "--list") {
        let mut output = BufWriter::new(io::stdout().lock());
        for candidate in &candidates {
            writeln!(output, "{candidate}")?;
        }
        return Ok(output.flush()?);
    }
    let keys: Vec<u64> = candidates.iter().map(|candidate| key::key(candidate.chars())).collect();
    let table = table::table(&keys).ok_or("two passwords have one key")?;
    let table = table.as_slice();
    let fuse = fuse::Fuse::parse(table).ok_or("the table is not read")?;
    if !keys.iter().all(|key| fuse.contains(*key)) {
        return Err("a password is missing".into());
    }
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/common/table.bin"), table)?;
    let long = candidates.iter().filter(|candidate| candidate.chars().count() >= 15).count();
    writeln!(
        io::stderr(),
        "{} passwords, {long} of them of 15 and more characters, in {} bytes",
        candidates.len(),
        table.len()
    )?;
    Ok(())
}
