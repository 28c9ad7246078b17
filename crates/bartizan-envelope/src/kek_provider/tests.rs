mod multi;
mod steady;

use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bartizan_core::{SystemRandom, danger::PredictableRandom};

use super::*;
use crate::LocalKeyFile;
use crate::off_thread::lock;

/// What happens to one request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answer,
    Fail(KekProviderError),
    Hang,
}

/// A key file behind a line that does what the script says, and then what it says last.
#[derive(Debug)]
struct Line {
    kek: LocalKeyFile,
    _folder: tempfile::TempDir,
    script: Mutex<VecDeque<Fate>>,
    asked: AtomicUsize,
}

impl Line {
    fn new(script: &[Fate]) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let kek = LocalKeyFile::create(folder.path().join("kek"), &SystemRandom::new()).unwrap();
        let script = Mutex::new(script.iter().copied().collect());
        Arc::new(Self { kek, _folder: folder, script, asked: AtomicUsize::new(0) })
    }

    fn set(&self, script: &[Fate]) {
        *lock(&self.script) = script.iter().copied().collect();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn fate(&self) -> Result<(), KekProviderError> {
        let _before = self.asked.fetch_add(1, Ordering::SeqCst);
        let fate = {
            let mut script = lock(&self.script);
            let next = script.front().copied().unwrap_or(Fate::Answer);
            if script.len() > 1 {
                let _done = script.pop_front();
            }
            next
        };
        match fate {
            Fate::Answer => Ok(()),
            Fate::Fail(error) => Err(error),
            Fate::Hang => core::future::pending().await,
        }
    }
}

impl KekProvider for Line {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(async move {
            self.fate().await?;
            self.kek.wrap(context, key, random).await
        })
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(async move {
            self.fate().await?;
            self.kek.unwrap(context, wrapped).await
        })
    }

    fn describe(&self) -> KekDescription {
        self.kek.describe()
    }
}

fn key() -> (Context, SecretBytes) {
    (Context::of("test"), SecretBytes::from([7; 32]))
}

/// asvs: V13.3.3, that every failure to unwrap is one.
#[tokio_io::test(crate = "tokio_io")]
async fn every_failure_to_unwrap_is_one() {
    let (line, other) = (Line::new(&[]), Line::new(&[]));
    let (context, key) = key();
    let random = PredictableRandom::from_seed(1);
    let wrapped = line.wrap(&context, &key, &random).await.unwrap();
    assert!(line.unwrap(&context, &wrapped).await.unwrap().ct_eq(&[7; 32]));

    let name = wrapped.provider().to_owned();
    let refused = Some(KekProviderError::Refused);
    assert_eq!(other.unwrap(&context, &wrapped).await.err(), refused);
    assert_eq!(line.unwrap(&Context::of("other"), &wrapped).await.err(), refused);
    for bit in 0..wrapped.bytes().len() * 8 {
        let mut bytes = wrapped.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let flipped = WrappedKey::new(name.clone(), String::new(), bytes);
        assert_eq!(line.unwrap(&context, &flipped).await.err(), refused, "bit {bit}");
    }
    for len in 0..wrapped.bytes().len() {
        let cut = WrappedKey::new(name.clone(), String::new(), wrapped.bytes()[..len].to_vec());
        assert_eq!(line.unwrap(&context, &cut).await.err(), refused, "{len} bytes");
    }
    let foreign = WrappedKey::new("elsewhere".to_owned(), String::new(), vec![1; 99]);
    let misconfigured = Some(KekProviderError::Misconfigured);
    assert_eq!(line.unwrap(&context, &foreign).await.err(), misconfigured);
}
