#!/usr/bin/env bash
# Builds the program of an earlier COMMIT beside this one and prints its path.   benches/versions/earlier.sh COMMIT
set -euo pipefail
cd "$(dirname "$0")/../.."
earlier=$(realpath -m "${CARGO_TARGET_DIR:-target}")/versions/$1
[ -e "$earlier/Cargo.toml" ] || git worktree add --quiet --detach "$earlier" "$1" >&2
# Incremental builds are cut into so many parts that hot loops are no longer inlined.
(cd "$earlier" && CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=target cargo build --release --quiet >&2)
find "$earlier/target/release" -maxdepth 1 -type f -perm -u+x \( -name bendwise -o -name hinge \) | head -n 1
