//! A sign-up form of eight fields, one nested: read and checked, and refused with nine errors.
//!
//! Each bench begins with the fields as text and ends with a checked form, or with the errors. With
//! the feature `validate-peers` garde, `serde_valid`, nutype and jsonschema stand beside it.

#[cfg(feature = "validate-peers")]
#[path = "validate/peers.rs"]
mod peers;

use bartizan::validate::{
    BoundedString, DisplayName, Email, Fields, Invalid, Text, Username, Valid,
};
use divan::{Bencher, black_box};
use validator::{Validate, ValidateEmail as _};

fn main() {
    divan::main();
}

const ADDRESSES: &[&str] = &["alice@example.com", "alice@bücher.example", "not an address"];

#[divan::bench(args = ADDRESSES)]
fn email_bartizan(text: &str) -> bool {
    black_box(text).parse::<Email>().is_ok()
}

#[divan::bench(args = ADDRESSES)]
fn email_validator(text: &str) -> bool {
    black_box(text).validate_email()
}

const NAMES: &[&str] = &["alice.smith", "Alice", "Ελένη"];

#[divan::bench(args = NAMES)]
fn username_bartizan(text: &str) -> bool {
    black_box(text).parse::<Username>().is_ok()
}

/// The form whose fields are text, and stay text, by validator's derive.
#[derive(Clone, Validate)]
struct TextForm {
    #[validate(email)]
    email: String,
    #[validate(length(min = 3, max = 32))]
    username: String,
    #[validate(length(min = 1, max = 64))]
    display_name: String,
    #[validate(length(min = 1, max = 300))]
    bio: String,
    #[validate(length(min = 15, max = 128))]
    password: String,
    #[validate(must_match(other = "password"))]
    password_again: String,
    #[validate(range(min = 18, max = 130))]
    age: u8,
    #[validate(nested)]
    address: Address,
}

#[derive(Clone, Validate)]
struct Address {
    #[validate(length(min = 1, max = 64))]
    city: String,
    #[validate(length(equal = 5))]
    zip: String,
}

fn text_form() -> TextForm {
    TextForm {
        email: "alice@example.com".into(),
        username: "alice".into(),
        display_name: "Alice Smith".into(),
        bio: "I like long walks on the beach, and short ones.".into(),
        password: "correct horse battery".into(),
        password_again: "correct horse battery".into(),
        age: 30,
        address: Address { city: "Graz".into(), zip: "80100".into() },
    }
}

fn broken_form() -> TextForm {
    TextForm {
        email: "alice".into(),
        username: "a".into(),
        display_name: String::new(),
        bio: String::new(),
        password: "short".into(),
        password_again: "other".into(),
        age: 3,
        address: Address { city: String::new(), zip: "1".into() },
    }
}

/// The same form, of types that are valid once parsed.
struct TypedForm {
    email: Email,
    username: Username,
    display_name: DisplayName,
    bio: Text<1, 300>,
    password: BoundedString<15, 128>,
    age: u8,
    city: BoundedString<1, 64>,
    zip: BoundedString<5, 5>,
}

fn typed_form(text: TextForm) -> Result<TypedForm, Invalid> {
    let mut fields = Fields::new();
    let email = fields.parse("email", text.email);
    let username = fields.parse("username", text.username);
    let display_name = fields.parse("display_name", text.display_name);
    let bio = fields.parse("bio", text.bio);
    if text.password != text.password_again {
        fields.refuse(&["password_again", "password"], "must_match", "must be the same");
    }
    let password = fields.parse("password", text.password);
    if !(18..=130).contains(&text.age) {
        fields.refuse(&["age"], "age", "must be 18 to 130");
    }
    let age = text.age;
    let address = address(text.address);
    let address = fields.nested("address", address);
    fields.finish(|| {
        let (city, zip) = address?;
        Some(TypedForm {
            email: email?,
            username: username?,
            display_name: display_name?,
            bio: bio?,
            password: password?,
            age,
            city,
            zip,
        })
    })
}

fn address(text: Address) -> Result<(BoundedString<1, 64>, BoundedString<5, 5>), Invalid> {
    let mut fields = Fields::new();
    let (city, zip) = (fields.parse("city", text.city), fields.parse("zip", text.zip));
    fields.finish(|| Some((city?, zip?)))
}

#[divan::bench]
fn valid_bartizan_derive(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(Valid::new);
}

#[divan::bench]
fn valid_validator(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(|form| form.validate().map(|()| form));
}

#[divan::bench]
fn valid_bartizan_types(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(|form| {
        let form = typed_form(form).expect("it is valid");
        black_box((form.email.as_str(), form.username.as_str(), form.display_name.as_str()));
        black_box((form.bio.as_str(), form.password.as_str(), form.age));
        black_box((form.city.as_str(), form.zip.as_str()));
        form
    });
}

#[divan::bench]
fn nine_errors_bartizan_derive(bencher: Bencher) {
    bencher
        .with_inputs(broken_form)
        .bench_values(|form| Valid::new(form).map_err(|invalid| invalid.to_problem_json()).err());
}

#[divan::bench]
fn nine_errors_bartizan_types(bencher: Bencher) {
    assert_eq!(typed_form(broken_form()).err().map(|invalid| invalid.errors().len()), Some(9));
    bencher
        .with_inputs(broken_form)
        .bench_values(|form| typed_form(form).map_err(|invalid| invalid.to_problem_json()).err());
}

/// Without JSON: validator's own, as text, would hold the password.
#[divan::bench]
fn nine_errors_validator(bencher: Bencher) {
    bencher.with_inputs(broken_form).bench_values(|form| form.validate().err());
}
