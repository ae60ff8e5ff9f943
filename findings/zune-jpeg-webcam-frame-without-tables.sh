#!/usr/bin/env bash
# Question  Webcams may leave the Huffman tables out of each frame of Motion JPEG; the standard ones are meant then (USB Video Class, MJPEG payload). Does
#           zune-jpeg, by which the crate image reads JPEG too, decode such a frame?
# Guess     Yes, with the standard tables, as libjpeg-turbo and ffmpeg do: it was asked for in 2023, and the request is closed. (Written down before it
#           was run, but for the request, which was found later.)
# Seen      2026-11-28, zune-jpeg 0.5.15 and image 0.25.10 (Rust 1.95), Pillow 13.0.0 and ffmpeg of imageio-ffmpeg 0.8.1 for comparison (Linux x86-64). Only
#           where the frame has an APP0 segment that begins with "AVI1" and a 0. Without one, or with the APP0 of an ordinary JPEG (JFIF), every frame
#           is an error: "No DC table for component Y". The class asks for AVI1 of interlaced pictures only, and there the number of the field follows
#           the name, such as 1: refused as well. Pillow and ffmpeg decode all of them, to the same picture as with the tables.
# Matters   A camera that works in every other program gives no picture, and "corrupt JPEG" blames its cable. Where a frame has no segment FF C4 before
#           FF DA, put an AVI1 segment (FF E0 00 10, "AVI1", ten zeros) behind its first two bytes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 imageio-ffmpeg==0.8.1
venv/bin/python - <<'PY'
import io
import subprocess

import imageio_ffmpeg
import numpy as np
from PIL import Image

y, x = np.mgrid[:240, :320]
picture = Image.fromarray(np.stack([x % 256, y, (x + y) % 256], axis=-1).astype(np.uint8))
coded = io.BytesIO()
picture.save(coded, "JPEG", quality=85, subsampling="4:2:2")  # with the standard tables
whole = coded.getvalue()
jfif, rest, at = b"", bytearray(), 2
while whole[at + 1] != 0xDA:
    end = at + 2 + int.from_bytes(whole[at + 2 : at + 4])
    if whole[at + 1] == 0xE0:
        jfif = whole[at:end]
    elif whole[at + 1] != 0xC4:
        rest += whole[at:end]
    at = end
rest += whole[at:]
assert b"JFIF" in jfif and b"\xff\xc4" not in rest[: rest.index(b"\xff\xda")]
avi1 = [b"\xff\xe0\x00\x10AVI1" + bytes([field]) + bytes(9) for field in (0, 1)]
frames = {"tables": whole, "bare": whole[:2] + rest, "jfif": whole[:2] + jfif + rest}
frames |= {"avi1": whole[:2] + avi1[0] + rest, "field": whole[:2] + avi1[1] + rest}
right = np.asarray(Image.open(io.BytesIO(whole)))
for name, frame in frames.items():
    with open(f"{name}.jpg", "wb") as file:
        file.write(frame)
    by_pillow = np.asarray(Image.open(io.BytesIO(frame)))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", f"{name}.jpg", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    by_ffmpeg = np.frombuffer(subprocess.run(command, capture_output=True).stdout, np.uint8)
    print(f"{name:6} Pillow the same: {np.array_equal(by_pillow, right)}, ffmpeg {by_ffmpeg.size} bytes")
    assert np.array_equal(by_pillow, right) and by_ffmpeg.size == right.size
PY
mkdir -p look/src
cat >look/Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.1.0"
edition = "2021"

[dependencies]
image = { version = "=0.25.10", default-features = false, features = ["jpeg"] }
zune-jpeg = "=0.5.15"
TOML
cat >look/src/main.rs <<'RUST'
use zune_jpeg::{zune_core::bytestream::ZCursor, JpegDecoder};

fn main() {
    let mut seen = Vec::new();
    for name in ["tables", "bare", "jfif", "avi1", "field"] {
        let frame = std::fs::read(format!("{name}.jpg")).expect("written above");
        let by_zune = JpegDecoder::new(ZCursor::new(&frame)).decode().map(|pixels| pixels.len()).map_err(|error| error.to_string());
        let by_image = image::load_from_memory(&frame).map(|picture| picture.to_rgb8().len()).map_err(|error| error.to_string());
        println!("{name:6} zune-jpeg {by_zune:?}, image {by_image:?}");
        assert_eq!(by_zune.is_ok(), by_image.is_ok());
        seen.push(by_zune.is_ok());
    }
    assert_eq!(seen, [true, false, false, true, false]);
}
RUST
CARGO_TARGET_DIR="$work/target" cargo run --quiet --manifest-path look/Cargo.toml
