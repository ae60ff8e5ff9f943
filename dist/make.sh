#!/usr/bin/env bash
# Makes what is handed out, in target/package: a Debian package, and an archive with the same files for other systems.
#
#   dist/make.sh
#
# On Debian or Ubuntu, with what the build needs (README.md) and dpkg-dev. The package asks for the C library that it was built with
# or a newer one, so build on the oldest system that is to run it. cargo-deb, cargo-auditable and cargo-cyclonedx are installed into
# target/tools where they are missing. The same commit built twice in the same folder gives the same bytes.
#
# What the program is made of goes with it twice: in the program itself (`cargo audit bin bendwise` reads it), and beside the package as
# a CycloneDX bill of materials.
set -euo pipefail
cd "$(dirname "$0")/.."

out=target/package
build=${CARGO_TARGET_DIR:-target}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} # the time that every packed file gets
export SOURCE_DATE_EPOCH
umask 022

# The licence texts of every crate that is linked in: each text once, below the crates that carry it.
third_party() {
  local crate licence name version folder file sum carries bare='' rule
  local -A folder_of=() text_of=() carriers=()
  local -a order=()
  rule=$(printf '=%.0s' {1..80})
  while IFS= read -r folder; do
    folder_of[${folder##*/}]=$folder
  done < <(cargo metadata --locked --format-version 1 | grep -o '"manifest_path":"[^"]*' | sed 's|^[^:]*:"||; s|/Cargo.toml$||')
  while IFS='|' read -r crate licence; do
    read -r name version _ <<<"$crate"
    [ "$name" != bendwise ] || continue
    folder=${folder_of[$name-${version#v}]:-${folder_of[$name]:-}} carries=
    [ -n "$folder" ] || { echo "the folder of $crate was not found" >&2; return 1; }
    while IFS= read -r file; do
      sum=$(sha256sum <"$file") carries=yes
      [ -n "${text_of[$sum]:-}" ] || { text_of[$sum]=$file; order+=("$sum"); }
      carriers[$sum]+="$name ${version#v}: $licence"$'\n'
    done < <(find "$folder" -maxdepth 2 -type f -regextype posix-extended \
      -iregex '.*/(un)?(licen[cs]e|copying|copyright|notice)([-_.][^/]*)?' -not -name '*.rs' | LC_ALL=C sort)
    [ -n "$carries" ] || bare+="$name ${version#v}: $licence"$'\n'
  done < <(cargo tree --locked --edges normal --prefix none --no-dedupe --format '{p}|{l}' | LC_ALL=C sort -u)
  printf 'The licences of the crates that the program is built from.\n'
  printf '\nThe Rust standard library: MIT OR Apache-2.0, copyright of the Rust Project Contributors.\n'
  printf '\nThese carry no text of their own, only the name of their licence:\n\n%s' "$bare"
  for sum in "${order[@]}"; do
    printf '\n%s\n%s%s\n\n' "$rule" "${carriers[$sum]}" "$rule"
    cat "${text_of[$sum]}"
    echo
  done
}

# tool NAME VERSION: installs a program of cargo where it is missing.
tool() { command -v "$1" >/dev/null || cargo install --quiet --locked --version "$2" --root target/tools "$1"; }

export PATH="$PWD/target/tools/bin:$PATH"
tool cargo-deb 3.8.0
tool cargo-auditable 0.7.7
tool cargo-cyclonedx 0.5.9
! command -v desktop-file-validate >/dev/null || desktop-file-validate dist/bendwise.desktop

rm -rf "$out"
mkdir -p "$out/files/completions"
cargo auditable build --locked --profile dist --bin bendwise
"$build/dist/bendwise" man "$out/files/man"
"$build/dist/bendwise" completions bash >"$out/files/completions/bendwise"
"$build/dist/bendwise" completions zsh >"$out/files/completions/_bendwise"
"$build/dist/bendwise" completions fish >"$out/files/completions/bendwise.fish"
third_party >"$out/files/THIRD-PARTY-LICENSES"

cargo deb --quiet --locked --profile dist --no-build --output "$out/" # what goes where: [package.metadata.deb] in Cargo.toml
deb=$(ls "$out"/bendwise_*.deb)

# The archive is what the package installs, below one folder and unpacked: it runs where it lies, or in /usr/local or ~/.local.
name=bendwise-$(dpkg-deb --field "$deb" Version)-linux-$(uname -m)
dpkg-deb --extract "$deb" "$out/unpacked"
mv "$out/unpacked/usr" "$out/unpacked/$name"
find "$out/unpacked/$name/share/man" "$out/unpacked/$name/share/doc" -name '*.gz' -exec gunzip {} +
tar -C "$out/unpacked" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -c "$name" |
  gzip -9n >"$out/$name.tar.gz"
rm -r "$out/unpacked"

# The bill of materials: every crate that the program is built from, with version, licence, origin and checksum. The folder of the
# source is left out of it.
cargo cyclonedx --quiet --format json --spec-version 1.5 --target "$(rustc -vV | sed -n 's/^host: //p')" --override-filename bendwise-sbom
sed "s|$PWD|.|g" bendwise-sbom.json >"$out/$name.cdx.json"
rm bendwise-sbom.json

(cd "$out" && sha256sum ./*.deb ./*.tar.gz ./*.cdx.json | tee SHA256SUMS)
du --apparent-size -h "$out"/*.deb "$out"/*.tar.gz
dpkg-deb --field "$deb" Depends Recommends Suggests Installed-Size
