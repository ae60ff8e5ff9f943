#!/usr/bin/env bash
# The table of BENCHMARKS.md, "What it may cost": this version beside an earlier one, beside MediaPipe, and by itself.
#
#   benches/table/run.sh [ROW…]      analyze live peers camera start sizes lengths hour; without any, all but the hour
#
# Needs ffmpeg, Xvfb and Python 3.11 or 3.12 with pip, and for `camera` the guest of tests/camera (tests/camera/guest/build.sh). Hours
# in all, on two cores that do nothing else; each row is printed as soon as it is measured. COMMIT names the earlier version, HOUR the
# seconds of `hour`, 3600 unless it says less.
set -euo pipefail
cd "$(dirname "$0")/../.."

commit=${COMMIT:-b088ec1}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
rows=("$@")
[ $# -gt 0 ] || rows=(analyze live peers camera start sizes lengths)
# Incremental builds are cut into so many parts that hot loops are no longer inlined.
export CARGO_INCREMENTAL=0
cargo build --release --quiet
films=$target/table
mkdir -p "$films"

needs() { printf '%s\n' "${rows[@]}" | grep -qx -e "$1" -e "${2:-$1}"; }
if needs analyze live; then
  EARLIER=$(benches/versions/earlier.sh "$commit")
  export EARLIER
fi
if needs peers; then benches/peers/prepare.sh; fi
if needs live hour; then # pictures that are interpolated: duplicated ones would look like rest
  film=$films/film-30.mp4
  [ -f "$film" ] || ffmpeg -nostdin -v error -i tests/session/film.mp4 -vf minterpolate=fps=30 -pix_fmt yuv420p "$film"
fi
exec python3 benches/table/table.py "$target/release/bendwise" "$films" "${rows[@]}"
