//! When to fetch, and what to do meanwhile. It decides, and does nothing.

use std::collections::VecDeque;

use bartizan_core::UnixTime;
use siphasher::sip::SipHasher13;

use super::error::RemoteJwkSetError;
use super::policy::RemoteJwkSetPolicy;

/// What whoever needs a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Use the set as it is.
    Go,
    /// Use the set as it is, and take the fetch one step further.
    Nudge,
    /// Wait for the fetch.
    Wait,
    /// There is no such key.
    Unknown,
    /// No set, or none that is new enough, is to be had.
    Fail(RemoteJwkSetError),
}

pub(super) struct Schedule {
    policy: RemoteJwkSetPolicy,
    fetched: Option<Fetched>,
    /// What went wrong since.
    failed: Option<Failed>,
    starts: Starts,
    missing: Missing,
    jitter: Jitter,
}

/// The set that is in use. The times are in this order.
#[derive(Clone, Copy)]
pub(super) struct Fetched {
    pub(super) at: UnixTime,
    /// From when on it may be renewed.
    pub(super) due_at: UnixTime,
    /// From when on it must be renewed, if the source is not down.
    pub(super) expires_at: UnixTime,
    /// From when on it is not used, come what may.
    pub(super) gone_at: UnixTime,
}

#[derive(Clone, Copy)]
pub(super) struct Failed {
    at: UnixTime,
    pub(super) retry_at: UnixTime,
    /// How often in a row.
    pub(super) count: u32,
    pub(super) error: RemoteJwkSetError,
}

impl Schedule {
    pub(super) fn new(policy: RemoteJwkSetPolicy, seed: [u8; 16]) -> Self {
        Self {
            policy,
            fetched: None,
            failed: None,
            starts: Starts::default(),
            missing: Missing::default(),
            jitter: Jitter { seed: SipHasher13::new_with_key(&seed), draws: 0 },
        }
    }

    /// What to do for a token, whatever key it names. `flying`: a fetch is under way.
    pub(super) fn for_any(&mut self, flying: bool, now: UnixTime) -> Step {
        self.notice(now);
        let may_fetch = flying || self.may_start(now);
        match self.fetched {
            Some(fetched) if now < fetched.due_at => Step::Go,
            Some(fetched) if now < fetched.gone_at && !may_fetch => Step::Go,
            Some(fetched) if now < fetched.expires_at => Step::Nudge,
            // The source is down. Whoever finds that it is time to try again waits, nobody else.
            Some(fetched) if now < fetched.gone_at && self.failed.is_some() && flying => {
                Step::Nudge
            }
            _ if may_fetch => Step::Wait,
            _ => Step::Fail(self.reason()),
        }
    }

    /// What to do for whoever keeps the set new and has nothing else to do.
    pub(super) fn for_renewal(&mut self, flying: bool, now: UnixTime) -> Step {
        match self.for_any(flying, now) {
            Step::Nudge => Step::Wait,
            step => step,
        }
    }

    /// What to do for a token that names a key which is not in the set.
    pub(super) fn for_missing(&mut self, kid: &str, flying: bool, now: UnixTime) -> Step {
        self.notice(now);
        if let Some(fetched) = self.fetched
            && now < fetched.gone_at
        {
            let is_new = !has_passed(now, fetched.at, UNKNOWN_GAP_SECS);
            if is_new || self.missing.has(kid, now) {
                return Step::Unknown;
            }
        }
        if flying || self.may_start(now) { Step::Wait } else { Step::Fail(self.reason()) }
    }

    /// Writes down that a fetch begins.
    pub(super) fn start(&mut self, now: UnixTime) {
        self.starts.push(now);
    }

    /// Writes down that a set was fetched for which the issuer says `remaining_secs`.
    pub(super) fn succeed(&mut self, remaining_secs: Option<u64>, now: UnixTime) {
        let age_secs = self.policy.age_secs(remaining_secs);
        // Not all verifiers at once, and in time for some failures.
        let early_secs = (age_secs / 8).saturating_add(self.jitter.up_to(age_secs / 8));
        let due_secs = age_secs.saturating_sub(early_secs);
        let expires_at = now.saturating_add_secs(age_secs);
        self.fetched = Some(Fetched {
            at: now,
            due_at: now.saturating_add_secs(due_secs),
            expires_at,
            gone_at: expires_at.saturating_add_secs(self.policy.stale_secs()),
        });
        self.failed = None;
    }

    /// Writes down that a fetch failed: the next waits twice as long, or a little less.
    pub(super) fn fail(&mut self, error: RemoteJwkSetError, now: UnixTime) {
        let count = self.failed.map_or(0, |failed| failed.count).saturating_add(1);
        let longest = 1_u64.checked_shl(count).unwrap_or(MAX_BACK_OFF_SECS).min(MAX_BACK_OFF_SECS);
        let secs = (longest / 2).saturating_add(self.jitter.up_to(longest / 2));
        let retry_at = now.saturating_add_secs(secs);
        self.failed = Some(Failed { at: now, retry_at, count, error });
    }

