#!/usr/bin/env bash
# Installs the Debian package in a bare Debian and tries it there: what it depends on, its files, the demo without a display, and
# that nothing stays when it is removed.
#
#   dist/try-deb.sh [PACKAGE.deb [SUITE]]
#
# As root, on Debian or Ubuntu, with debootstrap. The package is by default the one that dist/make.sh made, the suite that of this
# machine. Debian's packages come from where this machine's own apt takes them; ONNX Runtime is fetched by pip with this machine's
# settings, as at anybody's first start. Everything happens in a temporary folder, which is removed at the end.
set -euo pipefail

fail() {
  echo "$*" >&2
  exit 1
}

# What is run in the bare Debian, by its own bash.
# shellcheck disable=SC2317 # the functions in it are called by `check`
inside() {
  set -euo pipefail
  export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
  local wrong=0 said before pip_settings
  indented() {
    sed 's/^/       | /'
  }
  check() { # WHAT COMMAND…
    local what=$1
    shift
    if said=$("$@" 2>&1); then
      echo "ok     $what"
    else
      echo "WRONG  $what: $*"
      printf '%s\n' "$said" | indented
      wrong=$((wrong + 1))
    fi
  }
  # A user with an empty home and nothing of this machine's environment but what pip needs to reach its index.
  mapfile -t pip_settings < <(env | grep -iE '^(PIP_[A-Z_]*|(https?|no)_proxy)=' || true)
  bendwise() {
    runuser -u somebody -- env -i HOME=/home/somebody PATH=/usr/bin:/bin LANG=C.UTF-8 "${pip_settings[@]}" bendwise "$@"
  }
  named_by_the_package() { # PATTERN
    dpkg-query --listfiles bendwise | grep -E "$1"
  }
  says() { # WORDS COMMAND…
    local words=$1 told
    shift
    told=$("$@" 2>&1) || { printf '%s\n' "$told"; return 1; }
    printf '%s\n' "$told"
    grep -qF -- "$words" <<<"$told"
  }
  every_subcommand_has_its_page() {
    local name names
    names=$(bendwise --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p' | grep -vx help) || return 1
    for name in $names; do
      man --where "bendwise-$name" || return 1
    done
  }
  every_page_is_sound() {
    local page
    for page in $(named_by_the_package '/man1/.*\.gz$'); do
      ! man --warnings --local-file "$page" 2>&1 >/dev/null | grep . || return 1
    done
  }

  apt-get update -qq
  before=$(dpkg-query --show | wc -l)
  echo "the package is installed with all that it depends on and recommends …"
  apt-get install -qqy -o APT::Install-Recommends=true /tmp/package.deb >/dev/null
  echo "that brought $(($(dpkg-query --show | wc -l) - before - 1)) other packages"
  apt-get install -qqy --no-install-recommends man-db >/dev/null
  useradd --create-home --skel /var/empty --shell /bin/bash somebody
  cd /home/somebody

  printf '\n'
  check "the home is empty" test -z "$(ls -A /home/somebody)"
  check "it starts, in this version" says "bendwise $(dpkg-query --show --showformat '${Version}' bendwise | sed 's/-[^-]*$//')" bendwise --version
  check "all libraries are there" sh -c '! ldd /usr/bin/bendwise | grep "not found"'
  check "the libraries of the window are there" sh -c 'ldconfig -p | grep libX11.so.6 && ldconfig -p | grep libXcursor.so.1'
  check "manual page of the program" man --where bendwise
  check "manual pages of the subcommands" every_subcommand_has_its_page
  check "manual pages are read without a warning" every_page_is_sound
  check "completions for bash" bash -c '. /usr/share/bash-completion/completions/bendwise && complete -p bendwise'
  check "completions for zsh" grep -q '^#compdef bendwise' /usr/share/zsh/vendor-completions/_bendwise
  check "completions for fish" grep -q '^complete -c bendwise' /usr/share/fish/vendor_completions.d/bendwise.fish
  check "desktop entry" grep -q '^Icon=bendwise$' /usr/share/applications/bendwise.desktop
  check "icon" test -s /usr/share/icons/hicolor/scalable/apps/bendwise.svg
  check "licences" named_by_the_package '/doc/bendwise/(copyright|NOTICE|LICENSE-MIT|LICENSE-APACHE|OFL.txt|THIRD-PARTY-LICENSES)$'
  check "the drills are listed" says "waiters-bow" bendwise drills
  check "the demo, without a display" says "3 of 4 repetitions came from the hips" bendwise demo --free --once
  printf '%s\n' "$said" | indented
  check "nothing is left in the home but the cache" test "$(ls -A /home/somebody)" = .cache
  apt-get purge -qy bendwise >/dev/null
  check "purged, nothing of it stays" sh -c '! find /usr /etc /var/lib -path /var/lib/dpkg -prune -o -name "*bendwise*" -print | grep .'

  [ "$wrong" = 0 ] || { echo "$wrong went wrong"; return 1; }
  echo "all went well"
}

[ "$(id -u)" = 0 ] || fail "run it as root: debootstrap and chroot need that"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
package=${1:-$(ls "$(dirname "$0")"/../target/package/bendwise_*.deb)}
[ -f "$package" ] || fail "there is no package $package: run dist/make.sh"
# shellcheck source=/dev/null
suite=${2:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
# shellcheck disable=SC2016 # apt-get fills these in
mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
  awk -v suite="$suite" '$1 == suite && $2 == "main" && $3 ~ /^(Debian|Ubuntu)$/ { print $4; exit }')
[ -n "$mirror" ] || fail "apt knows no source of $suite here: run apt-get update, or name another suite"

root=$(mktemp -d)
chmod 755 "$root" # others than root walk about in it
trap 'rm -rf --one-file-system "$root"' EXIT
echo "$suite is set up in $root …"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" || { tail "$root.log"; exit 1; }
rm "$root.log"

# How this machine reaches its package sources: proxies, names of hosts, certificates, pip's settings.
apt-config dump Acquire | grep -E '^Acquire::(https?|Check)' >"$root/etc/apt/apt.conf.d/90this-machine" || true
cp --dereference --remove-destination /etc/hosts /etc/resolv.conf "$root/etc/"
mkdir -p "$root/usr/local/share/ca-certificates" # taken in when ca-certificates is installed
find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates/" \; 2>/dev/null || true
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
settings=${PIP_CONFIG_FILE:-$HOME/.config/pip/pip.conf}
unset PIP_CONFIG_FILE
if [ -f "$settings" ]; then
  install -m 644 "$settings" "$root/etc/pip-of-the-user.conf"
  export PIP_CONFIG_FILE=/etc/pip-of-the-user.conf
fi
cp "$package" "$root/tmp/package.deb"

# Mounts and processes of their own: both end with it, whatever happens.
declare -f inside >"$root/tmp/inside"
echo inside >>"$root/tmp/inside"
# shellcheck disable=SC2016
unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" \
  bash -c 'mount --rbind --make-rslave /dev "$1/dev" && exec chroot "$1" /bin/bash /tmp/inside' bash "$root"
