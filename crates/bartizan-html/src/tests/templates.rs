//! Clean HTML and encoded values in templates: emitted as they are, while text beside them is
//! escaped.

use askama::Template;

use crate::encode::{self, Attribute, Url};
use crate::{Clean, Policy, Sanitizer};

#[derive(Template)]
#[template(
    source = r#"<h1>{{ title }}</h1>{{ note }}<a href="{{ url }}" title="{{ tip }}">x</a>"#,
    ext = "html"
)]
struct Page<'a> {
    title: &'a str,
    note: &'a Clean<'a>,
    url: Url<'a>,
    tip: Attribute<'a>,
}

const EXPECTED: &str = "<h1>TITLE</h1><p>a &amp; b</p>\
    <a href=\"/?a&amp;b\" title=\"&quot;&lt;\">x</a>";

fn note() -> Clean<'static> {
    Sanitizer::new(Policy::comment()).clean("<p onclick=x>a &amp; b</p>").unwrap()
}

#[test]
fn askama_emits_them() {
    let note = note();
    let url = encode::local_url("/?a&b").unwrap();
    let page = Page { title: "<&>", note: &note, url, tip: encode::attribute("\"<") };
    assert_eq!(page.render().unwrap(), EXPECTED.replace("TITLE", "&#60;&#38;&#62;"));
}

#[test]
fn maud_emits_them() {
    use maud::Render as _;

    let url = encode::local_url("/?a&b").unwrap();
    let mut page = String::from("<h1>");
    "<&>".render_to(&mut page);
    page.push_str("</h1>");
    note().render_to(&mut page);
    page.push_str("<a href=\"");
    url.render_to(&mut page);
    page.push_str("\" title=\"");
    encode::attribute("\"<").render_to(&mut page);
    page.push_str("\">x</a>");
    assert_eq!(page, EXPECTED.replace("TITLE", "&lt;&amp;&gt;"));
}
