use std::collections::BTreeSet;

use bartizan_core::Random as _;
use bartizan_core::danger::PredictableRandom;

use super::*;

#[path = "../../examples/build_common/candidates.rs"]
pub(crate) mod candidates;
#[path = "../../examples/build_common/table.rs"]
pub(crate) mod table;

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// When this fails, the lists or the rules have changed: run the example `build_common`.
#[test]
fn the_table_is_what_the_tool_builds() {
    let candidates = candidates::all().unwrap();
    let keys: Vec<u64> = candidates.iter().map(|candidate| key(folded(candidate))).collect();
    let table = table::table(&keys).unwrap();
    assert!(include_bytes!("table.bin") == table.as_slice(), "run `--example build_common`");
}

#[test]
fn there_is_a_class_of_its_own_for_fifteen_characters_and_more() {
    let candidates = candidates::all().unwrap();
    let long = candidates.iter().filter(|candidate| candidate.chars().count() >= 15).count();
    assert_eq!((candidates.len(), long), (35_787, 20_857));
}

#[test]
fn what_people_make_of_a_short_password_is_common() {
    for password in [
        "passwordpassword",
        "dragondragondragon",
        "jennifer1234567",
        "Administrator2024",
        "iloveyouprincess",
        "QWERTYUIOPASDFGH",
        "1qaz2wsx3edc4rfv",
        "mnbvcxzlkjhgfdsapoiuytrewq",
        "123456789012345",
        "abcdefghijklmnopqrst",
        "Correct-Horse-Battery-Staple",
        "to be or not to be",
        "MayTheForceBeWithYou!",
    ] {
        assert!(is_common(folded(password)), "{password}");
    }
}

#[test]
fn part_of_a_common_password_and_a_short_one_are_not_common() {
    for password in ["", "p", "1234567", "asswordpassword", "passwordpasswor", "passwordpasswore"] {
        assert!(!is_common(folded(password)), "{password}");
    }
}

/// Of 100,000 passwords of 16 random letters and digits, 1.5 are expected to be refused. More than
/// 20 are not seen in a universe's lifetime.
#[test]
fn a_good_password_is_hardly_ever_taken_for_a_common_one() {
    let random = PredictableRandom::from_seed(3);
    let alphabet: Vec<char> = ('a'..='z').chain('0'..='5').collect();
    let refused = (0..100_000)
        .filter(|_| {
            let mut bytes = [0; 16];
            random.fill(&mut bytes).unwrap();
            is_common(bytes.into_iter().map(|byte| alphabet[usize::from(byte % 32)]))
        })
        .count();
    assert!(refused <= 20, "{refused} of 100,000");
}

#[test]
fn no_two_short_texts_have_one_key() {
    let letters = || 'a'..='z';
    let texts =
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    let keys: BTreeSet<u64> = texts.map(|text| key(text.into_iter())).collect();
    assert_eq!(keys.len(), 26 * 26 * 26);
}
