//! What is not exactly what was sealed does not open, whichever way it is opened.

use bartizan_core::KeyRefused;

use super::*;

fn refused(sealed: &[u8], plaintext: &[u8]) -> StreamError {
    opened_every_way(&streams(), sealed, plaintext).unwrap_err()
}

/// asvs: V11.3.3, of every byte of a header, of chunks and of tags.
#[test]
fn every_flipped_bit_is_refused() {
    let sealed = streams().seal(&context(), b"buy milk").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => StreamError::Malformed,
            1..5 => StreamError::Key(KeyRefused::Unknown),
            _ => StreamError::Forged,
        };
        assert_eq!(refused(&flipped, b"buy milk"), expected, "bit {bit}");
    }
}

#[test]
fn a_flipped_bit_in_any_chunk_is_refused() {
    let plaintext = text(3 * CHUNK_LEN + 5);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    for byte in [61, 61 + 16_390, 61 + SLOT_LEN, 61 + 2 * SLOT_LEN + 9, sealed.len() - 1] {
        let mut flipped = sealed.clone();
        flipped[byte] ^= 0x80;
        assert_eq!(refused(&flipped, &plaintext), StreamError::Forged, "byte {byte}");
    }
}

/// asvs: V11.3.3, of the end: a small stream at every byte, and one of two chunks around their
/// ends.
#[test]
fn every_truncation_is_refused() {
    let sealed = streams().seal(&context(), b"buy milk").unwrap();
    for len in 0..sealed.len() {
        let expected = if len < 61 + 16 { StreamError::Truncated } else { StreamError::Forged };
        assert_eq!(refused(&sealed[..len], b"buy milk"), expected, "{len}");
    }

    let plaintext = text(2 * CHUNK_LEN);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    for (len, expected) in [
        (61 + 2 * SLOT_LEN + 15, StreamError::Truncated),
        (61 + 2 * SLOT_LEN, StreamError::Truncated),
        (61 + 2 * SLOT_LEN - 1, StreamError::Forged),
        (61 + SLOT_LEN + 16, StreamError::Forged),
        (61 + SLOT_LEN + 15, StreamError::Truncated),
        (61 + SLOT_LEN, StreamError::Truncated),
        (61 + SLOT_LEN - 1, StreamError::Forged),
    ] {
        assert_eq!(refused(&sealed[..len], &plaintext), expected, "{len}");
    }
}

#[test]
fn every_extension_is_refused() {
    for len in [8, CHUNK_LEN, CHUNK_LEN + 8] {
        let sealed = streams().seal(&context(), &text(len)).unwrap();
        for more in [1, 15, 16, 17, SLOT_LEN - 24, SLOT_LEN - 8, SLOT_LEN, 2 * SLOT_LEN] {
            let extended = [&sealed[..], &vec![0; more]].concat();
            let error = opened_every_way_but_readers(&extended).unwrap_err();
            assert!(matches!(error, StreamError::Forged | StreamError::Truncated), "{more}");
            let reader = streams().open_reader(&context(), &extended[..]);
            assert!(read_all(reader, 700, &text(len)).is_err(), "{more}");
        }
        // Its own last chunk once more.
        let last = 61 + (len / CHUNK_LEN) * SLOT_LEN;
        let doubled = [&sealed[..], &sealed[last..]].concat();
        assert!(opened_every_way_but_readers(&doubled).is_err());
    }
}

/// A reader that begins at the front may meet another fault first.
fn opened_every_way_but_readers(sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
    let opened = streams().open(&context(), sealed);
    let in_place = streams().open_in_place(&context(), sealed.to_vec());
    assert_eq!(in_place.map(ChunkBuffer::into_vec), opened);
    opened
}

