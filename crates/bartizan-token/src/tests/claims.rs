//! Claims under a signature that is right.

use super::*;

/// What comes of the good payload with `from` written as `to`.
fn refusal_with(world: &World, from: &str, to: &str) -> Option<VerifyError> {
    let payload = PAYLOAD.replace(from, to);
    assert_ne!(payload, PAYLOAD, "{from}");
    world.refusal(&world.forge(world.header(), payload))
}

/// asvs: V9.2.1
#[test]
fn a_token_is_good_in_its_time_only_and_leeway_is_bounded() {
    let world = World::hs256();
    let payload = PAYLOAD.replace('}', r#","nbf":1700000100}"#);
    let token = world.forge(world.header(), payload);
    for leeway_secs in [0, 30, 60] {
        let verifier = world.verifier::<Token>().with_leeway_secs(leeway_secs).unwrap();
        let at =
            |secs: u64| verifier.verify(&token, &ManualClock::at(UnixTime::from_secs(secs))).err();
        assert_eq!(at(1_700_000_099 - leeway_secs), Some(VerifyError::NotYetValid));
        assert_eq!(at(1_700_000_100 - leeway_secs), None);
        assert_eq!(at(1_700_000_599 + leeway_secs), None);
        assert_eq!(at(1_700_000_600 + leeway_secs), Some(VerifyError::Expired));
        assert_eq!(at(0), Some(VerifyError::NotYetValid));
        assert_eq!(at(u64::MAX), Some(VerifyError::Expired));
    }
    let too_long = world.verifier::<Token>().with_leeway_secs(61);
    assert_eq!(too_long.err(), Some(crate::ConfigError::LeewayTooLong { got_secs: 61 }));
}

#[test]
fn the_default_leeway_is_30_seconds() {
    let world = World::hs256();
    let token = world.sign();
    world.clock.set(UnixTime::from_secs(NOW_SECS - 30));
    assert!(world.verify(&token).is_ok());
    world.clock.set(UnixTime::from_secs(NOW_SECS - 31));
    assert_eq!(world.refusal(&token), Some(VerifyError::NotYetValid));
    world.clock.set(UnixTime::from_secs(NOW_SECS + 629));
    assert!(world.verify(&token).is_ok());
    world.clock.set(UnixTime::from_secs(NOW_SECS + 630));
    assert_eq!(world.refusal(&token), Some(VerifyError::Expired));
}

/// asvs: V9.2.1
#[test]
fn times_that_are_no_whole_numbers_are_refused() {
    let world = World::hs256();
    for value in [
        "1700000600.0",
        "1700000600.5",
        "1.7000006e9",
        "\"1700000600\"",
        "-1",
        "-0",
        "null",
        "[1700000600]",
        "{}",
        "true",
        "253402300800",
        "18446744073709551616",
        "1e400",
        "01",
    ] {
        for claim in ["exp", "iat"] {
            let digits = if claim == "exp" { "1700000600" } else { "1700000000" };
            let from = format!("\"{claim}\":{digits}");
            let refusal = refusal_with(&world, &from, &format!("\"{claim}\":{value}"));
            assert_eq!(refusal, Some(VerifyError::InvalidClaims), "{claim} {value}");
        }
        let refusal = refusal_with(&world, "}", &format!(",\"nbf\":{value}}}"));
        assert_eq!(refusal, Some(VerifyError::InvalidClaims), "nbf {value}");
    }
}

/// Each of them, `exp` (asvs: V9.2.1) and `aud` (asvs: V9.2.3) too; and member names are compared
/// exactly.
#[test]
fn a_missing_claim_is_refused() {
    let world = World::hs256();
    for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "scope"] {
        for renamed in [claim.to_uppercase(), format!("{claim} "), format!("x{claim}")] {
            let refusal =
                refusal_with(&world, &format!("\"{claim}\":"), &format!("\"{renamed}\":"));
            assert_eq!(refusal, Some(VerifyError::InvalidClaims), "{renamed}");
        }
    }
    for (from, to) in
        [("\"alice\"", "\"\""), ("\"alice\"", "7"), ("\"AAECAwQFBgcICQoLDA0ODw\"", "\"\"")]
    {
        assert_eq!(refusal_with(&world, from, to), Some(VerifyError::InvalidClaims), "{to}");
    }
}

#[test]
fn the_issuer_is_compared_exactly() {
    let world = World::hs256();
    for name in [
        "",
        "https://id.example/",
        "HTTPS://id.example",
        "https://id.example.evil.example",
        "https://id.exampl",
        "https://id.example\\u0000",
        "https://api.example",
    ] {
        let refusal = refusal_with(&world, "https://id.example", name);
        assert_eq!(refusal, Some(VerifyError::WrongIssuer), "{name}");
    }
    for value in ["null", "1", "[\"https://id.example\"]"] {
        let refusal = refusal_with(&world, "\"https://id.example\"", value);
        assert_eq!(refusal, Some(VerifyError::InvalidClaims), "{value}");
    }
    assert_eq!(refusal_with(&world, "https://id.example", "\\u0068ttps://id.example"), None);
}

