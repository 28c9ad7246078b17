use std::collections::HashSet;

use bartizan_core::danger::ExportKey as _;
use bartizan_core::{KeyId, KeyRecord, KeyState, SecretBytes, UnixTime, hex};

use super::*;

const EMAIL: Column<'_> = Column::new("users", "email");

fn keyring(generation: u64, states: &[(u8, KeyState)]) -> Keyring<IndexKey> {
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let records = states.iter().map(|(id, state)| {
        let key = IndexKey::import(&SecretBytes::from([*id; 32])).unwrap();
        let material = (*state != KeyState::Destroyed).then_some(key);
        KeyRecord::restore(KeyId::from_u32((*id).into()), *state, times, material)
    });
    Keyring::restore(generation, records.collect()).unwrap()
}

fn shared() -> SharedKeyring<IndexKey> {
    SharedKeyring::new(keyring(1, &[(1, KeyState::Active)]))
}

fn index(column: &Column<'_>, bits: u8, normalization: Normalization) -> BlindIndex {
    BlindIndex::new(shared(), column, IndexBits::new(bits).unwrap(), normalization)
}

/// What was indexed once is found for ever. The token was computed with another program.
#[test]
fn is_what_the_first_version_wrote() {
    let token = index(&EMAIL, 128, Normalization::Exact).token("alice@example.org");
    assert_eq!(hex::encode(token.as_bytes()), "54a2d565bbe3702bda5d5d6f334ebbf7");
}

#[test]
fn a_shorter_token_is_the_beginning_of_a_longer_one() {
    let longest = index(&EMAIL, 128, Normalization::Exact).token("alice");
    let longest = u128::from_be_bytes(longest.as_bytes().try_into().unwrap());
    for bits in 8..=128 {
        let token = index(&EMAIL, bits, Normalization::Exact).token("alice");
        assert_eq!(token.as_bytes().len(), usize::from(bits.div_ceil(8)));
        let mut padded = [0; 16];
        padded[..token.as_bytes().len()].copy_from_slice(token.as_bytes());
        let kept = longest & u128::MAX << (128 - bits);
        assert_eq!(u128::from_be_bytes(padded), kept, "{bits}");
    }
    for bits in [0, 7, 129, 255] {
        assert_eq!(IndexBits::new(bits), Err(InvalidIndexBits));
    }
}

#[test]
fn each_column_and_tenant_has_a_key_of_its_own() {
    let columns = [
        EMAIL,
        Column::new("users", "mail"),
        Column::new("user", "semail"),
        EMAIL.version(2),
        EMAIL.of_tenant("acme"),
        EMAIL.of_tenant("evil"),
    ];
    let token = |column| index(column, 128, Normalization::Exact).token("alice");
    assert_eq!(columns.iter().map(token).collect::<HashSet<_>>().len(), columns.len());
}

#[test]
fn what_counts_as_equal_is_said() {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
    for (normalization, one, other, equal) in [
        (Normalization::Exact, "Alice", "Alice", true),
        (Normalization::Exact, "Alice", "alice", false),
        (Normalization::AsciiLowercase, "ALICE", "alice", true),
        (Normalization::AsciiLowercase, "Älice", "älice", false),
        (Normalization::AsciiLowercase, "alice ", "alice", false),
        (Normalization::By(digits), "555-0100", "(555) 0100", true),
        (Normalization::By(digits), "555-0100", "555-0101", false),
    ] {
        let index = index(&EMAIL, 128, normalization);
        assert_eq!(index.token(one) == index.token(other), equal, "{one} {other}");
        assert_eq!(index.search(one).contains(&index.token(other)), equal);
    }
}

/// Two keys are valid while one replaces the other.
#[test]
fn rows_of_both_keys_are_found_while_it_rotates() {
    use KeyState::{Active, Compromised, Deactivated, Destroyed, PreActivation};

    let keys = shared();
    let bits = IndexBits::new(64).unwrap();
    let index = BlindIndex::new(keys.clone(), &EMAIL, bits, Normalization::Exact);
    let old = index.token("alice");

    keys.replace(keyring(2, &[(1, Active), (2, PreActivation)])).unwrap();
    assert_eq!(index.token("alice"), old);
    let published = index.search("alice");
    assert_eq!((published.len(), published[0]), (2, old));

    keys.replace(keyring(3, &[(1, Deactivated), (2, Active)])).unwrap();
    let new = index.token("alice");
    assert_eq!(index.search("alice"), [new, old]);
    assert_eq!(published[1], new, "a process that is ahead is found already");

    for (generation, state) in [(4, Compromised), (5, Destroyed)] {
        keys.replace(keyring(generation, &[(1, state), (2, Active)])).unwrap();
        assert_eq!(index.search("alice"), [new]);
    }
}

#[test]
fn an_index_keeps_no_keyring_that_was_replaced() {
    let keys = shared();
    let bits = IndexBits::new(64).unwrap();
    let index = BlindIndex::new(keys.clone(), &EMAIL, bits, Normalization::Exact);
    let _token = index.token("alice");
    let old = Arc::downgrade(&keys.snapshot());
    keys.replace(keyring(2, &[(1, KeyState::Destroyed), (2, KeyState::Active)])).unwrap();
    assert!(old.upgrade().is_none());
}

/// The rate that is documented, within five standard deviations.
#[test]
fn false_positives_are_as_many_as_said() {
    let index = index(&EMAIL, 8, Normalization::Exact);
    let wanted = index.token("alice");
    let found = (0..25_600).filter(|row| index.token(&format!("user {row}")) == wanted).count();
    let expected = index.bits.false_positives(25_600);
    assert!((expected - 100.0).abs() < 1e-9);
    assert!((50..=150).contains(&found), "{found}");
}

#[test]
fn nothing_secret_is_shown() {
    assert_eq!(format!("{:?}", shared().snapshot().primary().1), "IndexKey(..)");
    assert!(!format!("{:?}", index(&EMAIL, 8, Normalization::Exact)).contains("[1, 1"));
}
