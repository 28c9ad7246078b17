//! After a rotation of the pepper every stored password hash is sealed again, without anybody
//! logging in.

use std::io::{self, Write as _};

use bartizan::core::SystemRandom;
use bartizan::password::{Pepper, SealedHash, StoredLimits};
use rusqlite::Transaction;

use crate::db::{Db, users};
use crate::error::Error;

/// So many in one transaction: others come in between.
const BATCH: usize = 200;

/// Seals every hash that is not under the primary key. Cut short, it is taken up again at the next
/// start, or for each user at the next login.
pub(crate) async fn all(pepper: &Pepper, db: &Db) -> Result<(), Error> {
    let (mut after, mut count) = (Some(0), 0_usize);
    while let Some(from) = after {
        let pepper = pepper.clone();
        let (last, resealed) = db.run(move |tx| batch(tx, &pepper, from)).await?;
        after = last;
        count = count.saturating_add(resealed);
    }
    if count > 0 {
        let line = format!("{count} password hashes are sealed under the new pepper now\n");
        // Nothing is left to be done when standard error is closed.
        let _ = io::stderr().write_all(line.as_bytes());
    }
    Ok(())
}

/// Returns where to go on, if there may be more, and how many were sealed again.
fn batch(tx: &Transaction<'_>, pepper: &Pepper, after: i64) -> Result<(Option<i64>, usize), Error> {
    let rows = users::password_hashes(tx, after, BATCH)?;
    let mut resealed = 0_usize;
    for (id, before) in &rows {
        let sealed = SealedHash::parse(before, &StoredLimits::default()).map_err(Error::machine)?;
        let renewed = pepper.reseal(&sealed, id.to_be_bytes(), &SystemRandom::new());
        if let Some(renewed) = renewed.map_err(Error::machine)? {
            users::swap_password_hash(tx, *id, before, renewed.as_str())?;
            resealed = resealed.saturating_add(1);
        }
    }
    let last = rows.last().filter(|_| rows.len() == BATCH).map(|(id, _)| *id);
    Ok((last, resealed))
}

#[cfg(test)]
mod tests {
    use bartizan::core::{KeyGenerator, Keyring, SharedKeyring, UnixTime};
    use bartizan::password::{PepperKey, StoredHash};

    use super::*;
    use crate::db::users::NewUser;
    use crate::passwords;

    const USERS: usize = 2 * BATCH + 1;
    const HASH: &str =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    async fn rows(db: &Db) -> Vec<(i64, SealedHash)> {
        let rows = db.run(|tx| users::password_hashes(tx, 0, USERS + 1)).await.unwrap();
        rows.into_iter().map(|(id, row)| (id, row.parse().unwrap())).collect()
    }

    #[tokio::test]
    async fn every_hash_is_sealed_again_without_a_login() {
        let (folder, random) = (tempfile::tempdir().unwrap(), SystemRandom::new());
        let path = folder.path().join("notebook.db");
        Db::create(&path).unwrap();
        let db = Db::open(&path).unwrap();
        let generator = KeyGenerator::new(&random, PepperKey::generate);
        let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
        let pepper = Pepper::new(keys.clone());
        let sealing = pepper.clone();
        let sign_up = move |tx: &Transaction<'_>| {
            let hash: StoredHash = HASH.parse().unwrap();
            for number in 0..USERS {
                let (username, email) = (format!("user{number}"), String::new());
                let user = NewUser { username, email, created_at: 0 };
                assert!(users::insert(tx, &user, |id| passwords::seal(&sealing, &hash, id))?);
            }
            Ok(())
        };
        db.run(sign_up).await.unwrap();
        let before = rows(&db).await;
        assert_eq!(before.len(), USERS);
        all(&pepper, &db).await.unwrap();
        let untouched = rows(&db).await;
        assert!(before.iter().zip(&untouched).all(|(a, b)| a.1.as_str() == b.1.as_str()));

        let rotated = keys.snapshot().rotate(UnixTime::EPOCH, &generator).unwrap();
        keys.replace(rotated.into_keyring()).unwrap();
        all(&pepper, &db).await.unwrap();
        let primary = keys.snapshot().primary().0;
        for (id, sealed) in rows(&db).await {
            assert_eq!(sealed.key_id(), primary);
            assert_eq!(passwords::open(&pepper, sealed.as_str(), id).unwrap().as_str(), HASH);
        }
    }
}
