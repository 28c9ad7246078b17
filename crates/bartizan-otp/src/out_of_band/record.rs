//! What is remembered of one user, one channel and one purpose.

use bartizan_core::{KeyId, SecretBytes, UnixTime};
use bartizan_store::record::{Reader, Writer};
use bartizan_store::{Entry, StoreError};

use super::policy::{OobPolicy, WINDOW_SECS};
use super::purpose::OobPurpose;
use super::request::OobRequest;

/// When the last codes were sent, and the one that is out.
#[derive(Default)]
pub(super) struct Record {
    /// In the order in which they were sent: those of the last hour.
    sent: Vec<UnixTime>,
    pub(super) pending: Option<Pending>,
}

/// The code that is out.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) request: [u8; 32],
    pub(super) digest_key: KeyId,
    pub(super) tag: [u8; 32],
    pub(super) tries: u8,
    pub(super) expires_at: UnixTime,
    pub(super) address: String,
}

impl Record {
    /// Returns in how many seconds another code may be sent: zero when it may be now.
    pub(super) fn retry_after_secs(&self, policy: &OobPolicy, now: UnixTime) -> u64 {
        let wait = |sent: Option<&UnixTime>, secs: u64| {
            sent.map_or(0, |sent| secs.saturating_sub(age_secs(*sent, now)))
        };
        // The oldest of those that leave no room for one more.
        let full = self.sent.len().checked_sub(policy.per_hour());
        let oldest = full.and_then(|oldest| self.sent.get(oldest));
        wait(self.sent.last(), policy.interval_secs()).max(wait(oldest, WINDOW_SECS))
    }

    /// Remembers a code that is sent at `now`, in place of the one that was out.
    pub(super) fn send(&mut self, pending: Pending, now: UnixTime) {
        self.sent.retain(|sent| age_secs(*sent, now) < WINDOW_SECS);
        self.sent.push(now);
        // More were never sent in an hour, unless by a clock that goes wild.
        let surplus = self.sent.len().saturating_sub(OobPolicy::MAX_PER_HOUR);
        drop(self.sent.drain(..surplus));
        self.pending = Some(pending);
    }

    /// Remembers that the code came back. Codes are counted anew, but the interval stays.
    pub(super) fn accept(&mut self) {
        self.pending = None;
        let former = self.sent.len().saturating_sub(1);
        drop(self.sent.drain(..former));
    }

    pub(super) fn entry(&self) -> Entry {
        let count = u8::try_from(self.sent.len()).unwrap_or(u8::MAX);
        let writer = self.sent.iter().fold(Writer::new().bytes(&[count]), |w, at| w.time(*at));
        let record = writer.option(self.pending.as_ref(), |writer, pending| {
            writer
                .bytes(&pending.request)
                .bytes(&pending.digest_key.to_bytes())
                .bytes(&pending.tag)
                .bytes(&[pending.tries])
                .time(pending.expires_at)
                .text(&pending.address)
        });
        // No code is good for longer than codes are counted.
        let last = self.sent.last().copied().unwrap_or(UnixTime::EPOCH);
        Entry::new(record.finish(), last.saturating_add_secs(WINDOW_SECS))
    }

    pub(super) fn read(record: &[u8]) -> Result<Self, StoreError> {
        let mut reader = Reader::new(record)?;
        let [count] = reader.bytes()?;
        let sent = (0..count).map(|_| reader.time()).collect::<Result<_, _>>()?;
        let pending = reader.option(|reader| {
            Ok(Pending {
                request: reader.bytes()?,
                digest_key: KeyId::from_bytes(reader.bytes()?),
                tag: reader.bytes()?,
                tries: u8::from_be_bytes(reader.bytes()?),
                expires_at: reader.time()?,
                address: reader.text()?.to_owned(),
            })
        })?;
        reader.finish()?;
        Ok(Self { sent, pending })
    }
}

impl Pending {
    pub(super) fn is_for<P: OobPurpose>(&self, request: &OobRequest<P>) -> bool {
        SecretBytes::from(request.digest()).ct_eq(&self.request)
    }

