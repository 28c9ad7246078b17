use std::sync::Mutex;

use bartizan_core::Context;

use super::*;
use crate::kek::{KeyEncryptionKey, WrappedKey};
use crate::kek_provider::{
    KekDescription, KekFuture, KekProvider, KekProviderError, MultiProvider,
};
use crate::off_thread::lock;

fn kek(folder: &TempDir) -> Arc<LocalKeyFile> {
    Arc::new(LocalKeyFile::open(folder.path().join("kek")).unwrap())
}

/// The same file by both doors.
fn doors() -> (TempDir, KeyringFile, AsyncKeyringFile) {
    let (folder, file) = place();
    let provided = AsyncKeyringFile::new(file.path(), kek(&folder));
    (folder, file, provided)
}

#[tokio_io::test(crate = "tokio_io")]
async fn both_doors_lead_to_the_same_file() {
    let (_folder, file, provided) = doors();
    let keyring = eventful_keyring();
    provided.create(&keyring).await.unwrap();
    assert_same(&file.load().unwrap(), &keyring);
    assert_eq!(provided.create(&keyring).await, Err(KeyringFileError::AlreadyExists));

    let next = keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    file.save(&keyring, &next).unwrap();
    assert_same(&provided.load().await.unwrap(), &next);

    let last = next.rotate(NOW, &generator()).unwrap().into_keyring();
    provided.save(&next, &last).await.unwrap();
    provided.save(&last, &last).await.unwrap();
    assert_same(&file.load().unwrap(), &last);
    let (on_disk, expected) = (last.generation(), next.generation());
    let conflict = KeyringFileError::Conflict { on_disk, expected };
    assert_eq!(provided.save(&next, &last).await, Err(conflict));
    let older = provided.load_at_least::<SealingKey>(last.generation() + 1).await;
    assert!(matches!(older.err(), Some(KeyringFileError::OlderThanExpected { .. })));
}

#[tokio_io::test(crate = "tokio_io")]
async fn reads_what_the_first_version_wrote_under_any_provider() {
    let folder = tempfile::tempdir().unwrap();
    let random = PredictableRandom::from_seed(1);
    let kek = LocalKeyFile::create(folder.path().join("kek"), &random).unwrap();
    let path = folder.path().join("keyring");
    fs::write(&path, include_str!("../../../tests/vectors/keyring-v1.json")).unwrap();
    let keyring = AsyncKeyringFile::new(path, Arc::new(kek)).load::<SealingKey>().await.unwrap();
    assert_eq!((keyring.generation(), keyring.records().count()), (3, 2));
}

#[tokio_io::test(crate = "tokio_io")]
async fn rewrapping_changes_the_provider_and_not_the_keyring() {
    let (folder, _file, provided) = doors();
    let keyring = eventful_keyring();
    provided.create(&keyring).await.unwrap();

    let (other, _) = place();
    let both = MultiProvider::new(vec![kek(&folder), kek(&other)]).unwrap();
    let moved = AsyncKeyringFile::new(provided.path(), Arc::new(both));
    let misconfigured = Some(KeyringFileError::Misconfigured);
    assert_eq!(moved.load::<SealingKey>().await.err(), misconfigured);
    moved.rewrap::<SealingKey>(kek(&folder)).await.unwrap();
    assert_same(&moved.load().await.unwrap(), &keyring);
    assert_eq!(provided.load::<SealingKey>().await.err(), misconfigured);

    let alone = MultiProvider::new(vec![kek(&other)]).unwrap();
    let alone = AsyncKeyringFile::new(provided.path(), Arc::new(alone));
    assert_same(&alone.load().await.unwrap(), &keyring);
}

/// Does something before it answers, or answers nothing but an error.
#[derive(Debug)]
struct Meddling(Arc<LocalKeyFile>, Mutex<Option<(KeyringFile, Keyring<SealingKey>)>>);

#[derive(Debug)]
struct Broken(KekProviderError);

impl KekProvider for Meddling {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        if let Some((file, next)) = lock(&self.1).take() {
            file.save(&file.load().unwrap(), &next).unwrap();
        }
        self.0.wrap(context, key, random)
    }
    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        self.0.unwrap(context, wrapped)
    }
    fn describe(&self) -> KekDescription {
        self.0.describe()
    }
}

