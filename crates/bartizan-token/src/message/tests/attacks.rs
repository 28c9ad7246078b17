//! What somebody tries who sees signed messages, changes them, and has no key.

use bartizan_core::KeyRefused;

use super::*;

const BAD: Option<MessageRefused> = Some(MessageRefused::BadSignature);
const MALFORMED: Option<MessageRefused> = Some(MessageRefused::Malformed);

/// asvs: V4.1.5
#[test]
fn nothing_that_is_covered_can_be_changed() {
    for world in [World::ed25519(), World::hs256()] {
        let fields = world.signed();
        assert_eq!(world.refusal(&fields), None);
        for (method, url) in [
            ("PUT", URL),
            ("post", URL),
            ("POST", "http://merchant.example/hooks?shop=7&note=a%20b"),
            ("POST", "https://merchant.example.evil.example/hooks?shop=7&note=a%20b"),
            ("POST", "https://merchant.example/hook?shop=7&note=a%20b"),
            ("POST", "https://merchant.example/hooks?shop=8&note=a%20b"),
            ("POST", "https://merchant.example/hooks?shop=7&note=a+b"),
            ("POST", "https://merchant.example/hooks"),
        ] {
            assert_eq!(world.refusal_of(&request(method, url, &fields, BODY)), BAD, "{url}");
        }
        for body in [&b"{\"order\":43}"[..], b"{\"order\":42} ", b""] {
            let refused = world.refusal_of(&request("POST", URL, &fields, body));
            assert_eq!(refused, Some(MessageRefused::WrongDigest));
        }
        let other_type = replace(&fields, "content-type", |_| "text/html".to_owned());
        assert_eq!(world.refusal(&other_type), BAD);
    }
}

/// A digest of another body is signed no more than that body.
#[test]
fn a_digest_that_is_swapped_with_the_body_is_not_signed() {
    let world = World::ed25519();
    let body = b"{\"order\":43}";
    let fields = replace(&world.signed(), "content-digest", |_| digest::of(body));
    assert_eq!(world.refusal_of(&request("POST", URL, &fields, body)), BAD);
}

#[test]
fn every_bit_of_the_signature_and_of_what_it_says_counts() {
    let world = World::hs256();
    let fields = world.signed();
    for name in ["signature", "signature-input"] {
        for at in 0..text(&fields, name).len() {
            let changed = replace(&fields, name, |value| {
                let mut bytes = value.as_bytes().to_vec();
                bytes[at] ^= 1;
                String::from_utf8(bytes).unwrap()
            });
            assert!(world.refusal(&changed).is_some(), "{name} {at}");
        }
    }
}

#[test]
fn a_signature_that_is_taken_off_is_missed() {
    let world = World::ed25519();
    let fields = world.signed();
    let without = |name: &str| -> Vec<Line> {
        fields.iter().filter(|(own, _)| !own.eq_ignore_ascii_case(name)).cloned().collect()
    };
    assert_eq!(world.refusal(&without("signature")), Some(MessageRefused::Unsigned));
    assert_eq!(world.refusal(&without("signature-input")), Some(MessageRefused::Unsigned));
    assert_eq!(world.refusal(&[]), Some(MessageRefused::Unsigned));
    assert_eq!(world.refusal(&without("content-digest")), Some(MessageRefused::MissingComponent));
    let empty = replace(&fields, "signature", |_| String::new());
    assert_eq!(world.refusal(&empty), MALFORMED);
    let empty = replace(&fields, "signature", |_| "webhook=::".to_owned());
    assert_eq!(world.refusal(&empty), BAD);
}

/// A line more, or one in two, is another value.
#[test]
fn a_field_that_is_doubled_is_another_one() {
    let world = World::ed25519();
    let fields = world.signed();
    for name in ["content-type", "content-digest", "signature", "signature-input"] {
        for in_front in [true, false] {
            let mut doubled = fields.clone();
            let copy = line(&name.to_uppercase(), text(&fields, name));
            doubled.insert(if in_front { 0 } else { doubled.len() }, copy);
            let refused = world.refusal(&doubled);
            let expected = if name.starts_with("signature") { MALFORMED } else { BAD };
            assert_eq!(refused, expected, "{name}");
        }
    }
}

/// White space around a value is no part of it; within, it is.
#[test]
fn white_space_is_taken_off_around_a_value_only() {
    let world = World::ed25519();
    let fields = world.signed();
    let around = replace(&fields, "content-type", |value| format!(" \t{value}\t "));
    assert_eq!(world.refusal(&around), None);
    let within = replace(&fields, "content-type", |_| "application/ json".to_owned());
    assert_eq!(world.refusal(&within), BAD);
}

