//! Whatever happens in whatever order, what is promised holds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Seconds go by.
    Wait(u64),
    /// The issuer publishes key 1 and this one.
    Publish(u32),
    Fail,
    /// A token of this key comes.
    Verify(u32),
    Renew,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0_u64..40).prop_map(Event::Wait),
        1 => (0_u64..5_000).prop_map(Event::Wait),
        2 => (2_u32..6).prop_map(Event::Publish),
        1 => Just(Event::Fail),
        8 => (1_u32..8).prop_map(Event::Verify),
        2 => Just(Event::Renew),
    ]
}

/// What the issuer has published and when it was fetched, kept in the simplest way.
struct Model {
    world: World,
    now_secs: u64,
    /// What the source answers: the other key, or that it is down.
    published: Option<u32>,
    /// When each fetch began, and what it brought.
    fetches: Vec<(u64, Option<u32>)>,
    /// When each other key was last published.
    seen: BTreeMap<u32, u64>,
}

impl Model {
    fn new() -> Self {
        let world = World::new();
        world.source.says(Answer::set_of(&[1, 2]).cached("max-age=300"));
        let (now_secs, published) = (NOW_SECS, Some(2));
        Self { world, now_secs, published, fetches: vec![], seen: BTreeMap::new() }
    }

    fn run(&mut self, event: Event) {
        match event {
            Event::Wait(secs) => {
                self.now_secs += secs;
                self.world.clock.advance_secs(secs);
            }
            Event::Publish(n) => {
                self.published = Some(n);
                self.world.source.says(Answer::set_of(&[1, n]).cached("max-age=300"));
            }
            Event::Fail => {
                self.published = None;
                self.world.source.is_down();
            }
            Event::Verify(n) => {
                let verified = self.world.verify(n);
                self.count();
                self.check(n, verified);
            }
            Event::Renew => {
                let renewed = self.world.renew();
                self.count();
                let usable = self.last_success().is_some_and(|(at, _)| self.now_secs - at < 3_900);
                assert!(renewed.is_err() || usable);
            }
        }
    }

    /// One event begins at most one fetch, which ends at once.
    fn count(&mut self) {
        let fetches = usize::try_from(self.world.source.fetches()).unwrap();
        assert!(fetches <= self.fetches.len() + 1, "two fetches for one token");
        if fetches > self.fetches.len() {
            self.fetches.push((self.now_secs, self.published));
            if let Some(n) = self.published {
                let _before = self.seen.insert(n, self.now_secs);
            }
        }
        let within = self.fetches.iter().filter(|(at, _)| self.now_secs - at < 60);
        assert!(within.count() <= 6, "{:?}", self.fetches);
    }

    fn last_success(&self) -> Option<(u64, u32)> {
        self.fetches.iter().rev().find_map(|(at, brought)| Some((*at, (*brought)?)))
    }

    fn last_failed(&self) -> bool {
        self.fetches.last().is_some_and(|(_, brought)| brought.is_none())
    }

    fn check(&self, n: u32, verified: Result<(), RemoteVerifyError>) {
        let Some((at, other)) = self.last_success() else {
            assert!(matches!(verified, Err(RemoteVerifyError::NoKey(_))), "{verified:?}");
            return;
        };
        let age_secs = self.now_secs - at;
        match verified {
            Ok(()) => {
                assert!(n == 1 || n == other, "a key that is not in the set");
                assert!(age_secs < 300 + 3_600, "a set that is too old");
                assert!(age_secs < 300 || self.last_failed(), "stale though the source is up");
            }
            Err(RemoteVerifyError::Refused(refused)) => {
                assert_eq!(refused, VerifyError::UNKNOWN_KEY);
                assert!(n != 1 && n != other, "a key that is in the set");
                // The client is blamed only when somebody looked within the last minute.
                assert!(age_secs < 60, "{age_secs}");
            }
            Err(RemoteVerifyError::NoKey(_)) => {
                assert!(self.last_failed(), "the source is up");
                assert!(n != 1 && n != other || age_secs >= 300 + 3_600);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_promises_hold(events in prop::collection::vec(event(), 1..120)) {
        let mut model = Model::new();
        for event in events {
            model.run(event);
        }
    }
}
