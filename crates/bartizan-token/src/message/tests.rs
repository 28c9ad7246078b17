//! Whole messages, signed and refused. What the parts do is tested beside them.

mod attacks;
mod bytes;
mod components;
mod keys;
mod policy;
mod refusals;
mod replays;
mod responses;
mod rfc_9421;

use std::sync::Arc;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyId, KeyRecord, KeyState, Keyring, ManualClock, SharedKeyring, UnixTime};

use super::*;
use crate::tests::{BACKENDS, every_key};
use crate::{Algorithm, JwkSet, SigningKey, danger};
use bartizan_store::MemoryStore;
use bartizan_store::testing::ready;

#[derive(Debug)]
enum Webhook {}

impl MessagePurpose for Webhook {
    const NAME: &'static str = "webhook";
}

#[derive(Debug)]
enum Other {}

impl MessagePurpose for Other {
    const NAME: &'static str = "other";
}

type Line = (String, Vec<u8>);

const NOW_SECS: u64 = 1_700_000_000;
const URL: &str = "https://merchant.example/hooks?shop=7&note=a%20b";
const BODY: &[u8] = br#"{"order":42}"#;

/// Both sides of one key, and a request between them.
struct World {
    keys: SharedKeyring<SigningKey>,
    clock: ManualClock,
    random: PredictableRandom,
}

impl World {
    fn with(key: SigningKey) -> Self {
        let id = KeyId::from_u32(0x00c0_ffee);
        let times = (UnixTime::EPOCH, UnixTime::EPOCH);
        let record = KeyRecord::restore(id, KeyState::Active, times, Some(key));
        Self {
            keys: SharedKeyring::new(Keyring::restore(1, vec![record]).unwrap()),
            clock: ManualClock::at(UnixTime::from_secs(NOW_SECS)),
            random: PredictableRandom::from_seed(7),
        }
    }

    fn ed25519() -> Self {
        Self::with(SigningKey::generate_ed25519(&PredictableRandom::from_seed(1)).unwrap())
    }

    fn hs256() -> Self {
        Self::with(SigningKey::generate_hs256(&PredictableRandom::from_seed(2)).unwrap())
    }

    /// Of each algorithm that HTTP message signatures have, one under each backend.
    fn each() -> Vec<Self> {
        let supported = |key: &SigningKey| algorithm::http_name(key.algorithm()).is_some();
        let worlds: Vec<_> = every_key().into_iter().filter(supported).map(Self::with).collect();
        assert_eq!(worlds.len().checked_div(BACKENDS.len()), Some(5));
        worlds
    }

    fn signer<P: MessagePurpose>(&self) -> HttpSigner<P> {
        HttpSigner::new(self.keys.clone())
    }

    fn verifier<P: MessagePurpose>(&self) -> HttpVerifier<P> {
        HttpVerifier::new(self.keys.clone(), HttpPolicy::new(300).unwrap())
    }

    /// The fields of a webhook, signed.
    fn signed(&self) -> Vec<Line> {
        self.signed_by(&self.signer::<Webhook>())
    }

    fn signed_by<P: MessagePurpose>(&self, signer: &HttpSigner<P>) -> Vec<Line> {
        let mut fields = vec![line("Content-Type", "application/json"), line("X-Shop", "7")];
        let request = request("POST", URL, &fields, BODY);
        let added = signer.sign(&request, &self.clock, &self.random).unwrap();
        drop(request);
        fields.extend(added.fields().map(|(name, value)| line(name, value)));
        fields
    }

    fn refusal(&self, fields: &[Line]) -> Option<MessageRefused> {
        self.refusal_of(&request("POST", URL, fields, BODY))
    }

    fn refusal_of(&self, request: &HttpRequest<'_>) -> Option<MessageRefused> {
        let verifier = self.verifier::<Webhook>();
        danger::verify_without_replay_window(&verifier, request, &self.clock).err()
    }

