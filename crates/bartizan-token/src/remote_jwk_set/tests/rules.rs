//! When it fetches, and when it does not.

use super::*;
use crate::{TokenBuffer, VerifiedView};

#[test]
fn the_first_token_fetches_and_the_next_do_not() {
    let world = World::new();
    assert!(world.keys.shared().snapshot().is_empty());
    for _ in 0..1_000 {
        assert_eq!(world.verify(1), Ok(()));
    }
    assert_eq!(world.source.fetches(), 1);
    let status = world.keys.status();
    assert_eq!((status.keys(), status.ignored(), status.fetches()), (1, 0, 1));
    assert_eq!((status.failure(), status.failures()), (None, 0));
    assert_eq!(status.fetched_at(), Some(UnixTime::from_secs(NOW_SECS)));
    assert_eq!(status.expires_at(), Some(UnixTime::from_secs(NOW_SECS + 1_000)));
    assert_eq!(status.gone_at(), Some(UnixTime::from_secs(NOW_SECS + 4_600)));
}

#[test]
fn the_issuer_says_how_long_a_set_is_good_within_bounds() {
    for (cache_control, secs) in [
        ("max-age=900", 900),
        ("max-age=5", 60),
        ("max-age=0", 60),
        ("no-store", 60),
        ("max-age=99999999999999999999", 3_600),
        ("public", 600),
    ] {
        let world = World::new();
        world.source.says(Answer::set_of(&[1]).cached(cache_control));
        assert_eq!(world.renew(), Ok(()));
        let expires_at = world.keys.status().expires_at().unwrap();
        assert_eq!(expires_at.as_secs() - NOW_SECS, secs, "{cache_control}");
        // Not a second before it is due, and by its end at the latest.
        let due_in_secs = world.keys.renew_in_secs(&world.clock);
        assert!((secs * 3 / 4..=secs * 7 / 8 + 1).contains(&due_in_secs), "{due_in_secs}");
        world.clock.advance_secs(due_in_secs - 1);
        assert_eq!(world.renew(), Ok(()));
        assert_eq!(world.source.fetches(), 1);
        world.clock.advance_secs(1);
        assert_eq!(world.renew(), Ok(()));
        assert_eq!(world.source.fetches(), 2);
    }
    let world = World::with(RemoteJwkSetPolicy::new().with_max_age_secs(300).unwrap());
    world.source.says(Answer::set_of(&[1]).cached("public"));
    assert_eq!(world.renew(), Ok(()));
    assert_eq!(world.keys.status().expires_at().unwrap().as_secs() - NOW_SECS, 300);
}

/// Many processes do not all ask in the same second.
#[test]
fn fetches_are_spread() {
    let due = |seed| {
        let url = JwkSetUrl::new("https://id.example/jwks").unwrap();
        let source = Arc::new(Source::new(Answer::set_of(&[1])));
        let random = PredictableRandom::from_seed(seed);
        let keys = Keys::new(url, source, RemoteJwkSetPolicy::new(), &random).unwrap();
        let clock = ManualClock::at(UnixTime::from_secs(NOW_SECS));
        ready(keys.renew(&clock)).unwrap();
        keys.renew_in_secs(&clock)
    };
    let mut times: Vec<_> = (0..100).map(due).collect();
    times.sort_unstable();
    times.dedup();
    assert!(times.len() > 40, "{times:?}");
}

#[test]
fn a_new_key_is_found_by_fetching_once_more() {
    let world = World::fetched();
    world.source.says(Answer::set_of(&[1, 2]));
    // The set is too new for that.
    assert_eq!(world.verify(2), UNKNOWN);
    world.clock.advance_secs(9);
    assert_eq!(world.verify(2), UNKNOWN);
    assert_eq!(world.source.fetches(), 1);
    world.clock.advance_secs(1);
    assert_eq!(world.verify(2), Ok(()));
    assert_eq!(world.verify(1), Ok(()));
    assert_eq!(world.source.fetches(), 2);
}

/// A withdrawn key serves no longer than the set is good.
#[test]
fn a_key_that_was_withdrawn_ends_with_the_set() {
    let world = World::fetched();
    world.source.says(Answer::set_of(&[2]));
    world.clock.advance_secs(600);
    assert_eq!(world.verify(1), Ok(()));
    world.clock.advance_secs(400);
    assert_eq!(world.verify(1), UNKNOWN);
    assert_eq!(world.verify(2), Ok(()));
    assert_eq!(world.source.fetches(), 2);
}

#[test]
fn a_missing_key_is_not_asked_for_again_within_a_minute() {
    let world = World::fetched();
    world.clock.advance_secs(10);
    assert_eq!(world.verify(7), UNKNOWN);
    assert_eq!(world.source.fetches(), 2);
    for _ in 0..5 {
        world.clock.advance_secs(11);
        assert_eq!(world.verify(7), UNKNOWN);
    }
    assert_eq!(world.source.fetches(), 2);
    // Another one is.
    assert_eq!(world.verify(8), UNKNOWN);
    assert_eq!(world.source.fetches(), 3);
    world.clock.advance_secs(10);
    assert_eq!(world.verify(7), UNKNOWN);
    assert_eq!(world.source.fetches(), 4);
}

