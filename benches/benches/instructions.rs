//! Counts the instructions of hot paths with callgrind, and compares them with the figures of
//! `benches/instructions/`. Counts say nothing of caches and waiting, but they are the same in every
//! run, however busy the machine is.
//!
//! - `cargo bench -p benches --bench instructions` compares, and fails where a figure is off by more
//!   than [`TOLERANCE_PERCENT`];
//! - with `-- --update` it writes the figures anew: look at the difference before it is committed;
//! - with `-- --test` it runs each operation once, without callgrind.
//!
//! - in all three, what reads hostile text is also given text twice as long: that may take at most
//!   [`MAX_GROWTH_PERCENT`] of the instructions. There is no figure for it, and nothing to update.
//!
//! To count another operation, give it a line in a module's `OPERATIONS`. A new crate gets a module,
//! named in [`GROUPS`].
//!
//! What is counted depends on the compiler, on callgrind, and on the C library, which the first line
//! of the figures names. It does not depend on the processor as long as that has AVX2: callgrind
//! plays one of a fixed kind, without the instructions for SHA-2 and AES in hardware.

#[path = "instructions/growth.rs"]
mod growth;
#[path = "instructions/token.rs"]
mod token;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// A crate's operations, and the file that has their figures.
const GROUPS: &[(&str, &[Operation])] = &[("token", token::OPERATIONS)];

/// A name, and what gets everything ready and returns what is counted.
type Operation = (&'static str, fn() -> Box<dyn FnMut()>);

/// How far a count may be from its figure.
const TOLERANCE_PERCENT: u64 = 1;

/// So often an operation is counted; the first one, which gets things ready, is not.
const RUNS: u64 = 10;

/// What twice the text may take: twice the work, and a tenth for what lies around it.
const MAX_GROWTH_PERCENT: u64 = 220;

/// A reader, and what gets hostile text of about so many bytes ready for it.
type Growing = (&'static str, fn(usize) -> Box<dyn FnMut()>);

/// In bytes: large enough that what does not grow is little beside what does.
const GROWTH_LEN: usize = 8 * 1024;

type Figures = BTreeMap<String, u64>;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [] => {
            compare();
            compare_growth();
        }
        ["--update"] => update(),
        ["--test"] => {
            all().for_each(|(_, (_, ready))| ready()());
            for (_, ready) in growth::readers() {
                ready(GROWTH_LEN)();
            }
        }
        ["--count", group, name] => count_here(group, name),
        ["--grow", name, len] => grow_here(name, len),
        _ => fail("arguments: none, --update or --test"),
    }
    ExitCode::SUCCESS
}

fn all() -> impl Iterator<Item = (&'static str, Operation)> {
    let operations = |(group, operations): &(&'static str, &'static [Operation])| {
        let group = *group;
        operations.iter().map(move |operation| (group, *operation))
    };
    GROUPS.iter().flat_map(operations)
}

/// Runs one operation, under callgrind.
fn count_here(group: &str, name: &str) {
    let mut wanted = all().filter(|(of, (called, _))| *of == group && *called == name);
    let (_, (_, ready)) = wanted.next().unwrap_or_else(|| fail("no such operation"));
    let mut operation = ready();
    operation();
    for _ in 0..RUNS {
        counted(&mut *operation);
    }
}

/// Callgrind counts what is done in here, and knows it by its name.
#[inline(never)]
fn counted(operation: &mut dyn FnMut()) {
    operation();
}

/// Reads text of some length, under callgrind.
fn grow_here(name: &str, len: &str) {
    let wanted = growth::readers().find(|(called, _)| *called == name);
    let (_, ready) = wanted.unwrap_or_else(|| fail("no such reader"));
    let mut reader = ready(len.parse().unwrap_or_else(|_| fail("a length is a number")));
    reader();
    counted(&mut *reader);
}

