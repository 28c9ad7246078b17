use std::sync::Barrier;
use std::thread;

use bartizan_store::testing::{Yielding, alone, interleave};

use super::*;

/// asvs: V6.5.1, in parallel; asvs: V6.6.3, too: eight threads have five tries between them.
#[test]
fn racing_threads_have_five_tries_between_them_and_one_success() {
    for right_one in [false, true] {
        let fixture = Fixture::new();
        let (request, message) = fixture.begin().unwrap();
        let start = Barrier::new(8);
        let outcomes: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let code = message.code().expose().to_owned();
                        let typed = if right_one { code } else { wrong(message.code()) };
                        let _leader = start.wait();
                        (0..25).map(|_| fixture.verify(&request, &typed)).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let count = |wanted: &dyn Fn(&Result<String, OobError>) -> bool| {
            outcomes.iter().filter(|outcome| wanted(outcome)).count()
        };
        let mismatch = |outcome: &Result<_, _>| {
            matches!(outcome, Err(OobError::Refused(OobRefused::Mismatch { .. })))
        };
        let store = |outcome: &Result<_, _>| matches!(outcome, Err(OobError::Store(_)));
        assert_eq!(count(&|outcome| outcome.is_ok()), usize::from(right_one));
        assert_eq!(count(&mismatch), if right_one { 0 } else { 5 });
        assert_eq!(count(&store), 0);
    }
}

/// Over a store that lets others go first, with a seed for the order of all steps.
#[test]
fn in_any_order_of_steps_a_wrong_code_costs_a_try_and_a_right_one_works_once() {
    let random = SystemRandom::new();
    for seed in 0..400 {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW)));
        let store = Arc::new(Yielding(memory(&clock)));
        let codes = OutOfBandCodes::<SignIn, _>::new(store, SharedKeyring::new(keyring()));
        let begun = alone(codes.begin(alice(), ADDRESS, &*clock, &random));
        let (request, message) = begun.unwrap();
        let (right, wrong) = (message.code().expose(), wrong(message.code()));
        // Every fourth is right: 6 wrong ones may come first.
        let typed = |n: usize| if n % 4 == 3 { right } else { &wrong };
        let tries = (0..8).map(|n| codes.verify(alice(), &request, typed(n), &*clock));
        let outcomes = interleave(seed, tries);
        let accepted = outcomes.iter().flatten().count();
        let mismatches: Vec<_> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Err(OobError::Refused(OobRefused::Mismatch { tries_left })) => Some(*tries_left),
                _ => None,
            })
            .collect();
        let mut left = mismatches.clone();
        left.sort_unstable();
        left.dedup();
        assert_eq!(left.len(), mismatches.len(), "seed {seed}: a try was counted once for two");
        assert!(mismatches.len() == 5 || accepted == 1, "seed {seed}");
        assert!(accepted <= 1 && mismatches.len() <= 5, "seed {seed}");
    }
}

#[test]
fn in_any_order_of_steps_no_more_codes_are_sent_than_may_be() {
    let random = SystemRandom::new();
    for seed in 0..100 {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW)));
        let store = Arc::new(Yielding(memory(&clock)));
        let codes = OutOfBandCodes::<SignIn, _>::new(store, SharedKeyring::new(keyring()));
        let many = (0..8).map(|_| codes.begin(alice(), ADDRESS, &*clock, &random));
        let sent = interleave(seed, many).into_iter().flatten().collect::<Vec<_>>();
        let [(request, message)] = &sent[..] else { panic!("seed {seed}: {} codes", sent.len()) };
        let code = message.code().expose();
        assert!(alone(codes.verify(alice(), request, code, &*clock)).is_ok(), "seed {seed}");
    }
}

/// A server moves a request from one thread to another while it waits.
#[test]
fn every_future_can_be_sent() {
    fn is_send(_: &impl Send) {}
    let (fixture, random) = (Fixture::new(), SystemRandom::new());
    let (codes, clock) = (&fixture.codes, &*fixture.clock);
    let request = OobRequest::draw(&random).unwrap();
    is_send(&codes.begin(alice(), ADDRESS, clock, &random));
    is_send(&codes.resend(alice(), &request, clock, &random));
    is_send(&codes.verify(alice(), &request, "123456", clock));
    let recovery = crate::StoredRecoveryCodes::new(Arc::clone(&codes.store));
    is_send(&recovery.renew("alice", &random));
    is_send(&recovery.redeem("alice", "code"));
}
