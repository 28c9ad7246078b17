#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

use super::ladder::{FLOOR, ladder};
use super::*;
use crate::argon2id::NoTag;
use crate::hasher::PasswordHasher;

/// A machine that does not exist. Its times follow from a seed.
struct Machine {
    /// For each KiB that is filled, as long as it stays in the cache, and half as much again beyond.
    ns_per_kib: u64,
    cache_kib: u32,
    /// How many in 100 hashes are disturbed, and take up to twice as long.
    disturbed: u64,
    seed: u64,
    spent_us: u64,
    hashes: u32,
}

impl Machine {
    fn new(ns_per_kib: u64, disturbed: u64, seed: u64) -> Self {
        Self { ns_per_kib, cache_kib: 32_768, disturbed, seed, spent_us: 0, hashes: 0 }
    }

    fn hash(&mut self, cost: &Cost) -> u64 {
        assert!(!cost.is_below_floor());
        let beyond = u64::from(cost.memory_kib.saturating_sub(self.cache_kib) > 0);
        let us = cost.total_kib() * self.ns_per_kib * (2 + beyond) / 2_000;
        let jitter = us * self.random(5) / 100;
        let disturbance =
            if self.random(100) < self.disturbed { us * self.random(100) / 100 } else { 0 };
        let time_us = us + jitter + disturbance;
        self.spent_us += time_us;
        self.hashes += 1;
        time_us
    }

    fn random(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.seed >> 33) % below
    }
}

fn calibrate(calibration: &Calibration, machine: &mut Machine) -> Calibrated {
    calibration.search(Kernel::Portable, &mut |cost: &Cost| Ok(machine.hash(cost))).unwrap()
}

fn aiming_at(target_ms: u32) -> Calibration {
    Calibration::builder().target_ms(target_ms).build().unwrap()
}

fn work_kib(found: &Calibrated) -> u64 {
    found.params().cost().total_kib()
}

#[test]
fn each_rung_is_a_little_more_work_and_within_floors_and_limits() {
    for max_kib in (12_288..=262_144).step_by(1_777).chain([47_103, 47_104, 262_144]) {
        let rungs = ladder(max_kib, 4);
        assert_eq!(rungs[0], Cost { lanes: 4, ..FLOOR });
        assert!(rungs.len() >= 8, "{max_kib}");
        for pair in rungs.windows(2) {
            let (low, high) = (pair[0].total_kib(), pair[1].total_kib());
            let memory_is_full = pair[1].memory_kib == max_kib / 256 * 256;
            assert!(low < high && (high - low <= low / 10 || memory_is_full), "{pair:?}");
        }
        for rung in &rungs {
            assert!(!rung.is_below_floor() && rung.memory_kib <= max_kib && rung.lanes == 4);
            assert!(StoredLimits::default().admit(rung).is_ok());
        }
        let top = rungs.last().unwrap();
        assert!(top.passes == 10 || top.total_kib() > 786_432 / 11 * 10, "{top:?}");
    }
    // Where there is memory enough there are no leaps.
    for max_kib in [24_576, 32_768, 65_536, 131_072, 262_144] {
        let rungs = ladder(max_kib, 1);
        let leaps = |pair: &&[Cost]| pair[1].total_kib() > pair[0].total_kib() * 11 / 10;
        assert_eq!(rungs.windows(2).filter(leaps).count(), 0, "{max_kib}");
    }
}

#[test]
fn the_highest_rung_within_the_target_is_chosen() {
    for ns_per_kib in [40, 100, 250, 700, 1_000] {
        for target_ms in [40, 50, 100, 250] {
            let mut machine = Machine::new(ns_per_kib, 0, 1);
            let found = calibrate(&aiming_at(target_ms), &mut machine);
            let target_us = u64::from(target_ms) * 1_000;
            assert!(found.time_us() <= target_us && found.is_within_target());
            // One step, the jitter, and the cliff at the edge of the cache.
            let close = found.time_us() >= target_us * 8 / 10;
            let at_cliff = found.params().memory_kib() <= machine.cache_kib;
            assert!(close || at_cliff || found.is_highest_rung(), "{ns_per_kib} {found}");
            assert!(found.measurements().iter().any(|m| m.params() == found.params()));
        }
    }
}

