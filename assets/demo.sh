#!/usr/bin/env bash
# Makes assets/demo.webp, the moving picture in README.md: bendwise measures its own demo recording, and ffmpeg cuts and
# converts the annotated video. Needs ffmpeg with libwebp.   assets/demo.sh
set -euo pipefail
cd "$(dirname "$0")/.."

annotated=$(mktemp -d)
trap 'rm -r "$annotated"' EXIT
cargo run --release -- analyze assets/demo.mp4 --annotate "$annotated/demo.mp4"
# From 4.2 s: a bend from the hips, one from the back, one from the hips. Half of the frames and three quarters of the width.
ffmpeg -v error -y -ss 4.2 -i "$annotated/demo.mp4" -vf "fps=12.5,scale=960:-2:flags=lanczos" \
  -c:v libwebp_anim -preset drawing -quality 85 -compression_level 6 -loop 0 assets/demo.webp
ls -l assets/demo.webp
