//! Tink opens what a compact envelope seals, and a compact envelope what Tink seals.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use bartizan::core::danger::ExportKey as _;
use bartizan::core::{
    Context, KeyId, KeyRecord, KeyState, Keyring, Seal as _, SecretBytes, SharedKeyring, UnixTime,
    hex,
};
use bartizan::envelope::{Column, CompactEnvelope, CompactKey};
use serde::Deserialize;

/// The former key, and the primary.
const KEYS: [(u32, [u8; 32]); 2] = [(0x1122_3344, [7; 32]), (0xfedc_ba98, [0xe9; 32])];

/// Makes one keyset of the keys given, the last of which is the primary.
const SCRIPT: &str = "\
import json, sys, tink
from tink import aead, proto_keyset_format, secret_key_access
from tink.proto import tink_pb2, x_aes_gcm_pb2
aead.register()
given = json.load(sys.stdin)
keyset = tink_pb2.Keyset(primary_key_id=given['keys'][-1][0])
for id, key in given['keys']:
    key = x_aes_gcm_pb2.XAesGcmKey(
        version=0, params=x_aes_gcm_pb2.XAesGcmParams(salt_size=12), key_value=bytes.fromhex(key))
    keyset.key.add(
        key_id=id, status=tink_pb2.ENABLED, output_prefix_type=tink_pb2.TINK,
        key_data=tink_pb2.KeyData(
            type_url='type.googleapis.com/google.crypto.tink.XAesGcmKey',
            value=key.SerializeToString(), key_material_type=tink_pb2.KeyData.SYMMETRIC))
handle = proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
primitive = handle.primitive(aead.Aead)
def refuses(sealed, context):
    try:
        primitive.decrypt(sealed, context)
    except tink.TinkError:
        return True
def answer(case):
    context, sealed, plaintext = (bytes.fromhex(part) for part in case)
    return {
        'opened': primitive.decrypt(sealed, context).hex(),
        'sealed': primitive.encrypt(plaintext, context).hex(),
        'refused': refuses(sealed, context + b'x') and refuses(sealed[:-1], context),
    }
json.dump([answer(case) for case in given['cases']], sys.stdout)
";

#[derive(Deserialize)]
struct Answer {
    opened: String,
    sealed: String,
    refused: bool,
}

fn envelope(states: [KeyState; 2]) -> CompactEnvelope {
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let records = KEYS.into_iter().zip(states).map(|((id, key), state)| {
        let key = CompactKey::import(&SecretBytes::from(key)).unwrap();
        KeyRecord::restore(KeyId::from_u32(id), state, times, Some(key))
    });
    CompactEnvelope::new(SharedKeyring::new(Keyring::restore(1, records.collect()).unwrap()))
}

/// asvs: V11.3.2, that another implementation agrees on what XAES-256-GCM is.
#[test]
fn tink_opens_ours_and_we_open_tinks() {
    if !Command::new("python3")
        .args(["-c", "from tink.proto import x_aes_gcm_pb2"])
        .output()
        .is_ok_and(|output| output.status.success())
    {
        return tests::skip_without("tink");
    }
    let before = envelope([KeyState::Active, KeyState::PreActivation]);
    let after = envelope([KeyState::Deactivated, KeyState::Active]);
    let contexts = [
        Context::none(),
        Context::verbatim(b"users.phone#42"),
        Column::new("users", "phone").of_tenant("acme").row(42),
        Context::verbatim(&[7; 1_000]),
    ];
    let mut cases = Vec::new();
    for context in &contexts {
        for (envelope, len) in
            [(&before, 0), (&after, 0), (&before, 1), (&after, 32), (&before, 33), (&after, 70_000)]
        {
            let plaintext: Vec<u8> = (0..len).map(|byte: u32| byte.to_le_bytes()[0]).collect();
            let sealed = envelope.seal(context, &plaintext).unwrap();
            cases.push((context, sealed, plaintext));
        }
    }

    let given = serde_json::json!({
        "keys": KEYS.map(|(id, key)| (id, hex::encode(&key))),
        "cases": cases.iter().map(|(context, sealed, plaintext)| {
            [context.as_bytes(), sealed, plaintext].map(hex::encode)
        }).collect::<Vec<_>>(),
    });
    let answers: Vec<Answer> = serde_json::from_slice(&tink(&given.to_string())).unwrap();
    assert_eq!(answers.len(), cases.len());
    for ((context, _, plaintext), answer) in cases.iter().zip(answers) {
        assert_eq!(hex::decode(answer.opened).unwrap(), *plaintext);
        assert!(answer.refused);
        let sealed = hex::decode(answer.sealed).unwrap();
        assert_eq!(sealed.len(), CompactEnvelope::sealed_len(plaintext.len()));
        assert_eq!(sealed[1..5], KEYS[1].0.to_be_bytes());
        assert_eq!(after.open(context, &sealed).unwrap().expose(), plaintext);
        assert!(after.open(&Context::of("elsewhere"), &sealed).is_err());
    }
}

fn tink(given: &str) -> Vec<u8> {
    let mut command = Command::new("python3");
    let command = command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    stdout
}
