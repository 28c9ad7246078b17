//! Proofs whose form, header or key is not as it should be.

use super::*;
use crate::{Backend, KeyError};

/// asvs: V10.3.5, for a bound token without a proof, or with more than one.
#[test]
fn a_request_has_exactly_one_proof() {
    let server = Server::new();
    let (one, other) =
        (server.proof(), server.forge(server.header(), PAYLOAD.replace("lTc", "lTd")));
    let verify = |proofs: &[&str]| {
        refused(server.verify(&DpopRequest::new("GET", "/notes", proofs.iter().copied())))
    };
    assert_eq!(verify(&[]), Some(ProofRefused::Missing));
    assert_eq!(verify(&[&one, &other]), Some(ProofRefused::Several));
    assert_eq!(verify(&[&one, &one]), Some(ProofRefused::Several));
    assert_eq!(verify(&[&one, ""]), Some(ProofRefused::Several));
    for joined in [format!("{one},{other}"), format!("{one}, {other}"), format!("{one} {other}")] {
        assert_eq!(verify(&[&joined]), Some(ProofRefused::Malformed));
    }
    assert_eq!(verify(&[&one]), None);
}

#[test]
fn what_is_no_jws_is_refused() {
    let server = Server::new();
    let proof = server.proof();
    for text in ["", ".", "..", "a.b", "a..c", ".b.c", "a.b.c.d", "€.€.€", &proof[1..], " "] {
        assert_eq!(server.refusal(text), Some(ProofRefused::Malformed), "{text:?}");
    }
    for text in
        [format!("{proof}."), format!("{proof}="), format!(" {proof}"), format!("{proof}\n")]
    {
        assert_eq!(server.refusal(&text), Some(ProofRefused::Malformed), "{text:?}");
    }
    assert_eq!(server.refusal(b"\xff"), Some(ProofRefused::Malformed));
    let good = server.header();
    for header in [
        "",
        "{",
        "[]",
        "null",
        &format!("{good} x"),
        &good.replace(r#""typ""#, r#""alg":"EdDSA","typ""#),
    ] {
        assert_eq!(
            server.refusal(server.forge(header, PAYLOAD)),
            Some(ProofRefused::Malformed),
            "{header}"
        );
    }
    // A member of the key named twice, too.
    let twice = good.replace(r#""kty""#, r#""x":"AA","kty""#);
    assert_eq!(server.refusal(server.forge(twice, PAYLOAD)), Some(ProofRefused::Malformed));
    assert_eq!(server.refusal(&proof), None);
}

#[test]
fn a_proof_cut_or_changed_anywhere_is_refused() {
    for server in Server::each() {
        let proof = server.proof();
        let step = if server.key.algorithm() == Algorithm::EdDsa { 1 } else { 17 };
        for at in (0..proof.len()).step_by(step) {
            assert!(server.refusal(&proof[..at]).is_some(), "the first {at}");
            let changed = if proof.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut altered = proof.clone();
            altered.replace_range(at..=at, changed);
            assert!(server.refusal(&altered).is_some(), "{at}");
        }
        assert_eq!(server.refusal(&proof), None);
    }
}

#[test]
fn an_oversized_proof_is_refused_before_any_work() {
    let server = Server::new();
    for len in [MAX_PROOF_LEN + 1, 1_000_000] {
        assert_eq!(server.refusal("a".repeat(len)), Some(ProofRefused::TooLarge));
    }
    assert_eq!(server.refusal("a".repeat(MAX_PROOF_LEN)), Some(ProofRefused::Malformed));
    let header = server.header().replace('}', &format!(r#","x5t":"{}"}}"#, "x".repeat(3_000)));
    assert_eq!(server.refusal(server.forge(header, PAYLOAD)), Some(ProofRefused::TooLarge));
}

#[test]
fn another_kind_of_token_is_no_proof() {
    let server = Server::new();
    for typ in ["", "JWT", "jwt", "at+jwt", "dpop", "DPoP+jwt", "application/dpop+jwt", "dpop+jwt "]
    {
        let header = server.header().replace("dpop+jwt", typ);
        assert_eq!(
            server.refusal(server.forge(header, PAYLOAD)),
            Some(ProofRefused::WrongKind),
            "{typ}"
        );
    }
    let none = server.header().replace(r#""typ":"dpop+jwt","#, "");
    assert_eq!(server.refusal(server.forge(none, PAYLOAD)), Some(ProofRefused::WrongKind));
}

#[test]
fn an_algorithm_is_asymmetric_and_one_that_proofs_have() {
    let server = Server::new();
    for alg in ["none", "None", "", "HS256", "HS512", "RS256", "PS384", "ES512", "eddsa", "Ed448"] {
        let header = server.header().replace("EdDSA", alg);
        let refused = server.refusal(server.forge(header, PAYLOAD));
        assert_eq!(refused, Some(ProofRefused::WrongAlgorithm), "{alg}");
    }
    let missing = server.header().replace(r#""alg":"EdDSA","#, "");
    let refused = server.refusal(server.forge(missing, PAYLOAD));
    assert_eq!(refused, Some(ProofRefused::WrongAlgorithm));
    let number = server.header().replace(r#""EdDSA""#, "1");
    assert_eq!(server.refusal(server.forge(number, PAYLOAD)), Some(ProofRefused::Malformed));
    // The name that RFC 9864 gives it.
    let renamed = server.header().replace("EdDSA", "Ed25519");
    assert_eq!(server.refusal(server.forge(renamed, PAYLOAD)), None);
}

#[test]
fn the_algorithm_is_that_of_the_key() {
    for server in Server::each() {
        let own = server.key.algorithm();
        for other in ALGORITHMS.into_iter().filter(|other| *other != own) {
            let header = server.header().replacen(own.name(), other.name(), 1);
            let refused = server.refusal(server.forge(header, PAYLOAD));
            assert_eq!(refused, Some(ProofRefused::Key(KeyError::Disagrees)), "{own} as {other}");
        }
        // What the key says of itself must agree as well.
        for (members, error) in [
            (r#""alg":"PS512","#, Some(KeyError::Disagrees)),
            (r#""alg":"HS256","#, Some(KeyError::Disagrees)),
            (r#""alg":"none","#, Some(KeyError::Unsupported)),
            (r#""use":"enc","#, Some(KeyError::Disagrees)),
            (r#""key_ops":["sign"],"#, Some(KeyError::Disagrees)),
            (r#""use":"sig","key_ops":["verify"],"kid":"1","x":null,"#, None),
        ] {
            let members = members.replace(r#""x":null,"#, "");
            let header = server.header().replace(r#""jwk":{"#, &format!(r#""jwk":{{{members}"#));
            let refused = server.refusal(server.forge(header, PAYLOAD));
            assert_eq!(refused, error.map(ProofRefused::Key), "{own} {members}");
        }
    }
}

#[test]
fn a_header_that_asks_for_more_is_refused() {
    let server = Server::new();
    for member in [
        r#""crit":["exp"]"#,
        r#""b64":false"#,
        r#""zip":"DEF""#,
        r#""jku":"https://evil.example/keys""#,
        r#""x5u":"https://evil.example/cert""#,
        r#""x5c":["MII"]"#,
    ] {
        let header = server.header().replace(r#"{"typ""#, &format!(r#"{{{member},"typ""#));
        let refused = server.refusal(server.forge(header, PAYLOAD));
        assert_eq!(refused, Some(ProofRefused::UnsupportedHeader), "{member}");
    }
    // What names a key, and what nobody knows, has no say.
    let more =
        server.header().replace(r#"{"typ""#, r#"{"kid":"../x","cty":"y","z":{"a":[1]},"typ""#);
    assert_eq!(server.refusal(server.forge(more, PAYLOAD)), None);
}

#[test]
fn a_proof_brings_its_key() {
    let server = Server::new();
    let (header, jwk) = (server.header(), server.jwk());
    let without = header.replace(&format!(r#","jwk":{jwk}"#), "");
    let refused = server.refusal(server.forge(without, PAYLOAD));
    assert_eq!(refused, Some(ProofRefused::Key(KeyError::Malformed)));
    for (other, error) in [
        ("null", ProofRefused::Malformed),
        ("[]", ProofRefused::Malformed),
        (r#""AAAA""#, ProofRefused::Malformed),
        ("{}", ProofRefused::Malformed),
        (r#"{"kty":"OKP"}"#, ProofRefused::Key(KeyError::Unsupported)),
        (r#"{"kty":"OKP","crv":"Ed25519"}"#, ProofRefused::Key(KeyError::Malformed)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, ProofRefused::Key(KeyError::Malformed)),
        (r#"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#, ProofRefused::Key(KeyError::Unsupported)),
        (r#"{"kty":"oct","k":"c2VjcmV0"}"#, ProofRefused::Key(KeyError::Unsupported)),
        (r#"{"kty":"oct","alg":"HS256","k":"c2VjcmV0"}"#, ProofRefused::Key(KeyError::Unsupported)),
    ] {
        let refused = server.refusal(server.forge(header.replace(&jwk, other), PAYLOAD));
        assert_eq!(refused, Some(error), "{other}");
    }
}

/// RFC 9449, section 4.3, rule 7.
#[test]
fn a_proof_that_gives_the_private_key_away_is_refused() {
    for server in Server::each() {
        for name in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            let member = format!(r#""jwk":{{"{name}":"c2VjcmV0","#);
            let header = server.header().replace(r#""jwk":{"#, &member);
            let refused = server.refusal(server.forge(header, PAYLOAD));
            assert_eq!(refused, Some(ProofRefused::Key(KeyError::Private)), "{name}");
        }
    }
}

/// Under the neutral element anybody signs anything: R is it, too, and s is zero.
#[test]
fn a_weak_key_proves_nothing() {
    let server = Server::new();
    let x = format!("AQ{}", "A".repeat(41));
    let header = server
        .header()
        .replace(&server.jwk(), &format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#));
    let forged = server.forge(&header, PAYLOAD);
    let input = forged.rsplit_once('.').unwrap().0;
    let mut signature = [0; 64];
    signature[0] = 1;
    let forged = format!("{input}.{}", base64url::encode(&signature));
    assert_eq!(server.refusal(forged), Some(ProofRefused::Key(KeyError::Weak)));

    // RSA of 2,048 bits, also where such keys are verified with; of more than 4,096; and with an
    // exponent that is too small.
    let rsa = Server::with(rsa_keys().remove(0));
    let number =
        |bits: usize| base64url::encode(&[&[0xc1][..], &vec![0x55; bits / 8 - 1]].concat());
    for (n, e, error) in [
        (number(2_048), "AQAB", KeyError::Weak),
        (number(4_104), "AQAB", KeyError::Unsupported),
        (number(8_200), "AQAB", KeyError::Unsupported),
        (number(3_072), "Aw", KeyError::Weak),
        (number(3_072), "AA", KeyError::Malformed),
    ] {
        let jwk = format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#);
        let header = rsa.header().replace(&rsa.jwk(), &jwk);
        let refused = rsa.refusal(rsa.forge(header, PAYLOAD));
        assert_eq!(refused, Some(ProofRefused::Key(error)), "{} {e}", n.len());
    }
}

/// Signatures of zeros.
#[test]
fn a_signature_of_nothing_proves_nothing() {
    for server in Server::each() {
        let proof = server.proof();
        let (input, signature) = proof.rsplit_once('.').unwrap();
        let zeros = vec![0; base64url::decode(signature).unwrap().len()];
        let zeros = format!("{input}.{}", base64url::encode(&zeros));
        assert_eq!(server.refusal(zeros), Some(ProofRefused::BadSignature));
    }
}

/// The point (1, 0) is on another curve, where twice it is nothing, so that anybody can sign for it.
/// A library that does not ask takes the signature: r is the x of 7 times the generator or a little
/// more, s the digest by as much, and r by s is even.
#[test]
fn a_point_that_is_not_on_the_curve_proves_nothing() {
    let header = r#"{"typ":"dpop+jwt","alg":"ES256","jwk":{"crv":"P-256","kty":"EC","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#;
    let signature =
        "jlM7b6C_e0YluzBmfAH7YH75-LioD-9bMAYocDGHsqMCI2qC3NcgI2OPk2KjlpkMEPCqGFGMcR_4rylmuuSoFg";
    let input = [header, PAYLOAD].map(|part| base64url::encode(part.as_bytes())).join(".");
    let forged = format!("{input}.{signature}");
    let server = Server::new();
    let request = DpopRequest::new("GET", "/notes", [&forged]);
    let refused = refused(ready(server.verifier.verify(&request, &*server.clock)));
    // ring looks when it verifies, the other backend when it reads the key.
    let expected = match Backend::default() {
        Backend::Ring => ProofRefused::BadSignature,
        #[cfg(feature = "aws-lc-rs")]
        Backend::AwsLcRs => ProofRefused::Key(KeyError::Malformed),
    };
    assert_eq!(refused, Some(expected));
}

/// A coordinate is as long as the curve wants it.
#[test]
fn a_coordinate_of_another_length_is_refused() {
    for server in
        Server::each().into_iter().filter(|server| server.key.algorithm().ec_len().is_some())
    {
        for x in ["", "AA", &"A".repeat(88)] {
            let header = server.header().replace(r#""x":""#, &format!(r#""x":"{x}","z":""#));
            let refused = server.refusal(server.forge(header, PAYLOAD));
            assert_eq!(refused, Some(ProofRefused::Key(KeyError::Malformed)), "{x}");
        }
    }
}

/// The signature is that of another key than the one shown.
#[test]
fn a_proof_is_signed_with_the_key_it_brings() {
    let (server, other) =
        (Server::new(), SigningKey::generate_ed25519(&PredictableRandom::from_seed(77)));
    let other = Server::with(other.unwrap());
    assert_eq!(
        server.refusal(other.forge(server.header(), PAYLOAD)),
        Some(ProofRefused::BadSignature)
    );
}