    /// A signature that is right, whatever it covers and says: from a signer without manners.
    fn forge(
        &self,
        label: &str,
        params: &str,
        (request, fields): (&HttpRequest<'_>, &[Line]),
    ) -> Vec<Line> {
        let keyring = self.keys.snapshot();
        let primary = signing_keys::Primary::Own(keyring.primary().1);
        let signature =
            signer::sign(params, base::Message::Request(request), &primary, "webhook").unwrap();
        let mut fields = fields.to_vec();
        fields.push(line("signature-input", &format!("{label}={params}")));
        fields.push(line("signature", &format!("{label}=:{signature}:")));
        fields
    }
}

fn line(name: &str, value: &str) -> Line {
    (name.to_owned(), value.as_bytes().to_vec())
}

fn request<'m>(
    method: &'m str,
    url: &'m str,
    fields: &'m [Line],
    body: &'m [u8],
) -> HttpRequest<'m> {
    let fields = fields.iter().map(|(name, value)| (&**name, &**value));
    HttpRequest::new(method, url, fields, body).unwrap()
}

fn replace(fields: &[Line], name: &str, change: impl Fn(&str) -> String) -> Vec<Line> {
    let mut changed = fields.to_vec();
    let mut found = false;
    for (own, value) in &mut changed {
        if own.eq_ignore_ascii_case(name) {
            *value = change(core::str::from_utf8(value).unwrap()).into_bytes();
            found = true;
        }
    }
    assert!(found, "there is no {name}");
    changed
}

fn text<'l>(fields: &'l [Line], name: &str) -> &'l str {
    let (_, value) = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).unwrap();
    core::str::from_utf8(value).unwrap()
}

/// asvs: V4.1.5
#[test]
fn what_was_signed_is_verified_with_every_algorithm() {
    for world in World::each() {
        let fields = world.signed();
        let request = request("POST", URL, &fields, BODY);
        let verified = danger::verify_without_replay_window(
            &world.verifier::<Webhook>(),
            &request,
            &world.clock,
        )
        .unwrap();
        assert_eq!(verified.body(), BODY);
        assert_eq!(verified.created_at(), UnixTime::from_secs(NOW_SECS));
        assert_eq!(verified.key_id().to_string(), "00c0ffee");
        for covered in ["@method", "@target-uri", "content-type", "content-digest"] {
            assert!(verified.covers(&covered.parse().unwrap()), "{covered}");
        }
        for other in ["@path", "x-shop", "\"content-digest\";bs", "\"@method\";req"] {
            assert!(!verified.covers(&other.parse().unwrap()), "{other}");
        }
        let shown = format!("{verified:?} {request:?} {:?}", world.verifier::<Webhook>());
        assert!(!shown.contains("order") && !shown.contains("shop"), "{shown}");
    }
}

#[test]
fn what_is_signed_has_one_form() {
    let fields = World::ed25519().signed();
    let input = text(&fields, "signature-input");
    assert_eq!(
        input,
        "webhook=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")\
         ;created=1700000000;nonce=\"1w0yWeThy2McZjz01zxMBA\";alg=\"ed25519\";keyid=\"00c0ffee\"\
         ;tag=\"webhook\""
    );
}

/// One of each serves a whole program, and what was checked can be handed on with a request.
#[test]
fn all_of_it_is_shared_between_threads() {
    fn shared<S: Send + Sync>(_: &S) {}
    fn sent<F: Send>(_: &F) {}

    let world = World::ed25519();
    shared(&world.signer::<Webhook>());
    shared(&MessageSigner::<Webhook>::new(world.keys.clone()));
    shared(&MessageVerifier::<Webhook>::new(world.keys.clone()));
    let verifier = world.verifier::<Webhook>();
    shared(&verifier);
    let fields = world.signed();
    let request = request("POST", URL, &fields, BODY);
    shared(&request);
    let state = Arc::new(MemoryStore::new(10, Arc::new(world.clock)).unwrap());
    let (replays, clock) = (ReplayWindow::new(state), bartizan_core::SystemClock::new());
    let verifying = verifier.verify(&request, &clock, &replays);
    sent(&verifying);
    assert_eq!(ready(verifying).err(), Some(MessageRefused::Expired.into()));
}
