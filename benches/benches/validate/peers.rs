//! The same form by the peers, with the same rules. An address is an email to each by the rule that it
//! has for one, or by validator's where it has none. Lengths are in characters.

use std::sync::LazyLock;

use divan::{Bencher, black_box};
use jsonschema::Validator;
use nutype::nutype;
use serde_json::{Value, json};
use validator::ValidateEmail as _;

use crate::{TextForm, broken_form, text_form};

#[derive(garde::Validate)]
struct GardeForm {
    #[garde(email)]
    email: String,
    #[garde(length(chars, min = 3, max = 32))]
    username: String,
    #[garde(length(chars, min = 1, max = 64))]
    display_name: String,
    #[garde(length(chars, min = 1, max = 300))]
    bio: String,
    #[garde(length(chars, min = 15, max = 128))]
    password: String,
    #[garde(matches(password))]
    password_again: String,
    #[garde(range(min = 18, max = 130))]
    age: u8,
    #[garde(dive)]
    address: GardeAddress,
}

#[derive(garde::Validate)]
struct GardeAddress {
    #[garde(length(chars, min = 1, max = 64))]
    city: String,
    #[garde(length(chars, equal = 5))]
    zip: String,
}

fn garde_form(form: TextForm) -> GardeForm {
    GardeForm {
        email: form.email,
        username: form.username,
        display_name: form.display_name,
        bio: form.bio,
        password: form.password,
        password_again: form.password_again,
        age: form.age,
        address: GardeAddress { city: form.address.city, zip: form.address.zip },
    }
}

#[divan::bench]
fn valid_garde(bencher: Bencher) {
    use garde::Validate as _;
    bencher
        .with_inputs(|| garde_form(text_form()))
        .bench_values(|form| form.validate().map(|()| form));
}

/// Without JSON.
#[divan::bench]
fn nine_errors_garde(bencher: Bencher) {
    use garde::Validate as _;
    let report = garde_form(broken_form()).validate().expect_err("it is broken");
    assert_eq!(report.iter().count(), 9, "{report}");
    bencher.with_inputs(|| garde_form(broken_form())).bench_values(|form| form.validate().err());
}

#[derive(serde_valid::Validate)]
struct SerdeForm {
    #[validate(custom = is_email)]
    email: String,
    #[validate(min_length = 3)]
    #[validate(max_length = 32)]
    username: String,
    #[validate(min_length = 1)]
    #[validate(max_length = 64)]
    display_name: String,
    #[validate(min_length = 1)]
    #[validate(max_length = 300)]
    bio: String,
    #[validate(min_length = 15)]
    #[validate(max_length = 128)]
    password: String,
    #[validate(custom = |again| same(&self.password, again))]
    password_again: String,
    #[validate(minimum = 18)]
    #[validate(maximum = 130)]
    age: u8,
    #[validate]
    address: SerdeAddress,
}

#[derive(serde_valid::Validate)]
struct SerdeAddress {
    #[validate(min_length = 1)]
    #[validate(max_length = 64)]
    city: String,
    #[validate(min_length = 5)]
    #[validate(max_length = 5)]
    zip: String,
}

fn is_email(text: &str) -> Result<(), serde_valid::validation::Error> {
    let refused = || serde_valid::validation::Error::Custom("not an address".to_owned());
    text.validate_email().then_some(()).ok_or_else(refused)
}

fn same(one: &str, other: &str) -> Result<(), serde_valid::validation::Error> {
    let refused = || serde_valid::validation::Error::Custom("not the same".to_owned());
    (one == other).then_some(()).ok_or_else(refused)
}

fn serde_form(form: TextForm) -> SerdeForm {
    SerdeForm {
        email: form.email,
        username: form.username,
        display_name: form.display_name,
        bio: form.bio,
        password: form.password,
        password_again: form.password_again,
        age: form.age,
        address: SerdeAddress { city: form.address.city, zip: form.address.zip },
    }
}

#[divan::bench]
fn valid_serde_valid(bencher: Bencher) {
    use serde_valid::Validate as _;
    bencher
        .with_inputs(|| serde_form(text_form()))
        .bench_values(|form| form.validate().map(|()| form));
}

