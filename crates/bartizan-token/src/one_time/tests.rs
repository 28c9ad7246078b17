use std::sync::{Arc, Barrier};
use std::thread;

use bartizan_core::{ManualClock, SystemRandom};

use super::*;
use crate::IssuerName;
use bartizan_store::MemoryStore;
use bartizan_store::testing::{Yielding, alone, interleave, ready};

const START: UnixTime = UnixTime::from_secs(1_700_000_000);
const LONGEST_SECS: u64 = 30 * 86_400;

struct Fixture {
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
}

impl Fixture {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let store = Arc::new(MemoryStore::new(20, Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        Self { clock, store }
    }

    fn revocations(&self) -> Revocations<MemoryStore> {
        let name = IssuerName::new("https://id.example").unwrap();
        Revocations::new(Arc::clone(&self.store), name, LONGEST_SECS)
    }

    fn tokens<P: OneTimePurpose>(&self) -> OneTimeTokens<P, MemoryStore> {
        OneTimeTokens::new(self.revocations()).unwrap()
    }

    fn issue<P: OneTimePurpose>(&self, detail: &str) -> SecretString {
        let random = SystemRandom::new();
        ready(self.tokens::<P>().issue("alice", detail, &*self.clock, &random)).unwrap()
    }

    fn redeem<P: OneTimePurpose>(&self, token: &SecretString) -> Result<Redeemed<P>, UseError> {
        ready(self.tokens().redeem(token, &*self.clock))
    }

    fn refused<P: OneTimePurpose>(&self, token: &SecretString) -> TokenRefused {
        match self.redeem::<P>(token) {
            Err(UseError::Refused(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }
}

/// asvs: V6.4.1, but for the new password, which is the application's.
#[test]
fn a_token_works_once_for_its_purpose_and_subject_and_not_for_long() {
    let fixture = Fixture::new();
    let token = fixture.issue::<AccountActivation>("detail");
    assert_eq!(base64url::decode(token.expose()).unwrap().len(), 32, "256 bits");

    let used = fixture.redeem::<AccountActivation>(&token).unwrap();
    assert_eq!((used.subject(), used.detail()), ("alice", "detail"));
    assert_eq!(fixture.refused::<AccountActivation>(&token), TokenRefused::Unknown);

    assert_eq!(AccountActivation::DEFAULT_LIFETIME_SECS, 86_400);
    let late = fixture.issue::<AccountActivation>("");
    fixture.clock.advance_secs(86_400);
    assert_eq!(fixture.refused::<AccountActivation>(&late), TokenRefused::Unknown);
}

#[test]
fn a_token_is_unknown_to_every_other_purpose_and_stays_good() {
    let fixture = Fixture::new();
    let token = fixture.issue::<EmailVerification>("");
    assert_eq!(fixture.refused::<PasswordReset>(&token), TokenRefused::Unknown);
    assert_eq!(fixture.refused::<Invitation>(&token), TokenRefused::Unknown);
    assert_eq!(fixture.refused::<AccountActivation>(&token), TokenRefused::Unknown);
    assert!(fixture.redeem::<EmailVerification>(&token).is_ok());
}

#[test]
fn a_token_about_somebody_else_is_refused_and_stays_good() {
    let fixture = Fixture::new();
    let tokens = fixture.tokens::<EmailVerification>();
    let token = fixture.issue::<EmailVerification>("");
    let stolen = ready(tokens.redeem_for("mallory", &token, &*fixture.clock));
    assert_eq!(stolen.err(), Some(TokenRefused::WrongSubject.into()));
    assert!(ready(tokens.redeem_for("alice", &token, &*fixture.clock)).is_ok());
    assert!(ready(tokens.redeem_for("alice", &token, &*fixture.clock)).is_err());
}

#[test]
fn looking_does_not_use_a_token_up() {
    let fixture = Fixture::new();
    let tokens = fixture.tokens::<PasswordReset>();
    let token = fixture.issue::<PasswordReset>("");
    for _ in 0..3 {
        assert_eq!(ready(tokens.peek(&token, &*fixture.clock)), Ok(()));
    }
    assert!(fixture.redeem::<PasswordReset>(&token).is_ok());
    let used = ready(tokens.peek(&token, &*fixture.clock));
    assert_eq!(used, Err(TokenRefused::Unknown.into()));
}

#[test]
fn revoking_a_subject_ends_the_links_that_were_sent() {
    let fixture = Fixture::new();
    let (random, before) = (SystemRandom::new(), fixture.issue::<PasswordReset>(""));
    let revocations = fixture.revocations();
    let _good_from = ready(revocations.revoke_subject("alice", &*fixture.clock, &random)).unwrap();
    let after = fixture.issue::<PasswordReset>("");
    assert_eq!(fixture.refused::<PasswordReset>(&before), TokenRefused::Revoked);
    assert!(fixture.redeem::<PasswordReset>(&after).is_ok());
}

/// A store that is late with forgetting does not prolong a token.
#[test]
fn a_token_is_judged_by_its_own_time_too() {
    let fixture = Fixture::new();
    let token = fixture.issue::<PasswordReset>("");
    let later = ManualClock::at(START.saturating_add_secs(PasswordReset::DEFAULT_LIFETIME_SECS));
    let refused = ready(fixture.tokens::<PasswordReset>().redeem(&token, &later));
    assert_eq!(refused.err(), Some(TokenRefused::Expired.into()));
}

/// Whatever the reason, the client reads the same.
#[test]
fn every_refusal_looks_the_same() {
    let fixture = Fixture::new();
    let used = fixture.issue::<PasswordReset>("");
    assert!(fixture.redeem::<PasswordReset>(&used).is_ok());
    let guess = SecretString::from("A".repeat(43));
    let of_another_purpose = fixture.issue::<Invitation>("");
    for token in [&used, &guess, &of_another_purpose, &SecretString::from("no token")] {
        let refused = fixture.redeem::<PasswordReset>(token).unwrap_err();
        assert_eq!(refused.to_string(), "the token is not valid");
    }
}

#[test]
fn guesses_take_no_room_in_the_store() {
    let fixture = Fixture::new();
    let token = fixture.issue::<PasswordReset>("");
    for n in 0..1_000 {
        let guess = SecretString::from(format!("{n:0>43}"));
        let refused = fixture.refused::<PasswordReset>(&guess);
        assert!(matches!(refused, TokenRefused::Unknown | TokenRefused::Malformed));
    }
    for bad in ["", "A", &"A".repeat(42), &"A".repeat(44), &"=".repeat(43), &"A".repeat(1 << 20)] {
        let bad = SecretString::from(bad);
        assert_eq!(fixture.refused::<PasswordReset>(&bad), TokenRefused::Malformed);
    }
    assert_eq!(fixture.store.len(namespace::ONE_TIME_TOKEN), 1);
    assert!(fixture.redeem::<PasswordReset>(&token).is_ok());
}

#[test]
fn what_is_issued_is_bounded() {
    let fixture = Fixture::new();
    let (tokens, random) = (fixture.tokens::<PasswordReset>(), SystemRandom::new());
    let issue = |about: (&str, &str), secs| {
        ready(tokens.issue_with_lifetime(about, secs, &*fixture.clock, &random)).err()
    };
    assert_eq!(issue(("", ""), 60), Some(GrantError::InvalidSubject));
    assert_eq!(issue((&"a".repeat(256), ""), 60), Some(GrantError::InvalidSubject));
    assert_eq!(issue(("a", &"a".repeat(1_025)), 60), Some(GrantError::DetailTooLong));
    let max_secs = PasswordReset::MAX_LIFETIME_SECS;
    for secs in [0, max_secs + 1] {
        assert_eq!(issue(("a", ""), secs), Some(GrantError::InvalidLifetime { max_secs }));
    }
    assert_eq!(issue((&"a".repeat(255), &"a".repeat(1_024)), max_secs), None);
}

#[test]
fn tokens_do_not_outlive_the_memory_of_revocations() {
    let fixture = Fixture::new();
    let name = IssuerName::new("https://id.example").unwrap();
    let short = Revocations::new(Arc::clone(&fixture.store), name, 30 * 86_400 - 1);
    let needed = SetupError::RevocationsTooShort { needed_secs: 30 * 86_400 };
    assert_eq!(OneTimeTokens::<Invitation, _>::new(short.clone()).err(), Some(needed));
    assert!(OneTimeTokens::<PasswordReset, _>::new(short).is_ok());
}

#[test]
fn a_full_store_says_so_and_a_damaged_one_too() {
    let fixture = Fixture::new();
    let tokens: Vec<_> = (0..20).map(|_| fixture.issue::<PasswordReset>("")).collect();
    let (one_more, random) = (fixture.tokens::<PasswordReset>(), SystemRandom::new());
    let full = ready(one_more.issue("alice", "", &*fixture.clock, &random)).err();
    assert_eq!(full, Some(GrantError::Store(StoreError::Full)));

    let key = key::<PasswordReset>(&parse(&tokens[0]).unwrap());
    let stored = ready(fixture.store.get(&key)).unwrap().unwrap();
    let damaged = Entry::new(vec![1, 0, 9], stored.entry().expires_at());
    let _done = ready(fixture.store.swap(&key, stored.version(), damaged)).unwrap();
    let failed = fixture.redeem::<PasswordReset>(&tokens[0]).err();
    assert_eq!(failed, Some(StoreError::Damaged.into()));
}

#[test]
fn a_thousand_concurrent_uses_give_one_success() {
    let fixture = Fixture::new();
    let token = fixture.issue::<PasswordReset>("");
    let together = Barrier::new(8);
    let successes: usize = thread::scope(|scope| {
        let work = || {
            let _leader = together.wait();
            (0..125).filter(|_| fixture.redeem::<PasswordReset>(&token).is_ok()).count()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(successes, 1);
}

/// All have found the token before the first takes it: what threads rarely do.
#[test]
fn a_thousand_uses_give_one_success_in_any_order() {
    let clock = ManualClock::at(START);
    let store = MemoryStore::new(9, Arc::new(ManualClock::at(START))).unwrap();
    let name = IssuerName::new("https://id.example").unwrap();
    let revocations = Revocations::new(Arc::new(Yielding(store)), name, LONGEST_SECS);
    let tokens = OneTimeTokens::<PasswordReset, _>::new(revocations).unwrap();
    for seed in 0..5 {
        let token = alone(tokens.issue("alice", "", &clock, &SystemRandom::new())).unwrap();
        let outcomes = interleave(seed, (0..1_000).map(|_| tokens.redeem(&token, &clock)));
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    }
}
