//! Families beside a list of all tokens that were ever given out.

#![expect(clippy::arithmetic_side_effects, reason = "a model of a few small numbers")]

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Begin,
    /// Uses one of the tokens given out, counted from the latest.
    Use(usize),
    /// Ends the family of one of them.
    End(usize),
    RevokeSubject,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Begin),
        8 => (0..4usize).prop_map(Step::Use),
        1 => (0..8usize).prop_map(Step::End),
        1 => Just(Step::RevokeSubject),
        4 => (0..150u64).prop_map(Step::Wait),
    ]
}

/// What is known of a token: its text, its family, and which of the family's it is.
struct Issued {
    token: SecretString,
    family: usize,
    number: usize,
}

struct FamilyModel {
    begun: u64,
    /// The number of the token that is good, and when the one before was used.
    current: usize,
    rotated: u64,
    good_until: u64,
    alive: bool,
}

const GRACE_SECS: u64 = 60;

proptest! {
    #[test]
    fn families_do_what_a_list_of_all_tokens_does(steps in prop::collection::vec(step(), 1..80)) {
        let fixture = Fixture::with_grace_secs(GRACE_SECS);
        let mut issued: Vec<Issued> = Vec::new();
        let mut families: Vec<FamilyModel> = Vec::new();
        for step in steps {
            let now = fixture.clock.now().secs_since(START).unwrap();
            match step {
                Step::Wait(secs) => fixture.clock.advance_secs(secs),
                Step::Begin => {
                    let token = SecretString::from(fixture.begin().token().expose());
                    issued.push(Issued { token, family: families.len(), number: 0 });
                    let good_until = now + IDLE_SECS;
                    let (current, rotated, alive) = (0, now, true);
                    families.push(FamilyModel { begun: now, current, rotated, good_until, alive });
                }
                Step::RevokeSubject => {
                    fixture.revoke_subject();
                    for family in &mut families {
                        family.alive = false;
                    }
                }
                Step::End(back) => {
                    let Some(at) = issued.len().checked_sub(back + 1) else { continue };
                    let _ended = ready(fixture.tokens.end(&issued[at].token)).unwrap();
                    families[issued[at].family].alive = false;
                }
                Step::Use(back) => {
                    let Some(at) = issued.len().checked_sub(back + 1) else { continue };
                    let (number, index) = (issued[at].number, issued[at].family);
                    let family = &mut families[index];
                    let outcome = fixture.refresh(&issued[at].token);
                    if !family.alive || now >= family.good_until {
                        prop_assert!(outcome.is_err());
                    } else if number == family.current {
                        let grant = outcome.unwrap();
                        prop_assert!(!grant.is_repeated());
                        family.current += 1;
                        family.rotated = now;
                        family.good_until = (now + IDLE_SECS).min(family.begun + ABSOLUTE_SECS);
                        let until = START.saturating_add_secs(family.good_until);
                        prop_assert_eq!(grant.expires_at(), until);
                        let token = SecretString::from(grant.token().expose());
                        issued.push(Issued { token, family: index, number: number + 1 });
                    } else if number + 1 == family.current && now - family.rotated < GRACE_SECS {
                        let grant = outcome.unwrap();
                        prop_assert!(grant.is_repeated());
                        let next = issued
                            .iter()
                            .find(|other| other.family == index && other.number == number + 1);
                        prop_assert_eq!(grant.token().expose(), next.unwrap().token.expose());
                    } else {
                        let reused =
                            matches!(outcome, Err(UseError::Refused(TokenRefused::Reused(_))));
                        prop_assert!(reused, "{outcome:?}");
                        family.alive = false;
                    }
                }
            }
        }
    }
}
