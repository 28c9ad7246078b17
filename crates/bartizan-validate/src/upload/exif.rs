use super::reader::Reader;

/// Reads how an image has to be turned: tag 274 of the first directory of a TIFF file.
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let at = |offset: usize| tiff.get(offset..).map(Reader::new);
    let short = |reader: &mut Reader<'_>| {
        if little { reader.u16_le().ok() } else { reader.u16_be().ok() }
    };
    let mut offset = at(4)?;
    let directory = if little { offset.len_le().ok()? } else { offset.len_be().ok()? };
    let mut directory = at(directory)?;
    let entries = short(&mut directory)?;
    for _ in 0..entries {
        let mut entry = Reader::new(directory.take(12).ok()?);
        let (tag, _kind, _count) = (short(&mut entry)?, short(&mut entry)?, entry.take(4).ok()?);
        if tag == 274 {
            let orientation = u8::try_from(short(&mut entry)?).ok()?;
            return Some(orientation).filter(|orientation| (1..=8).contains(orientation));
        }
    }
    None
}
