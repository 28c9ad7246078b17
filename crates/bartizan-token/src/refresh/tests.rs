mod interleaved;
mod model;

use std::sync::{Arc, Barrier};
use std::thread;

use bartizan_core::{ManualClock, SystemRandom};

use super::*;
use crate::IssuerName;
use crate::namespace;
use bartizan_store::MemoryStore;
use bartizan_store::testing::ready;

const START: UnixTime = UnixTime::from_secs(1_700_000_000);
const ABSOLUTE_SECS: u64 = 1_000;
const IDLE_SECS: u64 = 300;

struct Fixture {
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    tokens: RefreshTokens<MemoryStore>,
}

impl Fixture {
    fn with_grace_secs(grace_secs: u64) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let store = Arc::new(MemoryStore::new(100, Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let policy = RefreshPolicy::new(ABSOLUTE_SECS, IDLE_SECS).unwrap();
        let policy = policy.with_grace_secs(grace_secs).unwrap();
        let tokens = RefreshTokens::new(revocations(&store, ABSOLUTE_SECS), policy).unwrap();
        Self { clock, store, tokens }
    }

    fn begin(&self) -> RefreshGrant {
        ready(self.tokens.begin("alice", &*self.clock, &SystemRandom::new())).unwrap()
    }

    fn refresh(&self, token: &SecretString) -> Result<RefreshGrant, UseError> {
        ready(self.tokens.refresh(token, &*self.clock, &SystemRandom::new()))
    }

    fn refused(&self, token: &SecretString) -> TokenRefused {
        match self.refresh(token) {
            Err(UseError::Refused(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }

    fn revoke_subject(&self) {
        let (revocations, random) = (revocations(&self.store, ABSOLUTE_SECS), SystemRandom::new());
        let _good_from = ready(revocations.revoke_subject("alice", &*self.clock, &random)).unwrap();
    }

    fn families(&self) -> usize {
        self.store.len(namespace::REFRESH_FAMILY)
    }
}

fn revocations(store: &Arc<MemoryStore>, longest_secs: u64) -> Revocations<MemoryStore> {
    let name = IssuerName::new("https://id.example").unwrap();
    Revocations::new(Arc::clone(store), name, longest_secs)
}

/// asvs: V11.5.1, for refresh tokens.
#[test]
fn each_use_gives_another_token_of_256_fresh_bits() {
    let fixture = Fixture::with_grace_secs(0);
    let mut grant = fixture.begin();
    for _ in 0..10 {
        let next = fixture.refresh(grant.token()).unwrap();
        let (old_text, text) = (grant.token().expose(), next.token().expose());
        assert_eq!(text.len(), 64);
        assert_eq!(old_text[..21], text[..21], "the family's name stays");
        assert_ne!(old_text[22..], text[22..]);
        assert_eq!((next.subject(), next.family()), ("alice", grant.family()));
        assert!(!next.is_repeated());
        grant = next;
    }
    assert_eq!(fixture.families(), 1);
}

/// asvs: V10.4.5
#[test]
fn a_token_that_comes_back_ends_its_family_and_no_other() {
    let fixture = Fixture::with_grace_secs(0);
    let (first, other) = (fixture.begin(), fixture.begin());
    let second = fixture.refresh(first.token()).unwrap();
    let third = fixture.refresh(second.token()).unwrap();

    match fixture.refused(first.token()) {
        TokenRefused::Reused(family) => {
            assert_eq!((family.subject(), family.family()), ("alice", first.family()));
            assert!(!format!("{family:?}").contains("alice"));
        }
        refused => panic!("{refused:?}"),
    }
    assert_eq!(fixture.refused(third.token()), TokenRefused::Unknown);
    assert!(fixture.refresh(other.token()).is_ok());
}

#[test]
fn a_lost_answer_is_given_once_more_within_the_grace() {
    let fixture = Fixture::with_grace_secs(10);
    let first = fixture.begin();
    let second = fixture.refresh(first.token()).unwrap();
    fixture.clock.advance_secs(9);
    let again = fixture.refresh(first.token()).unwrap();
    assert!(again.is_repeated());
    assert_eq!(again.token().expose(), second.token().expose());
    assert_eq!(again.expires_at(), second.expires_at(), "asking again prolongs nothing");
    assert!(fixture.refresh(second.token()).is_ok());
    assert!(
        matches!(fixture.refused(first.token()), TokenRefused::Reused(_)),
        "its successor was used"
    );
}

#[test]
fn after_the_grace_a_lost_answer_is_a_theft() {
    let fixture = Fixture::with_grace_secs(10);
    let first = fixture.begin();
    let second = fixture.refresh(first.token()).unwrap();
    fixture.clock.advance_secs(10);
    assert!(matches!(fixture.refused(first.token()), TokenRefused::Reused(_)));
    assert_eq!(fixture.refused(second.token()), TokenRefused::Unknown);
}

#[test]
fn the_grace_allows_for_a_clock_that_is_behind() {
    let fixture = Fixture::with_grace_secs(10);
    let first = fixture.begin();
    let _second = fixture.refresh(first.token()).unwrap();
    fixture.clock.set(START.saturating_sub_secs(9));
    assert!(fixture.refresh(first.token()).unwrap().is_repeated());
    fixture.clock.set(START.saturating_sub_secs(10));
    assert!(matches!(fixture.refused(first.token()), TokenRefused::Reused(_)));
}

/// Somebody who knows the family's name but not its secret ends it, and gets nothing.
#[test]
fn a_guess_at_the_secret_gets_nothing() {
    let fixture = Fixture::with_grace_secs(10);
    let grant = fixture.begin();
    let mut guess = grant.token().expose().to_owned();
    let last = if guess.ends_with('A') { "B" } else { "A" };
    guess.replace_range(63.., last);
    assert!(matches!(fixture.refused(&SecretString::from(guess)), TokenRefused::Reused(_)));
}

#[test]
fn a_family_ends_when_it_was_idle() {
    let fixture = Fixture::with_grace_secs(0);
    let first = fixture.begin();
    fixture.clock.advance_secs(IDLE_SECS - 1);
    let second = fixture.refresh(first.token()).unwrap();
    fixture.clock.advance_secs(IDLE_SECS);
    assert_eq!(fixture.refused(second.token()), TokenRefused::Unknown);
}

#[test]
fn a_family_ends_however_busy_it_is() {
    let fixture = Fixture::with_grace_secs(0);
    let mut grant = fixture.begin();
    for _ in 0..9 {
        fixture.clock.advance_secs(ABSOLUTE_SECS / 10);
        grant = fixture.refresh(grant.token()).unwrap();
    }
    assert_eq!(grant.expires_at(), START.saturating_add_secs(ABSOLUTE_SECS));
    fixture.clock.advance_secs(ABSOLUTE_SECS / 10);
    assert_eq!(fixture.refused(grant.token()), TokenRefused::Unknown);
}

/// A store that is late with forgetting does not prolong a family.
#[test]
fn a_family_is_judged_by_its_own_time_too() {
    let fixture = Fixture::with_grace_secs(0);
    let grant = fixture.begin();
    let later = ManualClock::at(START.saturating_add_secs(IDLE_SECS));
    let refused = ready(fixture.tokens.refresh(grant.token(), &later, &SystemRandom::new()));
    assert_eq!(refused.err(), Some(TokenRefused::Expired.into()));
}

/// asvs: V7.4.2
#[test]
fn revoking_a_subject_ends_its_families_and_no_later_one() {
    let fixture = Fixture::with_grace_secs(10);
    let before = fixture.begin();
    let rotated = fixture.refresh(before.token()).unwrap();
    fixture.revoke_subject();
    fixture.revoke_subject();
    let after = fixture.begin();
    assert_eq!(fixture.refused(rotated.token()), TokenRefused::Revoked);
    assert_eq!(fixture.refused(before.token()), TokenRefused::Unknown, "removed on the way");
    assert!(fixture.refresh(after.token()).is_ok(), "begun in the same second");
}

/// asvs: V10.4.9
#[test]
fn a_family_is_ended_by_its_name_or_by_any_of_its_tokens() {
    let fixture = Fixture::with_grace_secs(0);
    let by_name = fixture.begin();
    assert_eq!(ready(fixture.tokens.end_family(&by_name.family())), Ok(true));
    assert_eq!(ready(fixture.tokens.end_family(&by_name.family())), Ok(false));
    assert_eq!(fixture.refused(by_name.token()), TokenRefused::Unknown);

    let old = fixture.begin();
    let current = fixture.refresh(old.token()).unwrap();
    assert_eq!(ready(fixture.tokens.end(old.token())), Ok(true));
    assert_eq!(ready(fixture.tokens.end(old.token())), Ok(false));
    assert_eq!(fixture.refused(current.token()), TokenRefused::Unknown);
}

#[test]
fn what_has_not_the_form_of_a_token_never_reaches_the_store() {
    let fixture = Fixture::with_grace_secs(0);
    let genuine = fixture.begin();
    let text = genuine.token().expose();
    for bad in
        ["", &text[1..], &format!("{text}A"), &text.replace(&text[..1], "="), &"A".repeat(1 << 20)]
    {
        let bad = SecretString::from(bad);
        assert_eq!(fixture.refused(&bad), TokenRefused::Malformed);
        assert_eq!(ready(fixture.tokens.end(&bad)).err(), Some(TokenRefused::Malformed.into()));
    }
    assert!(fixture.refresh(genuine.token()).is_ok());
}

#[test]
fn a_subject_is_bounded() {
    let fixture = Fixture::with_grace_secs(0);
    let begin = |subject: &str| {
        ready(fixture.tokens.begin(subject, &*fixture.clock, &SystemRandom::new())).err()
    };
    assert_eq!(begin(""), Some(GrantError::InvalidSubject));
    assert_eq!(begin(&"a".repeat(256)), Some(GrantError::InvalidSubject));
    assert_eq!(begin(&"a".repeat(255)), None);
}

#[test]
fn families_do_not_outlive_the_memory_of_revocations() {
    let fixture = Fixture::with_grace_secs(0);
    let policy = RefreshPolicy::new(ABSOLUTE_SECS, IDLE_SECS).unwrap();
    let short = revocations(&fixture.store, ABSOLUTE_SECS - 1);
    let refused = RefreshTokens::new(short, policy).err();
    let needed = SetupError::RevocationsTooShort { needed_secs: ABSOLUTE_SECS };
    assert_eq!(refused, Some(needed));
    assert!(RefreshPolicy::new(1, 0).is_err());
    assert!(policy.with_grace_secs(RefreshPolicy::MAX_GRACE_SECS + 1).is_err());
}

#[test]
fn a_family_is_read_back_as_it_was_written_or_not_at_all() {
    let fixture = Fixture::with_grace_secs(10);
    let grant = fixture.refresh(fixture.begin().token()).unwrap();
    let stored = ready(fixture.store.get(&grant.family().key())).unwrap().unwrap();
    let record = stored.entry().bytes();
    assert_eq!(Family::read(record).unwrap().entry(), *stored.entry());
    for len in 0..record.len() {
        assert_eq!(Family::read(&record[..len]).err(), Some(StoreError::Damaged), "cut at {len}");
    }
}

/// Neither a token nor what it is made of is in the store.
#[test]
fn the_store_never_sees_a_secret() {
    let fixture = Fixture::with_grace_secs(10);
    let first = fixture.begin();
    let second = fixture.refresh(first.token()).unwrap();
    let stored = ready(fixture.store.get(&first.family().key())).unwrap().unwrap();
    for grant in [&first, &second] {
        let token = Presented::parse(grant.token(), None).unwrap();
        // No 8 bytes of it in a row.
        let parts = token.exposed().windows(8);
        for part in parts {
            assert!(!stored.entry().bytes().windows(8).any(|window| window == part));
        }
    }
    assert!(!format!("{first:?} {stored:?}").contains("alice"));
}

#[test]
fn a_successor_is_made_of_the_token_and_of_fresh_randomness() {
    let random = SystemRandom::new();
    let (one, other) =
        (Presented::draw(&random, None).unwrap(), Presented::draw(&random, None).unwrap());
    let secret = |token: &Presented, salt| token.successor(&[salt; 32]).exposed()[16..].to_vec();
    assert_eq!(secret(&one, 1), secret(&one, 1));
    assert_ne!(secret(&one, 1), secret(&one, 2));
    assert_ne!(secret(&one, 1), secret(&other, 1));
}

/// Without a grace, of 1,000 uses of one token at once exactly one succeeds; the reuse is noticed.
#[test]
fn a_thousand_concurrent_uses_give_one_successor() {
    let fixture = Fixture::with_grace_secs(0);
    let outcomes = race(&fixture, fixture.begin().token());
    let successes = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((successes, outcomes.len()), (1, 1_000));
    let reused = |outcome: &&Result<_, _>| {
        matches!(outcome, Err(UseError::Refused(TokenRefused::Reused(_))))
    };
    assert!(outcomes.iter().filter(reused).count() >= 1);
    assert_eq!(fixture.families(), 0, "the family ended");
}

/// With a grace, exactly one of 1,000 rotates, and all get the same successor.
#[test]
fn a_thousand_concurrent_uses_within_the_grace_agree() {
    let fixture = Fixture::with_grace_secs(10);
    let outcomes = race(&fixture, fixture.begin().token());
    let grants: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(grants.iter().filter(|grant| !grant.is_repeated()).count(), 1);
    assert!(grants.iter().all(|grant| grant.token().expose() == grants[0].token().expose()));
    assert!(fixture.refresh(grants[0].token()).is_ok());
}

fn race(fixture: &Fixture, token: &SecretString) -> Vec<Result<RefreshGrant, UseError>> {
    let together = Barrier::new(8);
    thread::scope(|scope| {
        let work = || {
            let _leader = together.wait();
            (0..125).map(|_| fixture.refresh(token)).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
