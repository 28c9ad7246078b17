//! One vector of eight words to a group: a whole block fits the registers.

use super::body::kernel_body;

kernel_body!(operations, #[target_feature(enable = "avx512f")]);

mod operations {
    use core::arch::x86_64::{
        __m512i, _mm256_extract_epi64, _mm512_add_epi64, _mm512_castsi512_si256,
        _mm512_extracti64x4_epi64, _mm512_mul_epu32, _mm512_permutex_epi64,
        _mm512_permutexvar_epi64, _mm512_ror_epi64, _mm512_setr_epi64, _mm512_shuffle_epi32,
        _mm512_xor_si512,
    };

    use super::super::turns;
    use super::Group;

    pub(super) type Vector = __m512i;

    /// Nothing: there are instructions that turn words.
    pub(super) type Turn = ();

    pub(super) const fn turn() -> Turn {}

    /// One load in machine code.
    #[target_feature(enable = "avx512f")]
    #[inline]
    #[expect(clippy::many_single_char_names, reason = "eight alike")]
    pub(super) fn load([first, second]: &Group) -> Vector {
        let ([a, b, c, d], [e, f, g, h]) =
            (first.map(u64::cast_signed), second.map(u64::cast_signed));
        _mm512_setr_epi64(a, b, c, d, e, f, g, h)
    }

    /// One store, or two of half the width, in machine code.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn store(vector: Vector, group: &mut Group) {
        let halves = [_mm512_castsi512_si256(vector), _mm512_extracti64x4_epi64::<1>(vector)];
        *group = [[0; 4]; 2];
        for (half, words) in halves.into_iter().zip(group) {
            *words = [
                _mm256_extract_epi64::<0>(half).cast_unsigned(),
                _mm256_extract_epi64::<1>(half).cast_unsigned(),
                _mm256_extract_epi64::<2>(half).cast_unsigned(),
                _mm256_extract_epi64::<3>(half).cast_unsigned(),
            ];
        }
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn xor(a: Vector, b: Vector) -> Vector {
        _mm512_xor_si512(a, b)
    }

    /// `a + b + 2 * low(a) * low(b)`, of RFC 9106, section 3.6.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn multiply_add(a: Vector, b: Vector) -> Vector {
        let product = _mm512_mul_epu32(a, b);
        _mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(product, product))
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn rotate_32(a: Vector) -> Vector {
        _mm512_ror_epi64::<32>(a)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn rotate_24(a: Vector) -> Vector {
        _mm512_ror_epi64::<24>(a)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn rotate_16((): Turn, a: Vector) -> Vector {
        _mm512_ror_epi64::<16>(a)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn rotate_63(a: Vector) -> Vector {
        _mm512_ror_epi64::<63>(a)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    #[expect(clippy::many_single_char_names, reason = "eight alike")]
    fn pick(a: Vector, order: [u8; 8]) -> Vector {
        let [i, j, k, l, m, n, o, p] = order.map(i64::from);
        _mm512_permutexvar_epi64(_mm512_setr_epi64(i, j, k, l, m, n, o, p), a)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn row_next(a: Vector) -> Vector {
        pick(a, turns::ROW_NEXT)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn row_previous(a: Vector) -> Vector {
        pick(a, turns::ROW_PREVIOUS)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn row_opposite(a: Vector) -> Vector {
        _mm512_shuffle_epi32::<0x4e>(a)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn column_next(a: Vector) -> Vector {
        pick(a, turns::COLUMN_NEXT)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn column_previous(a: Vector) -> Vector {
        pick(a, turns::COLUMN_PREVIOUS)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn column_opposite(a: Vector) -> Vector {
        _mm512_permutex_epi64::<0x4e>(a)
    }
}
