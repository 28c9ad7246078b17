//! Every kernel that this machine runs gives the tags of RFC 9106, and those of the `argon2` crate.

#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, and say what was skipped"
)]

use bartizan_argon2::{
    Algorithm, Argon2, HashError, Kernel, KernelUnavailable, Memory, Params, ParamsError,
    SelfTestError, Version, self_test,
};

/// RFC 9106, sections 5.1, 5.2 and 5.3.
#[test]
fn every_kernel_computes_the_vectors_of_rfc_9106() {
    for kernel in [Kernel::Portable, Kernel::Avx2, Kernel::Avx512] {
        if kernel.is_available() {
            assert_eq!(self_test(kernel), Ok(()), "{kernel:?}");
        } else {
            assert_eq!(self_test(kernel), Err(SelfTestError::Unavailable(kernel)));
        }
    }
}

/// Shows each kernel equal to the oracle on 10,000 inputs, among them every combination of
/// variant, version, 1 to 9 and 16 lanes, and 1 to 3 passes: four lanes take turns, and what is left
/// of them does.
#[test]
fn every_kernel_equals_the_argon2_crate() {
    for kernel in [Kernel::Avx2, Kernel::Avx512] {
        if kernel.is_available() {
            compare(kernel);
        } else {
            eprintln!("skipped: this processor does not run {kernel:?}");
        }
    }
    compare(Kernel::Portable);
}

fn compare(kernel: Kernel) {
    let (mut random, mut memory) = (Random(0x9e37_79b9_7f4a_7c15), Memory::new());
    for round in 0..10_000_u64 {
        let case = Case::draw(round, &mut random);
        let ours = case.ours(kernel, &mut memory);
        assert_eq!(ours, case.theirs(), "{kernel:?}, round {round}: {case:?}");
    }
}

const LANES: [u64; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16];

#[derive(Debug)]
struct Case {
    variant: usize,
    is_old: bool,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    tag_len: usize,
    password: Vec<u8>,
    salt: Vec<u8>,
    secret: Vec<u8>,
    associated_data: Vec<u8>,
}

impl Case {
    fn draw(round: u64, random: &mut Random) -> Self {
        let lanes = if round.is_multiple_of(97) {
            random.below(40) + 1
        } else {
            LANES[usize::try_from(round / 6 % 10).unwrap()]
        };
        // Beyond 128 blocks of a segment, Argon2i draws its words anew: 512 and more for a lane.
        let spread = if round.is_multiple_of(50) { 1_200 } else { 40 };
        Self {
            variant: usize::try_from(round % 3).unwrap(),
            is_old: round / 3 % 2 == 1,
            memory_kib: u32::try_from(lanes * (8 + random.below(spread))).unwrap()
                + u32::try_from(random.below(4)).unwrap(),
            passes: u32::try_from(round / 60 % 3 + 1).unwrap(),
            lanes: u32::try_from(lanes).unwrap(),
            tag_len: usize::try_from(4 + random.below(200)).unwrap(),
            password: random.bytes(0, 300),
            salt: random.bytes(8, 150),
            secret: random.bytes(0, 40),
            associated_data: random.bytes(0, 33),
        }
    }

    fn params(&self) -> Params {
        Params::new(self.memory_kib, self.passes, self.lanes, self.tag_len).unwrap()
    }

    fn argon2(&self, kernel: Kernel) -> Argon2<'_> {
        let algorithms = [Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id];
        let version = if self.is_old { Version::V0x10 } else { Version::V0x13 };
        let argon2 = Argon2::new(algorithms[self.variant], version, self.params());
        let argon2 = argon2.with_secret(&self.secret).unwrap();
        let argon2 = argon2.with_associated_data(&self.associated_data).unwrap();
        let argon2 = argon2.with_kernel(kernel).unwrap();
        assert_eq!(argon2.kernel(), kernel);
        argon2
    }

    fn ours(&self, kernel: Kernel, memory: &mut Memory) -> Vec<u8> {
        let mut tag = vec![0; self.tag_len];
        let argon2 = self.argon2(kernel);
        argon2.hash_into(&self.password, &self.salt, memory, &mut tag).unwrap();
        tag
    }

    fn in_parts(&self, kernel: Kernel, parts: &[u64], memory: &mut Memory) -> Vec<u8> {
        let (argon2, mut tag) = (self.argon2(kernel), vec![0; self.tag_len]);
        let mut hashing = argon2.begin(&self.password, &self.salt, memory).unwrap();
        for columns in parts {
            hashing.fill(*columns);
        }
        hashing.finish(&mut tag).unwrap();
        tag
    }

    fn theirs(&self) -> Vec<u8> {
        use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};

        let algorithms = [Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id];
        let version = if self.is_old { Version::V0x10 } else { Version::V0x13 };
        let params = ParamsBuilder::new()
            .m_cost(self.memory_kib)
            .t_cost(self.passes)
            .p_cost(self.lanes)
            .output_len(self.tag_len)
            .data(AssociatedData::new(&self.associated_data).unwrap())
            .build()
            .unwrap();
        let algorithm = algorithms[self.variant];
        let argon2 = Argon2::new_with_secret(&self.secret, algorithm, version, params).unwrap();
        let mut tag = vec![0; self.tag_len];
        argon2.hash_password_into(&self.password, &self.salt, &mut tag).unwrap();
        tag
    }
}

