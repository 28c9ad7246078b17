use crate::{NotMatched, PatternError, Patterns};

#[test]
fn a_pattern_is_about_the_whole_input() {
    let pattern = Patterns::DEFAULT.whole("a|ab|[0-9]+").unwrap();
    for input in ["a", "ab", "42"] {
        assert_eq!(pattern.check(input), Ok(input));
    }
    for input in ["", "abc", "xa", "a\n", "\na", "4 2"] {
        assert_eq!(pattern.check(input), Err(NotMatched::Different), "{input:?}");
    }
    // Not even in a mode where lines have starts and ends.
    let lines = Patterns::DEFAULT.whole("(?m)^a$").unwrap();
    assert_eq!(lines.check("a\nb"), Err(NotMatched::Different));
}

#[test]
fn a_pattern_does_not_leave_its_anchors() {
    for pattern in ["a)|(?:b", "a)|(b", "(", ")", "a(?x) # no end"] {
        let found = Patterns::DEFAULT.whole(pattern).map(|pattern| pattern.check("xxb").is_ok());
        assert!(matches!(found, Err(PatternError::Syntax) | Ok(false)), "{pattern}");
    }
    assert_eq!(Patterns::DEFAULT.whole("a)|(?:b").map(drop), Err(PatternError::Syntax));
}

/// asvs: V1.3.12
#[test]
fn patterns_and_inputs_are_bounded() {
    let refused = |pattern: &str| Patterns::DEFAULT.whole(pattern).map(drop).unwrap_err();
    assert_eq!(refused(&"a".repeat(1_025)), PatternError::TooLong);
    assert_eq!(refused(r"\pL{1000}"), PatternError::TooLarge);
    assert_eq!(refused("((((a{20}){20}){20}){20}){20}"), PatternError::TooLarge);
    assert_eq!(refused(&"(".repeat(500)), PatternError::Syntax);
    for pattern in [r"(a)\1", "(?=a)", "(?<!a)b"] {
        assert_eq!(refused(pattern), PatternError::Syntax, "what needs backtracking");
    }
    let pattern = Patterns::DEFAULT.whole("(a+)+").unwrap();
    assert!(pattern.check(&"a".repeat(1 << 16)).is_ok());
    assert_eq!(pattern.check(&"a".repeat((1 << 16) + 1)), Err(NotMatched::TooLong));
    assert_eq!(pattern.groups(&"a".repeat((1 << 16) + 1)).map(drop), Err(NotMatched::TooLong));
}
