//! Why the notebook did not start.

use core::error::Error;
use core::fmt;

/// Why the notebook did not start, as one sentence for the person who started it.
#[derive(Debug)]
pub struct StartError(String);

impl StartError {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Says what could not be done, and why.
    pub(crate) fn because(what: impl fmt::Display, cause: &dyn fmt::Display) -> Self {
        Self(format!("{what}: {cause}"))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for StartError {}
