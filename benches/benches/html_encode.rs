//! Encoding text beside the peers, into a string that is used again and again, as templates do; and
//! text that needs no escape, which is not copied at all.

use core::fmt::Write as _;

use bartizan::html::encode;
use divan::{Bencher, black_box, counter::BytesCount};

fn main() {
    divan::main();
}

const SENTENCE: &str = "Thanks, that worked. I had to restart the server first, and then it took a \
    minute before the page came back; after that the numbers were right again on every machine. ";

const TEXTS: &[&str] = &["short message", "prose 256 KiB", "clean 256 KiB"];

fn text(name: &str) -> String {
    let repeated = |unit: String| unit.repeat(262_144 / unit.len());
    match name {
        "short message" => format!("{SENTENCE}Tom & Jerry"),
        "prose 256 KiB" => repeated(format!("{SENTENCE}Tom & Jerry said \"it's done\". ")),
        _ => repeated(SENTENCE.to_owned()),
    }
}

fn into_page(bencher: Bencher, name: &str, encode: impl Fn(&str, &mut String) + Sync) {
    let text = text(name);
    let mut page = String::with_capacity(text.len() * 2);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        page.clear();
        encode(black_box(&text), &mut page);
        page.len()
    });
}

#[divan::bench(args = TEXTS)]
fn text_bartizan(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        encode::text(text).write_to(page).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn text_bartizan_display(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        write!(page, "{}", encode::text(text)).expect("a string takes all");
    });
}

/// Borrows what needs no escape.
#[divan::bench(args = TEXTS)]
fn text_bartizan_cow(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| encode::text(black_box(&text)).to_cow().len());
}

#[divan::bench(args = TEXTS)]
fn text_pulldown_cmark_escape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        pulldown_cmark_escape::escape_html_body_text(page, text).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn text_html_escape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        let _ = html_escape::encode_text_to_string(text, page);
    });
}

#[divan::bench(args = TEXTS)]
fn attribute_bartizan(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        encode::attribute(text).write_to(page).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn attribute_pulldown_cmark_escape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        pulldown_cmark_escape::escape_html(page, text).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn attribute_html_escape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        let _ = html_escape::encode_quoted_attribute_to_string(text, page);
    });
}

/// Escapes both kinds of place alike, as the next two do.
#[divan::bench(args = TEXTS)]
fn attribute_askama_escape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        askama_escape::escape_html(page, text).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn attribute_maud(bencher: Bencher, name: &str) {
    into_page(bencher, name, maud::Render::render_to);
}

#[divan::bench(args = TEXTS)]
fn attribute_v_htmlescape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        write!(page, "{}", v_htmlescape::escape_fmt(text)).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn js_string_bartizan(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        encode::js_string(text).write_to(page).expect("a string takes all");
    });
}

#[divan::bench(args = TEXTS)]
fn js_string_html_escape(bencher: Bencher, name: &str) {
    into_page(bencher, name, |text, page| {
        let _ = html_escape::encode_script_double_quoted_text_to_string(text, page);
    });
}
