#!/usr/bin/env bash
# This version beside an earlier one: processor time and peak memory of `analyze`, in turn on one machine.
#
#   benches/versions/run.sh [COMMIT] [ROUNDS] [RECORDING…]
set -euo pipefail
cd "$(dirname "$0")/../.."

commit=${1:-b088ec1} rounds=${2:-5}
recordings=("${@:3}")
[ ${#recordings[@]} -gt 0 ] || recordings=(assets/demo.mp4 tests/session/film.mp4)

program=$(benches/versions/earlier.sh "$commit")
CARGO_INCREMENTAL=0 cargo build --release --quiet
python3 benches/versions/versions.py "$rounds" "$program" "${CARGO_TARGET_DIR:-target}/release/bendwise" "${recordings[@]}"
