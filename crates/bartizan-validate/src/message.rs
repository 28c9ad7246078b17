//! English for the codes of validator's own rules.

use serde_json::{Map, Value};

/// The arguments of rules that are never input.
pub(crate) const ARGUMENTS: &[&str] = &["equal", "exclusive_max", "exclusive_min", "max", "min"];

/// Says what to change.
pub(crate) fn english(code: &str, arguments: &Map<String, Value>) -> String {
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
    fixed.to_owned()
}

fn bounded(arguments: &Map<String, Value>, unit: &str) -> String {
    let of = |name| arguments.get(name);
    let lower = of("min").map(|min| format!("at least {min}"));
    let lower = lower.or_else(|| of("exclusive_min").map(|min| format!("more than {min}")));
    let upper = of("max").map(|max| format!("at most {max}"));
    let upper = upper.or_else(|| of("exclusive_max").map(|max| format!("less than {max}")));
    match (of("equal"), of("min"), of("max")) {
        (Some(equal), _, _) => return format!("must be {equal}{unit}"),
        (None, Some(min), Some(max)) => return format!("must be {min} to {max}{unit}"),
        _ => {}
    }
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!("must be {lower} and {upper}{unit}"),
        (Some(bound), None) | (None, Some(bound)) => format!("must be {bound}{unit}"),
        (None, None) => "is not valid".to_owned(),
    }
}