/// Marsaglia's xorshift: the same inputs in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn bytes(&mut self, least: u64, limit: u64) -> Vec<u8> {
        let len = least + self.below(limit - least);
        (0..len).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}

/// Shows that a hash in parts is exactly where a whole one is at that point, for it goes on to the
/// same tag: parts of every length, cut at the ends of slices and of address blocks, or beside them.
#[test]
fn a_hash_in_parts_has_the_tag_of_a_whole_one() {
    let (mut random, mut memory) = (Random(0x2545_f491_4f6c_dd1d), Memory::new());
    for kernel in Kernel::available() {
        for round in 0..1_500 {
            let case = Case::draw(round, &mut random);
            let params = case.params();
            let quarter = params.columns() / u64::from(case.passes) / 4;
            // So that every kind of cut meets the large ones, too.
            let parts: Vec<_> = match (round + round / 50) % 5 {
                0 => vec![quarter - 2; 1],
                1 => vec![1; usize::try_from(params.columns()).unwrap()],
                2 => vec![128; usize::try_from(params.columns() / 128 + 1).unwrap()],
                3 => vec![quarter; usize::try_from(random.below(12)).unwrap()],
                _ => (0..random.below(9)).map(|_| random.below(params.columns())).collect(),
            };
            assert_eq!(case.in_parts(kernel, &parts, &mut memory), case.theirs(), "{case:?}");
        }
    }
}

#[test]
fn a_hash_in_parts_counts_its_columns() {
    let params = Params::new(70, 3, 2, 32).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = Memory::new();
    assert_eq!(params.columns(), 3 * 32, "whole segments only");
    for (kernel, left) in [(Kernel::Avx2, [94, 84, 0]), (Kernel::Portable, [96; 3])] {
        let Ok(argon2) = argon2.clone().with_kernel(kernel) else { continue };
        let mut hashing = argon2.begin(b"password", b"somesalt", &mut memory).unwrap();
        let counted = [0, 10, u64::MAX].map(|columns| {
            hashing.fill(columns);
            hashing.columns_left()
        });
        assert_eq!(counted, left);
        assert_eq!(hashing.finish(&mut [0; 31]), Err(HashError::TagLength));
    }
}

/// Given up half-way, it leaves no less to wipe.
#[test]
fn a_hash_that_is_given_up_is_wiped() {
    let params = Params::new(64, 1, 1, 32).unwrap();
    for kernel in Kernel::available() {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let argon2 = argon2.with_kernel(kernel).unwrap();
        let mut memory = Memory::new();
        argon2.begin(b"password", b"somesalt", &mut memory).unwrap().fill(20);
        assert_eq!(memory.is_blank(), kernel == Kernel::Portable);
        memory.wipe();
        assert!(memory.is_blank());
    }
}

#[test]
fn parameters_outside_rfc_9106_are_refused() {
    for ((memory_kib, passes, lanes, tag_len), error) in [
        ((8, 1, 0, 32), Some(ParamsError::Lanes)),
        ((u32::MAX, 1, 1 << 24, 32), Some(ParamsError::Lanes)),
        ((7, 1, 1, 32), Some(ParamsError::Memory)),
        ((15, 1, 2, 32), Some(ParamsError::Memory)),
        ((0, 1, 1, 32), Some(ParamsError::Memory)),
        ((8, 0, 1, 32), Some(ParamsError::Passes)),
        ((8, 1, 1, 3), Some(ParamsError::TagLength)),
        ((8, 1, 1, usize::MAX), Some(ParamsError::TagLength)),
        ((8, 1, 1, 4), None),
        ((1 << 20, u32::MAX, (1 << 17), 64), None),
    ] {
        assert_eq!(Params::new(memory_kib, passes, lanes, tag_len).err(), error);
    }
}

#[test]
fn lengths_outside_the_limits_are_refused_before_work() {
    let params = Params::new(8, 1, 1, 32).unwrap();
    let argon2 = || Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = Memory::new();
    let mut hash =
        |salt: &[u8], tag: &mut [u8]| argon2().hash_into(b"", salt, &mut memory, tag).err();
    assert_eq!(hash(&[0; 7], &mut [0; 32]), Some(HashError::SaltLength));
    assert_eq!(hash(&[0; 8], &mut [0; 31]), Some(HashError::TagLength));
    assert_eq!(hash(&[0; 8], &mut [0; 33]), Some(HashError::TagLength));
    assert_eq!(hash(&[0; 8], &mut [0; 32]), None);
    assert_eq!(memory.size_kib(), 8);

    assert!(argon2().with_associated_data(&[0; 32]).is_ok());
    let refused = argon2().with_associated_data(&[0; 33]).err();
    assert_eq!(refused, Some(ParamsError::AssociatedDataLength));
}

#[test]
fn a_kernel_that_is_not_there_is_not_taken() {
    let params = Params::new(8, 1, 1, 32).unwrap();
    for kernel in [Kernel::Portable, Kernel::Avx2, Kernel::Avx512] {
        let taken = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).with_kernel(kernel);
        assert_eq!(taken.is_ok(), Kernel::available().any(|available| available == kernel));
        let _: Option<KernelUnavailable> = taken.err();
    }
}
