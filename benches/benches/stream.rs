//! Streams, beside the raw cipher over chunks of 16 KiB in place, which prepares its key once and
//! counts its nonces.
//!
//! A stream draws a salt and derives a key besides: `derivation` is that alone, so raw plus
//! derivation is what a stream of that length costs at least. With the feature `stream-peers` also
//! under aws-lc-rs, and beside other crates.

#[cfg(feature = "stream-peers")]
#[path = "stream/peers.rs"]
mod peers;
#[path = "stream/raw.rs"]
mod raw;

use std::hint::black_box;
use std::io::{self, BufRead as _, Cursor, Read as _, Seek as _, SeekFrom, Write as _};
use std::num::NonZeroUsize;

use bartizan::core::{Context, SystemRandom};
use bartizan::envelope::stream::{Backend, CHUNK_LEN, StreamKey, Streams};
use divan::Bencher;
use divan::counter::BytesCount;

use self::raw::Raw;

fn main() {
    divan::main();
}

const SMALL: [usize; 2] = [64 << 10, 1 << 20];
const LARGE: usize = 256 << 20;
const SLOT_LEN: usize = CHUNK_LEN + 16;

#[cfg(not(feature = "stream-peers"))]
const BACKENDS: [Backend; 1] = [Backend::Ring];
#[cfg(feature = "stream-peers")]
const BACKENDS: [Backend; 2] = [Backend::Ring, Backend::AwsLcRs];

fn cases() -> impl Iterator<Item = (Backend, usize)> {
    BACKENDS.into_iter().flat_map(|backend| SMALL.map(|len| (backend, len)))
}

fn streams(backend: Backend) -> Streams {
    let key = StreamKey::generate(&SystemRandom::new()).expect("randomness");
    Streams::bare(key).with_backend(backend)
}

fn context() -> Context {
    Context::of("file").bind("alice").bind("7")
}

/// What a stream costs before its first byte: salt, derivation, preparing the cipher; and one tag.
#[divan::bench(args = BACKENDS)]
fn derivation(bencher: Bencher, backend: Backend) {
    let (streams, context) = (streams(backend), context());
    let buffer = || streams.buffer(0).expect("short");
    bencher
        .with_inputs(buffer)
        .bench_local_values(|buffer| streams.seal_in_place(&context, buffer));
}

/// Sealed and opened again, both in the same memory.
mod in_place {
    use super::*;

    #[divan::bench(args = cases())]
    fn bartizan(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context) = (streams(backend), context());
        let mut buffer = Some(streams.buffer(len).expect("short"));
        bencher.counter(BytesCount::new(2 * len)).bench_local(|| {
            let held = buffer.take().expect("put back");
            let sealed = streams.seal_in_place(&context, held).expect("randomness");
            buffer = Some(streams.open_in_place(&context, sealed).expect("ours"));
        });
    }

    #[divan::bench(args = cases())]
    fn raw(bencher: Bencher, (backend, len): (Backend, usize)) {
        let raw = Raw::new(backend);
        let mut slots = vec![0; len / CHUNK_LEN * SLOT_LEN];
        bencher.counter(BytesCount::new(2 * len)).bench_local(|| {
            raw.seal(&mut slots);
            raw.open(&mut slots);
        });
    }
}

mod seal {
    use super::*;

    #[divan::bench(args = cases())]
    fn raw_in_place(bencher: Bencher, (backend, len): (Backend, usize)) {
        let raw = Raw::new(backend);
        let mut slots = vec![0; len / CHUNK_LEN * SLOT_LEN];
        bencher.counter(BytesCount::new(len)).bench_local(|| raw.seal(black_box(&mut slots)));
    }

    #[divan::bench(args = cases())]
    fn write_to_sink(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context, text) = (streams(backend), context(), vec![7; len]);
        bencher.counter(BytesCount::new(len)).bench_local(|| {
            let mut writer = streams.seal_writer(&context, io::sink()).expect("randomness");
            writer.write_all(black_box(&text)).expect("a sink");
            writer.finish()
        });
    }

    #[divan::bench(args = cases())]
    fn write_to_memory(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context, text) = (streams(backend), context(), vec![7; len]);
        let mut out = Vec::with_capacity(2 * len);
        bencher.counter(BytesCount::new(len)).bench_local(|| {
            out.clear();
            let mut writer = streams.seal_writer(&context, &mut out).expect("randomness");
            writer.write_all(black_box(&text)).expect("memory");
            let _out = writer.finish();
        });
    }

    #[divan::bench(args = cases())]
    fn to_vec(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context, text) = (streams(backend), context(), vec![7; len]);
        let seal = || streams.seal(&context, black_box(&text));
        bencher.counter(BytesCount::new(len)).bench_local(seal);
    }
}

