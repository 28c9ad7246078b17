//! What a `HashPool` promises: throughput and waiting under load, how fast it refuses, how much
//! memory it takes, and that a failed login takes the same time whatever is stored.
//!
//! `memory`, `load`, `refusals` or `failures` as an argument runs that part alone; `--samples 10000`
//! sets how many times each kind of failed login is measured.

use std::fs;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use bartizan::core::SecretString;
use bartizan::password::{
    HashPool, HashPoolBuilder, PasswordHasher, PoolFuture, StoredHash, Verified, VerifyError,
};
use bartizan_argon2::{Algorithm, Argon2, Memory, Params, Version};
use rustix::time::{ClockId, Timespec, clock_gettime};

const OWN_KIB: u32 = 19_456;
const WORKERS: usize = 2;
const CALLERS: usize = 16;
/// m=4096, t=3, of the past. Nobody's password fits.
const CHEAPER: &str = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let samples = arguments.iter().skip_while(|argument| *argument != "--samples").nth(1);
    let samples = samples.map_or(if is_test { 5 } else { 1_000 }, |count| count.parse().unwrap());
    let (rounds, hashes) = if is_test { (1, 2) } else { (21, 20) };

    let parts: [(&str, &dyn Fn()); 4] = [
        ("memory", &memory),
        ("load", &|| load(rounds, hashes)),
        ("refusals", &|| refusals(if is_test { 10 } else { 10_000 })),
        ("failures", &|| failures(samples)),
    ];
    let is_named = |(name, _): &(&str, _)| arguments.iter().any(|argument| argument == name);
    let any_named = parts.iter().any(is_named);
    for part in parts {
        if is_named(&part) || !any_named {
            part.1();
        }
    }
}

fn builder() -> HashPoolBuilder {
    let budget_kib = OWN_KIB * u32::try_from(WORKERS).unwrap();
    HashPool::builder(PasswordHasher::new())
        .workers(WORKERS)
        .memory_budget_kib(budget_kib)
        .max_wait_ms(60_000)
}

fn guess() -> SecretString {
    SecretString::from("correct horse battery staple")
}

/// 1,000 logins at once, as futures: what stands on the callers' own stacks is not the pool's.
fn memory() {
    const LOGINS: usize = 1_000;
    println!("memory: {LOGINS} logins at once, {WORKERS} workers");
    let before = status_kib("VmRSS");
    let pool = builder().queue_depth(LOGINS).build().unwrap();
    let logins: Vec<_> = (0..LOGINS).map(|_| pool.verify_async(&guess(), None)).collect();
    for login in logins {
        assert_eq!(block_on(login), Err(VerifyError::Mismatch));
    }
    let (peak, budget) = (status_kib("VmHWM") - before, f64::from(OWN_KIB) * 2.0);
    println!("  budget {budget:.0} KiB, peak {peak:.0} KiB, ratio {:.3}\n", peak / budget);
}

fn status_kib(field: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Two threads that do nothing but hash, and 16 callers of a pool of two, in short rounds that take
/// turns. What else the machine does shows in the wall clock: the best of each were left alone. By
/// processor time the pool's own work shows whatever else there is.
fn load(rounds: usize, hashes: usize) {
    println!("load: {CALLERS} callers, {WORKERS} workers, {rounds} rounds of {hashes} hashes each");
    let pool = builder().queue_depth(CALLERS).build().unwrap();
    let mut all = Vec::new();
    for _ in 0..rounds {
        let start = processor_s();
        let threads = rate_of_threads(hashes * CALLERS / WORKERS);
        let between = processor_s();
        let (rate, p99) = rate_of_pool(&pool, hashes);
        let work = (between - start) / (processor_s() - between);
        all.push([threads, rate, rate / threads, work, p99, p99 * rate / callers()]);
    }
    let mut columns: [Vec<f64>; 6] = Default::default();
    for round in all {
        columns.iter_mut().zip(round).for_each(|(column, value)| column.push(value));
    }
    let [threads, rate, ratio, work, p99, waiting] = &mut columns;
    let mut row = |name: &str, percents: [usize; 2]| {
        let [most, least] = percents;
        println!(
            "  {name:8} {:10.1} {:9.1} {:8.3} {:14.3} {:9.1} {:17.2}",
            percentile(threads, most),
            percentile(rate, most),
            percentile(ratio, most),
            percentile(work, most),
            percentile(p99, least) * 1e3,
            percentile(waiting, least),
        );
    };
    println!("           threads/s    pool/s    ratio by processor    p99 ms  p99/(depth/rate)");
    row("best", [100, 0]);
    row("median", [50, 50]);
    let [threads, rate, ..] = &mut columns;
    let ratio = percentile(rate, 100) / percentile(threads, 100);
    println!("  best of the pool by best of the threads: {ratio:.3}\n");
}

fn processor_s() -> f64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(tv_sec.try_into().unwrap(), tv_nsec.try_into().unwrap()).as_secs_f64()
}

fn callers() -> f64 {
    f64::from(u32::try_from(CALLERS).unwrap())
}

