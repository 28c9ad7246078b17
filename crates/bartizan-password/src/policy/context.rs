//! Words that an attacker tries first because of who the user is and where.

use bartizan_core::SecretString;

use super::folding::{SUBSTITUTIONS, is_accent, plain};

/// Returns whether `password` contains a part of one of `words`.
///
/// All words are looked for side by side, 64 characters of them at a time, in one step for each
/// character of the password.
pub(super) fn contains_any(password: &str, words: &[&str]) -> bool {
    if words.is_empty() {
        return false;
    }
    let folded = folded(password);
    let mut search = Search::new(folded.expose());
    words.iter().take(MAX_CONTEXT_WORDS).any(|word| contains_part(&mut search, word))
        || search.finish()
}

/// Returns the password as words are compared with it: once, as it may be read many times.
fn folded(password: &str) -> SecretString {
    // Room for all, so that no copy is left behind by growing.
    let mut folded = String::with_capacity(plain(password).map(char::len_utf8).sum());
    folded.extend(plain(password));
    SecretString::from(folded)
}

fn contains_part(search: &mut Search<'_>, word: &str) -> bool {
    match word.rsplit_once('@') {
        None => contains_text(search, word),
        Some((local, domain)) => {
            // Everyone's address ends in `com` or the like.
            let domain = domain.rsplit_once('.').map_or(domain, |(labels, _)| labels);
            contains_text(search, local) || contains_text(search, domain)
        }
    }
}

/// Looks for the pieces of `text`, and for the whole in case they are short: `Ann Lee` as it is,
/// and as `annlee`.
fn contains_text(search: &mut Search<'_>, text: &str) -> bool {
    let end = text.char_indices().nth(MAX_TEXT_CHARS).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end).unwrap_or(text).trim();
    let separates = |char: char| !char.is_alphanumeric() && !is_accent(char);

    let found = text.split(separates).any(|piece| search.look_for(plain(piece)));
    found
        || text.contains(separates)
            && (search.look_for(plain(text))
                || search.look_for(plain(text).filter(|char| !separates(*char))))
}

/// Looks for several words in one text at once: the Shift-And algorithm.
struct Search<'a> {
    /// In lower case and without accents.
    text: &'a str,
    pattern: Pattern,
}

impl<'a> Search<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, pattern: Pattern::EMPTY }
    }

    /// Adds a word, and its reverse. When there is no more room the text is searched for those
    /// that were added before: then it says whether one is in it.
    fn look_for(&mut self, word: impl Iterator<Item = char>) -> bool {
        let mut buffer = ['\0'; MAX_PIECE_CHARS];
        let mut len: usize = 0;
        for (slot, char) in buffer.iter_mut().zip(word) {
            *slot = char;
            len = len.saturating_add(1);
        }
        let word = buffer.get(..len).unwrap_or(&buffer);
        if weight(word) < MIN_WEIGHT {
            return false;
        }
        self.add(word.iter().copied())
            || weight(word) >= MIN_REVERSED_WEIGHT && self.add(word.iter().rev().copied())
    }

    fn add(&mut self, word: impl ExactSizeIterator<Item = char>) -> bool {
        let found = !self.pattern.has_room(word.len()) && self.finish();
        self.pattern.push(word);
        found
    }

    /// Searches for what was added, and forgets it.
    fn finish(&mut self) -> bool {
        let found = !self.pattern.is_empty() && self.pattern.is_in(self.text.chars());
        self.pattern = Pattern::EMPTY;
        found
    }
}

/// Words one after the other. Bit n of each number stands for the character n of them all.
struct Pattern {
    len: usize,
    /// The first character of each word, and the last.
    firsts: u64,
    lasts: u64,
    /// Where each ASCII character matches.
    ascii: [u64; 128],
    /// Where other characters match: each of the word, or the one substitute beyond ASCII.
    others: [(char, u64); MAX_PIECE_CHARS],
    other_count: usize,
}

impl Pattern {
    const EMPTY: Self = Self {
        len: 0,
        firsts: 0,
        lasts: 0,
        ascii: [0; 128],
        others: [('\0', 0); MAX_PIECE_CHARS],
        other_count: 0,
    };

    const fn is_empty(&self) -> bool {
        self.len == 0
    }

    const fn has_room(&self, chars: usize) -> bool {
        self.len.saturating_add(chars) <= MAX_PIECE_CHARS
    }

    fn push(&mut self, word: impl ExactSizeIterator<Item = char>) {
        self.firsts |= bit(self.len);
        for char in word {
            let here = bit(self.len);
            self.matches(char, here);
            self.substitutes_match(char, here);
            self.len = self.len.saturating_add(1);
        }
        self.lasts |= bit(self.len.saturating_sub(1));
    }

    fn substitutes_match(&mut self, char: char, here: u64) {
        for (letter, substitutes) in &SUBSTITUTIONS {
            if *letter == char {
                substitutes.iter().for_each(|substitute| self.matches(*substitute, here));
            } else if substitutes.contains(&char) {
                self.matches(*letter, here);
            }
        }
    }

    fn matches(&mut self, char: char, here: u64) {
        if let Some(places) = ascii_index(char).and_then(|index| self.ascii.get_mut(index)) {
            *places |= here;
            return;
        }
        let known = self.others.iter().take(self.other_count).position(|(other, _)| *other == char);
        let index = known.unwrap_or(self.other_count);
        if let Some((other, places)) = self.others.get_mut(index) {
            (*other, *places) = (char, *places | here);
            self.other_count = self.other_count.max(index.saturating_add(1));
        }
    }

    fn places(&self, char: char) -> u64 {
        if let Some(index) = ascii_index(char) {
            return self.ascii.get(index).copied().unwrap_or_default();
        }
        let mut others = self.others.iter().take(self.other_count);
        others.find(|(other, _)| *other == char).map_or(0, |(_, places)| *places)
    }

    fn is_in(&self, mut text: impl Iterator<Item = char>) -> bool {
        let mut reached = 0;
        text.any(|char| {
            reached = (reached << 1 | self.firsts) & self.places(char);
            reached & self.lasts != 0
        })
    }
}

fn ascii_index(char: char) -> Option<usize> {
    char.is_ascii().then(|| usize::try_from(u32::from(char)).ok()).flatten()
}

fn bit(index: usize) -> u64 {
    u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index)).unwrap_or_default()
}

/// How much of a word there is. A character of the scripts that write a syllable or a word with one
/// counts twice.
fn weight(word: &[char]) -> usize {
    let wide = word.iter().filter(|char| **char >= '\u{2e80}').count();
    word.len().saturating_add(wide)
}

/// How many words are looked at. More than anybody has names.
const MAX_CONTEXT_WORDS: usize = 64;
/// How much of a word is looked at: of an address, of each side of the `@`.
const MAX_TEXT_CHARS: usize = 128;
/// How much of a piece is looked for, and all that is looked for at once.
const MAX_PIECE_CHARS: usize = 64;
/// Below that a word is in too many good passwords: those of Ann would have to do without "annual".
const MIN_WEIGHT: usize = 4;
/// Reversed words are less tried, and short ones are words again: "star", "rats".
const MIN_REVERSED_WEIGHT: usize = 5;

#[cfg(test)]
mod tests;
