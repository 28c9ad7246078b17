//! What happens when the source is down, or says what nobody can use.

use super::*;
use crate::KeyError;

/// Every way to be no set, the good one kept each time.
#[test]
fn what_is_no_set_changes_nothing() {
    let good = Answer::set_of(&[1]);
    let with = |headers: &[(&'static str, &str)]| Answer {
        headers: headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        ..good.clone()
    };
    let many = format!(r#"{{"keys":[{}{{"kty":"x"}}]}}"#, r#"{"kty":"x"},"#.repeat(100));
    for (answer, error) in [
        (Answer { status: 404, ..good.clone() }, RemoteJwkSetError::Status(404)),
        (Answer { status: 302, ..good.clone() }, RemoteJwkSetError::Status(302)),
        (Answer { status: 203, ..good.clone() }, RemoteJwkSetError::Status(203)),
        (with(&[]), RemoteJwkSetError::ContentType),
        (with(&[("content-type", "text/html")]), RemoteJwkSetError::ContentType),
        (Answer::json(""), RemoteJwkSetError::Set(KeyError::Malformed)),
        (Answer::json("<html>"), RemoteJwkSetError::Set(KeyError::Malformed)),
        (Answer::json(r#"{"keys":{}}"#), RemoteJwkSetError::Set(KeyError::Malformed)),
        (Answer::json(r#"{"keys":[],"keys":[]}"#), RemoteJwkSetError::Set(KeyError::Malformed)),
        (Answer::json(&many), RemoteJwkSetError::Set(KeyError::TooLarge)),
        (Answer::json(&" ".repeat(65_537)), RemoteJwkSetError::Fetch(FetchError::TooLarge)),
        (Answer::json(r#"{"keys":[]}"#), RemoteJwkSetError::NoKeys),
        (Answer::json(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#), RemoteJwkSetError::NoKeys),
        (Answer::failure(FetchError::Untrusted), RemoteJwkSetError::Fetch(FetchError::Untrusted)),
    ] {
        let world = World::expired();
        world.source.says(answer.clone());
        assert_eq!(world.renew(), Err(error));
        assert_eq!(world.keys.status().failure(), Some(error));
        assert_eq!(world.keys.status().failures(), 1);
        assert_eq!(world.verify(1), Ok(()), "the former set, {error}");

        // Without a former set, nothing verifies, and it is not the client's fault.
        let world = World::new();
        world.source.says(answer);
        assert_eq!(world.verify(1), no_key(error));
        assert_eq!(world.verify(1), no_key(error));
        assert_eq!(world.source.fetches(), 1);
    }
}

#[test]
fn keys_that_do_not_serve_are_left_out_and_counted() {
    let good = Answer::set_of(&[1]).body;
    let good = good.strip_prefix(r#"{"keys":["#).unwrap().strip_suffix("]}").unwrap();
    let twice = Answer::set_of(&[5]).body.replace("00000005", "00000002");
    let twice = twice.strip_prefix(r#"{"keys":["#).unwrap().strip_suffix("]}").unwrap();
    let other = Answer::set_of(&[2]).body;
    let other = other.strip_prefix(r#"{"keys":["#).unwrap().strip_suffix("]}").unwrap();
    for (more, ignored) in [
        (String::new(), 0),
        (r#",{"kty":"new","x":5}"#.to_owned(), 1),
        (r#",{"kty":"OKP","crv":"Ed25519","x":"+/=="}"#.to_owned(), 1),
        (r#",{"kty":"OKP","crv":"Ed25519","x":["AA"]}"#.to_owned(), 1),
        (r#",{"kty":"OKP","crv":"Ed25519","kid":7,"x":"AA"}"#.to_owned(), 1),
        (r#",{"kty":"RSA","alg":"PS256","n":"AQAB","e":"AQAB","x5c":["MIIB"]}"#.to_owned(), 1),
        // A token does not say which of the two it means.
        (format!(",{other},{twice}"), 2),
        (format!(r#",{other},{{"kty":"new","kid":"00000002"}}"#), 1),
    ] {
        let world = World::new();
        world.source.says(Answer::json(&format!(r#"{{"keys":[{good}{more}]}}"#)));
        assert_eq!(world.verify(1), Ok(()), "{more}");
        assert_eq!(world.keys.status().ignored(), ignored, "{more}");
    }
}

/// From one second to five minutes, never all at the same time.
#[test]
fn a_source_that_is_down_is_asked_less_and_less() {
    let world = World::new();
    world.source.is_down();
    let down = RemoteJwkSetError::Fetch(FetchError::Unreachable);
    for (n, longest) in [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].into_iter().enumerate() {
        assert_eq!(world.verify(1), no_key(down));
        assert_eq!(world.source.fetches(), n as u64 + 1);
        let secs = world.keys.renew_in_secs(&world.clock);
        assert!((longest / 2..=longest).contains(&secs), "{secs} of {longest}");
        world.clock.advance_secs(secs - 1);
        assert_eq!(world.verify(1), no_key(down));
        assert_eq!(world.renew(), Err(down));
        assert_eq!(world.source.fetches(), n as u64 + 1);
        world.clock.advance_secs(1);
    }
    world.source.says(Answer::set_of(&[1]));
    assert_eq!(world.verify(1), Ok(()));
    assert_eq!(world.keys.status().failures(), 0);
}

#[test]
fn a_stale_set_serves_for_the_stated_time_and_no_longer() {
    for stale_secs in [0, 100, 3_600] {
        let world = World::with(RemoteJwkSetPolicy::new().with_stale_secs(stale_secs).unwrap());
        assert_eq!(world.verify(1), Ok(()));
        world.source.is_down();
        let gone_at = world.keys.status().gone_at().unwrap();
        assert_eq!(gone_at.as_secs(), NOW_SECS + 1_000 + stale_secs);
        world.clock.set(gone_at.saturating_sub_secs(1));
        assert_eq!(world.verify(1), Ok(()));
        world.clock.set(gone_at);
        let down = RemoteJwkSetError::Fetch(FetchError::Unreachable);
        assert_eq!(world.verify(1), no_key(down));
        assert!(world.keys.shared().snapshot().is_empty(), "for those who verify with it alone");
    }
}

/// While nobody knows whether the issuer has the key, the client is not blamed.
#[test]
fn a_new_key_while_the_source_is_down_is_nobody_s_fault() {
    let world = World::fetched();
    world.source.is_down();
    world.clock.advance_secs(10);
    let down = RemoteJwkSetError::Fetch(FetchError::Unreachable);
    assert_eq!(world.verify(2), no_key(down));
    assert_eq!(world.verify(3), no_key(down));
    assert_eq!(world.source.fetches(), 2);
    assert_eq!(world.verify(1), Ok(()));
    // It was not written down as missing.
    world.source.says(Answer::set_of(&[1, 2]));
    world.clock.advance_secs(2);
    assert_eq!(world.verify(2), Ok(()));
}

/// Neither does a set become new by it, nor is a back-off longer.
#[test]
fn a_clock_that_is_set_back_makes_nothing_new() {
    let world = World::fetched();
    world.source.says(Answer::set_of(&[2]));
    world.clock.set(UnixTime::from_secs(NOW_SECS - 5_000));
    assert_eq!(world.verify(1), UNKNOWN);
    assert_eq!(world.verify(2), Ok(()));

    let world = World::fetched();
    world.source.is_down();
    world.clock.set(UnixTime::from_secs(NOW_SECS - 5_000));
    assert_eq!(world.verify(1), Ok(()));
    world.clock.advance_secs(3_600);
    assert!(world.verify(1).is_err(), "stale since the clock was set back");

    let world = World::new();
    world.source.is_down();
    for _ in 0..5 {
        let _down = world.verify(1);
        world.clock.advance_secs(300);
    }
    world.clock.set(UnixTime::EPOCH);
    world.source.says(Answer::set_of(&[1]));
    let token = token(1, &world.clock);
    assert!(ready(world.verifier.verify(&token, &world.clock)).is_ok());
}

#[test]
fn no_randomness_is_told_at_the_start() {
    #[derive(Debug)]
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let url = JwkSetUrl::new("https://id.example/jwks").unwrap();
    let source = Arc::new(Source::new(Answer::set_of(&[1])));
    assert!(Keys::new(url, source, RemoteJwkSetPolicy::new(), &Broken).is_err());
}

/// Neither the gap nor the back-off bounds a source that fails every other time: the minute does.
#[test]
fn a_source_that_comes_and_goes_is_not_asked_more_often() {
    let world = World::fetched();
    let mut begun = vec![0];
    for second in 1..600_u64 {
        world.clock.advance_secs(1);
        let before = world.source.fetches();
        if before.is_multiple_of(2) {
            world.source.says(Answer::set_of(&[1]));
        } else {
            world.source.is_down();
        }
        assert!(world.verify(1_000 + u32::try_from(second).unwrap()).is_err());
        if world.source.fetches() > before {
            begun.push(second);
        }
        assert!(begun.iter().filter(|at| second - **at < 60).count() <= 6, "{begun:?}");
    }
    assert!(begun.len() > 50, "{begun:?}");
}