/// Without JSON.
#[divan::bench]
fn nine_errors_serde_valid(bencher: Bencher) {
    use serde_valid::Validate as _;
    assert!(serde_form(broken_form()).validate().is_err(), "it is broken");
    bencher.with_inputs(|| serde_form(broken_form())).bench_values(|form| form.validate().err());
}

#[nutype(validate(predicate = |text: &str| text.validate_email()), derive(AsRef))]
struct NutypeEmail(String);
#[nutype(validate(len_char_min = 3, len_char_max = 32), derive(AsRef))]
struct NutypeUsername(String);
#[nutype(validate(len_char_min = 1, len_char_max = 64), derive(AsRef))]
struct NutypeName(String);
#[nutype(validate(len_char_min = 1, len_char_max = 300), derive(AsRef))]
struct NutypeBio(String);
#[nutype(validate(len_char_min = 15, len_char_max = 128), derive(AsRef))]
struct NutypePassword(String);
#[nutype(validate(greater_or_equal = 18, less_or_equal = 130), derive(Clone, Copy, AsRef))]
struct NutypeAge(u8);
#[nutype(validate(len_char_min = 5, len_char_max = 5), derive(AsRef))]
struct NutypeZip(String);

struct NutypeForm {
    email: NutypeEmail,
    username: NutypeUsername,
    display_name: NutypeName,
    bio: NutypeBio,
    password: NutypePassword,
    age: NutypeAge,
    city: NutypeName,
    zip: NutypeZip,
}

/// It stops at the first error, as nutype's users do: it has nothing that collects them.
fn nutype_form(text: TextForm) -> Option<NutypeForm> {
    let password = NutypePassword::try_new(text.password).ok()?;
    if *password.as_ref() != text.password_again {
        return None;
    }
    Some(NutypeForm {
        email: NutypeEmail::try_new(text.email).ok()?,
        username: NutypeUsername::try_new(text.username).ok()?,
        display_name: NutypeName::try_new(text.display_name).ok()?,
        bio: NutypeBio::try_new(text.bio).ok()?,
        password,
        age: NutypeAge::try_new(text.age).ok()?,
        city: NutypeName::try_new(text.address.city).ok()?,
        zip: NutypeZip::try_new(text.address.zip).ok()?,
    })
}

#[divan::bench]
fn valid_nutype(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(|form| {
        let form = nutype_form(form).expect("it is valid");
        black_box((form.email.as_ref(), form.username.as_ref(), form.display_name.as_ref()));
        black_box((form.bio.as_ref(), form.password.as_ref(), form.age));
        black_box((form.city.as_ref(), form.zip.as_ref()));
        form
    });
}

/// It has no rule about two fields.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = |min: u32, max: u32| json!({"type": "string", "minLength": min, "maxLength": max});
    let schema = json!({
        "type": "object",
        "required": ["email", "username", "display_name", "bio", "password", "age", "address"],
        "properties": {
            "email": {"type": "string", "format": "email"},
            "username": text(3, 32),
            "display_name": text(1, 64),
            "bio": text(1, 300),
            "password": text(15, 128),
            "age": {"type": "integer", "minimum": 18, "maximum": 130},
            "address": {
                "type": "object",
                "required": ["city", "zip"],
                "properties": {"city": text(1, 64), "zip": text(5, 5)},
            },
        },
    });
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
});

fn value(form: &TextForm) -> Value {
    json!({
        "email": form.email,
        "username": form.username,
        "display_name": form.display_name,
        "bio": form.bio,
        "password": form.password,
        "age": form.age,
        "address": {"city": form.address.city, "zip": form.address.zip},
    })
}

#[divan::bench]
fn valid_jsonschema(bencher: Bencher) {
    assert!(SCHEMA.is_valid(&value(&text_form())));
    bencher.with_inputs(|| value(&text_form())).bench_refs(|value| SCHEMA.is_valid(value));
}

/// Eight errors, that of the second password is missing. Without JSON.
#[divan::bench]
fn nine_errors_jsonschema(bencher: Bencher) {
    assert_eq!(SCHEMA.iter_errors(&value(&broken_form())).count(), 8);
    bencher
        .with_inputs(|| value(&broken_form()))
        .bench_refs(|value| SCHEMA.iter_errors(value).count());
}
