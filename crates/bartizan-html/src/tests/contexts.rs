//! The encoders for scripts, style sheets, comments and URLs, each against the parser of its place.

use core::cell::RefCell;

use cssparser::Parser;
use html5ever::local_name;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::dom;
use crate::encode::{self, UnsafeUrl};

/// The content of the one `element` in `html`, beside a `p`.
fn content_of(element: &str, html: &str) -> String {
    let tree = dom::parse(html, local_name!("div"));
    let mut elements = tree.elements();
    elements.sort_by_key(|found| found.name() == "p");
    let names: Vec<_> = elements.iter().map(|found| found.name().to_owned()).collect();
    assert_eq!(names, [element, "p"], "{html:?}");
    elements[0].only_text().expect("nothing but text")
}

fn script_round_trips(text: &str) {
    let html = format!("<script>{}</script><p>", encode::js_string(text));
    let literal = content_of("script", &html);
    let value: String = serde_json::from_str(&literal).expect("JSON, and so JavaScript");
    assert_eq!(value, text);
    for outside in ["<", ">", "&", "'", "\u{2028}", "\u{2029}", "\n", "\r"] {
        assert!(!literal.contains(outside), "{literal:?}");
    }
}

fn css_string_in(css: &str) -> String {
    let mut parser = Parser::new(css);
    let value = parser.expect_string().expect("one string").to_string();
    assert!(parser.is_exhausted(), "{css:?}");
    value
}

fn style_round_trips(text: &str) {
    let expected = text.replace('\0', "\u{fffd}");
    let string = encode::css_string(text);
    let html = format!("<style>{string}</style><p>");
    assert_eq!(css_string_in(&content_of("style", &html)), expected);
    for quote in ['"', '\''] {
        let html = format!("<p style={quote}{}{quote}>", string.in_attribute());
        let tree = dom::parse(&html, local_name!("div"));
        let elements = tree.elements();
        assert_eq!((elements.len(), elements[0].attributes.len()), (1, 1), "{html:?}");
        assert_eq!(css_string_in(&elements[0].attributes[0].1), expected);
    }
}

/// The comments in `html`, where nothing else may be.
#[derive(Default)]
struct Comments(RefCell<Vec<String>>);

impl TokenSink for Comments {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::CommentToken(text) => self.0.borrow_mut().push(text.to_string()),
            Token::ParseError(_) | Token::EOFToken => {}
            other => panic!("{other:?}"),
        }
        TokenSinkResult::Continue
    }
}

fn comment_round_trips(text: &str) {
    let Ok(comment) = encode::comment(text) else { return };
    let tokenizer = Tokenizer::new(Comments::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(comment.to_string()));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    assert_eq!(*tokenizer.sink.0.borrow(), [text], "{comment}");
}

/// Scripts, style sheets and comments; [`super::encoded`] has content and attributes.
///
/// asvs: V1.2.1
#[test]
fn every_scalar_value_comes_back() {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    for batch in all.chunks(16_384) {
        let text: String = batch.iter().collect();
        script_round_trips(&text);
        style_round_trips(&text);
        let text = text.replace(['\0', '\r'], "").replace("--", "- -");
        assert!(encode::comment(&text).is_ok());
        comment_round_trips(&text);
    }
    for c in ['\0', '\r'] {
        assert!(encode::comment(&format!("a{c}b")).is_err(), "a comment cannot carry it");
    }
}

#[test]
fn what_breaks_out_stays_in() {
    for c in '\0'..='\u{ff}' {
        for (before, after) in
            [("", ""), ("a", "b"), ("<", "script>"), ("</", "style>"), ("\\", "9"), ("<!-", "-")]
        {
            let text = format!("{before}{c}{after}");
            script_round_trips(&text);
            style_round_trips(&text);
            comment_round_trips(&text);
        }
    }
    for text in ["</script>", "</style>", "<!--<script>", "\\\"", "\"+alert(1)+\"", "\\", "]]>"] {
        script_round_trips(text);
        style_round_trips(text);
        comment_round_trips(text);
    }
}

/// All short texts of the characters that mean something in a comment.
#[test]
fn a_comment_ends_where_it_is_closed() {
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..5 {
        let longer = from..texts.len();
        from = texts.len();
        for at in longer {
            let next: Vec<_> = "-!<>x".chars().map(|c| format!("{}{c}", texts[at])).collect();
            texts.extend(next);
        }
    }
    assert_eq!(texts.len(), 3_906);
    for text in &texts {
        comment_round_trips(text);
    }
    for text in ["x", " note ", "a - b", "-x", "<b>", "!", "<!x"] {
        assert!(encode::comment(text).is_ok(), "{text}");
    }
}