/// asvs: V11.3.3, of chunk order and the end marker.
#[test]
fn chunks_in_another_order_are_refused() {
    let plaintext = text(3 * CHUNK_LEN + 5);
    let sealed = streams().seal(&context(), &plaintext).unwrap();
    let (header, body) = sealed.split_at(61);
    let slots: Vec<_> = body.chunks(SLOT_LEN).collect();
    let (a, b, c, end) = (slots[0], slots[1], slots[2], slots[3]);
    for order in [
        &[b, a, c, end][..],
        &[a, c, b, end],
        &[a, a, c, end],
        &[a, b, end],
        &[a, c, end],
        &[b, c, end],
        &[a, b, c, c, end],
        &[end],
        &[],
        &[a, b, c],
    ] {
        let spliced = [header, &order.concat()].concat();
        let expected =
            if order.last() == Some(&end) { StreamError::Forged } else { StreamError::Truncated };
        assert_eq!(refused(&spliced, &plaintext), expected);
    }
    assert!(opened_every_way(&streams(), &sealed, &plaintext).is_ok());
}

/// asvs: V11.3.3, of two messages under one key and context.
#[test]
fn splices_of_two_streams_are_refused() {
    let (first, second) = (text(CHUNK_LEN + 5), vec![7; CHUNK_LEN + 5]);
    let sealed = [&first, &second].map(|text| streams().seal(&context(), text).unwrap());
    for at in [5, 29, 30, 60, 61, 61 + 8_000, 61 + SLOT_LEN, 61 + SLOT_LEN + 5] {
        let spliced = [&sealed[0][..at], &sealed[1][at..]].concat();
        let allowed: &[u8] = if at < 29 { &second } else { &first };
        if at == 5 {
            // The same key: nothing was exchanged.
            assert_eq!(opened_every_way(&streams(), &spliced, allowed).as_ref(), Ok(&second));
        } else {
            assert_eq!(refused(&spliced, allowed), StreamError::Forged, "{at}");
        }
    }
}

/// asvs: V11.3.3, of the associated data.
#[test]
fn another_context_is_refused() {
    let sealed = streams().seal(&Context::verbatim(b"photo 7"), b"buy milk").unwrap();
    let mut others = vec![context(), Context::none(), Context::of("photo 7")];
    others.push(Context::verbatim(b"photo 77"));
    others.extend((0..56).map(|bit| {
        let mut flipped = *b"photo 7";
        flipped[bit / 8] ^= 1 << (bit % 8);
        Context::verbatim(&flipped)
    }));
    for other in others {
        assert_eq!(streams().open(&other, &sealed), Err(StreamError::Forged));
        let error = streams().open_reader(&other, &sealed[..]).unwrap_err();
        assert_eq!(StreamError::of(&error), Some(StreamError::Forged));
    }
}

/// The end is authenticated before the length is told, and before it is read at.
#[test]
fn a_seekable_stream_that_was_cut_between_chunks_has_no_length() {
    let sealed = streams().seal(&context(), &text(2 * CHUNK_LEN + 5)).unwrap();
    // Chunk 1 made to look like the last.
    let cut = &sealed[..61 + 2 * SLOT_LEN - 7];
    let mut reader = streams().open_seekable(&context(), Cursor::new(cut)).unwrap();
    assert_eq!(reader.read_chunk(0).unwrap(), text(CHUNK_LEN));
    for attempt in 0..2 {
        let errors = [
            reader.plaintext_len().unwrap_err(),
            reader.chunk_count().unwrap_err(),
            reader.seek(SeekFrom::End(0)).unwrap_err(),
            reader.seek(SeekFrom::Start(1 << 40)).and_then(|_| reader.read(&mut [0])).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(StreamError::of(&error), Some(StreamError::Forged), "{attempt}");
        }
    }
    assert_eq!(reader.read_chunk(0).unwrap(), text(CHUNK_LEN));
}

proptest::proptest! {
    #[test]
    fn other_bytes_never_open(mut bytes: Vec<u8>, named: bool) {
        if named && bytes.len() >= 5 {
            bytes[..5].copy_from_slice(&[0x12, 0, 0, 0, 1]);
        }
        proptest::prop_assert!(streams().open(&context(), &bytes).is_err());
        proptest::prop_assert!(Streams::bare(key(1)).open(&context(), &bytes).is_err());
    }
}
