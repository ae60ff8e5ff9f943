use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use euclid::Angle;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::pose::{Joint, Landmark};
use crate::source::Timestamp;
use crate::store::Store;
use crate::store::sample::{Body, Sample};
use crate::store::tests::{World, one_of_each, session_of};

/// A store with one session, which has a video and everything else, and its exported file.
struct ExportedSession {
    world: World,
    folder: TempDir,
    file: PathBuf,
}

impl ExportedSession {
    fn new() -> Self {
        let world = World::new();
        let id = session_of(&world);
        let store = world.open();
        let entry = store.named(&id).unwrap();
        store.rename(&entry, Some("first try")).unwrap();
        store.note(&entry, Some("shoes off")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.bendwise");
        store.export(&store.named(&id).unwrap(), &file).unwrap();
        Self { world, folder, file }
    }

    /// Replaces the file with a zip of these files.
    fn zip(&self, files: &[(&str, &[u8])]) -> PathBuf {
        let number = fs::read_dir(self.folder.path()).unwrap().count();
        let path = self.folder.path().join(format!("{number}.bendwise"));
        let mut zip = ZipWriter::new(fs::File::create(&path).unwrap());
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        path
    }

    /// Changes one part of the file without updating the checksums.
    fn with(&self, name: &str, change: impl Fn(&mut Vec<u8>)) -> PathBuf {
        let mut archive = zip::ZipArchive::new(fs::File::open(&self.file).unwrap()).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let mut parts = Vec::new();
        for part in &names {
            let mut bytes = Vec::new();
            io::copy(&mut archive.by_name(part).unwrap(), &mut bytes).unwrap();
            if part == name {
                change(&mut bytes);
            }
            parts.push((part.as_str(), bytes));
        }
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        self.zip(&parts)
    }
}

fn import(world: &World, file: &Path) -> Result<String, PackageError> {
    Ok(world.open().import(None, file)?.id)
}

fn refused(file: &Path) -> String {
    let world = World::new();
    let told = import(&world, file).unwrap_err().to_string();
    assert_eq!(world.open().list().unwrap(), []);
    let left: Vec<_> = fs::read_dir(Store::folder(&world.paths)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.is_file()), "{left:?}");
    told
}

#[test]
fn of_two_imports_at_the_same_moment_one_is_told_that_the_session_is_here() {
    let exported = ExportedSession::new();
    let world = World::new();
    let ready = std::sync::Barrier::new(4);
    let told: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            let store = world.open();
            ready.wait();
            store.import(None, &exported.file).map(|imported| imported.id).map_err(|error| error.to_string())
        };
        let all: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (arrived, refused): (Vec<_>, Vec<_>) = told.into_iter().partition(Result::is_ok);
    assert_eq!(arrived.len(), 1, "{refused:?}");
    let id = arrived[0].as_ref().unwrap();
    let here =
        |told: &Result<String, String>| told.as_ref().unwrap_err().contains(&format!("exists already as session {id}"));
    assert!(refused.len() == 3 && refused.iter().all(here), "{refused:?}");
    assert_eq!(world.open().list().unwrap().len(), 1);
}

#[test]
fn a_video_that_cannot_be_played_is_left_out_and_that_is_told() {
    let exported = ExportedSession::new();
    let store = exported.world.open();
    let entry = store.named("last").unwrap();
    fs::write(entry.video.as_ref().unwrap(), b"no pictures").unwrap();
    let file = exported.folder.path().join("torn.bendwise");
    store.export(&entry, &file).unwrap();
    let world = World::new();
    let arrived = world.open().import(None, &file).unwrap();
    assert!(arrived.is_filmless);
    let entry = world.open().named(&arrived.id).unwrap();
    assert_eq!((entry.video, entry.repetitions), (None, 2));
    assert!(!entry.folder.exists(), "nothing of the video is left");
}

