use std::fs;
use std::io;

use proptest::prelude::*;

use super::super::format::{MAX_SHARDS, SHARD_ENTRIES};
use super::super::tests::{Folder, file_of, keys};
use super::*;
use crate::fuse_build::layout_to_bytes;

fn open(bytes: &[u8]) -> Result<BreachFilter, BreachFilterError> {
    BreachFilter::from_bytes(bytes.to_vec())
}

fn found(filter: &BreachFilter, keys: &[u64]) -> usize {
    keys.iter().filter(|key| filter.contains_key(**key).unwrap()).count()
}

/// (asvs: V6.2.12)
#[test]
fn every_entry_is_found_and_hardly_anything_else() {
    let (members, others) = (keys(1, 100_000), keys(2, 100_000));
    // One in 65,536: 1.5 are expected. One in 256: 390, give or take 20.
    for (false_positives, most) in
        [(FalsePositives::OneIn65536, 20), (FalsePositives::OneIn256, 500)]
    {
        let filter = open(&file_of(&members, false_positives)).unwrap();
        assert_eq!(filter.entries(), 100_000);
        assert_eq!(found(&filter, &members), members.len());
        let accidents = found(&filter, &others);
        assert!(accidents <= most, "{accidents} of {}", others.len());
    }
}

/// 9.1 and 18.1 bits per entry, header, list and seals included.
#[test]
fn a_large_file_is_small_for_what_it_holds() {
    let members = keys(3, SHARD_ENTRIES as u64);
    for (false_positives, most) in
        [(FalsePositives::OneIn65536, 1_810), (FalsePositives::OneIn256, 910)]
    {
        let bytes = file_of(&members, false_positives);
        let hundredths = 800 * bytes.len() / members.len();
        assert!(hundredths <= most, "{hundredths} hundredths of a bit for an entry");
        let filter = open(&bytes).unwrap();
        filter.check_whole().unwrap();
        let sample: Vec<u64> = members.iter().step_by(200).copied().collect();
        assert_eq!(found(&filter, &sample), sample.len());
    }
}

#[test]
fn nothing_is_lost_where_shards_meet() {
    let members = keys(4, SHARD_ENTRIES as u64 + 5_000);
    let filter = open(&file_of(&members, FalsePositives::OneIn256)).unwrap();
    assert_eq!((filter.entries(), filter.shards.len()), (members.len() as u64, 2));
    filter.check_whole().unwrap();
    let border = &members[SHARD_ENTRIES - 1_000..SHARD_ENTRIES + 1_000];
    assert_eq!(found(&filter, border), border.len());
}

#[test]
fn one_entry_is_enough() {
    let filter = open(&file_of(&[7], FalsePositives::OneIn65536)).unwrap();
    assert_eq!(filter.contains_key(7), Ok(true));
    assert_eq!(found(&filter, &[0, 6, 8, u64::MAX]), 0);
}

#[test]
fn a_file_on_disk_answers_from_several_threads() {
    let folder = Folder::new("threads");
    let path = folder.path().join("filter");
    let members = keys(4, 5_000);
    fs::write(&path, file_of(&members, FalsePositives::OneIn65536)).unwrap();
    let filter = BreachFilter::open(&path).unwrap();
    // The name may go or be replaced: what is open stays.
    fs::remove_file(&path).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let _thread = scope.spawn(|| assert_eq!(found(&filter, &members), members.len()));
        }
    });
}

#[test]
fn another_file_is_not_a_filter() {
    for bytes in [&b""[..], b"bartizan", &[0; BLOCK], &[b'x'; 3 * BLOCK]] {
        assert_eq!(open(bytes).err(), Some(BreachFilterError::NotAFilter));
    }
    let missing = BreachFilter::open(Folder::new("missing").path().join("filter"));
    assert_eq!(missing.err(), Some(BreachFilterError::Io(io::ErrorKind::NotFound)));
}

#[test]
fn a_later_format_is_said_to_be_one() {
    let mut bytes = file_of(&keys(5, 100), FalsePositives::OneIn65536);
    bytes[8] = 2;
    assert_eq!(open(&bytes).err(), Some(BreachFilterError::Unsupported));
}

#[test]
fn a_cut_or_extended_file_does_not_open() {
    let bytes = file_of(&keys(6, 10_000), FalsePositives::OneIn65536);
    let cuts = (0..bytes.len()).step_by(97).chain([bytes.len() - 1, bytes.len() - Shard::LEN]);
    for len in cuts {
        assert!(open(&bytes[..len]).is_err(), "{len}");
    }
    for extension in [1, Shard::LEN, BLOCK] {
        let extended = [&bytes[..], &vec![0; extension]].concat();
        assert_eq!(open(&extended).err(), Some(BreachFilterError::Damaged), "{extension}");
    }
}

