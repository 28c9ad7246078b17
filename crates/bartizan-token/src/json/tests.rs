use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn parse(text: impl AsRef<[u8]>) -> Result<Value, InvalidJson> {
    from_slice(text.as_ref())
}

fn accepts(text: &str) -> bool {
    parse(text).is_ok()
}

#[test]
fn reads_members_however_they_are_written() {
    let text = "{ \"a\" : \"x\" ,\r\n\"\\u0062\":[1, {\"c\":null}],\t\"\":\"\\ud83d\\ude00\\n\"}";
    let expected = json!({ "a": "x", "b": [1, { "c": null }], "": "\u{1f600}\n" });
    assert_eq!(parse(text).unwrap(), expected);
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Struct { a: i8 },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(u16);

#[derive(Debug, PartialEq, Deserialize)]
struct Everything<'t> {
    borrowed: &'t str,
    owned: String,
    maybe: Option<bool>,
    none: Option<u8>,
    missing: Option<u8>,
    wrapped: Wrapped,
    pair: (i64, f64),
    shapes: Vec<Shape>,
    map: BTreeMap<u32, char>,
    unit: (),
}

#[test]
fn fills_every_type_that_serde_has() {
    let text = r#"{"borrowed":"é\u0020","owned":"\u0041","maybe":true,"none":null,"wrapped":7,
        "pair":[-3,1.5],"shapes":["Unit",{"Newtype":1},{"Struct":{"a":-1}}],"map":{"5":"x"},
        "unit":null,"ignored":[{"x":[{}]}]}"#;
    let plain = text.replace("\\u0020", " ");
    let read: Everything<'_> = from_slice(plain.as_bytes()).unwrap();
    let expected = Everything {
        borrowed: "é ",
        owned: "A".to_owned(),
        maybe: Some(true),
        none: None,
        missing: None,
        wrapped: Wrapped(7),
        pair: (-3, 1.5),
        shapes: vec![Shape::Unit, Shape::Newtype(1), Shape::Struct { a: -1 }],
        map: BTreeMap::from([(5, 'x')]),
        unit: (),
    };
    assert_eq!(read, expected);
    // What is escaped cannot be borrowed.
    assert!(from_slice::<Everything<'_>>(text.as_bytes()).is_err());
    for (from, to) in [
        ("7", "65536"),
        ("7", "-7"),
        ("true", "1"),
        ("[-3,1.5]", "[-3,1.5,1]"),
        ("[-3,1.5]", "[-3]"),
        ("\"Unit\"", "\"unit\""),
        ("{\"Newtype\":1}", "{\"Newtype\":1,\"x\":1}"),
        ("{\"Newtype\":1}", "{}"),
        ("\"5\"", "\"x\""),
        ("[{\"x\":[{}]}]", "[{\"x\":[{]}]"),
        ("[{\"x\":[{}]}]", "{\"a\":1,\"a\":1}"),
    ] {
        let changed = plain.replacen(from, to, 1);
        assert_ne!(changed, plain, "{from}");
        assert!(from_slice::<Everything<'_>>(changed.as_bytes()).is_err(), "{to}");
    }
}

/// Also beyond the names that have their place without the heap, and whatever bits they share.
#[test]
fn a_name_is_found_again_among_many() {
    let members: Vec<_> = (0..200).map(|n| format!("\"n{n}\":{{\"n{n}\":0}}")).collect();
    assert!(accepts(&format!("{{{}}}", members.join(","))));
    for n in [0, 1, 18, 19, 20, 21, 198, 199] {
        let doubled = format!("{{{},\"n{n}\":0}}", members.join(","));
        assert!(!accepts(&doubled), "n{n}");
        let escaped = format!("{{\"\\u006e{n}\":0,{}}}", members.join(","));
        assert!(!accepts(&escaped), "n{n} by escape");
    }
}

/// Every byte at every place of the eight that are looked at together.
#[test]
fn a_string_ends_where_it_ends() {
    for before in 0..20 {
        for byte in 0..=0x7f_u8 {
            let text = format!("{{\"a\":\"{}{}bc\"}}", "é".repeat(before), char::from(byte));
            let expected = serde_json::from_str::<Value>(&text).ok();
            assert_eq!(parse(&text).ok(), expected, "{byte} after {before}");
        }
    }
}

/// Wherever words of eight bytes begin and end.
#[test]
fn every_byte_within_a_string_is_judged_the_same_at_every_place() {
    for len in 0..12 {
        for at in 0..=len {
            for byte in 0..=0x7f_u8 {
                let byte = char::from(byte);
                let text = format!("{}{byte}{}", "x".repeat(at), "y".repeat(len - at));
                let json = format!(r#"{{"{text}":"{text}"}}"#);
                let expected = !matches!(byte, '\0'..='\x1f' | '"' | '\\');
                assert_eq!(accepts(&json), expected, "{json:?}");
                assert!(!expected || parse(&json).unwrap()[&text] == text);
            }
        }
    }
}

#[test]
fn every_byte_within_a_number_is_judged_the_same_at_every_place() {
    #[derive(Deserialize)]
    struct Number {
        n: u64,
    }
    for len in 1..=21 {
        for at in 0..len {
            for byte in (0x21..=0x7f_u8).filter(|byte| !b"eE.}".contains(byte)) {
                let mut digits: Vec<u8> = (0..len).map(|n| b'1' + n % 9).collect();
                digits[usize::from(at)] = byte;
                let digits = String::from_utf8(digits).unwrap();
                let json = format!(r#"{{"n":{digits}}}"#);
                let read = from_slice::<Number>(json.as_bytes()).ok().map(|number| number.n);
                let whole = object(json.as_bytes(), |object| {
                    let _name = object.next_name()?;
                    object.value().whole_number()
                });
                let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
                let expected = digits.parse().ok();
                let expected =
                    expected.filter(|_| is_number && (byte != b'0' || at > 0 || len == 1));
                assert_eq!((read, whole.ok()), (expected, expected), "{json}");
            }
        }
    }
}

#[test]
fn refuses_a_member_named_twice_at_every_level_also_by_escape() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"\u0061":1}"#,
        r#"{"\/":1,"/":1}"#,
        r#"{"x":{"a":1,"a":2}}"#,
        r#"{"x":[{"y":{"a":1,"\u0061":2}}]}"#,
        r#"{"\ud83d\ude00":1,"😀":2}"#,
        r#"{"a":{"b":1},"a":2}"#,
    ] {
        assert!(!accepts(text), "{text}");
    }
    for text in [r#"{"a":{"a":{"a":1}}}"#, r#"{"a":1,"A":2}"#, r#"{"x":[{"a":1},{"a":2}],"a":1}"#] {
        assert!(accepts(text), "{text}");
    }
}

