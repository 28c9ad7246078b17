//! What comes out of the sanitizer and the encoders, in a real browser: headless Chromium runs
//! nothing of it, asks for nothing, goes nowhere, and reads back what was encoded.
//!
//! Without `chromedriver` and Chromium the tests say that they were skipped; under CI they fail.

use std::fmt::Write as _;

use bartizan::html::{Clean, Policy, Sanitizer, encode};
use serde::Deserialize;
use serde_json::{Value, json};
use tests::corpus;

#[path = "html_browser/driver.rs"]
mod driver;

use driver::Browser;

#[derive(Deserialize)]
struct Fixture {
    payload: String,
}

/// Public lists of attacks: `DOMPurify`'s fixtures and 4,658 payloads.
fn attacks() -> Option<Vec<String>> {
    let fixtures = corpus::<Fixture>("html/dompurify_expect.json")?.cases;
    let payloads = corpus::<String>("html/xss_payloads.json")?.cases;
    assert_eq!((fixtures.len(), payloads.len()), (160, 4_658));
    Some(fixtures.into_iter().map(|fixture| fixture.payload).chain(payloads).collect())
}

/// asvs: V1.3.1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_is_clean_fires() {
    let Some(attacks) = attacks() else { return };
    let Some(browser) = Browser::open().await else { return };
    browser.sees_what_is_not_clean().await;

    for policy in [Policy::comment(), Policy::plain_text()] {
        let sanitizer = Sanitizer::new(policy);
        let clean = attacks.iter().filter_map(|attack| sanitizer.clean(attack).ok());
        let clean: Vec<String> = clean.map(Clean::into_string).collect();
        assert!(clean.len() > 4_700, "{} of them were refused", attacks.len() - clean.len());
        for batch in clean.chunks(600) {
            browser.nothing_fires_through_inner_html(batch).await;
            browser.nothing_fires_in_a_document(batch).await;
        }
    }
    browser.close().await;
}

/// asvs: V1.2.1, V1.2.3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_encoded_comes_back_and_nothing_fires() {
    let Some(attacks) = attacks() else { return };
    let Some(browser) = Browser::open().await else { return };
    for batch in attacks.chunks(600) {
        let page = encoded(batch);
        let fired = browser.fired_in_a_document(&page).await;
        assert_eq!(fired, json!(["element SCRIPT", "element STYLE"]), "those of the test alone");
        let seen = browser.run(READ_BACK, &[]).await;
        let expected: Vec<_> = batch.iter().map(|text| text.replace('\0', "\u{fffd}")).collect();
        assert_eq!(seen["texts"], json!(expected));
        assert_eq!(seen["values"], json!(expected));
        assert_eq!(seen["strings"], json!(batch));
        assert_eq!(seen["data"], json!(batch));
        let comments = batch.iter().filter(|text| encode::comment(text).is_ok());
        assert_eq!(seen["comments"], json!(comments.collect::<Vec<_>>()));
        let same = browser.run(COMPARE_RULES, &[json!(expected)]).await;
        assert_eq!(same, json!([]), "style rules that are others");
    }
    browser.close().await;
}

/// Each text in each place.
fn encoded(texts: &[String]) -> String {
    let mut page = String::new();
    let mut rules = String::new();
    let mut strings = String::from("window.strings = [");
    for text in texts {
        let _ = write!(page, "<p title=\"{}\">{}</p>", encode::attribute(text), encode::text(text));
        if let Ok(url) = encode::url(text).or_else(|_| encode::local_url(text)) {
            let _ = write!(page, "<a href=\"{url}\">x</a>");
        }
        if let Ok(comment) = encode::comment(text) {
            let _ = write!(page, "{comment}");
        }
        let _ = writeln!(rules, "i {{ content: {} }}", encode::css_string(text));
        let _ = write!(strings, "{},", encode::js_string(text));
    }
    let data = encode::json(texts).expect("a list of strings");
    format!(
        "{page}<style>{rules}</style><script>{strings}];</script>\
         <script type=\"application/json\" id=data>{data}</script>"
    )
}

const READ_BACK: &str = r"
    const comments = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
    const found = [];
    while (comments.nextNode()) found.push(comments.currentNode.data);
    const paragraphs = [...document.querySelectorAll('p')];
    if (paragraphs.some(p => p.childNodes.length > 1 || p.attributes.length !== 1)) return {};
    return {
        texts: paragraphs.map(p => p.textContent),
        values: paragraphs.map(p => p.title),
        strings: window.strings,
        data: JSON.parse(document.getElementById('data').textContent),
        comments: found,
    };
";

/// Compares with strings written as CSSOM writes them.
const COMPARE_RULES: &str = r#"
    const written = text => '"' + text.replace(/[\x01-\x1f\x7f]|["\\]/g, c =>
        c < ' ' || c === '\x7f' ? '\\' + c.charCodeAt(0).toString(16) + ' ' : '\\' + c) + '"';
    const rules = [...document.styleSheets[0].cssRules].map(rule => rule.style.content);
    const expected = arguments[0].map(written);
    if (rules.length !== expected.length) return [rules.length, expected.length];
    return rules.flatMap((rule, at) => rule === expected[at] ? [] : [[rule, expected[at]]]);
"#;

impl Browser {
    async fn nothing_fires_through_inner_html(&self, batch: &[String]) {
        assert_eq!(self.fired_through_inner_html(batch).await, json!([]));
    }

    async fn nothing_fires_in_a_document(&self, batch: &[String]) {
        let page =
            batch.iter().fold(String::new(), |page, html| page + "<div>" + html + "</div>\n");
        assert_eq!(self.fired_in_a_document(&page).await, json!([]));
    }

    /// The instruments see each kind of thing that is not to happen.
    async fn sees_what_is_not_clean(&self) {
        for (html, expected) in [
            ("<img src=x onerror=alert(1)>", "alert"),
            ("<img src=x onerror=alert(1)>", "attribute onerror"),
            ("<img src=/asked>", "request /asked"),
            ("<img src=http://evil.example/asked>", "request /asked"),
            ("<img src=data:x>", "error IMG"),
            ("<a href='java&Tab;script:alert(1)'>x</a>", "link javascript:"),
            ("<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>", "alert"),
            ("<iframe srcdoc=x></iframe>", "element IFRAME"),
        ] {
            let through = self.fired_through_inner_html(&[html.to_owned()]).await;
            assert!(has(&through, expected), "{html}: {through}");
            let whole = self.fired_in_a_document(html).await;
            assert!(has(&whole, expected), "{html}: {whole}");
        }
        for (html, expected) in [
            ("<script>prompt(1)</script>", "prompt"),
            ("<svg onload=confirm(1)></svg>", "confirm"),
            ("<script>nonsense(</script>", "error"),
            ("<script src=//evil.example/a.js></script>", "request /a.js"),
            ("<meta http-equiv=refresh content='0;url=/elsewhere'>", "request /elsewhere"),
            (
                "<form action=/sent></form><script>document.forms[0].submit()</script>",
                "request /sent",
            ),
        ] {
            let whole = self.fired_in_a_document(html).await;
            assert!(has(&whole, expected), "{html}: {whole}");
        }
    }
}

fn has(fired: &Value, expected: &str) -> bool {
    fired.as_array().is_some_and(|fired| fired.iter().any(|it| it == expected))
}
