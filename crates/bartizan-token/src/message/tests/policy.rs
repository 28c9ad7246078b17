//! What a verifier wants of a good signature.

use super::*;

const REST: &str = r#"created=1700000000;keyid="00c0ffee";nonce="n";tag="webhook""#;

/// Why a signature over these components is refused under a policy, if it is. It is a good one.
fn judged(policy: &HttpPolicy, components: &str, body: &[u8]) -> Option<MessageRefused> {
    judged_as(policy, &format!("({components});{REST}"), body)
}

fn judged_as(policy: &HttpPolicy, params: &str, body: &[u8]) -> Option<MessageRefused> {
    let world = World::ed25519();
    let fields = [line("content-digest", &digest::of(body)), line("x-shop", "7")];
    let message = request("POST", URL, &fields, body);
    let fields = world.forge("a", params, (&message, &fields));
    let message = request("POST", URL, &fields, body);
    let verifier = HttpVerifier::<Webhook>::new(world.keys.clone(), policy.clone());
    danger::verify_without_replay_window(&verifier, &message, &world.clock).err()
}

/// asvs: V4.1.5
#[test]
fn method_target_and_body_must_be_covered() {
    let policy = HttpPolicy::new(300).unwrap();
    for good in [
        r#""@method" "@target-uri" "content-digest""#,
        r#""content-digest" "@target-uri" "@method""#,
        r#""@method" "@authority" "@path" "@query" "content-digest""#,
        r#""@method" "@authority" "@request-target" "content-digest""#,
        r#""@method" "@target-uri" "content-digest";bs"#,
        r#""@method" "@target-uri" "content-digest";sf"#,
    ] {
        assert_eq!(judged(&policy, good, BODY), None, "{good}");
    }
    for bad in [
        "",
        r#""@target-uri" "content-digest""#,
        r#""@method" "content-digest""#,
        r#""@method" "@authority" "@path" "content-digest""#,
        r#""@method" "@authority" "@query" "content-digest""#,
        r#""@method" "@path" "@query" "content-digest""#,
        r#""@method" "@request-target" "content-digest""#,
        r#""@method" "@authority" "@path" "@query-param";name="shop" "content-digest""#,
        r#""@method" "@target-uri""#,
        r#""@method" "@target-uri" "content-digest";key="sha-256""#,
    ] {
        assert_eq!(judged(&policy, bad, BODY), Some(MessageRefused::NotCovered), "{bad}");
    }
    assert_eq!(judged(&policy, r#""@method" "@target-uri""#, b""), None, "there is no body");
}

#[test]
fn what_else_is_wanted_must_be_covered() {
    let base = r#""@method" "@target-uri" "content-digest""#;
    let policy = HttpPolicy::new(300).unwrap().with_component("x-shop".parse().unwrap());
    assert_eq!(judged(&policy, &format!("{base} \"x-shop\""), BODY), None);
    for other in ["", " \"x-shop\";bs", " \"x-shop\";sf"] {
        let refused = judged(&policy, &format!("{base}{other}"), BODY);
        assert_eq!(refused, Some(MessageRefused::NotCovered), "{other}");
    }
    let policy = HttpPolicy::new(300).unwrap().with_only(["x-shop".parse().unwrap()]);
    assert_eq!(judged(&policy, "\"x-shop\"", BODY), None);
    assert_eq!(judged(&policy, base, BODY), Some(MessageRefused::NotCovered));
}

/// What is not covered is not handed out as if it were.
#[test]
fn a_body_that_is_not_covered_is_not_in_the_proof() {
    let world = World::ed25519();
    let params = format!("(\"x-shop\");{REST}");
    let fields = [line("x-shop", "7")];
    let message = request("POST", URL, &fields, BODY);
    let fields = world.forge("a", &params, (&message, &fields));
    let policy = HttpPolicy::new(300).unwrap().with_only([]);
    let verifier = HttpVerifier::<Webhook>::new(world.keys.clone(), policy);
    let message = request("POST", URL, &fields, BODY);
    let proof = danger::verify_without_replay_window(&verifier, &message, &world.clock).unwrap();
    assert_eq!(proof.body(), b"");
}

/// asvs: V4.1.5
#[test]
fn a_signature_has_its_time() {
    let policy = HttpPolicy::new(300).unwrap().with_leeway_secs(5).unwrap();
    let base = r#"("@method" "@target-uri" "content-digest")"#;
    let at = |times: &str| {
        judged_as(
            &policy,
            &format!(r#"{base};{times};keyid="00c0ffee";nonce="n";tag="webhook""#),
            BODY,
        )
    };
    let created = |offset: i64| {
        let created = i64::try_from(NOW_SECS).unwrap() + offset;
        at(&format!("created={created}"))
    };
    assert_eq!(created(5), None);
    assert_eq!(created(6), Some(MessageRefused::NotYetValid));
    assert_eq!(created(-304), None);
    assert_eq!(created(-305), Some(MessageRefused::Expired));
    assert_eq!(at("created=0"), Some(MessageRefused::Expired));
    assert_eq!(at("created=253402300799"), Some(MessageRefused::NotYetValid));
    assert_eq!(at("created=1700000000;expires=1699999996"), None);
    assert_eq!(at("created=1700000000;expires=1699999995"), Some(MessageRefused::Expired));
    assert_eq!(at("created=1700000000;expires=1800000000"), None);
    assert_eq!(at("expires=1800000000"), Some(MessageRefused::MissingParameter));
}

#[test]
fn a_nonce_is_wanted_unless_it_is_said_that_there_is_none() {
    let base = r#"("@method" "@target-uri" "content-digest");created=1700000000;keyid="00c0ffee";tag="webhook""#;
    let policy = HttpPolicy::new(300).unwrap();
    let missing = Some(MessageRefused::MissingParameter);
    assert_eq!(judged_as(&policy, base, BODY), missing);
    assert_eq!(judged_as(&policy, &format!("{base};nonce=\"\""), BODY), missing);
    assert_eq!(judged_as(&policy, &format!("{base};nonce=\"\\\"\\\\\""), BODY), None);
    assert_eq!(judged_as(&policy.without_nonce(), base, BODY), None);
}

#[test]
fn a_policy_has_bounds() {
    for secs in [0, 86_401, u64::MAX] {
        assert_eq!(HttpPolicy::new(secs).err(), Some(MessageConfigError::InvalidMaxAge));
    }
    let policy = HttpPolicy::new(86_400).unwrap();
    let leeway = policy.clone().with_leeway_secs(61).err();
    assert_eq!(leeway, Some(MessageConfigError::LeewayTooLong));
    for label in ["", "A", "1", "a b", &"a".repeat(65)] {
        let refused = policy.clone().with_label(label).err();
        assert_eq!(refused, Some(MessageConfigError::InvalidLabel), "{label}");
    }
    let signer = World::ed25519().signer::<Webhook>();
    for secs in [0, 86_401] {
        let refused = signer.clone().with_lifetime_secs(secs).err();
        assert_eq!(refused, Some(MessageConfigError::InvalidLifetime));
    }
}

#[test]
fn a_lifetime_is_said() {
    let world = World::ed25519();
    let fields = world.signed_by(&world.signer::<Webhook>().with_lifetime_secs(20).unwrap());
    assert!(text(&fields, "signature-input").contains(";created=1700000000;expires=1700000020;"));
    assert_eq!(world.refusal(&fields), None);
    world.clock.advance_secs(50);
    assert_eq!(world.refusal(&fields), Some(MessageRefused::Expired));
}
