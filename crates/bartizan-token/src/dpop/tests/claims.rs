//! Proofs for something else than the request at hand.

use super::*;

fn claims_refusal(server: &Server, from: &str, to: &str) -> Option<ProofRefused> {
    assert!(PAYLOAD.contains(from), "{from}");
    server.refusal(server.forge(server.header(), PAYLOAD.replacen(from, to, 1)))
}

#[test]
fn a_claim_that_is_missing_or_of_another_type_is_refused() {
    let server = Server::new();
    for (from, to) in [
        (r#""jti":"-BwC3ESc6acc2lTc","#, ""),
        (r#""htm":"GET","#, ""),
        (r#""htu":"https://api.example/notes","#, ""),
        (r#""iat":1700000000,"#, ""),
        (r#""-BwC3ESc6acc2lTc""#, "7"),
        (r#""-BwC3ESc6acc2lTc""#, r#""""#),
        (r#""-BwC3ESc6acc2lTc""#, "null"),
        (r#""GET""#, r#"["GET"]"#),
        (r#""https://api.example/notes""#, r#"["https://api.example/notes"]"#),
        ("1700000000", r#""1700000000""#),
        ("1700000000", "1700000000.5"),
        ("1700000000", "-1"),
        ("1700000000", "1e9"),
        ("1700000000", "99999999999999"),
        (r#""ath":"#, r#""ath":null,"x":"#),
        (r#""ath":"#, r#""nonce":7,"ath":"#),
        (r#""ath":"#, r#""exp":"1800000000","ath":"#),
        (r#"{"jti""#, r#"{"jti":"a","jti""#),
        (r#"{"jti""#, r#"{"\u006ati":"a","jti""#),
        (r#"{"jti""#, r#"{"JTI""#),
    ] {
        assert_eq!(claims_refusal(&server, from, to), Some(ProofRefused::InvalidClaims), "{to}");
    }
    for payload in ["", "{", "null", "[]", &format!("{PAYLOAD}{PAYLOAD}"), &format!("{PAYLOAD} x")]
    {
        let refused = server.refusal(server.forge(server.header(), payload));
        assert_eq!(refused, Some(ProofRefused::InvalidClaims), "{payload}");
    }
}

#[test]
fn the_length_of_an_id_is_bounded() {
    let server = Server::new();
    for (len, refused) in [(1, None), (256, None), (257, Some(ProofRefused::InvalidClaims))] {
        assert_eq!(claims_refusal(&server, "-BwC3ESc6acc2lTc", &"a".repeat(len)), refused, "{len}");
    }
}

/// asvs: V10.3.5, for another `htm`.
#[test]
fn a_proof_for_another_method_is_refused() {
    let server = Server::new();
    for method in ["POST", "get", "Get", "GET ", "HEAD", ""] {
        let refused = claims_refusal(&server, "GET", method);
        assert_eq!(refused, Some(ProofRefused::WrongMethod), "{method:?}");
    }
    let proof = server.proof();
    let refused = refused(server.verify(&DpopRequest::new("POST", "/notes", [&proof])));
    assert_eq!(refused, Some(ProofRefused::WrongMethod));
}

/// asvs: V10.3.5, for another `htu`.
#[test]
fn a_proof_for_another_target_is_refused() {
    let server = Server::new();
    for target in [
        "https://evil.example/notes",
        "http://api.example/notes",
        "https://api.example:8443/notes",
        "https://api.example.evil.example/notes",
        "https://api.example/notes/",
        "https://api.example/Notes",
        "https://api.example/",
        "https://api.example/notes/../admin",
        "https://api.example/notes%2F",
        "https://bob@api.example/notes",
        "https://api.example./notes",
        "//api.example/notes",
        "/notes",
        "",
    ] {
        let refused = claims_refusal(&server, "https://api.example/notes", target);
        assert_eq!(refused, Some(ProofRefused::WrongTarget), "{target}");
    }
}

/// RFC 9449, section 4.3: compared after normalization, and without query and fragment.
#[test]
fn a_target_is_known_in_every_spelling() {
    for target in [
        "HTTPS://API.EXAMPLE/notes",
        "https://api.example:443/notes",
        "https://api.example:/notes",
        "https://api.example/%6eotes",
        "https://api.example/x/../notes",
        "https://api.example/notes?page=2",
        "https://api.example/notes#top",
        r"https:\/\/api.example\/notes",
    ] {
        let refused = claims_refusal(&Server::new(), "https://api.example/notes", target);
        assert_eq!(refused, None, "{target}");
    }
    for path in ["/notes", "/notes?page=2", "/%6Eotes", "/./notes", "/x/../notes#top"] {
        let server = Server::new();
        let refused = refused(server.verify(&DpopRequest::new("GET", path, [&server.proof()])));
        assert_eq!(refused, None, "{path}");
    }
}

/// Whatever a request says of where it came to, the server knows where it is.
#[test]
fn a_request_names_a_path_and_no_server() {
    let server = Server::new();
    let elsewhere = server.forge(server.header(), PAYLOAD.replace("api.example", "evil.example"));
    let paths = [
        "https://evil.example/notes",
        "//evil.example/notes",
        "@evil.example/notes",
        "*",
        "",
        "notes",
    ];
    for path in paths {
        let refused = refused(server.verify(&DpopRequest::new("GET", path, [&elsewhere])));
        assert_eq!(refused, Some(ProofRefused::WrongTarget), "{path}");
    }
}

#[test]
fn a_server_below_a_path_is_known_there() {
    let mut server = Server::new();
    let base = TargetUri::new("https://api.example/v1").unwrap();
    server.verifier = DpopVerifier::new(base, Arc::clone(&server.store));
    assert_eq!(server.refusal(server.proof()), Some(ProofRefused::WrongTarget));
    assert_eq!(claims_refusal(&server, "/notes", "/v1/notes"), None);
}

/// asvs: V10.3.5, for a stale `iat`.
#[test]
fn a_proof_is_of_about_now() {
    for (now, refused) in [
        (NOW_SECS - 31, Some(ProofRefused::NotYetValid)),
        (NOW_SECS - 30, None),
        (NOW_SECS + 60, None),
        (NOW_SECS + 61, Some(ProofRefused::Expired)),
        (NOW_SECS + 86_400, Some(ProofRefused::Expired)),
        (0, Some(ProofRefused::NotYetValid)),
    ] {
        let server = Server::new();
        server.clock.set(UnixTime::from_secs(now));
        assert_eq!(server.refusal(server.proof()), refused, "{now}");
    }
    let mut server = Server::new();
    server.verifier = server.verifier.clone().with_lifetime_secs(5).unwrap();
    server.clock.advance_secs(6);
    assert_eq!(server.refusal(server.proof()), Some(ProofRefused::Expired));
    let refused = Some(crate::ConfigError::InvalidSpan { max_secs: 300 });
    for secs in [0, 301, u64::MAX] {
        assert_eq!(server.verifier.clone().with_lifetime_secs(secs).err(), refused, "{secs}");
    }
    assert!(server.verifier.with_lifetime_secs(300).is_ok());
}

#[test]
fn what_a_proof_says_of_its_times_beyond_that_counts() {
    let server = Server::new();
    for (claim, refused) in [
        (r#""exp":1700000000"#, Some(ProofRefused::Expired)),
        (r#""exp":1700000001"#, None),
        (r#""nbf":1700000031"#, Some(ProofRefused::NotYetValid)),
    ] {
        let to = format!(r#"{claim},"ath":"#);
        assert_eq!(claims_refusal(&server, r#""ath":"#, &to), refused, "{claim}");
    }
}

/// asvs: V10.3.5, for another `ath`.
#[test]
fn a_proof_for_another_access_token_is_refused() {
    let server = Server::new();
    let hash = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
    for other in [&*token_hash("another"), "", &hash[1..], &format!("{hash}="), ACCESS_TOKEN] {
        assert_eq!(claims_refusal(&server, hash, other), Some(ProofRefused::WrongToken), "{other}");
    }
    let none = format!(r#","ath":"{hash}""#);
    assert_eq!(claims_refusal(&server, &none, ""), Some(ProofRefused::WrongToken));
}

/// asvs: V10.3.5, for another key.
#[test]
fn a_proof_of_another_key_than_the_tokens_is_refused() {
    let (server, thief) = (Server::new(), Server::with(ec_keys().remove(0)));
    assert_eq!(server.refusal(thief.proof()), Some(ProofRefused::WrongKey));
    assert!(server.store.is_empty(crate::namespace::DPOP_PROOF), "nothing bad is remembered");
}
