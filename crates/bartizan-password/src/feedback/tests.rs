use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn of(password: &str, words: &[&str]) -> Feedback {
    feedback(&SecretString::from(password), words)
}

fn warned(password: &str) -> Option<&'static str> {
    of(password, &[]).warning().map(|advice| advice.code())
}

#[test]
fn the_score_rises_with_what_a_guess_costs() {
    let scores = ["password", "qwerty12", "gravel7umb", "gravel umbrella saxophone"]
        .map(|password| of(password, &[]).score());
    assert!(scores.is_sorted() && scores[0] == 0 && scores[3] == 4, "{scores:?}");
    assert_eq!(of("", &[]).score(), 0);
    assert!(!of("", &[]).suggestions().is_empty());
}

#[test]
fn a_warning_says_what_stands_out() {
    assert_eq!(warned("password"), Some("password.advice.top_10"));
    assert_eq!(warned("aaaaaaaaaaaa"), Some("password.advice.repeated_character"));
    assert_eq!(warned("abcdefghij"), Some("password.advice.sequence"));
    assert_eq!(warned("gravel umbrella saxophone"), None);
}

#[test]
fn words_of_the_context_are_worth_nothing_also_in_parts() {
    let password = "zyxomatic-quorble";
    assert_eq!(of(password, &[]).score(), 4);
    assert!(of(password, &["zyxomatic.quorble@example.org"]).score() < 4);
}

#[test]
fn only_the_beginning_counts() {
    let long = "aq9".repeat(30);
    let beginning: String = long.chars().take(64).collect();
    assert_eq!(of(&long, &[]), of(&beginning, &[]));
    assert_eq!(cut(&"🦀".repeat(65)), "🦀".repeat(64));
}

#[test]
fn each_advice_has_a_code_and_a_sentence_of_its_own() {
    let advice = [
        warning(Warning::StraightRowsOfKeysAreEasyToGuess),
        warning(Warning::ShortKeyboardPatternsAreEasyToGuess),
        warning(Warning::RepeatsLikeAaaAreEasyToGuess),
        warning(Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess),
        warning(Warning::ThisIsATop10Password),
        warning(Warning::ThisIsATop100Password),
        warning(Warning::ThisIsACommonPassword),
        warning(Warning::ThisIsSimilarToACommonlyUsedPassword),
        warning(Warning::SequencesLikeAbcAreEasyToGuess),
        warning(Warning::RecentYearsAreEasyToGuess),
        warning(Warning::AWordByItselfIsEasyToGuess),
        warning(Warning::DatesAreOftenEasyToGuess),
        warning(Warning::NamesAndSurnamesByThemselvesAreEasyToGuess),
        warning(Warning::CommonNamesAndSurnamesAreEasyToGuess),
        suggestion(Suggestion::UseAFewWordsAvoidCommonPhrases),
        suggestion(Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters),
        suggestion(Suggestion::AddAnotherWordOrTwo),
        suggestion(Suggestion::CapitalizationDoesntHelpVeryMuch),
        suggestion(Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase),
        suggestion(Suggestion::ReversedWordsArentMuchHarderToGuess),
        suggestion(Suggestion::PredictableSubstitutionsDontHelpVeryMuch),
        suggestion(Suggestion::UseALongerKeyboardPatternWithMoreTurns),
        suggestion(Suggestion::AvoidRepeatedWordsAndCharacters),
        suggestion(Suggestion::AvoidSequences),
        suggestion(Suggestion::AvoidRecentYears),
        suggestion(Suggestion::AvoidYearsThatAreAssociatedWithYou),
        suggestion(Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou),
    ];
    let codes: HashSet<_> = advice.iter().map(Advice::code).collect();
    let texts: HashSet<_> = advice.iter().map(ToString::to_string).collect();
    assert_eq!((codes.len(), texts.len()), (advice.len(), advice.len()));
    let documented = include_str!("../feedback.rs");
    for advice in advice {
        let name = advice.code().strip_prefix("password.advice.").unwrap();
        assert!(documented.contains(&format!("`{name}`")), "{name}");
        assert!(advice.to_string().ends_with('.'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_input_is_too_much(
        password in "\\PC{0,100}",
        words in prop::collection::vec("\\PC{0,100}", 0..70),
    ) {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        prop_assert!(of(&password, &words).score() <= 4);
    }
}

#[test]
fn symbols_that_stand_for_letters_are_replaced_but_for_the_first_two() {
    let seen = |text| with_few_symbols(text).expose().to_owned();
    assert_eq!(seen("p@$$w0rd"), "p@$$w0rd");
    assert_eq!(seen("p@$$w0rd!(@$!"), "p@$$w0rd··@$·");
    assert_eq!(warned("p@$$word"), Some("password.advice.similar_to_common"));
    let symbols: String = SYMBOLS_FOR_LETTERS.iter().collect();
    assert_eq!(seen(&symbols), "@(········");
}
