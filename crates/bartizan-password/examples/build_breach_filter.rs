//! Builds a filter of breached passwords for `BreachFilter::open`.
//!
//! ```text
//! cargo run --release -p bartizan-password --features breach --example build_breach_filter -- \
//!     pwned-passwords/ breached.filter
//! ```

use core::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use bartizan_password::{BreachFilter, BreachHash, FalsePositives};

const USAGE: &str = "\
Builds a filter of breached passwords.

    build_breach_filter [options] <list> <filter>

<list> is a text file, sorted, with HASH:COUNT in each line; or a folder with a file for each range,
00000.txt to FFFFF.txt, as the downloader of Pwned Passwords writes them. <filter> is replaced when
the new one is whole.

    --ntlm              the hashes are NTLM (default: SHA-1)
    --one-in-256        9 bits per entry: 1 in 256 good passwords is refused (default: 18 bits,
                        1 in 65,536)
    --min-count <n>     leaves out passwords that were seen less often (default: 1)
    --partial           accepts a folder in which ranges are missing
    --check             reads <filter> whole and says what it is; builds nothing
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = Options::parse()?;
    let Some(filter) = options.paths.pop() else {
        return Ok(io::stderr().write_all(USAGE.as_bytes())?);
    };
    if options.check {
        let opened = BreachFilter::open(&filter)?;
        opened.check_whole()?;
        return say(&format!("whole: {} entries, {:?}", opened.entries(), opened.hash()));
    }
    let list = options.paths.pop().ok_or(USAGE)?;
    let entries = options.build(&list, &filter)?;
    let bytes = std::fs::metadata(&filter)?.len();
    say(&format!("{entries} entries in {bytes} bytes"))
}

struct Options {
    hash: BreachHash,
    false_positives: FalsePositives,
    min_count: u64,
    partial: bool,
    check: bool,
    paths: Vec<PathBuf>,
}

impl Options {
    fn parse() -> Result<Self, Box<dyn Error>> {
        let mut options = Self {
            hash: BreachHash::Sha1,
            false_positives: FalsePositives::OneIn65536,
            min_count: 1,
            partial: false,
            check: false,
            paths: Vec::new(),
        };
        let mut arguments = std::env::args_os().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--ntlm") => options.hash = BreachHash::Ntlm,
                Some("--one-in-256") => options.false_positives = FalsePositives::OneIn256,
                Some("--min-count") => {
                    let count = arguments.next().and_then(|count| count.into_string().ok());
                    options.min_count = count.ok_or(USAGE)?.parse()?;
                }
                Some("--partial") => options.partial = true,
                Some("--check") => options.check = true,
                Some(option) if option.starts_with('-') => return Err(USAGE.into()),
                _ => options.paths.push(argument.into()),
            }
        }
        Ok(options)
    }

    fn build(&self, list: &Path, filter: &Path) -> Result<u64, Box<dyn Error>> {
        let mut progress = |entries: u64| {
            // A closed terminal does not stop the build.
            let _ = write!(io::stderr(), "\r{entries} entries");
        };
        let builder = BreachFilter::builder(self.hash)
            .false_positives(self.false_positives)
            .min_count(self.min_count)
            .progress(&mut progress);
        let builder = if self.partial { builder.accept_missing_ranges() } else { builder };
        let entries = if list.is_dir() {
            builder.build_from_folder(list, filter)?
        } else {
            builder.build_from_list(BufReader::with_capacity(1 << 20, File::open(list)?), filter)?
        };
        say("")?;
        Ok(entries)
    }
}

fn say(line: &str) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(io::stderr(), "{line}")?)
}
