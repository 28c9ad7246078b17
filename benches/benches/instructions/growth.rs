//! Readers of hostile text, each with text of its worst kind that is known: twice the text is to take
//! twice the work. Text beyond a limit is refused before any work, so these stay within.

#[path = "growth/validate.rs"]
mod validate;

use std::hint::black_box;

use bartizan::token::JwkSet;

use crate::Growing;

pub fn readers() -> impl Iterator<Item = Growing> {
    TOKEN.iter().chain(validate::READERS).copied()
}

const TOKEN: &[Growing] = &[
    ("token: escapes in a JWK set", |len| jwk_set(&"\\u0061".repeat(len / 6))),
    ("token: members that are nested in a JWK set", |len| {
        jwk_set(&format!("\",\"b\":[{}{{}}],\"c\":\"", "{\"a\":{}},".repeat(len / 9)))
    }),
];

/// A set with `content` in a text that is not asked for.
fn jwk_set(content: &str) -> Box<dyn FnMut()> {
    let json = format!("{{\"a\":\"{content}\",\"keys\":[]}}");
    Box::new(move || drop(black_box(JwkSet::from_json(black_box(json.as_bytes())).expect("a set"))))
}
