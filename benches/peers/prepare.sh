#!/usr/bin/env bash
# Installs both versions of MediaPipe under target/peers, with the bundle of models that 1.2.3 asks for.
set -euo pipefail
cd "$(dirname "$0")/../.."

peers=target/peers
venv() { # NAME REQUIREMENTS
  [ -x "$peers/$1/bin/python" ] || python3 -m venv "$peers/$1"
  "$peers/$1/bin/pip" install --quiet --disable-pip-version-check -r "benches/peers/$2"
}
venv solutions requirements.txt
venv tasks requirements-tasks.txt
[ -f "$peers/pose.task" ] || "$peers/solutions/bin/python" benches/peers/bundle.py "$peers/pose.task"
