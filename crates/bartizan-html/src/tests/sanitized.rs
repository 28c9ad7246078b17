//! What the sanitizer lets through, as a parser sees it.

use html5ever::{LocalName, local_name};
use proptest::prelude::*;

use super::dom;
use crate::{Comparison, Policy, Sanitizer};

pub(super) fn clean(policy: Policy, html: &str) -> String {
    Sanitizer::new(policy).clean(html).expect("it is cheap").into_string()
}

/// Where a page may put the outcome, and where it should not but might.
const CONTEXTS: [LocalName; 7] = [
    local_name!("div"),
    local_name!("body"),
    local_name!("svg"),
    local_name!("math"),
    local_name!("template"),
    local_name!("select"),
    local_name!("table"),
];

/// Panics when a parser finds in `html` what `policy` does not allow.
pub(super) fn allowed_only(policy: &Policy, html: &str) {
    let is_svg = policy.rule_named("svg").is_some();
    for context in CONTEXTS {
        // Each part of a picture is one of its own: in HTML it is an element of another name.
        if is_svg && !matches!(&*context, "div" | "body") {
            continue;
        }
        let tree = dom::parse(html, context);
        assert_eq!(tree.comments(), 0, "{html:?}");
        for element in tree.elements() {
            let name = element.name();
            let rule = policy.rule_named(name);
            let rule = rule.unwrap_or_else(|| panic!("{name} in {html:?}"));
            for (name, value) in &element.attributes {
                let allowed = if name == "rel" {
                    rule.rel == Some(value)
                } else {
                    let kept = policy.judge(rule.name, name, value);
                    kept.is_ok_and(|kept| kept == *value) && !runs(value)
                };
                assert!(allowed, "{name}={value:?} in {html:?}");
            }
        }
    }
}