#[test]
fn a_session_arrives_on_another_machine_as_it_left() {
    let exported = ExportedSession::new();
    let world = World::new();
    let id = import(&world, &exported.file).unwrap();
    let (here, there) = (world.open(), exported.world.open());
    let (new, old) = (here.named(&id).unwrap(), there.named("last").unwrap());
    let (one, other) = (here.session(&new).unwrap(), there.session(&old).unwrap());
    assert_eq!(Portable::from(&one), Portable::from(&other));
    let asked: Vec<_> = one.requests().map(|(_, request)| request.code()).collect();
    assert_eq!(asked, ["face_left", "full_bend_off"]);
    assert_eq!(here.samples(&new).unwrap(), there.samples(&old).unwrap());
    assert_eq!(fs::read(new.video.unwrap()).unwrap(), fs::read(old.video.unwrap()).unwrap());
    assert!(!new.folder.join("lock").exists());
    let told = import(&world, &exported.file).unwrap_err().to_string();
    assert!(told.contains(&format!("exists already as session {id}")), "{told}");
}

#[test]
fn a_session_whose_deletion_has_not_come_to_its_end_arrives_after_it_or_is_told() {
    let exported = ExportedSession::new();
    let stuck = || {
        let store = exported.world.open();
        let entry = store.named("last").unwrap();
        store.database.execute("UPDATE sessions SET state = 'leaving'", []).unwrap();
        (store, entry)
    };
    let (store, entry) = stuck();
    assert_eq!(store.import(None, &exported.file).unwrap().id, entry.id);
    let (store, entry) = stuck();
    fs::remove_dir_all(&entry.folder).unwrap();
    fs::write(&entry.folder, "in its way").unwrap();
    let refused = store.import(None, &exported.file).unwrap_err();
    assert!(matches!(&refused, PackageError::Leaving(_, id, _) if *id == entry.id), "{refused:?}");
    let told = refused.to_string();
    assert!(told.contains("has not come to its end: clear what is in its way, then import it again"), "{told}");
    assert!(told.contains(entry.folder.to_str().unwrap()), "{told}");
    fs::remove_file(&entry.folder).unwrap();
    assert_eq!(import(&exported.world, &exported.file).unwrap(), entry.id);
}

#[test]
fn it_gets_an_id_of_its_own_where_its_own_is_taken() {
    let exported = ExportedSession::new();
    let world = World::new();
    let there = session_of(&world);
    let whoever = world.open().person_or_only(None).unwrap();
    let arrived = world.open().import(Some(&whoever), &exported.file).unwrap();
    assert_eq!(arrived.id, format!("{there}b"));
}

#[test]
fn a_session_whose_video_was_removed_goes_along_without_it() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let id = session_of(&world);
    let store = world.open();
    let entry = store.named(&id).unwrap();
    fs::remove_file(entry.video.as_ref().unwrap()).unwrap();
    let file = folder.path().join("a.bendwise");
    assert!(!store.export(&entry, &file).unwrap());
    let there = World::new();
    let arrived = there.open().import(None, &file).unwrap();
    let brought = there.open().named(&arrived.id).unwrap();
    assert_eq!((arrived.is_filmless, brought.video, brought.frames), (false, None, 2));
    let person = store.person_or_only(None).unwrap();
    let exported = store.export_person(&person, &folder.path().join("person")).unwrap();
    assert_eq!(exported, (1, vec![id]));
}

#[test]
fn measurements_that_cannot_be_read_are_no_file() {
    let exported = ExportedSession::new();
    let store = exported.world.open();
    store.database.execute("UPDATE blocks SET data = x'00010203'", []).unwrap();
    let path = exported.folder.path().join("b.bendwise");
    let refused = store.export(&store.named("last").unwrap(), &path).unwrap_err();
    assert!(matches!(&refused, PackageError::Store(StoreError::Block { .. })), "{refused:?}");
    assert!(!path.exists());
}

#[test]
fn a_session_and_its_anonymous_copy_are_not_two() {
    let exported = ExportedSession::new();
    let session = exported.world.open().session(&exported.world.open().named("last").unwrap()).unwrap();
    let mut copy = session.clone();
    copy.entry.uid = crate::store::anonymous_uid(&session.entry.uid);
    crate::store::ANONYMOUS.clone_into(&mut copy.entry.source);
    let path = exported.folder.path().join("anonymous.bendwise");
    exported.world.open().export_as(&session.entry, (&copy, &[]), &path).unwrap();
    let refused = exported.world.open().import(None, &path).unwrap_err();
    assert!(matches!(&refused, PackageError::Twin(_, id) if *id == session.entry.id), "{refused:?}");
    let elsewhere = World::new();
    elsewhere.open().import(None, &path).unwrap();
    let refused = elsewhere.open().import(None, &exported.file).unwrap_err();
    assert!(matches!(refused, PackageError::Twin(..)), "{refused:?}");
}

