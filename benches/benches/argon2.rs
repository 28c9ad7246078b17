//! Argon2id beside its peers on one thread, by processor time, in rounds that take turns, so that
//! what else the machine does falls on all alike. Every one wipes its memory where it can.
//!
//! The feature `argon2-peers` adds libargon2, which chooses its instructions when it is built:
//! `ARGON2_KDF_C_COMPILER_FLAGS=-march=native` gives it those of this machine.

use std::hint::black_box;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use bartizan_argon2::{Kernel, Memory};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Memory in KiB, passes, lanes: two floors of ASVS, and the second choice of RFC 9106.
const COSTS: [Cost; 3] = [(19_456, 2, 1), (47_104, 1, 1), (65_536, 3, 4)];
/// As many blocks as the first of them, in half of a cache of 1 MiB at most.
const IN_CACHE: Cost = (512, 76, 1);
const PASSWORD: &[u8] = b"correct horse battery staple";
const SALT: &[u8] = &[7; 16];
const ROUNDS: usize = 31;

type Cost = (u32, u32, u32);
type Hash = Box<dyn FnMut() -> [u8; 32]>;

fn main() {
    let rounds = if std::env::args().any(|argument| argument == "--test") { 1 } else { ROUNDS };
    for cost in COSTS {
        println!("m={} t={} p={}", cost.0, cost.1, cost.2);
        let (names, mut hashes): (Vec<_>, Vec<_>) = peers(cost).into_iter().unzip();
        let tags: Vec<_> = hashes.iter_mut().map(|hash| hash()).collect();
        assert!(tags.iter().all(|tag| *tag == tags[0]), "all compute the same");
        report(&names, &take_turns(&mut hashes, rounds));
    }
    report_caches(rounds);
}

/// What every hash took in each round.
fn take_turns(hashes: &mut [Hash], rounds: usize) -> Vec<Vec<Spent>> {
    let mut spent = vec![Vec::new(); hashes.len()];
    for _ in 0..rounds {
        for (hash, spent) in hashes.iter_mut().zip(&mut spent) {
            let (start, faults) = (processor_ms(), page_faults());
            black_box(hash());
            spent.push(Spent { ms: processor_ms() - start, faults: page_faults() - faults });
        }
    }
    for spent in &mut spent {
        spent.sort_by(|a, b| a.ms.total_cmp(&b.ms));
    }
    spent
}

fn report(names: &[String], spent: &[Vec<Spent>]) {
    println!(
        "  {:22} {:>8} {:>6} {:>9} {:>6} {:>11}",
        "", "min ms", "ratio", "median ms", "ratio", "page faults"
    );
    let pick = |spent: &Vec<Spent>| (spent[0].ms, spent[spent.len() / 2].ms);
    let (base_min, base_median) = pick(&spent[0]);
    for (name, spent) in names.iter().zip(spent) {
        let (min, median) = pick(spent);
        let (by_min, by_median) = (base_min / min, base_median / median);
        let faults = median_faults(spent);
        println!("  {name:22} {min:8.2} {by_min:6.2} {median:9.2} {by_median:6.2} {faults:11}");
    }
}

/// How much of the time the memory costs: the same work where it fits the cache of one core.
fn report_caches(rounds: usize) {
    println!("ns per block");
    println!("  {:22} {:>8} {:>8} {:>8}", "", "512 KiB", "19 MiB", "quotient");
    for kernel in Kernel::available() {
        let mut hashes = [IN_CACHE, COSTS[0]].map(|cost| bartizan(cost, kernel));
        let _ = hashes.each_mut().map(|hash| hash());
        let spent = take_turns(&mut hashes, rounds);
        let [near, far] = [(IN_CACHE, &spent[0]), (COSTS[0], &spent[1])]
            .map(|(cost, spent)| spent[spent.len() / 2].ms * 1e6 / f64::from(cost.0 * cost.1));
        println!(
            "  {:22} {near:8.0} {far:8.0} {:8.2}",
            format!("bartizan, {kernel:?}"),
            far / near
        );
    }
}

#[derive(Clone, Copy)]
struct Spent {
    ms: f64,
    faults: u64,
}

fn median_faults(spent: &[Spent]) -> u64 {
    let mut faults: Vec<_> = spent.iter().map(|spent| spent.faults).collect();
    faults.sort_unstable();
    faults[faults.len() / 2]
}

