//! Memory for the kernels: large pages that stay out of core dumps, where the system has them.
//!
//! A kernel reads all over the memory, and with pages of 4 KiB the processor looks most of them up
//! anew each time. The `argon2` crate takes blocks of its own type only, which can't be had from a
//! mapping without unsafe code: see [`Memory`](super::Memory).

#[cfg(target_os = "linux")]
use memmap2::{Advice, MmapMut};

use crate::kernel::Words;

/// Blocks of 1 KiB, zero at first, that begin where a line of the processor's cache does.
#[derive(Debug)]
pub(super) struct Pages {
    held: Held,
    /// Where the blocks begin, in words of the heap or bytes of a mapping.
    start: usize,
    count: usize,
}

#[derive(Debug)]
enum Held {
    #[cfg(target_os = "linux")]
    Mapped(MmapMut),
    OnHeap(Vec<u64>),
}

impl Pages {
    /// Takes memory for `count` blocks and touches all of it, or returns nothing where there is
    /// none.
    pub(super) fn new(count: usize) -> Option<Self> {
        #[cfg(target_os = "linux")]
        if let Some(pages) = Self::map(count) {
            return Some(pages);
        }
        Self::take_from_heap(count)
    }

    #[cfg(target_os = "linux")]
    fn map(count: usize) -> Option<Self> {
        let len = count.checked_mul(BLOCK)?;
        // So much more that a large page can begin where the blocks do. Nobody touches the rest, so
        // it takes addresses, and no memory.
        let mut map = MmapMut::map_anon(len.checked_add(LARGE_PAGE)?).ok()?;
        let start = map.as_ptr().align_offset(LARGE_PAGE);
        // What the system can't do of this costs time or dumps memory, and breaks nothing. The last
        // part of a large page is left to small ones: no more is held than was asked for.
        let whole = len.checked_sub(len.checked_rem(LARGE_PAGE)?)?;
        let _: Result<(), _> = map.advise(Advice::DontDump);
        if whole > 0 {
            let _: Result<(), _> = map.advise_range(Advice::HugePage, start, whole);
        }
        for page in map.get_mut(start..start.checked_add(len)?)?.chunks_mut(SMALL_PAGE) {
            if let Some(byte) = page.first_mut() {
                *byte = 0;
            }
        }
        Some(Self { held: Held::Mapped(map), start, count })
    }

    fn take_from_heap(count: usize) -> Option<Self> {
        let len = count.checked_mul(BLOCK_WORDS)?.checked_add(LINE_WORDS)?;
        let mut words = Vec::new();
        words.try_reserve_exact(len).ok()?;
        words.resize(len, 0_u64);
        let start = words.as_ptr().align_offset(size_of::<[u64; LINE_WORDS]>()).min(LINE_WORDS);
        Some(Self { held: Held::OnHeap(words), start, count })
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Returns all the blocks.
    pub(super) fn blocks(&self) -> &[Words] {
        let words = match &self.held {
            #[cfg(target_os = "linux")]
            Held::Mapped(map) => map
                .get(self.start..)
                .and_then(|bytes| bytes.get(..self.count.saturating_mul(BLOCK)))
                .and_then(|bytes| bytemuck::try_cast_slice(bytes).ok()),
            Held::OnHeap(words) => words.get(self.start..),
        };
        let groups = words.unwrap_or_default().as_chunks::<4>().0.as_chunks::<2>().0;
        let blocks = groups.as_chunks::<4>().0.as_chunks::<4>().0;
        blocks.get(..self.count).unwrap_or_default()
    }

    /// Returns all the blocks.
    pub(super) fn blocks_mut(&mut self) -> &mut [Words] {
        let words = match &mut self.held {
            #[cfg(target_os = "linux")]
            Held::Mapped(map) => map
                .get_mut(self.start..)
                .and_then(|bytes| bytes.get_mut(..self.count.saturating_mul(BLOCK)))
                .and_then(|bytes| bytemuck::try_cast_slice_mut(bytes).ok()),
            Held::OnHeap(words) => words.get_mut(self.start..),
        };
        let groups = words.unwrap_or_default().as_chunks_mut::<4>().0.as_chunks_mut::<2>().0;
        let blocks = groups.as_chunks_mut::<4>().0.as_chunks_mut::<4>().0;
        blocks.get_mut(..self.count).unwrap_or_default()
    }
}

const BLOCK: usize = 1_024;
const BLOCK_WORDS: usize = BLOCK / size_of::<u64>();

/// A line of the cache.
const LINE_WORDS: usize = 8;

#[cfg(target_os = "linux")]
const SMALL_PAGE: usize = 4_096;

/// The size on x86-64, and on the other machines that have pages of 4 KiB.
#[cfg(target_os = "linux")]
const LARGE_PAGE: usize = 2 << 20;
