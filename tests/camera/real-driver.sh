#!/bin/bash
# What the program does with cameras of every kind, and in trouble, on the kernel's own test driver instead of a camera.
#
#   tests/camera/guest/build.sh    # once: a guest that has the driver
#   cargo build --release --bin bendwise --example camera_picture
#   tests/camera/guest/run.sh -t 600 tests/camera/real-driver.sh target/release/bendwise
#
# or, on a machine whose kernel has it, as root:
#   modprobe vivid n_devs=3 node_types=0x1,0x1,0x20100 num_inputs=1,3,1 input_types=0x0,0x39,0x0
# Wants /dev/video0 to be vivid as a webcam, and v4l2-ctl. Left out, and said, is what else it lacks: /dev/video1 as a television card and
# nodes behind it that are no camera; v4l2loopback as /dev/video10, with ffmpeg, for cameras that send JPEG or another pixel format; the
# example `camera_picture` beside the program, for colours and shapes. It is no part of `cargo test`: no machine has these drivers loaded.
# Each line says what was tried; the exit status is the number of those that went wrong. Last run, in two parts: 2026-11-28, in that guest.
set -u
bendwise=$(realpath "${1:?the program}")
picture=$(dirname "$bendwise")/examples/camera_picture
device=/dev/video0
driver=/sys/bus/platform/drivers/vivid
export RUST_LOG=error
command -v v4l2-ctl >/dev/null || { echo "v4l2-ctl is missing: install v4l-utils"; exit 100; }
[ "$(cat /sys/class/video4linux/video0/name)" = vivid-000-vid-cap ] || { echo "$device is not vivid"; exit 100; }
wrong=0 tried=0 television=/dev/video1

