mod vectors;

use bartizan_core::danger::ExportKey;
use bartizan_core::{
    KeyGenerator, KeyRefused, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime,
};

use super::key::sealed::Seal;
use super::*;
use crate::encoding;
use crate::{
    AccessToken, Audience, IssuerName, KeyError, NoClaims, ServiceToken, SignError, VerifyError,
};

const NOW: u64 = 1_700_000_000;

fn keys<K: PasetoKey>(
    generate: fn(&dyn bartizan_core::Random) -> Result<K, bartizan_core::RandomUnavailable>,
) -> SharedKeyring<K> {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, generate);
    SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap())
}

fn names() -> (IssuerName, Audience) {
    (IssuerName::new("https://id.example").unwrap(), Audience::new("https://api.example").unwrap())
}

fn issuer<K: PasetoKey>(keys: &SharedKeyring<K>) -> Issuer<AccessToken, K> {
    Issuer::new(names().0, names().1, keys.clone())
}

fn verifier<K: PasetoKey>(keys: &SharedKeyring<K>) -> Verifier<AccessToken, K> {
    Verifier::new(names().0, names().1, keys.clone())
}

fn clock() -> ManualClock {
    ManualClock::at(UnixTime::from_secs(NOW))
}

fn sign<K: PasetoKey>(issuer: &Issuer<AccessToken, K>) -> String {
    issuer.sign("alice", &NoClaims::new(), &clock(), &SystemRandom::new()).unwrap()
}

fn refused<K: PasetoKey>(keys: &SharedKeyring<K>, token: &str) -> VerifyError {
    verifier(keys).verify(token, &clock()).unwrap_err()
}

/// Makes a token of whatever footer and payload, with the right key.
fn forge<K: PasetoKey>(keys: &SharedKeyring<K>, payload: &str, footer: &str) -> String {
    keys.snapshot().primary().1.seal(payload.as_bytes(), footer.as_bytes(), b"").unwrap()
}

fn good_footer<K>(keys: &SharedKeyring<K>) -> String {
    format!(r#"{{"typ":"at+jwt","kid":"{}"}}"#, keys.snapshot().primary().0)
}

fn base64(text: &str) -> String {
    let mut out = String::new();
    encoding::encode(text.as_bytes(), &mut out);
    out
}

fn attacks<K: PasetoKey>(keys: &SharedKeyring<K>, other: &SharedKeyring<K>) {
    every_byte_matters(keys);
    no_other_spelling_is_read(keys);
    no_footer_of_another_token_fits(keys, other);
    a_footer_is_read_strictly(keys);
    no_other_version_is_read(keys);
    nobody_elses_token_is_taken(keys);
    an_assertion_is_needed_on_both_sides(keys);
}

fn every_byte_matters<K: PasetoKey>(keys: &SharedKeyring<K>) {
    let token = sign(&issuer(keys));
    let verified = verifier(keys).verify(&token, &clock()).unwrap();
    assert_eq!((verified.subject(), verified.issued_at().as_secs()), ("alice", NOW));
    assert_eq!(verified.key_id(), keys.snapshot().primary().0);
    assert_eq!(verified.token_id().len(), 22);

    // Every single byte matters, and so does the end.
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verifier(keys).verify(&changed, &clock()).is_err(), "byte {at}");
        assert!(verifier(keys).verify(&token[..at], &clock()).is_err(), "cut at {at}");
    }
}

fn no_other_spelling_is_read<K: PasetoKey>(keys: &SharedKeyring<K>) {
    let token = sign(&issuer(keys));
    for end in ["=", ".", ".AA", " ", "\n"] {
        assert_eq!(refused(keys, &format!("{token}{end}")), VerifyError::Malformed);
    }
    let (front, footer) = token.rsplit_once('.').unwrap();
    assert_eq!(refused(keys, front), VerifyError::Malformed);
    assert_eq!(refused(keys, &format!("{front}=.{footer}")), VerifyError::Malformed);
}

fn no_footer_of_another_token_fits<K: PasetoKey>(
    keys: &SharedKeyring<K>,
    other: &SharedKeyring<K>,
) {
    let token = sign(&issuer(keys));
    let (front, _) = token.rsplit_once('.').unwrap();
    // A footer of another token, of another key, and one that says the same otherwise.
    assert_eq!(refused(other, &token), VerifyError::Key(KeyRefused::Unknown));
    let swapped = format!("{front}.{}", base64(&good_footer(other)));
    assert_eq!(refused(other, &swapped), VerifyError::BadSignature);
    let spaced = format!("{front}.{}", base64(&good_footer(keys).replace(':', ": ")));
    assert_eq!(refused(keys, &spaced), VerifyError::BadSignature);
}