/// asvs: V1.2.3
#[cfg(feature = "json")]
#[test]
fn json_comes_back_from_a_script() {
    for text in [
        "</script>",
        "<!--<script>",
        "\u{2028}\u{2029}\u{202a}",
        "\"\\'&<>\0\r\n",
        "]]>",
        "\u{e2}\u{80}",
    ] {
        let value = serde_json::json!({ text: [text, 1, null], "__proto__": 1.5 });
        let html =
            format!("<script type=application/json>{}</script><p>", encode::json(&value).unwrap());
        let json = content_of("script", &html);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
        for outside in ["<", ">", "&", "\u{2028}", "\u{2029}"] {
            assert!(!json.contains(outside), "{json}");
        }
    }
    let lists = std::collections::BTreeMap::from([([1], 2)]);
    assert_eq!(encode::json(&lists).unwrap_err(), encode::NotJson);
}

/// What a browser would run, or send elsewhere, in any spelling.
///
/// asvs: V1.2.1
#[test]
fn urls_are_of_schemes_that_run_nothing() {
    for url in [
        "https://example.com",
        "HTTP://example.com/?a=\"'<>&b",
        "https://[::1]:8080/é",
        "mailto:a@example.com",
        "tel:+49",
    ] {
        let html = format!("<a href=\"{}\">", encode::url(url).expect(url));
        let tree = dom::parse(&html, local_name!("div"));
        assert_eq!(tree.elements()[0].attributes, [("href".to_owned(), url.to_owned())]);
    }
    for url in [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://example.com/x",
        "file:///etc/passwd",
        "about:blank",
        "//example.com",
        "/path",
        "https:",
        "https://",
        "https:example.com",
        "https:///x",
        "https://?x",
        "mailto:",
        "&#106;avascript:alert(1)",
    ] {
        assert_eq!(encode::url(url).unwrap_err(), UnsafeUrl::Scheme, "{url}");
    }
}

/// asvs: V1.2.1
#[test]
fn local_urls_lead_to_no_other_host() {
    for url in ["/", "/a?b#c", "?page=2", "#top", "/a//b:c"] {
        assert!(encode::local_url(url).is_ok(), "{url}");
    }
    for url in ["", "//example.com", "///x", "a", "https://example.com", "javascript:x", "./a"] {
        assert_eq!(encode::local_url(url).unwrap_err(), UnsafeUrl::NotLocal, "{url}");
    }
}

#[test]
fn urls_have_no_character_that_browsers_drop() {
    for c in ('\0'..=' ').chain(['\\', '\u{7f}', '\u{85}']) {
        for url in [format!("{c}https://a"), format!("https://a{c}"), format!("java{c}script:x")] {
            assert_eq!(encode::url(&url).unwrap_err(), UnsafeUrl::Character, "{url:?}");
        }
        for url in [format!("/{c}/evil.example"), format!("{c}/a"), format!("/a{c}")] {
            assert_eq!(encode::local_url(&url).unwrap_err(), UnsafeUrl::Character, "{url:?}");
        }
    }
}

/// What is hashed is what a parser finds in the page.
#[cfg(feature = "csp")]
#[test]
fn inline_code_is_what_the_hash_is_of() {
    use crate::csp::{InlineScript, InlineStyle};

    for code in
        ["", "f();\n\tif (a < b && c > d) {}", "\u{feff}x", "'</b>'", "é\u{2028}", "<script>"]
    {
        let (script, style) = (InlineScript::new(code).unwrap(), InlineStyle::new(code).unwrap());
        assert_eq!(content_of("script", &format!("<script>{script}</script><p>")), code);
        assert_eq!(content_of("style", &format!("<style>{style}</style><p>")), code);
    }
    for code in ["</script>", "'</SCRIPT ", "a<</ScRiPt", "<!--", "<!--<script>", "\0", "\r\n"] {
        assert!(InlineScript::new(code).is_err(), "{code:?}");
    }
    assert!(InlineStyle::new("</sTyLe>").is_err());
    assert!(InlineStyle::new("'</script>'").is_ok());
}

#[cfg(feature = "csp")]
#[test]
fn hashes_are_those_of_the_standard_tools() {
    let script = crate::csp::InlineScript::new("abc").unwrap();
    assert_eq!(
        script.sha256().to_string(),
        "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"
    );
    assert_eq!(
        script.sha384().to_string(),
        "'sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn'"
    );
    assert_eq!(
        script.sha512().to_string(),
        "'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=='"
    );
}

#[cfg(feature = "csp")]
#[test]
fn a_nonce_is_all_that_the_source_gave_and_shows_nothing() {
    use crate::csp::Nonce;

    let counting = |bytes: &mut [u8]| {
        bytes.iter_mut().zip(1..).for_each(|(byte, n)| *byte = n);
        Ok::<(), ()>(())
    };
    let nonce = Nonce::generate(counting).unwrap();
    assert_eq!(nonce.to_string(), "AQIDBAUGBwgJCgsMDQ4PEBES");
    assert_eq!(nonce.source().to_string(), "'nonce-AQIDBAUGBwgJCgsMDQ4PEBES'");
    assert_eq!(format!("{nonce:?} {:?}", nonce.source()), "Nonce Source('nonce-…')");
    assert_eq!(Nonce::generate(|_| Err("no")).unwrap_err(), "no");
}
