//! Parsing an email address, and checking a sign-up form, beside plain validator.

use bartizan::validate::{Email, Username, Valid};
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

/// A form whose fields are text, and stay text.
#[derive(Clone, Validate)]
struct TextForm {
    #[validate(email)]
    email: String,
    #[validate(length(min = 3, max = 32))]
    username: String,
    #[validate(length(min = 15, max = 128))]
    password: String,
    #[validate(must_match(other = "password"))]
    password_again: String,
    #[validate(range(min = 18, max = 130))]
    age: u8,
    #[validate(nested)]
    address: Address,
}

/// The same form, with the types that are valid once parsed.
#[derive(Clone, Validate)]
struct TypedForm {
    email: Email,
    username: Username,
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
        password: "short".into(),
        password_again: "other".into(),
        age: 3,
        address: Address { city: String::new(), zip: "1".into() },
    }
}

fn typed_form(form: TextForm) -> TypedForm {
    TypedForm {
        email: Email::try_from(form.email).expect("it is valid"),
        username: Username::try_from(form.username).expect("it is valid"),
        password: form.password,
        password_again: form.password_again,
        age: form.age,
        address: form.address,
    }
}

#[divan::bench]
fn form_valid_text(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(Valid::new);
}

#[divan::bench]
fn form_valid_typed(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(|form| {
        let valid = Valid::new(typed_form(form)).expect("it is valid");
        black_box((valid.get().email.domain().len(), valid.get().username.as_str().len()));
        valid
    });
}

#[divan::bench]
fn form_validator(bencher: Bencher) {
    bencher.with_inputs(text_form).bench_values(|form| form.validate().map(|()| form));
}

#[divan::bench]
fn refusal_bartizan(bencher: Bencher) {
    bencher
        .with_inputs(broken_form)
        .bench_values(|form| Valid::new(form).map_err(|invalid| invalid.to_problem_json()).err());
}

#[divan::bench]
fn refusal_validator(bencher: Bencher) {
    bencher.with_inputs(broken_form).bench_values(|form| {
        form.validate().map_err(|errors| serde_json::to_string(&errors)).err()
    });
}