/// Behind a line break everything could be signed.
#[test]
fn a_line_break_in_a_value_is_refused() {
    let world = World::ed25519();
    let fields = world.signed();
    for value in ["a\r\n b", "a\n\"@method\": GET", "a\rb", "\n", "a\0", "a\u{7f}", "ä", "a\u{b}"]
    {
        let changed = replace(&fields, "content-type", |_| value.to_owned());
        assert_eq!(world.refusal(&changed), MALFORMED, "{value:?}");
    }
    let fields = [line("content-type", "a\r\n \"@method\": GET")];
    let signed = world.signer::<Webhook>().sign(
        &request("POST", URL, &fields, BODY),
        &world.clock,
        &world.random,
    );
    assert_eq!(signed.err(), Some(MessageSignError::InvalidComponent));
}

/// One label's signature says nothing of another's input.
#[test]
fn signatures_are_not_swapped_between_labels() {
    let world = World::ed25519();
    let webhook = world.signed();
    let other = world.signed_by(&world.signer::<Other>());
    let both = |name: &str, label: &str| {
        let own = text(&webhook, name);
        let (_, foreign) = text(&other, name).split_once('=').unwrap();
        format!("{own}, {label}={foreign}")
    };
    let fields = replace(&webhook, "signature-input", |_| both("signature-input", "other"));
    let good = replace(&fields, "signature", |_| both("signature", "other"));
    assert_eq!(world.refusal(&good), None, "two signatures for two purposes");
    let swapped = replace(&good, "signature", |value| {
        value.replace("webhook=", "x=").replace("other=", "webhook=").replace("x=", "other=")
    });
    assert_eq!(world.refusal(&swapped), BAD);
    let renamed = replace(&good, "signature", |value| value.replace("webhook=", "hook="));
    assert_eq!(world.refusal(&renamed), Some(MessageRefused::Unsigned));
}

/// Nobody has to choose among signatures, and nobody pays for many.
#[test]
fn several_signatures_for_one_purpose_are_refused() {
    let world = World::ed25519();
    let fields = world.signed();
    let twice = |value: &str| format!("{value}, {}", value.replacen("webhook=", "hook=", 1));
    let two = replace(&replace(&fields, "signature", twice), "signature-input", twice);
    assert_eq!(world.refusal(&two), Some(MessageRefused::Ambiguous));
    let many = replace(&fields, "signature-input", |value| {
        (0..8).fold(value.to_owned(), |all, n| format!("{all}, a{n}=()"))
    });
    assert_eq!(world.refusal(&many), Some(MessageRefused::TooLarge));
}

/// asvs: V4.1.5
#[test]
fn a_signature_for_another_purpose_is_none() {
    for world in [World::ed25519(), World::hs256()] {
        let fields = world.signed_by(&world.signer::<Other>());
        assert_eq!(world.refusal(&fields), Some(MessageRefused::Unsigned));
        let renamed =
            replace(&fields, "signature-input", |value| value.replace("other", "webhook"));
        let renamed = replace(&renamed, "signature", |value| value.replace("other", "webhook"));
        assert_eq!(world.refusal(&renamed), BAD);

        let by_label = HttpPolicy::new(300).unwrap().with_label("other").unwrap();
        let verifier = HttpVerifier::<Webhook>::new(world.keys.clone(), by_label);
        let request = request("POST", URL, &fields, BODY);
        let refused = danger::verify_without_replay_window(&verifier, &request, &world.clock);
        assert_eq!(refused.err(), Some(MessageRefused::WrongPurpose));
    }
}

/// The same secret makes other keys for other purposes, and others for tokens and bytes.
#[test]
fn an_hmac_key_is_one_of_its_purpose() {
    use crate::key::Signed;

    let world = World::hs256();
    let keyring = world.keys.snapshot();
    let mut made = Vec::new();
    for of in [
        (Signed::Token, "webhook"),
        (Signed::Message, "webhook"),
        (Signed::HttpMessage, "webhook"),
        (Signed::HttpMessage, "other"),
    ] {
        let mut out = [0; crate::crypto::MAX_SIGNATURE_LEN];
        made.push(keyring.primary().1.sign_as(of, b"the same", &mut out).unwrap().to_vec());
    }
    for (n, tag) in made.iter().enumerate() {
        assert!(!made[n + 1..].contains(tag));
    }
}

