//! Tokens that are bound to a key, where they belong and where they do not.

use bartizan_core::{KeyGenerator, Keyring, SharedKeyring};

use super::*;
use crate::{
    AccessToken, Audience, CachedVerifier, Issuer, IssuerName, NoClaims, RefreshPolicy,
    RefreshTokens, Revocations, TokenBuffer, Verifier, VerifyError,
};

/// An API, who signs tokens for it, and a client.
struct World {
    server: Server,
    random: PredictableRandom,
    keys: SharedKeyring<SigningKey>,
    client: DpopKey,
}

impl World {
    fn new() -> Self {
        let random = PredictableRandom::from_seed(11);
        let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
        let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
        let client = DpopKey::generate_ed25519(&random).unwrap();
        Self { server: Server::new(), random, keys, client }
    }

    fn issuer(&self) -> Issuer<AccessToken> {
        Issuer::new(name(), api(), self.keys.clone())
    }

    fn verifier(&self) -> Verifier<AccessToken> {
        Verifier::new(name(), api(), self.keys.clone())
    }

    fn cached(&self) -> CachedVerifier<AccessToken, MemoryStore> {
        let revocations = self.revocations();
        CachedVerifier::new(self.verifier(), revocations, 100, &self.random).unwrap()
    }

    fn revocations(&self) -> Revocations<MemoryStore> {
        Revocations::new(Arc::clone(&self.server.store), name(), 86_400)
    }

    /// The two ways to check bound tokens.
    fn bound(&self) -> [BoundVerifier<AccessToken, MemoryStore>; 2] {
        let proofs = &self.server.verifier;
        [
            BoundVerifier::new(self.verifier(), proofs.clone()),
            BoundVerifier::with_cache(self.cached(), proofs.clone()),
        ]
    }

    fn sign(&self, issuer: &Issuer<AccessToken>) -> String {
        issuer.sign("alice", &NoClaims::new(), &*self.server.clock, &self.random).unwrap()
    }

    fn bound_token(&self) -> String {
        self.sign(&self.issuer().bound_to(self.client.thumbprint()))
    }

    fn prove(&self, key: &DpopKey, token: &str) -> String {
        let target = TargetUri::new("https://api.example/notes").unwrap();
        let claims = DpopClaims::new("GET", target).with_access_token(token);
        key.sign(&claims, &*self.server.clock, &self.random).unwrap()
    }

    /// A token of this issuer that says what it likes beside the usual.
    fn token_with(&self, member: &str) -> String {
        let header = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"KID"}"#;
        let keyring = self.keys.snapshot();
        let (id, key) = keyring.primary();
        let header = header.replace("KID", &id.to_string());
        let payload = format!(
            r#"{{"iss":"https://id.example","sub":"alice","aud":"https://api.example","exp":1700000600,"iat":1700000000,"jti":"1"{member}}}"#
        );
        let input = [&*header, &*payload].map(|part| base64url::encode(part.as_bytes())).join(".");
        let mut signature = [0; MAX_SIGNATURE_LEN];
        let signature = key.sign("at+jwt", &input, &mut signature).unwrap();
        format!("{input}.{}", base64url::encode(&signature))
    }

    fn get(
        &self,
        verifier: &BoundVerifier<AccessToken, MemoryStore>,
        (token, proof): (&str, &str),
    ) -> Result<VerifiedBound<AccessToken>, UseError> {
        let request = DpopRequest::new("GET", "/notes", [proof]);
        ready(verifier.verify(token, &request, &*self.server.clock))
    }
}

fn name() -> IssuerName {
    IssuerName::new("https://id.example").unwrap()
}

fn api() -> Audience {
    Audience::new("https://api.example").unwrap()
}

const WRONG_BINDING: UseError = UseError::signed(VerifyError::WrongBinding);

