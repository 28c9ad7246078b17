//! Asking a service without telling it the password: five of forty digits leave the process.

use core::error::Error;
use core::fmt;
use core::num::NonZeroU64;
use core::time::Duration;

use bartizan_core::{SecretBytes, SecretString, hex};

use super::lines::{RANGE_DIGITS, decimal};
use super::sha1;

/// A question to a range service such as that of [Pwned Passwords], and the reading of its answer.
///
/// The service gets the first five digits of the password's SHA-1 and answers with all known hashes
/// that begin so, about a thousand. Whether the password's is among them is found out here. This
/// does no input or output, so that it serves any client; [`RangeCheck`] puts the steps together.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::RangeQuery;
///
/// let query = RangeQuery::for_password(&SecretString::from("password"));
/// assert_eq!(query.path(), "/range/5BAA6");
///
/// // What https://api.pwnedpasswords.com/range/5BAA6 answers, shortened.
/// let body = b"1D72CD07550416C216D8AD296BF5C0AE8E0:10\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179";
/// let seen = query.answer(body)?;
/// assert_eq!(seen.map(|times| times.get()), Some(52_256_179));
/// # Ok::<(), bartizan_password::MalformedRange>(())
/// ```
///
/// [Pwned Passwords]: https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange
pub struct RangeQuery {
    prefix: [u8; RANGE_DIGITS],
    suffix: SecretBytes,
}

impl RangeQuery {
    /// Prepares the question for a password.
    #[must_use]
    pub fn for_password(password: &SecretString) -> Self {
        let mut digits = hex::encode(sha1(password).as_ref()).into_bytes();
        digits.make_ascii_uppercase();
        let prefix = digits.first_chunk().copied().unwrap_or_default();
        let digits = SecretBytes::from(digits);
        let suffix = SecretBytes::from(digits.expose().get(RANGE_DIGITS..).unwrap_or_default());
        Self { prefix, suffix }
    }

    /// Returns the five digits, in upper case: all that the service may learn.
    #[must_use]
    pub fn prefix(&self) -> &str {
        core::str::from_utf8(&self.prefix).unwrap_or_default()
    }

    /// Returns the path of the request, to be put behind `https://api.pwnedpasswords.com` or the
    /// address of a mirror.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/range/{}", self.prefix())
    }

    /// Looks for the password in the body of the answer. Returns how often it was seen in breaches,
    /// or nothing when it was not. Entries that were seen 0 times are padding.
    ///
    /// # Errors
    ///
    /// [`MalformedRange`]: the body is empty, longer than
    /// [`MAX_BODY_BYTES`](Self::MAX_BODY_BYTES), or a line is not 35 digits, a colon and a number.
    pub fn answer(&self, body: &[u8]) -> Result<Option<NonZeroU64>, MalformedRange> {
        if body.len() > Self::MAX_BODY_BYTES {
            return Err(MalformedRange);
        }
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        let mut seen = None;
        // To the last line, wherever the password is: an answer is well-formed as a whole, and the
        // time says nothing.
        for line in body.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let (digits, count) = parse(line).ok_or(MalformedRange)?;
            if self.suffix.ct_eq(&digits) {
                seen = seen.max(NonZeroU64::new(count));
            }
        }
        Ok(seen)
    }

    /// The headers of the request: padding hides from whoever sees its length which range an answer
    /// is of.
    pub const HEADERS: [(&'static str, &'static str); 1] = [("Add-Padding", "true")];

    /// The longest body that is read. Real ones have about 40 KB.
    pub const MAX_BODY_BYTES: usize = 1 << 20;
}

impl fmt::Debug for RangeQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RangeQuery").field("prefix", &self.prefix()).finish_non_exhaustive()
    }
}

/// The digits of a line, in upper case, and its number.
fn parse(line: &[u8]) -> Option<([u8; SUFFIX_DIGITS], u64)> {
    let (digits, count) = line.split_first_chunk::<SUFFIX_DIGITS>()?;
    let count = decimal(count.strip_prefix(b":")?)?;
    let digits = digits.map(|digit| digit.to_ascii_uppercase());
    digits.iter().all(u8::is_ascii_hexdigit).then_some((digits, count))
}

/// What a [`RangeClient`] is asked for.
#[derive(Clone, Copy, Debug)]
pub struct RangeRequest<'a> {
    query: &'a RangeQuery,
    timeout: Duration,
}

impl RangeRequest<'_> {
    /// Returns the five digits. See [`RangeQuery::prefix`].
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.query.prefix()
    }

    /// Returns the path. See [`RangeQuery::path`].
    #[must_use]
    pub fn path(&self) -> String {
        self.query.path()
    }

    /// Returns how long connecting, sending and reading may take together.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// The application's HTTP client, as far as [`RangeCheck`] needs one.
pub trait RangeClient {
    /// Sends a GET request over TLS and returns the body of the answer, if its status is 200.
    ///
    /// The request says the path, and how long it may take in all. Send
    /// [`RangeQuery::HEADERS`] along, and the `User-Agent` that Pwned Passwords insists on. Read at
    /// most [`RangeQuery::MAX_BODY_BYTES`].
    ///
    /// # Errors
    ///
    /// [`RangeUnavailable`]: there is no such answer. Log the cause before it is lost.
    fn get(&self, request: RangeRequest<'_>) -> Result<Vec<u8>, RangeUnavailable>;
}

impl<C: RangeClient + ?Sized> RangeClient for &C {
    fn get(&self, request: RangeRequest<'_>) -> Result<Vec<u8>, RangeUnavailable> {
        (**self).get(request)
    }
}

/// What a failure of the range service means for a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFailure {
    /// The password is accepted without the check: users go on, and whoever can hinder the service
    /// can choose a breached password.
    Accept,
    /// The password is refused: nobody can choose one until the service is back.
    Refuse,
}

