//! Who is signed in, and how far.

use bartizan::core::UnixTime;
use rusqlite::{OptionalExtension as _, Transaction};

use super::{from_sql, to_sql};
use crate::error::Error;

/// A session ends this long after it began,
const MAX_AGE_SECS: u64 = 12 * 60 * 60;
/// or this long after it was last used,
const MAX_IDLE_SECS: u64 = 30 * 60;
/// and one that waits for a second factor ends sooner.
const MAX_HALF_AGE_SECS: u64 = 10 * 60;
/// Use is written down this seldom: each time costs a write to the disk.
const TOUCH_AFTER_SECS: u64 = 60;
/// The oldest sessions of a user go when there are more.
const MAX_PER_USER: i64 = 20;

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The password was right, and a second factor is still to come. This gives no access.
    Half,
    /// The password was right, and the account has no second factor.
    Password,
    /// Both factors were right.
    TwoFactor,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::Password => "password",
            Self::TwoFactor => "two-factor",
        }
    }

    /// A name that the schema does not allow gives no access.
    fn from_name(name: &str) -> Self {
        match name {
            "password" => Self::Password,
            "two-factor" => Self::TwoFactor,
            _ => Self::Half,
        }
    }
}

/// A session that has not ended.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) user_id: i64,
    pub(crate) username: String,
    pub(crate) is_operator: bool,
    pub(crate) has_second_factor: bool,
    pub(crate) has_avatar: bool,
    pub(crate) stage: Stage,
}

pub(crate) fn insert(
    tx: &Transaction<'_>,
    digest: &[u8; 32],
    (user_id, stage): (i64, Stage),
    now: UnixTime,
) -> Result<(), Error> {
    let _rows = tx.execute(
        "INSERT INTO sessions (digest, user_id, stage, created_at, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?4)",
        (digest, user_id, stage.name(), to_sql(now)),
    )?;
    let _rows = tx.execute(
        // The new one stays, however many others were seen in this very second.
        "DELETE FROM sessions WHERE user_id = ?1 AND digest NOT IN (
             SELECT digest FROM sessions WHERE user_id = ?1
             ORDER BY digest = ?3 DESC, seen_at DESC LIMIT ?2)",
        (user_id, MAX_PER_USER, digest),
    )?;
    Ok(())
}

/// Finds a session that has not ended, and notes that it was used.
pub(crate) fn find(
    tx: &Transaction<'_>,
    digest: &[u8; 32],
    now: UnixTime,
) -> Result<Option<Found>, Error> {
    let sql = "SELECT sessions.user_id, username, users.id = (SELECT min(id) FROM users),
                      EXISTS (SELECT 1 FROM authenticators AS own
                              WHERE own.user_id = users.id AND is_confirmed = 1),
                      EXISTS (SELECT 1 FROM avatars WHERE avatars.user_id = users.id),
                      stage, sessions.created_at, seen_at
               FROM sessions JOIN users ON users.id = sessions.user_id WHERE digest = ?1";
    let row = tx.query_row(sql, [digest], |row| {
        let found = Found {
            user_id: row.get(0)?,
            username: row.get(1)?,
            is_operator: row.get(2)?,
            has_second_factor: row.get(3)?,
            has_avatar: row.get(4)?,
            stage: Stage::from_name(&row.get::<_, String>(5)?),
        };
        Ok((found, from_sql(row.get(6)?), from_sql(row.get(7)?)))
    });
    let Some((found, created_at, seen_at)) = row.optional()? else { return Ok(None) };
    let max_age = if found.stage == Stage::Half { MAX_HALF_AGE_SECS } else { MAX_AGE_SECS };
    // A clock that was set back ends no session.
    let age = now.secs_since(created_at).unwrap_or(0);
    let idle = now.secs_since(seen_at).unwrap_or(0);
    if age >= max_age || idle >= MAX_IDLE_SECS {
        delete(tx, digest)?;
        return Ok(None);
    }
    if idle >= TOUCH_AFTER_SECS {
        let sql = "UPDATE sessions SET seen_at = ?2 WHERE digest = ?1";
        let _rows = tx.execute(sql, (digest, to_sql(now)))?;
    }
    Ok(Some(found))
}

pub(crate) fn delete(tx: &Transaction<'_>, digest: &[u8; 32]) -> Result<(), Error> {
    let _rows = tx.execute("DELETE FROM sessions WHERE digest = ?1", [digest])?;
    Ok(())
}

