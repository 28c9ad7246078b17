//! Passwords that many people use, and what they make of them when told to use a better one.

use super::effort::effort;
use super::folding::{SUBSTITUTIONS, lower, plain};
use crate::common::is_common;

/// Returns whether the password is listed, or is a listed one with less than `enough` effort added
/// before and after it.
///
/// What is added is digits and symbols: `password1234567`, `!!p@ssw0rd!!!!!!`. Words are not taken
/// off: a phrase is not common because one of its words is.
pub(super) fn is_listed(password: &str, enough: u8) -> bool {
    if in_any_reading(password) {
        return true;
    }
    let symbol = |char: char| !char.is_alphanumeric();
    let no_letter = |char: char| !char.is_alphabetic();
    // A symbol at the beginning may stand for a letter, and a digit at the end belong to the word.
    let cores = [
        password.trim_end_matches(symbol),
        password.trim_end_matches(no_letter),
        password.trim_matches(symbol),
        password.trim_matches(no_letter),
    ];
    let mut last = password;
    cores.into_iter().any(|core| {
        let new = core.len() < last.len();
        last = core;
        new && added(password, core, enough) < enough && in_any_reading(core)
    })
}

/// The effort of what is around the core.
fn added(password: &str, core: &str, enough: u8) -> u8 {
    password.split_once(core).map_or(0, |(before, after)| {
        effort(lower(before), enough).saturating_add(effort(lower(after), enough))
    })
}

/// As it is, and with letters for what may be written in their place.
fn in_any_reading(password: &str) -> bool {
    if is_common(lower(password)) {
        return true;
    }
    let substituted =
        |char| SUBSTITUTIONS.iter().any(|(_, substitutes)| substitutes.contains(&char));
    let ambiguous = |char| "1!|".contains(char);
    (password.contains(substituted) || !password.is_ascii())
        && (is_common(plain(password).map(|char| letter(char, 'i')))
            || password.contains(ambiguous)
                && is_common(plain(password).map(|char| letter(char, 'l'))))
}

/// The letter that `char` stands for. What stands for `i` and `l` is taken for `ambiguous`.
fn letter(char: char, ambiguous: char) -> char {
    let mut letters = SUBSTITUTIONS.iter().filter(|(_, substitutes)| substitutes.contains(&char));
    match letters.next() {
        None => char,
        Some(('i', _)) => ambiguous,
        Some((letter, _)) => *letter,
    }
}

#[cfg(test)]
mod tests;