#[test]
fn runs_agree_within_a_quarter_also_when_some_hashes_are_disturbed() {
    for (disturbed, ns_per_kib) in [(0, 200), (20, 200), (40, 200), (40, 350)] {
        let work = (1..=200).map(|seed| {
            work_kib(&calibrate(&aiming_at(50), &mut Machine::new(ns_per_kib, disturbed, seed)))
        });
        let work: Vec<_> = work.collect();
        let (least, most) = (work.iter().min().unwrap(), work.iter().max().unwrap());
        assert!(most * 100 <= least * 125, "{least} to {most} at {disturbed} %");
    }
}

#[test]
fn whatever_the_machine_the_hashes_end_within_ten_seconds() {
    for ns_per_kib in (0..40).map(|power| 1_u64 << (power / 2)) {
        for target_ms in [1, 50, 500] {
            let mut machine = Machine::new(ns_per_kib, 50, ns_per_kib + 9);
            let found = calibrate(&aiming_at(target_ms), &mut machine);
            // One hash at the floor there is in any case.
            assert!(machine.spent_us < 10_000_000 || machine.hashes == 1, "{ns_per_kib}\n{found}");
        }
    }
}

#[test]
fn a_machine_that_is_too_slow_gets_the_floor_and_hears_of_it() {
    for ns_per_kib in [2_000, 100_000, 10_000_000] {
        let found = calibrate(&aiming_at(50), &mut Machine::new(ns_per_kib, 0, 1));
        assert_eq!(found.params().cost(), FLOOR);
        assert!(!found.is_within_target() && !found.is_highest_rung());
        assert!(found.to_string().ends_with("even the least work that is allowed takes longer"));
        assert_eq!(found.measurements().len(), 1);
    }
}

#[test]
fn a_machine_that_is_quicker_than_the_ladder_is_high_gets_its_top() {
    let found = calibrate(&aiming_at(500), &mut Machine::new(10, 0, 1));
    assert_eq!((found.params().memory_kib(), found.params().passes()), (65_536, 10));
    assert!(found.is_highest_rung() && found.is_within_target());
    assert!(found.to_string().ends_with("the ladder ends there"));
}

#[test]
fn missing_memory_is_an_error() {
    let calibration = aiming_at(50);
    let failed = calibration.search(Kernel::Portable, &mut |_: &Cost| Err(NoTag::OutOfMemory));
    assert_eq!(failed.err(), Some(HashError::OutOfMemory));
    let mut machine = Machine::new(100, 0, 1);
    let failed = calibration.search(Kernel::Portable, &mut |cost: &Cost| {
        if cost.memory_kib > 20_000 { Err(NoTag::OutOfMemory) } else { Ok(machine.hash(cost)) }
    });
    assert_eq!(failed.err(), Some(HashError::OutOfMemory));
}

#[test]
fn the_table_shows_each_measurement_and_marks_the_chosen() {
    let found = calibrate(&aiming_at(50), &mut Machine::new(200, 0, 1));
    let table = found.to_string();
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), found.measurements().len() + 2);
    assert_eq!(lines[0], "memory KiB  passes  lanes  hashes      ms");
    assert_eq!(lines[1], "     12288       3      1      21     7.4");
    assert_eq!(table.matches("<- chosen").count(), 1);
    assert_eq!(*lines.last().unwrap(), "target 50 ms, kernel Portable");
}

#[test]
fn settings_out_of_range_do_not_build() {
    let builder = Calibration::builder();
    for ms in [0, 501] {
        let refused = builder.target_ms(ms).build().err();
        assert_eq!(refused, Some(ConfigError::TargetOutOfRange { max_ms: 500 }));
    }
    let refused = builder.max_memory_kib(12_287).build().err();
    assert_eq!(refused, Some(ConfigError::MemoryTooLow { min_kib: 12_288 }));
    let refused = builder.max_memory_kib(262_145).build().err();
    assert_eq!(refused, Some(ConfigError::MemoryTooHigh { max_kib: 262_144 }));
    for lanes in [0, 17] {
        let refused = builder.lanes(lanes).build().err();
        assert_eq!(refused, Some(ConfigError::LanesOutOfRange { max: 16 }));
    }
    assert!(builder.target_ms(500).max_memory_kib(262_144).lanes(16).build().is_ok());
}

/// asvs: V11.4.2: what is found on this machine, too, is at or above the floors.
#[test]
fn what_is_found_here_builds_a_hasher() {
    let calibration = Calibration::builder().target_ms(1).max_memory_kib(12_288).lanes(2).build();
    let found = calibration.unwrap().run().unwrap();
    assert!(found.time_us() > 0);
    assert_eq!((found.params().lanes(), found.kernel()), (2, Kernel::detect()));
    assert!(PasswordHasher::builder().params(*found.params()).build().is_ok());
}