#[test]
fn a_bound_token_is_good_with_a_proof_each_time() {
    let world = World::new();
    let token = world.bound_token();
    for verifier in world.bound() {
        for _ in 0..3 {
            let proof = world.prove(&world.client, &token);
            let verified = world.get(&verifier, (&token, &proof)).unwrap();
            assert_eq!(verified.token().subject(), "alice");
            assert_eq!(verified.proof().thumbprint(), world.client.thumbprint());
            let again = refused(world.get(&verifier, (&token, &proof)));
            assert_eq!(again, Some(ProofRefused::Replayed));
        }
    }
}

/// asvs: V10.3.5, for the thief of a token, and of a token and a proof.
#[test]
fn a_bound_token_is_of_no_use_to_a_thief() {
    let world = World::new();
    let (token, other) = (world.bound_token(), world.bound_token());
    let thief = DpopKey::generate_es256(&world.random).unwrap();
    for verifier in world.bound() {
        let get = |proof: &str| refused(world.get(&verifier, (&token, proof)));
        assert_eq!(get(&world.prove(&thief, &token)), Some(ProofRefused::WrongKey));
        assert_eq!(get(&world.prove(&world.client, &other)), Some(ProofRefused::WrongToken));
        let request = DpopRequest::new("GET", "/notes", core::iter::empty::<&str>());
        let none = refused(ready(verifier.verify(&token, &request, &*world.server.clock)));
        assert_eq!(none, Some(ProofRefused::Missing));
    }
}

/// asvs: V10.3.5, RFC 9449, section 7.2: a bound token is no bearer token.
#[test]
fn a_bound_token_is_never_a_bearer_token() {
    let world = World::new();
    let token = world.bound_token();
    let (verifier, clock) = (world.verifier(), &*world.server.clock);
    assert_eq!(verifier.verify(&token, clock).err(), Some(VerifyError::WrongBinding));
    let mut buffer = TokenBuffer::new();
    let view = verifier.verify_view::<NoClaims>(&token, clock, &mut buffer);
    assert_eq!(view.err(), Some(VerifyError::WrongBinding));
    let refused = ready(world.cached().verify(&token, clock)).err();
    assert_eq!(refused, Some(WRONG_BINDING));
}

#[test]
fn a_bearer_token_is_never_a_bound_one() {
    let world = World::new();
    let token = world.sign(&world.issuer());
    assert!(world.verifier().verify(&token, &*world.server.clock).is_ok());
    let proof = world.prove(&world.client, &token);
    for verifier in world.bound() {
        assert_eq!(world.get(&verifier, (&token, &proof)).err(), Some(WRONG_BINDING));
    }
    assert!(world.server.store.is_empty(crate::namespace::DPOP_PROOF));
}

/// What a cache knew as a bearer token before it was told to want bound ones.
#[test]
fn a_bearer_token_that_was_remembered_is_not_a_bound_one() {
    let world = World::new();
    let (cached, token) = (world.cached(), world.sign(&world.issuer()));
    assert!(ready(cached.verify(&token, &*world.server.clock)).is_ok());
    assert_eq!(cached.len(), 1);
    let verifier = BoundVerifier::with_cache(cached, world.server.verifier.clone());
    let proof = world.prove(&world.client, &token);
    assert_eq!(world.get(&verifier, (&token, &proof)).err(), Some(WRONG_BINDING));
}

