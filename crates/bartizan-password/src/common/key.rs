/// Hashes characters as they come: each is multiplied into 128 bits, and the halves are combined.
///
/// This needs no secret. Nothing is gained by a text that has the key of a common password: it is
/// refused, and whoever made it chooses another. A common password always has its own key.
pub(crate) fn key(folded: impl Iterator<Item = char>) -> u64 {
    folded.fold(0x243f_6a88_85a3_08d3, |state, character| {
        let state = u128::from(state ^ u64::from(u32::from(character)));
        let product = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        low_half(product) ^ low_half(product >> 64)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
const fn low_half(product: u128) -> u64 {
    product as u64
}
