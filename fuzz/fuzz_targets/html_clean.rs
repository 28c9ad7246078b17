//! Whatever comes out of the sanitizer comes out of it again unchanged, and a parser finds in it no
//! element that the policy does not allow, and no attribute that runs anything.

#![no_main]

use std::sync::LazyLock;

use bartizan_html::{Policy, Sanitizer};
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use libfuzzer_sys::fuzz_target;

/// Each policy with what it allows beyond comments.
static SANITIZERS: LazyLock<[(Sanitizer, &[&[&str]]); 5]> = LazyLock::new(|| {
    [
        (Sanitizer::new(Policy::plain_text()), &[]),
        (Sanitizer::new(Policy::comment()), &[COMMENT]),
        (Sanitizer::new(Policy::article()), &[COMMENT, ARTICLE]),
        (Sanitizer::new(Policy::email()), &[COMMENT, ARTICLE, EMAIL]),
        (Sanitizer::new(Policy::svg()), &[SVG]),
    ]
});

const COMMENT: &[&str] = &[
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
const ARTICLE: &[&str] = &[
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
const EMAIL: &[&str] = &["address", "big", "center", "font", "strike", "tt"];
const SVG: &[&str] = &[
    "circle",
    "clippath",
    "defs",
    "ellipse",
    "g",
    "line",
    "lineargradient",
    "path",
    "polygon",
    "polyline",
    "radialgradient",
    "rect",
    "stop",
    "svg",
    "text",
    "tspan",
];

/// Looks at every tag, as a parser finds it in ordinary content.
struct Tags(&'static [&'static [&'static str]]);

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                assert!(self.0.iter().any(|names| names.contains(&&*tag.name)), "{}", tag.name);
                for attribute in tag.attrs {
                    let name = &*attribute.name.local;
                    assert!(!name.starts_with("on") && name != "srcdoc", "{name}");
                    let value = attribute.value.replace(['\t', '\n', '\r'], "").to_lowercase();
                    let value = value.trim_start_matches(|c: char| c <= ' ');
                    assert!(!value.starts_with("javascript:") || name == "title", "{name}");
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) => panic!("a comment"),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fuzz_target!(|html: &str| {
    for (sanitizer, allowed) in &*SANITIZERS {
        let Ok(clean) = sanitizer.clean(html) else {
            continue;
        };
        assert_eq!(sanitizer.clean(clean.as_str()).as_ref(), Ok(&clean));

        let tokenizer = Tokenizer::new(Tags(allowed), TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(clean.as_str().into());
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
    }
});
