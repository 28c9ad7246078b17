//! Uses of one token that come between each other's steps, in thousands of orders.

use proptest::prelude::*;

use super::*;
use bartizan_store::testing::{Yielding, alone, interleave};

fn tokens(grace_secs: u64) -> (ManualClock, RefreshTokens<Yielding>) {
    let store = MemoryStore::new(100, Arc::new(ManualClock::at(START))).unwrap();
    let name = IssuerName::new("https://id.example").unwrap();
    let revocations = Revocations::new(Arc::new(Yielding(store)), name, ABSOLUTE_SECS);
    let policy = RefreshPolicy::new(ABSOLUTE_SECS, IDLE_SECS).unwrap();
    let policy = policy.with_grace_secs(grace_secs).unwrap();
    (ManualClock::at(START), RefreshTokens::new(revocations, policy).unwrap())
}

fn is_reused<T>(outcome: &Result<T, UseError>) -> bool {
    matches!(outcome, Err(UseError::Refused(TokenRefused::Reused(_))))
}

/// All have read the family before the first writes it: what threads rarely do.
#[test]
fn a_thousand_uses_give_one_success_in_any_order() {
    let (clock, tokens) = tokens(0);
    let random = SystemRandom::new();
    for seed in 0..5 {
        let first = alone(tokens.begin("alice", &clock, &random)).unwrap();
        let uses = (0..1_000).map(|_| tokens.refresh(first.token(), &clock, &random));
        let outcomes = interleave(seed, uses);
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().any(is_reused), "the reuse was noticed");
        let winner = outcomes.into_iter().find_map(Result::ok).unwrap();
        let after = alone(tokens.refresh(winner.token(), &clock, &random));
        assert_eq!(after.err(), Some(TokenRefused::Unknown.into()), "the family ended");
    }
}

proptest! {
    /// Within the grace one rotates, and every other gets the same successor, which works.
    #[test]
    fn within_the_grace_all_agree_in_any_order(seed in any::<u64>(), count in 2..20_usize) {
        let (clock, tokens) = tokens(10);
        let random = SystemRandom::new();
        let first = alone(tokens.begin("alice", &clock, &random)).unwrap();
        let uses = (0..count).map(|_| tokens.refresh(first.token(), &clock, &random));
        let grants: Vec<_> = interleave(seed, uses).into_iter().map(Result::unwrap).collect();
        prop_assert_eq!(grants.iter().filter(|grant| !grant.is_repeated()).count(), 1);
        let token = grants[0].token();
        prop_assert!(grants.iter().all(|grant| grant.token().expose() == token.expose()));
        prop_assert!(alone(tokens.refresh(token, &clock, &random)).is_ok());
    }

    /// A logout that comes between never loses: afterwards no token of the family works.
    #[test]
    fn a_family_that_ended_stays_so_in_any_order(seed in any::<u64>(), revoke in any::<bool>()) {
        let (clock, tokens) = tokens(10);
        let random = SystemRandom::new();
        let first = alone(tokens.begin("alice", &clock, &random)).unwrap();
        let (revocations, family) = (tokens.revocations.clone(), first.family());
        let use_it = async |n: u64| match n {
            0 if revoke => {
                revocations.revoke_subject("alice", &clock, &random).await.map(|_| None).unwrap()
            }
            0 => tokens.end_family(&family).await.map(|_| None).unwrap(),
            _ => tokens.refresh(first.token(), &clock, &random).await.ok(),
        };
        let grants = interleave(seed, (0..6).map(use_it));
        for grant in grants.iter().flatten() {
            let after = alone(tokens.refresh(grant.token(), &clock, &random));
            prop_assert!(after.is_err());
        }
    }
}
