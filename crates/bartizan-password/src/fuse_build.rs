//! Makes the tables that [`fuse`](crate::fuse) reads.
//!
//! Each member is the only one at one of its places, once those that could be taken out before it
//! are out. So members are taken out one by one, and put back in reverse order: the slot that was
//! only theirs then makes their fingerprint come out right.

use crate::fuse::{Layout, MAX_SEGMENT_BITS};

/// A table, a fingerprint of 16 bits in each slot.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) layout: Layout,
    pub(crate) slots: Vec<u16>,
}

/// The bytes that [`Layout::from_bytes`] reads.
pub(crate) fn layout_to_bytes(layout: &Layout) -> [u8; Layout::LEN] {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = layout.seed.to_le_bytes();
    let [n0, n1, n2, n3] = layout.segments.to_le_bytes();
    [s0, s1, s2, s3, s4, s5, s6, s7, n0, n1, n2, n3, layout.segment_bits, 0, 0, 0]
}

/// Makes a table of distinct keys, the same for the same keys in any order.
///
/// Returns nothing when a key is there twice, when there are more than some millions, and else so
/// rarely that it will not be seen.
pub(crate) fn build(keys: &[u64]) -> Option<Built> {
    (0..ATTEMPTS).find_map(|attempt| build_once(keys, layout(keys.len(), attempt)?))
}

/// The sizes that the paper found by experiment. Where they are too tight, a few more segments
/// help.
fn layout(keys: usize, attempt: u32) -> Option<Layout> {
    let keys = f64::from(u32::try_from(keys).ok()?.max(2));
    let mut segment_bits = 2;
    let mut enough_for = 2.465; // 3.33^0.75
    while enough_for <= keys && segment_bits < MAX_SEGMENT_BITS {
        segment_bits = segment_bits.checked_add(1)?;
        enough_for *= 3.33;
    }
    let factor = (0.875 + 0.25 * 1e6_f64.ln() / keys.ln()).max(1.125);
    let slots = (keys * factor).round();
    let segments = (slots / f64::from(1_u32 << segment_bits)).ceil().max(3.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 3 up to some millions"
    )]
    let first_ones = (segments as u32).checked_sub(2)?.checked_add(attempt / 4)?;
    let seed = u64::from(attempt).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Layout::new(seed, segment_bits, first_ones)
}

/// What is known of a slot while members are taken out.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The keys that have a place here, combined by exclusive or: with one left, it is that.
    keys: u64,
    members: u32,
}

fn build_once(keys: &[u64], layout: Layout) -> Option<Built> {
    let order = take_out(keys, &layout)?;
    let mut slots = vec![0_u16; layout.slots() as usize];
    for (key, own) in order.into_iter().rev() {
        let (places, fingerprint) = layout.find(key);
        // Its own slot is still zero.
        let sum = places
            .into_iter()
            .try_fold(fingerprint, |sum, place| Some(sum ^ slots.get(place as usize)?))?;
        *slots.get_mut(own as usize)? = sum;
    }
    Some(Built { layout, slots })
}

/// The keys in the order in which they can be taken out, each with the place that was only its own.
fn take_out(keys: &[u64], layout: &Layout) -> Option<Vec<(u64, u32)>> {
    let mut slots = vec![Slot::default(); layout.slots() as usize];
    for &key in keys {
        for place in layout.find(key).0 {
            let slot = slots.get_mut(place as usize)?;
            slot.keys ^= key;
            slot.members = slot.members.checked_add(1)?;
        }
    }
    let mut alone: Vec<u32> = (0..layout.slots())
        .filter(|place| slots.get(*place as usize).is_some_and(|slot| slot.members == 1))
        .collect();
    let mut order = Vec::with_capacity(keys.len());
    while let Some(own) = alone.pop() {
        let Slot { keys: key, members: 1 } = *slots.get(own as usize)? else {
            continue;
        };
        order.push((key, own));
        for place in layout.find(key).0 {
            let slot = slots.get_mut(place as usize)?;
            slot.keys ^= key;
            slot.members = slot.members.checked_sub(1)?;
            if slot.members == 1 {
                alone.push(place);
            }
        }
    }
    (order.len() == keys.len()).then_some(order)
}

const ATTEMPTS: u32 = 64;
