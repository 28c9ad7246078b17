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

/// A block on its way: of what it is made, and what it becomes.
#[derive(Debug)]
pub(crate) struct Making<'a> {
    pub(crate) previous: &'a Words,
    pub(crate) reference: &'a Words,
    /// Holds what it replaces until it is done.
    pub(crate) result: &'a mut Words,
}

/// A block after the row step.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(crate) struct Scratch(pub(super) Words);

impl Scratch {
    pub(crate) fn wipe(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// Writes out a kernel: `$attributes` go to each function, the operations come from `$operations`.
macro_rules! kernel_body {
    ($operations:path, $(#[$attributes:meta])*) => {
        use $crate::kernel::body::{Group, Making, Scratch, Words, mix, permute, pick, pick_mut};
        use $operations as v;

        $(#[$attributes])*
        pub(super) fn rows([previous, reference]: [&Words; 2], to: &mut Scratch) {
            let turn = v::turn();
            let mixed = previous.as_chunks().0.iter().zip(reference.as_chunks().0);
            for (([pa, pb], [ra, rb]), [to_a, to_b]) in mixed.zip(to.0.as_chunks_mut().0) {
                let (x, y) = (combine(load(pa), load(ra)), combine(load(pb), load(rb)));
                let [x, y] = permute!(v, turn, x, y, row_previous, row_next, row_opposite);
                store(x, to_a);
                store(y, to_b);
            }
        }

        /// Does columns `M` and `N`.
        $(#[$attributes])*
        pub(super) fn columns<const XOR: bool, const M: usize, const N: usize>(
            making: &mut Making<'_>,
            from: &Scratch,
        ) {
            let turn = v::turn();
            let x = from.0.each_ref().map(pick::<M>);
            let y = from.0.each_ref().map(pick::<N>);
            let (x, y) = (load_each(x), load_each(y));
            let [x, y] = permute!(v, turn, x, y, column_previous, column_next, column_opposite);
            put::<XOR, M>(x, making);
            put::<XOR, N>(y, making);
        }

        /// Finishes column `N`.
        $(#[$attributes])*
        #[inline]
        fn put<const XOR: bool, const N: usize>([a, b, c, d]: [v::Vector; 4], making: &mut Making<'_>) {
            let ([pa, pb, pc, pd], [ra, rb, rc, rd]) = (making.previous, making.reference);
            let [to_a, to_b, to_c, to_d] = &mut *making.result;
            put_group::<XOR>(a, [pick::<N>(pa), pick::<N>(ra)], pick_mut::<N>(to_a));
            put_group::<XOR>(b, [pick::<N>(pb), pick::<N>(rb)], pick_mut::<N>(to_b));
            put_group::<XOR>(c, [pick::<N>(pc), pick::<N>(rc)], pick_mut::<N>(to_c));
            put_group::<XOR>(d, [pick::<N>(pd), pick::<N>(rd)], pick_mut::<N>(to_d));
        }

        $(#[$attributes])*
        #[inline]
        fn put_group<const XOR: bool>(
            vector: v::Vector,
            [previous, reference]: [&Group; 2],
            to: &mut Group,
        ) {
            let vector = v::xor(vector, v::xor(v::load(previous), v::load(reference)));
            v::store(if XOR { v::xor(vector, v::load(to)) } else { vector }, to);
        }

        $(#[$attributes])*
        #[inline]
        fn load([a, b, c, d]: &[Group; 4]) -> [v::Vector; 4] {
            load_each([a, b, c, d])
        }

        $(#[$attributes])*
        #[inline]
        fn load_each([a, b, c, d]: [&Group; 4]) -> [v::Vector; 4] {
            [v::load(a), v::load(b), v::load(c), v::load(d)]
        }

        $(#[$attributes])*
        #[inline]
        fn store([p, q, r, s]: [v::Vector; 4], [a, b, c, d]: &mut [Group; 4]) {
            v::store(p, a);
            v::store(q, b);
            v::store(r, c);
            v::store(s, d);
        }

        $(#[$attributes])*
        #[inline]
        fn combine([a, b, c, d]: [v::Vector; 4], [e, f, g, h]: [v::Vector; 4]) -> [v::Vector; 4] {
            [v::xor(a, e), v::xor(b, f), v::xor(c, g), v::xor(d, h)]
        }
    };
}

/// P on two rows, or two columns, and on two more beside them: one alone waits for itself, and the
/// processor does not see far enough ahead to do the next one meanwhile. Between the halves of P
/// the other letters turn around b, which is the last to be ready and the first to be needed.
///
/// As a function this would be called, which costs a tenth of the speed.
macro_rules! permute {
    ($v:ident, $turn:ident, $x:ident, $y:ident, $previous:ident, $next:ident, $opposite:ident) => {{
        let [[a, b, c, d], [e, f, g, h]] = mix!($v, $turn, $x, $y);
        let x = [$v::$previous(a), b, $v::$next(c), $v::$opposite(d)];
        let y = [$v::$previous(e), f, $v::$next(g), $v::$opposite(h)];
        let [[a, b, c, d], [e, f, g, h]] = mix!($v, $turn, x, y);
        let x = [$v::$next(a), b, $v::$previous(c), $v::$opposite(d)];
        let y = [$v::$next(e), f, $v::$previous(g), $v::$opposite(h)];
        [x, y]
    }};
}

/// GB of RFC 9106, section 3.6, on two vectors of each letter.
macro_rules! mix {
    ($v:ident, $turn:ident, $x:expr, $y:expr) => {{
        let ([a, b, c, d], [e, f, g, h]) = ($x, $y);
        let a = $v::multiply_add(a, b);
        let e = $v::multiply_add(e, f);
        let d = $v::rotate_32($v::xor(d, a));
        let h = $v::rotate_32($v::xor(h, e));
        let c = $v::multiply_add(c, d);
        let g = $v::multiply_add(g, h);
        let b = $v::rotate_24($v::xor(b, c));
        let f = $v::rotate_24($v::xor(f, g));
        let a = $v::multiply_add(a, b);
        let e = $v::multiply_add(e, f);
        let d = $v::rotate_16($turn, $v::xor(d, a));
        let h = $v::rotate_16($turn, $v::xor(h, e));
        let c = $v::multiply_add(c, d);
        let g = $v::multiply_add(g, h);
        let b = $v::rotate_63($v::xor(b, c));
        let f = $v::rotate_63($v::xor(f, g));
        [[a, b, c, d], [e, f, g, h]]
    }};
}

pub(super) use {kernel_body, mix, permute};

/// Returns a group of the column whose number is known when this is compiled.
pub(super) const fn pick<const N: usize>([a, b, c, d]: &[Group; 4]) -> &Group {
    match N {
        0 => a,
        1 => b,
        2 => c,
        _ => d,
    }
}

/// Returns a group of the column whose number is known when this is compiled.
pub(super) const fn pick_mut<const N: usize>([a, b, c, d]: &mut [Group; 4]) -> &mut Group {
    match N {
        0 => a,
        1 => b,
        2 => c,
        _ => d,
    }
}

/// Where a word of RFC 9106's order stands in [`Words`] that are laid flat.
pub(crate) const fn position(word: usize) -> usize {
    let (row, column, second) = (word >> 4, word >> 1 & 7, word & 1);
    (row >> 1) << 5 | (column >> 1) << 3 | second << 2 | (row & 1) << 1 | column & 1
}

/// Lays a block flat.
pub(crate) const fn words(block: &Words) -> &[u64] {
    block.as_flattened().as_flattened().as_flattened()
}

/// Lays a block flat.
pub(crate) const fn words_mut(block: &mut Words) -> &mut [u64] {
    block.as_flattened_mut().as_flattened_mut().as_flattened_mut()
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
