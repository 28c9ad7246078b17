//! Argon2 over memory that is wiped: [RFC 9106].
//!
//! [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106

use core::time::Duration;

use bartizan_argon2::{Algorithm, Argon2, HashError, Hashing, Kernel, Memory, Params, Version};
use bartizan_core::SecretBytes;

use crate::effort::Effort;
use crate::params::Cost;

/// What a tag is computed from. Lengths and cost were checked by whoever made it.
pub(crate) struct Input<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) version: Version,
    pub(crate) password: &'a [u8],
    pub(crate) salt: &'a [u8],
    /// Empty where there is none.
    pub(crate) secret: &'a [u8],
    pub(crate) cost: Cost,
    /// In bytes.
    pub(crate) tag_len: usize,
}

/// How long the parts of a hash took, of which each has as many blocks.
pub(crate) type Laps = [Duration; LAPS];

/// Few enough to cost nothing. The first are the quickest: there is less memory to read from.
pub(crate) const LAPS: usize = 16;

/// Memory to fill, with the kernel that fills it. Wiped when dropped.
pub(crate) struct Arena {
    memory: Memory,
    kernel: Kernel,
    filled_kib: u64,
    laps: Laps,
}

impl Arena {
    /// Starts with no memory: the first tag takes what it needs.
    pub(crate) const fn new(kernel: Kernel) -> Self {
        Self { memory: Memory::new(), kernel, filled_kib: 0, laps: [Duration::ZERO; LAPS] }
    }

    /// As [`new`](Self::new), with the memory for `cost`, where the machine has it.
    pub(crate) fn for_cost(kernel: Kernel, cost: &Cost) -> Self {
        let mut arena = Self::new(kernel);
        arena.take_memory(cost);
        arena
    }

    /// Takes the memory for `cost` and touches it, where it is not there and the machine has it;
    /// else the next tag tries again.
    pub(crate) fn take_memory(&mut self, cost: &Cost) {
        let Some(params) = params(cost, SOME_TAG_LEN) else { return };
        let blocks = params.columns().checked_div(u64::from(cost.passes)).unwrap_or_default();
        let kib = blocks.saturating_mul(u64::from(cost.lanes));
        if usize::try_from(kib).is_ok_and(|kib| self.memory.size_kib() >= kib) {
            return;
        }
        // Before more is taken, so that both are never held at once.
        self.release();
        self.memory = Memory::for_kernel(&params, self.kernel).unwrap_or_default();
    }

    /// Computes a tag. The input was checked, so memory is all that can be missing.
    pub(crate) fn tag(&mut self, input: &Input<'_>) -> Result<SecretBytes, NoTag> {
        #[cfg(test)]
        work::record(&input.cost);
        let argon2 = argon2(input, self.kernel)?;
        let tag = SecretBytes::init(input.tag_len, |tag| {
            compute(&argon2, input, (&mut self.memory, &mut self.laps), tag)
                .map_err(|_| NoTag::OutOfMemory)
        })?;
        self.filled_kib = self.filled_kib.saturating_add(input.cost.total_kib());
        Ok(tag)
    }

    /// Does the first part of the work of a tag: of each lap as much as `share` says, of [`WHOLE`],
    /// and ends after the first that is not whole. Returns whether it was all.
    ///
    /// [`Kernel::Portable`] does nothing by halves, and nothing here.
    pub(crate) fn begin_tag(
        &mut self,
        input: &Input<'_>,
        mut share: impl FnMut(usize) -> u64,
    ) -> Result<bool, NoTag> {
        let argon2 = argon2(input, self.kernel)?;
        let begun = argon2.begin(input.password, input.salt, &mut self.memory);
        let mut hashing = begun.map_err(|_| NoTag::OutOfMemory)?;
        let columns = argon2.params().columns();
        for lap in 0..LAPS {
            let share = share(lap).min(WHOLE);
            let (start, end) = (lap_start(lap, columns), lap_start(lap.saturating_add(1), columns));
            let part = end.saturating_sub(start).saturating_mul(share) / WHOLE;
            fill_to(&mut hashing, start.saturating_add(part), columns);
            if share < WHOLE {
                break;
            }
        }
        let filled = columns.saturating_sub(hashing.columns_left());
        let filled_kib = filled.saturating_mul(u64::from(input.cost.lanes));
        self.filled_kib = self.filled_kib.saturating_add(filled_kib);
        Ok(hashing.columns_left() == 0)
    }

    /// How long the laps of the last tag took, by the processor's time.
    pub(crate) const fn laps(&self) -> &Laps {
        &self.laps
    }

    /// Gives the memory back, wiped. The next tag takes what it needs.
    pub(crate) fn release(&mut self) {
        self.memory = Memory::new();
    }

    /// Overwrites what tags left, and keeps the memory.
    pub(crate) fn wipe(&mut self) {
        self.memory.wipe();
    }

    /// How many KiB were filled, over all passes, since it was last asked to forget.
    pub(crate) const fn filled_kib(&self) -> u64 {
        self.filled_kib
    }

    pub(crate) const fn forget_filled_kib(&mut self) {
        self.filled_kib = 0;
    }

