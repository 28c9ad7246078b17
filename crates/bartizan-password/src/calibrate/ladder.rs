//! The parameters to choose from.

use crate::limits::StoredLimits;
use crate::params::Cost;

/// The least work that ASVS 5.0, appendix C, allows.
pub(super) const FLOOR: Cost = Cost { memory_kib: 12_288, passes: 3, lanes: 1 };

/// Returns the rungs from [`FLOOR`] up: each about a tenth more work than the one below, as much of
/// it in memory as `max_memory_kib` admits, and all within the default limits of stored hashes.
pub(super) fn ladder(max_memory_kib: u32, lanes: u32) -> Vec<Cost> {
    let mut rungs = vec![Cost { lanes, ..FLOOR }];
    while let Some(next) = rungs.last().and_then(|last| above(last, max_memory_kib)) {
        rungs.push(next);
    }
    rungs
}

fn above(rung: &Cost, max_memory_kib: u32) -> Option<Cost> {
    let limits = StoredLimits::default();
    let total_kib = rung.total_kib().saturating_add(rung.total_kib() / STEP);
    // The fewer passes, the more memory for the same work.
    let step = (1..=limits.passes()).map(|passes| {
        let memory_kib = total_kib.checked_div(u64::from(passes)).unwrap_or_default();
        (u32::try_from(memory_kib).unwrap_or(u32::MAX), passes)
    });
    // So little memory is allowed that nothing is left but to fill it once more.
    let leap = (1..=limits.passes()).map(|passes| (max_memory_kib, passes));
    step.chain(leap)
        .map(|(memory_kib, passes)| Cost {
            memory_kib: (memory_kib / GRAIN_KIB).saturating_mul(GRAIN_KIB),
            passes,
            lanes: rung.lanes,
        })
        .filter(|cost| cost.memory_kib <= max_memory_kib && !cost.is_below_floor())
        .find(|cost| limits.admit(cost).is_ok() && cost.total_kib() > rung.total_kib())
}

/// Work grows by one part in so many.
const STEP: u64 = 10;
/// Memory comes in multiples of it, so that the numbers are round.
const GRAIN_KIB: u32 = 256;
