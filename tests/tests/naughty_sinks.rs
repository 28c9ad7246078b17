//! Strings that break things, written to every sink and read back from it.

use bartizan::validate::sink;
use tests::corpus;

/// The readers that the crate's own tests have.
#[path = "../../crates/bartizan-validate/src/tests/sink/grammars.rs"]
mod grammars;
#[path = "../../crates/bartizan-validate/src/tests/sink/readers.rs"]
mod readers;

/// asvs: V1.2.1, V1.2.2, V1.2.6, V1.2.9, V1.2.10
#[test]
fn naughty_strings_come_back_from_every_sink() {
    let Some(corpus) = corpus::<String>("validate/naughty_strings.json") else { return };
    assert_eq!(corpus.cases.len(), 362);
    for text in &corpus.cases {
        grammars::check(text);
        readers::check(text);
    }
    let refused = |of: fn(&str) -> bool| corpus.cases.iter().filter(|text| of(text)).count();
    // A sink that refuses everything would pass all the rest.
    assert_eq!(refused(|text| sink::shell::argument_after_double_hyphen(text).is_err()), 0);
    assert!(refused(|text| sink::mail::header(text).is_err()) <= 20);
    assert!(refused(|text| sink::xml::text(text).is_err()) <= 20);
    assert!(refused(|text| sink::url::segment(text).is_err()) <= 3);
    // Half of them have a slash, a backslash or a control character.
    assert_eq!(refused(|text| sink::http::attachment(text).is_err()), 181);
}