fn a_footer_is_read_strictly<K: PasetoKey>(keys: &SharedKeyring<K>) {
    let kid = keys.snapshot().primary().0;
    for (text, error) in [
        (format!(r#"{{"typ":"at+jwt","kid":"{kid}","kid":"{kid}"}}"#), VerifyError::Malformed),
        (
            format!(r#"{{"typ":"at+jwt","x":{}1{}}}"#, "[".repeat(9), "]".repeat(9)),
            VerifyError::Malformed,
        ),
        (r#"{"typ":"at+jwt"}"#.to_owned(), VerifyError::Key(KeyRefused::Unknown)),
        (format!(r#"{{"kid":"{kid}"}}"#), VerifyError::WrongKind),
        (format!(r#"{{"typ":"at+jwt","kid":"{kid}","jwk":{{}}}}"#), VerifyError::UnsupportedHeader),
        (" ".repeat(800), VerifyError::TooLarge),
        ("not json".to_owned(), VerifyError::Malformed),
    ] {
        assert_eq!(refused(keys, &forge(keys, "{}", &text)), error, "{text}");
    }
    assert_eq!(refused(keys, &"a".repeat(16 * 1_024 + 1)), VerifyError::TooLarge);
}

fn no_other_version_is_read<K: PasetoKey>(keys: &SharedKeyring<K>) {
    let token = sign(&issuer(keys));
    let (_, footer) = token.rsplit_once('.').unwrap();
    for header in ["v3.local", "v3.public", "v2.public", "v1.local", "v5.public", "V4.local"] {
        let body = token.split('.').nth(2).unwrap();
        let moved = format!("{header}.{body}.{footer}");
        assert_eq!(refused(keys, &moved), VerifyError::WrongAlgorithm);
    }
}

fn nobody_elses_token_is_taken<K: PasetoKey>(keys: &SharedKeyring<K>) {
    let token = sign(&issuer(keys));
    let service = Verifier::<ServiceToken, K>::new(names().0, names().1, keys.clone());
    assert_eq!(service.verify(&token, &clock()).unwrap_err(), VerifyError::WrongKind);
    let elsewhere = Audience::new("https://other.example").unwrap();
    let foreign = Verifier::<AccessToken, K>::new(names().0, elsewhere, keys.clone());
    assert_eq!(foreign.verify(&token, &clock()).unwrap_err(), VerifyError::WrongAudience);
    let somebody = IssuerName::new("https://evil.example").unwrap();
    let foreign = Verifier::<AccessToken, K>::new(somebody, names().1, keys.clone());
    assert_eq!(foreign.verify(&token, &clock()).unwrap_err(), VerifyError::WrongIssuer);
}

fn an_assertion_is_needed_on_both_sides<K: PasetoKey>(keys: &SharedKeyring<K>) {
    let token = sign(&issuer(keys));
    let assertion = |text| ImplicitAssertion::new(text).unwrap();
    let bound = sign(&issuer(keys).with_assertion(assertion("tenant 7")));
    let seven = verifier(keys).with_assertion(assertion("tenant 7"));
    let eight = verifier(keys).with_assertion(assertion("tenant 8"));
    assert!(seven.verify(&bound, &clock()).is_ok());
    for (verifier, token) in [(&eight, &bound), (&verifier(keys), &bound), (&seven, &token)] {
        assert_eq!(verifier.verify(token, &clock()).unwrap_err(), VerifyError::BadSignature);
    }
}

/// asvs: V9.2.2
#[test]
fn local_tokens_withstand_attacks() {
    attacks(&keys(PasetoLocalKey::generate), &keys(PasetoLocalKey::generate));
}

/// asvs: V9.2.3
#[test]
fn public_tokens_withstand_attacks() {
    attacks(&keys(PasetoSigningKey::generate), &keys(PasetoSigningKey::generate));
}

/// asvs: V9.1.2
#[test]
fn a_token_of_one_purpose_is_none_of_the_other() {
    let (local, public) = (keys(PasetoLocalKey::generate), keys(PasetoSigningKey::generate));
    assert_eq!(refused(&local, &sign(&issuer(&public))), VerifyError::WrongAlgorithm);
    assert_eq!(refused(&public, &sign(&issuer(&local))), VerifyError::WrongAlgorithm);
}

/// asvs: V9.2.1
#[test]
fn times_are_checked_and_are_text() {
    let keys = keys(PasetoSigningKey::generate);
    let payload = |times: &str| {
        let names = r#""iss":"https://id.example","aud":"https://api.example","sub":"a","jti":"b""#;
        forge(&keys, &format!("{{{names},{times}}}"), &good_footer(&keys))
    };
    let good = r#""iat":"2023-11-14T22:13:20+00:00","exp":"2023-11-14T22:23:20.5Z""#;
    assert!(verifier(&keys).verify(&payload(good), &clock()).is_ok());
    let later = ManualClock::at(UnixTime::from_secs(NOW + 600 + 29));
    assert!(verifier(&keys).verify(&payload(good), &later).is_ok());
    later.advance_secs(1);
    let expired = verifier(&keys).verify(&payload(good), &later);
    assert_eq!(expired.unwrap_err(), VerifyError::Expired);
    for (times, error) in [
        (r#""iat":"2023-11-14T22:13:51Z","exp":"2023-11-14T22:23:20Z""#, VerifyError::NotYetValid),
        (
            r#""iat":"2023-11-14T22:13:20Z","exp":"2023-11-14T23:13:21Z""#,
            VerifyError::LifetimeTooLong,
        ),
        (
            r#""iat":"2023-11-14T22:13:20Z","exp":"2023-11-14T22:13:19Z""#,
            VerifyError::InvalidClaims,
        ),
        (r#""iat":"2023-11-14T22:13:20Z","exp":1700000600"#, VerifyError::InvalidClaims),
        (r#""iat":"2023-11-14T22:13:20Z""#, VerifyError::InvalidClaims),
        (&format!(r#"{good},"nbf":"2023-11-14T22:13:51Z""#), VerifyError::NotYetValid),
        (&format!(r#"{good},"exp":"2023-11-14T22:23:20Z""#), VerifyError::InvalidClaims),
        (&format!(r#"{good},"cnf":{{}}"#), VerifyError::WrongBinding),
    ] {
        assert_eq!(refused(&keys, &payload(times)), error, "{times}");
    }
}

#[test]
fn a_compromised_key_is_refused() {
    let keys = keys(PasetoLocalKey::generate);
    let token = sign(&issuer(&keys));
    let (random, now) = (SystemRandom::new(), UnixTime::from_secs(NOW));
    let generator = KeyGenerator::new(&random, PasetoLocalKey::generate);
    let id = keys.snapshot().primary().0;
    keys.replace(keys.snapshot().compromise(id, now, &generator).unwrap().into_keyring()).unwrap();
    assert_eq!(refused(&keys, &token), VerifyError::Key(KeyRefused::Compromised));
}

#[test]
fn what_no_verifier_would_take_is_not_made() {
    let issuer = issuer(&keys(PasetoLocalKey::generate));
    let sign = |subject: &str, secs| {
        let random = SystemRandom::new();
        issuer.sign_with_lifetime(subject, &NoClaims::new(), secs, &clock(), &random)
    };
    let out_of_bounds = Err(SignError::InvalidLifetime { max_secs: 3_600 });
    assert_eq!((sign("a", 0), sign("a", 3_601)), (out_of_bounds.clone(), out_of_bounds));
    assert_eq!(sign("", 60), Err(SignError::EmptySubject));
    assert_eq!(sign(&"a".repeat(13_000), 60), Err(SignError::TooLarge));
    assert_eq!(sign(&"a".repeat(20_000), 60), Err(SignError::TooLarge));
}

#[test]
fn a_key_is_stored_and_comes_back() {
    let key = PasetoSigningKey::generate(&SystemRandom::new()).unwrap();
    let token = key.seal(b"{}", b"f", b"").unwrap();
    let mut bytes = key.export();
    assert!(PasetoSigningKey::import(&bytes).unwrap().open(&token, b"").is_ok());
    assert!(PasetoLocalKey::import(&bytes).is_none());
    let mut damaged = bytes.expose().to_vec();
    damaged[0] ^= 1;
    bytes = damaged.into();
    assert!(PasetoSigningKey::import(&bytes).is_none());
}

/// asvs: V9.1.3. Who has public keys checks tokens with them, and with no others.
#[test]
fn public_keys_alone_check_and_weak_ones_are_refused() {
    let (keys, other) = (keys(PasetoSigningKey::generate), keys(PasetoSigningKey::generate));
    let published: Vec<_> = PasetoPublicKeys::of_keyring(&keys.snapshot()).to_paserk().collect();
    let read = |paserk: &str| PasetoPublicKeys::from_paserk([(published[0].0, paserk)]);
    let public = read(&published[0].1).unwrap();
    let verifier = Verifier::<AccessToken, _>::new(names().0, names().1, public);
    assert!(verifier.verify(&sign(&issuer(&keys)), &clock()).is_ok());
    let foreign = verifier.verify(&sign(&issuer(&other)), &clock()).err();
    assert_eq!(foreign, Some(VerifyError::Key(KeyRefused::Unknown)));
    let impostor = forge(&other, "{}", &good_footer(&keys));
    let refused = verifier.verify(&impostor, &clock()).err();
    assert_eq!(refused, Some(VerifyError::BadSignature));

    let good = published[0].1.as_str();
    let identity = format!("k4.public.{}", base64(&format!("\u{1}{}", "\0".repeat(31))));
    assert_eq!(read(&identity).err(), Some(KeyError::Weak));
    for text in ["", "k4.public.", &good[..good.len() - 1], &good.replace("k4", "k3")] {
        assert_eq!(read(text).err(), Some(KeyError::Malformed), "{text}");
    }
    assert_eq!(read(&format!("{good}A")).err(), Some(KeyError::Malformed));
    let twice = [(published[0].0, good), (published[0].0, good)];
    assert_eq!(PasetoPublicKeys::from_paserk(twice).err(), Some(KeyError::DuplicateId));
    let many = (0..=100_u32).map(|n| (bartizan_core::KeyId::from_bytes(n.to_be_bytes()), good));
    assert_eq!(PasetoPublicKeys::from_paserk(many).err(), Some(KeyError::TooLarge));
}
