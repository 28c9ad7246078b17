use core::pin::Pin;
use core::task::Waker;
use core::time::Duration;

use bartizan_core::{ManualClock, UnixTime};

use super::*;

/// Remembers how long it was to wait, and does not.
#[derive(Debug, Default)]
struct Noted(Mutex<Vec<Duration>>);

impl Pause for Noted {
    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        lock(&self.0).push(time);
        Box::pin(ready(()))
    }
}

/// Waits for ever.
#[derive(Debug)]
struct Never;

impl Pause for Never {
    fn pause(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(core::future::pending())
    }
}

const DOWN: Fate = Fate::Fail(KekProviderError::Unavailable);

fn steady(line: &Arc<Line>) -> (SteadyProvider, Arc<ManualClock>, Arc<Noted>) {
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
    let noted = Arc::new(Noted::default());
    let policy =
        SteadyPolicy::new().max_tries(3).try_millis(9_999).pause_millis(400).breaker(2, 30);
    let steady = SteadyProvider::new(Arc::clone(line) as Arc<dyn KekProvider>, policy)
        .with_clock(Arc::clone(&clock) as Arc<dyn bartizan_core::Clock>)
        .with_pause(Arc::clone(&noted) as Arc<dyn Pause>)
        .with_random(Arc::new(PredictableRandom::from_seed(3)));
    (steady, clock, noted)
}

async fn wrap(steady: &SteadyProvider) -> Option<KekProviderError> {
    let (context, key) = key();
    steady.wrap(&context, &key, &SystemRandom::new()).await.err()
}

/// What is down is tried again a few times, with time between.
#[tokio_io::test(crate = "tokio_io")]
async fn what_does_not_answer_is_asked_again() {
    let line = Line::new(&[DOWN, Fate::Hang, Fate::Answer]);
    let (steady, _clock, noted) = steady(&line);
    assert_eq!(wrap(&steady).await, None);
    assert_eq!(line.asked(), 3);

    // Each try has its limit; between them are pauses, each at most twice the one before.
    let limit = Duration::from_millis(9_999);
    let times = lock(&noted.0).clone();
    assert_eq!((times[0], times[2], times[4]), (limit, limit, limit));
    assert!(times[1] <= Duration::from_millis(400) && times[3] <= Duration::from_millis(800));
    assert_ne!(times[1], times[3], "drawn");
    assert_eq!(times.len(), 5);
}

#[tokio_io::test(crate = "tokio_io")]
async fn a_no_is_not_asked_again() {
    for error in [KekProviderError::Refused, KekProviderError::Misconfigured] {
        let line = Line::new(&[Fate::Fail(error)]);
        let (steady, ..) = steady(&line);
        for asked in 1..10 {
            assert_eq!(wrap(&steady).await, Some(error));
            assert_eq!(line.asked(), asked, "and the breaker stays closed");
        }
    }
}

#[tokio_io::test(crate = "tokio_io")]
async fn one_that_hangs_ends() {
    let line = Line::new(&[Fate::Hang]);
    let (steady, ..) = steady(&line);
    assert_eq!(wrap(&steady).await, Some(KekProviderError::Unavailable));
    assert_eq!(line.asked(), 3);
}

#[tokio_io::test(crate = "tokio_io")]
async fn one_that_is_down_is_left_in_peace_and_found_again() {
    let line = Line::new(&[DOWN]);
    let (steady, clock, _noted) = steady(&line);
    let unavailable = Some(KekProviderError::Unavailable);
    assert_eq!(wrap(&steady).await, unavailable);
    assert_eq!(wrap(&steady).await, unavailable);
    assert_eq!(line.asked(), 6);

    // Two requests failed: for 30 seconds none goes through, not even when it is back.
    line.set(&[Fate::Answer]);
    clock.advance_secs(29);
    assert_eq!(wrap(&steady).await, unavailable);
    assert_eq!(line.asked(), 6);

    // Then one does. It fails, and the wait begins again.
    line.set(&[DOWN]);
    clock.advance_secs(1);
    assert_eq!(wrap(&steady).await, unavailable);
    assert_eq!(wrap(&steady).await, unavailable);
    assert_eq!(line.asked(), 9);

    line.set(&[Fate::Answer]);
    clock.advance_secs(30);
    assert_eq!(wrap(&steady).await, None);
    assert_eq!(wrap(&steady).await, None);
    assert_eq!(line.asked(), 11);
}

#[tokio_io::test(crate = "tokio_io")]
async fn a_clock_set_back_does_not_keep_it_shut() {
    let line = Line::new(&[DOWN]);
    let (steady, clock, _noted) = steady(&line);
    for _ in 0..2 {
        assert!(wrap(&steady).await.is_some());
    }
    line.set(&[Fate::Answer]);
    clock.set(UnixTime::from_secs(1_600_000_000));
    assert_eq!(wrap(&steady).await, None);
}

/// The one request that goes through may be dropped: another goes 30 seconds later.
#[tokio_io::test(crate = "tokio_io")]
async fn a_dropped_request_holds_nobody_up() {
    let line = Line::new(&[DOWN]);
    let (steady, clock, _noted) = steady(&line);
    for _ in 0..2 {
        assert!(wrap(&steady).await.is_some());
    }
    line.set(&[Fate::Hang]);
    clock.advance_secs(30);
    let steady = steady.with_pause(Arc::new(Never));
    let (context, key) = key();
    let random = SystemRandom::new();
    let mut dropped = steady.wrap(&context, &key, &random);
    let polled = dropped.as_mut().poll(&mut core::task::Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    drop(dropped);
    line.set(&[Fate::Answer]);
    assert!(wrap(&steady).await.is_some());
    clock.advance_secs(30);
    assert_eq!(wrap(&steady).await, None);
}
