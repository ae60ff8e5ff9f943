//! The demo as a real browser records it: Chromium plays it, its MediaRecorder writes it anew, and `analyze` measures
//! what was recorded. Skipped where there is no Chromium; what only ffmpeg decodes, where there is none.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::World;
use serde_json::Value;

/// Records the demo once and sends it back.
const PAGE: &str = r#"<!doctype html><video id="v" src="/demo" muted></video><script>
const type = decodeURIComponent(location.search.slice(1));
const give = (path, body) => fetch(path, { method: "POST", body });
const video = document.getElementById("v");
const fail = error => give("/failed", String(error && error.message || error));
window.onerror = fail;
video.onerror = () => fail("the demo cannot be played");
video.oncanplaythrough = async () => {
  video.oncanplaythrough = null;
  try {
    if (!MediaRecorder.isTypeSupported(type)) return fail("unsupported");
    const recorder = new MediaRecorder(video.captureStream(), { mimeType: type, videoBitsPerSecond: 2500000 });
    const parts = [];
    recorder.ondataavailable = event => parts.push(event.data);
    recorder.onstop = () => give("/recorded", new Blob(parts));
    video.onended = () => recorder.stop();
    recorder.onerror = event => fail(event.error);
    await video.play();
    recorder.start(1000);
  } catch (error) { fail(error); }
};
</script>"#;

/// How long one recording may take; the demo lasts 14 s.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser that is ended with the test.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|name| which::which(name).ok())
}

/// Reads one request: its path and its body.
fn request(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first.split(' ').nth(1)?.to_owned(), body))
}

fn answer(mut stream: &TcpStream, kind: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // A browser may hang up on what it has already.
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).ok();
}

/// What the browser made of the demo in this format; `Err` says why nothing.
fn recorded(world: &World, kind: &str) -> Result<Vec<u8>, String> {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let query = kind.replace(';', "%3B").replace('=', "%3D").replace('/', "%2F");
    let address = format!("http://{}/?{query}", server.local_addr().unwrap());
    let profile = format!("--user-data-dir={}", world.path("profile").display());
    let options = ["--headless", "--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"];
    let mut browser = Command::new(chromium().unwrap());
    browser.args(options).arg(profile).arg(address).stdout(Stdio::null()).stderr(Stdio::null());
    let _browser = Browser(browser.spawn().unwrap());
    let demo = fs::read("assets/demo.mp4").unwrap();
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let Ok((stream, _)) = server.accept() else {
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let Some((path, body)) = request(&stream) else { continue };
        match path.as_str() {
            "/demo" => answer(&stream, "video/mp4", &demo),
            "/recorded" => return Ok(body),
            "/failed" => return Err(String::from_utf8_lossy(&body).into_owned()),
            _ => answer(&stream, "text/html", PAGE.as_bytes()),
        }
    }
    Err("the browser did not answer".to_owned())
}

/// The repetitions that are measured in it: verdict and hip flexion.
fn measured(world: &World, name: &str) -> Vec<(String, f64)> {
    let (file, summary) = (world.path(name), world.path("summary.json"));
    let path = std::env::var_os("PATH").unwrap_or_default(); // for ffmpeg
    world.bendwise().env("PATH", path).arg("analyze").arg(file).arg("--summary").arg(&summary).assert().success();
    let summary: Value = serde_json::from_slice(&fs::read(summary).unwrap()).unwrap();
    assert_eq!(summary["dropped_frames"], 0, "{name}");
    let told = |rep: &Value| Some((rep["verdict"].as_str()?.to_owned(), rep["hip_flexion_deg"].as_f64()?));
    summary["reps"].as_array().unwrap().iter().filter_map(told).collect()
}

#[test]
#[ignore = "plays the demo four times, two minutes; run it after changes to how videos are read"]
fn what_a_browser_records_is_measured_as_the_demo_is() {
    if chromium().is_none() {
        return;
    }
    let world = World::new();
    fs::copy("assets/demo.mp4", world.path("demo.mp4")).unwrap();
    let expected = measured(&world, "demo.mp4");
    let kinds = [
        ("avc1.mp4", "video/mp4;codecs=avc1.42E01E"),
        ("avc3.mp4", "video/mp4;codecs=avc3.42E01E"),
        ("vp8.webm", "video/webm;codecs=vp8"),
        ("vp9.webm", "video/webm;codecs=vp9"),
    ];
    for (name, kind) in kinds {
        if name.ends_with("webm") && which::which("ffmpeg").is_err() {
            continue;
        }
        match recorded(&world, kind) {
            Ok(bytes) => fs::write(world.path(name), bytes).unwrap(),
            Err(reason) if reason == "unsupported" => continue, // a browser without this encoder
            Err(reason) => panic!("{name}: {reason}"),
        }
        let found = measured(&world, name);
        assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
        for ((verdict, hip), (expected_verdict, expected_hip)) in found.iter().zip(&expected) {
            assert_eq!(verdict, expected_verdict, "{name}: {found:?}");
            assert!((hip - expected_hip).abs() < 6.0, "{name}: {found:?}, not {expected:?}");
        }
    }
}
