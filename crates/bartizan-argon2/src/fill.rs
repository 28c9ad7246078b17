//! Filling the memory: [RFC 9106, section 3.2], steps 5 and 6, and [section 3.4].
//!
//! [RFC 9106, section 3.2]: https://www.rfc-editor.org/rfc/rfc9106#section-3.2
//! [section 3.4]: https://www.rfc-editor.org/rfc/rfc9106#section-3.4

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "all numbers come from checked parameters and stay below the number of blocks, and a \
              mistake here must not pass as a tag"
)]

use core::ops::Range;

use crate::kernel::{Compress, Making, Scratch, Words, position, prefetch, words, words_mut};
use crate::params::{Algorithm, Params, Version};

/// What is the same for the whole of a hash.
pub(crate) struct Filling<'a, C> {
    pub(crate) compress: &'a C,
    pub(crate) algorithm: Algorithm,
    pub(crate) version: Version,
    pub(crate) params: Params,
}

/// A quarter of one pass, in which no lane reads what another writes.
#[derive(Clone, Copy)]
struct Slice {
    pass: u32,
    number: usize,
}

impl<C: Compress> Filling<'_, C> {
    /// Fills some columns, counted over all passes. The ones before are there, and in any case the
    /// first two, which are made of the inputs. The last pass leaves the tag's source in the last
    /// block of each lane. Words are in the kernels' order.
    pub(crate) fn run(&self, columns: Range<u64>, blocks: &mut [Words]) {
        let mut scratch = Scratch::default();
        let segment_len = self.params.segment_len() as u64;
        let end = columns.end.min(self.params.columns());
        let mut start = columns.start.max(INPUT_COLUMNS);
        while start < end {
            let slice = Slice::new(start / segment_len);
            let first = fits(start % segment_len);
            let last = first + fits((end - start).min(segment_len - first as u64));
            if slice.pass > 0 && self.version == Version::V0x13 {
                self.fill_slice::<true>(slice, first..last, blocks, &mut scratch);
            } else {
                self.fill_slice::<false>(slice, first..last, blocks, &mut scratch);
            }
            start += (last - first) as u64;
        }
        scratch.wipe();
    }

    /// Fills what is at `indices` of a slice, in each lane.
    #[expect(clippy::too_many_arguments, reason = "what is filled, where, and with what")]
    fn fill_slice<const XOR: bool>(
        &self,
        slice: Slice,
        indices: Range<usize>,
        blocks: &mut [Words],
        scratch: &mut Scratch,
    ) {
        let mut lane = 0;
        while let Some(left @ 1..) = (self.params.lanes() as usize).checked_sub(lane) {
            let indices = indices.clone();
            lane += match left {
                1 => self.take_turns::<XOR, 1>(slice, indices, lane, blocks, scratch),
                2 => self.take_turns::<XOR, 2>(slice, indices, lane, blocks, scratch),
                3 => self.take_turns::<XOR, 3>(slice, indices, lane, blocks, scratch),
                _ => self.take_turns::<XOR, 4>(slice, indices, lane, blocks, scratch),
            };
        }
    }

    /// Fills `N` lanes in turns, from `lane` on: while one waits for its next block, the others
    /// compute. With more than four, what they read and write does not stay near the processor.
    #[expect(clippy::too_many_arguments, reason = "what is filled, where, and with what")]
    fn take_turns<const XOR: bool, const N: usize>(
        &self,
        slice: Slice,
        indices: Range<usize>,
        lane: usize,
        blocks: &mut [Words],
        scratch: &mut Scratch,
    ) -> usize {
        let mut lanes: [_; N] =
            core::array::from_fn(|turn| Lane::new(self, slice, indices.start, lane + turn, blocks));
        for index in indices {
            for lane in &mut lanes {
                lane.fill_block::<XOR>(index, blocks, scratch);
            }
        }
        N
    }
}

impl Slice {
    /// Slices are counted over all passes.
    fn new(count: u64) -> Self {
        let pass = u32::try_from(count / SLICES as u64).expect("there are no more passes");
        Self { pass, number: fits(count % SLICES as u64) }
    }

    const fn is_first(self) -> bool {
        self.pass == 0 && self.number == 0
    }
}

/// One lane on its way through a slice.
struct Lane<'a, C> {
    filling: &'a Filling<'a, C>,
    slice: Slice,
    number: usize,
    /// Where its blocks of this slice begin.
    start: usize,
    /// Where the block that was filled last is.
    previous: usize,
    /// Where the block is that the next one is mixed with.
    reference: usize,
    addresses: Option<Addresses<'a, C>>,
}

impl<'a, C: Compress> Lane<'a, C> {
    /// Goes on at the block at `first` of a slice.
    #[expect(clippy::too_many_arguments, reason = "where to go on, and after what")]
    fn new(
        filling: &'a Filling<'a, C>,
        slice: Slice,
        first: usize,
        number: usize,
        blocks: &[Words],
    ) -> Self {
        let segment_len = filling.params.segment_len();
        let lane_len = segment_len * SLICES;
        let start = number * lane_len + slice.number * segment_len;
        let is_lane_start = slice.number == 0 && first == 0;
        let previous = start + first + if is_lane_start { lane_len } else { 0 } - 1;
        let mut lane = Self {
            filling,
            slice,
            number,
            start,
            previous,
            reference: 0,
            addresses: Addresses::new(filling, slice, first, number),
        };
        let random = match &mut lane.addresses {
            Some(addresses) => addresses.word(first),
            None => words(&blocks[previous])[0],
        };
        lane.reference = lane.reference_for(first, random);
        lane
    }

