use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn accepts(text: &str) -> bool {
    members(text.as_bytes()).is_ok()
}

#[test]
fn reads_members_as_they_are_written() {
    let text = "{ \"a\" : \"x\" ,\r\n\"\\u0062\":[1, {\"c\":null}],\t\"\":\"\\ud83d\\ude00\\n\"}";
    let members = members(text.as_bytes()).unwrap();
    let read: Vec<_> = members.iter().map(|member| (&*member.name, member.source)).collect();
    assert_eq!(
        read,
        [
            ("a", "\"a\" : \"x\""),
            ("b", "\"\\u0062\":[1, {\"c\":null}]"),
            ("", "\"\":\"\\ud83d\\ude00\\n\"")
        ]
    );
    assert_eq!(members[0].string().unwrap(), "x");
    assert_eq!(members[2].string().unwrap(), "\u{1f600}\n");
    assert_eq!(members[1].string(), None);
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
    assert!(members(b"{\"a\":\"\xff\"}").is_err());
    assert!(members(b"{\"a\":\"\xc0\xaf\"}").is_err());
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

#[test]
fn a_time_is_a_whole_number_of_seconds() {
    let time = |value: &str| {
        let text = format!("{{\"exp\":{value}}}");
        members(text.as_bytes()).ok().and_then(|members| members[0].time())
    };
    assert_eq!(time("0"), Some(UnixTime::EPOCH));
    assert_eq!(time("253402300799"), Some(UnixTime::MAX));
    for refused in
        ["253402300800", "18446744073709551616", "-1", "-0", "1.0", "1e3", "\"1\"", "null", "[1]"]
    {
        assert_eq!(time(refused), None, "{refused}");
    }
}

#[test]
fn an_audience_is_a_string_or_strings() {
    let strings = |value: &str| {
        let text = format!("{{\"aud\":{value}}}");
        let members = members(text.as_bytes()).unwrap();
        members[0].strings().map(|all| all.into_iter().map(Cow::into_owned).collect::<Vec<_>>())
    };
    assert_eq!(strings(r#""a""#).unwrap(), ["a"]);
    assert_eq!(strings(r#"[ "a" , "\u0062" ]"#).unwrap(), ["a", "b"]);
    assert_eq!(strings("[]").unwrap(), [""; 0]);
    for refused in ["null", "1", "{}", "[1]", r#"["a",1]"#, r#"[["a"]]"#] {
        assert_eq!(strings(refused), None, "{refused}");
    }
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

/// What is accepted, `serde_json` reads too, and sees the same members.
fn agrees_with_serde_json(text: &[u8]) -> Result<(), TestCaseError> {
    let Ok(members) = members(text) else { return Ok(()) };
    let oracle: Value = serde_json::from_slice(text).expect("serde_json accepts");
    let oracle = oracle.as_object().expect("an object");
    prop_assert_eq!(oracle.len(), members.len());
    for member in members {
        let expected = oracle.get(&*member.name).expect("the same name");
        prop_assert_eq!(&serde_json::from_str::<Value>(member.value).unwrap(), expected);
        let string = member.string();
        prop_assert_eq!(string.as_deref(), expected.as_str());
    }
    Ok(())
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
