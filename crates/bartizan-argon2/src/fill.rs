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
        let lanes = self.params.lanes() as usize;
        let mut scratch = [Scratch::default(), Scratch::default()];
        for pass in 0..self.params.passes() {
            for number in 0..SLICES {
                let slice = Slice { pass, number };
                // Two lanes at once: while one waits for its next block, the other computes.
                for lane in (0..lanes).step_by(2) {
                    let mut first = Lane::new(self, slice, lane, blocks);
                    let mut second =
                        (lane + 1 < lanes).then(|| Lane::new(self, slice, lane + 1, blocks));
                    let keeps_old = slice.pass > 0 && self.version == Version::V0x13;
                    for index in slice.first_index()..self.params.segment_len() {
                        if keeps_old {
                            first.begin(index, blocks, &mut scratch[0]);
                            if let Some(second) = &mut second {
                                second.begin(index, blocks, &mut scratch[1]);
                            }
                            first.next::<true>(index, blocks, &scratch[0]);
                            if let Some(second) = &mut second {
                                second.next::<true>(index, blocks, &scratch[1]);
                            }
                            first.finish::<true>(index, blocks, &scratch[0]);
                            if let Some(second) = &mut second {
                                second.finish::<true>(index, blocks, &scratch[1]);
                            }
                        } else {
                            first.begin(index, blocks, &mut scratch[0]);
                            if let Some(second) = &mut second {
                                second.begin(index, blocks, &mut scratch[1]);
                            }
                            first.next::<false>(index, blocks, &scratch[0]);
                            if let Some(second) = &mut second {
                                second.next::<false>(index, blocks, &scratch[1]);
                            }
                            first.finish::<false>(index, blocks, &scratch[0]);
                            if let Some(second) = &mut second {
                                second.finish::<false>(index, blocks, &scratch[1]);
                            }
                        }
                    }
                }
            }
        }
        for scratch in &mut scratch { scratch.wipe(); }
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
    current_reference: usize,
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
            current_reference: 0,
            addresses: Addresses::new(filling, slice, number),
        };
        let random = match &mut lane.addresses {
            Some(addresses) => addresses.word(first),
            None => words(&blocks[previous])[0],
        };
        lane.reference = lane.reference_for(first, random);
        lane
    }

    fn making<'b>(&self, index: usize, reference: usize, blocks: &'b mut [Words]) -> Making<'b> {
        let [previous, reference, result] =
            blocks.get_disjoint_mut([self.previous, reference, self.start + index]).expect("distinct");
        Making { previous, reference, result }
    }

    /// Fills the block at `index` of the slice, and has the next one's reference fetched as soon
    /// as it is known.
    fn begin(&mut self, index: usize, blocks: &mut [Words], scratch: &mut Scratch) {
        let Filling { compress, params, .. } = self.filling;
        let previous = self.previous;
        self.current_reference = self.reference;
        let next = index + 1;
        let has_next = next < params.segment_len();

        if let Some(addresses) = self.addresses.as_mut().filter(|_| has_next) {
            let random = addresses.word(next);
            self.reference = self.reference_for(next, random);
            prefetch(words(&blocks[self.reference]));
        }
        let mixed = [&blocks[previous], &blocks[self.current_reference]];
        compress.rows(mixed, scratch);
    }

    fn next<const XOR: bool>(&mut self, index: usize, blocks: &mut [Words], scratch: &Scratch) {
        let Filling { compress, params, .. } = self.filling;
        let next = index + 1;
        let has_next = next < params.segment_len();
        compress.first_columns::<XOR>(&mut self.making(index, self.current_reference, blocks), scratch);
        if has_next && self.addresses.is_none() {
            self.reference = self.reference_for(next, words(&blocks[self.start + index])[0]);
            prefetch(words(&blocks[self.reference]));
        }
    }

    fn finish<const XOR: bool>(&mut self, index: usize, blocks: &mut [Words], scratch: &Scratch) {
        let Filling { compress, .. } = self.filling;
        compress.last_columns::<XOR>(&mut self.making(index, self.current_reference, blocks), scratch);
        self.previous = self.start + index;
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
        let mut making = Making {
            previous: &ZERO, reference: &self.input, result: &mut self.output,
        };
        self.compress.rows([making.previous, making.reference], &mut scratch);
        self.compress.first_columns::<false>(&mut making, &scratch);
        self.compress.last_columns::<false>(&mut making, &scratch);
        let middle = self.output;
        let mut making = Making {
            previous: &ZERO, reference: &middle, result: &mut self.output,
        };
        self.compress.rows([making.previous, making.reference], &mut scratch);
        self.compress.first_columns::<false>(&mut making, &scratch);
        self.compress.last_columns::<false>(&mut making, &scratch);
    }
}

static ZERO: Words = [[[[0; 4]; 2]; 4]; 4];

/// RFC 9106, section 3.4: `SL`.
const SLICES: usize = 4;
