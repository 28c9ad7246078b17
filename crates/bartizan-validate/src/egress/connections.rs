//! How many connections are open.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use super::EgressFailed;

/// Counts connections up to a limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections(Arc<AtomicUsize>);

/// One connection that counts until this is dropped.
#[derive(Debug)]
pub(super) struct Permit(Arc<AtomicUsize>);

impl Connections {
    pub(super) fn begin(&self, max: usize) -> Result<Permit, EgressFailed> {
        let one_more = |open: usize| (open < max).then(|| open.saturating_add(1));
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more)
            .map(|_| Permit(Arc::clone(&self.0)))
            .map_err(|_| EgressFailed::Busy)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let _ = self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
