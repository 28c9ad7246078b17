//! Proofs, made and refused. What the parts do is tested beside them.

mod answers;
mod binding;
mod claims;
mod header;
mod replay;
mod vectors;

use std::sync::Arc;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, SecretBytes, UnixTime, base64url};

use super::*;
use crate::crypto::MAX_SIGNATURE_LEN;
use crate::tests::{BACKENDS, ec_keys, every_key, rsa_keys};
use crate::{SigningKey, Thumbprint, TokenRefused, UseError};
use bartizan_store::MemoryStore;
use bartizan_store::testing::ready;

const NOW_SECS: u64 = 1_700_000_000;
const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

/// Of [`Server::forge`]: accepted, unless something is changed.
const PAYLOAD: &str = r#"{"jti":"-BwC3ESc6acc2lTc","htm":"GET","htu":"https://api.example/notes","iat":1700000000,"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}"#;

/// A server that is asked for its notes, and a client's key.
struct Server {
    key: SigningKey,
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    verifier: DpopVerifier<MemoryStore>,
}

impl Server {
    fn with(key: SigningKey) -> Self {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW_SECS)));
        let store = Arc::new(MemoryStore::new(2_000, Arc::clone(&clock) as _).unwrap());
        let base = TargetUri::new("https://api.example").unwrap();
        let verifier = DpopVerifier::new(base, Arc::clone(&store));
        Self { key, clock, store, verifier }
    }

    fn new() -> Self {
        Self::with(SigningKey::generate_ed25519(&PredictableRandom::from_seed(4)).unwrap())
    }

    /// One of each algorithm that proofs may have, under each backend.
    fn each() -> Vec<Self> {
        let fits = |key: &SigningKey| ALGORITHMS.contains(&key.algorithm());
        let servers: Vec<_> = every_key().into_iter().filter(fits).map(Self::with).collect();
        assert_eq!(servers.len().checked_div(BACKENDS.len()), Some(ALGORITHMS.len()));
        servers
    }

    fn jwk(&self) -> String {
        crate::jwk::required_members(self.key.verifying_key().unwrap())
    }

    fn thumbprint(&self) -> Thumbprint {
        Thumbprint::of(self.key.verifying_key().unwrap())
    }

    fn header(&self) -> String {
        format!(r#"{{"typ":"dpop+jwt","alg":"{}","jwk":{}}}"#, self.key.algorithm(), self.jwk())
    }

    /// A proof whose signature is right, whatever it says: from a client without manners.
    fn forge(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let parts = [base64url::encode(header.as_ref()), base64url::encode(payload.as_ref())];
        let input = parts.join(".");
        let mut signature = [0; MAX_SIGNATURE_LEN];
        let signature = self.key.sign(TYP, &input, &mut signature).unwrap();
        format!("{input}.{}", base64url::encode(&signature))
    }

    /// The proof for [`PAYLOAD`] as it should be.
    fn proof(&self) -> String {
        self.forge(self.header(), PAYLOAD)
    }

    fn verify(&self, request: &DpopRequest<'_>) -> Result<VerifiedProof, UseError> {
        let bound = (ACCESS_TOKEN, &self.thumbprint());
        ready(self.verifier.verify_with_token(request, bound, &*self.clock))
    }

    /// Why a request for the notes is refused, if it is.
    fn refusal(&self, proof: impl AsRef<[u8]>) -> Option<ProofRefused> {
        refused(self.verify(&DpopRequest::new("GET", "/notes", [proof.as_ref()])))
    }
}

fn refused<T>(result: Result<T, UseError>) -> Option<ProofRefused> {
    match result {
        Ok(_) => None,
        Err(UseError::Refused(TokenRefused::Proof(refused))) => Some(refused),
        Err(other) => panic!("{other:?}"),
    }
}

/// The forged proof of the tests below is accepted as it stands, so each is refused for the one
/// thing it changes.
#[test]
fn the_forged_proof_is_good() {
    for server in Server::each() {
        let proof = server.proof();
        let verified = server.verify(&DpopRequest::new("GET", "/notes?page=2", [&proof])).unwrap();
        assert_eq!(verified.thumbprint(), &server.thumbprint());
        assert_eq!(verified.issued_at(), UnixTime::from_secs(NOW_SECS));
        assert_eq!(verified.next_nonce(), None);
    }
}

