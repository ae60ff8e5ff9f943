#!/usr/bin/env bash
# bendwise beside MediaPipe's own Python package, on the same recording in one run. Needs Python 3.9 to 3.12 with pip.
#
#   benches/peers/run.sh [RECORDING]
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=target/peers
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r benches/peers/requirements.txt
cargo build --release --quiet
"$venv/bin/python" benches/peers/peers.py "${CARGO_TARGET_DIR:-target}/release/bendwise" "${1:-assets/demo.mp4}"
