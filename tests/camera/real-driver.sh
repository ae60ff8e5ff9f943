#!/bin/bash
# What the program does with a camera in trouble, on the kernel's own test driver instead of a camera.
#
#   tests/camera/guest/build.sh    # once: a guest that has the driver
#   tests/camera/guest/run.sh tests/camera/real-driver.sh target/release/bendwise
#
# or, on a machine whose kernel has it, as root: modprobe vivid n_devs=1 node_types=0x1 input_types=0x0
# Wants /dev/video0 to be vivid, and v4l2-ctl; the checks of a camera that sends JPEG also want /dev/video10 to be v4l2loopback, and
# ffmpeg. It is no part of `cargo test`: no machine has these drivers loaded. Each line says what was tried; the exit status is the number of
# those that went wrong. Last run whole: 2026-11-24, in that guest.
set -u
bendwise=$(realpath "${1:?the program}")
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
  local said; said=$(timeout -k 5 60 "$bendwise" cameras 2>&1); check "$1" 0 "$2" $? "$said"
}
live() { # WHAT WANTED-STATUS WANTED-WORDS SECONDS [COMMAND IN FRONT]
  local what=$1 status=$2 words=$3 seconds=$4 said; shift 4
  said=$(timeout --foreground --preserve-status -k 20 -s INT "$seconds" "$@" "$bendwise" live --free --source camera:0 2>&1)
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
RUST_LOG=bendwise=info live "unplugged and plugged in again" 0 "is back: $fluent" 20
wait
(sleep 5; control inject_fatal_streaming_error 1) &
live "a failure of the stream heals" 0 "" 12
wait
(sleep 4; control percentage_of_dropped_buffers 100; sleep 5; control percentage_of_dropped_buffers 0) &
live "falls silent, and is told" 0 "No picture comes from the camera" 14
wait

touch /dev/video-front
cameras "a file called video-front beside it" "$fluent"
rm /dev/video-front

loop=/dev/video10
if [ "$(cat /sys/class/video4linux/video10/name 2>/dev/null)" = Loop ] && command -v ffmpeg >/dev/null; then
  demo=$(dirname "$0")/../../assets/demo.mp4
  jpeg=$(mktemp -d)
  ffmpeg -nostdin -v error -i "$demo" -t 8 -c:v mjpeg -q:v 4 -pix_fmt yuvj422p "$jpeg/whole.avi"
  ffmpeg -nostdin -v error -i "$demo" -t 3 -c:v mjpeg -q:v 4 -pix_fmt yuvj422p "$jpeg/large.mjpeg"
  ffmpeg -nostdin -v error -ss 3 -i "$demo" -vf scale=640:-2 -c:v mjpeg -q:v 4 -pix_fmt yuvj422p "$jpeg/small.mjpeg"
  ffmpeg -nostdin -v error -framerate 25 -f mjpeg -i <(cat "$jpeg/large.mjpeg" "$jpeg/small.mjpeg") -c copy "$jpeg/both.avi"
  ffmpeg -nostdin -v error -i "$jpeg/whole.avi" -c copy -bsf:v noise=amount=20000 "$jpeg/broken.avi"
  play() { ffmpeg -nostdin -v quiet -re -stream_loop -1 -i "$1" -c copy -f v4l2 $loop & player=$!; sleep 2; }
  end() { kill $player; wait $player 2>/dev/null; }
  on_loop() { # WHAT WANTED-WORDS SECONDS
    local said; said=$(timeout --foreground --preserve-status -k 20 -s INT "$3" "$bendwise" live --free --stats --source camera:10 2>&1)
    check "$1" 0 "$2" $? "$said"
  }
  play "$jpeg/whole.avi"
  on_loop "JPEG" "Standing posture found" 15
  (sleep 6; end; sleep 4; play "$jpeg/whole.avi"; sleep 10; end) &
  on_loop "whoever sends goes away and comes back" "No picture comes from the camera" 20
  wait
  end 2>/dev/null
  play "$jpeg/both.avi"
  on_loop "another size in mid-stream" "rep 1" 25
  end
  play "$jpeg/broken.avi"
  on_loop "JPEG with broken frames" "frames dropped" 15
  end
  rm -r "$jpeg"
else
  echo "left out: a camera that sends JPEG (needs v4l2loopback as $loop, and ffmpeg)"
fi
[ -e $loop ] && rmmod v4l2loopback 2>/dev/null
echo vivid.0 >$driver/unbind
if compgen -G "/dev/video[0-9]*" >/dev/null; then
  echo "left out: none at all"
else
  cameras "none at all" "No camera was found"
fi
echo vivid.0 >$driver/bind
[ $wrong = 0 ] && echo "all went well"
exit $wrong
