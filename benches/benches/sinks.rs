//! Encoding for each sink, beside what is otherwise used for it.

use bartizan::validate::sink;
use divan::{Bencher, black_box, counter::BytesCount};

fn main() {
    divan::main();
}

const TEXTS: &[&str] = &["short", "prose", "nothing to encode", "dense"];

fn text(name: &str) -> String {
    const PROSE: &str = "It's \"done\" (mostly): a < b & c, 100% of it; see https://example.com/?q=1. \
        Thanks for the quick help with this on a Sunday evening, and see you all next week then. ";
    match name {
        "short" => "Alice O'Hara, Dublin".to_owned(),
        "prose" => PROSE.repeat(100),
        "nothing to encode" => "abcdefghijklmnopqrstuvwxyz0123456789".repeat(500),
        _ => "\"'<&>\\%*,".repeat(1_800),
    }
}

macro_rules! benches {
    ($($name:ident: $encode:expr;)*) => {
        $(
            #[divan::bench(args = TEXTS)]
            fn $name(bencher: Bencher, name: &str) {
                let text = text(name);
                let encode = $encode;
                bencher.counter(BytesCount::of_str(&text)).bench(|| encode(black_box(text.as_str())));
            }
        )*
    };
}

benches! {
    csv_bartizan: |text: &str| sink::csv::record(&[text, text, text]).unwrap().to_string();
    csv_peer: |text: &str| {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record([text, text, text]).unwrap();
        writer.into_inner().unwrap()
    };
    ldap_filter_bartizan: |text: &str| sink::ldap::filter(text).to_cow().len();
    log_bartizan: |text: &str| sink::log::line(text).to_cow().len();
    log_std: |text: &str| text.escape_debug().to_string();
    mail_header_bartizan: |text: &str| sink::mail::header(text).unwrap().to_string();
    regex_bartizan: |text: &str| sink::regex::literal(text).to_cow().len();
    regex_peer: |text: &str| regex::escape(text).len();
    shell_bartizan: |text: &str| sink::shell::argument_after_double_hyphen(text).unwrap().to_cow().len();
    shell_peer: |text: &str| shlex::try_quote(text).unwrap().len();
    url_query_bartizan: |text: &str| sink::url::query(text).to_cow().len();
    url_query_peer: |text: &str| {
        let encoded = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        std::borrow::Cow::from(encoded).len()
    };
    xml_attribute_bartizan: |text: &str| sink::xml::attribute(text).unwrap().to_cow().len();
    xml_attribute_peer: |text: &str| quick_xml::escape::escape(text).len();
}
