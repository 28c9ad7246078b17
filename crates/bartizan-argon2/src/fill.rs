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
    /// Fills all blocks but the first two of each lane, which are there, and leaves the tag's
    /// source in the last of each lane. Words are in the kernels' order.
    pub(crate) fn run(&self, blocks: &mut [Words]) {
        let mut scratch = Scratch::default();
        for pass in 0..self.params.passes() {
            for number in 0..SLICES {
                let slice = Slice { pass, number };
                if pass > 0 && self.version == Version::V0x13 {
                    self.fill_slice::<true>(slice, blocks, &mut scratch);
                } else {
                    self.fill_slice::<false>(slice, blocks, &mut scratch);
                }
            }
        }
        scratch.wipe();
    }

    fn fill_slice<const XOR: bool>(
        &self,
        slice: Slice,
        blocks: &mut [Words],
        scratch: &mut Scratch,
    ) {
        let mut lane = 0;
        while let Some(left @ 1..) = (self.params.lanes() as usize).checked_sub(lane) {
            lane += match left {
                1 => self.take_turns::<XOR, 1>(slice, lane, blocks, scratch),
                2 => self.take_turns::<XOR, 2>(slice, lane, blocks, scratch),
                3 => self.take_turns::<XOR, 3>(slice, lane, blocks, scratch),
                _ => self.take_turns::<XOR, 4>(slice, lane, blocks, scratch),
            };
        }
    }

    /// Fills `N` lanes in turns, from `first` on: while one waits for its next block, the others
    /// compute. With more than four, what they read and write does not stay near the processor.
    #[expect(clippy::too_many_arguments, reason = "what fills, where, and with what")]
    fn take_turns<const XOR: bool, const N: usize>(
        &self,
        slice: Slice,
        first: usize,
        blocks: &mut [Words],
        scratch: &mut Scratch,
    ) -> usize {
        let mut lanes: [_; N] =
            core::array::from_fn(|turn| Lane::new(self, slice, first + turn, blocks));
        for index in slice.first_index()..self.params.segment_len() {
            for lane in &mut lanes {
                lane.fill_block::<XOR>(index, blocks, scratch);
            }
        }
        N
    }
}

impl Slice {
    /// The first two blocks of a lane are made of the inputs.
    const fn first_index(self) -> usize {
        if self.is_first() { 2 } else { 0 }
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
    fn new(filling: &'a Filling<'a, C>, slice: Slice, number: usize, blocks: &[Words]) -> Self {
        let segment_len = filling.params.segment_len();
        let lane_len = segment_len * SLICES;
        let start = number * lane_len + slice.number * segment_len;
        let first = slice.first_index();
        let is_lane_start = slice.number == 0 && first == 0;
        let previous = start + first + if is_lane_start { lane_len } else { 0 } - 1;
        let mut lane = Self {
            filling,
            slice,
            number,
            start,
            previous,
            reference: 0,
            addresses: Addresses::new(filling, slice, number),
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
    fn new(filling: &Filling<'a, C>, slice: Slice, lane: usize) -> Option<Self> {
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
        ];
        for (word, number) in numbers.into_iter().enumerate() {
            words_mut(&mut input)[position(word)] = number;
        }
        let mut addresses = Self { compress: filling.compress, input, output: ZERO };
        if slice.is_first() {
            addresses.refresh();
        }
        Some(addresses)
    }

    /// Returns the word for the block at `index` of the slice. Indices ascend, one by one.
    fn word(&mut self, index: usize) -> u64 {
        let word = index % 128;
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

/// Lends the two blocks that are mixed, and the third that comes of it.
fn making(places: [usize; 3], blocks: &mut [Words]) -> Making<'_> {
    let [previous, reference, result] =
        blocks.get_disjoint_mut(places).expect("a block is made of two others");
    Making { previous, reference, result }
}

const ZERO: Words = [[[[0; 4]; 2]; 4]; 4];

/// RFC 9106, section 3.4: `SL`.
const SLICES: usize = 4;
