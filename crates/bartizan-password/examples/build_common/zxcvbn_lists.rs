//! The lists that the crate `zxcvbn` (MIT) carries in its source, which cargo has downloaded.

use core::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The lists that hold what people choose as passwords, their names among it. The other lists of
/// the crate hold words of English, of which good passphrases are made.
const LISTS: [&str; 4] = ["PASSWORDS", "FEMALE_NAMES", "MALE_NAMES", "SURNAMES"];

/// Returns each of the [`LISTS`], the most frequent entries first, in lower case.
pub(crate) fn read() -> Result<[Vec<String>; 4], Box<dyn Error>> {
    let source = fs::read_to_string(folder()?.join("src/frequency_lists.rs"))?;
    let mut lists = [const { Vec::new() }; 4];
    for (list, name) in lists.iter_mut().zip(LISTS) {
        let start = format!("const {name}: &str = \"");
        let text = source.split(&start).nth(1).and_then(|rest| rest.split("\";").next());
        let text = text.ok_or_else(|| format!("the crate zxcvbn has no list {name} any more"))?;
        // The only characters escaped are apostrophes.
        list.extend(text.split(',').map(|entry| entry.replace('\\', "").to_lowercase()));
    }
    Ok(lists)
}

/// Where cargo keeps the crate. Without a platform it would ask for the crates of all of them.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let rustc = output_of(Command::new("rustc").arg("-vV"))?;
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let metadata = output_of(
        Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--offline", "--filter-platform"])
            .arg(host.ok_or("rustc does not say its host")?)
            .arg("--manifest-path")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")),
    )?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .ok_or("cargo metadata lists no packages")?;
    let zxcvbn = packages.iter().find(|package| package["name"] == "zxcvbn");
    let manifest = zxcvbn.and_then(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|path| Path::new(path).parent());
    Ok(folder.ok_or("cargo metadata does not list zxcvbn")?.to_owned())
}

fn output_of(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
