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

fn layout(bytes: &[u8]) -> FileLayout {
    FileLayout::read(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
}

/// The bytes of the index, and where the fragments begin.
fn walk(bytes: &[u8]) -> (Option<usize>, Vec<u64>) {
    let layout = layout(bytes);
    (layout.moov.map(|moov| moov.len()), layout.fragments.iter().map(|place| place.at).collect())
}

fn intact() -> Vec<u8> {
    let index = boxed(b"moov", &boxed(b"mvhd", &zeros(24)));
    [boxed(b"ftyp", &zeros(8)), index, boxed(b"moof", &zeros(4)), boxed(b"mdat", &zeros(92))].concat()
}

#[test]
fn index_and_fragments_are_found() {
    assert_eq!(walk(&intact()), (Some(32), vec![56]));
    assert_eq!(read_place(&mut Cursor::new(intact()), layout(&intact()).fragments[0]).unwrap(), [0; 4]);
    assert_eq!(
        walk(&[intact(), intact()].concat()),
        (Some(32), vec![56, 224]),
        "joined files have the index of the first"
    );
}

#[test]
fn truncated_media_data_is_no_obstacle_but_a_truncated_index_does_not_count() {
    assert_eq!(walk(&intact()[..90]), (Some(32), vec![56]));
    assert_eq!(walk(&intact()[..64]), (Some(32), vec![]));
    assert_eq!(walk(&intact()[..50]), (None, vec![]));
    let index_last = [&intact()[..16], &intact()[68..], &intact()[16..56]].concat();
    assert_eq!(walk(&index_last), (Some(32), vec![]));
    assert_eq!(walk(&index_last[..130]), (None, vec![]));
    assert_eq!(walk(&[]), (None, vec![]));
}

#[test]
fn large_open_ended_and_invalid_boxes_end_the_walk() {
    let index = boxed(b"moov", &boxed(b"mvhd", &[]));
    for size in [u64::MAX, 1 << 63, 0, 8] {
        let large = [&index[..], &[0, 0, 0, 1], b"mdat", &size.to_be_bytes(), &index].concat();
        assert_eq!(walk(&large), (Some(8), vec![]), "{size}");
    }
    let open_ended = [&index[..], b"\0\0\0\0mdat....", &boxed(b"moof", &[])].concat();
    assert_eq!(walk(&open_ended), (Some(8), vec![]));
    let until_the_end = [b"\0\0\0\0moov", &boxed(b"mvhd", &[])[..]].concat();
    assert_eq!(walk(&until_the_end), (Some(8), vec![]));
    assert_eq!(walk(&[&b"\0\0\0\x04free"[..], &index].concat()), (None, vec![]));
    let large = [&[0, 0, 0, 1][..], b"moov", &24_u64.to_be_bytes(), &boxed(b"mvhd", &[])].concat();
    assert_eq!(walk(&large), (Some(8), vec![]));
}

#[test]
fn a_box_must_fit_into_the_one_around_it() {
    let child = boxed(b"hdlr", &zeros(24));
    assert_eq!(find(b"mdia", &child, b"hdlr").unwrap().unwrap(), zeros(24));
    assert_eq!(find(b"mdia", &[&child[..], &[1, 2, 3]].concat(), b"mdhd").unwrap(), None, "padding");
    assert_eq!(find(b"mdia", &[&child[..], &zeros(9)].concat(), b"mdhd").unwrap(), None, "the end of a list");
    for size in [0xFFFF_0000_u32, 33, 7, 2] {
        let mut crafted = child.clone();
        crafted[..4].copy_from_slice(&size.to_be_bytes());
        let refused = find(b"mdia", &crafted, b"mdhd").unwrap_err().to_string();
        assert_eq!(refused, "its hdlr box does not fit into mdia");
    }
    for size in [u64::MAX, 1 << 63, 15, 100] {
        let crafted = [&[0, 0, 0, 1][..], b"hdlr", &size.to_be_bytes(), &zeros(24)].concat();
        assert!(matches!(find(b"mdia", &crafted, b"mdhd"), Err(BoxError::Inconsistent(_))), "{size}");
    }
    let large = [&[0, 0, 0, 1][..], b"hdlr", &20_u64.to_be_bytes(), &[1, 2, 3, 4]].concat();
    assert_eq!(find(b"mdia", &large, b"hdlr").unwrap().unwrap(), [1, 2, 3, 4]);
}

#[test]
fn a_table_must_hold_its_rows() {
    let rows = |count: u32, length: usize| {
        let contents = [&[0; 4][..], &count.to_be_bytes(), &zeros(length)].concat();
        table::<8>(b"stts", Some(&contents)).map(<[_]>::len).map_err(|error| error.to_string())
    };
    assert_eq!(rows(3, 24), Ok(3));
    assert_eq!(rows(2, 24), Ok(2));
    assert_eq!(rows(4, 31).unwrap_err(), "its stts box is too short for its 4 entries");
    assert!(rows(u32::MAX, 8).is_err());
    assert_eq!(table::<8>(b"stts", None).unwrap().len(), 0);
    assert!(table::<8>(b"stts", Some(&[0; 7])).is_err());
}

#[test]
fn boxes_nested_a_million_times_do_no_harm() {
    let mut bytes = Vec::new();
    for left in (1..=1_000_000_u32).rev() {
        bytes.extend((left * 8).to_be_bytes());
        bytes.extend(b"trak");
    }
    assert_eq!(layout(&boxed(b"moov", &bytes)).moov.unwrap().len(), bytes.len());
    assert!(find(b"moov", &bytes, b"mvhd").unwrap().is_none());
}
