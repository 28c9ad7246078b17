//! Futures over a store in memory, for tests.

use core::pin::pin;
use core::task::{Context, Poll, Waker};

/// Returns what a future that never waits comes to.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}