/// asvs: V9.1.3
#[test]
fn a_flood_of_unknown_keys_is_no_flood_of_fetches() {
    let world = World::fetched();
    for second in 0..300 {
        for n in 0..4 {
            assert_eq!(world.verify(1_000 + second * 4 + n), UNKNOWN);
        }
        assert_eq!(world.verify(1), Ok(()));
        world.clock.advance_secs(1);
    }
    let fetches = world.source.fetches();
    assert!((25..=31).contains(&fetches), "{fetches}");
}

/// And a key that is new in earnest is not lost in it.
#[test]
fn in_a_flood_a_new_key_is_found_in_ten_seconds() {
    let world = World::fetched();
    world.clock.advance_secs(10);
    assert_eq!(world.verify(1_000), UNKNOWN);
    world.source.says(Answer::set_of(&[1, 2]));
    for second in 0..10 {
        assert_eq!(world.verify(2), UNKNOWN);
        assert_eq!(world.verify(1_001 + second), UNKNOWN);
        world.clock.advance_secs(1);
    }
    assert_eq!(world.verify(2), Ok(()));
}

/// What is refused for another reason costs nothing. asvs: V9.1.3
#[test]
fn no_other_fault_of_a_token_fetches() {
    let world = World::fetched();
    world.clock.advance_secs(100);
    let good = world.token(1);
    let header = |json: &str| {
        let rest = good.split_once('.').unwrap().1;
        format!("{}.{rest}", bartizan_core::base64url::encode(json.as_bytes()))
    };
    let unknown = r#""alg":"EdDSA","kid":"other""#;
    for (token, refused) in [
        (String::new(), VerifyError::Malformed),
        ("a.b.c".to_owned(), VerifyError::Malformed),
        ("x".repeat(MAX_TOKEN_LEN + 1), VerifyError::TooLarge),
        (format!("!{good}"), VerifyError::Malformed),
        (format!("{good}AAAA"), VerifyError::BadSignature),
        (header(r#"{"alg":"EdDSA","typ":"at+jwt"}"#), VerifyError::UNKNOWN_KEY),
        (header(&format!(r#"{{"typ":"JWT",{unknown}}}"#)), VerifyError::WrongKind),
        (
            header(&format!(r#"{{"typ":"at+jwt","jku":"https://evil.example/",{unknown}}}"#)),
            VerifyError::UnsupportedHeader,
        ),
        (header(r#"{"alg":"ES256","typ":"at+jwt","kid":"00000001"}"#), VerifyError::WrongAlgorithm),
    ] {
        let verified = ready(world.verifier.verify(&token, &world.clock)).map(drop);
        assert_eq!(verified, Err(RemoteVerifyError::Refused(refused)), "{token}");
    }
    assert_eq!(world.source.fetches(), 1);
}

#[test]
fn a_view_and_any_other_verifier_are_prepared_alike() {
    let world = World::new();
    let subject = |n| {
        let (token, mut buffer) = (world.token(n), TokenBuffer::new());
        let view: Result<VerifiedView<'_, _, NoClaims>, _> =
            ready(world.verifier.verify_view(&token, &world.clock, &mut buffer));
        view.map(|view| view.subject().to_owned())
    };
    assert_eq!(subject(1), Ok("alice".to_owned()));
    assert_eq!(subject(2).map(drop), UNKNOWN);
    world.source.says(Answer::set_of(&[1, 2]));
    world.clock.advance_secs(10);
    assert_eq!(subject(2), Ok("alice".to_owned()));
    assert_eq!(world.source.fetches(), 2);

    let world = World::new();
    let other = crate::Verifier::<AccessToken>::new(name(), api(), world.keys.shared());
    let token = world.token(1);
    assert_eq!(other.verify(&token, &world.clock).err(), Some(VerifyError::UNKNOWN_KEY));
    assert_eq!(ready(world.keys.prepare(&token, &world.clock)), Ok(()));
    assert!(other.verify(&token, &world.clock).is_ok());
}

/// Whatever is written in it.
#[test]
fn an_id_is_compared_as_it_was_meant() {
    let world = World::new();
    let key = keyring(1).snapshot().primary().1.verifying_key().unwrap().to_jwk();
    let key = key.replace(r#""kid":""#, r#""kid":"a\u0022/\u00e9 "#);
    world.source.says(Answer::json(&format!(r#"{{"keys":[{key}]}}"#)));
    let kid = ready(world.keys.renew(&world.clock)).map(|()| {
        let set = world.keys.shared().snapshot();
        set.iter().next().unwrap().0.to_owned()
    });
    let kid = kid.unwrap();
    let rest = kid.strip_prefix("a\"/é ").unwrap();
    let header = format!(r#"{{"kid":"\u0061\"\/é {rest}"}}"#);
    let token =
        |header: &str| format!("{}.e30.AAAA", bartizan_core::base64url::encode(header.as_bytes()));
    assert_eq!(ready(world.keys.prepare(&token(&header), &world.clock)), Ok(()));
    let other = header.replace('é', "e");
    assert_eq!(ready(world.keys.prepare(&token(&other), &world.clock)), UNKNOWN);
}
