use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::from_slice;
use super::*;

fn write_of<T: Serialize>(value: &T) -> Result<String, Unwritten> {
    let mut json = Vec::new();
    let count = write_object(value, &mut json, &["iss", "exp"])?;
    Ok(read_again(json, count))
}

fn read_again(json: Vec<u8>, count: usize) -> String {
    let read: Value = from_slice(&json).expect("the reader takes it");
    assert_eq!(read.as_object().unwrap().len(), count);
    String::from_utf8(json).unwrap()
}

#[derive(Serialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(i8, Option<u8>),
    Struct { a: char, unit: () },
}

#[derive(Serialize)]
struct Wrapped<T>(T);

#[derive(Serialize)]
struct Everything<'t> {
    text: &'t str,
    numbers: (i8, i16, i32, i64, i128, u8, u16, u32, u64, u128),
    fractions: (f32, f64, f64),
    truths: [bool; 2],
    shapes: Vec<Shape>,
    none: Option<u8>,
    unit: (),
    by_number: BTreeMap<i64, Wrapped<&'t str>>,
    by_letter: BTreeMap<char, u8>,
    empty: (Vec<u8>, BTreeMap<u8, u8>),
    #[serde(flatten)]
    more: BTreeMap<&'t str, u8>,
}

#[test]
fn writes_as_serde_json_does() {
    let everything = Everything {
        text: "a\"\\\u{1}\u{2028}é😀",
        numbers: (-1, -2, -3, i64::MIN, -5, 6, 7, 8, u64::MAX, 1 << 80),
        fractions: (0.1, -2.5e-300, 1e300),
        truths: [true, false],
        shapes: vec![
            Shape::Unit,
            Shape::Newtype(1),
            Shape::Tuple(-1, Some(2)),
            Shape::Struct { a: 'a', unit: () },
        ],
        none: None,
        unit: (),
        by_number: [(-7, Wrapped("seven"))].into(),
        by_letter: [('é', 1)].into(),
        empty: (Vec::new(), BTreeMap::new()),
        more: [("x", 1), ("", 2)].into(),
    };
    assert_eq!(write_of(&everything), Ok(serde_json::to_string(&everything).unwrap()));
    assert_eq!(write_of(&Wrapped(json!({}))).as_deref(), Ok("{}"));
    assert_eq!(write_of(&Shape::Newtype(1)).as_deref(), Ok(r#"{"Newtype":1}"#));
}

/// As a map that does not look at its names.
struct Members<'m>(&'m [(&'m str, Value)]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[test]
fn refuses_what_is_no_object() {
    for value in [json!(null), json!([{}]), json!("{"), json!(1)] {
        assert_eq!(write_of(&value), Err(Unwritten::Invalid), "{value}");
    }
    assert_eq!(write_of(&Shape::Unit), Err(Unwritten::Invalid));
}

#[test]
fn refuses_a_name_that_comes_twice() {
    for names in [["a", "a"], ["\u{1}", "\u{1}"], ["", ""]] {
        let members = names.map(|name| (name, json!(1)));
        assert_eq!(write_of(&Members(&members)), Err(Unwritten::Invalid), "{names:?}");
        let mut json = Vec::new();
        let nested = BTreeMap::from([("inner", Members(&members))]);
        assert_eq!(write_object(&nested, &mut json, &[]), Err(Unwritten::Invalid), "{names:?}");
    }
    // Not in one and the same object.
    let again = [("a", json!({ "a": { "a": 1, "b": 2 }, "b": 3 })), ("b", json!([{ "a": 1 }]))];
    assert!(write_of(&Members(&again)).is_ok());
    // The one that is compared with may be on the heap.
    let mut many: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    many.push("39".to_owned());
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), json!(0))).collect();
    assert_eq!(write_of(&Members(&many)), Err(Unwritten::Invalid));
    assert!(write_of(&Members(&many[..40])).is_ok());
}

#[test]
fn reserved_names_are_refused_in_the_outermost_object_alone() {
    for name in ["iss", "exp"] {
        assert_eq!(write_of(&json!({ "a": 1, name: 2 })), Err(Unwritten::Reserved(name)));
        assert_eq!(write_of(&BTreeMap::from([(name, 1)])), Err(Unwritten::Reserved(name)));
        assert!(write_of(&json!({ "a": { name: 2 } })).is_ok());
    }
    assert!(write_of(&json!({ "ISS": 1, "is": 2, "isss": 3 })).is_ok());
    let variant = BTreeMap::from([("exp", 1)]);
    assert_eq!(write_of(&Wrapped(variant)), Err(Unwritten::Reserved("exp")));
}

#[test]
fn refuses_what_is_beyond_the_readers_bounds() {
    let nested = |depth: usize| {
        (1..depth).fold(json!({ "a": 1 }), |inner, level| {
            if level == depth - 1 { json!({ "a": inner }) } else { json!([inner]) }
        })
    };
    assert!(write_of(&nested(MAX_DEPTH.into())).is_ok());
    assert_eq!(write_of(&nested(usize::from(MAX_DEPTH) + 1)), Err(Unwritten::Invalid));

    let names: Vec<String> = (0..=MAX_MEMBERS).map(|number| number.to_string()).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), json!(0))).collect();
    assert!(write_of(&Members(&members[1..])).is_ok());
    assert_eq!(write_of(&Members(&members)), Err(Unwritten::Invalid));

    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.1e300, -1.1e300] {
        assert_eq!(write_of(&BTreeMap::from([("a", number)])), Err(Unwritten::Invalid), "{number}");
    }
    assert_eq!(write_of(&BTreeMap::from([(true, 1)])), Err(Unwritten::Invalid), "no name");
    assert_eq!(write_of(&BTreeMap::from([((), 1)])), Err(Unwritten::Invalid), "no name");
}

