//! The sanitizer against public attack corpora, judged by re-parsing what it lets through.
//!
//! The judge is html5ever, as browsers parse: in the content of an element, of SVG and of `MathML`.

use std::rc::Rc;

use bartizan::html::{Policy, Sanitizer};
use html5ever::LocalName;
use serde::Deserialize;
use tests::corpus;

/// The tree that the sanitizer's own tests look at.
#[path = "../../crates/bartizan-html/src/tests/dom.rs"]
#[expect(dead_code, reason = "not all of it is looked at here")]
mod dom;

#[derive(Deserialize)]
struct Fixture {
    payload: String,
}

/// asvs: V1.3.1, for `DOMPurify`'s expectations.
#[test]
fn dompurify_fixtures() {
    let Some(corpus) = corpus::<Fixture>("html/dompurify_expect.json") else { return };
    assert_eq!(corpus.cases.len(), 160);
    check_all(corpus.cases.iter().map(|case| &*case.payload));
}

/// asvs: V1.3.1, for a public list of XSS payloads.
#[test]
fn xss_payloads() {
    let Some(corpus) = corpus::<String>("html/xss_payloads.json") else { return };
    assert_eq!(corpus.cases.len(), 4_658);
    check_all(corpus.cases.iter().map(|case| &**case));
}

/// Odd trees of the parser's own tests.
#[test]
fn html5lib_trees() {
    let Some(corpus) = corpus::<String>("html/html5lib_tree_inputs.json") else { return };
    assert_eq!(corpus.cases.len(), 898);
    check_all(corpus.cases.iter().map(|case| &**case));
}

fn check_all<'a>(cases: impl Iterator<Item = &'a str>) {
    let comment = Sanitizer::new(Policy::comment());
    let plain_text = Sanitizer::new(Policy::plain_text());
    let (mut cleaned, mut refused) = (0, 0);
    for case in cases {
        match comment.clean(case) {
            Ok(clean) => {
                cleaned += 1;
                harmless(clean.as_str(), case);
                let again = comment.clean(clean.as_str()).unwrap();
                assert_eq!(again.as_str(), clean.as_str(), "cleaning is idempotent: {case}");
            }
            Err(_) => refused += 1,
        }
        if let Ok(text) = plain_text.clean(case) {
            for context in CONTEXTS {
                assert!(elements_in(context, text.as_str()).is_empty(), "{case}");
            }
        }
    }
    // A sanitizer that refuses everything would pass all the rest.
    assert!(refused * 20 <= cleaned, "{refused} of {cleaned} refused");
}

const CONTEXTS: [&str; 3] = ["div", "svg", "math"];

fn elements_in(context: &str, html: &str) -> Vec<Rc<dom::Node>> {
    let found = dom::parse(html, LocalName::from(context)).elements();
    // A fragment is parsed into an element of the parser's own making.
    found.into_iter().filter(|element| element.name() != "html").collect()
}

fn harmless(html: &str, case: &str) {
    for context in CONTEXTS {
        for element in elements_in(context, html) {
            let name = element.name();
            assert!(ALLOWED.contains(&name), "<{name}> came of {case}");
            for (attribute, value) in &element.attributes {
                let known = name == "a" && matches!(&**attribute, "href" | "rel");
                assert!(known, "{name} {attribute}={value} came of {case}");
                if attribute == "href" {
                    let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_lowercase());
                    let scheme = scheme.unwrap_or_default();
                    let allowed = matches!(&*scheme, "http" | "https" | "mailto");
                    assert!(allowed, "href={value} came of {case}");
                }
            }
        }
    }
}

const ALLOWED: [&str; 15] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "u",
    "ul",
];
