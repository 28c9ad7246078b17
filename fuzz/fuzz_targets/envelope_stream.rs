//! Whatever pieces a stream is written, flushed, read and sought in, it holds what a plain buffer
//! would. A damaged one never gives a wrong byte, and never ends as if it were whole.

#![no_main]

use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use bartizan_core::Context;
use bartizan_envelope::stream::{
    Backend, ChunkBuffer, SeekReader, StreamError, StreamKey, Streams,
};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Damage {
    Flip(u32, u8),
    Cut(u32),
    Extend(u16),
    /// Chunks exchanged.
    Swap(u8, u8),
    /// One chunk in the place of another.
    Copy(u8, u8),
    Remove(u8),
    /// From here on, another stream under the same key and context.
    Splice(u32),
}

#[derive(Arbitrary, Debug)]
enum Step {
    Read(u16),
    /// Read in a buffer of several chunks.
    ReadLarge,
    Start(u32),
    Current(i32),
    End(i32),
    Chunk(u8),
    Len,
}

#[derive(Arbitrary, Debug)]
struct Input {
    /// The plaintext's length, and how long the pieces are that it is written in.
    len: u32,
    pieces: Vec<u16>,
    damage: Vec<Damage>,
    steps: Vec<Step>,
    backends: u8,
}

const CHUNK_LEN: usize = 16_384;
const SLOT_LEN: usize = CHUNK_LEN + 16;
const HEADER_LEN: usize = 56;
const MAX_LEN: u32 = 5 * 16_384;

static BARE: LazyLock<Streams> = LazyLock::new(|| Streams::bare(StreamKey::from_bytes(&[7; 32])));

fuzz_target!(|input: Input| {
    let pick = |bit: u8| match input.backends >> bit & 1 {
        0 => BARE.clone().with_backend(Backend::Ring),
        _ => BARE.clone().with_backend(Backend::AwsLcRs),
    };
    let (sealing, opening, context) = (pick(0), pick(1), Context::of("fuzz"));
    let len = usize::try_from(input.len % (MAX_LEN + 1)).expect("small");
    let plaintext: Vec<u8> = (0..=250).cycle().take(len).collect();

    let sealed = write(&sealing, &context, &plaintext, &input.pieces);
    let mut damaged = sealed.clone();
    for damage in &input.damage {
        let other = || sealing.seal(&context, &plaintext).expect("short");
        damage.inflict(&mut damaged, other);
    }
    let is_whole = damaged == sealed;
    // A splice within the salt or before is all of another stream.
    let is_other = sealing.open(&context, &damaged).is_ok();

    for outcome in open(&opening, &context, &damaged) {
        assert_eq!(outcome.is_ok(), is_whole || is_other);
        assert!(outcome.is_err() || outcome == Ok(plaintext.clone()));
    }
    read(&opening, &context, &damaged, (&plaintext, is_whole || is_other), &input.pieces);
    if let Ok(reader) = opening.open_seekable(&context, Cursor::new(&damaged)) {
        seek(reader, (&plaintext, is_whole || is_other), &input.steps);
    }
    assert!(opening.open(&Context::of("fuzzy"), &sealed).is_err());
});

impl Damage {
    fn inflict(&self, sealed: &mut Vec<u8>, other: impl Fn() -> Vec<u8>) {
        let at = |at: u32| usize::try_from(at).expect("32 bits") % (sealed.len() + 1);
        let slot = |number: u8| {
            let start = HEADER_LEN + usize::from(number) % 6 * SLOT_LEN;
            (start + SLOT_LEN <= sealed.len()).then_some(start..start + SLOT_LEN)
        };
        match *self {
            Self::Flip(position, mask) => {
                let position = at(position);
                sealed.get_mut(position).into_iter().for_each(|byte| *byte ^= mask);
            }
            Self::Cut(position) => sealed.truncate(at(position)),
            Self::Extend(len) => sealed.resize(sealed.len() + usize::from(len), 9),
            Self::Swap(one, two) => {
                if let (Some(one), Some(two)) = (slot(one), slot(two)) {
                    let (first, second) =
                        (sealed[one.clone()].to_vec(), sealed[two.clone()].to_vec());
                    sealed[one].copy_from_slice(&second);
                    sealed[two].copy_from_slice(&first);
                }
            }
            Self::Copy(from, to) => {
                if let (Some(from), Some(to)) = (slot(from), slot(to)) {
                    sealed.copy_within(from, to.start);
                }
            }
            Self::Remove(number) => {
                if let Some(slot) = slot(number) {
                    drop(sealed.drain(slot));
                }
            }
            Self::Splice(position) => {
                let (position, other) = (at(position), other());
                sealed.truncate(position);
                sealed.extend(other.get(position..).unwrap_or_default());
            }
        }
    }
}

