//! Whole tokens, made and refused. What the parts do is tested beside them.

#[cfg(feature = "aws-lc-rs")]
mod backends;
mod claims;
mod foreign;
mod forgery;
mod header;
#[cfg(feature = "aws-lc-rs")]
mod ml_dsa;
mod signing;
mod usual;
mod vectors;

use bartizan_core::danger::{ExportKey as _, PredictableRandom};
use bartizan_core::{
    KeyId, KeyRecord, KeyState, Keyring, ManualClock, SecretBytes, SharedKeyring, UnixTime,
    base64url,
};
use serde::{Deserialize, Serialize};

use crate::crypto::MAX_SIGNATURE_LEN;
use crate::{
    AccessToken, Algorithm, Audience, Backend, Issuer, IssuerName, SigningKey, TokenKind, Verified,
    Verifier, VerifyError,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    scope: String,
}

type Token = AccessToken<Scope>;

/// A token that is not an access token, about the same claims.
#[derive(Debug)]
struct Invitation;

impl TokenKind for Invitation {
    const TYP: &'static str = "invitation+jwt";
    type Claims = Scope;
    const DEFAULT_LIFETIME_SECS: u64 = 60;
    const MAX_LIFETIME_SECS: u64 = 120;
}

/// Both sides of one key, on a Tuesday.
struct World {
    keys: SharedKeyring<SigningKey>,
    clock: ManualClock,
    random: PredictableRandom,
}

const NOW_SECS: u64 = 1_700_000_000;
const KEY_ID: u32 = 0x00c0_ffee;

/// Of `World::forge`: accepted, unless something is changed.
const PAYLOAD: &str = r#"{"iss":"https://id.example","sub":"alice","aud":"https://api.example","exp":1700000600,"iat":1700000000,"jti":"AAECAwQFBgcICQoLDA0ODw","scope":"notes"}"#;

impl World {
    fn with(key: SigningKey) -> Self {
        let id = KeyId::from_u32(KEY_ID);
        let times = (UnixTime::EPOCH, UnixTime::EPOCH);
        let record = KeyRecord::restore(id, KeyState::Active, times, Some(key));
        Self {
            keys: SharedKeyring::new(Keyring::restore(1, vec![record]).unwrap()),
            clock: ManualClock::at(UnixTime::from_secs(NOW_SECS)),
            random: PredictableRandom::from_seed(7),
        }
    }

    fn hs256() -> Self {
        Self::with(Self::quick_keys().remove(1))
    }

    fn eddsa() -> Self {
        Self::with(vectors::rfc_8037_key())
    }

