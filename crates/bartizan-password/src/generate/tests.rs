use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::HashMap;

use bartizan_core::SystemRandom;

use super::*;

/// The generator `SplitMix64`: the same numbers each time.
#[derive(Debug)]
pub(super) struct Seeded(AtomicU64);

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Random for Seeded {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        for chunk in out.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Always the same byte, or nothing.
#[derive(Debug)]
struct Broken(Option<u8>);

impl Random for Broken {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        self.0.map(|byte| out.fill(byte)).ok_or_else(RandomUnavailable::new)
    }
}

/// How many standard deviations the statistic is from what equal chances give.
pub(super) fn chi_squared(counts: &[u32]) -> f64 {
    let len = f64::from(u32::try_from(counts.len()).unwrap());
    let expected = f64::from(counts.iter().sum::<u32>()) / len;
    let statistic: f64 =
        counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    let freedom = len - 1.0;
    (statistic - freedom) / (2.0 * freedom).sqrt()
}

const ALPHABETS: [(PasswordAlphabet, u32); 3] = [
    (PasswordAlphabet::Base32, 32),
    (PasswordAlphabet::Base62, 62),
    (PasswordAlphabet::Ascii94, 94),
];

#[test]
fn entropy_is_what_was_asked_for_or_more_but_never_stated_too_high() {
    for (alphabet, size) in ALPHABETS {
        for bits in 64..=256 {
            let generator = PasswordGenerator::with_entropy_bits(bits).unwrap().alphabet(alphabet);
            let exact = f64::from(generator.chars()) * f64::from(size).log2();
            assert!(generator.entropy_bits() >= bits);
            assert!(f64::from(generator.entropy_bits()) < exact);
            assert!(exact - f64::from(generator.entropy_bits()) < 1.1, "nor much too low");
            assert!(generator.chars() >= 15);
        }
        let exact = f64::from(size).log2() * 1_000.0;
        assert!((exact - 1.0..=exact).contains(&f64::from(alphabet.millibits())));
    }
    let default = PasswordGenerator::new();
    assert_eq!((default.chars(), default.entropy_bits()), (17, 84));
}

#[test]
fn fewer_than_64_bits_cannot_be_had() {
    for bits in [0, 63, 257, u32::MAX] {
        let refused = PasswordGenerator::with_entropy_bits(bits);
        assert_eq!(refused, Err(ConfigError::EntropyOutOfRange { min_bits: 64, max_bits: 256 }));
    }
}

#[test]
fn alphabets_hold_each_character_once() {
    for (alphabet, size) in ALPHABETS {
        let mut characters = alphabet.characters().to_vec();
        characters.sort_unstable();
        characters.dedup();
        assert_eq!(characters.len(), size as usize);
        assert!(characters.iter().all(u8::is_ascii_graphic));
    }
    assert!(!PasswordAlphabet::Base32.as_str().contains(['i', 'l', 'o', 'u']));
}

#[test]
fn every_password_passes_the_policy() {
    let random = Seeded::new(3);
    for (alphabet, _) in ALPHABETS {
        for bits in [64, 80, 256] {
            let generator = PasswordGenerator::with_entropy_bits(bits).unwrap().alphabet(alphabet);
            for _ in 0..200 {
                let password = generator.generate(&random).unwrap();
                assert_eq!(password.expose().len(), generator.chars() as usize);
                assert!(password.expose().chars().all(|c| alphabet.as_str().contains(c)));
                assert_eq!(PasswordPolicy::single_factor().check(&password, &[]), Ok(()));
            }
        }
    }
}

/// So few are drawn again that the entropy stays what is stated.
#[test]
fn the_policy_hardly_ever_refuses_what_is_drawn() {
    let (random, policy) = (Seeded::new(13), PasswordPolicy::single_factor());
    let mut draws = Draws::new(&random);
    for (alphabet, _) in ALPHABETS {
        let refused = (0..6_000).filter(|_| {
            let characters = alphabet.characters();
            let draw = |_| char::from(*draws.one_of(characters).unwrap());
            let password: String = (0..15).map(draw).collect();
            policy.check(&SecretString::from(password), &[]).is_err()
        });
        assert!(refused.count() <= 3, "{alphabet:?}");
    }
}

#[test]
fn every_character_is_as_likely_as_any_other_in_every_place() {
    for (alphabet, size) in ALPHABETS {
        let random = Seeded::new(5);
        let generator = PasswordGenerator::new().alphabet(alphabet);
        let (mut all, mut first, mut last) = (HashMap::new(), HashMap::new(), HashMap::new());
        for _ in 0..6_000 {
            let password = generator.generate(&random).unwrap();
            let bytes = password.expose().as_bytes();
            for byte in bytes {
                *all.entry(*byte).or_insert(0_u32) += 1;
            }
            *first.entry(bytes[0]).or_insert(0_u32) += 1;
            *last.entry(bytes[bytes.len() - 1]).or_insert(0_u32) += 1;
        }
        for counts in [all, first, last] {
            assert_eq!(counts.len(), size as usize);
            let counts: Vec<_> = counts.into_values().collect();
            assert!(chi_squared(&counts).abs() < 5.0);
        }
    }
}

/// The last of 40,000 would not be drawn at all if numbers were taken modulo something smaller, and
/// the first 25,536 twice as often if none were drawn again.
#[test]
fn what_does_not_divide_the_range_is_drawn_evenly() {
    let items: Vec<u32> = (0..40_000).collect();
    let random = Seeded::new(9);
    let mut draws = Draws::new(&random);
    let low = (0..100_000).filter(|_| *draws.one_of(&items).unwrap() < 25_536).count();
    // 63.84 %, and four standard deviations of 0.15 %.
    assert!((63_240..64_450).contains(&low), "{low}");
    assert!(draws.one_of::<u32>(&[]).is_err());
}

#[test]
fn a_broken_source_gives_no_password() {
    for byte in [None, Some(0), Some(0xff), Some(0x41)] {
        assert!(PasswordGenerator::new().generate(&Broken(byte)).is_err(), "{byte:?}");
    }
    let two: Vec<_> =
        (0..2).map(|_| PasswordGenerator::new().generate(&SystemRandom::new()).unwrap()).collect();
    assert!(!two[0].ct_eq(two[1].expose()));
}
