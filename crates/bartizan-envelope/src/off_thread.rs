//! What blocks, on a thread of its own, so that a future can wait for it under any runtime.

use core::future::poll_fn;
use core::mem;
use core::task::{Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::kek_provider::KekProviderError;

/// Does `work` on a thread. It begins when the future is first polled; whoever drops the future
/// lets it end there.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KekProviderError> + Send + 'static,
) -> Result<T, KekProviderError> {
    let left = Arc::new(Mutex::new(Left::Nothing(None)));
    let leaving = Leaving(Arc::clone(&left));
    let thread = thread::Builder::new().name("kek-provider".to_owned());
    let _detached = thread
        .spawn(move || leaving.leave(Left::Value(work())))
        .map_err(|_| KekProviderError::Unavailable)?;
    poll_fn(|context| {
        let mut left = lock(&left);
        if let Left::Nothing(waker) = &mut *left {
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        match mem::replace(&mut *left, Left::Gone) {
            Left::Value(value) => Poll::Ready(value),
            Left::Nothing(_) | Left::Gone => Poll::Ready(Err(KekProviderError::Unavailable)),
        }
    })
    .await
}

/// What a thread leaves for whoever waits for it.
enum Left<T> {
    Nothing(Option<Waker>),
    Value(Result<T, KekProviderError>),
    /// It panicked, or somebody has the value.
    Gone,
}

/// The thread's end of it. Dropped in a panic, it leaves that nothing comes.
struct Leaving<T>(Arc<Mutex<Left<T>>>);

impl<T> Leaving<T> {
    fn leave(&self, value: Left<T>) {
        let former = mem::replace(&mut *lock(&self.0), value);
        if let Left::Nothing(Some(waker)) = former {
            waker.wake();
        }
    }
}

impl<T> Drop for Leaving<T> {
    fn drop(&mut self) {
        if matches!(&*lock(&self.0), Left::Nothing(_)) {
            self.leave(Left::Gone);
        }
    }
}

/// A panic elsewhere leaves nothing half-done here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio_io::test(crate = "tokio_io")]
    async fn what_the_thread_leaves_arrives() {
        assert_eq!(off_thread(|| Ok(7)).await, Ok(7));
        let refused = off_thread(|| Err::<(), _>(KekProviderError::Refused)).await;
        assert_eq!(refused, Err(KekProviderError::Refused));
    }

    #[tokio_io::test(crate = "tokio_io")]
    async fn a_panic_is_no_answer() {
        let gone = off_thread(|| -> Result<(), _> { panic!("on purpose") }).await;
        assert_eq!(gone, Err(KekProviderError::Unavailable));
    }
}