/// A list without end.
struct Endless(&'static str);

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(core::iter::repeat(self.0))
    }
}

#[test]
fn stops_where_no_token_can_be_as_long() {
    assert_eq!(write_of(&BTreeMap::from([("a", Endless("again"))])), Err(Unwritten::TooLarge));
    let long = "x".repeat(MAX_TOKEN_LEN);
    assert_eq!(write_of(&BTreeMap::from([("a", &long)])), Err(Unwritten::TooLarge));
    assert_eq!(write_of(&BTreeMap::from([(&long, 1)])), Err(Unwritten::TooLarge));
}

/// What `serde_json` makes of its own types of JSON that is written already.
struct Raw(&'static str);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut raw = serializer.serialize_struct("$serde_json::private::RawValue", 1)?;
        ser::SerializeStruct::serialize_field(&mut raw, "$serde_json::private::RawValue", self.0)?;
        ser::SerializeStruct::end(raw)
    }
}

#[test]
fn what_is_json_already_is_checked_and_written_as_it_is() {
    for raw in ["1.50", "\"\\u0041\"", "{\"a\":[1, 2]}", " null"] {
        let written = write_of(&BTreeMap::from([("a", Raw(raw)), ("b", Raw("0"))]));
        assert_eq!(written, Ok(format!("{{\"a\":{raw},\"b\":0}}")));
    }
    for raw in ["", "1,\"b\":2", "{\"a\":1,\"a\":2}", "1e999", "\"", "[[[[[[[[1]]]]]]]]", "1}"] {
        assert_eq!(write_of(&BTreeMap::from([("a", Raw(raw))])), Err(Unwritten::Invalid), "{raw}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}|[\u{0}-\u{30}]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(9, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c]{0,2}|\"|\\PC", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Exactly what the reader takes is written, in the words of `serde_json`.
    #[test]
    fn writes_what_the_reader_takes(value in values()) {
        let text = serde_json::to_string(&value).unwrap();
        let takes = from_slice::<Value>(text.as_bytes()).is_ok();
        let mut json = b"before ".to_vec();
        match write_object(&value, &mut json, &[]) {
            Ok(_) => prop_assert_eq!(json, format!("before {text}").into_bytes()),
            Err(_) => prop_assert!(!takes, "{}", text),
        }
    }
}
