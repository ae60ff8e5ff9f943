#!/usr/bin/env bash
# A live session on one core with a camera that sends JPEG, this version against an earlier one, in turn: processor time a second of the
# session, and what `--stats` says. In the guest of tests/camera (one core, v4l2loopback as /dev/video10):
#
#   tests/camera/guest/run.sh -t 900 benches/versions/jpeg-camera.sh EARLIER-PROGRAM PROGRAM [OPTION…]
#
# OPTIONs are for PROGRAM alone, `--every-frame` for example. The guest has no network: ORT_DYLIB_PATH has to name ONNX Runtime.
set -eu
earlier=$1 program=$2
shift 2
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-30}
film=$(mktemp --suffix=.avi)
trap 'rm -f "$film"; kill "${player:-}" 2>/dev/null || true' EXIT
ffmpeg -nostdin -y -v error -i "$(dirname "$0")/../../assets/demo.mp4" -c:v mjpeg -q:v 4 -pix_fmt yuvj422p "$film"
nice -n -5 ffmpeg -nostdin -v quiet -re -stream_loop -1 -i "$film" -c copy -f v4l2 /dev/video10 &
player=$!
sleep 3
TIMEFORMAT='%U %S'
session() { # NAME PROGRAM OPTION…
  local name=$1 used
  shift
  exec 3>&1
  used=$({ time timeout --foreground -s INT "$seconds" "$@" >"$film.out" 2>&1 || true; } 2>&1)
  echo "$used" | awk -v name="$name" -v s="$seconds" '{printf "%-8s %.3f processor seconds a second\n", name, ($1 + $2) / s}'
  grep -E 'networks|dropped' "$film.out" | sed 's|^|         |' || true
}
for round in $(seq "$rounds"); do
  echo "round $round"
  session earlier "$earlier" live --free --no-keep --stats --source camera:10
  session now "$program" live --free --no-keep --stats "$@" --source camera:10
done
