//! Sanitizing beside ammonia, encoding beside html-escape, and hostile input at the limits.

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use bartizan::html::{Policy, Sanitizer, encode};
use divan::{Bencher, black_box, counter::BytesCount};

fn main() {
    divan::main();
}

const PLAIN: &str = "Thanks, that worked. I had to restart the server first, and then it took a \
    minute before the page came back; after that the numbers were right again on every machine.";

const DIRTY: &str = "<div class=x><p style='color:red' onclick=alert(1)>Thanks, <STRONG>that</STRONG> \
    worked.<script>alert(1)</script><p>See <a href=javascript:alert(1)>this</a> or \
    <a href='https://example.com/?a=1&b=2' target=_blank>that</a><img src=x onerror=alert(1)></div>";

const REL: &str = "rel=\"nofollow ugc noopener noreferrer\"";

/// Texts of one kind; a bench cleans all of them.
fn corpus(name: &str) -> Vec<String> {
    let numbered = |count: usize, piece: fn(usize) -> String| (0..count).map(piece).collect();
    match name {
        "plain" => numbered(64, |n| format!("{PLAIN} Number {n}.")),
        "comments, clean" => numbered(64, clean_comment),
        "comments, dirty" => numbered(64, dirty_comment),
        "comments, mixed" => numbered(64, |n| match n % 4 {
            0 => format!("{PLAIN} {PLAIN} Number {n}."),
            1 | 2 => clean_comment(n),
            _ => dirty_comment(n),
        }),
        "articles, clean" => numbered(4, |n| (0..18).map(|part| clean_section(n + part)).collect()),
        "articles, dirty" => numbered(4, |n| (0..18).map(|part| dirty_section(n + part)).collect()),
        _ => numbered(4, page),
    }
}

/// Some 560 bytes, as a comment comes out.
fn clean_comment(n: usize) -> String {
    format!(
        "<p>Thanks, <strong>that</strong> worked on number {n}. {PLAIN}</p>\n<pre><code>cargo test -q\n</code></pre>\n\
         <ul>\n<li>one</li>\n<li>two &amp; three</li>\n</ul>\n<blockquote>\n<p>It takes a minute.</p>\n</blockquote>\n\
         <p>See <a href=\"https://example.com/page/{n}?a=b\" {REL}>the page</a>, or <em>ask</em> again.</p>"
    )
}

/// Some 560 bytes, as an editor or an attacker writes it.
fn dirty_comment(n: usize) -> String {
    format!(
        "<div class=\"post\" id=\"c{n}\"><p style=\"color:red\">Thanks, <STRONG>that</STRONG> worked. {PLAIN}</p><br/>\
         <p onclick=alert(1)>See <a href='https://example.com/?a=1&b={n}' target=_blank>that</a> or \
         <a href=\"javascript:alert(1)\">this</a><img src=x onerror=alert(1)><script>alert({n})</script>\
         <ul><li>one<li>two &mdash; three</ul><!-- from an editor --><span data-x=1>it's &quot;done&quot;</span></div>"
    )
}

/// Some 1 KiB of an article.
fn clean_section(n: usize) -> String {
    format!(
        "<h2>Part {n}</h2>\n<p>{PLAIN} <em>Then</em> it was <code>{n}</code>, as \
         <a href=\"https://example.com/{n}\" {REL}>the report</a> says.</p>\n\
         <figure><img src=\"/images/{n}.png\" alt=\"A chart\"><figcaption>Chart {n}</figcaption></figure>\n\
         <table><thead><tr><th>Year</th><th>Number</th></tr></thead><tbody><tr><td>2024</td><td>{n}</td></tr></tbody></table>\n\
         <ul>\n<li>{PLAIN}</li>\n<li>two</li>\n</ul>\n<p>{PLAIN}</p>\n"
    )
}

/// The same with what editors leave in it, and some of it misnested.
fn dirty_section(n: usize) -> String {
    let misnested =
        if n.is_multiple_of(4) { "<b><p>x</b> y</p><a href=/x>one<a href=/y>two</a>" } else { "" };
    format!(
        "<div class=section data-n={n}>{}<p class=\"MsoNormal\" style='margin:0'><span lang=EN>{PLAIN}</span><o:p></o:p></p>\
         <font color=red>{n}</font>{misnested}<script src=x></script></div>",
        clean_section(n)
    )
}

/// A whole page of some 40 KB: head, navigation, forms, scripts, a picture in it.
fn page(n: usize) -> String {
    let items: Vec<String> = (0..60)
        .map(|item| format!("<li class=\"nav-item\"><a class=\"nav-link\" href=\"/section/{item}\"><span>Section {item}</span></a></li>\n"))
        .collect();
    let items = items.concat();
    let sections: String = (0..24).map(|part| dirty_section(n + part)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=en>\n<head><meta charset=utf-8><title>Page {n}</title>\n\
         <link rel=stylesheet href=/style.css><style>body {{ margin: 0 }}</style>\n\
         <script>window.dataLayer = window.dataLayer || [];</script></head>\n<body class=home>\n\
         <nav><button type=button aria-label=Menu><svg viewBox=\"0 0 24 24\"><path d=\"M0 0h24v24H0z\"/></svg></button>\
         <ul>{items}</ul></nav>\n<form action=/search><input name=q><select name=s><option>All<option>News</select></form>\n\
         <main>{sections}</main>\n<footer>&copy; 2024</footer><script async src=/app.js></script></body></html>"
    )
}

