//! Who waits for a fetch, and what becomes of it when they leave.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use super::*;

/// Polls once.
fn step<F: Future>(future: core::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_hundred_unknown_keys_at_once_are_one_fetch() {
    for seed in 0..20 {
        let world = World::fetched();
        world.clock.advance_secs(10);
        world.source.says(Answer::set_of(&[1, 30, 40]));
        world.source.hold();
        let tokens: Vec<_> = (1..=100).map(|n| world.token(n)).collect();
        let verify = |token| world.verifier.verify(token, &world.clock);
        let mut all: Vec<_> = tokens.iter().map(|token| Box::pin(verify(token))).collect();
        for one in &mut all[1..] {
            assert!(step(one.as_mut()).is_pending());
        }
        assert!(step(all[0].as_mut()).is_ready(), "the key is known");
        world.source.release();
        let results = interleave(seed, all.into_iter().skip(1));
        for (n, result) in (2..).zip(results) {
            let expected = if n == 30 || n == 40 { Ok(()) } else { UNKNOWN };
            assert_eq!(result.map(drop), expected, "{n}");
        }
        assert_eq!(world.source.fetches(), 2);
    }
}

/// It is renewed while tokens are verified with the one that there is.
#[test]
fn nobody_waits_for_a_set_that_is_renewed_in_time() {
    let world = World::fetched();
    world.source.hold();
    world.source.says(Answer::set_of(&[1, 2]));
    world.clock.advance_secs(900);
    for _ in 0..10 {
        assert_eq!(world.verify(1), Ok(()));
    }
    assert_eq!(world.source.fetches(), 2);
    world.source.release();
    assert_eq!(world.verify(1), Ok(()));
    assert_eq!(world.keys.status().keys(), 2);
    assert_eq!(world.verify(2), Ok(()));
    assert_eq!(world.source.fetches(), 2);
    // Whoever has nothing else to do waits.
    world.source.hold();
    world.clock.advance_secs(900);
    assert!(step(pin!(world.keys.renew(&world.clock))).is_pending());
}

/// A key that was withdrawn meanwhile must not serve.
#[test]
fn all_wait_for_a_set_whose_time_is_over() {
    let world = World::expired();
    world.source.hold();
    assert!((0..5).all(|_| world.waits(1)));
    assert_eq!(world.source.fetches(), 2);
    world.source.release();
    assert_eq!(world.verify(1), Ok(()));
    assert_eq!(world.source.fetches(), 2);
}

/// A source that hangs does not hang everything that verifies.
#[test]
fn in_the_stale_time_one_token_waits_for_each_try() {
    let world = World::expired();
    world.source.is_down();
    assert_eq!(world.verify(1), Ok(()));
    world.source.hold();
    assert!((0..5).all(|_| !world.waits(1)), "it is too early to try again");
    world.clock.advance_secs(2);
    let token = world.token(1);
    let mut first = pin!(world.verifier.verify(&token, &world.clock));
    assert!(step(first.as_mut()).is_pending());
    assert!((0..5).all(|_| !world.waits(1)));
    assert_eq!(world.source.fetches(), 3);
    world.source.release();
    assert!(matches!(step(first), Poll::Ready(Ok(_))), "with the stale set");
    assert_eq!(world.keys.status().failures(), 2);
}

#[test]
fn who_leaves_holds_nobody_up() {
    let world = World::new();
    world.source.hold();
    let token = world.token(1);
    let begin = || Box::pin(world.verifier.verify(&token, &world.clock));
    let (mut first, mut second) = (begin(), begin());
    assert!(step(first.as_mut()).is_pending());
    assert!(step(second.as_mut()).is_pending());
    drop(first);
    world.source.release();
    assert!(matches!(step(second.as_mut()), Poll::Ready(Ok(_))));
    assert_eq!(world.source.fetches(), 1);

    // Nobody is left; the next one goes on with the same fetch.
    let world = World::new();
    world.source.hold();
    assert!((0..3).all(|_| world.waits(1)));
    world.source.release();
    assert_eq!(world.verify(1), Ok(()));
    assert_eq!(world.source.fetches(), 1);
}

#[test]
fn a_fetch_that_does_not_end_is_given_up() {
    let world = World::new();
    world.source.hold();
    let token = world.token(1);
    let mut waiting = pin!(world.verifier.verify(&token, &world.clock));
    assert!(step(waiting.as_mut()).is_pending());
    world.clock.advance_secs(29);
    assert!(world.waits(1));
    assert_eq!(world.source.fetches(), 1);
    world.clock.advance_secs(1);
    let timed_out = RemoteJwkSetError::Fetch(FetchError::TimedOut);
    assert_eq!(world.verify(1), no_key(timed_out));
    assert_eq!(step(waiting).map_ok(drop), Poll::Ready(no_key(timed_out)));
    world.source.release();
    world.clock.advance_secs(2);
    assert_eq!(world.verify(1), Ok(()));
    assert_eq!(world.source.fetches(), 2);
}

#[test]
fn a_fetch_that_panics_takes_nobody_with_it() {
    let world = World::new();
    world.source.says(Answer { panics: true, ..Answer::set_of(&[1]) });
    assert!(catch_unwind(AssertUnwindSafe(|| world.verify(1))).is_err());
    let unreachable = RemoteJwkSetError::Fetch(FetchError::Unreachable);
    assert_eq!(world.verify(1), no_key(unreachable));
    world.source.says(Answer::set_of(&[1]));
    world.clock.advance_secs(2);
    assert_eq!(world.verify(1), Ok(()));
}

/// The futures go where a server's go.
#[test]
fn all_of_it_goes_between_threads() {
    fn sent<S: Send>(_: S) {}
    fn shared<S: Clone + Send + Sync + 'static>(_: &S) {}

    let world = World::new();
    let mut buffer = crate::TokenBuffer::new();
    sent(world.verifier.verify("", &world.clock));
    sent(world.verifier.verify_view::<NoClaims>("", &world.clock, &mut buffer));
    sent(world.keys.renew(&world.clock));
    shared(&world.keys);
    shared(&world.verifier);
    assert!(!format!("{:?}", world.verifier).is_empty());
}