    #[cfg(test)]
    pub(crate) const fn memory(&self) -> &Memory {
        &self.memory
    }
}

/// Of a lap.
pub(crate) const WHOLE: u64 = 1 << 16;

const SOME_TAG_LEN: usize = 32;

fn argon2<'a>(input: &Input<'a>, kernel: Kernel) -> Result<Argon2<'a>, NoTag> {
    let params = params(&input.cost, input.tag_len).ok_or(NoTag::OutOfMemory)?;
    Argon2::new(input.algorithm, input.version, params)
        .with_kernel(kernel)
        .map_err(|_| NoTag::OutOfMemory)?
        .with_secret(input.secret)
        .map_err(|_| NoTag::OutOfMemory)
}

/// Computes a tag lap by lap, and notes how long each took.
fn compute(
    argon2: &Argon2<'_>,
    input: &Input<'_>,
    (memory, laps): (&mut Memory, &mut Laps),
    tag: &mut [u8],
) -> Result<(), HashError> {
    let (effort, columns) = (Effort::start(), argon2.params().columns());
    let mut hashing = argon2.begin(input.password, input.salt, memory)?;
    let mut before = Duration::ZERO;
    let mut lap_ends = || {
        let now = effort.worked();
        now.saturating_sub(core::mem::replace(&mut before, now))
    };
    let (last, others) = laps.split_last_mut().unzip();
    for (next, lap) in (1..).zip(others.unwrap_or_default()) {
        fill_to(&mut hashing, lap_start(next, columns), columns);
        *lap = lap_ends();
    }
    let done = hashing.finish(tag);
    if let Some(last) = last {
        *last = lap_ends();
    }
    done
}

/// How many of all the columns come before a lap.
fn lap_start(lap: usize, columns: u64) -> u64 {
    let (lap, laps) = (u64::try_from(lap).unwrap_or(u64::MAX), u64::try_from(LAPS).unwrap_or(1));
    columns.saturating_mul(lap).checked_div(laps).unwrap_or_default()
}

/// Goes on until so many of all the columns are filled.
fn fill_to(hashing: &mut Hashing<'_>, end: u64, columns: u64) {
    let filled = columns.saturating_sub(hashing.columns_left());
    hashing.fill(end.saturating_sub(filled));
}

fn params(cost: &Cost, tag_len: usize) -> Option<Params> {
    Params::new(cost.memory_kib, cost.passes, cost.lanes, tag_len).ok()
}

/// Why there is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTag {
    /// The machine has no memory for Argon2 to fill.
    OutOfMemory,
}

/// How much work a test caused: counted, since times tell little on a busy machine.
#[cfg(test)]
pub(crate) mod work {
    use core::cell::Cell;

    use crate::params::Cost;

    thread_local! {
        static FILLED_KIB: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn record(cost: &Cost) {
        FILLED_KIB.with(|filled| filled.set(filled.get().saturating_add(cost.total_kib())));
    }

    /// Returns how many KiB `job` had filled, over all passes.
    pub(crate) fn filled_kib(job: impl FnOnce()) -> u64 {
        FILLED_KIB.with(|filled| filled.set(0));
        job();
        FILLED_KIB.with(Cell::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laps_share_out_all_columns() {
        assert_eq!([0, 1, 16].map(|lap| lap_start(lap, 163)), [0, 10, 163]);
    }

    #[test]
    fn a_tag_is_begun_as_far_as_is_said_and_wiped_whole() {
        let cost = Cost { memory_kib: 512, passes: 2, lanes: 4 };
        let phc = crate::phc::Phc::new(cost, b"somesalt", false);
        let mut arena = Arena::for_cost(Kernel::detect(), &cost);
        for (shares, filled_kib) in [
            ([0, WHOLE, WHOLE], 2 * 4),
            ([WHOLE / 2, WHOLE, WHOLE], 32),
            ([WHOLE, WHOLE, WHOLE / 4], 144),
            ([u64::MAX; 3], 1_024),
        ] {
            arena.forget_filled_kib();
            let share = |lap: usize| shares.get(lap).copied().unwrap_or(WHOLE);
            let is_all = arena.begin_tag(&phc.input(b"password", b"", 32), share).unwrap();
            if arena.kernel != Kernel::Portable {
                assert_eq!(is_all, filled_kib == 1_024);
                assert_eq!(arena.filled_kib(), filled_kib);
                assert!(!arena.memory().is_blank());
            }
            arena.wipe();
            assert!(arena.memory().is_blank());
        }
        assert_eq!(arena.memory().size_kib(), 512);
    }

    #[test]
    fn a_tag_tells_how_long_its_laps_took() {
        let cost = Cost { memory_kib: 4_096, passes: 1, lanes: 1 };
        let phc = crate::phc::Phc::new(cost, b"somesalt", false);
        for kernel in Kernel::available() {
            let mut arena = Arena::new(kernel);
            let effort = Effort::start();
            assert!(arena.tag(&phc.input(b"password", b"", 32)).is_ok());
            let whole: Duration = arena.laps().iter().sum();
            assert!(whole > Duration::ZERO && whole <= effort.worked(), "{kernel:?}");
        }
    }
}