mod open {
    use super::*;

    /// With a copy of the slots in front of each, as a reader makes one.
    #[divan::bench(args = cases())]
    fn raw_copied(bencher: Bencher, (backend, len): (Backend, usize)) {
        let raw = Raw::new(backend);
        let mut slots = vec![0; len / CHUNK_LEN * SLOT_LEN];
        raw.seal(&mut slots);
        let mut out = vec![0; SLOT_LEN];
        bencher.counter(BytesCount::new(len)).bench_local(|| {
            for (number, slot) in (0..).zip(black_box(&slots).chunks(SLOT_LEN)) {
                out.copy_from_slice(slot);
                raw.open_slot(number, &mut out);
            }
        });
    }

    #[divan::bench(args = cases())]
    fn read(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context) = (streams(backend), context());
        let sealed = streams.seal(&context, &vec![7; len]).expect("randomness");
        let mut out = vec![0; len];
        bencher.counter(BytesCount::new(len)).bench_local(|| {
            let mut reader = streams.open_reader(&context, black_box(&sealed[..])).expect("ours");
            reader.read_exact(&mut out).expect("ours");
            assert_eq!(reader.read(&mut [0]).expect("ours"), 0);
        });
    }

    /// Each chunk used where it was opened.
    #[divan::bench(args = cases())]
    fn read_lent(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context) = (streams(backend), context());
        let sealed = streams.seal(&context, &vec![7; len]).expect("randomness");
        bencher.counter(BytesCount::new(len)).bench_local(|| {
            let mut reader = streams.open_reader(&context, black_box(&sealed[..])).expect("ours");
            loop {
                let lent = black_box(reader.fill_buf().expect("ours")).len();
                if lent == 0 {
                    break;
                }
                reader.consume(lent);
            }
        });
    }

    #[divan::bench(args = cases())]
    fn to_vec(bencher: Bencher, (backend, len): (Backend, usize)) {
        let (streams, context) = (streams(backend), context());
        let sealed = streams.seal(&context, &vec![7; len]).expect("randomness");
        let open = || streams.open(&context, black_box(&sealed));
        bencher.counter(BytesCount::new(len)).bench_local(open);
    }
}

/// Sealed and opened in place.
#[divan::bench(args = large(), sample_count = 5, sample_size = 1)]
fn of_256_mib(bencher: Bencher, (backend, threads): (Backend, usize)) {
    let threads = NonZeroUsize::new(threads).expect("one or two");
    let (streams, context) = (streams(backend).with_threads(threads), context());
    let mut buffer = Some(streams.buffer(LARGE).expect("short"));
    bencher.counter(BytesCount::new(2 * LARGE)).bench_local(|| {
        let held = buffer.take().expect("put back");
        let sealed = streams.seal_in_place(&context, held).expect("randomness");
        buffer = Some(streams.open_in_place(&context, sealed).expect("ours"));
    });
}

fn large() -> impl Iterator<Item = (Backend, usize)> {
    BACKENDS.into_iter().flat_map(|backend| [1, 2].map(|threads| (backend, threads)))
}

/// One chunk out of 256, of a stream that was not open yet.
mod random_chunk {
    use super::*;

    const CHUNKS: usize = 256;
    const STEP: u64 = 97;

    #[divan::bench(args = BACKENDS)]
    fn bartizan(bencher: Bencher, backend: Backend) {
        let (streams, context) = (streams(backend), context());
        let sealed = streams.seal(&context, &vec![7; CHUNKS * CHUNK_LEN]).expect("randomness");
        let (mut out, mut number) = (vec![0; CHUNK_LEN], 0);
        bencher.bench_local(|| {
            number = (number + STEP) % CHUNKS as u64;
            let file = Cursor::new(&sealed[..]);
            let mut reader = streams.open_seekable(&context, file).expect("ours");
            let position = number * CHUNK_LEN as u64;
            let _position = reader.seek(SeekFrom::Start(position)).expect("within");
            reader.read_exact(black_box(&mut out)).expect("ours");
        });
    }

    #[divan::bench(args = BACKENDS)]
    fn derived_and_raw(bencher: Bencher, backend: Backend) {
        let mut slots = vec![0; CHUNKS * SLOT_LEN];
        let secret = raw::Secret::new();
        secret.derive(backend).seal(&mut slots);
        let (mut out, mut number) = (vec![0; SLOT_LEN], 0);
        bencher.bench_local(|| {
            number = (number + STEP) % CHUNKS as u64;
            let raw = black_box(&secret).derive(backend);
            let start = usize::try_from(number).expect("small") * SLOT_LEN;
            out.copy_from_slice(&slots[start..start + SLOT_LEN]);
            raw.open_slot(number, black_box(&mut out));
        });
    }
}