#[test]
fn a_damaged_file_is_refused_and_nothing_is_written() {
    let exported = ExportedSession::new();
    let whole = fs::read(&exported.file).unwrap();
    let world = World::new();
    for place in (0..whole.len()).step_by(whole.len() / 60) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x55;
        fs::write(&exported.file, &damaged).unwrap();
        // Some bytes have no effect, such as those of a file's date.
        if let Err(error) = import(&world, &exported.file) {
            assert!(!matches!(error, PackageError::Store(_)), "{place}: {error}");
            assert_eq!(world.open().list().unwrap(), []);
        } else {
            let entry = world.open().named("last").unwrap();
            world.open().delete(&entry).unwrap();
        }
    }
    fs::write(&exported.file, &whole).unwrap();
    for part in [SESSION, SAMPLES, VIDEO] {
        let told = refused(&exported.with(part, |bytes| bytes[0] ^= 1));
        assert!(told.contains("is damaged, and nothing was imported") && told.contains(part), "{told}");
    }
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let exported = ExportedSession::new();
    let whole = fs::read(&exported.file).unwrap();
    for eighth in 0..8 {
        fs::write(&exported.file, &whole[..whole.len() * eighth / 8]).unwrap();
        assert!(refused(&exported.file).contains("is not a session of bendwise"));
    }
}

#[test]
fn what_is_no_session_is_told_so() {
    let exported = ExportedSession::new();
    let text = exported.folder.path().join("text");
    fs::write(&text, "no zip").unwrap();
    for (file, why) in [
        (text, "it is not a zip"),
        (exported.folder.path().to_owned(), "it is not a regular file"),
        (exported.zip(&[("notes.txt", b"hello")]), "it contains other files"),
        (exported.zip(&[("../../evil", b"hello")]), "it contains other files"),
        (exported.zip(&[(MANIFEST, b"{}"), ("../video.mp4", b"hello")]), "it contains other files"),
        (exported.zip(&[(SESSION, b"{}")]), "it has no manifest.json"),
        (exported.zip(&[(MANIFEST, b"hello")]), "was not written by bendwise"),
    ] {
        let told = refused(&file);
        assert!(told.contains("is not a session of bendwise") && told.contains(why), "{told}");
    }
    let told = refused(&exported.folder.path().join("nowhere.bendwise"));
    assert!(told.ends_with("nowhere.bendwise: check the name"), "{told}");
}