/// The key knows its algorithm: what the message says must agree, and changes nothing.
#[test]
fn an_algorithm_is_not_chosen_by_the_message() {
    for world in World::each() {
        let fields = world.signed();
        for alg in ["hmac-sha256", "ed25519", "ecdsa-p256-sha256", "none", "", "ED25519"] {
            let changed = replace(&fields, "signature-input", |value| {
                let (before, rest) = value.split_once("alg=\"").unwrap();
                let (_, after) = rest.split_once('"').unwrap();
                format!("{before}alg=\"{alg}\"{after}")
            });
            let own = text(&fields, "signature-input").contains(&format!("alg=\"{alg}\""));
            let expected = if own { None } else { Some(MessageRefused::WrongAlgorithm) };
            assert_eq!(world.refusal(&changed), expected, "{alg}");
        }
        let digest = [line("content-digest", &digest::of(BODY))];
        let with_digest = request("POST", URL, &digest, BODY);
        let params = r#"("@method" "@target-uri" "content-digest");created=1700000000;keyid="00c0ffee";nonce="n";tag="webhook""#;
        let silent = world.forge("a", params, (&with_digest, &digest));
        assert_eq!(world.refusal(&silent), None, "it need not be said");
    }
}

/// A public key is no HMAC secret.
#[test]
fn a_public_key_does_not_verify_hmac() {
    let world = World::ed25519();
    let public = JwkSet::of_keyring(&world.keys.snapshot());
    let point = world.keys.snapshot().primary().1.verifying_key().unwrap().point().to_vec();
    let secret = bartizan_core::SecretBytes::from(point);
    let confused =
        danger::message_keys_from_shared_secret("00c0ffee", Algorithm::Hs256, &secret).unwrap();
    let signer = HttpSigner::<Webhook>::new(confused);
    let fields = world.signed_by(&signer);
    let unsaid =
        replace(&fields, "signature-input", |value| value.replace(";alg=\"hmac-sha256\"", ""));
    let verifier = HttpVerifier::<Webhook>::new(public, HttpPolicy::new(300).unwrap());
    for (fields, expected) in
        [(fields, MessageRefused::WrongAlgorithm), (unsaid, MessageRefused::BadSignature)]
    {
        let request = request("POST", URL, &fields, BODY);
        let refused = danger::verify_without_replay_window(&verifier, &request, &world.clock);
        assert_eq!(refused.err(), Some(expected));
    }
}

#[test]
fn a_key_id_only_selects() {
    let world = World::ed25519();
    let fields = world.signed();
    for id in ["", "00c0fff0", "00C0FFEE", "../../etc/passwd", "' OR 1=1 --", "00c0ffee "] {
        let changed = replace(&fields, "signature-input", |value| value.replace("00c0ffee", id));
        assert_eq!(world.refusal(&changed), Some(MessageRefused::Key(KeyRefused::Unknown)), "{id}");
    }
    let missing =
        replace(&fields, "signature-input", |value| value.replace(";keyid=\"00c0ffee\"", ""));
    assert_eq!(world.refusal(&missing), Some(MessageRefused::MissingParameter));
}

/// The order in which components are listed is signed, too.
#[test]
fn the_order_of_components_counts() {
    let world = World::ed25519();
    let reordered = replace(&world.signed(), "signature-input", |value| {
        value.replace("\"@method\" \"@target-uri\"", "\"@target-uri\" \"@method\"")
    });
    assert_eq!(world.refusal(&reordered), BAD);
    let reordered = replace(&world.signed(), "signature-input", |value| {
        value.replace(";keyid=\"00c0ffee\";tag=\"webhook\"", ";tag=\"webhook\";keyid=\"00c0ffee\"")
    });
    assert_eq!(world.refusal(&reordered), BAD);
}

/// Spaces that a structured field allows change nothing: the canonical form is signed.
#[test]
fn another_spelling_of_the_same_parameters_is_the_same() {
    let world = World::ed25519();
    let spaced = replace(&world.signed(), "signature-input", |value| {
        value.replace('(', "(  ").replace("\" \"", "\"   \"").replace(';', ";  ")
    });
    assert_eq!(world.refusal(&spaced), None);
    let wrong = replace(&world.signed(), "signature-input", |value| value.replace(";n", " ;n"));
    assert_eq!(world.refusal(&wrong), MALFORMED);
}
