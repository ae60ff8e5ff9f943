#!/usr/bin/env bash
# Runs a command in a User Mode Linux guest that has cameras: /dev/video0 is vivid as a webcam, /dev/video1 the same as a television
# card, then nodes of it that are no camera; /dev/video10 is a v4l2loopback.
#
#   tests/camera/guest/run.sh [-t SECONDS] [-o FOLDER] COMMAND [ARGUMENT…]
#
# The guest's root is this machine's under a layer that is thrown away, in the same folder and environment: programs run as
# they are, at the processor's own speed, on one core, without a network. What is written under FOLDER ($OUT) stays. The
# exit status is the command's, 124 where it took longer than SECONDS (300). As root. No security boundary.
set -u
kernel=${GUEST_KERNEL:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)/target/camera-guest/kernel}
[ -x "$kernel/linux" ] || { echo "there is no kernel in $kernel: run tests/camera/guest/build.sh"; exit 2; }
limit=300 out=
while [ $# -gt 0 ]; do
  case $1 in
    -t) limit=$2; shift 2 ;;
    -o) out=$(realpath "$2"); shift 2 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || { echo "no command"; exit 2; }
room=$(mktemp -d /tmp/camera-guest.XXXXXX)
guest=
clean() {
  [ -n "$guest" ] && kill -9 -- "-$guest" 2>/dev/null
  rm -rf "$room"
}
trap clean EXIT
trap 'exit 130' INT TERM
: >"$room/out"
: >"$room/err"
mkdir "$room/layer"
{
  export -p | grep -v ' TMPDIR='
  printf 'cd %q\n' "$PWD"
  [ -n "$out" ] && printf 'export OUT=%q\n' "$out"
  printf 'exec'
  printf ' %q' "$@"
  echo
} >"$room/command"
cat >"$room/init" <<INIT
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t tmpfs tmpfs $room/layer
new=$room/layer/new
mkdir -p $room/layer/{upper,work,new}
mount -t overlay -o lowerdir=/,upperdir=$room/layer/upper,workdir=$room/layer/work overlay \$new || { echo "no overlay"; halt -f; }
mount -t proc proc \$new/proc
mount -t sysfs sysfs \$new/sys
mount -t devtmpfs dev \$new/dev
mkdir -p \$new/dev/pts \$new/dev/shm
mount -t devpts devpts \$new/dev/pts
mount -t tmpfs tmpfs \$new/dev/shm
mount -t tmpfs tmpfs \$new/run
mkdir -p \$new/run/room
ln -sfn /proc/self/fd \$new/dev/fd
rm -f \$new/tmp/.X*-lock
mkdir -p \$new/tmp/.X11-unix
mount -t tmpfs -o mode=1777 tmpfs \$new/tmp/.X11-unix
mount -t hostfs -o $room hostfs \$new/run/room
[ -n "$out" ] && { mkdir -p \$new$out; mount -t hostfs -o $out hostfs \$new$out; }
exec chroot \$new /bin/bash /run/room/second
INIT
cat >"$room/second" <<SECOND
#!/bin/bash
busybox ifconfig lo 127.0.0.1 up
while read -r module; do
  case \$module in
    vivid.ko) insmod $kernel/\$module n_devs=3 node_types=0x1,0x1,0x20100 num_inputs=1,3,1 input_types=0x0,0x39,0x0 ;;
    v4l2loopback.ko) insmod $kernel/\$module devices=1 video_nr=10 card_label=Loop exclusive_caps=0 ;;
    *) insmod $kernel/\$module ;;
  esac
done <$kernel/order
/bin/bash /run/room/command </dev/null >>/run/room/out 2>>/run/room/err
echo \$? >/run/room/status
sync
echo o >/proc/sysrq-trigger
busybox poweroff -f
sleep 5
SECOND
chmod +x "$room/init"
TMPDIR=/dev/shm setsid "$kernel/linux" mem=3072M rootfstype=hostfs rootflags=/ rw init="$room/init" con=null con0=null,fd:1 quiet panic=1 \
  </dev/null >"$room/console" 2>&1 &
guest=$!
(
  sleep "$limit"
  : >"$room/late"
  kill -9 -- "-$guest"
) >/dev/null 2>&1 &
watch=$!
tail -f --pid=$guest -s 0.1 -q "$room/out" &
tail -f --pid=$guest -s 0.1 -q "$room/err" >&2 &
wait "$guest" 2>/dev/null
kill -9 -- "-$guest" 2>/dev/null
guest=
pkill -P "$watch" 2>/dev/null
kill "$watch" 2>/dev/null
sleep 0.3 # for the last lines
[ -e "$room/status" ] && exit "$(cat "$room/status")"
[ -e "$room/late" ] && { echo "over the limit of $limit s" >&2; exit 124; }
echo "the guest ended without a status; its console:" >&2
tail -30 "$room/console" >&2
exit 125