/// asvs: V10.3.5, for what is bound to a certificate: nobody here can check it, so it is no good.
#[test]
fn what_is_bound_to_something_else_is_refused_everywhere() {
    let world = World::new();
    let jkt = world.client.thumbprint();
    let good = world.token_with(&format!(r#","cnf":{{"jkt":"{jkt}"}}"#));
    let plain = world.token_with("");
    assert!(world.verifier().verify(&plain, &*world.server.clock).is_ok());
    let [each, cached] = world.bound();
    let proof = world.prove(&world.client, &good);
    assert!(world.get(&each, (&good, &proof)).is_ok());

    let wrong = VerifyError::WrongBinding;
    let invalid = VerifyError::InvalidClaims;
    for (confirmation, error) in [
        ("{}".to_owned(), wrong),
        (r#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}"#.to_owned(), wrong),
        (format!(r#"{{"jkt":"{jkt}","x5t#S256":"bwcK"}}"#), wrong),
        (format!(r#"{{"jwk":{{}},"jkt":"{jkt}"}}"#), wrong),
        (format!(r#"{{"JKT":"{jkt}"}}"#), wrong),
        (format!(r#"{{"jkt":"{jkt}","jkt":"{jkt}"}}"#), invalid),
        (format!(r#"{{"jkt":["{jkt}"]}}"#), invalid),
        (format!(r#"{{"jkt":"{jkt}="}}"#), invalid),
        (r#"{"jkt":""}"#.to_owned(), invalid),
        (r#"{"jkt":null}"#.to_owned(), invalid),
        (format!(r#""{jkt}""#), invalid),
        ("null".to_owned(), invalid),
        ("[]".to_owned(), invalid),
        ("false".to_owned(), invalid),
    ] {
        let token = world.token_with(&format!(r#","cnf":{confirmation}"#));
        let refused = world.verifier().verify(&token, &*world.server.clock).err();
        assert_eq!(refused, Some(error), "{confirmation}");
        for verifier in [&each, &cached] {
            let proof = world.prove(&world.client, &token);
            let refused = world.get(verifier, (&token, &proof)).err();
            assert_eq!(refused, Some(UseError::signed(error)), "{confirmation}");
        }
    }
    // An escape in the claim's name hides nothing.
    let hidden = world.token_with(&format!(r#","\u0063nf":{{"jkt":"{jkt}"}}"#));
    assert_eq!(world.verifier().verify(&hidden, &*world.server.clock).err(), Some(wrong));
}

#[test]
fn a_bound_token_is_revoked_as_any_other() {
    let world = World::new();
    let token = world.bound_token();
    let [each, cached] = world.bound();
    let proof = world.prove(&world.client, &token);
    let verified = world.get(&each, (&token, &proof)).unwrap();
    let revocations = world.revocations();
    assert!(ready(revocations.check(verified.token())).is_ok());
    assert!(ready(revocations.revoke(verified.token())).unwrap());
    let proof = world.prove(&world.client, &token);
    assert_eq!(world.get(&cached, (&token, &proof)).err(), Some(TokenRefused::Revoked.into()));
}

/// RFC 9449, section 5: the refresh token of a client without a secret is bound to its key.
#[test]
fn a_bound_refresh_token_is_unknown_without_its_key() {
    let world = World::new();
    let (clock, random) = (&*world.server.clock, &world.random);
    let policy = RefreshPolicy::new(3_600, 600).unwrap().with_grace_secs(0).unwrap();
    let tokens = RefreshTokens::new(world.revocations(), policy).unwrap();
    let thief = DpopKey::generate_ed25519(random).unwrap();
    let own = tokens.bound_to(world.client.thumbprint());
    let grant = ready(own.begin("alice", clock, random)).unwrap();

    let unknown = Some(UseError::Refused(TokenRefused::Unknown));
    for other in [&tokens, &tokens.bound_to(thief.thumbprint())] {
        assert_eq!(ready(other.refresh(grant.token(), clock, random)).err(), unknown);
        assert!(!ready(other.end(grant.token())).unwrap());
        // Nor is a token without a key good with one.
        let plain = ready(tokens.begin("bob", clock, random)).unwrap();
        assert_eq!(ready(own.refresh(plain.token(), clock, random)).err(), unknown);
    }
    let next = ready(own.refresh(grant.token(), clock, random)).unwrap();
    assert_eq!((next.subject(), next.family()), ("alice", grant.family()));
    let reused = ready(own.refresh(grant.token(), clock, random)).err();
    assert!(matches!(reused, Some(UseError::Refused(TokenRefused::Reused(_)))));
    let grant = ready(own.begin("alice", clock, random)).unwrap();
    assert!(ready(own.end(grant.token())).unwrap());
    let grant = ready(own.begin("alice", clock, random)).unwrap();
    assert!(ready(tokens.end_family(&grant.family())).unwrap(), "by its name, with no key");
}
