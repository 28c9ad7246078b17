//! Streams and files, sealed at the speed of the cipher: [Cobblestone-256], the chunked encryption
//! of C2SP with AES-256-GCM and SHA-512.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | `0x12`: format 1, kind 2, a stream sealed under the key itself |
//! | 4 | key id, most significant byte first |
//! | 24 | salt, drawn anew for every stream |
//! | 32 | commitment to key, salt, the five bytes in front and the context |
//! | 16,400 each | chunks: 16,384 bytes of ciphertext, and a tag of 16 |
//! | 16 to 16,399 | the last chunk, which is shorter and may hold nothing |
//!
//! What follows the first five bytes is a Cobblestone-256 message, whose context is those five
//! bytes and then the caller's; [`Streams::bare`] leaves them out, so that other implementations
//! read and write the same files. How the key is kept or wrapped is no part of a stream: wrapping
//! it anew changes no byte.
//!
//! Whoever cuts, extends, reorders, doubles or swaps chunks is found out. What comes out of a
//! reader was authenticated before, but only the end of the stream says that it was the whole:
//! `Ok(0)` comes after the last chunk and never before.
//!
//! Plaintext is not wiped from the buffers that it went through; keys are, see [`StreamKey`].
//!
//! ```
//! use std::io::{Read as _, Write as _};
//!
//! use bartizan_core::{Context, KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
//! use bartizan_envelope::stream::{StreamKey, Streams};
//!
//! let random = SystemRandom::new();
//! let generator = KeyGenerator::new(&random, StreamKey::generate);
//! let streams = Streams::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?));
//! let context = Context::of("attachment").bind("alice").bind("7");
//!
//! let mut writer = streams.seal_writer(&context, Vec::new())?;
//! writer.write_all(b"a long story")?;
//! let sealed = writer.finish()?; // without it, the stream does not open as a whole
//!
//! let mut story = String::new();
//! let _len = streams.open_reader(&context, &sealed[..])?.read_to_string(&mut story)?;
//! assert_eq!(story, "a long story");
//!
//! // A stream that was cut: an error, at the latest where the end is missing.
//! let cut = &sealed[..sealed.len() - 1];
//! assert!(streams.open_reader(&context, cut)?.read_to_string(&mut story).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [Cobblestone-256]: https://c2sp.org/chunked-encryption

mod buffer;
mod cipher;
mod error;
mod header;
mod key;
mod layout;
mod open_reader;
mod opening;
mod parallel;
mod seal_writer;
mod sealing;
mod seek_reader;
mod streams;
#[cfg(test)]
mod tests;
#[cfg(feature = "tokio")]
mod tokio;
mod whole;

pub use self::buffer::ChunkBuffer;
pub use self::cipher::Backend;
pub use self::error::StreamError;
pub use self::key::StreamKey;
pub use self::layout::CHUNK_LEN;
pub use self::open_reader::OpenReader;
pub use self::seal_writer::SealWriter;
pub use self::seek_reader::SeekReader;
pub use self::streams::Streams;
#[cfg(feature = "tokio")]
pub use self::tokio::{AsyncOpenReader, AsyncSealWriter};
