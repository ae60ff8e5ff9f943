#!/usr/bin/env bash
# Question  What does filter_butter of biomdp (order 2, cut-off 6 Hz, forth and back) leave of a movement of 6 Hz?
# Guess     Half of its amplitude, as scipy's filtfilt and Kinetics Toolkit do with the same two numbers: no correction for two passes.
# Seen      2026-11-27, biomdp 0.11.2 with scipy 1.17.1 (Python 3.11, Linux x86-64). It corrects the cut-off for two passes, so 0.707
#           remain, but only at high rates: 0.708 at 300 frames/s, 0.723 at 60, 0.779 at 30 and 0.830 at 24: the correction factor is that
#           of an analogue filter. Its docstring mentions no correction. filtfilt without one leaves 0.5 at all rates.
# Matters   "Second order Butterworth, 6 Hz, zero lag" in a paper or a settings file is not one filter: at a webcam's 30 frames/s
#           the two readings differ by more than half, and in this one a change of frame rate alone changes speeds and peaks.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --disable-pip-version-check "$@"; }
pip numpy==2.4.6 pandas==2.3.3 scipy==1.17.1 xarray==2026.9.0
pip --no-deps biomdp==0.11.2
venv/bin/python - <<'PY'
import numpy as np
from biomdp.filter_butter import filter_butter
from scipy.signal import butter, filtfilt


def left(filtered, time):
    """Amplitude of 6 Hz in the middle of the signal."""
    middle = slice(len(time) // 4, 3 * len(time) // 4)
    waves = np.stack([np.sin(12 * np.pi * time[middle]), np.cos(12 * np.pi * time[middle])], axis=1)
    return float(np.hypot(*np.linalg.lstsq(waves, filtered[middle], rcond=None)[0]))


seen = {}
for rate in (24, 30, 60, 300):
    time = np.arange(0, 40, 1 / rate)
    movement = np.sin(12 * np.pi * time)
    plain = left(filtfilt(*butter(2, 6 / (rate / 2)), movement), time)
    seen[rate] = left(filter_butter(movement, rate, 6.0, order=2), time)
    print(f"{rate:3} frames/s: biomdp leaves {seen[rate]:.3f}, filtfilt {plain:.3f}")
    assert abs(plain - 0.5) < 0.001
assert np.allclose(list(seen.values()), [0.830, 0.779, 0.723, 0.708], atol=0.001), seen
PY
