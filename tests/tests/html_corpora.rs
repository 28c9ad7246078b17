//! The sanitizer against public attack corpora, judged by re-parsing what it lets through.
//!
//! The judge is html5ever, as browsers parse: in the content of an element, of SVG and of `MathML`, and
//! of elements that change what follows.

use std::rc::Rc;

use bartizan::html::{Comparison, Policy, Sanitizer};
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
    let sanitizers = [
        (Sanitizer::new(Policy::plain_text()), &[][..]),
        (Sanitizer::new(Policy::comment()), &[&COMMENT[..]]),
        (Sanitizer::new(Policy::article()), &[&COMMENT[..], &ARTICLE[..]]),
    ];
    let (mut cleaned, mut refused, mut by_one_pass) = (0, 0, 0);
    let mut random = 0x2545_f491_4f6c_dd1d;
    for case in cases {
        let mutated = mutate(case, &mut random);
        for (sanitizer, allowed) in &sanitizers {
            for html in [case, &mutated] {
                match sanitizer.clean(html) {
                    Ok(clean) => {
                        cleaned += 1;
                        harmless(clean.as_str(), html, allowed);
                        let again = sanitizer.clean(clean.as_str()).unwrap();
                        assert_eq!(
                            again.as_str(),
                            clean.as_str(),
                            "cleaning is idempotent: {html}"
                        );
                    }
                    Err(_) => refused += 1,
                }
                match sanitizer.compare(html) {
                    Ok(Comparison::Different { fast, tree }) => {
                        panic!("{fast:?} is not {tree:?}, of {html:?}")
                    }
                    Ok(Comparison::Same | Comparison::Settled) => by_one_pass += 1,
                    _ => {}
                }
            }
        }
    }
    // A sanitizer that refuses everything would pass all the rest.
    assert!(refused * 20 <= cleaned, "{refused} of {cleaned} refused");
    assert!(by_one_pass * 10 >= cleaned, "{by_one_pass} of {cleaned} by one pass");
}

/// Removes, doubles, flips or moves a byte or a tag, always the same with the same seed.
fn mutate(html: &str, random: &mut u64) -> String {
    let mut next = |below: usize| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        usize::try_from(*random % (below as u64).max(1)).unwrap()
    };
    let mut bytes = html.as_bytes().to_vec();
    for _ in 0..=next(3) {
        let (at, to) = (next(bytes.len()), next(bytes.len()));
        match next(5) {
            _ if bytes.is_empty() => {}
            0 => drop(bytes.remove(at)),
            1 => bytes[at] ^= 1 << next(7),
            2 => bytes.insert(at, b"<>\"'/&= \n"[next(9)]),
            3 => bytes.swap(at, to),
            _ => {
                let (from, to) = (at.min(to), at.max(to));
                let piece = bytes[from..to].to_vec();
                bytes.splice(to..to, piece);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

const CONTEXTS: [&str; 6] = ["div", "svg", "math", "template", "select", "table"];

fn elements_in(context: &str, html: &str) -> Vec<Rc<dom::Node>> {
    let found = dom::parse(html, LocalName::from(context)).elements();
    // A fragment is parsed into an element of the parser's own making.
    found.into_iter().filter(|element| element.name() != "html").collect()
}

fn harmless(html: &str, case: &str, allowed: &[&[&str]]) {
    for context in CONTEXTS {
        for element in elements_in(context, html) {
            let name = element.name();
            let is_allowed = allowed.iter().any(|names| names.contains(&name));
            assert!(is_allowed, "<{name}> came of {case}");
            for (attribute, value) in &element.attributes {
                let (attribute, value) = (&**attribute, &**value);
                assert!(
                    !attribute.starts_with("on") && attribute != "srcdoc",
                    "{attribute} came of {case}"
                );
                let is_name = matches!(attribute, "style" | "id" | "name");
                assert!(!is_name, "{attribute} came of {case}");
                if matches!(attribute, "href" | "src" | "cite") {
                    let scheme = value.split(['/', '?', '#']).next().unwrap_or_default();
                    let scheme =
                        scheme.split_once(':').map(|(scheme, _)| scheme.trim().to_lowercase());
                    let is_allowed =
                        scheme.is_none_or(|it| matches!(&*it, "http" | "https" | "mailto"));
                    assert!(is_allowed, "{attribute}={value} came of {case}");
                }
            }
        }
    }
}

const COMMENT: [&str; 15] = [
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

const ARTICLE: [&str; 54] = [
    "abbr",
    "article",
    "aside",
    "bdi",
    "bdo",
    "caption",
    "cite",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "img",
    "ins",
    "kbd",
    "main",
    "mark",
    "nav",
    "q",
    "rp",
    "rt",
    "ruby",
    "samp",
    "section",
    "small",
    "span",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "var",
    "wbr",
];