/// How many pages this process has asked the system for: `minflt` of proc(5).
fn page_faults() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().nth(7).and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn peers(cost: Cost) -> Vec<(String, Hash)> {
    let mut peers = vec![
        ("argon2, fresh".to_owned(), argon2_fresh(cost)),
        ("argon2, reused".to_owned(), argon2_reused(cost)),
    ];
    for kernel in Kernel::available() {
        peers.push((format!("bartizan, {kernel:?}"), bartizan(cost, kernel)));
    }
    peers.push(("argon2-rust, reused".to_owned(), argon2_rust(cost)));
    peers.push(("rust-argon2".to_owned(), rust_argon2(cost)));
    if cost.2 == 1 {
        peers.push(("dryoc".to_owned(), dryoc(cost)));
        #[cfg(feature = "argon2-peers")]
        peers.push(("libargon2".to_owned(), libargon2(cost)));
    }
    peers
}

fn bartizan((memory_kib, passes, lanes): Cost, kernel: Kernel) -> Hash {
    use bartizan_argon2::{Algorithm, Argon2, Params, Version};

    let params = Params::new(memory_kib, passes, lanes, 32).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let argon2 = argon2.with_kernel(kernel).unwrap();
    let mut memory = Memory::for_params(&params).unwrap();
    Box::new(move || {
        let mut tag = [0; 32];
        argon2.hash_into(PASSWORD, SALT, &mut memory, &mut tag).unwrap();
        memory.wipe();
        tag
    })
}

fn argon2_fresh(cost: Cost) -> Hash {
    let argon2 = argon2(cost);
    Box::new(move || {
        let mut tag = [0; 32];
        argon2.hash_password_into(PASSWORD, SALT, &mut tag).unwrap();
        tag
    })
}

fn argon2_reused(cost: Cost) -> Hash {
    let argon2 = argon2(cost);
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    Box::new(move || {
        let (mut tag, memory) = ([0; 32], memory.as_mut_slice());
        argon2.hash_password_into_with_memory(PASSWORD, SALT, &mut tag, memory).unwrap();
        tag
    })
}

fn argon2((memory_kib, passes, lanes): Cost) -> Argon2<'static> {
    let params = Params::new(memory_kib, passes, lanes, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn argon2_rust((memory_kib, passes, lanes): Cost) -> Hash {
    use argon2_rust::params::Memory;
    use argon2_rust::{Algorithm, Argon2, Params, Version};

    let params = Params::builder().memory(Memory::kib(memory_kib.into())).passes(passes);
    let params = params.lanes(lanes).threads(1).build().unwrap();
    let mut hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hasher();
    Box::new(move || {
        let mut tag = [0; 32];
        hasher.hash_into(PASSWORD, SALT, &mut tag).unwrap();
        tag
    })
}

fn rust_argon2((memory_kib, passes, lanes): Cost) -> Hash {
    use rust_argon2::{Config, ThreadMode};

    let config = Config {
        mem_cost: memory_kib,
        time_cost: passes,
        lanes,
        thread_mode: ThreadMode::Sequential,
        ..Config::rfc9106()
    };
    Box::new(move || rust_argon2::hash_raw(PASSWORD, SALT, &config).unwrap().try_into().unwrap())
}

/// One lane is all that it does.
fn dryoc((memory_kib, passes, _): Cost) -> Hash {
    use dryoc::classic::crypto_pwhash::{PasswordHashAlgorithm, crypto_pwhash};

    let memory = usize::try_from(memory_kib).unwrap() * 1_024;
    let algorithm = PasswordHashAlgorithm::Argon2id13;
    Box::new(move || {
        let mut tag = [0; 32];
        crypto_pwhash(&mut tag, PASSWORD, SALT, passes.into(), memory, algorithm).unwrap();
        tag
    })
}

/// More lanes than one it fills on threads of its own, whose time is not seen here.
#[cfg(feature = "argon2-peers")]
fn libargon2((memory_kib, passes, _): Cost) -> Hash {
    use argon2_kdf::{Algorithm, Hasher};

    Box::new(move || {
        let hasher = Hasher::new().algorithm(Algorithm::Argon2id).custom_salt(SALT).hash_length(32);
        let hasher = hasher.iterations(passes).memory_cost_kib(memory_kib).threads(1);
        hasher.hash(PASSWORD).unwrap().as_bytes().try_into().unwrap()
    })
}

fn processor_ms() -> f64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ThreadCPUTime);
    let (secs, nanos) = (tv_sec.try_into().unwrap(), tv_nsec.try_into().unwrap());
    Duration::new(secs, nanos).as_secs_f64() * 1e3
}