/// asvs: V9.2.3
#[test]
fn the_audience_must_be_among_those_of_the_token() {
    let world = World::hs256();
    let aud = "\"https://api.example\"";
    for value in
        ["\"\"", "\"https://api.example/\"", "\"https://other.example\"", "[]", "[\"a\",\"b\"]"]
    {
        assert_eq!(refusal_with(&world, aud, value), Some(VerifyError::WrongAudience), "{value}");
    }
    for value in
        ["null", "1", "{}", "[1]", "[\"https://api.example\",1]", "[[\"https://api.example\"]]"]
    {
        assert_eq!(refusal_with(&world, aud, value), Some(VerifyError::InvalidClaims), "{value}");
    }
    for value in ["[\"https://api.example\"]", "[ \"other\" , \"https:\\/\\/api.example\" ]"] {
        assert_eq!(refusal_with(&world, aud, value), None, "{value}");
    }
}

#[test]
fn a_payload_that_is_not_strict_json_is_refused() {
    let world = World::hs256();
    for payload in [
        "null".to_owned(),
        "{}".to_owned(),
        format!("[{PAYLOAD}]"),
        format!("{PAYLOAD}{PAYLOAD}"),
        PAYLOAD.replace('}', r#","exp":1800000000}"#),
        PAYLOAD.replace('}', r#","\u0065xp":1800000000}"#),
        PAYLOAD.replace('}', r#","scope":"admin"}"#),
        PAYLOAD.replace("\"notes\"", r#"{"a":1,"\u0061":2}"#),
        PAYLOAD.replace("\"notes\"", "\"\\ud800\""),
        PAYLOAD.replace("\"notes\"", &format!("{}{}", "[".repeat(2_000), "]".repeat(2_000))),
        PAYLOAD.replace('}', ""),
    ] {
        let refusal = world.refusal(&world.forge(world.header(), &payload));
        assert_eq!(refusal, Some(VerifyError::InvalidClaims), "{payload}");
    }
    let invalid_utf8 = [PAYLOAD.as_bytes(), b"\xff"].concat();
    let refusal = world.refusal(&world.forge(world.header(), invalid_utf8));
    assert_eq!(refusal, Some(VerifyError::InvalidClaims));
}

/// The claims type sees its own members alone, and here denies others.
#[test]
fn the_kinds_own_claims_are_of_its_type() {
    let world = World::hs256();
    for (from, to) in [("\"notes\"", "7"), ("\"scope\"", "\"other\""), ("}", ",\"other\":1}")] {
        assert_eq!(refusal_with(&world, from, to), Some(VerifyError::InvalidClaims), "{to}");
    }
}

/// In whatever order the members stand.
#[test]
fn the_kinds_own_claims_may_be_an_enum_or_wrapped() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Choice {
        Scope(String),
        Other(u8),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(Scope);

    let world = World::hs256();
    let reordered =
        PAYLOAD.replace(",\"scope\":\"notes\"", "").replace('{', "{\"scope\":\"notes\",");
    for payload in [PAYLOAD, &reordered] {
        let token = world.forge(world.header(), payload);
        let choice = world.verifier::<AccessToken<Choice>>().verify(&token, &world.clock).unwrap();
        assert_eq!(choice.claims(), &Choice::Scope("notes".to_owned()));
        let wrapped =
            world.verifier::<AccessToken<Wrapped>>().verify(&token, &world.clock).unwrap();
        assert_eq!(wrapped.claims(), &Wrapped(scope()));
        for more in [r#","other":1}"#, r#","more":1}"#, r#","exp":1700000600}"#] {
            let payload = payload.replace('}', more);
            let token = world.forge(world.header(), payload);
            let refused = world.verifier::<AccessToken<Choice>>().verify(&token, &world.clock);
            assert_eq!(refused.err(), Some(VerifyError::InvalidClaims), "{more}");
        }
    }
}

#[test]
fn a_token_that_lives_longer_than_its_kind_may_is_refused() {
    let world = World::hs256();
    let exp = |secs: &str| refusal_with(&world, "1700000600", secs);
    assert_eq!(exp("1700003600"), None);
    assert_eq!(exp("1700003601"), Some(VerifyError::LifetimeTooLong));
    assert_eq!(exp("253402300799"), Some(VerifyError::LifetimeTooLong));
    // Not expired with leeway, but before it was made.
    assert_eq!(exp("1699999999"), Some(VerifyError::InvalidClaims));
}
