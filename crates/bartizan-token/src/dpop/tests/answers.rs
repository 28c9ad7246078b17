//! Nonces, and what a client that was refused is told.

use bartizan_core::{KeyGenerator, Keyring, SharedKeyring};

use super::*;
use crate::VerifyError;

fn with_nonces() -> (Server, DpopNonces) {
    let mut server = Server::new();
    let random = PredictableRandom::from_seed(6);
    let generator = KeyGenerator::new(&random, DpopNonceKey::generate);
    let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
    let nonces = DpopNonces::new(keys).with_span_secs(100).unwrap();
    server.verifier = server.verifier.clone().with_nonces(nonces.clone());
    (server, nonces)
}

fn verify(server: &Server, id: &str, nonce: Option<&str>) -> Result<VerifiedProof, UseError> {
    let now = server.verifier_now().to_string();
    let mut payload = PAYLOAD.replace("-BwC3ESc6acc2lTc", id).replace("1700000000", &now);
    if let Some(nonce) = nonce {
        payload = payload.replace(r#""ath""#, &format!(r#""nonce":"{nonce}","ath""#));
    }
    let proof = server.forge(server.header(), payload);
    server.verify(&DpopRequest::new("GET", "/notes", [&proof]))
}

impl Server {
    fn verifier_now(&self) -> u64 {
        use bartizan_core::Clock as _;
        self.clock.now().as_secs()
    }

    fn challenge(&self, refused: Option<&TokenRefused>) -> DpopChallenge {
        self.verifier.challenge(refused, &*self.clock)
    }
}

/// RFC 9449, sections 8 and 9: the client learns the nonce by being refused.
#[test]
fn a_proof_without_the_servers_nonce_is_refused_and_the_client_is_given_it() {
    let (server, nonces) = with_nonces();
    let own = nonces.issue(&*server.clock);
    let altered = own.as_str().replacen('A', "B", 1);
    for nonce in [None, Some(""), Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"), Some(&*altered)] {
        assert_eq!(refused(verify(&server, "a", nonce)), Some(ProofRefused::Nonce), "{nonce:?}");
    }
    let challenge = server.challenge(Some(&TokenRefused::Proof(ProofRefused::Nonce)));
    assert_eq!(challenge.error(), Some("use_dpop_nonce"));
    let header = r#"DPoP error="use_dpop_nonce", algs="EdDSA Ed25519 ES256 ES384 PS256""#;
    assert_eq!(challenge.www_authenticate(), header);
    assert_eq!(challenge.nonce(), Some(&own));
    let verified = verify(&server, "a", challenge.nonce().map(DpopNonce::as_str)).unwrap();
    assert_eq!(verified.next_nonce(), None, "it has the newest");
}

#[test]
fn a_client_is_given_the_next_nonce_before_the_old_one_is_over() {
    let (server, nonces) = with_nonces();
    let old = nonces.issue(&*server.clock);
    server.clock.advance_secs(100);
    let verified = verify(&server, "a", Some(old.as_str())).unwrap();
    let next = nonces.issue(&*server.clock);
    assert_eq!(verified.next_nonce(), Some(&next));
    assert_eq!(verify(&server, "b", Some(next.as_str())).unwrap().next_nonce(), None);
    server.clock.advance_secs(100);
    assert_eq!(refused(verify(&server, "c", Some(old.as_str()))), Some(ProofRefused::Nonce));
}

#[test]
fn a_nonce_that_nobody_asked_for_has_no_say() {
    let server = Server::new();
    assert!(verify(&server, "a", Some("whatever")).is_ok());
}

#[test]
fn a_nonce_is_no_way_around_the_age_of_a_proof() {
    let (server, nonces) = with_nonces();
    let nonce = nonces.issue(&*server.clock);
    let payload = PAYLOAD.replace(r#""ath""#, &format!(r#""nonce":"{}","ath""#, nonce.as_str()));
    let proof = server.forge(server.header(), payload);
    server.clock.advance_secs(61);
    assert_eq!(server.refusal(proof), Some(ProofRefused::Expired));
}

/// RFC 9449, sections 5 and 7.1.
#[test]
fn each_refusal_has_its_code() {
    let server = Server::new();
    let algs = r#"algs="EdDSA Ed25519 ES256 ES384 PS256""#;
    for (refused, code) in [
        (TokenRefused::Proof(ProofRefused::Missing), "invalid_dpop_proof"),
        (TokenRefused::Proof(ProofRefused::WrongToken), "invalid_dpop_proof"),
        (TokenRefused::Proof(ProofRefused::WrongKey), "invalid_token"),
        (TokenRefused::Signed(VerifyError::Expired), "invalid_token"),
        (TokenRefused::Revoked, "invalid_token"),
    ] {
        let challenge = server.challenge(Some(&refused));
        assert_eq!(challenge.error(), Some(code), "{refused:?}");
        assert_eq!(challenge.www_authenticate(), format!(r#"DPoP error="{code}", {algs}"#));
        assert_eq!(challenge.nonce(), None);
    }
    let bare = server.challenge(None);
    assert_eq!((bare.error(), bare.www_authenticate()), (None, format!("DPoP {algs}")));
}
