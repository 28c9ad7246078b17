use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;

use crate::{Email, JsonFault, JsonLimits, StrictJson};

fn read<'t, T: Deserialize<'t>>(json: &'t str) -> Result<T, (JsonFault, usize, String)> {
    StrictJson::from_slice(json.as_bytes())
        .map(StrictJson::into_inner)
        .map_err(|refused| (refused.fault(), refused.offset(), refused.pointer().to_owned()))
}

fn refused<'t, T: Deserialize<'t>>(json: &'t str) -> (JsonFault, usize, String) {
    read::<T>(json).map(drop).unwrap_err()
}

fn fault<'t, T: Deserialize<'t>>(json: &'t str) -> JsonFault {
    refused::<T>(json).0
}

fn at(fault: JsonFault, offset: usize, pointer: &str) -> (JsonFault, usize, String) {
    (fault, offset, pointer.to_owned())
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    email: Email,
    items: Vec<Item>,
    note: Option<String>,
    paid_by: Payment,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    id: u32,
    count: i8,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Payment {
    Cash,
    Card { last_four: u16 },
    Voucher(String),
}

const ORDER: &str = r#" { "email" : "a@example.com", "items": [{"id":1,"count":-2},
    {"id":4294967295,"count":127}], "note": null, "paidBy": {"Card":{"last_four":1234}} } "#;