fn policy(name: &str) -> Policy {
    if name.starts_with("comments") || name == "plain" {
        Policy::comment()
    } else {
        Policy::article()
    }
}

/// The policies as ammonia is told them, as far as it can tell.
fn ammonia(name: &str) -> Builder<'static> {
    let comment = [
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
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(comment))
        .generic_attributes([].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    if policy(name) != Policy::comment() {
        builder
            .add_tags(Builder::default().clone_tags())
            .add_tags(["tfoot", "main", "section"])
            .url_relative(UrlRelative::PassThrough)
            .add_tag_attributes("img", ["src", "alt", "width", "height"])
            .generic_attributes(["title", "lang", "dir"].into());
    }
    builder
}

const CORPORA: &[&str] = &[
    "plain",
    "comments, mixed",
    "comments, clean",
    "comments, dirty",
    "articles, clean",
    "articles, dirty",
    "pages",
];

fn bytes(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

#[divan::bench(args = CORPORA)]
fn clean_bartizan(bencher: Bencher, name: &str) {
    let texts = corpus(name);
    let sanitizer = Sanitizer::new(policy(name));
    bencher.counter(bytes(&texts)).bench(|| {
        for html in &texts {
            black_box(sanitizer.clean(black_box(html)).expect("it is cheap"));
        }
    });
}

#[divan::bench(args = CORPORA)]
fn clean_ammonia(bencher: Bencher, name: &str) {
    let texts = corpus(name);
    let builder = ammonia(name);
    bencher.counter(bytes(&texts)).bench(|| {
        for html in &texts {
            black_box(builder.clean(black_box(html)).to_string());
        }
    });
}

const TEXTS: &[&str] = &["nothing to encode", "prose", "markup"];

fn text(name: &str) -> String {
    match name {
        "nothing to encode" => PLAIN.repeat(256),
        "prose" => format!("{PLAIN} Tom & Jerry said \"it's done\". ").repeat(256),
        _ => DIRTY.repeat(128),
    }
}

#[divan::bench(args = TEXTS)]
fn encode_text_bartizan(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| encode::text(black_box(&text)).to_cow().len());
}

#[divan::bench(args = TEXTS)]
fn encode_text_html_escape(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| html_escape::encode_text(black_box(&text)).len());
}

#[divan::bench(args = TEXTS)]
fn encode_attribute_bartizan(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| encode::attribute(black_box(&text)).to_cow().len());
}

#[divan::bench(args = TEXTS)]
fn encode_attribute_html_escape(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| html_escape::encode_quoted_attribute(black_box(&text)).len());
}

const FAMILIES: &[&str] = &[
    "nested div",
    "nested div 256 KiB",
    "nested li",
    "less-than",
    "ampersands",
    "ampersands 1 MiB",
    "formatting and blocks",
    "formatting copied into blocks",
    "end tags under depth",
    "end tags of paragraphs",
    "attributes",
    "attributes of one tag",
];

/// Each family twice: as large as the limits let through, or as others have met it.
fn hostile(name: &str) -> String {
    let fill = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
    let numbered = |count: usize, piece: fn(usize) -> String| {
        (0..count).map(piece).collect::<Vec<_>>().concat()
    };
    match name {
        "nested div" => "<div>".repeat(64),
        "nested div 256 KiB" => fill("<div>", 262_144),
        "nested li" => "<ul><li>".repeat(32),
        "less-than" => fill("<", 65_536),
        "ampersands" => fill("xxxxxxxxxxx&", 49_152),
        "ampersands 1 MiB" => fill("&", 1_048_576),
        "formatting and blocks" => "<i><b><u><div>".repeat(16),
        "formatting copied into blocks" => {
            let open = numbered(28, |n| format!("<b x{n}>"));
            format!("<p>{open}</p>{}", "<p>x".repeat(1_900))
        }
        "end tags under depth" => {
            format!("{}{}", "<div><table><td></div>".repeat(600), fill("</x>", 52_000))
        }
        "end tags of paragraphs" => fill("</p>", 65_536),
        "attributes" => {
            let attributes = numbered(64, |n| format!(" a{n}"));
            fill(&format!("<p{attributes}>"), 65_536)
        }
        _ => format!("<p{}>", numbered(12_000, |n| format!(" {n:x}"))),
    }
}

#[divan::bench(args = FAMILIES, sample_count = 20, sample_size = 1)]
fn hostile_bartizan(bencher: Bencher, name: &str) {
    let html = hostile(name);
    let sanitizer = Sanitizer::new(Policy::comment());
    bencher.bench(|| sanitizer.clean(black_box(&html)).map(|clean| clean.as_str().len()));
}

/// What the same costs without limits. The two largest would take many seconds.
#[divan::bench(
    args = FAMILIES.iter().filter(|name| !name.ends_with("iB")),
    sample_count = 5,
    sample_size = 1,
)]
fn hostile_ammonia(bencher: Bencher, name: &str) {
    let html = hostile(name);
    let builder = ammonia("comments");
    bencher.bench(|| builder.clean(black_box(&html)).to_string().len());
}