#[test]
fn a_file_of_a_newer_bendwise_is_told_so() {
    let exported = ExportedSession::new();
    let told = refused(&exported.zip(&[(MANIFEST, br#"{"format": 2, "shape": "unknown"}"#)]));
    assert!(told.ends_with("was written by a newer bendwise: update bendwise to import it"), "{told}");
}

#[test]
fn a_format_that_never_was_is_no_session() {
    let exported = ExportedSession::new();
    for format in ["0", "-1", "1.5", "null", "\"1\""] {
        let told = refused(&exported.with(MANIFEST, |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains("\"format\": 1"), "{text}");
            *bytes = text.replace("\"format\": 1", &format!("\"format\": {format}")).into_bytes();
        }));
        assert!(told.contains("its manifest.json was not written by bendwise"), "{format}: {told}");
    }
}

/// Blocks of as many frames as fit: a few bytes each, and a megabyte when they are unpacked.
fn dense_blocks(count: usize) -> Vec<u8> {
    let seen = Sample {
        body: Some(Box::new(Body { landmarks: [Landmark::default(); Joint::COUNT], presence: 1.0, size: 1.0 })),
        ..Sample::default()
    };
    let block = block::pack(&vec![seen; block::MOST_FRAMES]);
    [&(block.len() as u32).to_le_bytes(), block.as_slice()].concat().repeat(count)
}

/// How many blocks are unpacked of this many in a package that promises this many frames, and what is told of it.
fn unpacked(blocks: &[u8], frames: u64) -> (u32, Option<String>) {
    let sha256 = crate::inference::models::hex(&<sha2::Sha256 as sha2::Digest>::digest(blocks));
    let digest = FileDigest { bytes: blocks.len() as u64, sha256 };
    let mut count = 0;
    let read = sample_blocks::each_block(blocks, &digest, frames, |_, _| {
        count += 1;
        Ok::<_, PackageFault>(())
    });
    (count, read.err().map(|fault| fault.of("a.bendwise").to_string()))
}

#[test]
fn no_more_frames_are_unpacked_than_are_promised() {
    let (block, blocks) = (block::MOST_FRAMES as u64, dense_blocks(50));
    assert_eq!(unpacked(&blocks, 50 * block), (50, None));
    for (promised, most) in [(1, 0), (block - 1, 0), (block, 1), (49 * block, 49), (51 * block, 50)] {
        let (count, told) = unpacked(&blocks, promised);
        assert!(count == most && told.unwrap().contains("its parts do not belong together"), "{promised}: {count}");
    }
    for promised in [0, MOST_FRAMES + 1, u64::MAX] {
        let (count, told) = unpacked(&blocks, promised);
        assert!(count == 0 && told.unwrap().contains(&format!("never has {promised} frames")), "{promised}");
    }
}

#[test]
fn blocks_of_nothing_or_of_too_much_are_refused() {
    let empty = block::pack(&[]);
    let empty = [&(empty.len() as u32).to_le_bytes(), empty.as_slice()].concat();
    let (count, told) = unpacked(&[dense_blocks(1), empty].concat(), block::MOST_FRAMES as u64);
    assert!(count == 1 && told.unwrap().contains("do not belong together"));
    let huge = (LARGEST_BLOCK as u32 + 1).to_le_bytes();
    assert!(unpacked(&huge, 1).1.unwrap().contains("a block is larger than one ever is"));
    let (_, told) = unpacked(&dense_blocks(1)[..20], block::MOST_FRAMES as u64);
    assert!(told.unwrap().contains("samples end too early"));
}

#[test]
fn an_import_is_one_transaction() {
    let world = World::new();
    let seen = || {
        let database = rusqlite::Connection::open(Store::folder(&world.paths).join("sessions.db")).unwrap();
        database.query_row("SELECT count(*) FROM blocks", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let exported = ExportedSession::new();
    let session = exported.world.open().session(&exported.world.open().named("last").unwrap()).unwrap();
    let session = Portable::from(&session);
    let mut writer = world.open().begin_import(&session.beginning(crate::store::PersonId(1)), &session.id).unwrap();
    let (samples, happened) = ([Sample::default()], session.happened().unwrap());
    let packed = block::pack(&samples);
    let imported = import::imported(&session, false);
    let failed = writer.keep_import(&happened, &imported, |keep| {
        keep(&packed, &samples)?;
        assert_eq!(seen(), 0, "nobody sees a part of it");
        Err(StoreError::Empty)
    });
    assert!(failed.is_err() && seen() == 0);
    let kept = writer.keep_import(&happened, &imported, |keep| (0..3).try_for_each(|_| keep(&packed, &samples)));
    kept.unwrap();
    assert_eq!(seen(), 3);
    assert_eq!(world.open().named(&writer.end_import()).unwrap().frames, 3);
}

#[test]
fn numbers_that_are_not_finite_are_refused_in_the_rows() {
    let kept = include_str!("../../../tests/golden/session.json");
    let mut session: serde_json::Value = serde_json::from_str(kept).unwrap();
    for place in ["/repetitions/0/confidence", "/repetitions/0/hip", "/standings/0/pelvis", "/ranges/0/lumbar"] {
        let before = std::mem::replace(session.pointer_mut(place).unwrap(), serde_json::json!(1e39));
        let read = serde_json::from_value::<Portable>(session.clone());
        assert!(read.ok().and_then(|session| session.happened()).is_none(), "{place}");
        *session.pointer_mut(place).unwrap() = before;
    }
}

#[test]
fn no_more_rows_and_no_longer_texts_are_read_than_a_session_has() {
    let kept = include_str!("../../../tests/golden/session.json");
    let session: serde_json::Value = serde_json::from_str(kept).unwrap();
    let read = |place: &str, value: serde_json::Value| {
        let mut session = session.clone();
        *session.pointer_mut(place).unwrap() = value;
        serde_json::from_value::<Portable>(session)
    };
    let event = session.pointer("/events/0").unwrap();
    assert!(read("/events", vec![event.clone(); 200_000].into()).is_ok());
    let told = read("/events", vec![event.clone(); 200_001].into()).unwrap_err().to_string();
    assert!(told.contains("a list of at most 200000 rows"), "{told}");
    assert!(read("/models", vec![serde_json::json!(["", ""]); 65].into()).is_err());
    for (letters, impossible) in [(10_000, false), (10_001, true)] {
        for place in ["/note", "/source", "/events/0/detail"] {
            let session = read(place, "ä".repeat(letters).into()).unwrap();
            let told = plausibility::impossible(&session);
            assert_eq!(told.as_deref() == Some("a text of more than 10,000 letters"), impossible, "{place}: {told:?}");
        }
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let exported = ExportedSession::new();
    let bomb = vec![b' '; LARGEST_MANIFEST as usize + 1];
    assert!(refused(&exported.zip(&[(MANIFEST, &bomb)])).contains("larger than a session ever is"));
    let liar = exported.with(MANIFEST, |bytes| {
        let mut manifest: Manifest = serde_json::from_slice(bytes).unwrap();
        manifest.files.get_mut(VIDEO).unwrap().bytes = 3; // shorter than the video
        *bytes = serde_json::to_vec(&manifest).unwrap();
    });
    assert!(refused(&liar).contains("the checksum of video.mp4 is wrong"));
}

#[test]
fn rightly_sealed_nonsense_is_refused() {
    let exported = ExportedSession::new();
    for change in
        [r#""verdict": "hips""#, r#""detail": "face_left""#, r#""start_ns": 1"#, r#""frames": 2"#, r#""uid": ""#]
    {
        let forged = exported.folder.path().join("forged.bendwise");
        let mut session = Vec::new();
        let with = exported.with(SESSION, |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(change), "{text}");
            let wrong = change
                .replace("\"hips\"", "\"perhaps\"")
                .replace(" 1", " -1")
                .replace(" 2", " 3")
                .replace(": \"", ": \"x");
            *bytes = text.replacen(change, &wrong, 1).into_bytes();
        });
        let mut archive = zip::ZipArchive::new(fs::File::open(&with).unwrap()).unwrap();
        io::copy(&mut archive.by_name(SESSION).unwrap(), &mut session).unwrap();
        fs::copy(&with, &forged).unwrap();
        let consistent = ExportedSession { file: forged, folder: tempfile::tempdir().unwrap(), world: World::new() };
        let package = consistent.with(MANIFEST, |bytes| {
            let mut manifest: Manifest = serde_json::from_slice(bytes).unwrap();
            let sum = crate::inference::models::hex(&<sha2::Sha256 as sha2::Digest>::digest(&session));
            *manifest.files.get_mut(SESSION).unwrap() = FileDigest { bytes: session.len() as u64, sha256: sum };
            *bytes = serde_json::to_vec(&manifest).unwrap();
        });
        let told = refused(&package);
        assert!(told.contains("is damaged"), "{change}: {told}");
    }
}

#[test]
fn what_no_session_can_be_is_refused() {
    type Change = fn(&mut Portable);
    let changes: [(&str, Change); 15] = [
        ("its time", |session| session.began_ms = i64::MAX / 2),
        ("a count of lost frames", |session| session.samples_lost = 1 << 63),
        ("the size of its picture", |session| session.width = Some(0)),
        ("a re-measurement of itself", |session| session.origin = Some(session.uid.clone())),
        ("its time zone", |session| session.offset_s = -1_000_000_000),
        ("a name of more than 1,000 letters", |session| session.name = Some("x".repeat(200_000))),
        ("a name of more than 1,000 letters", |session| session.plan = Some("x".repeat(1001))),
        ("a network listed twice", |session| session.models = vec![("a".into(), "b".into()); 2]),
        ("two repetitions of one number", |session| session.repetitions.extend(session.repetitions.clone())),
        ("repetition 1", |session| session.repetitions[0].set = Some(9)),
        ("repetition 1", |session| session.repetitions[0].repetition.bend.hip_flexion = Angle::radians(1e30)),
        ("repetition 1", |session| {
            session.repetitions[0].repetition.half_width_90.lumbar_flexion = Angle::radians(-0.1);
        }),
        ("repetition 1", |session| session.repetitions[0].repetition.confidence = -4.0),
        ("repetition 1", |session| session.repetitions[0].repetition.verdict_probability = Some(7.0)),
        ("repetition 1", |session| session.repetitions[0].repetition.start = Timestamp::from_secs_f64(1e6)),
    ];
    let (_world, store) = one_of_each();
    let session = Portable::from(&store.session(&store.named("last").unwrap()).unwrap());
    assert!(!session.repetitions.is_empty());
    assert_eq!(plausibility::impossible(&session), None);
    for (what, change) in changes {
        let mut changed = session.clone();
        change(&mut changed);
        assert_eq!(plausibility::impossible(&changed).as_deref(), Some(what));
    }
}

#[test]
fn the_texts_of_a_package_are_made_visible_before_they_are_kept() {
    let hostile = "x\u{1b}[2J\u{202e}\ny";
    let (_world, store) = one_of_each();
    let session = store.session(&store.named("last").unwrap()).unwrap();
    let mut session = Portable::from(&session);
    (session.source, session.program) = (hostile.to_owned(), hostile.to_owned());
    (session.name, session.note, session.plan) = (Some(hostile.into()), Some(hostile.into()), Some(hostile.into()));
    session.models = vec![(hostile.to_owned(), hostile.to_owned())];
    let mut text = serde_json::to_value(&session).unwrap();
    text["sets"][0]["drill"] = hostile.into();
    text["events"][0]["detail"] = hostile.into();
    text["events"][0]["kind"] = hostile.into();
    let visible = serde_json::from_value::<Portable>(text).unwrap().made_visible();
    let told = serde_json::to_value(&visible).unwrap();
    let shown = serde_json::json!("x\u{fffd}[2J\u{fffd}\u{fffd}y");
    for field in ["source", "program", "name", "note", "plan"] {
        assert_eq!(told[field], shown, "{field}");
    }
    assert_eq!((&told["models"][0][0], &told["models"][0][1], &told["sets"][0]["drill"]), (&shown, &shown, &shown));
    assert_eq!((&told["events"][0]["kind"], &told["events"][0]["detail"]), (&shown, &shown));
}

/// What tells sessions apart and binds them: the uid of each by its id, and that of the session it was measured again from.
fn identities(store: &Store) -> Vec<(String, String, Option<String>)> {
    let sessions = store.list().unwrap().into_iter();
    let mut all: Vec<_> = sessions.map(|session| (session.id, session.uid, session.origin)).collect();
    all.sort();
    all
}

#[test]
fn sessions_and_what_was_measured_again_from_them_stay_who_they_are_on_another_machine() {
    let world = World::new();
    let anna = world.open().add_person("Anna").unwrap();
    let began = |time: &str| format!("2026-11-22T{time}+01:00[+01:00]");
    let keep = |mut writer: crate::store::SessionWriter| {
        let id = writer.id().to_owned();
        writer.keep(&[Sample::default()], &[]).unwrap();
        writer.finish(crate::store::LostCounts::default()).unwrap();
        world.open().named(&id).unwrap()
    };
    let new = |time: &str| world.open().begin(&crate::store::tests::beginning(&began(time))).unwrap();
    // The ids are those of the order in which they were kept, not of their beginnings.
    let (late, early) = (keep(new("20:00")), keep(new("08:00")));
    let again = [&late, &early, &late].map(|first| keep(world.open().begin_remeasurement(first).unwrap()));
    assert!(again.iter().all(|again| again.origin.is_some()));
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("anna");
    world.open().export_person(&anna, &folder).unwrap();
    let bring = |there: &World| {
        let package = PersonPackage::read(&folder).unwrap();
        let added = there.open().add_exported(&package, None).unwrap();
        package.sessions().for_each(|file| drop(there.open().import(Some(&added.person), file).unwrap()));
    };
    let there = World::new();
    bring(&there);
    assert_eq!(identities(&there.open()), identities(&world.open()));
    // Where an id is taken, they take free ones, and stay bound to each other.
    let taken = World::new();
    let mut other = taken.open().begin(&crate::store::tests::beginning(&began("07:00"))).unwrap();
    other.keep(&[Sample::default()], &[]).unwrap();
    other.finish(crate::store::LostCounts::default()).unwrap();
    bring(&taken);
    let bound = |world: &World| {
        let mut bound: Vec<_> = identities(&world.open()).into_iter().map(|(_, uid, origin)| (uid, origin)).collect();
        bound.sort();
        bound
    };
    assert!(bound(&world).iter().all(|session| bound(&taken).contains(session)));
    assert_eq!(identities(&taken.open()).len(), 6);
}

/// Guards the file format: the file in `tests/golden` must stay unchanged, so that packages of earlier versions can be
/// read.
#[test]
fn the_text_of_a_package_stays_what_it_is() {
    let kept = include_str!("../../../tests/golden/session.json");
    let (world, store) = one_of_each();
    let mut session = store.session(&store.named("last").unwrap()).unwrap();
    session.entry.uid = "0123456789abcdef0123456789abcdef".to_owned();
    session.entry.pseudonym = "p-0123456789".to_owned();
    session.entry.program = "1.2.3".to_owned();
    session.models = vec![("back.onnx".to_owned(), "0123abcd".to_owned())];
    let session = Portable::from(&session);
    assert_eq!(serde_json::to_string_pretty(&session).unwrap() + "\n", kept);
    assert_eq!(serde_json::from_str::<Portable>(kept).unwrap(), session);
    assert_eq!(serde_json::from_str::<Portable>(&earlier(kept)).unwrap(), as_earlier(session));
    drop(world);
}

/// A session's text as packages of the first version had it, with the confidence by which they told a hidden bottom.
fn earlier(text: &str) -> String {
    let mut session: serde_json::Value = serde_json::from_str(text).unwrap();
    for repetition in session["repetitions"].as_array_mut().unwrap() {
        let repetition = repetition.as_object_mut().unwrap();
        for later in ["verdict_probability", "bottom_hidden", "standing_doubt"] {
            assert!(repetition.remove(later).is_some(), "{later}");
        }
        if repetition["verdict"] == "none" {
            repetition["confidence"] = 0.0.into();
        }
    }
    session.to_string()
}

/// What is known of such a session.
fn as_earlier(mut session: Portable) -> Portable {
    for kept in &mut session.repetitions {
        let repetition = &mut kept.repetition;
        (repetition.verdict_probability, repetition.standing_doubt) = (None, None);
        if repetition.verdict.is_none() {
            assert!(repetition.bottom_hidden);
            repetition.confidence = 0.0;
        }
    }
    session
}

#[test]
fn a_session_from_elsewhere_is_of_whoever_it_was_and_never_of_somebody_else_who_is_here() {
    let exported = ExportedSession::new();
    let theirs = exported.world.open().person_or_only(None).unwrap();
    let here = World::new();
    let said = |result: Result<PackageImport, PackageError>| result.unwrap_err().to_string();

    // Where nothing was kept, whoever it is moves in, with their pseudonym.
    let arrived = here.open().import(None, &exported.file).unwrap();
    let owner = here.open().named(&arrived.id).unwrap();
    assert_eq!(owner.pseudonym, theirs.pseudonym);
    let ben = here.open().add_person("Ben").unwrap();
    here.open().delete(&owner).unwrap();
    let refused = said(here.open().import(Some(&ben), &exported.file));
    assert!(refused.contains("is a session of") && refused.contains("leave out --person"), "{refused}");
    let again = here.open().import(None, &exported.file).unwrap();
    assert_eq!(here.open().named(&again.id).unwrap().person, owner.person);

    // Nor where somebody else is to begin.
    let named = World::new();
    named.open().add_person("Zoe").unwrap();
    let unknown = said(named.open().import(None, &exported.file));
    assert!(unknown.contains("somebody who is not known here: say whose it is with --person NAME"), "{unknown}");

    // Where somebody else practises, nobody is guessed.
    let elsewhere = World::new();
    session_of(&elsewhere);
    let unknown = said(elsewhere.open().import(None, &exported.file));
    assert!(unknown.contains("somebody who is not known here: if it is of the one who practised here"), "{unknown}");
    let cleo = elsewhere.open().add_person("Cleo").unwrap();
    let unknown = said(elsewhere.open().import(None, &exported.file));
    assert!(unknown.contains("somebody who is not known here: say whose it is with --person NAME"), "{unknown}");
    let given = elsewhere.open().import(Some(&cleo), &exported.file).unwrap();
    assert_eq!(elsewhere.open().named(&given.id).unwrap().person, cleo.id);
}
