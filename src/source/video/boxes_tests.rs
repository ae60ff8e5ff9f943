//! Small files built box by box, intact and crafted.

use std::io::Cursor;

use super::*;

/// A box with these contents.
fn boxed(name: &Name, contents: &[u8]) -> Vec<u8> {
    let mut bytes = (contents.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(contents);
    bytes
}

fn zeros(length: usize) -> Vec<u8> {
    vec![0; length]
}

/// Nested boxes, the outermost first.
fn nested(path: &[&Name], contents: &[u8]) -> Vec<u8> {
    path.iter().rev().fold(contents.to_vec(), |inner, name| boxed(name, &inner))
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn layout(bytes: &[u8]) -> Result<BoxLayout, BoxError> {
    BoxLayout::check(&mut Cursor::new(bytes), bytes.len() as u64)
}

/// Whether there is an index, and where the readable part ends.
fn walk(bytes: &[u8]) -> (bool, u64) {
    layout(bytes).map(|layout| (layout.indexed, layout.end)).unwrap()
}

fn intact() -> Vec<u8> {
    [boxed(b"ftyp", &zeros(8)), boxed(b"moov", &boxed(b"mvhd", &zeros(24))), boxed(b"mdat", &zeros(92))].concat()
}

#[test]
fn an_intact_file_is_read_to_its_end() {
    assert_eq!(walk(&intact()), (true, 156));
}

#[test]
fn truncated_media_data_is_read_anyway() {
    assert_eq!(walk(&intact()[..100]), (true, 156));
}

#[test]
fn a_truncated_index_does_not_count() {
    let index_last = [&intact()[..16], &intact()[56..], &intact()[16..56]].concat();
    assert_eq!(walk(&index_last[..130]), (false, 116));
    assert_eq!(walk(&index_last[..60]), (false, 116));
    assert_eq!(walk(&[]), (false, 0));
}

#[test]
fn large_open_ended_and_invalid_boxes_end_the_walk() {
    let index = boxed(b"moov", &boxed(b"mvhd", &[]));
    let large = [&index[..], &[0, 0, 0, 1], b"mdat", &u64::MAX.to_be_bytes()].concat();
    assert_eq!(walk(&large), (true, u64::MAX));
    let open_ended = [&index[..], b"\0\0\0\0mdat...."].concat();
    assert_eq!(walk(&open_ended), (true, 16));
}

const TABLES: [&Name; 5] = [b"moov", b"trak", b"mdia", b"minf", b"stbl"];

#[test]
fn a_count_beyond_its_bytes_is_inconsistent() {
    let cases: [(&[&Name], &Name, Vec<u8>); 9] = [
        (&TABLES, b"stsz", words(&[0, 0, 4, 1, 2, 3])),
        (&TABLES, b"stts", words(&[0, 2, 1, 1, 1])),
        (&TABLES, b"ctts", words(&[0, u32::MAX])),
        (&TABLES, b"stsc", words(&[0, 1, 1, 1])),
        (&TABLES, b"stss", words(&[0, 1])),
        (&TABLES, b"stco", words(&[0, u32::MAX, 7])),
        (&TABLES, b"co64", words(&[0, 1, 7])),
        (&[b"moov", b"trak", b"edts"], b"elst", words(&[1 << 24, 1, 0, 0, 0, 0])),
        (&[b"moof", b"traf"], b"trun", words(&[0x301, 2, 0, 1, 1, 1])),
    ];
    for (path, name, table) in cases {
        let crafted = nested(path, &boxed(name, &table));
        assert!(matches!(layout(&crafted), Err(BoxError::Inconsistent(_))), "{}", name.escape_ascii());
        let mut intact = table;
        intact[4..].fill(0);
        assert!(layout(&nested(path, &boxed(name, &intact))).is_ok(), "{}", name.escape_ascii());
    }
}

#[test]
fn counts_without_stored_entries_have_a_limit() {
    let sizes = |count: u32| nested(&TABLES, &boxed(b"stsz", &words(&[0, 1, count])));
    assert!(layout(&sizes(100_000)).is_ok());
    assert!(matches!(layout(&sizes(0xFFFF_FFF0)), Err(BoxError::TooLarge)));
    let run = boxed(b"trun", &words(&[0, 1_000_000]));
    let runs = |count: usize| nested(&[b"moof", b"traf"], &run.repeat(count));
    assert!(layout(&runs(4)).is_ok());
    assert!(matches!(layout(&runs(5)), Err(BoxError::TooLarge)));
}

#[test]
fn a_box_must_fit_into_the_one_around_it() {
    let mut handler = boxed(b"hdlr", &zeros(24));
    handler[..4].copy_from_slice(&0xFFFF_0000_u32.to_be_bytes());
    let described = [zeros(4), handler.clone()].concat();
    let codec = nested(&[b"stsd"], &[zeros(8), nested(&[b"vp09"], &[zeros(78), handler.clone()].concat())].concat());
    for crafted in [
        nested(&[b"moov", b"udta", b"meta"], &described),
        nested(&[b"moov", b"meta"], &handler),
        nested(&TABLES, &codec),
        nested(&[b"moov", b"trak"], &handler),
    ] {
        assert!(matches!(layout(&crafted), Err(BoxError::Inconsistent(_))));
    }
}

#[test]
fn boxes_nested_a_million_times_do_no_harm() {
    let mut bytes = Vec::new();
    for left in (1..=1_000_000_u32).rev() {
        bytes.extend((left * 8).to_be_bytes());
        bytes.extend(b"trak");
    }
    assert!(layout(&boxed(b"moov", &bytes)).is_ok());
}
