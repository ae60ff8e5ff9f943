#!/usr/bin/env bash
# bendwise beside MediaPipe's own Python packages, on the same recordings in one run. Needs Python 3.11 or 3.12 with pip.
#
#   benches/peers/run.sh [RECORDING…]
set -euo pipefail
cd "$(dirname "$0")/../.."

peers=target/peers
benches/peers/prepare.sh
cargo build --release --quiet
[ $# -gt 0 ] || set -- assets/demo.mp4 tests/session/film.mp4
"$peers/solutions/bin/python" benches/peers/peers.py "${CARGO_TARGET_DIR:-target}/release/bendwise" \
  "$peers/solutions/bin/python" "$peers/tasks/bin/python" "$peers/pose.task" "$@"