/// Wherever a bit turns, members are found or there is an error: never "not breached".
#[test]
fn a_changed_bit_never_loses_an_entry() {
    let members = keys(7, 3_000);
    let bytes = file_of(&members, FalsePositives::OneIn65536);
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        let Ok(filter) = open(&changed) else {
            continue;
        };
        assert!((BLOCK..bytes.len() - Shard::LEN).contains(&place), "{place}: opened");
        assert_eq!(filter.check_whole(), Err(BreachFilterError::Damaged), "{place}");
        for member in members.iter().step_by(600) {
            assert_ne!(filter.contains_key(*member), Ok(false), "{place}");
        }
    }
}

#[test]
fn a_block_in_anothers_place_is_damage() {
    let members = keys(8, 10_000);
    let mut bytes = file_of(&members, FalsePositives::OneIn65536);
    let (first, second) = bytes[BLOCK..].split_at_mut(BLOCK);
    first.swap_with_slice(&mut second[..BLOCK]);
    let filter = open(&bytes).unwrap();
    assert_eq!(filter.check_whole(), Err(BreachFilterError::Damaged));
    let answers: Vec<_> = members.iter().map(|key| filter.contains_key(*key)).collect();
    assert!(answers.contains(&Err(BreachFilterError::Damaged)));
    assert!(!answers.contains(&Ok(false)));
}

#[test]
fn a_file_that_is_cut_while_open_is_damage() {
    let folder = Folder::new("cut");
    let path = folder.path().join("filter");
    fs::write(&path, file_of(&keys(9, 1_000), FalsePositives::OneIn65536)).unwrap();
    let filter = BreachFilter::open(&path).unwrap();
    File::options().write(true).open(&path).unwrap().set_len(BLOCK as u64).unwrap();
    assert_eq!(filter.contains_key(keys(9, 1)[0]), Err(BreachFilterError::Damaged));
}

/// A file whose seals are right and whose list of shards is hostile.
fn sealed(shards: &[Shard], entries: u64, blocks: usize) -> Vec<u8> {
    let list: Vec<u8> = shards
        .iter()
        .flat_map(|shard| {
            let numbers = [shard.first_block, shard.entries].map(u32::to_le_bytes).concat();
            let layout = layout_to_bytes(&shard.layout);
            [&shard.least_key.to_le_bytes()[..], &layout, &numbers].concat()
        })
        .collect();
    let header = Header {
        hash: BreachHash::Sha1,
        false_positives: FalsePositives::OneIn65536,
        shards: u32::try_from(shards.len()).unwrap(),
        entries,
    };
    [&header.to_block(&list)[..], &[0; BLOCK].repeat(blocks), &list].concat()
}

#[test]
fn a_hostile_list_of_shards_does_not_open() {
    let layout = crate::fuse::Layout::new(1, 2, 1).unwrap(); // one block
    let shard = |least_key, first_block| Shard { least_key, layout, first_block, entries: 5 };
    let good = [shard(3, 0), shard(9, 1)];
    assert_eq!(open(&sealed(&good, 10, 2)).unwrap().check_whole(), Err(BreachFilterError::Damaged));

    for (shards, entries, blocks) in [
        (vec![], 0, 0),
        (good.to_vec(), 11, 2),
        (good.to_vec(), 10, 1),
        (good.to_vec(), 10, 3),
        (vec![shard(3, 1), shard(9, 2)], 10, 2),
        (vec![shard(3, 0), shard(9, 0)], 10, 2),
        (vec![shard(3, 0), shard(3, 1)], 10, 2),
        (vec![shard(9, 0), shard(3, 1)], 10, 2),
        (vec![shard(3, 0), shard(9, u32::MAX)], 10, 2),
    ] {
        let opened = open(&sealed(&shards, entries, blocks));
        assert_eq!(opened.err(), Some(BreachFilterError::Damaged), "{shards:?} {entries}");
    }
}

#[test]
fn more_shards_than_there_can_be_take_no_memory() {
    let mut bytes = file_of(&keys(10, 100), FalsePositives::OneIn65536);
    for shards in [MAX_SHARDS, MAX_SHARDS + 1, u32::MAX] {
        bytes[12..16].copy_from_slice(&shards.to_le_bytes());
        assert_eq!(open(&bytes).err(), Some(BreachFilterError::Damaged));
    }
}

proptest! {
    #[test]
    fn bytes_from_nowhere_do_not_open(
        tail in proptest::collection::vec(any::<u8>(), 0..200),
        blocks in 0_usize..3,
    ) {
        let bytes = [&b"bartizan\x01\x00"[..], &tail, &[0; BLOCK].repeat(blocks)].concat();
        prop_assert!(open(&bytes).is_err());
    }

    #[test]
    fn any_set_is_found_again(members in proptest::collection::btree_set(any::<u64>(), 1..300)) {
        let members: Vec<u64> = members.into_iter().collect();
        for false_positives in [FalsePositives::OneIn65536, FalsePositives::OneIn256] {
            let filter = open(&file_of(&members, false_positives)).unwrap();
            prop_assert_eq!(found(&filter, &members), members.len());
        }
    }
}
