//! Refusals: complete, bounded, in order, and without what was refused.

use std::collections::HashMap;

use serde_json::{Value, json};
use validator::ValidationError;

use crate::{Email, EmailError, FieldError, Invalid, Username, Valid, Validate};

#[derive(Clone, Debug, PartialEq, Validate)]
struct Signup {
    email: Email,
    #[validate(nested)]
    username: Username,
    #[validate(length(min = 8, max = 64))]
    password: String,
    #[validate(must_match(other = "password"))]
    password_again: String,
    #[validate(range(min = 18, max = 130))]
    age: u32,
    #[validate(custom(function = "is_email"))]
    recovery: String,
    #[validate(nested)]
    addresses: Vec<Address>,
    #[validate(nested)]
    home: Address,
}

#[derive(Clone, Debug, PartialEq, Validate)]
struct Address {
    #[validate(length(equal = 5, message = "must be five digits"))]
    zip: String,
    #[validate(length(min = 1), does_not_contain(pattern = "!"))]
    r#type: String,
}

fn is_email(text: &str) -> Result<(), ValidationError> {
    Ok(text.parse::<Email>().map(drop)?)
}

fn address() -> Address {
    Address { zip: "12345".into(), r#type: "home".into() }
}

fn signup() -> Signup {
    Signup {
        email: "alice@example.com".parse().unwrap(),
        username: "alice".parse().unwrap(),
        password: "correct horse".into(),
        password_again: "correct horse".into(),
        age: 30,
        recovery: "bob@example.com".into(),
        addresses: vec![address()],
        home: address(),
    }
}

fn refused() -> Signup {
    let bad = Address { zip: "REFUSED".into(), r#type: "REFUSED!".into() };
    let mut addresses = vec![address(); 12];
    addresses[2] = bad.clone();
    addresses[10] = bad;
    Signup {
        password: "REFUSED".into(),
        password_again: "REFUSED too".into(),
        age: 7_777,
        recovery: "REFUSED".into(),
        addresses,
        home: Address { zip: "REFUSED".into(), r#type: String::new() },
        ..signup()
    }
}

#[test]
fn what_passes_is_unchanged() {
    let valid = Valid::new(signup()).unwrap();
    assert_eq!(valid.get(), &signup());
    assert_eq!(valid.as_ref(), &signup());
    assert_eq!(valid.into_inner(), signup());
}

#[test]
fn every_broken_rule_is_reported_in_order() {
    let invalid = Valid::new(refused()).unwrap_err();
    let errors: Vec<_> = invalid.errors().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "/addresses/2/type: has a part that it must not have",
            "/addresses/2/zip: must be five digits",
            "/addresses/10/type: has a part that it must not have",
            "/addresses/10/zip: must be five digits",
            "/age: must be 18 to 130",
            "/home/type: must be at least 1 long",
            "/home/zip: must be five digits",
            "/password: must be 8 to 64 long",
            "/password_again: must be the same as the other field",
            "/recovery: an email address has exactly one @, as in name@example.com",
        ]
    );
    assert_eq!(invalid.errors()[9].code(), EmailError::At.code());
    assert_eq!(invalid.to_string(), "10 fields are not valid");
    for _ in 0..16 {
        assert_eq!(Valid::new(refused()).unwrap_err(), invalid, "hash maps have no order");
    }
}

/// The problem+json half of the requirement; the extractor comes with the web crate.
///
/// asvs: V2.2.1
#[test]
fn nothing_that_was_refused_is_repeated() {
    let invalid = Valid::new(refused()).unwrap_err();
    let json = invalid.to_problem_json();
    for text in [format!("{invalid:?}"), invalid.to_string(), json.clone()] {
        assert!(!text.contains("REFUSED"), "{text}");
        assert!(!text.contains("7777"), "{text}");
    }

    let problem: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["title"], "Unprocessable Content");
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 10);
    assert_eq!(
        problem["errors"][4],
        json!({
            "pointer": "#/age",
            "code": "range",
            "detail": "must be 18 to 130",
            "arguments": { "min": 18, "max": 130 },
        })
    );
    assert_eq!(problem.get("omitted"), None);
}