/// Whether a browser would read a URL that runs something: tabs and newlines are dropped, controls
/// before it too.
fn runs(url: &str) -> bool {
    let url: String = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let url = url.trim_start_matches(|c: char| c <= ' ').to_ascii_lowercase();
    ["javascript:", "vbscript:", "data:text", "data:image/svg", "blob:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

pub(super) fn presets() -> Vec<Policy> {
    vec![
        Policy::plain_text(),
        Policy::comment(),
        Policy::article(),
        Policy::email(),
        Policy::svg(),
        Policy::markdown_output(),
    ]
}

pub(super) fn holds_for(html: &str) {
    for policy in [Policy::comment(), Policy::email()] {
        holds_under(&policy, html);
    }
}

pub(super) fn holds_under(policy: &Policy, html: &str) {
    let sanitizer = Sanitizer::new(policy.clone());
    let Ok(once) = sanitizer.clean(html) else {
        return;
    };
    allowed_only(policy, once.as_str());
    let again = sanitizer.clean(once.as_str()).expect("what is clean can be cleaned");
    assert_eq!(again, once, "{html:?}");
    if let Ok(Comparison::Different { fast, tree }) = sanitizer.compare(html) {
        panic!("{fast:?} is not {tree:?}, of {html:?}");
    }
}

/// A selection of them; the published corpora run in the top-level tests.
///
/// asvs: V1.3.1
#[test]
fn payloads_come_out_harmless() {
    for html in PAYLOADS {
        assert!(Sanitizer::new(Policy::comment()).clean(html).is_ok(), "{html}");
        holds_for(html);
    }
}

/// Dropped, not prefixed: neither policy has a use for them.
///
/// asvs: V3.2.3
#[test]
fn no_name_that_could_clobber_the_document_survives() {
    for html in [
        "<a id=cookie name=body href='https://example.com/'>x</a>",
        "<p ID=getElementById class=x style='color:red'>x</p>",
        "<form name=forms><input name=action></form>",
        "<b id=x><svg id=y><a id=z name=q>x",
    ] {
        let html = clean(Policy::comment(), html);
        for name in ["id=", "name=", "class=", "style="] {
            assert!(!html.contains(name), "{html}");
        }
    }
}

#[test]
fn every_mutation_of_a_payload_holds() {
    for html in PAYLOADS {
        for at in (0..=html.len()).filter(|at| html.is_char_boundary(*at)) {
            holds_for(&html[..at]);
        }
        for at in 0..html.len() {
            for bit in [0, 5] {
                let mut bytes = html.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                holds_for(&String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn comments_keep_what_people_write() {
    for html in [
        "<p>A <strong>bold</strong>, <b>b</b>, <em>e</em>, <i>i</i>, <u>u</u>, <s>s</s> text<br></p>",
        "<pre><code>let a = 1;\n</code></pre><blockquote>q</blockquote>",
        "<pre>\n\nafter a blank line</pre>",
        "<ol><li>one</li><li>two</li></ol><ul><li>three</li></ul>",
        "<a href=\"https://example.com/?a=1&amp;b=2\" rel=\"nofollow ugc noopener noreferrer\">x</a>",
        "1 &lt; 2 &amp;&amp; 3 &gt; 2\u{1f980}",
    ] {
        let sanitizer = Sanitizer::new(Policy::comment());
        let clean = sanitizer.clean(html).unwrap();
        assert_eq!(clean.as_str(), html);
        assert!(is_borrowed(clean.as_str(), html), "{html}");
    }
}

fn is_borrowed(clean: &str, html: &str) -> bool {
    html.as_bytes().as_ptr_range().contains(&clean.as_ptr())
}

#[test]
fn links_keep_only_the_schemes_of_the_policy() {
    let rel = "rel=\"nofollow ugc noopener noreferrer\"";
    let kept = |url: &str| {
        clean(Policy::comment(), &format!("<a href=\"{url}\" rel=opener target=_blank>x</a>"))
            == format!("<a href=\"{url}\" {rel}>x</a>")
    };
    for url in ["http://example.com/", "HTTPS://example.com", "mailto:a@example.com"] {
        assert!(kept(url), "{url}");
    }
    for url in [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://example.com/x",
        "ftp://example.com/",
        "tel:1",
        "//example.com/",
        "/path",
        "path",
        "#fragment",
        "?query",
        "",
        "https:",
        "https://",
    ] {
        let html = format!("<a href=\"{url}\">x</a>");
        assert_eq!(clean(Policy::comment(), &html), format!("<a {rel}>x</a>"), "{url:?}");
    }
}

#[test]
fn plain_text_keeps_the_text_and_nothing_else() {
    for (html, text) in [
        ("<p>Hi <b>there</b></p>", "Hi there"),
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("a<script>b</script><style>c</style><!--d-->e", "ae"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("a\r\nb\rc&#13;d\0", "a\nb\nc\nd"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\0b", "ab"),
        ("\u{feff}\u{feff}a", "a"),
        ("a\u{a0}b", "a&nbsp;b"),
        ("\u{feff}\u{feff}a<i></i>\u{feff}", "a\u{feff}"),
        ("<script></script>\u{feff}\u{feff}a", "a"),
        ("", ""),
    ] {
        assert_eq!(clean(Policy::plain_text(), html), text, "{html:?}");
    }
}

/// These change when ammonia cleans what it has cleaned.
#[test]
fn what_is_clean_stays_as_it_is() {
    for html in [
        "<pre>\n\n\n\nx</pre>",
        "<pre><!-- -->\nx</pre>",
        "<pre>&#13;x&#13;&#10;</pre>",
        "&#13;",
        "<p><button><p><button><p>x",
        "<p><object><p>x</object>",
        "<a><object><a><object><a>x",
        "<a href='https://a.example'><table><td><a href='https://b.example'>x",
        "<table><tfoot><tr><td>x<tbody><tr><td>y",
        "<b><table><td><b><p><table><p>x",
        "<ul><table><li><li></ul>",
        "<svg><p>x<math><mtext><p><b>y",
        "<select><option><p><b>x</select>",
    ] {
        assert!(Sanitizer::new(Policy::comment()).clean(html).is_ok(), "{html}");
        holds_for(html);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_markup_comes_out_harmless_and_settled(parts in prop::collection::vec(part(), 0..24)) {
        holds_for(&parts.concat());
    }

    #[test]
    fn any_text_comes_out_harmless_and_settled(text in any::<String>()) {
        holds_for(&text);
    }
}

/// Pieces of HTML as they come in attacks.
fn part() -> impl Strategy<Value = String> {
    let names = prop::sample::select(NAMES);
    prop_oneof![
        3 => (names.clone(), prop::sample::select(ATTRIBUTES))
            .prop_map(|(name, attribute)| format!("<{name}{attribute}>")),
        2 => names.prop_map(|name| format!("</{name}>")),
        2 => prop::sample::select(TEXTS).prop_map(str::to_owned),
    ]
}

const NAMES: &[&str] = &[
    "a",
    "b",
    "i",
    "u",
    "s",
    "p",
    "br",
    "pre",
    "code",
    "ul",
    "li",
    "div",
    "table",
    "td",
    "tr",
    "caption",
    "svg",
    "math",
    "mtext",
    "mglyph",
    "foreignObject",
    "desc",
    "annotation-xml",
    "style",
    "script",
    "title",
    "textarea",
    "noscript",
    "template",
    "select",
    "option",
    "button",
    "object",
    "form",
    "iframe",
    "xmp",
    "noembed",
    "plaintext",
    "body",
    "html",
    "frameset",
];
const ATTRIBUTES: &[&str] = &[
    "",
    " id=x",
    " href='javascript:alert(1)'",
    " href=\"https://example.com/?a&b\"",
    " onload=alert(1)",
    " title='</p><script>'",
    " title=\"-->\"",
    "/",
    " xlink:href=data:x",
    " encoding=text/html",
    " a a=1 a='",
];
const TEXTS: &[&str] = &[
    "x",
    "\n",
    "\r",
    "\0",
    "&",
    "&lt;",
    "&#13;",
    "&#0;",
    "<",
    ">",
    "\"",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "<?x",
    "</",
    "\u{feff}",
    "\u{a0}",
    "é",
    "<!doctype html>",
];

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<svg><desc><table><td><b><style><a title='</style><img src onerror=alert(1)>'>",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img src onerror=alert(1)>\">",
    "<b/style=position:fixed;top:0;left:0>x</b>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'><base href=//evil.example>",
    "<p onclick=alert(1) style=background:url(javascript:alert(1))>x</p>",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
];
