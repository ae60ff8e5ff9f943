#!/usr/bin/env bash
# This version beside an earlier one: processor time and peak memory of `analyze`, in turn on one machine.
#
#   benches/versions/run.sh [COMMIT] [ROUNDS] [RECORDING…]
set -euo pipefail
cd "$(dirname "$0")/../.."

commit=${1:-b088ec1} rounds=${2:-5}
recordings=("${@:3}")
[ ${#recordings[@]} -gt 0 ] || recordings=(assets/demo.mp4 tests/session/film.mp4)

target=${CARGO_TARGET_DIR:-$PWD/target}
earlier=$target/versions/$commit
[ -e "$earlier/Cargo.toml" ] || git worktree add --detach "$earlier" "$commit"
# Incremental builds are cut into so many parts that hot loops are no longer inlined.
export CARGO_INCREMENTAL=0
(cd "$earlier" && CARGO_TARGET_DIR=target cargo build --release --quiet)
cargo build --release --quiet
program=$(find "$earlier/target/release" -maxdepth 1 -type f -perm -u+x \( -name bendwise -o -name hinge \) | head -n 1)
python3 benches/versions/versions.py "$rounds" "$program" "$target/release/bendwise" "${recordings[@]}"
