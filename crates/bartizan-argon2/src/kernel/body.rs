//! What every kernel does, whatever its vectors: the compression function G of
//! [RFC 9106, section 3.5].
//!
//! A block is an 8 by 8 matrix of pairs of words. P works on the 16 words of a row, then of a
//! column, as on a 4 by 4 matrix: its columns first, then its diagonals. Two rows and two columns
//! of pairs make a [`Group`] of eight words, which is one vector. In it stand words of two P's
//! that a row step needs side by side, and of two that a column step needs side by side, so
//! neither transposes anything. Of every word in a group the same letter of P is asked (a, b, c
//! or d), in rows and in columns; for the diagonals the letters turn against each other.
//!
//! [RFC 9106, section 3.5]: https://www.rfc-editor.org/rfc/rfc9106#section-3.5

/// Eight words, by their bits from the outermost: second of a pair, odd row, odd column.
pub(crate) type Group = [[u64; 4]; 2];

/// A block, as the kernels keep it: by two rows, then by two columns of pairs.
pub(crate) type Words = [[Group; 4]; 4];

/// A block that is half done.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(crate) struct Scratch {
    /// What the row step made of it.
    pub(super) rows: Words,
    /// What goes into the result beside it.
    pub(super) mask: Words,
}

impl Scratch {
    /// Returns word 0 of the result, which says where the next block looks.
    pub(crate) const fn word_0(&self) -> u64 {
        let [[[[word, ..], _], ..], ..] = self.mask;
        word
    }

    pub(crate) fn wipe(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.rows);
        zeroize::Zeroize::zeroize(&mut self.mask);
    }
}

