use core::fmt;
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::sync::{Arc, Mutex};

use bartizan_core::{Clock, Context, Random, SecretBytes, SystemClock, SystemRandom, UnixTime};

use super::pause::{Pause, ThreadPause};
use super::{KekDescription, KekFuture, KekProvider, KekProviderError};
use crate::kek::WrappedKey;
use crate::off_thread::lock;

/// A provider that is given a time limit, asked again when it does not answer, and left in peace
/// when it is down.
///
/// Only [`KekProviderError::Unavailable`] is tried again: a no is a no at once. Between two tries it
/// waits a random part of a time that doubles, so that a hundred processes do not come back in step.
/// After several requests in a row that failed so, it answers `Unavailable` itself for a while; then
/// one request goes through to see whether the provider is back. It keeps no key and makes up no
/// answer: while the provider is down, nothing is wrapped and nothing unwrapped.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::SystemRandom;
/// use bartizan_envelope::{AsyncKeyringFile, LocalKeyFile, SteadyPolicy, SteadyProvider};
///
/// let folder = tempfile::tempdir()?;
/// let far_away = Arc::new(LocalKeyFile::create(folder.path().join("kek"), &SystemRandom::new())?);
/// let steady = SteadyProvider::new(far_away, SteadyPolicy::new().max_tries(5));
/// let _file = AsyncKeyringFile::new(folder.path().join("sealing.json"), Arc::new(steady));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SteadyProvider {
    provider: Arc<dyn KekProvider>,
    policy: SteadyPolicy,
    clock: Arc<dyn Clock>,
    pause: Arc<dyn Pause>,
    random: Arc<dyn Random>,
    breaker: Mutex<Breaker>,
}

/// How long, how often and how patiently a provider is asked.
///
/// See [`SteadyProvider`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SteadyPolicy {
    max_tries: u32,
    try_millis: u64,
    pause_millis: u64,
    failures_to_open: u32,
    open_secs: u64,
}

impl SteadyPolicy {
    /// Three tries of 15 seconds each, at most 0.25 and then 0.5 seconds apart; after 5 failed
    /// requests in a row, none for 30 seconds.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_tries: 3,
            try_millis: 15_000,
            pause_millis: 250,
            failures_to_open: 5,
            open_secs: 30,
        }
    }

    /// Sets how often a request is tried, 1 to 10 times. What is beyond is brought within.
    #[must_use]
    pub const fn max_tries(self, max_tries: u32) -> Self {
        let max_tries = if max_tries > 10 { 10 } else { max_tries };
        Self { max_tries: if max_tries == 0 { 1 } else { max_tries }, ..self }
    }

    /// Sets the time limit of a try, in milliseconds.
    #[must_use]
    pub const fn try_millis(self, try_millis: u64) -> Self {
        Self { try_millis, ..self }
    }

    /// Sets the longest pause before the second try, in milliseconds. It doubles with each further
    /// one, up to 10 seconds.
    #[must_use]
    pub const fn pause_millis(self, pause_millis: u64) -> Self {
        Self { pause_millis, ..self }
    }

    /// Sets after how many failed requests in a row, at least 1, and for how many seconds the
    /// provider is not asked.
    #[must_use]
    pub const fn breaker(self, failures_to_open: u32, open_secs: u64) -> Self {
        let failures_to_open = if failures_to_open == 0 { 1 } else { failures_to_open };
        Self { failures_to_open, open_secs, ..self }
    }

    fn longest_pause_millis(self, try_number: u32) -> u64 {
        let doubled = 1_u64.checked_shl(try_number).unwrap_or(u64::MAX);
        self.pause_millis.saturating_mul(doubled).min(MAX_PAUSE_MILLIS)
    }
}

impl Default for SteadyPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl SteadyProvider {
    /// Puts it around `provider`, with the system's clock and randomness and a [`ThreadPause`].
    #[must_use]
    pub fn new(provider: Arc<dyn KekProvider>, policy: SteadyPolicy) -> Self {
        Self {
            provider,
            policy,
            clock: Arc::new(SystemClock::new()),
            pause: Arc::new(ThreadPause::new()),
            random: Arc::new(SystemRandom::new()),
            breaker: Mutex::new(Breaker::default()),
        }
    }

    /// Reads the time from `clock`.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Waits by `pause`.
    #[must_use]
    pub fn with_pause(self, pause: Arc<dyn Pause>) -> Self {
        Self { pause, ..self }
    }

    /// Draws how long it waits from `random`.
    #[must_use]
    pub fn with_random(self, random: Arc<dyn Random>) -> Self {
        Self { random, ..self }
    }

    /// Asks until there is an answer, or the tries are used up.
    async fn ask<'a, T>(
        &'a self,
        request: impl Fn() -> KekFuture<'a, T> + Send,
    ) -> Result<T, KekProviderError> {
        if !lock(&self.breaker).lets_through(self.policy, self.clock.now()) {
            return Err(KekProviderError::Unavailable);
        }
        let mut number = 0;
        let answer = loop {
            let answer = self.within_time(request()).await;
            if !matches!(answer, Err(KekProviderError::Unavailable)) {
                break answer;
            }
            let longest = self.policy.longest_pause_millis(number);
            number = number.saturating_add(1);
            if number >= self.policy.max_tries {
                break answer;
            }
            self.pause.pause(self.part_of(longest)).await;
        };
        let failed = matches!(answer, Err(KekProviderError::Unavailable));
        lock(&self.breaker).learn(failed, self.policy, self.clock.now());
        answer
    }

    /// The answer, or `Unavailable` when the time is over first.
    async fn within_time<T>(&self, request: KekFuture<'_, T>) -> Result<T, KekProviderError> {
        let mut request = request;
        let mut limit = pin!(self.pause.pause(Duration::from_millis(self.policy.try_millis)));
        poll_fn(|context| {
            if let Poll::Ready(answer) = request.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            limit.as_mut().poll(context).map(|()| Err(KekProviderError::Unavailable))
        })
        .await
    }

    /// A random part of `longest_millis`; without randomness, all of it.
    fn part_of(&self, longest_millis: u64) -> Duration {
        let mut draw = [0; 8];
        let millis = match self.random.fill(&mut draw) {
            Ok(()) => {
                u64::from_be_bytes(draw).checked_rem(longest_millis.saturating_add(1)).unwrap_or(0)
            }
            Err(_) => longest_millis,
        };
        Duration::from_millis(millis)
    }
}

/// Whether the provider is to be asked at all.
#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    /// When it was last let through or failed, while there are too many failures.
    open_since: Option<UnixTime>,
}

impl Breaker {
    fn lets_through(&mut self, policy: SteadyPolicy, now: UnixTime) -> bool {
        let Some(since) = self.open_since else { return true };
        // A clock that was set back must not keep it open.
        if now.as_secs().abs_diff(since.as_secs()) < policy.open_secs {
            return false;
        }
        // One goes, and the others wait as long again, even if nobody ever hears of the one.
        self.open_since = Some(now);
        true
    }

    fn learn(&mut self, failed: bool, policy: SteadyPolicy, now: UnixTime) {
        if !failed {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= policy.failures_to_open {
            self.open_since = Some(now);
        }
    }
}

impl KekProvider for SteadyProvider {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(self.ask(move || self.provider.wrap(context, key, random)))
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(self.ask(move || self.provider.unwrap(context, wrapped)))
    }

    fn describe(&self) -> KekDescription {
        self.provider.describe()
    }
}

impl fmt::Debug for SteadyProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SteadyProvider")
            .field("provider", &self.provider)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

const MAX_PAUSE_MILLIS: u64 = 10_000;
