//! The store beside a table that is searched from end to end.
#![expect(clippy::arithmetic_side_effects, reason = "a model of a few small numbers")]

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Create(u8, u64),
    Swap(u8, bool, u64),
    Remove(u8),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..6u8, 0..20u64).prop_map(|(n, secs)| Step::Create(n, secs)),
        (0..6u8, any::<bool>(), 0..20u64).prop_map(|(n, right, secs)| Step::Swap(n, right, secs)),
        (0..6u8).prop_map(Step::Remove),
        (0..9u64).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn the_store_does_what_a_plain_table_does(steps in prop::collection::vec(step(), 1..60)) {
        let (store, clock) = store(4);
        let mut model: Vec<(u8, u64)> = Vec::new();
        for step in steps {
            let now = clock.now().secs_since(START).unwrap();
            model.retain(|(_, until)| *until > now);
            let at = |n: u8| model.iter().position(|(other, _)| *other == n);
            match step {
                Step::Wait(secs) => clock.advance_secs(secs),
                Step::Create(n, secs) => {
                    let created = store.create_entry(&key(n), entry(n, now + secs));
                    let full = model.len() == 4 && secs > 0;
                    let expected = match at(n) {
                        Some(_) => Ok(false),
                        None if full => Err(StoreError::Full),
                        None => Ok(true),
                    };
                    prop_assert_eq!(created, expected);
                    if created == Ok(true) && secs > 0 {
                        model.push((n, now + secs));
                    }
                }
                Step::Swap(n, right, secs) => {
                    let version = store.read(&key(n)).map_or(0, |stored| stored.version().as_u64());
                    let version = Version::from_u64(if right { version } else { u64::MAX });
                    let swapped = store.swap_entry(&key(n), version, entry(n, now + secs)).unwrap();
                    match (at(n), right) {
                        (None, _) => prop_assert_eq!(swapped, Swap::Gone),
                        (Some(_), false) => prop_assert!(matches!(swapped, Swap::Conflict(_))),
                        (Some(at), true) => {
                            prop_assert_eq!(swapped, Swap::Done);
                            model[at].1 = now + secs;
                        }
                    }
                }
                Step::Remove(n) => {
                    prop_assert_eq!(store.remove_entry(&key(n)), at(n).is_some());
                    model.retain(|(other, _)| *other != n);
                }
            }
            let now = clock.now().secs_since(START).unwrap();
            for n in 0..6 {
                let there = model.iter().any(|(other, until)| *other == n && *until > now);
                prop_assert_eq!(store.read(&key(n)).is_some(), there);
            }
        }
    }
}
