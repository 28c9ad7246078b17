//! Which crate of the family may depend on which: a new arrow is a decision, made here.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each crate of the family, and the crates of the family that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("bartizan-argon2", &[]),
    ("bartizan-core", &[]),
    ("bartizan-html", &[]),
    ("bartizan-validate", &[]),
    ("bartizan-envelope", &["bartizan-argon2", "bartizan-core"]),
    ("bartizan-otp", &["bartizan-core", "bartizan-store"]),
    ("bartizan-password", &["bartizan-argon2", "bartizan-core"]),
    ("bartizan-store", &["bartizan-core"]),
    // A level of its own, between: what is remembered is remembered by one contract.
    ("bartizan-token", &["bartizan-core", "bartizan-store"]),
    (
        "bartizan",
        &[
            "bartizan-core",
            "bartizan-envelope",
            "bartizan-html",
            "bartizan-otp",
            "bartizan-password",
            "bartizan-store",
            "bartizan-token",
            "bartizan-validate",
        ],
    ),
];

#[test]
fn no_crate_uses_one_it_may_not() {
    let allowed: BTreeMap<_, BTreeSet<_>> =
        ARROWS.iter().map(|(from, to)| (*from, to.iter().copied().collect())).collect();
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().unwrap();

    let family: BTreeSet<_> = packages
        .iter()
        .filter(|package| package["manifest_path"].as_str().unwrap().contains("/crates/"))
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    assert_eq!(family, allowed.keys().copied().collect(), "ARROWS lists every crate, once");

    for package in packages {
        let name = package["name"].as_str().unwrap();
        let Some(allowed) = allowed.get(name) else {
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let target = dependency["name"].as_str().unwrap();
            let permitted = !family.contains(target) || allowed.contains(target);
            assert!(permitted, "{name} may not depend on {target}");
        }
    }
}

/// The core weighs what a user pays for every other crate.
#[test]
fn the_core_stays_small() {
    let output = cargo(&["tree", "-p", "bartizan-core", "--prefix", "none", "--offline"]);
    let crates: BTreeSet<_> = output.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    assert!(crates.len() <= 12, "{} crates: {crates:?}", crates.len());
}

/// The workspace promises the oldest compiler that all of its dependencies still promise.
#[test]
fn rust_version_is_the_lowest_that_the_dependencies_allow() {
    let host = rustc_host();
    let metadata = metadata(&["--filter-platform", &host]);
    let packages = metadata["packages"].as_array().unwrap();
    let version = |package: &Value| {
        let text = package["rust_version"].as_str().unwrap_or("1.0").to_owned();
        let numbers = text.split('.').map(|part| part.parse::<u32>().unwrap());
        numbers.chain([0, 0]).take(3).collect::<Vec<_>>()
    };
    let (ours, theirs): (Vec<_>, Vec<_>) =
        packages.iter().partition(|package| package["source"].is_null());
    let highest = theirs.into_iter().map(version).max().unwrap();
    for package in ours {
        assert_eq!(version(package), highest, "{}", package["name"]);
    }
}

fn metadata(arguments: &[&str]) -> Value {
    let mut all = vec!["metadata", "--format-version", "1", "--offline"];
    all.extend(arguments);
    serde_json::from_str(&cargo(&all)).unwrap()
}

fn rustc_host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