#[test]
fn refuses_what_the_grammar_does_not_have() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[]",
        "null",
        "1",
        "\"a\"",
        "{}{}",
        "{},",
        "{}x",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":NaN}",
        "{\"a\":0x1}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u+123\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\ud800\\ud800\"}",
        "{\"a\":\"\\ud800x\"}",
        "{\"a\":\"",
        "\u{feff}{}",
        "{\"a\":1e999}",
        "{\"a\":-1e301}",
        "{/**/}",
        "{\"a\":1\u{a0}}",
    ] {
        assert!(!accepts(text), "{text}");
    }
    assert!(parse(b"{\"a\":\"\xff\"}").is_err());
    assert!(parse(b"{\"a\":\"\xc0\xaf\"}").is_err());
}

#[test]
fn depth_and_the_number_of_members_are_bounded() {
    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let lists = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(accepts(&nested(usize::from(MAX_DEPTH))));
    assert!(!accepts(&nested(usize::from(MAX_DEPTH) + 1)));
    assert!(accepts(&lists(usize::from(MAX_DEPTH) - 1)));
    assert!(!accepts(&lists(usize::from(MAX_DEPTH))));
    assert!(!accepts(&lists(8_000)));

    let object = |count: usize| {
        let members: Vec<_> = (0..count).map(|n| format!("\"{n}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(accepts(&object(MAX_MEMBERS)));
    assert!(!accepts(&object(MAX_MEMBERS + 1)));
}

/// JSON of every shape, with few names, so that some are doubled.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| format!("{n:e}")),
        any::<String>().prop_map(|text| Value::from(text).to_string()),
        Just(r#""\ud83d\ude00""#.to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
    ];
    let name = prop_oneof!["[ab]".prop_map(|n| format!("\"{n}\"")), Just("\"\\u0061\"".to_owned())];
    scalar.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|all| format!("[{}]", all.join(" ,"))),
            prop::collection::vec((name.clone(), inner), 0..4).prop_map(|all| {
                let all: Vec<_> = all.iter().map(|(n, v)| format!("{n}: {v}")).collect();
                format!("{{{}}}", all.join(","))
            }),
        ]
    })
}

/// What is accepted, `serde_json` reads too, and sees the same.
fn agrees_with_serde_json(text: &[u8]) -> Result<(), TestCaseError> {
    let Ok(read) = parse(text) else { return Ok(()) };
    let mut oracle: Value = serde_json::from_slice(text).expect("serde_json accepts");
    let mut read = read;
    same_fractions(&mut read, &mut oracle);
    prop_assert_eq!(read, oracle);
    Ok(())
}

/// `serde_json` may be off by one in the last bit of a fraction.
fn same_fractions(read: &mut Value, oracle: &mut Value) {
    match (&mut *read, &mut *oracle) {
        (Value::Array(read), Value::Array(oracle)) => {
            read.iter_mut().zip(oracle).for_each(|(read, oracle)| same_fractions(read, oracle));
        }
        (Value::Object(read), Value::Object(oracle)) => {
            read.values_mut().zip(oracle.values_mut()).for_each(|(read, oracle)| {
                same_fractions(read, oracle);
            });
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() && right.is_f64() => {
            let [left, right] = [&*left, &*right].map(|number| number.as_f64().unwrap());
            if (left - right).abs() <= left.abs() * 1e-15 {
                *oracle = read.clone();
            }
        }
        _ => {}
    }
}

fn has_huge_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() > 1e300),
        Value::Array(all) => all.iter().any(has_huge_number),
        Value::Object(all) => all.values().any(has_huge_number),
        _ => false,
    }
}

proptest! {
    #[test]
    fn accepts_only_what_serde_json_accepts(value in json()) {
        agrees_with_serde_json(format!("{{\"x\":{value}}}").as_bytes())?;
    }

    #[test]
    fn accepts_only_what_serde_json_accepts_after_a_change(
        value in json(),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![any::<u8>(), prop::sample::select(b"\"\\{}[]:,0-e.u ".to_vec())],
    ) {
        let mut text = format!("{{\"x\":{value}}}").into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        agrees_with_serde_json(&text)?;
    }

    #[test]
    fn survives_any_bytes(text in any::<Vec<u8>>()) {
        agrees_with_serde_json(&text)?;
    }

    /// Without doubled names and within the bounds, nothing that `serde_json` writes is refused.
    #[test]
    fn accepts_what_serde_json_writes(value in json()) {
        if let Ok(value) = serde_json::from_str::<Value>(&value) {
            let text = format!("{{\"x\":{value}}}");
            prop_assert!(accepts(&text) || has_huge_number(&value), "{text}");
        }
    }
}
