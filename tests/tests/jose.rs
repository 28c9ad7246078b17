//! Signed texts and keys of other people's: Project Wycheproof, and the cookbook of RFC 7520.
//!
//! They are of no kind that this family knows, so `danger` reads them: the signature alone.

use std::collections::BTreeMap;

use bartizan::core::SecretString;
use bartizan_token::{Backend, JwkSet, danger};
use serde::Deserialize;
use serde_json::{Value, json};
use tests::json;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    public: Option<Value>,
    private: Option<Value>,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    tc_id: u32,
    comment: String,
    jws: Value,
    result: String,
}

/// Whose `result` is not what RFC 7515 and the key say.
struct Exception {
    tc_id: u32,
    accepted: bool,
    reason: &'static str,
}

/// What became of the cases of a file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    accepted: usize,
    refused: usize,
    /// Valid, but of an algorithm that is not one of ours.
    skipped: BTreeMap<String, usize>,
}

/// asvs: V6.8.2
#[test]
fn wycheproof_json_web_signature() {
    let Some(file) = json::<File>("token/json_web_signature_test.json") else { return };
    assert_eq!(file.number_of_tests, 401);
    for backend in BACKENDS {
        let tally = judge(&file, JWS_EXCEPTIONS, backend);
        // It calls ES512 so.
        let skipped = [("ES521", 2), ("RS384", 4), ("RS512", 4)];
        let skipped = skipped.map(|(name, count)| (name.to_owned(), count)).into();
        assert_eq!(tally, Tally { accepted: 34, refused: 357, skipped }, "{backend}");
    }
}

const JWS_EXCEPTIONS: &[Exception] = &[
    Exception { tc_id: 346, accepted: false, reason: "the key is for PS256, the token is PS384" },
    Exception { tc_id: 350, accepted: false, reason: "the key is for PS256, the token is PS384" },
    Exception { tc_id: 367, accepted: true, reason: "byte for byte the valid case 357" },
    Exception { tc_id: 370, accepted: true, reason: "byte for byte the valid case 357" },
    Exception { tc_id: 372, accepted: false, reason: "a question mark in the header" },
    Exception { tc_id: 373, accepted: false, reason: "a question mark in the payload" },
];

/// asvs: V9.1.2
#[test]
fn wycheproof_json_web_key() {
    let Some(file) = json::<File>("token/json_web_key_test.json") else { return };
    assert_eq!(file.number_of_tests, 26);
    for backend in BACKENDS {
        let tally = judge(&file, &[], backend);
        assert_eq!(tally, Tally { accepted: 5, refused: 21, ..Tally::default() }, "{backend}");
    }
}

const BACKENDS: [Backend; 2] = [Backend::Ring, Backend::AwsLcRs];

fn judge(file: &File, exceptions: &[Exception], backend: Backend) -> Tally {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for group in &file.test_groups {
        let keys = load(group).map(|keys| keys.with_backend(backend).unwrap());
        for case in &group.tests {
            let accepted = match (&keys, &case.jws) {
                (Some(keys), Value::String(jws)) => danger::payload_of_any_kind(jws, keys).is_ok(),
                // The JSON serialization is none that is read.
                _ => false,
            };
            let exception = exceptions.iter().find(|exception| exception.tc_id == case.tc_id);
            let expected = match exception {
                Some(exception) => exception.accepted,
                None => case.result == "valid",
            };
            if accepted {
                tally.accepted += 1;
            } else if let (true, Some(foreign)) = (expected, foreign_algorithm(group)) {
                *tally.skipped.entry(foreign).or_default() += 1;
                continue;
            } else {
                tally.refused += 1;
            }
            if accepted != expected {
                wrong.push((case.tc_id, &*case.comment, &*case.result));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for exception in exceptions {
        assert!(!exception.reason.is_empty(), "{}", exception.tc_id);
    }
    tally
}

/// The name of the group's algorithm, unless it is one of ours.
fn foreign_algorithm(group: &Group) -> Option<String> {
    let key = group.public.as_ref().or(group.private.as_ref())?;
    let alg = key["alg"].as_str()?;
    matches!(alg, "RS384" | "RS512" | "ES512" | "ES521").then(|| alg.to_owned())
}

/// The keys that a verifier of the group has, as far as they load.
fn load(group: &Group) -> Option<JwkSet> {
    let key = group.public.clone().or_else(|| group.private.clone().map(public_part))?;
    let keys = match key.get("keys") {
        Some(keys) => keys.as_array()?.clone(),
        None => vec![key],
    };
    let symmetric = keys.iter().any(|key| key["kty"] == "oct");
    let set = json!({ "keys": keys }).to_string();
    if symmetric {
        return danger::shared_secrets_from_jwk_set(&SecretString::from(set)).ok();
    }
    JwkSet::from_json(set.as_bytes()).ok()
}

/// Leaves out what only the signer has, as some groups come without a public key.
fn public_part(mut key: Value) -> Value {
    if let Some(keys) = key.get_mut("keys").and_then(Value::as_array_mut) {
        for key in keys {
            *key = public_part(key.take());
        }
    }
    if let Some(members) = key.as_object_mut() {
        members.retain(|name, _| !matches!(&**name, "d" | "p" | "q" | "dp" | "dq" | "qi"));
    }
    key
}

/// RFC 7520, section 4, where the compact form is used with an algorithm of ours. The key of
/// section 4.1 and 4.2 does not say its algorithm; that of section 4.3 is on P-521.
#[test]
fn rfc_7520_cookbook() {
    let text = "It\u{2019}s a dangerous business, Frodo, going out your door. You step onto the road, \
        and if you don't keep your feet, there\u{2019}s no knowing where you might be swept off to.";
    for (file, alg) in [
        ("4_1.rsa_v15_signature", "RS256"),
        ("4_2.rsa-pss_signature", "PS384"),
        ("4_4.hmac-sha2_integrity_protection", "HS256"),
    ] {
        let Some(example) = json::<Value>(&format!("token/rfc7520/jws/{file}.json")) else {
            return;
        };
        let mut key = example["input"]["key"].clone();
        key["alg"] = alg.into();
        let group = Group { public: Some(public_part(key.clone())), private: None, tests: vec![] };
        let keys = load(&group).unwrap();
        let jws = example["output"]["compact"].as_str().unwrap();
        for backend in BACKENDS {
            let keys = keys.clone().with_backend(backend).unwrap();
            let payload = danger::payload_of_any_kind(jws, &keys).unwrap();
            assert_eq!(String::from_utf8(payload).unwrap(), text, "{file} {backend}");
        }
        // For another algorithm the same numbers are another key.
        key["alg"] = if alg == "HS256" { "HS384" } else { "PS512" }.into();
        let other = Group { public: Some(public_part(key)), private: None, tests: vec![] };
        let refused = load(&other).map(|keys| danger::payload_of_any_kind(jws, &keys));
        assert!(refused.is_none_or(|refused| refused.is_err()), "{file}");
    }
}
