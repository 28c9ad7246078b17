use std::collections::{BTreeMap, HashMap};

use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::{Column, CompactEnvelope, CompactKey, Envelope, SealingKey};

const NAME: Column<'_> = Column::new("users", "name");

fn envelope() -> Envelope {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    Envelope::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap()))
}

fn sealed<T: Serialize + DeserializeOwned>(with: &Envelope, value: &T) -> Sealed<T> {
    Sealed::seal(value, with, &NAME.row(7), Padding::None).unwrap()
}

#[test]
fn a_value_opens_where_it_belongs_and_nowhere_else() {
    let envelope = envelope();
    let sealed = sealed(&envelope, &"Alice".to_owned());
    assert_eq!(sealed.open(&envelope, &NAME.row(7)).unwrap(), "Alice");
    let others = [
        NAME.row(8),
        NAME.row("7"),
        NAME.of_tenant("acme").row(7),
        NAME.version(2).row(7),
        Column::new("users", "town").row(7),
        NAME.any_row(),
        Context::none(),
    ];
    for other in others {
        let forged = Err(OpenValueError::Open(OpenError::Forged));
        assert_eq!(sealed.open(&envelope, &other), forged, "{other:?}");
    }
}

#[test]
fn what_is_of_another_type_says_so() {
    let envelope = envelope();
    let text = sealed(&envelope, &"7".to_owned());
    let number = Sealed::<u64>::from_bytes(text.into_bytes());
    assert_eq!(number.open(&envelope, &NAME.row(7)), Err(OpenValueError::OtherType));

    for not_json in [&b"\"Alice\""[..], b"", b"\x80", b"\"a\" \"b\"\x80", b"\"a\x80", b"\xff\x80"] {
        let bytes = envelope.seal(&NAME.row(7), not_json).unwrap();
        let opened = Sealed::<String>::from_bytes(bytes).open(&envelope, &NAME.row(7));
        assert_eq!(opened, Err(OpenValueError::OtherType), "{not_json:?}");
    }
}

#[test]
fn what_json_has_no_word_for_is_not_sealed() {
    let map = HashMap::from([(vec![1_u8], 2_u8)]);
    let sealed = Sealed::seal(&map, &envelope(), &NAME.row(7), Padding::None);
    assert_eq!(sealed, Err(SealValueError::Unwritable));
}

#[test]
fn with_padding_short_and_long_look_alike() {
    let envelope = envelope();
    let len = |name: &str| {
        let name = name.to_owned();
        let sealed = Sealed::seal(&name, &envelope, &NAME.row(7), Padding::Block(64)).unwrap();
        assert_eq!(sealed.open(&envelope, &NAME.row(7)).unwrap(), name);
        sealed.as_bytes().len()
    };
    assert_eq!(len("Al"), Envelope::sealed_len(64));
    assert_eq!(len("Al"), len("Alexandria Bartholomew-Featherstonehaugh"));
}

#[test]
fn both_kinds_of_envelope_seal_it() {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, CompactKey::generate);
    let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
    let compact = CompactEnvelope::new(keys);
    let sealed = Sealed::seal(&true, &compact, &NAME.row(7), Padding::Block(8)).unwrap();
    assert_eq!(sealed.as_bytes().len(), CompactEnvelope::sealed_len(8));
    assert_eq!(sealed.open(&compact, &NAME.row(7)), Ok(true));
}

#[test]
fn neither_bytes_nor_errors_show_the_value() {
    let sealed = sealed(&envelope(), &"Alice".to_owned());
    assert_eq!(format!("{sealed:?}"), "Sealed(85 bytes)");
    assert_eq!(OpenValueError::OtherType.to_string(), "the sealed value is of another type");
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(
        value: BTreeMap<String, (Option<i64>, Vec<u8>, String)>,
        block: u16,
    ) {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Record {
            value: BTreeMap<String, (Option<i64>, Vec<u8>, String)>,
        }
        let (envelope, record) = (envelope(), Record { value });
        for padding in [Padding::None, Padding::Block(block), Padding::Padme] {
            let sealed = Sealed::seal(&record, &envelope, &NAME.row("7"), padding).unwrap();
            prop_assert_eq!(&sealed.open(&envelope, &NAME.row("7")).unwrap(), &record);
        }
    }
}
