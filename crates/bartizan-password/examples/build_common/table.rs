use crate::fuse_build::{Built, build, layout_to_bytes};

/// Returns the table of some keys as `Fuse::parse` reads it, if no two of them are the same.
pub(crate) fn table(keys: &[u64]) -> Option<Vec<u8>> {
    let Built { layout, slots } = build(keys)?;
    let slots = slots.into_iter().flat_map(u16::to_le_bytes);
    Some(layout_to_bytes(&layout).into_iter().chain(slots).collect())
}
