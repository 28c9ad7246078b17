//! Regular expressions that take linear time, within limits.

use core::error::Error;
use core::fmt;

use regex::{Regex, RegexBuilder};

/// Makes [patterns](Pattern), within limits.
///
/// The time that a pattern takes grows with the input and not faster, whatever both are: there is no
/// backtracking, and so no look-around and no back-reference. Patterns may come from users.
///
/// ```
/// use bartizan_validate::{NotMatched, Patterns};
///
/// let postcode = Patterns::DEFAULT.whole("[0-9]{4}|[0-9]{5}")?;
/// assert_eq!(postcode.check("80100")?, "80100");
/// assert_eq!(postcode.check("80100\n").unwrap_err(), NotMatched::Different);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patterns {
    // All in bytes.
    pattern: usize,
    compiled: usize,
    input: usize,
}

impl Patterns {
    /// Patterns of up to 1 KiB that compile to up to 256 KiB, and inputs of up to 64 KiB.
    pub const DEFAULT: Self = Self { pattern: 1 << 10, compiled: 256 << 10, input: 64 << 10 };

    /// Sets how long a pattern may be, in bytes.
    #[must_use]
    pub const fn max_pattern_bytes(self, bytes: usize) -> Self {
        Self { pattern: bytes, ..self }
    }

    /// Sets how large a pattern may be once it is compiled, in bytes.
    #[must_use]
    pub const fn max_compiled_bytes(self, bytes: usize) -> Self {
        Self { compiled: bytes, ..self }
    }

    /// Sets how long an input may be, in bytes.
    #[must_use]
    pub const fn max_input_bytes(self, bytes: usize) -> Self {
        Self { input: bytes, ..self }
    }

    /// Compiles a pattern that is about the input as a whole.
    ///
    /// # Errors
    ///
    /// - [`TooLong`](PatternError::TooLong), [`TooLarge`](PatternError::TooLarge): a limit is
    ///   exceeded.
    /// - [`Syntax`](PatternError::Syntax): it is no pattern.
    pub fn whole(&self, pattern: &str) -> Result<Pattern, PatternError> {
        // By itself first: `a)|(b` would leave the group that anchors it.
        let _alone = self.compile(pattern, pattern.len())?;
        self.pattern(&format!(r"\A(?:{pattern})\z"), pattern.len())
    }

    /// Compiles a pattern that some part of the input has to match.
    ///
    /// ```
    /// use bartizan_validate::Patterns;
    ///
    /// let digit = Patterns::DEFAULT.part("[0-9]")?;
    /// assert_eq!(digit.check("route 66")?, "6");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`whole`](Self::whole).
    pub fn part(&self, pattern: &str) -> Result<Pattern, PatternError> {
        self.pattern(pattern, pattern.len())
    }

    fn pattern(&self, pattern: &str, len: usize) -> Result<Pattern, PatternError> {
        let regex = self.compile(pattern, len)?;
        Ok(Pattern { regex, max_input_bytes: self.input })
    }

    fn compile(&self, pattern: &str, len: usize) -> Result<Regex, PatternError> {
        if len > self.pattern {
            return Err(PatternError::TooLong);
        }
        let regex = RegexBuilder::new(pattern)
            .size_limit(self.compiled)
            .dfa_size_limit(self.compiled)
            .nest_limit(64)
            .build();
        regex.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
            _ => PatternError::Syntax,
        })
    }
}

impl Default for Patterns {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A regular expression that takes linear time. [`Patterns`] makes them.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    max_input_bytes: usize,
}

impl Pattern {
    /// Returns what matches: the whole input, unless the pattern is about [a part](Patterns::part).
    ///
    /// # Errors
    ///
    /// - [`TooLong`](NotMatched::TooLong): the input is longer than the limit.
    /// - [`Different`](NotMatched::Different): it does not match.
    pub fn check<'i>(&self, input: &'i str) -> Result<&'i str, NotMatched> {
        let found = self.regex.find(self.bounded(input)?);
        found.map(|found| found.as_str()).ok_or(NotMatched::Different)
    }

    /// Returns the groups of what matches.
    ///
    /// ```
    /// use bartizan_validate::Patterns;
    ///
    /// let version = Patterns::DEFAULT.whole(r"v(?<major>[0-9]{1,4})\.[0-9]{1,4}")?;
    /// assert_eq!(version.groups("v1.89")?.get("major"), Some("1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check).
    pub fn groups<'i>(&self, input: &'i str) -> Result<Groups<'i>, NotMatched> {
        self.regex.captures(self.bounded(input)?).map(Groups).ok_or(NotMatched::Different)
    }

    fn bounded<'i>(&self, input: &'i str) -> Result<&'i str, NotMatched> {
        if input.len() > self.max_input_bytes { Err(NotMatched::TooLong) } else { Ok(input) }
    }
}

/// The named groups of a match.
pub struct Groups<'i>(regex::Captures<'i>);

impl<'i> Groups<'i> {
    /// Returns what the group of this name matched, if it took part.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'i str> {
        self.0.name(name).map(|found| found.as_str())
    }
}

impl fmt::Debug for Groups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Groups(..)")
    }
}

/// Why a pattern was refused. Whoever wrote it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: an author can be told of each")]
pub enum PatternError {
    /// It is longer than the limit.
    TooLong,
    /// It is larger than the limit once it is compiled.
    TooLarge,
    /// It is no pattern.
    Syntax,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the pattern is too long",
            Self::TooLarge => "the pattern is too large once it is compiled",
            Self::Syntax => "the pattern is not a regular expression",
        })
    }
}

impl Error for PatternError {}

/// Why an input does not match. The client is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed on purpose: a client can be told of each")]
pub enum NotMatched {
    /// It is longer than the limit.
    TooLong,
    /// It is not what the pattern says.
    Different,
}

impl fmt::Display for NotMatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the text is too long",
            Self::Different => "the text does not have the form that it must have",
        })
    }
}

impl Error for NotMatched {}
