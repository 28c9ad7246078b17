use ring::digest::{Context, SHA256};

/// SHA-256 of a label and parts, each preceded by its length.
pub(crate) fn digest(label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in [b"bartizan-token", label.as_bytes()].iter().chain(parts) {
        // A length fits: nothing is longer than the address space.
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