/// Counts the instructions of what this program does with `arguments` in [`counted`].
fn count(arguments: &[&str]) -> u64 {
    let this = env::current_exe().expect("the path of this program");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=instructions::counted*")
        .arg(this)
        .args(arguments)
        // What std and the C library look up in the environment is not to be counted.
        .env_clear()
        .output()
        .unwrap_or_else(|error| fail(&format!("valgrind does not start: {error}")));
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let total = collected.and_then(|(_, number)| number.trim().parse::<u64>().ok());
    match total {
        Some(total @ 1..) if output.status.success() => total,
        _ => fail(&format!("nothing was counted for {arguments:?}:\n{said}")),
    }
}

fn count_operation(group: &str, name: &str) -> u64 {
    count(&["--count", group, name]) / RUNS
}

fn compare_growth() {
    let mut wrong = String::new();
    for (name, _) in growth::readers() {
        let [once, twice] =
            [GROWTH_LEN, 2 * GROWTH_LEN].map(|len| count(&["--grow", name, &len.to_string()]));
        println!("growth: {name}: {once}, {twice} for twice the text");
        if twice * 100 > once * MAX_GROWTH_PERCENT {
            let _ = writeln!(wrong, "growth: {name:?} takes {once} instructions, then {twice}");
        }
    }
    if !wrong.is_empty() {
        fail(&wrong);
    }
}

fn compare() {
    let mut wrong = String::new();
    for (group, operations) in GROUPS {
        let mut figures = read(group);
        for (name, _) in *operations {
            let now = count_operation(group, name);
            let before = figures.remove(*name);
            println!("{group}: {name}: {now} (figure: {})", before.unwrap_or_default());
            let verdict = match before {
                None => "has no figure",
                Some(before) if now * 100 > before * (100 + TOLERANCE_PERCENT) => "is slower",
                Some(before) if now * 100 < before * (100 - TOLERANCE_PERCENT) => "is faster",
                Some(_) => continue,
            };
            let before = before.unwrap_or_default();
            let _ = writeln!(
                wrong,
                "{group}: {name:?} {verdict}: {before} instructions before, {now} now"
            );
        }
        for name in figures.keys() {
            let _ = writeln!(wrong, "{group}: {name:?} has a figure, and is no operation");
        }
        let (then, today) = (taken_with(group), tools());
        if !wrong.is_empty() && then != today {
            let _ = writeln!(wrong, "{group}: the figures were taken with {then}; this is {today}");
        }
    }
    if !wrong.is_empty() {
        fail(&format!("{wrong}Where that is meant: {UPDATE}"));
    }
}

const UPDATE: &str = "cargo bench -p benches --bench instructions -- --update";

fn update() {
    for (group, operations) in GROUPS {
        let mut text = format!("# Instructions, counted with {}\n", tools());
        for (name, _) in *operations {
            let _ = writeln!(text, "{name}: {}", count_operation(group, name));
        }
        fs::write(path(group), text).expect("a file that can be written");
    }
}

fn path(group: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions").join(group).with_extension("txt")
}

fn read(group: &str) -> Figures {
    let text = fs::read_to_string(path(group)).unwrap_or_default();
    let figure = |line: &str| {
        let (name, count) = line.split_once(": ")?;
        Some((name.to_owned(), count.parse().ok()?))
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| figure(line).unwrap_or_else(|| fail(&format!("{line:?}")))).collect()
}

/// With what the figures of a group were counted.
fn taken_with(group: &str) -> String {
    let text = fs::read_to_string(path(group)).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    first.trim_start_matches("# Instructions, counted with ").to_owned()
}

fn tools() -> String {
    let first_line = |program: &str, argument| {
        let output = Command::new(program).arg(argument).output();
        let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        said.unwrap_or_default().lines().next().unwrap_or_default().to_owned()
    };
    let compiler = first_line("rustc", "--version");
    let c_library = first_line("getconf", "GNU_LIBC_VERSION");
    format!("{compiler}, {}, {c_library}", first_line("valgrind", "--version"))
}

fn fail(text: &str) -> ! {
    eprintln!("{text}");
    std::process::exit(1)
}