fn write(streams: &Streams, context: &Context, plaintext: &[u8], pieces: &[u16]) -> Vec<u8> {
    let mut writer = streams.seal_writer(context, Vec::new()).expect("randomness");
    let mut rest = plaintext;
    for piece in pieces {
        let (now, later) = rest.split_at(usize::from(*piece).min(rest.len()));
        writer.write_all(now).expect("memory");
        if piece % 7 == 0 {
            writer.flush().expect("memory");
        }
        rest = later;
    }
    writer.write_all(rest).expect("memory");
    writer.finish().expect("memory")
}

fn open(streams: &Streams, context: &Context, sealed: &[u8]) -> [Result<Vec<u8>, StreamError>; 3] {
    let two = streams.clone().with_threads(NonZeroUsize::new(2).expect("not zero"));
    [
        streams.open(context, sealed),
        two.open(context, sealed),
        streams.open_in_place(context, sealed.to_vec()).map(ChunkBuffer::into_vec),
    ]
}

/// In order, with reads of every length, and with chunks that are lent.
fn read(
    streams: &Streams,
    context: &Context,
    sealed: &[u8],
    (plaintext, is_whole): (&[u8], bool),
    pieces: &[u16],
) {
    let Ok(mut reader) = streams.open_reader(context, sealed) else {
        return assert!(!is_whole);
    };
    let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    let mut pieces = pieces.iter().copied().cycle();
    loop {
        let piece = usize::from(pieces.next().unwrap_or(u16::MAX)).max(1);
        let outcome = if piece % 3 == 0 {
            reader.fill_buf().map(|lent| {
                let len = lent.len().min(piece);
                all.extend(&lent[..len]);
                len
            })
        } else {
            reader.read(&mut buffer[..piece])
        };
        match outcome {
            Ok(0) => {
                assert!(is_whole && all == plaintext, "it ended as if it were whole");
                return;
            }
            Ok(len) if piece % 3 == 0 => reader.consume(len),
            Ok(len) => all.extend(&buffer[..len]),
            Err(error) => {
                assert!(!is_whole && StreamError::of(&error).is_some());
                assert!(plaintext.starts_with(&all), "a wrong byte");
                assert!(reader.read(&mut buffer).is_err(), "it goes on failing");
                return;
            }
        }
    }
}

/// Anywhere, beside a cursor over the plaintext.
fn seek(
    mut reader: SeekReader<Cursor<&Vec<u8>>>,
    (plaintext, is_whole): (&[u8], bool),
    steps: &[Step],
) {
    let mut model = Cursor::new(plaintext);
    let (mut ours, mut theirs) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    for step in steps {
        match *step {
            Step::Read(_) | Step::ReadLarge => {
                let len = if let Step::Read(len) = *step { len.into() } else { ours.len() };
                match reader.read(&mut ours[..len]) {
                    Ok(read) => {
                        let there = Read::read(&mut model, &mut theirs[..read]).expect("memory");
                        assert_eq!(ours[..read], theirs[..there], "a wrong byte");
                        let is_end = model.position() >= plaintext.len() as u64;
                        assert!(read > 0 || len == 0 || is_end, "it ended too early");
                    }
                    Err(error) => assert!(!is_whole && StreamError::of(&error).is_some()),
                }
            }
            Step::Start(to) => {
                same_seek(&mut reader, &mut model, SeekFrom::Start(to.into()), is_whole)
            }
            Step::Current(by) => {
                same_seek(&mut reader, &mut model, SeekFrom::Current(by.into()), is_whole);
            }
            Step::End(by) => same_seek(&mut reader, &mut model, SeekFrom::End(by.into()), is_whole),
            Step::Chunk(number) => {
                let start = usize::from(number) * CHUNK_LEN;
                match reader.read_chunk(number.into()) {
                    Ok(chunk) => assert!(plaintext[start..].starts_with(chunk), "a wrong byte"),
                    Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                        assert!(!is_whole || start > plaintext.len());
                    }
                    Err(error) => assert!(!is_whole && StreamError::of(&error).is_some()),
                }
            }
            Step::Len => match reader.plaintext_len() {
                Ok(len) => assert_eq!(len, plaintext.len() as u64, "a wrong length"),
                Err(error) => assert!(!is_whole && StreamError::of(&error).is_some()),
            },
        }
    }
}

fn same_seek(
    reader: &mut SeekReader<Cursor<&Vec<u8>>>,
    model: &mut Cursor<&[u8]>,
    to: SeekFrom,
    is_whole: bool,
) {
    match reader.seek(to) {
        Ok(position) => assert_eq!(Seek::seek(model, to).expect("it was for us"), position),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            assert!(Seek::seek(model, to).is_err());
        }
        Err(error) => assert!(!is_whole && StreamError::of(&error).is_some()),
    }
}
