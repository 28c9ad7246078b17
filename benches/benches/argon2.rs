//! Argon2id beside its peers on one thread, by processor time, in rounds that take turns, so that
//! what else the machine does falls on all alike. Every one wipes its memory where it can.

use std::hint::black_box;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use bartizan_argon2::{Kernel, Memory};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Memory in KiB, passes, lanes: two floors of ASVS, and the second choice of RFC 9106.
const COSTS: [Cost; 3] = [(19_456, 2, 1), (47_104, 1, 1), (65_536, 3, 4)];
const PASSWORD: &[u8] = b"correct horse battery staple";
const SALT: &[u8] = &[7; 16];
const ROUNDS: usize = 31;

type Cost = (u32, u32, u32);
type Hash = Box<dyn FnMut() -> [u8; 32]>;

fn main() {
    let rounds = if std::env::args().any(|argument| argument == "--test") { 1 } else { ROUNDS };
    for cost in COSTS {
        println!("m={} t={} p={}", cost.0, cost.1, cost.2);
        let mut peers = peers(cost);
        let tags: Vec<_> = peers.iter_mut().map(|(_, hash)| hash()).collect();
        assert!(tags.iter().all(|tag| *tag == tags[0]), "all compute the same");

        let mut times = vec![Vec::new(); peers.len()];
        for _ in 0..rounds {
            for ((_, hash), times) in peers.iter_mut().zip(&mut times) {
                let start = processor_ms();
                black_box(hash());
                times.push(processor_ms() - start);
            }
        }
        report(&peers, &mut times);
    }
}

fn report(peers: &[(String, Hash)], times: &mut [Vec<f64>]) {
    println!("  {:24} {:>8} {:>8} {:>8} {:>8}", "", "min ms", "ratio", "median", "ratio");
    for times in &mut *times {
        times.sort_by(f64::total_cmp);
    }
    let pick = |times: &Vec<f64>| (times[0], times[times.len() / 2]);
    let (base_min, base_median) = pick(&times[0]);
    for ((name, _), (min, median)) in peers.iter().zip(times.iter().map(pick)) {
        let (by_min, by_median) = (base_min / min, base_median / median);
        println!("  {name:24} {min:8.2} {by_min:8.2} {median:8.2} {by_median:8.2}");
    }
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

fn processor_ms() -> f64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ThreadCPUTime);
    let (secs, nanos) = (tv_sec.try_into().unwrap(), tv_nsec.try_into().unwrap());
    Duration::new(secs, nanos).as_secs_f64() * 1e3
}
