//! [JSONTestSuite]: what must be read is read, what must not be is not, and what a parser may choose
//! is always refused.
//!
//! [JSONTestSuite]: https://github.com/nst/JSONTestSuite

use bartizan::core::hex;
use bartizan::validate::{JsonFault, JsonRefused, StrictJson};
use serde::Deserialize;
use serde_json::Value;
use tests::corpus;

#[derive(Deserialize)]
struct Case {
    name: String,
    hex: String,
}

fn read(json: &[u8]) -> Result<Value, JsonRefused> {
    StrictJson::from_slice(json).map(StrictJson::into_inner)
}

/// asvs: V1.5.3
#[test]
fn what_must_be_read_is_read_and_what_must_not_is_not() {
    let Some(corpus) = corpus::<Case>("validate/json_test_suite.json") else { return };
    assert_eq!(corpus.cases.len(), 281);
    let mut read_count = 0;
    for case in &corpus.cases {
        let json = hex::decode(&case.hex).unwrap();
        let found = read(&json);
        match case.name.as_bytes() {
            // RFC 8259 leaves these two to the parser; ASVS V1.5.2 does not.
            b"y_object_duplicated_key.json" | b"y_object_duplicated_key_and_value.json" => {
                assert_eq!(found.unwrap_err().fault(), JsonFault::DuplicateName, "{}", case.name);
            }
            [b'y', ..] => {
                let oracle: Value = serde_json::from_slice(&json).unwrap();
                assert_eq!(found.ok(), Some(oracle), "{}", case.name);
                read_count += 1;
            }
            [b'n', ..] => assert!(found.is_err(), "{}", case.name),
            _ => panic!("{} is of no kind", case.name),
        }
    }
    assert_eq!(read_count, 93);
}

/// What parsers may choose, and the choice made here, which will not change.
const CHOSEN: &[(&str, &[u8], JsonFault)] = &[
    ("number_double_huge_neg_exp", b"[123.456e-789]", JsonFault::Number),
    (
        "number_huge_exp",
        b"[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999969999999006]",
        JsonFault::Number,
    ),
    ("number_neg_int_huge_exp", b"[-1e+9999]", JsonFault::Number),
    ("number_pos_double_huge_exp", b"[1.5e+9999]", JsonFault::Number),
    ("number_real_neg_overflow", b"[-123123e100000]", JsonFault::Number),
    ("number_real_pos_overflow", b"[123123e100000]", JsonFault::Number),
    ("number_real_underflow", b"[123e-10000000]", JsonFault::Number),
    ("number_too_big_neg_int", b"[-123123123123123123123123123123]", JsonFault::Number),
    ("number_too_big_pos_int", b"[100000000000000000000]", JsonFault::Number),
    (
        "number_very_big_negative_int",
        b"[-237462374673276894279832749832423479823246327846]",
        JsonFault::Number,
    ),
    ("object_key_lone_2nd_surrogate", br#"{"\uDFAA":0}"#, JsonFault::Encoding),
    ("string_1st_surrogate_but_2nd_missing", br#"["\uDADA"]"#, JsonFault::Encoding),
    ("string_1st_valid_surrogate_2nd_invalid", br#"["\uD888\u1234"]"#, JsonFault::Encoding),
    ("string_UTF-16LE_with_BOM", b"\xff\xfe[\0\"\0\xe9\0\"\0]\0", JsonFault::Encoding),
    (
        "string_UTF-8_invalid_sequence",
        b"[\"\xe6\x97\xa5\xd1\x88\xfa\"]",
        JsonFault::Encoding,
    ),
    ("string_UTF8_surrogate_U+D800", b"[\"\xed\xa0\x80\"]", JsonFault::Encoding),
    ("string_incomplete_surrogate_and_escape_valid", br#"["\uD800\n"]"#, JsonFault::Encoding),
    ("string_incomplete_surrogate_pair", br#"["\uDd1ea"]"#, JsonFault::Encoding),
    (
        "string_incomplete_surrogates_escape_valid",
        br#"["\uD800\uD800\n"]"#,
        JsonFault::Encoding,
    ),
    ("string_invalid_lonely_surrogate", br#"["\ud800"]"#, JsonFault::Encoding),
    ("string_invalid_surrogate", br#"["\ud800abc"]"#, JsonFault::Encoding),
    ("string_invalid_utf-8", b"[\"\xff\"]", JsonFault::Encoding),
    ("string_inverted_surrogates_U+1D11E", br#"["\uDd1e\uD834"]"#, JsonFault::Encoding),
    ("string_iso_latin_1", b"[\"\xe9\"]", JsonFault::Encoding),
    ("string_lone_second_surrogate", br#"["\uDFAA"]"#, JsonFault::Encoding),
    ("string_lone_utf8_continuation_byte", b"[\"\x81\"]", JsonFault::Encoding),
    ("string_not_in_unicode_range", b"[\"\xf4\xbf\xbf\xbf\"]", JsonFault::Encoding),
    ("string_overlong_sequence_2_bytes", b"[\"\xc0\xaf\"]", JsonFault::Encoding),
    (
        "string_overlong_sequence_6_bytes",
        b"[\"\xfc\x83\xbf\xbf\xbf\xbf\"]",
        JsonFault::Encoding,
    ),
    (
        "string_overlong_sequence_6_bytes_null",
        b"[\"\xfc\x80\x80\x80\x80\x80\"]",
        JsonFault::Encoding,
    ),
    ("string_truncated-utf-8", b"[\"\xe0\xff\"]", JsonFault::Encoding),
    ("string_utf16BE_no_BOM", b"\0[\0\"\0\xe9\0\"\0]", JsonFault::Encoding),
    ("string_utf16LE_no_BOM", b"[\0\"\0\xe9\0\"\0]\0", JsonFault::Encoding),
    ("structure_500_nested_arrays", &nested(), JsonFault::TooDeep),
    ("structure_UTF-8_BOM_empty_object", b"\xef\xbb\xbf{}", JsonFault::Syntax),
];

const fn nested() -> [u8; 1000] {
    let mut json = [b'['; 1000];
    let mut at = 500;
    while at < 1000 {
        json[at] = b']';
        at += 1;
    }
    json
}

/// asvs: V1.5.3
#[test]
fn what_a_parser_may_choose_is_refused() {
    assert_eq!(CHOSEN.len(), 35);
    for (name, json, fault) in CHOSEN {
        assert_eq!(read(json).unwrap_err().fault(), *fault, "i_{name}.json");
    }
}
