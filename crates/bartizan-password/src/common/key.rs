/// Hashes characters as they come: each is multiplied into 128 bits, and the halves are combined.
///
/// This needs no secret. Nothing is gained by a text that has the key of a common password: it is
/// refused, and whoever made it chooses another. A common password always has its own key.
pub(crate) fn key(folded: impl Iterator<Item = char>) -> u64 {
    folded.fold(0x243f_6a88_85a3_08d3, |state, character| {
        let state = u128::from(state ^ u64::from(u32::from(character)));
        let product = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((product >> 64) as u64) ^ ((product & u128::from(u64::MAX)) as u64)
    })
}
