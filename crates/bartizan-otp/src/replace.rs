//! One step of every flow over a store: write over what was found, if it is still so.

use core::ops::ControlFlow;

use bartizan_store::{Entry, Store, StoreError, StoreKey, StoredEntry, Swap};

/// Writes `entry` in place of what was found, be it nothing. If that is no longer what is there,
/// nothing is written, and the flow goes on with what is.
pub(crate) async fn replace<S: Store>(
    store: &S,
    key: &StoreKey,
    found: Option<&StoredEntry>,
    entry: Entry,
) -> Result<ControlFlow<(), Option<StoredEntry>>, StoreError> {
    let Some(found) = found else {
        if store.create(key, entry).await? {
            return Ok(ControlFlow::Break(()));
        }
        return Ok(ControlFlow::Continue(store.get(key).await?));
    };
    Ok(match store.swap(key, found.version(), entry).await? {
        Swap::Done => ControlFlow::Break(()),
        Swap::Conflict(other) => ControlFlow::Continue(Some(other)),
        Swap::Gone => ControlFlow::Continue(None),
    })
}

/// How often a flow goes on before it gives up. Each time another has succeeded, which the limits
/// of a flow allow far less often.
pub(crate) const MAX_CONFLICTS: usize = 16;