    /// Writes down that a set which was just fetched lacks a key.
    pub(super) fn miss(&mut self, kid: &str, now: UnixTime) {
        self.missing.insert(kid, now);
    }

    pub(super) const fn fetched(&self) -> Option<Fetched> {
        self.fetched
    }

    pub(super) const fn failed(&self) -> Option<Failed> {
        self.failed
    }

    /// Whether there is a set that is used at `now`.
    pub(super) fn is_usable(&self, now: UnixTime) -> bool {
        self.fetched.is_some_and(|fetched| now < fetched.gone_at)
    }

    /// From when to when there is nothing to decide, if no fetch is under way.
    pub(super) fn calm(&self) -> (UnixTime, UnixTime) {
        let Some(fetched) = self.fetched else { return (UnixTime::MAX, UnixTime::MAX) };
        match self.failed {
            None => (fetched.at, fetched.due_at),
            Some(failed) => {
                let until = fetched.due_at.max(failed.retry_at).min(fetched.gone_at);
                (fetched.at.max(failed.at), until)
            }
        }
    }

    /// When whoever keeps the set new comes back.
    pub(super) fn next_at(&self) -> UnixTime {
        let due_at = self.fetched.map_or(UnixTime::EPOCH, |fetched| fetched.due_at);
        due_at.max(self.failed.map_or(UnixTime::EPOCH, |failed| failed.retry_at))
    }

    /// A clock that was set back makes nothing new again: what it shows last is when a set is old.
    fn notice(&mut self, now: UnixTime) {
        if let Some(fetched) = &mut self.fetched
            && now < fetched.at
        {
            let gone_at = now.saturating_add_secs(self.policy.stale_secs());
            *fetched = Fetched { at: now, due_at: now, expires_at: now, gone_at };
        }
    }

    fn may_start(&self, now: UnixTime) -> bool {
        // Backwards as well: a back-off lasts no longer than it was meant to.
        let waits = |failed: Failed| failed.at <= now && now < failed.retry_at;
        !self.failed.is_some_and(waits) && self.starts.permit(now)
    }

    fn reason(&self) -> RemoteJwkSetError {
        self.failed.map_or(RemoteJwkSetError::TooManyFetches, |failed| failed.error)
    }
}

/// Whether so many seconds have passed since. When the clock was set back, they have.
fn has_passed(now: UnixTime, since: UnixTime, secs: u64) -> bool {
    now.secs_since(since).is_none_or(|passed| passed >= secs)
}

/// When the last fetches began.
#[derive(Default)]
struct Starts(VecDeque<UnixTime>);

impl Starts {
    fn permit(&self, now: UnixTime) -> bool {
        let oldest = self.0.front().filter(|_| self.0.len() >= FETCHES_PER_MINUTE);
        oldest.is_none_or(|oldest| has_passed(now, *oldest, 60))
    }

    fn push(&mut self, now: UnixTime) {
        if self.0.len() >= FETCHES_PER_MINUTE {
            let _oldest = self.0.pop_front();
        }
        self.0.push_back(now);
    }
}

/// Ids of keys that a set had not when it was fetched for them.
#[derive(Default)]
struct Missing(VecDeque<(Box<str>, UnixTime)>);

impl Missing {
    fn has(&self, kid: &str, now: UnixTime) -> bool {
        let same = |(known, at): &(Box<str>, UnixTime)| {
            **known == *kid && !has_passed(now, *at, MISSING_SECS)
        };
        self.0.iter().any(same)
    }

    fn insert(&mut self, kid: &str, now: UnixTime) {
        self.0.retain(|(known, at)| **known != *kid && !has_passed(now, *at, MISSING_SECS));
        if self.0.len() >= MAX_MISSING {
            let _oldest = self.0.pop_front();
        }
        self.0.push_back((Box::from(kid), now));
    }
}

/// Numbers that keep many processes from doing the same in the same second. Nobody gains by
/// guessing one.
struct Jitter {
    seed: SipHasher13,
    draws: u64,
}

impl Jitter {
    fn up_to(&mut self, max: u64) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        let draw = self.seed.hash(&self.draws.to_le_bytes());
        draw.checked_rem(max.saturating_add(1)).unwrap_or(0)
    }
}

/// So many fetches begin within any minute, at most, whatever the reason.
pub(super) const FETCHES_PER_MINUTE: usize = 6;

/// So old a set is when it is fetched again for a key that it lacks.
pub(super) const UNKNOWN_GAP_SECS: u64 = 10;

/// For so long a key is known to be missing.
pub(super) const MISSING_SECS: u64 = 60;

/// So many missing keys are remembered.
const MAX_MISSING: usize = 64;

const MAX_BACK_OFF_SECS: u64 = 300;