impl KekProvider for Broken {
    fn wrap<'a>(
        &'a self,
        _: &'a Context,
        _: &'a SecretBytes,
        _: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(core::future::ready(Err(self.0)))
    }
    fn unwrap<'a>(&'a self, _: &'a Context, _: &'a WrappedKey) -> KekFuture<'a, SecretBytes> {
        Box::pin(core::future::ready(Err(self.0)))
    }
    fn describe(&self) -> KekDescription {
        KekDescription::new("broken", "")
    }
}

/// The lock is not held while the provider is asked, so somebody may come between.
#[tokio_io::test(crate = "tokio_io")]
async fn what_somebody_saved_meanwhile_is_not_overwritten() {
    let (folder, file, provided) = doors();
    let keyring = eventful_keyring();
    provided.create(&keyring).await.unwrap();
    let theirs = keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    let theirs = theirs.rotate(NOW, &generator()).unwrap().into_keyring();
    let ours = keyring.rotate(NOW, &generator()).unwrap().into_keyring();

    let meddle = Mutex::new(Some((file.clone(), theirs)));
    let meddling = AsyncKeyringFile::new(file.path(), Arc::new(Meddling(kek(&folder), meddle)));
    let (on_disk, expected) = (keyring.generation() + 2, keyring.generation());
    let conflict = KeyringFileError::Conflict { on_disk, expected };
    assert_eq!(meddling.save(&keyring, &ours).await, Err(conflict));
    assert_eq!(file.load::<SealingKey>().unwrap().generation(), on_disk);
}

/// asvs: V13.3.3, a provider that is down loses no key and lets nobody past.
#[tokio_io::test(crate = "tokio_io")]
async fn a_provider_that_fails_leaves_the_file_as_it_was() {
    let (folder, _file, provided) = doors();
    let keyring = eventful_keyring();
    let next = keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    for (error, told) in [
        (KekProviderError::Unavailable, KeyringFileError::Unavailable),
        (KekProviderError::Refused, KeyringFileError::ProviderRefused),
        (KekProviderError::Misconfigured, KeyringFileError::Misconfigured),
    ] {
        let broken = AsyncKeyringFile::new(provided.path(), Arc::new(Broken(error)));
        assert_eq!(broken.create(&keyring).await, Err(told));
        assert!(!provided.path().exists());

        provided.create(&keyring).await.unwrap();
        let before = fs::read(provided.path()).unwrap();
        assert_eq!(broken.load::<SealingKey>().await.err(), Some(told));
        assert_eq!(broken.save(&keyring, &next).await, Err(told));
        assert_eq!(broken.rewrap::<SealingKey>(kek(&folder)).await, Err(told));
        let former = Arc::new(Broken(error));
        assert_eq!(provided.rewrap::<SealingKey>(former).await, Err(told));
        assert_eq!(fs::read(provided.path()).unwrap(), before);
        fs::remove_file(provided.path()).unwrap();
    }
}

/// On one thread, one that waits for its provider does not keep the other from its lock.
#[tokio_io::test(crate = "tokio_io")]
async fn two_that_save_at_once_end() {
    let (_folder, _file, provided) = doors();
    let keyring = eventful_keyring();
    provided.create(&keyring).await.unwrap();
    let next = || keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    let (one, other) = (next(), next());
    let outcomes = tokio_io::join!(provided.save(&keyring, &one), provided.save(&keyring, &other));
    assert!(outcomes.0.is_ok() ^ outcomes.1.is_ok(), "{outcomes:?}");
}

#[test]
fn nothing_of_it_asks_for_a_single_thread() {
    fn is_send(_: impl Send) {}
    let (_folder, file, provided) = doors();
    let keyring = eventful_keyring();
    is_send(provided.create(&keyring));
    is_send(provided.load::<SealingKey>());
    is_send(provided.save(&keyring, &keyring));
    let _kek: Arc<dyn KeyEncryptionKey> = file.kek;
}
