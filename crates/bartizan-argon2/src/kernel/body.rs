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
            [previous, reference]: [&Words; 2],
            old: Option<&Words>,
            scratch: &mut Scratch,
        ) {
            let turn = v::turn();
            let inputs = previous.iter().zip(reference);
            let outputs = scratch.rows.iter_mut().zip(&mut scratch.mask);
            for ((previous, reference), (rows, mask)) in inputs.zip(outputs) {
                let mixed = combine(load(previous), load(reference));
                store(mixed, mask);
                store(permute_rows(turn, mixed), rows);
            }
            if let Some(old) = old {
                for (mask, old) in scratch.mask.iter_mut().zip(old) {
                    store(combine(load(mask), load(old)), mask);
                }
            }
            let [[a, ..], [b, ..], [c, ..], [d, ..]] = &scratch.rows;
            let columns = permute_columns(turn, [v::load(a), v::load(b), v::load(c), v::load(d)]);
            for (column, [mask, ..]) in columns.into_iter().zip(&mut scratch.mask) {
                v::store(v::xor(column, v::load(mask)), mask);
            }
        }

        /// Does the rest of the column step.
        $(#[$attributes])*
        pub(super) fn finish(scratch: &Scratch, result: &mut Words) {
            let turn = v::turn();
            let [[_, a, b, c], [_, d, e, f], [_, g, h, i], [_, j, k, l]] = &scratch.rows;
            let [masks_a, masks_b, masks_c, masks_d] = &scratch.mask;
            let ([first_a, m, n, o], [first_b, p, q, r]) = (masks_a, masks_b);
            let ([first_c, s, t, u], [first_d, w, x, y]) = (masks_c, masks_d);
            let [to_a, to_b, to_c, to_d] = result;
            let ([to_first_a, ta, tb, tc], [to_first_b, td, te, tf]) = (to_a, to_b);
            let ([to_first_c, tg, th, ti], [to_first_d, tj, tk, tl]) = (to_c, to_d);

            finish_column(turn, [a, d, g, j], [m, p, s, w], [ta, td, tg, tj]);
            finish_column(turn, [b, e, h, k], [n, q, t, x], [tb, te, th, tk]);
            finish_column(turn, [c, f, i, l], [o, r, u, y], [tc, tf, ti, tl]);
            v::store(v::load(first_a), to_first_a);
            v::store(v::load(first_b), to_first_b);
            v::store(v::load(first_c), to_first_c);
            v::store(v::load(first_d), to_first_d);
        }

        $(#[$attributes])*
        #[inline]
        fn finish_column(
            turn: v::Turn,
            [a, b, c, d]: [&Group; 4],
            masks: [&Group; 4],
            to: [&mut Group; 4],
        ) {
            let abcd = [v::load(a), v::load(b), v::load(c), v::load(d)];
            let [a, b, c, d] = permute_columns(turn, abcd);
            let ([e, f, g, h], [to_a, to_b, to_c, to_d]) = (masks, to);
            v::store(v::xor(a, v::load(e)), to_a);
            v::store(v::xor(b, v::load(f)), to_b);
            v::store(v::xor(c, v::load(g)), to_c);
            v::store(v::xor(d, v::load(h)), to_d);
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
        fn permute_rows(turn: v::Turn, abcd: [v::Vector; 4]) -> [v::Vector; 4] {
            let [a, b, c, d] = mix(turn, abcd);
            let turned = [v::row_previous(a), b, v::row_next(c), v::row_opposite(d)];
            let [a, b, c, d] = mix(turn, turned);
            [v::row_next(a), b, v::row_previous(c), v::row_opposite(d)]
        }

        /// P on two columns.
        $(#[$attributes])*
        #[inline]
        fn permute_columns(turn: v::Turn, abcd: [v::Vector; 4]) -> [v::Vector; 4] {
            let [a, b, c, d] = mix(turn, abcd);
            let turned = [v::column_previous(a), b, v::column_next(c), v::column_opposite(d)];
            let [a, b, c, d] = mix(turn, turned);
            [v::column_next(a), b, v::column_previous(c), v::column_opposite(d)]
        }

        /// GB of RFC 9106, section 3.6.
        $(#[$attributes])*
        #[inline]
        fn mix(turn: v::Turn, [a, b, c, d]: [v::Vector; 4]) -> [v::Vector; 4] {
            let a = v::multiply_add(a, b);
            let d = v::rotate_32(v::xor(d, a));
            let c = v::multiply_add(c, d);
            let b = v::rotate_24(v::xor(b, c));
            let a = v::multiply_add(a, b);
            let d = v::rotate_16(turn, v::xor(d, a));
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