impl OnFailure {
    /// Says what an answer means: the last step for a client that can't be a [`RangeClient`], as
    /// it is asynchronous, after [`RangeQuery::answer`].
    ///
    /// # Errors
    ///
    /// That of `answer`, only if this is [`Refuse`](Self::Refuse).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{
    ///     BreachVerdict, OnFailure, RangeError, RangeQuery, RangeUnavailable,
    /// };
    ///
    /// let query = RangeQuery::for_password(&SecretString::from("correct horse battery staple"));
    /// // Here `query.path()` is asked for and awaited, and the time is over.
    /// let body: Result<Vec<u8>, RangeUnavailable> = Err(RangeUnavailable::new());
    ///
    /// let answer = body.map_err(RangeError::from).and_then(|body| Ok(query.answer(&body)?));
    /// let verdict = OnFailure::Accept.verdict(answer)?;
    /// assert_eq!(verdict, BreachVerdict::NotChecked(RangeError::Unavailable));
    /// # Ok::<(), RangeError>(())
    /// ```
    pub const fn verdict(
        self,
        answer: Result<Option<NonZeroU64>, RangeError>,
    ) -> Result<BreachVerdict, RangeError> {
        match (answer, self) {
            (Ok(None), _) => Ok(BreachVerdict::NotBreached),
            (Ok(Some(times)), _) => Ok(BreachVerdict::Breached { times }),
            (Err(error), Self::Accept) => Ok(BreachVerdict::NotChecked(error)),
            (Err(error), Self::Refuse) => Err(error),
        }
    }
}

/// What a [`RangeCheck`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreachVerdict {
    /// The service does not know the password.
    NotBreached,
    /// The password was seen in breaches. The user is at fault: ask for another.
    Breached {
        /// How often.
        times: NonZeroU64,
    },
    /// Nothing is known, and [`OnFailure::Accept`] was chosen for that case. Log it.
    NotChecked(RangeError),
}

/// Asks a range service about passwords, by way of the application's HTTP client.
///
/// Everything that must not be forgotten is an argument: the client, how long it may take, and what
/// a failure means.
///
/// ```
/// use core::time::Duration;
///
/// use bartizan_core::SecretString;
/// use bartizan_password::{
///     BreachVerdict, OnFailure, RangeCheck, RangeClient, RangeError, RangeRequest,
///     RangeUnavailable,
/// };
///
/// /// In its place: your HTTP client.
/// struct Offline;
///
/// impl RangeClient for Offline {
///     fn get(&self, _: RangeRequest<'_>) -> Result<Vec<u8>, RangeUnavailable> {
///         Err(RangeUnavailable::new())
///     }
/// }
///
/// let password = SecretString::from("correct horse battery staple");
/// let check = RangeCheck::new(Offline, Duration::from_secs(2), OnFailure::Accept);
/// let verdict = check.check(&password)?;
/// assert_eq!(verdict, BreachVerdict::NotChecked(RangeError::Unavailable));
///
/// let check = RangeCheck::new(Offline, Duration::from_secs(2), OnFailure::Refuse);
/// assert_eq!(check.check(&password), Err(RangeError::Unavailable));
/// # Ok::<(), RangeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RangeCheck<C> {
    client: C,
    timeout: Duration,
    on_failure: OnFailure,
}

impl<C: RangeClient> RangeCheck<C> {
    /// Returns a check by `client`, which gives up after `timeout`.
    pub const fn new(client: C, timeout: Duration, on_failure: OnFailure) -> Self {
        Self { client, timeout, on_failure }
    }

    /// Asks about one password. Only the first five digits of its SHA-1 reach the client.
    ///
    /// # Errors
    ///
    /// Only if [`OnFailure::Refuse`] was chosen:
    ///
    /// - [`RangeError::Unavailable`]: the client gave no answer.
    /// - [`RangeError::Malformed`]: the answer is not that of a range service.
    pub fn check(&self, password: &SecretString) -> Result<BreachVerdict, RangeError> {
        self.on_failure.verdict(self.ask(password))
    }

    fn ask(&self, password: &SecretString) -> Result<Option<NonZeroU64>, RangeError> {
        let query = RangeQuery::for_password(password);
        let request = RangeRequest { query: &query, timeout: self.timeout };
        let body = self.client.get(request)?;
        Ok(query.answer(&body)?)
    }
}

/// Why a range service did not tell. The machine or the service is at fault: answer 503 and raise
/// an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RangeError {
    /// There was no answer in time, or one with another status than 200.
    Unavailable,
    /// The answer is not that of a range service, or was cut.
    Malformed,
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => RangeUnavailable.fmt(f),
            Self::Malformed => MalformedRange.fmt(f),
        }
    }
}

impl Error for RangeError {}

impl From<RangeUnavailable> for RangeError {
    fn from(_: RangeUnavailable) -> Self {
        Self::Unavailable
    }
}

impl From<MalformedRange> for RangeError {
    fn from(_: MalformedRange) -> Self {
        Self::Malformed
    }
}

/// A client got no answer. A [`RangeClient`] of your own returns `RangeUnavailable::new()`.
///
/// The machine or the service is at fault: see [`RangeError::Unavailable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RangeUnavailable;

impl RangeUnavailable {
    /// Returns the error.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl fmt::Display for RangeUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the range service gave no answer")
    }
}

impl Error for RangeUnavailable {}

/// An answer is not that of a range service. The service is at fault, or who stands between: see
/// [`RangeError::Malformed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MalformedRange;

impl fmt::Display for MalformedRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer of the range service is malformed")
    }
}

impl Error for MalformedRange {}

const SUFFIX_DIGITS: usize = 35;

#[cfg(test)]
mod tests;
