//! Forms that are parsed field by field, and what is checked after.

use core::cell::Cell;
use std::collections::BTreeMap;

use crate::{
    BoundedString, Email, Fields, Invalid, Keyed, Slug, StrictJson, Username, Valid, Validate,
    across,
};
use serde::Deserialize;
use validator::ValidationError;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "in_order"))]
struct Period {
    start: u32,
    end: u32,
}

fn in_order(period: &Period) -> Result<(), ValidationError> {
    let error = || across(&["end", "start"], "period_order", "must not be before the start");
    if period.start <= period.end { Ok(()) } else { Err(error()) }
}

#[derive(Debug, Validate)]
struct Plan {
    #[validate(nested)]
    periods: Vec<Period>,
    #[validate(nested)]
    by_name: Keyed<Slug, Period>,
}

/// asvs: V2.2.3
#[test]
fn fields_that_do_not_fit_together_are_both_named() {
    let invalid = Valid::new(Period { start: 2, end: 1 }).unwrap_err();
    let [error] = invalid.errors() else { panic!("{invalid:?}") };
    assert_eq!((error.pointer(), error.code()), ("/end", "period_order"));
    assert_eq!(error.related().collect::<Vec<_>>(), ["/start"]);
    assert!(invalid.to_problem_json().contains(r##""pointer":"#/end","related":["#/start"]"##));

    let by_name = [("a-b".parse().unwrap(), Period { start: 2, end: 1 })].into_iter().collect();
    let periods = vec![Period { start: 1, end: 1 }, Period { start: 2, end: 1 }];
    let invalid = Valid::new(Plan { periods, by_name }).unwrap_err();
    let places: Vec<_> =
        invalid.errors().iter().map(|e| (e.pointer(), e.related().next())).collect();
    assert_eq!(
        places,
        [
            ("/by_name/a-b/end", Some("/by_name/a-b/start")),
            ("/periods/1/end", Some("/periods/1/start")),
        ]
    );
}

/// A form that is closed has no way in for a field that was not declared.
///
/// asvs: V15.3.3
#[test]
fn a_field_that_was_not_declared_is_refused_and_named() {
    let refused = r#"{"start":1,"end":2,"is_admin":true}"#;
    let invalid = Invalid::from(StrictJson::<Period>::from_slice(refused.as_bytes()).unwrap_err());
    assert_eq!(invalid.errors()[0].code(), "json_unknown_field");
    assert!(invalid.to_problem_json().contains("is_admin"), "{invalid:?}");
}

type Signup = (Email, Option<Username>, Vec<Period>);

fn signup(email: &str, username: Option<&str>, ends: &[u32]) -> Result<Signup, Invalid> {
    let mut fields = Fields::new();
    let email = fields.parse("email", email);
    let username = fields.optional("username", username);
    let period = |end: &u32| Valid::new(Period { start: 5, end: *end }).map(Valid::into_inner);
    let periods = fields.list("periods", ends.iter().map(period));
    fields.finish(|| Some((email?, username?, periods?)))
}

/// asvs: V2.2.1
#[test]
fn everything_refused_is_in_one_answer_and_nothing_of_it_repeated() {
    assert!(signup("a@example.com", None, &[5, 6]).is_ok());
    let invalid = signup("REFUSED", Some("REFUSED!"), &[5, 1]).unwrap_err();
    let all: Vec<_> = invalid.errors().iter().map(|e| (e.pointer(), e.code())).collect();
    assert_eq!(
        all,
        [
            ("/email", "email_at"),
            ("/periods/1/end", "period_order"),
            ("/username", "username_character"),
        ]
    );
    assert_eq!(invalid.errors()[1].related().next(), Some("/periods/1/start"));
    assert!(!format!("{invalid:?}{invalid}{}", invalid.to_problem_json()).contains("REFUSED"));
}

#[test]
fn errors_are_collected_up_to_a_bound() {
    let mut fields = Fields::with_max_errors(2);
    for _ in 0..5 {
        let _: Option<BoundedString<1, 2>> = fields.parse("text", "");
    }
    let invalid = fields.finish(|| Some(())).unwrap_err();
    assert_eq!((invalid.errors().len(), invalid.omitted()), (2, 3));
    assert!(invalid.to_problem_json().contains("\"omitted\":3"));

    let none = Fields::with_max_errors(0);
    let mut fields = none;
    fields.refuse(&["a"], "a", "a");
    assert!(fields.finish(|| Some(())).is_err());
    assert_eq!(Fields::new().finish(|| None::<()>).unwrap_err().errors()[0].code(), "incomplete");
}

#[test]
fn further_checks_come_after_and_leave_the_value() {
    let valid = || Valid::new(Period { start: 1, end: 9 }).unwrap();
    assert!(valid().check(|_, _| {}).is_ok());
    let invalid = valid().check(|period, fields| {
        fields.refuse(&["end"], "too_late", format!("must be before {}", period.start));
    });
    assert_eq!(invalid.unwrap_err().errors()[0].pointer(), "/end");
}

#[derive(Debug, PartialEq)]
enum AppError {
    Invalid(Invalid),
    Down,
}

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

async fn check(valid: Valid<Period>, asked: &Cell<u32>) -> Result<Valid<Period>, AppError> {
    let check = async |period: &Period, fields: &mut Fields| {
        asked.set(asked.get().saturating_add(1));
        tokio::task::yield_now().await;
        match period.end {
            7 => return Err(AppError::Down),
            8 => fields.refuse(&["end"], "taken", "is taken"),
            _ => {}
        }
        Ok(())
    };
    valid.check_async(check).await
}

#[tokio::test]
async fn what_is_asked_elsewhere_comes_last() {
    let asked = Cell::new(0);
    let valid = |end| Valid::new(Period { start: 1, end });
    assert!(valid(0).is_err());
    assert_eq!(asked.get(), 0);
    assert_eq!(check(valid(9).unwrap(), &asked).await.unwrap().get().end, 9);
    let taken = Invalid::field("end", "taken", "is taken");
    assert_eq!(check(valid(8).unwrap(), &asked).await.unwrap_err(), AppError::Invalid(taken));
    assert_eq!(check(valid(7).unwrap(), &asked).await.unwrap_err(), AppError::Down);
}

/// A server's handler must be able to be sent to another thread while it waits.
#[test]
fn waiting_can_move_between_threads() {
    async fn handler(valid: Valid<Period>) -> Result<(), Invalid> {
        let check = async |_: &Period, fields: &mut Fields| {
            tokio::task::yield_now().await;
            fields.refuse(&["end"], "taken", "is taken");
            Ok::<(), Invalid>(())
        };
        valid.check_async(check).await.map(drop)
    }
    fn is_send(_: &impl Send) {}
    is_send(&handler(Valid::new(Period { start: 1, end: 2 }).unwrap()));
}

#[test]
fn a_keyed_map_reads_and_writes_as_a_map() {
    let map: Keyed<Slug, u32> = serde_json::from_str(r#"{"a":1}"#).unwrap();
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"a":1}"#);
    assert_eq!(map.get().len(), 1);
    assert!(serde_json::from_str::<Keyed<Slug, u32>>(r#"{"A":1}"#).is_err());
    assert_eq!(Keyed::from(map.into_inner()).into_inner().len(), 1);
    assert_eq!(Keyed::<Slug, u32>::default().into_inner(), BTreeMap::new());
}
