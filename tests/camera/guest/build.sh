#!/usr/bin/env bash
# Builds a User Mode Linux kernel with the test driver vivid and with v4l2loopback, from Debian's own sources, into
# target/camera-guest. On Debian, as root; five minutes on two idle cores.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
mkdir -p "$root/target/camera-guest"
work=$(cd "$root/target/camera-guest" && pwd)
export DEBIAN_FRONTEND=noninteractive
apt-get install -qq -y --no-install-recommends bc bison busybox-static ffmpeg flex gcc kmod libc6-dev make v4l-utils xz-utils >/dev/null
mkdir -p "$work/debs" "$work/kernel"
source=$work/source/linux-source-6.1
if [ ! -e "$source/Makefile" ]; then
  (cd "$work/debs" && apt-get -q download linux-source-6.1 v4l2loopback-dkms)
  dpkg -x "$work"/debs/linux-source-6.1_*.deb "$work/source"
  dpkg -x "$work"/debs/v4l2loopback-dkms_*.deb "$work/loopback"
  tar -C "$work/source" -xf "$work/source/usr/src/linux-source-6.1.tar.xz"
fi
cd "$source"
# The kernel keeps 2,696 bytes of a process's vector registers; a processor with AMX has 11,008, and its guest would end at its first process.
sed -i 's/DEFINE_LONGS(HOST_FP_SIZE, 2696);/DEFINE_LONGS(HOST_FP_SIZE, 11264);/' arch/x86/um/user-offsets.c
if [ ! -e .config ]; then
  make -s ARCH=um defconfig
  scripts/kconfig/merge_config.sh -m -O . .config "$here/kernel.config" >/dev/null
  make -s ARCH=um olddefconfig
fi
make -s -j"$(nproc)" ARCH=um linux modules
rm -rf "$work/loopback-um"
cp -r "$work"/loopback/usr/src/v4l2loopback-* "$work/loopback-um"
make -s ARCH=um M="$work/loopback-um" modules
strip -o "$work/kernel/linux" linux
find drivers lib -name '*.ko' -exec cp {} "$work/kernel/" \;
cp "$work/loopback-um/v4l2loopback.ko" "$work/kernel/"

# The order in which modules are loaded, from a tree that depmod knows.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
release=$(make -s ARCH=um kernelrelease)
mkdir -p "$tree/lib/modules/$release"
cp "$work"/kernel/*.ko "$tree/lib/modules/$release/"
depmod -b "$tree" "$release" 2>/dev/null
for module in vivid v4l2loopback; do
  modprobe -d "$tree" -S "$release" --show-depends $module | awk '/^insmod/ {print $2}' | xargs -n1 basename
done | awk '!seen[$0]++' >"$work/kernel/order"