pub(crate) fn delete_all(tx: &Transaction<'_>, user_id: i64) -> Result<(), Error> {
    let _rows = tx.execute("DELETE FROM sessions WHERE user_id = ?1", [user_id])?;
    Ok(())
}

/// Keeps the request that sent a code to the user's address.
pub(crate) fn set_address_request(
    tx: &Transaction<'_>,
    digest: &[u8; 32],
    request: &str,
) -> Result<(), Error> {
    let sql = "UPDATE sessions SET address_request = ?2 WHERE digest = ?1";
    let _rows = tx.execute(sql, (digest, request))?;
    Ok(())
}

pub(crate) fn address_request(
    tx: &Transaction<'_>,
    digest: &[u8; 32],
) -> Result<Option<String>, Error> {
    let sql = "SELECT address_request FROM sessions WHERE digest = ?1";
    Ok(tx.query_row(sql, [digest], |row| row.get(0)).optional()?.flatten())
}

pub(crate) fn delete_ended(tx: &Transaction<'_>, now: UnixTime) -> Result<(), Error> {
    let created_before = to_sql(now.saturating_sub_secs(MAX_AGE_SECS));
    let seen_before = to_sql(now.saturating_sub_secs(MAX_IDLE_SECS));
    let _rows = tx.execute(
        "DELETE FROM sessions WHERE created_at <= ?1 OR seen_at <= ?2",
        (created_before, seen_before),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    const DIGEST: [u8; 32] = [7; 32];

    /// Some day.
    fn at(secs: u64) -> UnixTime {
        UnixTime::from_secs(1_700_000_000).saturating_add_secs(secs)
    }

    fn with_session(stage: Stage, check: impl FnOnce(&Transaction<'_>)) {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("schema.sql")).unwrap();
        let tx = connection.transaction().unwrap();
        let _rows = tx
            .execute(
                "INSERT INTO users (username, email, password_hash, created_at)
                      VALUES ('a', 'e', 'h', 0)",
                [],
            )
            .unwrap();
        insert(&tx, &DIGEST, (1, stage), at(0)).unwrap();
        check(&tx);
    }

    fn is_found(tx: &Transaction<'_>, secs: u64) -> bool {
        find(tx, &DIGEST, at(secs)).unwrap().is_some()
    }

    #[test]
    fn a_session_ends_when_it_is_idle() {
        with_session(Stage::Password, |tx| {
            assert!(is_found(tx, 1_799), "which is also a use");
            assert!(is_found(tx, 1_799 + 1_799));
            assert!(!is_found(tx, 1_799 + 1_799 + 1_800));
            assert!(!is_found(tx, 1_799 + 1_799), "it does not come back");
        });
    }

    #[test]
    fn a_session_ends_however_much_it_is_used() {
        with_session(Stage::TwoFactor, |tx| {
            for minute in (0..12 * 60).step_by(20) {
                assert!(is_found(tx, minute * 60));
            }
            assert!(is_found(tx, 12 * 3_600 - 1));
            assert!(!is_found(tx, 12 * 3_600));
        });
    }

    #[test]
    fn half_a_session_ends_sooner() {
        with_session(Stage::Half, |tx| {
            assert!(is_found(tx, 599));
            assert!(!is_found(tx, 600));
        });
    }

    #[test]
    fn a_user_has_a_bounded_number_of_sessions() {
        with_session(Stage::Password, |tx| {
            for number in 10..40_u8 {
                let now = at(number.into());
                insert(tx, &[number; 32], (1, Stage::Password), now).unwrap();
            }
            let count = tx.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0));
            assert_eq!(count, Ok(MAX_PER_USER));
            assert!(!is_found(tx, 40), "the oldest went first");
        });
    }

    #[test]
    fn a_new_session_stays_however_many_were_seen_in_the_same_second() {
        with_session(Stage::Password, |tx| {
            for number in (10..200_u8).rev() {
                insert(tx, &[number; 32], (1, Stage::Password), at(0)).unwrap();
                assert!(find(tx, &[number; 32], at(0)).unwrap().is_some(), "the one just begun");
            }
        });
    }

    #[test]
    fn ended_sessions_are_swept() {
        with_session(Stage::Password, |tx| {
            delete_ended(tx, at(1_799)).unwrap();
            assert!(is_found(tx, 1));
            delete_ended(tx, at(1_800)).unwrap();
            assert!(!is_found(tx, 1));
        });
    }
}
