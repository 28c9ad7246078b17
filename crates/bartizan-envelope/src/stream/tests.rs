#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic_in_result_fn,
    reason = "lengths of a few chunks, and helpers that compare outcomes on their way"
)]

mod damage;
mod faults;
mod keys;

use core::num::NonZeroUsize;
use std::io::{self, BufRead as _, Cursor, Read, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{
    Context, KeyId, KeyRecord, KeyState, Keyring, SealError, SharedKeyring, UnixTime,
};

use super::layout::SLOT_LEN;
use super::*;

const BACKENDS: &[Backend] = &[
    Backend::Ring,
    #[cfg(feature = "aws-lc-rs")]
    Backend::AwsLcRs,
];

/// Around the ends of chunks and, the last ones, of the pieces that threads take.
const LENS: [usize; 14] = [
    0,
    1,
    15,
    16,
    17,
    CHUNK_LEN - 1,
    CHUNK_LEN,
    CHUNK_LEN + 1,
    2 * CHUNK_LEN,
    5 * CHUNK_LEN - 1,
    9 * CHUNK_LEN + 77,
    128 * CHUNK_LEN,
    128 * CHUNK_LEN + 1,
    200 * CHUNK_LEN + 5,
];

fn context() -> Context {
    Context::of("photo").bind("alice").bind("7")
}

fn key(byte: u8) -> StreamKey {
    StreamKey::from_bytes(&[byte; 32])
}

/// Keys of these ids, each of its id's bytes, in these states.
fn keyring(generation: u64, states: &[(u8, KeyState)]) -> Keyring<StreamKey> {
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let records = states.iter().map(|(id, state)| {
        let material = (*state != KeyState::Destroyed).then(|| key(*id));
        KeyRecord::restore(KeyId::from_u32((*id).into()), *state, times, material)
    });
    Keyring::restore(generation, records.collect()).unwrap()
}

fn streams() -> Streams {
    Streams::new(SharedKeyring::new(keyring(1, &[(1, KeyState::Active)])))
}

fn text(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

/// The streams that every way of sealing makes, under the same salt.
fn sealed_every_way(streams: &Streams, plaintext: &[u8]) -> Vec<Vec<u8>> {
    let streams = || streams.clone().with_random(Arc::new(PredictableRandom::from_seed(1)));
    let mut made = vec![
        streams().seal(&context(), plaintext).unwrap(),
        streams().with_threads(threads(3)).seal(&context(), plaintext).unwrap(),
    ];
    for count in [1, 3] {
        let streams = streams().with_threads(threads(count));
        let mut buffer = streams.buffer(plaintext.len()).unwrap();
        let mut rest = plaintext;
        buffer.chunks_mut().for_each(|chunk| rest.read_exact(chunk).unwrap());
        made.push(streams.seal_in_place(&context(), buffer).unwrap());
    }
    for piece in [1_000, CHUNK_LEN, 3 * CHUNK_LEN + 1, usize::MAX] {
        let mut writer = streams().seal_writer(&context(), Vec::new()).unwrap();
        plaintext.chunks(piece).for_each(|piece| writer.write_all(piece).unwrap());
        made.push(writer.finish().unwrap());
    }
    #[cfg(feature = "tokio")]
    for piece in [1_000, 3 * CHUNK_LEN + 1, usize::MAX] {
        use tokio_io::io::AsyncWriteExt as _;

        made.push(block_on(async {
            let mut writer = streams().seal_async_writer(&context(), Vec::new()).unwrap();
            for piece in plaintext.chunks(piece) {
                writer.write_all(piece).await.unwrap();
            }
            writer.finish().await.unwrap()
        }));
    }
    made
}

/// What every way of opening gives, which must be the same. What a reader gives before it fails
/// must be a beginning of `plaintext`.
fn opened_every_way(
    streams: &Streams,
    sealed: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, StreamError> {
    let context = &context();
    let opened = streams.open(context, sealed);
    let parallel = streams.clone().with_threads(threads(3));
    assert_eq!(parallel.open(context, sealed), opened);
    for streams in [streams, &parallel] {
        let in_place = streams.open_in_place(context, sealed.to_vec());
        assert_eq!(in_place.map(ChunkBuffer::into_vec), opened);
    }
    for piece in [700, CHUNK_LEN, 3 * CHUNK_LEN + 1] {
        let reader = streams.open_reader(context, sealed);
        assert_eq!(read_all(reader, piece, plaintext), opened, "{piece}");
        let reader = streams.open_seekable(context, Cursor::new(sealed));
        assert_eq!(read_all(reader, piece, plaintext), opened, "{piece}");
    }
    assert_eq!(read_lines(streams.open_reader(context, sealed), plaintext), opened);
    #[cfg(feature = "tokio")]
    assert_eq!(block_on(read_all_async(streams, sealed, plaintext)), opened);
    opened
}

fn read_all(
    reader: io::Result<impl Read>,
    piece: usize,
    plaintext: &[u8],
) -> Result<Vec<u8>, StreamError> {
    let mut reader = reader.map_err(|error| StreamError::of(&error).unwrap())?;
    let (mut all, mut buffer) = (Vec::new(), vec![0; piece]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(all),
            Ok(len) => all.extend(&buffer[..len]),
            Err(error) => {
                let again = reader.read(&mut buffer).unwrap_err();
                assert_eq!(StreamError::of(&again), StreamError::of(&error));
                assert!(plaintext.starts_with(&all), "what was let out was not sealed there");
                return Err(StreamError::of(&error).unwrap());
            }
        }
    }
}

/// As lines are read: with what a chunk lends.
fn read_lines(
    reader: io::Result<OpenReader<&[u8]>>,
    plaintext: &[u8],
) -> Result<Vec<u8>, StreamError> {
    let stream_error = |error| StreamError::of(&error).unwrap();
    let (mut reader, mut all) = (reader.map_err(stream_error)?, Vec::new());
    loop {
        match reader.fill_buf() {
            Ok([]) => return Ok(all),
            Ok(lent) => {
                let len = lent.len().min(5_000);
                all.extend(&lent[..len]);
                reader.consume(len);
            }
            Err(error) => {
                assert!(plaintext.starts_with(&all), "what was let out was not sealed there");
                return Err(stream_error(error));
            }
        }
    }
}

#[cfg(feature = "tokio")]
async fn read_all_async(
    streams: &Streams,
    sealed: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, StreamError> {
    use tokio_io::io::AsyncReadExt as _;

    let mut all = Vec::new();
    let outcome = match streams.open_async_reader(&context(), sealed).await {
        Ok(mut reader) => reader.read_to_end(&mut all).await,
        Err(error) => Err(error),
    };
    assert!(plaintext.starts_with(&all), "what was let out was not sealed there");
    outcome.map(|_| all).map_err(|error| StreamError::of(&error).unwrap())
}

#[cfg(feature = "tokio")]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio_io::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn every_way_of_sealing_makes_the_same_stream_and_every_way_of_opening_reads_it() {
    for backend in BACKENDS {
        for streams in [streams(), Streams::bare(key(1))] {
            let streams = streams.with_backend(*backend);
            for len in LENS {
                let plaintext = text(len);
                let made = sealed_every_way(&streams, &plaintext);
                let sealed = &made[0];
                assert!(made.iter().all(|other| other == sealed), "{len} {backend}");
                let sealed_len = u64::try_from(sealed.len()).unwrap();
                assert_eq!(streams.sealed_len(len.try_into().unwrap()), Some(sealed_len));
                assert_eq!(streams.plaintext_len(sealed_len), Some(len.try_into().unwrap()));
                let opened = opened_every_way(&streams, sealed, &plaintext);
                assert_eq!(opened.as_ref(), Ok(&plaintext), "{len} {backend}");
            }
        }
    }
}

/// The format never changes: what was written once opens for ever.
#[test]
fn reads_what_the_first_version_wrote() {
    let stored = bartizan_core::hex::decode(FIRST_VERSION).unwrap();
    assert_eq!((stored[0], &stored[1..5]), (0x12, &[0, 0, 0, 1][..]));
    for backend in BACKENDS {
        let streams = streams().with_backend(*backend);
        assert_eq!(opened_every_way(&streams, &stored, b"buy milk").unwrap(), b"buy milk");
        let made = sealed_every_way(&streams, b"buy milk");
        assert_eq!(bartizan_core::hex::encode(&made[0]), FIRST_VERSION);
    }
}

const FIRST_VERSION: &str = concat!(
    "1200000001",
    "c15c0289ec2d0a9167ec8e65a18debbe5e5532fbeea293f8",
    "5edb8f9d728983047a869f738c89375432abdcc8dad1b7faee37d40d6c7ec9a4",
    "79ee86097be8e1dd",
    "14508b15b32976c099c6f4600347c6cf",
);

/// What stands before the salt is all that is ours: behind it is a plain Cobblestone-256 message.
#[test]
fn a_stream_of_a_keyring_is_a_bare_one_with_its_first_bytes_in_the_context() {
    let sealed = streams().seal(&context(), &text(20_000)).unwrap();
    let (named, bare) = sealed.split_at(5);
    let context = Context::verbatim(&[named, context().as_bytes()].concat());
    assert_eq!(Streams::bare(key(1)).open(&context, bare).unwrap(), text(20_000));
}

#[test]
fn any_position_can_be_read() {
    let plaintext = text(3 * CHUNK_LEN + 100);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    // A stream may begin anywhere in a file.
    let mut file = Cursor::new([&[9; 33][..], &sealed].concat());
    file.set_position(33);
    let mut reader = streams().open_seekable(&context(), file).unwrap();

    let mut out = vec![0; CHUNK_LEN + 1_000];
    for position in [0, 1, CHUNK_LEN - 1, CHUNK_LEN, 2 * CHUNK_LEN, 3 * CHUNK_LEN + 99, 5, 40_000] {
        let wanted = &plaintext[position..plaintext.len().min(position + out.len())];
        let to = u64::try_from(position).unwrap();
        assert_eq!(reader.seek(SeekFrom::Start(to)).unwrap(), to);
        reader.read_exact(&mut out[..wanted.len()]).unwrap();
        assert_eq!(&out[..wanted.len()], wanted, "{position}");
        assert_eq!(reader.stream_position().unwrap(), to + u64::try_from(wanted.len()).unwrap());
    }
}

#[test]
fn the_end_can_be_read_around() {
    let plaintext = text(3 * CHUNK_LEN + 100);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    let mut reader = streams().open_seekable(&context(), Cursor::new(sealed)).unwrap();
    let mut out = [0; 1_000];
    assert_eq!(reader.seek(SeekFrom::End(-100)).unwrap(), 49_152);
    assert_eq!(reader.seek(SeekFrom::Current(-1)).unwrap(), 49_151);
    assert_eq!(reader.read(&mut out[..10]).unwrap(), 1);
    assert_eq!(reader.read(&mut out).unwrap(), 100);
    assert_eq!(reader.read(&mut out).unwrap(), 0);
    assert_eq!(reader.seek(SeekFrom::End(7)).unwrap(), 49_259);
    assert_eq!(reader.read(&mut out).unwrap(), 0);
    assert!(reader.seek(SeekFrom::End(-49_253)).is_err());
}

#[test]
fn chunks_are_read_by_their_number() {
    let plaintext = text(2 * CHUNK_LEN);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    let mut reader = streams().open_seekable(&context(), Cursor::new(sealed)).unwrap();
    assert_eq!(reader.read_chunk(1).unwrap(), &plaintext[CHUNK_LEN..]);
    assert_eq!(reader.read_chunk(0).unwrap(), &plaintext[..CHUNK_LEN]);
    assert_eq!(reader.read_chunk(2).unwrap(), b"");
    assert_eq!(reader.read_chunk(3).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    assert_eq!(reader.read_chunk(u64::MAX).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    assert_eq!((reader.chunk_count().unwrap(), reader.plaintext_len().unwrap()), (3, 32_768));
    assert_eq!(reader.stream_position().unwrap(), 0);
}

#[test]
fn a_buffer_may_have_been_made_for_another_kind_of_stream() {
    let (named, bare) = (streams(), Streams::bare(key(1)));
    for (from, to) in [(&named, &bare), (&bare, &named)] {
        let mut buffer = from.buffer(20_000).unwrap();
        let mut rest = &text(20_000)[..];
        buffer.chunks_mut().for_each(|chunk| rest.read_exact(chunk).unwrap());
        assert_eq!((buffer.len(), buffer.is_empty()), (20_000, false));
        let sealed = to.seal_in_place(&context(), buffer).unwrap();
        assert_eq!(to.open(&context(), &sealed).unwrap(), text(20_000));
    }
    assert!(named.buffer(0).unwrap().is_empty());
}

#[test]
fn what_is_too_long_is_refused_before_work() {
    assert_eq!(streams().buffer(usize::MAX).err(), Some(SealError::TooLong));
    assert_eq!(streams().buffer(1 << 52).err(), Some(SealError::TooLong));
    assert_eq!(streams().sealed_len(u64::MAX), None);
    assert_eq!(streams().plaintext_len(76), None);
}

#[test]
fn nothing_secret_is_shown() {
    let streams = streams();
    let writer = streams.seal_writer(&context(), Vec::new()).unwrap();
    let mut buffer = streams.buffer(3).unwrap();
    buffer.chunks_mut().for_each(|chunk| chunk.copy_from_slice(b"abc"));
    let shown = format!("{streams:?} {writer:?} {buffer:?}");
    assert!(!shown.contains("[1, 1") && !shown.contains("97, 98"), "{shown}");
    assert!(shown.contains("ChunkBuffer(3 bytes)"), "{shown}");
}
