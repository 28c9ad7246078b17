//! A signed request whose fields, target or body are changed, or whose `Signature-Input` is any
//! text at all, is accepted only if it says what was signed; and a component that is read is
//! written in a form that is read as the same.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyId, KeyRecord, KeyState, Keyring, ManualClock, SharedKeyring, UnixTime};
use bartizan_token::message::{
    Component, HttpPolicy, HttpRequest, HttpSigner, HttpVerifier, MessagePurpose, MessageSigner,
    MessageVerifier,
};
use bartizan_token::{SigningKey, danger};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, u16, &[u8])| {
    let (which, at, removed, spliced) = input;
    match which % 8 {
        6 => component(spliced),
        7 => bytes(at, removed, spliced),
        which => request(which, at, removed, spliced),
    }
});

/// Parse, print, parse.
fn component(text: &[u8]) {
    let Ok(text) = core::str::from_utf8(text) else { return };
    if let Ok(component) = text.parse::<Component>() {
        let printed = component.to_string();
        let again: Component = printed.parse().expect("what was printed is read");
        assert_eq!(again, component);
        assert_eq!(again.to_string(), printed);
    }
}

fn splice(genuine: &[u8], at: u16, removed: u16, spliced: &[u8]) -> Vec<u8> {
    let start = usize::from(at) % (genuine.len() + 1);
    let end = (start + usize::from(removed)).min(genuine.len());
    [&genuine[..start], spliced, &genuine[end..]].concat()
}

fn bytes(at: u16, removed: u16, spliced: &[u8]) {
    let world = &*WORLD;
    let changed = splice(world.detached.as_bytes(), at, removed, spliced);
    let Ok(changed) = core::str::from_utf8(&changed) else { return };
    let verifier = MessageVerifier::<Webhook>::new(world.keys.clone());
    let accepted = verifier.verify(BODY, changed).is_ok();
    assert_eq!(accepted, changed == world.detached, "{changed}");
}

/// Changes one of method, URL, body, and the fields that sign.
fn request(which: u8, at: u16, removed: u16, spliced: &[u8]) {
    let world = &*WORLD;
    let genuine: [&[u8]; 6] = [
        b"POST",
        URL.as_bytes(),
        BODY,
        world.fields[0].1.as_bytes(),
        world.fields[1].1.as_bytes(),
        world.fields[2].1.as_bytes(),
    ];
    let mut parts = genuine.map(<[u8]>::to_vec);
    let part = &mut parts[usize::from(which)];
    *part = splice(part, at, removed, spliced);
    let [method, url, body, fields @ ..] = &parts;
    let (Ok(method), Ok(url)) = (core::str::from_utf8(method), core::str::from_utf8(url)) else {
        return;
    };
    let names = world.fields.iter().map(|(name, _)| &**name);
    let lines = names.zip(fields.iter().map(|value| &**value));
    let Ok(request) = HttpRequest::new(method, url, lines, body) else { return };
    let verified = danger::verify_without_replay_window(&world.verifier, &request, &world.clock);
    match verified {
        Ok(verified) => {
            assert_eq!((method, verified.body()), ("POST", BODY));
            assert_eq!(request.target_uri(), URL, "an equal target");
            assert!(verified.covers(&"content-digest".parse().expect("a component")));
            if which == 3 {
                assert_eq!(fields[0].trim_ascii(), genuine[3]);
            }
        }
        Err(refused) => {
            assert_ne!(parts.each_ref().map(|part| &**part), genuine, "{refused:?}");
            assert_eq!(refused.to_string(), "the signature is not valid");
        }
    }
}

enum Webhook {}

impl MessagePurpose for Webhook {
    const NAME: &'static str = "webhook";
}

const URL: &str = "https://merchant.example/hooks?shop=7&note=a%20b";
const BODY: &[u8] = br#"{"order":42}"#;

struct World {
    keys: SharedKeyring<SigningKey>,
    verifier: HttpVerifier<Webhook>,
    clock: ManualClock,
    /// The digest, what is signed, and the signature.
    fields: Vec<(String, String)>,
    detached: String,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let key = SigningKey::generate_hs256(&random).expect("predictable bytes do not fail");
    let (id, times) = (KeyId::from_u32(0x00c0_ffee), (UnixTime::EPOCH, UnixTime::EPOCH));
    let record = KeyRecord::restore(id, KeyState::Active, times, Some(key));
    let keys = SharedKeyring::new(Keyring::restore(1, vec![record]).expect("one primary"));
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    let signer = HttpSigner::<Webhook>::new(keys.clone());
    let request = HttpRequest::new("POST", URL, [], BODY).expect("a request");
    let signed = signer.sign(&request, &clock, &random).expect("a signature");
    let fields: Vec<_> =
        signed.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let policy = HttpPolicy::new(300).expect("a good age");
    let detached = MessageSigner::<Webhook>::new(keys.clone()).sign(BODY).expect("a signature");
    World { verifier: HttpVerifier::new(keys.clone(), policy), keys, clock, fields, detached }
});