    /// Fills the block at `index` of the slice, and has the next one's reference fetched as soon
    /// as it is known.
    fn fill_block<const XOR: bool>(
        &mut self,
        index: usize,
        blocks: &mut [Words],
        scratch: &mut Scratch,
    ) {
        let Filling { compress, params, .. } = self.filling;
        let (current, reference) = (self.start + index, self.reference);
        let next = index + 1;
        let has_next = next < params.segment_len();

        if let Some(addresses) = self.addresses.as_mut().filter(|_| has_next) {
            let random = addresses.word(next);
            self.reference = self.reference_for(next, random);
            prefetch(words(&blocks[self.reference]));
        }
        let mut making = making([self.previous, reference, current], blocks);
        compress.begin::<XOR>(&mut making, scratch);
        if has_next && self.addresses.is_none() {
            self.reference = self.reference_for(next, words(making.result)[0]);
            prefetch(words(&blocks[self.reference]));
        }
        let mut making = self::making([self.previous, reference, current], blocks);
        compress.finish::<XOR>(&mut making, scratch);
        self.previous = current;
    }

    /// RFC 9106, section 3.4.1.1 and 3.4.2: where 64 pseudo-random bits point.
    fn reference_for(&self, index: usize, random: u64) -> usize {
        let params = &self.filling.params;
        let (lanes, segment_len) = (params.lanes() as usize, params.segment_len());
        let lane_len = segment_len * SLICES;

        let lane = if lanes == 1 || self.slice.is_first() {
            self.number
        } else {
            (random >> 32) as usize % lanes
        };
        let finished = if self.slice.pass == 0 {
            self.slice.number * segment_len
        } else {
            lane_len - segment_len
        };
        let area = if lane == self.number {
            finished + index - 1
        } else {
            finished - usize::from(index == 0)
        };
        let x = (random & 0xffff_ffff).pow(2) >> 32;
        let back = (area as u64 * x) >> 32;
        let oldest = if self.slice.pass == 0 || self.slice.number == SLICES - 1 {
            0
        } else {
            (self.slice.number + 1) * segment_len
        };
        let place = oldest + area - 1 - back as usize;
        lane * lane_len + if place < lane_len { place } else { place - lane_len }
    }
}

/// The pseudo-random words of Argon2i, which depend on nothing secret: RFC 9106, section 3.4.1.2.
struct Addresses<'a, C> {
    compress: &'a C,
    input: Words,
    output: Words,
}

impl<'a, C: Compress> Addresses<'a, C> {
    /// Returns nothing where the words come from the blocks themselves.
    fn new(filling: &Filling<'a, C>, slice: Slice, first: usize, lane: usize) -> Option<Self> {
        let is_independent = match filling.algorithm {
            Algorithm::Argon2d => false,
            Algorithm::Argon2i => true,
            Algorithm::Argon2id => slice.pass == 0 && slice.number < SLICES / 2,
        };
        if !is_independent {
            return None;
        }
        let mut input = ZERO;
        let numbers = [
            u64::from(slice.pass),
            lane as u64,
            slice.number as u64,
            filling.params.block_count() as u64,
            u64::from(filling.params.passes()),
            u64::from(filling.algorithm.number()),
            (first / ADDRESSES) as u64,
        ];
        for (word, number) in numbers.into_iter().enumerate() {
            words_mut(&mut input)[position(word)] = number;
        }
        let mut addresses = Self { compress: filling.compress, input, output: ZERO };
        // At the first one of a block of addresses they are drawn when they are asked for.
        if !first.is_multiple_of(ADDRESSES) {
            addresses.refresh();
        }
        Some(addresses)
    }

    /// Returns the word for the block at `index` of the slice. Indices ascend, one by one.
    fn word(&mut self, index: usize) -> u64 {
        let word = index % ADDRESSES;
        if word == 0 {
            self.refresh();
        }
        words(&self.output)[position(word)]
    }

    fn refresh(&mut self) {
        let mut scratch = Scratch::default();
        words_mut(&mut self.input)[position(6)] += 1;
        let middle = self.compress(&self.input, &mut scratch);
        self.output = self.compress(&middle, &mut scratch);
    }

    fn compress(&self, reference: &Words, scratch: &mut Scratch) -> Words {
        let mut result = ZERO;
        let mut making = Making { previous: &ZERO, reference, result: &mut result };
        self.compress.begin::<false>(&mut making, scratch);
        self.compress.finish::<false>(&mut making, scratch);
        result
    }
}

/// What counts blocks of a slice.
fn fits(number: u64) -> usize {
    usize::try_from(number).expect("the memory has no more blocks")
}

/// Lends the two blocks that are mixed, and the third that comes of it.
fn making(places: [usize; 3], blocks: &mut [Words]) -> Making<'_> {
    let [previous, reference, result] =
        blocks.get_disjoint_mut(places).expect("a block is made of two others");
    Making { previous, reference, result }
}

const ZERO: Words = [[[[0; 4]; 2]; 4]; 4];

/// RFC 9106, section 3.4: `SL`.
const SLICES: usize = 4;

/// How many addresses a block of them has.
const ADDRESSES: usize = 128;

/// The first two blocks of a lane are made of the inputs.
pub(crate) const INPUT_COLUMNS: u64 = 2;
