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

const CLEAN: &str = "<p>Thanks, <strong>that</strong> worked.</p><pre><code>cargo test\n</code></pre>\
    <ul><li>one</li><li>two &amp; three</li></ul><p>See <a href=\"https://example.com/a?b=1\" \
    rel=\"nofollow ugc noopener noreferrer\">the page</a>.</p>";

const DIRTY: &str = "<div class=x><p style='color:red' onclick=alert(1)>Thanks, <STRONG>that</STRONG> \
    worked.<script>alert(1)</script><p>See <a href=javascript:alert(1)>this</a> or \
    <a href='https://example.com/?a=1&b=2' target=_blank>that</a><img src=x onerror=alert(1)></div>";

const COMMENTS: &[(&str, &str)] = &[("plain", PLAIN), ("clean", CLEAN), ("dirty", DIRTY)];

/// The policy `Policy::comment`, as ammonia is told it.
fn ammonia() -> Builder<'static> {
    let tags: HashSet<_> = [
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
    ]
    .into();
    let mut builder = Builder::empty();
    builder
        .tags(tags)
        .generic_attributes([].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    builder
}

fn named(names: &'static [(&'static str, &'static str)], name: &str) -> &'static str {
    names.iter().find(|(known, _)| *known == name).expect("the name is known").1
}

const NAMES: &[&str] = &["plain", "clean", "dirty"];

#[divan::bench(args = NAMES)]
fn clean_bartizan(bencher: Bencher, name: &str) {
    let html = named(COMMENTS, name);
    let sanitizer = Sanitizer::new(Policy::comment());
    bencher
        .counter(BytesCount::of_str(html))
        .bench(|| sanitizer.clean(black_box(html)).map(|clean| clean.as_str().len()));
}

#[divan::bench(args = NAMES)]
fn clean_ammonia(bencher: Bencher, name: &str) {
    let html = named(COMMENTS, name);
    let builder = ammonia();
    bencher.counter(BytesCount::of_str(html)).bench(|| builder.clean(black_box(html)).to_string());
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
    let builder = ammonia();
    bencher.bench(|| builder.clean(black_box(&html)).to_string().len());
}
