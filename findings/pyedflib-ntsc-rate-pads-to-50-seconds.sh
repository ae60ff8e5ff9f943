#!/usr/bin/env bash
# Question  An angle sampled at a camera's 60/1.001 frames/s goes into EDF+ with pyedflib. How long is what one reads back?
# Guess     As long, rounded up to a whole record, and a record is about 1 s (60 frames in 1.001 s fit exactly).
# Seen      2026-11-27, pyedflib 0.1.42 (Python 3.11, Linux x86-64). 1000 samples (16.7 s) come back as 3000 (50.05 s): the writer
#           chooses records of 50.05 s for 60/1.001 and 30/1.001, of 50 s for 59.94 and of 3.7037 s for 29.97. The samples that
#           fill the last record are zeros; nothing in the file tells where the recording ended.
# Matters   In a channel of degrees 0 is a valid angle, so two thirds of this file are a still, upright person: means, percentiles
#           and time under load are wrong. Keep the number of frames in an annotation, or set the record with
#           setDatarecordDuration.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 pyedflib==0.1.42
venv/bin/python - <<'PY'
import numpy as np
import pyedflib

CHANNEL = dict(label="lumbar", dimension="deg", physical_max=180.0, physical_min=-180.0,
               digital_max=32767, digital_min=-32768, prefilter="", transducer="")
seen = {}
for name, rate in {"30": 30, "29.97": 29.97, "30/1.001": 30000 / 1001, "59.94": 59.94, "60/1.001": 60000 / 1001}.items():
    writer = pyedflib.EdfWriter("a.edf", 1, file_type=pyedflib.FILETYPE_EDFPLUS)
    writer.setSignalHeaders([CHANNEL | {"sample_frequency": rate}])
    writer.writeSamples([np.full(1000, 45.0)])
    writer.close()
    with pyedflib.EdfReader("a.edf") as reader:
        angle = reader.readSignal(0)
        seen[name] = (float(reader.datarecord_duration), len(angle))
        print(f"{name:9} 1000 samples, {1000 / rate:.2f} s -> records of {seen[name][0]} s, {len(angle)} samples, "
              f"{reader.file_duration:.2f} s, mean {angle.mean():.1f} instead of 45 deg")
    assert abs(angle[:1000] - 45).max() < 0.01 and abs(angle[1000:]).max() < 0.01
assert seen == {"30": (1.0, 1020), "29.97": (3.7037, 1110), "30/1.001": (50.05, 1500), "59.94": (50.0, 2997),
                "60/1.001": (50.05, 3000)}, seen
PY
