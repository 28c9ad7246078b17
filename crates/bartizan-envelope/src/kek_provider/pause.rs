use core::fmt;
use core::pin::Pin;
use core::time::Duration;
use std::thread;

use super::KekProviderError;
use crate::off_thread::off_thread;

/// Waits for a while, without holding the thread of whoever waits.
///
/// With tokio it is one line of your own: `Box::pin(tokio::time::sleep(time))`. In a test it does
/// not wait at all.
pub trait Pause: fmt::Debug + Send + Sync {
    /// Returns a future that ends after `time`. It may be dropped before.
    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Waits on a thread of its own: for a program without a runtime, or with any.
///
/// A key is wrapped or unwrapped a few times in the life of a process, so the threads are few. See
/// [`SteadyProvider`](crate::SteadyProvider) for an example.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ThreadPause;

impl ThreadPause {
    /// Returns it.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Pause for ThreadPause {
    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let slept = off_thread(move || {
                thread::sleep(time);
                Ok::<(), KekProviderError>(())
            });
            // Without a thread it ends at once: what it limits ends too soon, never too late.
            let _slept = slept.await;
        })
    }
}