/// Not even when a rule of one's own puts it where a number belongs.
#[test]
fn arguments_are_numbers() {
    #[derive(Validate)]
    struct Form {
        #[validate(custom(function = "rule"))]
        text: String,
    }

    fn rule(text: &str) -> Result<(), ValidationError> {
        let mut error = ValidationError::new("rule");
        error.add_param("max".into(), &text);
        error.add_param("min".into(), &1);
        Err(error)
    }

    let invalid = Valid::new(Form { text: "REFUSED".into() }).map(drop).unwrap_err();
    let json = invalid.to_problem_json();
    assert!(json.contains(r#""arguments":{"min":1}"#), "{json}");
}

#[test]
fn errors_are_collected_up_to_a_limit() {
    let bad = Address { zip: String::new(), r#type: String::new() };
    let form = Signup { addresses: vec![bad; 1_000], ..signup() };
    let invalid = Valid::new(form.clone()).unwrap_err();
    assert_eq!(invalid.errors().len(), Invalid::DEFAULT_MAX_ERRORS);
    assert_eq!(invalid.omitted(), 2_000 - Invalid::DEFAULT_MAX_ERRORS);
    assert_eq!(invalid.to_string(), "more than 32 fields are not valid");
    let problem: Value = serde_json::from_str(&invalid.to_problem_json()).unwrap();
    assert_eq!(problem["omitted"], 1_968);

    let none = Valid::with_max_errors(form, 0).unwrap_err();
    assert_eq!((none.errors().len(), none.omitted()), (0, 2_000));
    assert_eq!(none.to_string(), "more than 0 fields are not valid");
}

#[test]
fn what_the_program_refuses_joins_in() {
    let taken = Invalid::field("username", "taken", "is taken");
    assert_eq!(taken.errors()[0].to_string(), "/username: is taken");
    let both = taken.and(Valid::new(refused()).unwrap_err());
    assert_eq!(both.errors().len(), 11);
    assert_eq!(both.errors()[10].pointer(), "/username");

    let many = |count: usize| {
        (1..count)
            .fold(Invalid::field("f", "c", "m"), |all, _| all.and(Invalid::field("f", "c", "m")))
    };
    assert_eq!((many(40).errors().len(), many(40).omitted()), (32, 8));
    assert_eq!(many(40).and(many(40)).omitted(), 48);
}

#[test]
fn pointers_are_escaped() {
    let invalid = Invalid::field("a/b~c é\"%", "c", "m");
    assert_eq!(invalid.errors()[0].pointer(), "/a~1b~0c é\"%");
    let problem: Value = serde_json::from_str(&invalid.to_problem_json()).unwrap();
    assert_eq!(problem["errors"][0]["pointer"], "#/a~1b~0c%20%C3%A9%22%25");
}

/// Each of validator's collections, by itself and in a field.
#[test]
fn collections_are_pointed_into() {
    #[derive(Validate)]
    struct Nested {
        #[validate(nested)]
        lists: Vec<Vec<Address>>,
        #[validate(nested)]
        maybe: Option<Address>,
    }

    let bad = Address { zip: "REFUSED".into(), r#type: "home".into() };
    let pointers = |invalid: &Invalid| -> Vec<String> {
        invalid.errors().iter().map(|error| error.pointer().to_owned()).collect()
    };
    let list = Valid::new(vec![address(), bad.clone()]).unwrap_err();
    assert_eq!(pointers(&list), ["/1/zip"]);

    let map = HashMap::from([("REFUSED", bad.clone())]);
    assert_eq!(pointers(&Valid::new(&map).unwrap_err()), ["/0/zip"]);

    let nested = Nested { lists: vec![vec![], vec![bad.clone()]], maybe: Some(bad) };
    assert_eq!(
        pointers(&Valid::new(nested).map(drop).unwrap_err()),
        ["/lists/1/0/zip", "/maybe/zip"]
    );
}

/// A rule about the whole has the empty pointer.
#[test]
fn rules_about_the_whole_point_to_the_whole() {
    #[derive(Validate)]
    #[validate(schema(function = "ordered"))]
    struct Range {
        start: u8,
        end: u8,
    }

    fn ordered(range: &Range) -> Result<(), ValidationError> {
        if range.start <= range.end { Ok(()) } else { Err(ValidationError::new("order")) }
    }

    assert!(Valid::new(Range { start: 1, end: 1 }).is_ok());
    let invalid = Valid::new(Range { start: 2, end: 1 }).map(drop).unwrap_err();
    assert_eq!(invalid.errors()[0].pointer(), "");
    assert_eq!(invalid.errors()[0].to_string(), "/: is not valid");
    assert!(invalid.to_problem_json().contains(r##""pointer":"#""##));
}

#[test]
fn every_rule_of_validator_has_its_english() {
    #[derive(Validate)]
    struct All {
        #[validate(url)]
        a: &'static str,
        #[validate(email)]
        b: &'static str,
        #[validate(ip)]
        c: &'static str,
        #[validate(contains(pattern = "x"))]
        d: &'static str,
        #[validate(required)]
        e: Option<u8>,
        #[validate(non_control_character)]
        f: &'static str,
        #[validate(range(exclusive_min = 1, exclusive_max = 9))]
        g: u8,
        #[validate(length(equal = 3))]
        h: &'static str,
        #[validate(length(max = 0))]
        i: &'static str,
        #[validate(range(exclusive_min = 1))]
        j: u8,
    }
    let all = All { a: "_", b: "_", c: "_", d: "_", e: None, f: "\n", g: 9, h: "_", i: "_", j: 0 };
    let invalid = Valid::new(all).map(drop).unwrap_err();
    let messages: Vec<_> = invalid.errors().iter().map(FieldError::message).collect();
    assert_eq!(
        messages,
        [
            "must be a URL",
            "must be an email address",
            "must be an IP address",
            "lacks a part that it must have",
            "is required",
            "must not have control characters",
            "must be more than 1 and less than 9",
            "must be 3 long",
            "must be at most 0 long",
            "must be more than 1",
        ]
    );
}
