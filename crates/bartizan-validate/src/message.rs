//! English for the codes of validator's own rules.

use std::borrow::Cow;

use serde_json::{Number, Value};
use validator::ValidationError;

/// The numbers of the rule. Everything else may be input: `value` is the refused value, `other`
/// the one that it should have matched.
pub(crate) fn arguments(error: &ValidationError) -> Vec<(&'static str, Number)> {
    let number = |name: &&'static str| match error.params.get(*name) {
        Some(Value::Number(number)) => Some((*name, number.clone())),
        _ => None,
    };
    ARGUMENTS.iter().filter_map(number).collect()
}

/// The arguments of rules that are never input.
const ARGUMENTS: &[&str] = &["equal", "exclusive_max", "exclusive_min", "max", "min"];

/// Says what to change.
pub(crate) fn english(code: &str, arguments: &[(&'static str, Number)]) -> Cow<'static, str> {
    let fixed = match code {
        "length" => return bounded(arguments, " long"),
        "range" => return bounded(arguments, ""),
        "contains" => "lacks a part that it must have",
        "credit_card" => "must be a card number",
        "does_not_contain" => "has a part that it must not have",
        "email" => "must be an email address",
        "ip" => "must be an IP address",
        "must_match" => "must be the same as the other field",
        "non_control_character" => "must not have control characters",
        "regex" => "does not have the form that it must have",
        "required" => "is required",
        "url" => "must be a URL",
        _ => "is not valid",
    };
    fixed.into()
}

fn bounded(arguments: &[(&'static str, Number)], unit: &str) -> Cow<'static, str> {
    let of = |name| arguments.iter().find(|(known, _)| *known == name).map(|(_, number)| number);
    match (of("equal"), of("min"), of("max")) {
        (Some(equal), _, _) => return format!("must be {equal}{unit}").into(),
        (None, Some(min), Some(max)) => return format!("must be {min} to {max}{unit}").into(),
        _ => {}
    }
    let lower = of("min").map(|min| format!("at least {min}"));
    let lower = lower.or_else(|| of("exclusive_min").map(|min| format!("more than {min}")));
    let upper = of("max").map(|max| format!("at most {max}"));
    let upper = upper.or_else(|| of("exclusive_max").map(|max| format!("less than {max}")));
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!("must be {lower} and {upper}{unit}").into(),
        (Some(bound), None) | (None, Some(bound)) => format!("must be {bound}{unit}").into(),
        (None, None) => "is not valid".into(),
    }
}