#[test]
fn what_a_client_proves_is_believed() {
    let random = PredictableRandom::from_seed(5);
    let [es256, es384] = ec_keys().try_into().unwrap();
    let ps256 = rsa_keys().remove(0);
    for key in [SigningKey::generate_ed25519(&random).unwrap(), es256, es384, ps256] {
        let (server, key) = (Server::new(), DpopKey::of(key).unwrap());
        let target = TargetUri::new("HTTPS://API.example:443/a%2fb/../notes?q").unwrap();
        let claims = DpopClaims::new("GET", target).with_access_token(ACCESS_TOKEN);
        let proof = key.sign(&claims, &*server.clock, &random).unwrap();
        let request = DpopRequest::new("GET", "/notes", [&proof]);
        let bound = (ACCESS_TOKEN, key.thumbprint());
        let verified = ready(server.verifier.verify_with_token(&request, bound, &*server.clock));
        assert_eq!(verified.unwrap().thumbprint(), key.thumbprint());
        // Without a token to compare it with, the hash of one does not matter.
        let proof = key.sign(&claims, &*server.clock, &random).unwrap();
        let request = DpopRequest::new("GET", "/notes", [&proof]);
        assert!(ready(server.verifier.verify(&request, &*server.clock)).is_ok());
    }
}

#[test]
fn a_key_makes_proofs_with_what_proofs_may_have() {
    for key in every_key() {
        let algorithm = key.algorithm();
        assert_eq!(DpopKey::of(key).is_ok(), ALGORITHMS.contains(&algorithm), "{algorithm}");
    }
}

/// A key comes back from its stored form, and no key of HMAC does.
#[test]
fn a_stored_key_is_the_same_key() {
    use bartizan_core::danger::ExportKey as _;

    let key = DpopKey::generate_es384(&PredictableRandom::from_seed(1)).unwrap();
    let again = DpopKey::import(&key.export()).unwrap();
    assert_eq!(again.thumbprint(), key.thumbprint());
    let hmac = SigningKey::generate_hs256(&PredictableRandom::from_seed(1)).unwrap();
    assert!(DpopKey::import(&hmac.export()).is_none());
    assert!(DpopKey::import(&SecretBytes::from([1; 5])).is_none());
    assert!(!format!("{key:?}").contains('{'), "nothing of the key but its name");
}

#[test]
fn a_proof_has_an_id_of_its_own_and_a_bounded_length() {
    let (server, random) = (Server::new(), PredictableRandom::from_seed(8));
    let key = DpopKey::generate_ed25519(&random).unwrap();
    let target = TargetUri::new("https://api.example/").unwrap();
    let claims = DpopClaims::new("GET", target.clone());
    let sign = |claims: &DpopClaims| key.sign(claims, &*server.clock, &random);
    assert_ne!(sign(&claims), sign(&claims));
    for (method_len, fits) in [(5_000, true), (6_500, false), (1_000_000, false)] {
        let proof = sign(&DpopClaims::new(&"X".repeat(method_len), target.clone()));
        assert_eq!(proof.is_ok(), fits, "{method_len}");
    }
    // What is not plain is escaped, and still the same method.
    let odd = "a\"\\\n\u{1f600}";
    let proof = sign(&DpopClaims::new(odd, target)).unwrap();
    let request = DpopRequest::new(odd, "/", [&proof]);
    assert!(ready(server.verifier.verify(&request, &*server.clock)).is_ok());
}

/// One of each serves a whole program.
#[test]
fn all_of_it_is_shared_between_threads() {
    fn shared<S: Send + Sync + 'static>(_: &S) {}

    let server = Server::new();
    shared(&server.verifier);
    shared(&DpopKey::generate_ed25519(&PredictableRandom::from_seed(1)).unwrap());
    shared(&server.verify(&DpopRequest::new("GET", "/notes", [&server.proof()])).unwrap());
}
