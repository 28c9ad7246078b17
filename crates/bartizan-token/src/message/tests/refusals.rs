//! What is not understood, said twice, ambiguous or too large.

use super::*;

const MALFORMED: Option<MessageRefused> = Some(MessageRefused::Malformed);
const UNSUPPORTED: Option<MessageRefused> = Some(MessageRefused::Unsupported);

const ALL: &str = r#""@method" "@target-uri" "content-digest""#;
const REST: &str = r#"created=1700000000;keyid="00c0ffee";nonce="n";tag="webhook""#;

/// Why a good signature is refused whose parameters are then these.
fn refusal_of_params(params: &str) -> Option<MessageRefused> {
    let world = World::ed25519();
    let fields = [line("content-digest", &digest::of(BODY)), line("x-a", "1")];
    let request = request("POST", URL, &fields, BODY);
    let forged = world.forge("a", &format!("({ALL});{REST}"), (&request, &fields));
    assert_eq!(world.refusal(&forged), None);
    world.refusal(&replace(&forged, "signature-input", |_| format!("a={params}")))
}

#[test]
fn a_component_that_is_not_understood_or_stands_twice_is_refused() {
    let with = |component: &str| refusal_of_params(&format!("({ALL} {component});{REST}"));
    for twice in [
        "\"@method\"",
        "\"x-a\" \"x-a\"",
        "\"x-a\";sf \"x-a\";sf",
        "\"@query-param\";name=\"shop\" \"@query-param\";name=\"shop\"",
    ] {
        assert_eq!(with(twice), MALFORMED, "{twice}");
    }
    for unknown in [
        "\"@signature-params\"",
        "\"@request-response\";key=\"a\"",
        "\"@nonsense\"",
        "\"x-a\";tr",
        "\"x-a\";other",
        "\"x-a\";sf=?0",
        "\"x-a\";sf;bs",
        "\"x-a\";bs;key=\"a\"",
        "\"x-a\";key=\"A\"",
        "\"x-a\";name=\"a\"",
        "\"@method\";sf",
        "\"@path\";key=\"a\"",
    ] {
        assert_eq!(with(unknown), UNSUPPORTED, "{unknown}");
    }
    for malformed in
        ["\"X-A\"", "\"\"", "\"x a\"", "x-a", "\"@query-param\"", "\"x-a\";sf;sf", "1", "\"x-é\""]
    {
        assert_eq!(with(malformed), MALFORMED, "{malformed}");
    }
}

#[test]
fn a_parameter_that_is_not_understood_or_stands_twice_is_refused() {
    for odd in ["foo", "foo=1", "foo=\"bar\"", "Created=1", "*", "context=\"a\""] {
        let refused = refusal_of_params(&format!("({ALL});{REST};{odd}"));
        let expected = if odd.starts_with('C') { MALFORMED } else { UNSUPPORTED };
        assert_eq!(refused, expected, "{odd}");
    }
    for twice in ["created=1700000000", "keyid=\"00c0ffee\"", "tag=\"webhook\"", "nonce=\"n\""] {
        assert_eq!(refusal_of_params(&format!("({ALL});{REST};{twice}")), MALFORMED, "{twice}");
    }
    for wrong in [
        "created=\"1700000000\"",
        "created=1700000000.0",
        "created=-1",
        "created",
        "created=999999999999999",
        "keyid=00c0ffee",
        "nonce=:bg==:",
    ] {
        let (name, _) = wrong.split_once('=').unwrap_or((wrong, ""));
        let others: Vec<_> = REST.split(';').filter(|other| !other.starts_with(name)).collect();
        let refused = refusal_of_params(&format!("({ALL});{};{wrong}", others.join(";")));
        assert_eq!(refused, MALFORMED, "{wrong}");
    }
}

#[test]
fn two_digests_must_both_be_right() {
    let world = World::ed25519();
    let right = digest::of(BODY);
    let right512 = {
        use ring::digest::{SHA512, digest};
        let encoded = base64_simd::STANDARD.encode_to_string(digest(&SHA512, BODY));
        format!("sha-512=:{encoded}:")
    };
    let (wrong, wrong512) = (digest::of(b""), right512.replace("sha-512=:", "sha-512=:AAAA"));
    let of = |value: &str| {
        let fields = [line("content-digest", value)];
        let request = request("POST", URL, &fields, BODY);
        let params = r#"("@method" "@target-uri" "content-digest");created=1700000000;keyid="00c0ffee";nonce="n";tag="webhook""#;
        world.refusal(&world.forge("a", params, (&request, &fields)))
    };
    let mismatch = Some(MessageRefused::WrongDigest);
    for (value, expected) in [
        (right.clone(), None),
        (right512.clone(), None),
        (format!("{right}, {right512}"), None),
        (format!("md5=:AAAA:, {right}"), None),
        (format!("{right}, {wrong512}"), mismatch),
        (format!("{wrong}, {right512}"), mismatch),
        (wrong.clone(), mismatch),
        // No digest that is good for anything.
        ("md5=:AAAA:".to_owned(), mismatch),
        (format!("{right}, {right}"), MALFORMED),
        (format!("{right}, {wrong}"), MALFORMED),
        ("sha-256=\"AAAA\"".to_owned(), MALFORMED),
        ("sha-256".to_owned(), MALFORMED),
        (right.replace("=:", ":"), MALFORMED),
        (right.replace("=:", "=: "), MALFORMED),
    ] {
        assert_eq!(of(&value), expected, "{value}");
    }
}