    /// Whether its time is over, or so far away that the clock was ahead when it was sent.
    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        let left = self.expires_at.secs_since(now);
        !left.is_some_and(|left| (1..=OobPolicy::MAX_LIFETIME_SECS).contains(&left))
    }
}

/// How long ago a code was sent. What a clock that is a little behind takes for the future is just
/// now; what lies further ahead was sent by a clock that is right no more, and does not count.
fn age_secs(sent: UnixTime, now: UnixTime) -> u64 {
    match (now.secs_since(sent), sent.secs_since(now)) {
        (Some(age), _) => age,
        (None, Some(ahead)) if ahead <= WINDOW_SECS => 0,
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn pending() -> Pending {
        Pending {
            request: [1; 32],
            digest_key: KeyId::from_u32(7),
            tag: [2; 32],
            tries: 3,
            expires_at: UnixTime::from_secs(NOW + 600),
            address: "alice@example.org".to_owned(),
        }
    }

    #[test]
    fn a_record_is_read_back_whole_or_not_at_all() {
        let mut record = Record::default();
        for sent in [NOW - 100, NOW] {
            record.send(pending(), UnixTime::from_secs(sent));
        }
        let entry = record.entry();
        assert_eq!(entry.expires_at().as_secs(), NOW + 3_600);
        assert_eq!(Record::read(entry.bytes()).unwrap().entry(), entry);
        for len in 0..entry.bytes().len() {
            assert_eq!(Record::read(&entry.bytes()[..len]).err(), Some(StoreError::Damaged));
        }
        record.pending = None;
        assert_eq!(Record::read(record.entry().bytes()).unwrap().entry(), record.entry());
    }

    /// asvs: V6.6.3, for how often codes are sent.
    #[test]
    fn the_interval_and_the_hour_are_both_kept() {
        let policy = OobPolicy::new().with_resends(3, 30).unwrap();
        let mut record = Record::default();
        let wait =
            |record: &Record, now| record.retry_after_secs(&policy, UnixTime::from_secs(now));
        assert_eq!(wait(&record, NOW), 0);
        for (sent, after) in [(NOW, 30), (NOW + 30, 30), (NOW + 1_000, 2_600)] {
            assert_eq!(wait(&record, sent), 0);
            record.send(pending(), UnixTime::from_secs(sent));
            assert_eq!(wait(&record, sent), after);
        }
        assert_eq!((wait(&record, NOW + 3_599), wait(&record, NOW + 3_600)), (1, 0));
        record.send(pending(), UnixTime::from_secs(NOW + 3_600));
        assert_eq!(record.sent.len(), 3, "the first is forgotten");
        assert_eq!(wait(&record, NOW + 3_600), 30);
    }

    #[test]
    fn a_clock_that_is_set_back_sends_nothing_early_and_locks_nobody_out() {
        let policy = OobPolicy::new().with_resends(1, 30).unwrap();
        let mut record = Record::default();
        record.send(pending(), UnixTime::from_secs(NOW));
        let wait = |now| record.retry_after_secs(&policy, UnixTime::from_secs(now));
        assert_eq!(wait(NOW - 60), 3_600);
        assert_eq!(wait(NOW - 3_600), 3_600);
        assert_eq!(wait(NOW - 3_601), 0);
        let expired = |now| pending().is_expired(UnixTime::from_secs(now));
        assert!(expired(NOW - 1) && !expired(NOW) && !expired(NOW + 599) && expired(NOW + 600));
    }

    #[test]
    fn nothing_is_kept_without_bound() {
        let mut record = Record::default();
        for _ in 0..100 {
            record.send(pending(), UnixTime::from_secs(NOW));
        }
        assert!(record.sent.len() <= OobPolicy::MAX_PER_HOUR);
        let largest = record.entry().bytes().len() + 320;
        assert!(largest <= Entry::MAX_LEN / 4, "{largest}");
    }
}
