//! Strict JSON beside `serde_json`, which checks neither names nor fields.

use std::collections::BTreeMap;

use bartizan::validate::StrictJson;
use divan::{Bencher, counter::BytesCount};
use serde::Deserialize;
use serde_json::{Value, json};

fn main() {
    divan::main();
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only read")]
struct Signup {
    email: String,
    username: String,
    password: String,
    display_name: String,
    age: u8,
    newsletter: bool,
    referrer: Option<String>,
    address: Address,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only read")]
struct Address {
    street: String,
    city: String,
    zip: String,
    country: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only read")]
struct Point<'t> {
    name: &'t str,
    x: f64,
    y: f64,
    weight: u32,
}

fn form() -> Vec<u8> {
    let form = json!({
        "email": "alice@example.com", "username": "alice", "password": "correct horse battery",
        "display_name": "Alice Liddell", "age": 30, "newsletter": true, "referrer": null,
        "address": {"street": "Gate 1", "city": "Graz", "zip": "80100", "country": "AT"},
    });
    form.to_string().into_bytes()
}

fn points() -> Vec<u8> {
    let point = |index: u32| {
        let at = f64::from(index);
        json!({"name": format!("point {index}"), "x": at / 7.0, "y": at * 1.5, "weight": index * 7919})
    };
    Value::Array((0..1000).map(point).collect()).to_string().into_bytes()
}

fn text() -> Vec<u8> {
    let paragraph =
        "Müßig läuft der Bach, and the text is \"quoted\"\nfrom time to time. ".repeat(20);
    json!((0..100).map(|_| &paragraph).collect::<Vec<_>>()).to_string().into_bytes()
}

fn map() -> Vec<u8> {
    let members: BTreeMap<_, _> = (0..1000).map(|key| (format!("key-{key:04}"), key)).collect();
    json!(members).to_string().into_bytes()
}

macro_rules! pairs {
    ($($name:ident: $input:ident as $type:ty;)*) => { $(
        mod $name {
            use super::*;

            #[divan::bench]
            fn bartizan(bencher: Bencher) {
                let json = $input();
                bencher.counter(BytesCount::of_slice(&json)).bench_local(|| {
                    StrictJson::<$type>::from_slice(divan::black_box(&json)).expect("it is valid")
                });
            }

            #[divan::bench]
            fn serde_json(bencher: Bencher) {
                let json = $input();
                bencher.counter(BytesCount::of_slice(&json)).bench_local(|| {
                    serde_json::from_slice::<$type>(divan::black_box(&json)).expect("it is valid")
                });
            }
        }
    )* };
}

pairs! {
    form_struct: form as Signup;
    form_value: form as Value;
    points_structs: points as Vec<Point<'_>>;
    points_value: points as Value;
    text_strings: text as Vec<String>;
    map_of_1000: map as BTreeMap<String, u32>;
}
