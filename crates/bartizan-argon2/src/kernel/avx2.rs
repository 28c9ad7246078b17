//! Two vectors of four words to a group: first words of pairs in one, second words in the other.

use super::body::kernel_body;

kernel_body!(operations, #[target_feature(enable = "avx2")]);

mod operations {
    use core::arch::x86_64::{
        __m256i, _mm256_add_epi64, _mm256_extract_epi64, _mm256_mul_epu32, _mm256_or_si256,
        _mm256_permute4x64_epi64, _mm256_setr_epi8, _mm256_setr_epi64x, _mm256_shuffle_epi8,
        _mm256_shuffle_epi32, _mm256_srli_epi64, _mm256_xor_si256,
    };
    use core::hint::black_box;

    use super::Group;

    pub(super) type Vector = [__m256i; 2];

    /// The order of bytes that turns words by 16 bits.
    pub(super) type Turn = __m256i;

    /// Hides the order from the compiler, which would make two slower shuffles of the one that it
    /// is for.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn turn() -> Turn {
        black_box(_mm256_setr_epi8(
            2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, //
            2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9,
        ))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn load([first, second]: &Group) -> Vector {
        [load_half(first), load_half(second)]
    }

    /// One load in machine code.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn load_half(words: &[u64; 4]) -> __m256i {
        let [a, b, c, d] = words.map(u64::cast_signed);
        _mm256_setr_epi64x(a, b, c, d)
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn store([a, b]: Vector, [first, second]: &mut Group) {
        store_half(a, first);
        store_half(b, second);
    }

    /// One store in machine code.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn store_half(vector: __m256i, words: &mut [u64; 4]) {
        *words = [
            _mm256_extract_epi64::<0>(vector).cast_unsigned(),
            _mm256_extract_epi64::<1>(vector).cast_unsigned(),
            _mm256_extract_epi64::<2>(vector).cast_unsigned(),
            _mm256_extract_epi64::<3>(vector).cast_unsigned(),
        ];
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn xor([a, b]: Vector, [x, y]: Vector) -> Vector {
        [_mm256_xor_si256(a, x), _mm256_xor_si256(b, y)]
    }

    /// `a + b + 2 * low(a) * low(b)`, of RFC 9106, section 3.6.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn multiply_add([a, b]: Vector, [x, y]: Vector) -> Vector {
        [multiply_add_half(a, x), multiply_add_half(b, y)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn multiply_add_half(a: __m256i, b: __m256i) -> __m256i {
        let product = _mm256_mul_epu32(a, b);
        _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(product, product))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn rotate_32([a, b]: Vector) -> Vector {
        [_mm256_shuffle_epi32::<0xb1>(a), _mm256_shuffle_epi32::<0xb1>(b)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn rotate_24([a, b]: Vector) -> Vector {
        let order = _mm256_setr_epi8(
            3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, //
            3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10,
        );
        [_mm256_shuffle_epi8(a, order), _mm256_shuffle_epi8(b, order)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn rotate_16(turn: Turn, [a, b]: Vector) -> Vector {
        [_mm256_shuffle_epi8(a, turn), _mm256_shuffle_epi8(b, turn)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn rotate_63([a, b]: Vector) -> Vector {
        [rotate_63_half(a), rotate_63_half(b)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn rotate_63_half(a: __m256i) -> __m256i {
        _mm256_or_si256(_mm256_add_epi64(a, a), _mm256_srli_epi64::<63>(a))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn row_next([a, b]: Vector) -> Vector {
        [b, swap_columns(a)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn row_previous([a, b]: Vector) -> Vector {
        [swap_columns(b), a]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn row_opposite([a, b]: Vector) -> Vector {
        [swap_columns(a), swap_columns(b)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn column_next([a, b]: Vector) -> Vector {
        [b, swap_rows(a)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn column_previous([a, b]: Vector) -> Vector {
        [swap_rows(b), a]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn column_opposite([a, b]: Vector) -> Vector {
        [swap_rows(a), swap_rows(b)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn swap_columns(a: __m256i) -> __m256i {
        _mm256_shuffle_epi32::<0x4e>(a)
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn swap_rows(a: __m256i) -> __m256i {
        _mm256_permute4x64_epi64::<0x4e>(a)
    }
}
