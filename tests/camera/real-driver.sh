#!/bin/bash
# What the program does with a camera in trouble, on the kernel's own test driver instead of a camera.
#
#   modprobe vivid n_devs=1 node_types=0x1 input_types=0x0
#   tests/camera/real-driver.sh target/release/hinge
#
# Wants root, /dev/video0 to be vivid, and v4l2-ctl. It is no part of `cargo test`: no machine has that driver loaded.
# Each line says what was tried; the exit status is the number of those that went wrong. Last run whole: 2026-11-23, in a
# user-mode Linux with vivid, 13 of 13 right.
set -u
hinge=$(realpath "${1:?the program}")
device=/dev/video0
driver=/sys/bus/platform/drivers/vivid
export RUST_LOG=error
command -v v4l2-ctl >/dev/null || { echo "v4l2-ctl is missing: install v4l-utils"; exit 100; }
[ "$(cat /sys/class/video4linux/video0/name)" = vivid-000-vid-cap ] || { echo "$device is not vivid"; exit 100; }
wrong=0

check() { # WHAT WANTED-STATUS WANTED-WORDS STATUS SAID
  if [ "$4" = "$2" ] && grep -qF -- "$3" <<<"$5"; then
    echo "ok     $1"
  else
    echo "WRONG  $1: status $4 instead of $2, \"$3\" wanted in:"; sed 's/^/       | /' <<<"$5"
    wrong=$((wrong + 1))
  fi
}
left_in() { v4l2-ctl -d $device --set-fmt-video="width=$1,height=$2,pixelformat=$3" --set-parm="$4" >/dev/null; }
control() { v4l2-ctl -d $device -c "$1=$2"; }
cameras() { # WHAT WANTED-WORDS
  local said; said=$(timeout -k 5 60 "$hinge" cameras 2>&1); check "$1" 0 "$2" $? "$said"
}
live() { # WHAT WANTED-STATUS WANTED-WORDS SECONDS [COMMAND IN FRONT]
  local what=$1 status=$2 words=$3 seconds=$4 said; shift 4
  said=$(timeout --foreground --preserve-status -k 20 -s INT "$seconds" "$@" "$hinge" live --free --source camera:0 2>&1)
  check "$what" "$status" "$words" $? "$said"
}
fluent="640x480 YUYV at 25 fps" # the best that vivid has

left_in 640 480 YUYV 25
cameras "as it is" "$fluent"
left_in 1280 720 YUYV 12.5
cameras "left at 12.5 frames a second" "$fluent"
left_in 640 480 UYVY 25
cameras "left in UYVY" "$fluent"
left_in 1920 1080 UYVY 2
cameras "left in UYVY at another rate" "$fluent"
left_in 320 180 YUYV 1
cameras "left at 1 frame a second" "$fluent"

v4l2-ctl -d $device --stream-mmap --stream-count=100000 >/dev/null 2>&1 & other=$!
sleep 1
live "in use" 1 "is in use by another program: close that program and try again" 20
cameras "in use, listed" "is in use by another program"
kill $other; wait $other 2>/dev/null

chmod 600 $device
live "no permission" 1 "may not be opened by this user: allow access to it" 20 \
  setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp
chmod 660 $device

control percentage_of_dropped_buffers 100
cameras "silent" "does not answer: unplug it"
control percentage_of_dropped_buffers 0
cameras "no longer silent" "$fluent"

live "frames until the person leaves" 0 "" 15
(sleep 5; echo vivid.0 >$driver/unbind; sleep 3; echo vivid.0 >$driver/bind) &
RUST_LOG=hinge=info live "unplugged and plugged in again" 0 "is back: $fluent" 20
wait
(sleep 5; control inject_fatal_streaming_error 1) &
live "a failure of the stream heals" 0 "" 12
wait
[ $wrong = 0 ] && echo "all went well"
exit $wrong
