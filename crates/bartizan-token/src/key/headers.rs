use std::sync::OnceLock;

use bartizan_core::KeyId;

use super::PREPARED_KINDS;
use crate::algorithm::Algorithm;
use crate::header;

/// The first part of the tokens that a key signs, one for each kind: it is written once, and what
/// begins with it need not be read.
#[derive(Default)]
pub(super) struct Headers(Box<[OnceLock<KindHeader>; PREPARED_KINDS]>);

struct KindHeader {
    typ: &'static str,
    key_id: KeyId,
    encoded: String,
}

impl Headers {
    /// Returns the header of one kind, ending with the dot; nothing when there are too many kinds,
    /// or when the key has another id in another keyring.
    pub(super) fn get(
        &self,
        algorithm: Algorithm,
        typ: &'static str,
        key_id: KeyId,
    ) -> Option<&str> {
        let kinds = self.0.iter().map(|slot| {
            slot.get_or_init(|| {
                let mut encoded = String::new();
                header::encode(algorithm, typ, key_id, &mut encoded);
                encoded.push('.');
                KindHeader { typ, key_id, encoded }
            })
        });
        let mut own = kinds.filter(|kind| kind.typ == typ && kind.key_id == key_id);
        own.next().map(|kind| kind.encoded.as_str())
    }
}
