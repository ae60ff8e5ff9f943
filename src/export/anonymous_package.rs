//! A `.bendwise` file without what tells whose session it holds and when that was.
//!
//! It works on the file, not on the store: what is not in it afterwards is what another machine never sees. The video goes,
//! as it shows the person, and of the date only the year stays, as its first day, because a session has to have begun at some time.

use std::io::{self, Read, Seek, Write};

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::anonymous::{SOURCE, anonymous_id, hex, pseudonym};

/// Its files, as the store writes them (`store/package/`).
const MANIFEST: &str = "manifest.json";
const SESSION: &str = "session.json";
const SAMPLES: &str = "samples";

/// The only events that stay: what was asked of the measurement, which a re-measurement repeats. Others may have words in them.
const REQUEST: &str = "request";

/// Copies a file that the store wrote to `out`, without what tells whose it is and when it was.
///
/// # Errors
/// If it cannot be read, or `out` not be written.
pub fn anonymous_package(from: impl Read + Seek, out: impl Write) -> io::Result<()> {
    let mut archive = ZipArchive::new(from).map_err(io::Error::other)?;
    let mut session: Value = serde_json::from_slice(&contents(&mut archive, SESSION)?)?;
    let mut manifest: Value = serde_json::from_slice(&contents(&mut archive, MANIFEST)?)?;
    make_anonymous(&mut session);
    let files = [(SESSION, serde_json::to_vec_pretty(&session)?), (SAMPLES, contents(&mut archive, SAMPLES)?)];
    let digest = |bytes: &[u8]| json!({ "bytes": bytes.len(), "sha256": hex(&Sha256::digest(bytes)) });
    manifest["files"] = files.iter().map(|(name, bytes)| ((*name).to_owned(), digest(bytes))).collect();
    let mut zip = ZipWriter::new_stream(out);
    for (name, bytes) in files.into_iter().chain([(MANIFEST, serde_json::to_vec_pretty(&manifest)?)]) {
        let method = if name == SAMPLES { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(name, SimpleFileOptions::default().compression_method(method).large_file(true))?;
        zip.write_all(&bytes)?;
    }
    zip.finish()?;
    Ok(())
}

fn contents(archive: &mut ZipArchive<impl Read + Seek>, name: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    archive.by_name(name).map_err(io::Error::other)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Changes `session.json`.
fn make_anonymous(session: &mut Value) {
    let uid = session["uid"].as_str().unwrap_or_default().to_owned();
    session["id"] = anonymous_id(&uid).into();
    session["uid"] = pseudonym(&uid).into();
    session["source"] = SOURCE.into();
    for told in ["name", "note", "origin"] {
        session[told] = Value::Null;
    }
    session["began_ms"] = first_of_year(session["began_ms"].as_i64().unwrap_or_default()).into();
    session["offset_s"] = 0.into();
    if let Some(events) = session["events"].as_array_mut() {
        events.retain(|event| event["kind"] == REQUEST);
    }
}

/// Milliseconds since 1970 at which the year of this moment began, UTC.
fn first_of_year(milliseconds: i64) -> i64 {
    let moment = Timestamp::from_millisecond(milliseconds).unwrap_or_default().to_zoned(TimeZone::UTC);
    let first = date(moment.year(), 1, 1).to_zoned(TimeZone::UTC);
    first.map_or(0, |first| first.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_session_only_the_year_and_the_requests_stay() {
        let began = 1_795_331_100_000_i64; // 22 November 2026
        let mut session = json!({
            "uid": "0123", "id": "2026-11-22", "began_ms": began, "offset_s": 3600, "source": "/home/erika/a.mp4",
            "name": "Erika", "note": "limps", "origin": null, "frames": 5,
            "events": [{ "kind": "note", "detail": "limps" }, { "kind": "request", "detail": "stand" }],
        });
        make_anonymous(&mut session);
        let text = session.to_string();
        assert!(!text.contains("rika") && !text.contains("limps") && !text.contains("2026-11"), "{text}");
        assert_eq!((session["frames"].as_i64(), session["events"].as_array().unwrap().len()), (Some(5), 1));
        let kept = Timestamp::from_millisecond(session["began_ms"].as_i64().unwrap()).unwrap();
        assert_eq!(kept.to_string(), "2026-01-01T00:00:00Z");
    }
}
