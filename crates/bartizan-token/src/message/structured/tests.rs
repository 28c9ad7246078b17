use proptest::prelude::*;
use sfv::FieldType as _;

use super::*;

fn written(value: &str) -> Option<String> {
    canonical(value.as_bytes())
}

/// RFC 8941, sections 3.1 to 3.3, and what must fail of section 4.2.
#[test]
fn a_value_has_one_canonical_form() {
    for (value, form) in [
        ("sugar, tea, rum", "sugar, tea, rum"),
        ("  sugar ,\ttea,rum ", "sugar, tea, rum"),
        (
            "(\"foo\" \"bar\"), (\"baz\"), (\"bat\" \"one\"), ()",
            "(\"foo\" \"bar\"), (\"baz\"), (\"bat\" \"one\"), ()",
        ),
        (
            "(\"foo\"; a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1",
            "(\"foo\";a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1",
        ),
        (
            "abc;a=1;b=2; cde_456, (ghi;jk=4 l);q=\"9\";r=w",
            "abc;a=1;b=2;cde_456, (ghi;jk=4 l);q=\"9\";r=w",
        ),
        ("1; a; b=?0", "1;a;b=?0"),
        ("en=\"Applepie\", da=:w4ZibGV0w6ZydGU=:", "en=\"Applepie\", da=:w4ZibGV0w6ZydGU=:"),
        ("a=?0, b, c; foo=bar", "a=?0, b, c;foo=bar"),
        ("a=?1, b=?1;x=?1, c=(1 2)", "a, b;x, c=(1 2)"),
        ("rating=1.50, feelings=(joy sadness)", "rating=1.5, feelings=(joy sadness)"),
        ("42, -42, 007, -0, 999999999999999", "42, -42, 7, 0, 999999999999999"),
        (
            "4.5, -0.50, 0.000, -0.0, 00.10, 999999999999.999",
            "4.5, -0.5, 0.0, 0.0, 0.1, 999999999999.999",
        ),
        ("\"a \\\"b\\\\\", foo123/456:*, *x", "\"a \\\"b\\\\\", foo123/456:*, *x"),
        ("(  a   b )", "(a b)"),
        (":cHJldGVuZCB0aGlz:, ::", ":cHJldGVuZCB0aGlz:, ::"),
    ] {
        assert_eq!(written(value).as_deref(), Some(form), "{value}");
    }
}

#[test]
fn what_is_not_of_the_format_is_refused() {
    for value in [
        "",
        " ",
        ",",
        "a,",
        ",a",
        "a,,b",
        "a b",
        "(a",
        "a)",
        "(a,b)",
        "(\"a\"\"b\")",
        "((a))",
        "\"a",
        "\"\\a\"",
        "\"\\",
        "\"a\tb\"",
        "'a'",
        "1000000000000000",
        "1.",
        ".1",
        "1.0000",
        "1e3",
        "--1",
        "1234567890123.1",
        "-",
        "?2",
        "?",
        ":a:",
        ":aGk:",
        ":aGk=",
        ":aGl=:",
        ":a-_=:",
        ":YQ=\u{3d}:a",
        "a;",
        "a;A=1",
        "a;=1",
        "a;b=",
        "a;b=(1)",
        "a;x;x",
        "a; x=1; x=2",
        "a=1, a=2",
        "A=1",
        "a==1",
        "@1659578233",
        "%\"f%c3%bc\"",
        "ä",
        "a\u{b}",
        "a=1;b, a",
        "é=1",
        "a=",
        "a;b c",
    ] {
        assert_eq!(written(value), None, "{value:?}");
    }
}

#[test]
fn a_value_is_bounded() {
    let many = |count: usize| {
        format!("a{}", (0..count).map(|n| format!(";k{n}")).collect::<Vec<_>>().concat())
    };
    assert!(written(&many(16)).is_some());
    assert!(written(&many(17)).is_none());
    assert_eq!(written(&"(".repeat(100_000)), None);
}

/// A member that is not there is none; one that is there is written alone.
#[test]
fn a_member_is_found_by_its_key() {
    let dictionary = "a=1,    b=2;x=1;y=2,   c=(a   b   c), d, e;f=1, g=?1";
    let member = |key| dictionary_member(dictionary.as_bytes(), key);
    assert_eq!(member("c").as_deref(), Some("(a b c)"));
    assert_eq!(member("e").as_deref(), Some("?1;f=1"));
    assert_eq!(member("g").as_deref(), Some("?1"));
    assert_eq!(member("h"), None);
    assert_eq!(dictionary_member(b"a=1, a=2", "a"), None, "not the last one: nobody's");
    assert_eq!(dictionary_member(b"a=1, b=", "a"), None, "broken behind it");
}

/// Characters of which structured fields are made, so that many of the texts are some.
const TEXT: &str = r#"[a-c1-3 ,;=()"\\:?*.\-Az/+\t]{0,24}"#;

proptest! {
    /// Another reader, which is general: what is read here it reads too, and writes the same.
    #[test]
    fn a_general_reader_agrees(text in TEXT) {
        let Some(form) = written(&text) else { return Ok(()) };
        let of_list = sfv::Parser::new(&text).parse::<sfv::List>().ok().and_then(|list| list.serialize());
        let of_dictionary =
            sfv::Parser::new(&text).parse::<sfv::Dictionary>().ok().and_then(|dictionary| dictionary.serialize());
        let theirs = [of_list, of_dictionary].into_iter().flatten().collect::<Vec<_>>();
        prop_assert!(!theirs.is_empty(), "{text:?} is {form:?} here alone");
        prop_assert!(theirs.iter().all(|other| *other == form), "{text:?}: {form:?} and {theirs:?}");
    }

    #[test]
    fn what_is_canonical_stays_so(text in TEXT) {
        if let Some(form) = written(&text) {
            let again = written(&form);
            prop_assert_eq!(again.as_deref(), Some(&*form));
        }
    }
}
