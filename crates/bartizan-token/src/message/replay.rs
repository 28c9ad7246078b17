use core::fmt;
use std::sync::Arc;

use bartizan_core::UnixTime;

use super::error::{MessageError, MessageRefused};
use crate::namespace;
use bartizan_store::{Entry, Store, StoreKey};

/// Remembers which messages were accepted, so that none is accepted twice.
///
/// A message is remembered by purpose, key and nonce until it is too old anyway. The store must be
/// shared by all processes that accept messages for the same receiver; when it fails, none is
/// accepted. See [`HttpSigner`](super::HttpSigner) for an example.
pub struct ReplayWindow<S>(Arc<S>);

impl<S> ReplayWindow<S> {
    /// Remembers in `state`.
    #[must_use]
    pub const fn new(state: Arc<S>) -> Self {
        Self(state)
    }
}

impl<S: Store> ReplayWindow<S> {
    /// Accepts a message once, of all that try at the same time.
    pub(super) async fn accept(
        &self,
        name: &[&[u8]],
        ends_at: UnixTime,
    ) -> Result<(), MessageError> {
        let key = StoreKey::of(namespace::SIGNED_MESSAGE, name);
        // A store whose clock is ahead of the verifier's must not forget early.
        let entry = Entry::new(Vec::new(), ends_at.saturating_add_secs(STORE_LEEWAY_SECS));
        if self.0.create(&key, entry).await? {
            Ok(())
        } else {
            Err(MessageRefused::Replayed.into())
        }
    }
}

impl<S> Clone for ReplayWindow<S> {
    /// The store is shared, not copied.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for ReplayWindow<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplayWindow(..)")
    }
}

const STORE_LEEWAY_SECS: u64 = 60;
