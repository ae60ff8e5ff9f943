#!/bin/sh
# Makes the ONNX files of models/ again, in a Python environment of its own that is thrown away afterwards.
#
#   sh models/convert/convert.sh --check           is this checkout's SHA256SUMS what the package gives?
#   sh models/convert/convert.sh OUTPUT_DIRECTORY  write the files there
#
# Needs npm, python3 (3.11 or newer) and the network (41 MB). Nothing of the package is executed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --require-hashes --requirement "$here/requirements.txt"
"$environment/bin/python" "$here/convert.py" "$@"
