//! Headers under a signature that is right.

use bartizan_core::KeyRefused;

use super::*;

/// `none` in every spelling, other algorithms, and none at all, before the signature is looked at,
/// be it right or wrong (asvs: V9.1.2).
#[test]
fn an_algorithm_that_is_not_the_keys_is_refused() {
    for world in World::each() {
        let own = world.algorithm().to_string();
        for alg in [
            "none",
            "None",
            "NONE",
            "nOnE",
            "",
            "HS256",
            "HS384",
            "HS512",
            "EdDSA",
            "Ed25519",
            "ES256",
            "ES384",
            "ES512",
            "RS256",
            "PS384",
            "PS512",
            "PS256",
            "hs256",
            "eddsa",
            "Ed448",
            "HS256 ",
            "HS256\\u0000",
        ] {
            let renamed = world.algorithm() == Algorithm::EdDsa && alg == "Ed25519";
            if alg == own || renamed {
                continue;
            }
            let header = world.header().replace(&own, alg);
            let token = world.forge(header, PAYLOAD);
            assert_eq!(world.refusal(&token), Some(VerifyError::WrongAlgorithm), "{alg}");
            let unsigned = format!("{}.AA", token.rsplit_once('.').unwrap().0);
            assert_eq!(world.refusal(&unsigned), Some(VerifyError::WrongAlgorithm), "{alg}");
        }
        let missing = r#"{"typ":"at+jwt","kid":"00c0ffee"}"#;
        let refusal = world.refusal(&world.forge(missing, PAYLOAD));
        assert_eq!(refusal, Some(VerifyError::WrongAlgorithm));
    }
}

/// RFC 9864 calls it Ed25519; so it is read, but not written.
#[test]
fn eddsa_has_two_names() {
    let world = World::eddsa();
    let header = world.header().replace("EdDSA", "Ed25519");
    assert!(world.verify(&world.forge(header, PAYLOAD)).is_ok());
}

/// Also when it is named by an escape (asvs: V9.1.3).
#[test]
fn a_header_that_brings_a_key_or_changes_the_reading_is_refused() {
    let world = World::eddsa();
    for member in [
        r#""jku":"https://evil.example/keys""#,
        r#""x5u":"file:///etc/passwd""#,
        r#""jwk":{"kty":"OKP","crv":"Ed25519","x":"AQ"}"#,
        r#""x5c":["MIIB"]"#,
        r#""crit":["exp"],"exp":1"#,
        r#""crit":[]"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""zip":"DEF""#,
        r#""\u006aku":"https://evil.example/keys""#,
    ] {
        let header = world.header().replace('{', &format!("{{{member},"));
        let refusal = world.refusal(&world.forge(header, PAYLOAD));
        assert_eq!(refusal, Some(VerifyError::UnsupportedHeader), "{member}");
    }
}

/// A key id finds a configured key, and is nothing else: no path, no query (asvs: V9.1.3).
#[test]
fn a_key_id_only_selects() {
    let world = World::hs256();
    for kid in [
        "",
        "00c0ffef",
        "00C0FFEE",
        "0x00c0ffee",
        "c0ffee",
        "00c0ffee ",
        "00c0ffee\\u0000",
        "../../dev/null",
        "' OR 1=1 --",
        "00c0ffee00c0ffee",
        "😀",
    ] {
        let header = world.header().replace("00c0ffee", kid);
        let refusal = world.refusal(&world.forge(header, PAYLOAD));
        assert_eq!(refusal, Some(VerifyError::Key(KeyRefused::Unknown)), "{kid}");
    }
    let missing = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    let refusal = world.refusal(&world.forge(missing, PAYLOAD));
    assert_eq!(refusal, Some(VerifyError::Key(KeyRefused::Unknown)));
}

/// asvs: V9.2.2
#[test]
fn a_typ_is_compared_exactly() {
    for world in World::each() {
        for typ in
            ["JWT", "at+JWT", "AT+JWT", "application/at+jwt", "at+jwt ", "", "invitation+jwt", "id"]
        {
            let header = world.header().replace("at+jwt", typ);
            let refusal = world.refusal(&world.forge(header, PAYLOAD));
            assert_eq!(refusal, Some(VerifyError::WrongKind), "{typ}");
        }
        let missing = world.header().replace(r#""typ":"at+jwt","#, "");
        assert_eq!(world.refusal(&world.forge(missing, PAYLOAD)), Some(VerifyError::WrongKind));
    }
}

#[test]
fn a_header_that_is_not_strict_json_is_refused() {
    let world = World::hs256();
    let good = world.header();
    for header in [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "\"at+jwt\"".to_owned(),
        format!("{good}{good}"),
        format!("{good}x"),
        format!("\u{feff}{good}"),
        good.replace('}', r#","alg":"HS256"}"#),
        good.replace('}', r#","\u0061lg":"none"}"#),
        good.replace('}', r#","x":{"a":1,"a":2}}"#),
        good.replace('}', ",}"),
        good.replace("\"HS256\"", "256"),
        good.replace("\"at+jwt\"", "[\"at+jwt\"]"),
        good.replace("\"00c0ffee\"", "null"),
        good.replace('}', &format!(",\"x\":{}{}}}", "[".repeat(300), "]".repeat(300))),
    ] {
        let refusal = world.refusal(&world.forge(&header, PAYLOAD));
        assert_eq!(refusal, Some(VerifyError::Malformed), "{header}");
    }
    let refusal = world.refusal(&world.forge(b"{\"alg\":\"\xff\"}", PAYLOAD));
    assert_eq!(refusal, Some(VerifyError::Malformed));
}

/// RFC 7515, section 4: what is not understood, and does not say it must be, is ignored.
#[test]
fn order_space_and_unknown_members_do_not_matter() {
    let world = World::hs256();
    let header = r#" { "x" : [ 1 ], "kid" : "00c0ffee", "\u0074yp" : "at+jwt", "alg" : "HS256" } "#;
    assert!(world.verify(&world.forge(header, PAYLOAD)).is_ok());
}