#[test]
fn a_nested_type_is_filled() {
    let order: Order = read(ORDER).unwrap();
    assert_eq!(order.items[1], Item { id: u32::MAX, count: 127 });
    assert_eq!((order.note, order.paid_by), (None, Payment::Card { last_four: 1234 }));
    let unit: Payment = read(r#""Cash""#).unwrap();
    let newtype: Payment = read(r#"{"Voucher":"\u00e9\n\ud834\udd1e/"}"#).unwrap();
    assert_eq!((unit, newtype), (Payment::Cash, Payment::Voucher("é\n𝄞/".into())));
}

/// asvs: V15.3.3
#[test]
fn an_unknown_field_is_refused_by_name_at_every_level() {
    use JsonFault::UnknownField;
    let with = |from: &str, to: &str| ORDER.replacen(from, to, 1);
    let found = refused::<Order>(&with("\"note\"", "\"admin\": [{}], \"note\""));
    assert_eq!((found.0, found.2.as_str()), (UnknownField, "/admin"));
    let found = refused::<Order>(&with("\"id\":4", "\"price\":0,\"id\":4"));
    assert_eq!((found.0, found.2.as_str()), (UnknownField, "/items/1/price"));
    let found = refused::<Order>(&with("1234", "1234,\"owner\":\"me\""));
    assert_eq!((found.0, found.2.as_str()), (UnknownField, "/paidBy/Card/owner"));
}

#[test]
fn a_name_that_is_not_plain_is_not_repeated() {
    for name in ["a b", "é", "a/b", "", r"\n", r"\u0061", &"x".repeat(65)] {
        let found = refused::<Order>(&format!(r#"{{"items":[{{"{name}":1}}]}}"#));
        assert_eq!((found.0, found.2.as_str()), (JsonFault::UnknownField, "/items/0"), "{name}");
    }
}

#[test]
fn nothing_of_the_input_is_in_an_error() {
    let json = r#"{"email":"hunter2","items":[],"paidBy":"hunter2"}"#;
    let refused = StrictJson::<Order>::from_slice(json.as_bytes()).unwrap_err();
    assert_eq!((refused.fault(), refused.pointer()), (JsonFault::Value, "/email"));
    assert!(!format!("{refused} {refused:?}").contains("hunter2"));
}

/// asvs: V15.3.3
#[test]
fn a_type_says_that_it_takes_more_by_flattening() {
    #[derive(Debug, Deserialize)]
    struct Open {
        id: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let open: Open = read(r#"{"id":1,"x":{"y":[{"z":1}]},"w":"v"}"#).unwrap();
    assert_eq!((open.id, open.rest.len()), (1, 2));
    assert_eq!(fault::<Open>(r#"{"id":1,"x":{"y":1,"y":2}}"#), JsonFault::DuplicateName);
    // What lies beside it is closed again.
    assert_eq!(
        fault::<(Open, Item)>(r#"[{"id":1,"x":{}},{"id":1,"count":1,"x":1}]"#),
        JsonFault::UnknownField
    );
    assert_eq!(fault::<(Open, Tagged)>(r#"[{"id":1},{"type":"A","x":1}]"#), JsonFault::Buffered);
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    A {},
}

/// asvs: V15.3.3
#[test]
fn where_serde_hides_what_it_ignores_an_object_is_refused() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u8),
        Object {},
    }
    #[derive(Debug, Deserialize)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        A { a: u8 },
    }

    assert_eq!(refused::<Tagged>(r#"{"type":"A","admin":true}"#), at(JsonFault::Buffered, 1, ""));
    assert!(matches!(read::<Either>("1").unwrap(), Either::Number(1)));
    assert_eq!(fault::<Either>(r#"{"a":1}"#), JsonFault::Buffered);
    assert!(matches!(read::<Adjacent>(r#"{"t":"A","c":{"a":1}}"#).unwrap(), Adjacent::A { a: 1 }));
    assert_eq!(fault::<Adjacent>(r#"{"t":"A","c":{"a":1,"b":1}}"#), JsonFault::UnknownField);
    assert_eq!(fault::<Adjacent>(r#"{"c":{"a":1},"t":"A"}"#), JsonFault::Buffered);
}

/// asvs: V15.3.3
#[test]
fn a_type_that_looks_after_itself_is_trusted_on_request() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Object { a: u8 },
    }
    #[derive(Debug, Deserialize)]
    #[serde(tag = "type", deny_unknown_fields)]
    enum Closed {
        A {},
    }

    let trusting = JsonLimits::DEFAULT.trusting_buffers();
    let read = |json: &'static str| {
        StrictJson::<Closed>::with_limits(json.as_bytes(), &trusting).map(StrictJson::into_inner)
    };
    assert!(matches!(read(r#"{"type":"A"}"#).unwrap(), Closed::A {}));
    assert!(read(r#"{"type":"A","admin":true}"#).is_err());
    let either = StrictJson::<Untagged>::with_limits(br#"{"a":1}"#, &trusting).unwrap();
    assert!(matches!(either.get(), Untagged::Object { a: 1 }));
}

/// asvs: V1.5.2
#[test]
fn a_name_comes_once_however_it_is_spelled() {
    use JsonFault::DuplicateName;
    assert_eq!(refused::<Value>(r#"{"a":1,"a":1}"#), at(DuplicateName, 7, "/a"));
    assert_eq!(refused::<Value>(r#"{"a":1,"\u0061":2}"#), at(DuplicateName, 7, ""));
    assert_eq!(refused::<Value>(r#"[{"b":{"\u0061":1,"a":2}}]"#), at(DuplicateName, 18, "/0/b/a"));
    assert_eq!(fault::<Value>(r#"{"":1,"":2}"#), DuplicateName);
    assert_eq!(fault::<Item>(r#"{"id":1,"count":1,"id":1}"#), DuplicateName);
    assert!(read::<Value>(r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#).is_ok());

    // Around the number from which they are hashed, and with an inner object after each name.
    for count in 1..80 {
        let object = |last: &str| {
            let names: Vec<_> = (0..count).map(|name| format!(r#""{name}":{{"1":2}}"#)).collect();
            format!("{{{},\"{last}\":0}}", names.join(","))
        };
        for again in [0, count / 2, count - 1] {
            assert_eq!(fault::<Value>(&object(&again.to_string())), DuplicateName, "{count}");
        }
        assert!(read::<Value>(&object("new")).is_ok());
    }
}

/// asvs: V1.5.2
#[test]
fn depth_size_and_numbers_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Value>(&nested(64)).is_ok());
    assert_eq!(refused::<Value>(&nested(65)).1, 64);
    assert_eq!(fault::<Value>(&"[".repeat(1 << 20)), JsonFault::TooDeep);
    assert_eq!(fault::<Value>(&"{\"a\":".repeat(1 << 17)), JsonFault::TooDeep);
    assert_eq!(refused::<Value>(&" ".repeat((1 << 20) + 1)).0, JsonFault::TooLong);
}

/// asvs: V1.5.2
#[test]
fn limits_can_be_set() {
    let small = JsonLimits::DEFAULT.max_bytes(16).max_depth(2).max_members(2).max_elements(3);
    let read = |json: &str| {
        StrictJson::<Value>::with_limits(json.as_bytes(), &small).map_err(|refused| refused.fault())
    };
    assert!(read("[1,2,[3,4]]").is_ok());
    assert_eq!(read("[1,2,3,4]"), Err(JsonFault::TooMany));
    assert_eq!(read(r#"{"":1,"a":2}"#).err(), None);
    assert_eq!(read(r#"{"":1,"a":2,"b""#), Err(JsonFault::TooMany));
    assert_eq!(read("[[[]]]"), Err(JsonFault::TooDeep));
    assert_eq!(read("[1,2,          ]]"), Err(JsonFault::TooLong));
}

#[test]
fn no_limit_of_depth_is_beyond_what_a_stack_takes() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let deepest = JsonLimits::DEFAULT.max_depth(u8::MAX);
    assert!(StrictJson::<Value>::with_limits(nested(128).as_bytes(), &deepest).is_ok());
    assert!(StrictJson::<Value>::with_limits(nested(129).as_bytes(), &deepest).is_err());
}

#[test]
fn a_number_is_refused_rather_than_changed() {
    use JsonFault::Number;
    assert_eq!(read::<u64>("18446744073709551615").unwrap(), u64::MAX);
    assert_eq!(read::<i64>("-9223372036854775808").unwrap(), i64::MIN);
    assert_eq!(read::<u128>("340282366920938463463374607431768211455").unwrap(), u128::MAX);
    assert_eq!(fault::<u128>("340282366920938463463374607431768211456"), Number);
    for (json, expected) in [
        ("18446744073709551616", Number),
        ("-9223372036854775809", Number),
        ("123456789012345678901234567890", Number),
        ("1e400", Number),
        ("-1e400", Number),
        ("1e-400", Number),
        ("0.000e-1", JsonFault::Syntax),
    ] {
        // The last is a zero however small, so that it is read.
        let found = read::<Value>(json).map(drop).map_err(|found| found.0);
        assert_eq!(
            found,
            if expected == JsonFault::Syntax { Ok(()) } else { Err(expected) },
            "{json}"
        );
    }
}

#[test]
fn a_number_fits_its_type() {
    use JsonFault::{Number, Type};
    assert_eq!(
        (fault::<u8>("256"), fault::<u8>("-1"), fault::<i8>("-129")),
        (Number, Number, Number)
    );
    assert_eq!((fault::<u8>("1.0"), fault::<u8>("1e2"), fault::<i64>("-0")), (Type, Type, Type));
    assert!(read::<f64>("-0").unwrap().is_sign_negative());
}

#[test]
fn a_fraction_holds_a_whole_number_exactly() {
    use JsonFault::Number;
    // Beyond 53 bits a double has not every whole number; beyond 24 bits a single has not.
    assert!((read::<f64>("9007199254740992").unwrap() - 9_007_199_254_740_992.0).abs() < 0.5);
    assert_eq!(fault::<f64>("9007199254740993"), Number);
    assert_eq!(fault::<f64>("-9007199254740993"), Number);
    assert!(read::<f32>("16777216").is_ok() && read::<f32>("16777218").is_ok());
    assert_eq!((fault::<f32>("16777217"), fault::<f32>("1e39")), (Number, Number));
    assert!((read::<f32>("0.1").unwrap() - 0.1_f32).abs() < f32::EPSILON);
}

#[test]
fn a_key_that_is_a_number_has_one_spelling() {
    let map: HashMap<u16, u8> = read(r#"{"1":1,"65535":2}"#).unwrap();
    assert_eq!((map[&1], map[&65535]), (1, 2));
    for key in ["01", "+1", "65536", "1.0", "", " 1", "-1"] {
        assert_eq!(
            fault::<HashMap<u16, u8>>(&format!(r#"{{"{key}":1}}"#)),
            JsonFault::Type,
            "{key}"
        );
    }
}

#[test]
fn kinds_are_not_mixed_up() {
    assert_eq!(refused::<Item>("[1,2]"), at(JsonFault::Type, 0, ""));
    assert_eq!(refused::<Vec<Item>>(r#"[{"id":"1"}]"#), at(JsonFault::Type, 7, "/0/id"));
    assert_eq!(refused::<Vec<Item>>(r#"[{"id":1}]"#), at(JsonFault::MissingField, 1, "/0/count"));
    assert_eq!(refused::<(u8, u8)>("[1,2,3]"), at(JsonFault::Type, 5, ""));
    assert_eq!(fault::<Payment>(r#"{"Cash":null,"Card":1}"#), JsonFault::UnknownField);
    assert_eq!(fault::<Payment>(r#""Gold""#), JsonFault::Value);
    assert_eq!(fault::<()>("0"), JsonFault::Type);
    assert_eq!(read::<&str>(r#""plain""#).unwrap(), "plain");
    assert_eq!(fault::<&str>(r#""\n""#), JsonFault::Type);
}

#[test]
fn what_is_no_json_is_refused_where_it_ends_to_be() {
    use JsonFault::{Encoding, Syntax};
    for (json, offset) in [
        ("", 0),
        ("  ", 2),
        ("[1,]", 3),
        ("{\"a\":1,}", 7),
        ("[1 2]", 3),
        ("1 1", 2),
        ("01", 1),
        ("-", 1),
        ("1.", 2),
        ("1e", 2),
        ("tru", 0),
        ("\"a", 2),
        ("\"\t\"", 1),
        ("\u{feff}1", 0),
        ("'a'", 0),
        ("[1]//", 3),
        (r#""\x""#, 1),
        (r#""\u12G4""#, 1),
        (r#""\u+123""#, 1),
        ("NaN", 0),
    ] {
        assert_eq!(
            refused::<Value>(json),
            at(Syntax, offset, refused::<Value>(json).2.as_str()),
            "{json}"
        );
    }
    for json in [r#""\ud800""#, r#""\ud800\u0041""#, r#""\udc00\ud800""#, r#""\ud800x""#] {
        assert_eq!(fault::<Value>(json), Encoding, "{json}");
    }
    let latin = StrictJson::<Value>::from_slice(b"[\"\xe9\"]").unwrap_err();
    assert_eq!((latin.fault(), latin.offset()), (Encoding, 2));
}
