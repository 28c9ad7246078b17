//! Notes: rich ones as their author wrote them, private ones sealed.

use bartizan::core::{Context, Seal};
use bartizan::validate::{BoundedString, HttpsUrl, TextLine};
use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::previews::Title;

/// The most notes that a user has.
const MAX_PER_USER: i64 = 1_000;

/// The longest text of a note.
const MAX_BODY_BYTES: usize = 32 * 1024;

/// What a note says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Text {
    pub(crate) title: TextLine<1, 120>,
    /// HTML as it was typed when the note is rich: to be sanitized wherever it is shown.
    pub(crate) body: Body,
    pub(crate) link: Option<HttpsUrl>,
}

/// Kept as it was typed, whatever that was.
pub(crate) type Body = BoundedString<0, MAX_BODY_BYTES, MAX_BODY_BYTES>;

/// How a note is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    #[default]
    Rich,
    Private,
}

/// A note, opened.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) text: Text,
    /// The title of the page that the link of a rich note leads to.
    pub(crate) preview: Option<Title>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// The notes of one user: no query here forgets whose they are.
pub(crate) struct Notes<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    pub(crate) seal: &'a dyn Seal,
    pub(crate) user_id: i64,
}

impl Notes<'_> {
    /// All notes, the one changed last first, rich ones without their text.
    pub(crate) fn list(&self) -> Result<Vec<Note>, Error> {
        let sql = "SELECT id, title, '', link, preview, sealed, created_at, updated_at FROM notes
                   WHERE user_id = ?1 ORDER BY updated_at DESC, id DESC";
        let mut statement = self.tx.prepare_cached(sql)?;
        let rows = statement.query_map([self.user_id], Stored::read)?;
        rows.map(|stored| self.open(stored?)).collect()
    }

    /// The rich notes that were changed last, as many as `max`.
    pub(crate) fn latest_rich(&self, max: u32) -> Result<Vec<Note>, Error> {
        let sql = "SELECT id, title, body, link, preview, sealed, created_at, updated_at
                   FROM notes
                   WHERE user_id = ?1 AND sealed IS NULL
                   ORDER BY updated_at DESC, id DESC LIMIT ?2";
        let mut statement = self.tx.prepare_cached(sql)?;
        let rows = statement.query_map((self.user_id, max), Stored::read)?;
        rows.map(|stored| self.open(stored?)).collect()
    }

    pub(crate) fn get(&self, id: i64) -> Result<Note, Error> {
        let sql = "SELECT id, title, body, link, preview, sealed, created_at, updated_at
                   FROM notes
                   WHERE user_id = ?1 AND id = ?2";
        let stored = self.tx.query_row(sql, [self.user_id, id], Stored::read).optional()?;
        self.open(stored.ok_or(Error::NotFound)?)
    }

    /// Stores a new note, and returns its id.
    pub(crate) fn insert(&self, kind: Kind, text: &Text, now: i64) -> Result<i64, Error> {
        let sql = "SELECT count(*) FROM notes WHERE user_id = ?1";
        let count: i64 = self.tx.query_row(sql, [self.user_id], |row| row.get(0))?;
        if count >= MAX_PER_USER {
            return Err(Error::TooManyNotes);
        }
        // A sealed note is bound to the id of its row, which is known once there is a row.
        let sql = "INSERT INTO notes (user_id, title, body, created_at, updated_at)
                   VALUES (?1, '', '', ?2, ?2)";
        let _rows = self.tx.execute(sql, [self.user_id, now])?;
        let id = self.tx.last_insert_rowid();
        self.write(id, kind, text)?;
        Ok(id)
    }

    /// Replaces what a note says. Its kind, which is returned, stays.
    pub(crate) fn update(&self, id: i64, text: &Text, now: i64) -> Result<Kind, Error> {
        let sql = "UPDATE notes SET updated_at = ?3 WHERE user_id = ?1 AND id = ?2
                   RETURNING sealed IS NOT NULL";
        let is_private = self.tx.query_row(sql, [self.user_id, id, now], |row| row.get(0));
        let is_private: bool = is_private.optional()?.ok_or(Error::NotFound)?;
        let kind = if is_private { Kind::Private } else { Kind::Rich };
        self.write(id, kind, text)?;
        Ok(kind)
    }

    pub(crate) fn delete(&self, id: i64) -> Result<(), Error> {
        let sql = "DELETE FROM notes WHERE user_id = ?1 AND id = ?2";
        match self.tx.execute(sql, [self.user_id, id])? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    /// Keeps the title of the page that a note leads to, unless it leads elsewhere by now.
    pub(crate) fn set_preview(&self, id: i64, link: &HttpsUrl, title: &Title) -> Result<(), Error> {
        let sql = "UPDATE notes SET preview = ?4 WHERE user_id = ?1 AND id = ?2 AND link = ?3";
        let _rows = self.tx.execute(sql, (self.user_id, id, link.as_str(), title.as_str()))?;
        Ok(())
    }

    fn write(&self, id: i64, kind: Kind, text: &Text) -> Result<(), Error> {
        let sql = "UPDATE notes SET title = ?2, body = ?3, link = ?4, preview = NULL, sealed = ?5
                   WHERE id = ?1";
        let _rows = match kind {
            Kind::Rich => {
                let link = text.link.as_ref().map(HttpsUrl::as_str);
                let (title, body) = (text.title.as_str(), text.body.as_str());
                self.tx.execute(sql, (id, title, body, link, None::<Vec<u8>>))?
            }
            Kind::Private => {
                let plain = serde_json::to_vec(text).map_err(Error::machine)?;
                let sealed = self.seal.seal(&self.context(id), &plain)?;
                self.tx
                    .execute(sql, (id, None::<&str>, None::<&str>, None::<&str>, Some(sealed)))?
            }
        };
        Ok(())
    }

    fn open(&self, stored: Stored) -> Result<Note, Error> {
        let (kind, text) = match stored.content {
            Content::Plain(title, body, link) => (Kind::Rich, plain(title, body, link)?),
            Content::Sealed(sealed) => {
                let plain = self.seal.open(&self.context(stored.id), &sealed)?;
                let text = serde_json::from_slice(plain.expose()).map_err(Error::machine)?;
                (Kind::Private, text)
            }
        };
        let Stored { id, preview, created_at, updated_at, .. } = stored;
        let preview = preview.map(Title::try_from).transpose().map_err(Error::machine)?;
        Ok(Note { id, kind, text, preview, created_at, updated_at })
    }

    /// A sealed note opens for its user and in its row only.
    fn context(&self, id: i64) -> Context {
        Context::of("notes.sealed").bind(self.user_id.to_be_bytes()).bind(id.to_be_bytes())
    }
}

/// What is stored was checked when it came in; what does not hold any more is damage.
fn plain(title: String, body: String, link: Option<String>) -> Result<Text, Error> {
    let title = TextLine::try_from(title).map_err(Error::machine)?;
    let body = Body::try_from(body).map_err(Error::machine)?;
    let link = link.map(HttpsUrl::try_from).transpose().map_err(Error::machine)?;
    Ok(Text { title, body, link })
}

struct Stored {
    id: i64,
    content: Content,
    preview: Option<String>,
    created_at: i64,
    updated_at: i64,
}

enum Content {
    /// Title, body and link.
    Plain(String, String, Option<String>),
    Sealed(Vec<u8>),
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let content = match row.get(5)? {
            Some(sealed) => Content::Sealed(sealed),
            None => Content::Plain(row.get(1)?, row.get(2)?, row.get(3)?),
        };
        Ok(Self {
            id: row.get(0)?,
            content,
            preview: row.get(4)?,
            created_at: row.get(6)?,
            updated_at: row.get(7)?,
        })
    }
}
