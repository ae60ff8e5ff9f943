#!/usr/bin/env bash
# How late a JPEG camera's pictures are shown on one core, in the guest of tests/camera; what `--stats` says is printed.
#
#   tests/camera/guest/run.sh -t 300 benches/table/one_core.sh PROGRAM SECONDS
#
# The core also plays the camera and the screen. The guest has no network: ORT_DYLIB_PATH has to name ONNX Runtime.
set -eu
program=$1 seconds=$2
room=$(mktemp -d)
trap 'rm -rf "$room"; kill "${player:-}" 2>/dev/null || true' EXIT
ffmpeg -nostdin -y -v error -i "$(dirname "$0")/../../assets/demo.mp4" -c:v mjpeg -q:v 4 -pix_fmt yuvj422p "$room/camera.avi"
nice -n -5 ffmpeg -nostdin -v quiet -re -stream_loop -1 -i "$room/camera.avi" -c copy -f v4l2 /dev/video10 &
player=$!
sleep 3
xvfb-run -a -s "-screen 0 1280x720x24" timeout --foreground -s INT "$seconds" \
  "$program" live --free --no-keep --stats --source camera:10 >"$room/said" 2>&1 || true
cat "$room/said"
