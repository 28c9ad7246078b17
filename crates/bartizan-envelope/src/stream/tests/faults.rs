//! Readers and writers that fail, and programs that stop too early.

use super::*;

/// An unfinished writer has written whole chunks alone, which are no stream.
#[test]
fn what_was_not_finished_does_not_open() {
    for len in LENS {
        let (plaintext, mut unfinished) = (text(len), Vec::new());
        let mut writer = streams().seal_writer(&context(), &mut unfinished).unwrap();
        writer.write_all(&plaintext).unwrap();
        writer.flush().unwrap();
        drop(writer);
        assert_eq!((unfinished.len() - 61) % SLOT_LEN, 0, "{len}");
        let opened = opened_every_way(&streams(), &unfinished, &plaintext);
        assert_eq!(opened, Err(StreamError::Truncated), "{len}");
    }
}

#[cfg(feature = "tokio")]
#[test]
fn shutting_down_does_not_finish() {
    use tokio_io::io::AsyncWriteExt as _;

    let mut unfinished = Vec::new();
    block_on(async {
        let mut writer = streams().seal_async_writer(&context(), &mut unfinished).unwrap();
        writer.write_all(b"buy milk").await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let opened = opened_every_way(&streams(), &unfinished, b"buy milk");
    assert_eq!(opened, Err(StreamError::Truncated));
}

/// Gives and takes a few bytes at a time, and is interrupted or, until it was flushed, not ready
/// in between.
#[derive(Debug)]
struct Halting<T> {
    inner: T,
    turn: usize,
    is_flushed: bool,
}

impl<T> Halting<T> {
    fn new(inner: T) -> Self {
        Self { inner, turn: 0, is_flushed: false }
    }

    fn allowed(&mut self, len: usize) -> io::Result<usize> {
        self.turn += 1;
        match self.turn % 5 {
            1 => Err(io::ErrorKind::Interrupted.into()),
            3 if !self.is_flushed => Err(io::ErrorKind::WouldBlock.into()),
            turn => Ok(len.min(turn * 3_001 + 1)),
        }
    }
}

impl<R: Read> Read for Halting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.allowed(out.len())?;
        self.inner.read(&mut out[..len])
    }
}

impl<W: io::Write> io::Write for Halting<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let len = self.allowed(data.len())?;
        self.inner.write(&data[..len])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.is_flushed = true;
        self.inner.flush()
    }
}

#[test]
fn a_reader_that_halts_is_read_on() {
    let plaintext = text(9 * CHUNK_LEN + 77);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    for piece in [700, 3 * CHUNK_LEN] {
        // The header is read at once, so there the reader must not have to wait.
        let (head, rest) = sealed.split_at(61);
        let inner = head.chain(Halting::new(rest));
        let mut reader = streams().open_reader(&context(), inner).unwrap();
        let (mut all, mut out) = (Vec::<u8>::new(), vec![0; piece]);
        loop {
            match reader.read(&mut out) {
                Ok(0) => break,
                Ok(len) => all.extend(&out[..len]),
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
        assert!(all == plaintext, "{piece}");
    }
}

#[test]
fn a_writer_that_halts_is_written_on() {
    let plaintext = text(9 * CHUNK_LEN + 77);
    let inner = Halting::new(Vec::new());
    let mut writer = streams().seal_writer(&context(), inner).unwrap();
    let mut rest = &plaintext[..];
    while !rest.is_empty() {
        match writer.write(&rest[..rest.len().min(20_001)]) {
            Ok(0) => panic!("it takes nothing"),
            Ok(len) => rest = &rest[len..],
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
    while writer.flush().is_err() {}
    let sealed = writer.finish().unwrap().inner;
    assert_eq!(streams().open(&context(), &sealed).unwrap(), plaintext);
}

#[test]
fn errors_of_the_disk_are_not_those_of_a_stream() {
    #[derive(Debug)]
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    impl io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Ok(0)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let sealed = streams().seal(&context(), &text(50_000)).unwrap();
    let error = streams().open_reader(&context(), Broken).unwrap_err();
    assert_eq!((error.kind(), StreamError::of(&error)), (io::ErrorKind::ConnectionReset, None));

    let mut reader = streams().open_reader(&context(), sealed[..20_000].chain(Broken)).unwrap();
    let (mut all, error) = (Vec::new(), io::ErrorKind::ConnectionReset);
    assert_eq!(reader.read_to_end(&mut all).unwrap_err().kind(), error);
    assert_eq!(all, text(CHUNK_LEN), "what was authentic before");

    let writer = streams().seal_writer(&context(), Broken).unwrap();
    assert_eq!(writer.finish().err().unwrap().kind(), io::ErrorKind::WriteZero);
}

/// A file that became shorter while it was read.
#[test]
fn a_seekable_stream_that_shrinks_is_truncated() {
    let sealed = streams().seal(&context(), &text(50_000)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stream");
    std::fs::write(&path, &sealed).unwrap();
    let file = std::fs::File::options().read(true).write(true).open(&path).unwrap();
    let other = file.try_clone().unwrap();
    let mut reader = streams().open_seekable(&context(), file).unwrap();
    other.set_len(20_000).unwrap();
    assert_eq!(reader.read_chunk(0).unwrap(), text(CHUNK_LEN));
    for number in 1..4 {
        let error = reader.read_chunk(number).unwrap_err();
        assert_eq!(StreamError::of(&error), Some(StreamError::Truncated), "{number}");
    }
}
