//! What goes out, read back.

use proptest::prelude::*;

use crate::sink;

mod csv;
pub(crate) mod grammars;
mod ldap;
mod mail;
mod one_text;
pub(crate) mod readers;

/// Text of what means something somewhere, among what does not.
fn hostile() -> impl Strategy<Value = String> {
    let special = prop::sample::select(SPECIAL).prop_map(str::to_owned);
    let any = any::<char>().prop_map(|character| character.to_string());
    prop::collection::vec(prop_oneof![4 => special, 1 => any, 1 => "[a-z ]{0,40}"], 0..12)
        .prop_map(|parts| parts.concat())
}

const SPECIAL: &[&str] = &[
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\0",
    ",",
    ";",
    "|",
    "\"",
    "'",
    "`",
    "$",
    "(",
    ")",
    "*",
    "\\",
    "/",
    ".",
    "..",
    "%",
    "_",
    "#",
    " ",
    "  ",
    "&",
    "<",
    ">",
    "?",
    "=?",
    "?=",
    "]]>",
    "{",
    "[",
    "^",
    "~",
    "!",
    ":",
    "\u{1b}[2K",
    "\u{7f}",
    "\u{85}",
    "\u{ad}",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{ffff}",
    "ü",
    "＝",
    "－",
    "例",
    "🎉",
    "%00",
    "%2e",
    "\\00",
    "\\n",
    "&amp;",
    "=?UTF-8?B?QQ==?=",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_sink_is_read_back_by_its_grammar(text in hostile()) {
        grammars::check(&text);
    }

    #[test]
    fn every_sink_takes_any_text(text in any::<String>()) {
        grammars::check(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// asvs: V1.2.1, for header values; V1.2.2, for the parts of a URL; V1.2.6 is in `ldap`.
    #[test]
    fn every_sink_is_read_back_by_its_reader(text in hostile()) {
        readers::check(&text);
    }

    /// asvs: V1.2.9
    #[test]
    fn a_regex_literal_matches_its_text_alone(text in any::<String>()) {
        readers::check(&text);
    }
}

/// Every character of the blocks in which there are some that mean something, among its neighbours.
#[test]
fn every_character_is_read_back() {
    let blocks = ['\0'..='\u{3100}', '\u{f800}'..='\u{100ff}', '\u{e0000}'..='\u{e01ff}'];
    let all: Vec<char> = blocks.into_iter().flatten().collect();
    for neighbours in all.chunks(100) {
        grammars::check(&neighbours.iter().collect::<String>());
    }
}

/// The chunks that runs are looked for in begin and end anywhere.
#[test]
fn a_special_character_is_found_at_any_place() {
    for length in [0, 1, 30, 31, 32, 33, 63, 64, 65] {
        for special in ["\"", "'", "\\", "&", "é", "%", "\n"] {
            for place in 0..=length {
                grammars::check(&format!(
                    "{}{special}{}",
                    "a".repeat(place),
                    "b".repeat(length - place)
                ));
            }
        }
    }
}