    /// One of each algorithm under each backend.
    fn each() -> Vec<Self> {
        let mut keys = Self::quick_keys();
        for (algorithm, len) in [(Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
            let secret = SecretBytes::from((0..len).collect::<Vec<_>>());
            keys.push(SigningKey::hmac(algorithm, secret).unwrap());
        }
        keys.extend(ec_keys());
        keys.extend(rsa_keys());
        keys.extend(ml_dsa_keys());
        under_each_backend(keys).into_iter().map(Self::with).collect()
    }

    /// Two under each backend, of which one has a public key.
    fn quick() -> Vec<Self> {
        under_each_backend(Self::quick_keys()).into_iter().map(Self::with).collect()
    }

    fn quick_keys() -> Vec<SigningKey> {
        let exported: Vec<u8> = core::iter::once(2).chain(0..32).collect();
        let hs256 = SigningKey::import(&SecretBytes::from(exported)).unwrap();
        vec![vectors::rfc_8037_key(), hs256]
    }

    fn algorithm(&self) -> Algorithm {
        self.keys.snapshot().primary().1.algorithm()
    }

    fn issuer<T: TokenKind>(&self) -> Issuer<T> {
        Issuer::new(name(), api(), self.keys.clone())
    }

    fn verifier<T: TokenKind>(&self) -> Verifier<T> {
        Verifier::new(name(), api(), self.keys.clone())
    }

    fn sign(&self) -> String {
        self.issuer::<Token>().sign("alice", &scope(), &self.clock, &self.random).unwrap()
    }

    fn verify(&self, token: &str) -> Result<Verified<Token>, VerifyError> {
        self.verifier::<Token>().verify(token, &self.clock)
    }

    /// Why `token` is refused, if it is.
    fn refusal(&self, token: &str) -> Option<VerifyError> {
        self.verify(token).err()
    }

    /// The header that an access token of this world has.
    fn header(&self) -> String {
        format!(r#"{{"alg":"{}","typ":"at+jwt","kid":"00c0ffee"}}"#, self.algorithm())
    }

    /// A token whose signature is right, whatever it says: from an issuer without manners.
    fn forge(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let parts = [base64url::encode(header.as_ref()), base64url::encode(payload.as_ref())];
        self.forge_parts(&parts.join("."))
    }

    fn forge_parts(&self, input: &str) -> String {
        let keyring = self.keys.snapshot();
        let mut signature = [0; MAX_SIGNATURE_LEN];
        let signature = keyring.primary().1.sign(Token::TYP, input, &mut signature).unwrap();
        format!("{input}.{}", base64url::encode(&signature))
    }
}

/// The same numbers for each of the three algorithms.
pub(crate) fn rsa_keys() -> Vec<SigningKey> {
    let pem = include_str!("key/tests/rsa3072.pem").into();
    [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512]
        .map(|algorithm| SigningKey::from_pkcs8_pem(algorithm, &pem).unwrap())
        .into()
}

pub(crate) fn ec_keys() -> Vec<SigningKey> {
    let random = PredictableRandom::from_seed(5);
    vec![SigningKey::generate_es256(&random).unwrap(), SigningKey::generate_es384(&random).unwrap()]
}

/// None where only ring is.
#[cfg(not(feature = "aws-lc-rs"))]
fn ml_dsa_keys() -> [SigningKey; 0] {
    []
}

#[cfg(feature = "aws-lc-rs")]
pub(crate) fn ml_dsa_keys() -> [SigningKey; 2] {
    let random = PredictableRandom::from_seed(8);
    let keys = [SigningKey::generate_ml_dsa_44(&random), SigningKey::generate_ml_dsa_65(&random)];
    keys.map(Result::unwrap)
}

/// The backends that are there.
pub(crate) const BACKENDS: &[Backend] = &[
    Backend::Ring,
    #[cfg(feature = "aws-lc-rs")]
    Backend::AwsLcRs,
];

/// Every key, as often as there are backends that know its algorithm.
pub(crate) fn under_each_backend(keys: Vec<SigningKey>) -> Vec<SigningKey> {
    let copies = keys.into_iter().flat_map(|key| {
        let copy = move |backend: &Backend| again(&key).with_backend(*backend).ok();
        BACKENDS.iter().filter_map(copy).collect::<Vec<_>>()
    });
    copies.collect()
}

/// The same key once more, under the default backend.
fn again(key: &SigningKey) -> SigningKey {
    SigningKey::import(&key.export()).unwrap()
}

/// One for each algorithm that signs, under each backend.
pub(crate) fn every_key() -> Vec<SigningKey> {
    let random = PredictableRandom::from_seed(3);
    let mut keys = vec![
        SigningKey::generate_ed25519(&random).unwrap(),
        SigningKey::generate_hs256(&random).unwrap(),
        SigningKey::generate_hs384(&random).unwrap(),
        SigningKey::generate_hs512(&random).unwrap(),
    ];
    keys.extend(ec_keys());
    keys.extend(rsa_keys());
    keys.extend(ml_dsa_keys());
    under_each_backend(keys)
}

fn name() -> IssuerName {
    IssuerName::new("https://id.example").unwrap()
}

fn api() -> Audience {
    Audience::new("https://api.example").unwrap()
}

fn scope() -> Scope {
    Scope { scope: "notes".to_owned() }
}

#[test]
fn what_was_signed_is_read() {
    for world in World::each() {
        let verified = world.verify(&world.sign()).unwrap();
        assert_eq!(verified.claims(), &scope());
        assert_eq!(verified.subject(), "alice");
        assert_eq!(verified.issuer(), "https://id.example");
        assert_eq!(verified.audience(), "https://api.example");
        assert_eq!(verified.issued_at(), UnixTime::from_secs(NOW_SECS));
        assert_eq!(verified.expires_at(), UnixTime::from_secs(NOW_SECS + 600));
        assert_eq!(verified.key_id().of_keyring(), Some(KeyId::from_u32(KEY_ID)));
        assert_eq!(verified.key_id().to_string(), "00c0ffee");
        assert_eq!(base64url::decode(verified.token_id()).unwrap().len(), 16);
    }
}

/// The forged token of the tests below is accepted as it stands, so each is refused for the one
/// thing it changes.
#[test]
fn the_forged_token_is_good() {
    for world in World::each() {
        let token = world.forge(world.header(), PAYLOAD);
        assert_eq!(world.verify(&token).unwrap().token_id(), "AAECAwQFBgcICQoLDA0ODw");
    }
}

/// One of each serves a whole program, and what was checked can be handed on with a request.
#[test]
fn all_of_it_is_shared_between_threads() {
    fn shared<S: Clone + Send + Sync + 'static>(_: &S) {}

    let world = World::eddsa();
    shared(&world.issuer::<Token>());
    shared(&world.verifier::<Token>());
    let verified = world.verify(&world.sign()).unwrap();
    shared(&verified);
    assert_eq!(verified.clone().token_id(), verified.token_id());
}
