//! What is read, `serde_json` reads too, and sees the same; written again, it is read again; a name
//! that comes twice never is.

#![no_main]

use bartizan_validate::{JsonFault, StrictJson};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|json: &[u8]| {
    let read = StrictJson::<Value>::from_slice(json);
    let oracle = serde_json::from_slice::<Value>(json);
    match read {
        Ok(read) => {
            let read = read.into_inner();
            assert!(same(&read, &oracle.expect("what is read is JSON")));
            let written = serde_json::to_vec(&read).expect("it is a value");
            // Names are shorter without escapes, and numbers may be longer without exponents.
            match StrictJson::<Value>::from_slice(&written) {
                Ok(again) => assert!(same(again.get(), &read)),
                Err(refused) => assert_eq!(refused.fault(), JsonFault::TooLong),
            }
            // The same twice in one object is refused, also where one is spelled with an escape.
            if json.len() < 10_000 {
                let value = String::from_utf8(written).expect("JSON is UTF-8");
                let twice = format!(r#"{{"a":{value},"\u0061":{value}}}"#);
                let refused = StrictJson::<Value>::from_slice(twice.as_bytes()).unwrap_err();
                let fault = refused.fault();
                assert!(matches!(fault, JsonFault::DuplicateName | JsonFault::TooDeep));
            }
        }
        Err(refused) => {
            assert!(refused.offset() <= json.len());
            // What is no JSON to the one is none to the other, but for a mark of the byte order and
            // for what comes after the limits.
            if refused.fault() == JsonFault::Syntax {
                assert!(oracle.is_err());
            }
        }
    }
});

/// `serde_json` may be off by one in the last bit of a fraction.
fn same(read: &Value, oracle: &Value) -> bool {
    match (read, oracle) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, l)| right.get(name).is_some_and(|r| same(l, r)))
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() && right.is_f64() => {
            let (left, right) =
                (left.as_f64().expect("a double"), right.as_f64().expect("a double"));
            (left - right).abs() <= left.abs().max(f64::MIN_POSITIVE) * 1e-15
        }
        _ => read == oracle,
    }
}
