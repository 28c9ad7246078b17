use super::*;
use crate::common::tests::table;
use crate::fuse_build::{Built, build};

/// Keys that look random and are all different.
fn keys(range: core::ops::Range<u64>) -> Vec<u64> {
    range.map(|n| mix(n, 7)).collect()
}

fn table(keys: &[u64]) -> Vec<u8> {
    table::table(keys).unwrap()
}

#[test]
fn every_member_is_found_whatever_the_size() {
    for size in (0..300).chain([1_000, 3_333, 10_000, 16_384, 16_385, 100_000]) {
        let keys = keys(0..size);
        let table = table(&keys);
        let fuse = Fuse::parse(&table).unwrap();
        let missing = keys.iter().filter(|key| !fuse.contains(**key)).count();
        assert_eq!(missing, 0, "of {size}");
    }
}

/// One in 65,536 is expected, so 15 in a million; 45 are seen once in 10^9 runs.
#[test]
fn what_is_no_member_is_hardly_ever_found() {
    let table = table(&keys(0..20_000));
    let fuse = Fuse::parse(&table).unwrap();
    let found = keys(1_000_000..2_000_000).into_iter().filter(|key| fuse.contains(*key)).count();
    assert!(found <= 45, "{found} in a million");
}

#[test]
fn neighbouring_keys_are_as_good_as_random_ones() {
    let keys: Vec<u64> = (0..10_000).map(|n| 0x5ba6_1e4c_0000_0000 + n).collect();
    let table = table(&keys);
    let fuse = Fuse::parse(&table).unwrap();
    assert!(keys.iter().all(|key| fuse.contains(*key)));
}

#[test]
fn a_table_is_small() {
    for (size, bits) in [(16_384, 20.2), (100_000, 19.1)] {
        let Built { slots, .. } = build(&keys(0..size)).unwrap();
        let measured = 16.0 * f64::from(u32::try_from(slots.len()).unwrap())
            / f64::from(u32::try_from(size).unwrap());
        assert!(measured <= bits, "{measured} bits per member of {size}");
    }
}

#[test]
fn a_key_that_is_there_twice_does_not_build() {
    assert!(build(&[1, 2, 3, 2]).is_none());
}

#[test]
fn the_order_of_the_keys_does_not_matter() {
    let mut keys = keys(0..5_000);
    let table_in_order = table(&keys);
    keys.reverse();
    assert_eq!(table(&keys), table_in_order);
}

#[test]
fn a_table_of_another_length_is_none() {
    let table = table(&keys(0..100));
    for len in 0..table.len() {
        assert!(Fuse::parse(&table[..len]).is_none(), "{len}");
    }
    assert!(Fuse::parse(&[&table[..], &[0]].concat()).is_none());
    assert!(Fuse::parse(&[&table[..], &[0, 0]].concat()).is_none());
}

#[test]
fn a_layout_that_no_builder_makes_is_none() {
    let good = *table(&keys(0..100)).first_chunk::<16>().unwrap();
    assert!(Layout::from_bytes(&good).is_some());
    for (place, value) in [(8, 0), (11, 1), (12, MAX_SEGMENT_BITS + 1), (12, 255), (13, 1), (15, 1)]
    {
        let mut bad = good;
        bad[place] = value;
        assert_eq!(Layout::from_bytes(&bad), None, "byte {place} is {value}");
    }
}

#[test]
fn places_are_inside_the_largest_table() {
    for segment_bits in 0..=MAX_SEGMENT_BITS {
        for segments in [1, 2, 3, 142, MAX_SEGMENTS] {
            let layout = Layout::new(9, segment_bits, segments).unwrap();
            for key in keys(0..200).into_iter().chain([0, u64::MAX]) {
                let (places, _) = layout.find(key);
                assert!(places.iter().all(|place| *place < layout.slots()));
                assert!(places[0] < places[1] && places[1] < places[2], "three different ones");
            }
        }
    }
}
