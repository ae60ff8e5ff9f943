#!/usr/bin/env bash
# bendwise beside MediaPipe's own Python packages, on the same recordings in one run. Needs Python 3.11 or 3.12 with pip.
#
#   benches/peers/run.sh [RECORDING…]
set -euo pipefail
cd "$(dirname "$0")/../.."

peers=target/peers
venv() { # NAME REQUIREMENTS
  [ -x "$peers/$1/bin/python" ] || python3 -m venv "$peers/$1"
  "$peers/$1/bin/pip" install --quiet --disable-pip-version-check -r "benches/peers/$2"
}
venv solutions requirements.txt
venv tasks requirements-tasks.txt
[ -f "$peers/pose.task" ] || "$peers/solutions/bin/python" benches/peers/bundle.py "$peers/pose.task"
cargo build --release --quiet
[ $# -gt 0 ] || set -- assets/demo.mp4 tests/session/film.mp4
"$peers/solutions/bin/python" benches/peers/peers.py "${CARGO_TARGET_DIR:-target}/release/bendwise" \
  "$peers/solutions/bin/python" "$peers/tasks/bin/python" "$peers/pose.task" "$@"