check() { # WHAT WANTED-STATUS WANTED-WORDS STATUS SAID
  tried=$((tried + 1))
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
pictured() { # WHAT WANTED-WORDS CAMERA [ASPECT]
  local what=$1 words=$2 said; shift 2
  said=$(timeout -k 5 30 "$picture" "$@" 2>&1); check "$what" 0 "$words" $? "$said"
}
best="1280x720 YUYV at 12.5 fps" # what vivid has of that height

left_in 640 480 YUYV 25
cameras "as it is" "$best"
left_in 1280 720 YUYV 12.5
cameras "left at 12.5 frames a second" "$best"
left_in 640 480 UYVY 25
cameras "left in UYVY" "$best"
left_in 1920 1080 UYVY 2
cameras "left in UYVY at another rate" "$best"
left_in 320 180 YUYV 1
cameras "left at 1 frame a second" "$best"

v4l2-ctl -d $device --stream-mmap --stream-count=100000 >/dev/null 2>&1 & other=$!
sleep 1
live "in use" 1 "is in use by another program: close that program and try again" 20
cameras "in use, listed" "is in use by another program"
kill $other; wait $other 2>/dev/null

said=$("$bendwise" live --source "$0" --aspect 16:9 2>&1); check "a shape of a recording" 2 "--aspect is for a camera" $? "$said"
said=$("$bendwise" live --aspect wide 2>&1); check "a shape that is none" 2 "give its width and height, as 16:9 or 4:3" $? "$said"

chmod 600 $device
live "no permission" 1 "may not be opened by this user: allow access to it" 20 \
  setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp
chmod 660 $device

control percentage_of_dropped_buffers 100
cameras "silent" "does not answer: unplug it"
control percentage_of_dropped_buffers 0
cameras "no longer silent" "$best"

live "frames until the person leaves" 0 "" 15
(sleep 5; echo vivid.0 >$driver/unbind; sleep 3; echo vivid.0 >$driver/bind) &
RUST_LOG=bendwise=info live "unplugged and plugged in again" 0 "is back: $best" 20
wait
(sleep 5; control inject_fatal_streaming_error 1) &
live "a failure of the stream heals" 0 "" 12
wait
(sleep 4; control percentage_of_dropped_buffers 100; sleep 5; control percentage_of_dropped_buffers 0) &
live "falls silent, and is told" 0 "No picture comes from the camera" 14
wait

control inject_vidioc_streamon_error 1 2>/dev/null
cameras "a stream that does not start at once" "$best"
control inject_v4l2_buf_flag_error 1
cameras "a frame that the driver calls damaged" "$best"

if [ -x "$picture" ]; then
  control test_pattern 1 # eight bars of full colour
  control osd_text_mode 2
  pictured "colours" "1280x720; WYCGMRBK" camera:0
  control quantization 1
  pictured "colours in full range" "1280x720; WYCGMRBK" camera:0
  control quantization 2
  pictured "colours in limited range" "1280x720; WYCGMRBK" camera:0
  control quantization 0
  control colorspace 1 # Rec. 709
  pictured "colours by the matrix of television" "1280x720; WYCGMRBK" camera:0
  control colorspace 2
  pictured "the shape that a person states" "960x720" camera:0 4:3
  control test_pattern 0
else
  echo "left out: colours and shapes (needs $picture)"
fi

touch /dev/video-front
cameras "a file called video-front beside it" "$best"
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
  playing() { for _ in $(seq 50); do v4l2-ctl -d $loop --list-formats 2>/dev/null | grep -q "\[0\]" && break; sleep 0.1; done; }
  generate() { # RATE PIXELS SIZE
    ffmpeg -nostdin -v quiet -re -f lavfi -i "pal100bars=size=$3:rate=$1" -pix_fmt "$2" -f v4l2 $loop & player=$!
    playing
  }
  play() { ffmpeg -nostdin -v quiet -re -stream_loop -1 -i "$1" -c copy -f v4l2 $loop & player=$!; playing; sleep 1; }
  end() { kill $player; wait $player 2>/dev/null; }
  on_loop() { # WHAT WANTED-WORDS SECONDS
    local said; said=$(timeout --foreground --preserve-status -k 20 -s INT "$3" "$bendwise" live --free --stats --source camera:10 2>&1)
    check "$1" 0 "$2" $? "$said"
  }
  if [ -x "$picture" ]; then
    for format in yuyv422 uyvy422 yuv420p yuv422p nv12 rgb24 bgr24 bgr0 rgb565le; do
      generate 25 $format 640x480
      pictured "pixels as $format" "640x480; WYCGMRBK" camera:10
      end
    done
    generate 25 yuyv422 720x576
    pictured "a size of television" "say the shape with --aspect 16:9 or --aspect 4:3" camera:10
    pictured "a size of television, its shape stated" "1024x576" camera:10 16:9
    end
  fi
  generate 25 gray 640x480
  cameras "a camera without colours" "its pictures have no colours: use another camera"
  end
  generate 5 yuyv422 640x480
  cameras "five pictures a second" "too few pictures a second"
  end
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

if [ "$(cat /sys/class/video4linux/video1/name 2>/dev/null)" = vivid-001-vid-cap ]; then
  card() { v4l2-ctl -d $television "$@" >/dev/null; }
  square() { # WHAT: whether the patch in the middle, a square on the screen, is as wide as high, within 3 in 100
    local said across down
    said=$(timeout -k 5 30 "$picture" camera:1 2>&1)
    across=$(sed -n 's/.*patch \([0-9]*\)x.*/\1/p' <<<"$said"); down=$(sed -n 's/.*patch [0-9]*x\([0-9]*\).*/\1/p' <<<"$said")
    [ "${down:-0}" -gt 50 ] && [ $((100 * across)) -ge $((97 * down)) ] && [ $((100 * across)) -le $((103 * down)) ]
    check "$1" 0 "patch" $? "$said"
  }
  card -i 1 -s pal
  card -c osd_text_mode=2 -c test_pattern=1
  card -c enable_capture_composing=0
  cameras "a television card that scales" "1280x720 YUYV at 25 fps"
  card -c enable_capture_scaler=0 -c enable_capture_cropping=0
  cameras "a television card that does not" "720x576 YUYV at 25 fps"
  if [ -x "$picture" ]; then
    pictured "PAL, of which one field is shown at full height" "; 785x576; WYCGMRBK" camera:1
    card -c test_pattern=5 -c show_square=1
    square "a square of PAL is one"
    card -s ntsc
    square "a square of NTSC is one"
    card -s pal -c show_square=0 -c test_pattern=1 -c horizontal_movement=6
    pictured "fields of what moves fast, without a comb" "; comb 0" camera:1
    card -c horizontal_movement=3
    card -i 2
    pictured "an HDMI input" "1280x720; WYCGMRBK" camera:1
    timing() { # WIDTH interlaced|progressive
      v4l2-ctl -d $television --list-dv-timings |
        awk -v width="$1" -v format="$2" '/Index:/ {i=$2} /Active width:/ {w=$3} /Frame format:/ && w == width && $3 == format {print i; exit}'
    }
    card --set-dv-bt-timings "index=$(timing 1920 interlaced)"
    pictured "HDMI in fields, each alone" "1920x1080; WYCGMRBK" camera:1
    card --set-dv-bt-timings "index=$(timing 720 progressive)"
    pictured "HDMI of a size of television" "say the shape with --aspect 16:9 or --aspect 4:3" camera:1
  fi
else
  echo "left out: a television card (needs vivid with a second device)"
fi
if [ -e /sys/class/video4linux/video2 ]; then
  said=$("$bendwise" cameras 2>&1); grep -q "camera:0" <<<"$said" && ! grep -qE "camera:[23]" <<<"$said"
  check "nodes that are no camera are not listed" 0 "camera:0" $? "$said"
  said=$("$bendwise" cameras -v 2>&1); check "but with -v" 0 "no camera: it takes pictures" $? "$said"
else
  echo "left out: nodes that are no camera (needs vivid with a third device)"
fi

echo vivid.0 >$driver/unbind
if compgen -G "/dev/video[0-9]*" >/dev/null; then
  echo "left out: none at all"
else
  cameras "none at all" "No camera was found"
fi
echo vivid.0 >$driver/bind
[ $wrong = 0 ] && echo "all $tried went well in $SECONDS s"
exit $wrong
