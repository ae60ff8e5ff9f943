#!/usr/bin/env bash
# Question  HL7 v2 messages state the time of a measurement to a fraction of a second, in one to four digits after the point. Do Medplum's parseHl7DateTime and
#           formatHl7DateTime keep such times, and do other libraries read what it writes?
# Guess     Yes, to the millisecond, with and without an offset from UTC: its documentation names the format with four digits. (Written down before it was run.)
# Seen      2026-11-30, @medplum/core 4.5.2 (Node 20.20), hl7 0.4.5 and hl7apy 1.3.5 for comparison (Python 3.11, Linux x86-64). It takes the digits for a whole number
#           of milliseconds, however many there are: .5 is 5 ms, .5000 is 5 s instead of half a second, and .0333 is 333 ms. Only three digits are right.
#           It writes milliseconds without their leading zeros: 5 ms as .5, which the other two read as half a second. Of 60 frames at 30 a second that it wrote they
#           read 4 at another time (33 ms as 330), of 200 samples at 100 a second 18, up to 0.81 s late. What it wrote it reads back as it was. An offset
#           that follows the day is read as hours and minutes as well: 20261130+0130 comes 13 minutes late.
# Matters   Samples of a movement change their order and intervals grow or shrink tenfold, with no error, and a round trip within Medplum shows nothing. Pad or
#           cut the fraction to three digits before Medplum reads it, and write toISOString without its punctuation, with +0000 for its Z.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @medplum/core@4.5.2
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check hl7==0.4.5 hl7apy==1.3.5
cat >medplum.mjs <<'JS'
import { readFileSync } from "node:fs";
import { formatHl7DateTime, parseHl7DateTime } from "@medplum/core";

const { begin, read, rates } = JSON.parse(readFileSync(0, "utf8"));
const written = {};
for (const rate of rates) {
  written[rate] = [];
  for (let at = 0; at < 2 * rate; at++) {
    const time = new Date(Date.parse(begin) + Math.round((at * 1000) / rate));
    const text = formatHl7DateTime(time);
    if (parseHl7DateTime(text) !== time.toISOString()) throw new Error(`Medplum reads ${text} as another time than it wrote`);
    written[rate].push(text);
  }
}
console.log(JSON.stringify({ read: read.map((text) => parseHl7DateTime(text)), written }));
JS
venv/bin/python -W ignore - <<'PY'
import json
import subprocess
from datetime import datetime, timedelta, timezone

import hl7
from hl7apy.utils import get_datetime_info

BEGIN = datetime(2026, 11, 30, 9, 15, 30)
RATES = (30, 100)
# What is read, by how much Medplum is late.
LATE = {
    "20261130091530.5": -0.495, "20261130091530.50": -0.45, "20261130091530.500": 0, "20261130091530.5000": 4.5, "20261130091530.0333": 0.2997,
    "20261130101530.25+0100": -0.225, "20261130101530.250+0100": 0, "20261130101530+0100": 0, "202611301015+0100": 0, "20261130+0130": 780,
}
asked = json.dumps({"begin": f"{BEGIN.isoformat()}Z", "read": list(LATE), "rates": RATES})
answer = json.loads(subprocess.run(["node", "medplum.mjs"], input=asked, capture_output=True, text=True, check=True).stdout)


def utc(time):
    return time if time.tzinfo is None else time.astimezone(timezone.utc).replace(tzinfo=None)


for (text, late), found in zip(LATE.items(), answer["read"]):
    right = utc(hl7.parse_datetime(text))
    found = utc(datetime.fromisoformat(found))
    off = (found - right).total_seconds()
    print(f"{text:23} hl7: {right.time()}, Medplum: {found.time()}, late by {off:.4f} s")
    assert abs(off - late) < 1e-6

for rate, wrong in zip(RATES, (4, 18)):
    late = []
    for at, text in enumerate(answer["written"][str(rate)]):
        true = BEGIN + timedelta(milliseconds=int(at * 1000 / rate + 0.5))
        read = hl7.parse_datetime(text)
        assert read == get_datetime_info(text)[0]
        if read != true:
            late.append((text, (read - true).total_seconds()))
    print(f"{rate} samples a second, written by Medplum: {len(late)} of {2 * rate} read at another time by hl7 and hl7apy, first {late[0][0]}, "
          f"up to {max(off for _, off in late):.3f} s late")
    assert len(late) == wrong
PY