fn rate_of_threads(hashes: usize) -> f64 {
    let (start, params) = (Barrier::new(WORKERS + 1), Params::new(OWN_KIB, 2, 1, 32).unwrap());
    let took = thread::scope(|scope| {
        for _ in 0..WORKERS {
            let start = &start;
            scope.spawn(move || {
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let (mut memory, mut tag) = (Memory::for_params(&params).unwrap(), [0; 32]);
                start.wait();
                for _ in 0..hashes {
                    let (password, salt) = (b"correct horse battery staple", &[7; 16]);
                    argon2.hash_into(password, salt, &mut memory, &mut tag).unwrap();
                    black_box(&tag);
                    memory.wipe();
                }
                start.wait();
            });
        }
        start.wait();
        let began = Instant::now();
        start.wait();
        began.elapsed()
    });
    f64::from(u32::try_from(hashes * WORKERS).unwrap()) / took.as_secs_f64()
}

/// Returns jobs per second, and the 99th percentile of the seconds a caller waited.
fn rate_of_pool(pool: &HashPool, hashes: usize) -> (f64, f64) {
    let start = Barrier::new(CALLERS + 1);
    let (took, mut waits) = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    let mut waits = Vec::with_capacity(hashes);
                    start.wait();
                    for _ in 0..hashes {
                        let began = Instant::now();
                        assert_eq!(pool.verify(&guess(), None), Err(VerifyError::Mismatch));
                        waits.push(began.elapsed().as_secs_f64());
                    }
                    waits
                })
            })
            .collect();
        start.wait();
        let began = Instant::now();
        let waits: Vec<_> = callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
        (began.elapsed(), waits)
    });
    let count = f64::from(u32::try_from(waits.len()).unwrap());
    (count / took.as_secs_f64(), percentile(&mut waits, 99))
}

/// How long it takes to hear that there is no place, while the workers are at work.
fn refusals(count: usize) {
    let pool = builder().queue_depth(30).build().unwrap();
    let (mut waiting, mut times) = (Vec::new(), Vec::with_capacity(count));
    while times.len() < count {
        let began = Instant::now();
        let mut login = pool.verify_async(&guess(), None);
        let is_refused = Pin::new(&mut login).poll(&mut Context::from_waker(Waker::noop()));
        let took = began.elapsed().as_secs_f64();
        match is_refused {
            Poll::Ready(Err(VerifyError::Busy { .. })) => times.push(took),
            _ => waiting.push(login),
        }
        waiting.retain_mut(|login| {
            Pin::new(login).poll(&mut Context::from_waker(Waker::noop())).is_pending()
        });
        // As many as may ask in the time of a hash.
        thread::sleep(Duration::from_micros(200));
    }
    drop(waiting);
    let [p50, p99, most] = [50, 99, 100].map(|percent| percentile(&mut times, percent) * 1e6);
    println!("refusals: {count} while the pool is full");
    println!("  median {p50:.1} us, p99 {p99:.1} us, longest {most:.1} us\n");
}

/// Logins that fail, of several kinds, in random order: means, medians, and Welch's t beside the
/// unknown user.
fn failures(samples: usize) {
    println!("failed logins: {samples} of each kind, in random order");
    let pool = builder().build().unwrap();
    let kinds: [(_, Option<StoredHash>); KINDS] = [
        ("unknown user", None),
        ("wrong password", Some(CURRENT.parse().unwrap())),
        ("cheaper hash", Some(CHEAPER.parse().unwrap())),
        ("bcrypt, cost 4", Some(BCRYPT.parse().unwrap())),
        ("{SSHA512}", Some(SALTED_SHA.parse().unwrap())),
    ];
    let mut times: [Vec<f64>; KINDS] = Default::default();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for sample in 0..samples + WARM_UP {
        let mut order: [usize; KINDS] = std::array::from_fn(|kind| kind);
        for place in (1..KINDS).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(place, usize::try_from(random % (place as u64 + 1)).unwrap());
        }
        for kind in order {
            let began = Instant::now();
            assert_eq!(pool.verify(&guess(), kinds[kind].1.as_ref()), Err(VerifyError::Mismatch));
            if sample >= WARM_UP {
                times[kind].push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    println!(
        "  {:16} {:>9} {:>7} {:>9} {:>9} {:>9}",
        "", "median ms", "ratio", "mean ms", "spread", "Welch t"
    );
    let base = Summary::of(&mut times[0].clone());
    for ((name, _), times) in kinds.iter().zip(&mut times) {
        let summary = Summary::of(times);
        let Summary { median, mean, variance, .. } = summary;
        let (ratio, t) = (median / base.median, summary.welch_t(&base));
        println!("  {name:16} {median:9.3} {ratio:7.4} {mean:9.3} {:9.3} {t:9.2}", variance.sqrt());
    }
}

const KINDS: usize = 5;
const WARM_UP: usize = 50;
const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm";
const SALTED_SHA: &str = "{SSHA512}9ZxHVj4YomwqqFiYKcIjExMLx2ZblYfXRGc4KMqbgvHq2+HOgwiTIi+eO/Uam/8D0beDAkGpvx14+UFlfBskLnNhbHRzYWx0";

struct Summary {
    count: f64,
    median: f64,
    mean: f64,
    variance: f64,
}

impl Summary {
    fn of(times: &mut [f64]) -> Self {
        let count = f64::from(u32::try_from(times.len()).unwrap());
        let mean = times.iter().sum::<f64>() / count;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { count, median: percentile(times, 50), mean, variance }
    }

    fn welch_t(&self, other: &Self) -> f64 {
        let error = self.variance / self.count + other.variance / other.count;
        (self.mean - other.mean) / error.sqrt()
    }
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * percent).div_ceil(100).max(1) - 1]
}

fn block_on(mut future: PoolFuture<Verified, VerifyError>) -> Result<Verified, VerifyError> {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match Pin::new(&mut future).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::park(),
        }
    }
}
