//! Common passwords beside a sorted list and zxcvbn; breached passwords asked of a file, and the
//! building of one beside `xorf`, which keeps its filters in memory.

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::LazyLock;

use bartizan::core::SecretString;
use bartizan::password::{
    BreachFilter, BreachHash, FalsePositives, RangeQuery, is_common_password,
};
use divan::Bencher;
use divan::counter::ItemsCount;
use xorf::{BinaryFuse16, Filter as _};

fn main() {
    divan::main();
}

/// One that is common, one of the length that a policy asks for, and one that is neither.
const PASSWORDS: [&str; 3] = ["trustno1", "passwordpassword", "gravel umbrella saxophone"];

#[divan::bench(args = PASSWORDS)]
fn common(bencher: Bencher<'_, '_>, password: &str) {
    let password = SecretString::from(password);
    bencher.bench_local(|| is_common_password(black_box(&password)));
}

/// As many words as the filter has entries; lower case takes an allocation, or a loop like ours.
#[divan::bench(args = PASSWORDS)]
fn common_sorted_list(bencher: Bencher<'_, '_>, password: &str) {
    let mut list: Vec<String> = (0..36_000_u64).map(|n| format!("{:x}", mix(n))).collect();
    list.sort_unstable();
    bencher.bench_local(|| list.binary_search(&black_box(password).to_lowercase()).is_ok());
}

#[divan::bench(args = PASSWORDS)]
fn common_zxcvbn(bencher: Bencher<'_, '_>, password: &str) {
    bencher.bench_local(|| zxcvbn::zxcvbn(black_box(password), &[]));
}

const ENTRIES: u64 = 3 << 20;

#[divan::bench(args = [FalsePositives::OneIn256, FalsePositives::OneIn65536])]
fn breached_in_file(bencher: Bencher<'_, '_>, false_positives: FalsePositives) {
    let path = file("asked");
    build(false_positives, &path);
    let filter = BreachFilter::open(&path).unwrap();
    let passwords: Vec<_> =
        (0..1_000).map(|n| SecretString::from(format!("password {n}"))).collect();
    let mut next = passwords.iter().cycle();
    bencher.bench_local(|| filter.contains(next.next().unwrap()).unwrap());
    std::fs::remove_file(path).unwrap();
}

/// The part of a question that is not the file.
#[divan::bench]
fn sha1_alone(bencher: Bencher<'_, '_>) {
    let sha1 =
        |text: &str| ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    bencher.bench_local(|| sha1(black_box("password 123")));
}

#[divan::bench]
fn range_answer(bencher: Bencher<'_, '_>) {
    let lines: Vec<String> = (0..1_000).map(|n| format!("{n:035X}:{n}")).collect();
    let body = lines.join("\r\n");
    let query = RangeQuery::for_password(&SecretString::from("password"));
    bencher.bench_local(|| query.answer(black_box(body.as_bytes())).unwrap());
}

#[divan::bench(sample_count = 3, args = [FalsePositives::OneIn256, FalsePositives::OneIn65536])]
fn build_file(bencher: Bencher<'_, '_>, false_positives: FalsePositives) {
    let path = file("built");
    let _list = &*LIST;
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| build(false_positives, &path));
    let bits = 8.0 * std::fs::metadata(&path).unwrap().len() as f64 / ENTRIES as f64;
    eprintln!("{false_positives:?}: {bits:.3} bits per entry of {ENTRIES}");
    std::fs::remove_file(path).unwrap();
}

/// From keys in memory to a filter in memory.
#[divan::bench(sample_count = 3)]
fn build_xorf(bencher: Bencher<'_, '_>) {
    let keys: Vec<u64> = (0..ENTRIES).map(mix).collect();
    let build = || BinaryFuse16::try_from(black_box(&keys)).unwrap();
    eprintln!("xorf: {:.3} bits per entry", 16.0 * build().len() as f64 / ENTRIES as f64);
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(build);
}

#[divan::bench]
fn ask_xorf(bencher: Bencher<'_, '_>) {
    let keys: Vec<u64> = (0..ENTRIES).map(mix).collect();
    let filter = BinaryFuse16::try_from(&keys).unwrap();
    let mut key = 0_u64;
    bencher.bench_local(|| {
        key = mix(key);
        filter.contains(&key)
    });
}

/// A list as a service publishes it.
static LIST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut keys: Vec<u64> = (0..ENTRIES).map(mix).collect();
    keys.sort_unstable();
    let lines = keys.iter().map(|key| format!("{key:016X}{:024X}:{}\r\n", mix(*key), key % 99 + 1));
    lines.collect::<String>().into_bytes()
});

fn build(false_positives: FalsePositives, path: &PathBuf) {
    let builder = BreachFilter::builder(BreachHash::Sha1).false_positives(false_positives);
    assert_eq!(builder.build_from_list(&LIST[..], path), Ok(ENTRIES));
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("bartizan-bench-{name}-{}", std::process::id()))
}

/// Different numbers for different ones.
const fn mix(n: u64) -> u64 {
    let mixed = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}
