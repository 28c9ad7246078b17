//! The examples of the `CommonMark` specification, as its parser's package carries them: what they
//! stand for comes out, as far as the policy allows.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use bartizan::html::{Markdown, Policy, Sanitizer};
use serde_json::Value;

/// asvs: V1.3.5
#[test]
fn the_structure_of_commonmark_is_kept() {
    let examples = examples();
    assert!(examples.len() >= 640, "{} examples", examples.len());
    let markdown = Markdown::new(Sanitizer::new(Policy::comment()));
    let sanitizer = Sanitizer::new(Policy::comment());
    for (text, html) in &examples {
        let expected = sanitizer.clean(html).unwrap();
        let got = markdown.to_html(text).unwrap();
        assert_eq!(lines(got.as_str()), lines(expected.as_str()), "{text}");
    }
}

/// HTML without the line feeds and spaces around its lines, which writers place differently.
fn lines(html: &str) -> String {
    html.lines().map(str::trim).collect::<Vec<_>>().concat()
}

/// Pairs of Markdown and HTML, from source that is generated from the specification.
fn examples() -> Vec<(String, String)> {
    let source = package("pulldown-cmark").join("tests/suite/spec.rs");
    let source = fs::read_to_string(&source).expect("the parser's package carries the examples");
    let literals: Vec<_> = source.split("r##\"").skip(1).collect();
    let text = |literal: &str| literal.split("\"##").next().unwrap_or_default().to_owned();
    literals.chunks(2).map(|pair| (text(pair[0]), text(pair[1]))).collect()
}

fn package(name: &str) -> std::path::PathBuf {
    let arguments = ["metadata", "--format-version", "1", "--offline"];
    let output = Command::new(env!("CARGO")).args(arguments).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == name).expect("it is used");
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}