/// Writes out a kernel: `$attributes` go to each function, the operations come from `$operations`.
macro_rules! kernel_body {
    ($operations:path, $(#[$attributes:meta])*) => {
        use $crate::kernel::body::{Group, Scratch, Words};
        use $operations as v;

        /// Does all of the row step, and of the column step what word 0 needs.
        $(#[$attributes])*
        pub(super) fn begin(
            previous: &Words,
            reference: &Words,
            old: Option<&Words>,
            scratch: &mut Scratch,
        ) {
            let inputs = previous.iter().zip(reference);
            let outputs = scratch.rows.iter_mut().zip(&mut scratch.mask);
            for ((previous, reference), (rows, mask)) in inputs.zip(outputs) {
                let mixed = combine(load(previous), load(reference));
                store(mixed, mask);
                store(permute_rows(mixed), rows);
            }
            if let Some(old) = old {
                for (mask, old) in scratch.mask.iter_mut().zip(old) {
                    store(combine(load(mask), load(old)), mask);
                }
            }
            let [[a, ..], [b, ..], [c, ..], [d, ..]] = &scratch.rows;
            let columns = permute_columns([v::load(a), v::load(b), v::load(c), v::load(d)]);
            for (column, [mask, ..]) in columns.into_iter().zip(&mut scratch.mask) {
                v::store(v::xor(column, v::load(mask)), mask);
            }
        }

        /// Does the rest of the column step.
        $(#[$attributes])*
        pub(super) fn finish(scratch: &Scratch, result: &mut Words) {
            let [a, b, c, d] = &scratch.rows;
            let [mask_a, mask_b, mask_c, mask_d] = &scratch.mask;
            let [result_a, result_b, result_c, result_d] = result;

            let begun = [mask_a, mask_b, mask_c, mask_d].map(|[begun, ..]| begun);
            let [[first_a, ..], [first_b, ..], [first_c, ..], [first_d, ..]] =
                [&mut *result_a, &mut *result_b, &mut *result_c, &mut *result_d];
            for (begun, result) in begun.into_iter().zip([first_a, first_b, first_c, first_d]) {
                v::store(v::load(begun), result);
            }

            let rows = a.iter().zip(b).zip(c).zip(d);
            let masks = mask_a.iter().zip(mask_b).zip(mask_c).zip(mask_d);
            let results = result_a.iter_mut().zip(result_b).zip(result_c).zip(result_d);
            for ((rows, masks), results) in rows.zip(masks).zip(results).skip(1) {
                let (((a, b), c), d) = rows;
                let columns = permute_columns([v::load(a), v::load(b), v::load(c), v::load(d)]);
                let [a, b, c, d] = columns;
                let (((mask_a, mask_b), mask_c), mask_d) = masks;
                let (((result_a, result_b), result_c), result_d) = results;
                v::store(v::xor(a, v::load(mask_a)), result_a);
                v::store(v::xor(b, v::load(mask_b)), result_b);
                v::store(v::xor(c, v::load(mask_c)), result_c);
                v::store(v::xor(d, v::load(mask_d)), result_d);
            }
        }

        $(#[$attributes])*
        #[inline]
        fn load([a, b, c, d]: &[Group; 4]) -> [v::Vector; 4] {
            [v::load(a), v::load(b), v::load(c), v::load(d)]
        }

        $(#[$attributes])*
        #[inline]
        fn store(vectors: [v::Vector; 4], groups: &mut [Group; 4]) {
            for (vector, group) in vectors.into_iter().zip(groups) {
                v::store(vector, group);
            }
        }

        $(#[$attributes])*
        #[inline]
        fn combine([a, b, c, d]: [v::Vector; 4], [e, f, g, h]: [v::Vector; 4]) -> [v::Vector; 4] {
            [v::xor(a, e), v::xor(b, f), v::xor(c, g), v::xor(d, h)]
        }

        /// P on two rows. Between its halves the other letters turn around b, which is the last to
        /// be ready and the first to be needed.
        $(#[$attributes])*
        #[inline]
        fn permute_rows(abcd: [v::Vector; 4]) -> [v::Vector; 4] {
            let [a, b, c, d] = mix(abcd);
            let turned = [v::row_previous(a), b, v::row_next(c), v::row_opposite(d)];
            let [a, b, c, d] = mix(turned);
            [v::row_next(a), b, v::row_previous(c), v::row_opposite(d)]
        }

        /// P on two columns.
        $(#[$attributes])*
        #[inline]
        fn permute_columns(abcd: [v::Vector; 4]) -> [v::Vector; 4] {
            let [a, b, c, d] = mix(abcd);
            let turned = [v::column_previous(a), b, v::column_next(c), v::column_opposite(d)];
            let [a, b, c, d] = mix(turned);
            [v::column_next(a), b, v::column_previous(c), v::column_opposite(d)]
        }

        /// GB of RFC 9106, section 3.6.
        $(#[$attributes])*
        #[inline]
        fn mix([a, b, c, d]: [v::Vector; 4]) -> [v::Vector; 4] {
            let a = v::multiply_add(a, b);
            let d = v::rotate_32(v::xor(d, a));
            let c = v::multiply_add(c, d);
            let b = v::rotate_24(v::xor(b, c));
            let a = v::multiply_add(a, b);
            let d = v::rotate_16(v::xor(d, a));
            let c = v::multiply_add(c, d);
            let b = v::rotate_63(v::xor(b, c));
            [a, b, c, d]
        }
    };
}

pub(super) use kernel_body;

/// Where a word of RFC 9106's order stands in [`Words`] that are laid flat.
pub(crate) const fn position(word: usize) -> usize {
    let (row, column, second) = (word >> 4, word >> 1 & 7, word & 1);
    (row >> 1) << 5 | (column >> 1) << 3 | second << 2 | (row & 1) << 1 | column & 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_position_of_its_own() {
        let mut words: Vec<_> = (0..128).map(position).collect();
        assert_eq!(words[..4], [0, 4, 1, 5]);
        words.sort_unstable();
        assert_eq!(words, (0..128).collect::<Vec<_>>());
    }
}