/// What is too large is refused, and what is huge costs little.
#[test]
fn huge_messages_are_refused() {
    let world = World::ed25519();
    let fields = world.signed();
    let too_large = Some(MessageRefused::TooLarge);
    for name in ["signature", "signature-input"] {
        let huge = replace(&fields, name, |value| format!("{value}{}", " ".repeat(20_000) + "x"));
        assert_eq!(world.refusal(&huge), too_large);
        let huge = replace(&fields, name, |value| format!("{value}, x=:{}:", "A".repeat(20_000)));
        assert_eq!(world.refusal(&huge), too_large);
    }
    let many = replace(&fields, "signature-input", |value| {
        let components = (0..32).fold(String::new(), |all, n| format!("{all} \"x-{n}\""));
        value.replacen(" \"content-type\"", &components, 1)
    });
    assert_eq!(world.refusal(&many), too_large);
    let long =
        replace(&fields, "signature-input", |value| value.replace("00c0ffee", &"a".repeat(1_025)));
    assert_eq!(world.refusal(&long), too_large);
    let deep = replace(&fields, "signature-input", |_| "(".repeat(10_000));
    assert_eq!(world.refusal(&deep), MALFORMED);
    let fields: Vec<_> = (0..257).map(|n| line(&format!("x-{n}"), "")).collect();
    let fields = fields.iter().map(|(name, value)| (&**name, &**value));
    assert_eq!(HttpRequest::new("GET", URL, fields, b"").err(), Some(MalformedMessage::new()));
    let url = format!("https://a.example/{}", "a".repeat(20_000));
    assert!(HttpRequest::new("GET", &url, [], b"").is_err());
}

/// All that is covered together is bounded, too.
#[test]
fn what_is_signed_is_bounded() {
    let world = World::ed25519();
    let fields: Vec<_> =
        (0..10).map(|n| line(&format!("x-{n}"), &"a".repeat(16 * 1_024))).collect();
    let signer = (0..10).fold(world.signer::<Webhook>(), |signer, n| {
        signer.with_component(format!("x-{n}").parse().unwrap())
    });
    let request = request("GET", URL, &fields, b"");
    let refused = signer.sign(&request, &world.clock, &world.random).err();
    assert_eq!(refused, Some(MessageSignError::TooLarge));
}

#[test]
fn a_query_parameter_has_one_reading() {
    let world = World::ed25519();
    let sign = |url: &str, name: &str| {
        let component = format!("\"@query-param\";name=\"{name}\"").parse().unwrap();
        let signer = world.signer::<Webhook>().with_component(component);
        let request = request("GET", url, &[], b"");
        signer.sign(&request, &world.clock, &world.random).err()
    };
    let of = |query: &str| sign(&format!("https://a.example/?{query}"), "id");
    for good in ["id=7", "id", "id=", "&&id=7&", "%69d=7", "ID=1&id=7&i%64%20=8", "id==&a=%C3%A4"] {
        assert_eq!(of(good), None, "{good}");
    }
    for missing in ["", "ID=7", "idd=7", "a=id", "id%20=7", "+id=7"] {
        assert_eq!(of(missing), Some(MessageSignError::MissingComponent), "{missing}");
    }
    for ambiguous in ["id=7&id=8", "id=7&%69d=7", "id=7&i%64=8", "id&id"] {
        assert_eq!(of(ambiguous), Some(MessageSignError::MissingComponent), "{ambiguous}");
    }
    for broken in ["id=%", "id=%4", "id=%zz", "id=%ff", "id=7&%", "id=7&%ff=1", "id=%+7"] {
        assert_eq!(of(broken), Some(MessageSignError::InvalidComponent), "{broken}");
    }
    // Only a name in its canonical encoding finds something.
    assert_eq!(sign("https://a.example/?a%20b=1", "a%20b"), None);
    assert!(sign("https://a.example/?a%20b=1", "a b").is_some());
    assert!(sign("https://a.example/?%C3%A4=1", "%c3%a4").is_some());
}

#[test]
fn a_target_that_is_no_url_is_refused() {
    for url in [
        "",
        "/",
        "a.example/",
        "ftp://a.example/",
        "https:///",
        "https://",
        "https://:443/",
        "https://user@a.example/",
        "https://user:pass@a.example/",
        "https://a.example:port/",
        "https://a.example:123456/",
        "https://a b/",
        "https://a.example/a b",
        "https://a.example/#f",
        "https://a.example/\n",
        "https://a.example/ä",
        "https://ä.example/",
        "https://a.example\\b/",
        "https://[::1/",
        "//a.example/",
        "https://a.example:44 3/",
    ] {
        assert!(HttpRequest::new("GET", url, [], b"").is_err(), "{url:?}");
    }
    for (url, target) in [
        ("HTTPS://A.Example", "https://a.example/"),
        ("https://a.example?q", "https://a.example/?q"),
        ("https://a.example:/", "https://a.example/"),
        ("http://a.example:80/", "http://a.example/"),
        ("https://[::1]/", "https://[::1]/"),
        ("https://[::1]:443/", "https://[::1]/"),
        ("https://[::1]:8443/", "https://[::1]:8443/"),
        ("https://a.example/%7Ea//b/../c", "https://a.example/%7Ea//b/../c"),
    ] {
        assert_eq!(HttpRequest::new("GET", url, [], b"").unwrap().target_uri(), target);
    }
    for method in ["", "GE T", "GET\n", "\"GET\"", &"A".repeat(65)] {
        assert!(HttpRequest::new(method, URL, [], b"").is_err(), "{method:?}");
    }
    let origin = Origin::new("https://a.example").unwrap();
    for target in ["", "*", "a", "//a b", "https://a.example/", "a.example:443", "/#", "/\r"] {
        let expected = target.is_empty();
        assert_eq!(origin.request("GET", target, [], b"").is_ok(), expected, "{target:?}");
    }
    for origin in ["https://a.example/", "https://a.example?", "a.example", "https://a@b", "null"] {
        assert!(Origin::new(origin).is_err(), "{origin}");
    }
}
