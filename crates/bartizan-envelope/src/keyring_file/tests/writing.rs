//! Writers that race, that are late, and that die.

use std::sync::Barrier;
use std::thread;

use bartizan_core::RandomUnavailable;

use super::*;

#[test]
fn an_existing_file_is_never_replaced_by_a_new_one() {
    let (_folder, file) = place();
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::NotFound));
    fs::write(file.path(), "precious").unwrap();
    assert_eq!(file.create(&eventful_keyring()), Err(KeyringFileError::AlreadyExists));
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::Damaged));
    let keyring = eventful_keyring();
    assert_eq!(file.save(&keyring, &keyring), Err(KeyringFileError::Damaged));
    assert_eq!(fs::read(file.path()).unwrap(), b"precious");
}

#[test]
fn of_many_that_create_at_once_one_does() {
    let (_folder, file) = place();
    let barrier = Barrier::new(8);
    let created: Vec<_> = thread::scope(|scope| {
        let create = || {
            let keyring = Keyring::create(NOW, &generator()).unwrap();
            let _waited = barrier.wait();
            file.create(&keyring).map(|()| keyring)
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let winners: Vec<_> = created.iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_same(&file.load().unwrap(), winners[0]);
    for refused in created.iter().filter_map(|created| created.as_ref().err()) {
        assert_eq!(*refused, KeyringFileError::AlreadyExists);
    }
}

#[test]
fn of_many_that_save_at_once_one_does() {
    let (_folder, file) = place();
    file.create(&Keyring::create(NOW, &generator()).unwrap()).unwrap();
    for generation in 1..=5 {
        let current = file.load::<SealingKey>().unwrap();
        assert_eq!(current.generation(), generation);
        let barrier = Barrier::new(8);
        let won = thread::scope(|scope| {
            let save = || {
                let next = current.rotate(NOW, &generator()).unwrap().into_keyring();
                let _waited = barrier.wait();
                file.save(&current, &next)
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(save)).collect();
            let saved = threads.into_iter().map(|thread| thread.join().unwrap());
            saved.flatten().count()
        });
        assert_eq!(won, 1);
    }
}

#[test]
fn only_what_the_file_holds_is_replaced() {
    let (_folder, file) = place();
    let first = Keyring::create(NOW, &generator()).unwrap();
    let rotate = |keyring: &Keyring<_>| keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    let (second, other_second) = (rotate(&first), rotate(&first));
    let third_of_other = rotate(&other_second);
    assert_eq!(file.save(&first, &second), Err(KeyringFileError::NotFound));
    file.create(&first).unwrap();

    let conflict = |on_disk, expected| Err(KeyringFileError::Conflict { on_disk, expected });
    assert_eq!(file.save(&second, &rotate(&second)), conflict(1, 2));
    file.save(&first, &second).unwrap();
    assert_eq!(file.save(&first, &other_second), conflict(2, 1));
    // The same number, but not the same keys.
    assert_eq!(file.save(&other_second, &third_of_other), conflict(2, 2));
    // Backwards, or sideways.
    assert_eq!(file.save(&second, &first), conflict(2, 2));
    assert_eq!(file.save(&second, &other_second), conflict(2, 2));
    assert_same(&file.load().unwrap(), &second);

    let before = fs::read(file.path()).unwrap();
    assert_eq!(file.save(&second, &second), Ok(()));
    assert_eq!(fs::read(file.path()).unwrap(), before, "nothing changed, nothing is written");
}

#[test]
fn an_old_copy_is_noticed() {
    let (_folder, file) = place();
    let first = Keyring::create(NOW, &generator()).unwrap();
    file.create(&first).unwrap();
    let old = fs::read(file.path()).unwrap();
    let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
    file.save(&first, &second).unwrap();
    fs::write(file.path(), old).unwrap();
    let older = KeyringFileError::OlderThanExpected { on_disk: 1, expected: 2 };
    assert_eq!(file.load_at_least::<SealingKey>(2).err(), Some(older));
    assert_eq!(file.load_at_least::<SealingKey>(1).unwrap().generation(), 1);
    let third = second.rotate(NOW, &generator()).unwrap().into_keyring();
    let conflict = KeyringFileError::Conflict { on_disk: 1, expected: 2 };
    assert_eq!(file.save(&second, &third), Err(conflict));
}

/// What a killed process leaves: half of a new file, or, killed while creating, a second name of
/// the file itself.
#[test]
fn what_a_crash_left_behind_does_not_disturb() {
    let (folder, file) = place();
    let left_behind = folder.path().join("keyring.new");
    fs::write(&left_behind, "{\"version\": 1, \"purp").unwrap();
    let first = Keyring::create(NOW, &generator()).unwrap();
    file.create(&first).unwrap();
    assert!(!left_behind.exists());

    fs::hard_link(file.path(), &left_behind).unwrap();
    assert_same(&file.load().unwrap(), &first);
    let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
    file.save(&first, &second).unwrap();
    assert_same(&file.load().unwrap(), &second);
    assert!(!left_behind.exists());
}

#[test]
fn without_randomness_nothing_is_written() {
    #[derive(Debug)]
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let (_folder, file) = place();
    let first = Keyring::create(NOW, &generator()).unwrap();
    file.create(&first).unwrap();
    let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
    let broken = file.clone().with_random(Arc::new(Broken));
    assert_eq!(broken.save(&first, &second), Err(KeyringFileError::Unavailable));
    assert_same(&file.load().unwrap(), &first);
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_are_owner_only() {
        let (folder, file) = place();
        let first = Keyring::create(NOW, &generator()).unwrap();
        file.create(&first).unwrap();
        assert_eq!(mode(file.path()), 0o600);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
        file.save(&first, &second).unwrap();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let (folder, file) = place();
        let folder = KeyringFile { path: folder.path().to_owned(), ..file };
        let refused = KeyringFileError::Io(io::ErrorKind::InvalidInput);
        assert_eq!(folder.load::<SealingKey>().err(), Some(refused));
    }
}
