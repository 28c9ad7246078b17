//! How good a password is, told to the person who chooses it.

use core::fmt;

use bartizan_core::SecretString;
use zxcvbn::feedback::{Suggestion, Warning};
use zxcvbn::zxcvbn;

/// Estimates how soon a password is guessed, for a meter beside the field where it is chosen.
///
/// Never let it decide: it knows English words, names and Western habits, takes a long random
/// password for what its first 64 characters are, and changes its mind with each version. What
/// decides is a [`PasswordPolicy`](crate::PasswordPolicy).
///
/// `context_words` are those of [`PasswordPolicy::check`](crate::PasswordPolicy::check), within the
/// same bounds of count; of each the first 64 characters are looked at, whole and in parts.
///
/// It takes a fraction of a millisecond for usual passwords and up to some tens of them for hostile
/// ones, so keep it off the threads of an asynchronous runtime, and bound how often it is asked. The
/// estimator makes copies of the password that are not wiped. Feature `feedback`. It estimates by
/// [zxcvbn].
///
/// # Examples
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::feedback;
///
/// let weak = feedback(&SecretString::from("alice1987"), &["alice@example.org"]);
/// assert!(weak.score() <= 1);
/// assert_eq!(weak.suggestions()[0].to_string(), "Add another word or two, uncommon ones.");
///
/// let strong = feedback(&SecretString::from("gravel umbrella saxophone"), &[]);
/// assert_eq!((strong.score(), strong.warning()), (4, None));
/// ```
///
/// [zxcvbn]: https://github.com/dropbox/zxcvbn
#[must_use]
pub fn feedback(password: &SecretString, context_words: &[&str]) -> Feedback {
    let words = context_words.iter().take(MAX_WORDS).map(|word| cut(word));
    let parts = words.clone().flat_map(|word| word.split(|char: char| !char.is_alphanumeric()));
    let inputs: Vec<_> = words.chain(parts).filter(|input| !input.is_empty()).collect();

    let password = with_few_symbols(cut(password.expose()));
    let estimate = zxcvbn(password.expose(), &inputs);
    let told = estimate.feedback();
    Feedback {
        score: u8::from(estimate.score()),
        warning: told.and_then(zxcvbn::feedback::Feedback::warning).map(warning),
        suggestions: told
            .map(|told| told.suggestions().iter().copied().map(suggestion).collect())
            .unwrap_or_default(),
    }
}

/// What to tell the person who chooses a password. See [`feedback`](fn@feedback) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    score: u8,
    warning: Option<Advice>,
    suggestions: Vec<Advice>,
}

impl Feedback {
    /// Returns 0 to 4: guessed within 10^3, 10^6, 10^8, 10^10, or more attempts.
    #[must_use]
    pub const fn score(&self) -> u8 {
        self.score
    }

    /// Returns what is wrong, if something stands out.
    #[must_use]
    pub const fn warning(&self) -> Option<Advice> {
        self.warning
    }

    /// Returns what to do, if something should be done. The first matters most.
    #[must_use]
    pub fn suggestions(&self) -> &[Advice] {
        &self.suggestions
    }
}

/// One sentence of advice: in English, and as a code to translate.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::feedback;
///
/// let warning = feedback(&SecretString::from("qwertyuiop"), &[]).warning();
/// let warning = warning.ok_or("no warning")?;
/// assert_eq!(warning.code(), "password.advice.top_100");
/// assert_eq!(warning.to_string(), "This is one of the hundred most common passwords.");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Advice {
    code: &'static str,
    text: &'static str,
}

impl Advice {
    /// Returns the key of a translation, which stays the same in all later versions. Later versions
    /// may add others.
    ///
    /// After `password.advice.`, warnings are `row_of_keys`, `short_keyboard_pattern`,
    /// `repeated_character`, `repeated_unit`, `top_10`, `top_100`, `common`, `similar_to_common`,
    /// `sequence`, `year`, `single_word`, `date`, `single_name`, `common_name`; suggestions are
    /// `few_words`, `no_need_for_symbols`, `add_words`, `capitals_help_little`,
    /// `all_capitals_help_little`, `reversing_helps_little`, `substitutes_help_little`,
    /// `longer_keyboard_pattern`, `avoid_repetition`, `avoid_sequences`, `avoid_recent_years`,
    /// `avoid_own_years`, `avoid_own_dates`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

fn warning(warning: Warning) -> Advice {
    let (code, text) = match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => {
            ("password.advice.row_of_keys", "Rows of keys are easy to guess.")
        }
        Warning::ShortKeyboardPatternsAreEasyToGuess => (
            "password.advice.short_keyboard_pattern",
            "Short patterns on the keyboard are easy to guess.",
        ),
        Warning::RepeatsLikeAaaAreEasyToGuess => {
            ("password.advice.repeated_character", "Repetition like “aaa” is easy to guess.")
        }
        Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => (
            "password.advice.repeated_unit",
            "Repetition like “abcabcabc” is hardly better than “abc”.",
        ),
        Warning::ThisIsATop10Password => {
            ("password.advice.top_10", "This is one of the ten most common passwords.")
        }
        Warning::ThisIsATop100Password => {
            ("password.advice.top_100", "This is one of the hundred most common passwords.")
        }
        Warning::ThisIsACommonPassword => {
            ("password.advice.common", "This is a very common password.")
        }
        Warning::ThisIsSimilarToACommonlyUsedPassword => {
            ("password.advice.similar_to_common", "This is close to a common password.")
        }
        Warning::SequencesLikeAbcAreEasyToGuess => {
            ("password.advice.sequence", "Sequences like “abc” or “6543” are easy to guess.")
        }
        Warning::RecentYearsAreEasyToGuess => {
            ("password.advice.year", "Recent years are easy to guess.")
        }
        Warning::AWordByItselfIsEasyToGuess => {
            ("password.advice.single_word", "A single word is easy to guess.")
        }
        Warning::DatesAreOftenEasyToGuess => {
            ("password.advice.date", "Dates are often easy to guess.")
        }
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => {
            ("password.advice.single_name", "A single name is easy to guess.")
        }
        Warning::CommonNamesAndSurnamesAreEasyToGuess => {
            ("password.advice.common_name", "Common names are easy to guess.")
        }
    };
    Advice { code, text }
}

fn suggestion(suggestion: Suggestion) -> Advice {
    let (code, text) = match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases => {
            ("password.advice.few_words", "Use a few words that do not make a known phrase.")
        }
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => {
            ("password.advice.no_need_for_symbols", "Symbols, digits and capitals are not needed.")
        }
        Suggestion::AddAnotherWordOrTwo => {
            ("password.advice.add_words", "Add another word or two, uncommon ones.")
        }
        Suggestion::CapitalizationDoesntHelpVeryMuch => {
            ("password.advice.capitals_help_little", "Capitals do not help much.")
        }
        Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => (
            "password.advice.all_capitals_help_little",
            "All capitals are hardly better than none.",
        ),
        Suggestion::ReversedWordsArentMuchHarderToGuess => {
            ("password.advice.reversing_helps_little", "Words in reverse are hardly better.")
        }
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => (
            "password.advice.substitutes_help_little",
            "Usual substitutes, like “@” for “a”, do not help much.",
        ),
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => (
            "password.advice.longer_keyboard_pattern",
            "Use a longer pattern on the keyboard, with more turns.",
        ),
        Suggestion::AvoidRepeatedWordsAndCharacters => {
            ("password.advice.avoid_repetition", "Avoid repeated words and characters.")
        }
        Suggestion::AvoidSequences => ("password.advice.avoid_sequences", "Avoid sequences."),
        Suggestion::AvoidRecentYears => {
            ("password.advice.avoid_recent_years", "Avoid recent years.")
        }
        Suggestion::AvoidYearsThatAreAssociatedWithYou => {
            ("password.advice.avoid_own_years", "Avoid years that have to do with you.")
        }
        Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => {
            ("password.advice.avoid_own_dates", "Avoid dates and years that have to do with you.")
        }
    };
    Advice { code, text }
}

/// The beginning, which is all that is looked at.
fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// Replaces symbols that stand for letters, but for the first few.
///
/// The estimator tries all combinations of what they may stand for: 64 characters with all of them
/// would take half a second. What is replaced still counts as a character that must be guessed.
fn with_few_symbols(text: &str) -> SecretString {
    let mut kept = Vec::with_capacity(MAX_SYMBOLS);
    let replace = |char| {
        if !SYMBOLS_FOR_LETTERS.contains(&char) || kept.contains(&char) {
            return char;
        }
        if kept.len() < MAX_SYMBOLS {
            kept.push(char);
            return char;
        }
        REPLACEMENT
    };
    // Room for all, so that no copy is left behind by growing: a symbol becomes one byte longer.
    let mut replaced = String::with_capacity(text.len().saturating_mul(2));
    replaced.extend(text.chars().map(replace));
    SecretString::from(replaced)
}

/// Those for which the estimator knows letters, without the digits.
const SYMBOLS_FOR_LETTERS: [char; 10] = ['@', '(', '{', '[', '<', '!', '|', '$', '+', '%'];
const MAX_SYMBOLS: usize = 2;
/// No symbol that the estimator knows.
const REPLACEMENT: char = '·';
/// The work grows with the cube of it.
const MAX_CHARS: usize = 64;
const MAX_WORDS: usize = 64;

#[cfg(test)]
mod tests;
